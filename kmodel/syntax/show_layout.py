"""Texts that may be broken into lines: a group stays on its line when it fits, else all its own breaks become lines.

The algorithm is that of Wadler, "A prettier printer" (2003), with an explicit stack.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from kmodel.records import dataclass

WIDTH = 130
STEP = 2


@dataclass(frozen=True, slots=True)
class Break:
    """A new line, or `flat` where the group stays on one line."""

    flat: str


@dataclass(frozen=True, slots=True)
class Row:
    """One after another."""

    parts: tuple[Layout, ...]


@dataclass(frozen=True, slots=True)
class Nest:
    """Lines that begin inside are indented one step more."""

    inner: Layout


@dataclass(frozen=True, slots=True)
class Group:
    """Broken at all of its own breaks or at none."""

    inner: Layout


Layout: TypeAlias = str | Break | Row | Nest | Group

LINE = Break(" ")
CUT = Break("")

_Waiting: TypeAlias = tuple[int, bool, Layout]


def row(*parts: Layout) -> Row:
    return Row(parts)


def group(*parts: Layout) -> Group:
    return Group(Row(parts))


def nest(*parts: Layout) -> Nest:
    return Nest(Row(parts))


def joined(parts: Iterable[Layout], separator: Layout) -> Row:
    """The parts with `separator` between them."""
    spread = [piece for part in parts for piece in (separator, part)]
    return Row(tuple(spread[1:]))


def enclosed(left: str, parts: Iterable[Layout], right: str) -> Layout:
    """A bracketed list; where it does not fit, every part has its own line."""
    items = tuple(parts)
    if not items:
        return left + right
    return group(left, nest(CUT, joined(items, row(",", LINE))), CUT, right)


def lines(layout: Layout, indent: int, width: int = WIDTH) -> list[str]:
    """The lines of a layout, all with their indentation in spaces."""
    done = [" " * indent]
    waiting: list[_Waiting] = [(indent, False, layout)]
    while waiting:
        depth, is_flat, part = waiting.pop()
        match part:
            case str():
                done[-1] += part
            case Break() if is_flat:
                done[-1] += part.flat
            case Break():
                done.append(" " * depth)
            case Row():
                waiting.extend((depth, is_flat, one) for one in reversed(part.parts))
            case Nest():
                waiting.append((depth + STEP, is_flat, part.inner))
            case Group():
                waiting.append((depth, is_flat or _fits(part.inner, waiting, width - len(done[-1])), part.inner))
    return done


def _fits(layout: Layout, after: list[_Waiting], room: int) -> bool:
    """The layout on one line, with all that follows it up to the next line, is no wider than `room`."""
    following = len(after)
    ahead: list[tuple[bool, Layout]] = [(True, layout)]
    while room >= 0:
        if not ahead:
            if not following:
                return True
            following -= 1
            ahead.append(after[following][1:])
        is_flat, part = ahead.pop()
        match part:
            case str():
                room -= len(part)
            case Break() if is_flat:
                room -= len(part.flat)
            case Break():
                return True
            case Row():
                ahead.extend((is_flat, one) for one in reversed(part.parts))
            case Nest() | Group():
                ahead.append((is_flat, part.inner))
    return False


def flat(layout: Layout) -> str:
    """The layout on one line, however long."""
    return lines(Group(layout), 0, _BOUNDLESS)[0]


_BOUNDLESS = 1 << 60

"""Tests of several fields at once: a literal says that a field has a value or has it not, and fields of one word are looked at together.

Values of some fields of one word are one masked comparison. That none of several fields of the same width has its value, or how many have,
is computed in all of them side by side: the word's difference to the values has a bit in each field that differs, and these are moved to
each field's least bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from kmodel.engines.explicit.native.packing import Field, constant
from kmodel.ground.terms import Term, Variable
from kmodel.records import dataclass

_FEW = 3
"""So many fields are tested one by one."""


class Writer(Protocol):
    """What is asked of an emitter."""

    words: tuple[str, ...]

    def op(self, text: str) -> str: ...

    def field(self, which: Variable) -> Field: ...


@dataclass(frozen=True, slots=True)
class Literal:
    """That a variable has a value, or (not `holds`) has another."""

    variable: Variable
    value: int
    holds: bool


def literal(term: Term) -> Literal | None:
    """The term as a literal about a variable of the state; None where it is another term, or about a value that the variable never has."""
    holds = term.op != "not"
    inner = term if holds else term.arguments[0]
    if inner.op == "variable" and inner.sort == "bool" and isinstance(inner.value, Variable):
        return Literal(inner.value, int(holds), holds=True)
    if inner.op != "equal":
        return None
    a, b = inner.arguments if inner.arguments[0].op == "variable" else inner.arguments[::-1]
    if a.op != "variable" or b.op != "number" or not isinstance(a.value, Variable):
        return None
    which, value = a.value, b.low
    if value is None or which.low is None or which.high is None or not which.low <= value <= which.high:
        return None
    if which.high - which.low == 1 and not holds:
        return Literal(which, which.low + which.high - value, holds=True)
    return Literal(which, value, holds)


def opposite(given: Literal) -> Literal:
    """What holds just where the literal does not."""
    which = given.variable
    if which.low is not None and which.high == which.low + 1:
        return Literal(which, which.low + which.high - given.value, given.holds)
    return Literal(which, given.value, not given.holds)


def all_of(writer: Writer, literals: Iterable[Literal]) -> Iterator[str]:
    """The names of tests that hold together where all literals do."""
    held: dict[Variable, int] = {}
    denied: dict[tuple[Variable, int], None] = {}
    for each in literals:
        if not each.holds:
            denied[each.variable, each.value] = None
        elif held.setdefault(each.variable, each.value) != each.value:
            yield "false"
    yield from _equal(writer, held)
    open_ = [(writer.field(which), value) for which, value in denied if which not in held]
    if any(held.get(which) == value for which, value in denied):
        yield "false"
    for group in _alike(open_):
        yield from _none(writer, group)


def _equal(writer: Writer, held: dict[Variable, int]) -> Iterator[str]:
    """One test for each word."""
    words: dict[int, list[tuple[Field, int]]] = {}
    for which, value in held.items():
        field = writer.field(which)
        words.setdefault(field.word, []).append((field, value))
    for fields in words.values():
        masked, pattern = _masked(writer, fields)
        yield writer.op(f"icmp eq i64 {masked}, {pattern}")


Fields = Sequence[tuple[Field, int]]


def _alike(fields: Iterable[tuple[Field, int]]) -> Iterator[Fields]:
    """Groups of different fields of one word and one width."""
    groups: dict[tuple[int, int, int], list[tuple[Field, int]]] = {}
    times: dict[int, int] = {}
    for field, value in fields:
        at = field.variable.index
        times[at] = times.get(at, 0) + 1
        groups.setdefault((field.word, field.width, times[at]), []).append((field, value))
    yield from groups.values()


def _none(writer: Writer, fields: Fields) -> Iterator[str]:
    """That no field has its value."""
    if len(fields) < _FEW or 3 * len(fields) <= 2 * fields[0][0].width + 3:
        for each in fields:
            masked, pattern = _masked(writer, [each])
            yield writer.op(f"icmp ne i64 {masked}, {pattern}")
        return
    yield writer.op(f"icmp eq i64 {_unlike(writer, fields)}, {_lowest(fields)}")


def counted(writer: Writer, literals: Sequence[Literal]) -> tuple[list[str], list[Literal]]:
    """Numbers whose sum is how many of some literals hold, and those that are left out."""
    open_ = [(writer.field(each.variable), each.value) for each in literals if each.holds]
    rest = [each for each in literals if not each.holds]
    sums: list[str] = []
    for group in _alike(open_):
        if len(group) < _FEW:
            rest += [Literal(field.variable, value, holds=True) for field, value in group]
            continue
        many = writer.op(f"call i64 @llvm.ctpop.i64(i64 {_unlike(writer, group)})")
        sums.append(writer.op(f"sub i64 {len(group)}, {many}"))
    return sums, rest


def _unlike(writer: Writer, fields: Fields) -> str:
    """A word with the least bit of each field that has another value, and no other bit."""
    masked, pattern = _masked(writer, fields)
    difference = writer.op(f"xor i64 {masked}, {pattern}") if pattern != "0" else masked
    found = difference
    for by in range(1, fields[0][0].width):
        found = writer.op(f"or i64 {found}, {writer.op(f'lshr i64 {difference}, {by}')}")
    return found if found == difference else writer.op(f"and i64 {found}, {_lowest(fields)}")


def _masked(writer: Writer, fields: Fields) -> tuple[str, str]:
    """The word's bits in the fields, and what they are where all have their values."""
    mask = sum(field.mask for field, _ in fields)
    pattern = sum(value - field.low << field.offset for field, value in fields)
    return writer.op(f"and i64 {writer.words[fields[0][0].word]}, {constant(mask)}"), constant(pattern)


def _lowest(fields: Fields) -> str:
    return constant(sum(1 << field.offset for field, _ in fields))

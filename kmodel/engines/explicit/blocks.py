"""Blocks of generated code: tests and leaves over terms, written so that a subterm that is needed in several places is computed once,
in the innermost block that all of them share.

Every operator is total, so that a term may be computed before it is known to be needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from kmodel.engines.explicit.express import Writer
from kmodel.ground.terms import Term, Variable, not_
from kmodel.records import dataclass

TALLEST = 20
"""A term's greatest height in one expression: Python's parser limits how deeply parentheses nest."""

_SIMPLE = frozenset({"true", "false", "number", "primed"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """Lines over some terms."""

    terms: tuple[Term, ...]
    lines: Callable[[Writer], list[str]]


@dataclass(frozen=True, slots=True)
class Cases:
    """The body of the first condition that holds; the conditions exclude each other."""

    cases: tuple[tuple[Term, Block], ...]


Block: TypeAlias = "tuple[Leaf | Cases, ...]"


def write(block: Block, writer: Writer, indent: int) -> Iterator[str]:
    """The lines of a block. Names are told apart along each path of blocks: `x7` is the eighth thing computed on its path."""
    margin = " " * 4 * indent
    due = _bindings(block, writer)
    names = dict(writer.names)
    writer = replace(writer, names=names)
    for at, statement in enumerate(block):
        for term in due.get(at, ()):
            name = name_of(term.value) if isinstance(term.value, Variable) else f"x{len(names)}"
            yield f"{margin}{name} = {writer.value(term)}"
            names[term] = name
        match statement:
            case Leaf():
                yield from (margin + line for line in statement.lines(writer))
            case Cases():
                yield from _cases(statement, writer, indent)


def _cases(statement: Cases, writer: Writer, indent: int) -> Iterator[str]:
    word, before = "if", None
    for condition, body in statement.cases:
        opposite = before is not None and not_(before) is condition
        yield " " * 4 * indent + ("else:" if opposite else f"{word} {writer.test(condition)}:")
        yield from write(body, writer, indent + 1)
        word, before = "elif", condition


def name_of(which: Variable) -> str:
    """A word of Python for the variable; the index keeps it apart from others and from what generated code calls its own."""
    word = "".join(char if char.isascii() and char.isalnum() else "_" for char in which.name)
    return f"{word}_{which.index}" if word[:1].isalpha() else f"v{word}_{which.index}"


# ---- what to compute once


def _bindings(block: Block, writer: Writer) -> dict[int, list[Term]]:
    """For each statement, the terms to compute before it: those that are needed twice, unless one inner block alone needs them."""
    units = list(_units(block))
    first: dict[Term, int] = {}
    spread: Counter[Term] = Counter()
    here: set[Term] = set()
    for at, inner, roots in units:
        for term in reachable(roots, writer):
            first.setdefault(term, at)
            spread[term] += 1
            if not inner:
                here.add(term)
    uses = _uses(units, first)
    height: dict[Term, int] = {}
    due: dict[int, list[Term]] = {}
    for term in sorted(first, key=lambda term: term.serial):
        height[term] = 1 + max((height.get(part, 0) for part in term.arguments), default=0)
        shared = uses[term] > 1 and (spread[term] > 1 or term in here)
        if term.op not in _SIMPLE and (shared or (height[term] >= TALLEST and (spread[term] > 1 or term in here))):
            height[term] = 0
            due.setdefault(first[term], []).append(term)
    return due


def _units(block: Block) -> Iterator[tuple[int, bool, tuple[Term, ...]]]:
    """What is evaluated apart: each statement's own terms, and (inner) each body of its cases."""
    for at, statement in enumerate(block):
        match statement:
            case Leaf():
                yield at, False, statement.terms
            case Cases():
                yield at, False, tuple(condition for condition, _ in statement.cases)
                for _, body in statement.cases:
                    yield at, True, tuple(mentioned(body))


def mentioned(block: Block) -> Iterator[Term]:
    """The terms that a block and all blocks in it are made of."""
    for _, _, roots in _units(block):
        yield from roots


def reachable(roots: Iterable[Term], writer: Writer) -> set[Term]:
    """The subterms of the roots that are still to be computed."""
    found: set[Term] = set()
    open_ = [root for root in roots if root not in writer.names]
    while open_:
        term = open_.pop()
        if term not in found:
            found.add(term)
            open_.extend(part for part in term.arguments if part not in writer.names and part not in found)
    return found


def _uses(units: list[tuple[int, bool, tuple[Term, ...]]], terms: Iterable[Term]) -> Counter[Term]:
    """How many places mention each term: another term once, a unit as often as its roots do."""
    uses: Counter[Term] = Counter(root for _, _, roots in units for root in roots)
    for term in terms:
        uses.update(term.arguments)
    return uses

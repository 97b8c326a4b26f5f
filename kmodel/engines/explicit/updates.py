"""What an action does to a packed state, as one expression: constants are gathered, and where the old value is known nothing is cleared."""

from __future__ import annotations

from typing import Protocol

from kmodel.engines.explicit.choices import Facts
from kmodel.engines.explicit.express import SHIFT, SUM, Writer, signed, total
from kmodel.engines.explicit.layout import Layout
from kmodel.ground.system import Action
from kmodel.ground.terms import FALSE, TRUE, Term, Variable, add, variable
from kmodel.records import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """The state after is `(s & ~cleared) + constant`, and each term shifted to its offset."""

    cleared: int
    constant: int
    terms: tuple[tuple[Term, int], ...]

    @property
    def nothing(self) -> bool:
        return not (self.cleared or self.constant or self.terms)

    def text(self, writer: Writer) -> str:
        every = (1 << writer.layout.bits) - 1
        kept = f"(s & {every ^ self.cleared})" if self.cleared else "s"
        first = f"{kept} {signed(self.constant)}" if self.constant else kept
        if not (self.constant or self.terms):
            return kept.strip("()")
        added = [f"({writer.value(term, SHIFT + 1)} << {at})" if at else writer.value(term, SUM + 1) for term, at in self.terms]
        return total([first, *added])[0]


class Held(Protocol):
    """A variable's field, in whatever layout: 0 stands for `low`, `mask` has its ones in place."""

    @property
    def variable(self) -> Variable: ...
    @property
    def low(self) -> int: ...
    @property
    def mask(self) -> int: ...


def change(action: Action, layout: Layout, facts: Facts) -> Change:
    """What the action's updates come to where the facts hold."""
    cleared = constant = 0
    terms: list[tuple[Term, int]] = []
    for which, update in action.updates:
        field = layout.fields[which.index]
        bits, number, term = part(field, facts.narrow(update), facts.pinned.get(which))
        cleared |= bits
        constant += number << field.offset
        if term is not None:
            terms.append((term, field.offset))
    return Change(cleared, constant, tuple(terms))


def part(field: Held, update: Term, old: int | None) -> tuple[int, int, Term | None]:
    """The bits to clear, the number to add to the field, and the term to add to it."""
    now = variable(field.variable)
    if update is now:
        return 0, 0, None
    if update.op == "add" and now in update.arguments:
        rest = add(*_without(update.arguments, now))
        return (0, rest.low or 0, None) if rest.op == "number" else (0, 0, rest)
    known = _constant(update)
    if old is not None:
        return (0, -old, update) if known is None else (0, known - old, None)
    return (field.mask, -field.low, update) if known is None else (field.mask, known - field.low, None)


def _without(terms: tuple[Term, ...], one: Term) -> tuple[Term, ...]:
    at = terms.index(one)
    return terms[:at] + terms[at + 1 :]


def _constant(term: Term) -> int | None:
    if term.op == "number":
        return term.low
    return {TRUE: 1, FALSE: 0}.get(term)

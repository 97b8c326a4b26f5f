"""Parts of ground systems made by hand: for small examples and for the generators. Import as `tests.strategies.handmade`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kmodel.ground.system import (
    Action,
    BoolShape,
    Claim,
    ClaimKind,
    Fairness,
    Formula,
    NumberShape,
    Place,
    Start,
    System,
    Undefined,
)
from kmodel.ground.terms import TRUE, Term, Variable, and_, less, number, or_, truth
from kmodel.source import Source, Span
from kmodel.typed.types import BoolType, IntType, RangeType, Type

SPAN = Span(Source("hand.km", "module hand\n"), 0, 6)


def int_variable(name: str, index: int, low: int | None, high: int | None, *, rigid: bool = False) -> Variable:
    return Variable(name, index, "int", low, high, rigid)


def bool_variable(name: str, index: int, *, rigid: bool = False) -> Variable:
    return Variable(name, index, "bool", 0, 1, rigid)


def outside(which: Variable, value: Term) -> Term:
    """That a value is not one of an int variable's."""
    low = less(value, number(which.low)) if which.low is not None else None
    high = less(number(which.high), value) if which.high is not None else None
    return or_(*(part for part in (low, high) if part is not None))


def undefined(condition: Term, code: str = "out-of-range") -> Undefined:
    return Undefined(condition, code, f"something is {code}", SPAN)


def action(
    name: str, guard: Term, updates: Iterable[tuple[Variable, Term]], extra: Sequence[Undefined] = (), component: str | None = None
) -> Action:
    """An action; whatever an update may leave of its variable's bounds is made undefined, as `ground` does it."""
    kept = tuple(updates)
    ranges = ((which, and_(guard, outside(which, value))) for which, value in kept if which.sort == "int")
    undefined_ = tuple(undefined(condition) for _, condition in ranges if condition.op != "false")
    return Action(name, (), component, guard, kept, (*undefined_, *extra), SPAN)


def claim(
    kind: ClaimKind,
    name: str,
    term: Term = TRUE,
    *,
    exercised: Term = TRUE,
    formula: Formula | None = None,
    extra: Sequence[Undefined] = (),
) -> Claim:
    return Claim(name, kind, (), term, formula, exercised, tuple(extra), SPAN)


def defined() -> Claim:
    return claim("defined", "defined")


def state_formula(term: Term) -> Formula:
    return Formula("state", (), term)


def place(which: Variable) -> Place:
    """A place that holds just this variable."""
    if which.sort == "bool":
        return Place(which.name, None, BoolType(), BoolShape(which), which.rigid)
    type_: Type = IntType() if which.low is None or which.high is None else RangeType(which.low, which.high)
    return Place(which.name, None, type_, NumberShape(which), which.rigid)


def system(
    variables: Sequence[Variable],
    starts: Sequence[Term | int | None],
    actions: Iterable[Action],
    claims: Iterable[Claim],
    *,
    initial: Iterable[Term] = (),
    fairness: Iterable[Fairness] = (),
    places: Iterable[Place] | None = None,
) -> System:
    """A system; `starts` are given in the order of the variables, rigid ones come first in `System.starts`."""
    begun = [Start(which, _value(which, start)) for which, start in zip(variables, starts, strict=True)]
    ordered = tuple(sorted(begun, key=lambda start: not start.variable.rigid))
    spots = tuple(place(which) for which in variables) if places is None else tuple(places)
    parts = tuple(initial), tuple(actions), tuple(claims), tuple(fairness)
    return System("hand", tuple(variables), ordered, *parts, spots, (), {}, {}, ())


def _value(which: Variable, start: Term | int | None) -> Term | None:
    if isinstance(start, int):
        return truth(bool(start)) if which.sort == "bool" else number(start)
    return start

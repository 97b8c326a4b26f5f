"""Walking typed expressions: their parts, and in which of them more facts can only make more true."""

from __future__ import annotations

from collections.abc import Iterator

from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr

_KEEPS = {"and", "or"}


def parts(made: Expr) -> Iterator[tuple[Expr, bool]]:
    """The direct parts, each with whether the whole is monotone in it."""
    match made:
        case typed.Apply("implies", (left, right)):
            yield from ((left, False), (right, True))
        case typed.Apply(op, arguments):
            yield from ((argument, op in _KEEPS) for argument in arguments)
        case typed.Quantified(op, bound, where, body):
            yield from ((each.domain, op == "exists") for each in bound)
            if where is not None:
                yield where, op == "exists"
            yield body, True
        case typed.Let(_, value, body):
            yield from ((value, False), (body, True))
        case typed.If(condition, then, otherwise):
            yield from ((condition, False), (then, True), (otherwise, True))
        case _:
            yield from ((part, False) for part in _others(made))


def _others(made: Expr) -> Iterator[Expr]:
    match made:
        case typed.FieldRef(target) | typed.Project(target) | typed.Is(target) | typed.Next(target):
            yield target
        case typed.Aggregate(_, bound, where, body):
            yield from (each.domain for each in bound)
            yield from (each for each in (where, body) if each is not None)
        case typed.Comprehension(element, bound, where):
            yield element
            yield from (each.domain for each in bound)
            yield from () if where is None else (where,)
        case typed.CallDef(_, arguments) | typed.Holds(_, arguments) | typed.Temporal(_, arguments) | typed.MakeItems(arguments):
            yield from arguments
        case typed.MakeRecord(fields):
            yield from (value for _, value in fields)
        case typed.MakeMap(pairs):
            yield from (each for pair in pairs for each in pair)
        case typed.WithFields(target, changes):
            yield target
            yield from (value for _, value in changes)
        case _:
            return


def uses(made: Expr, positive: bool = True) -> Iterator[tuple[Expr, bool]]:
    """Every relation and def that the expression uses, with whether more facts there can only make more facts here."""
    if isinstance(made, typed.Holds | typed.CallDef):
        yield made, positive
    for part, keeps in parts(made):
        yield from uses(part, positive and keeps)

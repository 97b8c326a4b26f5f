"""What the formats have in common: the conditions of steps and of failures, and what numbers stand for."""

from __future__ import annotations

from collections.abc import Iterator

from kmodel import __version__
from kmodel.ground import plain
from kmodel.ground.system import Action, ChoiceShape, Claim, ListShape, MapShape, OptionalShape, RecordShape, Shape, System, TupleShape
from kmodel.ground.terms import Term, and_, equal, not_, or_, variable
from kmodel.typed.values import Value


def called(name: str, arguments: tuple[tuple[str, Value], ...]) -> str:
    """`bind(p1, n2)`: the short name with its arguments."""
    short = name.rsplit(".", 1)[-1]
    return f"{short}({', '.join(plain(value) for _, value in arguments)})" if arguments else short


def holes(action: Action) -> Term:
    """That a step of the action is undefined."""
    return or_(*(each.condition for each in action.undefined))


def possible(action: Action) -> Term:
    return and_(action.guard, not_(holes(action)))


def beginning(system: System) -> Term:
    """That a state is a first one, but for the bounds of its variables."""
    told = (equal(variable(start.variable), start.value) for start in system.starts if start.value is not None)
    return and_(*told, *system.initial)


def undefined(system: System, claim: Claim) -> Term:
    """Where the claim has no value; of the claim that no step is undefined: where one is."""
    own = or_(*(each.condition for each in claim.undefined))
    return or_(own, *(holes(action) for action in system.actions)) if claim.kind == "defined" else own


def heading(system: System) -> Iterator[str]:
    """Lines that say what the file is, and what the numbers of its variables stand for."""
    yield f"{system.check}, made ground by kmodel {__version__}"
    if system.scope:
        yield "scope: " + ", ".join(f"{name} = {size}" for name, size in system.scope.items())
    yield from system.assumed
    for place in system.places:
        yield from _coded(place.shape)


def _coded(shape: Shape) -> Iterator[str]:
    match shape:
        case ChoiceShape(which, values):
            yield f"{which.name}: " + ", ".join(f"{at} = {plain(value)}" for at, value in enumerate(values))
        case OptionalShape(_, item):
            yield from _coded(item)
        case RecordShape(_, fields):
            yield from (line for _, part in fields for line in _coded(part))
        case MapShape(pairs):
            yield from (line for _, _, part in pairs for line in _coded(part))
        case TupleShape(parts) | ListShape(_, parts):
            yield from (line for part in parts for line in _coded(part))
        case _:
            return

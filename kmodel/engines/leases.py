"""Lemmas about sets that say what is taken: who holds something has it in the set, and no two hold the same.

Where one individual's fields name another individual and something in that one's set (a pod its node and its address, and the node the
addresses that it leased), `e.f == x and e.g == y implies y in x.taken` may be an invariant, and that no two of a kind have both in common.
A set of the module needs only the one field. These are suggestions: induction drops those that are wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

from kmodel.ground.system import ChoiceShape, OptionalShape, Place, SetShape, Shape, System
from kmodel.ground.terms import TRUE, Term, and_, implies, not_, number, or_, variable
from kmodel.ground.terms import equal as same
from kmodel.typed.values import Individual, Value

MOST = 40_000


def leases(system: System) -> list[tuple[Term, ...]]:
    """Terms that may be invariants, at most so many, in families that are about the same fields: it is with all of them or with none."""
    found: dict[tuple[str, ...], dict[Term, None]] = {}
    fields = _fields(system.places)
    for place in system.places:
        if isinstance(place.shape, SetShape) and sum(map(len, found.values())) < MOST:
            for entity, kind in fields.items():
                for names, term in _of_set(place, place.shape, kind):
                    found.setdefault((place.name, entity, *names), {})[term] = None
    return [tuple(family) for family in found.values()]


Fields = Mapping[str, Mapping[Individual, Shape]]
"""Of the individuals of an entity, by field."""


def _fields(places: Sequence[Place]) -> dict[str, dict[str, dict[Individual, Shape]]]:
    found: dict[str, dict[str, dict[Individual, Shape]]] = {}
    for place in places:
        if place.individual is not None and isinstance(place.shape, ChoiceShape | OptionalShape):
            kind = found.setdefault(place.individual.entity, {})
            kind.setdefault(place.name, {})[place.individual] = place.shape
    return found


def _of_set(place: Place, shape: SetShape, kind: Fields) -> Iterator[tuple[tuple[str, ...], Term]]:
    """Terms, and what they are about: the fields, and which of the two suggestions it is."""
    owner = place.individual
    for owned, named in product([None] if owner is None else kind, kind):
        names = (owned or "", named)
        for value, taken in shape.items:
            holding = list(_holding(kind, owned, owner, named, value))
            yield from (((*names, "taken"), implies(each, variable(taken))) for each in holding)
            yield from (((*names, "apart"), or_(not_(one), not_(other))) for one, other in combinations(holding, 2))


def _holding(kind: Fields, owned: str | None, owner: Individual | None, named: str, value: Value) -> Iterator[Term]:
    """For each individual, that it holds this value of this owner's."""
    for who, at in kind[named].items():
        has = _is(at, value)
        of = TRUE if owned is None or owner is None else _is(kind[owned][who], owner) if who in kind[owned] else None
        if has is not None and of is not None:
            yield and_(of, has)


def _is(shape: Shape, value: Value) -> Term | None:
    """That the value is this one; None: it never is."""
    match shape:
        case ChoiceShape(which, values) if value in values:
            return same(variable(which), number(values.index(value)))
        case OptionalShape(present, item):
            inner = _is(item, value)
            return None if inner is None else and_(variable(present), inner)
        case _:
            return None

"""Lemmas about sets that say what is taken: who holds something has it in the set, and no two hold the same.

Where one individual's fields name another individual and something in that one's set (a pod its node and its address, and the node the
addresses that it leased), `e.f == x and e.g == y implies y in x.taken` may be an invariant, and that no two of a kind have both in common.
A set of the module needs only the one field. These are suggestions: induction drops those that are wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice, product
from typing import TypeAlias

from kmodel.ground.equality import equal_values
from kmodel.ground.shapes import worth
from kmodel.ground.system import ChoiceShape, OptionalShape, Place, SetShape, Shape, System
from kmodel.ground.terms import FALSE, TRUE, Term, and_, implies, not_, or_, variable
from kmodel.typed.values import Individual, Value

MOST = 40_000

Fields: TypeAlias = Mapping[str, Mapping[Individual, Shape]]
"""Of the individuals of an entity, by field."""

Family: TypeAlias = "tuple[str, ...]"
"""What a term is about: the set's field, the entity, its fields, and which of the two suggestions it is."""


def leases(system: System) -> list[tuple[Term, ...]]:
    """Terms that may be invariants, at most so many, in families that are about the same fields: it is with all of them or with none."""
    found: dict[Family, dict[Term, None]] = {}
    for family, term in islice(_all(system), MOST):
        found.setdefault(family, {})[term] = None
    return [tuple(terms) for terms in found.values()]


def _all(system: System) -> Iterator[tuple[Family, Term]]:
    fields = _fields(system.places)
    for place in system.places:
        if isinstance(place.shape, SetShape):
            for entity, kind in fields.items():
                for names, term in _of_set(place, place.shape, kind):
                    yield (place.name, entity, *names), term


def _fields(places: Sequence[Place]) -> dict[str, dict[str, dict[Individual, Shape]]]:
    found: dict[str, dict[str, dict[Individual, Shape]]] = {}
    for place in places:
        if place.individual is not None and isinstance(place.shape, ChoiceShape | OptionalShape):
            kind = found.setdefault(place.individual.entity, {})
            kind.setdefault(place.name, {})[place.individual] = place.shape
    return found


def _of_set(place: Place, shape: SetShape, kind: Fields) -> Iterator[tuple[Family, Term]]:
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
        if owned is not None and who not in kind[owned]:
            continue  # its value is given, and so is no place
        of = TRUE if owned is None or owner is None else equal_values(worth(kind[owned][who]), owner)
        holds = and_(of, equal_values(worth(at), value))
        if holds is not FALSE:
            yield holds

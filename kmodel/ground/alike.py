"""Terms and actions that interchangeable individuals make of each other, by orbits: an orbit has all images of its members.

Where a system's steps are the same after a permutation, and what is assumed of the state before them too (it is made of whole orbits), all
steps keep all members of an orbit if they all keep one of them; and if one action of each orbit keeps all members, all actions do.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

from kmodel.ground.exchange import FORMS, Asymmetric, Exchange, Exchanges
from kmodel.ground.symmetry import action_image
from kmodel.ground.system import SymmetricGroup, System
from kmodel.ground.terms import Term
from kmodel.records import dataclass
from kmodel.typed.values import Individual


@dataclass(frozen=True, slots=True)
class Alike:
    """`orbits` are of the indexes of what was given. An image of one of those in `open` is none of what was given."""

    orbits: Sequence[Sequence[int]]
    open: frozenset[int]


def alike(system: System, groups: Iterable[SymmetricGroup], terms: Sequence[Term]) -> Alike:
    """The orbits of terms over the system's variables, under all permutations of the groups' individuals."""
    return _orbits(system, groups, [FORMS.of(term) for term in terms], lambda by, at: by.term(terms[at]))


def alike_actions(system: System, groups: Iterable[SymmetricGroup]) -> Alike:
    """The orbits of the system's actions."""
    actions = system.actions
    own = [action_image(action, Exchange()) for action in actions]
    return _orbits(system, groups, own, lambda by, at: action_image(actions[at], by))


def _orbits(system: System, groups: Iterable[SymmetricGroup], own: Sequence[Hashable], image: Callable[[Exchange, int], Hashable]) -> Alike:
    """By each one's own signature and those of its images."""
    places: dict[Hashable, int] = {}
    roots = Roots([places.setdefault(signature, at) for at, signature in enumerate(own)])
    open_: set[int] = set()
    exchanges = Exchanges(system)
    for names in _generators(groups):
        by = exchanges.permuting(names)
        for at in range(len(own)):
            other = _place(places, image, by, at)
            if other is None:
                open_.add(at)
            else:
                roots.join(at, other)
    orbits = roots.classes()
    return Alike(orbits, frozenset(at for orbit in orbits if not open_.isdisjoint(orbit) for at in orbit))


def _place(places: Mapping[Hashable, int], image: Callable[[Exchange, int], Hashable], by: Exchange, at: int) -> int | None:
    try:
        return places.get(image(by, at))
    except Asymmetric:
        return None


def _generators(groups: Iterable[SymmetricGroup]) -> Iterator[dict[Individual, Individual]]:
    """An exchange and a cycle make all permutations of a group."""
    for group in groups:
        first, second, *rest = group.individuals
        yield {first: second, second: first}
        if rest:
            yield dict(zip(group.individuals, (second, *rest, first), strict=True))


class Roots:
    """Classes of numbers, by one of each (Galler and Fischer, 1964)."""

    def __init__(self, parents: list[int]) -> None:
        self.parents = parents

    def of(self, at: int) -> int:
        while self.parents[at] != at:
            self.parents[at] = self.parents[self.parents[at]]
            at = self.parents[at]
        return at

    def join(self, one: int, other: int) -> None:
        self.parents[self.of(one)] = self.of(other)

    def classes(self) -> list[list[int]]:
        found: dict[int, list[int]] = {}
        for at in range(len(self.parents)):
            found.setdefault(self.of(at), []).append(at)
        return list(found.values())

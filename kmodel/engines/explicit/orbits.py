"""Which permutations of individuals may make states one, and how: decided from the system's verified symmetric groups.

States that permutations make of each other form an orbit; of each orbit one state is looked at. Groups of individuals whose variables
are records that nothing refers to are *sorted*: their records are put in order. The others are *searched*: all permutations that put
the individuals' keys in order are tried. A key is a sum of numbers that a permutation of individuals does not change, but takes
from one individual to the other.

A claim need not be invariant itself: the groups take the set of claims to itself, so that what breaks one claim in a state breaks its
images in the images of the state. A property is different: it is about the behaviour of one and the same individual, so its atoms
and each group of fairness must be invariant one by one, or the group is not used for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from math import factorial, prod
from typing import TypeAlias, TypeVar

from kmodel.engines.explicit.moves import Exchanged, Move, neighbours
from kmodel.ground.exchange import Exchange
from kmodel.ground.mentioned import anonymous, owners, referred
from kmodel.ground.symmetry import Signature, action_image, claim_image, group_image, symmetric_groups
from kmodel.ground.system import Claim, Formula, SymmetricGroup, System
from kmodel.ground.terms import Term, Variable
from kmodel.records import dataclass
from kmodel.typed.values import Individual
from kmodel.verdict.verdict import Effort, Orbits

MOST_SEARCHED = 5_040
"""At most so many permutations of searched groups are tried for one state."""

T = TypeVar("T", bound=Hashable)
Point: TypeAlias = tuple[int, int]
Part: TypeAlias = tuple[int, tuple[int, ...] | None]
"""A variable, and what each of its values counts, from its least value on (None: how far it is from the least)."""
Key: TypeAlias = tuple[tuple[Part, ...], ...]
"""Sums, to be compared one after the other."""


@dataclass(frozen=True, slots=True)
class SortedGroup:
    """`records[i]` are the variables of the i-th individual, in the same order for all."""

    records: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class SearchedGroup:
    """`steps[i]` exchanges the i-th individual and the next; `keys` are the individuals'."""

    steps: tuple[Move, ...]
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Symmetry:
    """A group of permutations. `generators` make all of it; `claims[g][c]` is the claim that the g-th of them makes of claim c;
    `alike[a]` numbers the class of the action a: permutations make all actions of a class of each other.
    Where not `from_starts`, permutations make other states of the first ones; numbers of
    states are then those of a system that starts from these as well."""

    groups: tuple[SymmetricGroup, ...]
    sorted: tuple[SortedGroup, ...]
    searched: tuple[SearchedGroup, ...]
    generators: tuple[Move, ...]
    claims: tuple[tuple[int, ...], ...]
    alike: tuple[int, ...]
    from_starts: bool = True

    @property
    def order(self) -> int:
        """How many permutations there are."""
        return prod(factorial(len(group.individuals)) for group in self.groups)

    def shared(self, counts: Sequence[int]) -> tuple[int, ...]:
        """Numbers that were counted for actions, spread evenly over the actions that permutations make of each other."""
        sums = dict.fromkeys(self.alike, 0)
        for kind, count in zip(self.alike, counts, strict=True):
            sums[kind] += count
        return tuple(sums[kind] // self.alike.count(kind) for kind in self.alike)

    def images(self, claim: int) -> frozenset[int]:
        """The claims that permutations make of a claim."""
        found = {claim}
        open_ = [claim]
        for here in open_:
            new = {images[here] for images in self.claims} - found
            found |= new
            open_ += new
        return frozenset(found)


Used: TypeAlias = dict[SymmetricGroup, tuple[Exchanged, ...]]


@dataclass(frozen=True, slots=True)
class Choice:
    """The groups that the claims allow, those of them that are used, and why others are not allowed."""

    faithful: Used
    used: Used
    unfaithful: dict[SymmetricGroup, str]


def choice(system: System) -> Choice:
    """Which of the system's groups are used."""
    all_ = {group: neighbours(system, group) for group in system.symmetric}
    moves = {group: steps for group, steps in all_.items() if any(not step.move.nothing for step in steps)}
    reasons = {group: _unkept_claim(system, steps) or _unkept_behaviour(system, steps) for group, steps in moves.items()}
    faithful = {group: steps for group, steps in moves.items() if reasons[group] is None}
    kept = _affordable(system, faithful)
    used = {group: steps for group, steps in faithful.items() if group in kept}
    return Choice(faithful, used, {group: reason for group, reason in reasons.items() if reason is not None})


def symmetry(system: System) -> Symmetry | None:
    """The permutations under which all claims of the system can be decided together; None where there are none."""
    used = choice(system).used
    if not used:
        return None
    sorted_ = _sortable(system, used)
    generators = [step for steps in used.values() for step in steps]
    classes = _Classes(system, [step.move for step in generators])
    return Symmetry(
        groups=tuple(used),
        sorted=tuple(sorted_.values()),
        searched=tuple(_searched(system, group, steps, classes) for group, steps in used.items() if group not in sorted_),
        generators=tuple(step.move for step in generators),
        claims=tuple(_images_of_claims(system.claims, step.terms) for step in generators),
        alike=_alike(system, [step.terms for step in generators]),
    )


def may_be_wider(system: System) -> bool:
    """Whether there are individuals of one entity that are not taken for interchangeable."""
    most = dict.fromkeys(anonymous(system), 1) | {group.entity: len(group.individuals) for group in system.symmetric}
    return any(len(individuals) > most[entity] for entity, individuals in anonymous(system).items())


def wider(system: System, known: Symmetry | None) -> Symmetry | None:
    """The permutations that keep the steps and each claim, whatever they make of the first states; None where these are not more than
    those known. The claims must not be temporal.

    What leads from a first state to a failure leads from its images to the same failure, so that some first state of an orbit leads to it
    if one that stands for the orbit does. A claim that is not the same after a permutation might fail from other first states only."""
    groups = symmetric_groups(system, lasting=True)
    if set(groups) <= set(system.symmetric):
        return None
    found = symmetry(replace(system, symmetric=groups))
    if found is None or found.order <= (1 if known is None else known.order):
        return None
    return replace(found, from_starts=False)


def reduced(whole: Effort, of: Symmetry | None, states: int, generated: int) -> Effort:
    """The effort on all states, with what was looked at in their place. How many states there are is not known where first states were
    taken for others."""
    if of is None:
        return whole
    orbits = Orbits(states, generated, of.order, tuple(map(named, of.groups)))
    return replace(whole, orbits=orbits) if of.from_starts else Effort(whole.engine, depth=whole.depth, orbits=orbits)


def named(group: SymmetricGroup) -> str:
    """What the individuals of the group are, in words."""
    return f"{len(group.individuals)} {group.entity.rsplit('.', 1)[-1]}"


def _affordable(system: System, groups: Used) -> set[SymmetricGroup]:
    """The groups to use: those that must be searched, the smallest first, as long as not too many permutations come together."""
    kept = dict(groups)
    while True:
        sorted_ = _sortable(system, kept)
        searched = sorted((group for group in kept if group not in sorted_), key=lambda group: len(group.individuals))
        if prod(factorial(len(group.individuals)) for group in searched) <= MOST_SEARCHED:
            return set(kept)
        del kept[searched[-1]]


def _unkept_claim(system: System, steps: Iterable[Exchanged]) -> str | None:
    """Of which claim an exchange makes none of the claims: a part of a system's claims need not be closed under them."""
    same = Exchange()
    plain = Counter(claim_image(claim, same) for claim in system.claims)
    for step in steps:
        images = [claim_image(claim, step.terms) for claim in system.claims]
        if Counter(images) != plain:
            at = next((at for at, image in enumerate(images) if image not in plain), 0)
            return f"`{system.claims[at].name.rsplit('.', 1)[-1]}` is decided without what it is for others"
    return None


# ---- temporal claims


def _unkept_behaviour(system: System, steps: Iterable[Exchanged]) -> str | None:
    """Which temporal claim has an atom, or which group of fairness is one, that is not the same after every exchange."""
    temporal = [claim for claim in system.claims if claim.formula is not None]
    if not temporal:
        return None
    same = Exchange()
    plain = [action_image(action, same) for action in system.actions]
    for step in steps:
        for claim in temporal:
            if claim.formula is not None and any(step.terms.term(atom) != same.term(atom) for atom in _atoms(claim.formula)):
                return f"`{claim.name.rsplit('.', 1)[-1]}` follows single ones through time"
        moved = [action_image(action, step.terms) for action in system.actions]
        for group in system.fairness:
            if group_image(group, plain) != group_image(group, moved):
                return f"fairness to `{group.name}` is about single ones"
    return None


def _atoms(formula: Formula) -> Iterator[Term]:
    if formula.term is not None:
        yield formula.term
    for part in formula.arguments:
        yield from _atoms(part)


# ---- claims and actions that are images of each other


def _images_of_claims(claims: Sequence[Claim], by: Exchange) -> tuple[int, ...]:
    """A permutation of the claims: of several that say the same, the first goes to the first that says the image, and so on."""
    same = Exchange()
    plain = [claim_image(claim, same) for claim in claims]
    places: dict[Signature, list[int]] = {}
    for at, signature in enumerate(plain):
        places.setdefault(signature, []).append(at)
    return tuple(places[claim_image(claim, by)][places[plain[at]].index(at)] for at, claim in enumerate(claims))


def _alike(system: System, generators: Iterable[Exchange]) -> tuple[int, ...]:
    """Of each action, the first action that permutations make of it."""
    same = Exchange()
    plain = [action_image(action, same) for action in system.actions]
    first: dict[Signature, int] = {}
    for at, signature in enumerate(plain):
        first.setdefault(signature, at)
    class_of = [first[signature] for signature in plain]
    for by in generators:
        for at, action in enumerate(system.actions):
            one, other = class_of[at], class_of[first[action_image(action, by)]]
            if one != other:
                class_of = [min(one, other) if each in (one, other) else each for each in class_of]
    return tuple(class_of)


# ---- groups whose records are sorted


def _sortable(system: System, groups: Used) -> dict[SymmetricGroup, SortedGroup]:
    """The groups to sort, the largest first; two of them share no variable."""
    found: dict[SymmetricGroup, SortedGroup] = {}
    taken: set[int] = set()
    for group, steps in sorted(groups.items(), key=lambda item: -len(item[0].individuals)):
        records = _records(system, group, steps)
        mine = {variable for record in records or () for variable in record}
        if records is not None and not mine & taken:
            found[group] = SortedGroup(records)
            taken |= mine
    return found


def _records(system: System, group: SymmetricGroup, steps: Sequence[Exchanged]) -> tuple[tuple[int, ...], ...] | None:
    """The individuals' variables, where exchanging two neighbours exchanges their variables and nothing else."""
    if any(any(step.move.values) for step in steps):
        return None
    owned = owners(system)
    own = {who: {which.index for which, by in owned.items() if who in by} for who in group.individuals}
    if any(own[one] & own[other] for one, other in combinations(group.individuals, 2)):
        return None
    records = [tuple(sorted(own[group.individuals[0]]))]
    for step, one, other in zip(steps, group.individuals, group.individuals[1:], strict=False):
        records.append(tuple(step.move.to[variable] for variable in records[-1]))
        if set(records[-1]) != own[other] or not step.move.moved <= own[one] | own[other]:
            return None
    return tuple(records)


# ---- keys of individuals


class _Classes:
    """Points (a variable and a value of it) that permutations make of each other have one number, and so have such variables."""

    def __init__(self, system: System, moves: Sequence[Move]) -> None:
        self.variables = _joined(range(len(system.variables)), lambda at: (move.to[at] for move in moves))
        told = {at for move in moves for at, values in enumerate(move.values) if values is not None}
        self.tables = {at for at in range(len(system.variables)) if any(self.variables[at] == self.variables[other] for other in told)}
        points = [(at, value) for at in sorted(self.tables) for value in _values(system.variables[at])]
        self.points = _joined(points, lambda point: (_moved_point(move, point) for move in moves))


def _values(which: Variable) -> range:
    assert which.low is not None and which.high is not None
    return range(which.low, which.high + 1)


def _moved_point(move: Move, point: Point) -> Point:
    at, value = point
    values = move.values[at]
    return move.to[at], value if values is None else values[value]


def _joined(things: Iterable[T], images: Callable[[T], Iterable[T]]) -> dict[T, int]:
    """The number of each thing's class; a thing and its images are in one class."""
    found: dict[T, int] = {}
    for number, thing in enumerate(things):
        if thing not in found:
            found[thing] = number
            open_ = [thing]
            for here in open_:
                new = [image for image in images(here) if image not in found]
                found.update(dict.fromkeys(new, number))
                open_ += new
    return found


def _searched(system: System, group: SymmetricGroup, steps: Sequence[Exchanged], classes: _Classes) -> SearchedGroup:
    return SearchedGroup(tuple(step.move for step in steps), tuple(_key(system, who, classes) for who in group.individuals))


def _key(system: System, who: Individual, classes: _Classes) -> Key:
    """What is the individual's own, and how many variables refer to it; each class apart, in the order of the classes."""
    sums: dict[tuple[str, int], list[Part]] = {}
    for which, by in owners(system).items():
        if who in by:
            sums.setdefault(("own", classes.variables[which.index]), []).append(_own(which, classes))
    for which, values in referred(system).items():
        if which.index in classes.tables:
            numbers = [classes.points[which.index, value] if who in values[value] else None for value in _values(which)]
            for number in set(numbers) - {None}:
                hits = tuple(int(each == number) for each in numbers)
                sums.setdefault(("referring", number or 0), []).append((which.index, hits))
    return tuple(tuple(sums[kind]) for kind in sorted(sums))


def _own(which: Variable, classes: _Classes) -> Part:
    """A number for each value that no permutation changes: the value where it is no index, else how its class ranks."""
    if which.index not in classes.tables:
        return which.index, None
    numbers = [classes.points[which.index, value] for value in _values(which)]
    ranks = {number: rank for rank, number in enumerate(sorted(set(numbers)))}
    return which.index, tuple(ranks[number] for number in numbers)

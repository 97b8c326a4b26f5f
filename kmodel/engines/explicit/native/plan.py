"""What to compute in a state, in which order and behind which branches: one branch for each condition that several actions share, and
none behind it.

A branch that is taken as often as not costs as much as some thirty instructions, so guards are computed rather than branched on. But
a condition that many guards share (which step a pod is at, mostly) spares all of them at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from kmodel.engines.explicit.choices import Facts, conjuncts, exclusive, simplified, untested
from kmodel.engines.explicit.native.packing import Packing
from kmodel.engines.explicit.steps import Steps
from kmodel.engines.explicit.updates import part
from kmodel.ground.system import Action, Claim, System
from kmodel.ground.terms import FALSE, Term, Variable, not_, or_
from kmodel.records import dataclass

_FEW = 3
"""So many pieces need no branch."""

_DEEPEST = 2
"""Branches in each other."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A step (`action`), or the condition of an event (its bit): something is undefined."""

    conditions: tuple[Term, ...]
    action: int | None = None
    event: int | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """One word after a step: `(word & ~cleared) + constant`, and each term shifted to its offset."""

    cleared: int = 0
    constant: int = 0
    terms: tuple[tuple[Term, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A piece where it is: the conditions that are left, the words after the step (none of an event's), the events that a step may be with
    their terms, the updates that these terms' primed variables stand for, and the parts of the terms without any."""

    piece: Piece
    conditions: tuple[Term, ...]
    words: tuple[Word, ...] = ()
    events: tuple[tuple[int, Term], ...] = ()
    after: tuple[tuple[Variable, Term], ...] = ()
    before: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """The body of the first condition that holds; the conditions exclude each other."""

    cases: tuple[tuple[Term, Block], ...]


Block: TypeAlias = "tuple[Made | Chain, ...]"


def failing(claim: int) -> int:
    """The event that the claim fails (a witness: is reached), or is undefined."""
    return 2 * claim


def exercised(claim: int) -> int:
    """The event that the claim is exercised."""
    return 2 * claim + 1


def state_events(system: System) -> Iterator[tuple[int, Term]]:
    """What to look for in each state, each with its event."""
    for index, claim in enumerate(system.claims):
        if claim.kind != "transition":
            yield from _events(index, claim)


def transition_events(system: System) -> Iterator[tuple[int, Term]]:
    """What to look for in each step."""
    for index, claim in enumerate(system.claims):
        if claim.kind == "transition":
            yield from _events(index, claim)


def _events(index: int, claim: Claim) -> Iterator[tuple[int, Term]]:
    wrong = {"witness": claim.term, "property": FALSE, "defined": FALSE}.get(claim.kind, not_(claim.term))
    fails = or_(*(hole.condition for hole in claim.undefined), wrong)
    for event, term in ((failing(index), fails), (exercised(index), claim.exercised)):
        if term is not FALSE:
            yield event, term


def pieces(system: System) -> list[Piece]:
    """All steps, and what the claim that nothing is undefined asks of them. A step is taken where nothing about it is undefined."""
    made = [
        Piece(simplified((action.guard, *(not_(hole.condition) for hole in action.undefined))), action=index)
        for index, action in enumerate(system.actions)
    ]
    for index, claim in enumerate(system.claims):
        if claim.kind == "defined":
            holes = [hole for action in system.actions for hole in action.undefined]
            made += [Piece(conjuncts(hole.condition), event=failing(index)) for hole in holes if hole.condition is not FALSE]
    return [piece for piece in made if FALSE not in piece.conditions]


class Planner:
    """Makes blocks of pieces."""

    def __init__(self, system: System, packing: Packing) -> None:
        self.system, self.packing = system, packing
        self.steps = Steps()
        self.transitions = list(transition_events(system))

    def block(self, chosen: Sequence[Piece], facts: Facts, depth: int = 0) -> Block:
        """Pieces behind branches on what several share, the others first."""
        open_ = [(piece, left) for piece in chosen if (left := untested(piece.conditions, facts)) is not None]
        groups = _groups(open_) if depth < _DEEPEST and len(open_) > _FEW else {None: open_}
        loose = tuple(self._made(piece, left, facts) for piece, left in groups.pop(None, ()))
        shared = {condition: group for condition, group in groups.items() if condition is not None}
        return (*loose, *(self._chain(conditions, shared, facts, depth) for conditions in exclusive(list(shared))))

    def _chain(
        self, conditions: Iterable[Term], groups: dict[Term, list[tuple[Piece, tuple[Term, ...]]]], facts: Facts, depth: int
    ) -> Chain:
        return Chain(
            tuple(
                (condition, self.block([piece for piece, _ in groups[condition]], facts.with_(condition), depth + 1))
                for condition in conditions
            )
        )

    def _made(self, piece: Piece, left: tuple[Term, ...], facts: Facts) -> Made:
        if piece.action is None:
            return Made(piece, left)
        action = self.system.actions[piece.action]
        events = tuple((event, facts.narrow(self.steps.after(term, action))) for event, term in self.transitions)
        events = tuple((event, term) for event, term in events if term is not FALSE)
        primes = frozenset().union(*(self.steps.primed(term) for _, term in events))
        after = tuple((which, update) for which, update in action.updates if which in primes)
        before = tuple(self.steps.unprimed(term for _, term in events))
        return Made(piece, left, self._words(action, facts), events, after, before)

    def _words(self, action: Action, facts: Facts) -> tuple[Word, ...]:
        words = [Word() for _ in range(self.packing.words)]
        for which, update in action.updates:
            field = self.packing.fields[which.index]
            cleared, number, term = part(field, facts.narrow(update), facts.pinned.get(which))
            before = words[field.word]
            words[field.word] = Word(
                before.cleared | cleared,
                before.constant + (number << field.offset),
                before.terms if term is None else (*before.terms, (term, field.offset)),
            )
        return tuple(words)


def _groups(open_: list[tuple[Piece, tuple[Term, ...]]]) -> dict[Term | None, list[tuple[Piece, tuple[Term, ...]]]]:
    """The pieces by the condition that most others have too; under None those that share none."""
    shares = Counter(condition for _, left in open_ for condition in left)
    groups: dict[Term | None, list[tuple[Piece, tuple[Term, ...]]]] = {}
    for piece, left in open_:
        best = max(left, key=lambda condition: (shares[condition], -condition.serial), default=None)
        groups.setdefault(best, []).append((piece, left))
    for condition in [each for each, group in groups.items() if each is not None and len(group) == 1]:
        groups.setdefault(None, []).extend(groups.pop(condition))
    return groups


def roots(block: Block) -> Iterator[Term]:
    """The terms that a block and all blocks in it are made of."""
    for node in block:
        match node:
            case Made():
                yield from (*node.conditions, *(term for word in node.words for term, _ in word.terms), *(term for _, term in node.after))
                yield from node.before
            case Chain():
                for condition, body in node.cases:
                    yield condition
                    yield from roots(body)


def size(block: Block) -> int:
    """How many pieces there are."""
    return sum(1 if isinstance(node, Made) else sum(size(body) for _, body in node.cases) for node in block)

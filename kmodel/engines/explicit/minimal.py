"""The shortest lasso there is: no fair behaviour on which the property is false is told in fewer steps, of the way in and round together.

A lasso is told by states, so the automaton need not be at the same node each time round; it may come to its own round at last. From a
node (s, q) of the product that is reached in d steps, a closed walk of r steps from s to s makes a lasso of d + r steps if the automaton,
which the walk may take from each node to some others (a relation, with the accepting sets that it comes through), gets from q into a
round of this relation through all accepting sets, and if the walk is fair. Every lasso of the system is one of these; so looking at all
s near enough, and at all walks short enough to make a shorter lasso than the one that is known, finds a shortest one.

States from which no fair part can be reached without leaving the walk are none of a walk: each of its states is one of a fair part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import field
from typing import TypeAlias

from kmodel.engines.explicit.lasso import Lasso, Way, told
from kmodel.engines.explicit.product import STUTTER, Product
from kmodel.records import dataclass

Relation: TypeAlias = tuple[tuple[int, ...], ...]
"""For each two nodes of the automaton the accepting sets that are come through between them; -1: the walk does not lead there."""

Walk: TypeAlias = tuple[int, Relation, int, int, int]
"""Where it is, what it does to the automaton, the weak groups that it is just to, the strong groups that it takes, and those that it could
have taken and has not."""

WORK = 300_000
"""Steps that are looked at: it takes a second or two."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A node, and how many steps away it is."""

    node: int
    distance: int


@dataclass(slots=True)
class Shortest:
    """Looks for shorter lassos. `live` tells whether a state is one of a fair part; `complete`: no walk was given up."""

    whole: Product
    live: Callable[[int], bool]
    work: int = WORK
    complete: bool = True
    composed: dict[tuple[Relation, int], Relation] = field(default_factory=dict)
    good: dict[Relation, frozenset[int]] = field(default_factory=dict)

    def than(self, known: Lasso, entries: Iterable[Entry], nodes: Callable[[int], list[int]]) -> Lasso:
        """A shortest lasso, if `complete`, and else a lasso. `entries` are all reached nodes in order of distance; `nodes` leads to one."""
        best, length = known, len(known.actions)
        for entry in entries:
            if entry.distance + 1 >= length:
                break
            self.work -= 1
            way = self._round(entry.node, length - 1 - entry.distance) if self.live(self.whole.state(entry.node)) else None
            if way is not None:
                best = told(self.whole, nodes(entry.node), way)
                length = len(best.actions)
            if self.work <= 0:
                self.complete = False
            if not self.complete:
                break
        return best

    def _round(self, node: int, most: int) -> Way | None:
        """A shortest walk from the node's state to itself, of at most so many steps, that makes a lasso."""
        at, state = divmod(node, self.whole.size)
        walk = self._begun(state)
        found: dict[Walk, tuple[Walk, int] | None] = {walk: None}
        level = [walk]
        for _ in range(most):
            level = [after for before in level for after in self._onward(found, before, at)]
            closed = next((walk for walk in level if self._closes(walk, state, at)), None)
            if closed is not None:
                return _way(found, closed)
            if self.work <= 0:
                self.complete = False
            if not level or not self.complete:
                return None
        return None

    def _begun(self, state: int) -> Walk:
        whole = self.whole
        relation = tuple(tuple(0 if a == b else -1 for b in range(whole.width)) for a in range(whole.width))
        return state, relation, whole.weak & ~whole.enabled(state), 0, whole.strong & whole.enabled(state)

    def _onward(self, found: dict[Walk, tuple[Walk, int] | None], before: Walk, at: int) -> Iterable[Walk]:
        """The walks that are one step longer; not those that are, in the end, what another walk is."""
        whole = self.whole
        state, relation, just, taken, owed = before
        for action, to in whole.moves(state):
            self.work -= 1
            if not self.live(to):
                continue
            after = self._compose(relation, whole.labels[to])
            if max(after[at]) < 0:
                continue
            groups = whole.graph.groups[action] if action != STUTTER else 0
            took = taken | (whole.strong & groups)
            able = whole.graph.enabled[to]
            walk = to, after, just | whole.weak & (groups | ~able), took, (owed | whole.strong & able) & ~took
            if walk not in found:
                found[walk] = before, action
                yield walk

    def _closes(self, walk: Walk, state: int, at: int) -> bool:
        to, relation, just, _, owed = walk
        return to == state and just == self.whole.weak and not owed and at in self._good(relation)

    # ---- what walks do to the automaton

    def _compose(self, relation: Relation, label: int) -> Relation:
        known = self.composed.get((relation, label))
        if known is None:
            known = self.composed[relation, label] = tuple(self._row(row, label) for row in relation)
        return known

    def _row(self, row: tuple[int, ...], label: int) -> tuple[int, ...]:
        after = [-1] * len(row)
        for before, met in enumerate(row):
            for to in self.whole.allowed[before][label] if met >= 0 else ():
                after[to] = max(after[to], 0) | met | self.whole.accepts(to * self.whole.size)
        return tuple(after)

    def _good(self, relation: Relation) -> frozenset[int]:
        """The nodes from which going round again and again comes through all accepting sets for ever."""
        known = self.good.get(relation)
        if known is None:
            reached = [_reached(relation, node) for node in range(len(relation))]
            rounds = [node for node in range(len(relation)) if node in reached[node] and self._met(relation, reached, node)]
            known = frozenset(node for node in range(len(relation)) if any(each in reached[node] for each in rounds))
            self.good[relation] = known
        return known

    def _met(self, relation: Relation, reached: list[set[int]], node: int) -> bool:
        """Whether the rounds through a node come through all accepting sets."""
        round_ = [each for each in reached[node] if node in reached[each]]
        met = 0
        for before in round_:
            for after in round_:
                met |= max(relation[before][after], 0)
        return met == self.whole.goals


def _reached(relation: Relation, node: int) -> set[int]:
    """What a step or more leads to."""
    found: set[int] = set()
    open_ = [node]
    while open_:
        for after, met in enumerate(relation[open_.pop()]):
            if met >= 0 and after not in found:
                found.add(after)
                open_.append(after)
    return found


def _way(found: dict[Walk, tuple[Walk, int] | None], walk: Walk) -> Way:
    way: Way = []
    while (before := found[walk]) is not None:
        way.append((before[1], walk[0]))
        walk = before[0]
    return way[::-1]

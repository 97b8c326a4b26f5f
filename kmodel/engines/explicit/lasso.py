"""A way round in a fair part of the product, and the shortest way to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from kmodel.engines.explicit.product import STUTTER, Product

Way = list[tuple[int, int]]
"""Steps one after the other, each an action and the node after it."""

_CANDIDATES = 4
"""How many of the nearest fair parts are tried for the shortest lasso."""


@dataclass(frozen=True, slots=True)
class Lasso:
    """States (by number) and the actions between them; the last state is the one at `loop`, from where it goes on for ever."""

    states: list[int]
    actions: list[int]
    loop: int

    def folded(self) -> Lasso:
        """The same behaviour, told shortest: the loop goes round once, and begins as early as it can."""
        steps = list(zip(self.states, self.actions, strict=False))
        stem, around = steps[: self.loop], steps[self.loop :]
        size = next(size for size in range(1, len(around) + 1) if around == around[:size] * (len(around) // size))
        around = around[:size]
        while stem and stem[-1] == around[-1]:
            around = [stem.pop(), *around[:-1]]
        told = [*stem, *around]
        return Lasso([*(state for state, _ in told), around[0][0]], [action for _, action in told], len(stem))


def reach(whole: Product, look: Callable[[int], None]) -> tuple[dict[int, int | None], dict[int, list[int]]]:
    """The nodes that can be reached, nearest first, each with the node it was found from; and what follows each of them."""
    found: dict[int, int | None] = dict.fromkeys(whole.starts)
    after: dict[int, list[int]] = {}
    queue = deque(found)
    while queue:
        node = queue.popleft()
        after[node] = whole.after(node)
        for to in after[node]:
            if to not in found:
                found[to] = node
                queue.append(to)
        look(len(after))
    return found, after


def shortest(whole: Product, found: dict[int, int | None], parts: Iterable[set[int]]) -> Lasso | None:
    """A short lasso: round in one of the nearest parts, from its nearest node or from its nearest accepting one, or where all may stop
    for ever."""
    order = {node: at for at, node in enumerate(found)}
    near = sorted((min(map(order.__getitem__, part)), at, part) for at, part in enumerate(parts))
    nodes = list(found)
    goals = (1 << len(whole.automaton.accepting)) - 1
    lassos: list[Lasso] = []
    for first, _, part in near[:_CANDIDATES]:
        accepting = min((order[node] for node in part if whole.accepts(node) == goals), default=first)
        lassos += [_lasso(whole, found, nodes[at], part) for at in {first, accepting}]
    still = min((order[node] for _, _, part in near for node in part if _may_stay(whole, node, goals)), default=None)
    if still is not None:
        lassos.append(_lasso(whole, found, nodes[still], {nodes[still]}))
    return min(lassos, key=lambda lasso: len(lasso.actions), default=None)


def _may_stay(whole: Product, node: int, goals: int) -> bool:
    """Whether the node alone is a fair part."""
    idle = not (whole.weak | whole.strong) & whole.enabled(node)
    return idle and whole.accepts(node) == goals and (STUTTER, node) in whole.steps(node)


def _lasso(whole: Product, found: dict[int, int | None], entry: int, part: set[int]) -> Lasso:
    nodes = [entry]
    while (before := found[nodes[-1]]) is not None:
        nodes.append(before)
    nodes.reverse()
    actions = [_action(whole, before, to) for before, to in pairwise(nodes)]
    way = _round(whole, entry, part)
    states = [whole.state(node) for node in [*nodes, *(node for _, node in way)]]
    return Lasso(states, [*actions, *(action for action, _ in way)], len(actions)).folded()


def _action(whole: Product, before: int, after: int) -> int:
    return next(action for action, to in whole.steps(before) if to == after)


@dataclass(slots=True)
class _Duties:
    """What a way round must still do: come through accepting sets (`goals`), and for each group take it (`groups`), or for a weak one
    be where it cannot be taken."""

    whole: Product
    goals: int
    groups: int

    def pass_(self, action: int, node: int) -> None:
        self.goals &= ~self.whole.accepts(node)
        self.groups &= ~self._spared(action, node)

    def helps(self, action: int, node: int) -> bool:
        return bool(self.goals & self.whole.accepts(node) or self.groups & self._spared(action, node))

    def _spared(self, action: int, node: int) -> int:
        taken = self.whole.graph.groups[action] if action != STUTTER else 0
        return taken | (self.whole.weak & ~self.whole.enabled(node))


def _round(whole: Product, entry: int, part: set[int]) -> Way:
    """From the entry back to it, through whatever makes it accepted and fair: always on to the nearest place that helps."""
    somewhere = 0
    for node in part:
        somewhere |= whole.enabled(node)
    duties = _Duties(whole, (1 << len(whole.automaton.accepting)) - 1, whole.weak | (whole.strong & somewhere))
    duties.pass_(STUTTER, entry)
    way: Way = []
    while duties.goals or duties.groups:
        _walk(way, whole, entry, part, duties.helps, duties)
    if not way or way[-1][1] != entry:
        _walk(way, whole, entry, part, lambda action, node: node == entry, duties)
    return way


def _walk(way: Way, whole: Product, entry: int, part: set[int], wanted: Callable[[int, int], bool], duties: _Duties) -> None:
    """Lengthen the way, by one step at least, to the nearest step that is wanted."""
    steps = _nearest(whole, way[-1][1] if way else entry, part, wanted)
    for action, node in steps:
        duties.pass_(action, node)
    way.extend(steps)


def _nearest(whole: Product, start: int, part: set[int], wanted: Callable[[int, int], bool]) -> Way:
    parents: dict[int, tuple[int, int]] = {}
    queue = deque([start])
    seen = {start}
    while queue:
        node = queue.popleft()
        for action, to in whole.steps(node):
            if to not in part:
                continue
            if wanted(action, to):
                return [*_back(parents, start, node), (action, to)]
            if to not in seen:
                seen.add(to)
                parents[to] = (node, action)
                queue.append(to)
    raise AssertionError("a strongly connected part has a way to each of its steps")


def _back(parents: dict[int, tuple[int, int]], start: int, node: int) -> Way:
    way: Way = []
    while node != start:
        before, action = parents[node]
        way.append((action, node))
        node = before
    return way[::-1]

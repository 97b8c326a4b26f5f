"""A way round in a fair part of the product, and a short way to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TypeAlias

from kmodel.engines.explicit.product import STUTTER, Product
from kmodel.records import dataclass

Way = list[tuple[int, int]]
"""Steps one after the other, each an action and the node after it."""

Nearest: TypeAlias = "Callable[[int, Wanted], Way]"
"""From a node, within its part, to the nearest step that is wanted: one step at least."""

_CANDIDATES = 4
"""How many of the nearest fair parts are tried for a short lasso."""


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """A step that comes through one of these accepting sets, does justice to one of these groups, or leads to this node."""

    goals: int = 0
    groups: int = 0
    node: int | None = None

    def met(self, whole: Product, action: int, node: int) -> bool:
        return node == self.node or bool(self.goals & whole.accepts(node) or self.groups & whole.spared(action, node))

    def after(self, whole: Product, action: int, node: int) -> Wanted:
        """What is left to want after a step."""
        return Wanted(self.goals & ~whole.accepts(node), self.groups & ~whole.spared(action, node))


def reach(whole: Product, starts: Iterable[int], look: Callable[[int], None]) -> tuple[dict[int, int | None], dict[int, list[int]]]:
    """The nodes that can be reached, nearest first, each with the node it was found from; and what follows each of them."""
    found: dict[int, int | None] = dict.fromkeys(starts)
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


def short(whole: Product, found: dict[int, int | None], parts: Iterable[set[int]]) -> Lasso | None:
    """A short lasso: round in one of the nearest parts, from its nearest node or from its nearest accepting one, or where all may stop
    for ever."""
    order = {node: at for at, node in enumerate(found)}
    near = sorted((min(map(order.__getitem__, part)), at, part) for at, part in enumerate(parts))
    nodes = list(found)
    lassos: list[Lasso] = []
    for first, _, part in near[:_CANDIDATES]:
        accepting = min((order[node] for node in part if whole.accepts(node) == whole.goals), default=first)
        lassos += [through(whole, back(found, nodes[at]), _somewhere(whole, part), _within(whole, part)) for at in {first, accepting}]
    still = min((order[node] for _, _, part in near for node in part if _may_stay(whole, node)), default=None)
    if still is not None:
        alone = {nodes[still]}
        lassos.append(through(whole, back(found, nodes[still]), _somewhere(whole, alone), _within(whole, alone)))
    return min(lassos, key=lambda lasso: len(lasso.actions), default=None)


def back(found: dict[int, int | None], node: int) -> list[int]:
    """The nodes from a first one to this one."""
    nodes = [node]
    while (before := found[nodes[-1]]) is not None:
        nodes.append(before)
    return nodes[::-1]


def _may_stay(whole: Product, node: int) -> bool:
    """Whether the node alone is a fair part."""
    idle = not (whole.weak | whole.strong) & whole.enabled(node)
    return idle and whole.accepts(node) == whole.goals and (STUTTER, node) in whole.steps(node)


def _somewhere(whole: Product, part: Iterable[int]) -> int:
    somewhere = 0
    for node in part:
        somewhere |= whole.enabled(node)
    return somewhere


def through(whole: Product, nodes: Sequence[int], somewhere: int, nearest: Nearest) -> Lasso:
    """By these nodes to the last of them, and from there round; `somewhere` in its part the groups can be taken."""
    return told(whole, nodes, _round(whole, nodes[-1], somewhere, nearest)).folded()


def told(whole: Product, nodes: Sequence[int], way: Way) -> Lasso:
    """By these nodes to the last of them, and then for ever the way."""
    actions = [action_between(whole, before, to) for before, to in pairwise(nodes)]
    states = [whole.state(node) for node in [*nodes, *(node for _, node in way)]]
    return Lasso(states, [*actions, *(action for action, _ in way)], len(actions))


def action_between(whole: Product, before: int, after: int) -> int:
    return next(action for action, to in whole.steps(before) if to == after)


def _round(whole: Product, entry: int, somewhere: int, nearest: Nearest) -> Way:
    """From the entry back to it, through whatever makes it accepted and fair: always on to the nearest place that helps."""
    wanted = Wanted(whole.goals, whole.weak | (whole.strong & somewhere)).after(whole, STUTTER, entry)
    way: Way = []
    while wanted.goals or wanted.groups:
        for action, node in nearest(way[-1][1] if way else entry, wanted):
            way.append((action, node))
            wanted = wanted.after(whole, action, node)
    if not way or way[-1][1] != entry:
        way += nearest(way[-1][1] if way else entry, Wanted(node=entry))
    return way


def _within(whole: Product, part: set[int]) -> Nearest:
    """Searches of a part."""

    def nearest(start: int, wanted: Wanted) -> Way:
        found: dict[int, tuple[int, int] | None] = {start: None}
        queue = deque([start])
        while queue:
            node = queue.popleft()
            for action, to in whole.steps(node):
                if to not in part:
                    continue
                if wanted.met(whole, action, to):
                    return [*_back(found, node), (action, to)]
                if to not in found:
                    found[to] = node, action
                    queue.append(to)
        raise AssertionError("a strongly connected part has a way to each of its steps")

    return nearest


def _back(found: dict[int, tuple[int, int] | None], node: int) -> Way:
    way: Way = []
    while (before := found[node]) is not None:
        way.append((before[1], node))
        node = before[0]
    return way[::-1]

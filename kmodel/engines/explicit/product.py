"""States times nodes of an automaton, and the parts of this product that a fair, accepted behaviour can stay in for ever.

A node of the product is a number, `automaton's node * size + state`. In each state nothing may happen: a step by action -1 to itself.
A part is fair if it comes through all accepting sets, and if each group of actions is taken in it or need not be: weak fairness,
because the group cannot be taken somewhere in the part; strong, because it can be taken nowhere in it. Where a part never takes a
strong group that it could, its states where it could are removed and what is left is looked at again (Emerson and Lei).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kmodel.engines.automaton import Automaton
from kmodel.engines.explicit.graph import Graph
from kmodel.graphs import components
from kmodel.records import dataclass

STUTTER = -1


@dataclass(frozen=True, slots=True)
class Product:
    """`labels[i]` numbers the truths of state i; `allowed[q][l]` are the nodes that may follow q in a state with label l.

    `size` is at least the number of states; `weak` and `strong` have a bit for each such group."""

    graph: Graph
    automaton: Automaton
    labels: Sequence[int]
    allowed: Sequence[Sequence[tuple[int, ...]]]
    size: int
    weak: int
    strong: int

    @property
    def width(self) -> int:
        return len(self.automaton.labels)

    @property
    def goals(self) -> int:
        """A bit for each accepting set."""
        return (1 << len(self.automaton.accepting)) - 1

    def state(self, node: int) -> int:
        return node % self.size

    def enabled(self, node: int) -> int:
        """The groups that can be taken."""
        return self.graph.enabled[node % self.size]

    def moves(self, state: int) -> Iterator[tuple[int, int]]:
        """The steps from a state, each an action (or -1) and the state after it; nothing happening comes first."""
        yield STUTTER, state
        for edge in range(self.graph.first[state], self.graph.first[state + 1]):
            yield self.graph.actions[edge], self.graph.targets[edge]

    def steps(self, node: int) -> Iterator[tuple[int, int]]:
        """The steps from a node, each an action (or -1) and the node after it."""
        size, labels = self.size, self.labels
        at, state = divmod(node, size)
        allowed = self.allowed[at]
        for action, to in self.moves(state):
            for following in allowed[labels[to]]:
                yield action, following * size + to

    def after(self, node: int) -> list[int]:
        """The nodes that steps lead to, each once."""
        return list(dict.fromkeys(following for _, following in self.steps(node)))

    def accepts(self, node: int) -> int:
        """A bit for each accepting set that the node is in."""
        at = node // self.size
        return sum(1 << number for number, goal in enumerate(self.automaton.accepting) if at in goal)

    def spared(self, action: int, node: int) -> int:
        """The groups that a step does justice to: it takes them, or leads where they are weakly fair and cannot be taken."""
        taken = self.graph.groups[action] if action != STUTTER else 0
        return taken | (self.weak & ~self.enabled(node))


def product(graph: Graph, automaton: Automaton, truths: list[int], weak: int, strong: int) -> Product:
    """The product; bit i of a truth says whether the label of the automaton's i-th node holds."""
    numbers = {truth: number for number, truth in enumerate(dict.fromkeys(truths))}
    labels = [numbers[truth] for truth in truths]
    allowed = [[tuple(to for to in following if truth >> to & 1) for truth in numbers] for following in automaton.following]
    return Product(graph, automaton, labels, allowed, len(truths), weak, strong)


def starts(whole: Product, truths: list[int]) -> list[int]:
    """The first nodes."""
    first = range(whole.graph.starts)
    return [at * whole.size + state for state in first for at in whole.automaton.initial if truths[state] >> at & 1]


def fair_parts(whole: Product, nodes: Iterable[int], after: dict[int, list[int]]) -> Iterator[set[int]]:
    """Sets of nodes, each strongly connected and fair."""
    open_ = [set(found) for found in components(nodes, after.__getitem__)]
    while open_:
        part = open_.pop()
        if not _endless(part, after) or not _covered(whole, part, whole.goals):
            continue
        taken, somewhere, everywhere = _fairness(whole, part)
        if whole.weak & everywhere & ~taken:
            continue
        missed = whole.strong & somewhere & ~taken
        if not missed:
            yield part
            continue
        rest = {node for node in part if not whole.enabled(node) & missed}
        inside = {node: [to for to in after[node] if to in rest] for node in rest}
        open_.extend(set(found) for found in components(rest, inside.__getitem__))


def _endless(part: set[int], after: dict[int, list[int]]) -> bool:
    return len(part) > 1 or any(node in after[node] for node in part)


def _covered(whole: Product, part: set[int], goals: int) -> bool:
    met = 0
    for node in part if goals else ():
        met |= whole.accepts(node)
        if met == goals:
            break
    return met == goals


def _fairness(whole: Product, part: set[int]) -> tuple[int, int, int]:
    """The groups that are taken within the part, that can be taken somewhere in it, and everywhere in it."""
    every = whole.weak | whole.strong
    taken, somewhere, everywhere = 0, 0, every
    for node in part if every else ():
        enabled = whole.enabled(node)
        somewhere |= enabled
        everywhere &= enabled
        if enabled & ~taken & every:
            for action, to in whole.steps(node):
                if action != STUTTER and to in part:
                    taken |= whole.graph.groups[action]
    return taken, somewhere, everywhere

"""States times nodes of an automaton, and the parts of this product that a fair, accepted behaviour can stay in for ever.

A node of the product is a number, `state * automaton's nodes + node`. In each state nothing may happen: a step by action -1 to itself.
A part is fair if it comes through all accepting sets, and if each group of actions is taken in it or need not be: weak fairness,
because the group cannot be taken somewhere in the part; strong, because it can be taken nowhere in it. Where a part never takes a
strong group that it could, its states where it could are removed and what is left is looked at again (Emerson and Lei).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kmodel.engines.automaton import Automaton
from kmodel.engines.explicit.graph import Graph
from kmodel.graphs import components

STUTTER = -1


@dataclass(frozen=True, slots=True)
class Product:
    """`labels[i]` numbers the truths of state i; `allowed[q][l]` are the nodes that may follow q in a state with label l.

    `weak` and `strong` have a bit for each such group."""

    graph: Graph
    automaton: Automaton
    labels: list[int]
    allowed: list[list[tuple[int, ...]]]
    starts: list[int]
    weak: int
    strong: int

    @property
    def width(self) -> int:
        return len(self.automaton.labels)

    def state(self, node: int) -> int:
        return node // self.width

    def enabled(self, node: int) -> int:
        """The groups that can be taken."""
        return self.graph.enabled[node // self.width]

    def steps(self, node: int) -> Iterator[tuple[int, int]]:
        """The steps from a node, each an action (or -1) and the node after it; nothing happening comes first."""
        width, graph, labels = self.width, self.graph, self.labels
        state, at = divmod(node, width)
        allowed = self.allowed[at]
        for following in allowed[labels[state]]:
            yield STUTTER, state * width + following
        for edge in range(graph.first[state], graph.first[state + 1]):
            to = graph.targets[edge]
            for following in allowed[labels[to]]:
                yield graph.actions[edge], to * width + following

    def after(self, node: int) -> list[int]:
        """The nodes that steps lead to, each once."""
        return list(dict.fromkeys(following for _, following in self.steps(node)))

    def accepts(self, node: int) -> int:
        """A bit for each accepting set that the node is in."""
        at = node % self.width
        return sum(1 << number for number, goal in enumerate(self.automaton.accepting) if at in goal)


def product(graph: Graph, automaton: Automaton, truths: list[int], weak: int, strong: int) -> Product:
    """The product; bit i of a truth says whether the label of the automaton's i-th node holds."""
    numbers = {truth: number for number, truth in enumerate(dict.fromkeys(truths))}
    labels = [numbers[truth] for truth in truths]
    allowed = [[tuple(to for to in following if truth >> to & 1) for truth in numbers] for following in automaton.following]
    width = len(automaton.labels)
    starts = [state * width + at for state in range(graph.starts) for at in automaton.initial if truths[state] >> at & 1]
    return Product(graph, automaton, labels, allowed, starts, weak, strong)


def fair_parts(whole: Product, nodes: Iterable[int], after: dict[int, list[int]]) -> Iterator[set[int]]:
    """Sets of nodes, each strongly connected and fair."""
    goals = (1 << len(whole.automaton.accepting)) - 1
    open_ = [set(found) for found in components(nodes, after.__getitem__)]
    while open_:
        part = open_.pop()
        if not _endless(part, after) or not _covered(whole, part, goals):
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

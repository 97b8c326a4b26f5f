"""Fair lassos on which a temporal formula is false, in a graph of states that is given whole.

The graph is multiplied by all guesses of which temporal subformulas are true where, of which those are kept that obey the expansion
laws (`always a` is a and, next, `always a`), and that keep each promise at last (Manna and Pnueli's tableau). Groups that must be
taken under strong fairness are treated by removing, from a component that never takes the group, the states where it could (Emerson
and Lei). Nothing happening is a step of every state: only fairness makes a system move.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import TypeAlias

from kmodel.graphs import components
from kmodel.ground.system import Formula, State, System
from kmodel.records import dataclass
from kmodel.semantics.evaluate import evaluate
from kmodel.semantics.steps import enabled_in
from kmodel.verdict.verdict import Trace

Guess: TypeAlias = tuple[bool, ...]
Node: TypeAlias = tuple[State, Guess]
Edge: TypeAlias = tuple[int, Node]
Graph: TypeAlias = Mapping[Node, Sequence[Edge]]


@dataclass(frozen=True, slots=True)
class _Duty:
    """What a component must do to be fair: pass a node that `excuses` it, or take an edge by one of `actions`."""

    excuses: frozenset[Node]
    actions: frozenset[int]


def find_lasso(system: System, formula: Formula, starts: Iterable[State], steps: Iterable[tuple[State, int, State]]) -> Trace | None:
    """A fair behaviour from one of the starts on which the formula is false; `steps` are all of the reachable states."""
    temporal = tuple(dict.fromkeys(_temporal(formula)))
    begin = list(starts)
    edges: dict[State, list[tuple[int, State]]] = {state: [] for state in begin}
    for before, action, after in steps:
        edges.setdefault(before, []).append((action, after))
        edges.setdefault(after, [])
    graph = _tableau(temporal, edges)
    roots = [node for node in graph if node[0] in set(begin) and not _value(formula, node, temporal)]
    parents = _reach(roots, graph)
    reached = {node: [edge for edge in graph[node] if edge[1] in parents] for node in parents}
    promises = [_promise(at, part, temporal, reached) for at, part in enumerate(temporal)]
    for component, duties in _fair_components(system, reached, promises):
        return _lasso(component, duties, parents, reached)
    return None


def _temporal(formula: Formula) -> Iterator[Formula]:
    for argument in formula.arguments:
        yield from _temporal(argument)
    if formula.op in ("always", "eventually", "until"):
        yield formula


def _value(formula: Formula, node: Node, temporal: Sequence[Formula]) -> bool:
    """Whether the formula is true at a node, going by the guess for its temporal subformulas."""
    match formula.op:
        case "state":
            assert formula.term is not None
            return bool(evaluate(formula.term, node[0]))
        case "not":
            return not _value(formula.arguments[0], node, temporal)
        case "and":
            return all(_value(argument, node, temporal) for argument in formula.arguments)
        case "or":
            return any(_value(argument, node, temporal) for argument in formula.arguments)
        case "always" | "eventually" | "until":
            return node[1][temporal.index(formula)]


def _tableau(temporal: Sequence[Formula], edges: Mapping[State, Sequence[tuple[int, State]]]) -> Graph:
    guesses = list(product((False, True), repeat=len(temporal)))
    now = {(state, guess): _bodies((state, guess), temporal) for state in edges for guess in guesses}

    def following(node: Node) -> list[Edge]:
        nexts = [(-1, node[0]), *edges[node[0]]]
        return [(action, (after, guess)) for action, after in nexts for guess in guesses if _lawful(node[1], now[node], guess, temporal)]

    return {node: following(node) for node in now}


def _bodies(node: Node, temporal: Sequence[Formula]) -> list[tuple[bool, ...]]:
    return [tuple(_value(argument, node, temporal) for argument in part.arguments) for part in temporal]


def _lawful(here: Guess, bodies: Sequence[tuple[bool, ...]], later: Guess, temporal: Sequence[Formula]) -> bool:
    """Whether each temporal subformula is what it is now and what is guessed of the next position make it."""
    return all(here[at] == _expanded(part.op, bodies[at], later[at]) for at, part in enumerate(temporal))


def _expanded(op: str, body: tuple[bool, ...], later: bool) -> bool:
    if op == "always":
        return body[0] and later
    return body[-1] or (later and (op == "eventually" or body[0]))


def _promise(at: int, part: Formula, temporal: Sequence[Formula], graph: Graph) -> _Duty:
    """What is said to come must come: for ever again, the guess is not a promise, or it is kept."""

    def kept(node: Node) -> bool:
        said, comes = node[1][at], _value(part.arguments[-1], node, temporal)
        return said or not comes if part.op == "always" else not said or comes

    return _Duty(frozenset(node for node in graph if kept(node)), frozenset())


def _fair_components(system: System, graph: Graph, promises: Sequence[_Duty]) -> Iterator[tuple[set[Node], list[_Duty]]]:
    waiting: list[Collection[Node]] = [list(graph)]
    able = {state: _enabled(system, state) for state in {node[0] for node in graph}}
    while waiting:
        part = set(waiting.pop())
        inside = {node: [after for _, after in graph[node] if after in part] for node in part}
        for found in components(part, inside.__getitem__):
            component = set(found)
            taken = {action for node in component for action, after in graph[node] if after in component}
            if not taken or not all(component & promise.excuses for promise in promises):
                continue
            judged = _judge(system, component, taken, able)
            if judged is None:
                continue
            barred, duties = judged
            if barred:
                waiting.append(component - barred)
            else:
                yield component, [*promises, *duties]


def _judge(system: System, component: set[Node], taken: set[int], able: Mapping[State, set[int]]) -> tuple[set[Node], list[_Duty]] | None:
    """None: no part of the component is fair. Else the nodes that no fair part has, and the duties of the whole where there are none."""
    barred: set[Node] = set()
    duties: list[_Duty] = []
    for group in system.fairness:
        actions = frozenset(group.actions) & taken
        idle = frozenset(node for node in component if not able[node[0]] & set(group.actions))
        if not actions and group.kind == "weak" and not idle:
            return None
        if not actions and group.kind == "strong":
            barred |= component - idle
        duties.append(_Duty(idle if group.kind == "weak" or not actions else frozenset(), actions))
    return barred, duties


def _enabled(system: System, state: State) -> set[int]:
    return {action for action, positions in enumerate(enabled_in(system, (state,))) if positions}


def _lasso(component: set[Node], duties: Sequence[_Duty], parents: Mapping[Node, tuple[Node, int] | None], graph: Graph) -> Trace:
    """A way to the component and then round in it, through all duties."""
    anchor = next(iter(component))
    inside: Graph = {node: [edge for edge in graph[node] if edge[1] in component] for node in component}
    path, actions = _way(anchor, parents)
    loop = len(path) - 1
    for duty in duties:
        if duty.excuses & component:
            _extend(path, actions, inside, lambda node, duty=duty: node in duty.excuses)  # type: ignore[misc]
        else:
            _extend(path, actions, inside, lambda node, duty=duty: any(action in duty.actions for action, _ in inside[node]))  # type: ignore[misc]
            _take(path, actions, next(edge for edge in inside[path[-1]] if edge[0] in duty.actions))
    if len(path) - 1 == loop:
        _take(path, actions, inside[path[-1]][0])
    _extend(path, actions, inside, lambda node: node == anchor)
    return Trace(tuple(state for state, _ in path), tuple(actions), loop)


def _take(path: list[Node], actions: list[int], edge: Edge) -> None:
    actions.append(edge[0])
    path.append(edge[1])


def _extend(path: list[Node], actions: list[int], graph: Graph, wanted: Callable[[Node], bool]) -> None:
    """Lengthen the path to the nearest node that is wanted (which may be its end)."""
    parents = _reach([path[-1]], graph)
    nodes, steps = _way(next(node for node in parents if wanted(node)), parents)
    path.extend(nodes[1:])
    actions.extend(steps)


def _reach(roots: Iterable[Node], graph: Graph) -> dict[Node, tuple[Node, int] | None]:
    """The nodes that can be reached, nearest first, each with the edge that leads to it."""
    parents: dict[Node, tuple[Node, int] | None] = dict.fromkeys(roots)
    queue = deque(parents)
    while queue:
        node = queue.popleft()
        for action, after in graph[node]:
            if after not in parents:
                parents[after] = (node, action)
                queue.append(after)
    return parents


def _way(node: Node, parents: Mapping[Node, tuple[Node, int] | None]) -> tuple[list[Node], list[int]]:
    nodes, actions = [node], list[int]()
    while (step := parents[nodes[-1]]) is not None:
        nodes.append(step[0])
        actions.append(step[1])
    return nodes[::-1], actions[::-1]

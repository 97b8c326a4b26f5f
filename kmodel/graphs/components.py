"""Tarjan's algorithm (SIAM J. Comput. 1(2), 1972) with an explicit stack, so that deep graphs do not exhaust Python's."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, TypeVar

Node = TypeVar("Node", bound=Hashable)
_END: Any = object()


def components(nodes: Iterable[Node], successors: Callable[[Node], Iterable[Node]]) -> list[list[Node]]:
    """The strongly connected components reachable from `nodes`, successors before their predecessors."""
    order: dict[Node, int] = {}
    low: dict[Node, int] = {}
    open_: list[Node] = []
    opened: set[Node] = set()
    found: list[list[Node]] = []

    def enter(node: Node) -> Iterator[Node]:
        order[node] = low[node] = len(order)
        open_.append(node)
        opened.add(node)
        return iter(successors(node))

    def leave(node: Node) -> None:
        if low[node] != order[node]:
            return
        component: list[Node] = []
        while not component or component[-1] != node:
            component.append(open_.pop())
        opened.difference_update(component)
        found.append(component)

    for root in nodes:
        if root in order:
            continue
        path = [(root, enter(root))]
        while path:
            node, rest = path[-1]
            following = next(rest, _END)
            if following is _END:
                path.pop()
                leave(node)
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
            elif following not in order:
                path.append((following, enter(following)))
            elif following in opened:
                low[node] = min(low[node], order[following])
    return found

"""Breadth-first search over the three example models, written by hand for each: what a checker is measured against.

Usage: python bench/baseline.py MODEL NUMBER…   prints `distinct generated depth`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

State = tuple[object, ...]


def search(initial: State, successors: Callable[[State], Iterator[State]]) -> tuple[int, int, int]:
    """Distinct states, generated states (the initial one and every step), levels."""
    seen, level, generated, depth = {initial}, [initial], 1, 0
    while level:
        depth += 1
        following = []
        for state in level:
            for after in successors(state):
                generated += 1
                if after not in seen:
                    seen.add(after)
                    following.append(after)
        level = following
    return len(seen), generated, depth


def put(items: tuple[object, ...], at: int, value: object) -> tuple[object, ...]:
    return (*items[:at], value, *items[at + 1 :])


def ipam(nodes: int, addresses: int, pods: int) -> tuple[State, Callable[[State], Iterator[State]]]:
    """`up` per node, (stage, node, address) per pod, addresses in use per node."""

    def successors(state: State) -> Iterator[State]:
        up, pod, used = state
        for p, (stage, node, address) in enumerate(pod):
            if stage == 0:
                yield from ((up, put(pod, p, (1, n, None)), used) for n in range(nodes) if up[n])
            elif not up[node]:
                yield (up, put(pod, p, (0, None, None)), used)
            elif stage == 1:
                for a in range(addresses):
                    if a not in used[node]:
                        yield (up, put(pod, p, (2, node, a)), put(used, node, used[node] | {a}))
            elif stage == 2:
                yield (up, put(pod, p, (3, node, address)), used)
            else:
                yield (up, put(pod, p, (0, None, None)), put(used, node, used[node] - {address}))
        for n in range(nodes):
            if up[n]:
                yield (put(up, n, False), pod, used)
            elif all(node != n for _, node, _ in pod):
                yield (put(up, n, True), pod, put(used, n, frozenset()))

    return ((True,) * nodes, ((0, None, None),) * pods, (frozenset(),) * nodes), successors


def rollout(
    replicas: int, surge: int, down: int, slots: int, changes: int, crashes: int
) -> tuple[State, Callable[[State], Iterator[State]]]:
    """(state, revision) per slot, target revision, changes and crashes left."""

    def successors(state: State) -> Iterator[State]:
        slot, target, change, crash = state
        live = sum(1 <= s <= 3 for s, _ in slot)
        new = sum(1 <= s <= 3 and r == target for s, r in slot)
        ready = sum(s == 3 for s, _ in slot)
        if change:
            yield (slot, 1 - target, change - 1, crash)
        for i, (s, r) in enumerate(slot):
            if s == 0 and live < replicas + surge and new < replicas:
                yield (put(slot, i, (1, target)), target, change, crash)
            if s in (1, 2):
                yield (put(slot, i, (s + 1, r)), target, change, crash)
            if s == 4:
                yield (put(slot, i, (0, 0)), target, change, crash)
            if s in (1, 2) and r != target:
                yield (put(slot, i, (4, r)), target, change, crash)
            if s == 3 and r != target and ready > replicas - down:
                yield (put(slot, i, (4, r)), target, change, crash)
            if crash and s in (2, 3):
                yield (put(slot, i, (1, r)), target, change, crash - 1)

    return (((3, 0),) * replicas + ((0, 0),) * (slots - replicas), 0, changes, crashes), successors


def scheduling(nodes: int, pods: int, least: int, first: int, most_cordoned: int) -> tuple[State, Callable[[State], Iterator[State]]]:
    """Node per pod (-1 absent, None pending), the scheduler's sums, cordoned nodes, desired pods."""
    capacity, request = (4, 4, 6, 8)[:nodes], (1, 1, 2, 2, 3, 3, 4, 1)[:pods]

    def off(state: State, p: int, to: int | None) -> State:
        bound, cached, cordoned, desired = state
        n = bound[p]
        return (put(bound, p, to), put(cached, n, cached[n] - request[p]), cordoned, desired)

    def pod_steps(state: State, p: int, present: int) -> Iterator[State]:
        bound, cached, cordoned, desired = state
        n = bound[p]
        if n == -1 and present < desired:
            yield (put(bound, p, None), cached, cordoned, desired)
        if n != -1 and present > desired:
            yield (put(bound, p, -1), cached, cordoned, desired) if n is None else off(state, p, -1)
        if n is None:
            for m in range(nodes):
                if not cordoned[m] and cached[m] + request[p] <= capacity[m]:
                    yield (put(bound, p, m), put(cached, m, cached[m] + request[p]), cordoned, desired)
        elif n != -1:
            if all(cached[n] * capacity[m] >= cached[m] * capacity[n] for m in range(nodes)) and any(
                m != n and not cordoned[m] and cached[m] + request[p] <= capacity[m] for m in range(nodes)
            ):
                yield off(state, p, None)
            if cordoned[n]:
                yield off(state, p, None)

    def successors(state: State) -> Iterator[State]:
        bound, cached, cordoned, desired = state
        present = sum(n != -1 for n in bound)
        if desired < pods:
            yield (bound, cached, cordoned, desired + 1)
        if desired > least:
            yield (bound, cached, cordoned, desired - 1)
        for p in range(pods):
            yield from pod_steps(state, p, present)
        for n in range(nodes):
            if cordoned[n]:
                yield (bound, cached, put(cordoned, n, False), desired)
            elif sum(cordoned) < most_cordoned:
                yield (bound, cached, put(cordoned, n, True), desired)

    start = tuple(None if p < first else -1 for p in range(pods))
    return (start, (0,) * nodes, (False,) * nodes, first), successors


MODELS: dict[str, Callable[..., tuple[State, Callable[[State], Iterator[State]]]]] = {
    "ipam": ipam,
    "rollout": rollout,
    "scheduling": scheduling,
}


if __name__ == "__main__":
    initial, successors = MODELS[sys.argv[1]](*map(int, sys.argv[2:]))
    sys.stdout.write("{} {} {}\n".format(*search(initial, successors)))

"""The states that a search saw and the steps between them, in arrays: what temporal properties are decided on."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from kmodel.engines.explicit.canonical import Canonical
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.generate import compiled, label
from kmodel.engines.explicit.search import Search, Steps
from kmodel.ground.system import Fairness
from kmodel.ground.terms import Term
from kmodel.records import dataclass


class Expired(Exception):
    """Time is up."""


@dataclass(frozen=True, slots=True)
class Graph:
    """States are numbers; the first `starts` are initial. The steps of state i are those from `first[i]` to before `first[i + 1]`, each to
    `targets[k]` by `actions[k]`. Bit g of `enabled[i]` says that an action of the g-th fair group can be taken there, and bit g of
    `groups[a]` that action a belongs to the group."""

    starts: int
    first: Sequence[int]
    targets: Sequence[int]
    actions: Sequence[int]
    enabled: Sequence[int]
    groups: tuple[int, ...]


def graph(run: Search, steps: Steps, clock: Clock) -> Graph:
    """The steps between states that were seen; those that lead elsewhere (from the last level of a stopped search) are left out.
    With symmetry, between orbits."""
    canonical = Canonical(run.symmetry, run.layout) if run.symmetry is not None else None
    groups = masks(run.system.fairness, len(run.system.actions))
    number = {packed: at for at, packed in enumerate(run.seen)}
    first, targets, actions = array("q", [0]), array("q"), array("q")
    enabled: list[int] = []
    for at, packed in enumerate(run.seen):
        able = 0
        for action, after in steps(packed):
            able |= groups[action]
            to = number.get(after if canonical is None else canonical(after))
            if to is not None:
                targets.append(to)
                actions.append(action)
        first.append(len(targets))
        enabled.append(able)
        if at % 1024 == 0 and clock.expired(run.progress):
            raise Expired
    return Graph(list(run.seen.values()).count(None), first, targets, actions, enabled, groups)


def masks(fairness: Sequence[Fairness], actions: int) -> tuple[int, ...]:
    """For each action, a bit for each fair group that it belongs to."""
    found = [0] * actions
    for at, group in enumerate(fairness):
        for action in group.actions:
            found[action] |= 1 << at
    return tuple(found)


def truths(run: Search, terms: Sequence[Term]) -> list[int]:
    """For each state that was seen, a number whose bit i says whether the i-th term holds there."""
    labels: list[int] = compiled(label(tuple(terms), run.layout), "label")(run.seen)
    return labels

"""What every engine is: a function from a system and a budget to an outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Literal, Protocol, TypeAlias

from kmodel.ground.system import System
from kmodel.records import dataclass
from kmodel.verdict.verdict import Outcome


@dataclass(frozen=True, slots=True)
class Progress:
    """What an engine is doing, for people: `rate` is in states a second, `space` how many states there are at most."""

    engine: str
    states: int = 0
    generated: int = 0
    depth: int = 0
    queue: int = 0
    rate: float = 0.0
    space: int | None = None


def _silent(_: Progress) -> None:
    return None


PartialOrder: TypeAlias = Literal["auto", "always", "never"]


@dataclass(frozen=True, slots=True)
class Budget:
    """How much an engine may spend: `seconds`, `states` and bytes of `memory` in all, `depth` in steps (None: no limit, or the engine's
    own), and how many `threads` it may use at once.

    `report` is called now and then; an engine asks `expired` (which is told nothing) at least ten times a second and then stops with
    what it has. `keep` is the greatest number of reachable states that a certificate holds. `symmetry` lets one state stand for all that
    permutations of interchangeable individuals make of it, wherever that is sound. `partial_order`: whether steps that commute may be
    looked at in one order only, for claims that cannot tell; `auto`: where all states are too many. `solver` names a SAT solver or
    `z3` (None: the default)."""

    depth: int | None = None
    seconds: float | None = None
    states: int | None = None
    memory: int | None = None
    threads: int = 1
    keep: int = 20_000
    seed: int = 0
    symmetry: bool = True
    partial_order: PartialOrder = "auto"
    solver: str | None = None
    report: Callable[[Progress], None] = field(default=_silent, compare=False)


class Engine(Protocol):
    """Decides every claim of the system that it can; a claim it cannot treat is Unknown with the reason. Never raises for a limit."""

    def __call__(self, system: System, budget: Budget) -> Outcome: ...

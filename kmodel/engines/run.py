"""Engines by name, and `auto`: the one that fits first, the others for what it leaves open.

Engines are imported when first used, so that a check that needs no solver does not wait for one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from math import prod
from time import monotonic

from kmodel.engines.engine import Budget, Engine
from kmodel.engines.explicit.layout import bounds, unbounded
from kmodel.ground.system import System
from kmodel.verdict.verdict import HoldsToDepth, Induction, Outcome, Proved, Unknown, Verdict, Violated

ENGINES: Mapping[str, str] = {
    "explicit": "kmodel.engines.explicit.decide:explicit",
    "bmc": "kmodel.engines.smt.bmc:bmc",
    "induction": "kmodel.engines.smt.induction:induction",
    "simulate": "kmodel.engines.explicit.walk:walks",
    "auto": "kmodel.engines.run:auto",
}

FIRST_STATES = 200_000
"""With more first states, enumeration gives way to solvers."""

STATES = 300_000
"""After so many states, `auto` asks whether a solver can do with a short argument what enumeration takes long for."""

MOST_STATES = 20_000_000
"""More than this is not tried: it would take some gigabytes."""

DEPTH = 12


def engine(name: str) -> Engine:
    """The engine of that name."""
    module, _, function = ENGINES[name].partition(":")
    made: Engine = getattr(import_module(module), function)
    return made


def run(system: System, name: str, budget: Budget) -> Outcome:
    """Decides the system's claims by the named engine."""
    return engine(name)(system, budget)


# ---- auto


@dataclass(frozen=True, slots=True)
class Turn:
    """An engine with a share of the time that is left, and its other limits. `deeper`: only where the last enumeration of states was
    stopped by its number."""

    name: str
    share: float
    states: int | None = None
    depth: int | None = None
    deeper: bool = False


_FINITE = (
    Turn("explicit", 0.6, STATES),
    Turn("induction", 0.3),
    Turn("explicit", 0.6, MOST_STATES, deeper=True),
    Turn("bmc", 1.0, depth=DEPTH),
)
_SYMBOLIC = (Turn("induction", 0.5), Turn("bmc", 1.0, depth=DEPTH))
_REACHING = (Turn("bmc", 0.5, depth=DEPTH), Turn("induction", 1.0))


def auto(system: System, budget: Budget) -> Outcome:
    """One engine after the other for the claims that are open, until none is or the budget is spent.

    A claim is closed by a proof, by a violation, or where only a depth is asked for by holding to it."""
    end = None if budget.seconds is None else monotonic() + budget.seconds
    claims = len(system.claims)
    more_states = budget.states is None or budget.states > STATES
    cut_short = False
    best: Outcome | None = None
    for turn in turns(system):
        open_ = [at for at in range(claims) if best is None or not _closed(best.verdicts[at], budget)]
        left = None if end is None else end - monotonic()
        if best is not None and (not open_ or (left is not None and left <= 0)):
            break
        if turn.deeper and not cut_short:
            continue
        part = replace(system, claims=tuple(system.claims[at] for at in open_))
        found = engine(turn.name)(part, _granted(turn, budget, left))
        cut_short = cut_short or (more_states and found.effort.stored > STATES)
        best = replace(found, engines=(turn.name,) * claims) if best is None else _joined(best, found, open_)
    assert best is not None
    return best


def turns(system: System) -> Sequence[Turn]:
    """Which engines to ask, in order: enumeration where first states are few, solvers where they are many or variables unbounded."""
    first = first_states(system)
    if first is not None and first <= FIRST_STATES:
        return _FINITE
    if not system.actions or all(claim.kind == "witness" for claim in system.claims):
        return _REACHING
    return _SYMBOLIC


def first_states(system: System) -> int | None:
    """At most so many first states there are, without looking at conditions; None: some variable is unbounded."""
    if unbounded(system):
        return None
    sizes = (bounds(start.variable) for start in system.starts if start.value is None)
    return prod(high - low + 1 for low, high in sizes)


def _granted(turn: Turn, budget: Budget, left: float | None) -> Budget:
    """The budget of one turn."""
    limits = [states for states in (budget.states, turn.states) if states is not None]
    return replace(
        budget,
        seconds=None if left is None else left * turn.share,
        states=min(limits, default=None),
        depth=turn.depth if budget.depth is None else budget.depth,
    )


def _closed(verdict: Verdict, budget: Budget) -> bool:
    match verdict:
        case Proved() | Violated():
            return True
        case HoldsToDepth(depth=depth):
            return budget.depth is not None and depth >= budget.depth
        case Unknown():
            return False


def _joined(first: Outcome, second: Outcome, claims: Sequence[int]) -> Outcome:
    """The outcome with what a second engine says of some of its claims, wherever that is stronger.

    The effort is that of the first engine that decided anything; its name, those of all whose verdicts stand."""
    verdicts, vacuous, engines = list(first.verdicts), list(first.vacuous), list(first.engines)
    for at, verdict, idle in zip(claims, second.verdicts, second.vacuous, strict=True):
        if _strength(verdict) > _strength(verdicts[at]):
            engines[at] = second.effort.engine
        verdicts[at] = _stronger(verdicts[at], _renamed(verdict, claims))
        vacuous[at] = idle if vacuous[at] is None else vacuous[at]
    decided = any(not isinstance(verdict, Unknown) for verdict in first.verdicts)
    helped = any(not isinstance(verdict, Unknown) for verdict in second.verdicts)
    effort = first.effort if decided or not helped else second.effort
    return Outcome(tuple(verdicts), tuple(vacuous), replace(effort, engine=", ".join(dict.fromkeys(engines))), tuple(engines))


def _stronger(first: Verdict, second: Verdict) -> Verdict:
    """The stronger of two verdicts. What holds to a depth holds to the depth that another engine got to without a finding."""
    best, other = (second, first) if _strength(second) > _strength(first) else (first, second)
    if isinstance(best, HoldsToDepth) and isinstance(other, Unknown | HoldsToDepth):
        return HoldsToDepth(max(best.depth, -1 if other.depth is None else other.depth))
    return best


def _strength(verdict: Verdict) -> tuple[int, int]:
    match verdict:
        case Proved() | Violated():
            return 2, 0
        case HoldsToDepth(depth=depth):
            return 1, depth
        case Unknown(depth=depth):
            return 0, -1 if depth is None else depth


def _renamed(verdict: Verdict, claims: Sequence[int]) -> Verdict:
    """A verdict about a part's claims as one about the whole's: `claims[i]` is the part's i-th."""
    if isinstance(verdict, Proved) and isinstance(verdict.certificate, Induction):
        together = tuple(claims[at] for at in verdict.certificate.together)
        return replace(verdict, certificate=replace(verdict.certificate, together=together))
    return verdict

"""Engines by name, and `auto`: the one that fits first, the others for what it leaves open.

Engines are imported when first used, so that a check that needs no solver does not wait for one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod
from time import monotonic

from kmodel.engines.engine import Budget, Engine
from kmodel.engines.explicit.layout import bounds, unbounded
from kmodel.engines.explicit.tiers import swift_enough
from kmodel.engines.joined import about, join
from kmodel.engines.paths import BMC, PDR, Paths, function, symbolic
from kmodel.ground.system import ClaimKind, System
from kmodel.records import dataclass
from kmodel.verdict.verdict import Effort, HoldsToDepth, Outcome, Proved, Unknown, Verdict, Violated

ENGINES: Mapping[str, str | Paths] = {
    "explicit": "kmodel.engines.explicit.decide:explicit",
    "bmc": BMC,
    "pdr": PDR,
    "spacer": "kmodel.engines.smt.spacer:spacer",
    "induction": "kmodel.engines.strengthened:induction",
    "liveness": "kmodel.engines.liveness:liveness",
    "static": "kmodel.engines.static.decide:static",
    "simulate": "kmodel.engines.explicit.walk:walks",
    "auto": "kmodel.engines.run:auto",
}

FIRST_STATES = 200_000
"""With more first states, enumeration gives way to solvers."""

STATES = 300_000
"""After so many states, `auto` asks whether a solver can do with a short argument what enumeration takes long for."""

MOST_STATES = 20_000_000
"""More than this is not tried: it would take some gigabytes."""

SWIFT = 16
"""How many times as many states machine code may look at."""

DEPTH = 12


def engine(name: str) -> Engine:
    """The engine of that name."""
    place = ENGINES[name]
    return symbolic(place) if isinstance(place, Paths) else function(place)


def run(system: System, name: str, budget: Budget) -> Outcome:
    """Decides the system's claims by the named engine."""
    return engine(name)(system, budget)


# ---- auto


@dataclass(frozen=True, slots=True)
class Turn:
    """An engine with a share of the time that is left, and its other limits. `deeper`: only where the last enumeration of states was
    stopped by its number. `only`: for claims of this kind."""

    name: str
    share: float
    states: int | None = None
    depth: int | None = None
    deeper: bool = False
    only: ClaimKind | None = None


_FINITE = (
    Turn("explicit", 0.3, STATES),
    Turn("pdr", 0.15),
    Turn("induction", 0.5),
    Turn("explicit", 0.6, MOST_STATES, deeper=True),
    Turn("liveness", 0.6, only="property"),
    Turn("bmc", 1.0, depth=DEPTH),
)
_SWIFTLY = tuple(turn if turn.states is None else replace(turn, states=turn.states * SWIFT) for turn in _FINITE)
_SYMBOLIC = (Turn("pdr", 0.15), Turn("induction", 0.5), Turn("liveness", 0.5, only="property"), Turn("bmc", 1.0, depth=DEPTH))
_STILL = (Turn("static", 0.7), Turn("bmc", 0.5, depth=DEPTH), Turn("induction", 1.0))
_REACHING = (Turn("bmc", 0.5, depth=DEPTH), Turn("induction", 1.0))


def auto(system: System, budget: Budget) -> Outcome:
    """One engine after the other for the claims that are open, until none is or the budget is spent.

    A claim is closed by a proof, by a violation, or where only a depth is asked for by holding to it."""
    end = None if budget.seconds is None else monotonic() + budget.seconds
    claims = len(system.claims)
    cut_short = False
    best: Outcome | None = None
    for turn in turns(system):
        open_ = [at for at in range(claims) if best is None or not is_closed(best.verdicts[at], budget.depth)]
        open_ = [at for at in open_ if turn.only in (None, system.claims[at].kind)]
        left = None if end is None else end - monotonic()
        if best is not None and left is not None and left <= 0:
            break
        if (best is not None and not open_) or (turn.deeper and not cut_short):
            continue
        found = engine(turn.name)(about(system, open_), _granted(turn, budget, left))
        cut_short = cut_short or _cut_short(turn, budget, found.effort)
        best = replace(found, engines=(turn.name,) * claims) if best is None else join(best, found, open_)
    assert best is not None
    return best


def _cut_short(turn: Turn, budget: Budget, effort: Effort) -> bool:
    """Whether a turn's own limit on states ended it, and not the budget's."""
    most = turn.states
    return most is not None and (budget.states is None or budget.states > most) and effort.stored > most


def turns(system: System) -> Sequence[Turn]:
    """Which engines to ask, in order: enumeration where first states are few, solvers where they are many or variables unbounded.
    Where nothing happens, one that sees sums before the others."""
    first = first_states(system)
    if first is not None and first <= FIRST_STATES:
        return _SWIFTLY if swift_enough() else _FINITE
    if not system.actions:
        return _STILL
    if all(claim.kind == "witness" for claim in system.claims):
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


def is_closed(verdict: Verdict, depth: int | None) -> bool:
    """Whether nothing more is asked of the claim, where it is asked to a depth (None: to any)."""
    match verdict:
        case Proved() | Violated():
            return True
        case HoldsToDepth(depth=reached):
            return depth is not None and reached >= depth
        case Unknown():
            return False


# ---- side by side


def rivals(system: System) -> tuple[str, ...]:
    """The engines that may decide claims of the system, the most promising first, for processes of their own: enumeration, which takes
    as long as there is, beside an induction, which is soon over."""
    kinds = {claim.kind for claim in system.claims}
    named = dict.fromkeys(turn.name for turn in turns(system) if turn.only is None or turn.only in kinds)
    return tuple(sorted(named, key=lambda name: _BESIDE.get(name, len(_BESIDE))))


_BESIDE = {"static": 0, "explicit": 0, "induction": 1}

"""Proofs of temporal properties without enumerating states: that no behaviour meets all that a fair violation needs more than k times.

Each conjunct of a property is proved by itself, for growing k, by an engine for invariants (`counting` makes the system that it decides):
first with fairness to one group only, which is enough for many and much smaller, then with fairness to all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import monotonic

from kmodel.engines.counting import counted, needed
from kmodel.engines.engine import Budget, Progress
from kmodel.engines.paths import on_bits
from kmodel.engines.run import engine
from kmodel.ground.system import Claim, System
from kmodel.records import dataclass
from kmodel.verdict.verdict import Counted, Effort, KLiveness, Outcome, Proved, Unknown, Verdict

MOST = 12
"""The greatest k that is tried with fairness to all groups."""

FEW = 2
"""The greatest k that is tried with fairness to one."""

GROUPS = 16
"""Where there are more groups than this, none is tried by itself."""


def liveness(system: System, budget: Budget) -> Outcome:
    """Proves temporal properties; violations are left to `bmc`, other claims to other engines."""
    attempt = Attempt(system, budget, None if budget.seconds is None else monotonic() + budget.seconds)
    verdicts = tuple(
        attempt.verdict(claim) if claim.kind == "property" else Unknown("liveness treats temporal properties only")
        for claim in system.claims
    )
    return Outcome(verdicts, (None,) * len(verdicts), Effort("liveness"))


@dataclass(frozen=True, slots=True)
class Attempt:
    """`end` is a time of `monotonic`."""

    system: System
    budget: Budget
    end: float | None

    def verdict(self, claim: Claim) -> Verdict:
        found: list[Counted] = []
        for at in needed(claim):
            proof = self._conjunct(claim, at)
            if proof is None:
                return Unknown("out of time" if self._left() == 0 else "what breaks it may be met too often")
            found.append(proof)
        return Proved(KLiveness(tuple(found)))

    def _left(self) -> float | None:
        return None if self.end is None else max(self.end - monotonic(), 0.0)

    def _conjunct(self, claim: Claim, at: int) -> Counted | None:
        for groups, most, share in self._plans():
            for k in range(most + 1):
                left = self._left()
                if left == 0:
                    return None
                verdict = self._decided(counted(self.system, claim, at, groups, k), None if left is None else left * share)
                if isinstance(verdict, Proved):
                    return Counted(at, tuple(groups), k, verdict.certificate)
                if isinstance(verdict, Unknown) and not verdict.reason.startswith("a failure can be reached"):
                    break
        return None

    def _plans(self) -> Iterator[tuple[Sequence[int], int, float]]:
        """Groups to be fair to, the greatest k, and the share of the time that is left for one attempt."""
        every = range(len(self.system.fairness))
        if 1 < len(every) <= GROUPS:
            yield from (((at,), FEW, 0.1) for at in every)
        yield every, MOST, 0.9

    def _decided(self, system: System, seconds: float | None) -> Verdict:
        self.budget.report(Progress("liveness"))
        name = "pdr" if on_bits(system, self.budget) else "spacer"
        return engine(name)(system, replace(self.budget, seconds=seconds, depth=None)).verdicts[0]

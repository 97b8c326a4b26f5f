"""What a report finds wrong, one alert for each thing that somebody would fix or accept, with an identity that outlives edits."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Literal, TypeAlias

from kmodel.records import dataclass
from kmodel.reports.result import Accepted, Reason, Report, Result, Standing, Story
from kmodel.source import Span

Level: TypeAlias = Literal["error", "warning", "note"]
LEVELS: dict[str, Level] = {"high": "error", "medium": "warning", "low": "note", "note": "note"}
_TOLD: frozenset[Standing] = frozenset({"unmet", "note", "accepted", "inconclusive"})
_NOTHING = Reason("")


@dataclass(frozen=True, slots=True)
class Alert:
    """One failing case of a claim. `where` is the line to look at: of the object that it is about, else of the spec."""

    rule: str
    result: Result
    reason: Reason
    level: Level
    where: Span | None
    fingerprint: str

    @property
    def accepted(self) -> Accepted | None:
        return self.reason.accepted

    @property
    def story(self) -> Story | None:
        return self.reason.story or self.result.story


def alerts(report: Report) -> tuple[Alert, ...]:
    """Of all results that are not met, in their order; what was accepted too."""
    return tuple(alert for result in report.results for alert in alerts_of(result))


def alerts_of(result: Result) -> Iterator[Alert]:
    """One for each reason; a result that gives none is one by itself."""
    if result.standing in _TOLD:
        for reason in result.reasons or (_NOTHING,):
            yield Alert(rule(result), result, reason, level(result), _where(result, reason), fingerprint(result, reason))


def rule(result: Result) -> str:
    """The claim's id; for one that has none, its qualified name."""
    return result.attributes.get("id") or f"{result.module}.{result.claim}"


def level(result: Result) -> Level:
    """How much it matters, as the claim's `@severity` says; a claim that does not say matters."""
    return "note" if result.standing == "note" else LEVELS.get(result.attributes.get("severity", ""), "error")


def fingerprint(result: Result, reason: Reason) -> str:
    """The same as long as the same claim fails of the same objects: no lines, no values, no paths go into it."""
    parts = (rule(result), result.check, reason.key, *(name for name, _ in reason.objects))
    return sha256("\0".join(parts).encode()).hexdigest()[:32]


def _where(result: Result, reason: Reason) -> Span | None:
    return next((span for _, span in reason.objects), result.span)

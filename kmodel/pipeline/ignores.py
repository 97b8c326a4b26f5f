"""What people accept: findings that an annotation of an object, the configuration or a baseline names, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from fnmatch import fnmatchcase

from kmodel.manifests import Documents, Note, noted
from kmodel.pipeline.baseline import Baseline
from kmodel.records import dataclass
from kmodel.reports import Accepted, Report, Result
from kmodel.reports.alerts import Alert, alerts_of, rule
from kmodel.reports.words import plural
from kmodel.source import Diagnostic, Span

ANNOTATION = "kmodel.dev/ignore"
_ID = re.compile(r"[A-Za-z_][\w.\-]*")


@dataclass(frozen=True, slots=True)
class Ignore:
    """A rule by its id or qualified name (a glob), the object that it is accepted of (a glob; `*`: of any, and of none), and why."""

    rule: str
    object: str
    accepted: Accepted
    span: Span | None = field(default=None, compare=False)

    def fits(self, alert: Alert) -> bool:
        if not fnmatchcase(alert.rule, self.rule):
            return False
        return self.object == "*" or any(fnmatchcase(form, self.object) for name, _ in alert.reason.objects for form in forms(name))


def forms(name: str) -> tuple[str, ...]:
    """The ways to write an object: `Kind namespace/name`, with a slash for the space, without the namespace."""
    kind, _, rest = name.partition(" ")
    return name, f"{kind}/{rest}", f"{kind} {rest.rpartition('/')[2]}", f"{kind}/{rest.rpartition('/')[2]}"


def annotated(documents: Iterable[Documents]) -> tuple[tuple[Ignore, ...], tuple[Diagnostic, ...]]:
    """What the objects say of themselves, and what is wrong with that."""
    found = dict.fromkeys(note for each in documents for note in noted(each, ANNOTATION))
    read = [item for note in found for item in _read(note)]
    return tuple(item for item in read if isinstance(item, Ignore)), tuple(item for item in read if isinstance(item, Diagnostic))


def _read(note: Note) -> Iterator[Ignore | Diagnostic]:
    """`KM0101=reason; KM0202=reason`."""
    for part in re.split(r"[;\n]", note.text):
        name, _, reason = (piece.strip() for piece in part.partition("="))
        if part.strip() and not (_ID.fullmatch(name) and reason):
            yield _unexplained(part.strip(), note)
        elif part.strip():
            yield Ignore(name, _literal(note.object), Accepted("annotation", reason), note.span)


def _literal(name: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", name)


def _unexplained(part: str, note: Note) -> Diagnostic:
    return Diagnostic(
        "ignore-without-reason",
        f"`{part}` says not what is ignored and why",
        note.span,
        help="write an id and a reason, `KM0101=the pool has a spare node`; several are separated by `;`",
    )


def accept(report: Report, ignores: tuple[Ignore, ...], baseline: Baseline | None) -> Report:
    """The report with all findings accepted that these name; a result of which every finding is does not fail."""
    results = tuple(_result(result, ignores, baseline) for result in report.results)
    return replace(report, results=results, remarks=(*report.remarks, *_remarks(report, ignores, baseline)))


def _result(result: Result, ignores: tuple[Ignore, ...], baseline: Baseline | None) -> Result:
    found = [(alert, _acceptance(alert, ignores, baseline)) for alert in alerts_of(result)]
    if not any(accepted for _, accepted in found):
        return result
    reasons = tuple(replace(alert.reason, accepted=accepted) for alert, accepted in found)
    all_accepted = all(accepted for _, accepted in found) and not result.more
    return replace(result, reasons=reasons, standing="accepted" if all_accepted else result.standing)


def _acceptance(alert: Alert, ignores: tuple[Ignore, ...], baseline: Baseline | None) -> Accepted | None:
    """An ignore says more than a baseline, so it is what is told."""
    by_hand = next((ignore.accepted for ignore in ignores if ignore.fits(alert)), None)
    if by_hand is not None or baseline is None or alert.fingerprint not in baseline.known:
        return by_hand
    return Accepted("baseline", baseline.name)


def _remarks(report: Report, ignores: tuple[Ignore, ...], baseline: Baseline | None) -> Iterator[str]:
    """What is accepted and no longer found: it only hides what may come. Nothing is said of rules that this run did not check."""
    if report.interrupted:
        return
    found = [alert for result in report.results for alert in alerts_of(result)]
    ran = {alert.rule for alert in found} | {rule(result) for result in report.results}
    for ignore in ignores:
        if any(fnmatchcase(name, ignore.rule) for name in ran) and not any(ignore.fits(alert) for alert in found):
            yield f"nothing is found that the ignore of {ignore.rule} at {ignore.span} is about"
    if baseline is None:
        return
    gone = {name for name, of in baseline.known.items() if of in ran} - {alert.fingerprint for alert in found}
    if gone:
        yield f"{plural(len(gone), 'finding')} of {baseline.name} {'is' if len(gone) == 1 else 'are'} no longer there"

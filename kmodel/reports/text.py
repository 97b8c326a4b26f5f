"""The report for people: what was read, each claim in a line, what failed in full, what was not modelled, the summary."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from rich.text import Text

from kmodel.reports.excerpt import diagnosis, excerpt, place
from kmodel.reports.pages import page_of
from kmodel.reports.result import Reason, Report, Result, Standing, Unmodelled
from kmodel.reports.timeline import timeline
from kmodel.reports.words import OUTSIDE, acceptance, bounds, is_idle, opening, phrase, plural, remark, summary
from kmodel.source import Span

MARKS: dict[Standing, tuple[str, str]] = {
    "met": ("✓", "green"),
    "unmet": ("✗", "bold red"),
    "inconclusive": ("?", "yellow"),
    "note": ("·", "cyan"),
    "accepted": ("~", "dim"),
    "error": ("✗", "bold red"),
}
_SHOWN_REASONS = 40
_LONG_SCOPE = 60
_THIS = "this scope"


def styled(report: Report, every_violation: bool = False) -> Text:
    """The whole report; its `.plain` is the same text without colour. `every_violation` tells those in full that were expected, too."""
    blocks: list[Text] = [
        _opening(report),
        *_checks(report),
        *_idle_ones(report),
        *(failure(result) for result in report.results if _is_told(result) or (every_violation and result.verdict == "violated")),
        *(diagnosis(diagnostic) for diagnostic in report.diagnostics),
        *([_not_modelled(report)] if report.not_modelled else []),
        *([Text("\n").join(Text.assemble(("remark ", "bold"), remark) for remark in report.remarks)] if report.remarks else []),
        _closing(report),
    ]
    return Text("\n\n").join(blocks)


def _opening(report: Report) -> Text:
    lines = [Text.assemble(("read ", "bold"), opening(report.read))]
    lines += [Text.assemble(("assumed ", "bold"), sentence) for sentence in report.assumed]
    lines += [Text.assemble(("left out ", "bold"), sentence) for sentence in report.skipped]
    return Text("\n").join(lines)


def _idle_ones(report: Report) -> Iterable[Text]:
    """Claims of packs that are about nothing which is given need no line each."""
    idle = sum(is_idle(result) for result in report.results)
    if idle:
        yield Text(f"{plural(idle, 'more claim')} of the packs: nothing that is given is of their kind (`-o json` lists them)", "dim")


def _checks(report: Report) -> Iterable[Text]:
    shown = [result for result in report.results if not is_idle(result)]
    for file, results in groupby(shown, lambda result: result.file):
        lines = [Text(file, "bold")]
        for check, claims in groupby(results, lambda result: result.check):
            lines += _check(check, tuple(claims), report.assumed)
        yield Text("\n").join(lines)


def _check(name: str, results: tuple[Result, ...], known: tuple[str, ...]) -> Iterable[Text]:
    """A check with a line a claim. A scope that is long and the same for all is told once, above them."""
    scopes = {bounds(result) for result in results if result.verdict != "error"}
    above = next(iter(scopes)) if len(scopes) == 1 and max(map(len, scopes)) > _LONG_SCOPE else None
    yield Text.assemble("  ", (name, "underline"), f" for {above}" if above else "")
    for sentence in results[0].assumed:
        if sentence not in known:
            yield Text.assemble("    ", ("assumed ", "dim"), sentence)
    width = max(len(result.claim) for result in results)
    for result in results:
        mark, style = MARKS[result.standing]
        said = phrase(result, _THIS if above else None) + (f" ({remark(result)})" if remark(result) else "")
        yield Text.assemble("    ", (mark, style), " ", result.claim.ljust(width), "  ", (said, "" if result.standing == "met" else style))
        yield from (Text.assemble("      ", ("keeps ", "dim"), each) for each in result.invariants if each != result.claim)
    told = dict.fromkeys(sentence for result in results for sentence in result.apart or ())
    yield from (Text.assemble("    ", ("apart ", "dim"), sentence) for sentence in told)


def _is_told(result: Result) -> bool:
    """Whether there is more to say of a claim than its line."""
    return result.standing in ("unmet", "note", "accepted") or (
        result.standing == "inconclusive" and (result.story is not None or bool(result.reasons))
    )


def failure(result: Result) -> Text:
    """A claim in full: its trace, its line in the spec, why it fails there; what is accepted in a line each."""
    mark, style = MARKS[result.standing]
    blocks = [Text(f"{mark} {result.check}: {result.claim}: {phrase(result)}", style)]
    if result.standing != "accepted":
        blocks += _told(result)
    blocks += [_indented(_accepted(reason)) for reason in result.reasons if reason.accepted is not None]
    return Text("\n").join(blocks)


def _told(result: Result) -> Iterable[Text]:
    page = page_of(result)
    if result.doc:
        yield _indented(Text(page.what.replace("\n\n", "\n"), "italic"))
    if result.story is not None and (result.story.events or result.story.start or result.story.ending):
        yield timeline(result.story)
    yield from (_indented(part) for part in _why(result))
    yield from (Text.assemble("  ", (f"{label}: ", "cyan"), text) for label, text in _advice(result))


def _accepted(reason: Reason) -> Text:
    assert reason.accepted is not None
    objects = ", ".join(dict.fromkeys(name for name, _ in reason.objects)) or str(reason)
    return Text(": ".join(part for part in (objects, acceptance(reason.accepted)) if part), "dim")


def _why(result: Result) -> Iterable[Text]:
    """The line that is false, once for all of which it is; without reasons, the claim's own."""
    told = [reason for reason in result.reasons if reason.accepted is None]
    if not told:
        span = result.story.ending_span if result.story is not None and result.story.ending_span is not None else result.span
        yield from _lines_of(span)
    shown: set[Span] = set()
    for span, reasons in groupby(told[:_SHOWN_REASONS], lambda reason: reason.span):
        yield from _lines_of(span or result.span, "false" if span else "")
        for reason in reasons:
            if str(reason):
                yield Text(f"  {reason}")
            yield from _objects(reason, shown)
    if len(told) > _SHOWN_REASONS:
        yield Text(f"and {len(told) - _SHOWN_REASONS} more (`-o json` has them)")


def _objects(reason: Reason, shown: set[Span]) -> Iterable[Text]:
    """The objects' lines, each the first time only."""
    for name, where in reason.objects:
        if where not in shown:
            shown.add(where)
            yield Text.assemble("  ", name, " ", place(where), "\n", _indented(excerpt(where, style="yellow")))


def _lines_of(span: Span | None, label: str = "") -> Iterable[Text]:
    if span is not None:
        yield Text("\n").join([place(span), excerpt(span, label)])


def _advice(result: Result) -> Iterable[tuple[str, str]]:
    if result.standing in ("unmet", "inconclusive"):
        yield "expected", str(result.expected)
    if result.standing == "note":
        yield "note", OUTSIDE
    yield from ((name, result.attributes[name]) for name in ("fix", "id") if result.attributes.get(name))
    if result.trace:
        yield "saved", f"{result.trace} (`kmodel replay` says whether it is still possible)"


def _indented(text: Text) -> Text:
    return Text("\n").join(Text("  ") + line for line in text.split("\n"))


def _not_modelled(report: Report) -> Text:
    lines = [Text("not modelled (nothing above says anything of these)", "bold")]
    kinds = [item for item in report.not_modelled if item.field is None]
    if kinds:
        lines.append(Text("  kinds: " + ", ".join(f"{item.kind} ({item.objects:,})" for item in kinds)))
    fields = (item for item in report.not_modelled if item.field is not None)
    for kind, items in groupby(fields, lambda item: item.kind):
        lines.append(Text(f"  {kind}: {', '.join(_counted(item) for item in items)}"))
    return Text("\n").join(lines)


def _counted(item: Unmodelled) -> str:
    return f"{item.field} ({item.objects:,})" if item.objects > 1 else f"{item.field}"


def _closing(report: Report) -> Text:
    said = summary(report)
    if report.interrupted:
        said += ", interrupted before the end"
    if report.seconds >= 0.1:
        said += f" in {report.seconds:.1f} s"
    bad = report.status()
    return Text(said, "bold green" if bad == 0 else "bold yellow" if bad == 3 else "bold red")

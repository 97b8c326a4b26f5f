"""Explanations as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kmodel.pipeline.change import Change
from kmodel.pipeline.why import Explained, Line, Reason
from kmodel.reports.words import plural
from kmodel.source import Span

_WIDEST = 90


def shown(explained: Explained) -> str:
    """The verdict, then each way in which the claim fails."""
    return "\n".join(_lines(explained))


def _lines(explained: Explained) -> Iterator[str]:
    yield f"check {explained.check}: " + (explained.said if explained.claim is None else f"{explained.claim} is {explained.said}")
    if explained.proof is not None:
        yield f"  {explained.proof}" + (f", in {plural(len(explained.invariants), 'sentence')}:" if explained.invariants else "")
        yield from (f"    {each}" for each in explained.invariants)
    if explained.missing is not None:
        yield f"  no reason was found: {explained.missing}"
    for reason in explained.reasons:
        yield from _reason(reason)


def _reason(reason: Reason) -> Iterator[str]:
    about = f" for {reason.about}" if reason.about else ""
    if reason.parts or reason.rules:
        least = "" if reason.minimal else " (perhaps more than needed: time was over)"
        yield f"  these cannot all be so{about}{least}:"
        yield from _places((*reason.parts, *reason.rules))
    elif about:
        yield f"  {about.strip()}"
    if reason.change is not None:
        yield from _change(reason.change)
    elif not reason.in_time:
        yield "  there was no time to look for the smallest change that makes it hold"


def _places(lines: Sequence[Line]) -> Iterator[str]:
    names = [f"{line.span.source.name}:{line.span.line}" for line in lines]
    width = max(map(len, names))
    for name, line in zip(names, lines, strict=True):
        yield f"    {name.ljust(width)}  {_excerpt(line.span)}" + (f"  ({line.of})" if line.of else "")


def _excerpt(span: Span) -> str:
    line = " ".join(span.text.split())
    return line if len(line) <= _WIDEST else line[: _WIDEST - 1] + "…"


def _change(change: Change) -> Iterator[str]:
    yield "  the smallest change that makes it hold (checked again with it):"
    for edit in change.edits:
        yield f"    {edit.span.source.name}:{edit.span.line}  {edit.of}: {edit.before} -> {edit.now}"

"""Why a connection is possible or not, in words: the rules that decide on both sides, and the lines of the manifests that they are on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kmodel.pipeline.connectivity import Connectivity
from kmodel.pipeline.probes import Ends, Probe
from kmodel.regions import Reason
from kmodel.typed.values import Individual


def grounds(found: Connectivity, probe: Probe) -> tuple[bool, tuple[str, ...]]:
    """Whether the probe's connection is possible, and lines that say why."""
    asked = Ends(found).asked(probe)
    regions = found.asking.regions
    holds = regions.holds(asked.query, asked.individuals, asked.point)
    reasons = regions.why(asked.query, asked.individuals, asked.point)
    return holds, tuple(_lines(found, _distinct(reasons, set()), ""))


def _distinct(reasons: Iterable[Reason], told: set[Reason]) -> Iterator[Reason]:
    """What was told already is not told again."""
    for each in reasons:
        if each not in told:
            told.add(each)
            yield each


def _lines(found: Connectivity, reasons: Iterable[Reason], indent: str) -> Iterator[str]:
    for each in reasons:
        yield indent + _said(found, each)
        yield from _lines(found, _distinct(each.parts, set()), indent + "  ")


def _said(found: Connectivity, each: Reason) -> str:
    mark = "✓" if each.holds else "✗"
    named = "; ".join(_place(found, one) for one in each.individuals)
    if not each.text:
        return f"{mark} {named}"
    words = each.text.replace("_", " ")
    return f"{mark} {words}: {named}" if named else f"{mark} {words}"


def _place(found: Connectivity, one: Individual) -> str:
    """What it is, of which object, and where that is written."""
    given, sort = found.asking.given.get(one), one.entity.rpartition(".")[2]
    if given is None:
        return f"{sort} {one}"
    which = given.object if given.object.startswith(f"{sort} ") else f"{sort} of {given.object}"
    return f"{which} ({given.span})"

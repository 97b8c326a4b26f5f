"""What two states of the manifests allow differently: connections that are added, removed or changed, ranges of addresses cut to fit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from itertools import pairwise
from typing import TypeAlias

from kmodel.pipeline.connectivity import Connection, Conns
from kmodel.records import dataclass
from kmodel.regions import address
from kmodel.regions.axes import position

Key: TypeAlias = tuple[str, str]
Segments: TypeAlias = list[tuple[int, int, Conns]]
OUTSIDE = ""


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """`kind` is added, removed or changed; `before` and `after` are what is possible. `workloads` are the ends of which only one state
    knows."""

    source: str
    target: str
    kind: str
    before: Conns
    after: Conns
    workloads: tuple[str, ...] = ()


def differences(
    before: Iterable[Connection], after: Iterable[Connection], known: tuple[frozenset[str], frozenset[str]]
) -> list[Difference]:
    """In order of the ends; `known` are the workloads of either state."""
    pairs = [_pairs(each) for each in (before, after)]
    ranges = [_ranges(each) for each in (before, after)]
    news = known[0] ^ known[1]
    found = [_difference(key, pairs[0].get(key, ()), pairs[1].get(key, ())) for key in {**pairs[0], **pairs[1]}]
    for key in {**ranges[0], **ranges[1]}:
        found += _cut(key, ranges[0].get(key, []), ranges[1].get(key, []))
    return sorted(_with_news(each, news) for each in found if each is not None)


def _with_news(each: Difference, news: frozenset[str]) -> Difference:
    ends = tuple(end for end in (each.source, each.target) if end in news)
    return Difference(each.source, each.target, each.kind, each.before, each.after, ends)


def _difference(key: Key, before: Conns, after: Conns) -> Difference | None:
    if before == after:
        return None
    return Difference(*key, "changed" if before and after else "added" if after else "removed", before, after)


def _pairs(found: Iterable[Connection]) -> dict[Key, Conns]:
    return {(each.source, each.target): each.conns for each in found if not (_range(each.source) or _range(each.target))}


def _ranges(found: Iterable[Connection]) -> Mapping[Key, Segments]:
    """The rows with a range of addresses, by their other end (OUTSIDE stands for the range)."""
    segments: dict[Key, Segments] = defaultdict(list)
    for each in found:
        source, target = _range(each.source), _range(each.target)
        if source is not None:
            segments[OUTSIDE, each.target].append((*source, each.conns))
        elif target is not None:
            segments[each.source, OUTSIDE].append((*target, each.conns))
    return segments


def _range(end: str) -> tuple[int, int] | None:
    first, dash, last = end.partition("-")
    if not dash or "/" in end or "[" in end:
        return None
    try:
        return position(ip_address(first)), position(ip_address(last))
    except ValueError:
        return None


def _cut(key: Key, before: Segments, after: Segments) -> Iterator[Difference]:
    """Ranges that differ in the same way and touch are one."""
    cuts = sorted({cut for low, high, _ in (*before, *after) for cut in (low, high + 1)})
    merged: list[tuple[int, int, Conns, Conns]] = []
    for low, following in pairwise(cuts):
        one, other = _at(before, low), _at(after, low)
        if merged and merged[-1][1] + 1 == low and merged[-1][2:] == (one, other) and address(low).version == address(low - 1).version:
            merged[-1] = (merged[-1][0], following - 1, one, other)
        else:
            merged.append((low, following - 1, one, other))
    for low, high, one, other in merged:
        shown = f"{address(low)}-{address(high)}"
        found = _difference((key[0] or shown, key[1] or shown), one, other)
        if found is not None:
            yield found


def _at(segments: Segments, number: int) -> Conns:
    return next((conns for low, high, conns in segments if low <= number <= high), ())

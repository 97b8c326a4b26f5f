"""Queries over ranges too large to try, with relations that lead to themselves and quantified numbers: the same as number by number."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmodel.pipeline.asking import Asking, ask
from kmodel.source import Rejected
from kmodel.typed.module import QuerySymbol
from kmodel.typed.values import Individual

SPEC = """
module test.tunnels

type Number = 0..65535

entity Tunnel from example.org/v1/Tunnel {
  const title: string of metadata.name
  const low: int of spec.low
  const high: int of spec.high
  const next: list[string] = [] of spec.next
}

relation leads(a: Tunnel, b: Tunnel, n: Number)
rule leads(a, b, n) when b.title in a.next and a.low <= n and n <= a.high
rule leads(a, c, n) when leads(a, b, n) and leads(b, c, n)

relation turns(a: Tunnel, b: Tunnel, n: Number)
rule turns(a, b, n) when b.title in a.next and n >= a.low
rule turns(a, c, n) when turns(a, b, n) and b.title != c.title and c.title in b.next and not leads(b, c, n)

query leading(a: Tunnel, b: Tunnel, n: Number) = leads(a, b, n)
query turning(a: Tunnel, b: Tunnel, n: Number) = turns(a, b, n)
query ever(a: Tunnel, b: Tunnel) = exists n in Number: leads(a, b, n)
query always(a: Tunnel, b: Tunnel) = forall n in Number: leads(a, b, n)
query later(a: Tunnel, b: Tunnel, n: Number) = turns(b, a, n) and exists m in Number: m >= b.low and leads(a, b, m)
query until(a: Tunnel, b: Tunnel) = forall m in Number: m <= a.high implies leads(a, b, m) or turns(a, b, m)
query apart(a: Tunnel, b: Tunnel) = exists m, k in Number: m != b.low and k > a.high and leads(a, b, m) and not leads(b, a, k)
"""
LAST = 65535


@dataclass(frozen=True)
class Tunnel:
    low: int
    high: int
    next: frozenset[str]


@cache
def _spec() -> Path:
    path = Path(mkdtemp()) / "tunnels.km"
    path.write_text(SPEC, encoding="utf-8")
    return path


def _asking(tunnels: dict[str, Tunnel]) -> Asking:
    objects = [
        {
            "apiVersion": "example.org/v1",
            "kind": "Tunnel",
            "metadata": {"name": name},
            "spec": {"low": each.low, "high": each.high, "next": sorted(each.next)},
        }
        for name, each in tunnels.items()
    ]
    return ask(_spec(), ["-"], lambda: "\n---\n".join(map(json.dumps, objects)))


class ByNumber:
    """The relations at single numbers, and the numbers at which anything changes, with their neighbours."""

    def __init__(self, tunnels: dict[str, Tunnel]) -> None:
        self.tunnels = tunnels
        ends = {0, LAST, *(end for each in tunnels.values() for end in (each.low, each.high))}
        self.numbers = sorted({n for end in ends for n in (end - 1, end, end + 1) if 0 <= n <= LAST})
        self.led = {n: self._led(n) for n in self.numbers}
        self.turned = {n: self._turned(n) for n in self.numbers}

    def _led(self, n: int) -> set[tuple[str, str]]:
        found = {(a, b) for a, each in self.tunnels.items() for b in each.next if each.low <= n <= each.high}
        while more := {(a, d) for a, b in found for c, d in found if b == c} - found:
            found |= more
        return found

    def _turned(self, n: int) -> set[tuple[str, str]]:
        found = {(a, b) for a, each in self.tunnels.items() for b in each.next if n >= each.low}
        while more := {(a, c) for a, b in found for c in self.tunnels[b].next if b != c and (b, c) not in self.led[n]} - found:
            found |= more
        return found

    def holds(self, query: str, a: str, b: str, n: int) -> bool:
        led = {m: (a, b) in self.led[m] for m in self.numbers}
        match query:
            case "leading":
                return led[n]
            case "turning":
                return (a, b) in self.turned[n]
            case "ever":
                return any(led.values())
            case "always":
                return all(led.values())
            case "later":
                return (b, a) in self.turned[n] and any(m >= self.tunnels[b].low and led[m] for m in self.numbers)
            case "until":
                return all(led[m] or (a, b) in self.turned[m] for m in self.numbers if m <= self.tunnels[a].high)
            case _:
                first = any(m != self.tunnels[b].low and led[m] for m in self.numbers)
                return first and any(k > self.tunnels[a].high and (b, a) not in self.led[k] for k in self.numbers)


NAMES = ("a", "b", "c")
NUMBERS = st.one_of(st.sampled_from((0, 1, 80, 4000, 65534, LAST)), st.integers(0, LAST))
TUNNELS = st.fixed_dictionaries(
    {name: st.builds(Tunnel, NUMBERS, NUMBERS, st.frozensets(st.sampled_from(NAMES), max_size=2)) for name in NAMES}
)


def _points(query: QuerySymbol, numbers: Iterable[int]) -> list[dict[str, int]]:
    return [{"n": n} for n in numbers] if any(each.name == "n" for each in query.parameters) else [{}]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TUNNELS)
def test_regions_are_what_single_numbers_say(tunnels: dict[str, Tunnel]) -> None:
    asking, reference = _asking(tunnels), ByNumber(tunnels)
    ones = {str(one): one for one in asking.given}
    for query in asking.queries:
        for a, b in ((a, b) for a in NAMES for b in NAMES):
            ends: dict[str, Individual] = {"a": ones[a], "b": ones[b]}
            for point in _points(query, reference.numbers):
                said = asking.regions.holds(query, ends, point)
                assert said == reference.holds(query.short, a, b, point.get("n", 0)), (query.short, a, b, point)


def test_two_numbers_of_wide_ranges_are_not_compared(tmp_path: Path) -> None:
    spec = tmp_path / "order.km"
    spec.write_text(SPEC + "query order(n: Number) = exists m in Number: m < n\n", encoding="utf-8")
    tunnel = json.dumps({"apiVersion": "example.org/v1", "kind": "Tunnel", "metadata": {"name": "a"}, "spec": {"low": 1, "high": 2}})
    asking = ask(spec, ["-"], lambda: tunnel)
    with pytest.raises(Rejected) as refused:
        asking.regions.answer(asking.queries[-1])
    assert [each.code for each in refused.value.diagnostics] == ["not-by-ranges"]

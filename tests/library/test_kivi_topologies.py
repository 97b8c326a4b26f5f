"""Every topology of Kivi's case C3: up to six nodes of each of two zones, up to six pods on each node of a zone."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.command import report


class Topology(NamedTuple):
    first: int
    second: int
    pods_in_first: int
    pods_in_second: int

    @property
    def pods(self) -> list[int]:
        return [self.pods_in_first] * self.first + [self.pods_in_second] * self.second

    def is_stuck(self) -> bool:
        """By plain arithmetic: whether the autoscaler asks for a pod that no node may take."""
        total = sum(self.pods)
        if total == 0 or 100 * (8 * total + 6) // (8 * total) - 91 <= 9:
            return False
        zones = {0: self.first * self.pods_in_first, 1: self.second * self.pods_in_second}
        fewest, fewest_in_zone = min(self.pods), min(zones.values())
        return not any(
            pods + 1 - fewest <= 1 and zones[node >= self.first] + 1 - fewest_in_zone <= 1 for node, pods in enumerate(self.pods)
        )

    def check(self) -> str:
        zones = ", ".join(["First"] * self.first + ["Second"] * self.second)
        return (
            f"check {self.name} {{\n  scope Node = {self.first + self.second}\n  set Node.zone = [{zones}]\n"
            f"  set Node.begins_with = {self.pods}\n  verify always_schedulable\n}}\n"
        )

    @property
    def name(self) -> str:
        return "t" + "_".join(map(str, self))


TOPOLOGIES = [Topology(*each) for each in product(range(1, 7), range(1, 7), range(7), range(7))]
SOME = [each for each in TOPOLOGIES if each.first == 1 and each.second <= 3 and {each.pods_in_first, each.pods_in_second} <= {1, 2, 3}]


def verdicts(topologies: list[Topology], folder: Path) -> dict[str, str]:
    spec = folder / "sweep.km"
    checks = "\n".join(each.check() for each in topologies)
    spec.write_text(f"module sweep\n\nimport incidents.kivi.c3_conflicting_spread\n\n{checks}", encoding="utf-8")
    return {result["check"]: result["verdict"] for result in report(str(spec))["results"]}


def expected(topologies: list[Topology]) -> dict[str, str]:
    return {each.name: "violated" if each.is_stuck() else "proved" for each in topologies}


def test_small_topologies(tmp_path: Path) -> None:
    found = verdicts(SOME, tmp_path)
    assert found == expected(SOME)
    assert set(found.values()) == {"proved", "violated"}


@pytest.mark.nightly
def test_every_topology(tmp_path: Path) -> None:
    assert len(TOPOLOGIES) == 1764
    assert verdicts(TOPOLOGIES, tmp_path) == expected(TOPOLOGIES)

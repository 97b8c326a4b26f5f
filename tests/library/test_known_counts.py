"""Three models whose counts TLC, SPIN and a reference in C++ agree on: distinct and generated states, breadth-first levels."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.run import CLAIM, Case, check_text
from tests.command import report

COUNTS = {
    Case("ipam", (1, 1, 1)): (9, 14, 5),
    Case("ipam", (1, 2, 2)): (71, 149, 8),
    Case("ipam", (2, 1, 2)): (249, 761, 10),
    Case("ipam", (2, 2, 3)): (8_391, 31_635, 16),
    Case("ipam", (2, 2, 4)): (52_637, 240_325, 17),
    Case("rollout", (1, 1, 0, 2, 1, 0)): (7, 7, 7),
    Case("rollout", (2, 1, 1, 4, 1, 1)): (706, 2_349, 13),
    Case("rollout", (2, 0, 1, 3, 2, 1)): (764, 2_334, 17),
    Case("rollout", (3, 1, 1, 5, 1, 1)): (4_600, 18_020, 18),
    Case("rollout", (3, 1, 0, 5, 2, 1)): (11_568, 39_713, 32),
    Case("rollout", (3, 2, 1, 6, 1, 1)): (13_564, 61_731, 18),
    Case("scheduling", (2, 3, 1, 2, 1)): (567, 3_718, 11),
    Case("scheduling", (2, 4, 1, 2, 1)): (2_892, 22_807, 14),
    Case("scheduling", (3, 5, 2, 3, 1)): (40_272, 404_749, 17),
}
LARGER = {
    Case("ipam", (3, 2, 3)): (133_580, 625_684, 23),
    Case("ipam", (2, 2, 5)): (297_275, 1_600_311, 18),
    Case("rollout", (4, 1, 1, 6, 2, 1)): (190_776, 968_531, 36),
    Case("scheduling", (3, 5, 2, 3, 2)): (70_476, 765_436, 18),
    Case("scheduling", (3, 6, 2, 3, 1)): (194_700, 2_157_307, 20),
}


BENCHMARKS = {
    Case("ipam", (3, 2, 4)): (1_293_749, 7_040_857, 24),
    Case("rollout", (4, 1, 1, 7, 2, 2)): (2_675_716, 18_705_541, 39),
    Case("scheduling", (3, 8, 6, 7, 1)): (1_031_928, 11_277_415, 16),
}
EXAMPLES = {
    "one_of_each": Case("ipam", (1, 1, 1)),
    "two_pods": Case("ipam", (1, 2, 2)),
    "two_nodes": Case("ipam", (2, 1, 2)),
    "three_pods": Case("ipam", (2, 2, 3)),
    "four_pods": Case("ipam", (2, 2, 4)),
    "three_nodes": Case("ipam", (3, 2, 4)),
    "smallest": Case("rollout", (1, 1, 0, 2, 1, 0)),
    "two_replicas": Case("rollout", (2, 1, 1, 4, 1, 1)),
    "no_surge": Case("rollout", (2, 0, 1, 3, 2, 1)),
    "three_replicas": Case("rollout", (3, 1, 1, 5, 1, 1)),
    "two_changes": Case("rollout", (3, 1, 0, 5, 2, 1)),
    "four_replicas": Case("rollout", (4, 1, 1, 7, 2, 2)),
    "two_nodes_three_pods": Case("scheduling", (2, 3, 1, 2, 1)),
    "two_nodes_four_pods": Case("scheduling", (2, 4, 1, 2, 1)),
    "three_nodes_five_pods": Case("scheduling", (3, 5, 2, 3, 1)),
    "three_nodes_eight_pods": Case("scheduling", (3, 8, 6, 7, 1)),
}


def test_the_checks_of_the_examples_have_these_counts() -> None:
    known = COUNTS | LARGER | BENCHMARKS
    results = report("spec/examples", "--engine", "explicit")["results"]
    found = {(each["check"], each["claim"]): (each["states"], each["generated"], each["depth"]) for each in results}
    for check, case in EXAMPLES.items():
        assert found[check, CLAIM[case.model]] == known[case], check


def counts(case: Case, folder: Path) -> tuple[int, int, int]:
    spec = folder / "case.km"
    spec.write_text(check_text(case), encoding="utf-8")
    (result,) = report(str(spec), "--engine", "explicit")["results"]
    assert result["verdict"] == "proved"
    return result["states"], result["generated"], result["depth"]


@pytest.mark.parametrize("case", COUNTS, ids=lambda case: f"{case.model} {case.sizes}")
def test_counts(case: Case, tmp_path: Path) -> None:
    assert counts(case, tmp_path) == COUNTS[case]


@pytest.mark.nightly
@pytest.mark.parametrize("case", LARGER, ids=lambda case: f"{case.model} {case.sizes}")
def test_larger_counts(case: Case, tmp_path: Path) -> None:
    assert counts(case, tmp_path) == LARGER[case]

"""The model of the symbolic benchmark: its faults have the lengths that are known of them, and all engines agree on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.symbolic import Row, ground, told
from kmodel.engines.engine import Budget
from kmodel.engines.run import run


@pytest.mark.parametrize("engine", ["bmc", "explicit"])
@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (Row(3, 2, "unique_addresses", "", 6, ("hands_out_blindly",)), "violated in 6"),
        (Row(3, 2, "unique_addresses", "", 6), "holds to 6"),
        (Row(3, 2, "within_capacity", "", 11, ("forgets_requests",)), "violated in 11"),
        (Row(3, 2, "update_is_bounded", "", 10), "holds to 10"),
    ],
)
def test_what_is_found_to_a_depth(row: Row, expected: str, engine: str, tmp_path: Path) -> None:
    assert told(run(ground(row, tmp_path), engine, Budget(depth=row.depth)).verdicts[0]) == expected


@pytest.mark.parametrize("claim", ["unique_addresses", "update_is_bounded"])
def test_pdr_proves_claims_without_lemmas_written_by_hand(claim: str, tmp_path: Path) -> None:
    outcome = run(ground(Row(4, 2, claim, ""), tmp_path), "pdr", Budget())
    assert told(outcome.verdicts[0]).startswith("proved by")


def test_induction_finds_the_sums_that_capacity_needs(tmp_path: Path) -> None:
    outcome = run(ground(Row(3, 2, "within_capacity", ""), tmp_path), "induction", Budget())
    assert told(outcome.verdicts[0]).startswith("proved by")

"""That changes of a spec's meaning are noticed by what it expects."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.library.mutants import judged

SPEC = """module lamp

var lit: bool = false
var presses: 0..3 = 0

component hand

action press() by hand {
  require presses < 2 and not lit
  presses := presses + 1
  lit := true
}

action turn_off() by hand {
  lit := false
}

invariant few_presses { presses <= 2 }
witness pressed_twice { presses == 2 }

check all {
  verify pressed_twice
  expect holds few_presses
}
"""
DARK = "invariant lit_by_a_press { lit implies presses > 0 }\ntransition dark_before { next(presses) > presses implies not lit }"


@pytest.fixture
def lamp(tmp_path: Path) -> Path:
    (tmp_path / "lamp.km").write_text(SPEC, encoding="utf-8")
    return tmp_path / "lamp.km"


def unnoticed(spec: Path) -> list[str]:
    return [f"{mutant.within}: {mutant.says}" for mutant, noticed in judged(spec, spec.parent) if noticed is False]


def test_a_change_that_no_claim_is_about_is_found(lamp: Path) -> None:
    left = unnoticed(lamp)
    assert "press: `presses < 2 and not lit`: only its left side, without not lit" in left
    assert "press: `lit := true`: dropped" in left
    assert not [each for each in left if "presses := presses + 1" in each or "without presses < 2" in each]


def test_a_claim_about_it_notices(lamp: Path) -> None:
    text = SPEC.replace("witness", f"{DARK}\nwitness").replace("few_presses\n}", "few_presses, lit_by_a_press, dark_before\n}")
    lamp.write_text(text, encoding="utf-8")
    assert "press: `presses < 2 and not lit`: only its left side, without not lit" not in unnoticed(lamp)


def test_a_change_that_means_nothing_is_not_counted(lamp: Path) -> None:
    lamp.write_text(SPEC.replace("presses <= 2", "presses <= nothing"), encoding="utf-8")
    assert {noticed for _, noticed in judged(lamp, lamp.parent)} == {None}

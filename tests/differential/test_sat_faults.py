"""Faults planted in the engines over bits, each of which the comparison with the judge must see."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kmodel.engines.sat import machine, pdr, template
from kmodel.engines.sat.circuit import clauses
from kmodel.engines.sat.frames import Frames
from tests.differential.test_sat import DEPTH, assert_bounded, assert_proved_or_violated
from tests.strategies.systems import enumerate_systems

Plant = Callable[[pytest.MonkeyPatch], None]


def wrong_polarity(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(template, "clauses", lambda number, gate: [[-each for each in clause] for clause in clauses(number, gate)])


def missing_definedness(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(machine, "possible", lambda action: action.guard)


def missing_writes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(machine, "writers", lambda system: {})


def one_step_too_many(patch: pytest.MonkeyPatch) -> None:
    begin = Frames.begin

    def late(self: Frames) -> None:
        begin(self)
        self.step()
        del self.states[0], self.tables[0]

    patch.setattr(Frames, "begin", late)


def generalized_over_first_states(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pdr.Pdr, "begins", lambda self, cube: False)


def no_questions_asked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pdr.Pdr, "push", lambda self: len(self.lemmas) - 2)


SEARCH = (wrong_polarity, missing_definedness, missing_writes, one_step_too_many)
PROOFS = (generalized_over_first_states, no_questions_asked)


def sees(check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:
        return True
    return False


@pytest.mark.parametrize("plant", SEARCH)
def test_a_fault_of_the_circuit_or_the_frames_is_seen(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    assert any(sees(lambda made=made: assert_bounded(made, DEPTH)) for made in enumerate_systems())  # type: ignore[misc]


@pytest.mark.parametrize("plant", PROOFS)
def test_a_fault_of_proofs_is_seen(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    assert any(sees(lambda made=made: assert_proved_or_violated(made)) for made in enumerate_systems())  # type: ignore[misc]

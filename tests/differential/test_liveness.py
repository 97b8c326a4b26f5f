"""Temporal properties without enumeration: proofs by counting and lassos by bounded search agree with the explicit engine."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from kmodel.engines import Budget
from kmodel.engines.explicit import explicit
from kmodel.engines.liveness import liveness
from kmodel.engines.run import engine
from kmodel.engines.smt.recheck import recheck
from kmodel.ground.system import System
from kmodel.ground.terms import TRUE
from kmodel.semantics import replay
from kmodel.verdict.verdict import Counted, Invariant, KLiveness, Proved, Violated
from tests.strategies.systems import enumerate_systems, systems

DEPTH = 10


def agree(made: System) -> None:
    """What holds is proved, and the proof stands when it is looked at again; what does not is refuted by a lasso."""
    made = replace(made, claims=tuple(claim for claim in made.claims if claim.kind == "property"))
    right = explicit(made, Budget())
    proofs, lassos = liveness(made, Budget()), engine("bmc")(made, Budget(depth=DEPTH))
    for at, expected in enumerate(right.verdicts):
        proof, lasso = proofs.verdicts[at], lassos.verdicts[at]
        assert isinstance(proof, Proved) == isinstance(expected, Proved), (proof, expected)
        if isinstance(proof, Proved):
            assert recheck(made, (at,), proof.certificate)
            assert not isinstance(lasso, Violated)
        else:
            assert isinstance(lasso, Violated)
            assert replay(made, made.claims[at], lasso.trace).reproduced


@given(systems(kinds=("property",)))
@settings(max_examples=25, deadline=None)
def test_random_systems(made: System) -> None:
    agree(made)


def test_some_small_systems() -> None:
    for made in list(enumerate_systems(properties=True))[::90]:
        agree(made)


@pytest.mark.nightly
def test_every_small_system() -> None:
    for made in enumerate_systems(properties=True):
        agree(made)


@given(systems(kinds=("property",)))
@settings(max_examples=15, deadline=None)
def test_spoiled_proofs_are_refused(made: System) -> None:
    """A proof of what does not hold never stands, whatever it borrows; nor does one without a conjunct, or with a k that is too small."""
    right, proofs = explicit(made, Budget()), liveness(made, Budget())
    for at, (expected, proof) in enumerate(zip(right.verdicts, proofs.verdicts, strict=True)):
        if isinstance(expected, Violated):
            groups = tuple(range(len(made.fairness)))
            for k in range(2):
                assert not recheck(made, (at,), KLiveness((Counted(0, groups, k, Invariant((TRUE,))),)))
        elif isinstance(proof, Proved) and isinstance(proof.certificate, KLiveness):
            assert not recheck(made, (at,), KLiveness(proof.certificate.conjuncts[1:]))
            for other, verdict in enumerate(right.verdicts):
                if isinstance(verdict, Violated):
                    assert not recheck(made, (other,), proof.certificate)
            less = tuple(replace(part, k=part.k - 1) for part in proof.certificate.conjuncts if part.k)
            assert not less or not recheck(made, (at,), KLiveness(less))

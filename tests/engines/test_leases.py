"""Suggestions about sets of what is taken: who holds something has it in the set, and no two hold the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kmodel.engines import Budget
from kmodel.engines.leases import leases
from kmodel.engines.sat import houdini
from kmodel.engines.smt.recheck import recheck
from kmodel.engines.strengthened import induction
from kmodel.ground.system import System
from kmodel.ground.terms import FALSE, TRUE
from kmodel.semantics import check_by_exhaustion
from kmodel.verdict.verdict import Invariant, Proved, Violated
from tests.ground.specs import grounding


def leasing(guard: str, pods: int = 3) -> System:
    """Nodes hand out addresses to pods and take them back."""
    return grounding(f"""
entity Address
entity Node {{ var leased: set[Address] = {{}} }}
entity Pod {{ var node: Node? = none  var home: Node? = none  var address: Address? = none }}
action place(p: Pod, n: Node) {{ require p.node == none  p.node := n }}
action lease(p: Pod, a: Address) {{
  require p.address == none and p.node is n and {guard}
  p.home := n
  p.address := a
  n.leased := n.leased + {{a}}
}}
action leave(p: Pod) {{
  if p.home is m and p.address is a {{ m.leased := m.leased - {{a}} }}
  p.node := none
  p.home := none
  p.address := none
}}
invariant unique {{ forall p, q in Pod where p != q: p.address != none and p.home == q.home implies p.address != q.address }}
check small {{ scope Node = 2, Address = 2, Pod = {pods}  verify unique }}
""").system


def test_unique_leases_are_proved_without_a_lemma_of_ones_own() -> None:
    made = leasing("a not in n.leased")
    verdict = induction(made, Budget()).verdicts[0]
    assert isinstance(verdict, Proved)
    assert isinstance(verdict.certificate, Invariant)
    assert recheck(made, [0], verdict.certificate) is True


def test_leases_that_are_not_unique_are_not_proved() -> None:
    """Handed out without a look."""
    made = leasing("true", pods=2)
    assert isinstance(check_by_exhaustion(made).verdicts[0], Violated)
    assert not isinstance(induction(made, Budget()).verdicts[0], Proved)


def test_families_are_about_the_same_fields() -> None:
    """By the node where the pod is, by the one that gave the address: what is taken, and who is apart."""
    sizes = sorted(map(len, leases(leasing("a not in n.leased"))))
    assert sizes == [12, 12, 12, 12]


def test_there_are_no_more_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many individuals one set is about."""
    monkeypatch.setattr("kmodel.engines.leases.MOST", 17)
    assert sum(map(len, leases(leasing("a not in n.leased")))) <= 17


def test_a_claim_that_nothing_exercises_is_told() -> None:
    made = leasing("a not in n.leased")
    told = [replace(each, exercised=said) for each in made.claims[:1] for said in (FALSE, TRUE)]
    outcome = induction(replace(made, claims=tuple(told)), Budget())
    assert outcome.vacuous == (True, None)
    assert all(isinstance(verdict, Proved) for verdict in outcome.verdicts)


def test_lemmas_that_are_believed_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A counterexample that is overlooked makes a proof that another solver refutes."""
    made = leasing("true", pods=2)
    monkeypatch.setattr(houdini, "never_false", lambda machine, said, clock: list(range(len(said))))
    monkeypatch.setattr(houdini, "_dropped", lambda prover, suggested, kept, assumed, held: list(kept))
    monkeypatch.setattr(houdini.Together, "needed_by", lambda self, wanted: sorted(self.kept))
    verdict = induction(made, Budget()).verdicts[0]
    assert isinstance(verdict, Proved)
    assert recheck(made, [0], verdict.certificate) is False

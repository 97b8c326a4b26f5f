"""Saved proofs: they stand by another solver, spoiled ones do not, and whatever a file holds is answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmodel.source import Rejected, Source
from kmodel.verdict import parse_proof
from tests.cli.conftest import sandbox
from tests.cli.sandbox import Sandbox

__all__ = ["sandbox"]

LEASES = """\
module leases
entity Pod { var slot: 0..3 = 0  var holds: bool = false }
action take(p: Pod) {
  require not p.holds and not exists q in Pod: q.holds and q.slot == 1
  p.slot := 1
  p.holds := true
}
action leave(p: Pod) {
  require p.holds
  p.holds := false
  p.slot := 0
}
invariant one_holder { forall p, q in Pod where p != q: not (p.slot == 1 and q.slot == 1) }
check few { scope Pod = 3  verify one_holder }
"""
FILE = "proofs/leases--few--one_holder.proof.json"


@pytest.fixture
def saved(sandbox: Sandbox) -> Sandbox:
    sandbox.write("spec/leases.km", LEASES)
    assert sandbox.run("check", "--engine", "pdr", "--save-proofs", "proofs").exit_code == 0
    return sandbox


def content(saved: Sandbox) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((saved.folder / FILE).read_text(encoding="utf-8"))
    return data


def replayed(saved: Sandbox, data: dict[str, Any]) -> tuple[int, str]:
    saved.write(FILE, json.dumps(data))
    done = saved.run("replay", FILE)
    return done.exit_code, done.stdout + done.stderr


def test_a_saved_proof_stands(saved: Sandbox) -> None:
    code, said = replayed(saved, content(saved))
    assert code == 0
    assert "the proof stands, by another solver" in said
    assert content(saved)["said"] == [
        "forall p1, p2 in Pod where p1 != p2: not (p1.slot == 1 and p2.slot == 1)",
        "forall p in Pod: not (not p.holds and p.slot in {1, 3})",
    ]


def test_the_sentences_are_those_of_explain(saved: Sandbox) -> None:
    told = saved.run("explain", "one_holder", "spec", "--engine", "pdr").stdout
    assert all(f"    {sentence}\n" in told for sentence in content(saved)["said"])


def test_without_any_of_its_lemmas_that_matter_it_does_not_stand(saved: Sandbox) -> None:
    data = content(saved)
    fallen = 0
    for at in range(len(data["lemmas"])):
        code, said = replayed(saved, {**data, "lemmas": [each for place, each in enumerate(data["lemmas"]) if place != at]})
        fallen += code == 1 and "does not stand: it does not follow, or some step does not keep it" in said
    assert fallen
    assert replayed(saved, {**data, "lemmas": []})[0] == 1


def test_a_lemma_that_is_wrong(saved: Sandbox) -> None:
    data = content(saved)
    for lemma in (False, ["not", "pod1.holds"], ["equal", "pod1.slot", 0]):
        code, said = replayed(saved, {**data, "lemmas": [*data["lemmas"], lemma]})
        assert (code, "does not stand" in said) == (1, True)


def test_of_a_changed_spec(saved: Sandbox) -> None:
    saved.write("spec/leases.km", LEASES.replace("require p.holds\n", ""))
    code, said = replayed(saved, content(saved))
    assert (code, "stand" in said) == (0, True)  # it is an invariant of this, too
    saved.write("spec/leases.km", LEASES.replace("require not p.holds and not exists q in Pod: q.holds and q.slot == 1\n", ""))
    code, said = replayed(saved, content(saved))
    assert (code, "(the spec has changed since)" in said) == (1, True)


@pytest.mark.parametrize(
    ("lemma", "said"),
    [
        ("pod9.holds", "there is no `pod9.holds`"),
        (["equal", "pod1.holds", 0], "`equal` is not of such arguments"),
        (["nothing", "pod1.holds"], "`nothing` is not of such arguments"),
        (["not"], "`not` is not of such arguments"),
        (3, "a lemma is a number"),
        ({"a": 1}, "a lemma is no term"),
    ],
)
def test_a_lemma_that_is_none(lemma: object, said: str, saved: Sandbox) -> None:
    code, told = replayed(saved, {**content(saved), "lemmas": [lemma]})
    assert (code, said in told) == (1, True)


@pytest.mark.parametrize(
    "change", [{"claim": "leases.other"}, {"binding": {"p": "p1"}}, {"lemmas": None, "k": 1, "together": [{"claim": "x", "binding": {}}]}]
)
def test_of_another_claim(change: dict[str, Any], saved: Sandbox) -> None:
    code, said = replayed(saved, {**content(saved), **change})
    assert (code, "there is no " in said) == (1, True)


def test_an_induction(saved: Sandbox) -> None:
    """The claim alone is not kept by every step, whatever the number of states in a row that is said."""
    code, said = replayed(saved, {**content(saved), "lemmas": None, "k": 1, "together": []})
    assert (code, "does not stand" in said) == (1, True)
    saved.write("spec/leases.km", LEASES.replace("invariant one_holder {", "invariant one_holder { true or"))
    assert replayed(saved, {**content(saved), "lemmas": None, "k": 1, "together": []})[0] in (0, 1)


@pytest.mark.parametrize(
    "change", [{"#meta": {}}, {"k": 0}, {"k": 10**9}, {"k": True}, {"lemmas": 3}, {"together": {}}, {"claim": 7}, {"distinct": "no"}]
)
def test_what_is_no_proof(change: dict[str, Any], saved: Sandbox) -> None:
    code, said = replayed(saved, {**content(saved), **change})
    assert (code, "error[invalid-proof]" in said) == (2, True)


def test_no_json(saved: Sandbox) -> None:
    for text in ("", "[", "[]", '{"a": 1, "a": 2}', "[" * 5000):
        saved.write(FILE, text)
        assert saved.run("replay", FILE).exit_code == 2


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(_json)
def test_any_other_data_is_rejected(data: object) -> None:
    with pytest.raises(Rejected) as rejected:
        parse_proof(Source("x.proof.json", json.dumps(data)))
    assert {fault.code for fault in rejected.value.diagnostics} == {"invalid-proof"}

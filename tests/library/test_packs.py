"""Each pack claim's page is true: its example breaks this claim, and is told of the object that is at fault. Sound manifests break none."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from kmodel.pipeline.jobs import packs
from kmodel.pipeline.line import check
from kmodel.pipeline.pack_pages import document
from kmodel.pipeline.request import Request
from kmodel.pipeline.specs import Specs, link
from kmodel.reports import Result
from kmodel.reports.pages import page
from kmodel.typed.module import ClaimSymbol
from tests.command import ROOT

SPECS: Specs = link(packs())
CLAIMS = {claim.attributes["id"]: claim for claim in SPECS.program.claims.values() if "id" in claim.attributes}
LEVELS = {"high", "medium", "low", "note"}


def example(claim: ClaimSymbol) -> str:
    """The manifests of the claim's example."""
    parts = dict(page(claim.short, claim.doc, claim.attributes["fix"]).parts)
    lines = [line for line in parts["Example"].splitlines() if line.startswith("    ")]
    return textwrap.dedent("\n".join(lines)) + "\n"


def results(claim: ClaimSymbol, manifests: Path) -> dict[str, Result]:
    """What the claim's own pack says of the manifests."""
    report = check(Request(paths=(str(SPECS.files[claim.module]), str(manifests)), jobs=1))
    assert report.diagnostics == ()
    return {result.claim: result for result in report.results}


def test_every_claim_of_a_pack_has_an_id_of_its_own() -> None:
    named = [claim for claim in SPECS.program.claims.values() if claim.module in SPECS.given]
    assert len(CLAIMS) == len(named) > 25
    assert all(re.fullmatch(r"KM\d{4}", name) for name in CLAIMS)


@pytest.mark.parametrize("name", sorted(CLAIMS))
def test_the_page_is_whole(name: str) -> None:
    claim = CLAIMS[name]
    parts = dict(page(claim.short, claim.doc, claim.attributes["fix"]).parts)
    assert {"Why it hurts", "Example"} <= set(parts)
    assert claim.attributes["severity"] in LEVELS
    assert claim.attributes["fix"]


@pytest.mark.parametrize("name", sorted(CLAIMS))
def test_the_example_breaks_the_claim(name: str, tmp_path: Path) -> None:
    claim = CLAIMS[name]
    (tmp_path / "example.yaml").write_text(example(claim), encoding="utf-8")
    result = results(claim, tmp_path / "example.yaml")[claim.short]
    assert result.standing == ("note" if claim.attributes["severity"] == "note" else "unmet"), result.verdict
    if claim.kind != "witness":
        assert any(reason.objects for reason in result.reasons), "no line of the manifests is shown"


def test_the_document_is_what_the_packs_say() -> None:
    """`kmodel explain packs > docs/packs.md` writes it."""
    assert (ROOT / "docs" / "packs.md").read_text(encoding="utf-8") == f"{document()}\n"


@pytest.mark.parametrize("corpus", ["online-boutique", "kube-prometheus", "bookinfo"])
def test_published_applications_have_no_false_findings(corpus: str) -> None:
    """Each finding was looked up in the manifests.

    The dashboards that Grafana mounts are not among the files; the operator makes StatefulSets in every namespace, so pods with
    any account; it and kube-state-metrics list the Secrets of every namespace.
    """
    folder = ROOT.parent / "shared" / "corpus" / corpus
    if not folder.is_dir():
        pytest.skip("the corpus is not here")
    report = check(Request(paths=(str(folder),), jobs=1))
    found = {result.attributes["id"]: result.reasons for result in report.results if result.standing != "met"}
    assert report.diagnostics == ()
    assert {number: {_subject(reason.text) for reason in reasons} for number, reasons in found.items()} == (
        {"KM0401": {"grafana"}, "KM0416": {"prometheus-operator"}, "KM0417": {"prometheus-operator", "kube-state-metrics"}}
        if corpus == "kube-prometheus"
        else {}
    )
    assert {result.standing for result in report.results} <= {"met", "note"}


def _subject(reason: str) -> str:
    """Whose pods it is about."""
    (name,) = re.findall(r"\bp = ([\w-]+)", reason)
    return str(name)


def test_sound_manifests_break_nothing_and_exercise_nearly_all() -> None:
    report = check(Request(paths=(str(ROOT / "tests" / "library" / "sound.yaml"),), jobs=1))
    assert report.diagnostics == ()
    assert [(result.claim, result.verdict) for result in report.results if result.standing != "met"] == []
    assert {result.attributes["id"] for result in report.results if result.vacuous and result.kind != "witness"} <= {"KM0203"}

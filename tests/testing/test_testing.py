"""`kmodel.testing`: what it draws is what the spec means; the page's example runs, and finds a server that is wrong."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from kmodel.manifests import load, read
from kmodel.pipeline.specs import link
from kmodel.semantics import explore
from kmodel.source import Rejected
from kmodel.testing import Model, manifests, objects, open_model, state_machine, states, walks
from tests.command import ROOT

PAGE = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(km|python)\n(.*?)```", PAGE, re.DOTALL)
APPLIED = ROOT / "spec" / "kubernetes" / "applied.km"
PROGRAM = link([APPLIED]).program
QUICK = settings(max_examples=25, deadline=None, database=None)
UNTIL_FOUND = settings(QUICK, phases=[Phase.generate], report_multiple_bugs=False)
"""Where a fault is expected: nobody reads how small it could be made, and to make it small may take minutes."""


@pytest.fixture(scope="module")
def leases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "leases.km"
    path.write_text(next(text for kind, text in BLOCKS if kind == "km"), encoding="utf-8")
    return path


def page(leases: Path, monkeypatch: pytest.MonkeyPatch, **wrong: str) -> dict[str, Any]:
    """The page's Python, run beside its spec, with some words replaced."""
    monkeypatch.chdir(leases.parent)
    names: dict[str, Any] = {"__name__": "page"}
    for kind, text in BLOCKS:
        if kind == "python":
            for word, instead in wrong.items():
                text = text.replace(word, instead)
            exec(text, names)
    return names


def test_the_pages_example_passes(leases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = page(leases, monkeypatch)
    run_state_machine_as_test(names["LeaseMachine"], settings=QUICK)
    names["test_nobody_else_holds_it"]()


def test_a_server_that_is_wrong_is_found(leases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It forgets to let go."""
    names = page(leases, monkeypatch, **{"self.holder = None\n\n    def acquire": "self.holder = None\n\n    def acquire"})
    names["Server"].release = lambda self, client: None
    with pytest.raises(AssertionError):
        run_state_machine_as_test(names["LeaseMachine"], settings=UNTIL_FOUND)


def test_a_claim_that_does_not_hold_is_found(leases: Path, tmp_path: Path) -> None:
    broken = tmp_path / "leases.km"
    broken.write_text(leases.read_text(encoding="utf-8").replace("require holder == none\n", ""), encoding="utf-8")
    with pytest.raises(AssertionError, match="no_stealing does not hold"):
        run_state_machine_as_test(state_machine(broken), settings=UNTIL_FOUND)


def test_what_is_undefined_is_found(tmp_path: Path) -> None:
    path = tmp_path / "over.km"
    path.write_text(
        "module over\nvar n: 0..2 = 0\naction more() { n := n + 1 }\ninvariant small { n < 9 }\ncheck c { expect holds small }\n"
    )
    with pytest.raises(AssertionError, match="more"):
        run_state_machine_as_test(state_machine(path), settings=UNTIL_FOUND)


def test_states_are_the_reachable_ones() -> None:
    model = open_model(ROOT / "spec" / "examples" / "ipam.km", "one_of_each")
    explored = explore(model.system, 10_000)
    assert explored is not None
    reachable = [model.values(state) for state in explored.states]
    seen: list[Any] = []

    @QUICK
    @given(states(model))
    def look(values: Any) -> None:
        assert values in reachable
        seen.append(values)

    look()
    assert len({str(each) for each in seen}) > 1


def test_walks_are_behaviours() -> None:
    model = open_model(ROOT / "spec" / "examples" / "rollout.km", "smallest")

    @QUICK
    @given(walks(model, 8))
    def look(steps: Any) -> None:
        assert len(steps) <= 8
        assert all(first.after == then.before for first, then in pairwise(steps))
        assert all(step.before in _starts(model) for step in steps[:1])

    look()


def _starts(model: Model) -> list[Any]:
    return [model.values(state) for state in model.starts]


def test_faults_are_told(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="several-checks"):
        open_model(ROOT / "spec" / "examples" / "ipam.km")
    (tmp_path / "bad.km").write_text("module bad {")
    with pytest.raises(Rejected, match="syntax-error"):
        open_model(tmp_path / "bad.km")
    with pytest.raises(Rejected, match="unknown-entity"):
        objects(APPLIED, "Nothing")


ENTITIES = ("Pod", "Deployment", "PodDisruptionBudget", "PersistentVolumeClaim", "ResourceQuota", "HorizontalPodAutoscaler")


@settings(max_examples=15, deadline=None, database=None)
@given(manifests(APPLIED, *ENTITIES, most=2))
def test_manifests_are_read_whole(items: list[dict[str, Any]]) -> None:
    """What the strategies draw is read without a fault, and nothing of it goes unread."""
    documents = load(["-"], lambda: yaml.safe_dump_all(items) if items else "{apiVersion: v1, kind: List}")
    found = read(documents, PROGRAM, frozenset(PROGRAM.modules), {"kubernetes.objects.Node": 1})
    assert [fault for fault in found.diagnostics if fault.code != "empty-input"] == []
    assert found.objects == found.modelled == len(items)
    assert found.not_modelled == ()


@settings(max_examples=20, deadline=None, database=None)
@given(st.data())
def test_fields_say_what_was_drawn(data: st.DataObject) -> None:
    item = data.draw(objects(APPLIED, "ResourceQuota"))
    documents = load(["-"], lambda: yaml.safe_dump(item))
    (quota,) = read(documents, PROGRAM, frozenset(PROGRAM.modules), {}).given["kubernetes.applied.ResourceQuota"]
    hard = item.get("spec", {}).get("hard", {})
    assert quota.fields.get("pods") == hard.get("pods")
    assert quota.fields.get("cpu") == (int(hard["requests.cpu"].removesuffix("m")) if "requests.cpu" in hard else None)

"""Connectivity of the cases of other tools' suites, where they are at hand: every row, exactly."""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kmodel.cli.connections import plain
from kmodel.cli.exposed import as_json
from kmodel.pipeline.connectivity import connectivity
from kmodel.pipeline.exposure import exposure
from kmodel.pipeline.probes import answer, read_probes
from kmodel.source import Rejected

ABOVE = [folder / "shared" / "conformance" for folder in Path(__file__).resolve().parents[3:5]]
CASES = next((folder for folder in ABOVE if folder.is_dir()), ABOVE[0])
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside the repository")


@cache
def _comparison() -> ModuleType:
    """The suite's own comparison of two lists of connections."""
    spec = importlib.util.spec_from_file_location("compare_netpol", CASES / "compare_netpol.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _meant(case: dict[str, Any]) -> bool:
    """All that Kubernetes decides, and networks that OVN-Kubernetes documents; not what is a convention of one tool."""
    return bool(case.get("standard", True)) or bool({"udn", "virtualmachine"} & set(case["tags"]))


def _cases(folder: str, every: int, offset: int = 0) -> list[Any]:
    """One case in so many for each run of the tests; all of them at night."""
    index = CASES / folder / "index.json"
    entries = [each for each in json.loads(index.read_text()) if _meant(each)] if index.is_file() else []
    return [
        pytest.param(each, id=each["case"], marks=[] if number % every == offset else [pytest.mark.nightly])
        for number, each in enumerate(entries)
    ]


def _folder(folder: str, case: dict[str, Any]) -> Path:
    return CASES / folder / str(case["case"])


@pytest.mark.parametrize("case", _cases("netpol", 8, 4))
def test_all_pairs(case: dict[str, Any]) -> None:
    folder = _folder("netpol", case)
    found = connectivity([str(folder / "manifests")], lambda: "").connections()
    rows = [{"src": each.source, "dst": each.target, "conns": plain(each.conns)} for each in found]
    module = _comparison()
    assert module.normalise(rows) == module.normalise(json.loads((folder / "expected.json").read_text()))


@pytest.mark.parametrize("case", _cases("netpol-probes", 12))
def test_single_questions(case: dict[str, Any]) -> None:
    folder = _folder("netpol-probes", case)
    found = connectivity([str(folder / "manifests")], lambda: "")
    wanted = [each["allowed"] for each in json.loads((folder / "probes.json").read_text())]
    assert list(answer(found, read_probes(folder / "probes.json"))) == wanted


@pytest.mark.parametrize("case", _cases("netpol-invalid", 6))
def test_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Rejected) as refused:
        connectivity([str(_folder("netpol-invalid", case) / "manifests")], lambda: "")
    assert all(each.span is not None for each in refused.value.diagnostics)


def _exposed() -> list[Any]:
    return [each for each in _cases("netpol", 8, 4) if "has-exposure" in each.values[0]["tags"]]


@pytest.mark.parametrize("case", _exposed())
def test_exposure(case: dict[str, Any]) -> None:
    folder = _folder("netpol", case)
    found, _ = exposure([str(folder / "manifests")], lambda: "")
    module = _comparison()
    assert module.exposure_set(json.loads(as_json(found))) == module.exposure_set(json.loads((folder / "exposure.json").read_text()))

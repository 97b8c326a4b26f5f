"""Every check of the library by interpreted code, columns and machine code: the same verdicts, counts, orbits and lengths."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.command import ROOT, kmodel

TOLD = ("verdict", "vacuous", "states", "generated", "depth", "steps", "symmetry")
TIERS = ("native", "numpy")

SOME = (
    "spec/kubernetes/ipam.km",
    "spec/kubernetes/control/scores.km",  # choices that are `maximizing`
    "spec/kubernetes/workloads/replicaset.km",  # pods that are created and deleted
    "spec/kubernetes/control/rbac.km",
    "spec/incidents/kivi/c5_remove_duplicates.km",
)

Found = dict[tuple[str, str, str], dict[str, Any]]


def found(tier: str, paths: tuple[str, ...], engine: str) -> Found:
    """What is said of each claim where all searches are done by one kind of code; what is not decided in time says nothing."""
    done = kmodel("check", *paths, "--engine", engine, "--threads", "1", "-o", "json", environment={"KMODEL_TIER": tier})
    assert done.returncode in (0, 1, 3), done.stderr
    results = json.loads(done.stdout)["results"]
    return {(each["file"], each["check"], each["claim"]): each for each in results}


def differences(paths: tuple[str, ...], tiers: tuple[str, ...], engine: str) -> Iterator[tuple[object, ...]]:
    known = found("python", paths, engine)
    assert known
    for tier in tiers:
        other = found(tier, paths, engine)
        assert other.keys() == known.keys()
        for claim, result in known.items():
            if "unknown" not in (result["verdict"], other[claim]["verdict"]):
                yield from ((tier, *claim, each, result[each], other[claim][each]) for each in TOLD if result[each] != other[claim][each])


@pytest.mark.parametrize("path", SOME)
def test_some_checks_are_the_same(path: str) -> None:
    pytest.importorskip("llvmlite")
    assert not list(differences((path,), ("native",), "explicit"))


@pytest.mark.nightly
@pytest.mark.parametrize("engine", ["explicit", "auto"])
@pytest.mark.parametrize("folder", sorted(path.name for path in (ROOT / "spec").iterdir() if path.is_dir()))
def test_all_checks_are_the_same(folder: str, engine: str) -> None:
    pytest.importorskip("llvmlite")
    pytest.importorskip("numpy")
    assert not list(differences((f"spec/{folder}",), TIERS, engine))

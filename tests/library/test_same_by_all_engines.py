"""Every check of the library by the engines over bits and terms: nothing that they say contradicts what enumeration of states says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.command import ROOT, kmodel

SOME = (
    "spec/kubernetes/ipam.km",
    "spec/kubernetes/storage/binding.km",  # an action that chooses on one way through it only
    "spec/kubernetes/workloads/replicaset.km",
)
BROKEN = {"violated", "reached"}
KEPT = {"proved", "unreachable", "proved-all-scopes"}
OPEN = {"unknown", "holds-to-depth", "not-reached"}

Found = dict[tuple[str, str, str], dict[str, Any]]


def found(engine: str, path: str, limits: tuple[str, ...]) -> Found:
    done = kmodel("check", path, "--engine", engine, "--threads", "1", "--jobs", "1", "-o", "json", *limits)
    assert done.returncode in (0, 1, 3), done.stderr
    assert not done.stderr
    return {(each["file"], each["check"], each["claim"]): each for each in json.loads(done.stdout)["results"]}


def contradictions(engine: str, path: str, *limits: str) -> Iterator[tuple[object, ...]]:
    """What the engine says that cannot be so where enumeration is right; traces of `bmc` are shortest ones."""
    known, others = found("explicit", path, limits), found(engine, path, limits)
    for claim, result in others.items():
        told, right = result["verdict"], known.get(claim, {"verdict": "proved", "steps": None, "vacuous": None})
        if told not in BROKEN | KEPT | OPEN or (told == "unknown" and (not result["message"] or "internal" in result["message"])):
            yield (*claim, told, result["message"])
        elif right["verdict"] not in OPEN:
            if told not in OPEN and (told in BROKEN) != (right["verdict"] in BROKEN):
                yield (*claim, told, right["verdict"])
            if told in BROKEN and (result["steps"] < right["steps"] or (engine == "bmc" and result["steps"] != right["steps"])):
                yield (*claim, result["steps"], right["steps"])
            if told in OPEN and right["verdict"] in BROKEN and (result["depth"] or 0) >= right["steps"] > 0:
                yield (*claim, told, result["depth"], right["steps"])
            if told in KEPT and None not in (result["vacuous"], right["vacuous"]) and result["vacuous"] != right["vacuous"]:
                yield (*claim, "vacuous", result["vacuous"], right["vacuous"])


@pytest.mark.parametrize("path", SOME)
def test_some_checks_by_bmc(path: str) -> None:
    assert not list(contradictions("bmc", path, "--depth", "4", "--timeout", "20s"))


@pytest.mark.parametrize("engine", ["pdr", "induction", "auto"])
def test_some_checks_by_the_others(engine: str) -> None:
    assert not list(contradictions(engine, SOME[1], "--check", "without_protection", "--timeout", "5s"))


@pytest.mark.nightly
@pytest.mark.parametrize("engine", ["bmc", "pdr", "induction", "spacer", "auto"])
@pytest.mark.parametrize("path", sorted(str(path.relative_to(ROOT)) for path in (ROOT / "spec").rglob("*.km")))
def test_all_checks(engine: str, path: str) -> None:
    assert not list(contradictions(engine, path, "--timeout", "20s", *(("--depth", "10") if engine == "bmc" else ())))

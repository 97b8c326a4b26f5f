"""Recorded traces executed again, and saved proofs looked at again, on the specs as they are now."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from kmodel.confirm import ReplayReport, replay_recorded
from kmodel.ground import Grounding, System
from kmodel.manifests import load
from kmodel.pipeline.decide import instance_of
from kmodel.pipeline.files import read as read_text
from kmodel.pipeline.jobs import Job
from kmodel.pipeline.origins import asked_again, located, texts_of
from kmodel.pipeline.overrides import overridden
from kmodel.pipeline.specs import Specs, link
from kmodel.pipeline.story import story
from kmodel.records import dataclass
from kmodel.reports import Story
from kmodel.source import Diagnostic, Rejected
from kmodel.typed.module import CheckSymbol
from kmodel.verdict import Certified, Origin, Recorded, parse_itf, parse_proof

SUFFIX = ".itf.json"
PROOF = ".proof.json"
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Replayed:
    """A trace file with what became of it (and the trace for reading, where it is reproduced), or with what is wrong with it."""

    path: Path
    report: ReplayReport | None
    story: Story | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def replay(paths: Iterable[str]) -> Iterator[Replayed]:
    """Each trace of the files and folders, in order. A folder without one, or a path that is not there, is a fault."""
    programs: dict[Path, Specs] = {}
    for path in paths:
        files = _files(Path(path))
        if not files:
            yield Replayed(Path(path), None, diagnostics=(_nothing(path),))
        for file in files:
            yield _replayed(file, programs)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(each for suffix in (SUFFIX, PROOF) for each in path.rglob(f"*{suffix}"))
    return [path] if path.exists() else []


def _nothing(path: str) -> Diagnostic:
    what = "no recorded trace or proof in" if Path(path).is_dir() else "no"
    return Diagnostic("no-trace", f"there is {what} `{path}`", help=f"traces end in `{SUFFIX}`; `kmodel check … --save DIR` writes them")


def _replayed(file: Path, programs: dict[Path, Specs]) -> Replayed:
    try:
        text = read_text(file)
        if file.name.endswith(PROOF):
            return _proved(file, parse_proof(text), programs)
        return _again(file, parse_itf(text), programs)
    except Rejected as rejected:
        return Replayed(file, None, diagnostics=rejected.diagnostics)


def _again(file: Path, recorded: Recorded, programs: dict[Path, Specs]) -> Replayed:
    system, texts = _system(file, recorded.origin, programs)
    found = replay_recorded(recorded, system, texts)
    if found.kind != "reproduced" or found.trace is None or found.claim is None:
        return Replayed(file, found)
    return Replayed(file, found, story(system, system.claims[found.claim], found.trace))


def _proved(file: Path, proof: Certified, programs: dict[Path, Specs]) -> Replayed:
    """By a solver, which is loaded only for this."""
    system, texts = _system(file, proof.origin, programs)
    fault: str | None = import_module("kmodel.pipeline.proofs").stands(proof, system, _SECONDS)
    if fault is None:
        return Replayed(file, ReplayReport("stands"))
    return Replayed(file, ReplayReport("spoiled" if texts == proof.origin.fingerprint else "unreachable", None, fault))


def _system(file: Path, origin: Origin, programs: dict[Path, Specs]) -> tuple[System, str]:
    """The system that it is about, as the spec is now, and the fingerprint of the texts."""
    spec = located(origin.spec, file)
    if spec is None:
        raise Rejected([_foreign(file, f"the spec `{origin.spec}`", "run it where that spec is, or give the path of another trace")])
    if spec not in programs:
        programs[spec] = link([spec])
    specs = programs[spec]
    check = overridden(_check(file, origin, specs), specs.program, asked_again(origin))
    job = _job(check, origin, specs.files[check.module].parent)
    return Grounding(specs.program, check, instance_of(job, specs.program)).system, texts_of(specs.program, job)


def _job(check: CheckSymbol, origin: Origin, beside: Path) -> Job:
    """The check on the objects that it was about."""
    if check.cluster is None:
        return Job(check, (), None)
    paths = tuple(os.path.normpath(beside / path) for path in check.cluster) or origin.manifests
    return Job(check, paths, load(paths, sys.stdin.read))


def _check(file: Path, origin: Origin, specs: Specs) -> CheckSymbol:
    """The check that the trace is of."""
    if specs.diagnostics:
        raise Rejected(specs.diagnostics)
    for module in specs.program.modules.values():
        for check in module.checks:
            if check.name == origin.check:
                return check
    raise Rejected([_foreign(file, f"the check `{origin.check}`", "it may have been renamed: record the trace again with `--save`")])


def _foreign(file: Path, what: str, help_: str) -> Diagnostic:
    return Diagnostic("trace-of-another-spec", f"`{file}` is of {what}, which is not here", help=help_)

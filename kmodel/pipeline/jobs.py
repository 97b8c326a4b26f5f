"""Which checks are to be run on which objects."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import field
from pathlib import Path

from kmodel.manifests import Documents, apply, faults, load
from kmodel.pipeline.files import Inputs, spec_files
from kmodel.pipeline.overrides import meant, narrowed, overridden
from kmodel.pipeline.request import Request
from kmodel.pipeline.specs import Specs, link
from kmodel.records import dataclass
from kmodel.reports.words import plural
from kmodel.source import Diagnostic, Rejected, data
from kmodel.typed.module import CheckSymbol


@dataclass(frozen=True, slots=True)
class Job:
    """A check with what the request says instead of it, and the objects that it is about, from `cluster` (None: of no objects)."""

    check: CheckSymbol
    cluster: tuple[str, ...]
    documents: Documents | None

    @property
    def sizes(self) -> dict[str, int]:
        """How many individuals there are of entities that no object gives."""
        return {item.entity: item.size for item in self.check.scopes}


@dataclass(frozen=True, slots=True)
class Plan:
    """The jobs in the order of files and checks, what could not be planned, what is left out, and what else is to be said."""

    jobs: tuple[Job, ...]
    diagnostics: tuple[Diagnostic, ...]
    skipped: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    @property
    def documents(self) -> tuple[Documents, ...]:
        """The sets of objects, each once."""
        by_cluster = {job.cluster: job.documents for job in self.jobs if job.documents is not None}
        return tuple(by_cluster.values())


def packs() -> tuple[Path, ...]:
    """The specs that plain manifests are checked against."""
    return tuple(spec_files(data("spec") / "packs"))


def wanted(inputs: Inputs) -> tuple[Path, ...]:
    """The specs whose checks are run: those given; else, for manifests alone, the packs."""
    return inputs.specs or (packs() if inputs.manifests else ())


def linked(inputs: Inputs) -> Specs:
    """What is to be run, linked. Manifests that no check of the specs beside them is about are checked against the packs, too."""
    specs = link(wanted(inputs))
    are_used = _uses_manifests(specs) or not (inputs.specs and inputs.manifests)
    return specs if are_used else link((*inputs.specs, *packs()))


def _uses_manifests(specs: Specs) -> bool:
    modules = [specs.program.modules[name] for name in specs.given if name in specs.program.modules]
    return any(check.cluster == () for module in modules for check in module.checks)


def plan(inputs: Inputs, specs: Specs, request: Request) -> Plan:
    """Chooses checks, reads the objects that they are about, applies what the request says instead of them."""
    diagnostics: list[Diagnostic] = []
    checks = list(_chosen(specs, request))
    given = bool(inputs.manifests)
    bare = [check for check in checks if check.cluster == ()]
    left_out = [] if given else bare
    if given and not inputs.specs:
        checks = bare
    if not checks and not specs.diagnostics and (request.claims, request.checks) != ("*", "*"):
        diagnostics.append(_no_match(request))
    reader = _Reader(_given(inputs, request), request, diagnostics, refuses=not inputs.specs)
    jobs = [job for check in checks if check not in left_out for job in _job(check, specs, request, reader)]
    remarks = () if reader.refuses else tuple(_refusable(reader.known.values()))
    read = reader.known.values()
    return Plan(tuple(jobs), tuple(diagnostics), (*_skipped(left_out), *_alternatives(read), *_refused(read)), remarks)


def _chosen(specs: Specs, request: Request) -> Iterator[CheckSymbol]:
    for name in specs.given:
        module = specs.program.modules.get(name)
        for check in module.checks if module is not None else ():
            narrow = check if request.claims == "*" else narrowed(check, request.claims)
            if meant(check.name, request.checks) and (narrow.claims or request.claims == "*"):
                yield narrow


def _given(inputs: Inputs, request: Request) -> tuple[str, ...]:
    """The command line's manifests, and the file of nodes where `--nodes` names one."""
    nodes = request.nodes
    return inputs.manifests + ((nodes,) if nodes is not None and not nodes.isdigit() else ())


@dataclass(slots=True)
class _Reader:
    """Reads each set of manifests once. Faults of the objects are told once. Specs of others may read objects that are cut down to what
    they are about: only for the packs an object that the API server would refuse is left out as a fault."""

    given: tuple[str, ...]
    request: Request
    diagnostics: list[Diagnostic]
    refuses: bool
    known: dict[tuple[str, ...], Documents] = field(default_factory=dict)

    def job(self, check: CheckSymbol, beside: Path) -> Job:
        if check.cluster is None:
            return Job(check, (), None)
        paths = tuple(os.path.normpath(beside / path) for path in check.cluster) or self.given
        if paths not in self.known:
            read = load(paths, self.request.stdin, alternatives=not self.request.strict)
            self.known[paths] = apply(read) if self.refuses else read
            self.diagnostics += self.known[paths].diagnostics
        return Job(check, paths, self.known[paths])


def _job(check: CheckSymbol, specs: Specs, request: Request, reader: _Reader) -> Iterable[Job]:
    try:
        check = overridden(check, specs.program, request)
    except Rejected as rejected:
        reader.diagnostics += [each for each in rejected.diagnostics if each not in reader.diagnostics]
        return
    yield reader.job(check, specs.files[check.module].parent)


def _skipped(left_out: list[CheckSymbol]) -> Iterator[str]:
    if left_out:
        yield f"{plural(len(left_out), 'check')} of manifests, as none are given"


def _refusable(documents: Iterable[Documents]) -> Iterator[str]:
    """That the API server would not take some of the objects."""
    found = list(dict.fromkeys(fault for each in documents for item in each.objects for fault in faults(item)))
    if found:
        first = f"{found[0].span}: {found[0].message}"
        how_many = plural(len(found), "fault")
        yield f"the API server would refuse some objects ({how_many}; a check of the manifests alone lists them), the first at {first}"


def _refused(documents: Iterable[Documents]) -> Iterator[str]:
    """Objects that are given and that no claim sees."""
    for item in {item.identity: item for each in documents for item in each.refused}.values():
        yield f"{item} ({item.span}): the API server would refuse it, so claims that look for it do not find it"


def _alternatives(documents: Iterable[Documents]) -> Iterator[str]:
    """Files that say otherwise what others say: a run is of one state of the cluster."""
    for fault in dict.fromkeys(fault for each in documents for fault in each.left_out):
        (first, _), *_ = fault.also
        assert fault.span is not None
        yield (
            f"{fault.span.source.name}: it gives `{fault.span.text}` otherwise than {first.source.name}; "
            "to check it, give it with the files that it is applied with"
        )


def _no_match(request: Request) -> Diagnostic:
    said = [f"`{option} {glob}`" for option, glob in (("--check", request.checks), ("--property", request.claims)) if glob != "*"]
    return Diagnostic("nothing-matches", f"no check or claim fits {' and '.join(said)}", help="`kmodel check` without it lists them all")

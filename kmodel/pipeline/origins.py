"""Where a trace comes from, so that it can be replayed elsewhere: a portable path of its spec and a fingerprint of all that was read."""

from __future__ import annotations

from pathlib import Path

from kmodel.pipeline.jobs import Job
from kmodel.pipeline.overrides import scopes
from kmodel.pipeline.request import Request
from kmodel.source import data
from kmodel.typed import Program
from kmodel.verdict import Origin, fingerprint

_LIBRARY = "<kmodel>/"


def origin(program: Program, job: Job, request: Request) -> Origin:
    """The origin of the check's traces."""
    asked = [(f"scope {name}", text) for name, text in scopes(request).items()]
    asked += [(f"faults {name}", str(most)) for name, most in request.faults.items()]
    manifests = job.cluster if job.check.cluster == () else ()
    return Origin(portable(job.check.span.source.name), job.check.name, texts_of(program, job), manifests, tuple(asked))


def asked_again(origin: Origin) -> Request:
    """A request for what the origin says was asked for."""
    pairs = [(*name.partition(" ")[::2], text) for name, text in origin.options]
    scope = {name: text for kind, name, text in pairs if kind == "scope"}
    return Request(scope=scope, faults={name: int(text) for kind, name, text in pairs if kind == "faults" and text.isdigit()})


def texts_of(program: Program, job: Job) -> str:
    """The fingerprint of every module that the check sees, and of the manifests that it is about."""
    specs = (program.modules[name].source.text for name in sorted(job.check.active) if name in program.modules)
    return fingerprint([*specs, *(source.text for source in (job.documents.sources if job.documents is not None else ()))])


def portable(name: str) -> str:
    """The path of a spec without this machine's part: below `spec/` for what comes with kmodel."""
    return f"spec/{name.removeprefix(_LIBRARY)}" if name.startswith(_LIBRARY) else name


def located(spec: str, beside: Path) -> Path | None:
    """The file that such a path means: from here, from beside the trace, in what comes with kmodel."""
    library = data("spec").joinpath(*Path(spec).parts[1:]) if spec.startswith("spec/") else None
    candidates = [Path(spec), *(folder / spec for folder in beside.resolve().parents), *([library] if library else [])]
    return next((path for path in candidates if path.is_file()), None)

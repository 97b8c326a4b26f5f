"""What checks a spec has, without running any."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kmodel.pipeline.specs import link
from kmodel.source import Rejected


def outline(path: Path) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Each check: its name, its claims' names, and whether it is about manifests to be given. Rejected where the spec is faulty."""
    specs = link([path])
    if specs.diagnostics:
        raise Rejected(specs.diagnostics)
    for name in specs.given:
        for check in specs.program.modules[name].checks:
            yield check.short, tuple(claim.rsplit(".", 1)[-1] for claim in check.claims), check.cluster == ()

"""The manifests of a live cluster in a folder, as what reads manifests takes them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from kmodel.pipeline.files import write
from kmodel.pipeline.library import library
from kmodel.pipeline.specs import link
from kmodel.records import dataclass
from kmodel.snapshot import NotRead, Taken, Unanswered, connect, discover, file_name, manifest, take
from kmodel.source import Diagnostic, Rejected


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How many objects were written to how many files, and what the cluster did not let be read."""

    objects: int
    files: int
    unread: tuple[NotRead, ...]


def snapshot(folder: Path, kubeconfig: str | None, context: str | None, namespaces: Sequence[str], confidential: bool) -> Snapshot:
    """Writes all that the cluster lists, of these namespaces or of all. Kinds are read in the versions that the library reads.

    Rejected where there is no cluster, where nothing at all may be read, and where the folder has something in it.
    """
    _check_empty(folder)
    get = connect(kubeconfig, context)
    try:
        resources, unread = discover(get, _wanted())
    except Unanswered as error:
        raise Rejected([_refused(f"{error.status} {error.reason}")]) from None
    objects = files = 0
    for found in take(get, resources, namespaces):
        if isinstance(found, Taken):
            write(folder / file_name(found), manifest(found, confidential))
            objects, files = objects + len(found.items), files + 1
        else:
            unread.append(found)
    if not objects:
        raise Rejected([_refused(unread[0].why if unread else "it lists no objects")])
    return Snapshot(objects, files, tuple(unread))


@cache
def _wanted() -> frozenset[tuple[str, str]]:
    """API versions and kinds that something in the library reads."""
    return frozenset(
        (source.api_version, source.kind) for entity in link(library().values()).program.entities.values() for source in entity.sources
    )


def _check_empty(folder: Path) -> None:
    """What is old beside what is new would be read as one cluster."""
    if folder.exists() and not folder.is_dir():
        raise Rejected([Diagnostic("unwritable-file", f"`{folder}` is no folder", help="give the name of a new folder")])
    if folder.is_dir() and os.listdir(folder):
        raise Rejected([Diagnostic("file-exists", f"there is something in `{folder}`", help="give the name of a new folder, or empty it")])


def _refused(why: str) -> Diagnostic:
    help_ = "see what `kubectl auth can-i --list` says: to `get` and `list` is enough"
    return Diagnostic("nothing-read", f"the cluster lets nothing be read: {why}", help=help_)

"""Machine code kept between runs, in the user's cache folder. All failures are ignored: what cannot be kept is compiled again.

A file holds a digest and the code; one whose digest is wrong is not used. It is written under another name and then renamed, so that
processes may race. Code of others is never run: folder and file must be this user's, and nobody else may write to them.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

_DIGEST = hashlib.sha256().digest_size
_MOST_FILES = 400


def folder() -> Path:
    """`$XDG_CACHE_HOME/kmodel`, by default `~/.cache/kmodel`."""
    root = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(root).expanduser() / "kmodel" / "code"


def read(name: str) -> bytes | None:
    """The code that was kept under the name."""
    try:
        path = folder() / name
        if not (_trusted(path.parent) and _trusted(path)):
            return None
        data = path.read_bytes()
    except (OSError, RuntimeError):
        return None
    digest, code = data[:_DIGEST], data[_DIGEST:]
    return code if digest == _digest(name, code) else None


def write(name: str, code: bytes) -> None:
    """Keeps the code under the name."""
    with suppress(OSError, RuntimeError):
        place = folder()
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=place, prefix=".draft-")
        with os.fdopen(handle, "wb") as file:
            file.write(_digest(name, code) + code)
        os.replace(draft, place / name)
        _trim(place)


def _digest(name: str, code: bytes) -> bytes:
    """Of the name too, so that one file does not stand for another."""
    return hashlib.sha256(name.encode() + b"\0" + code).digest()


def _trusted(path: Path) -> bool:
    if not hasattr(os, "getuid"):
        return True
    about = path.stat()
    return about.st_uid == os.getuid() and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _trim(place: Path) -> None:
    """Removes the files that were written longest ago, where there are many."""
    files = sorted((path for path in place.iterdir()), key=lambda path: path.stat().st_mtime)
    for path in files[: max(0, len(files) - _MOST_FILES)]:
        path.unlink(missing_ok=True)

"""Where the project's own data (`spec/`, `grammar/`) is: beside the code in a wheel, above it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def data(name: str) -> Path:
    """The path of a data folder or file, such as `grammar/kmodel.lark`."""
    packed = _PACKAGE / "_data" / name
    return packed if packed.exists() else _PACKAGE.parent / name

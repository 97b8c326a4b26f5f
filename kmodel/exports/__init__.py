"""Ground systems in the languages of other tools. A format is a row of `FORMATS`; it is imported when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from kmodel.ground.system import System
from kmodel.records import dataclass


@dataclass(frozen=True, slots=True)
class Exported:
    """The text of a file, and a sentence for each claim that the format cannot say. `data` is the file of a format that is no text."""

    text: str
    left_out: tuple[str, ...] = ()
    data: bytes | None = None


Writer = Callable[[System, int | None], Exported]
"""Writes a system; with a depth, only what behaviours of so many steps do (where the format distinguishes that)."""

FORMATS: Mapping[str, str] = {
    "smtlib": "kmodel.exports.smtlib:smtlib",
    "tla": "kmodel.exports.tla:tla",
    "aiger": "kmodel.exports.aiger:ascii_aiger",
    "aiger-binary": "kmodel.exports.aiger:binary_aiger",
}


def export(system: System, form: str, depth: int | None = None) -> Exported:
    """The system in a format of the table."""
    module, _, name = FORMATS[form].partition(":")
    writer: Writer = getattr(import_module(module), name)
    return writer(system, depth)

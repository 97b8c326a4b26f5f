"""What is wrong with an input: said once, with a place and a help."""

from __future__ import annotations

from collections.abc import Iterable

from kmodel.records import dataclass
from kmodel.source.text import Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault of an input.

    `code` is stable and kebab-case; `message` one lower-case sentence with user text in backticks;
    `also` are labelled second places; `help` says what to do about it.
    """

    code: str
    message: str
    span: Span | None = None
    also: tuple[tuple[Span, str], ...] = ()
    help: str | None = None


class Rejected(Exception):
    """A stage refuses its input; every fault it found is in `diagnostics`."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(f"{d.code}: {d.message}" for d in self.diagnostics))

"""What can be wrong with a module: raised where it is found, caught where typing can go on."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from kmodel.source import Diagnostic, Span


class Fault(Exception):
    """One diagnostic, on its way to the declaration or statement that collects it."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic
        super().__init__(diagnostic.message)


def fault(code: str, message: str, span: Span, help_: str | None = None, also: tuple[tuple[Span, str], ...] = ()) -> Fault:
    return Fault(Diagnostic(code, message, span, also, help_))


def suggest(name: str, known: Iterable[str]) -> str | None:
    """A help that names what was probably meant, or lists what there is when that is short."""
    names = sorted(set(known))
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"there is {', '.join(f'`{known_}`' for known_ in names)}" if 0 < len(names) <= 12 else None

"""Text to Tree: the grammar's tables, kept between runs, and going on after an error. The only import of lark."""

from __future__ import annotations

import hashlib
import os
import pickle
import re
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any

import lark

from kmodel.records import dataclass
from kmodel.source import Diagnostic, Rejected, Source, data
from kmodel.syntax.comments import documentation, documentation_text
from kmodel.syntax.mistakes import Mistake, explain
from kmodel.syntax.read_checks import CHECKS
from kmodel.syntax.read_declarations import DECLARATIONS
from kmodel.syntax.read_expressions import EXPRESSIONS
from kmodel.syntax.read_statements import STATEMENTS
from kmodel.syntax.read_types import TYPES
from kmodel.syntax.reading import Part, Reading
from kmodel.syntax.tree import Import, Tree
from kmodel.syntax.wording import WORDS

RULES = {**EXPRESSIONS, **TYPES, **STATEMENTS, **CHECKS, **DECLARATIONS}

# Every word of the text is kept among a rule's children, so that spans are read off the first and the last of them.
_OPTIONS = {"parser": "lalr", "lexer": "contextual", "maybe_placeholders": True, "keep_all_tokens": True}
_DECLARATION = re.compile(rf"^(?:@|(?:import|{'|'.join(WORDS['a declaration'])})\b)", re.MULTILINE)
_MOST_ERRORS = 20


@dataclass(frozen=True, slots=True)
class _Parser:
    """The tables with the functions that make the tree while they run. They share `reading`, hence the lock."""

    tables: lark.Lark
    reading: Reading
    lock: Lock


def parse(source: Source) -> Tree:
    """The tree of a text. All syntax errors that can be told apart are in one `Rejected`."""
    parser = _parser()
    with parser.lock:
        parser.reading.begin(source)
        parts, errors = _parts(parser, source)
        comments, found = tuple(parser.reading.comments), [*parser.reading.diagnostics, *errors]
    if found:
        raise Rejected(sorted(found, key=lambda diagnostic: diagnostic.span.start if diagnostic.span else 0))
    header = next((part for part in parts if isinstance(part, Part)), None)
    module = header.value if header is not None else Path(source.name).stem
    doc = documentation_text(documentation(source, comments, header.span.start)) if header is not None else None
    imports = tuple(part for part in parts if isinstance(part, Import))
    declarations = tuple(part for part in parts if not isinstance(part, Part | Import))
    return Tree(source, module, imports, declarations, comments, doc)


def _parts(parser: _Parser, source: Source) -> tuple[tuple[Any, ...], list[Diagnostic]]:
    """Header, imports and declarations; after an error it is tried again from the next declaration."""
    errors: list[Diagnostic] = []
    start = 0
    while len(errors) < _MOST_ERRORS:
        # What was passed over is blanked, so that offsets stay true.
        text = re.sub(r"[^\n]", " ", source.text[:start]) + source.text[start:]
        try:
            return parser.tables.parse(text), errors
        except lark.UnexpectedInput as unexpected:
            mistake = _mistake(parser, source, text, unexpected, start)
        if not (errors and mistake.follows_from_another()):
            errors.append(explain(mistake))
        following = _DECLARATION.search(source.text, max(mistake.offset, start + 1))
        if following is None:
            break
        start = following.start()
    return (), errors


def _mistake(parser: _Parser, source: Source, text: str, unexpected: lark.UnexpectedInput, start: int) -> Mistake:
    """What stands in the wrong place: the word that lark stopped at, or a declaration's keyword before it that was read as a name."""
    known = isinstance(unexpected, lark.UnexpectedToken)
    ended = known and unexpected.token.type == "$END"
    offset = len(source.text.rstrip()) if ended else unexpected.pos_in_stream
    accepted, last = _before(parser, text, len(text) if ended else offset)
    if last is not None and last.type == "NAME" and last.start_pos > start and _DECLARATION.match(text, last.start_pos):
        offset, known, ended = last.start_pos, True, False
        accepted, _ = _before(parser, text, offset)
    return Mistake(source, start, offset, {name: _written(parser.tables, name) for name in accepted}, known, ended)


def _before(parser: _Parser, text: str, offset: int) -> tuple[set[str], Any]:
    """What could stand at an offset, and the token before it: the text is read again up to there.

    (Where lark stops it has already dropped what only a fitting token could have continued.)
    """
    kept, last = list(parser.reading.diagnostics), None
    interactive = parser.tables.parse_interactive(text)
    with suppress(lark.UnexpectedInput):
        for token in interactive.iter_parse():
            if token.start_pos >= offset:
                break
            last = token
    parser.reading.diagnostics = kept
    return interactive.accepts(), last


def _written(tables: lark.Lark, terminal: str) -> str | None:
    """How a terminal that is always written alike is written."""
    if terminal == "$END":
        return None
    pattern = tables.get_terminal(terminal).pattern
    return pattern.value if pattern.type == "str" else None


# ---- tables


class _WholeWords:
    """For the lexer a name can stand everywhere, so that a keyword is never found at the beginning of a longer word."""

    always_accept = ("NAME",)

    def process(self, stream: Any) -> Any:
        return stream


@cache
def _parser() -> _Parser:
    reading = Reading(Source("", ""))
    callbacks = {
        "transformer": SimpleNamespace(**{name: partial(rule, reading) for name, rule in RULES.items()}),
        "lexer_callbacks": {"COMMENT": reading.comment},
        "postlex": _WholeWords(),
    }
    return _Parser(_tables(data("grammar/kmodel.lark").read_text(encoding="utf-8"), callbacks, cache_folder()), reading, Lock())


def cache_folder() -> Path | None:
    """Where this user's caches are kept, by the custom of the system; None where there is no home."""
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local) / "kmodel" / "cache" if local else None
    if chosen := os.environ.get("XDG_CACHE_HOME"):
        return Path(chosen) / "kmodel"
    try:
        home = Path.home()
    except RuntimeError:
        return None
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "kmodel"


def _tables(grammar: str, callbacks: dict[str, Any], folder: Path | None) -> lark.Lark:
    """The tables of the grammar: as an earlier run kept them, else built (some 0.4 s) and kept.

    Whatever is wrong with what was kept, or with the folder, costs time and nothing else.
    """
    if folder is None:
        return _build(grammar, callbacks)
    kept = folder / f"grammar-{_key(grammar)}.pickle"
    with suppress(Exception):  # a damaged pickle can raise anything
        saved = pickle.loads(kept.read_bytes())
        saved["data"]["options"].update(callbacks)
        return lark.Lark.load(saved)
    tables = _build(grammar, callbacks)
    _keep(kept, partial(tables.save, exclude_options=callbacks.keys()))
    return tables


def _build(grammar: str, callbacks: dict[str, Any]) -> lark.Lark:
    return lark.Lark(grammar, **_OPTIONS, **callbacks)


def _key(grammar: str) -> str:
    parts = (grammar, repr(sorted(_OPTIONS.items())), lark.__version__, sys.version)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _keep(path: Path, write: Callable[[Any], None]) -> None:
    """Write beside the path first, so that a reader sees a whole file or none."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        try:
            with os.fdopen(handle, "wb") as file:
                write(file)
            os.replace(beside, path)
        except OSError:
            os.unlink(beside)

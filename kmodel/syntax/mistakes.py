"""Syntax errors in the reader's words: what was found, what could stand there, and what was probably meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import TypeAlias

from kmodel.records import dataclass
from kmodel.source import Diagnostic, Source, Span
from kmodel.syntax.wording import (
    BEGINNINGS,
    CATEGORIES,
    ELSEWHERE,
    ELSEWHERE_WORDS,
    HELP,
    NAMED,
    OPERATOR_TERMINALS,
    OPERATORS,
    SPELLED,
    WORDS,
)

_TOKEN = re.compile(r'[^\W\d]\w*|\d[\w.]*\w|"(?:[^"\\\n]|\\.)*"|:=|==|!=|<=|>=|\.\.|.', re.DOTALL)
_SCAN = re.compile(r'"(?:[^"\\\n]|\\.)*"|#[^\n]*|[({\[\])}]')
_OPENING = {")": "(", "]": "[", "}": "{"}
_CLOSING = {opening: closing for closing, opening in _OPENING.items()}
_LAST_WORD = re.compile(r"[^\W\d]\w*(?=[ \t]*$)")

Also: TypeAlias = tuple[tuple[Span, str], ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """Where the text, read from `start` on, cannot go on: at `offset`, only what is `accepted` could stand.

    `accepted` maps a terminal to its text, None where it has several. `known` says that a token was found there,
    `ended` that nothing was.
    """

    source: Source
    start: int
    offset: int
    accepted: Mapping[str, str | None]
    known: bool
    ended: bool

    @property
    def found(self) -> str:
        match = None if self.ended else _TOKEN.match(self.source.text, self.offset)
        return match.group() if match else ""

    @property
    def texts(self) -> frozenset[str]:
        return frozenset(text for text in self.accepted.values() if text is not None)

    @property
    def span(self) -> Span:
        """The word found; at the end, the last character."""
        return (
            Span(self.source, self.offset, self.offset + len(self.found)) if self.found else self.part(max(self.offset - 1, 0), self.offset)
        )

    @property
    def operators(self) -> bool:
        """An expression is complete here, and could go on."""
        return "and" in self.texts or "COMPARE" in self.accepted

    def part(self, start: int, end: int) -> Span:
        return Span(self.source, start, end)

    def line_before(self) -> str:
        return self.source.text[self.source.text.rfind("\n", 0, self.offset) + 1 : self.offset]

    def unclosed(self) -> tuple[int, ...]:
        """The opening brackets that nothing closes before the mistake, from the outermost."""
        opened: list[int] = []
        for bracket in _SCAN.finditer(self.source.text, self.start, self.offset):
            if bracket.group() in _CLOSING:
                opened.append(bracket.start())
            elif opened and self.source.text[opened[-1]] == _OPENING.get(bracket.group()):
                opened.pop()
        return tuple(opened)

    def follows_from_another(self) -> bool:
        """A bracket that closes what was opened in a part that was passed over."""
        return self.found in _OPENING and not self.unclosed()


def explain(mistake: Mistake) -> Diagnostic:
    """The diagnostic of a syntax error."""
    if mistake.ended:
        return _end(mistake)
    if not mistake.known:
        return _character(mistake)
    if meant := _misspelt_word(mistake) or _misspelt_beginning(mistake):
        return meant
    also = _still_open(mistake)
    message = f"found {quoted(mistake.found)} where {_expected(mistake)} was expected"
    return Diagnostic("syntax-error", message, mistake.span, also, _help(mistake, also))


def quoted(text: str) -> str:
    """A piece of text in backticks; a character that cannot be seen, by its name."""
    if text.isprintable() and not text.isspace():
        return f"`{text}`"
    return f"the character U+{ord(text[0]):04X} ({unicodedata.name(text[0], 'control character').lower()})"


def _end(mistake: Mistake) -> Diagnostic:
    message = f"the text ends where {_expected(mistake)} was expected"
    also = _innermost(mistake)
    help_ = _close(mistake, also) if also else _usual_help(mistake)
    return Diagnostic("unexpected-end", message, mistake.span, also, help_)


def _character(mistake: Mistake) -> Diagnostic:
    text, offset = mistake.source.text, mistake.offset
    if text[offset] == '"':
        end = text.find("\n", offset)
        span = mistake.part(offset, len(text) if end < 0 else end)
        help_ = 'end it with `"` on the same line; a new line in a text is written `\\n`'
        return Diagnostic("unclosed-string", "this text has no closing quotation mark", span, (), help_)
    if text[offset].isdigit():
        units = "`m` and `cpu`, `B` `k` `M` `G` `T` `P` `Ki` `Mi` `Gi` `Ti` `Pi`, `ms` `s` `min` `h` `d`, and `%`"
        help_ = f"units are {units}; a name begins with a letter"
        return Diagnostic("unknown-unit", f"{quoted(mistake.found)} is no number with a unit", mistake.span, (), help_)
    help_ = _written_elsewhere(mistake) or "outside of texts and comments this character means nothing"
    return Diagnostic(
        "unexpected-character", f"found {quoted(text[offset])} where {_expected(mistake)} was expected", mistake.span, (), help_
    )


# ---- what could stand here


def _expected(mistake: Mistake) -> str:
    phrases = list(_phrases(mistake.accepted))
    return phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} or {phrases[-1]}"


def _phrases(accepted: Mapping[str, str | None]) -> Iterator[str]:
    """Whole categories for the words that begin them; then single words, operators, and the end."""
    left = dict(accepted)
    for category in CATEGORIES:
        if category.signs <= left.keys() | set(left.values()):
            left = {terminal: text for terminal, text in left.items() if terminal not in category.covers and text not in category.covers}
            yield category.name
    operators = {terminal for terminal, text in left.items() if terminal in OPERATOR_TERMINALS or text in OPERATORS}
    if len(operators) > 3:
        left = {terminal: text for terminal, text in left.items() if terminal not in operators}
    yield from sorted({f"`{text}`" for text in left.values() if text})
    yield from (f"`{text}`" for terminal in left for text in SPELLED.get(terminal, ()))
    yield from sorted({NAMED[terminal] for terminal in left if terminal in NAMED})
    if len(operators) > 3:
        yield "an operator"
    if "$END" in left:
        yield "the end of the text"


# ---- what was meant


def _misspelt_word(mistake: Mistake) -> Diagnostic | None:
    """`acton` where `action` could stand."""
    possible = {text for text in mistake.texts if text.isalpha()}.union(*(SPELLED[name] for name in mistake.accepted if name in SPELLED))
    meant = _near(mistake.found, possible)
    if meant is None:
        return None
    message = f"found `{mistake.found}` where {_expected(mistake)} was expected"
    return Diagnostic("syntax-error", message, mistake.span, (), f"did you mean `{meant}`")


def _misspelt_beginning(mistake: Mistake) -> Diagnostic | None:
    """`requrie x`: read as a name, and only the next word tells that it was none."""
    category, words = ("a statement", WORDS["a statement"]) if ":=" in mistake.texts else ("an expression", BEGINNINGS)
    before = _LAST_WORD.search(mistake.source.text, max(mistake.start, mistake.offset - 80), mistake.offset)
    if before is None or not (mistake.operators or ":=" in mistake.texts) or not re.match(r"\w", mistake.found):
        return None
    meant = _near(before.group(), words)
    if meant is None:
        return None
    message = f"found `{before.group()}` where {category} was expected"
    return Diagnostic("syntax-error", message, mistake.part(*before.span()), (), f"did you mean `{meant}`")


def _near(word: str, possible: tuple[str, ...] | set[str]) -> str | None:
    """The word of those that this one was probably meant to be: what another language writes for it, or one that is spelt almost alike."""
    if word in possible:
        return None
    if ELSEWHERE_WORDS.get(word) in possible:
        return ELSEWHERE_WORDS[word]
    if len(word) < 3:
        return None
    return next(iter(get_close_matches(word, sorted(text for text in possible if len(text) > 2), n=1, cutoff=0.75)), None)


def _still_open(mistake: Mistake) -> Also:
    """The bracket that should have been closed before a declaration, or before another closing bracket."""
    opened = mistake.unclosed()
    begins = not mistake.line_before() and mistake.found in (*WORDS["a declaration"], "@", "import")
    crosses = mistake.found in _OPENING and opened and mistake.source.text[opened[-1]] != _OPENING[mistake.found]
    return _innermost(mistake) if begins or crosses else ()


def _innermost(mistake: Mistake) -> Also:
    opened = mistake.unclosed()[-1:]
    return tuple((mistake.part(start, start + 1), f"this `{mistake.source.text[start]}` is not closed") for start in opened)


def _close(mistake: Mistake, also: Also) -> str:
    return f"close it with `{_CLOSING[also[0][0].text]}`"


def _help(mistake: Mistake, also: Also) -> str:
    if also:
        return _close(mistake, also)
    return _help_for_place(mistake) or _help_for_assignment(mistake) or _written_elsewhere(mistake) or _usual_help(mistake)


def _help_for_place(mistake: Mistake) -> str | None:
    """What is right in itself and stands in the wrong place."""
    found, before = mistake.found, mistake.source.text[: mistake.offset]
    if found in ("import", "module"):
        return "`module` comes first, then the `import`s, then the declarations"
    if found in _OPENING and not mistake.unclosed():
        return f"there is no `{_OPENING[found]}` that this closes"
    if found in ("(", "[") and mistake.operators and before[-1:].isspace():
        return f"write the `{found}` directly after the name, without a space"
    if found == "all" and before.rstrip().endswith("for"):
        return "write `forall`"
    if found == "then" and not re.search(r"\bif\b", mistake.line_before()):
        return "leave it out: what an action does stands on the lines after its `require`"
    if found in ("for", "scope") and re.search(r"\bcheck\s+\w+\s*$", before):
        return "the sizes stand inside of a check: `check name { scope Pod = 3 … }`"
    if found[:1].isdigit() and before.endswith("."):
        return "numbers are whole: write a smaller unit (`1500m` for 1.5 cpu), or multiply first"
    return None


def _help_for_assignment(mistake: Mistake) -> str | None:
    """`=`, `==` and `:=` taken for each other."""
    found, texts = mistake.found, mistake.texts
    if found in ("=", "==") and ":=" in texts:
        return "write `:=` to assign; a condition stands in a `require`"
    if found == ":=" and (mistake.operators or "=" in texts):
        return "`:=` assigns, in an action; write `==` to compare and `=` to define"
    if found == "=" and mistake.operators:
        return "write `==` to compare"
    if found in ("=", "==", "<", ":=") and "<=" in texts:
        return "write `<=`: a limit is the most that may happen"
    if found == "=" and mistake.line_before().endswith("="):
        return "write `=` to define"
    if found in ("==", "!=", "<", "<=", ">", ">=") and mistake.operators:
        return "comparisons do not chain: join two of them with `and`"
    return None


def _written_elsewhere(mistake: Mistake) -> str | None:
    text = mistake.source.text
    beginnings = (text[mistake.offset :], text[max(mistake.offset - 1, 0) :])
    return next((help_ for written, help_ in ELSEWHERE for begins in beginnings if begins.startswith(written)), None)


def _usual_help(mistake: Mistake) -> str:
    expected = next(_phrases(mistake.accepted))
    return HELP.get(expected, f"put {expected} here")

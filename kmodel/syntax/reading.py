"""A text while it is read: what was found besides the tree, and the spans of what the grammar's rules match."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from kmodel.records import dataclass
from kmodel.source import Diagnostic, Source, Span
from kmodel.syntax.comments import documentation, documentation_text
from kmodel.syntax.tree import Comment

_MOST_DIGITS = 1000


class Token(Protocol):
    """A word of the text, which is also a `str`."""

    type: str
    start_pos: int
    end_pos: int


@dataclass(frozen=True, slots=True)
class Part:
    """What a rule gives that is no node of its own: a list of things, or a piece of a node."""

    kind: str
    value: Any
    span: Span


# What a rule matched: tokens (each a `str`), nodes, parts, and None where something optional is absent.
Children: TypeAlias = list[Any]


class Reading:
    """One text being read. Every rule of the grammar is given it, with its children."""

    def __init__(self, source: Source) -> None:
        self.begin(source)

    def begin(self, source: Source) -> None:
        self.source = source
        self.comments: list[Comment] = []
        self.diagnostics: list[Diagnostic] = []

    def comment(self, token: Any) -> Any:
        text = token.rstrip()
        self.comments.append(Comment(text, span=Span(self.source, token.start_pos, token.start_pos + len(text))))
        return token

    def at(self, token: Token) -> Span:
        return Span(self.source, token.start_pos, token.end_pos)

    def span(self, children: Children) -> Span:
        """From the first child that is there to the end of the last."""
        first = next(child for child in children if child is not None)
        last = next(child for child in reversed(children) if child is not None)
        start = first.start_pos if isinstance(first, str) else first.span.start  # type: ignore[attr-defined] # a token is a str with places
        end = last.end_pos if isinstance(last, str) else last.span.end  # type: ignore[attr-defined] # as above
        return Span(self.source, start, end)

    def doc(self, start: int) -> str | None:
        return documentation_text(documentation(self.source, self.comments, start))

    def reject(self, code: str, message: str, span: Span, help_: str, also: Sequence[tuple[Span, str]] = ()) -> None:
        self.diagnostics.append(Diagnostic(code, message, span, tuple(also), help_))

    def number(self, token: Any) -> int:
        return int(token) if self.short(token) else 0

    def short(self, token: Any) -> bool:
        if len(token) <= _MOST_DIGITS:
            return True
        help_ = f"a number has at most {_MOST_DIGITS} digits"
        self.reject("number-too-large", f"a number of {len(token)} digits", self.at(token), help_)
        return False


Rule: TypeAlias = Callable[[Reading, Children], Any]
Rules: TypeAlias = Mapping[str, Rule]


def nodes(children: Children) -> tuple[Any, ...]:
    """The children that are neither absent nor tokens."""
    return tuple(child for child in children if child is not None and not isinstance(child, str))


def words(children: Children, kind: str = "NAME") -> tuple[str, ...]:
    """The texts of the tokens of a kind."""
    return tuple(str(child) for child in children if isinstance(child, str) and child.type == kind)  # type: ignore[attr-defined] # a token


def parts(children: Children, kind: str) -> tuple[Part, ...]:
    return tuple(child for child in children if isinstance(child, Part) and child.kind == kind)


def part(children: Children, kind: str, absent: Any = None) -> Any:
    """The value of the part of this kind, or `absent`."""
    return next((found.value for found in parts(children, kind)), absent)

"""What every reader of Lark's tree needs: places, the parts of a node, the words of `##` lines, and a list of faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from lark import Token
from lark import Tree as LarkTree

from kmodel.source import Diagnostic, Source, Span
from kmodel.syntax.tree import Comment

# A node of Lark's tree: a Tree or a Token. Lark has no types of use here.
LarkNode: TypeAlias = Any

_SILENT = frozenset({"CALL_OPEN", "INDEX_OPEN", "NOT_IN"})
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Reading:
    """A source being turned into a tree; `docs` gives the words of the `##` lines that end at a line."""

    source: Source
    docs: dict[int, str]
    faults: list[Diagnostic] = field(default_factory=list)

    def span(self, node: LarkNode) -> Span:
        place = node if is_token(node) else node.meta
        start = int(getattr(place, "start_pos", 0))
        return Span(self.source, start, int(getattr(place, "end_pos", start)))

    def doc(self, node: LarkNode) -> str | None:
        """Only what begins its line has the `##` lines above to itself."""
        line, column = self.source.position(self.span(node).start)
        return None if self.source.line(line)[: column - 1].strip() else self.docs.get(line - 1)

    def fault(self, node: LarkNode, code: str, message: str, help_: str) -> None:
        self.faults.append(Diagnostic(code, message, self.span(node), help=help_))

    def number(self, token: LarkNode) -> int:
        if len(token) > _MOST_DIGITS:
            self.fault(token, "number-too-large", f"a number has {len(token)} digits", f"use at most {_MOST_DIGITS} digits")
            return 0
        return int(token)

    def string(self, token: LarkNode) -> str:
        """The characters that a string literal stands for; its escapes are those of JSON."""
        try:
            return str(json.loads(token, strict=False))
        except ValueError:
            self.fault(token, "unknown-escape", f"{token} has a `\\` before something that it does not escape", "write `\\\\` for a backslash")
            return str(token)[1:-1]


Reader: TypeAlias = Callable[[Reading, LarkNode], Any]


def is_token(node: LarkNode) -> bool:
    return isinstance(node, Token)


def is_rule(node: LarkNode, *names: str) -> bool:
    return isinstance(node, LarkTree) and node.data in names


def rule_name(node: LarkNode) -> str:
    return str(node.data)


def parts(node: LarkNode) -> list[LarkNode]:
    """The children that say something, None where an optional one is absent."""
    return [child for child in node.children if not (isinstance(child, Token) and child.type in _SILENT)]


def present(nodes: list[LarkNode]) -> list[LarkNode]:
    return [node for node in nodes if node is not None]


def dotted(node: LarkNode) -> str:
    return ".".join(node.children)


def text(token: LarkNode) -> str | None:
    return None if token is None else str(token)


def docs_of(source: Source, comments: tuple[Comment, ...]) -> dict[int, str]:
    """For every line that ends a run of own-line `##` comments, or is inside of it, the words up to there."""
    docs: dict[int, str] = {}
    for comment in comments:
        line, column = source.position(comment.span.start)
        if comment.text.startswith("##") and not source.line(line)[: column - 1].strip():
            words = comment.text[2:].strip()
            docs[line] = f"{docs[line - 1]} {words}" if line - 1 in docs else words
    return docs

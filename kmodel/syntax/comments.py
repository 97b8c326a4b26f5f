"""Where comments stand: which of them document what follows, and what lies between two things of a text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from kmodel.source import Source
from kmodel.syntax.tree import Comment

_BETWEEN = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")


def skip(text: str, offset: int) -> int:
    """The next place from `offset` on that is neither white space nor comment."""
    found = _BETWEEN.match(text, offset)
    assert found is not None
    return found.end()


def starts_line(text: str, offset: int) -> bool:
    """Only white space stands before `offset` on its line."""
    return not text[text.rfind("\n", 0, offset) + 1 : offset].strip()


def documents(comment: Comment) -> bool:
    """The comment has the mark of documentation, `##` and not more."""
    return comment.text.startswith("##") and not comment.text.startswith("###")


def documentation(source: Source, comments: Sequence[Comment], offset: int) -> tuple[Comment, ...]:
    """The `##` lines directly above the line that begins at `offset`; `comments` are in the order of the text."""
    if not starts_line(source.text, offset):
        return ()
    line = source.position(offset)[0]
    last = bisect_left(comments, offset, key=lambda comment: comment.span.start)
    first = last
    while first and documents(above := comments[first - 1]) and above.span.line == line - 1 and starts_line(source.text, above.span.start):
        line, first = line - 1, first - 1
    return tuple(comments[first:last])


def documentation_text(comments: Sequence[Comment]) -> str | None:
    """The lines without their marks, and without the space after a mark."""
    return "\n".join(comment.text[2:].removeprefix(" ") for comment in comments) if comments else None

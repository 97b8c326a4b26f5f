"""A text being written line by line, with the comments and the blank lines of the text that its tree was read from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kmodel.source import Source, Span
from kmodel.syntax.comments import documentation, starts_line
from kmodel.syntax.show_layout import STEP, Layout, lines
from kmodel.syntax.tree import Comment

_SAME_LINE = re.compile(r"[ \t\r,]*")
_BEFORE_COMMENT = "  "


class Page:
    """`lines` so far. Comments are written when the page comes to what stood after them, so none can be lost."""

    def __init__(self, source: Source, comments: tuple[Comment, ...]) -> None:
        self.lines: list[str] = []
        self._source = source
        self._all = comments
        self._waiting = list(comments)
        self._indent = 0
        self._opened = 0  # how many lines there were when a block began without a comment
        self._last: int | None = None  # the line of the source that was written last in this block

    def item(self, layout: Layout, span: Span) -> int:
        """Something without a block, with the comments before, inside and behind it; gives the number of its own lines."""
        inside = self._take(span.end, after=span.start)
        self._lead(span, inside)
        return self._write(layout, span.end)

    def head(self, layout: Layout, span: Span, body: int) -> int:
        """The line that opens a block whose content begins at `body`; gives the number of its own lines."""
        self._lead(span, [])
        return self.turn(layout, body)

    def turn(self, layout: Layout, body: int) -> int:
        """As `head`, where a block has just been closed by the same line."""
        behind = [one for one in self._waiting if one.span.start < body and not starts_line(self._source.text, one.span.start)]
        self._waiting = _without(self._waiting, behind)
        written = self._write(layout, None)
        self._opened = 0 if behind else len(self.lines)
        for comment in behind[:1]:
            self.lines[-1] += _BEFORE_COMMENT + comment.text
        self._indent += STEP
        self._last = None
        for comment in behind[1:]:
            self._comment(comment.text, comment.span)
        return written

    def end(self, closing: int) -> None:
        """The block's content is over; `closing` is where its `}` stood."""
        for comment in self._take(closing):
            self._comment(comment.text, comment.span)
        self._indent -= STEP
        self._last = None

    def close(self, closing: int) -> None:
        """As `end`, and write its `}`; directly behind the `{` where nothing is between."""
        self.end(closing)
        empty = self._opened == len(self.lines)
        self._write("}", closing + 1)
        if empty:
            self.lines[-2:] = [self.lines[-2] + self.lines[-1].lstrip()]

    def finish(self) -> str:
        for comment in self._take(len(self._source.text) + 1):
            self._comment(comment.text, comment.span)
        return "\n".join([*self.lines, ""]) if self.lines else ""

    def _take(self, before: int, after: int = -1) -> list[Comment]:
        taken = [one for one in self._waiting if after < one.span.start < before]
        self._waiting = _without(self._waiting, taken)
        return taken

    def _lead(self, span: Span, inside: list[Comment]) -> None:
        """Comments from inside stand before the lines that document the thing, which have to be directly above it."""
        above = self._take(span.start)
        documents = documentation(self._source, self._all, span.start)
        others = _without(above, documents)
        for comment in others:
            self._comment(comment.text, comment.span)
        for comment in inside:
            self._comment(f"#{comment.text.lstrip('#')}", comment.span)
        if inside:
            self._last = None
        for comment in _without(above, others):
            self._comment(comment.text, comment.span)
        self._gap(span)

    def _comment(self, text: str, span: Span) -> None:
        self._gap(span)
        self.lines.append(" " * self._indent + text)
        self._last = span.line

    def _gap(self, span: Span) -> None:
        if self._last is not None and span.line - self._last > 1:
            self.lines.append("")

    def _write(self, layout: Layout, end: int | None) -> int:
        new = lines(layout, self._indent)
        self.lines += new
        if end is not None:
            self._last = self._source.position(end)[0]
            for comment in self._behind(end):
                self.lines[-1] += _BEFORE_COMMENT + comment.text
        return len(new)

    def _behind(self, end: int) -> list[Comment]:
        """The comment on the line that ends at `end`."""
        if not self._waiting:
            return []
        found = _SAME_LINE.match(self._source.text, end)
        start = self._waiting[0].span.start
        return [self._waiting.pop(0)] if found is not None and found.end() == start else []


def _without(comments: Sequence[Comment], taken: Sequence[Comment]) -> list[Comment]:
    """Comments that say the same are equal: which is which, only their places tell."""
    places = {one.span.start for one in taken}
    return [one for one in comments if one.span.start not in places]

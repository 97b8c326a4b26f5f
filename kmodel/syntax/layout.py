"""Documents that break into lines only where they must, with the comments of the text in the breaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from kmodel.source import Source
from kmodel.syntax.comments import documents, starts_line
from kmodel.syntax.tree import Comment

WIDTH = 110


@dataclass(frozen=True, slots=True)
class Line:
    """A place where the text may go on in a new line; flat it is `flat`, and without that it always breaks.

    `before` is the offset, in the text that was parsed, of what follows: comments before it stand in this break.
    `unit` says that a statement, member or declaration follows, which keeps a blank line before it; not so after an
    opening bracket (`first`). Comments before a closing bracket are indented by `inner` more.
    """

    flat: str | None = " "
    before: int = 0
    unit: bool = False
    first: bool = False
    inner: int = 0
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True, slots=True)
class Nest:
    """Its lines are indented by two more."""

    body: Doc


@dataclass(frozen=True, slots=True)
class Group:
    """On one line if it fits and nothing in it must break, else broken at all of its own lines."""

    body: Doc
    hard: bool = False


Doc: TypeAlias = str | Line | Nest | Group | tuple["Doc", ...]


def place(doc: Doc, comments: list[Comment]) -> tuple[Doc, bool]:
    """The document with each comment in the first break that comes after it, and whether it must break.

    `comments` are in the order of the text; those that find their place are taken from it.
    """
    match doc:
        case str():
            return doc, False
        case Line():
            here = _take(comments, doc.before)
            return replace(doc, comments=here), doc.flat is None or bool(here)
        case Nest(body):
            placed, hard = place(body, comments)
            return Nest(placed), hard
        case Group(body):
            placed, hard = place(body, comments)
            return Group(placed, hard), hard
        case tuple():
            parts = [place(part, comments) for part in doc]
            return tuple(part for part, _ in parts), any(hard for _, hard in parts)


def _take(comments: list[Comment], before: int) -> tuple[Comment, ...]:
    taken = tuple(comment for comment in comments if comment.span.start < before)
    del comments[: len(taken)]
    return taken


def blank_before(source: Source, offset: int) -> bool:
    """The author left an empty line before what stands at `offset`."""
    text = source.text[:offset]
    return text[len(text.rstrip()) :].count("\n") > 1


def begins_line(source: Source, offset: int) -> bool:
    """What stands at `offset` is not the first of the text, and begins a line."""
    return bool(source.text[:offset].strip()) and starts_line(source.text, offset)


@dataclass(frozen=True, slots=True)
class _Item:
    indent: int
    flat: bool
    doc: Doc


def layout(doc: Doc, source: Source) -> str:
    """The text of a document whose comments are placed."""
    done: list[str] = []
    column = 0
    rest = [_Item(0, False, doc)]
    while rest:
        item = rest.pop()
        match item.doc:
            case str():
                done.append(item.doc)
                column += len(item.doc)
            case Line():
                text = item.doc.flat if item.flat and item.doc.flat is not None else "".join(broken(item.doc, item.indent, source))
                done.append(text)
                column = column + len(text) if item.flat else item.indent
            case Nest(body):
                rest.append(_Item(item.indent + 2, item.flat, body))
            case Group(body, hard):
                flat = item.flat or (not hard and _fits(body, WIDTH - column, rest))
                rest.append(_Item(item.indent, flat, body))
            case tuple():
                rest.extend(_Item(item.indent, item.flat, part) for part in reversed(item.doc))
    return "".join(done)


def _fits(doc: Doc, room: int, after: Sequence[_Item]) -> bool:
    """The document, flat, and what stands behind it on the same line, take no more than `room`."""
    following = iter(reversed(after))
    rest = [_Item(0, True, doc)]
    while room >= 0:
        if not rest:
            item = next(following, None)
            if item is None:
                return True
            rest.append(item)
        item = rest.pop()
        match item.doc:
            case str():
                room -= len(item.doc)
            case Line(flat):
                if not item.flat or flat is None:
                    return True
                room -= len(flat)
            case Nest(body):
                rest.append(_Item(0, item.flat, body))
            case Group(body, hard):
                rest.append(_Item(0, item.flat and not hard, body))
            case tuple():
                rest.extend(_Item(0, item.flat, part) for part in reversed(item.doc))
    return False


def broken(line: Line, indent: int, source: Source) -> Iterator[str]:
    """A break: the comment that ends the line, then those on lines of their own, then the new line's indentation."""
    comments = list(line.comments)
    if comments and begins_after_code(comments[0], source):
        yield f"  {comments.pop(0).text}"
    first = line.first
    for comment in comments:
        yield "\n" if not first and blank_before(source, comment.span.start) else ""
        yield f"\n{' ' * (indent + line.inner)}{comment.text}"
        first = False
    # A comment with the mark of documentation that documents nothing must not begin to.
    stray = bool(comments) and documents(comments[-1])
    yield "\n" if line.unit and not first and (stray or blank_before(source, line.before)) else ""
    yield f"\n{' ' * indent}"


def begins_after_code(comment: Comment, source: Source) -> bool:
    return not starts_line(source.text, comment.span.start)

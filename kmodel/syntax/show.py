"""Tree to text, in the one layout that all specs have. Comments, and single blank lines between things, stay where they were."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kmodel.source import Span
from kmodel.syntax.comments import skip
from kmodel.syntax.show_declarations import show_declaration
from kmodel.syntax.show_expressions import show_expression
from kmodel.syntax.show_page import Page
from kmodel.syntax.tree import Claim, Declaration, Import, Relation, Rule, Tree

__all__ = ["show", "show_expression"]


def show(tree: Tree) -> str:
    """The text of a tree: `parse` of it is the tree again, and `show` of that the same text."""
    page = Page(tree.source, tree.comments)
    before: tuple[str, int] | None = None
    for kind, start, length in _pieces(page, tree):
        if before is not None and not (before == (kind, 1) and length == 1):
            _separate(page, start)
        before = (kind, length)
    return page.finish()


def _pieces(page: Page, tree: Tree) -> Iterator[tuple[str, int, int]]:
    """Writes piece by piece, and gives for each what it is, the index of its first line, and how many lines it has."""
    header = _header(tree)
    if header is not None:
        yield "module", len(page.lines), page.item(f"module {tree.module}", header)
    for one in tree.imports:
        yield "import", len(page.lines), page.item(_import(one), one.span)
    for declaration in tree.declarations:
        yield _kind(declaration), len(page.lines), show_declaration(page, declaration)


def _separate(page: Page, start: int) -> None:
    """A blank line before the piece that begins at this index, unless there is one."""
    if page.lines[start] and page.lines[start - 1]:
        page.lines.insert(start, "")


def _header(tree: Tree) -> Span | None:
    """Where the header stands; a tree whose module is not named by its file needs one wherever it came from."""
    text = tree.source.text
    start = skip(text, 0)
    if text[start : start + 7].split() == ["module"]:
        return Span(tree.source, start, _header_end(text, start, tree.module))
    return None if tree.module == Path(tree.source.name).stem else Span(tree.source, 0, 0)


def _header_end(text: str, start: int, module: str) -> int:
    end = skip(text, start + len("module"))
    for number, word in enumerate(module.split(".")):
        end = skip(text, end) + (len(".") if number else 0)
        end = skip(text, end) + len(word)
    return end


def _import(one: Import) -> str:
    return f"import {one.module}" if one.alias is None else f"import {one.module} as {one.alias}"


def _kind(declaration: Declaration) -> str:
    """What may stand together without a blank line; a relation stays with its rules."""
    if isinstance(declaration, Claim):
        return declaration.kind
    return "relation" if isinstance(declaration, Relation | Rule) else type(declaration).__name__

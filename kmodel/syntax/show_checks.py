"""The lines of checks on a page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import pairwise
from typing import assert_never

from kmodel.source import Span
from kmodel.syntax.comments import skip
from kmodel.syntax.show_expressions import SUM, expression
from kmodel.syntax.show_layout import LINE, Layout, group, nest, row
from kmodel.syntax.show_page import Page
from kmodel.syntax.tree import CheckAssume, CheckItem, Cluster, Expect, Limit, Scope, Set, Use, Verify


def show_check_items(page: Page, items: tuple[CheckItem, ...]) -> None:
    for line in _lines(items):
        first, last = line[0], line[-1]
        span = Span(first.span.source, first.span.start, last.span.end)
        page.item(_several("scope ", map(_item, line)) if isinstance(first, Scope) else _item(first), span)


def _lines(items: tuple[CheckItem, ...]) -> list[list[CheckItem]]:
    """Items that were written after one word stay so."""
    found = [list(items[:1])] if items else []
    for before, item in pairwise(items):
        if isinstance(before, Scope) and isinstance(item, Scope) and _comma_follows(before.span):
            found[-1].append(item)
        else:
            found.append([item])
    return found


def _comma_follows(span: Span) -> bool:
    return span.source.text.startswith(",", skip(span.source.text, span.end))


def _several(words: str, parts: Iterable[Layout]) -> Layout:
    """A list that goes on in the next line where it is long."""
    first, *rest = parts
    return row(words, first, nest(*(row(",", group(LINE, part)) for part in rest)))


def _item(item: CheckItem) -> Layout:
    match item:
        case Scope():
            pool = "" if item.pool is None else f" of {item.pool}"
            return row(item.name, " = ", expression(item.value, SUM), pool, _unless(item.unless_given))
        case Set():
            owner = "" if item.owner is None else f"{item.owner}."
            return row(f"set {owner}{item.name} = ", expression(item.value), _unless(item.unless_given))
        case CheckAssume():
            return row("assume ", nest(expression(item.condition)))
        case Limit():
            return f"limit {item.action} <= {item.most}"
        case Use():
            return _several("use ", item.modules)
        case Verify():
            return _several("verify ", item.globs)
        case Expect():
            return _several(f"expect {item.verdict} ", _claims(item))
        case Cluster():
            paths = [json.dumps(path, ensure_ascii=False) for path in item.paths]
            return _several("cluster ", paths) if paths else "cluster"
        case _:
            assert_never(item)


def _claims(item: Expect) -> list[Layout]:
    """The claims, the last one with the depth or the scope."""
    depth = "" if item.depth is None else f" to depth {item.depth}"
    steps = "" if item.steps is None else f" in {item.steps}"
    everywhere = " for every scope" if item.every_scope else ""
    *before, last = item.globs
    return [*before, f"{last}{depth}{steps}{everywhere}"]


def _unless(given: bool) -> str:
    return " unless given" if given else ""

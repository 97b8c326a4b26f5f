"""What every symbol has: its name, its module, its place, its description."""

from __future__ import annotations

from typing import TypedDict

from kmodel.source import Span
from kmodel.syntax import tree


class Head(TypedDict):
    name: str
    module: str
    span: Span
    doc: str | None


def head(module: str, declared: tree.Declared) -> Head:
    """The head of what a module declares; `span` underlines the name."""
    return Head(name=f"{module}.{declared.name}", module=module, span=declared.name_span, doc=declared.doc)


def field_head(module: str, declared: tree.Declared) -> Head:
    """The head of a field, whose name is plain."""
    return Head(name=declared.name, module=module, span=declared.name_span, doc=declared.doc)


def is_tunable(declared: tree.Declared) -> bool:
    """Whether a constant is declared `@tunable`."""
    return any(attribute.name == "tunable" for attribute in declared.attributes)

"""Declarations out of Lark's tree: one reader a rule of the grammar."""

from __future__ import annotations

from typing import TypeAlias, TypedDict

from kmodel.source import Span
from kmodel.syntax import tree
from kmodel.syntax.from_lark import LarkNode, Reader, Reading, dotted, is_rule, is_token, parts, present, rule_name, text
from kmodel.syntax.from_lark_checks import read_check_items
from kmodel.syntax.from_lark_expressions import read_all, read_expression, read_optional, read_type
from kmodel.syntax.from_lark_statements import read_block


class Head(TypedDict):
    """What every declaration has."""

    name: str
    name_span: Span
    doc: str | None
    attributes: tuple[tree.Attribute, ...]
    span: Span


Parameters: TypeAlias = tuple[tree.Parameter, ...]


def read_import(at: Reading, node: LarkNode) -> tree.Import:
    module, alias = node.children
    return tree.Import(dotted(module), text(alias), span=at.span(node))


def read_declaration(at: Reading, node: LarkNode) -> tree.Declaration:
    *attributes, declared = node.children
    found: tree.Declaration = _DECLARATIONS[rule_name(declared)](at, declared)(
        _head(at, node, declared, tuple(_attribute(at, one) for one in attributes))
    )
    return found


def _head(at: Reading, node: LarkNode, declared: LarkNode, attributes: tuple[tree.Attribute, ...]) -> Head:
    first = next(iter(declared.children), None)
    name = str(first) if is_token(first) else ""
    named = at.span(first if is_token(first) else declared)
    return {"name": name, "name_span": named, "doc": at.doc(node), "attributes": attributes, "span": at.span(node)}


def _attribute(at: Reading, node: LarkNode) -> tree.Attribute:
    name, *value = present(parts(node))
    return tree.Attribute(str(name), read_expression(at, value[0]) if value else None, span=at.span(node))

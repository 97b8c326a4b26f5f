"""Statements out of Lark's tree: one reader a rule of the grammar."""

from __future__ import annotations

from kmodel.syntax import tree
from kmodel.syntax.from_lark import LarkNode, Reader, Reading, is_rule, parts, present, rule_name, text
from kmodel.syntax.from_lark_expressions import read_assigned, read_binder, read_binders, read_expression, read_optional


def read_block(at: Reading, node: LarkNode) -> tuple[tree.Statement, ...]:
    return () if node is None else tuple(_statement(at, child) for child in node.children)


def _statement(at: Reading, node: LarkNode) -> tree.Statement:
    found: tree.Statement = _STATEMENTS[rule_name(node)](at, node)
    return found


def _require(at: Reading, node: LarkNode) -> tree.Statement:
    return tree.Require(read_expression(at, node.children[0]), span=at.span(node))


def _assert(at: Reading, node: LarkNode) -> tree.Statement:
    return tree.Assert(read_expression(at, node.children[0]), span=at.span(node))


def _let(at: Reading, node: LarkNode) -> tree.Statement:
    name, value = node.children
    return tree.Let(str(name), read_expression(at, value), span=at.span(node))


def _assign(at: Reading, node: LarkNode) -> tree.Statement:
    place, value = node.children
    return tree.Assign(_place(at, place), read_expression(at, value), span=at.span(node))


def _place(at: Reading, node: LarkNode) -> tree.Expr:
    first, *rest = parts(node)
    if is_rule(node, "place_name"):
        return tree.Name(str(first), span=at.span(node))
    if is_rule(node, "place_field"):
        return tree.Field(_place(at, first), str(rest[0]), span=at.span(node))
    return tree.Index(_place(at, first), read_expression(at, rest[0]), span=at.span(node))


def _if(at: Reading, node: LarkNode) -> tree.Statement:
    condition, then, rest = node.children
    otherwise = (_statement(at, rest),) if is_rule(rest, "if_statement") else read_block(at, rest)
    return tree.IfStatement(read_expression(at, condition), read_block(at, then), otherwise, span=at.span(node))


def _for(at: Reading, node: LarkNode) -> tree.Statement:
    binders, where, body = node.children
    return tree.ForStatement(read_binders(at, binders), read_optional(at, where), read_block(at, body), span=at.span(node))


def _choose(at: Reading, node: LarkNode) -> tree.Statement:
    binder, where, optimum, score, body = node.children
    return tree.Choose(
        read_binder(at, binder),
        read_optional(at, where),
        text(optimum),
        read_optional(at, score),
        read_block(at, body),
        span=at.span(node),
    )


def _create(at: Reading, node: LarkNode) -> tree.Statement:
    name, entity, *rest, body = node.children
    values = tuple(read_assigned(at, one) for one in present(rest))
    return tree.Create(str(name), str(entity), values, read_block(at, body), span=at.span(node))


def _delete(at: Reading, node: LarkNode) -> tree.Statement:
    return tree.Delete(read_expression(at, node.children[0]), span=at.span(node))


_STATEMENTS: dict[str, Reader] = {
    "require": _require,
    "assert_": _assert,
    "let": _let,
    "assign": _assign,
    "if_statement": _if,
    "for_statement": _for,
    "choose": _choose,
    "create": _create,
    "delete": _delete,
}

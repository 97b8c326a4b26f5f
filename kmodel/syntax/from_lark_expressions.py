"""Types and expressions out of Lark's tree: one reader a rule of the grammar."""

from __future__ import annotations

from kmodel.source import Span
from kmodel.syntax import tree
from kmodel.syntax.from_lark import LarkNode, Reader, Reading, is_rule, is_token, parts, present, rule_name

_BINARY = {
    "leads_to": "leads_to",
    "until": "until",
    "implies": "implies",
    "iff": "iff",
    "or_": "or",
    "and_": "and",
    "in_": "in",
    "not_in": "not in",
    "range_": "..",
    "add": "+",
    "subtract": "-",
    "intersect": "&",
    "multiply": "*",
    "divide": "/",
    "modulo": "mod",
}
_UNARY = {"not_": "not", "always": "always", "eventually": "eventually", "negate": "-", "next_": "next"}

# ---- types


def read_type(at: Reading, node: LarkNode) -> tree.TypeNode:
    found: tree.TypeNode = _TYPES[rule_name(node)](at, node)
    return found


def _named_type(at: Reading, node: LarkNode) -> tree.TypeNode:
    return tree.NamedType(str(node.children[0]), span=at.span(node))


def _applied_type(at: Reading, node: LarkNode) -> tree.TypeNode:
    name, *given = parts(node)
    arguments = tuple(at.number(one) if is_token(one) else read_type(at, one) for one in given)
    return tree.AppliedType(str(name), arguments, span=at.span(node))


def _range_type(at: Reading, node: LarkNode) -> tree.TypeNode:
    low, high = node.children
    return tree.RangeType(_bound(at, low), _bound(at, high), span=at.span(node))


def _bound(at: Reading, node: LarkNode) -> int | str:
    token = node.children[-1]
    if is_rule(node, "name_bound"):
        return str(token)
    return -at.number(token) if is_rule(node, "negative_bound") else at.number(token)


def _tuple_type(at: Reading, node: LarkNode) -> tree.TypeNode:
    return tree.TupleType(tuple(read_type(at, item) for item in node.children), span=at.span(node))


def _optional_type(at: Reading, node: LarkNode) -> tree.TypeNode:
    return tree.OptionalType(read_type(at, node.children[0]), span=at.span(node))


def _grouped_type(at: Reading, node: LarkNode) -> tree.TypeNode:
    return read_type(at, node.children[0])


_TYPES: dict[str, Reader] = {
    "named_type": _named_type,
    "applied_type": _applied_type,
    "range_type": _range_type,
    "tuple_type": _tuple_type,
    "optional_type": _optional_type,
    "grouped_type": _grouped_type,
    "type": _grouped_type,
}

# ---- expressions


def read_expression(at: Reading, node: LarkNode) -> tree.Expr:
    found: tree.Expr = _EXPRESSIONS[rule_name(node)](at, node)
    return found


def read_optional(at: Reading, node: LarkNode) -> tree.Expr | None:
    return None if node is None else read_expression(at, node)


def read_all(at: Reading, nodes: list[LarkNode]) -> tuple[tree.Expr, ...]:
    return tuple(read_expression(at, node) for node in nodes if node is not None)


def read_binders(at: Reading, node: LarkNode) -> tuple[tree.Binder, ...]:
    return tuple(read_binder(at, one) for one in node.children)


def read_binder(at: Reading, node: LarkNode) -> tree.Binder:
    *names, domain = node.children
    return tree.Binder(tuple(map(str, names)), read_expression(at, domain), span=at.span(node))


def read_assigned(at: Reading, node: LarkNode) -> tree.Assigned:
    name, value = node.children
    return tree.Assigned(str(name), read_expression(at, value), span=at.span(node))


def _binary(at: Reading, node: LarkNode) -> tree.Expr:
    left, right = parts(node)
    return tree.Binary(_BINARY[rule_name(node)], read_expression(at, left), read_expression(at, right), span=at.span(node))


def _compare(at: Reading, node: LarkNode) -> tree.Expr:
    left, op, right = node.children
    return tree.Binary(str(op), read_expression(at, left), read_expression(at, right), span=at.span(node))


def _unary(at: Reading, node: LarkNode) -> tree.Expr:
    return tree.Unary(_UNARY[rule_name(node)], read_expression(at, parts(node)[0]), span=at.span(node))


def _is(at: Reading, node: LarkNode) -> tree.Expr:
    operand, name = node.children
    return tree.Is(read_expression(at, operand), str(name), span=at.span(node))


def _quantified(at: Reading, node: LarkNode) -> tree.Expr:
    op, binders, where, body = node.children
    return tree.Quantified(
        str(op), read_binders(at, binders), read_optional(at, where), read_expression(at, body), span=at.span(node)
    )


def _if(at: Reading, node: LarkNode) -> tree.Expr:
    condition, then, otherwise = read_all(at, node.children)
    return tree.If(condition, then, otherwise, span=at.span(node))


def _let_in(at: Reading, node: LarkNode) -> tree.Expr:
    name, value, body = node.children
    return tree.LetIn(str(name), read_expression(at, value), read_expression(at, body), span=at.span(node))


def _field(at: Reading, node: LarkNode) -> tree.Expr:
    target, name = node.children
    return tree.Field(read_expression(at, target), str(name), span=at.span(node))


def _method(at: Reading, node: LarkNode) -> tree.Expr:
    receiver, name, *arguments = parts(node)
    return tree.Call(str(name), read_expression(at, receiver), read_all(at, arguments), (), span=at.span(node))


def _index(at: Reading, node: LarkNode) -> tree.Expr:
    target, index = parts(node)
    return tree.Index(read_expression(at, target), read_expression(at, index), span=at.span(node))


def _with(at: Reading, node: LarkNode) -> tree.Expr:
    target, *changes = node.children
    return tree.With(read_expression(at, target), tuple(read_assigned(at, one) for one in changes), span=at.span(node))


def _name(at: Reading, node: LarkNode) -> tree.Expr:
    return tree.Name(str(node.children[0]), span=at.span(node))


def _call(at: Reading, node: LarkNode) -> tree.Expr:
    name, *given = present(parts(node))
    plain = [one for one in given if not is_rule(one, "assigned")]
    named = tuple(read_assigned(at, one) for one in given if is_rule(one, "assigned"))
    return tree.Call(str(name), None, read_all(at, plain), named, span=at.span(node))


def _constant(at: Reading, node: LarkNode) -> tree.Expr:
    kind = "none" if is_rule(node, "none") else "bool"
    return tree.Literal(kind, rule_name(node), span=at.span(node))


def _literal(at: Reading, node: LarkNode) -> tree.Expr:
    return tree.Literal(rule_name(node), str(node.children[0]), span=at.span(node))


def _string(at: Reading, node: LarkNode) -> tree.Expr:
    return tree.Literal("string", at.string(node.children[0]), span=at.span(node))


def _grouped(at: Reading, node: LarkNode) -> tree.Expr:
    return read_expression(at, node.children[0])


def _items(kind: str) -> Reader:
    def read(at: Reading, node: LarkNode) -> tree.Expr:
        return tree.Items(kind, read_all(at, node.children), span=at.span(node))

    return read


def _comprehension(kind: str) -> Reader:
    def read(at: Reading, node: LarkNode) -> tree.Expr:
        element, binders, where = node.children
        return tree.Comprehension(
            kind, read_expression(at, element), read_binders(at, binders), read_optional(at, where), span=at.span(node)
        )

    return read


def _set_filter(at: Reading, node: LarkNode) -> tree.Expr:
    *binders, where = node.children
    return tree.Comprehension("set", None, _as_binders(at, binders), read_expression(at, where), span=at.span(node))


def _pairs(at: Reading, node: LarkNode) -> tree.Expr:
    pairs = tuple((read_expression(at, key), read_expression(at, value)) for key, value in (pair.children for pair in node.children))
    return tree.Pairs(pairs, span=at.span(node))


def _aggregate(at: Reading, node: LarkNode) -> tree.Expr:
    """`min(a, b)` is over arguments; with an `in`, a `where` or a `:` it is over binders."""
    op, *items, where, body = parts(node)
    if where is None and body is None and not any(is_rule(item, "in_") for item in items):
        return tree.Aggregate(str(op), (), None, None, read_all(at, items), span=at.span(node))
    return tree.Aggregate(
        str(op), _as_binders(at, items), read_optional(at, where), read_optional(at, body), (), span=at.span(node)
    )


def _as_binders(at: Reading, items: list[LarkNode]) -> tuple[tree.Binder, ...]:
    """Binders that the grammar takes for expressions: `p`, `q in s` are names waiting for their domain."""
    binders: list[tree.Binder] = []
    waiting: list[LarkNode] = []
    for item in items:
        name = item.children[0] if is_rule(item, "in_") else item
        waiting.append(name)
        if not is_rule(name, "name"):
            at.fault(item, "not-a-binder", "`name in set` was expected here", "name what runs over the set, as in `p in Pod`")
        elif item is not name:
            names = tuple(str(one.children[0]) for one in waiting if is_rule(one, "name"))
            start = at.span(waiting[0]).start
            binders.append(tree.Binder(names, read_expression(at, item.children[1]), span=_from(at, start, item)))
            waiting = []
    if waiting and is_rule(waiting[-1], "name"):
        at.fault(waiting[-1], "not-a-binder", "a name runs over nothing", "say over what, as in `p in Pod`")
    return tuple(binders)


def _from(at: Reading, start: int, node: LarkNode) -> Span:
    return Span(at.source, start, at.span(node).end)


_EXPRESSIONS: dict[str, Reader] = {
    **dict.fromkeys(_BINARY, _binary),
    **dict.fromkeys(_UNARY, _unary),
    **dict.fromkeys(("int", "quantity", "percent", "ip", "cidr"), _literal),
    **dict.fromkeys(("true", "false", "none"), _constant),
    "compare": _compare,
    "is_": _is,
    "quantified": _quantified,
    "if_": _if,
    "let_in": _let_in,
    "field": _field,
    "method": _method,
    "index": _index,
    "with_": _with,
    "name": _name,
    "call": _call,
    "aggregate": _aggregate,
    "string": _string,
    "grouped": _grouped,
    "tuple": _items("tuple"),
    "list": _items("list"),
    "empty_braces": _items("set"),
    "set_literal": _items("set"),
    "list_comprehension": _comprehension("list"),
    "set_comprehension": _comprehension("set"),
    "set_filter": _set_filter,
    "pairs": _pairs,
}

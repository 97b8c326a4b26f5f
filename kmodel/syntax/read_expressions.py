"""From what the grammar matched to the expressions of the tree: one function a rule."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from kmodel.source import Span
from kmodel.syntax.reading import Children, Part, Reading, Rule, Rules, nodes, words
from kmodel.syntax.tree import (
    Aggregate,
    Assigned,
    Binary,
    Binder,
    Call,
    Comprehension,
    Expr,
    Field,
    If,
    Index,
    Is,
    Items,
    LetIn,
    Literal,
    Name,
    Pairs,
    Quantified,
    Unary,
    With,
)

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_ESCAPED = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def _binary(op: str) -> Rule:
    def build(reading: Reading, children: Children) -> Binary:
        left, _, right = children
        return Binary(op, left, right, span=Span(reading.source, left.span.start, right.span.end))

    return build


def _compare(reading: Reading, children: Children) -> Binary:
    left, op, right = children
    return Binary(str(op), left, right, span=Span(reading.source, left.span.start, right.span.end))


def _unary(op: str) -> Rule:
    def build(reading: Reading, children: Children) -> Unary:
        return Unary(op, nodes(children)[0], span=reading.span(children))

    return build


def _literal(kind: str) -> Rule:
    def build(reading: Reading, children: Children) -> Literal:
        return Literal(kind, str(children[0]), span=reading.at(children[0]))

    return build


def _int(reading: Reading, children: Children) -> Literal:
    token = children[0]
    return Literal("int", str(token) if reading.short(token) else "0", span=reading.at(token))


def text_of(reading: Reading, token: Any) -> str:
    """What a string says; an escape that means nothing is rejected."""

    def meant(found: re.Match[str]) -> str:
        escape = found.group(1)
        if len(escape) == 5 and not 0xD800 <= (code := int(escape[1:], 16)) <= 0xDFFF:
            return chr(code)
        if escape not in _ESCAPED:
            start = token.start_pos + 1 + found.start()
            help_ = 'write `\\\\` for a backslash, `\\"` for a quotation mark, `\\n` for a new line'
            reading.reject(
                "unknown-escape", f"`\\{escape}` means nothing in a string", Span(reading.source, start, start + len(found[0])), help_
            )
        return _ESCAPED.get(escape, "")

    return _ESCAPE.sub(meant, token[1:-1])


def _string(reading: Reading, children: Children) -> Literal:
    return Literal("string", text_of(reading, children[0]), span=reading.at(children[0]))


def _name(reading: Reading, children: Children) -> Name:
    return Name(str(children[0]), span=reading.at(children[0]))


def _grouped(reading: Reading, children: Children) -> Any:
    """The expression itself, which from now on covers its parentheses: so the spans of what it stands in are whole."""
    return replace(children[1], span=reading.span(children))


def _is(reading: Reading, children: Children) -> Is:
    return Is(children[0], str(children[2]), span=reading.span(children))


def _if(reading: Reading, children: Children) -> If:
    return If(*nodes(children), span=reading.span(children))


def _let_in(reading: Reading, children: Children) -> LetIn:
    value, body = nodes(children)
    return LetIn(str(children[1]), value, body, span=reading.span(children))


def _binder(reading: Reading, children: Children) -> Binder:
    return Binder(words(children), children[-1], span=reading.span(children))


def _binders(reading: Reading, children: Children) -> Part:
    return Part("binders", nodes(children), reading.span(children))


def _quantified(reading: Reading, children: Children) -> Quantified:
    op, binders, _, where, _, body = children
    return Quantified(str(op), binders.value, where, body, span=reading.span(children))


def _aggregate(reading: Reading, children: Children) -> Aggregate:
    *listed, _, where, _, body, _ = children
    items, span, op = nodes(listed), reading.span(children), str(children[0])
    if where is None and body is None and not _binds(items[-1]):
        return Aggregate(op, (), None, None, items, span=span)
    return Aggregate(op, _bound(reading, items), where, body, (), span=span)


def _binds(expr: Expr) -> bool:
    """`x in s` that stands in no parentheses of its own."""
    return isinstance(expr, Binary) and expr.op == "in" and not (_opens(expr) and expr.left.span.start != expr.span.start)


def _opens(expr: Expr) -> bool:
    return expr.span.source.text.startswith("(", expr.span.start)


def _bound(reading: Reading, items: tuple[Any, ...]) -> tuple[Binder, ...]:
    """`p, q in s, r in t`, read as expressions with commas between them, as the binders that it means."""
    binders: list[Binder] = []
    waiting: list[Name] = []
    for item in items:
        binds = _binds(item)
        variable = item.left if binds else item
        if not isinstance(variable, Name) or _opens(variable):
            _no_variable(reading, variable)
        elif binds:
            first = waiting[0].span if waiting else item.span
            names = (*(name.name for name in waiting), variable.name)
            binders.append(Binder(names, item.right, span=Span(reading.source, first.start, item.span.end)))
            waiting = []
        else:
            waiting.append(variable)
    for name in waiting[-1:]:
        reading.reject(
            "syntax-error",
            f"`{name.name}` is taken from nothing",
            name.span,
            f"say what it goes through, as in `{name.name} in values where …`",
        )
    return tuple(binders)


def _no_variable(reading: Reading, expr: Expr) -> None:
    help_ = "name a variable and what it goes through, as in `x in values where …`"
    reading.reject("syntax-error", f"found `{expr.span.text}` where the name of a variable was expected", expr.span, help_)


def _field(reading: Reading, children: Children) -> Field:
    return Field(children[0], str(children[2]), span=reading.span(children))


def _index(reading: Reading, children: Children) -> Index:
    return Index(children[0], children[2], span=reading.span(children))


def _assigned(reading: Reading, children: Children) -> Assigned:
    return Assigned(str(children[0]), children[2], span=reading.span(children))


def _call(reading: Reading, children: Children) -> Call:
    given = nodes(children)
    named = tuple(item for item in given if isinstance(item, Assigned))
    arguments = tuple(item for item in given if not isinstance(item, Assigned))
    return Call(str(children[0]), None, arguments, named, span=reading.span(children))


def _method(reading: Reading, children: Children) -> Call:
    receiver, *arguments = nodes(children)
    return Call(str(children[2]), receiver, tuple(arguments), (), span=reading.span(children))


def _with(reading: Reading, children: Children) -> With:
    target, *changes = nodes(children)
    return With(target, tuple(changes), span=reading.span(children))


def _items(kind: str) -> Rule:
    def build(reading: Reading, children: Children) -> Items:
        return Items(kind, nodes(children), span=reading.span(children))

    return build


def _comprehension(kind: str) -> Rule:
    def build(reading: Reading, children: Children) -> Comprehension:
        _, element, _, binders, _, where, _ = children
        return Comprehension(kind, element, binders.value, where, span=reading.span(children))

    return build


def _filter(reading: Reading, children: Children) -> Comprehension:
    *items, where = nodes(children)
    return Comprehension("set", None, _bound(reading, tuple(items)), where, span=reading.span(children))


def _pair(reading: Reading, children: Children) -> Part:
    return Part("pair", nodes(children), reading.span(children))


def _pairs(reading: Reading, children: Children) -> Pairs:
    return Pairs(tuple(pair.value for pair in nodes(children)), span=reading.span(children))


EXPRESSIONS: Rules = {
    "leads_to": _binary("leads_to"),
    "until": _binary("until"),
    "implies": _binary("implies"),
    "iff": _binary("iff"),
    "or_": _binary("or"),
    "and_": _binary("and"),
    "in_": _binary("in"),
    "not_in": _binary("not in"),
    "range_": _binary(".."),
    "add": _binary("+"),
    "subtract": _binary("-"),
    "intersect": _binary("&"),
    "multiply": _binary("*"),
    "divide": _binary("/"),
    "modulo": _binary("mod"),
    "compare": _compare,
    "not_": _unary("not"),
    "always": _unary("always"),
    "eventually": _unary("eventually"),
    "negate": _unary("-"),
    "next_": _unary("next"),
    "true": _literal("bool"),
    "false": _literal("bool"),
    "none": _literal("none"),
    "int": _int,
    "quantity": _literal("quantity"),
    "percent": _literal("percent"),
    "ip": _literal("ip"),
    "cidr": _literal("cidr"),
    "string": _string,
    "name": _name,
    "grouped": _grouped,
    "is_": _is,
    "if_": _if,
    "let_in": _let_in,
    "binder": _binder,
    "binders": _binders,
    "quantified": _quantified,
    "aggregate": _aggregate,
    "field": _field,
    "index": _index,
    "assigned": _assigned,
    "call": _call,
    "method": _method,
    "with_": _with,
    "tuple": _items("tuple"),
    "list": _items("list"),
    "empty_braces": _items("set"),
    "set_literal": _items("set"),
    "list_comprehension": _comprehension("list"),
    "set_comprehension": _comprehension("set"),
    "set_filter": _filter,
    "pair": _pair,
    "pairs": _pairs,
}

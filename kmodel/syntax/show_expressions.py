"""Expressions and types as layouts, with the fewest parentheses that keep their meaning."""

from __future__ import annotations

import json
from typing import assert_never

from kmodel.syntax.show_layout import CUT, LINE, Layout, enclosed, flat, group, joined, nest, row
from kmodel.syntax.tree import (
    Aggregate,
    AppliedType,
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
    NamedType,
    OptionalType,
    Pairs,
    Quantified,
    RangeType,
    TupleType,
    TypeNode,
    Unary,
    With,
)

# How tightly a form binds, loosest first, as the grammar has it.
ANY, IMPLICATION, DISJUNCTION, CONJUNCTION, NEGATION, COMPARISON, RANGE, SUM, PRODUCT, FACTOR, POSTFIX, ATOM = range(12)

# What an operator is itself, and what may stand on its left and on its right.
_BINARY: dict[str, tuple[int, int, int]] = {
    "leads_to": (ANY, IMPLICATION, ANY),
    "until": (ANY, IMPLICATION, ANY),
    "implies": (IMPLICATION, DISJUNCTION, IMPLICATION),
    "iff": (IMPLICATION, DISJUNCTION, DISJUNCTION),
    "or": (DISJUNCTION, DISJUNCTION, CONJUNCTION),
    "and": (CONJUNCTION, CONJUNCTION, NEGATION),
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in", "not in"), (COMPARISON, RANGE, RANGE)),
    "..": (RANGE, SUM, SUM),
    **dict.fromkeys(("+", "-", "&"), (SUM, SUM, PRODUCT)),
    **dict.fromkeys(("*", "/", "mod"), (PRODUCT, PRODUCT, FACTOR)),
}
_CHAINED = frozenset({DISJUNCTION, CONJUNCTION, SUM, PRODUCT})
_BRACKETS = {"set": ("{", "}"), "list": ("[", "]"), "tuple": ("(", ")")}


def show_expression(expr: Expr) -> str:
    """An expression on one line."""
    return flat(expression(expr))


def expression(expr: Expr, at_least: int = ANY, *, last: bool = True) -> Layout:
    """`at_least` is how tightly the place binds; not `last`: an operator follows, which a form open to the right would swallow."""
    if _binds(expr) < at_least or (_is_open(expr) and not last):
        return group("(", nest(_bare(expr, last=True)), ")")
    return _bare(expr, last=last)


def _binds(expr: Expr) -> int:
    match expr:
        case Binary():
            return _BINARY[expr.op][0]
        case Unary(op=op):
            return {"-": FACTOR, "next": ATOM}.get(op, NEGATION)
        case Quantified() | If() | LetIn():
            return NEGATION
        case Is():
            return COMPARISON
        case Field() | Index() | With():
            return POSTFIX
        case Call():
            return ATOM if expr.receiver is None else POSTFIX
        case Name() | Literal() | Aggregate() | Comprehension() | Items() | Pairs():
            return ATOM
        case _:
            assert_never(expr)


def _is_open(expr: Expr) -> bool:
    return isinstance(expr, Quantified | If | LetIn) or (isinstance(expr, Unary) and expr.op in ("always", "eventually"))


def _bare(expr: Expr, *, last: bool) -> Layout:
    match expr:
        case Name():
            return expr.name
        case Literal():
            return json.dumps(expr.text, ensure_ascii=False) if expr.kind == "string" else expr.text
        case Unary() | Binary() | Is():
            return _operation(expr, last=last)
        case If() | LetIn() | Quantified():
            return _open(expr)
        case Field() | Index() | With() | Call():
            return _postfix(expr)
        case Aggregate() | Comprehension():
            return _over_binders(expr)
        case Items():
            left, right = _BRACKETS[expr.kind]
            return enclosed(left, map(expression, expr.items), right)
        case Pairs():
            return enclosed("{", (row(expression(key), ": ", expression(value)) for key, value in expr.pairs), "}")
        case _:
            assert_never(expr)


def _operation(expr: Unary | Binary | Is, *, last: bool) -> Layout:
    match expr:
        case Unary(op="next"):
            return row("next(", expression(expr.operand), ")")
        case Unary(op="-"):
            return row("-", expression(expr.operand, FACTOR))
        case Unary():
            return row(expr.op, " ", expression(expr.operand, NEGATION, last=last))
        case Is():
            return row(expression(expr.operand, RANGE), " is ", expr.name)
        case Binary(op=".."):
            return row(expression(expr.left, SUM), "..", expression(expr.right, SUM))
        case Binary():
            return _chain(expr, last=last)
        case _:
            assert_never(expr)


def _chain(expr: Binary, *, last: bool) -> Layout:
    """`a and b and c` breaks before all of its operators or before none."""
    level, left_level, right_level = _BINARY[expr.op]
    rest: list[Layout] = [row(expr.op, " ", _operand(expr.op, expr.right, right_level, last=last))]
    first = expr.left
    while level in _CHAINED and isinstance(first, Binary) and _BINARY[first.op][0] == level:
        rest.append(row(first.op, " ", _operand(first.op, first.right, right_level, last=False)))
        first = first.left
    follow = [piece for part in reversed(rest) for piece in (LINE, part)]
    return group(_operand(expr.op, first, left_level, last=False), nest(*follow))


def _operand(op: str, expr: Expr, at_least: int, *, last: bool) -> Layout:
    """Two forms get parentheses that only the eye needs: an `and` within an `or`, and an `if` behind an operator."""
    clearer = isinstance(expr, If | LetIn) or (op == "or" and isinstance(expr, Binary) and expr.op == "and")
    return expression(expr, ATOM if clearer else at_least, last=last)


def _open(expr: If | LetIn | Quantified) -> Layout:
    match expr:
        case If():
            return _if(expr)
        case LetIn():
            return group("let ", expr.name, " = ", nest(expression(expr.value)), ":", LINE, expression(expr.body))
        case Quantified():
            return _quantified(expr)
        case _:
            assert_never(expr)


def _if(expr: If) -> Layout:
    branches: list[Layout] = [_branch("if ", expr)]
    rest = expr.otherwise
    while isinstance(rest, If):
        branches += [LINE, _branch("else if ", rest)]
        rest = rest.otherwise
    return group(*branches, LINE, "else ", nest(expression(rest)))


def _branch(words: str, expr: If) -> Layout:
    """An `if` in the first branch gets parentheses: without them its `else` seems to be the outer one's."""
    then = expression(expr.then, ATOM if isinstance(expr.then, If | LetIn) else ANY)
    return row(words, nest(expression(expr.condition)), " then ", nest(then))


def _quantified(expr: Quantified) -> Layout:
    """Quantifiers in a row stay together; the line ends after the last colon."""
    heads: list[Layout] = [_quantifier(expr)]
    body = expr.body
    while isinstance(body, Quantified):
        heads.append(nest(group(LINE, _quantifier(body))))
        body = body.body
    return group(*heads, nest(LINE, expression(body)))


def _quantifier(expr: Quantified) -> Layout:
    return row(expr.op, " ", binders(expr.binders), *where(expr.where), ":")


def _postfix(expr: Field | Index | With | Call) -> Layout:
    match expr:
        case Field():
            return row(expression(expr.target, POSTFIX), ".", expr.name)
        case Index():
            return row(expression(expr.target, POSTFIX), "[", expression(expr.index), "]")
        case With():
            return row(expression(expr.target, POSTFIX), " with ", enclosed("{", map(assigned, expr.changes), "}"))
        case Call():
            arguments = [*map(expression, expr.arguments), *map(assigned, expr.named)]
            receiver = () if expr.receiver is None else (expression(expr.receiver, POSTFIX), ".")
            return row(*receiver, enclosed(f"{expr.name}(", arguments, ")"))
        case _:
            assert_never(expr)


def _over_binders(expr: Aggregate | Comprehension) -> Layout:
    if isinstance(expr, Comprehension):
        left, right = _BRACKETS[expr.kind]
        element = () if expr.element is None else (expression(expr.element), LINE, "for ")
        condition = () if expr.where is None else (LINE, "where ", expression(expr.where))
        return group(left, nest(CUT, *element, binders(expr.binders), *condition), CUT, right)
    if not expr.binders:
        return enclosed(f"{expr.op}(", map(_no_binder, expr.arguments), ")")
    condition = () if expr.where is None else (LINE, "where ", expression(expr.where))
    body = () if expr.body is None else (":", LINE, expression(expr.body))
    return group(expr.op, "(", nest(CUT, binders(expr.binders), *condition, *body), CUT, ")")


def _no_binder(argument: Expr) -> Layout:
    """An argument of an aggregate: `x in s` there would be read as a binder."""
    shown = expression(argument)
    return row("(", shown, ")") if isinstance(argument, Binary) and argument.op == "in" else shown


def where(condition: Expr | None) -> tuple[Layout, ...]:
    return () if condition is None else (" where ", expression(condition))


def binders(several: tuple[Binder, ...]) -> Layout:
    return joined(map(binder, several), ", ")


def binder(one: Binder) -> Layout:
    return row(", ".join(one.names), " in ", expression(one.domain, RANGE))


def assigned(one: Assigned) -> Layout:
    return row(one.name, " = ", expression(one.value))


# ---- types


def show_type(node: TypeNode) -> str:
    match node:
        case NamedType():
            return node.name
        case AppliedType():
            return f"{node.name}[{', '.join(str(one) if isinstance(one, int) else show_type(one) for one in node.arguments)}]"
        case RangeType():
            return f"{node.low}..{node.high}"
        case TupleType():
            return f"({', '.join(map(show_type, node.items))})"
        case OptionalType(item=OptionalType() as item):
            return f"({show_type(item)})?"
        case OptionalType():
            return f"{show_type(node.item)}?"
        case _:
            assert_never(node)

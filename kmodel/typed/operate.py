"""Typing operators: `+`, `in`, `==`, `and`, `leads_to`, … by the kinds of their operands."""

from __future__ import annotations

from collections.abc import Callable

from kmodel.source import Span
from kmodel.syntax import tree
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr, Stage
from kmodel.typed.faults import Fault, fault
from kmodel.typed.flow import bound_by, latest
from kmodel.typed.relate import BOOL, INT, TEMPORAL, item_type, join, number_kind, wording
from kmodel.typed.typer import FORMS, Typer
from kmodel.typed.types import (
    CidrType,
    EnumType,
    IpType,
    ListType,
    MapType,
    OptionalType,
    SetType,
    StringType,
    TemporalType,
    Type,
)


def unary(typer: Typer, node: tree.Unary, expected: Type | None) -> Expr:
    return _UNARY[node.op](typer, node)


def _not(typer: Typer, node: tree.Unary) -> Expr:
    operand = typer.condition(node.operand)
    return typer.apply("not", (operand,), operand.type, node.span)


def _negate(typer: Typer, node: tree.Unary) -> Expr:
    operand = _number(typer.expression(node.operand))
    return typer.apply("negate", (operand,), widened(operand.type), node.span)


def _temporal(typer: Typer, node: tree.Unary) -> Expr:
    need_temporal(typer, node.op, node.span)
    operand = typer.condition(node.operand)
    return typed.Temporal(node.op, (operand,), type=TEMPORAL, stage=operand.stage, span=node.span)


def _next(typer: Typer, node: tree.Unary) -> Expr:
    if not typer.steps:
        raise fault(
            "misplaced-next",
            "`next` may stand only in a transition claim",
            node.span,
            "an action assigns with `:=`; a claim about steps is a `transition`",
        )
    operand = typer.expression(node.operand)
    return typed.Next(operand, type=operand.type, stage=Stage.STEP, span=node.span)


def need_temporal(typer: Typer, op: str, span: Span) -> None:
    if not typer.temporal:
        raise fault("misplaced-temporal", f"`{op}` may stand only in a property", span, "declare a `property`, or state it of one state")


_UNARY: dict[str, Callable[[Typer, tree.Unary], Expr]] = {
    "not": _not,
    "-": _negate,
    "always": _temporal,
    "eventually": _temporal,
    "next": _next,
}


def binary(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    return _BINARY[node.op](typer, node, expected)


def _flowing(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    """`and`, `implies`: what the left side binds is bound on the right."""
    left = typer.condition(node.left)
    with typer.binding(bound_by(left), node.left.span):
        right = typer.condition(node.right)
    return typer.apply(node.op, (left, right), _formula(left, right), node.span)


def _separate(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    left, right = typer.condition(node.left), typer.condition(node.right)
    return typer.apply(node.op, (left, right), _formula(left, right), node.span)


def _formula(*parts: Expr) -> Type:
    return TEMPORAL if any(isinstance(part.type, TemporalType) for part in parts) else BOOL


def _behaviour(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    need_temporal(typer, node.op, node.span)
    parts = typer.condition(node.left), typer.condition(node.right)
    return typed.Temporal(node.op, parts, type=TEMPORAL, stage=latest(*parts), span=node.span)


def two(typer: Typer, node: tree.Binary) -> tuple[Expr, Expr]:
    """Both operands, each with the other's type as a hint for members and empty braces."""
    try:
        left = typer.hinted(node.left, None)
    except Fault as first:
        if first.diagnostic.code != "ambiguous-name":
            raise
        right = typer.hinted(node.right, None)
        return typer.hinted(node.left, right.type), right
    right = typer.hinted(node.right, left.type)
    if (isinstance(left, typed.MakeItems) and not left.items) or isinstance(left, typed.Constant):
        left = typer.hinted(node.left, right.type)
    return left, right


def _equal(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    left, right = two(typer, node)
    if join(left.type, right.type) is None:
        raise different(left, right, "never the same")
    return typer.apply("equal" if node.op == "==" else "not_equal", (left, right), BOOL, node.span)


def different(left: Expr, right: Expr, why: str) -> Fault:
    kinds = number_kind(left.type) and number_kind(right.type)
    code = "kind-mismatch" if kinds else "type-mismatch"
    also = ((left.span, wording(left.type)), (right.span, wording(right.type)))
    return fault(code, f"{wording(left.type)} and {wording(right.type)} are {why}", right.span, None, also)


def _order(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    left, right = two(typer, node)
    if node.op in (">", ">="):
        left, right = right, left
    strict = node.op in ("<", ">")
    if isinstance(left.type, SetType) and isinstance(right.type, SetType) and not strict and join(left.type, right.type) is not None:
        return typer.apply("subset", (left, right), BOOL, node.span)
    same = join(left.type, right.type)
    if same is None or not (number_kind(same) or isinstance(same, IpType | EnumType)):
        raise (
            different(left, right, "not to be compared by size")
            if same is None
            else fault("type-mismatch", f"this is {wording(left.type)}, which has no order", left.span, _unwrap_help(left.type))
        )
    return typer.apply("less" if strict else "at_most", (left, right), BOOL, node.span)


def _unwrap_help(type_: Type) -> str | None:
    return "bind its value first: `x is v and v < …`" if isinstance(type_, OptionalType) else None


def _member(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    right = typer.expression(node.right)
    if isinstance(right.type, CidrType):
        left = typer.expression(node.left)
        if not isinstance(left.type, IpType | CidrType):
            raise different(left, right, "not address and range")
        made = typer.apply("within", (left, right), BOOL, node.span)
    else:
        item = item_type(right.type)
        if item is None:
            raise fault("not-a-set", f"this is {wording(right.type)}, which has no items", right.span, _unwrap_help(right.type))
        left = typer.hinted(node.left, item)
        if join(left.type, item) is None:
            raise different(left, right, "not item and collection")
        made = typer.apply("member", (left, right), BOOL, node.span)
    return made if node.op == "in" else typer.apply("not", (made,), BOOL, node.span)


def _number(operand: Expr) -> Expr:
    if number_kind(operand.type) is None:
        raise fault("type-mismatch", f"this is {wording(operand.type)}, where a number is wanted", operand.span, _unwrap_help(operand.type))
    return operand


def widened(type_: Type) -> Type:
    """What arithmetic on this gives: numbers without bounds, of its kind."""
    kind = number_kind(type_)
    return INT if kind == "int" else type_


_COLLECTIONS: dict[tuple[str, type], str] = {
    ("+", SetType): "union",
    ("-", SetType): "difference",
    ("&", SetType): "intersection",
    ("+", ListType): "concat",
    ("+", StringType): "concat",
}


def _sum(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    """`+`, `-`, `&`: of numbers of one kind, of sets, lists and texts."""
    left, right = two_like(typer, node, expected)
    op = _COLLECTIONS.get((node.op, type(left.type)))
    if op is not None:
        both = join(left.type, right.type)
        if both is None:
            raise different(left, right, "not alike")
        return typer.apply(op, (left, right), both, node.span)
    if node.op == "&":
        raise fault("type-mismatch", f"this is {wording(left.type)}, where a set is wanted", left.span)
    if number_kind(_number(left).type) != number_kind(_number(right).type):
        raise different(left, right, "of different kinds")
    return typer.apply("add" if node.op == "+" else "subtract", (left, right), widened(left.type), node.span)


def two_like(typer: Typer, node: tree.Binary, expected: Type | None) -> tuple[Expr, Expr]:
    collection = expected if isinstance(expected, SetType | ListType) else None
    left = typer.hinted(node.left, collection)
    return left, typer.hinted(node.right, collection or (left.type if isinstance(left.type, SetType | ListType) else None))


def _multiply(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    left, right = _number(typer.expression(node.left)), _number(typer.expression(node.right))
    if "int" not in (number_kind(left.type), number_kind(right.type)):
        raise different(left, right, "not to be multiplied")
    type_ = right.type if number_kind(left.type) == "int" else left.type
    return typer.apply("multiply", (left, right), widened(type_), node.span)


def quotient(typer: Typer, op: str, left: Expr, right: Expr, span: Span) -> Expr:
    """Division: a quantity by a number is a quantity, by a quantity of its kind a number; what is left has the kind of both."""
    a, b = number_kind(_number(left).type), number_kind(_number(right).type)
    if a != b and (b != "int" or op == "modulo"):
        raise different(left, right, "of different kinds")
    plain = a == b and op != "modulo"
    return typer.apply(op, (left, right), INT if plain else widened(left.type), span)


def _divide(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    left, right = typer.expression(node.left), typer.expression(node.right)
    return quotient(typer, "divide" if node.op == "/" else "modulo", left, right, node.span)


def _range(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    left, right = typer.expression(node.left, INT), typer.expression(node.right, INT)
    return typer.apply("range", (left, right), SetType(INT), node.span)


_BINARY: dict[str, Callable[[Typer, tree.Binary, Type | None], Expr]] = {
    **dict.fromkeys(("and", "implies"), _flowing),
    **dict.fromkeys(("or", "iff"), _separate),
    **dict.fromkeys(("leads_to", "until"), _behaviour),
    **dict.fromkeys(("==", "!="), _equal),
    **dict.fromkeys(("<", "<=", ">", ">="), _order),
    **dict.fromkeys(("in", "not in"), _member),
    **dict.fromkeys(("+", "-", "&"), _sum),
    "*": _multiply,
    **dict.fromkeys(("/", "mod"), _divide),
    "..": _range,
}


def index(typer: Typer, node: tree.Index, expected: Type | None) -> Expr:
    target = typer.expression(node.target)
    match target.type:
        case MapType(key, value):
            return typer.apply("index", (target, typer.expression(node.index, key)), value, node.span)
        case ListType(item, _):
            return typer.apply("index", (target, typer.expression(node.index, INT)), item, node.span)
        case _:
            raise fault(
                "type-mismatch",
                f"this is {wording(target.type)}, and only maps and lists have an index",
                target.span,
                _unwrap_help(target.type),
            )


def aggregate(typer: Typer, node: tree.Aggregate, expected: Type | None) -> Expr:
    if not node.binders:
        return _of_arguments(typer, node)
    with typer.scoped():
        bound, where = typer.binders(node.binders), typer.where(node.where)
        body = None if node.body is None else _number(typer.expression(node.body))
    if (body is None) != (node.op == "count"):
        help_ = "write `count(x in s where c)`" if node.op == "count" else f"write `{node.op}(x in s: e)`"
        raise fault(
            "aggregate-form",
            f"`count` has no value after `:`, and `{node.op}` needs one" if node.op != "count" else "`count` has no value after `:`",
            node.span,
            help_,
        )
    parts = (*bound, *((where,) if where else ()), *((body,) if body else ()))
    return typed.Aggregate(
        node.op, bound, where, body, type=INT if body is None else widened(body.type), stage=latest(*parts), span=node.span
    )


def _of_arguments(typer: Typer, node: tree.Aggregate) -> Expr:
    """`count(s)`, `sum(l)`, `min(l)` of a collection; `min(a, b)` of numbers."""
    made = [typer.expression(argument) for argument in node.arguments]
    if len(made) == 1 and node.op == "count":
        if item_type(made[0].type) is None and not isinstance(made[0].type, StringType | CidrType):
            raise fault("not-a-set", f"this is {wording(made[0].type)}, which has no items", made[0].span)
        return typer.apply("size", tuple(made), INT, node.span)
    if len(made) == 1:
        return _over(typer, node, made[0])
    if node.op not in ("min", "max"):
        raise fault("argument-count", f"`{node.op}` takes one collection", node.span)
    kinds = {number_kind(_number(each).type) for each in made}
    if len(kinds) > 1:
        raise different(made[0], next(each for each in made if number_kind(each.type) != number_kind(made[0].type)), "of different kinds")
    return typer.apply(node.op, tuple(made), widened(made[0].type), node.span)


def _over(typer: Typer, node: tree.Aggregate, collection: Expr) -> Expr:
    item = item_type(collection.type)
    if item is None or number_kind(item) is None:
        raise fault("not-a-set", f"this is {wording(collection.type)}, where a collection of numbers is wanted", collection.span)
    name = typer.fresh()
    bound = typed.Bound(name, collection, type=item, stage=collection.stage, span=node.span)
    body = typed.Local(name, type=item, stage=collection.stage, span=node.span)
    return typed.Aggregate(node.op, (bound,), None, body, type=widened(item), stage=collection.stage, span=node.span)


FORMS.update({tree.Unary: unary, tree.Binary: binary, tree.Index: index, tree.Aggregate: aggregate})

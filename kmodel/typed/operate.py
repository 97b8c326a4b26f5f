"""Typing operators: `+`, `in`, `==`, `and`, `leads_to`, … by the kinds of their operands, as `operators.py` lists them.

What `is` binds on the left of `and` and `implies` is in sight on the right. Arithmetic on ranges gives numbers without bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kmodel.source import Span
from kmodel.syntax import tree
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr, Stage
from kmodel.typed.faults import Fault, fault, silent
from kmodel.typed.makers import not_a_set
from kmodel.typed.relate import BOOL, INT, TEMPORAL, item_type, join, number_kind, wording
from kmodel.typed.scope import TERM
from kmodel.typed.typer import Typer
from kmodel.typed.types import (
    BottomType,
    CidrType,
    EnumType,
    IntType,
    IpType,
    ListType,
    MapType,
    OptionalType,
    RangeType,
    SetType,
    StringType,
    TemporalType,
    Type,
)


def unary(typer: Typer, node: tree.Unary, expected: Type | None) -> Expr:
    return _UNARY[node.op](typer, node)


def _not(typer: Typer, node: tree.Unary) -> Expr:
    operand = typer.condition(node.operand)
    return typer.apply("not", (operand,), _formula(operand), node.span)


def _negate(typer: Typer, node: tree.Unary) -> Expr:
    operand = number(typer, typer.expression(node.operand))
    return typer.apply("negate", (operand,), widened(operand.type), node.span)


def _temporal(typer: Typer, node: tree.Unary) -> Expr:
    _need_temporal(typer, node.op, node.span)
    with typer.later():
        operand = typer.condition(node.operand)
    return typed.Temporal(node.op, (operand,), type=TEMPORAL, stage=Stage.STATE, span=node.span)


def _next(typer: Typer, node: tree.Unary) -> Expr:
    if not typer.steps:
        help_ = "an action assigns with `:=`; a claim about steps is a `transition`, where `next` stands once around a value"
        typer.note(fault("misplaced-next", "`next` may stand only in a transition", node.span, help_))
    steps, typer.steps = typer.steps, False
    operand = typer.expression(node.operand)
    typer.steps = steps
    return typed.Next(operand, type=operand.type, stage=Stage.STEP, span=node.span)


def _need_temporal(typer: Typer, op: str, span: Span) -> None:
    if not typer.temporal:
        raise fault("misplaced-temporal", f"`{op}` may stand only in a property", span, "declare a `property`, or state it of one state")


_UNARY: Mapping[str, Callable[[Typer, tree.Unary], Expr]] = {
    "not": _not,
    "-": _negate,
    "always": _temporal,
    "eventually": _temporal,
    "next": _next,
}


def binary(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    return _BINARY[node.op](typer, node, expected)


# ---- conditions


def _flowing(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    """`and`, `implies`: what the left side binds is bound on the right. A variable of a rule may be first met on either side of `and`."""
    typer.free = free = typer.asserted and node.op == "and"
    left = typer.condition(node.left)
    with typer.scoped():
        typer.follow(left)
        typer.free = free
        right = typer.condition(node.right)
    return typer.apply(node.op, (left, right), _formula(left, right), node.span)


def _separate(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    typer.free = free = typer.asserted and node.op == "or"
    left = typer.condition(node.left)
    typer.free = free
    right = typer.condition(node.right)
    return typer.apply(node.op, (left, right), _formula(left, right), node.span)


def _formula(*parts: Expr) -> Type:
    return TEMPORAL if any(isinstance(part.type, TemporalType) for part in parts) else BOOL


def _behaviour(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    _need_temporal(typer, node.op, node.span)
    with typer.later():
        parts = typer.condition(node.left), typer.condition(node.right)
    return typed.Temporal(node.op, parts, type=TEMPORAL, stage=Stage.STATE, span=node.span)


# ---- comparisons


def two(typer: Typer, node: tree.Binary) -> tuple[Expr, Expr]:
    """Both operands, each in the light of the other's type: that tells members and empty braces apart."""
    if _leans(typer, node.left) > _leans(typer, node.right):
        right = typer.hinted(node.right, None)
        return typer.hinted(node.left, right.type), right
    left = typer.hinted(node.left, None)
    return left, typer.hinted(node.right, left.type)


def _leans(typer: Typer, node: tree.Expr) -> int:
    """How much an operand needs the other to have a meaning: 2 a member of several enums, 1 another member, `none`, `0` or braces."""
    match node:
        case tree.Name(name):
            if name in typer.locals or (TERM, name) in typer.scope.own:
                return 0
            return 2 if len(typer.scope.enums_with(name)) > 1 else 1
        case tree.Literal(kind):
            return int(kind in ("none", "int", "string"))
        case _:
            return int(isinstance(node, tree.Items | tree.Pairs))


def _equal(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    left, right = two(typer, node)
    if not comparable(left.type, right.type):
        raise different(left, right, node, "never the same")
    return typer.apply("equal" if node.op == "==" else "not_equal", (left, right), BOOL, node.span)


def comparable(a: Type, b: Type) -> bool:
    """Whether values of both types may be equal."""
    return join(a, b) is not None


def different(left: Expr, right: Expr, node: tree.Expr, why: str) -> Fault:
    """Two operands that do not go together, both labelled."""
    if isinstance(left.type, BottomType) or isinstance(right.type, BottomType):
        return silent()
    a, b = number_kind(left.type), number_kind(right.type)
    code = "kind-mismatch" if a and b else "type-mismatch"
    words = wording(left.type), wording(right.type)
    help_ = "quantities of one kind go together" if a and b else "give both the same type"
    message = f"{words[0]} and {words[1]} are {why}"
    return fault(code, message, node.span, help_, ((left.span, f"this is {words[0]}"), (right.span, f"this is {words[1]}")))


def _order(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    left, right = two(typer, node)
    strict, swapped = node.op in ("<", ">"), node.op in (">", ">=")
    operands = (right, left) if swapped else (left, right)
    both = join(left.type, right.type)
    if both is None:
        raise different(left, right, node, "not to be compared")
    if isinstance(both, SetType) and not strict:
        return typer.apply("subset", operands, BOOL, node.span)
    for operand in (left, right):
        if not (number_kind(operand.type) or isinstance(operand.type, IpType | EnumType | BottomType)):
            raise typer.wrong(operand, "a number, an address or a member of an enum")
    return typer.apply("less" if strict else "at_most", operands, BOOL, node.span)


def _member(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    left, right = _item_and_set(typer, node)
    if isinstance(right.type, CidrType):
        if not isinstance(left.type, IpType | CidrType | BottomType):
            raise typer.wrong(left, "an address or a range of addresses")
        made = typer.apply("within", (left, right), BOOL, node.span)
    else:
        item = item_type(right.type)
        if item is None:
            raise silent() if isinstance(right.type, BottomType) else not_a_set(right)
        if not comparable(left.type, item):
            raise different(left, right, node, "not item and collection")
        made = typer.apply("member", (left, right), BOOL, node.span)
    return made if node.op == "in" else typer.apply("not", (made,), BOOL, node.span)


def _item_and_set(typer: Typer, node: tree.Binary) -> tuple[Expr, Expr]:
    """The item in the light of the set; of a written set the other way round."""
    if isinstance(node.right, tree.Items) and not _leans(typer, node.left):
        left = typer.expression(node.left)
        return left, typer.hinted(node.right, SetType(left.type))
    right = typer.expression(node.right)
    return typer.hinted(node.left, item_type(right.type)), right


# ---- arithmetic, sets, lists, texts


def number(typer: Typer, operand: Expr) -> Expr:
    if number_kind(operand.type) is None:
        raise typer.wrong(operand, "a number")
    return operand


def widened(type_: Type) -> Type:
    """What arithmetic on this gives: numbers without bounds, of its kind."""
    return INT if number_kind(type_) == "int" else type_


_COLLECTIONS: Mapping[tuple[str, type], str] = {
    ("+", SetType): "union",
    ("-", SetType): "difference",
    ("&", SetType): "intersection",
    ("+", ListType): "concat",
    ("+", StringType): "concat",
}


def _sum(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    """`+`, `-`, `&`: of numbers of one kind, of sets, lists and texts."""
    left = typer.hinted(node.left, expected if isinstance(expected, SetType | ListType | IntType) else None)
    right = typer.hinted(node.right, left.type)
    op = _COLLECTIONS.get((node.op, type(left.type)))
    if op is not None:
        both = join(left.type, right.type)
        if both is None or type(both) is not type(left.type):
            raise different(left, right, node, "not alike")
        return typer.apply(op, (left, right), _together(left.type, right.type) or both, node.span)
    if node.op == "&":
        raise typer.wrong(left, "a set")
    if number_kind(number(typer, left).type) != number_kind(number(typer, right).type):
        raise different(left, right, node, "of different kinds")
    return typer.apply("add" if node.op == "+" else "subtract", (left, right), widened(left.type), node.span)


def _together(a: Type, b: Type) -> Type | None:
    """The type of two lists one after the other."""
    both = join(a, b)
    if not (isinstance(a, ListType) and isinstance(b, ListType) and isinstance(both, ListType)):
        return None
    return ListType(both.item, None if a.most is None or b.most is None else a.most + b.most)


def _multiply(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    left, right = number(typer, typer.expression(node.left)), number(typer, typer.expression(node.right))
    if "int" not in (number_kind(left.type), number_kind(right.type)):
        raise different(left, right, node, "not to be multiplied")
    type_ = right.type if number_kind(left.type) == "int" else left.type
    return typer.apply("multiply", (left, right), widened(type_), node.span)


def quotient(typer: Typer, op: str, left: Expr, right: Expr, node: tree.Expr) -> Expr:
    """Division: a quantity by a number is a quantity, by a quantity of its kind a number; what is left (`mod`) is of the left's kind."""
    a, b = number_kind(number(typer, left).type), number_kind(number(typer, right).type)
    if b not in (a, "int"):
        raise different(left, right, node, "of different kinds")
    plain = a == b and op != "modulo"
    return typer.apply(op, (left, right), INT if plain else widened(left.type), node.span)


def _divide(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    left, right = typer.expression(node.left), typer.expression(node.right)
    return quotient(typer, "divide" if node.op == "/" else "modulo", left, right, node)


def _range(typer: Typer, node: tree.Binary, expected: Type | None) -> Expr:
    """A range whose bounds are written numbers or constants has items of that range; any other has ints."""
    left, right = typer.expression(node.left, INT), typer.expression(node.right, INT)
    low, high = _bound(left), _bound(right)
    item = INT if low is None or high is None else RangeType(low, high)
    return typer.apply("range", (left, right), SetType(item), node.span)


def _bound(made: Expr) -> int | str | None:
    match made:
        case typed.Constant(int(value)):
            return value
        case typed.ConstRef(name):
            return name
        case typed.Apply("negate", (typed.Constant(int(value)),)):
            return -value
        case _:
            return None


_BINARY: Mapping[str, Callable[[Typer, tree.Binary, Type | None], Expr]] = {
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
        case OptionalType() | _:
            typer.expression(node.index)
            raise typer.wrong(target, "a map or list")

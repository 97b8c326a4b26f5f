"""Typing calls: records, defs, relations and the built-in functions."""

from __future__ import annotations

from collections.abc import Callable

from kmodel.source import Span
from kmodel.syntax import tree
from kmodel.typed.expressions import Expr
from kmodel.typed.faults import fault, suggest
from kmodel.typed.makers import record
from kmodel.typed.operate import quotient
from kmodel.typed.relate import BOOL, CIDR, INT, IP, STRING, fits, item_type, join, wording
from kmodel.typed.typer import ATTRIBUTES, FORMS, Typer
from kmodel.typed.types import (
    CidrType,
    EntityType,
    EnumType,
    ListType,
    MapType,
    OptionalType,
    SetType,
    StringType,
    TupleType,
    Type,
)

ATTRIBUTES.update(
    {
        ("CidrType", "first"): ("first_address", IP),
        ("CidrType", "last"): ("last_address", IP),
        ("CidrType", "prefix"): ("prefix_length", INT),
        ("IntOrStringType", "int"): ("as_int", OptionalType(INT)),
        ("IntOrStringType", "percent"): ("as_percent", OptionalType(INT)),
        ("IntOrStringType", "text"): ("as_text", OptionalType(STRING)),
    }
)


def call(typer: Typer, node: tree.Call, expected: Type | None) -> Expr:
    if node.receiver is not None:
        return _method(typer, node)
    named = None if node.name in typer.locals else typer.scope.find(node.name, node.span)
    if named is not None and named.kind == "record":
        if node.arguments:
            raise fault("argument-count", "a record's fields are given by name", node.arguments[0].span, f"write `{node.name}(field = …)`")
        return record(typer, named.name, node.named, node.span)
    if node.named:
        raise fault("argument-count", f"`{node.name}` is not a record: its arguments have no names", node.named[0].span)
    if named is not None and named.kind in ("def", "relation"):
        return typer.call_named(named, node.arguments, node.span)
    if node.name in BUILT_IN:
        return _built_in(typer, node, [])
    known = [*BUILT_IN, *(each.declared.name for each in typer.scope.visible() if each.kind in ("def", "relation", "record"))]
    raise fault("unknown-name", f"`{node.name}` is no function, relation or record here", node.span, suggest(node.name, known))


def _method(typer: Typer, node: tree.Call) -> Expr:
    """`x.f(y)`: `f(x, y)`; or `module.f(y)`."""
    assert node.receiver is not None
    if isinstance(node.receiver, tree.Name) and node.receiver.name not in typer.locals:
        named = typer.scope.qualified(node.receiver.name, node.name)
        if named is not None and named.kind in ("def", "relation"):
            return typer.call_named(named, node.arguments, node.span)
    receiver = typer.expression(node.receiver)
    named = typer.scope.find(node.name, node.span)
    if named is not None and named.kind in ("def", "relation"):
        return typer.call_named(named, node.arguments, node.span, receiver)
    if node.name in BUILT_IN:
        return _built_in(typer, node, [receiver])
    raise fault("unknown-name", f"`{node.name}` is no function or relation here", node.span, suggest(node.name, BUILT_IN))


def _built_in(typer: Typer, node: tree.Call, made: list[Expr]) -> Expr:
    least, most, type_it = BUILT_IN[node.name]
    count = len(made) + len(node.arguments)
    if not least <= count <= most:
        raise fault("argument-count", f"`{node.name}` takes {least}, and {count} are given", node.span)
    hint: Type | None = None
    for argument in node.arguments:
        if made and node.name in ("or_else", "get", "put", "remove"):
            hint = _hint(node.name, made[0].type, len(made))
        made.append(typer.argument(argument, hint) if hint is not None else typer.expression(argument))
    return type_it(typer, tuple(made), node.span)


def _hint(name: str, first: Type, at: int) -> Type | None:
    if name == "or_else":
        return first.item if isinstance(first, OptionalType) else None
    if isinstance(first, MapType):
        return first.key if at == 1 else first.value
    return None


_Typing = Callable[[Typer, tuple[Expr, ...], Span], Expr]


def _plain(op: str, wanted: tuple[Type, ...], result: Type) -> _Typing:
    """A function with fixed types."""

    def type_it(typer: Typer, arguments: tuple[Expr, ...], span: Span) -> Expr:
        for argument, type_ in zip(arguments, wanted, strict=True):
            if not fits(argument.type, type_):
                raise typer.mismatch(argument, type_)
        return typer.apply(op, arguments, result, span)

    return type_it


def _of(op: str, kinds: tuple[type, ...], what: str, result: Callable[[Type], Type]) -> _Typing:
    """A function whose result depends on its first argument's type."""

    def type_it(typer: Typer, arguments: tuple[Expr, ...], span: Span) -> Expr:
        if not isinstance(arguments[0].type, kinds):
            raise fault("type-mismatch", f"this is {wording(arguments[0].type)}, where {what} is wanted", arguments[0].span)
        return typer.apply(op, arguments, result(arguments[0].type), span)

    return type_it


def _or_else(typer: Typer, arguments: tuple[Expr, ...], span: Span) -> Expr:
    value, other = arguments
    if not isinstance(value.type, OptionalType):
        raise fault("not-optional", f"this is {wording(value.type)}, which always has a value", value.span)
    both = join(value.type.item, other.type)
    if both is None:
        raise typer.mismatch(other, value.type.item)
    return typer.apply("or_else", arguments, both, span)


def _item(at: int) -> _Typing:
    def type_it(typer: Typer, arguments: tuple[Expr, ...], span: Span) -> Expr:
        type_ = arguments[0].type
        if not isinstance(type_, TupleType) or len(type_.items) <= at:
            raise fault("type-mismatch", f"this is {wording(type_)}, where a tuple of {at + 1} or more is wanted", arguments[0].span)
        position = typer.constant(at, INT, span)
        return typer.apply("item", (arguments[0], position), type_.items[at], span)

    return type_it


def _ceil_div(typer: Typer, arguments: tuple[Expr, ...], span: Span) -> Expr:
    return quotient(typer, "ceil_div", arguments[0], arguments[1], span)


def _value_of(type_: Type) -> Type:
    assert isinstance(type_, MapType)
    return type_.value


def _item_of(type_: Type) -> Type:
    item = item_type(type_)
    assert item is not None
    return item


_SIZED = (SetType, ListType, MapType, StringType, CidrType)

BUILT_IN: dict[str, tuple[int, int, _Typing]] = {
    "ceil_div": (2, 2, _ceil_div),
    "size": (1, 1, _of("size", _SIZED, "a collection", lambda _: INT)),
    "get": (2, 2, _of("get", (MapType,), "a map", lambda type_: OptionalType(_value_of(type_)))),
    "put": (3, 3, _of("put", (MapType,), "a map", lambda type_: type_)),
    "remove": (2, 2, _of("remove", (MapType,), "a map", lambda type_: type_)),
    "keys": (1, 1, _of("keys", (MapType,), "a map", lambda type_: SetType(_item_of(type_)))),
    "values": (1, 1, _of("values", (MapType,), "a map", lambda type_: SetType(_value_of(type_)))),
    "to_set": (1, 1, _of("to_set", (ListType,), "a list", lambda type_: SetType(_item_of(type_)))),
    "first": (1, 1, _item(0)),
    "second": (1, 1, _item(1)),
    "third": (1, 1, _item(2)),
    "or_else": (2, 2, _or_else),
    "overlaps": (2, 2, _plain("overlaps", (CIDR, CIDR), BOOL)),
    "addresses": (1, 1, _plain("addresses", (CIDR,), SetType(IP))),
    "ip": (1, 1, _plain("parse_ip", (STRING,), IP)),
    "cidr": (1, 1, _plain("parse_cidr", (STRING,), CIDR)),
    "starts_with": (2, 2, _plain("starts_with", (STRING, STRING), BOOL)),
    "ends_with": (2, 2, _plain("ends_with", (STRING, STRING), BOOL)),
    "matches": (2, 2, _plain("matches", (STRING, STRING), BOOL)),
    "split": (2, 2, _plain("split", (STRING, STRING), ListType(STRING))),
    "lower": (1, 1, _plain("lower", (STRING,), STRING)),
    "to_int": (1, 1, _plain("to_int", (STRING,), OptionalType(INT))),
    "text": (1, 1, lambda typer, arguments, span: typer.apply("text", arguments, STRING, span)),
    "name": (1, 1, _of("name", (EntityType, EnumType), "an individual or a member", lambda _: STRING)),
    "ordinal": (1, 1, _of("ordinal", (EntityType, EnumType), "an individual or a member", lambda _: INT)),
}

FORMS[tree.Call] = call

"""Typing what makes values of several parts: sets, lists, tuples, maps and records."""

from __future__ import annotations

from kmodel.source import Span
from kmodel.syntax import tree
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr, Stage
from kmodel.typed.faults import fault, suggest
from kmodel.typed.flow import latest
from kmodel.typed.module import FieldSymbol
from kmodel.typed.relate import BOTTOM, item_type, join, wording
from kmodel.typed.typer import FORMS, Typer
from kmodel.typed.types import EnumType, ListType, MapType, OptionalType, RecordType, SetType, TupleType, Type


def items(typer: Typer, node: tree.Items, expected: Type | None) -> Expr:
    wanted = expected.item if isinstance(expected, OptionalType) else expected
    if node.kind == "tuple":
        inners = wanted.items if isinstance(wanted, TupleType) and len(wanted.items) == len(node.items) else (None,) * len(node.items)
        made = tuple(typer.expression(item, inner) for item, inner in zip(node.items, inners, strict=True))
        return typed.MakeItems(made, type=TupleType(tuple(item.type for item in made)), stage=latest(*made), span=node.span)
    if not node.items and isinstance(wanted, MapType):
        return typed.MakeMap((), type=wanted, stage=Stage.CONSTANT, span=node.span)
    if not node.items and isinstance(wanted, RecordType):
        return record(typer, wanted.name, (), node.span)
    inner = item_type(wanted) if wanted is not None else None
    made, item = _alike(typer, node.items, inner)
    type_: Type = SetType(item) if node.kind == "set" else ListType(item)
    return typed.MakeItems(made, type=type_, stage=latest(*made), span=node.span)


def _alike(typer: Typer, nodes: tuple[tree.Expr, ...], wanted: Type | None) -> tuple[tuple[Expr, ...], Type]:
    """Items of one type: the wanted one, or the least that all fit."""
    made: list[Expr] = []
    common: Type = wanted or BOTTOM
    for node in nodes:
        item = typer.expression(node, wanted if wanted is not None else (common if isinstance(common, EnumType) else None))
        together = join(common, item.type)
        if together is None:
            raise fault("type-mismatch", f"this is {wording(item.type)}, and the items before it are {wording(common)}", item.span)
        common = common if wanted is not None else together
        made.append(item)
    return tuple(made), common


def pairs(typer: Typer, node: tree.Pairs, expected: Type | None) -> Expr:
    wanted = expected.item if isinstance(expected, OptionalType) else expected
    if isinstance(wanted, RecordType):
        fields = []
        for key, value in node.pairs:
            if not isinstance(key, tree.Name):
                raise fault("not-a-field", f"a field of {wording(wanted)} is wanted here", key.span)
            fields.append(tree.Assigned(key.name, value, span=key.span))
        return record(typer, wanted.name, tuple(fields), node.span)
    keys, key_type = _alike(typer, tuple(key for key, _ in node.pairs), wanted.key if isinstance(wanted, MapType) else None)
    values, value_type = _alike(typer, tuple(value for _, value in node.pairs), wanted.value if isinstance(wanted, MapType) else None)
    return typed.MakeMap(
        tuple(zip(keys, values, strict=True)), type=MapType(key_type, value_type), stage=latest(*keys, *values), span=node.span
    )


def record(typer: Typer, name: str, given: tuple[tree.Assigned, ...], span: Span) -> Expr:
    """The record with the given fields, and its defaults for the others."""
    fields = typer.library.fields(name)
    made = assigned(typer, name, given)
    missing = [field for field, symbol in fields.items() if field not in made and symbol.default is None]
    if missing:
        raise fault(
            "missing-field",
            f"{name.rsplit('.', 1)[-1]} needs `{missing[0]}`",
            span,
            "give it, or a default where the record is declared",
        )
    parts = tuple((field, made.get(field) or _default(symbol)) for field, symbol in fields.items())
    return typed.MakeRecord(parts, type=RecordType(name), stage=latest(*(value for _, value in parts)), span=span)


def assigned(typer: Typer, name: str, given: tuple[tree.Assigned, ...]) -> dict[str, Expr]:
    """`field = value` pairs of a record or entity."""
    fields, made = typer.library.fields(name), {}
    for each in given:
        if each.name not in fields:
            raise fault("unknown-field", f"{name.rsplit('.', 1)[-1]} has no field `{each.name}`", each.span, suggest(each.name, fields))
        if each.name in made:
            raise fault("duplicate-name", f"`{each.name}` is given twice", each.span)
        made[each.name] = typer.expression(each.value, fields[each.name].type)
    return made


def with_(typer: Typer, node: tree.With, expected: Type | None) -> Expr:
    target = typer.expression(node.target, expected)
    if not isinstance(target.type, RecordType):
        raise fault("type-mismatch", f"this is {wording(target.type)}, and only a record has fields to replace", target.span)
    changes = assigned(typer, target.type.name, node.changes)
    return typed.WithFields(target, tuple(changes.items()), type=target.type, stage=latest(target, *changes.values()), span=node.span)


def _default(symbol: FieldSymbol) -> Expr:
    assert symbol.default is not None
    return symbol.default


FORMS.update({tree.Items: items, tree.Pairs: pairs, tree.With: with_})

"""Typing what makes values: sets, lists, tuples, maps, records, comprehensions; and forms with bodies: `if`, `let`, `is`, quantifiers.

`{}` is an empty map, or a record with all its defaults, where one is expected, and else an empty set.
"""

from __future__ import annotations

from collections.abc import Sequence

from kmodel.source import Span
from kmodel.syntax import tree
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr, Stage
from kmodel.typed.faults import Fault, fault, last_word, short, word
from kmodel.typed.names import no_field
from kmodel.typed.relate import BOOL, BOTTOM, TEMPORAL, item_type, join, present, wording
from kmodel.typed.typer import Typer, latest
from kmodel.typed.types import BottomType, ListType, MapType, OptionalType, RecordType, SetType, TemporalType, TupleType, Type


def if_(typer: Typer, node: tree.If, expected: Type | None) -> Expr:
    condition = typer.expression(node.condition, BOOL)
    with typer.scoped():
        typer.follow(condition)
        then = typer.expression(node.then, expected)
    otherwise = typer.hinted(node.otherwise, then.type) if expected is None else typer.expression(node.otherwise, expected)
    type_ = join(then.type, otherwise.type)
    if type_ is None and expected is None:
        message = f"this is {wording(otherwise.type)}, and the other branch is {wording(then.type)}"
        raise fault("type-mismatch", message, otherwise.span, "give both the same type", ((then.span, "the other branch"),))
    joined = type_ if type_ is not None else expected
    assert joined is not None
    return typed.If(condition, then, otherwise, type=joined, stage=latest(condition, then, otherwise), span=node.span)


def let(typer: Typer, node: tree.LetIn, expected: Type | None) -> Expr:
    value = typer.expression(node.value)
    with typer.scoped():
        typer.bind({node.name: (value.type, value.stage)}, node.span)
        body = typer.expression(node.body, expected)
    return typed.Let(node.name, value, body, type=body.type, stage=latest(value, body), span=node.span)


def is_(typer: Typer, node: tree.Is, expected: Type | None) -> Expr:
    operand = typer.expression(node.operand)
    typer.shadowed(node.name, last_word(node.span, node.name))
    if not isinstance(operand.type, OptionalType | BottomType):
        help_ = "`is` is for optionals (`T?`): compare with `==`, or name a value with `let`"
        typer.note(fault("not-optional", f"this is {wording(operand.type)}, which always has a value", operand.span, help_))
        operand = typed.Constant(None, type=OptionalType(operand.type), stage=operand.stage, span=operand.span)
    return typed.Is(operand, node.name, type=BOOL, stage=operand.stage, span=node.span)


def binders(typer: Typer, nodes: Sequence[tree.Binder]) -> tuple[typed.Bound, ...]:
    """The bound variables, each domain typed with the earlier ones in sight. They stay bound: callers use `scoped`.

    A variable over an entity, an enum or a range is an individual thing, known before any search; one over a computed set is as
    late as the set."""
    bound: list[typed.Bound] = []
    for node in nodes:
        domain = typer.expression(node.domain)
        item = _items_of(typer, domain)
        stage = Stage.CONSTANT if isinstance(domain, typed.All) else domain.stage
        for name in node.names:
            typer.bind({name: (item, stage)}, node.span)
            bound.append(typed.Bound(name, domain, type=item, stage=domain.stage, span=word(node.span, name)))
    return tuple(bound)


def _items_of(typer: Typer, domain: Expr) -> Type:
    item = item_type(domain.type)
    if item is None or isinstance(domain.type, MapType):
        if not isinstance(domain.type, BottomType):
            typer.note(not_a_set(domain))
        return BOTTOM
    return item


def not_a_set(made: Expr) -> Fault:
    help_ = "name an entity, an enum or a range, or give a set or a list; of a map write `keys(m)` or `values(m)`"
    if isinstance(made.type, OptionalType):
        help_ = "bind its value first: `x is v and …`"
    return fault("not-a-set", f"this is {wording(made.type)}, and a set or list is wanted", made.span, help_)


def where(typer: Typer, node: tree.Expr | None) -> Expr | None:
    """The filter, with what it binds bound for what follows."""
    if node is None:
        return None
    made = typer.expression(node, BOOL)
    typer.follow(made)
    return made


def quantified(typer: Typer, node: tree.Quantified, expected: Type | None) -> Expr:
    free = typer.asserted and node.op == "exists"
    with typer.scoped():
        bound, filter_ = binders(typer, node.binders), where(typer, node.where)
        typer.free = free
        body = typer.condition(node.body)
    type_ = TEMPORAL if isinstance(body.type, TemporalType) else BOOL
    return typed.Quantified(node.op, bound, filter_, body, type=type_, stage=latest(*bound, filter_, body), span=node.span)


def comprehension(typer: Typer, node: tree.Comprehension, expected: Type | None) -> Expr:
    with typer.scoped():
        bound, filter_ = binders(typer, node.binders), where(typer, node.where)
        if node.element is None:
            element = _tuple_of(typer, bound, node.span)
        else:
            element = typer.expression(node.element, None if expected is None else item_type(present(expected)))
    type_: Type = SetType(element.type) if node.kind == "set" else ListType(element.type)
    return typed.Comprehension(element, bound, filter_, type=type_, stage=latest(element, *bound, filter_), span=node.span)


def _tuple_of(typer: Typer, bound: tuple[typed.Bound, ...], span: Span) -> Expr:
    """The variable of `{x in s where c}`; of several, their tuple."""
    items = [typed.Local(each.name, type=each.type, stage=typer.locals[each.name][1], span=each.span) for each in bound]
    if len(items) == 1:
        return items[0]
    return typed.MakeItems(tuple(items), type=TupleType(tuple(each.type for each in items)), stage=latest(*items), span=span)


# ---- values of parts


def items(typer: Typer, node: tree.Items, expected: Type | None) -> Expr:
    wanted = None if expected is None else present(expected)
    if node.kind == "tuple":
        return _tuple(typer, node, wanted)
    if not node.items and node.kind == "set" and isinstance(wanted, MapType):
        return typed.MakeMap((), type=wanted, stage=Stage.CONSTANT, span=node.span)
    if not node.items and node.kind == "set" and isinstance(wanted, RecordType):
        return record(typer, wanted.name, (), node.span)
    made, item = alike(typer, node.items, None if wanted is None else item_type(wanted))
    if node.kind == "set":
        return typed.MakeItems(made, type=SetType(item), stage=latest(*made), span=node.span)
    return typed.MakeItems(made, type=ListType(item, len(made)), stage=latest(*made), span=node.span)


def _tuple(typer: Typer, node: tree.Items, wanted: Type | None) -> Expr:
    fitting = isinstance(wanted, TupleType) and len(wanted.items) == len(node.items)
    inners = wanted.items if fitting and isinstance(wanted, TupleType) else (None,) * len(node.items)
    made = tuple(typer.expression(item, inner) for item, inner in zip(node.items, inners, strict=True))
    types = tuple(item.type if inner is None else inner for item, inner in zip(made, inners, strict=True))
    return typed.MakeItems(made, type=TupleType(types), stage=latest(*made), span=node.span)


def alike(typer: Typer, nodes: Sequence[tree.Expr], wanted: Type | None) -> tuple[tuple[Expr, ...], Type]:
    """Items of one type: the wanted one, or the least that all fit."""
    if wanted is not None:
        return tuple(typer.expression(node, wanted) for node in nodes), wanted
    made: list[Expr] = []
    common: Type = BOTTOM
    for node in nodes:
        item = typer.hinted(node, common if made else None)
        together = join(common, item.type)
        if together is None:
            message = f"this is {wording(item.type)}, and what stands before it {wording(common)}"
            raise fault("type-mismatch", message, item.span, "give all the same type", ((made[0].span, wording(common)),))
        common = together
        made.append(item)
    return tuple(made), common


def pairs(typer: Typer, node: tree.Pairs, expected: Type | None) -> Expr:
    wanted = None if expected is None else present(expected)
    if isinstance(wanted, RecordType):
        return record(typer, wanted.name, _as_fields(typer, node, wanted.name), node.span)
    known = isinstance(wanted, MapType)
    keys, key = alike(typer, [key for key, _ in node.pairs], wanted.key if known and isinstance(wanted, MapType) else None)
    values, value = alike(typer, [value for _, value in node.pairs], wanted.value if known and isinstance(wanted, MapType) else None)
    both = tuple(zip(keys, values, strict=True))
    return typed.MakeMap(both, type=MapType(key, value), stage=latest(*keys, *values), span=node.span)


def _as_fields(typer: Typer, node: tree.Pairs, owner: str) -> tuple[tree.Assigned, ...]:
    fields: list[tree.Assigned] = []
    for key, value in node.pairs:
        if isinstance(key, tree.Name):
            fields.append(tree.Assigned(key.name, value, span=key.span))
        else:
            raise fault("unknown-field", f"a field of `{short(owner)}` is wanted here", key.span, "write `{field: value}`, without quotes")
    return tuple(fields)


def record(typer: Typer, owner: str, given: Sequence[tree.Assigned], span: Span) -> Expr:
    """The record with the given fields, and its defaults for the others, in the order of its declaration."""
    fields = typer.fields(owner)
    made = assigned(typer, owner, given)
    for name, symbol in fields.items():
        if name not in made:
            default = typer.library.default(symbol, owner)
            if default is None:
                raise fault("missing-field", f"`{short(owner)}` needs `{name}`", span, "give it, or a default where the record is declared")
            made[name] = default
    parts = tuple((name, made[name]) for name in fields)
    return typed.MakeRecord(parts, type=RecordType(owner), stage=latest(*(value for _, value in parts)), span=span)


def assigned(typer: Typer, owner: str, given: Sequence[tree.Assigned]) -> dict[str, Expr]:
    """`field = value` pairs of a record or entity."""
    fields, made = typer.fields(owner), dict[str, Expr]()
    for each in given:
        place = word(each.span, each.name)
        if each.name in made:
            typer.note(fault("duplicate-name", f"`{each.name}` is given twice", place, "leave one of them out"))
        elif each.name not in fields:
            typer.note(no_field(typer, owner, each.name, place))
            typer.expression(each.value)
        else:
            made[each.name] = typer.expression(each.value, fields[each.name].type)
    return {fields[name].name if name in fields else name: value for name, value in made.items()}


def with_(typer: Typer, node: tree.With, expected: Type | None) -> Expr:
    target = typer.expression(node.target)
    if not isinstance(target.type, RecordType):
        raise typer.wrong(target, "a record")
    changes = assigned(typer, target.type.name, node.changes)
    return typed.WithFields(target, tuple(changes.items()), type=target.type, stage=latest(target, *changes.values()), span=node.span)

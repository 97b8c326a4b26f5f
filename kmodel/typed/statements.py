"""Typing actions: statements, places, and what may be assigned.

What `require` and `let` bind is in sight in the statements after it, what `if`, `where` and `choose` bind in their blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from kmodel.source import Span
from kmodel.syntax import tree
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr, Stage, Statement
from kmodel.typed.faults import Fault, fault, short, silent, word
from kmodel.typed.makers import assigned, binders, where
from kmodel.typed.operate import number
from kmodel.typed.relate import BOOL, wording
from kmodel.typed.typer import Typer
from kmodel.typed.types import BottomType, EntityType, MapType

Place = tuple[typed.VarRef | typed.FieldRef, tuple[str | Expr, ...]]


def block(typer: Typer, statements: Sequence[tree.Statement]) -> tuple[Statement, ...]:
    """The typed statements; what one binds is bound for those after it. Faults are collected."""
    made: list[Statement] = []
    with typer.scoped():
        for statement in statements:
            broken = typer.broken
            try:
                made.append(_statement(typer, statement))
            except Fault as found:
                typer.report(found, statement.span, broken)
    return tuple(made)


def _statement(typer: Typer, node: tree.Statement) -> Statement:
    match node:
        case tree.Require(condition):
            made = typer.expression(condition, BOOL)
            typer.follow(made)
            return typed.Require(made, span=node.span)
        case tree.Assert(condition):
            return typed.Assert(typer.expression(condition, BOOL), span=node.span)
        case tree.Let(name, value):
            named = typer.expression(value)
            typer.bind({name: (named.type, named.stage)}, node.span)
            return typed.LetStatement(name, named, span=node.span)
        case tree.Assign():
            return _assign(typer, node)
        case tree.IfStatement():
            return _if(typer, node)
        case tree.Delete():
            return _delete(typer, node)
        case tree.ForStatement() | tree.Choose() | tree.Create():
            with typer.scoped():
                return _binding(typer, node)
        case _:
            assert_never(node)


def _if(typer: Typer, node: tree.IfStatement) -> Statement:
    condition = typer.expression(node.condition, BOOL)
    with typer.scoped():
        typer.follow(condition)
        then = block(typer, node.then)
    return typed.IfStatement(condition, then, block(typer, node.otherwise), span=node.span)


# ---- assignment


def _assign(typer: Typer, node: tree.Assign) -> Statement:
    target = typer.expression(node.place)
    try:
        root, path = _place(typer, target)
    except Fault:
        typer.hinted(node.value, target.type)
        raise
    return typed.Assign(root, path, typer.expression(node.value, target.type), span=node.span)


def _place(typer: Typer, made: Expr) -> Place:
    """The `var` that a place lies in, and the way inward."""
    match made:
        case typed.VarRef():
            return made, ()
        case typed.FieldRef(_, entity, name):
            symbol = typer.fields(entity)[short(name)]
            if symbol.kind == "var":
                return made, ()
            raise _constant(f"`{symbol.short}`", made, ((symbol.span, "declared here"),))
        case typed.ConstRef(name):
            named = next((each for each in typer.scope.visible("const") if each.name == name), None)
            raise _constant(f"`{short(name)}`", made, ((named.declared.name_span, "declared here"),) if named else ())
        case typed.Project(target, name):
            root, path = _place(typer, target)
            return root, (*path, name)
        case typed.Apply("index", (target, key)) if isinstance(target.type, MapType):
            root, path = _place(typer, target)
            return root, (*path, key)
        case _:
            raise _no_place(made)


def _constant(name: str, made: Expr, also: tuple[tuple[Span, str], ...]) -> Fault:
    return fault("assigned-const", f"{name} is a constant, which no action changes", made.span, "declare it as `var`", also)


def _no_place(made: Expr) -> Fault:
    if isinstance(made.type, BottomType):
        return silent()
    said = f"`{made.name}` is a local name" if isinstance(made, typed.Local) else "this is no place in the state"
    help_ = "assign to a `var`, a `var` field of an individual, a field of a record in one, or an item of a map in one"
    return fault("not-assignable", f"{said}, so it cannot be assigned", made.span, help_)


# ---- statements with bound variables


def _binding(typer: Typer, node: tree.ForStatement | tree.Choose | tree.Create) -> Statement:
    match node:
        case tree.ForStatement():
            bound, filter_ = binders(typer, node.binders), where(typer, node.where)
            return typed.ForStatement(bound, filter_, block(typer, node.body), span=node.span)
        case tree.Choose():
            return _choose(typer, node)
        case tree.Create():
            return _create(typer, node)
        case _:
            assert_never(node)


def _choose(typer: Typer, node: tree.Choose) -> Statement:
    bounds, filter_ = binders(typer, (node.binder,)), where(typer, node.where)
    if len(bounds) != 1:
        help_ = "choose one after the other: `choose a in s { choose b in s { … } }`"
        typer.note(fault("choose-one", "`choose` takes one variable", node.binder.span, help_))
    score = None if node.score is None else number(typer, typer.expression(node.score))
    return typed.Choose(bounds[0], filter_, node.optimum, score, block(typer, node.body), span=node.span)


def _create(typer: Typer, node: tree.Create) -> Statement:
    named = typer.scope.need(node.entity, "entity", word(node.span, node.entity))
    _need_pool(typer, named.name, word(node.span, node.entity))
    values = assigned(typer, named.name, node.values)
    for name in values:
        symbol = typer.fields(named.name)[name]
        if symbol.kind != "var":
            place = next(word(each.span, name) for each in node.values if each.name == name)
            also = ((symbol.span, "declared here"),)
            message = f"`{name}` is a constant of each individual of the pool"
            typer.note(fault("assigned-const", message, place, "declare it as `var`", also))
    typer.bind({node.name: (EntityType(named.name), Stage.STATE)}, node.span)
    return typed.Create(node.name, named.name, tuple(values.items()), block(typer, node.body), span=node.span)


def _delete(typer: Typer, node: tree.Delete) -> Statement:
    target = typer.expression(node.target)
    if not isinstance(target.type, EntityType):
        raise typer.wrong(target, "an individual")
    _need_pool(typer, target.type.name, target.span)
    return typed.Delete(target, span=node.span)


def _need_pool(typer: Typer, entity: str, span: Span) -> None:
    if not typer.library.is_pool(entity):
        name = wording(EntityType(entity))
        raise fault("not-a-pool", f"individuals of `{name}` neither come nor go", span, f"declare it with `entity {name} pool`")

"""Typing actions: statements, places, and what may be assigned."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kmodel.source import Diagnostic
from kmodel.syntax import tree
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr, Stage, Statement
from kmodel.typed.faults import Fault, fault
from kmodel.typed.flow import bound_by
from kmodel.typed.makers import assigned
from kmodel.typed.relate import BOOL, INT, number_kind, wording
from kmodel.typed.typer import Typer
from kmodel.typed.types import EntityType, MapType, RecordType, Type


def block(typer: Typer, statements: Sequence[tree.Statement], faults: list[Diagnostic]) -> tuple[Statement, ...]:
    """The typed statements; what one binds is bound for those after it. Faults are collected, one a statement."""
    made: list[Statement] = []
    with typer.scoped():
        for statement in statements:
            try:
                made.append(_TABLE[type(statement)](typer, statement, faults))
            except Fault as found:
                faults.append(found.diagnostic)
    return tuple(made)


def _require(typer: Typer, node: tree.Require, faults: list[Diagnostic]) -> Statement:
    condition = typer.expression(node.condition, BOOL)
    typer.bind(bound_by(condition), node.span)
    return typed.Require(condition, span=node.span)


def _assert(typer: Typer, node: tree.Assert, faults: list[Diagnostic]) -> Statement:
    return typed.Assert(typer.expression(node.condition, BOOL), span=node.span)


def _let(typer: Typer, node: tree.Let, faults: list[Diagnostic]) -> Statement:
    value = typer.expression(node.value)
    typer.bind({node.name: (value.type, value.stage)}, node.span)
    return typed.LetStatement(node.name, value, span=node.span)


def _assign(typer: Typer, node: tree.Assign, faults: list[Diagnostic]) -> Statement:
    root, path, type_ = _place(typer, node.place)
    return typed.Assign(root, path, typer.expression(node.value, type_), span=node.span)


def _place(typer: Typer, node: tree.Expr) -> tuple[typed.VarRef | typed.FieldRef, tuple[str | Expr, ...], Type]:
    """The variable that a place lies in, the way inward, and the place's type."""
    if isinstance(node, tree.Index):
        root, path, type_ = _place(typer, node.target)
        if not isinstance(type_, MapType):
            raise fault("type-mismatch", f"this is {wording(type_)}, and only a map's items can be assigned", node.target.span)
        return root, (*path, typer.expression(node.index, type_.key)), type_.value
    if isinstance(node, tree.Field) and not _is_variable(typer, node):
        root, path, type_ = _place(typer, node.target)
        made = typer.expression(node)
        if not isinstance(type_, RecordType):
            raise _constant(typer, node, made)
        return root, (*path, node.name), made.type
    made = typer.expression(node)
    if isinstance(made, typed.VarRef | typed.FieldRef) and made.stage is Stage.STATE and _is_var(typer, made):
        return made, (), made.type
    raise _constant(typer, node, made)


def _is_variable(typer: Typer, node: tree.Field) -> bool:
    """Whether the field is an individual's (and not a record's) or a module's."""
    return isinstance(typer.expression(node), typed.FieldRef | typed.VarRef | typed.ConstRef)


def _is_var(typer: Typer, made: typed.VarRef | typed.FieldRef) -> bool:
    return isinstance(made, typed.VarRef) or typer.library.fields(made.entity)[made.field_name].kind == "var"


def _constant(typer: Typer, node: tree.Expr, made: Expr) -> Fault:
    if isinstance(made, typed.FieldRef):
        declared = typer.library.fields(made.entity)[made.field_name].span
        return fault(
            "assigned-const",
            f"`{made.field_name}` is a constant, which no action changes",
            node.span,
            "declare it as `var`",
            ((declared, "declared here"),),
        )
    return fault("assigned-const", "only a `var` can be assigned", node.span, "name a `var` of the module or of an individual")


def _if(typer: Typer, node: tree.IfStatement, faults: list[Diagnostic]) -> Statement:
    condition = typer.expression(node.condition, BOOL)
    with typer.scoped():
        typer.bind(bound_by(condition), node.condition.span)
        then = block(typer, node.then, faults)
    return typed.IfStatement(condition, then, block(typer, node.otherwise, faults), span=node.span)


def _for(typer: Typer, node: tree.ForStatement, faults: list[Diagnostic]) -> Statement:
    with typer.scoped():
        bound, where = typer.binders(node.binders), typer.where(node.where)
        return typed.ForStatement(bound, where, block(typer, node.body, faults), span=node.span)


def _choose(typer: Typer, node: tree.Choose, faults: list[Diagnostic]) -> Statement:
    with typer.scoped():
        bounds, where = typer.binders((node.binder,)), typer.where(node.where)
        if len(bounds) != 1:
            raise fault("choose-one", "`choose` takes one variable", node.binder.span, "choose one after the other")
        score = None if node.score is None else typer.expression(node.score)
        if score is not None and number_kind(score.type) is None:
            raise typer.mismatch(score, INT)
        return typed.Choose(bounds[0], where, node.optimum, score, block(typer, node.body, faults), span=node.span)


def _create(typer: Typer, node: tree.Create, faults: list[Diagnostic]) -> Statement:
    named = typer.scope.need(node.entity, "entity", node.span)
    if not (isinstance(named.declared, tree.Entity) and named.declared.pool):
        raise fault(
            "not-a-pool",
            f"individuals of `{node.entity}` neither come nor go",
            node.span,
            f"declare `entity {node.entity} pool`",
            ((named.declared.name_span, "declared here"),),
        )
    values = assigned(typer, named.name, node.values)
    with typer.scoped():
        typer.bind({node.name: (EntityType(named.name), Stage.CONSTANT)}, node.span)
        return typed.Create(node.name, named.name, tuple(values.items()), block(typer, node.body, faults), span=node.span)


def _delete(typer: Typer, node: tree.Delete, faults: list[Diagnostic]) -> Statement:
    target = typer.expression(node.target)
    if not isinstance(target.type, EntityType):
        raise fault("type-mismatch", f"this is {wording(target.type)}, where an individual is wanted", target.span)
    short = target.type.name.rsplit(".", 1)[-1]
    named = next((each for each in typer.scope.visible() if each.name == target.type.name), None)
    if named is None or not (isinstance(named.declared, tree.Entity) and named.declared.pool):
        raise fault("not-a-pool", f"individuals of `{short}` neither come nor go", node.span, f"declare `entity {short} pool`")
    return typed.Delete(target, span=node.span)


_TABLE: dict[type, Callable[..., Statement]] = {
    tree.Require: _require,
    tree.Assert: _assert,
    tree.Let: _let,
    tree.Assign: _assign,
    tree.IfStatement: _if,
    tree.ForStatement: _for,
    tree.Choose: _choose,
    tree.Create: _create,
    tree.Delete: _delete,
}

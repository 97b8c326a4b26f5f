"""Typing calls: records, defs, relations, built-in functions and aggregates.

`x.f(y)` is `f(x, y)`, for defs, relations and built-in functions alike; a declared name wins over a built-in one.
"""

from __future__ import annotations

from collections.abc import Sequence

from kmodel.source import Span
from kmodel.syntax import tree
from kmodel.typed import expressions as typed
from kmodel.typed.built_in import BUILT_IN
from kmodel.typed.expressions import Expr, Stage
from kmodel.typed.faults import Also, Fault, fault, silent, suggest, word
from kmodel.typed.makers import binders, not_a_set, record, where
from kmodel.typed.names import means_nothing
from kmodel.typed.operate import different, number, widened
from kmodel.typed.relate import BOOL, INT, item_type, number_kind
from kmodel.typed.scope import Named, article
from kmodel.typed.typer import Typer, latest
from kmodel.typed.types import BottomType, CidrType, MapType, StringType, Type

_CALLED = ("def", "relation", "record")


def call(typer: Typer, node: tree.Call, expected: Type | None) -> Expr:
    asserted = typer.asserted
    arguments = list(node.arguments)
    named: Named | None = None
    if node.receiver is not None:
        named = _in_module(typer, node)
        arguments = arguments if named is not None else [node.receiver, *arguments]
    if named is None and node.name not in typer.locals:
        named = typer.scope.find(node.name, _place(node))
    if named is not None and named.kind == "record":
        return _record(typer, node, named)
    if node.named:
        _type_all(typer, node)
        message = f"`{node.name}` is no record, so what is given has no names"
        raise fault("argument-count", message, node.named[0].span, "leave the name out")
    if named is not None and named.kind in _CALLED:
        return call_named(typer, named, arguments, node.span, asserted)
    if node.name in BUILT_IN and named is None:
        return _built_in(typer, node, arguments)
    _type_all(typer, node)
    raise _no_function(typer, node, named)


def _type_all(typer: Typer, node: tree.Call) -> None:
    """Reports what is wrong with the arguments of a call that means nothing itself."""
    broken = typer.broken
    for argument in (*((node.receiver,) if node.receiver else ()), *node.arguments, *(each.value for each in node.named)):
        typer.hinted(argument, None)
    typer.broken = broken


def _place(node: tree.Call) -> Span:
    """Where the name of a call stands."""
    if node.receiver is None:
        return word(node.span, node.name)
    rest = Span(node.span.source, min(node.receiver.span.end, node.span.end), node.span.end)
    return word(rest, node.name)


def _in_module(typer: Typer, node: tree.Call) -> Named | None:
    """What `module.f(…)` calls, where the first part names a module and no local."""
    assert node.receiver is not None
    path = node.receiver.span.text if isinstance(node.receiver, tree.Name | tree.Field) else ""
    if not path or path.split(".")[0] in typer.locals:
        return None
    named = typer.scope.qualified(path, node.name, node.span)
    return named if named is not None and named.kind in _CALLED else None


def _no_function(typer: Typer, node: tree.Call, named: Named | None) -> Fault:
    what = article(named.kind) if named is not None else "a local name" if node.name in typer.locals else None
    if what is not None:
        return fault("misplaced-name", f"`{node.name}` is {what}, which takes no arguments", _place(node), "leave the parentheses out")
    if typer.scope.incomplete:
        return silent()
    known = [*BUILT_IN, *(each.declared.name for each in typer.scope.visible(*_CALLED))]
    help_ = typer.scope.to_import(node.name) or suggest(node.name, known) or "declare it, or import the module that does"
    return fault("unknown-name", f"`{node.name}` is no function, relation or record here", _place(node), help_)


def _record(typer: Typer, node: tree.Call, named: Named) -> Expr:
    if node.arguments or (node.receiver is not None and _in_module(typer, node) is None):
        place = node.arguments[0].span if node.arguments else node.span
        raise fault("argument-count", "a record's fields are given by name", place, f"write `{node.name}(field = …)`")
    return record(typer, named.name, node.named, node.span)


def call_named(typer: Typer, named: Named, arguments: Sequence[tree.Expr], span: Span, asserted: bool) -> Expr:
    """A call of a def, or a fact of a relation. In a rule's condition where it is asserted, a name that means nothing else is a
    variable of the rule, of the parameter's type."""
    wanted = [parameter.type for parameter in typer.library.signature(named)]
    if len(arguments) != len(wanted):
        raise wrong_count(named.declared.name, len(wanted), len(arguments), span, ((named.declared.name_span, "declared here"),))
    made = tuple(argument(typer, node, type_, asserted) for node, type_ in zip(arguments, wanted, strict=True))
    if named.kind == "relation":
        stage = max(latest(*made), typer.library.relation_stage(named.name), key=lambda each: each.value)
        return typed.Holds(named.name, made, type=BOOL, stage=stage, span=span)
    result, own = typer.library.result(named, span)
    if isinstance(result, BottomType):
        raise silent()
    stage = max(latest(*made), own, key=lambda each: each.value)
    return typed.CallDef(named.name, made, type=result, stage=stage, span=span)


def argument(typer: Typer, node: tree.Expr, wanted: Type, asserted: bool) -> Expr:
    """An argument; where a rule asserts it, a name that means nothing else is a variable of the rule."""
    if asserted and typer.rule is not None and isinstance(node, tree.Name) and means_nothing(typer, node, wanted):
        typer.rule[node.name] = wanted
        typer.locals[node.name] = (wanted, Stage.CONSTANT)
    return typer.expression(node, wanted)


def wrong_count(name: str, wanted: int, given: int, span: Span, also: Also = ()) -> Fault:
    times = "one argument" if wanted == 1 else f"{wanted} arguments" if wanted else "no arguments"
    message = f"`{name}` takes {times}, and {given or 'none'} {'is' if given <= 1 else 'are'} given"
    return fault("argument-count", message, span, f"give {times}", also)


def _built_in(typer: Typer, node: tree.Call, arguments: Sequence[tree.Expr]) -> Expr:
    function = BUILT_IN[node.name]
    if len(arguments) != function.count:
        raise wrong_count(node.name, function.count, len(arguments), node.span)
    made: list[Expr] = []
    for each in arguments:
        made.append(typer.hinted(each, function.hint(made)))
    return function.typed(typer, tuple(made), node)


# ---- aggregates


def aggregate(typer: Typer, node: tree.Aggregate, expected: Type | None) -> Expr:
    """`count(x in s where c)`, `sum(x in s: e)`, …; `count(s)`, `sum(l)`, `min(l)` of a collection; `min(a, b)` of numbers."""
    if not node.binders:
        return _of_arguments(typer, node)
    with typer.scoped():
        bound, filter_ = binders(typer, node.binders), where(typer, node.where)
        body = None if node.body is None else number(typer, typer.expression(node.body))
    if (body is None) != (node.op == "count"):
        message = "`count` takes no value after `:`" if node.op == "count" else f"`{node.op}` needs a value after `:`"
        help_ = "write `count(x in s where c)`" if node.op == "count" else f"write `{node.op}(x in s: e)`"
        raise fault("aggregate-form", message, node.span, help_)
    type_ = INT if body is None else widened(body.type)
    return typed.Aggregate(node.op, bound, filter_, body, type=type_, stage=latest(*bound, filter_, body), span=node.span)


_SIZED = (StringType, CidrType)


def _of_arguments(typer: Typer, node: tree.Aggregate) -> Expr:
    if node.where is not None or node.body is not None:
        raise fault("aggregate-form", f"`{node.op}` needs `x in s` before `where` and `:`", node.span, f"write `{node.op}(x in s …)`")
    made = [typer.hinted(node.arguments[0], None)]
    made += [typer.hinted(each, made[0].type) for each in node.arguments[1:]]
    if len(made) == 1 and node.op == "count":
        if item_type(made[0].type) is None and not isinstance(made[0].type, _SIZED):
            raise silent() if isinstance(made[0].type, BottomType) else not_a_set(made[0])
        return typer.apply("size", tuple(made), INT, node.span)
    if len(made) == 1:
        return _over(typer, node, made[0])
    if node.op not in ("min", "max"):
        raise wrong_count(node.op, 1, len(made), node.span)
    for each in made:
        if number_kind(number(typer, each).type) != number_kind(made[0].type):
            raise different(made[0], each, node, "of different kinds")
    return typer.apply(node.op, tuple(made), widened(made[0].type), node.span)


def _over(typer: Typer, node: tree.Aggregate, collection: Expr) -> Expr:
    """`sum(l)`: the sum of `x in l: x`."""
    item = item_type(collection.type)
    if item is None or isinstance(collection.type, MapType):
        raise silent() if isinstance(collection.type, BottomType) else not_a_set(collection)
    if number_kind(item) is None and not isinstance(item, BottomType):
        raise typer.wrong(collection, "a collection of numbers")
    stage = Stage.CONSTANT if isinstance(collection, typed.All) else collection.stage
    name = typer.fresh()
    bound = typed.Bound(name, collection, type=item, stage=collection.stage, span=node.span)
    body = typed.Local(name, type=item, stage=stage, span=node.span)
    type_ = INT if isinstance(item, BottomType) else widened(item)
    return typed.Aggregate(node.op, (bound,), None, body, type=type_, stage=collection.stage, span=node.span)

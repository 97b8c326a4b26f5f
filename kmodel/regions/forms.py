"""One function a form of expression: what it is compiled to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Any, TypeAlias

from kmodel.ground.describe import plain as written
from kmodel.regions.compiler import FORMS, Call, Code, Compiler, Env
from kmodel.regions.diagrams import Region
from kmodel.regions.operations import joined
from kmodel.regions.values import DEPENDENT, Cases, Rec, Thing
from kmodel.source import Diagnostic, Rejected
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr
from kmodel.typed.operators import OPERATORS
from kmodel.typed.types import RecordType, SetType
from kmodel.typed.values import Individual, Member

Loop: TypeAlias = Callable[[Env], Iterator[Region]]


def _apply(self: Compiler, expr: typed.Apply) -> Code:
    if expr.op in _LAZY:
        return _LAZY[expr.op](self, expr)
    if expr.op == "equal":
        return _equal(self, expr)
    codes = [self.code(argument) for argument in expr.arguments]
    law, span, op = _law(self, expr), expr.span, expr.op
    partial = OPERATORS[op].partial

    def run(env: Env) -> Any:
        values = tuple([code(env) for code in codes])
        for value in values:
            if value.__class__ in DEPENDENT:
                return self.operate(op, values, span)
        return self.guarded(law, values, span) if partial else law(*values)

    return run


def _law(self: Compiler, expr: typed.Apply) -> Callable[..., Any]:
    """The definition of the operator; of those that need the type or the declaration, made here."""
    ordinal = self.world.ordinal

    def number(value: Any) -> Any:
        return ordinal(value) if isinstance(value, Individual | Member) else value

    match expr.op:
        case "text":
            type_ = expr.arguments[0].type
            return lambda value: written(self.store.leave(value), type_)
        case "ordinal":
            return lambda value: ordinal(value.individual if isinstance(value, Thing) else value)
        case "less" | "at_most":
            known = self.plain[expr.op]
            return lambda a, b: known(number(a), number(b))
        case _:
            return self.plain[expr.op]


def _equal(self: Compiler, expr: typed.Apply) -> Code:
    left, right = map(self.code, expr.arguments)
    span = expr.span

    def run(env: Env) -> Region:
        a, b = left(env), right(env)
        if a.__class__ in DEPENDENT or b.__class__ in DEPENDENT:
            found: Region = self.operate("equal", (a, b), span)
            return found
        return bool(a == b)

    return run


def _and(self: Compiler, expr: typed.Apply) -> Code:
    left, right = map(self.code, expr.arguments)
    conjunction = self.diagrams.and_

    def run(env: Env) -> Region:
        a = left(env)
        if a is False:
            return False
        return right(env) if a is True else conjunction(a, right(env))

    return run


def _or(self: Compiler, expr: typed.Apply) -> Code:
    left, right = map(self.code, expr.arguments)
    disjunction = self.diagrams.or_

    def run(env: Env) -> Region:
        a = left(env)
        if a is True:
            return True
        return right(env) if a is False else disjunction(a, right(env))

    return run


def _implies(self: Compiler, expr: typed.Apply) -> Code:
    left, right = map(self.code, expr.arguments)
    diagrams = self.diagrams

    def run(env: Env) -> Region:
        a = left(env)
        return True if a is False else diagrams.or_(diagrams.not_(a), right(env))

    return run


def _not(self: Compiler, expr: typed.Apply) -> Code:
    (operand,) = map(self.code, expr.arguments)
    negation = self.diagrams.not_
    return lambda env: negation(operand(env))


def _iff(self: Compiler, expr: typed.Apply) -> Code:
    left, right = map(self.code, expr.arguments)
    diagrams = self.diagrams

    def run(env: Env) -> Region:
        b = right(env)
        return diagrams.choose(left(env), b, diagrams.not_(b))

    return run


_LAZY: dict[str, Callable[[Compiler, typed.Apply], Code]] = {"and": _and, "or": _or, "implies": _implies, "not": _not, "iff": _iff}


# ---- parts of things


def _local(self: Compiler, expr: typed.Local) -> Code:
    name = expr.name
    return lambda env: env[name]


def _constant(self: Compiler, expr: typed.Constant) -> Code:
    value = self.store.enter(expr.value)
    return lambda env: value


def _field(self: Compiler, expr: typed.FieldRef) -> Code:
    target, name, span = self.code(expr.target), expr.field_name, expr.span

    def run(env: Env) -> Any:
        of = target(env)
        if of.__class__ is Thing:
            found = of.fields.get(name, of)
            return self.field_of(of, name, span) if found is of else found
        return self.spread((of,), lambda thing: self.field_of(thing, name, span), span)

    return run


def _project(self: Compiler, expr: typed.Project) -> Code:
    target, name, span = self.code(expr.target), expr.field_name, expr.span

    def run(env: Env) -> Any:
        of = target(env)
        if of.__class__ is Rec:
            return of.fields[name]
        return self.spread((of,), lambda record: record.fields[name], span)

    return run


def _all(self: Compiler, expr: typed.All) -> Code:
    items: list[frozenset[Any]] = []

    def run(env: Env) -> Any:
        if not items:
            items.append(frozenset(self.things(expr.of, expr.span)))
        return items[0]

    return run


def _is(self: Compiler, expr: typed.Is) -> Code:
    operand, name = self.code(expr.operand), expr.name

    def run(env: Env) -> Region:
        value = operand(env)
        if value is None:
            return False
        env[name] = value
        return _present(self, value, env, name) if isinstance(value, Cases) else True

    return run


def _present(self: Compiler, value: Cases, env: Env, name: str) -> Region:
    there = [(each, region) for each, region in value.parts if each is not None]
    if there:
        env[name] = joined(self.diagrams, there)
    return joined(self.diagrams, [(each is not None, region) for each, region in value.parts])  # type: ignore[no-any-return] # of bools


def _if(self: Compiler, expr: typed.If) -> Code:
    condition, then, otherwise = self.code(expr.condition), self.code(expr.then), self.code(expr.otherwise)

    def run(env: Env) -> Any:
        region = condition(env)
        if region is True:
            return then(env)
        return otherwise(env) if region is False else self.chosen(region, then(env), otherwise(env))

    return run


def _let(self: Compiler, expr: typed.Let) -> Code:
    name, value, body = expr.name, self.code(expr.value), self.code(expr.body)

    def run(env: Env) -> Any:
        env[name] = value(env)
        return body(env)

    return run


# ---- calls and makers


def _called(self: Compiler, call: Call, arguments: Sequence[Expr]) -> Code:
    names = [argument.name for argument in arguments if isinstance(argument, typed.Local)]
    if len(names) == len(arguments) > 1:
        fetch = itemgetter(*names)
        return lambda env: call(fetch(env))
    codes = [self.code(argument) for argument in arguments]
    return lambda env: call(tuple([code(env) for code in codes]))


def _record(self: Compiler, expr: typed.MakeRecord) -> Code:
    assert isinstance(expr.type, RecordType)
    record, names = expr.type.name, [name for name, _ in expr.fields]
    codes = [self.code(value) for _, value in expr.fields]

    def made(*values: Any) -> Rec:
        return self.store.record(record, dict(zip(names, values, strict=True)))

    return lambda env: self.spread(tuple([code(env) for code in codes]), made, expr.span)


def _collection(self: Compiler, expr: typed.MakeItems) -> Code:
    codes = [self.code(item) for item in expr.items]
    make: Callable[..., Any] = (lambda *values: frozenset(values)) if isinstance(expr.type, SetType) else (lambda *values: values)
    return lambda env: self.spread(tuple([code(env) for code in codes]), make, expr.span)


def _map(self: Compiler, expr: typed.MakeMap) -> Code:
    codes = [(self.code(key), self.code(value)) for key, value in expr.pairs]

    def made(*flat: Any) -> Any:
        return self.store.map(dict(zip(flat[::2], flat[1::2], strict=True)))

    return lambda env: self.spread(tuple([each(env) for pair in codes for each in pair]), made, expr.span)


def _with(self: Compiler, expr: typed.WithFields) -> Code:
    target, names = self.code(expr.target), [name for name, _ in expr.changes]
    codes = [self.code(value) for _, value in expr.changes]

    def made(record: Rec, *values: Any) -> Rec:
        return self.store.record(record.record, {**record.fields, **dict(zip(names, values, strict=True))})

    return lambda env: self.spread((target(env), *[code(env) for code in codes]), made, expr.span)


def _const_ref(self: Compiler, expr: typed.ConstRef) -> Code:
    return lambda env: self.const(expr.name, expr.span)


def _of_state(self: Compiler, expr: typed.VarRef | typed.Next | typed.Temporal) -> Code:
    raise Rejected([Diagnostic("query-needs-state", "this depends on the state", expr.span, (), "`set` every constant in the check")])


FORMS.update(
    {
        typed.Apply: _apply,
        typed.Local: _local,
        typed.Constant: _constant,
        typed.ConstRef: _const_ref,
        typed.FieldRef: _field,
        typed.Project: _project,
        typed.All: _all,
        typed.Is: _is,
        typed.If: _if,
        typed.Let: _let,
        typed.CallDef: lambda self, expr: _called(self, self.definition(expr.name), expr.arguments),
        typed.Holds: lambda self, expr: _called(self, self.relation(expr.relation), expr.arguments),
        typed.MakeRecord: _record,
        typed.MakeItems: _collection,
        typed.MakeMap: _map,
        typed.WithFields: _with,
        typed.VarRef: _of_state,
        typed.Next: _of_state,
        typed.Temporal: _of_state,
    }
)

"""The forms of expressions where scopes are open, one function each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from kmodel.ground.open.logic import TRUE, Formula, and_, exists, free_variables, iff, implies, is_false, is_true, not_, or_
from kmodel.ground.open.meaning import FORMS, At, Meaning
from kmodel.ground.open.operators import OPERATIONS, no_entries, put
from kmodel.ground.open.worth import Fields, Items, LeftOpen, Worth, scalar
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr
from kmodel.typed.types import EntityType, IntType, MapType, RangeType, SetType, TupleType


def _field(self: Meaning, expr: typed.FieldRef, at: At) -> Worth:
    who = scalar(self.value(expr.target, at), expr.span)
    symbol = next(each for each in self.program.entities[expr.entity].fields if each.name == expr.field_name)
    return self.field_of(who, symbol, at)


def _project(self: Meaning, expr: typed.Project, at: At) -> Worth:
    target = self.value(expr.target, at)
    assert isinstance(target, Fields)
    return target.fields[expr.field_name]


def _all(self: Meaning, expr: typed.All, at: At) -> Worth:
    def has(value: Worth) -> Formula:
        of = expr.of
        there = self.exists(scalar(value), at.after) if isinstance(of, EntityType) else TRUE
        return and_(there, self.shapes.within(of, value))

    return Items(IntType() if isinstance(expr.of, RangeType) else expr.of, has)


def _or(self: Meaning, expr: typed.Apply, at: At) -> Formula:
    first = self.formula(expr.arguments[0], at)
    return TRUE if is_true(first) else or_(first, self.formula(expr.arguments[1], at.under(not_(first))))


def _implies(self: Meaning, expr: typed.Apply, at: At) -> Formula:
    condition, inside = self.condition(expr.arguments[0], at)
    return TRUE if is_false(condition) else implies(condition, self.formula(expr.arguments[1], inside))


_CONNECTIVES: Mapping[str, Callable[[Meaning, typed.Apply, At], Formula]] = {
    "and": lambda self, expr, at: self.condition(expr, at)[0],
    "or": _or,
    "implies": _implies,
    "not": lambda self, expr, at: not_(self.formula(expr.arguments[0], at)),
    "iff": lambda self, expr, at: iff(self.formula(expr.arguments[0], at), self.formula(expr.arguments[1], at)),
}


def _apply(self: Meaning, expr: typed.Apply, at: At) -> Worth:
    if expr.op in _CONNECTIVES:
        return _CONNECTIVES[expr.op](self, expr, at)
    if expr.op in _COMPARED and (found := _counted(self, expr, at)) is not None:
        return found
    law = OPERATIONS.get(expr.op)
    if law is None:
        raise LeftOpen(f"{'counts' if expr.op == 'size' else 'needs'} `{' '.join(expr.span.text.split())}`", expr.span)
    values = [self.value(argument, at) for argument in expr.arguments]
    return law(self.shapes, values, lambda condition: self.note(at, condition), expr.span)


_COMPARED = ("equal", "not_equal", "less", "at_most")
_FEW = 3
"""Comparisons of counts with numbers up to this are written out with quantifiers."""


def _counted(self: Meaning, expr: typed.Apply, at: At) -> Formula | None:
    """A comparison of a count with a small number; None: it is none."""
    left, right = expr.arguments
    for one, other, swapped in ((left, right, False), (right, left, True)):
        is_count = (isinstance(one, typed.Aggregate) and one.op == "count") or (isinstance(one, typed.Apply) and one.op == "size")
        if is_count and isinstance(other, typed.Constant) and isinstance(other.value, int) and other.value <= _FEW:
            return _compared(self, expr.op, one, other.value, swapped, at)
    return None


def _compared(self: Meaning, op: str, one: Expr, number_: int, swapped: bool, at: At) -> Formula:
    def least(bound: int) -> Formula:
        return self.at_least(one, bound, at)

    if op in ("equal", "not_equal"):
        exactly = and_(least(number_), not_(least(number_ + 1)))
        return exactly if op == "equal" else not_(exactly)
    if swapped:
        return least(number_ + (op == "less"))
    return not_(least(number_ + (op == "at_most")))


def _if(self: Meaning, expr: typed.If, at: At) -> Worth:
    condition, inside = self.condition(expr.condition, at)
    if is_true(condition):
        return self.value(expr.then, inside)
    if is_false(condition):
        return self.value(expr.otherwise, at)
    return self.shapes.choose(condition, self.value(expr.then, inside), self.value(expr.otherwise, at.under(not_(condition))))


def _comprehension(self: Meaning, expr: typed.Comprehension, at: At) -> Worth:
    if not isinstance(expr.type, SetType):
        raise LeftOpen("makes a list", expr.span)
    item = expr.type.item

    def has(value: Worth) -> Formula:
        over = at.over([each for part in self.shapes.key(value, item) for each in free_variables(part)])
        rows = self.ranging(expr.bound, expr.where, over)
        return or_(
            *(
                exists(vars_, and_(condition, self.shapes.equal(self.value(expr.element, inside), value)))
                for vars_, condition, inside in rows
            )
        )

    if len(expr.bound) == 1 and isinstance(expr.element, typed.Local) and expr.element.name == expr.bound[0].name:
        return Items(item, lambda value: _chosen(self, expr, value, at))
    return Items(item, has)


def _chosen(self: Meaning, expr: typed.Comprehension, value: Worth, at: At) -> Formula:
    """That `{x in s where c}` has the value."""
    domain = self.value(expr.bound[0].domain, at)
    if not isinstance(domain, Items):
        raise LeftOpen("goes through a list", expr.span)
    inside = domain.has(value)
    over = at.over([each for part in self.shapes.key(value, domain.item) for each in free_variables(part) if each not in at.bound])
    there = over.under(inside).bind(expr.bound[0].name, value)
    return inside if expr.where is None else and_(inside, self.condition(expr.where, there)[0])


def _make_items(self: Meaning, expr: typed.MakeItems, at: At) -> Worth:
    values = [self.value(item, at) for item in expr.items]
    if isinstance(expr.type, SetType):
        return Items(expr.type.item, lambda each: or_(*(self.shapes.equal(each, one) for one in values)))
    if isinstance(expr.type, TupleType):
        return Fields({str(place): value for place, value in enumerate(values)})
    raise LeftOpen("makes a list", expr.span)


def _make_map(self: Meaning, expr: typed.MakeMap, at: At) -> Worth:
    assert isinstance(expr.type, MapType)
    made = no_entries(expr.type, expr.span)
    for key, value in expr.pairs:
        made = put(self.shapes, made, self.value(key, at), self.value(value, at))
    return made


def _with(self: Meaning, expr: typed.WithFields, at: At) -> Worth:
    target = self.value(expr.target, at)
    assert isinstance(target, Fields)
    return Fields({**target.fields, **{name: self.value(value, at) for name, value in expr.changes}})


def _aggregate(self: Meaning, expr: typed.Aggregate, at: At) -> Worth:
    what = "counts" if expr.op == "count" else "adds up" if expr.op == "sum" else f"takes the {expr.op} of"
    left = LeftOpen(f"{what} `{' '.join(expr.span.text.split())}`", expr.span)
    sort = self.shapes.sort(expr.type)
    if sort is None:
        raise left
    return self.choice(sort, at, left, expr.span)


def _temporal(self: Meaning, expr: Expr, at: At) -> Worth:
    raise LeftOpen("speaks of whole behaviours", expr.span)


def _local(self: Meaning, expr: typed.Local, at: At) -> Worth:
    if expr.name not in at.env:
        raise LeftOpen(f"uses `{expr.name}`, which there are no words for", expr.span)
    return at.env[expr.name]


FORMS.update(
    {
        typed.Constant: lambda self, expr, at: self.constant(expr.value, expr.type, expr.span),
        typed.Local: _local,
        typed.ConstRef: lambda self, expr, at: self.const(expr.name, at),
        typed.VarRef: lambda self, expr, at: self.shapes.held(self.program.vars[expr.name].type, expr.name, (), "state", at.after),
        typed.FieldRef: _field,
        typed.Project: _project,
        typed.All: _all,
        typed.Apply: _apply,
        typed.Is: lambda self, expr, at: self.condition(expr, at)[0],
        typed.If: _if,
        typed.Let: lambda self, expr, at: self.value(expr.body, at.bind(expr.name, self.value(expr.value, at))),
        typed.Quantified: Meaning.quantified,
        typed.Aggregate: _aggregate,
        typed.Comprehension: _comprehension,
        typed.CallDef: Meaning.call,
        typed.Holds: Meaning.holds,
        typed.MakeRecord: lambda self, expr, at: Fields({name: self.value(value, at) for name, value in expr.fields}),
        typed.MakeItems: _make_items,
        typed.MakeMap: _make_map,
        typed.WithFields: _with,
        typed.Next: lambda self, expr, at: self.value(expr.operand, replace(at, after=True)),
        typed.Temporal: _temporal,
    }
)

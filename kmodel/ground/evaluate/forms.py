"""The forms with parts of their own: fields, quantifiers, aggregates, makers, facts."""

from __future__ import annotations

from kmodel.ground.evaluate.context import At
from kmodel.ground.evaluate.evaluator import FORMS, Evaluator
from kmodel.ground.evaluate.facts import holds
from kmodel.ground.evaluate.operations import as_set
from kmodel.ground.parts import field_of, if_value, present, select_value
from kmodel.ground.symbolic import BOTTOM, Choice, Sym, fields, int_term, is_constant, items, settle, slots, subset, table
from kmodel.ground.tabulate import cases
from kmodel.ground.terms import FALSE, TRUE, Term, add, and_, count, equal, if_, implies, less, not_, number, or_
from kmodel.typed import expressions as typed
from kmodel.typed.types import EntityType, RecordType, SetType, TupleType
from kmodel.typed.values import Individual, Value


def _field(self: Evaluator, expr: typed.FieldRef, at: At) -> Sym:
    target = self.value(expr.target, at)
    match target:
        case Individual():
            return self.field_of(target, expr.field_name, at, expr.span)
        case Choice(index, universe):
            options: list[Sym] = []
            for position, who in enumerate(universe):
                here = at.under(_possible(index, position))
                possible = isinstance(who, Individual) and here.path is not FALSE
                options.append(self.field_of(who, expr.field_name, here, expr.span) if possible and isinstance(who, Individual) else BOTTOM)
            return select_value(index, options)
        case _:
            assert target is BOTTOM, target
            return BOTTOM


def _possible(index: Term, position: int) -> Term:
    return equal(index, number(position))


def _all(self: Evaluator, expr: typed.All, at: At) -> Sym:
    values = self.world.values(expr.of, expr.span)
    if not isinstance(expr.of, EntityType):
        return frozenset(values)
    return subset((who, self.existing(who, at.after)) for who in values)


def _if(self: Evaluator, expr: typed.If, at: At) -> Sym:
    condition, inside = self.condition(expr.condition, at)
    if condition is TRUE:
        return self.value(expr.then, inside)
    if condition is FALSE:
        return self.value(expr.otherwise, at)
    return if_value(condition, self.value(expr.then, inside), self.value(expr.otherwise, at.under(not_(condition))))


def _quantified(self: Evaluator, expr: typed.Quantified, at: At) -> Sym:
    found: list[Term] = []
    universal = expr.op == "forall"
    for condition, inside in self.ranging(expr.bound, expr.where, at):
        body = self.term(expr.body, inside)
        found.append(implies(condition, body) if universal else and_(condition, body))
    return settle(and_(*found) if universal else or_(*found))


def _aggregate(self: Evaluator, expr: typed.Aggregate, at: At) -> Sym:
    rows = self.ranging(expr.bound, expr.where, at)
    if expr.body is None:
        return settle(count(*(condition for condition, _ in rows)))
    parts = [(condition, int_term(self.value(expr.body, inside))) for condition, inside in rows]
    if expr.op == "sum":
        return settle(_sum(parts))
    self.note(at, not_(or_(*(condition for condition, _ in parts))), "no-minimum", f"there is nothing to take the {expr.op} of", expr.span)
    return settle(_extreme(expr.op, parts)) if parts else BOTTOM


def _sum(parts: list[tuple[Term, Term]]) -> Term:
    return add(*(if_(condition, value, number(0)) for condition, value in parts))


def _extreme(op: str, parts: list[tuple[Term, Term]]) -> Term:
    (some, best), *rest = parts
    for condition, value in rest:
        better = less(value, best) if op == "min" else less(best, value)
        best = if_(and_(condition, or_(not_(some), better)), value, best)
        some = or_(some, condition)
    return best


def _comprehension(self: Evaluator, expr: typed.Comprehension, at: At) -> Sym:
    rows = [(self.value(expr.element, inside), condition) for condition, inside in self.ranging(expr.bound, expr.where, at)]
    if isinstance(expr.type, SetType):
        return as_set([row for row in rows if row[0] is not BOTTOM])
    if all(condition is TRUE for _, condition in rows):
        return slots(number(len(rows)), [value for value, _ in rows])
    return gathered(rows)


def gathered(rows: list[tuple[Sym, Term]]) -> Sym:
    """A list of the values whose condition holds, in order."""
    made: list[Sym] = [BOTTOM] * len(rows)
    before: Term = number(0)
    for at, (value, condition) in enumerate(rows):
        for place in range(at + 1):
            here = and_(condition, equal(before, number(place)))
            made[place] = if_value(here, value, made[place])
        before = add(before, if_(condition, number(1), number(0)))
    return slots(before, made)


def _record(self: Evaluator, expr: typed.MakeRecord, at: At) -> Sym:
    assert isinstance(expr.type, RecordType)
    return fields(expr.type.name, [(name, self.value(value, at)) for name, value in expr.fields])


def _items(self: Evaluator, expr: typed.MakeItems, at: At) -> Sym:
    values = [self.value(item, at) for item in expr.items]
    if isinstance(expr.type, SetType):
        return as_set([(value, TRUE) for value in values if value is not BOTTOM])
    constant = [value for value in values if is_constant(value)]
    if len(constant) == len(values):
        return tuple(constant)
    return items(values) if isinstance(expr.type, TupleType) else slots(number(len(values)), values)


def _map(self: Evaluator, expr: typed.MakeMap, at: At) -> Sym:
    known: dict[Value, tuple[Term, Sym]] = {}
    for key_expr, value_expr in expr.pairs:
        value = self.value(value_expr, at)
        for key, when in cases(self.value(key_expr, at)):
            there, before = known.get(key, (FALSE, BOTTOM))
            known[key] = (or_(there, when), value if before is BOTTOM else if_value(when, value, before))
    return table((key, there, value) for key, (there, value) in known.items())


def _with(self: Evaluator, expr: typed.WithFields, at: At) -> Sym:
    target = self.value(expr.target, at)
    if target is BOTTOM:
        return BOTTOM
    assert isinstance(expr.type, RecordType)
    changes = {name: self.value(value, at) for name, value in expr.changes}
    names = _names(target)
    return fields(expr.type.name, [(name, changes.get(name, field_of(target, name))) for name in names])


def _names(record: Sym) -> list[str]:
    if isinstance(record, Choice):
        return _names(next(each for each in record.universe if each is not BOTTOM))
    return [name for name, _ in record.fields]  # type: ignore[union-attr] # a record, constant or not


def _let(self: Evaluator, expr: typed.Let, at: At) -> Sym:
    return self.value(expr.body, at.bind(expr.name, self.value(expr.value, at)))


def _next(self: Evaluator, expr: typed.Next, at: At) -> Sym:
    return self.value(expr.operand, At(at.env, at.path, True))


def _is(self: Evaluator, expr: typed.Is, at: At) -> Sym:
    return settle(present(self.value(expr.operand, at)))


FORMS.update(
    {
        typed.FieldRef: _field,
        typed.Project: lambda self, expr, at: field_of(self.value(expr.target, at), expr.field_name),
        typed.All: _all,
        typed.Is: _is,
        typed.If: _if,
        typed.Let: _let,
        typed.Quantified: _quantified,
        typed.Aggregate: _aggregate,
        typed.Comprehension: _comprehension,
        typed.Holds: holds,
        typed.MakeRecord: _record,
        typed.MakeItems: _items,
        typed.MakeMap: _map,
        typed.WithFields: _with,
        typed.Next: _next,
    }
)

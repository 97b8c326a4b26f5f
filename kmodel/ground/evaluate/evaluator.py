"""The evaluator: one typed expression after the other, to a constant or to terms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field

from kmodel.ground.describe import plain
from kmodel.ground.evaluate.constants import CONSTANT, UndefinedValue
from kmodel.ground.evaluate.context import At
from kmodel.ground.evaluate.operations import SYMBOLIC, NotImplementedByTerms, is_in
from kmodel.ground.evaluate.surroundings import Definition, Free, Known, Surroundings, Written
from kmodel.ground.parts import content, members, positions, present
from kmodel.ground.symbolic import BOTTOM, Choice, Sym, bool_term, is_constant, settle
from kmodel.ground.system import Place, Undefined
from kmodel.ground.tabulate import NotFinite, as_choice, combinations, tabulate
from kmodel.ground.terms import FALSE, TRUE, Term, and_, less, not_, number, or_
from kmodel.records import dataclass
from kmodel.source import Diagnostic, Rejected, Span
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr, Stage
from kmodel.typed.types import ListType
from kmodel.typed.values import Individual, Member, Value

Read = Callable[[Place, bool], Sym]
"""What a place holds, before (False) or after (True) a step."""

MOST_ROWS = 4096


@dataclass(slots=True)
class Evaluator:
    """`notes` collects what is undefined, and when. `facts` remembers what relations hold of constants, `calls` what defs give."""

    world: Surroundings
    read: Read
    notes: list[Undefined] = field(default_factory=list)
    calls: dict[tuple[object, ...], tuple[Sym, tuple[Undefined, ...]]] = field(default_factory=dict)
    fields: dict[tuple[Individual, str, bool], tuple[Sym, tuple[Undefined, ...]]] = field(default_factory=dict)
    facts: dict[tuple[object, ...], tuple[Term, tuple[Undefined, ...]]] = field(default_factory=dict)
    consts: dict[str, tuple[Sym, tuple[Undefined, ...]]] = field(default_factory=dict)
    pending: dict[tuple[object, ...], Term] = field(default_factory=dict)

    # ---- entry points

    def value(self, expr: Expr, at: At) -> Sym:
        return FORMS[type(expr)](self, expr, at)

    def term(self, expr: Expr, at: At) -> Term:
        """The value of a bool."""
        return bool_term(self.value(expr, at))

    def condition(self, expr: Expr, at: At) -> tuple[Term, At]:
        """A condition, and where what follows from it is evaluated: on its path, with what it binds."""
        match expr:
            case typed.Apply("and", (left, right)):
                first, there = self.condition(left, at)
                if first is FALSE:
                    return FALSE, there
                second, inside = self.condition(right, there)
                return and_(first, second), inside
            case typed.Is(operand, name):
                value = self.value(operand, at)
                has = present(value)
                return has, at.under(has).bind(name, content(value))
            case _:
                made = self.term(expr, at)
                return made, at.under(made)

    def note(self, at: At, condition: Term, code: str, message: str, span: Span) -> None:
        when = FALSE if condition is FALSE else and_(at.path, condition)
        if when is not FALSE:
            self.notes.append(Undefined(when, code, message, span))

    def apart(self, work: Callable[[], Sym]) -> tuple[Sym, tuple[Undefined, ...]]:
        """A value with its own notes, to be used on any path."""
        kept, self.notes = self.notes, []
        try:
            made = work()
            return made, tuple(self.notes)
        finally:
            self.notes = kept

    def repeat(self, at: At, made: tuple[Sym, tuple[Undefined, ...]]) -> Sym:
        """Uses such a value here."""
        for each in made[1]:
            self.note(at, each.condition, each.code, each.message, each.span)
        return made[0]

    # ---- places and constants

    def defined(self, definition: Definition, after: bool) -> Sym:
        match definition:
            case Known(value):
                return value
            case Free(place):
                return self.read(place, after)
            case Written(expr, individual, item):
                made = self.value(expr, At({} if individual is None else {"self": individual}, after=after))
                return made if item is None else positions(made)[1][item]

    def field_of(self, who: Individual, name: str, at: At, span: Span) -> Sym:
        key = (who, name, at.after)
        if key not in self.fields:
            self.fields[key] = self.apart(lambda: self.defined(self.world.field(who, name, span), at.after))
        self.must_exist(who, at, span)
        return self.repeat(at, self.fields[key])

    def must_exist(self, who: Individual, at: At, span: Span) -> None:
        there = self.existing(who, at.after)
        if there is not TRUE:
            self.note(at, not_(there), "deleted-individual", f"`{who}` does not exist", span)

    def const(self, name: str, at: At, span: Span) -> Sym:
        if name not in self.consts:
            self.consts[name] = self.apart(lambda: self.defined(self.world.const(name, span), False))
        return self.repeat(at, self.consts[name])

    def existing(self, value: Value, after: bool = False) -> Term:
        """Whether the value is there to be meant: of an individual of a pool, whether it exists."""
        place = self.world.exists(value) if isinstance(value, Individual) else None
        return TRUE if place is None else bool_term(self.read(place, after))

    # ---- operators and calls

    def apply(self, expr: typed.Apply, at: At) -> Sym:
        if expr.op in _LAZY:
            return _LAZY[expr.op](self, expr, at)
        values = [self.value(argument, at) for argument in expr.arguments]
        if any(value is BOTTOM for value in values):
            return BOTTOM
        if all(map(is_constant, values)):
            return self._constant(expr, values, at, TRUE)
        if expr.op == "member":
            return settle(is_in(values[0], values[1], isinstance(expr.arguments[1].type, ListType)))
        law = SYMBOLIC.get(expr.op)
        if law is not None:
            try:
                return law(values, lambda when, code, message: self.note(at, when, code, message, expr.span))
            except NotImplementedByTerms:
                pass
        return self._by_table(values, expr.span, lambda row, when: self._constant(expr, row, at, when))

    def _constant(self, expr: typed.Apply, values: Sequence[Sym], at: At, when: Term) -> Sym:
        if expr.op == "text":
            assert is_constant(values[0])
            return plain(values[0], expr.arguments[0].type)
        if expr.op == "ordinal":
            assert isinstance(values[0], Individual | Member)
            return self.world.ordinal(values[0])
        if expr.op in ("less", "at_most"):
            values = [self.world.ordinal(value) if isinstance(value, Member) else value for value in values]
        try:
            made: Sym = CONSTANT[expr.op](*values)
        except UndefinedValue as undefined:
            self.note(at, when, undefined.code, undefined.message, expr.span)
            return BOTTOM
        return made

    def _by_table(self, values: Sequence[Sym], span: Span, law: Callable[[Sequence[Value], Term], Sym]) -> Sym:
        try:
            chosen = [as_choice(value) for value in values]
        except NotFinite:
            raise _too_many(span) from None
        if combinations(chosen) > MOST_ROWS:
            raise _too_many(span)
        return tabulate(chosen, law)

    def call(self, expr: typed.CallDef, at: At) -> Sym:
        values = [self.value(argument, at) for argument in expr.arguments]
        if any(value is BOTTOM for value in values):
            return BOTTOM
        if all(map(is_constant, values)):
            return self._called(expr, values, at)
        definition = self.world.definition(expr.name)
        tabular = definition.body.stage is Stage.CONSTANT and all(is_constant(each) or isinstance(each, Choice) for each in values)
        if tabular and combinations(values) <= MOST_ROWS:
            return tabulate(values, lambda row, when: self._called(expr, row, at.under(when)))
        env = {parameter.name: value for parameter, value in zip(definition.parameters, values, strict=True)}
        return self.value(definition.body, At(env, at.path, at.after))

    def _called(self, expr: typed.CallDef, values: Sequence[Sym], at: At) -> Sym:
        definition = self.world.definition(expr.name)
        key = (expr.name, at.after, *values)
        if key not in self.calls or self.pending:
            env = {parameter.name: value for parameter, value in zip(definition.parameters, values, strict=True)}
            made = self.apart(lambda: self.value(definition.body, At(env, after=at.after)))
            if self.pending:
                return self.repeat(at, made)
            self.calls[key] = made
        return self.repeat(at, self.calls[key])

    # ---- binders

    def items(self, bound: typed.Bound, at: At) -> list[tuple[Sym, Term]]:
        """What the variable ranges over: each item and whether it is there."""
        return items_of(self.value(bound.domain, at), isinstance(bound.domain.type, ListType))

    def ranging(self, bounds: Sequence[typed.Bound], where: Expr | None, at: At) -> list[tuple[Term, At]]:
        """Each choice of the variables that may be meant: when it is, and where its body is evaluated."""
        if not bounds:
            if where is None:
                return [(TRUE, at)]
            condition, inside = self.condition(where, at)
            return [] if condition is FALSE else [(condition, inside)]
        found: list[tuple[Term, At]] = []
        for item, there in self.items(bounds[0], at):
            for condition, inside in self.ranging(bounds[1:], where, at.under(there).bind(bounds[0].name, item)):
                found.append((and_(there, condition), inside))
        return found


def items_of(value: Sym, is_list: bool) -> list[tuple[Sym, Term]]:
    if is_list:
        length, known = positions(value)
        return [(item, there) for at, item in enumerate(known) if (there := less(number(at), length)) is not FALSE]
    return [(item, there) for item, there in members(value) if there is not FALSE]


def _too_many(span: Span) -> Rejected:
    help_ = "give the values narrower ranges, or make the check's scope smaller"
    return Rejected([Diagnostic("too-many-values", "this depends on more values of the state than can be listed", span, (), help_)])


def _and(self: Evaluator, expr: typed.Apply, at: At) -> Sym:
    return settle(self.condition(expr, at)[0])


def _or(self: Evaluator, expr: typed.Apply, at: At) -> Sym:
    left = self.term(expr.arguments[0], at)
    if left is TRUE:
        return True
    return settle(or_(left, self.term(expr.arguments[1], at.under(not_(left)))))


def _implies(self: Evaluator, expr: typed.Apply, at: At) -> Sym:
    left, inside = self.condition(expr.arguments[0], at)
    if left is FALSE:
        return True
    return settle(or_(not_(left), self.term(expr.arguments[1], inside)))


_LAZY: dict[str, Callable[[Evaluator, typed.Apply, At], Sym]] = {"and": _and, "or": _or, "implies": _implies}

FORMS: dict[type, Callable[..., Sym]] = {
    typed.Apply: Evaluator.apply,
    typed.CallDef: Evaluator.call,
    typed.Constant: lambda self, expr, at: expr.value,
    typed.Local: lambda self, expr, at: at.env[expr.name],
    typed.ConstRef: lambda self, expr, at: self.const(expr.name, at, expr.span),
    typed.VarRef: lambda self, expr, at: self.read(self.world.var(expr.name), at.after),
}

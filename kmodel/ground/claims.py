"""Claims made ground: what must hold, where it says something, where it is undefined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from kmodel.ground.evaluate import At, Evaluator, items_of
from kmodel.ground.symbolic import is_constant, settle
from kmodel.ground.system import Claim, Formula, Undefined
from kmodel.ground.tabulate import NotFinite, cases
from kmodel.ground.terms import FALSE, TRUE, Term, and_, not_, or_
from kmodel.ground.world import World, reject
from kmodel.records import dataclass
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr
from kmodel.typed.module import ClaimSymbol, Parameter
from kmodel.typed.types import ListType, TemporalType
from kmodel.typed.values import Value

Binding = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One ground conjunct of a claim."""

    binding: Binding
    term: Term
    exercised: Term
    undefined: tuple[Undefined, ...]


@dataclass(slots=True)
class Claims:
    """Makes the claims of a check ground."""

    world: World
    evaluator: Evaluator

    def parts(self, symbol: ClaimSymbol) -> Iterator[Claim]:
        """One claim for each choice of parameters and each conjunct that its quantifiers and conjunctions fall into."""
        kept, self.evaluator.notes = self.evaluator.notes, []
        made: list[Claim] = []
        for binding, at in self.choices(symbol.parameters, At(), ()):
            if symbol.kind == "property":
                made.append(self._property(symbol, binding, at))
            else:
                made.extend(self._claim(symbol, part) for part in self._state(symbol, binding, at))
        stray, self.evaluator.notes = tuple(self.evaluator.notes), kept
        yield from made
        if stray or not made:
            yield self._bare(symbol, stray)

    def _bare(self, symbol: ClaimSymbol, undefined: tuple[Undefined, ...]) -> Claim:
        """What a claim says where nothing is there to say it of: nothing, but that what leads there is defined."""
        formula = _state(TRUE) if symbol.kind == "property" else None
        term = FALSE if symbol.kind == "witness" else TRUE
        return Claim(symbol.name, symbol.kind, (), term, formula, FALSE, undefined, span=symbol.span)

    def choices(self, parameters: Sequence[Parameter], at: At, binding: Binding) -> Iterator[tuple[Binding, At]]:
        if not parameters:
            yield binding, at
            return
        first, *rest = parameters
        if first.domain is not None:
            items = items_of(self.evaluator.value(first.domain, at), isinstance(first.domain.type, ListType))
        else:
            items = [(value, self.evaluator.existing(value)) for value in self.world.values(first.type, first.span)]
        for item, there in items:
            assert is_constant(item)
            if there is FALSE:
                continue
            yield from self.choices(rest, at.under(there).bind(first.name, item), (*binding, (first.name, item)))

    def _claim(self, symbol: ClaimSymbol, part: Part) -> Claim:
        return Claim(symbol.name, symbol.kind, part.binding, part.term, None, part.exercised, part.undefined, span=symbol.span)

    def _state(self, symbol: ClaimSymbol, binding: Binding, at: At) -> list[Part]:
        if symbol.kind == "witness":
            part = self._part(binding, symbol.body, at, TRUE)
            return [replace(part, term=and_(at.path, part.term))]
        return list(self._split(binding, symbol.body, at, at.path)) or [Part(binding, TRUE, FALSE, ())]

    def _split(self, binding: Binding, body: Expr, at: At, premise: Term) -> Iterator[Part]:
        """Conjuncts of `forall` and `and`; `premise` is the condition under which the part is meant."""
        match body:
            case typed.Quantified("forall", bound, where, inner) if all(each.stage is typed.Stage.CONSTANT for each in bound):
                for condition, inside in self.evaluator.ranging(bound, where, at):
                    names = tuple((each.name, value) for each in bound if is_constant(value := inside.env[each.name]))
                    yield from self._split((*binding, *names), inner, inside, and_(premise, condition))
            case typed.Apply("and", (left, right)) if not isinstance(left, typed.Is):
                yield from self._split(binding, left, at, premise)
                condition, inside = self.evaluator.condition(left, at)
                yield self._part(binding, right, inside, and_(premise, condition))
            case _:
                yield self._part(binding, body, at, premise)

    def _part(self, binding: Binding, body: Expr, at: At, premise: Term) -> Part:
        """`premise` implies the body; it is exercised where the premise and the left sides of its implications hold."""
        (settled, notes) = self.evaluator.apart(lambda: settle(self.evaluator.term(body, at)))
        term = settled if isinstance(settled, Term) else TRUE if settled is True else FALSE
        exercised, _ = self.evaluator.apart(lambda: settle(self._exercised(body, at)))
        said = exercised if isinstance(exercised, Term) else TRUE if exercised is True else FALSE
        return Part(binding, or_(not_(premise), term), and_(premise, said), notes)

    def _exercised(self, body: Expr, at: At) -> Term:
        """Where the expression says something."""
        match body:
            case typed.Apply("implies", (left, right)):
                condition, inside = self.evaluator.condition(left, at)
                return FALSE if condition is FALSE else and_(condition, self._exercised(right, inside))
            case typed.Apply("and" | "or", (left, right)):
                condition, inside = self.evaluator.condition(left, at)
                return or_(self._exercised(left, at), self._exercised(right, inside))
            case typed.Quantified("forall", bound, where, inner):
                rows = self.evaluator.ranging(bound, where, at)
                return or_(*(and_(condition, self._exercised(inner, inside)) for condition, inside in rows))
            case typed.Let(name, value, inner):
                return self._exercised(inner, at.bind(name, self.evaluator.value(value, at)))
            case _:
                return TRUE

    # ---- temporal formulas

    def _property(self, symbol: ClaimSymbol, binding: Binding, at: At) -> Claim:
        kept, self.evaluator.notes = self.evaluator.notes, []
        formula = _or(_state(not_(at.path)), self.formula(symbol.body, at))
        notes, self.evaluator.notes = tuple(self.evaluator.notes), kept
        exercised = or_(*self._occasions(formula)) if _has_occasions(formula) else TRUE
        return Claim(symbol.name, "property", binding, TRUE, formula, exercised, notes, span=symbol.span)

    def formula(self, body: Expr, at: At) -> Formula:
        """The formula over states that the expression is."""
        if not isinstance(body.type, TemporalType):
            return _state(self.evaluator.term(body, at))
        match body:
            case typed.Temporal("leads_to", (left, right)):
                later = replace(at, path=TRUE)
                reaction = _or(_not(self.formula(left, later)), Formula("eventually", (self.formula(right, later),)))
                return Formula("always", (reaction,))
            case typed.Temporal(op, arguments):
                later = replace(at, path=TRUE)
                return Formula(op, tuple(self.formula(each, later) for each in arguments))  # type: ignore[arg-type] # always, eventually, until
            case typed.Apply("not", (operand,)):
                return _not(self.formula(operand, at))
            case typed.Apply("implies", (left, right)):
                condition, inside = self._premise(left, at)
                return _or(_not(condition), self._captured(right, at, inside))
            case typed.Apply("and", (left, right)):
                condition, inside = self._premise(left, at)
                return _and(condition, self._captured(right, at, inside))
            case typed.Apply("iff", (left, right)):
                a, b = self.formula(left, at), self.formula(right, at)
                return _or(_and(a, b), _and(_not(a), _not(b)))
            case typed.Apply("or", (left, right)):
                return _or(self.formula(left, at), self.formula(right, at))
            case typed.Quantified(op, bound, where, inner):
                rows = self.evaluator.ranging(bound, where, at)
                universal = op == "forall"
                parts = [_state(condition) for condition, _ in rows]
                inners = [self._captured(inner, at, inside) for _, inside in rows]
                joined = [_or(_not(a), b) if universal else _and(a, b) for a, b in zip(parts, inners, strict=True)]
                return _and(*joined) if universal else _or(*joined)
            case typed.Let(name, value, inner):
                return self._captured(inner, at, at.bind(name, self.evaluator.value(value, at)))
            case typed.If(condition_expr, then, otherwise):
                condition, inside = self._premise(condition_expr, at)
                return _and(_or(_not(condition), self._captured(then, at, inside)), _or(condition, self.formula(otherwise, at)))
            case _:
                raise AssertionError(body)

    def _captured(self, body: Expr, at: At, inside: At) -> Formula:
        """The formula where names were bound in this state: they keep their values of now in every later state that it speaks of."""
        if not isinstance(body.type, TemporalType):
            return self.formula(body, inside)
        bound = [name for name, value in inside.env.items() if at.env.get(name) is not value and not is_constant(value)]
        try:
            rows = list(product(*(cases(inside.env[name]) for name in bound)))
        except NotFinite:
            help_ = "speak of values of a finite type in a temporal formula"
            raise reject("not-finite", f"`{bound[0]}` would be one of too many values here", body.span, help_) from None
        found: list[Formula] = []
        for row in rows:
            condition = and_(*(when for _, when in row))
            constant = {name: value for name, (value, _) in zip(bound, row, strict=True)}
            there = replace(inside.under(condition), env={**inside.env, **constant})
            found.append(_or(_state(not_(condition)), self.formula(body, there)))
        return _and(*found)

    def _premise(self, expr: Expr, at: At) -> tuple[Formula, At]:
        if isinstance(expr.type, TemporalType):
            return self.formula(expr, at), at
        condition, inside = self.evaluator.condition(expr, at)
        return _state(condition), inside

    def _occasions(self, formula: Formula) -> Iterator[Term]:
        """The left sides of what leads to something."""
        match formula:
            case Formula("always", (Formula("or", (Formula("state", term=term), Formula("eventually"))),)) if term is not None:
                yield not_(term)
            case _:
                for each in formula.arguments:
                    yield from self._occasions(each)


def _has_occasions(formula: Formula) -> bool:
    match formula:
        case Formula("always", (Formula("or", (Formula("state"), Formula("eventually"))),)):
            return True
        case _:
            return any(map(_has_occasions, formula.arguments))


def _state(term: Term) -> Formula:
    return Formula("state", (), term)


def _not(formula: Formula) -> Formula:
    if formula.term is not None:
        return _state(not_(formula.term))
    return formula.arguments[0] if formula.op == "not" else Formula("not", (formula,))


def _and(*formulas: Formula) -> Formula:
    return _junction("and", TRUE, FALSE, formulas)


def _or(*formulas: Formula) -> Formula:
    return _junction("or", FALSE, TRUE, formulas)


def _junction(op: str, neutral: Term, absorbing: Term, formulas: Sequence[Formula]) -> Formula:
    """State parts together first, without the neutral ones."""
    join = and_ if op == "and" else or_
    state = join(*(each.term for each in formulas if each.term is not None))
    rest = [each for each in formulas if each.term is None]
    if state is absorbing or not rest:
        return _state(state)
    parts = rest if state is neutral else [_state(state), *rest]
    return parts[0] if len(parts) == 1 else Formula("and" if op == "and" else "or", tuple(parts))

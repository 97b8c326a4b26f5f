"""Facts of relations: expanded where their rules do not lead back, unrolled to the least fixpoint where they do.

A recursive relation's facts are first written with an unknown for each other fact of the same stratum. The unknowns that a fact's term
speaks of are its ground dependencies; within a component of n facts, n rounds from false reach the least fixpoint (the rules are monotone,
so each round that changes anything makes some fact true for good). Of linear rules it is found by elimination (`closure`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import product

from kmodel.graphs import components
from kmodel.ground.equality import equal_values
from kmodel.ground.evaluate.closure import Closures
from kmodel.ground.evaluate.context import At
from kmodel.ground.evaluate.evaluator import Evaluator
from kmodel.ground.rebuild import Reads, substitute
from kmodel.ground.symbolic import BOTTOM, Sym, is_constant, settle
from kmodel.ground.system import Undefined
from kmodel.ground.tabulate import NotFinite, cases
from kmodel.ground.terms import FALSE, TRUE, Term, Variable, and_, or_, variable
from kmodel.source import Span
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr
from kmodel.typed.module import Rule
from kmodel.typed.types import Type
from kmodel.typed.values import Value

Fact = tuple[object, ...]


def holds(self: Evaluator, expr: typed.Holds, at: At) -> Sym:
    """Whether the relation holds of the arguments."""
    values = [self.value(argument, at) for argument in expr.arguments]
    if any(value is BOTTOM for value in values):
        return BOTTOM
    if all(map(is_constant, values)):
        return settle(_fact(self, expr.relation, values, at, expr.span))
    try:
        rows = [cases(value) for value in values]
    except NotFinite:
        return settle(_inline(self, expr.relation, values, at, expr.span))
    found: list[Term] = []
    for row in product(*rows):
        condition = and_(*(when for _, when in row))
        if condition is not FALSE:
            fact = _fact(self, expr.relation, [value for value, _ in row], at.under(condition), expr.span)
            found.append(and_(condition, fact))
    return settle(or_(*found))


def _fact(self: Evaluator, relation: str, values: Sequence[Sym], at: At, span: Span) -> Term:
    """Of constants. Remembered; a recursive relation's facts are all found at once."""
    key: Fact = (relation, at.after, *values)
    if key in self.pending:
        return self.pending[key]
    if key not in self.facts:
        if self.world.relation(relation).recursive:
            _tabulate(self, relation, at.after, span)
        elif self.pending:
            made = self.apart(lambda: settle(_inline(self, relation, values, At(after=at.after), span)))
            return self_term(self.repeat(at, made))
        else:
            term, notes = self.apart(lambda: settle(_inline(self, relation, values, At(after=at.after), span)))
            self.facts[key] = (self_term(term), notes)
    term_, notes_ = self.facts.get(key, (FALSE, ()))
    return self_term(self.repeat(at, (settle(term_), notes_)))


def self_term(value: Sym) -> Term:
    return value if isinstance(value, Term) else TRUE if value is True else FALSE


def _inline(self: Evaluator, relation: str, values: Sequence[Sym], at: At, span: Span) -> Term:
    """What the rules say, written out."""
    return or_(*(_by_rule(self, rule, values, at) for rule in self.world.rules(relation)))


def _by_rule(self: Evaluator, rule: Rule, values: Sequence[Sym], at: At) -> Term:
    variables = dict(rule.variables)
    condition, inside, bound = TRUE, at, set[str]()
    for pattern, value in zip(rule.head, values, strict=True):
        if isinstance(pattern, typed.Local) and pattern.name in variables and pattern.name not in bound:
            bound.add(pattern.name)
            inside = inside.bind(pattern.name, value)
        else:
            same = equal_values(self.value(pattern, inside), value)
            condition = and_(condition, same)
            inside = inside.under(same)
    if condition is FALSE:
        return FALSE
    free = [(name, type_) for name, type_ in rule.variables if name not in bound]
    return and_(condition, or_(*_each(self, rule.condition, free, inside, rule.span)))


def _each(self: Evaluator, body: Expr | None, free: Sequence[tuple[str, Type]], at: At, span: Span) -> Iterator[Term]:
    """The body for each value of the free variables."""
    if not free:
        yield TRUE if body is None else self.term(body, at)
        return
    (name, type_), *rest = free
    for value in self.world.values(type_, span):
        there = self.existing(value, at.after)
        yield from (and_(there, term) for term in _each(self, body, rest, at.under(there).bind(name, value), span))


def _tabulate(self: Evaluator, relation: str, after: bool, span: Span) -> None:
    """All facts of the relations of one stratum."""
    unknown: dict[Fact, Variable] = {}
    rows: dict[Fact, tuple[str, tuple[Value, ...]]] = {}
    for name in self.world.stratum(relation):
        domains = [self.world.values(parameter.type, span) for parameter in self.world.relation(name).parameters]
        for row in product(*domains):
            key: Fact = (name, after, *row)
            rows[key] = name, row
            unknown[key] = Variable(f"{name}{row}", -1 - len(unknown), "bool", 0, 1)
    outer, self.pending = self.pending, {**self.pending, **{fact: variable(which) for fact, which in unknown.items()}}
    written: dict[Fact, tuple[Term, tuple[Undefined, ...]]] = {}
    for fact, (name, values) in rows.items():
        term, notes = self.apart(partial(_written, self, name, values, At(after=after), span))
        written[fact] = (self_term(term), notes)
    self.pending = outer
    solved = _least(written, unknown)
    noted = _resting(written, unknown) if any(notes for _, notes in written.values()) else {}
    for fact in written:
        kept = tuple(Undefined(substitute(each.condition, solved), each.code, each.message, each.span) for each in noted.get(fact, ()))
        self.facts[fact] = (solved[unknown[fact]], kept)


def _written(self: Evaluator, relation: str, values: Sequence[Sym], at: At, span: Span) -> Sym:
    return settle(_inline(self, relation, values, at, span))


def _resting(
    written: Mapping[Fact, tuple[Term, tuple[Undefined, ...]]], unknown: Mapping[Fact, Variable]
) -> dict[Fact, Sequence[Undefined]]:
    """For each fact what is undefined in its rules, and in those of the facts that it may rest on."""
    facts = {which: fact for fact, which in unknown.items()}
    reads = Reads()
    noted: dict[Fact, Sequence[Undefined]] = {}

    def rests_on(fact: Fact) -> list[Fact]:
        term, notes = written[fact]
        return [facts[each] for each in reads.of((term, *(note.condition for note in notes))) if each in facts]

    for component in components(list(written), rests_on):
        found = [each for fact in component for each in written[fact][1]]
        found += [each for fact in component for other in rests_on(fact) for each in noted.get(other, ())]
        distinct = tuple({(each.condition, each.code, each.message): each for each in found}.values())
        noted.update(dict.fromkeys(component, distinct))
    return noted


def _least(written: Mapping[Fact, tuple[Term, tuple[Undefined, ...]]], unknown: Mapping[Fact, Variable]) -> dict[Variable, Term]:
    """The least solution, one component of dependent facts after the other."""
    terms = {unknown[fact]: term for fact, (term, _) in written.items()}
    reads = Reads()
    parts = components(list(terms), lambda which: [each for each in reads(terms[which]) if each in terms])
    closures = Closures(reads, Counter(map(len, parts)))
    solved: dict[Variable, Term] = {}
    for component in parts:
        bodies = {which: substitute(terms[which], solved) for which in component}
        solved.update(closures.solved(bodies) or _unrolled(bodies))
    return solved


def _unrolled(bodies: Mapping[Variable, Term]) -> dict[Variable, Term]:
    """As many rounds from false as there are facts, or until nothing changes."""
    now: dict[Variable, Term] = dict.fromkeys(bodies, FALSE)
    for _ in bodies:
        before, now = now, {which: substitute(body, now) for which, body in bodies.items()}
        if before == now:
            break
    return now

"""Statements to updates: one run for each choice that an action's parameters and body leave open.

A run's `guard` is what has been required so far, `branch` the conditions of the `if`s and `for`s around the statement. Everything
is evaluated in the state before the step; writes are gathered with their conditions and put together at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field, replace

from kmodel.ground.consequences import Consequences
from kmodel.ground.equality import equal_values
from kmodel.ground.evaluate import At, Evaluator, Free, items_of
from kmodel.ground.shapes import assign, least, variables_of
from kmodel.ground.symbolic import Choice, Sym, int_term, is_at, is_constant
from kmodel.ground.system import BoolShape, MapShape, Place, RecordShape, Shape, Undefined
from kmodel.ground.terms import FALSE, TRUE, Term, Variable, and_, equal, if_, implies, less, not_, or_, variable
from kmodel.ground.world import World
from kmodel.records import dataclass
from kmodel.source import Span
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr, Statement
from kmodel.typed.types import ListType
from kmodel.typed.values import Individual, Value


@dataclass(frozen=True, slots=True)
class Write:
    """`variable` becomes `term` where `condition` holds. A `soft` write is a default: any other write of the variable outdoes it."""

    variable: Variable
    term: Term
    condition: Term
    span: Span
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One way through an action's statements; `created` are the individuals that come to exist."""

    at: At
    guard: Term = TRUE
    writes: tuple[Write, ...] = ()
    misfits: tuple[Undefined, ...] = ()
    notes: tuple[Undefined, ...] = ()
    chosen: tuple[tuple[str, Value], ...] = ()
    created: frozenset[Individual] = frozenset()

    @property
    def open(self) -> bool:
        """Whether more statements can matter."""
        return self.guard is not FALSE and self.at.path is not FALSE


@dataclass(slots=True)
class Runner:
    """Runs statements. A run's `at.path` holds the guard so far and the branch; `branch` alone is passed along."""

    world: World
    evaluator: Evaluator
    consequences: Consequences = field(default_factory=Consequences)

    def block(self, runs: list[Run], statements: Sequence[Statement], branch: Term) -> list[Run]:
        for statement in statements:
            runs = [made for run in runs for made in (self._step(run, statement, branch) if run.open else [run])]
        return runs

    def _step(self, run: Run, statement: Statement, branch: Term) -> list[Run]:
        kept, self.evaluator.notes = self.evaluator.notes, []
        try:
            made = _TABLE[type(statement)](self, run, statement, branch)
            notes = tuple(self.evaluator.notes)
        finally:
            self.evaluator.notes = kept
        if not notes or not made:
            return made
        return [replace(each, notes=(*each.notes, *notes)) for each in made]

    # ---- simple statements

    def require(self, run: Run, node: typed.Require, branch: Term) -> list[Run]:
        condition, inside = self.evaluator.condition(node.condition, run.at)
        return [replace(run, at=inside, guard=and_(run.guard, implies(branch, condition)))]

    def assert_(self, run: Run, node: typed.Assert, branch: Term) -> list[Run]:
        holds = self.evaluator.term(node.condition, run.at)
        self.evaluator.note(run.at, not_(holds), "assertion-failed", "what is asserted here does not hold", node.span)
        return [run]

    def let(self, run: Run, node: typed.LetStatement, branch: Term) -> list[Run]:
        return [replace(run, at=run.at.bind(node.name, self.evaluator.value(node.value, run.at)))]

    def assign(self, run: Run, node: typed.Assign, branch: Term) -> list[Run]:
        value = self.evaluator.value(node.value, run.at)
        for condition, place, shape, entry in self._places(node, run):
            here = and_(branch, condition)
            run = self._write(run, place.label, shape, value, here, node.span)
            if entry is not None:
                run = replace(run, writes=(*run.writes, Write(entry, TRUE, here, node.span)))
        return [run]

    def _places(self, node: typed.Assign, run: Run) -> Iterator[tuple[Term, Place, Shape, Variable | None]]:
        """The places that the left side may mean, each with when it does, and what says that a map has the entry."""
        for condition, place in self._roots(node.root, run):
            for inner, shape, entry in self._inward(place.shape, node.path, run.at.under(condition)):
                yield and_(condition, inner), place, shape, entry

    def _roots(self, root: typed.VarRef | typed.FieldRef, run: Run) -> Iterator[tuple[Term, Place]]:
        at = run.at
        if isinstance(root, typed.VarRef):
            yield TRUE, self.world.var(root.name)
            return
        target = self.evaluator.value(root.target, at)
        options = [(TRUE, target)] if isinstance(target, Individual) else []
        if isinstance(target, Choice):
            options = [(is_at(target.index, at_), who) for at_, who in enumerate(target.universe) if isinstance(who, Individual)]
        for condition, who in options:
            if who not in run.created:
                self.evaluator.must_exist(who, at.under(condition), root.span)
            definition = self.world.field(who, root.field_name, root.span)
            assert isinstance(definition, Free)
            if and_(at.path, condition) is not FALSE:
                yield condition, definition.place

    def _inward(self, shape: Shape, path: Sequence[str | Expr], at: At) -> Iterator[tuple[Term, Shape, Variable | None]]:
        if not path:
            yield TRUE, shape, None
            return
        step, *rest = path
        if isinstance(step, str):
            assert isinstance(shape, RecordShape)
            inner = next(part for name, part in shape.fields if name == step)
            yield from self._inward(inner, rest, at)
            return
        assert isinstance(shape, MapShape)
        key = self.evaluator.value(step, at)
        known = [(equal_values(key, each), each, there, part) for each, there, part in shape.pairs]
        fits = or_(*(same for same, *_ in known))
        self.evaluator.note(at, not_(fits), "out-of-range", "the map cannot have this key", step.span)
        for same, each, there, part in known:
            if same is FALSE:
                continue
            if not rest:
                yield same, part, there
            else:
                self.evaluator.note(at, and_(same, not_(variable(there))), "missing-key", f"there is no key `{each}`", step.span)
                yield from ((and_(same, inner), found, entry) for inner, found, entry in self._inward(part, rest, at.under(same)))

    def _write(self, run: Run, label: str, shape: Shape, value: Sym, condition: Term, span: Span, soft: bool = False) -> Run:
        written = assign(shape, value)
        writes = [Write(which, term, condition, span, soft) for which, term in written.updates]
        misfit = Undefined(
            and_(condition, self.consequences.under(condition, written.misfit)),
            "out-of-range",
            f"`{label}` would get a value that it cannot have: {written.why}",
            span,
        )
        misfits = run.misfits if misfit.condition is FALSE else (*run.misfits, misfit)
        return replace(run, writes=(*run.writes, *writes), misfits=misfits)

    # ---- statements with a body

    def if_(self, run: Run, node: typed.IfStatement, branch: Term) -> list[Run]:
        condition, inside = self.evaluator.condition(node.condition, run.at)
        runs = [run]
        if condition is not FALSE:
            runs = self._within(run, inside, node.then, and_(branch, condition))
        if condition is TRUE or not node.otherwise:
            return runs
        other = not_(condition)
        return [made for each in runs for made in self._within(each, each.at.under(other), node.otherwise, and_(branch, other))]

    def _within(self, run: Run, at: At, body: Sequence[Statement], branch: Term) -> list[Run]:
        """The body's runs, each back at where the statement began (with what was required on the way)."""
        made = self.block([replace(run, at=at)], body, branch)
        return [replace(each, at=replace(run.at, path=and_(run.at.path, each.guard))) for each in made]

    def for_(self, run: Run, node: typed.ForStatement, branch: Term) -> list[Run]:
        runs = [run]
        for condition, inside in self.evaluator.ranging(node.bound, node.where, run.at):
            env = inside.env
            runs = [
                made
                for each in runs
                for made in self._within(each, replace(each.at.under(condition), env=env), node.body, and_(branch, condition))
            ]
        return runs

    def choose(self, run: Run, node: typed.Choose, branch: Term) -> list[Run]:
        rows = self._candidates(node, run.at)
        self.evaluator.note(run.at, not_(or_(*(may for _, may, _ in rows))), "empty-choose", "there is nothing to choose from", node.span)
        made: list[Run] = []
        for place, (item, may, inside) in enumerate(rows):
            best = (
                and_(may, *(not_(self._better(node, other, inside, run.at)) for other in rows if other[0] is not item))
                if node.score
                else may
            )
            condition = implies(branch, best) if place == 0 else and_(branch, best)
            assert is_constant(item)
            fork = replace(run, at=inside.under(best), guard=and_(run.guard, condition), chosen=(*run.chosen, (node.bound.name, item)))
            made.extend(self._within_choice(run, fork, node.body, branch))
        return made or [_passed(run, branch)]

    def _within_choice(self, run: Run, fork: Run, body: Sequence[Statement], branch: Term) -> list[Run]:
        """The body's runs; a choice that can only stand for the case that there is nothing to choose has no body."""
        made = [fork] if fork.guard is not FALSE else []
        made = self.block(made, body, branch) if fork.open else made
        return [replace(each, at=replace(run.at, path=and_(run.at.path, each.guard))) for each in made]

    def _candidates(self, node: typed.Choose, at: At) -> list[tuple[Sym, Term, At]]:
        found: list[tuple[Sym, Term, At]] = []
        for item, there in items_of(self.evaluator.value(node.bound.domain, at), isinstance(node.bound.domain.type, ListType)):
            inside = at.under(there).bind(node.bound.name, item)
            if node.where is None:
                found.append((item, there, inside))
                continue
            condition, further = self.evaluator.condition(node.where, inside)
            if condition is not FALSE:
                found.append((item, and_(there, condition), further))
        return found

    def _better(self, node: typed.Choose, other: tuple[Sym, Term, At], inside: At, at: At) -> Term:
        """Whether another candidate may be chosen and has the better score."""
        assert node.score is not None
        mine = int_term(self.evaluator.value(node.score, inside))
        theirs = int_term(self.evaluator.value(node.score, other[2]))
        return and_(other[1], less(mine, theirs) if node.optimum == "maximizing" else less(theirs, mine))

    # ---- pools

    def create(self, run: Run, node: typed.Create, branch: Term) -> list[Run]:
        made: list[Run] = []
        for place, who in enumerate(self.world.population.individuals[node.entity]):
            there = self.world.exists(who)
            assert there is not None and isinstance(there.shape, BoolShape)
            free = not_(variable(there.shape.variable))
            condition = implies(branch, free) if place == 0 else and_(branch, free)
            inside = run.at.under(free).bind(node.name, who)
            fork = replace(run, at=inside, guard=and_(run.guard, condition), chosen=(*run.chosen, (node.name, who)))
            fork = replace(fork, writes=(*fork.writes, Write(there.shape.variable, TRUE, branch, node.span)), created=run.created | {who})
            fork = self._fill(fork, node, who, branch)
            made.extend(self._within_choice(run, fork, node.body, branch))
        return made or [_passed(run, branch)]

    def _fill(self, run: Run, node: typed.Create, who: Individual, branch: Term) -> Run:
        given = dict(node.values)
        for symbol in self.world.symbols[node.entity].values():
            if symbol.kind != "var":
                continue
            place = self.world.place(symbol.name, who, symbol.type)
            expr = given.get(symbol.name, symbol.default)
            if expr is None:
                run = _reset(run, place, branch, node.span, soft=True)
            else:
                value = self.evaluator.value(expr, run.at.bind("self", who))
                run = self._write(run, place.label, place.shape, value, branch, node.span, soft=symbol.name not in given)
        return run

    def delete(self, run: Run, node: typed.Delete, branch: Term) -> list[Run]:
        target = self.evaluator.value(node.target, run.at)
        options: list[tuple[Term, Sym]] = [(TRUE, target)]
        if isinstance(target, Choice):
            options = [(is_at(target.index, at), who) for at, who in enumerate(target.universe)]
        for condition, who in options:
            if isinstance(who, Individual):
                run = self._remove(run, who, and_(branch, condition), node.span)
        return [run]

    def _remove(self, run: Run, who: Individual, condition: Term, span: Span) -> Run:
        there = self.world.exists(who)
        assert there is not None and isinstance(there.shape, BoolShape)
        gone = not_(variable(there.shape.variable))
        self.evaluator.note(run.at, and_(condition, gone), "deleted-individual", f"`{who}` does not exist", span)
        run = replace(run, writes=(*run.writes, Write(there.shape.variable, FALSE, condition, span)))
        for symbol in self.world.symbols[who.entity].values():
            if symbol.kind == "var":
                run = _reset(run, self.world.place(symbol.name, who, symbol.type), condition, span)
        return run


def _passed(run: Run, branch: Term) -> Run:
    """The run where the statement is not come to."""
    return replace(run, guard=and_(run.guard, not_(branch)))


def _reset(run: Run, place: Place, condition: Term, span: Span, soft: bool = False) -> Run:
    """The place means nothing any more: its variables get their least values."""
    resets = (Write(which, least(which), condition, span, soft) for which in variables_of(place.shape))
    return replace(run, writes=(*run.writes, *resets))


def merged(run: Run, consequences: Consequences) -> tuple[tuple[tuple[Variable, Term], ...], tuple[Undefined, ...]]:
    """One update a variable, and where two writes to one differ."""
    by_variable: dict[Variable, list[Write]] = {}
    for write in run.writes:
        if write.condition is not FALSE:
            by_variable.setdefault(write.variable, []).append(write)
    updates: list[tuple[Variable, Term]] = []
    conflicts: list[Undefined] = []
    for which, writes in by_variable.items():
        term = variable(which)
        for write in sorted(writes, key=lambda write: not write.soft):
            term = if_(write.condition, consequences.under(write.condition, write.term), term)
        if term is not variable(which):
            updates.append((which, term))
        conflicts.extend(_conflicts(which, writes))
    return tuple(updates), tuple(conflicts)


def _conflicts(which: Variable, writes: Sequence[Write]) -> Iterator[Undefined]:
    hard = [write for write in writes if not write.soft]
    for at, first in enumerate(hard):
        for second in hard[at + 1 :]:
            both = and_(first.condition, second.condition, not_(equal(first.term, second.term)))
            if both is not FALSE:
                yield Undefined(both, "conflicting-assignment", f"`{which.name}` would get two different values", second.span)


_TABLE: dict[type, Callable[..., list[Run]]] = {
    typed.Require: Runner.require,
    typed.Assert: Runner.assert_,
    typed.LetStatement: Runner.let,
    typed.Assign: Runner.assign,
    typed.IfStatement: Runner.if_,
    typed.ForStatement: Runner.for_,
    typed.Choose: Runner.choose,
    typed.Create: Runner.create,
    typed.Delete: Runner.delete,
}

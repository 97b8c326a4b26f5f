"""How a system begins: starts of variables, initial conditions, assumptions on constants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from kmodel.ground.evaluate import At, Evaluator
from kmodel.ground.rebuild import Reads, conjuncts
from kmodel.ground.shapes import assign, canonical, least, variables_of
from kmodel.ground.symbolic import Sym
from kmodel.ground.system import BoolShape, Place, Start
from kmodel.ground.terms import FALSE, TRUE, Term, Variable, not_
from kmodel.ground.world import World, reject
from kmodel.records import dataclass
from kmodel.source import Span
from kmodel.typed.expressions import Expr
from kmodel.typed.values import Individual

_NOWHERE = object()


@dataclass(slots=True)
class Beginning:
    """Collects starts and initial conditions. `anywhere` are the variables that nothing fixes."""

    world: World
    evaluator: Evaluator
    values: dict[Variable, Term | None] = field(default_factory=dict)
    conditions: list[Term] = field(default_factory=list)
    done: set[tuple[str, Individual | None]] = field(default_factory=set)

    def places(self) -> None:
        """Starts of all places that there are; making one may make others."""
        while len(self.done) < len(self.world.places):
            for key, place in list(self.world.places.items()):
                if key not in self.done:
                    self.done.add(key)
                    self._place(place)

    def _place(self, place: Place) -> None:
        if self._is_idle(place):
            self.values.update((which, least(which)) for which in variables_of(place.shape))
            return
        value = self._first(place)
        self._exclude_undefined(self._span(place), f"the first value of `{place.label}`")
        if value is _NOWHERE:
            for which in variables_of(place.shape):
                self.values[which] = None
            self.conditions.extend(term for term in canonical(place.shape) if term is not TRUE)
            return
        written = assign(place.shape, value)  # type: ignore[arg-type] # not the marker
        if written.misfit is TRUE:
            raise reject(
                "default-out-of-range", f"`{place.label}` starts with a value that it cannot have: {written.why}", self._span(place)
            )
        if written.misfit is not FALSE:
            self.conditions.append(not_(written.misfit))
            self.world.assumed.append(f"`{place.label}` starts with a value that it can have")
        self.values.update(written.updates)

    def _is_idle(self, place: Place) -> bool:
        """Whether it belongs to an individual of a pool that does not exist at first."""
        who = place.individual
        if who is None or place.rigid or self.world.exists(who) in (None, place):
            return False
        return who.index >= self.world.population.first[who.entity]

    def _exclude_undefined(self, span: Span, what: str) -> None:
        """What is said of the beginning has a value: refused where it never has, else assumed, and said."""
        for note in self.evaluator.notes:
            if note.condition is TRUE:
                raise reject(note.code, f"{what} is undefined: {note.message}", note.span, "give it a value")
            self.conditions.append(not_(note.condition))
            sentence = f"{what} is defined"
            if sentence not in self.world.assumed:
                self.world.assumed.append(sentence)
        self.evaluator.notes = []

    def _first(self, place: Place) -> Sym | object:
        """The value that the place starts with; `_NOWHERE`: any."""
        if place.rigid:
            return _NOWHERE
        who = place.individual
        if who is None:
            default = self.world.program.vars[place.name].default
            return _NOWHERE if default is None else self.evaluator.value(default, At())
        if isinstance(place.shape, BoolShape) and self.world.exists(who) is place:
            return who.index < self.world.population.first[who.entity]
        return self._field(place, who)

    def _field(self, place: Place, who: Individual) -> Sym | object:
        given = self.world.population.given.get(who)
        setting = self.world.settings.get((who.entity, who.name, place.name)) or self.world.settings.get((who.entity, None, place.name))
        if setting is not None and setting.value is None:
            return _NOWHERE
        if setting is not None:
            return self.evaluator.defined(self.world.of_each(who, setting), False)
        if given is not None and place.name in given.fields:
            return given.fields[place.name]
        default = self.world.symbols[who.entity][place.name].default
        return _NOWHERE if default is None else self.evaluator.value(default, At({"self": who}))

    def _span(self, place: Place) -> Span:
        if place.individual is None:
            program = self.world.program
            return program.consts[place.name].span if place.rigid else program.vars[place.name].span
        symbol = self.world.symbols[place.individual.entity].get(place.name)
        return self.world.check.span if symbol is None else symbol.span

    # ---- conditions

    def require(self, expr: Expr, is_assumption: bool) -> None:
        """A condition of `assume` or `init`."""
        term = self.evaluator.term(expr, At())
        self._exclude_undefined(expr.span, f"`{' '.join(expr.span.text.split())}`")
        if term is FALSE:
            what = "assumed" if is_assumption else "required of the first state"
            code = "assumption-false" if is_assumption else "no-first-state"
            raise reject(code, f"what is {what} here is false", expr.span, "change the constants, or what is said of them")
        self.conditions.extend(conjuncts(term) if term is not TRUE else ())

    def settle(self) -> tuple[tuple[Start, ...], tuple[Term, ...]]:
        """Conditions that fix a variable become its start; starts are put in an order in which each reads only earlier ones."""
        reads = Reads()
        left = [term for term in dict.fromkeys(self.conditions) if term is not TRUE and not self._fixes(term, reads)]
        return tuple(self._ordered(reads)), tuple(left)

    def _fixes(self, term: Term, reads: Reads) -> bool:
        for which, value in _equations(term):
            rigid = all(each.rigid for each in reads(value))
            if self.values.get(which, TRUE) is None and not which.rigid and rigid and _fits(which, value):
                self.values[which] = value
                return True
        return False

    def _ordered(self, reads: Reads) -> Iterator[Start]:
        waiting = dict(sorted(self.values.items(), key=lambda pair: (not pair[0].rigid, pair[0].index)))
        placed: set[Variable] = set()
        while waiting:
            ready = [which for which, value in waiting.items() if value is None or reads(value) <= placed]
            if not ready:
                names = ", ".join(f"`{which.name}`" for which in waiting)
                raise reject(
                    "circular-start",
                    f"the first values of {names} depend on each other",
                    self.world.check.span,
                    "let one of them start by itself",
                )
            for which in ready:
                yield Start(which, waiting.pop(which))
                placed.add(which)


def _equations(term: Term) -> Iterator[tuple[Variable, Term]]:
    """Ways to read a condition as a variable's value."""
    match term.op, term.arguments:
        case "variable", _:
            if isinstance(term.value, Variable):
                yield term.value, TRUE
        case "not", (inner,) if inner.op == "variable" and isinstance(inner.value, Variable):
            yield inner.value, FALSE
        case (("equal" | "iff"), (left, right)):
            for one, other in ((left, right), (right, left)):
                if one.op == "variable" and isinstance(one.value, Variable):
                    yield one.value, other
        case _:
            return


def _fits(which: Variable, value: Term) -> bool:
    if which.sort == "bool" or which.low is None or which.high is None:
        return True
    return value.low is not None and value.high is not None and which.low <= value.low and value.high <= which.high

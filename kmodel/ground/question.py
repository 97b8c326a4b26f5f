"""What a claim says of the first state, where constants could be otherwise and each condition can be given up.

The facts that are in force are what a reason is chosen from: the parts of constants as they are written, and the conditions of the
claim and of the assumptions. All of them together contradict a claim that fails; which few of them do is for a solver to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from kmodel.ground.begin import Beginning
from kmodel.ground.claims import Claims
from kmodel.ground.evaluate import At, Evaluator
from kmodel.ground.individuals import population
from kmodel.ground.labelled import Labeller
from kmodel.ground.loosen import Loosener, Part
from kmodel.ground.rebuild import Reads
from kmodel.ground.shapes import worth
from kmodel.ground.symbolic import Sym, is_constant
from kmodel.ground.system import Place
from kmodel.ground.tabulate import NotFinite
from kmodel.ground.terms import TRUE, Term, Variable, and_, equal, not_, or_, primed, variable
from kmodel.ground.world import World, reject
from kmodel.manifests import Instance
from kmodel.records import dataclass
from kmodel.source import Span
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr
from kmodel.typed.module import CheckSymbol, ClaimSymbol, Program
from kmodel.typed.values import Individual, Value


@dataclass(frozen=True, slots=True)
class Fact:
    """`holds` may be given up. `part`: of a constant; else a condition of the spec, at `span`, as far as it is said of `about`."""

    span: Span = field(compare=False, repr=False)
    holds: Term
    part: Part | None = None
    about: tuple[Individual, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """Can `always` and all the facts hold together? `variables` are those that they speak of."""

    always: tuple[Term, ...]
    facts: tuple[Fact, ...]
    variables: tuple[Variable, ...]


class Questions:
    """Questions about one check. Raises Rejected where something cannot be made ground when constants are loose; when they are not
    `loose`, conditions are given up for each individual by itself."""

    def __init__(self, program: Program, check: CheckSymbol, instance: Instance | None, loose: bool = True) -> None:
        self.program, self.check = program, check
        self.world = World(program, check, population(program, check, instance))
        self.evaluator = Evaluator(self.world, _as_terms)
        self.world.evaluated = lambda definition: self.evaluator.defined(definition, False)
        self.loosener = Loosener(program, self.world.shaper, self.world.population.given)
        self.loose = loose
        self.world.loosener = self.loosener if loose else None
        self.labels: dict[tuple[object, ...], tuple[Span, tuple[Individual, ...], Term]] = {}
        self.labeller = Labeller(program, self._label)

    def _label(self, span: Span, about: tuple[Individual, ...]) -> Term:
        who = () if self.loose else about
        key = (span.source.name, span.start, span.end, *who)
        if key not in self.labels:
            self.labels[key] = (span, who, variable(self.world.shaper.make(f"condition at {span}", "bool", 0, 1, True)))
        return self.labels[key][2]

    # ---- questions

    def holds(self, symbol: ClaimSymbol, binding: Mapping[str, Value]) -> Question:
        """Can the claim hold of what `binding` names, in a first state? For a witness: can a first state be what it describes?"""
        try:
            return self._question(self._said(symbol, binding))
        except NotFinite:
            message = "it depends on more values of constants than can be listed"
            raise reject("too-many-values", message, symbol.span, "the constants are taken as they are") from None

    def _said(self, symbol: ClaimSymbol, binding: Mapping[str, Value]) -> list[Term]:
        body = self.labeller.condition(symbol.body)
        return [
            and_(at.path, term) if symbol.kind == "witness" else or_(not_(at.path), term)
            for chosen, at in Claims(self.world, self.evaluator).choices(symbol.parameters, At(), ())
            if all(binding.get(name, value) == value for name, value in chosen)
            for term in self._of(body, binding, at)
        ]

    def begins(self) -> Question:
        """Is there a first state?"""
        return self._question([])

    def _of(self, body: Expr, binding: Mapping[str, Value], at: At) -> Iterator[Term]:
        """The body's instances that are about what the binding names."""
        if isinstance(body, typed.Quantified) and body.op == "forall" and any(each.name in binding for each in body.bound):
            for condition, inside in self.evaluator.ranging(body.bound, body.where, at):
                if all(_agrees(binding, each.name, inside.env[each.name]) for each in body.bound):
                    for term in self._of(body.body, binding, inside):
                        yield or_(not_(condition), term)
        else:
            yield self.evaluator.term(body, at)

    def _question(self, said: Sequence[Term]) -> Question:
        said = [*said, *self._defined()]
        beginning = Beginning(self.world, self.evaluator)
        assumed = [term for expr in self._assumptions() for term in (self.evaluator.term(expr, At()), *self._defined())]
        beginning.places()
        starts, initial = beginning.settle()
        begun = [equal(variable(start.variable), start.value) for start in starts if start.value is not None]
        facts = [Fact(part.span, part.holds, part) for part in self.loosener.parts]
        facts += [Fact(span, label, None, about) for span, about, label in self.labels.values()]
        always = [term for term in (*said, *assumed, *begun, *initial) if term is not TRUE]
        reads = Reads()
        read = reads.of([*always, *(fact.holds for fact in facts)])
        spoken = reads.of(always)
        kept = [fact for fact in facts if reads(fact.holds) & spoken]
        return Question(tuple(always), tuple(kept), tuple(which for which in self.world.shaper.variables if which in read))

    def _defined(self) -> list[Term]:
        """That what was evaluated has a value; noted conditions are used up."""
        notes, self.evaluator.notes = self.evaluator.notes, []
        return [not_(note.condition) for note in notes]

    def _assumptions(self) -> Iterator[Expr]:
        """All that is assumed of constants and required of the first state, with a label for each condition."""
        named = [each for each in (*self.program.assumptions, *self.program.inits) if each.module in self.check.active]
        for expr in (*(each.condition for each in named), *self.check.assumptions):
            yield self.labeller.condition(expr)


def _agrees(binding: Mapping[str, Value], name: str, value: Sym) -> bool:
    """Whether the value is the one that the binding names, or might be."""
    return name not in binding or not is_constant(value) or binding[name] == value


def _as_terms(place: Place, after: bool) -> Sym:
    return worth(place.shape, primed if after else variable)


__all__ = ["Fact", "Part", "Question", "Questions"]

"""A check made ground: everything of the stage together, and what others ask of it afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from kmodel.ground.actions import Actions, fairness
from kmodel.ground.begin import Beginning
from kmodel.ground.claims import Claims
from kmodel.ground.cone import Cones, cone_of
from kmodel.ground.decode import decode
from kmodel.ground.evaluate import At, Evaluator
from kmodel.ground.explain import Witness, failures
from kmodel.ground.individuals import population
from kmodel.ground.shapes import variables_of, worth
from kmodel.ground.symbolic import BOTTOM, Sym, is_constant
from kmodel.ground.symmetry import symmetric_groups
from kmodel.ground.system import Claim, Place, State, System, Undefined
from kmodel.ground.terms import TRUE, Variable, and_, number, or_, primed, variable
from kmodel.ground.world import World, reject
from kmodel.manifests.instance import Instance
from kmodel.records import dataclass
from kmodel.typed.expressions import Expr
from kmodel.typed.module import CheckSymbol, Program, QuerySymbol
from kmodel.typed.types import Type
from kmodel.typed.values import Value


@dataclass(frozen=True, slots=True)
class Table:
    """A query's answer: names and types of its columns (the result last, unless it is a bool), and rows of values."""

    columns: tuple[tuple[str, Type], ...]
    rows: tuple[tuple[Value, ...], ...]


class Grounding:
    """`system` is the check's; the rest answers questions about it in the program's terms. Raises Rejected."""

    system: System

    def __init__(self, program: Program, check: CheckSymbol, instance: Instance | None = None) -> None:
        self.program, self.check = program, check
        self.world = World(program, check, population(program, check, instance))
        self.evaluator = Evaluator(self.world, _as_terms)
        self.world.evaluated = lambda definition: self.evaluator.defined(definition, False)
        self.system = self._system()

    # ---- the system

    def _system(self) -> System:
        beginning = Beginning(self.world, self.evaluator)
        self.world.strict = True
        self._assume(beginning)
        claims = self._claims()
        self.world.strict = False
        instances = Actions(self.world, self.evaluator)
        actions = instances.all()
        self._initial(beginning)
        beginning.places()
        for which in instances.counters.values():
            beginning.values[which] = number(0)
        starts, initial = beginning.settle()
        self._no_notes()
        components = list(self.program.components.values())
        system = System(
            check=self.check.name,
            variables=tuple(self.world.shaper.variables),
            starts=starts,
            initial=initial,
            actions=tuple(actions),
            claims=(),
            fairness=fairness(components, dict(self.program.actions), actions),
            places=tuple(self.world.places.values()),
            symmetric=(),
            scope=self._scope(),
            limits={name.rsplit(".", 1)[-1]: most for name, most in self.check.limits.items()},
            assumed=tuple(dict.fromkeys(self.world.assumed)),
        )
        whole = replace(system, claims=self._joined(system, claims))
        return replace(whole, symmetric=symmetric_groups(whole))

    def _no_notes(self) -> None:
        """Constants that are undefined make the check no check."""
        for note in self.evaluator.notes:
            if note.condition is TRUE:
                raise reject(note.code, note.message, note.span, "this is computed before anything happens, so it must have a value")
        self.evaluator.notes = []

    def _assume(self, beginning: Beginning) -> None:
        for each in self.program.assumptions:
            if each.module in self.check.active:
                beginning.require(each.condition, True)
        for expr in self.check.assumptions:
            beginning.require(expr, True)

    def _initial(self, beginning: Beginning) -> None:
        for each in self.program.inits:
            if each.module in self.check.active:
                beginning.require(each.condition, False)

    def _claims(self) -> list[Claim]:
        maker = Claims(self.world, self.evaluator)
        found = [claim for name in self.check.claims for claim in maker.parts(self.program.claims[name])]
        self._no_notes()
        return found

    def _joined(self, system: System, claims: Sequence[Claim]) -> tuple[Claim, ...]:
        """Parts of one claim with the same cone together; and the claim that no step is undefined, if one could be."""
        cones = Cones(system)
        named: dict[tuple[object, ...], list[Claim]] = {}
        for claim in claims:
            split = claim.kind in ("invariant", "transition")
            named.setdefault((claim.name,) if split else (claim.name, claim.binding), []).append(claim)
        groups = [group for parts in named.values() for group in _groups(cones, parts)]
        joined = [_together(group) for group in groups]
        if any(action.undefined for action in system.actions):
            joined.append(Claim("defined", "defined", (), TRUE, None, TRUE, (), span=self.check.span))
        return tuple(joined)

    def _scope(self) -> Mapping[str, int | str]:
        made: dict[str, int | str] = dict(self.world.population.scope)
        if self.world.universe_used:
            made["ip"] = ", ".join(map(str, self.world.universe))
        return made

    # ---- questions

    def _at_state(self, state: State, after: State | None) -> Evaluator:
        def read(place: Place, later: bool) -> Sym:
            if any(which.index >= len(state) for which in variables_of(place.shape)):
                return BOTTOM  # nothing of the system depends on it, so it has no value there
            return decode(place.shape, after if later and after is not None else state)

        return Evaluator(self.world, read)

    def explain(self, claim_index: int, state: State, after: State | None = None, most: int = 50) -> tuple[Witness, ...]:
        """Why the claim (by index) fails in the state (or the step to `after`); at most so many ways."""
        claim = self.system.claims[claim_index]
        symbol = self.program.claims.get(claim.name)
        if symbol is None or symbol.kind in ("property", "witness"):
            return ()
        evaluator = self._at_state(state, after)
        choices = Claims(self.world, evaluator).choices(symbol.parameters, At(), ())
        found = (each for binding, at in choices for each in failures(evaluator, symbol.body, at, binding))
        wanted = (each for each in found if _agrees(claim, each, len(symbol.parameters)))
        return tuple(islice(wanted, most))

    def evaluate(self, expr: Expr, state: State, env: Mapping[str, Value] | None = None) -> Value | None:
        """An expression's value in a state; None where it has none."""
        value = self._at_state(state, None).value(expr, At(dict(env or {})))
        return value if is_constant(value) else None

    def query_table(self, query: QuerySymbol, state: State | None) -> Table:
        """The rows of a query in a state (None: it must depend on constants only)."""
        evaluator = self.evaluator if state is None else self._at_state(state, None)
        rows: list[tuple[Value, ...]] = []
        is_bool = True
        for binding, at in Claims(self.world, evaluator).choices(query.parameters, At(), ()):
            value = evaluator.value(query.body, at)
            if not (is_constant(value) or value is BOTTOM):
                raise reject(
                    "query-needs-state",
                    "this query depends on the state, and there is more than one first state",
                    query.span,
                    "`set` every constant in the check",
                )
            is_bool = is_bool and (isinstance(value, bool) or value is BOTTOM)
            if value is False or value is BOTTOM:
                continue
            rows.append(tuple(each for _, each in binding) + (() if value is True else (value,)))
        columns = [(parameter.name, parameter.type) for parameter in query.parameters]
        return Table(tuple(columns if is_bool else [*columns, (query.short, query.result)]), tuple(rows))


def ground(program: Program, check: CheckSymbol, instance: Instance | None = None) -> System:
    """The system of a check. Raises Rejected."""
    return Grounding(program, check, instance).system


def _as_terms(place: Place, after: bool) -> Sym:
    return worth(place.shape, primed if after else variable)


def _agrees(claim: Claim, witness: Witness, parameters: int) -> bool:
    """Whether the witness is one of the ground claim's own binding."""
    found = dict(witness.bindings)
    return all(found.get(name) == value for name, value in claim.binding[: max(parameters, len(claim.binding))] if name in found)


def _groups(cones: Cones, parts: Sequence[Claim]) -> list[list[Claim]]:
    """Parts to be decided apart: those with cones of their own, where each is no more than half of all together."""
    by_cone: dict[frozenset[Variable], list[Claim]] = {}
    for part in parts:
        by_cone.setdefault(cone_of(cones, part), []).append(part)
    everything = frozenset[Variable]().union(*by_cone)
    if max(map(len, by_cone)) * 2 > len(everything):
        return [list(parts)]
    return list(by_cone.values())


def _together(group: Sequence[Claim]) -> Claim:
    first = group[0]
    if len(group) == 1:
        return first
    undefined: dict[tuple[object, ...], Undefined] = {}
    for each in _flat(claim.undefined for claim in group):
        undefined[(each.condition, each.code, each.message)] = each
    return replace(
        first,
        binding=_shared([claim.binding for claim in group]),
        term=and_(*(claim.term for claim in group)),
        exercised=or_(*(claim.exercised for claim in group)),
        undefined=tuple(undefined.values()),
    )


def _flat(lists: Iterable[Sequence[Undefined]]) -> list[Undefined]:
    return [each for items in lists for each in items]


def _shared(bindings: Sequence[tuple[tuple[str, Value], ...]]) -> tuple[tuple[str, Value], ...]:
    """What all of these begin with."""
    shortest = min(bindings, key=len)
    for at, pair in enumerate(shortest):
        if any(binding[at] != pair for binding in bindings):
            return shortest[:at]
    return shortest

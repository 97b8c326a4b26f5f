"""Cones of influence: which variables and actions matter for a claim, and the part of a system that they make.

The cone of a claim holds the variables that its terms read, and with an action that changes one of them all that the action's
guard, its changes within the cone and its undefined conditions read. An action that changes no variable of the cone does nothing
there. What a start or an initial condition relates to the cone belongs to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import product
from math import prod

from kmodel.ground.influence import Influence
from kmodel.ground.rebuild import Reads, Rewriter, at_state
from kmodel.ground.shapes import variables_of
from kmodel.ground.symmetry import symmetric_groups
from kmodel.ground.system import (
    Action,
    BoolShape,
    ChoiceShape,
    Claim,
    Fairness,
    FixedShape,
    Formula,
    ListShape,
    MapShape,
    NumberShape,
    OptionalShape,
    Place,
    RecordShape,
    SetShape,
    Shape,
    Slice,
    Start,
    System,
    TupleShape,
    Undefined,
)
from kmodel.ground.terms import FALSE, TRUE, Term, Variable, not_, or_, primed, variable
from kmodel.records import dataclass

_MOST_TRIED = 4096


@dataclass(slots=True)
class Cones:
    """What influences the claims of a system. `known` has, for temporal claims and others, each variable's influences."""

    system: System
    reads: Reads = field(default_factory=Reads)
    known: dict[bool, Influence] = field(default_factory=dict)

    def closed(self, seeds: frozenset[Variable], fair: bool) -> frozenset[Variable]:
        """All that influences the seeds; `fair`: with the whole of each fairness group of an action that counts."""
        if fair not in self.known:
            self.known[fair] = Influence(self.system, self.reads, fair=fair)
        return self.known[fair].of(seeds)


def cone_of(cones: Cones, claim: Claim) -> frozenset[Variable]:
    """The claim's cone; a property keeps whole groups of fairness."""
    seeds = cones.reads.of(claim.terms())
    if claim.kind == "property":
        return cones.closed(seeds | _related(cones), True)
    return cones.closed(seeds | _related(cones), False)


def _related(cones: Cones) -> frozenset[Variable]:
    """Variables of initial conditions that could be contradictory: those that speak of more than a start fixes."""
    return cones.reads.of(cones.system.initial)


def slices(whole: System) -> tuple[Slice, ...]:
    """The parts that decide the claims, one a cone, in the order of their first claim.

    That no step is undefined falls into parts too, one for each cone of actions that could be; the claim is then in several of them.
    """
    cones = Cones(whole)
    by_cone: dict[frozenset[Variable], list[int]] = {}
    for at, claim in enumerate(whole.claims):
        for cone in _cones_of(cones, claim):
            by_cone.setdefault(cone, []).append(at)
    return tuple(_slice(whole, cone, claims, cones) for cone, claims in by_cone.items())


def _cones_of(cones: Cones, claim: Claim) -> list[frozenset[Variable]]:
    """The cone of a claim; of the claim that no step is undefined, the largest cones of its actions."""
    if claim.kind != "defined":
        return [frozenset(cones.system.variables) if _tells_idling(cones, claim) else cone_of(cones, claim)]
    conditions = [cones.reads.of(each.condition for each in action.undefined) for action in cones.system.actions if action.undefined]
    found = {cones.closed(seeds | _related(cones), False) for seeds in conditions}
    largest = [cone for cone in found if not any(cone < other for other in found)]
    return sorted(largest, key=lambda cone: sorted(which.index for which in cone))


def _tells_idling(cones: Cones, claim: Claim) -> bool:
    """Whether a step that changes nothing can matter to the claim: then every action does, whatever it changes."""
    if claim.kind != "transition":
        return False
    still = Rewriter(lambda leaf: variable(leaf.value) if isinstance(leaf.value, Variable) else None)
    bad = or_(not_(still(claim.term)), *(still(each.condition) for each in claim.undefined))
    return not _is_never(bad, cones.reads(bad))


def _is_never(term: Term, read: frozenset[Variable]) -> bool:
    """Whether the term is false of all values of its variables; False too where those are too many to try."""
    if term is FALSE or term is TRUE:
        return term is FALSE
    domains: list[range] = []
    for which in read:
        if which.low is None or which.high is None:
            return False
        domains.append(range(which.low, which.high + 1))
    if prod(map(len, domains)) > _MOST_TRIED:
        return False
    return all(at_state((term,), dict(zip(read, row, strict=True)))[0] is FALSE for row in product(*domains))


def _slice(whole: System, cone: frozenset[Variable], claims: Sequence[int], cones: Cones) -> Slice:
    inside = [which for which in whole.variables if which in cone]
    renamed = {which: which if which.index == at else replace(which, index=at) for at, which in enumerate(inside)}
    rebuild = Rewriter(lambda leaf: _renamed(leaf, renamed))
    tells = any(whole.claims[at].kind == "defined" for at in claims)
    kept = {at for at, action in enumerate(whole.actions) if _matters(action, cone, tells, cones.reads)}
    if any(whole.claims[at].kind == "property" for at in claims):
        kept = kept.union(*(group.actions for group in whole.fairness if kept.intersection(group.actions)))
    actions = list(range(len(whole.actions))) if len(inside) == len(whole.variables) else sorted(kept)
    made = replace(
        whole,
        variables=tuple(renamed.values()),
        starts=tuple(
            Start(renamed[each.variable], None if each.value is None else rebuild(each.value))
            for each in whole.starts
            if each.variable in cone
        ),
        initial=tuple(rebuild(term) for term in whole.initial if cones.reads(term) <= cone),
        actions=tuple(_action(whole.actions[at], renamed, rebuild, cones.reads) for at in actions),
        claims=tuple(_claim(whole.claims[at], rebuild) for at in claims),
        fairness=tuple(_groups(whole.fairness, actions)),
        places=tuple(_place(place, renamed) for place in whole.places if any(which in cone for which in variables_of(place.shape))),
        symmetric=(),
    )
    is_all = made == replace(whole, symmetric=())
    made = replace(made, symmetric=whole.symmetric if is_all else symmetric_groups(made))
    return Slice(made, tuple(which.index for which in inside), tuple(actions), tuple(claims))


def _matters(action: Action, cone: frozenset[Variable], tells: bool, reads: Reads) -> bool:
    """Whether the action changes the cone, or is one whose being undefined the part decides."""
    told = tells and bool(action.undefined) and reads.of(each.condition for each in action.undefined) <= cone
    return told or any(which in cone for which, _ in action.updates)


def _renamed(leaf: Term, renamed: Mapping[Variable, Variable]) -> Term | None:
    assert isinstance(leaf.value, Variable)
    other = renamed.get(leaf.value)
    assert other is not None, f"`{leaf.value.name}` is outside the part"
    return variable(other) if leaf.op == "variable" else primed(other)


def _action(action: Action, renamed: Mapping[Variable, Variable], rebuild: Rewriter, reads: Reads) -> Action:
    """The action in the part. One that is there only for being undefined takes no step where its guard speaks of more than the part."""
    updates = tuple((renamed[which], rebuild(term)) for which, term in action.updates if which in renamed)
    guard = rebuild(action.guard) if reads(action.guard) <= renamed.keys() else FALSE
    return replace(action, guard=guard, updates=updates, undefined=_undefined(action.undefined, rebuild))


def _undefined(undefined: Sequence[Undefined], rebuild: Rewriter) -> tuple[Undefined, ...]:
    return tuple(replace(each, condition=rebuild(each.condition)) for each in undefined)


def _claim(claim: Claim, rebuild: Rewriter) -> Claim:
    formula = None if claim.formula is None else _formula(claim.formula, rebuild)
    return replace(
        claim, term=rebuild(claim.term), exercised=rebuild(claim.exercised), formula=formula, undefined=_undefined(claim.undefined, rebuild)
    )


def _formula(formula: Formula, rebuild: Rewriter) -> Formula:
    term = None if formula.term is None else rebuild(formula.term)
    return Formula(formula.op, tuple(_formula(each, rebuild) for each in formula.arguments), term)


def _groups(fairness: Sequence[Fairness], actions: Sequence[int]) -> Iterator[Fairness]:
    places = {at: place for place, at in enumerate(actions)}
    for group in fairness:
        kept = tuple(places[at] for at in group.actions if at in places)
        if kept:
            yield replace(group, actions=kept)


def _place(place: Place, renamed: Mapping[Variable, Variable]) -> Place:
    return replace(place, shape=_shape(place.shape, renamed))


def _shape(shape: Shape, renamed: Mapping[Variable, Variable]) -> Shape:
    """The shape over the part's variables; what lies outside the cone of a place that lies partly in it is left out."""
    match shape:
        case FixedShape():
            return shape
        case BoolShape(which) | NumberShape(which) | ChoiceShape(which, _):
            return replace(shape, variable=renamed[which]) if which in renamed else FixedShape(None)
        case OptionalShape(given, item):
            return OptionalShape(renamed[given], _shape(item, renamed)) if given in renamed else FixedShape(None)
        case RecordShape(record, fields):
            return RecordShape(record, tuple((name, _shape(part, renamed)) for name, part in fields))
        case TupleShape(items):
            return TupleShape(tuple(_shape(part, renamed) for part in items))
        case SetShape(known):
            return SetShape(tuple((value, renamed[which]) for value, which in known if which in renamed))
        case MapShape(pairs):
            return MapShape(tuple((key, renamed[there], _shape(part, renamed)) for key, there, part in pairs if there in renamed))
        case ListShape(length, items):
            return ListShape(renamed[length], tuple(_shape(part, renamed) for part in items)) if length in renamed else FixedShape(None)

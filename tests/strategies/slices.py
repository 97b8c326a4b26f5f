"""Systems side by side, so that one of them is a slice of both; and slices that leave nothing out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kmodel.ground.rebuild import Rewriter
from kmodel.ground.system import Action, Claim, Fairness, Formula, Slice, Start, System, Undefined
from kmodel.ground.terms import Term, Variable, primed, variable
from tests.strategies.handmade import place


def whole_slice(system: System) -> Slice:
    """The slice that is all of the system."""
    sizes = len(system.variables), len(system.actions), len(system.claims)
    return Slice(system, *(tuple(range(size)) for size in sizes))


def beside(part: System, other: System) -> tuple[Slice, System]:
    """A whole in which the other system's parts come first, and the first one as its slice."""
    variables, actions, claims = len(other.variables), len(other.actions), len(other.claims)
    moved = moved_by(part, variables, actions)
    whole = replace(
        other,
        variables=(*other.variables, *moved.variables),
        starts=(*other.starts, *moved.starts),
        initial=(*other.initial, *moved.initial),
        actions=(*other.actions, *moved.actions),
        claims=(*other.claims, *moved.claims),
        fairness=(*other.fairness, *moved.fairness),
        places=(*other.places, *moved.places),
    )
    at = [tuple(range(first, first + len(items))) for first, items in _counts(part, variables, actions, claims)]
    return Slice(part, *at), whole


def _counts(part: System, variables: int, actions: int, claims: int) -> list[tuple[int, Sequence[object]]]:
    return [(variables, part.variables), (actions, part.actions), (claims, part.claims)]


def moved_by(system: System, variables: int, actions: int) -> System:
    """The same system with its variables and actions further on."""
    twin = {which: replace(which, index=which.index + variables, name=f"{which.name}'") for which in system.variables}

    def leaf(term: Term) -> Term:
        assert isinstance(term.value, Variable)
        return (variable if term.op == "variable" else primed)(twin[term.value])

    rewrite = Rewriter(leaf)

    def holes(given: Sequence[Undefined]) -> tuple[Undefined, ...]:
        return tuple(replace(hole, condition=rewrite(hole.condition)) for hole in given)

    def act(action: Action) -> Action:
        updates = tuple((twin[which], rewrite(term)) for which, term in action.updates)
        return replace(action, guard=rewrite(action.guard), updates=updates, undefined=holes(action.undefined))

    def formula(given: Formula) -> Formula:
        return Formula(given.op, tuple(map(formula, given.arguments)), rewrite(given.term) if given.term is not None else None)

    def said(claim: Claim) -> Claim:
        known = formula(claim.formula) if claim.formula is not None else None
        return replace(claim, term=rewrite(claim.term), formula=known, exercised=rewrite(claim.exercised), undefined=holes(claim.undefined))

    return replace(
        system,
        variables=tuple(twin.values()),
        starts=tuple(Start(twin[start.variable], rewrite(start.value) if start.value is not None else None) for start in system.starts),
        initial=tuple(map(rewrite, system.initial)),
        actions=tuple(map(act, system.actions)),
        claims=tuple(map(said, system.claims)),
        fairness=tuple(Fairness(group.name, group.kind, tuple(at + actions for at in group.actions)) for group in system.fairness),
        places=tuple(map(place, twin.values())),
    )

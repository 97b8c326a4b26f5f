"""What any symbolic engine asks about a system: when an action can be taken, when a claim fails, who writes a variable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from kmodel.ground.system import Action, Claim, Formula, System
from kmodel.ground.terms import Term, Variable, and_, not_, or_, variable

Writers: TypeAlias = Mapping[Variable, Mapping[Term, Sequence[int]]]


def possible(action: Action) -> Term:
    """That the action is enabled and defined in a state."""
    return and_(action.guard, not_(or_(*(undefined.condition for undefined in action.undefined))))


def holes(system: System, claim: Claim) -> list[tuple[tuple[str, int, int], Term]]:
    """What is undefined in a state (or step) where the claim fails, and when."""
    if claim.kind == "defined":
        actions = enumerate(system.actions)
        return [(("action", at, which), hole.condition) for at, action in actions for which, hole in enumerate(action.undefined)]
    return [(("claim", 0, which), hole.condition) for which, hole in enumerate(claim.undefined)]


def failure(system: System, claim: Claim) -> Term:
    """That the claim fails in a state or step (a property: by being undefined; a witness: that it is reached)."""
    undefined = or_(*(condition for _, condition in holes(system, claim)))
    match claim.kind:
        case "invariant" | "transition":
            return or_(undefined, not_(claim.term))
        case "witness":
            return or_(undefined, claim.term)
        case "property" | "defined":
            return undefined


def atoms(formula: Formula) -> list[Term]:
    """The state terms of a temporal formula, each once."""
    if formula.op == "state":
        assert formula.term is not None
        return [formula.term]
    return list(dict.fromkeys(atom for part in formula.arguments for atom in atoms(part)))


def all_terms(system: System) -> list[Term]:
    """Every term in the system."""
    found = [*system.initial, *(start.value for start in system.starts if start.value is not None)]
    for action in system.actions:
        found += [action.guard, *(value for _, value in action.updates), *(undefined.condition for undefined in action.undefined)]
    for claim in system.claims:
        found += [claim.term, claim.exercised, *(undefined.condition for undefined in claim.undefined)]
        found += atoms(claim.formula) if claim.formula is not None else []
    return found


def several_values(which: Variable) -> bool:
    return which.sort == "bool" or which.low is None or which.low != which.high


def writers(system: System) -> Writers:
    """For each variable that changes, for each value it is given, the actions that give it."""
    found: dict[Variable, dict[Term, list[int]]] = {}
    for at, action in enumerate(system.actions):
        for which, value in action.updates:
            if value is not variable(which):
                found.setdefault(which, {}).setdefault(value, []).append(at)
    return found


def is_finite(variables: Iterable[Variable], terms: Iterable[Term]) -> bool:
    """Whether bits can hold all variables and all numbers that the terms compute on the way."""
    if any(which.low is None or which.high is None for which in variables):
        return False
    seen = set(terms)
    open_ = list(seen)
    while open_:
        term = open_.pop()
        if term.sort == "int" and (term.low is None or term.high is None):
            return False
        new = [argument for argument in term.arguments if argument not in seen]
        seen.update(new)
        open_.extend(new)
    return True

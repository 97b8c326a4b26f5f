"""Individuals that are interchangeable: verified on the terms of a system, never assumed.

When exchanging two individuals takes the set of actions, the starts, the initial conditions, the groups of fairness and the claims to
themselves, the exchange is a symmetry; exchanges with one individual generate all permutations, and so do one exchange and one cycle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeAlias

from kmodel.ground.exchange import FORMS, Asymmetric, Exchange, Exchanges, Names
from kmodel.ground.mentioned import anonymous
from kmodel.ground.system import Action, Claim, Fairness, Formula, Start, SymmetricGroup, System, Undefined
from kmodel.ground.terms import Term
from kmodel.typed.values import Individual

MOST_TERMS = 200_000
_MOST_WORK = 500_000

Signature: TypeAlias = Hashable


# ---- what must stay the same


def _bag(things: Iterable[Signature]) -> Signature:
    return frozenset(Counter(things).items())


def action_image(action: Action, by: Exchange) -> Signature:
    """The image of an action; two with the same are the same but for their parameters. Raises Asymmetric."""
    updates = frozenset((by.variables.get(which, which), by.value(which, term)) for which, term in action.updates)
    return action.name, action.component, by.term(action.guard), updates, _undefined(action.undefined, by)


def _undefined(undefined: Iterable[Undefined], by: Exchange) -> Signature:
    return frozenset((by.term(each.condition), each.code) for each in undefined)


def group_image(group: Fairness, actions: Sequence[Signature]) -> Signature:
    """The image of a group of fairness, by those of the actions."""
    return group.kind, _bag(actions[at] for at in group.actions)


def start_image(start: Start, by: Exchange) -> Signature:
    """The image of what a variable starts as. Raises Asymmetric."""
    which = by.variables.get(start.variable, start.variable)
    return which, None if start.value is None else by.value(start.variable, start.value)


def claim_image(claim: Claim, by: Exchange) -> Signature:
    """The image of a claim. Raises Asymmetric."""
    formula = None if claim.formula is None else _formula(claim.formula, by)
    return claim.name, claim.kind, by.term(claim.term), by.term(claim.exercised), formula, _undefined(claim.undefined, by)


def _formula(formula: Formula, by: Exchange) -> Signature:
    parts = [_formula(each, by) for each in formula.arguments]
    together: Signature = _bag(parts) if formula.op in ("and", "or") else tuple(parts)
    return formula.op, None if formula.term is None else by.term(formula.term), together


# ---- groups


class Invariants:
    """What decides a system's verdicts, and whether exchanges keep it, whatever the order of actions and claims.

    What reads and writes nothing that an exchange moves is its own image: it is not looked at. `work` counts the terms that were.
    `lasting`: only what stays so whatever the system starts from, that is its steps and each claim for itself."""

    def __init__(self, system: System, lasting: bool = False) -> None:
        here = Exchange()
        self.system, self.lasting = system, lasting
        self.work = 0
        self.actions = [action_image(action, here) for action in system.actions]
        self.claims = [claim_image(claim, here) for claim in system.claims]
        self.starts = {start_image(start, here) for start in system.starts}
        self.initial = {here.term(term) for term in system.initial}
        self.groups = Counter(group_image(group, self.actions) for group in system.fairness)
        self.read_by_actions = [_read_by(action) for action in system.actions]
        self.read_by_claims = [_read(claim.terms()) for claim in system.claims]

    def kept(self, by: Exchange) -> bool:
        """Whether the exchange takes all to itself. Raises Asymmetric."""
        try:
            return (self.lasting or self._starts(by)) and self._actions(by) and self._claims(by)
        finally:
            self.work += len(by.done)

    def _starts(self, by: Exchange) -> bool:
        starts = all(start_image(start, by) in self.starts for start in self.system.starts)
        return starts and all(by.term(term) in self.initial for term in self.system.initial)

    def _actions(self, by: Exchange) -> bool:
        touched = [at for at, read in enumerate(self.read_by_actions) if read & by.moved]
        images = list(self.actions)
        left = Counter(self.actions[at] for at in touched)
        for at in touched:
            images[at] = action_image(self.system.actions[at], by)
            if not left[images[at]]:
                return False
            left[images[at]] -= 1
        return Counter(group_image(group, images) for group in self.system.fairness) == self.groups

    def _claims(self, by: Exchange) -> bool:
        touched = [at for at, read in enumerate(self.read_by_claims) if read & by.moved]
        if self.lasting:
            return all(claim_image(self.system.claims[at], by) == self.claims[at] for at in touched)
        return Counter(claim_image(self.system.claims[at], by) for at in touched) == Counter(self.claims[at] for at in touched)


def _read(terms: Iterable[Term]) -> int:
    together = 0
    for term in terms:
        together |= FORMS.read(term)
    return together


def _read_by(action: Action) -> int:
    """What an action reads and writes."""
    written = 0
    for which, _ in action.updates:
        written |= 1 << which.index
    return written | _read(action.terms())


def symmetric_groups(system: System, lasting: bool = False) -> tuple[SymmetricGroup, ...]:
    """The groups of anonymous individuals that may be permuted in any way; none where the system is too large to try. `lasting`: whatever
    that makes of what the system starts from, but each claim must be its own image."""
    if size_of(system) > MOST_TERMS:
        return ()
    who = anonymous(system)
    if not any(len(individuals) > 1 for individuals in who.values()):
        return ()
    invariants, exchanges = Invariants(system, lasting), Exchanges(system)
    groups: list[SymmetricGroup] = []
    for entity, individuals in sorted(who.items()):
        found = _classes(invariants, exchanges, individuals)
        groups.extend(SymmetricGroup(entity, tuple(each)) for each in found if len(each) > 1)
    return tuple(groups)


def _classes(invariants: Invariants, exchanges: Exchanges, individuals: Sequence[Individual]) -> list[list[Individual]]:
    """Individuals each of which may be exchanged with the first of its class."""
    if len(individuals) > 3 and _all_alike(invariants, exchanges, individuals):
        return [list(individuals)]
    classes: list[list[Individual]] = []
    for who in individuals:
        for known in classes:
            if invariants.work <= _MOST_WORK and _is_symmetry(invariants, exchanges, {known[0]: who, who: known[0]}):
                known.append(who)
                break
        else:
            classes.append([who])
    return classes


def _all_alike(invariants: Invariants, exchanges: Exchanges, individuals: Sequence[Individual]) -> bool:
    first, second, *_ = individuals
    cycle = dict(zip(individuals, (*individuals[1:], first), strict=True))
    return all(_is_symmetry(invariants, exchanges, names) for names in ({first: second, second: first}, cycle))


def _is_symmetry(invariants: Invariants, exchanges: Exchanges, names: Names) -> bool:
    try:
        return invariants.kept(exchanges.permuting(names))
    except Asymmetric:
        return False


def size_of(system: System) -> int:
    """How many different terms the system is made of."""
    seen: set[Term] = set()
    stack = [term for action in system.actions for term in action.terms()]
    stack += [claim.term for claim in system.claims]
    while stack and len(seen) <= MOST_TERMS:
        term = stack.pop()
        if term not in seen:
            seen.add(term)
            stack.extend(term.arguments)
    return len(seen)

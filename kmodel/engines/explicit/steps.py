"""Claims about steps, for one action: what is not changed is as before, so that most of a claim folds away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import field

from kmodel.engines.explicit.layout import bounds
from kmodel.ground.system import Action
from kmodel.ground.terms import (
    Term,
    Variable,
    add,
    and_,
    at_most,
    count,
    divide,
    equal,
    if_,
    less,
    modulo,
    multiply,
    not_,
    number,
    or_,
    select,
    truth,
    variable,
)
from kmodel.records import dataclass

CONSTRUCTORS: dict[str, Callable[..., Term]] = {
    "not": not_,
    "and": and_,
    "or": or_,
    "iff": equal,
    "equal": equal,
    "less": less,
    "at_most": at_most,
    "if": if_,
    "select": lambda index, *options: select(index, options),
    "count": count,
    "add": add,
    "multiply": multiply,
    "divide": divide,
    "modulo": modulo,
}


@dataclass(frozen=True, slots=True)
class Steps:
    """Rewrites terms over primed variables for each action, remembering what does not depend on the action."""

    primes: dict[Term, frozenset[Variable]] = field(default_factory=dict)
    still: dict[Term, Term] = field(default_factory=dict)

    def primed(self, term: Term) -> frozenset[Variable]:
        """The variables that occur primed in the term."""
        for part in unknown(term, self.primes):
            own = frozenset({part.value}) if part.op == "primed" and isinstance(part.value, Variable) else frozenset()
            self.primes[part] = own.union(*(self.primes[argument] for argument in part.arguments))
        return self.primes[term]

    def after(self, term: Term, action: Action) -> Term:
        """The term for steps of the action: `primed` is left only for variables that the action gives no plain number."""
        self.primed(term)
        changed = {which for which, _ in action.updates}
        numbers = {which: value for which, update in action.updates if (value := _plain(which, update)) is not None}
        made: dict[Term, Term] = {}
        for part in unknown(term, made):
            if changed.isdisjoint(self.primes[part]):
                made[part] = self._unchanged(part)
            elif part.op == "primed" and isinstance(part.value, Variable):
                made[part] = numbers.get(part.value, part)
            else:
                made[part] = CONSTRUCTORS[part.op](*(made[argument] for argument in part.arguments))
        return made[term]

    def _unchanged(self, term: Term) -> Term:
        """The term for steps that change none of its variables."""
        for part in unknown(term, self.still):
            if not self.primes[part]:
                self.still[part] = part
            elif part.op == "primed" and isinstance(part.value, Variable):
                self.still[part] = variable(part.value)
            else:
                self.still[part] = CONSTRUCTORS[part.op](*(self.still[argument] for argument in part.arguments))
        return self.still[term]

    def unprimed(self, terms: Iterable[Term]) -> Iterator[Term]:
        """The greatest subterms without primed variables: what can be computed before the step."""
        open_ = list(terms)
        seen: set[Term] = set()
        while open_:
            term = open_.pop()
            if term in seen:
                continue
            seen.add(term)
            if self.primed(term):
                open_.extend(term.arguments)
            else:
                yield term


def _plain(which: Variable, update: Term) -> Term | None:
    """The number or truth that the update is, where it is one within the variable's bounds."""
    low, high = bounds(which)
    if update.op in ("true", "false"):
        return truth(update.op == "true")
    if update.op == "number" and update.low is not None and low <= update.low <= high:
        return number(update.low)
    return None


def unknown(term: Term, known: dict[Term, object] | dict[Term, Term] | dict[Term, frozenset[Variable]]) -> list[Term]:
    """The subterms that are not known yet, arguments first (a term is interned after its arguments)."""
    found: set[Term] = set()
    open_ = [term]
    while open_:
        part = open_.pop()
        if part not in found and part not in known:
            found.add(part)
            open_.extend(part.arguments)
    return sorted(found, key=lambda part: part.serial)

"""Lemmas about books that are kept: a number that actions add to and take from, and what in the state it counts.

Where an action adds c to a number and makes another variable k, `number == start + sum of c for each such variable that is k` may be an
invariant: the scheduler's sums and the pods that are bound, a list's length and its items. Which variables are counted is tried field by
field. A guard that lets the number grow only to a bound suggests that bound. These are suggestions: induction drops those that are wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import permutations, product

from kmodel.ground.rebuild import conjuncts
from kmodel.ground.shapes import variables_of
from kmodel.ground.system import Action, Claim, System
from kmodel.ground.terms import TRUE, Term, Variable, add, at_most, equal, if_, implies, not_, number, variable

MOST = 200
_MOST_PAIRS = 4_000
Entry = tuple[Variable, int]


def suggestions(system: System) -> tuple[Claim, ...]:
    """Invariants that may hold, as claims; at most so many."""
    fields = {which: place.name for place in system.places for which in variables_of(place.shape)}
    starts = {start.variable: start.value for start in system.starts}
    terms: dict[Term, None] = {}
    for which, entries in _entries(system).items():
        start = starts.get(which)
        if start is None or not isinstance(start.value, int):
            continue
        for field_, grows in product(dict.fromkeys(fields[each] for each, _ in entries), (True, False)):
            counted = {
                entry: amount
                for entry, amount in entries.items()
                if fields[entry[0]] == field_ and amount is not None and (amount > 0) == grows
            }
            parts = [if_(_is(entry), number(amount), number(0)) for entry, amount in counted.items()]
            terms.update({equal(variable(which), add(start, *parts)): None} if parts else {})
        terms.update(dict.fromkeys(_bounds(system, which)))
    kept = [term for term in terms if term is not TRUE][:MOST]
    return tuple(_claim(system, term, at) for at, term in enumerate(kept))


def _claim(system: System, term: Term, at: int) -> Claim:
    span = system.actions[0].span if system.actions else system.claims[0].span
    return Claim(f"account {at}", "invariant", (), term, None, TRUE, (), span)


def _is(entry: Entry) -> Term:
    which, value = entry
    if which.sort == "bool":
        return variable(which) if value else not_(variable(which))
    return equal(variable(which), number(value))


def _entries(system: System) -> Mapping[Variable, dict[Entry, int | None]]:
    """By number, what the actions that add to it set beside it, and how much they add (None: not always the same)."""
    found: dict[Variable, dict[Entry, int | None]] = {}
    for action in system.actions:
        beside = list(_set(action))
        for which, amount in _added(action):
            known = found.setdefault(which, {})
            for entry in beside:
                if entry[0] is not which:
                    known[entry] = amount if known.get(entry, amount) == amount else None
    return found


def _set(action: Action) -> Iterator[Entry]:
    """The variables that the action gives one value each."""
    for which, value in action.updates:
        if value.op in ("true", "false"):
            yield which, int(value is TRUE)
        elif isinstance(value.value, int):
            yield which, value.value


def _added(action: Action) -> Iterator[tuple[Variable, int]]:
    """The numbers that the action adds to, and how much."""
    for which, value in action.updates:
        if value.op == "add" and len(value.arguments) == 2:
            one, other = value.arguments
            if one is variable(which) and isinstance(other.value, int):
                yield which, other.value


def _bounds(system: System, which: Variable) -> Iterator[Term]:
    """Bounds that guards keep the number to when they let it grow."""
    for action in system.actions:
        for written, amount in _added(action):
            if written is which and amount > 0:
                for part in conjuncts(action.guard):
                    limit = _limit(part, which)
                    if limit is not None:
                        yield at_most(variable(which), number(limit + amount))


def _limit(part: Term, which: Variable) -> int | None:
    """The greatest value of the number before the step that a comparison allows."""
    if part.op not in ("less", "at_most") or not isinstance(part.arguments[1].value, int):
        return None
    left, most = part.arguments[0], part.arguments[1].value - (part.op == "less")
    if left is variable(which):
        return most
    if left.op == "add" and left.arguments[0] is variable(which) and len(left.arguments) == 2 and isinstance(left.arguments[1].value, int):
        return most - left.arguments[1].value
    return None


def with_suggestions(system: System) -> System:
    return replace(system, claims=(*system.claims, *suggestions(system)))


def pairs(system: System) -> list[Term]:
    """That a variable of an individual has one value where another one has a value that some action gives both of them together."""
    owners = {which: place.individual for place in system.places for which in variables_of(place.shape)}
    found: dict[Term, None] = {}
    for action in system.actions:
        for one, other in permutations(_set(action), 2):
            if owners[one[0]] is not None and owners[one[0]] == owners[other[0]]:
                found[implies(_is(one), _is(other))] = None
    return list(found)[:_MOST_PAIRS]

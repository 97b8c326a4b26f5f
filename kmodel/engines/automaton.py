"""Büchi automata for temporal formulas: what a behaviour must look like, state after state, to make a formula true.

The tableau of Gerth, Peled, Vardi and Wolper (PSTV 1995) on formulas in negation normal form, where `a release b` is the negation of
`not a until not b`. The formulas say nothing about next states, so that a step in which nothing happens never changes their truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from kmodel.graphs import components
from kmodel.ground.system import Formula
from kmodel.ground.terms import FALSE, TRUE, Term, and_, not_, or_
from kmodel.records import dataclass


@dataclass(frozen=True, slots=True)
class Automaton:
    """Accepts a behaviour if some way through the nodes, from an initial one, has each state fulfil its node's label and comes again
    and again through each of the `accepting` sets (with none: any endless way)."""

    labels: tuple[Term, ...]
    following: tuple[tuple[int, ...], ...]
    initial: tuple[int, ...]
    accepting: tuple[frozenset[int], ...]


def refuting(formula: Formula) -> Automaton:
    """The automaton of the behaviours on which the formula is false."""
    return automaton(normal(formula, wanted=False))


# ---- negation normal form


@dataclass(frozen=True, slots=True)
class Normal:
    """A formula with negations in its terms only; state formulas are one term."""

    op: Literal["state", "and", "or", "until", "release"]
    arguments: tuple[Normal, ...] = ()
    term: Term = TRUE


def _rank(formula: Normal) -> tuple[object, ...]:
    """An order of formulas that does not change from run to run."""
    return formula.op, formula.term.serial, tuple(_rank(argument) for argument in formula.arguments)


def _state(term: Term) -> Normal:
    return Normal("state", (), term)


_ALWAYS, _NEVER = _state(TRUE), _state(FALSE)


def normal(formula: Formula, wanted: bool) -> Normal:
    """The formula, or its negation where it is not `wanted`."""
    parts = tuple(normal(argument, wanted != (formula.op == "not")) for argument in formula.arguments)
    match formula.op:
        case "state":
            assert formula.term is not None
            return _state(formula.term if wanted else not_(formula.term))
        case "not":
            return parts[0]
        case "and" | "or":
            return _junction("and" if (formula.op == "and") == wanted else "or", parts)
        case "always" | "eventually":
            return _release(_NEVER, parts[0]) if (formula.op == "always") == wanted else _until(_ALWAYS, parts[0])
        case "until":
            return _until(*parts) if wanted else _release(*parts)


def _junction(op: Literal["and", "or"], parts: Iterable[Normal]) -> Normal:
    flat = [inner for part in parts for inner in (part.arguments if part.op == op else (part,))]
    term = (and_ if op == "and" else or_)(*(part.term for part in flat if part.op == "state"))
    neutral, absorbing = (TRUE, FALSE) if op == "and" else (FALSE, TRUE)
    rest = tuple(dict.fromkeys(part for part in flat if part.op != "state"))
    if term is absorbing or not rest:
        return _state(term)
    kept = rest if term is neutral else (_state(term), *rest)
    return kept[0] if len(kept) == 1 else Normal(op, kept)


def _until(a: Normal, b: Normal) -> Normal:
    """`a until b`; where b is one itself, with any a, `true until b` is no stronger for being said twice."""
    if a == _NEVER or b in (_ALWAYS, _NEVER) or (a == _ALWAYS and b.op == "until" and b.arguments[0] == _ALWAYS):
        return b
    return Normal("until", (a, b))


def _release(a: Normal, b: Normal) -> Normal:
    if a == _ALWAYS or b in (_ALWAYS, _NEVER) or (a == _NEVER and b.op == "release" and b.arguments[0] == _NEVER):
        return b
    return Normal("release", (a, b))


# ---- the tableau


@dataclass(frozen=True, slots=True)
class _Open:
    """A node being made: what must still be dealt with, what it says of this state, and what of the next."""

    before: int
    new: tuple[Normal, ...]
    old: frozenset[Normal]
    next: frozenset[Normal]


_BEGIN = -1


def automaton(formula: Normal) -> Automaton:
    """The automaton of the behaviours on which the formula is true."""
    numbers: dict[tuple[frozenset[Normal], frozenset[Normal]], int] = {}
    before: list[set[int]] = []
    open_ = [_Open(_BEGIN, (formula,), frozenset(), frozenset())]
    while open_:
        node = open_.pop()
        if node.new:
            open_.extend(_split(node))
            continue
        number = numbers.setdefault((node.old, node.next), len(numbers))
        if number == len(before):
            before.append(set())
            open_.append(_Open(number, tuple(sorted(node.next, key=_rank)), frozenset(), frozenset()))
        before[number].add(node.before)
    return _reduced(_finished([old for old, _ in numbers], before))


def _split(node: _Open) -> list[_Open]:
    """The node with its first open formula dealt with: in each of the ways in which it can be true."""
    first, *rest = node.new
    if first in node.old:
        return [_Open(node.before, tuple(rest), node.old, node.next)]

    def way(*now: Normal, later: bool = False) -> _Open:
        return _Open(node.before, (*now, *rest), node.old | {first}, node.next | {first} if later else node.next)

    match first.op:
        case "state":
            return [] if _label({*node.old, first}) is FALSE else [way()]
        case "and":
            return [way(*first.arguments)]
        case "or":
            return [way(argument) for argument in first.arguments]
        case "until":
            a, b = first.arguments
            return [way(a, later=True), way(b)]
        case "release":
            a, b = first.arguments
            return [way(b, later=True), way(a, b)]


def _label(formulas: Iterable[Normal]) -> Term:
    terms = sorted({formula.term for formula in formulas if formula.op == "state"}, key=lambda term: term.serial)
    return and_(*terms)


def _finished(olds: list[frozenset[Normal]], before: list[set[int]]) -> Automaton:
    following = tuple(tuple(after for after in range(len(olds)) if node in before[after]) for node in range(len(olds)))
    promises = dict.fromkeys(formula for old in olds for formula in sorted(old, key=_rank) if formula.op == "until")
    accepting = tuple(
        frozenset(node for node, old in enumerate(olds) if promise not in old or promise.arguments[1] in old) for promise in promises
    )
    initial = tuple(node for node in range(len(olds)) if _BEGIN in before[node])
    return Automaton(tuple(_label(old) for old in olds), following, initial, accepting)


# ---- making it smaller


def _reduced(whole: Automaton) -> Automaton:
    """Without nodes that no accepted behaviour needs, and with nodes that do the same made one."""
    small = _restricted(whole, _useful(whole))
    while (merged := _merged(small)) != small:
        small = merged
    every = frozenset(range(len(small.labels)))
    return Automaton(small.labels, small.following, small.initial, tuple(dict.fromkeys(goal for goal in small.accepting if goal != every)))


def _useful(whole: Automaton) -> set[int]:
    """The nodes from which some cycle through all accepting sets can be reached."""
    useful: set[int] = set()
    for component in components(whole.initial, whole.following.__getitem__):
        inside = set(component)
        endless = any(after in inside for node in component for after in whole.following[node])
        accepted = endless and all(goal & inside for goal in whole.accepting)
        if accepted or any(after in useful for node in component for after in whole.following[node]):
            useful |= inside
    return useful


def _restricted(whole: Automaton, kept: set[int]) -> Automaton:
    return _renumbered(whole, {node: at for at, node in enumerate(sorted(kept))})


def _merged(whole: Automaton) -> Automaton:
    """Nodes with the same label, promises kept and following nodes are one."""
    kinds: dict[object, int] = {}
    number: dict[int, int] = {}
    for node, label in enumerate(whole.labels):
        kind = label, frozenset(whole.following[node]), tuple(node in goal for goal in whole.accepting)
        number[node] = kinds.setdefault(kind, len(kinds))
    return _renumbered(whole, number)


def _renumbered(whole: Automaton, number: Mapping[int, int]) -> Automaton:
    """The automaton with its nodes given new numbers from 0; nodes without one are left out."""
    chosen = {new: old for old, new in number.items()}
    nodes = [chosen[new] for new in sorted(chosen)]

    def renamed(old: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted({number[node] for node in old if node in number}))

    return Automaton(
        tuple(whole.labels[node] for node in nodes),
        tuple(renamed(whole.following[node]) for node in nodes),
        renamed(whole.initial),
        tuple(frozenset(renamed(goal)) for goal in whole.accepting),
    )

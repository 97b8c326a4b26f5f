"""Individuals that are interchangeable: verified on the terms of a system, never assumed.

Exchanging two individuals takes each place to the place of the other, and in each variable that chooses among values the index of a
value to the index of the value with the two exchanged. When that takes the set of actions, the starts, the initial conditions, the groups
of fairness and the claims to themselves, the exchange is a symmetry; exchanges with one individual generate all permutations. Where the
image of a term cannot be written down (an index is computed with, an order of individuals is used), the exchange is taken for none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from kmodel.ground.mentioned import anonymous
from kmodel.ground.rebuild import CONSTRUCTORS, Rewriter
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
    RecordShape,
    SetShape,
    Shape,
    Start,
    SymmetricGroup,
    System,
    TupleShape,
    Undefined,
)
from kmodel.ground.terms import Term, Variable, equal, if_, number, primed, select, variable
from kmodel.typed.values import Individual, MapValue, RecordValue, Value

MOST_TERMS = 200_000
_MOST_WORK = 50_000

Permutation: TypeAlias = tuple[int, ...]
Signature: TypeAlias = Hashable
Found = TypeVar("Found")


class Asymmetric(Exception):
    """The exchange takes something to what the system does not have, or cannot be followed."""


@dataclass(slots=True)
class Exchange:
    """What exchanging individuals does: to variables, and to the indexes that are their values (only where it moves any)."""

    variables: dict[Variable, Variable] = field(default_factory=dict)
    indexes: dict[Variable, Permutation] = field(default_factory=dict)
    done: dict[Term, Term] = field(default_factory=dict)
    canonical: Rewriter = field(default_factory=lambda: Rewriter(lambda leaf: None, sort=True))

    def term(self, term: Term) -> Term:
        """The image of a bool or number, with the arguments of commutative operations in one order."""
        return self.canonical(self._image(term))

    def value(self, which: Variable, term: Term) -> Term:
        """The image of what a variable gets."""
        moved = self.indexes.get(which)
        return self.term(term) if moved is None else self.canonical(self._index(term, moved))

    def _image(self, term: Term) -> Term:
        for part in _arguments_first(term, self.done):
            self.done[part] = self._one(part)
        return self.done[term]

    def _one(self, term: Term) -> Term:
        """The image of a term whose arguments have theirs; indexes that move have none outside of `equal` and `select`."""
        if isinstance(term.value, Variable):
            other = self.variables.get(term.value, term.value)
            return variable(other) if term.op == "variable" else primed(other)
        if not term.arguments:
            return term
        moved = self._moved(term.arguments[0]) or (self._moved(term.arguments[1]) if len(term.arguments) > 1 else None)
        if moved is not None and term.op == "equal":
            return equal(*(self._index(argument, moved) for argument in term.arguments))
        if moved is not None and term.op == "select" and self._moved(term.arguments[0]) is not None:
            return self._selected(term, moved, [self.done[option] for option in term.arguments[1:]])
        if term.op not in ("if", "select") and any(self._moved(argument) is not None for argument in term.arguments):
            raise Asymmetric
        return CONSTRUCTORS[term.op](*(self.done[argument] for argument in term.arguments))

    def _selected(self, term: Term, moved: Permutation, options: Sequence[Term]) -> Term:
        if len(moved) != len(options):
            raise Asymmetric
        placed = list(options)
        for at, option in enumerate(options):
            placed[moved[at]] = option
        return select(self._index(term.arguments[0], moved), tuple(placed))

    def _moved(self, term: Term) -> Permutation | None:
        """How the indexes that the term can be are moved; None for what is no such index."""
        if isinstance(term.value, Variable):
            return self.indexes.get(term.value)
        if term.sort == "int" and term.op in ("if", "select"):
            return next((moved for option in term.arguments[1:] if (moved := self._moved(option)) is not None), None)
        return None

    def _index(self, term: Term, moved: Permutation) -> Term:
        """The image of an index."""
        if term.op == "number":
            assert isinstance(term.value, int)
            if not 0 <= term.value < len(moved):
                raise Asymmetric
            return number(moved[term.value])
        if isinstance(term.value, Variable) and self.indexes.get(term.value) == moved:
            return self.done.get(term) or self._image(term)
        if term.op == "if":
            condition, a, b = term.arguments
            return if_(self._image(condition), self._index(a, moved), self._index(b, moved))
        if term.op == "select":
            options = [self._index(option, moved) for option in term.arguments[1:]]
            inner = self._moved(term.arguments[0])
            return select(self._image(term.arguments[0]), tuple(options)) if inner is None else self._selected(term, inner, options)
        raise Asymmetric


def _arguments_first(term: Term, done: Mapping[Term, Term]) -> Iterator[Term]:
    stack = [term]
    while stack:
        if stack[-1] in done:
            stack.pop()
            continue
        waiting = [argument for argument in stack[-1].arguments if argument not in done]
        if waiting:
            stack.extend(waiting)
        else:
            yield stack.pop()


# ---- the exchange of two individuals


def exchange(system: System, one: Individual, other: Individual) -> Exchange:
    """What exchanging the two does to the system's variables. Raises Asymmetric."""
    made = Exchange()
    places = {(place.name, place.individual): place for place in system.places}
    for place in system.places:
        target = places.get((place.name, None if place.individual is None else _renamed(place.individual, one, other)))
        if target is None:
            raise Asymmetric
        _pair(made, place.shape, target.shape, {one: other, other: one})
    for which, image in made.variables.items():
        if (which.sort, which.low, which.high, which.rigid) != (image.sort, image.low, image.high, image.rigid):
            raise Asymmetric
    return made


def _renamed(who: Individual, one: Individual, other: Individual) -> Individual:
    return other if who == one else one if who == other else who


Names: TypeAlias = Mapping[Individual, Individual]


def _moved_value(value: Value, names: Names) -> Value:
    match value:
        case Individual():
            return names.get(value, value)
        case tuple():
            return tuple(_moved_value(item, names) for item in value)
        case frozenset():
            return frozenset(_moved_value(item, names) for item in value)
        case RecordValue(record, fields):
            return RecordValue(record, tuple((name, _moved_value(item, names)) for name, item in fields))
        case MapValue(pairs):
            return MapValue.of({_moved_value(key, names): _moved_value(item, names) for key, item in pairs})
        case _:
            return value


def _pair(made: Exchange, shape: Shape, target: Shape, names: Names) -> None:
    """Takes each variable of a shape to the one of the other with the same part in it."""
    match shape, target:
        case FixedShape(value), FixedShape(other):
            if _moved_value(value, names) != other:
                raise Asymmetric
        case (BoolShape(which), BoolShape(image)) | (NumberShape(which), NumberShape(image)):
            made.variables[which] = image
        case ChoiceShape(which, values), ChoiceShape(image, others):
            made.variables[which] = image
            moved = _permutation(values, others, names)
            if moved != tuple(range(len(values))):
                made.indexes[which] = moved
        case OptionalShape(given, item), OptionalShape(image, other_item):
            made.variables[given] = image
            _pair(made, item, other_item, names)
        case _:
            _pair_parts(made, shape, target, names)


def _pair_parts(made: Exchange, shape: Shape, target: Shape, names: Names) -> None:
    match shape, target:
        case RecordShape(_, fields), RecordShape(_, others) if len(fields) == len(others):
            for (_, part), (_, other) in zip(fields, others, strict=True):
                _pair(made, part, other, names)
        case TupleShape(items), TupleShape(others) if len(items) == len(others):
            for part, other in zip(items, others, strict=True):
                _pair(made, part, other, names)
        case SetShape(known), SetShape(others):
            images = dict(others)
            made.variables.update((which, _found(images, _moved_value(value, names))) for value, which in known)
        case MapShape(pairs), MapShape(others):
            entries = {key: (there, part) for key, there, part in others}
            for key, there, part in pairs:
                image, other = _found(entries, _moved_value(key, names))
                made.variables[there] = image
                _pair(made, part, other, names)
        case ListShape(length, items), ListShape(image, others) if len(items) == len(others):
            made.variables[length] = image
            for part, other in zip(items, others, strict=True):
                _pair(made, part, other, names)
        case _:
            raise Asymmetric


def _found(known: Mapping[Value, Found], value: Value) -> Found:
    if value not in known:
        raise Asymmetric
    return known[value]


def _permutation(values: Sequence[Value], others: Sequence[Value], names: Names) -> Permutation:
    places = {value: at for at, value in enumerate(others)}
    return tuple(_found(places, _moved_value(value, names)) for value in values)


# ---- what must stay the same


def signature(system: System, by: Exchange) -> Signature:
    """The image of all that decides verdicts, whatever the order of actions and claims. Raises Asymmetric."""
    actions = [action_image(action, by) for action in system.actions]
    return (
        _bag(actions),
        _bag(group_image(group, actions) for group in system.fairness),
        frozenset(_start(start, by) for start in system.starts),
        frozenset(by.term(term) for term in system.initial),
        _bag(claim_image(claim, by) for claim in system.claims),
    )


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


def _start(start: Start, by: Exchange) -> Signature:
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


def symmetric_groups(system: System) -> tuple[SymmetricGroup, ...]:
    """The groups of anonymous individuals that may be permuted in any way; none where the system is too large to try."""
    size = _size(system)
    if size > MOST_TERMS:
        return ()
    here = Exchange()
    try:
        unchanged = signature(system, here)
    except Asymmetric:
        return ()
    attempts = max(1, _MOST_WORK // max(1, size))
    groups: list[SymmetricGroup] = []
    for entity, individuals in sorted(anonymous(system).items()):
        found, attempts = _classes(system, unchanged, individuals, attempts)
        groups.extend(SymmetricGroup(entity, tuple(each)) for each in found if len(each) > 1)
    return tuple(groups)


def _classes(system: System, unchanged: Signature, individuals: Sequence[Individual], attempts: int) -> tuple[list[list[Individual]], int]:
    """Individuals each of which may be exchanged with the first of its class."""
    classes: list[list[Individual]] = []
    for who in individuals:
        for known in classes:
            if attempts <= 0:
                break
            attempts -= 1
            if _is_symmetry(system, unchanged, known[0], who):
                known.append(who)
                break
        else:
            classes.append([who])
    return classes, attempts


def _is_symmetry(system: System, unchanged: Signature, one: Individual, other: Individual) -> bool:
    try:
        return signature(system, exchange(system, one, other)) == unchanged
    except Asymmetric:
        return False


def _size(system: System) -> int:
    """How many different terms the system is made of."""
    seen: set[Term] = set()
    stack = [term for action in system.actions for term in (action.guard, *(term for _, term in action.updates))]
    stack += [each.condition for action in system.actions for each in action.undefined]
    stack += [claim.term for claim in system.claims]
    while stack and len(seen) <= MOST_TERMS:
        term = stack.pop()
        if term not in seen:
            seen.add(term)
            stack.extend(term.arguments)
    return len(seen)

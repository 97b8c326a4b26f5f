"""Guarded leaves as a tree of tests, so that a condition that many guards share is tested once for all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field, replace

from kmodel.engines.explicit.blocks import Block, Cases, Leaf
from kmodel.ground.terms import FALSE, TRUE, Term, Variable, and_, equal, if_, not_, number, or_, truth
from kmodel.records import dataclass

_MOST_TESTS = 40
"""The greatest depth of a tree: Python allows 100 levels of indentation."""

_MOST_CASES = 40
"""In one chain: Python's compiler recurs for each."""

_DEEPEST = 4
"""How far down a term facts are used: deeper it is more likely to be shared as it is, and rewriting would cost more than it saves."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known where the path of tests has led: conditions that hold, and the values of variables."""

    true: frozenset[Term] = frozenset()
    pinned: dict[Variable, int] = field(default_factory=dict)

    def with_(self, condition: Term) -> Facts:
        """These facts and the condition."""
        known = Facts(self.true | {condition}, dict(self.pinned))
        for part in condition.arguments if condition.op == "and" else ():
            known = known.with_(part)
        for which, value in _pins(condition):
            known.pinned[which] = value
        return known

    def narrow(self, term: Term, depth: int = _DEEPEST) -> Term:
        """A term that is equal where the facts hold, and no harder to compute."""
        if term in self.true:
            return TRUE
        if term.sort == "bool" and not_(term) in self.true:
            return FALSE
        if term.op == "variable" and term.value in self.pinned:
            assert isinstance(term.value, Variable)
            value = self.pinned[term.value]
            return truth(bool(value)) if term.sort == "bool" else number(value)
        rule = _REBUILD.get(term.op)
        if rule is None or not depth:
            return term
        parts = [self.narrow(part, depth - 1) for part in term.arguments]
        return term if all(new is old for new, old in zip(parts, term.arguments, strict=True)) else rule(*parts)


_REBUILD: dict[str, Callable[..., Term]] = {"not": not_, "and": and_, "or": or_, "if": if_, "equal": equal}


def _pins(condition: Term) -> Iterator[tuple[Variable, int]]:
    bare = condition.arguments[0] if condition.op == "not" else condition
    if bare.op == "variable" and isinstance(bare.value, Variable):
        yield bare.value, int(bare is condition)
    if condition.op == "equal":
        for a, b in (condition.arguments, condition.arguments[::-1]):
            if a.op == "variable" and b.op == "number" and isinstance(a.value, Variable) and b.low is not None:
                yield a.value, b.low


@dataclass(frozen=True, slots=True)
class Guarded:
    """What to do where all the conditions hold: `make` is told what is known there."""

    conditions: tuple[Term, ...]
    make: Callable[[Facts], Block]

    def under(self, facts: Facts) -> Guarded | None:
        """With the conditions that are left to test, or None where one cannot hold."""
        left = untested(self.conditions, facts)
        return None if left is None else replace(self, conditions=left)


def untested(conditions: Iterable[Term], facts: Facts) -> tuple[Term, ...] | None:
    """The conditions that are left to test where the facts hold, or None where one cannot hold."""
    left: list[Term] = []
    for condition in conditions:
        left.extend(conjuncts(facts.narrow(condition)))
    return None if FALSE in left else tuple(dict.fromkeys(left))


def conjuncts(term: Term) -> tuple[Term, ...]:
    """The conditions that a condition is the conjunction of."""
    if term is TRUE:
        return ()
    if term.op == "and":
        return tuple(part for argument in term.arguments for part in conjuncts(argument))
    if term.op == "not" and term.arguments[0].op == "or":
        return tuple(part for argument in term.arguments[0].arguments for part in conjuncts(not_(argument)))
    return (term,)


def simplified(conditions: Iterable[Term]) -> tuple[Term, ...]:
    """The parts of a conjunction, each as it is where those before it hold."""
    facts, kept = Facts(), dict[Term, None]()
    for part in (part for condition in conditions for part in conjuncts(condition)):
        for rest in conjuncts(facts.narrow(part)):
            if rest not in kept:
                kept[rest] = None
                facts = facts.with_(rest)
    return tuple(kept)


def tree(choices: list[Guarded], facts: Facts, depth: int = 0) -> Block:
    """Tests and leaves: the condition that most of the choices share first."""
    open_ = [left for choice in choices if (left := choice.under(facts)) is not None]
    block: list[Leaf | Cases] = [leaf for choice in open_ if not choice.conditions for leaf in choice.make(facts)]
    groups = dict(_groups([choice for choice in open_ if choice.conditions], depth))
    for conditions in exclusive([condition for condition in groups if condition is not FALSE]):
        bodies = [(condition, tree(groups[condition], facts.with_(condition), depth + 1)) for condition in conditions]
        cases = tuple(case for case in bodies if case[1])
        block.extend(Cases(cases[at : at + _MOST_CASES]) for at in range(0, len(cases), _MOST_CASES))
    return tuple(block)


def _groups(choices: list[Guarded], depth: int) -> Iterator[tuple[Term, list[Guarded]]]:
    """Each condition to test, with the choices under it: what they all share. A choice that shares nothing is tested whole."""
    while choices:
        shares = Counter(condition for choice in choices for condition in choice.conditions)
        best = max(shares, key=lambda condition: (shares[condition], -condition.serial))
        if shares[best] == 1 or depth >= _MOST_TESTS:
            alike: dict[Term, list[Guarded]] = {}
            for choice in choices:
                alike.setdefault(and_(*choice.conditions), []).append(choice)
            yield from alike.items()
            return
        group = [choice for choice in choices if best in choice.conditions]
        shared = [condition for condition in group[0].conditions if all(condition in choice.conditions for choice in group)]
        yield and_(best, *shared), group
        choices = [choice for choice in choices if best not in choice.conditions]


def exclusive(conditions: list[Term]) -> Iterator[list[Term]]:
    """The conditions again, those together that test one variable for different values, or are each other's negation."""
    open_ = dict.fromkeys(conditions)
    while open_:
        first = next(iter(open_))
        subject = _subject(first)
        if subject is None:
            together = [first, *(condition for condition in (not_(first),) if condition in open_)]
        else:
            together = _different([condition for condition in open_ if _subject(condition) is subject])
        yield together
        for condition in together:
            del open_[condition]


def _different(conditions: list[Term]) -> list[Term]:
    """One condition for each number that the subject is compared with."""
    return list({_first(condition): condition for condition in reversed(conditions)}.values())[::-1]


def _first(condition: Term) -> Term:
    return condition.arguments[0] if condition.op == "and" else condition


def _subject(condition: Term) -> Term | None:
    """The term that the condition's first part compares with a number."""
    first = _first(condition)
    if first.op != "equal":
        return None
    a, b = first.arguments
    return b if a.op == "number" else a if b.op == "number" else None

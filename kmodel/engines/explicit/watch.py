"""Tests that claims ask for, in states and in steps: for what is undefined, for what breaks the claim, for what exercises it.

In the generated code `o2` says that claim 2 is open and `i2` that it is idle (not exercised so far). `broken(claim, undefined, …)`
and `exercise(claim)` return False, which the flag then is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from kmodel.engines.explicit.blocks import Block, Leaf, name_of, write
from kmodel.engines.explicit.choices import Facts, Guarded, conjuncts, tree
from kmodel.engines.explicit.express import AND, Writer
from kmodel.engines.explicit.steps import Steps
from kmodel.ground.system import Claim, System
from kmodel.ground.terms import FALSE, TRUE, Term, not_


def flags(watched: Iterable[int]) -> list[str]:
    """The lines that read the flags of the claims."""
    return [line for index in watched for line in (f"    o{index} = open_[{index}]", f"    i{index} = idle[{index}]")]


def state_tests(system: System) -> Block:
    """What to look for in each state: all but claims about steps."""
    block: list[Leaf] = []
    for index, claim in enumerate(system.claims):
        if claim.kind != "transition":
            block.extend(_tests(index, claim, lambda term: term, "s"))
    return (*block, *_undefined_steps(system))


def step_tests(leaf: Leaf, system: System, steps: Steps, index: int, facts: Facts) -> Leaf:
    """A leaf that makes `t` by action `index` where the facts hold, with the tests of that step behind it."""
    action = system.actions[index]

    def known(term: Term) -> Term:
        return facts.narrow(steps.after(term, action))

    tests = tuple(
        test for at, claim in enumerate(system.claims) if claim.kind == "transition" for test in _tests(at, claim, known, f"s, {index}, t")
    )
    if not tests:
        return leaf
    asked = [term for test in tests for term in test.terms]
    primes = frozenset().union(*(steps.primed(term) for term in asked))
    updates = [(which, update) for which, update in action.updates if which in primes]

    def lines(writer: Writer) -> list[str]:
        after = {which: f"{name_of(which)}_next" for which, _ in updates}
        named = [f"{after[which]} = {writer.value(update)}" for which, update in updates]
        return [*leaf.lines(writer), *named, *write(tests, replace(writer, after=after), 0)]

    return Leaf((*leaf.terms, *(update for _, update in updates), *steps.unprimed(asked)), lines)


def _tests(index: int, claim: Claim, known: Callable[[Term], Term], place: str) -> Iterator[Leaf]:
    """Undefined before false, so that the reason for a failure is told; `known` says what a term comes to here."""
    for at, undefined in enumerate(claim.undefined):
        yield from _test(f"o{index}", known(undefined.condition), f'broken({index}, ("claim", 0, {at}), {place})')
    if claim.kind in ("invariant", "transition", "witness"):
        wanted = known(claim.term)
        yield from _test(f"o{index}", wanted if claim.kind == "witness" else not_(wanted), f"broken({index}, None, {place})")
    yield from _test(f"i{index}", known(claim.exercised), f"exercise({index})")


def _test(flag: str, condition: Term, call: str) -> Iterator[Leaf]:
    def lines(writer: Writer) -> list[str]:
        test = flag if condition is TRUE else f"{flag} and {writer.test(condition, AND + 1)}"
        return [f"if {test}:", f"    {flag} = {call}"]

    if condition is not FALSE:
        yield Leaf((condition,), lines)


def _undefined_steps(system: System) -> Block:
    """For the claim that nothing is undefined: the conditions of all actions, as a tree."""

    def choice(claim: int, action: int, at: int, condition: Term) -> Guarded:
        lines = [f"if o{claim}:", f'    o{claim} = broken({claim}, ("action", {action}, {at}), s)']
        return Guarded(conjuncts(condition), lambda facts: (Leaf((), lambda writer: lines),))

    choices = [
        choice(index, number, at, undefined.condition)
        for index, claim in enumerate(system.claims)
        if claim.kind == "defined"
        for number, action in enumerate(system.actions)
        for at, undefined in enumerate(action.undefined)
    ]
    return tree(choices, Facts()) if choices else ()

"""Python source for a system: functions that expand, list, check and label packed states.

A generated function reads well enough to be compared with a recorded one. In it `s` is a state, `t` a state after a step, `w0`, `w1`, …
words of the state, names with a variable's index are variables, `x7` are shared subterms, and `n3` counts the states where action 3
is enabled. The flags of the claims are those of `watch`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kmodel.engines.explicit.blocks import Block, Leaf, write
from kmodel.engines.explicit.choices import Facts, Guarded, simplified, tree
from kmodel.engines.explicit.express import RUNTIME, SHIFT, Writer, total
from kmodel.engines.explicit.layout import WORD, Layout
from kmodel.engines.explicit.steps import Steps
from kmodel.engines.explicit.updates import Change, change
from kmodel.engines.explicit.watch import flags, state_tests, step_tests
from kmodel.ground.system import Action, System
from kmodel.ground.terms import Term, not_


def compiled(text: str, name: str) -> Callable[..., Any]:
    """The function of that name that the text defines."""
    scope: dict[str, Any] = dict(RUNTIME)
    exec(compile(text, f"<{name}>", "exec"), scope)
    function: Callable[..., Any] = scope[name]
    return function


def expand(system: System, layout: Layout, orbits: bool = False) -> str:
    """`expand(states, seen, new, counts, open_, idle, broken, exercise, canonical)`: every step from the states.

    A state not in `seen` is put there with the state it came from, and given to `new`. `counts[i]` grows by the number of states
    where action i is enabled. `broken(claim, undefined, s, action, t)` is told of a step that a claim forbids. With `orbits`, the
    `canonical` state of its orbit stands for each state that a step leads to."""
    counters = [f"n{index}" for index in range(len(system.actions))]
    steps = Steps()
    kept = Leaf((), lambda writer: [*(["t = canonical(t)"] if orbits else []), "if t not in seen:", "    seen[t] = s", "    new(t)"])

    def step(index: int, result: Change, facts: Facts) -> Block:
        tested = step_tests(_made(index, system.actions[index].label, result), system, steps, index, facts)
        return (tested, kept) if not result.nothing else (tested,)

    return _text(
        f"def expand(states, seen, new, counts, open_, idle, broken, exercise{', canonical' if orbits else ''}):",
        [f"    {' = '.join(counters[at : at + 10])} = 0" for at in range(0, len(counters), 10)],
        flags(index for index, claim in enumerate(system.claims) if claim.kind == "transition"),
        ["    for s in states:"],
        _body(_actions(system, layout, step), layout, 2),
        [f"    counts[{index}] += {counter}" for index, counter in enumerate(counters)],
    )


def _made(index: int, name: str, result: Change) -> Leaf:
    comment = f"# {' '.join(name.split())}"
    return Leaf(tuple(term for term, _ in result.terms), lambda writer: [comment, f"n{index} += 1", f"t = {result.text(writer)}"])


def successors(system: System, layout: Layout) -> str:
    """`successors(s)`: the steps from a state, each an action's index and the state after it."""

    def step(index: int, result: Change, facts: Facts) -> Block:
        return (Leaf(tuple(term for term, _ in result.terms), lambda writer: [f"steps.append(({index}, {result.text(writer)}))"]),)

    return _text(
        "def successors(s):",
        ["    steps = []"],
        _body(_actions(system, layout, step), layout, 1),
        ["    return steps"],
    )


def _actions(system: System, layout: Layout, step: Callable[[int, Change, Facts], Block]) -> Block:
    """The tree of guards. A step is taken where the guard holds and nothing about it is undefined."""

    def choice(index: int, action: Action) -> Guarded:
        conditions = simplified((action.guard, *(not_(undefined.condition) for undefined in action.undefined)))
        return Guarded(conditions, lambda facts: step(index, change(action, layout, facts), facts))

    return tree([choice(index, action) for index, action in enumerate(system.actions)], Facts())


def check(system: System, layout: Layout) -> str:
    """`check(states, open_, idle, broken, exercise)`: all claims but those about steps, in each state.

    `broken(claim, undefined, s)` is told of a state that breaks a claim, or reaches a witness."""
    return _text(
        "def check(states, open_, idle, broken, exercise):",
        flags(index for index, claim in enumerate(system.claims) if claim.kind != "transition"),
        ["    for s in states:"],
        _body(state_tests(system), layout, 2),
    )


def label(terms: tuple[Term, ...], layout: Layout) -> str:
    """`label(states)`: for each state a number whose bit i says whether the i-th term holds there."""

    def lines(writer: Writer) -> list[str]:
        bits = [f"({writer.value(term, SHIFT + 1)} << {at})" for at, term in enumerate(terms)]
        return [f"labels.append({total(bits)[0]})"]

    return _text(
        "def label(states):",
        ["    labels = []", "    for s in states:"],
        _body((Leaf(terms, lines),), layout, 2),
        ["    return labels"],
    )


def _body(block: Block, layout: Layout, indent: int) -> list[str]:
    """What is done with one state `s`."""
    margin = " " * 4 * indent
    ones = (1 << WORD) - 1
    words = [f"{margin}w{word} = s >> {WORD * word} & {ones}" if word else f"{margin}w0 = s & {ones}" for word in range(layout.words)]
    lines = list(write(block, Writer(layout, {}, {}), indent))
    return [*(words if layout.words > 1 else []), *(lines or [f"{margin}pass"])]


def _text(head: str, *parts: list[str]) -> str:
    return "\n".join([head, *(line for part in parts for line in part), ""])

"""Python source that enumerates the initial states, testing each initial condition as soon as its variables have values."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from kmodel.engines.explicit.blocks import Leaf, name_of, write
from kmodel.engines.explicit.choices import conjuncts
from kmodel.engines.explicit.express import AND, Writer, signed, total
from kmodel.engines.explicit.layout import Layout, bounds
from kmodel.engines.explicit.steps import unknown
from kmodel.ground.system import Start, System
from kmodel.ground.terms import Term, Variable, variable
from kmodel.records import dataclass

_LOOPS = 15
"""Loops in one function: Python allows 20 blocks in each other."""

_BEAT = 4096
"""At most about so many assignments are tried between two beats."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A variable, its value (None: any), and the conditions that can be tested once it has one."""

    start: Start
    conditions: tuple[Term, ...]

    @property
    def many(self) -> int:
        low, high = bounds(self.start.variable)
        return 1 if self.start.value is not None else high - low + 1


def starts(system: System, layout: Layout) -> str:
    """`start0(values)` and what it calls: a generator of the initial states, packed. `values(low, high)` gives the values to try for a
    variable that may start anywhere. None comes between the states now and then, so that the caller can look at the time."""
    choices = _choices(system)
    beat = _beat(choices)
    parts = _parts(choices)
    lines: list[str] = []
    known: list[Variable] = []
    for number, part in enumerate(parts):
        lines += [f"def start{number}({_parameters(known)}):", *_assignments(part, known, layout, beat)]
        known += [choice.start.variable for choice in part]
        margin = " " * 4 * (1 + sum(choice.start.value is None for choice in part))
        lines += [
            f"{margin}yield {_packed(layout)}" if part is parts[-1] else f"{margin}yield from start{number + 1}({_parameters(known)})",
            "",
        ]
    return "\n".join(lines)


def _parameters(known: list[Variable]) -> str:
    return ", ".join(["values", *map(name_of, known)])


def _packed(layout: Layout) -> str:
    fields = [field for field in layout.fields if field.width]
    return total([f"({name_of(field.variable)} {signed(-field.low)} << {field.offset})" for field in fields])[0]


def ordered(system: System) -> list[Start]:
    """The starts, rigid variables first and each after those that its value is computed from."""
    waiting = sorted(system.starts, key=lambda start: not start.variable.rigid)
    known: set[Variable] = set()
    order: list[Start] = []
    while waiting:
        ready = [start for start in waiting if start.value is None or _variables(start.value) <= known]
        assert ready, "starts depend on each other"
        order += ready
        known.update(start.variable for start in ready)
        waiting = [start for start in waiting if start.variable not in known]
    return order


def _choices(system: System) -> list[Choice]:
    waiting = {part: _variables(part) for condition in system.initial for part in conjuncts(condition)}
    known: set[Variable] = set()
    choices: list[Choice] = []
    for start in ordered(system):
        known.add(start.variable)
        ready = tuple(condition for condition, needs in waiting.items() if needs <= known)
        waiting = {condition: needs for condition, needs in waiting.items() if condition not in ready}
        choices.append(Choice(start, ready))
    return choices


def _variables(term: Term) -> set[Variable]:
    return {part.value for part in unknown(term, {}) if isinstance(part.value, Variable)}


def _beat(choices: list[Choice]) -> Choice | None:
    """The first choice after which so few assignments are left to try that the time can wait for them."""
    free = [(at, choice) for at, choice in enumerate(choices) if choice.start.value is None]
    return next((choice for at, choice in free if prod(later.many for later in choices[at + 1 :]) <= _BEAT), None)


def _parts(choices: list[Choice]) -> list[list[Choice]]:
    """The choices function by function."""
    parts: list[list[Choice]] = [[]]
    for choice in choices:
        if sum(other.start.value is None for other in parts[-1]) >= _LOOPS:
            parts.append([])
        parts[-1].append(choice)
    return parts


def _assignments(part: list[Choice], known: list[Variable], layout: Layout, beat: Choice | None) -> Iterator[str]:
    """One variable after the other, each with the tests that it makes possible; a failed one goes on with the next value."""
    names = {variable(which): name_of(which) for which in known if variable(which).op == "variable"}
    depth = 1
    for choice in part:
        which = choice.start.variable
        if choice.start.value is None:
            low, high = bounds(which)
            yield " " * 4 * depth + f"for {name_of(which)} in values({low}, {high}):"
            depth += 1
            yield from [" " * 4 * depth + "yield None"] if choice is beat else []
        else:
            yield from write((_assignment(which, choice.start.value),), Writer(layout, names, {}), depth)
        if variable(which).op == "variable":
            names[variable(which)] = name_of(which)
        if choice.conditions:
            test = _test(choice.conditions, "return" if depth == 1 else "continue")
            yield from write((test,), Writer(layout, names, {}), depth)


def _assignment(which: Variable, value: Term) -> Leaf:
    """A value that may leave the bounds by its interval is looked at: the layout has no room for it."""
    low, high = bounds(which)
    name = name_of(which)
    within = value.sort == "bool" or (value.low is not None and value.high is not None and low <= value.low and value.high <= high)
    check = [] if within else [f"assert {low} <= {name} <= {high}"]
    return Leaf((value,), lambda writer: [f"{name} = {writer.value(value)}", *check])


def _test(conditions: tuple[Term, ...], otherwise: str) -> Leaf:
    def lines(writer: Writer) -> list[str]:
        tests = " and ".join(writer.test(condition, AND + 1) for condition in conditions)
        return [f"if not ({tests}):", f"    {otherwise}"]

    return Leaf(conditions, lines)

"""A system unrolled: the constants of each state of a behaviour, and what is said of a state or a step at any place in it.

What is said is encoded once, over the first two states, and put at another place by substitution. Variables that no action
writes have one constant for all states. A step takes exactly one action that is enabled and defined.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import field

import z3

from kmodel.engines.obligations import Writers, all_terms, possible, several_values, writers
from kmodel.engines.smt.encode import Z3, Constants, Numbers, declare, encode, numbers_for, read, within
from kmodel.ground.rebuild import Reads
from kmodel.ground.system import State, System
from kmodel.ground.terms import Term, Variable, equal, primed, variable
from kmodel.records import dataclass


@dataclass(frozen=True, slots=True)
class Bundle:
    """z3 terms over the first two states, packed as the arguments of one application so that one substitution does for all."""

    packed: Z3
    size: int


@dataclass(frozen=True, slots=True)
class Unrolling:
    """The states and steps of behaviours of a system, as z3 constants. `make` it, then ask for any place in it."""

    system: System
    numbers: Numbers
    writers: Writers
    fixed: Constants
    states: list[Constants] = field(default_factory=list)
    choices: list[list[Z3]] = field(default_factory=list)
    steps: list[Bundle] = field(default_factory=list)

    @staticmethod
    def make(system: System) -> Unrolling:
        numbers, changing = numbers_for(system.variables, all_terms(system)), writers(system)
        still = (which for which in system.variables if which not in changing and several_values(which))
        return Unrolling(system, numbers, changing, {which: declare(numbers, which, f"{which.index}") for which in still})

    def state(self, k: int) -> Constants:
        """The constants of the state after `k` steps."""
        for at in range(len(self.states), k + 1):
            moving = {which: declare(self.numbers, which, f"{which.index}@{at}") for which in self.writers if several_values(which)}
            self.states.append({**self.fixed, **moving})
        return self.states[k]

    def taken(self, k: int) -> list[Z3]:
        """For each action, that step `k` (from state k on) takes it."""
        every = range(len(self.system.actions))
        self.choices.extend([z3.Bool(f"action{at}@{step}") for at in every] for step in range(len(self.choices), k + 1))
        return self.choices[k]

    # ---- what is said of states and steps

    def at(self, k: int, term: Term) -> Z3:
        """A term in state `k` (and of step k, where it has primed variables), encoded there."""
        return encode(term, self.numbers, self.state(k), self.state(k + 1), {})

    def bundle(self, terms: Sequence[Term]) -> Bundle:
        known: dict[Term, Z3] = {}
        return _pack([encode(term, self.numbers, self.state(0), self.state(1), known) for term in terms])

    def put(self, bundle: Bundle, k: int) -> list[Z3]:
        """What the bundle says, of state and step `k`."""
        pairs = [] if k == 0 else [*self._moved(0, k), *self._moved(1, k + 1), *zip(self.taken(0), self.taken(k), strict=True)]
        placed = z3.substitute(bundle.packed, *pairs) if pairs else bundle.packed
        return [placed.arg(at) for at in range(bundle.size)]

    def _moved(self, origin: int, k: int) -> list[tuple[Z3, Z3]]:
        start, end = self.state(origin), self.state(k)
        return [(start[which], end[which]) for which in self.writers if which in start]

    def within(self, k: int) -> list[Z3]:
        """That the constants of state `k` hold values of their variables."""
        return [within(self.numbers, which, constant) for which, constant in self.state(k).items()]

    def start(self) -> list[Z3]:
        """That state 0 is an initial one."""
        begun = [equal(variable(start.variable), start.value) for start in self.system.starts if start.value is not None]
        return [*self.within(0), *(self.at(0, term) for term in (*begun, *self.system.initial))]

    def lasting(self) -> list[Z3]:
        """What the beginning says of variables that never change: it holds of every state."""
        reads = Reads()
        begun = [equal(variable(start.variable), start.value) for start in self.system.starts if start.value is not None]
        return [self.at(0, term) for term in (*begun, *self.system.initial) if reads(term).isdisjoint(self.writers)]

    def step(self, k: int) -> list[Z3]:
        """That step `k` leads from state k to state k + 1."""
        if not self.steps:
            self.steps.append(_pack(self._first_step()))
        return [*self.put(self.steps[0], k), *self.within(k + 1)]

    def _first_step(self) -> list[Z3]:
        known: dict[Term, Z3] = {}

        def here(term: Term) -> Z3:
            return encode(term, self.numbers, self.state(0), self.state(1), known)

        taken = self.taken(0)
        said = [z3.Or(taken), z3.AtMost(*taken, 1)] if len(taken) > 1 else [z3.Or(taken)]
        said += [z3.Implies(takes, here(possible(action))) for takes, action in zip(taken, self.system.actions, strict=True)]
        for which, values in self.writers.items():
            following = here(variable(which))
            for value, by in values.items():
                following = z3.If(z3.Or([taken[at] for at in by]), *self.numbers.level(here(value), following))
            said.append(operator.eq(*self.numbers.level(here(primed(which)), following)))
        return said

    def same(self, i: int, j: int) -> Z3:
        """That states `i` and `j` are the same."""
        a, b = self.state(i), self.state(j)
        return z3.And([a[which] == b[which] for which in self.writers if which in a])

    # ---- what a model says

    def read_state(self, model: Z3, k: int) -> State:
        held = self.state(k)

        def value(which: Variable) -> int:
            if which in held:
                return read(self.numbers, which, model.eval(held[which], model_completion=True))
            return which.low or 0

        return tuple(value(which) for which in self.system.variables)

    def read_action(self, model: Z3, k: int) -> int:
        return next(at for at, takes in enumerate(self.taken(k)) if true_in(model, takes))


def true_in(model: Z3, said: Z3) -> bool:
    return bool(z3.is_true(model.eval(said, model_completion=True)))


def _pack(terms: Sequence[Z3]) -> Bundle:
    sorts = [term.sort() for term in terms]
    return Bundle(z3.Function(f"pack{len(terms)}", *sorts, z3.BoolSort())(*terms), len(terms))

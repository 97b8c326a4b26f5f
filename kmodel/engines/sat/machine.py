"""A finite system as one circuit: the state's bits, a step's choice, the state after it, and what claims say of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from kmodel.engines.obligations import failure, possible, writers
from kmodel.engines.sat.choice import Choice
from kmodel.engines.sat.circuit import FALSE, TRUE, Circuit, Literal
from kmodel.engines.sat.encode import Encoder, bounds, free_bits
from kmodel.engines.sat.lifted import Lifting
from kmodel.engines.sat.words import Word, constant, read, resized
from kmodel.ground.system import State, System
from kmodel.ground.terms import Term, Variable, add, and_, at_most, number
from kmodel.records import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """`now` and `after` are the variables' bits before and after a step, `inputs` the bits that hold the state, in order.

    `steps` is true where the choice is an action that is enabled and defined, and `after` means something there only. `encoder`
    encodes terms about states and about steps."""

    system: System
    circuit: Circuit
    now: Mapping[Variable, Word]
    after: Mapping[Variable, Word]
    inputs: tuple[int, ...]
    choice: Choice
    steps: Literal
    encoder: Encoder

    @staticmethod
    def of(system: System) -> Machine:
        circuit = Circuit()
        now = {which: free_bits(circuit, which) for which in system.variables}
        inputs = tuple(range(2, len(circuit.gates)))
        choice = Choice.of(circuit, system.actions)
        bits = dict(now)
        here = Encoder(circuit, bits)
        lifting = Lifting(choice, here, bits)
        after = {**now, **_after(system, lifting, now)}
        return Machine(system, circuit, now, after, inputs, choice, _steps(system, lifting), _shared(here, after))

    def fails(self, claim: int) -> Literal:
        """That the claim fails in a state, or of a step."""
        return self.encoder.literal(failure(self.system, self.system.claims[claim]))

    def exercised(self, claim: int) -> Literal:
        return self.encoder.literal(self.system.claims[claim].exercised)

    def within(self) -> list[Literal]:
        """That the state's bits are values of their variables."""
        return [self.encoder.within(which) for which in self.system.variables]

    def state_bits(self, bits: Mapping[Variable, Word]) -> list[Literal]:
        """The literals that hold a state, in the order of `inputs`."""
        return [bits[which][at] for which in self.system.variables for at, bit in enumerate(self.now[which]) if bit > TRUE]

    def read_state(self, values: Sequence[bool]) -> State:
        """The state that bits (in the order of `inputs`) are."""
        held = dict(zip(self.inputs, values, strict=True))
        return tuple(_read(which, [held[bit] if bit > TRUE else bit == TRUE for bit in self.now[which]]) for which in self.system.variables)


def _read(which: Variable, bits: list[bool]) -> int:
    return int(bits[0]) if which.sort == "bool" else read(bits)


def _shared(here: Encoder, after: Mapping[Variable, Word]) -> Encoder:
    here.places = {"variable": here.places["variable"], "primed": after}
    return here


def _steps(system: System, lifting: Lifting) -> Literal:
    """That the choice is an action that is enabled and defined."""
    circuit, choice = lifting.encoder.circuit, lifting.choice
    enabled = []
    for actions in choice.by_name():
        named = circuit.or_(choice.taken(at) for at in actions)
        for alike, term in lifting.alike({at: possible(system.actions[at]) for at in actions}):
            enabled.append(circuit.and_((named, choice.some_of(alike), lifting.encoder.literal(term))))
    return circuit.or_(enabled)


def _after(system: System, lifting: Lifting, now: Mapping[Variable, Word]) -> dict[Variable, Word]:
    """What each variable that is written becomes."""
    return {which: _written(lifting, now[which], values) for which, values in writers(system).items()}


def _written(lifting: Lifting, old: Word, values: Mapping[Term, Sequence[int]]) -> Word:
    """The value that the step's action writes, else the old one. What a value may have beyond its variable's bounds is cut off: the
    action is undefined there."""
    here = lifting.encoder
    cases = Cases(here)
    written = {action: value for value, by in values.items() for action in by}
    for actions in lifting.choice.by_name():
        for alike, value in lifting.alike({at: written[at] for at in actions if at in written}):
            cases.add(lifting.choice.some_of(alike), value)
    others = here.circuit.and_([-when for when, _ in cases.words()])
    return here.words.one_of([*((when, resized(word, len(old))) for when, word in cases.words()), (others, old)])


@dataclass(slots=True)
class Cases:
    """What a variable is given and when. Choices inside a value become cases of their own, equal values one case, and sums that differ
    in a number only one sum with a choice of numbers: an adder for each way to reach a value would be most of the circuit."""

    encoder: Encoder
    when: dict[Term, list[Literal]] = field(default_factory=dict)

    def add(self, condition: Literal, value: Term) -> None:
        circuit = self.encoder.circuit
        open_ = [(condition, value)]
        while open_:
            condition, value = open_.pop()
            if value.op == "if" and condition != FALSE:
                test = self.encoder.literal(value.arguments[0])
                open_ += [
                    (circuit.and_((condition, test)), value.arguments[1]),
                    (circuit.and_((condition, -test)), value.arguments[2]),
                ]
            elif condition != FALSE:
                self.when.setdefault(value, []).append(condition)

    def words(self) -> list[tuple[Literal, Word]]:
        """Conditions, of which at most one is true, and what is given under each."""
        made: list[tuple[Literal, Word]] = []
        sums: dict[Term, list[tuple[Literal, int]]] = {}
        for value, conditions in self.when.items():
            when = self.encoder.circuit.or_(conditions)
            rest, number_ = _offset(value)
            if number_ and value.sort == "int":
                sums.setdefault(rest, []).append((when, number_))
            else:
                made.append((when, self.encoder.word(value)))
        return made + [self._sum(rest, offsets) for rest, offsets in sums.items()]

    def _sum(self, rest: Term, offsets: Sequence[tuple[Literal, int]]) -> tuple[Literal, Word]:
        words = self.encoder.words
        offset = words.one_of([(when, constant(number_)) for when, number_ in offsets])
        word = self.encoder.word(rest)
        return self.encoder.circuit.or_(when for when, _ in offsets), words.sum([(word, 0), (offset, 0)], max(len(word), len(offset)) + 1)


def _offset(value: Term) -> tuple[Term, int]:
    """A sum without the number in it, and that number."""
    last = value.arguments[-1] if value.op == "add" else None
    if last is None or not isinstance(last.value, int):
        return value, 0
    return add(*value.arguments[:-1]), last.value


def beginning(machine: Machine) -> tuple[dict[Variable, Word], Literal]:
    """The bits of a first state, over new inputs of the same circuit, and that it is one."""
    begun: dict[Variable, Word] = {}
    encoder = Encoder(machine.circuit, begun)
    said = []
    for start in machine.system.starts:
        which = start.variable
        if start.value is None:
            begun[which] = free_bits(machine.circuit, which)
            said.append(encoder.within(which))
        else:
            begun[which] = resized(encoder.word(start.value), len(machine.now[which]))
            said.append(_fits(encoder, which, start.value))
    said += [encoder.literal(term) for term in machine.system.initial]
    return begun, machine.circuit.and_(said)


def _fits(encoder: Encoder, which: Variable, value: Term) -> Literal:
    """That a value is one of the variable's."""
    if which.sort == "bool":
        return TRUE
    low, high = bounds(which)
    return encoder.literal(and_(at_most(number(low), value), at_most(value, number(high))))

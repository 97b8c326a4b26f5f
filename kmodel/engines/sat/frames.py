"""A machine unrolled in a solver: the literals of each state of a behaviour, and of what is said of states and steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from kmodel.engines.sat.choice import Slot
from kmodel.engines.sat.circuit import TRUE, Literal
from kmodel.engines.sat.machine import Machine, beginning
from kmodel.engines.sat.solve import Prover
from kmodel.engines.sat.template import Table, Template
from kmodel.ground.system import State
from kmodel.records import dataclass


@dataclass(slots=True)
class Frames:
    """`states[k]` are the literals of the state after k steps, `tables[k]` where the parts of step k's template lie.

    `said` are the machine's literals (over a step) whose literals each step has besides; `after` is their place among the outputs."""

    machine: Machine
    prover: Prover
    step_template: Template
    said: int
    states: list[list[Literal]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    @staticmethod
    def of(machine: Machine, prover: Prover, said: Sequence[Literal] = ()) -> Frames:
        """Steps with the literals of what is `said` of each (over the state, the choice and the state after)."""
        roots = [machine.steps, *machine.state_bits(machine.after), *said]
        return Frames(machine, prover, Template.of(machine.circuit, machine.inputs, roots), len(said))

    def begin(self) -> None:
        """State 0 is a first one."""
        bits, begun = beginning(self.machine)
        roots = [begun, *self.machine.state_bits(bits)]
        placed = self.put(Template.of(self.machine.circuit, (), roots), ())
        self.prover.add([[placed[0]]])
        self.states.append(placed[1:])

    def anywhere(self) -> None:
        """State 0 is any that has values in bounds."""
        self.states.append([self.prover.fresh() for _ in self.machine.inputs])
        template = Template.of(self.machine.circuit, self.machine.inputs, self.machine.within())
        self.prover.add([[literal] for literal in self.put(template, self.states[0])])

    def step(self) -> list[Literal]:
        """One step more; the literals of what is said of it."""
        table = self.table(self.step_template, self.states[-1])
        valid, *outputs = self.step_template.outputs(table)
        self.prover.add([[valid]])
        self.tables.append(table)
        self.states.append(outputs[: len(self.machine.inputs)])
        return outputs[len(self.machine.inputs) :]

    def table(self, template: Template, feed: Sequence[Literal]) -> Table:
        """The template put where its inputs are fed so, and where its parts lie."""
        table = template.table(feed, self.prover.free)
        self.prover.free = template.next_free(self.prover.free)
        self.prover.add(template.clauses(table))
        return table

    def put(self, template: Template, feed: Sequence[Literal]) -> list[Literal]:
        """The literals of the template's roots, where its inputs are fed so."""
        return template.outputs(self.table(template, feed))

    def choices(self) -> list[Literal]:
        """What all steps choose, as literals."""
        numbers = self.step_template.numbers
        bits = [numbers[bit] for bits in self.machine.choice.bits.values() for bit in bits if bit in numbers]
        return [table[bit] for table in self.tables for bit in bits]

    def read_states(self) -> list[State]:
        """The states of the last model."""
        return [self.machine.read_state(self.prover.values(state)) for state in self.states]

    def read_action(self, k: int) -> int:
        """The action that step k takes in the last model."""
        choice, numbers, table = self.machine.choice, self.step_template.numbers, self.tables[k]

        def code(slot: Slot) -> int:
            placed = [table[numbers[bit]] if bit in numbers else -TRUE for bit in choice.bits[slot]]
            return sum(1 << at for at, bit in enumerate(self.prover.values(placed)) if bit)

        return choice.read({slot: code(slot) for slot in choice.bits})

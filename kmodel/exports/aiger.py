"""AIGER 1.9: the circuit that the engines over bits decide, as ands of two inputs, with one output a claim: that it fails.

A state bit is a latch that begins with 0; where the bit begins with 1 it is the latch's negation, and where it may begin with either, a
latch says whether the first step is past and an input chooses until then. A choice that is no step leaves the state as it is, which
changes nothing of what is reached. (Format: Biere, Heljanko and Wieringa, AIGER 1.9 and Beyond, 2011.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from functools import reduce

from kmodel.engines.obligations import all_terms, is_finite
from kmodel.engines.sat.circuit import AND, INPUT, TRUE, XOR, Literal
from kmodel.engines.sat.circuit import IF as CHOICE
from kmodel.engines.sat.machine import Machine, beginning
from kmodel.exports import Exported
from kmodel.exports.described import called
from kmodel.ground.system import System
from kmodel.records import dataclass
from kmodel.source import Diagnostic, Rejected


def ascii_aiger(system: System, _: int | None) -> Exported:
    """Readable: `aag`."""
    graph, left_out = _graph(system)
    header = f"aag {graph.most} {len(graph.inputs)} {len(graph.latches)} {len(graph.outputs)} {len(graph.ands)}"
    lines = [header, *(str(2 * (at + 1)) for at in range(len(graph.inputs)))]
    lines += [f"{graph.latch(at)} {following}" for at, following in enumerate(graph.latches)]
    lines += [*map(str, graph.outputs), *(f"{2 * graph.number(at)} {a} {b}" for at, (a, b) in enumerate(graph.ands))]
    return Exported("\n".join([*lines, *graph.symbols]) + "\n", left_out)


def binary_aiger(system: System, _: int | None) -> Exported:
    """Compact, as abc and other tools read it: `aig`."""
    graph, left_out = _graph(system)
    header = f"aig {graph.most} {len(graph.inputs)} {len(graph.latches)} {len(graph.outputs)} {len(graph.ands)}"
    text = "\n".join([header, *map(str, graph.latches), *map(str, graph.outputs)]) + "\n"
    ands = (_delta(2 * graph.number(at) - a) + _delta(a - b) for at, (a, b) in enumerate(graph.ands))
    symbols = "\n".join(graph.symbols) + "\n"
    return Exported("", left_out, text.encode() + b"".join(ands) + symbols.encode())


def _delta(value: int) -> bytes:
    """Seven bits a byte, the last ones first."""
    made = bytearray()
    while value >= 128:
        made.append(value & 127 | 128)
        value >>= 7
    return bytes((*made, value))


@dataclass(slots=True)
class Graph:
    """`latches[i]` is what latch i becomes; `ands[i]` are the inputs of an and, the greater one first. Literals are AIGER's: twice the
    number, and one more for the negation."""

    inputs: Sequence[int]
    names: Sequence[str]
    ands: list[tuple[int, int]] = field(default_factory=list)
    known: dict[tuple[int, int], int] = field(default_factory=dict)
    latches: list[int] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)
    symbols: list[str] = field(default_factory=list)

    @property
    def most(self) -> int:
        return len(self.inputs) + len(self.names) + len(self.ands)

    def latch(self, at: int) -> int:
        return 2 * (len(self.inputs) + at + 1)

    def number(self, at: int) -> int:
        return len(self.inputs) + len(self.names) + at + 1

    def and_(self, a: int, b: int) -> int:
        a, b = max(a, b), min(a, b)
        if b == 0 or a == b ^ 1:
            return 0
        if b == 1 or a == b:
            return a
        if (a, b) not in self.known:
            self.ands.append((a, b))
            self.known[a, b] = 2 * self.number(len(self.ands) - 1)
        return self.known[a, b]

    def or_(self, a: int, b: int) -> int:
        return self.and_(a ^ 1, b ^ 1) ^ 1

    def if_(self, condition: int, a: int, b: int) -> int:
        return self.or_(self.and_(condition, a), self.and_(condition ^ 1, b))

    def gate(self, kind: int, inputs: Sequence[int]) -> int:
        if kind == AND:
            return reduce(self.and_, inputs)
        if kind == XOR:
            return self.if_(inputs[0], inputs[1] ^ 1, inputs[1])
        if kind == CHOICE:
            return self.if_(inputs[0], inputs[1], inputs[2])
        a, b, c = inputs
        return self.or_(self.and_(a, b), self.and_(c, self.or_(a, b)))


def _graph(system: System) -> tuple[Graph, tuple[str, ...]]:
    if not is_finite(system.variables, all_terms(system)):
        help_ = "give every number a range, or write `--to smtlib`"
        raise Rejected([Diagnostic("unbounded-export", "bits cannot hold numbers without bounds", help=help_)])
    machine = Machine.of(system)
    decided = [at for at, claim in enumerate(system.claims) if claim.kind != "property"]
    left_out = (claim for claim in system.claims if claim.kind == "property")
    missing = (f"`{called(claim.name, claim.binding)}`: a temporal property is no question of reachability" for claim in left_out)
    return _Writer(machine).graph(decided), tuple(missing)


class _Writer:
    """Puts a machine into a graph. `placed` are the AIGER literals of the circuit's gates."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        bits, self.begun = beginning(machine)
        self.first = machine.state_bits(bits)
        self.after = machine.state_bits(machine.after)
        self.placed: dict[int, int] = {TRUE: 1}

    def graph(self, claims: Sequence[int]) -> Graph:
        machine, fails = self.machine, [self.machine.fails(at) for at in claims]
        cone = machine.circuit.cone([*self.first, self.begun, *self.after, machine.steps, *fails])
        state = set(machine.inputs)
        free = [number for number in cone if machine.circuit.gates[number][0] == INPUT and number not in state]
        names = [*self._names(), "first step is past"]
        graph = Graph(free, names)
        self.placed |= {number: 2 * (at + 1) for at, number in enumerate(free)}
        begun, now = self._states(graph)
        self._put(graph, [*self.after, machine.steps, *fails])
        graph.latches = [self._following(graph, at, now[at]) for at in range(len(now))] + [1]
        outputs = (self._fails(graph, at, literal) for at, literal in zip(claims, fails, strict=True))
        past = graph.latch(len(names) - 1)
        self._hold(graph, begun, past)
        graph.outputs = [graph.and_(each, graph.or_(past, begun)) for each in outputs]
        graph.symbols = [*(f"l{at} {name}" for at, name in enumerate(names)), *self._claim_names(claims)]
        return graph

    def _hold(self, graph: Graph, begun: int, past: int) -> None:
        """A choice that is no beginning is waited out: the first step is not past."""
        graph.latches[-1] = graph.or_(past, begun)

    def _states(self, graph: Graph) -> tuple[int, list[int]]:
        """That the chosen beginning is one, and the literals of the state."""
        self._put(graph, [*self.first, self.begun])
        past = graph.latch(len(graph.names) - 1)
        now = []
        for at, (bit, start) in enumerate(zip(self.machine.inputs, self.first, strict=True)):
            latch = graph.latch(at)
            held = latch ^ (start == TRUE) if abs(start) == TRUE else graph.if_(past, latch, self._literal(start))
            self.placed[bit] = held
            now.append(held)
        return self._literal(self.begun), now

    def _following(self, graph: Graph, at: int, now: int) -> int:
        value = graph.if_(self._literal(self.machine.steps), self._literal(self.after[at]), now)
        return value ^ (self.first[at] == TRUE)

    def _fails(self, graph: Graph, claim: int, literal: Literal) -> int:
        of_steps = self.machine.system.claims[claim].kind == "transition"
        return graph.and_(self._literal(literal), self._literal(self.machine.steps)) if of_steps else self._literal(literal)

    def _put(self, graph: Graph, roots: Sequence[Literal]) -> None:
        for number in self.machine.circuit.cone(roots):
            if number not in self.placed:
                kind, *inputs = self.machine.circuit.gates[number]
                self.placed[number] = graph.gate(kind, [self._literal(each) for each in inputs])

    def _literal(self, literal: Literal) -> int:
        return self.placed[abs(literal)] ^ (literal < 0)

    def _names(self) -> Iterator[str]:
        for which in self.machine.system.variables:
            yield from (f"{which.name}[{at}]" for at, bit in enumerate(self.machine.now[which]) if bit > TRUE)

    def _claim_names(self, claims: Sequence[int]) -> Iterator[str]:
        for at, claim in enumerate(claims):
            told = self.machine.system.claims[claim]
            yield f"o{at} fails {called(told.name, told.binding)}"

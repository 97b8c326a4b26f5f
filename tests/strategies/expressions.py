"""Expressions of the language as text, over the variables of `VARIABLES`: well typed, and often undefined somewhere.

They are drawn from a seed rather than choice by choice: a mix of all forms finds more than many variations of the simplest ones.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from hypothesis import strategies as st

VARIABLES = """
enum Colour { Red, Green, Blue }
entity Node {
  const weight: int = ordinal(self) + 1
  const label: string = name(self)
  const tags: map[string, int] = if ordinal(self) == 0 then {"a": 1} else {"b": 2}
  var up: bool
  var load: 0..2
  var peers: set[Node] = {}
  var hops: map[Node, 0..1] = {}
  var next: Node? = none
}
var on: bool
var level: 0..2
var spare: (0..1)? = none
var colour: Colour
var here: Node? = none
var shade: Colour
var there: Node? = none
"""

Nodes = tuple[str, ...]


def sources() -> st.SearchStrategy[Random]:
    """What to draw from: each time something else."""
    return st.binary(min_size=8, max_size=8).map(Random)


def expressions(random: Random, count: int) -> list[str]:
    """So many bools."""
    return [Writer(random).bool(3, ()) for _ in range(count)]


class Writer:
    """Writes expressions. `nodes` are the names of nodes that are in scope; each new name is used once."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.names = 0

    def fresh(self) -> str:
        self.names += 1
        return f"x{self.names}"

    def one(self, *options: Callable[[], str]) -> str:
        return self.random.choice(options)()

    def node(self, nodes: Nodes) -> str:
        return self.random.choice(nodes)

    def bool(self, depth: int, nodes: Nodes) -> str:
        if depth == 0:
            return self.bool_atom(nodes)
        return self.one(
            lambda: self.bool_atom(nodes),
            lambda: self.joined(depth - 1, nodes),
            lambda: f"(not {self.bool(depth - 1, nodes)})",
            lambda: self.compared(depth - 1, nodes),
            lambda: self.compared(depth - 1, nodes),
            lambda: self.quantified(depth - 1, nodes),
            lambda: self.quantified(depth - 1, nodes),
            lambda: self.opened(depth - 1, nodes),
            lambda: f"({self.set(nodes)} {self.random.choice(['==', '<=', '!='])} {self.set(nodes)})",
        )

    def bool_atom(self, nodes: Nodes) -> str:
        atoms = ["on", "colour == shade", "colour < shade", "here == there", "here == none", "spare == 1", "level == spare"]
        if nodes:
            n, m = self.node(nodes), self.node(nodes)
            atoms += [f"{n}.up", f"here == {n}", f'{n}.label == "node1"', f"{m} in {n}.peers", f"{m} in {n}.hops", f"{n}.next == there"]
            atoms += [f"get({n}.hops, {m}) == spare", f"{n}.next == {m}.next", f"{n} == {m}", f'"a" in {n}.tags']
        return self.random.choice(atoms)

    def joined(self, depth: int, nodes: Nodes) -> str:
        word = self.random.choice(["and", "or", "implies", "iff"])
        return f"({self.bool(depth, nodes)} {word} {self.bool(depth, nodes)})"

    def compared(self, depth: int, nodes: Nodes) -> str:
        return f"({self.int(depth, nodes)} {self.random.choice(['==', '<', '<=', '!='])} {self.int(depth, nodes)})"

    def quantified(self, depth: int, nodes: Nodes) -> str:
        new = self.fresh()
        inside = (*nodes, new)
        where = f" where {self.bool(depth, inside)}" if self.random.random() < 0.5 else ""
        domain = "Node" if where else self.set(nodes)
        return f"({self.random.choice(['forall', 'exists'])} {new} in {domain}{where}: {self.bool(depth, inside)})"

    def opened(self, depth: int, nodes: Nodes) -> str:
        value, new = self.optional(nodes), self.fresh()
        body = self.bool(depth, (*nodes, new))
        if self.random.random() < 0.4:
            return f"(if {value} is {new} then {body} else {self.bool(depth, nodes)})"
        return f"({value} is {new} {self.random.choice(['and', 'implies'])} {body})"

    def int(self, depth: int, nodes: Nodes) -> str:
        if depth == 0 or self.random.random() < 0.3:
            return self.int_atom(nodes)
        return self.one(
            lambda: f"({self.int(depth - 1, nodes)} {self.random.choice(['+', '-', '*', '/', 'mod'])} {self.int(depth - 1, nodes)})",
            lambda: f"{self.random.choice(['min', 'max', 'ceil_div'])}({self.int(depth - 1, nodes)}, {self.int(depth - 1, nodes)})",
            lambda: self.aggregate(depth - 1, nodes),
            lambda: self.aggregate(depth - 1, nodes),
            lambda: f"(if {self.bool(depth - 1, nodes)} then {self.int(depth - 1, nodes)} else {self.int(depth - 1, nodes)})",
        )

    def int_atom(self, nodes: Nodes) -> str:
        atoms = ["0", "1", "3", "level", "or_else(spare, 7)", "ordinal(colour)"]
        if nodes:
            n, m = self.node(nodes), self.node(nodes)
            atoms += [f"{n}.load", f"{n}.weight", f"size({n}.peers)", f"{n}.hops[{m}]", f"{n}.hops[{m}]", f'{n}.tags["a"]']
        return self.random.choice(atoms)

    def aggregate(self, depth: int, nodes: Nodes) -> str:
        new, word = self.fresh(), self.random.choice(["sum", "min", "max", "count"])
        inside = (*nodes, new)
        where = f" where {self.bool(depth, inside)}"
        return (
            f"{word}({new} in {self.set(nodes)}{where})" if word == "count" else f"{word}({new} in Node{where}: {self.int(depth, inside)})"
        )

    def optional(self, nodes: Nodes) -> str:
        return self.random.choice(["here", "there", *(f"{n}.next" for n in nodes)])

    def set(self, nodes: Nodes) -> str:
        new, other = self.fresh(), self.fresh()
        sets = ["Node", f"{{{new} in Node where {new}.up}}", f"{{{other} for {new} in Node where {new}.next is {other}}}"]
        if nodes:
            n, m = self.node(nodes), self.node(nodes)
            sets += [f"{n}.peers", f"keys({n}.hops)", f"({n}.peers + {{{m}}})", f"({n}.peers - keys({m}.hops))", f"({n}.peers & {m}.peers)"]
        return self.random.choice(sets)

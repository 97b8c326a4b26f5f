"""Expressions of the language as text, over the variables of `VARIABLES`: well typed, small, often undefined somewhere."""

from __future__ import annotations

from hypothesis import strategies as st

VARIABLES = """
enum Colour { Red, Green, Blue }
entity Node {
  const weight: int = ordinal(self) + 1
  const label: string = name(self)
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
"""


def bools(depth: int = 3, nodes: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
    """Bools; `nodes` are the names of nodes in scope."""
    atoms = [st.just("on"), st.sampled_from(["colour == Red", "colour < Blue", "here == none", "spare == 1", "spare != none"])]
    if nodes:
        node = st.sampled_from(nodes)
        atoms += [node.map(lambda n: f"{n}.up"), node.map(lambda n: f"here == {n}"), node.map(lambda n: f'{n}.label == "node1"')]
        atoms += [st.tuples(node, node).map(lambda two: f"{two[0]} in {two[1]}.peers"), st.tuples(node, node).map(_has_hop)]
    if depth == 0:
        return st.one_of(atoms)
    # `not` keeps what is bound to itself, so that a name can be used again beside it.
    inner, numbers = st.deferred(lambda: bools(depth - 1, nodes)), st.deferred(lambda: ints(depth - 1, nodes))
    new = f"x{len(nodes)}"
    bound = st.deferred(lambda: bools(depth - 1, (*nodes, new)))
    opened = st.deferred(lambda: optionals(nodes))
    atom = st.one_of(atoms).map(str)  # one alternative beside the others, not ten
    return st.one_of(
        atom,
        st.tuples(st.sampled_from(["and", "or", "implies", "iff"]), inner, inner).map(lambda t: f"(({t[1]}) {t[0]} ({t[2]}))"),
        inner.map(lambda a: f"(not ({a}))"),
        st.tuples(numbers, st.sampled_from(["==", "<", "<=", "!="]), numbers).map(lambda t: f"(({t[0]}) {t[1]} ({t[2]}))"),
        st.tuples(st.sampled_from(["forall", "exists"]), sets(nodes), bound).map(lambda t: f"({t[0]} {new} in {t[1]}: {t[2]})"),
        st.tuples(st.sampled_from(["forall", "exists"]), bound, bound).map(lambda t: f"({t[0]} {new} in Node where {t[1]}: {t[2]})"),
        st.tuples(opened, st.sampled_from(["and", "implies"]), bound).map(lambda t: f"(not (not ({t[0]} is {new} {t[1]} {t[2]})))"),
        st.tuples(opened, bound, inner).map(lambda t: f"(if {t[0]} is {new} then {t[1]} else {t[2]})"),
        st.tuples(sets(nodes), st.sampled_from(["==", "<="]), sets(nodes)).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
    )


def _has_hop(two: tuple[str, str]) -> str:
    return f"{two[0]} in {two[1]}.hops"


def ints(depth: int = 2, nodes: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
    atoms = [st.integers(0, 3).map(str), st.just("level"), st.just("or_else(spare, 7)"), st.just("ordinal(colour)")]
    if nodes:
        node = st.sampled_from(nodes)
        atoms += [node.map(lambda n: f"{n}.load"), node.map(lambda n: f"{n}.weight"), node.map(lambda n: f"size({n}.peers)")]
        atoms += [st.tuples(node, node).map(lambda two: f"{two[0]}.hops[{two[1]}]")]
    if depth == 0:
        return st.one_of(atoms)
    inner, new = st.deferred(lambda: ints(depth - 1, nodes)), f"x{len(nodes)}"
    body = st.deferred(lambda: ints(depth - 1, (*nodes, new)))
    condition = st.deferred(lambda: bools(depth - 1, (*nodes, new)))
    atom = st.one_of(atoms).map(str)
    return st.one_of(
        atom,
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "mod"]), inner).map(lambda t: f"(({t[0]}) {t[1]} ({t[2]}))"),
        st.tuples(st.sampled_from(["sum", "min", "max"]), condition, body).map(lambda t: f"{t[0]}({new} in Node where {t[1]}: {t[2]})"),
        condition.map(lambda c: f"count({new} in Node where {c})"),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
        st.tuples(inner, inner).map(lambda t: f"ceil_div({t[0]}, {t[1]})"),
    )


def optionals(nodes: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Optional nodes."""
    found = [st.just("here")]
    if nodes:
        found.append(st.sampled_from(nodes).map(lambda n: f"{n}.next"))
    return st.one_of(found)


def sets(nodes: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Sets of nodes."""
    if not nodes:
        return st.sampled_from(["Node", "{y in Node where y.up}", "{z for y in Node where y.next is z}"])
    node = st.sampled_from(nodes)
    return st.one_of(
        node.map(lambda n: f"{n}.peers"),
        node.map(lambda n: f"keys({n}.hops)"),
        st.tuples(node, node).map(lambda two: f"({two[0]}.peers + {{{two[1]}}})"),
        st.tuples(node, node).map(lambda two: f"({two[0]}.peers - keys({two[1]}.hops))"),
        node.map(lambda n: f"{{z for y in {n}.peers where y.next is z}}"),
    )

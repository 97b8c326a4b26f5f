"""Proofs for every scope: what is proved, what is not and why, and that a spoiled proof is refused."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kmodel.generalise import Answer, Everywhere, Narrow, generalise
from kmodel.generalise.recheck import recheck
from kmodel.pipeline.specs import link
from kmodel.source import Source, data
from kmodel.syntax import parse
from kmodel.typed import Program, elaborate
from kmodel.typed.module import CheckSymbol

SECONDS = 60.0


def program_of(text: str) -> Program:
    made = elaborate([parse(Source("given.km", text))], lambda _: None)
    assert not made.diagnostics, made.diagnostics
    return made


def only_check(program: Program, name: str | None = None) -> CheckSymbol:
    checks = [check for module in program.modules.values() for check in module.checks]
    return next(check for check in checks if name is None or check.short == name)


def answers(text: str) -> Mapping[str, Answer]:
    program = program_of(text)
    check = only_check(program)
    found = generalise(program, check, check.claims, SECONDS)
    return {name.rsplit(".", 1)[-1]: each for name, each in found.items()}


def library(path: str, name: str) -> tuple[Program, CheckSymbol]:
    program = link([data("spec") / path]).program
    return program, only_check(program, name)


LOCKS = """
module given
enum Step { Idle, Waiting, Holding }
entity Lock { var owner: Task? = none }
entity Task { var step: Step = Idle  var lock: Lock? = none }
action ask(t: Task, l: Lock) { require t.step == Idle  t.step := Waiting  t.lock := l }
action take(t: Task) { require t.step == Waiting and t.lock is l and l.owner == none  t.step := Holding  l.owner := t }
action give(t: Task) { require t.step == Holding and t.lock is l  t.step := Idle  t.lock := none  l.owner := none }
invariant alone { forall s, t in Task where s != t: s.step == Holding and t.step == Holding implies s.lock != t.lock }
check locks { scope Lock = 2, Task = 2 }
"""


def test_invariants_that_nobody_wrote() -> None:
    found = answers(LOCKS)["alone"]
    assert isinstance(found, Everywhere)
    assert found.claims == ("given.alone",)
    assert found.invariants
    assert not found.vacuous


@pytest.mark.parametrize(
    ("path", "check", "claim"),
    [("examples/ipam.km", "any_cluster", "unique_addresses"), ("kubernetes/ipam.km", "any_disjoint_ranges", "unique_pod_ips")],
)
def test_unique_addresses_of_the_library(path: str, check: str, claim: str) -> None:
    program, symbol = library(path, check)
    name = next(each for each in symbol.claims if each.endswith(f".{claim}"))
    found = generalise(program, symbol, [name], SECONDS)[name]
    assert isinstance(found, Everywhere), found
    assert recheck(program, symbol, found.claims, found.invariants, SECONDS) is not None


def test_a_spoiled_proof_is_refused() -> None:
    program = program_of(LOCKS)
    check = only_check(program)
    found = generalise(program, check, check.claims, SECONDS)["given.alone"]
    assert isinstance(found, Everywhere)
    assert recheck(program, check, found.claims, found.invariants, SECONDS) is not None
    assert recheck(program, check, found.claims, (), SECONDS) is None
    for at in range(len(found.invariants)):
        left_out = (*found.invariants[:at], *found.invariants[at + 1 :])
        assert recheck(program, check, found.claims, left_out, SECONDS) is None
    assert recheck(program, check, found.claims, (*found.invariants, "forall t in Task: t.step == Idle"), SECONDS) is None
    assert recheck(program, check, found.claims, (*found.invariants, "false"), SECONDS) is None


def test_what_fails_in_a_larger_scope_is_not_proved() -> None:
    """Each of these holds for one individual, or for two, and not for more."""
    text = """
module given
entity Node { var marked: bool = false }
action mark(n: Node) { n.marked := true }
invariant at_most_one { count(n in Node where n.marked) <= 1 }
invariant at_most_two { forall a, b, c in Node where a != b and b != c and a != c: not (a.marked and b.marked and c.marked) }
check nodes { scope Node = 1 }
"""
    found = answers(text)
    assert found["at_most_one"] == Narrow("it is violated for Node = 2")
    assert found["at_most_two"] == Narrow("it is violated for Node = 3")


def test_no_individual_at_all_is_a_scope_too() -> None:
    """With one node some node is up; with none, there is none."""
    text = """
module given
entity Node { var up: bool = true }
entity Other { var seen: bool = false }
action see(o: Other) { o.seen := true }
invariant some_is_up { exists n in Node: n.up }
check nodes { scope Node = 1, Other = 1 }
"""
    assert isinstance(answers(text)["some_is_up"], Narrow)


def test_small_counts_are_quantifiers() -> None:
    text = """
module given
enum Colour { Red, Green }
entity Light { var colour: Colour = Red }
action on(l: Light) { require forall m in Light: m.colour == Red  l.colour := Green }
action off(l: Light) { l.colour := Red }
invariant one_green { count(l in Light where l.colour == Green) <= 1 }
invariant counted { count(l in Light where l.colour == Green) <= count(Light) }
check lights { scope Light = 2 }
"""
    found = answers(text)
    assert isinstance(found["one_green"], Everywhere)
    assert isinstance(found["counted"], Narrow)
    assert "counts `count(l in Light where l.colour == Green)` (given.km:8:" in found["counted"].reason


def test_what_there_are_no_words_for_may_be_anything() -> None:
    """The guard counts, which the claim does not depend on; the other claim does."""
    text = """
module given
entity Node { const room: 0..9 = 2 }
entity Pod { var node: Node? = none  var bound: bool = false }
action bind(p: Pod, n: Node) { require count(q in Pod where q.node == n) < n.room  p.node := n  p.bound := true }
invariant bound_somewhere { forall p in Pod: p.bound implies p.node != none }
invariant few { forall p, q, r in Pod, n in Node where p != q and q != r and p != r: not (p.node == n and q.node == n and r.node == n) }
check pods { scope Node = 1, Pod = 2 }
"""
    found = answers(text)
    assert isinstance(found["bound_somewhere"], Everywhere)
    assert "counts `count(q in Pod where q.node == n)`" in found["bound_somewhere"].left[0]
    assert isinstance(found["few"], Narrow)
    assert "left open: counts `count(q in Pod where q.node == n)`" in found["few"].reason


def test_pools_transitions_witnesses_sets_maps_and_loops() -> None:
    text = """
module given
entity Node { var held: set[Job] = {} }
entity Job pool { var node: Node? = none  var done: bool = false  var notes: map[Node, bool] = {} }
action submit(n: Node) { create j in Job with {node = n} { n.held := n.held + {j} } }
action finish(j: Job) { require not j.done  j.done := true  if j.node is n { j.notes[n] := true } }
action collect(j: Job) { require j.done and j.node is n  n.held := n.held - {j}  delete j }
action reset(n: Node) { for j in Job where j.node == n { j.done := false } }
invariant known { forall j in Job: j.node is n implies j in n.held }
invariant somewhere { forall j in Job: j.node != none }
transition stays { forall j in Job: next(j in Job) implies next(j.node) == j.node }
witness nowhere { exists j in Job: j.node == none }
check jobs { scope Node = 1, Job = 0 of 2  expect unreachable nowhere }
"""
    found = answers(text)
    assert {name for name, each in found.items() if isinstance(each, Everywhere)} == {"known", "somewhere", "nowhere", "stays"}


def test_why_not() -> None:
    text = """
module given
entity Node { const names: list[string] = []  var up: bool = true }
action down(n: Node) { n.up := false }
property ends { eventually forall n in Node: not n.up }
invariant listed { forall n in Node: "a" in n.names or not n.up }
check nodes { scope Node = 1 }
"""
    found = answers(text)
    assert found["ends"] == Narrow("`ends` is about whole behaviours")
    assert isinstance(found["listed"], Narrow)
    assert "reads a list" in found["listed"].reason


def test_what_the_check_does_not_see_does_not_matter() -> None:
    other = "module other\nimport kubernetes.objects\nextend Pod { var seen: bool = false }\n"
    other += "invariant ok { true }\ncheck c { scope Pod = 1  verify ok }\n"
    alike = "module alike\nentity Node { var up: bool = true }\ninvariant ok { true }\ncheck c { scope Node = 1  verify ok }\n"
    program = link([data("spec") / "kubernetes/ipam.km"]).program
    trees = [parse(module.source) for module in program.modules.values()]
    both = elaborate([*trees, parse(Source("other.km", other)), parse(Source("alike.km", alike))], lambda _: None)
    assert not both.diagnostics
    check = only_check(both, "any_cluster")
    found = generalise(both, check, check.claims, SECONDS)
    assert isinstance(found["kubernetes.ipam.unique_pod_ips"], Everywhere)

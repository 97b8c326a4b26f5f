"""What the words for every scope reach: what is only told in three variables, or in none, and specs whose words are easily mixed up."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kmodel.generalise import Answer, Everywhere, generalise
from kmodel.generalise.generalise import vocabulary_of
from kmodel.generalise.guards import said_by_guards
from kmodel.generalise.recheck import recheck
from kmodel.ground.open import OpenClaim, Opening
from tests.generalise.test_generalise import SECONDS, answers, only_check, program_of

SHARDS = """
module given
entity Key
entity Node { var owns: set[Key]  var flying: set[Key] = {} }
init { forall a, b in Node, k in Key: k in a.owns and k in b.owns implies a == b }
action give(k: Key, a: Node, b: Node) { require k in a.owns  a.owns := a.owns - {k}  b.flying := b.flying + {k} }
action receive(k: Key, b: Node) { require k in b.flying  b.flying := b.flying - {k}  b.owns := b.owns + {k} }
invariant one_owner { forall a, b in Node, k in Key: k in a.owns and k in b.owns implies a == b }
check shards { scope Node = 2, Key = 2 }
"""

COMMIT = """
module given
enum Step { Working, Prepared, Committed, Aborted }
enum Word { Go, Stop }
entity Manager { var step: Step = Working  var sent: bool = false  var seen: bool = false }
var open: bool = true
var said: set[Word] = {}
action hear(r: Manager) { require open and r.sent  r.seen := true }
action commit() { require open and forall r in Manager: r.seen  open := false  said := said + {Go} }
action abort() { require open  open := false  said := said + {Stop} }
action prepare(r: Manager) { require r.step == Working  r.step := Prepared  r.sent := true }
action refuse(r: Manager) { require r.step == Working  r.step := Aborted }
action obey_commit(r: Manager) { require Go in said  r.step := Committed }
action obey_abort(r: Manager) { require Stop in said  r.step := Aborted }
invariant consistent { forall a, b in Manager: not (a.step == Committed and b.step == Aborted) }
check managers { scope Manager = 3 }
"""

REPLIES = """
module given
entity Node { var asked: set[Node] = {}  var replied: set[Node] = {}  var holds: bool = false }
action ask(a: Node, b: Node) { require a != b and not b in a.asked  a.asked := a.asked + {b} }
action answer(a: Node, b: Node) {
  require a != b and a in b.asked and not a.holds and not a in b.replied and not b in a.replied
  b.asked := b.asked - {a}
  b.replied := b.replied + {a}
}
action enter(a: Node) { require forall b in Node where b != a: b in a.replied  a.holds := true }
action leave(a: Node) { require a.holds  a.holds := false  a.replied := {} }
invariant alone { forall a, b in Node where a != b: not (a.holds and b.holds) }
check nodes { scope Node = 3 }
"""

QUORUMS = """
module given
entity Value
entity Quorum { const members: set[Node] }
entity Node { var vote: Value? = none }
var decided: set[Value] = {}
assume quorums_meet { forall p, q in Quorum: exists n in Node: n in p.members and n in q.members }
action cast(n: Node, v: Value) { require n.vote == none  n.vote := v }
action decide(v: Value, q: Quorum) { require forall n in Node where n in q.members: n.vote is w and w == v  decided := decided + {v} }
invariant agree { forall v, w in Value: v in decided and w in decided implies v == w }
check values { scope Node = 3, Quorum = 2, Value = 2 }
"""

ALIKE = """
module given
entity Lease { var holder: Node? = none }
entity Node { var lease: Lease? = none  var left: Lease? = none  const speed: cpu  const room: bytes  var on: bool = false }
action take(n: Node, l: Lease) { require n.lease == none and l.holder == none  n.lease := l  n.left := l  l.holder := n }
action work(n: Node) { require n.lease is l and n.left is m and l.holder == m.holder and n.speed < 5cpu and n.room < 9Gi  n.on := true }
invariant held { forall n in Node: n.on implies n.lease != none }
check leases { scope Node = 1, Lease = 1 }
"""


@pytest.mark.parametrize(
    ("text", "claim"), [(SHARDS, "one_owner"), (COMMIT, "consistent"), (REPLIES, "alone"), (QUORUMS, "agree"), (ALIKE, "held")]
)
def test_proved_for_every_scope(text: str, claim: str) -> None:
    program = program_of(text)
    check = only_check(program)
    found = generalise(program, check, check.claims, SECONDS)[f"given.{claim}"]
    assert isinstance(found, Everywhere), found
    assert recheck(program, check, found.claims, found.invariants, SECONDS) is not None


@pytest.mark.parametrize(
    ("text", "spoiled"),
    [(SHARDS, ("a.owns := a.owns - {k}", "")), (COMMIT, ("Stop in said", "true")), (QUORUMS, ("p.members and", "p.members or"))],
)
def test_what_is_wrong_is_not_proved(text: str, spoiled: tuple[str, str]) -> None:
    found: Mapping[str, Answer] = answers(text.replace(*spoiled))
    assert not any(isinstance(each, Everywhere) for each in found.values())


def test_numbers_of_different_kinds_are_not_compared() -> None:
    program = program_of("""
module given
entity Node { const speed: cpu  const room: bytes  var on: bool = false }
action work(n: Node) { require n.speed < 5cpu and n.room < 9Gi  n.on := true }
invariant fast { forall n in Node: n.on implies n.speed < 5cpu }
check nodes { scope Node = 1 }
""")
    check = only_check(program)
    opening = Opening(program, check)
    claims = [claim for claim in (opening.claim(program.claims[name]) for name in check.claims) if isinstance(claim, OpenClaim)]
    words = list(vocabulary_of(program, check, opening.system(claims)).words())
    texts = {atom.text for each in words for atom in each.atoms}
    assert "n.speed <= n1.speed" in texts
    assert not any("speed" in text and "room" in text for text in texts)


def test_a_scope_where_nothing_can_begin_suggests_nothing() -> None:
    text = """
module given
entity Node { var up: bool }
init { exists a, b in Node where a != b: a.up and b.up }
action down(n: Node) { require exists m in Node where m != n: m.up  n.up := false }
invariant some { exists n in Node: n.up }
check nodes { scope Node = 2 }
"""
    assert isinstance(answers(text)["some"], Everywhere)


def test_what_guards_say_is_said_with_names_that_fit() -> None:
    """A guard that binds what a family's variable is called, calls a def, and has several conditions on what is not spoken of."""
    text = """
module given
entity Node { var up: bool = true  var peers: set[Node] = {} }
entity Job { var node: Node? = none  var done: bool = false }
def trusted(n: Node): bool = forall m in Node: m in n.peers implies m.up
action start(n: Node, j: Job) { require trusted(n) and j.node == none  j.node := n }
action finish(j: Job, m: Node) { require j.node is n and n == m and forall n1 in Node: n1 in m.peers implies n1.up  j.done := true }
action give_up(j: Job, m: Node) { require j.node == m and not m.up  j.node := none  j.done := false }
invariant ran { forall j in Job: j.done implies j.node != none }
check jobs { scope Node = 2, Job = 2 }
"""
    program = program_of(text)
    check = only_check(program)
    said = {each.text for each in said_by_guards(program, check.active, lambda name: name.rsplit(".", 1)[-1])}
    assert "(trusted({0}))" in said
    assert "(exists «j_guard_j» in Job: «j_guard_j».node == none)" not in said
    assert "(exists «m_guard_m» in Node: {0}.node == «m_guard_m» and not «m_guard_m».up)" in said
    assert isinstance(answers(text)["ran"], Everywhere)

"""Conditions in the words of the spec: sentences of the language, an orbit as one of them."""

from __future__ import annotations

from itertools import combinations, permutations

from hypothesis import given
from hypothesis import strategies as st

from kmodel.ground import Grounding
from kmodel.ground.rebuild import conjuncts
from kmodel.ground.terms import Term, add, and_, at_most, equal, not_, number, or_, variable
from kmodel.ground.wording import Wording, named, sentences
from tests.ground.specs import last_check, program, system

SPEC = """\
module m
enum Phase { Pending, Running }
entity Node { }
entity Pod { var node: Node? = none  var phase: Phase = Pending  var n: 0..3 = 0  var near: set[Node] = {}  var ready: bool = false }
var paused: bool = false
action move(p: Pod, n: Node) {
  p.node := n
  p.near := p.near + {n}
  p.phase := Running
}
action count(p: Pod) { require p.n < 3  p.n := p.n + 1 }
action ready(p: Pod) { p.ready := true }
action pause() { paused := true }
invariant calm { paused or not paused }
invariant some { forall p in Pod: p.n <= 2 or p.ready or p.phase == Pending or p.node == none or exists n in Node: n in p.near }
check c { scope Pod = 3, Node = 2  verify some, calm }
"""
MADE = system(SPEC)
BY_NAME = {which.name: which for which in MADE.variables}


def name(text: str) -> Term:
    return variable(BY_NAME[text])


def said(term: Term) -> str:
    return Wording(named(MADE)).said(term, {})


def test_words() -> None:
    assert {place.label for place in MADE.places} >= {"pod1.node", "pod1.phase", "pod1.near"}
    assert said(equal(name("pod1.n"), number(2))) == "pod1.n == 2"
    assert said(not_(equal(name("pod1.n"), number(2)))) == "pod1.n != 2"
    assert said(or_(equal(name("pod1.n"), number(2)), equal(name("pod1.n"), number(0)))) == "pod1.n in {0, 2}"
    assert said(and_(not_(name("pod1.ready")), name("pod2.ready"))) == "not pod1.ready and pod2.ready"
    assert said(not_(and_(name("pod2.ready"), name("pod1.ready")))) == "not (pod1.ready and pod2.ready)"
    assert said(at_most(add(name("pod1.n"), name("pod2.n")), number(3))) == "(pod1.n + pod2.n) <= 3"


def _lemmas(pods: int) -> list[Term]:
    return [not_(and_(name(f"{a}.ready"), name(f"{b}.ready"))) for a, b in combinations([f"pod{at}" for at in range(1, pods + 1)], 2)]


def test_an_orbit_is_one_sentence() -> None:
    assert sentences(MADE, _lemmas(3)) == ("forall p1, p2 in Pod where p1 != p2: not (p1.ready and p2.ready)",)
    ordered = [or_(name(f"{a}.ready"), equal(name(f"{b}.n"), number(1))) for a, b in permutations(["pod1", "pod2", "pod3"], 2)]
    assert sentences(MADE, ordered) == ("forall p1, p2 in Pod where p1 != p2: p1.n == 1 or p2.ready",)


def test_a_part_of_an_orbit_is_not() -> None:
    assert sentences(MADE, _lemmas(3)[1:]) == ("not (pod1.ready and pod3.ready)", "not (pod2.ready and pod3.ready)")


@given(st.permutations(range(3)), st.data())
def test_the_order_of_what_is_said_does_not_matter(order: list[int], data: st.DataObject) -> None:
    parts = [name("pod1.ready"), equal(name("pod2.n"), number(1)), not_(name("pod3.ready"))]
    assert said(and_(*(parts[at] for at in order))) == said(and_(*parts))


def test_a_sentence_can_be_claimed() -> None:
    """What is printed is parsed, and says of the reachable states what the lemmas say."""
    for lemmas in (_lemmas(3), [not_(equal(name(f"pod{at}.n"), number(3))) for at in (1, 2, 3)]):
        (sentence,) = sentences(MADE, lemmas)
        text = SPEC.replace("invariant calm { paused or not paused }", f"invariant calm {{ {sentence} }}")
        made = program(text)
        claims = Grounding(made, last_check(made)).system.claims
        parts = [claim.term for claim in claims if claim.name == "m.calm"]
        assert {said(each) for part in parts for each in conjuncts(part)} == {said(lemma) for lemma in lemmas}

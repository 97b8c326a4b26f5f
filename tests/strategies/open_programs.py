"""Small programs with random actions and claims, as text, within what proofs for every scope have words for."""

from __future__ import annotations

from hypothesis import strategies as st

HEADER = """module given
enum Step { New, Busy, Done }
entity Node { var up: bool = true  var owner: Job? = none  var held: set[Job] = {} }
entity Job { var step: Step = New  var node: Node? = none  var tries: 0..2 = 0  var seen: map[Node, bool] = {} }
entity Ticket pool { var of: Job? = none  var used: bool = false }
"""
SCOPE = ("Node", "Job", "Ticket")

# Conditions on a job j and a node n.
CONDITIONS = (
    "j.step == New",
    "j.step != Busy",
    "j.step < Done",
    "n.up",
    "not n.up",
    "j.node == none",
    "j.node == n",
    "(j.node is m and m.up or false)",
    "n.owner == none",
    "n.owner == j",
    "j in n.held",
    "n.held == {}",
    "n.held <= {j}",
    "j.tries < 2",
    "j.tries + 1 <= 2",
    "(n in j.seen and j.seen[n])",
    "j.seen[n]",
    "or_else(get(j.seen, n), true)",
    "count(k in Job where k.node == n) <= 1",
    "(forall k in Job where k != j: k.node != n)",
    "(exists k in n.held: k.step == Done)",
    "(if n.up then j.step == New else j.tries == 0)",
    "(let free = {x in Node where x.owner == none}: n in free)",
    "(exists t in Ticket: t.of == j and not t.used)",
)
STATEMENTS = (
    "j.step := Busy",
    "j.step := if n.up then Done else New",
    "n.up := not n.up",
    "j.node := n",
    "j.node := none",
    "j.node := if n.up then n.owner_node(j) else none",
    "n.owner := j",
    "n.owner := none",
    "n.held := n.held + {j}",
    "n.held := n.held - {j}",
    "n.held := {k in Job where k.node == n}",
    "j.tries := j.tries + 1",
    "j.tries := 0",
    "j.seen[n] := n.up",
    "j.seen := remove(j.seen, n)",
    "for k in Job where k.node == n { k.step := Done }",
    "for x in Node where j in x.held { x.owner := j }",
    "if n.up { j.step := New  n.owner := none } else { j.node := none }",
    "choose k in n.held where k.step != Done { k.step := Done }",
    "choose k in Job where k.step == New { k.node := n }",
    "choose k in Job maximizing k.tries { k.node := n }",
    "create t in Ticket with {of = j} { t.used := n.up }",
    "for t in Ticket where t.of == j { t.used := true }",
    "let mine = j.node  j.node := mine",
    "assert j.tries <= 1",
)
CLAIMS = (
    "forall j in Job, n in Node: {0} implies {1}",
    "forall j in Job, n in Node where {0}: {1} or {2}",
    "forall n in Node: n.up implies forall j in Job: {0} or {1}",
    "count(j in Job where (exists n in Node: {0})) <= 1",
    "forall j in Job: j.node is n and {0} implies {1}",
    "forall t in Ticket: t.of != none",
)
READ = """invariant everything {
  (forall n in Node: n.up or n.owner == none or n.held == {} or true)
    and (forall j in Job: j.step == New or j.node == none or j.tries == 0 or j.seen == {} or true)
    and (forall t in Ticket: t.of == none or t.used or true)
}
"""
"""So that every field has a place in the ground system."""

TEXT = "def owner_node(n: Node, j: Job): Node? = if n.owner == j then n else none\n"


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """The body of an action of a job j and a node n."""
    guards = draw(st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=2, unique=True))
    statements = draw(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=2, unique=True))
    return "  ".join([*(f"require {guard}" for guard in guards), *statements])


@st.composite
def claims(draw: st.DrawFn) -> str:
    parts = [draw(st.sampled_from(CONDITIONS)) for _ in range(3)]
    return draw(st.sampled_from(CLAIMS)).format(*parts)


@st.composite
def programs(draw: st.DrawFn, *, most_actions: int = 3, most_claims: int = 2) -> str:
    """A module with actions and invariants."""
    actions = [
        f"action a{at}(j: Job, n: Node) {{ {body} }}" for at, body in enumerate(draw(st.lists(bodies(), min_size=1, max_size=most_actions)))
    ]
    said = [f"invariant c{at} {{ {claim} }}" for at, claim in enumerate(draw(st.lists(claims(), min_size=1, max_size=most_claims)))]
    scope = "check small { scope Node = 1, Job = 2, Ticket = 0 of 1 }"
    return "\n".join([HEADER + TEXT + READ, *actions, *said, scope, ""])

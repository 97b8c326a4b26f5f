"""The report for people, as it reads."""

from __future__ import annotations

from kmodel.reports import Expected, render
from tests.reports.sample import EXPECTED, FAULT, MET, NOTE, ROUND, UNKNOWN, VACUOUS, VIOLATED, report, result

PASSING = """\
read 1 spec, 2 checks, 45 objects (41 modelled)
assumed 3 nodes of 4 cpu each, because the objects have none

spec/ipam.km
  disjoint
    ✓ unique_pod_ips  proved for Node = 2, Pod = 3, node_crash ≤ 1: 1,234 states, all of them looked at; re-checked by exhaustion
  overlapping
    ✓ two_run  unreachable for Node = 2, Pod = 3, node_crash ≤ 1: 8 states (as expected)

not modelled (nothing above says anything of these)
  kinds: ConfigMap (3)
  Pod: spec.priority, spec.volumes (2)

2 met"""

FAILING = """\
✗ overlapping: unique_pod_ips: violated in 2 steps for Node = 2, Pod = 3, node_crash ≤ 1
  No two pods hold one address.
  0  at first
       node1.range = 10.244.0.0/30
  1  scheduler  bind(pod1, node1)
                  pod1.node: none → node1
  2  cni        allocate(pod1, 10.244.0.1)
                  pod1.ip: none → 10.244.0.1
                  node1.free: 2 → 1
  --> spec/ipam.km:4:3
  4 |   forall p, q in Pod where p != q: p.ip != q.ip
    |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ false
    for p = pod1, q = web: p.ip is 10.244.0.1, q.ip is 10.244.0.1
    Pod web --> manifests/web.yaml:3:9
    3 |   name: web
      |         ^^^
    for p = web, q = pod1
  expected: holds
  fix: give each node a range of its own
  id: KM0101
  saved: counterexamples/ipam--overlapping--unique_pod_ips.itf.json (`kmodel replay` says whether it is still possible)"""

LASSO = """\
  ↻  from here on it goes round for ever
  1  hpa  scale_up()
            replicas: 1 → 2
  2  hpa  scale_down()
  ↻  back to where step 1 begins"""

DIAGNOSIS = """\
error[unknown-field]: `Pod` has no field `ipp`
--> spec/ipam.km:4:36
4 |   forall p, q in Pod where p != q: p.ip != q.ip
  |                                    ^^^^
--> spec/ipam.km:4:18
4 |   forall p, q in Pod where p != q: p.ip != q.ip
  |                  ^^^ declared here
help: did you mean `ip`?"""


def test_what_is_met_takes_a_line_each() -> None:
    assert render(report(MET, EXPECTED), "text") == PASSING


def test_what_is_not_met_is_told_in_full() -> None:
    text = render(report(VIOLATED), "text")
    assert f"\n\n{FAILING}\n\n" in text
    assert text.endswith("\n\n0 met, 1 unmet")


def test_a_lasso_marks_where_it_returns_to() -> None:
    text = render(report(ROUND), "text")
    assert LASSO in text
    assert "calm  violated by going round for ever for Node = 2" in text


def test_a_diagnostic_shows_its_lines_and_its_help() -> None:
    assert DIAGNOSIS in render(report(MET, diagnostics=(FAULT,)), "text")


def test_notes_and_open_questions_say_what_they_are() -> None:
    text = render(report(NOTE, UNKNOWN, VACUOUS), "text")
    told = "it may be meant so, or depends on what is outside the given objects"
    assert f"· outside  violated for Node = 2, Pod = 3, node_crash ≤ 1 (a note: {told})" in text
    assert "? settles  unknown: out of time; nothing within 7 steps (expected: holds)" in text
    assert "✓ idle     proved" in text
    assert "(vacuous: nothing exercises it)" in text


def test_a_bound_names_its_depth_and_its_engine() -> None:
    bounded = result("x", verdict="holds-to-depth", depth=20, engine="bmc", expected=Expected("holds", depth=20))
    witness = result("w", kind="witness", verdict="holds-to-depth", depth=20, engine="bmc", expected=Expected("reached"))
    text = render(report(bounded, witness), "text")
    assert "holds to depth 20 for Node = 2, Pod = 3, node_crash ≤ 1 (bmc)" in text
    assert "not reached within 20 steps for Node = 2, Pod = 3, node_crash ≤ 1 (bmc)" in text


def test_no_proof_without_its_scope() -> None:
    for form in ("text", "json", "junit"):
        line = next(line for line in render(report(MET), form).splitlines() if "proved for" in line)
        assert "Node = 2, Pod = 3, node_crash ≤ 1" in line
        assert "1,234 states" in line


def test_a_long_scope_is_told_once_above_its_claims() -> None:
    scope = {f"Entity{number}": number for number in range(9)}
    lines = render(report(result("a", scope=scope), result("b", scope=scope)), "text").splitlines()
    (above,) = [line for line in lines if line.startswith("  disjoint for Entity0 = 0, Entity1 = 1,")]
    assert "node_crash ≤ 1" in above
    assert [line for line in lines if "proved for this scope" in line] == lines[lines.index(above) + 1 : lines.index(above) + 3]
    mixed = render(report(result("a", scope=scope), result("b")), "text")
    assert "this scope" not in mixed


def test_a_long_line_is_cut_around_the_place() -> None:
    assert all(len(line) < 200 for line in render(report(VIOLATED), "text").splitlines())

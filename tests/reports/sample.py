"""One report with every kind of result in it, made by hand."""

from __future__ import annotations

from kmodel.reports import Change, Event, Expected, Read, Reason, Report, Result, Story, Unmodelled
from kmodel.source import Diagnostic, Source, Span

SPEC = Source(
    "spec/ipam.km",
    "module ipam\n\ninvariant unique_pod_ips {\n  forall p, q in Pod where p != q: p.ip != q.ip\n}\n\nwitness two_run { running() == 2 }\n",
)
MANIFEST = Source("manifests/web.yaml", "kind: Pod\nmetadata:\n  name: web\nspec:\n  nodeName: a, b: 100%\n")


def span(source: Source, text: str) -> Span:
    start = source.text.index(text)
    return Span(source, start, start + len(text))


CLAIM = span(SPEC, "forall p, q in Pod where p != q: p.ip != q.ip")
SCOPE = {"Node": 2, "Pod": 3}
STORY = Story(
    start=(("node1.range", "10.244.0.0/30"),),
    events=(
        Event("scheduler", "bind(pod1, node1)", (Change("pod1.node", "none", "node1"),)),
        Event("cni", "allocate(pod1, 10.244.0.1)", (Change("pod1.ip", "none", "10.244.0.1"), Change("node1.free", "2", "1"))),
    ),
)
LASSO = Story(start=(), events=(Event("hpa", "scale_up()", (Change("replicas", "1", "2"),)), Event("hpa", "scale_down()", ())), loop=0)


def result(claim: str, **changes: object) -> Result:
    fields: dict[str, object] = {
        "file": "spec/ipam.km",
        "module": "ipam",
        "check": "disjoint",
        "claim": claim,
        "kind": "invariant",
        "verdict": "proved",
        "expected": Expected("holds"),
        "standing": "met",
        "span": CLAIM,
        "engine": "explicit",
        "states": 1234,
        "generated": 5678,
        "depth": 9,
        "scope": SCOPE,
        "limits": {"kubernetes.cluster.node_crash": 1},
    }
    return Result(**{**fields, **changes})  # type: ignore[arg-type]


MET = result("unique_pod_ips", proof="1,234 states, all of them looked at; re-checked by exhaustion")
VIOLATED = result(
    "unique_pod_ips",
    check="overlapping",
    verdict="violated",
    standing="unmet",
    steps=2,
    story=STORY,
    doc="No two pods hold one address.",
    reasons=(
        Reason("p = pod1, q = web", CLAIM, (("p.ip", "10.244.0.1"), ("q.ip", "10.244.0.1")), (("Pod web", span(MANIFEST, "web")),)),
        Reason("p = web, q = pod1", CLAIM),
    ),
    attributes={"id": "KM0101", "severity": "high", "fix": "give each node a range of its own"},
    trace="counterexamples/ipam--overlapping--unique_pod_ips.itf.json",
)
EXPECTED = result("two_run", check="overlapping", kind="witness", verdict="unreachable", expected=Expected("unreachable"), proof="8 states")
UNKNOWN = result(
    "settles", check="overlapping", kind="property", verdict="unknown", standing="inconclusive", message="out of time", depth=7
)
NOTE = result("outside", check="overlapping", verdict="violated", standing="note", steps=0, attributes={"severity": "note"})
ROUND = result("calm", check="overlapping", kind="property", verdict="violated", standing="unmet", steps=2, story=LASSO)
VACUOUS = result("idle", check="overlapping", vacuous=True, proof="1 state, the only one")
BROKEN = result("broken", check="overlapping", verdict="error", standing="error", message="the check cannot be made ground", depth=None)
FAULT = Diagnostic(
    "unknown-field", "`Pod` has no field `ipp`", span(SPEC, "p.ip"), ((span(SPEC, "Pod"), "declared here"),), "did you mean `ip`?"
)


def report(*results: Result, **changes: object) -> Report:
    fields: dict[str, object] = {
        "version": "0.1.0",
        "read": Read(specs=1, checks=2, objects=45, modelled=41),
        "results": results,
        "assumed": ("3 nodes of 4 cpu each, because the objects have none",),
        "not_modelled": (Unmodelled("ConfigMap", None, 3), Unmodelled("Pod", "spec.priority", 1), Unmodelled("Pod", "spec.volumes", 2)),
    }
    return Report(**{**fields, **changes})  # type: ignore[arg-type]


EVERYTHING = report(MET, VIOLATED, EXPECTED, UNKNOWN, NOTE, ROUND, VACUOUS, BROKEN, diagnostics=(FAULT,))

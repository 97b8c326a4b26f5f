"""Objects to individuals: copies, names, references, several paths, and what is not modelled."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmodel.manifests import Instance, NotModelled, load, read
from kmodel.typed.module import Program
from kmodel.typed.types import CidrType, EntityType, IntType, ListType, MapType, OptionalType, RangeType, RecordType, StringType, TupleType
from kmodel.typed.values import MapValue, RecordValue
from tests.strategies.manifests import exchanged, spoiled
from tests.strategies.programs_by_hand import MODULE, constant, declared, entity, program, record, source

DATA = Path(__file__).parent / "data"
CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
STRING, LABELS, INT = StringType(), MapType(StringType(), StringType()), IntType()
ACTIVE = frozenset({MODULE})


def shop(*active: str) -> Program:
    node = entity("Node", [source("v1/Node")], declared("pod_cidr", CidrType(), "spec.podCIDR"))
    pod = entity(
        "Pod",
        [
            source("v1/Pod"),
            source("apps/v1/Deployment", "spec.template", "spec.replicas"),
            source("apps/v1/DaemonSet", "spec.template", count="hand.Node"),
        ],
        declared("labels", LABELS, "metadata.labels"),
        declared("namespace", STRING, "metadata.namespace", default=constant(STRING, "default")),
        declared("node", OptionalType(EntityType("hand.Node")), "spec.nodeName"),
        declared("requests", ListType(RecordType("hand.Sizes")), "spec.containers[].resources.requests"),
        declared("ports", ListType(RangeType(1, 65535)), "spec.containers[].ports[].containerPort"),
        declared("owner", TupleType((STRING, STRING)), of=["kind", "metadata.name"]),
        declared("owner_text", STRING, of=["metadata.namespace", "kind", "metadata.name"]),
        declared("team", OptionalType(STRING), of=["metadata.labels.team"]),
        declared("copy", INT, "#copy"),
        declared("unread", OptionalType(STRING)),
        declared("other", OptionalType(STRING), "spec.other", module="elsewhere"),
    )
    zero = constant(INT, 0)
    sizes = record("Sizes", declared("cpu", IntType("cpu"), default=zero), declared("memory", IntType("bytes"), default=zero))
    return program(node, pod, sizes)


def of(text: str, program_: Program | None = None, sizes: dict[str, int] | None = None, active: frozenset[str] = ACTIVE) -> Instance:
    return read(load(["-"], lambda: text), program_ or shop(), active, sizes or {})


def names(instance: Instance, entity_: str = "hand.Pod") -> list[str]:
    return [one.individual.name for one in instance.given.get(entity_, ())]


def thing(kind: str, name: str, namespace: str = "", rest: str = "") -> str:
    place = f", namespace: {namespace}" if namespace else ""
    return f"---\napiVersion: {kind.rpartition('/')[0]}\nkind: {kind.rpartition('/')[2]}\nmetadata: {{name: {name}{place}}}\n{rest}\n"


def test_a_shop() -> None:
    instance = read(load([str(DATA / "shop.yaml")], lambda: ""), shop(), ACTIVE, {})
    assert instance.diagnostics == ()
    assert (instance.objects, instance.modelled) == (4, 3)
    first, second, single = instance.given["hand.Pod"]
    (node,) = instance.given["hand.Node"]
    assert [one.individual.name for one in (first, second, single)] == ["web-0", "web-1", "single"]
    assert [one.individual.index for one in (first, second, single)] == [0, 1, 2]
    assert all(one.individual.named for one in (first, second, single))
    assert (first.object, first.namespace, first.span.text) == ("Deployment shop/web", "shop", "web")
    assert first.fields == {
        "labels": MapValue((("app", "web"), ("tier", "front"))),
        "namespace": "shop",
        "node": node.individual,
        "requests": (
            RecordValue("hand.Sizes", (("cpu", 250), ("memory", 64 * 2**20))),
            RecordValue("hand.Sizes", (("cpu", 0), ("memory", 0))),
        ),
        "ports": (8080, 8443),
        "owner": ("Deployment", "web"),
        "owner_text": "shop/Deployment/web",
        "team": "blue",
        "copy": 0,
    }
    assert {key: value for key, value in second.fields.items() if key != "copy"} == {
        key: value for key, value in first.fields.items() if key != "copy"
    }
    assert second.fields["copy"] == 1
    assert single.fields["labels"] == MapValue((("app", "single"), ("tier", "back")))
    assert (single.fields["node"], single.fields["requests"], single.fields["team"]) == (None, (), None)
    assert first.spans["node"].text == "worker"
    assert first.spans["ports"].text == "8080"
    assert str(node.fields["pod_cidr"]) == "10.244.1.0/24"


def test_what_is_not_modelled() -> None:
    instance = read(load([str(DATA / "shop.yaml")], lambda: ""), shop(), ACTIVE, {})
    assert instance.not_modelled == (
        NotModelled("ConfigMap", None, 1),
        NotModelled("Deployment", "spec.paused", 1),
        NotModelled("Deployment", "spec.template.spec.containers[].image", 1),
        NotModelled("Deployment", "spec.template.spec.containers[].name", 1),
        NotModelled("Deployment", "spec.template.spec.containers[].ports[].protocol", 1),
    )


def test_unread_paths_are_outermost_and_counted_by_object() -> None:
    spec = (
        "spec: {nodeName: n, volumes: [{name: a}, {name: b}], security: {run: {as: 1}}, nothing: null, 'odd key': {}}\nstatus: {phase: x}"
    )
    instance = of(
        thing("v1/Pod", "a", rest=spec) + thing("v1/Pod", "b", rest="spec: {volumes: []}") + thing("v2/Pod", "c") + thing("v1/Other", "d")
    )
    assert instance.not_modelled == (
        NotModelled("Other", None, 1),
        NotModelled("Pod", 'spec."odd key"', 1),
        NotModelled("Pod", "spec.security", 1),
        NotModelled("Pod", "spec.volumes", 2),
        NotModelled("Pod", "status", 1),
        NotModelled("Pod (v2)", None, 1),
    )


def test_records_cover_their_fields_and_maps_all() -> None:
    inner = record(
        "Inner", declared("name", STRING), declared("all", LABELS, "deep.all"), declared("root", OptionalType(STRING), of=["spec.root"])
    )
    box = entity("Box", [source("v1/Box")], declared("parts", ListType(RecordType("hand.Inner")), "spec.parts"))
    rest = "spec: {root: r, parts: [{name: a, deep: {all: {x: z}, more: 1}, extra: 1}], tail: 1}"
    instance = of(thing("v1/Box", "b", rest=rest), program(box, inner))
    assert instance.diagnostics == ()
    assert [(one.path, one.objects) for one in instance.not_modelled] == [
        ("spec.parts[].deep.more", 1),
        ("spec.parts[].extra", 1),
        ("spec.tail", 1),
    ]


def test_only_active_modules_read() -> None:
    text = thing("v1/Pod", "a", rest="spec: {other: 3}")
    assert of(text).diagnostics == ()
    assert [one.path for one in of(text).not_modelled] == ["spec.other"]
    both = of(text, active=frozenset({MODULE, "elsewhere"}))
    assert [fault.code for fault in both.diagnostics] == ["wrong-kind"]
    assert both.not_modelled == ()
    assert of(text, active=frozenset()).not_modelled == (NotModelled("Pod", None, 1),)


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("spec: {template: {}}", ["web"]),
        ("spec: {replicas: null, template: {}}", ["web"]),
        ("spec: {replicas: 1, template: {}}", ["web"]),
        ("spec: {replicas: 3, template: {}}", ["web-0", "web-1", "web-2"]),
        ("spec: {replicas: 0, template: {}}", []),
    ],
)
def test_copies(rest: str, expected: list[str]) -> None:
    instance = of(thing("apps/v1/Deployment", "web", rest=rest))
    assert names(instance) == expected
    assert (instance.objects, instance.modelled) == (1, bool(expected))


@pytest.mark.parametrize(
    ("rest", "code"),
    [
        ("spec: {replicas: -1, template: {}}", "wrong-value"),
        ("spec: {replicas: 1000000000, template: {}}", "wrong-value"),
        ('spec: {replicas: "3", template: {}}', "wrong-kind"),
        ("spec: {replicas: 3}", "missing-field"),
        ("spec: text", "wrong-kind"),
    ],
)
def test_copies_that_cannot_be_made(rest: str, code: str) -> None:
    instance = of(thing("apps/v1/Deployment", "web", rest=rest) + thing("v1/Pod", "good"))
    assert [fault.code for fault in instance.diagnostics] == [code]
    assert names(instance) == ["good"]


def test_copies_for_each_of_another_entity() -> None:
    daemon = thing("apps/v1/DaemonSet", "agent", rest="spec: {template: {}}")
    nodes = thing("v1/Node", "a") + thing("v1/Node", "b")
    assert names(of(daemon + nodes)) == ["agent-0", "agent-1"]
    assert names(of(daemon + nodes, sizes={"hand.Node": 3})) == ["agent-0", "agent-1"]
    assert names(of(daemon, sizes={"hand.Node": 3})) == ["agent-0", "agent-1", "agent-2"]
    assert names(of(daemon)) == []


def test_counting_in_a_circle_is_refused() -> None:
    loop = entity("A", [source("v1/A", count="hand.B")]), entity("B", [source("v1/B", count="hand.A")])
    instance = of(thing("v1/A", "a"), program(*loop))
    assert [fault.code for fault in instance.diagnostics] == ["times-cycle"]
    assert instance.given == {}


def test_each_item_of_a_list_may_be_an_individual() -> None:
    port = entity("Port", [source("v1/Service", "spec.ports[]")], declared("number", INT, "port"), declared("name", STRING, "name"))
    instance = of(
        thing("v1/Service", "s", rest="spec: {ports: [{port: 1, name: x}, {port: 2, name: z}]}") + thing("v1/Service", "t"), program(port)
    )
    assert instance.diagnostics == ()
    assert [(one.individual.name, one.fields) for one in instance.given["hand.Port"]] == [
        ("s-0", {"number": 1, "name": "x"}), ("s-1", {"number": 2, "name": "z"}),
    ]  # fmt: skip


def test_names_that_would_be_shared() -> None:
    deployment = "spec: {template: {}}"
    text = (
        thing("v1/Pod", "a", "x") + thing("v1/Pod", "a", "z") + thing("v1/Pod", "a")
        + thing("v1/Pod", "b", "x") + thing("apps/v1/Deployment", "b", "x", deployment)
        + thing("v1/Pod", "c")
    )  # fmt: skip
    assert names(of(text)) == ["x/a", "z/a", "a", "Pod/x/b", "Deployment/x/b", "c"]


def test_names_are_always_different() -> None:
    text = thing("apps/v1/Deployment", "a", "x", "spec: {replicas: 2, template: {}}") + thing(
        "apps/v1/Deployment", "a-1", "x", "spec: {template: {}}"
    )
    assert names(of(text)) == ["a-0", "Deployment/x/a-1", "Deployment/x/a-1#2"]


def test_a_part_is_called_as_its_copy_is() -> None:
    pod = entity(
        "Pod",
        [source("apps/v1/Deployment", "spec.template", "spec.replicas")],
        declared("name", STRING, "metadata.name"),
        declared("place", STRING, "metadata.namespace"),
    )
    rest = "spec: {replicas: 2, template: {metadata: {}}}"
    found = of(thing("apps/v1/Deployment", "web", "shop", rest), program(pod)).given["hand.Pod"]
    assert [one.fields for one in found] == [{"name": "web-0", "place": "shop"}, {"name": "web-1", "place": "shop"}]
    own = thing("apps/v1/Deployment", "web", "shop", "spec: {template: {metadata: {name: mine, namespace: other}}}")
    assert of(own, program(pod)).given["hand.Pod"][0].fields == {"name": "mine", "place": "other"}


@pytest.mark.parametrize(
    ("claims", "place", "expected"),
    [
        ([("c", "x"), ("c", "z")], "x", "x/c"),
        ([("c", "x"), ("c", "z")], "z", "z/c"),
        ([("c", "")], "x", "c"),
        ([("c", "")], "", "c"),
        ([("c", "x")], "z", None),
        ([("c", "x")], "", None),
    ],
)
def test_references_stay_in_their_namespace(claims: list[tuple[str, str]], place: str, expected: str | None) -> None:
    user = entity("User", [source("v1/User")], declared("claim", OptionalType(EntityType("hand.Claim")), "spec.claim"))
    text = "".join(thing("v1/Claim", name, namespace) for name, namespace in claims) + thing("v1/User", "u", place, "spec: {claim: c}")
    instance = of(text, program(user, entity("Claim", [source("v1/Claim")])))
    assert instance.diagnostics == ()
    (one,) = instance.given["hand.User"]
    assert (None if one.fields["claim"] is None else str(one.fields["claim"])) == expected


def test_a_reference_to_two_is_refused() -> None:
    user = entity("User", [source("v1/User")], declared("claim", OptionalType(EntityType("hand.Claim")), "spec.claim"))
    claim = entity("Claim", [source("v1/Claim"), source("v2/Claim2")])
    instance = of(thing("v1/Claim", "c") + thing("v2/Claim2", "c") + thing("v1/User", "u", rest="spec: {claim: c}"), program(user, claim))
    assert [fault.code for fault in instance.diagnostics] == ["ambiguous-reference"]
    assert len(instance.diagnostics[0].also) == 2


def test_a_reference_of_two_paths_names_the_namespace() -> None:
    user = entity("User", [source("v1/User")], declared("claim", EntityType("hand.Claim"), of=["spec.ref.namespace", "spec.ref.name"]))
    two = program(user, entity("Claim", [source("v1/Claim")]))
    claims = thing("v1/Claim", "c", "x") + thing("v1/Claim", "c")
    assert (
        str(of(claims + thing("v1/User", "u", "z", "spec: {ref: {namespace: x, name: c}}"), two).given["hand.User"][0].fields["claim"])
        == "x/c"
    )
    assert str(of(claims + thing("v1/User", "u", "x", "spec: {ref: {name: c}}"), two).given["hand.User"][0].fields["claim"]) == "c"
    assert of(claims + thing("v1/User", "u"), two).given["hand.User"][0].fields == {}


def test_tuples_of_paths() -> None:
    box = entity("Box", [source("v1/Box")], declared("t", TupleType((STRING, OptionalType(INT))), of=["spec.a", "spec.b"]))
    assert of(thing("v1/Box", "b", rest="spec: {a: x, b: 2}"), program(box)).given["hand.Box"][0].fields == {"t": ("x", 2)}
    assert of(thing("v1/Box", "b", rest="spec: {a: x}"), program(box)).given["hand.Box"][0].fields == {"t": ("x", None)}
    assert of(thing("v1/Box", "b"), program(box)).given["hand.Box"][0].fields == {}
    assert [fault.code for fault in of(thing("v1/Box", "b", rest="spec: {b: 2}"), program(box)).diagnostics] == ["missing-field"]
    wrong = entity("Box", [source("v1/Box")], declared("t", TupleType((STRING,)), of=["spec.a", "spec.b"]))
    assert [fault.code for fault in of(thing("v1/Box", "b"), program(wrong)).diagnostics] == ["wrong-path-count"]


def test_faults_of_copies_are_told_once() -> None:
    rest = "spec: {replicas: 3, template: {metadata: {labels: {a: 1}}}}"
    instance = of(thing("apps/v1/Deployment", "web", rest=rest))
    assert [fault.code for fault in instance.diagnostics] == ["wrong-kind"]
    assert len(instance.given["hand.Pod"]) == 3


def test_faults_of_documents_come_first() -> None:
    instance = of("a: [\n" + thing("v1/Pod", "a", rest="spec: {containers: 3}"))
    assert [fault.code for fault in instance.diagnostics] == ["yaml-syntax", "wrong-kind", "wrong-kind"][: len(instance.diagnostics)]
    assert len(instance.diagnostics) >= 2


@given(st.one_of(spoiled([(DATA / "shop.yaml").read_text()]), exchanged((DATA / "shop.yaml").read_text())))
def test_spoiled_manifests_are_read_or_refused(text: str) -> None:
    documents = load(["-"], lambda: text)
    instance = read(documents, shop(), ACTIVE, {"hand.Node": 1})
    assert instance.diagnostics[: len(documents.diagnostics)] == documents.diagnostics
    assert instance.modelled <= instance.objects == len(documents.objects)
    for individuals in instance.given.values():
        assert len({one.individual.name for one in individuals}) == len(individuals)
        assert [one.individual.index for one in individuals] == list(range(len(individuals)))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of published manifests is not beside the repository")
def test_published_manifests() -> None:
    instance = read(load([str(CORPUS / "online-boutique")], lambda: ""), shop(), ACTIVE, {"hand.Node": 2})
    assert instance.diagnostics == ()
    found = {one.object: one for one in instance.given["hand.Pod"]}
    assert len(found) == 12
    assert all(one.fields["requests"] for one in found.values())
    listed = {one.kind for one in instance.not_modelled if one.path is None}
    assert {"Service", "ServiceAccount", "NetworkPolicy"} <= listed
    counted = sum(one.objects for one in instance.not_modelled if one.path is None)
    assert counted + instance.modelled == instance.objects

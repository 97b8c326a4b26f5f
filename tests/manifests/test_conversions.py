"""One value of a manifest to each declared type: what fits, and the code, place and help of what does not."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from kmodel.manifests import Given, Instance, load, read
from kmodel.typed.expressions import Constant, MakeItems, MakeMap, MakeRecord, Stage, VarRef
from kmodel.typed.types import (
    BoolType,
    CidrType,
    EntityType,
    EnumType,
    IntOrStringType,
    IntType,
    IpType,
    ListType,
    MapType,
    OptionalType,
    RangeType,
    RecordType,
    SetType,
    StringType,
    TupleType,
    Type,
)
from kmodel.typed.values import MapValue, Member, RecordValue, Value
from tests.strategies.programs_by_hand import MODULE, SPAN, constant, declared, entity, enum, program, record, source

CPU, BYTES, DURATION, INT, STRING, BOOL = IntType("cpu"), IntType("bytes"), IntType("duration"), IntType(), StringType(), BoolType()
EFFECT, PORT, SIZES, STRICT, THING = (
    EnumType("hand.Effect"),
    RecordType("hand.Port"),
    RecordType("hand.Sizes"),
    RecordType("hand.Strict"),
    EntityType("hand.Thing"),
)
TYPES = (
    enum("Effect", "NoSchedule", "NoExecute"),
    record(
        "Port",
        declared("number", RangeType(1, 65535), "containerPort"),
        declared("protocol", STRING, default=constant(STRING, "TCP")),
        declared("host", OptionalType(STRING), "host.name"),
        declared("kind_of_all", STRING, of=["kind"]),
    ),
    record("Sizes", declared("cpu", CPU, default=constant(CPU, 0)), declared("tags", ListType(STRING))),
    record("Strict", declared("name", STRING), declared("size", INT)),
)


def instance(
    type_: Type, value: str, at: str = "v", default: Constant | MakeRecord | MakeItems | MakeMap | VarRef | None = None
) -> Instance:
    thing = entity("Thing", [source("v1/Thing")], declared("value", type_, at, default=default))
    text = f"apiVersion: v1\nkind: Thing\nmetadata: {{name: it, namespace: here}}\n{value}\n"
    return read(load(["-"], lambda: text), program(thing, *TYPES), frozenset({MODULE}), {})


def given(found: Instance) -> Given:
    ((one,),) = found.given.values()
    return one


def port(number: int, protocol: str = "TCP", host: str | None = None) -> RecordValue:
    return RecordValue("hand.Port", (("number", number), ("protocol", protocol), ("host", host), ("kind_of_all", "Thing")))


def sizes(cpu: int, *tags: str) -> RecordValue:
    return RecordValue("hand.Sizes", (("cpu", cpu), ("tags", tags)))


def strict(name: str, size: int) -> RecordValue:
    return RecordValue("hand.Strict", (("name", name), ("size", size)))


FITS: list[tuple[Type, str, Value]] = [
    (BOOL, "yes", True),
    (BOOL, "false", False),
    (INT, "3", 3),
    (INT, "1e3", 1000),
    (INT, '"110"', 110),
    (INT, "1k", 1000),
    (RangeType(0, 10), "10", 10),
    (RangeType("hand.low", 10), "-7", -7),
    (STRING, "text", "text"),
    (STRING, '"12"', "12"),
    (STRING, '""', ""),
    (CPU, "1", 1000),
    (CPU, "0.5", 500),
    (CPU, "0.1", 100),
    (CPU, "250m", 250),
    (CPU, "1_000", 1_000_000),
    (BYTES, "1Gi", 2**30),
    (BYTES, "1e3", 1000),
    (BYTES, "0100", 64),
    (DURATION, "30s", 30_000),
    (DURATION, "30", 30_000),
    (DURATION, "1h5m", 3_900_000),
    (IntOrStringType(), "80", 80),
    (IntOrStringType(), "25%", "25%"),
    (IntOrStringType(), '"80"', "80"),
    (IpType(), "10.0.0.7", ip_address("10.0.0.7")),
    (IpType(), "fe80::1", ip_address("fe80::1")),
    (CidrType(), "10.0.0.0/16", ip_network("10.0.0.0/16")),
    (CidrType(), "10.0.0.9/24", ip_network("10.0.0.0/24")),
    (CidrType(), "2001:db8::/32", ip_network("2001:db8::/32")),
    (EFFECT, "NoExecute", Member("hand.Effect", "NoExecute")),
    (OptionalType(INT), "3", 3),
    (OptionalType(INT), "null", None),
    (OptionalType(INT), "", None),
    (ListType(STRING), "[a, b, a]", ("a", "b", "a")),
    (ListType(STRING), "null", ()),
    (ListType(OptionalType(INT)), "[1, null]", (1, None)),
    (ListType(INT, 2), "[1, 2]", (1, 2)),
    (SetType(STRING), "[a, b, a]", frozenset({"a", "b"})),
    (SetType(STRING), "~", frozenset()),
    (MapType(STRING, STRING), "{b: x, a: w, c: null}", MapValue((("a", "w"), ("b", "x")))),
    (MapType(STRING, CPU), "{1: 5m}", MapValue((("1", 5),))),
    (MapType(INT, BOOL), "{8080: true}", MapValue(((8080, True),))),
    (MapType(EFFECT, INT), "{NoSchedule: 1}", MapValue(((Member("hand.Effect", "NoSchedule"), 1),))),
    (TupleType((STRING, INT)), "[a, 1]", ("a", 1)),
    (PORT, "{containerPort: 80}", port(80)),
    (PORT, "{containerPort: 80, protocol: UDP, host: {name: h}}", port(80, "UDP", "h")),
    (PORT, "{containerPort: 80, protocol: null, host: {}}", port(80)),
    (ListType(PORT), "[{containerPort: 1}, {containerPort: 2}]", (port(1), port(2))),
    (SIZES, "{}", sizes(0)),
    (SIZES, "null", sizes(0)),
    (OptionalType(SIZES), "null", None),
    (SIZES, "{cpu: 2, tags: [x]}", sizes(2000, "x")),
    (THING, "it", "it"),
    (OptionalType(THING), "it", "it"),
    (OptionalType(THING), "other", None),
    (THING, "here/it", "it"),
]


@pytest.mark.parametrize(("type_", "value", "expected"), FITS)
def test_what_fits(type_: Type, value: str, expected: Value) -> None:
    found = instance(type_, f"v: {value}")
    assert found.diagnostics == ()
    one = given(found)
    read_value = one.fields["value"]
    if type_ in (THING, OptionalType(THING)) and expected is not None:
        assert read_value == one.individual
    else:
        assert read_value == expected
        assert type(read_value) is type(expected)


MISFITS: list[tuple[Type, str, str, str]] = [
    (BOOL, '"true"', "wrong-kind", "remove the quotes"),
    (BOOL, "1", "wrong-kind", "true or false"),
    (BOOL, "[true]", "wrong-kind", "true or false"),
    (INT, "1.5", "wrong-kind", "whole number"),
    (INT, "true", "wrong-kind", "whole number"),
    (INT, "some", "wrong-kind", "whole number"),
    (INT, "500m", "wrong-kind", "whole number"),
    (INT, ".inf", "wrong-kind", "whole number"),
    (RangeType(0, 10), "11", "wrong-value", "from 0 to 10"),
    (RangeType(0, 10), "-1", "wrong-value", "from 0 to 10"),
    (RangeType("hand.low", 10), "11", "wrong-value", "10"),
    (RangeType(0, 10), '"3"', "wrong-kind", "remove the quotes"),
    (STRING, "12", "wrong-kind", 'quote it: `"12"`'),
    (STRING, "yes", "wrong-kind", 'quote it: `"yes"`'),
    (STRING, "[a]", "wrong-kind", "text"),
    (CPU, "1x", "invalid-quantity", "250m"),
    (CPU, "true", "wrong-kind", "250m"),
    (CPU, "{}", "wrong-kind", "250m"),
    (CPU, ".nan", "invalid-quantity", "250m"),
    (BYTES, "10MB", "invalid-quantity", "128Mi"),
    (DURATION, '"30"', "invalid-quantity", "30s"),
    (DURATION, "3d", "invalid-quantity", "30s"),
    (IntOrStringType(), "true", "wrong-kind", "number or a text"),
    (IntOrStringType(), "1.5", "wrong-kind", "whole number"),
    (IpType(), "10.0.0.256", "wrong-value", "10.0.0.7"),
    (IpType(), "fe80::1%eth0", "wrong-value", "10.0.0.7"),
    (CidrType(), "10.0.0.1", "wrong-value", "10.0.0.0/16"),
    (CidrType(), "10.0.0.0/33", "wrong-value", "10.0.0.0/16"),
    (CidrType(), "10.0.0.0/255.0.0.0", "wrong-value", "10.0.0.0/16"),
    (EFFECT, "noExecute", "wrong-value", "`NoSchedule`, `NoExecute`"),
    (EFFECT, "3", "wrong-kind", "quote it"),
    (ListType(STRING), "a", "wrong-kind", "a list"),
    (ListType(STRING), "[a, 1]", "wrong-kind", "quote it"),
    (ListType(STRING), "[null]", "wrong-kind", 'quote it: `"null"`'),
    (ListType(INT, 2), "[1, 2, 3]", "wrong-value", "longer list"),
    (SetType(STRING), "{a: b}", "wrong-kind", "a list"),
    (MapType(STRING, STRING), "[a]", "wrong-kind", "a mapping"),
    (MapType(STRING, STRING), "{a: 1}", "wrong-kind", "quote it"),
    (MapType(INT, STRING), "{a: b}", "wrong-kind", "whole number"),
    (TupleType((STRING, INT)), "[a]", "wrong-value", "2 items"),
    (PORT, "80", "wrong-kind", "a mapping"),
    (PORT, "{protocol: TCP}", "missing-field", "containerPort"),
    (PORT, "{containerPort: 0}", "wrong-value", "65535"),
    (PORT, "{containerPort: 80, host: h}", "wrong-kind", "`name`"),
    (THING, "other", "unresolved-reference", "manifest"),
    (THING, "there/it", "unresolved-reference", "manifest"),
]


@pytest.mark.parametrize(("type_", "value", "code", "help_"), MISFITS)
def test_what_does_not_fit(type_: Type, value: str, code: str, help_: str) -> None:
    found = instance(type_, f"v: {value}")
    (fault,) = found.diagnostics
    assert fault.code == code
    assert help_ in (fault.help or "")
    assert fault.span is not None
    assert (fault.span.source.name, fault.span.line) == ("<stdin>", 4)
    assert "value" not in given(found).fields


def test_all_faults_of_a_value_are_told() -> None:
    found = instance(ListType(STRICT), "v:\n- {name: 1, size: x}\n- {}\n- {name: ok, size: 1}")
    assert [(fault.code, fault.span.line if fault.span else 0) for fault in found.diagnostics] == [
        ("wrong-kind", 5), ("wrong-kind", 5), ("missing-field", 6), ("missing-field", 6),
    ]  # fmt: skip


def test_an_absent_value_is_left_to_its_default() -> None:
    for type_ in (OptionalType(INT), ListType(INT), SIZES, INT):
        found = instance(type_, "other: 1", default=Constant(type=type_, stage=Stage.CONSTANT, span=SPAN, value=None))
        assert given(found).fields == {}
        assert found.diagnostics == ()


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        (OptionalType(INT), {"value": None}), (ListType(INT), {"value": ()}), (SetType(INT), {"value": frozenset()}),
        (MapType(STRING, INT), {"value": MapValue(())}),
        (SIZES, {"value": sizes(0)}), (STRICT, {}), (PORT, {}), (INT, {}), (STRING, {}), (THING, {}),
    ],
)  # fmt: skip
def test_an_absent_value_without_default(type_: Type, expected: dict[str, Value]) -> None:
    found = instance(type_, "other: 1")
    assert given(found).fields == expected
    assert found.diagnostics == ()


def literal(value: Value) -> Constant:
    return Constant(type=INT, stage=Stage.CONSTANT, span=SPAN, value=value)


def test_defaults_of_record_fields_that_need_no_evaluation() -> None:
    def made(kind: type[MakeItems], type_: Type, *items: Value) -> MakeItems:
        return kind(type=type_, stage=Stage.CONSTANT, span=SPAN, items=tuple(literal(item) for item in items))

    deep = record(
        "Deep",
        declared("list", ListType(INT), default=made(MakeItems, ListType(INT), 1, 2)),
        declared("set", SetType(INT), default=made(MakeItems, SetType(INT), 1, 1)),
        declared(
            "map",
            MapType(INT, INT),
            default=MakeMap(type=MapType(INT, INT), stage=Stage.CONSTANT, span=SPAN, pairs=((literal(1), literal(2)),)),
        ),
        declared(
            "record",
            STRICT,
            default=MakeRecord(type=STRICT, stage=Stage.CONSTANT, span=SPAN, fields=(("name", literal("n")), ("size", literal(2)))),
        ),
        declared("empty", ListType(INT), default=made(MakeItems, ListType(INT))),
    )
    thing = entity("Thing", [source("v1/Thing")], declared("value", RecordType("hand.Deep"), "v"))
    text = "apiVersion: v1\nkind: Thing\nmetadata: {name: it}\nv: {}\n"
    found = read(load(["-"], lambda: text), program(thing, deep, *TYPES), frozenset({MODULE}), {})
    assert found.diagnostics == ()
    assert given(found).fields["value"] == RecordValue(
        "hand.Deep",
        (("list", (1, 2)), ("set", frozenset({1})), ("map", MapValue(((1, 2),))), ("record", strict("n", 2)), ("empty", ())),
    )


def test_a_default_that_must_be_computed_is_not_passed_over() -> None:
    computed = VarRef(type=OptionalType(INT), stage=Stage.STATE, span=SPAN, name="hand.x")
    late = record("Late", declared("size", OptionalType(INT), default=computed))
    thing = entity("Thing", [source("v1/Thing")], declared("value", RecordType("hand.Late"), "v"))
    text = "apiVersion: v1\nkind: Thing\nmetadata: {name: it}\nv: {}\n"
    found = read(load(["-"], lambda: text), program(thing, late), frozenset({MODULE}), {})
    assert [fault.code for fault in found.diagnostics] == ["missing-field"]


@pytest.mark.parametrize(
    ("type_", "at", "value", "expected"),
    [
        (ListType(STRING), "v[].name", "[{name: a}, {name: b}, {}]", ("a", "b")),
        (ListType(OptionalType(STRING)), "v[].name", "[{name: a}, {}]", ("a", None)),
        (ListType(SIZES), "v[].size", "[{size: {cpu: 1}}, {}]", (sizes(1000), sizes(0))),
        (SetType(INT), "v[].ports[].number", "[{ports: [{number: 1}, {number: 2}]}, {}, {ports: [{number: 2}]}]", frozenset({1, 2})),
        (ListType(ListType(INT)), "v[].ports", "[{ports: [1, 2]}, {}]", ((1, 2), ())),
        (ListType(STRING), "v[]", "[]", ()),
        (ListType(STRING), 'v."a.b/c"[]', "{a.b/c: [x]}", ("x",)),
        (STRING, 'v."odd key".name', '{"odd key": {name: it}}', "it"),
    ],
)
def test_paths(type_: Type, at: str, value: str, expected: Value) -> None:
    found = instance(type_, f"v: {value}", at)
    assert found.diagnostics == ()
    assert given(found).fields["value"] == expected


@pytest.mark.parametrize(
    ("type_", "at", "value", "code"),
    [
        (STRING, "v[].name", "[{name: a}]", "path-yields-list"),
        (STRING, "v.name", "text", "wrong-kind"),
        (ListType(STRING), "v[].name", "{name: a}", "wrong-kind"),
        (ListType(STRING), "v[].name", "[a]", "wrong-kind"),
        (ListType(STRICT), "v[].strict", "[{strict: {name: a}}]", "missing-field"),
    ],
)
def test_paths_that_lead_elsewhere(type_: Type, at: str, value: str, code: str) -> None:
    assert [fault.code for fault in instance(type_, f"v: {value}", at).diagnostics] == [code]

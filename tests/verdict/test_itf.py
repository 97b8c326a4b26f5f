"""Traces as files: what is written, what is read back, and that nothing in a file is believed."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Network
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmodel.ground.decode import decode, encode
from kmodel.ground.system import (
    BoolShape,
    ChoiceShape,
    FixedShape,
    ListShape,
    MapShape,
    NumberShape,
    OptionalShape,
    Place,
    RecordShape,
    SetShape,
    Shape,
    System,
    TupleShape,
)
from kmodel.ground.terms import Variable, add, less, number, variable
from kmodel.source import Rejected, Source
from kmodel.typed.types import (
    BoolType,
    EnumType,
    IntType,
    IpType,
    ListType,
    MapType,
    OptionalType,
    RangeType,
    RecordType,
    SetType,
    TupleType,
    Type,
)
from kmodel.typed.values import Individual, Member
from kmodel.verdict import Matched, Origin, Trace, Unmatched, fingerprint, from_itf, match, parse_itf, to_itf
from kmodel.verdict.written import Strange, read, write
from tests.strategies.handmade import action, bool_variable, claim, int_variable, system

ON, OFF = Member("m.Mode", "On"), Member("m.Mode", "Off")
POD, NODE = Individual("m.Pod", 0, "pod1"), Individual("m.Node", 0, "node1", True)
IP, RANGE = IPv4Address("10.0.0.7"), IPv6Network("fd00::/8")
B0, B1, B2 = (bool_variable(f"b{index}", index) for index in range(3))
I0, I1, I2 = (int_variable(f"i{index}", index, 0, 2) for index in range(3))
FAR = int_variable("far", 0, -3, 3)

SHAPES: dict[str, tuple[Shape, Type | None, list[Any]]] = {
    "fixed": (FixedShape(NODE), None, ["node1"]),
    "fixed, absent": (FixedShape(None), OptionalType(IpType()), [{"tag": "None", "value": {"#tup": []}}]),
    "fixed, optional": (FixedShape(IP), OptionalType(IpType()), [{"tag": "Some", "value": "10.0.0.7"}]),
    "fixed, of many parts": (
        FixedShape(((1, "a"), frozenset({True}))),
        TupleType((ListType(IntType()), SetType(BoolType()))),
        [{"#tup": [[{"#bigint": "1"}, "a"], {"#set": [True]}]}],
    ),
    "bool": (BoolShape(B0), BoolType(), [False, True]),
    "number": (NumberShape(FAR), RangeType(-3, 3), [{"#bigint": str(value)} for value in range(-3, 4)]),
    "enum": (ChoiceShape(I0, (ON, OFF, NODE)), EnumType("m.Mode"), ["On", "Off", "node1"]),
    "addresses": (ChoiceShape(B0, (IP, RANGE)), None, ["10.0.0.7", "fd00::/8"]),
    "optional choice": (
        ChoiceShape(B0, (None, IP)),
        OptionalType(IpType()),
        [{"tag": "None", "value": {"#tup": []}}, {"tag": "Some", "value": "10.0.0.7"}],
    ),
    "optional": (OptionalShape(B0, NumberShape(I1)), OptionalType(RangeType(0, 2)), []),
    "record": (RecordShape("m.R", (("a", BoolShape(B0)), ("b", ChoiceShape(I1, (ON, OFF, None))))), RecordType("m.R"), []),
    "tuple": (TupleShape((BoolShape(B0), NumberShape(I1))), TupleType((BoolType(), RangeType(0, 2))), []),
    "set": (SetShape(((ON, B0), ((1, 2), B1))), SetType(EnumType("m.Mode")), []),
    "map": (MapShape(((POD, B0, NumberShape(I1)), ("key", B2, BoolShape(bool_variable("v", 3))))), MapType(EnumType("m"), IntType()), []),
    "list": (ListShape(I0, (BoolShape(B1), BoolShape(B2))), ListType(BoolType(), 2), []),
}


@pytest.mark.parametrize("name", SHAPES)
def test_values_come_back(name: str) -> None:
    shape, type_, forms = SHAPES[name]
    written: list[Any] = []
    for state in product(range(-3, 4), range(3), range(3), range(2)):
        try:
            value = decode(shape, state)
        except IndexError:
            continue
        if encode(shape, value) is None:
            continue
        form = json.loads(json.dumps(write(shape, value, type_)))
        assert read(shape, form, type_) == value
        written += [form] if form not in written else []
    assert written
    assert not forms or sorted(written, key=str) == sorted(forms, key=str)


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize(
    "written",
    [
        *(None, 3, "strange", [], [[]], {}, [True] * 9, {"a": True}),
        *({"#bigint": text} for text in (3, "3.5", "٣", "--3", "9" * 5000)),
        *({"#tup": [1]}, {"#set": ["On", "On"]}, {"#set": "On"}, {"tag": "Some"}, {"tag": "Some", "value": {}}),
        *({"#map": [["pod1"]]}, {"#map": [["pod1", {"#bigint": "1"}]] * 2}),
    ],
    ids=lambda value: json.dumps(value)[:30],
)
def test_strange_values_are_refused(name: str, written: Any) -> None:
    shape, type_, _ = SHAPES[name]
    if name == "list" and written == []:
        assert read(shape, written, type_) == ()
    else:
        with pytest.raises(Strange, match=r"^`"):
            read(shape, written, type_)


# ---- whole traces

X, P, LEFT = int_variable("x", 0, 0, 2), bool_variable("p", 1), int_variable("left of grow", 2, 0, 2)
GROW = replace(
    action("m.grow", less(number(0), variable(LEFT)), [(X, add(variable(X), number(1))), (LEFT, add(variable(LEFT), number(-1)))]),
    arguments=(("n", NODE), ("why", "be\tcause")),
    component="m.grower",
)
PLACES = (
    Place("x", NODE, RangeType(0, 2), NumberShape(X), False),
    Place("m.p", None, BoolType(), BoolShape(P), True),
)
SMALL = replace(claim("invariant", "m.small", less(variable(X), number(2))), binding=(("n", NODE),))
SYSTEM = system([X, P, LEFT], [0, None, 2], [GROW], [claim("invariant", "m.small"), SMALL], places=PLACES)
TRACE = Trace(((0, 1, 2), (1, 1, 1), (2, 1, 0)), (0, 0))
ORIGIN = Origin("spec/m.km", "m.check", fingerprint(["module m"]), ("manifests/",), (("scope Node", "2"),))


def data() -> dict[str, Any]:
    written: dict[str, Any] = json.loads(json.dumps(to_itf(SYSTEM, SMALL, TRACE, ORIGIN)))
    return written


def test_what_is_written() -> None:
    written = data()
    assert list(written) == ["#meta", "params", "vars", "states"]
    assert written["vars"] == ["node1.x", "p"]
    assert written["states"][1] == {
        "#meta": {"index": 1, "hidden": {"left of grow": {"#bigint": "1"}}},
        "node1.x": {"#bigint": "1"},
        "p": True,
    }
    step = {"action": "m.grow", "arguments": {"n": "node1", "why": '"be\tcause"'}, "component": "m.grower"}
    meta = {name: written["#meta"][name] for name in ("format", "version", "claim", "binding", "verdict", "steps", "undefined")}
    assert meta == {
        "format": "kmodel-trace",
        "version": 1,
        "claim": "m.small",
        "binding": {"n": "node1"},
        "verdict": "violated",
        "steps": [step, step],
        "undefined": None,
    }


def test_what_is_written_is_read_and_matched() -> None:
    recorded = parse_itf(Source("trace.itf.json", json.dumps(data())))
    assert recorded.origin == ORIGIN
    assert match(recorded, SYSTEM) == Matched(1, TRACE.states, ((0,), (0,)), ())


def test_a_lasso_keeps_its_loop_and_its_stillness() -> None:
    lasso = Trace(((0, 1, 2), (0, 1, 2)), (-1,), 0)
    written = to_itf(SYSTEM, SMALL, lasso, ORIGIN)
    recorded = from_itf(json.loads(json.dumps(written)))
    assert (recorded.loop, recorded.steps) == (0, (None,))
    assert match(recorded, SYSTEM) == Matched(1, lasso.states, ((),), ())


def test_what_is_undefined_is_told() -> None:
    ending = replace(TRACE, undefined=("action", 0, 0))
    recorded = from_itf(json.loads(json.dumps(to_itf(SYSTEM, SMALL, ending, ORIGIN))))
    assert recorded.ending is not None
    assert (recorded.ending.code, recorded.ending.message) == ("out-of-range", "something is out-of-range")
    matched = match(recorded, SYSTEM)
    assert isinstance(matched, Matched)
    assert matched.undefined == (0,)


def test_places_with_one_label_are_told_apart() -> None:
    twins = tuple(Place(name, None, BoolType(), BoolShape(P), True) for name in ("a.p", "b.p"))
    assert to_itf(replace(SYSTEM, places=(PLACES[0], *twins)), SMALL, TRACE, ORIGIN)["vars"] == ["node1.x", "a.p", "b.p"]


def test_the_fingerprint_is_of_texts_and_their_borders() -> None:
    assert fingerprint(["ab", "c"]) != fingerprint(["a", "bc"])
    assert fingerprint([]).startswith("sha256:")


def renamed(which: Variable, name: str) -> System:
    places = tuple(replace(place, name=name) if place.shape == NumberShape(which) else place for place in PLACES)
    return replace(SYSTEM, places=places)


@pytest.mark.parametrize(
    ("changed", "step", "reason"),
    [
        (renamed(X, "y"), None, "the trace speaks of `node1.x`, which the spec no longer has"),
        (replace(SYSTEM, places=(*PLACES, Place("z", None, BoolType(), FixedShape(True), True))), None, "the spec now has `z`"),
        (replace(SYSTEM, claims=()), None, "no longer has the invariant `m.small for n = node1`"),
        (replace(SYSTEM, actions=()), 1, 'there is no action `m.grow(node1, "be\\tcause")` any more'),
        (
            replace(SYSTEM, places=(replace(PLACES[0], type=EnumType("m.Mode"), shape=ChoiceShape(X, (ON, OFF, NODE))), PLACES[1])),
            0,
            "`node1.x`: `{",
        ),
        (replace(SYSTEM, places=PLACES[:1]), None, "the trace speaks of `p`"),
        (replace(SYSTEM, variables=(X, P, replace(LEFT, name="rest"))), None, "the trace counts `left of grow`"),
    ],
)
def test_what_a_changed_spec_no_longer_has(changed: System, step: int | None, reason: str) -> None:
    found = match(from_itf(data()), changed)
    assert isinstance(found, Unmatched)
    assert found.step == step
    assert reason in found.reason


def test_a_value_out_of_range_is_no_state() -> None:
    written = data()
    written["states"][2]["node1.x"] = {"#bigint": "3"}
    assert match(from_itf(written), SYSTEM) == Unmatched(2, "`node1.x` cannot have the value that the trace gives it")


# ---- what is no trace


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "3",
        '{"#meta": {}}',
        '{"a": 1, "a": 2}',
        '{"a": NaN}',
        "[" * 5000,
        "[" * 200 + "]" * 200,
        "9" * 5000,
        '"\\ud800"',
    ],
    ids=lambda text: text[:12],
)
def test_texts_that_are_no_trace(text: str) -> None:
    with pytest.raises(Rejected) as rejected:
        parse_itf(Source("trace.itf.json", text))
    assert {found.code for found in rejected.value.diagnostics} == {"invalid-trace"}
    assert all(found.help and found.span for found in rejected.value.diagnostics)


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("#meta", "format"), "other", "does not say that it is `kmodel-trace`, version 1"),
        (("#meta", "version"), True, "does not say"),
        (("#meta", "version"), 2, "does not say"),
        (("#meta", "steps"), [], "it has 3 states and 0 steps"),
        (("#meta", "steps", 0), [], "step 1 is not an object"),
        (("#meta", "steps", 0, "arguments"), {"n": 3}, "`n` of step 1 is not a text"),
        (("#meta", "binding"), None, "the claim's binding is not an object"),
        (("#meta", "claim"), None, "the claim is not a text"),
        (("#meta", "manifests"), [3], "a path in `manifests` is not a text"),
        (("#meta", "undefined"), "x", "`undefined` is not an object"),
        (("vars",), ["p", "p"], "`vars` has a name twice"),
        (("vars",), ["p"], "state 0 has `node1.x`, which `vars` lacks"),
        (("states", 1), {}, "state 1 lacks `p`, which `vars` has"),
        (("states", 1, "#meta"), {"index": 2}, "state 1 says that it is another"),
        (("states", 1, "#meta"), {"hidden": 2}, "`hidden` of state 1 is not an object"),
        (("loop",), 2, "`loop` is not the index of a state before the last"),
        (("loop",), True, "`loop` is not"),
    ],
)
def test_faults_of_a_trace(path: tuple[str | int, ...], value: Any, fault: str) -> None:
    written: Any = data()
    inner = written
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    with pytest.raises(Rejected) as rejected:
        from_itf(written)
    assert fault in " / ".join(found.message for found in rejected.value.diagnostics)


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 3), st.floats(allow_nan=False), st.sampled_from(["", "p", "On", "#tup", "é\n"])
)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=6
)


def places_in(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else []
    return [path, *(deeper for key, value in inner for deeper in places_in(value, (*path, key)))]


@given(st.data())
def test_no_file_is_a_traceback(drawn: st.DataObject) -> None:
    written: Any = deepcopy(data())
    *path, last = drawn.draw(st.sampled_from(places_in(written)[1:]))
    inner = written
    for key in path:
        inner = inner[key]
    inner[last] = drawn.draw(TREES)
    assert isinstance(outcome_of(written), Rejected | Matched | Unmatched)


def outcome_of(written: object) -> object:
    try:
        return match(from_itf(written), SYSTEM)
    except Rejected as rejected:
        return rejected

"""What expressions are typed to: forms, types and stages."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from kmodel.source import Source
from kmodel.syntax import parse
from kmodel.typed import elaborate
from kmodel.typed.expressions import (
    Aggregate,
    All,
    Apply,
    CallDef,
    Constant,
    Expr,
    FieldRef,
    Holds,
    Is,
    Local,
    MakeMap,
    MakeRecord,
    Next,
    Stage,
)
from kmodel.typed.module import Program
from kmodel.typed.types import BoolType, EntityType, IntType, MapType, OptionalType, RangeType, RecordType, SetType, StringType, Type
from kmodel.typed.values import Member

DECLARED = """
module m
enum Phase { On, Off }
record R { n: int = 7  s: set[int] = {} }
entity Node { const labels: map[string, string] = {}  var up: bool = true  const fixed: 0..5 = 3 }
entity Pod { var node: Node? = none  var phase: Phase = On }
entity Job pool { var step: 0..3 = 0 }
const k: int = 4
var x: 0..9 = 0
relation late(n: Node)
relation early(n: Node)
rule late(n) when n.up
rule early(n) when n.fixed == 3
def doubled(a: int): int = a * 2
def alive(n: Node): bool = n.up
"""


def elaborated(text: str) -> Program:
    found = elaborate([parse(Source("m.km", DECLARED + text))], lambda _: None)
    assert [(each.code, each.message) for each in found.diagnostics] == []
    return found


def typed(text: str) -> Expr:
    """A query's body, which may be of any type."""
    return elaborated(f"query q(p: Pod, n: Node, j: Job) = {text}\n").queries["m.q"].body


@pytest.mark.parametrize(
    ("text", "value", "type_"),
    [
        ("250m", 250, IntType("cpu")),
        ("2cpu", 2000, IntType("cpu")),
        ("1.5Gi", 1_610_612_736, IntType("bytes")),
        ("0.3Ki", 308, IntType("bytes")),
        ("1k", 1000, IntType("bytes")),
        ("1500ms", 1500, IntType("duration")),
        ("2h", 7_200_000, IntType("duration")),
        ("1d", 86_400_000, IntType("duration")),
        ('"a"', "a", StringType()),
        ("On", Member("m.Phase", "On"), None),
        ("10.0.0.0/30", ip_network("10.0.0.0/30"), None),
    ],
)
def test_literals(text: str, value: object, type_: Type | None) -> None:
    made = typed(text)
    assert isinstance(made, Constant)
    assert made.value == value
    assert type_ is None or made.type == type_


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("n.fixed + 1", IntType()),
        ("n.fixed", RangeType(0, 5)),
        ("0..k", SetType(RangeType(0, "m.k"))),
        ("1..n.fixed", SetType(IntType())),
        ("2 * 250m", IntType("cpu")),
        ("1cpu / 250m", IntType()),
        ("1cpu / 4", IntType("cpu")),
        ("1Gi mod 3Mi", IntType("bytes")),
        ("ceil_div(1Gi, 3)", IntType("bytes")),
        ("if n.up then none else n", OptionalType(EntityType("m.Node"))),
        ('get(n.labels, "a")', OptionalType(StringType())),
        ("or_else(p.node, n)", EntityType("m.Node")),
        ("{p.node, none}", SetType(OptionalType(EntityType("m.Node")))),
        ("Node + {n}", SetType(EntityType("m.Node"))),
        ("sum(a in 0..3: a)", IntType()),
        ("max(1cpu, 2cpu)", IntType("cpu")),
    ],
)
def test_types(text: str, type_: Type) -> None:
    assert typed(text).type == type_


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("k", Stage.CONSTANT),
        ("x", Stage.STATE),
        ("n.fixed", Stage.CONSTANT),
        ("n.up", Stage.STATE),
        ("Node", Stage.CONSTANT),
        ("Job", Stage.STATE),
        ("count(a in Node where a.fixed > 1)", Stage.CONSTANT),
        ("count(a in Node where a.up)", Stage.STATE),
        ("count(Job)", Stage.STATE),
        ("late(n)", Stage.STATE),
        ("early(n)", Stage.CONSTANT),
        ("doubled(k)", Stage.CONSTANT),
        ("doubled(x)", Stage.STATE),
        ("alive(n)", Stage.STATE),
        ("R(n = x)", Stage.STATE),
        ("p.node is a and a.fixed == 1", Stage.STATE),
        ("let a = x: 1", Stage.STATE),
    ],
)
def test_stages(text: str, stage: Stage) -> None:
    assert typed(text).stage is stage


def test_relations_are_late_through_defs_and_pools() -> None:
    rules = """
relation by_def(n: Node)
relation by_pool(j: Job)
relation by_late(n: Node)
relation by_count(n: Node)
rule by_def(n) when alive(n)
rule by_pool(j)
rule by_late(n) when late(n)
rule by_count(n) when count(Job) > 1
query q(n: Node, j: Job) = (by_def(n), by_pool(j), by_late(n), by_count(n))
"""
    body = elaborated(rules).queries["m.q"].body
    assert [each.stage for each in body.items] == [Stage.STATE] * 4  # type: ignore[union-attr] # a tuple's


def test_comparisons_turn_round() -> None:
    made = typed("1 > 2")
    assert isinstance(made, Apply)
    assert (made.op, [each.value for each in made.arguments if isinstance(each, Constant)]) == ("less", [2, 1])
    assert [typed(text).op for text in ("1 >= 2", "{1} <= {2}", "{1} >= {2}")] == ["at_most", "subset", "subset"]  # type: ignore[union-attr]


def test_membership() -> None:
    inside, keyed, outside = typed("10.0.0.1 in 10.0.0.0/30"), typed('"a" in n.labels'), typed("n not in Node")
    assert isinstance(inside, Apply)
    assert isinstance(keyed, Apply)
    assert isinstance(outside, Apply)
    assert (inside.op, keyed.op, outside.op, outside.arguments[0].op) == ("within", "member", "not", "member")  # type: ignore[union-attr]


def test_records_have_all_their_fields() -> None:
    made = typed("R()")
    assert isinstance(made, MakeRecord)
    assert made.type == RecordType("m.R")
    assert [name for name, _ in made.fields] == ["n", "s"]
    assert [each.value for _, each in made.fields if isinstance(each, Constant)] == [7]


def test_empty_braces_are_what_is_expected() -> None:
    made = elaborated("const a: map[string, int] = {}\n").consts["m.a"].value
    assert made == MakeMap((), type=MapType(StringType(), IntType()), stage=Stage.CONSTANT, span=made.span if made else None)  # type: ignore[arg-type]


def test_calls() -> None:
    assert isinstance(typed("n.alive()"), CallDef)
    assert isinstance(typed("n.early()"), Holds)
    own = typed("Node.size()")
    assert isinstance(own, Apply)
    assert isinstance(own.arguments[0], All)


def test_one_collection_is_summed_over_a_fresh_variable() -> None:
    made = typed("sum([1, 2])")
    assert isinstance(made, Aggregate)
    assert isinstance(made.body, Local)
    assert made.bound[0].name == made.body.name
    assert not made.body.name.isidentifier()


def test_rule_variables_have_their_parameters_types() -> None:
    found = elaborated("relation far(a: Node, b: Node)\nrelation ok(n: Node)\nrule ok(n) when far(n, m) and early(m) or far(m, n)\n")
    (rule,) = [each for each in found.rules if each.relation == "m.ok"]
    assert rule.variables == (("n", EntityType("m.Node")), ("m", EntityType("m.Node")))
    assert rule.head[0] == Local("n", type=EntityType("m.Node"), stage=Stage.CONSTANT, span=rule.span)


def test_a_rule_variable_met_within_exists_is_the_rules() -> None:
    found = elaborated("relation far(a: Node, b: Node)\nrelation ok(n: Node)\nrule ok(n) when (exists a in Node: far(a, m)) and early(m)\n")
    (rule,) = [each for each in found.rules if each.relation == "m.ok"]
    assert [name for name, _ in rule.variables] == ["n", "m"]


def test_fields_in_sight_of_their_siblings() -> None:
    found = elaborated("entity Q { const a: int = 1  const b: int = a + self.a }\n").entities["m.Q"]
    default = found.fields[1].default
    assert isinstance(default, Apply)
    assert [each.target.name for each in default.arguments if isinstance(each, FieldRef) and isinstance(each.target, Local)] == [
        "self",
        "self",
    ]


def test_next_is_a_step() -> None:
    body = elaborated("transition t { forall n in Node: next(n.up) }\n").claims["m.t"].body
    assert body.stage is Stage.STEP
    assert isinstance(body.body, Next)  # type: ignore[union-attr] # a quantifier's


def test_is_binds() -> None:
    made = typed("p.node is a and a.up")
    assert isinstance(made, Apply)
    assert isinstance(made.arguments[0], Is)
    assert made.arguments[1].type == BoolType()

"""What a check comes to: scopes, settings, active modules, claims in order, expectations."""

from __future__ import annotations

from ipaddress import ip_network

from kmodel.source import Source
from kmodel.syntax import parse
from kmodel.typed import Program, elaborate
from kmodel.typed.expressions import Constant, MakeItems
from kmodel.typed.module import CheckSymbol
from kmodel.typed.types import CidrType, ListType, OptionalType
from kmodel.typed.values import Individual

BASE = """
module base
entity Node { const links: set[Node] = {}  const range_of: cidr? = none  const names: list[string] = [] }
entity Job pool
const surge: int = 1
var x: 0..3 = 0
action rise() { x := 1 }
invariant first_claim { x <= 3 }
invariant second_claim { x >= 0 }
witness risen { x == 1 }
"""


def check(body: str, *others: str) -> CheckSymbol:
    return _checks(f"{BASE}check c {{ {body} }}\n", *others)["base.c"]


def _checks(*texts: str) -> dict[str, CheckSymbol]:
    found: Program = elaborate([parse(Source(f"{at}.km", text)) for at, text in enumerate(texts)], lambda _: None)
    assert found.diagnostics == ()
    return {each.name: each for module in found.modules.values() for each in module.checks}


def test_scopes() -> None:
    made = check("scope Node = {left, right}, Job = 1 of 3 unless given  scope ip = 10.0.0.0/30")
    node, job = made.scopes
    assert (node.entity, node.names, node.size, node.pool, node.unless_given) == ("base.Node", ("left", "right"), 2, None, False)
    assert (job.entity, job.names, job.size, job.pool, job.unless_given) == ("base.Job", (), 1, 3, True)
    assert made.universe == ip_network("10.0.0.0/30")
    assert check('scope ip = cidr("fd00::/126")').universe == ip_network("fd00::/126")


def test_named_individuals_are_constants() -> None:
    made = check("set left.links = {right}  scope Node = {left, right}")
    (setting,) = made.settings
    assert (setting.entity, setting.individual, setting.name, setting.each) == ("base.Node", "left", "links", False)
    assert isinstance(setting.value, MakeItems)
    (item,) = setting.value.items
    assert isinstance(item, Constant)
    assert item.value == Individual("base.Node", 1, "right", True)


def test_one_value_for_all_or_one_for_each() -> None:
    for_all, for_each = check("set Node.range_of = 10.0.0.0/30"), check("set Node.range_of = [10.0.0.0/30, none]")
    assert (for_all.settings[0].each, for_each.settings[0].each) == (False, True)
    value = for_each.settings[0].value
    assert value is not None
    assert isinstance(value.type, ListType)
    assert value.type.item == OptionalType(CidrType())
    assert check('set Node.names = ["a"]').settings[0].each is False
    assert check('set Node.names = [["a"], []]').settings[0].each is True


def test_any_is_no_value() -> None:
    by_any, by_value = check("set surge = any").settings[0], check("set surge = 3 unless given").settings[0]
    assert (by_any.name, by_any.value, by_any.unless_given) == ("base.surge", None, False)
    assert (by_value.name, by_value.unless_given) == ("base.surge", True)
    assert by_value.value is not None


def test_claims_are_in_the_order_of_their_declarations() -> None:
    assert check("").claims == ("base.first_claim", "base.second_claim", "base.risen")
    assert check("verify risen, first_claim").claims == ("base.first_claim", "base.risen")
    assert check("verify risen  expect violated first_claim").claims == ("base.first_claim", "base.risen")
    assert check("expect holds *").expectations[0].claims == ("base.first_claim", "base.second_claim")
    assert check("verify base.*").claims == check("").claims


def test_expectations() -> None:
    made = check("expect holds first_claim to depth 20  expect violated second_claim in 6  expect unreachable risen").expectations
    assert [(each.verdict, each.claims, each.depth, each.steps) for each in made] == [
        ("holds", ("base.first_claim",), 20, None),
        ("violated", ("base.second_claim",), None, 6),
        ("unreachable", ("base.risen",), None, None),
    ]


def test_clusters() -> None:
    assert (check("").cluster, check("cluster").cluster, check('cluster "a/", "b.yaml"').cluster) == (None, (), ("a/", "b.yaml"))


def test_active_modules() -> None:
    above = "module above\nimport base\naction f() { x := 2 }\n"
    beside = "module beside\nimport base\naction g() { x := 3 }\n"
    by_import = "module by_import\nimport above\ncheck c { verify base.* }\n"
    by_use = "module by_use\nimport above\nimport beside\ninvariant own { true }\ncheck c { use beside  limit g <= 1 }\n"
    found = _checks(BASE, above, beside, by_import, by_use)
    assert found["by_import.c"].active == {"by_import", "above", "base"}
    assert found["by_use.c"].active == {"by_use", "beside", "base"}
    assert found["by_use.c"].claims == ("by_use.own",)
    assert found["by_use.c"].limits == {"beside.g": 1}
    assert found["by_import.c"].claims == ("base.first_claim", "base.second_claim", "base.risen")

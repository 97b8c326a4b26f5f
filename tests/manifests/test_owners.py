"""Objects that control each other, as a cluster lists them: one thing is read once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kmodel.manifests import Instance, load, read
from kmodel.source import Source
from kmodel.syntax import parse
from kmodel.typed import elaborate

SPEC = """
module owned
entity Outer
  from v1/Pod unless "#controller" unless status.phase = "Succeeded", "Failed"
  from apps/v1/Maker at spec.template times spec.replicas = 1
  from apps/v1/Middle at spec.template unless "#controller"
  from batch/v1/Job at spec.template unless status.conditions[].type = "Complete" unless status.ended
{
  const root: string of "#root".kind, "#root".metadata.name
}
entity Inner
  from v1/Pod
  from apps/v1/Maker at spec.template unless "#controls"
  from apps/v1/Middle at spec.template unless "#controls" unless "#controller"
{
  const address: string? = none of status.podIP
  const inner_root: string of "#root".kind, "#root".metadata.name
}
"""


def _object(kind: str, name: str, by: str | None = None, controls: bool = True, **more: Any) -> dict[str, Any]:
    version, _, last = kind.rpartition("/")
    made: dict[str, Any] = {"apiVersion": version, "kind": last, "metadata": {"name": name, "namespace": "shop"}, **more}
    if by is not None:
        owner, _, called = by.rpartition("/")
        reference = {"apiVersion": owner.rpartition("/")[0], "kind": owner.rpartition("/")[2], "name": called, "controller": controls}
        made["metadata"]["ownerReferences"] = [reference]
    return made


TEMPLATE: dict[str, Any] = {"spec": {"template": {"metadata": {}}}}
MAKER = _object("apps/v1/Maker", "web", spec={"replicas": 2, "template": {"metadata": {}}})
MIDDLE = _object("apps/v1/Middle", "web-1", "apps/v1/Maker/web", **TEMPLATE)
OLD = _object("apps/v1/Middle", "web-0", "apps/v1/Maker/web", **TEMPLATE)
POD = _object("v1/Pod", "web-1-a", "apps/v1/Middle/web-1", status={"podIP": "10.0.0.1"})
OTHER = _object("v1/Pod", "web-1-b", "apps/v1/Middle/web-1", status={"podIP": "10.0.0.2"})


def _read(*objects: dict[str, Any]) -> Instance:
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    program = elaborate([parse(Source("owned.km", SPEC))], lambda _: None)
    assert program.diagnostics == ()
    instance = read(load(["-"], lambda: text), program, frozenset({"owned"}), {})
    assert instance.diagnostics == ()
    return instance


def _names(instance: Instance, entity: str) -> list[str]:
    return [each.individual.name for each in instance.given.get(f"owned.{entity}", ())]


def test_the_outermost_stands_for_all() -> None:
    instance = _read(POD, MIDDLE, OTHER, MAKER, OLD)
    assert _names(instance, "Outer") == ["web-0", "web-1"]  # two copies of the maker's template
    assert [each.object for each in instance.given["owned.Outer"]] == ["Maker shop/web"] * 2
    assert (instance.objects, instance.modelled) == (5, 5)
    assert {each.path for each in instance.not_modelled} == {"spec", "spec.template"}  # and not the references


def test_the_innermost_stand_for_all() -> None:
    instance = _read(POD, MIDDLE, OTHER, MAKER, OLD)
    assert _names(instance, "Inner") == ["web-1-a", "web-1-b"]
    assert [each.fields["inner_root"] for each in instance.given["owned.Inner"]] == ["Maker/web"] * 2


def test_what_has_made_nothing_stands_for_itself() -> None:
    instance = _read(MAKER, OLD)
    assert _names(instance, "Inner") == ["web"]


def test_a_chain_that_is_given_in_part() -> None:
    assert [each.object for each in _read(POD, MIDDLE).given["owned.Outer"]] == ["Middle shop/web-1"]
    assert [each.object for each in _read(POD, MAKER).given["owned.Outer"]] == ["Pod shop/web-1-a", "Maker shop/web", "Maker shop/web"]
    assert [each.fields["root"] for each in _read(POD).given["owned.Outer"]] == ["Pod/web-1-a"]


@pytest.mark.parametrize(
    "made",
    [
        _object("v1/Pod", "p", "apps/v1/Maker/web", controls=False),
        _object("v1/Pod", "p", "other/v1/Maker/web"),
        _object("v1/Pod", "p", "apps/v1/Maker/other"),
    ],
)
def test_what_is_not_controlled(made: dict[str, Any]) -> None:
    assert "p" in _names(_read(made, MAKER), "Outer")


def test_an_object_that_was_made_again_is_another() -> None:
    maker = {**MAKER, "metadata": {**MAKER["metadata"], "uid": "new"}}
    pod = _object("v1/Pod", "p", "apps/v1/Maker/web")
    assert "p" not in _names(_read(maker, pod), "Outer")
    pod["metadata"]["ownerReferences"][0]["uid"] = "old"
    assert "p" in _names(_read(maker, pod), "Outer")


def test_what_is_in_no_namespace_may_control() -> None:
    maker = {**MAKER, "metadata": {"name": "web"}}
    assert "p" not in _names(_read(maker, _object("v1/Pod", "p", "apps/v1/Maker/web")), "Outer")


def test_objects_that_control_each_other() -> None:
    """No server lets it come to that; it ends all the same."""
    one, two = (
        _object("apps/v1/Middle", "a", "apps/v1/Middle/b", **TEMPLATE),
        _object("apps/v1/Middle", "b", "apps/v1/Middle/a", **TEMPLATE),
    )
    assert _names(_read(one, two), "Outer") == []
    assert _names(_read(_object("apps/v1/Middle", "a", "apps/v1/Middle/a", **TEMPLATE)), "Outer") == ["a"]


@pytest.mark.parametrize(("phase", "counts"), [("Running", True), ("Pending", True), ("Succeeded", False), ("Failed", False)])
def test_what_has_run_to_its_end(phase: str, counts: bool) -> None:
    assert bool(_names(_read(_object("v1/Pod", "p", status={"phase": phase})), "Outer")) is counts


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        ({}, True),
        ({"conditions": [{"type": "Suspended"}]}, True),
        ({"conditions": [{"type": "Suspended"}, {"type": "Complete"}]}, False),
        ({"conditions": "Complete"}, True),
        ({"ended": "2024-01-01T00:00:00Z"}, False),
        ({"ended": None}, True),
    ],
)
def test_what_says_that_it_has_ended(status: dict[str, Any], counts: bool) -> None:
    assert bool(_names(_read(_object("batch/v1/Job", "j", status=status, **TEMPLATE)), "Outer")) is counts

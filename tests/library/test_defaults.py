"""What the API server fills in, as the library's declarations have it: one row for each field that has a default there."""

from __future__ import annotations

from functools import cache

import pytest

from kmodel.manifests import constant
from kmodel.pipeline.specs import link
from kmodel.source import data
from kmodel.typed.module import Program

# Record or entity, field, and its default by pkg/apis/*/v*/defaults.go of kubernetes/kubernetes.
DEFAULTS = [
    ("kubernetes.objects.ContainerPort", "protocol", "TCP"),
    ("kubernetes.network.traffic.OpenPort", "protocol", "TCP"),
    ("kubernetes.network.policy.PolicyPort", "protocol", "TCP"),
    ("kubernetes.applied.Deployment", "strategy", "RollingUpdate"),
    ("kubernetes.applied.Deployment", "max_surge", "25%"),
    ("kubernetes.applied.Deployment", "max_unavailable", "25%"),
    ("kubernetes.applied.Deployment", "paused", "False"),
    ("kubernetes.applied.HorizontalPodAutoscaler", "least", "1"),
    ("kubernetes.applied.PersistentVolumeClaim", "mode", "Filesystem"),
    ("kubernetes.applied.PersistentVolume", "mode", "Filesystem"),
    ("kubernetes.objects.KeyReference", "optional", "False"),
    ("kubernetes.objects.Node", "unschedulable", "False"),
    ("kubernetes.network.traffic.Workload", "host_network", "False"),
]
COPIES = ["apps/v1/Deployment", "apps/v1/ReplicaSet", "apps/v1/StatefulSet", "batch/v1/Job"]


@cache
def _program() -> Program:
    spec = data("spec") / "kubernetes"
    return link([spec / "applied.km", spec / "network" / "policy.km"]).program


@pytest.mark.parametrize(("owner", "field", "expected"), DEFAULTS)
def test_the_default_of_a_field(owner: str, field: str, expected: str) -> None:
    program = _program()
    fields = (program.entities.get(owner) or program.records[owner]).fields
    (symbol,) = (each for each in fields if each.short == field)
    known = constant(symbol.default) if symbol.default is not None else None
    assert known is not None
    assert str(getattr(known.value, "name", known.value)) == expected


@pytest.mark.parametrize("kind", COPIES)
def test_one_copy_by_default(kind: str) -> None:
    sources = [each for each in _program().entities["kubernetes.objects.Pod"].sources if f"{each.api_version}/{each.kind}" == kind]
    assert [each.times_default for each in sources] == [1]

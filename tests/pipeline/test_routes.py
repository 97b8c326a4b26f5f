"""OpenShift Routes lead an ingress controller to the ports of pods."""

from __future__ import annotations

from typing import Any

import pytest

from kmodel.pipeline.connectivity import connectivity, words

SHOP = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  containers: [{name: c, ports: [{name: http, containerPort: 8080}, {containerPort: 9000}, {containerPort: 53, protocol: UDP}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{name: plain, port: 80, targetPort: http}, {name: control, port: 9000}]
---
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: web, namespace: shop}
spec: %s
"""


@pytest.mark.parametrize(
    ("spec", "opens"),
    [
        ("{to: {kind: Service, name: web}}", "TCP 8080,9000"),
        ("{to: {kind: Service, name: web}, port: {targetPort: 8080}}", "TCP 8080"),
        ("{to: {kind: Service, name: web}, port: {targetPort: plain}}", "TCP 8080"),
        ("{to: {kind: Service, name: web}, port: {targetPort: control}}", "TCP 9000"),
        ("{to: {kind: Service, name: web}, port: {targetPort: 80}}", None),
        ("{to: {kind: Service, name: web, weight: 0}}", None),
        ("{to: {kind: Service, name: old, weight: 0}, alternateBackends: [{kind: Service, name: web, weight: 1}]}", "TCP 8080,9000"),
        ("{to: {kind: Service, name: other}}", None),
    ],
)
def test_what_it_leads_to(spec: str, opens: Any) -> None:
    found = connectivity(["-"], lambda: SHOP % spec).connections()
    assert [words(each.conns) for each in found if each.source == "{ingress-controller}"] == ([opens] if opens else [])

"""`kmodel connectivity`."""

from __future__ import annotations

import json

from tests.cli.sandbox import Sandbox

SHOP = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, ports: [{name: sql, containerPort: 5432}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: sql}, {port: 9000, endPort: 9002, protocol: UDP}]
  - from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]
"""

SHOWN = """\
0.0.0.0-255.255.255.255 => shop/web[Deployment] : All Connections
10.0.0.0-10.0.255.255 => shop/db[StatefulSet] : All Connections
10.2.0.0-10.255.255.255 => shop/db[StatefulSet] : All Connections
shop/web[Deployment] => 0.0.0.0-255.255.255.255 : All Connections
shop/web[Deployment] => shop/db[StatefulSet] : TCP 5432,UDP 9000-9002
"""


def test_text(sandbox: Sandbox) -> None:
    sandbox.write("m/shop.yaml", SHOP)
    assert sandbox.run("connectivity", "m").stdout == SHOWN


def test_standard_input(sandbox: Sandbox) -> None:
    assert sandbox.run("connectivity", "-", given=SHOP).stdout == SHOWN


def test_json_and_csv(sandbox: Sandbox) -> None:
    sandbox.write("m/shop.yaml", SHOP)
    rows = json.loads(sandbox.run("connectivity", "m", "-o", "json").stdout)
    assert rows[-1] == {
        "src": "shop/web[Deployment]",
        "dst": "shop/db[StatefulSet]",
        "conns": [{"protocol": "TCP", "ports": [[5432, 5432]]}, {"protocol": "UDP", "ports": [[9000, 9002]]}],
    }
    assert rows[0]["conns"] == "ALL"
    lines = sandbox.run("connectivity", "m", "-o", "csv").stdout.splitlines()
    assert lines[0] == "src,dst,conns"
    assert lines[-1] == 'shop/web[Deployment],shop/db[StatefulSet],"TCP 5432,UDP 9000-9002"'


def test_probes(sandbox: Sandbox) -> None:
    sandbox.write("m/shop.yaml", SHOP)
    questions = [
        {"from": "shop/web", "to": "shop/db", "port": 5432},
        {"from": "shop/web", "to": "db", "port": 5432, "protocol": "UDP"},
        {"from": "10.1.0.0", "to": "shop/db[StatefulSet]", "port": 1},
        {"from": "10.2.0.0", "to": "shop/db", "port": 1},
    ]
    sandbox.write("q.json", json.dumps(questions))
    asked = json.loads(sandbox.run("connectivity", "m", "--probes", "q.json", "-o", "json").stdout)
    assert [each["allowed"] for each in asked] == [True, False, False, True]
    assert "shop/web => shop/db : TCP 5432 allowed" in sandbox.run("connectivity", "m", "--probes", "q.json").stdout


def test_bad_questions(sandbox: Sandbox) -> None:
    sandbox.write("m/shop.yaml", SHOP)
    for text, code in (
        ('[{"from": "shop/web", "to": "shop/nothing", "port": 1}]', "unknown-end"),
        ("[1]", "invalid-probes"),
        ("[", "invalid-probes"),
    ):
        sandbox.write("q.json", text)
        done = sandbox.run("connectivity", "m", "--probes", "q.json")
        assert done.exit_code == 2
        assert f"error[{code}]" in done.stderr


def test_what_the_server_refuses(sandbox: Sandbox) -> None:
    sandbox.write("m/shop.yaml", SHOP.replace("endPort: 9002", "endPort: 8999"))
    done = sandbox.run("connectivity", "m")
    assert done.exit_code == 2
    assert "error[refused-object]" in done.stderr
    assert "m/shop.yaml:25" in done.stderr

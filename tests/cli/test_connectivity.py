"""`kmodel connectivity`."""

from __future__ import annotations

import json
import re

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
    assert "error[wrong-value]" in done.stderr
    assert "m/shop.yaml:25" in done.stderr


def test_graph_and_matrix(sandbox: Sandbox) -> None:
    sandbox.write("m/shop.yaml", SHOP)
    graph = sandbox.run("connectivity", "m", "-o", "dot").stdout
    assert '"shop/web[Deployment]" -> "shop/db[StatefulSet]" [label="TCP 5432,UDP 9000-9002"];' in graph
    matrix = sandbox.run("connectivity", "m", "-o", "html").stdout
    assert "<td class='some' title='shop/web[Deployment] =&gt; shop/db[StatefulSet]'>TCP 5432,UDP 9000-9002</td>" in matrix


def test_differences(sandbox: Sandbox) -> None:
    sandbox.write("a/shop.yaml", SHOP)
    wider = SHOP.replace("10.0.0.0/8, except: [10.1.0.0/16]", "10.0.0.0/8, except: [10.1.128.0/17]").replace("{port: sql}, ", "")
    sandbox.write("b/shop.yaml", wider + SHOP.split("---")[0].replace("name: web", "name: new").join(["---\n", ""]))
    done = sandbox.run("diff", "a", "b", "--exit-code")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "added: 0.0.0.0-255.255.255.255 => shop/new[Deployment] : All Connections (workload added: shop/new[Deployment])",
        "added: 10.1.0.0-10.1.127.255 => shop/db[StatefulSet] : All Connections",
        "added: shop/new[Deployment] => 0.0.0.0-255.255.255.255 : All Connections (workload added: shop/new[Deployment])",
        "added: shop/new[Deployment] => shop/db[StatefulSet] : UDP 9000-9002 (workload added: shop/new[Deployment])",
        "added: shop/new[Deployment] => shop/web[Deployment] : All Connections (workload added: shop/new[Deployment])",
        "changed: shop/web[Deployment] => shop/db[StatefulSet] : TCP 5432,UDP 9000-9002 -> UDP 9000-9002",
        "added: shop/web[Deployment] => shop/new[Deployment] : All Connections (workload added: shop/new[Deployment])",
    ]
    back = json.loads(sandbox.run("diff", "b", "a", "-o", "json").stdout)
    assert {each["diff_type"] for each in back} == {"removed", "changed"}
    assert sandbox.run("diff", "a", "a", "--exit-code").exit_code == 0


def test_one_pair(sandbox: Sandbox) -> None:
    sandbox.write("m/shop.yaml", SHOP)
    assert sandbox.run("connectivity", "m", "--from", "shop/web", "--to", "db").stdout == SHOWN.splitlines()[-1] + "\n"
    asked = sandbox.run("connectivity", "m", "--from", "shop/web", "--to", "db", "--port", "9001", "--protocol", "udp")
    assert asked.stdout == "shop/web => db : UDP 9001 allowed\n"
    assert sandbox.run("connectivity", "m", "--explain").exit_code == 2


def test_explained(sandbox: Sandbox) -> None:
    sandbox.write("m/shop.yaml", SHOP)
    allowed = sandbox.run("connectivity", "m", "--from", "shop/web", "--to", "shop/db", "--port", "5432", "--explain").stdout
    assert allowed.splitlines()[:5] == [
        "shop/web => shop/db : TCP 5432 allowed",
        "  ✓ egress allowed",
        "    ✗ isolated by",
        "  ✓ ingress allowed",
        "    ✓ isolated by: NetworkPolicy shop/db (m/shop.yaml:19:18)",
    ]
    assert "      ✓ IngressRule of NetworkPolicy shop/db (m/shop.yaml:24:5)" in allowed
    denied = sandbox.run("connectivity", "m", "--from", "shop/web", "--to", "shop/db", "--port", "80", "--explain").stdout
    assert "      ✗ IngressRule of NetworkPolicy shop/db (m/shop.yaml:24:5)\n        ✗ ports match" in denied
    assert "      ✗ IngressRule of NetworkPolicy shop/db (m/shop.yaml:26:5)\n        ✗ peers match" in denied


ADMIN = """---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: guard}
spec:
  priority: 3
  subject: {namespaces: {}}
  egress:
  - {action: Pass, to: [{networks: [10.0.0.0/8]}]}
  - {action: Deny, to: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}], ports: [{portNumber: {port: 80}}]}
"""


def test_the_rule_that_decides_first(sandbox: Sandbox) -> None:
    sandbox.write("m/shop.yaml", SHOP + ADMIN)
    told = sandbox.run("connectivity", "m", "--from", "shop/web", "--to", "shop/db", "--port", "80", "--explain").stdout
    assert told.splitlines()[0] == "shop/web => shop/db : TCP 80 denied"
    assert "    ✓ AdminEgressRule of AdminNetworkPolicy guard (m/shop.yaml:36:5)" in told


def test_what_is_not_read(sandbox: Sandbox) -> None:
    sandbox.write("m/shop.yaml", SHOP + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n")
    done = sandbox.run("connectivity", "m")
    assert (done.exit_code, done.stdout) == (0, SHOWN)
    assert "Secret (1)" in done.stderr
    strict = sandbox.run("connectivity", "m", "--strict")
    assert strict.exit_code == 2
    assert "error[not-read]" in strict.stderr
    assert "Secret (1)" in strict.stderr


def test_fields_that_are_not_read(sandbox: Sandbox) -> None:
    sandbox.write("m/shop.yaml", SHOP)
    done = sandbox.run("connectivity", "m")
    assert (done.exit_code, done.stdout) == (0, SHOWN)
    assert re.search(r"not read: \d+ fields? of \d+ kinds? \(`--strict` lists them\)", done.stderr)
    strict = sandbox.run("connectivity", "m", "--strict")
    assert strict.exit_code == 2
    assert "error[not-read]: nothing here reads these fields of" in strict.stderr
    assert "`spec.template.spec.containers[].name` (1)" in strict.stderr


def test_what_the_api_server_would_refuse(sandbox: Sandbox) -> None:
    """The answer is told all the same, as what is wrong is not read; where it is to be strict, it is a fault with its place."""
    sandbox.write(
        "m/shop.yaml",
        SHOP.replace("{name: db, namespace: shop}\nspec:\n  podSelector", "{name: Db_, namespace: shop}\nspec:\n  podSelector"),
    )
    done = sandbox.run("connectivity", "m")
    assert (done.exit_code, done.stdout) == (0, SHOWN)
    assert (
        "refused by the API server: 5 faults (`--strict` lists them), the first at m/shop.yaml:7:25: `image` is missing here" in done.stderr
    )
    strict = sandbox.run("connectivity", "m", "--strict")
    assert strict.exit_code == 2
    assert "error[wrong-value]: `Db_` cannot stand here\n--> m/shop.yaml:19:18" in strict.stderr

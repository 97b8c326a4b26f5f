"""Live clusters, read by the official client from a server that speaks the list API."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kmodel.manifests import load
from tests.cli.sandbox import Sandbox
from tests.snapshot.api import Api, serving

CORE = (
    ("pods", "Pod", True),
    ("services", "Service", True),
    ("secrets", "Secret", True),
    ("configmaps", "ConfigMap", True),
    ("namespaces", "Namespace", False),
    ("nodes", "Node", False),
    ("events", "Event", True),
)
SERVED = {
    "v1": CORE,
    "apps/v1": (("deployments", "Deployment", True), ("replicasets", "ReplicaSet", True)),
    "networking.k8s.io/v1": (("networkpolicies", "NetworkPolicy", True),),
    "autoscaling/v3": (("horizontalpodautoscalers", "HorizontalPodAutoscaler", True),),
    "autoscaling/v2": (("horizontalpodautoscalers", "HorizontalPodAutoscaler", True),),
    "example.com/v1": (("things", "Thing", True),),
}

WEB = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}


def _object(name: str, namespace: str | None = "shop", **more: Any) -> dict[str, Any]:
    place = {"namespace": namespace} if namespace is not None else {}
    managed = {"managedFields": [{"manager": "kubectl", "fieldsV1": {"f:spec": {}}}]}
    return {"metadata": {"name": name, **place, **managed, **more.pop("metadata", {})}, **more}


def _template(app: str) -> dict[str, Any]:
    return {"metadata": {"labels": {"app": app}}, "spec": {"containers": [{"name": app, "image": app, "ports": [{"containerPort": 80}]}]}}


def _deployment(name: str) -> dict[str, Any]:
    return _object(name, spec={"replicas": 2, "selector": {"matchLabels": {"app": name}}, "template": _template(name)})


def _policy() -> dict[str, Any]:
    peer = {"podSelector": {"matchLabels": {"app": "web"}}}
    return _object("db", spec={"podSelector": {"matchLabels": {"app": "db"}}, "ingress": [{"from": [peer], "ports": [{"port": 80}]}]})


def _objects() -> dict[tuple[str, str], list[dict[str, Any]]]:
    applied = {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": '{"data":{"password":"aHVudGVyMg=="}}', "kept": "1e3"}}
    return {
        ("v1", "namespaces"): [_object("shop", None), _object("other", None)],
        ("v1", "nodes"): [_object("node-1", None, status={"allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"}})],
        ("v1", "secrets"): [_object("db", metadata=applied, data={"password": "aHVudGVyMg=="}, type="Opaque")],
        ("v1", "configmaps"): [_object(f"c{number:04}", "other", data={"text": f"no {number}\n"}) for number in range(1203)],
        ("v1", "events"): [_object("happened")],
        ("apps/v1", "deployments"): [_deployment("web"), _deployment("db")],
        ("networking.k8s.io/v1", "networkpolicies"): [_policy()],
        ("autoscaling/v2", "horizontalpodautoscalers"): [_object("web", spec={"maxReplicas": 5, "scaleTargetRef": WEB})],
        ("autoscaling/v3", "horizontalpodautoscalers"): [_object("web", spec={"other": 5})],
        ("example.com/v1", "things"): [_object("thing")],
    }


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def api() -> Api:
    return Api(SERVED, _objects())


@pytest.fixture
def sandbox(tmp_path: Path, api: Api) -> Iterator[Sandbox]:
    with serving(api, tmp_path):
        yield Sandbox(tmp_path)


def _snapshot(sandbox: Sandbox, *arguments: str) -> Any:
    return sandbox.run("snapshot", "--kubeconfig", "kubeconfig", *arguments, "taken")


def _identities(folder: Path) -> set[tuple[str, str | None, str]]:
    documents = load([str(folder)], lambda: "")
    assert documents.diagnostics == ()
    return {(each.kind, each.namespace, each.name) for each in documents.objects}


def test_all_that_is_listed_is_written(sandbox: Sandbox, api: Api) -> None:
    done = _snapshot(sandbox, "--context", "here")
    assert (done.exit_code, done.stderr) == (0, "")
    files = {path.relative_to(sandbox.folder / "taken").as_posix() for path in sandbox.folder.glob("taken/*/*")}
    assert files == {
        "_cluster/namespaces.yaml",
        "_cluster/nodes.yaml",
        "other/configmaps.yaml",
        "shop/secrets.yaml",
        "shop/deployments.apps.yaml",
        "shop/networkpolicies.networking.k8s.io.yaml",
        "shop/horizontalpodautoscalers.autoscaling.yaml",
        "shop/things.example.com.yaml",
    }
    assert done.stdout == "wrote 1,212 objects in 8 files to taken\n"
    found = _identities(sandbox.folder / "taken")
    assert len(found) == 1212
    assert {("Deployment", "shop", "web"), ("Node", None, "node-1"), ("ConfigMap", "other", "c1202")} <= found


def test_nothing_is_asked_but_get(sandbox: Sandbox, api: Api) -> None:
    _snapshot(sandbox)
    assert {method for method, _ in api.asked} == {"GET"}
    assert not any(word in target for _, target in api.asked for word in ("watch", "/status", "reviews", "events"))


def test_lists_are_read_in_pages(sandbox: Sandbox, api: Api) -> None:
    _snapshot(sandbox)
    pages = [target for _, target in api.asked if target.startswith("/api/v1/configmaps")]
    assert pages == [
        "/api/v1/configmaps?limit=500",
        "/api/v1/configmaps?limit=500&continue=500",
        "/api/v1/configmaps?limit=500&continue=1000",
    ]


def test_a_list_that_expires_is_read_at_once(sandbox: Sandbox, api: Api) -> None:
    api.expires = True
    assert _snapshot(sandbox).exit_code == 0
    assert len([each for each in _identities(sandbox.folder / "taken") if each[0] == "ConfigMap"]) == 1203
    assert "/api/v1/configmaps" in [target for _, target in api.asked]


def test_a_kind_is_read_in_the_version_that_the_library_reads(sandbox: Sandbox) -> None:
    _snapshot(sandbox)
    text = (sandbox.folder / "taken/shop/horizontalpodautoscalers.autoscaling.yaml").read_text()
    assert "autoscaling/v2" in text
    assert "maxReplicas: 5" in text


def test_values_of_secrets_stay_where_they_are(sandbox: Sandbox) -> None:
    _snapshot(sandbox)
    text = (sandbox.folder / "taken/shop/secrets.yaml").read_text()
    assert "aHVudGVyMg" not in text
    assert 'password: ""' in text
    assert 'kept: "1e3"' in text
    assert "managedFields" not in text


def test_values_of_secrets_where_asked_for(sandbox: Sandbox) -> None:
    _snapshot(sandbox, "--secret-data")
    assert "password: aHVudGVyMg==" in (sandbox.folder / "taken/shop/secrets.yaml").read_text()


def test_what_is_forbidden_is_listed(sandbox: Sandbox, api: Api) -> None:
    api.statuses = {"/api/v1/secrets": 403, "/apis/example.com/v1": 503}
    done = _snapshot(sandbox)
    assert done.exit_code == 0
    assert "not read: secrets (403 Forbidden)" in done.stderr
    assert "not read: example.com/v1 (503 Service Unavailable)" in done.stderr
    assert not (sandbox.folder / "taken/shop/secrets.yaml").exists()


def test_only_namespaces_that_are_asked_for(sandbox: Sandbox, api: Api) -> None:
    api.statuses = {"/api/v1/nodes": 403, "/api/v1/namespaces/shop/secrets": 403}
    done = _snapshot(sandbox, "-n", "shop")
    assert done.exit_code == 0
    assert "not read: secrets in shop (403 Forbidden)" in done.stderr
    found = _identities(sandbox.folder / "taken")
    assert {namespace for _, namespace, _ in found} == {None, "shop"}
    assert not any(target.startswith("/api/v1/configmaps") for _, target in api.asked)


def test_what_is_taken_can_be_checked(sandbox: Sandbox) -> None:
    _snapshot(sandbox)
    report = sandbox.run("check", "taken")
    assert report.exit_code in (0, 1), report.output
    assert "for Node = 1, Pod = 4, Deployment = 2" in report.stdout
    connected = sandbox.run("connectivity", "taken", "--from", "shop/web", "--to", "shop/db")
    assert connected.stdout.splitlines() == ["shop/web[Deployment] => shop/db[Deployment] : TCP 80"]


@pytest.mark.parametrize(
    ("statuses", "code", "words"),
    [
        ({"/api": 401}, "nothing-read", "401 Unauthorized"),
        ({f"/apis/{each}" if "/" in each else f"/api/{each}": 403 for each in SERVED}, "nothing-read", "403 Forbidden"),
    ],
)
def test_nothing_may_be_read(statuses: dict[str, int], code: str, words: str, sandbox: Sandbox, api: Api) -> None:
    api.statuses = statuses
    done = _snapshot(sandbox)
    assert done.exit_code == 2
    assert code in done.stderr
    assert words in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--context", "nowhere"], "does not answer"), (["--context", "unheard-of"], "unheard-of"), (["--kubeconfig", "none"], "no cluster")],
)
def test_no_cluster(arguments: list[str], words: str, sandbox: Sandbox) -> None:
    done = _snapshot(sandbox, *arguments)
    assert done.exit_code == 2
    assert "no-cluster" in done.stderr
    assert words in done.stderr


def test_without_the_client(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kubernetes.config", None)
    done = _snapshot(sandbox)
    assert done.exit_code == 2
    assert "no-client" in done.stderr
    assert "kmodel-k8s[snapshot]" in done.stderr


def test_a_folder_with_something_in_it(sandbox: Sandbox, api: Api) -> None:
    sandbox.write("taken/old.yaml", "")
    done = _snapshot(sandbox)
    assert done.exit_code == 2
    assert "file-exists" in done.stderr
    assert api.asked == []


def test_names_lead_to_no_other_folder(sandbox: Sandbox, api: Api) -> None:
    api.objects["apps/v1", "deployments"][0]["metadata"]["namespace"] = "../../shop"  # type: ignore[index]
    assert _snapshot(sandbox).exit_code == 0
    assert (sandbox.folder / "taken/_._.._shop/deployments.apps.yaml").exists()

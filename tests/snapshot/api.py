"""A server on this machine that speaks as much of the Kubernetes API as lists need: discovery, pages, refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(slots=True)
class Api:
    """`served` maps an API version to (plural, kind, whether it is namespaced); `objects` are under version and plural.

    `statuses` are answers to whole paths instead of what is there; `expires` makes the first request for a second page fail.
    """

    served: Mapping[str, tuple[tuple[str, str, bool], ...]]
    objects: Mapping[tuple[str, str], list[dict[str, Any]]]
    statuses: dict[str, int] = field(default_factory=dict)
    expires: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)

    def answer(self, method: str, target: str) -> tuple[int, Any]:
        self.asked.append((method, target))
        url = urlsplit(target)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        if url.path in self.statuses:
            return self.statuses[url.path], {"kind": "Status", "message": "no"}
        if url.path == "/api":
            return 200, {"kind": "APIVersions", "versions": [each for each in self.served if "/" not in each]}
        if url.path == "/apis":
            return 200, {"kind": "APIGroupList", "groups": self.groups()}
        version, rest = self.version(url.path)
        if version is None:
            return 404, {"kind": "Status"}
        if not rest:
            return 200, {"kind": "APIResourceList", "groupVersion": version, "resources": self.resources(version)}
        return self.list(version, rest, query)

    def groups(self) -> list[dict[str, Any]]:
        names = dict.fromkeys(each.split("/")[0] for each in self.served if "/" in each)
        versions = {name: [{"groupVersion": each} for each in self.served if each.startswith(f"{name}/")] for name in names}
        return [{"name": name, "versions": found[::-1], "preferredVersion": found[0]} for name, found in versions.items()]

    def version(self, path: str) -> tuple[str | None, list[str]]:
        root, *rest = path.strip("/").split("/")
        length = 1 if root == "api" else 2
        version = "/".join(rest[:length])
        return (version if version in self.served else None), rest[length:]

    def resources(self, version: str) -> list[dict[str, Any]]:
        listed = [
            {"name": name, "kind": kind, "namespaced": namespaced, "verbs": ["get", "list", "watch"]}
            for name, kind, namespaced in self.served[version]
        ]
        more = [{"name": f"{each['name']}/status", "kind": each["kind"], "namespaced": True, "verbs": ["get", "list"]} for each in listed]
        return [*listed, *more, {"name": "reviews", "kind": "Review", "namespaced": False, "verbs": ["create"]}]

    def list(self, version: str, rest: list[str], query: Mapping[str, str]) -> tuple[int, Any]:
        namespace = rest[1] if rest[0] == "namespaces" and len(rest) == 3 else None
        found = [
            each
            for each in self.objects.get((version, rest[-1]), [])
            if namespace is None or each["metadata"].get("namespace") == namespace
        ]
        start = int(query.get("continue", "0"))
        if start and self.expires:
            self.expires = False
            return 410, {"kind": "Status", "reason": "Expired"}
        end = start + int(query.get("limit", len(found) or 1))
        token = {"continue": str(end)} if end < len(found) else {}
        return 200, {"kind": "List", "apiVersion": version, "metadata": {"resourceVersion": "7", **token}, "items": found[start:end]}


@contextmanager
def serving(api: Api, folder: Path) -> Iterator[Path]:
    """The kubeconfig of a server that answers while this lasts; its contexts are `here` and `nowhere`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = api.answer(self.command, self.path)
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield kubeconfig(folder, server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def kubeconfig(folder: Path, port: int) -> Path:
    path = folder / "kubeconfig"
    clusters = [{"name": name, "cluster": {"server": f"http://127.0.0.1:{at}"}} for name, at in (("here", port), ("nowhere", 1))]
    contexts = [{"name": name, "context": {"cluster": name, "user": "reader"}} for name in ("here", "nowhere")]
    users = [{"name": "reader", "user": {"token": "token-of-reader"}}]
    said = {"apiVersion": "v1", "kind": "Config", "clusters": clusters, "contexts": contexts, "users": users, "current-context": "here"}
    path.write_text(json.dumps(said))
    return path

"""The official client, of which one thing is used: to GET a path and read JSON. Loaded only for `snapshot`: it is an extra."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol

from kmodel.records import dataclass
from kmodel.source import Diagnostic, Rejected

SECONDS = 60


@dataclass(frozen=True, slots=True)
class Unanswered(Exception):
    """The server's HTTP status instead of an answer (0: what came is no JSON object)."""

    status: int
    reason: str


class Get(Protocol):
    """GETs a path of the API; Unanswered for a status, Rejected where no server answers."""

    def __call__(self, path: str, /, **query: str | int) -> Mapping[str, Any]: ...


def connect(kubeconfig: str | None, context: str | None) -> Get:
    """The cluster of a context (by default the current one). Rejected where the client is not installed or the context is not there."""
    try:
        config, dynamic = import_module("kubernetes.config"), import_module("kubernetes.dynamic")
    except ImportError as error:
        message = f"`kmodel snapshot` needs `{error.name}`, which is not installed"
        raise Rejected([Diagnostic("no-client", message, help="pip install 'kmodel-k8s[snapshot]'")]) from None
    try:
        client = config.new_client_from_config(kubeconfig, context, persist_config=False)
    except Exception as error:  # what a kubeconfig says may fail in the client's own code, its libraries' and any plugin's
        help_ = "`kubectl config get-contexts` lists what there is; choose with `--context` and `--kubeconfig`"
        raise Rejected([Diagnostic("no-cluster", f"there is no cluster to read: {_line(error)}", help=help_)]) from None
    # Without a discoverer: the client's own one keeps a cache in a shared folder.
    return _Client(dynamic.DynamicClient(client, discoverer=lambda *_: None), import_module("kubernetes.client").ApiException)


@dataclass(frozen=True, slots=True)
class _Client:
    client: Any
    refused: type[Exception]

    def __call__(self, path: str, /, **query: str | int) -> Mapping[str, Any]:
        try:
            answer = self.client.request("get", path, query_params=[*query.items()], serialize=False, _request_timeout=SECONDS)
            found = json.loads(answer.data)
        except self.refused as error:
            raise Unanswered(int(getattr(error, "status", 0) or 0), str(getattr(error, "reason", "") or "no reason")) from None
        except ValueError:
            raise Unanswered(0, "the answer is no JSON") from None
        except Exception as error:  # the transport's own, of several libraries
            help_ = "check that the cluster runs and can be reached from here"
            raise Rejected([Diagnostic("no-cluster", f"the cluster does not answer: {_line(error)}", help=help_)]) from None
        if not isinstance(found, dict):
            raise Unanswered(0, "the answer is no object")
        return found


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__

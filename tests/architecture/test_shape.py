"""The shape of the code: sizes of functions and files, and no Kubernetes in Python."""

from __future__ import annotations

import ast
import re
import statistics
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "kmodel").rglob("*.py"))

# Kinds and field names that only specs may know. The envelope (apiVersion, kind, metadata.name, metadata.namespace, items) is YAML's.
WORDS = re.compile(
    r"\b(Deployment|StatefulSet|DaemonSet|ReplicaSet|CronJob|ConfigMap|NetworkPolicy|ServiceAccount|PersistentVolumeClaim|Ingress|"
    r"podCIDR|matchLabels|nodeSelector|maxSurge|maxUnavailable|targetPort|containerPort|tolerations|topologyKey|clusterIP|initContainers)\b"
)


def _lengths() -> dict[str, int]:
    lengths: dict[str, int] = {}
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lengths[f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"] = (node.end_lineno or node.lineno) - node.lineno + 1
    return lengths


def test_functions_are_short() -> None:
    lengths = _lengths()
    ordered = sorted(lengths.values())
    assert {name: size for name, size in lengths.items() if size > 60} == {}
    assert statistics.median(ordered) <= 8
    assert ordered[int(len(ordered) * 0.95)] <= 30


def test_files_are_short() -> None:
    sizes = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {name: size for name, size in sizes.items() if size > 400} == {}


def test_kubernetes_lives_in_spec() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {word.group()}"
        for path in FILES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for word in WORDS.finditer(line)
    ]
    assert found == []


def test_no_hidden_imports() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in FILES
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert found == []

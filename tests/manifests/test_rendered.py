"""Folders that another tool renders."""

from __future__ import annotations

from pathlib import Path

import pytest

from kmodel.manifests import load

POD = "apiVersion: v1\\nkind: Pod\\nmetadata: {name: rendered}\\n"


def _tool(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


TOOLS = [("kustomization.yaml", "kubectl", "kustomize"), ("kustomization.yml", "kustomize", "build"), ("Chart.yaml", "helm", "template")]


@pytest.mark.parametrize(("mark", "tool", "word"), TOOLS)
def test_the_tool_is_asked(mark: str, tool: str, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _tool(tmp_path / "bin", tool, f'[ "$1" = {word} ] && [ -d "$2" ] && printf "{POD}"')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "app" / "templates").mkdir(parents=True)
    (tmp_path / "app" / mark).write_text("resources: [pod.yaml]\n")
    (tmp_path / "app" / "templates" / "pod.yaml").write_text("name: {{ .Values.name }}\n")
    documents = load([str(tmp_path / "app")], lambda: "")
    assert [each.name for each in documents.objects] == ["rendered"]
    assert documents.diagnostics == ()
    assert str(documents.objects[0].span).startswith(f"{tool} {word} ")


def test_without_the_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "Chart.yaml").write_text("name: app\n")
    (found,) = load([str(tmp_path)], lambda: "").diagnostics
    assert found.code == "no-renderer"
    assert "helm" in found.message


def test_a_folder_that_cannot_be_rendered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _tool(tmp_path / "bin", "helm", "echo 'no values' >&2; exit 3")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Chart.yaml").write_text("name: app\n")
    (found,) = load([str(tmp_path / "app")], lambda: "").diagnostics
    assert found.code == "render-failed"
    assert "no values" in found.message

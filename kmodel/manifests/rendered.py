"""Folders that another tool renders: an overlay by `kubectl kustomize`, a chart by `helm template`. The tools are asked, not copied."""

from __future__ import annotations

import os
import shutil
import subprocess

from kmodel.records import dataclass
from kmodel.source import Diagnostic, Source

SECONDS = 120


@dataclass(frozen=True, slots=True)
class Renderer:
    """`marks` are files of which one makes a folder such a folder; `commands` render it, the first that is installed."""

    what: str
    marks: tuple[str, ...]
    commands: tuple[tuple[str, ...], ...]


RENDERERS = (
    Renderer(
        "a kustomize folder",
        ("kustomization.yaml", "kustomization.yml", "Kustomization"),
        (("kubectl", "kustomize"), ("kustomize", "build")),
    ),
    Renderer("a Helm chart", ("Chart.yaml",), (("helm", "template"),)),
)


def renderer(path: str) -> Renderer | None:
    """What renders the folder, if it is one that must be rendered."""
    if not os.path.isdir(path):
        return None
    return next((each for each in RENDERERS if any(os.path.isfile(os.path.join(path, mark)) for mark in each.marks)), None)


def render(path: str, by: Renderer) -> Source | Diagnostic:
    """The manifests that the folder stands for, as the tool prints them."""
    command = next((each for each in by.commands if shutil.which(each[0])), None)
    if command is None:
        names = " or ".join(f"`{each[0]}`" for each in by.commands)
        shown = " ".join((*by.commands[0], path))
        help_ = f"install one, or render it elsewhere and give the result: `{shown} | kmodel check -`"
        return Diagnostic("no-renderer", f"`{path}` is {by.what}, and {names} is not installed", None, (), help_)
    try:
        done = subprocess.run([*command, path], capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired, UnicodeError) as error:
        return _failed(path, command, str(error))
    if done.returncode != 0:
        return _failed(path, command, " ".join(done.stderr.split())[:300] or f"exit status {done.returncode}")
    return Source(f"{' '.join(command)} {path}", done.stdout)


def _failed(path: str, command: tuple[str, ...], reason: str) -> Diagnostic:
    help_ = "correct the folder, so that the command prints manifests"
    return Diagnostic("render-failed", f"`{' '.join((*command, path))}` failed: {reason}", None, (), help_)

"""Runs the command as users do: a process of its own, its report read as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def kmodel(
    *arguments: str, cwd: Path = ROOT, given: str | None = None, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Standard output and error of `kmodel ARGUMENTS`, with its exit status."""
    command = [sys.executable, "-m", "kmodel", *arguments]
    return subprocess.run(command, cwd=cwd, input=given, capture_output=True, text=True, check=False, env=os.environ | (environment or {}))


def report(*arguments: str, cwd: Path = ROOT) -> dict[str, Any]:
    """The JSON report of `kmodel check ARGUMENTS`."""
    done = kmodel("check", *arguments, "-o", "json", cwd=cwd)
    assert done.returncode in (0, 1, 2, 3), done.stderr
    parsed: dict[str, Any] = json.loads(done.stdout)
    return parsed

"""A folder with files in it, and the command run there in this process."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from kmodel.cli import cli

LAMP = """\
module lamp

var on: bool = false
var turns: 0..3 = 0

component hand

action flip() by hand {
  require turns < 3
  on := not on
  turns := turns + 1
}

## Nobody lights it.
invariant stays_dark { not on }

invariant few_turns { turns == 0 implies not on }

witness lit { on }

check dark {
  expect holds few_turns
  expect violated stays_dark in 1
  expect reached lit
}
"""


@dataclass(frozen=True, slots=True)
class Sandbox:
    folder: Path

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def run(self, *arguments: str, given: str | bytes | None = None) -> Result:
        with inside(self.folder):
            return CliRunner().invoke(cli, list(arguments), input=given, catch_exceptions=False)

    def report(self, *arguments: str, given: str | bytes | None = None) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.run("check", *arguments, "-o", "json", given=given).stdout)
        return parsed


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)

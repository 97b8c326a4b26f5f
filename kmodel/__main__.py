"""`kmodel`, and `python -m kmodel`."""

from __future__ import annotations

import sys

from kmodel.cli import cli


def main() -> None:
    """Runs the command line; ends the process with its status."""
    try:
        cli(prog_name="kmodel")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

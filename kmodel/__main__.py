"""`kmodel`, and `python -m kmodel`."""

from __future__ import annotations

import signal
import sys

from kmodel.cli import cli


def main() -> None:
    """Runs the command line; ends the process with its status. A request to terminate ends the workers, too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        cli(prog_name="kmodel")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

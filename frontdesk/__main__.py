"""Entry point of `frontdesk` and `python -m frontdesk`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; `--help` alone is answered without loading it."""
    from frontdesk.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

"""Commands: giving and keeping ratings."""

from __future__ import annotations

import click

CAPTURE_COMMANDS: tuple[click.Command, ...] = ()
"""What this room adds to `rating`."""

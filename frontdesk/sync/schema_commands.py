"""`frontdesk sync schema`: the JSON Schema of the reports as they travel."""

from __future__ import annotations

from pathlib import Path

import click

from frontdesk.cli_support import FilledPath, emit
from frontdesk.locale import t


@click.command("schema", help=t("sync.help.schema"))
@click.option("--schema-version", type=click.Choice(["1", "2"]), default="2", help=t("sync.help.schema_version"))
@click.option("--out", type=FilledPath(dir_okay=False), default=None, help=t("sync.help.schema_out"))
def schema_command(schema_version: str, out: Path | None) -> None:
    """Print the JSON Schema of a version of the report's body, or write it to a file."""
    import json

    from frontdesk.sync.body import body_schema

    text = json.dumps(body_schema(int(schema_version)), ensure_ascii=False, indent=2)
    if out is None:
        click.echo(text)
        return
    write_schema(out, text)
    emit({"out": str(out)}, False, [t("sync.schema_written", out=str(out))])


def write_schema(out: Path, text: str) -> None:
    """Write the schema whole. Raises SyncError `schema_not_written`."""
    from frontdesk.common.wholefile import write_whole
    from frontdesk.sync.errors import SyncError

    try:
        write_whole(out, (text + "\n").encode())
    except OSError as failure:
        reason = failure.strerror or str(failure)
        raise SyncError("schema_not_written", file=out.name, reason=reason) from failure

"""The district's end over the network, and the files of a stick."""

from __future__ import annotations

from pathlib import Path

import click

from frontdesk.cli_support import FilledPath, emit, json_option, progress
from frontdesk.district.commands.opening import acting, district_group, now_ms, opened
from frontdesk.locale import t


@district_group.command("serve", help=t("district.help.serve"))
@click.option("--port", required=True, type=click.IntRange(0, 65535), help=t("district.help.port"))
@click.option("--host", default="127.0.0.1", show_default=True, help=t("district.help.host"))
@click.option("--burst", default=600, show_default=True, type=click.IntRange(1), help=t("district.help.burst"))
@click.option("--rate", default=10.0, show_default=True, type=click.FloatRange(0.01), help=t("district.help.rate"))
@click.option("--quiet", is_flag=True, help=t("district.help.quiet"))
@click.pass_context
def serve_command(ctx: click.Context, port: int, host: str, burst: int, rate: float, quiet: bool) -> None:
    """Take in reports and show the pages until SIGTERM or SIGINT."""
    from frontdesk.district.api.app import create_app
    from frontdesk.district.api.rate import RateLimit
    from frontdesk.district.server import address_of, listen, run

    with opened(ctx) as district:
        listening = listen(host, port)
        line = t("district.serve.listening", address=address_of(listening))
        app = create_app(district, rate=RateLimit(burst, rate))
        run(app, listening, lambda: progress(line), log_requests=not quiet)


@district_group.command("manual", help=t("district.help.manual"))
def manual_command() -> None:
    """Print how the district's end is run."""
    from frontdesk.manual import operations_text

    click.echo(operations_text())


@district_group.group("usb", help=t("district.help.usb"))
def usb_group() -> None:
    """Files that centres send on a stick."""


@usb_group.command("in", help=t("district.help.usb_in"))
@click.argument("path", type=FilledPath())
@click.option("--out", "folder", required=True, type=FilledPath(), help=t("district.help.usb_out"))
@json_option
@click.pass_context
def in_command(ctx: click.Context, path: Path, folder: Path, as_json: bool) -> None:
    """Take in a centre's file and write the one that answers it, also when all of it was refused."""
    from frontdesk.common.wholefile import write_whole
    from frontdesk.district.errors import DistrictError
    from frontdesk.district.service import take_usb
    from frontdesk.district.usb.files import find_file, read_file

    if not folder.is_dir():
        raise DistrictError("no_out_folder", path=str(folder))
    raw = read_file(find_file(path))
    with opened(ctx) as district:
        taken = take_usb(district, raw, now_ms(), who=acting(ctx))
    answered = folder / taken.name
    write_whole(answered, taken.answer)
    answer = {
        "centre": taken.centre,
        "file": str(answered),
        "reports": taken.reports,
        "parts": [{"kind": one.kind, "code": one.code, "message": one.message} for one in taken.parts],
    }
    lines = [t("district.usb.taken", centre=taken.centre, reports=taken.reports)]
    lines += [
        t("district.usb.refused", kind=t(f"district.usb.kind.{one.kind}"), reason=one.message) for one in taken.refused
    ]
    emit(answer, as_json, [*lines, t("district.usb.written", path=answered)])

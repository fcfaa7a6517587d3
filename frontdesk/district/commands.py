"""`frontdesk district`: the receiving end. It needs no centre's home and nobody signed in."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import FilledPath, emit, json_option, progress
from frontdesk.locale import t

if TYPE_CHECKING:
    from collections.abc import Iterator

    from frontdesk.district.service import District


@click.group("district", help=t("district.help"))
@click.option("--store", "store_url", required=True, envvar="FRONTDESK_STORE", help=t("district.help.store"))
@click.pass_context
def district_group(ctx: click.Context, store_url: str) -> None:
    """The district's end."""
    ctx.meta["store_url"] = store_url


@contextmanager
def _open(ctx: click.Context) -> Iterator[District]:
    from frontdesk.district.service import District, key_path, read_key
    from frontdesk.district.store import open_store, store_path

    url: str = ctx.meta["store_url"]
    store = open_store(url)
    try:
        yield District(store, read_key(key_path(store_path(url))))
    finally:
        store.close()


def _now_ms() -> int:
    from frontdesk.clock import system_clock

    return round(system_clock().timestamp() * 1000)


@district_group.command("init", help=t("district.help.init"))
@json_option
@click.pass_context
def init_command(ctx: click.Context, as_json: bool) -> None:
    """Make the store and the district's signing key; what exists stays as it is."""
    from frontdesk.district.errors import DistrictError
    from frontdesk.district.service import District, key_path, read_key
    from frontdesk.district.store import open_store, store_path
    from frontdesk.keys import create_key_file

    path = store_path(ctx.meta["store_url"])
    if not path.parent.is_dir():
        # Rather a folder mistyped than a folder made: the district would go on with an empty store.
        raise DistrictError("no_folder", path=str(path.parent))
    created = not path.exists()
    if created:
        create_key_file(key_path(path))
    seed = read_key(key_path(path))
    store = open_store(ctx.meta["store_url"], create=True)
    store.close()
    district = District(store, seed)
    answer = {"created": created, "store": str(path), "district_key_id": district.key_id}
    emit(answer, as_json, [t("district.init.done", path=path, district_key_id=district.key_id)])


@district_group.command("enrol", help=t("district.help.enrol"))
@click.option("--centre", required=True, help=t("district.help.centre"))
@click.option("--url", required=True, help=t("district.help.url"))
@click.option("--out", required=True, type=FilledPath(dir_okay=False), help=t("district.help.out"))
@json_option
@click.pass_context
def enrol_command(ctx: click.Context, centre: str, url: str, out: Path, as_json: bool) -> None:
    """Write the enrolment file for a centre, with a code for one use."""
    from frontdesk.district.errors import DistrictError
    from frontdesk.district.service import issue_enrolment
    from frontdesk.keys import write_secret

    if out.exists():
        raise DistrictError("file_exists", path=str(out))
    with _open(ctx) as district:
        file = issue_enrolment(district, centre=centre, url=url, now_ms=_now_ms())
    write_secret(out, file.to_bytes())
    answer = {
        "centre": file.centre,
        "url": file.url,
        "file": str(out),
        "district_key_id": file.district_key_id,
    }
    emit(answer, as_json, [t("district.enrol.done", centre=file.centre, path=out)])


@district_group.command("revoke", help=t("district.help.revoke"))
@click.argument("key_id")
@json_option
@click.pass_context
def revoke_command(ctx: click.Context, key_id: str, as_json: bool) -> None:
    """Take a centre's key out of use."""
    from frontdesk.district.service import revoke_key

    with _open(ctx) as district:
        key = revoke_key(district, key_id, _now_ms())
    emit(
        {"centre": key.centre, "key_id": key.key_id, "revoked": True},
        as_json,
        [t("district.revoke.done", centre=key.centre, key_id=key.key_id)],
    )


@district_group.command("serve", help=t("district.help.serve"))
@click.option("--port", required=True, type=click.IntRange(0, 65535), help=t("district.help.port"))
@click.option("--host", default="127.0.0.1", show_default=True, help=t("district.help.host"))
@click.pass_context
def serve_command(ctx: click.Context, port: int, host: str) -> None:
    """Take in reports until SIGTERM or SIGINT."""
    from frontdesk.district.api.app import create_app
    from frontdesk.district.server import address_of, listen, run

    with _open(ctx) as district:
        opened = listen(host, port)
        line = t("district.serve.listening", address=address_of(opened))
        run(create_app(district), opened, lambda: progress(line))


@district_group.command("status", help=t("district.help.status"))
@json_option
@click.pass_context
def status_command(ctx: click.Context, as_json: bool) -> None:
    """Which centres reported, and how far they have come."""
    from frontdesk.district.service import status
    from frontdesk.district.showing import instant

    with _open(ctx) as district:
        centres = status(district)
    rows = [
        {
            "centre": one.centre,
            "enrolled_since": instant(one.enrolled_at),
            "reports": one.reports,
            "latest_period": one.latest_period,
            "latest_received_at": instant(one.latest_received_at),
        }
        for one in centres
    ]
    lines = [
        t(
            "district.status.line",
            centre=row["centre"],
            since=row["enrolled_since"] or "-",
            reports=row["reports"],
            period=row["latest_period"] or "-",
        )
        for row in rows
    ]
    emit({"centres": rows}, as_json, lines or [t("district.status.none")])


@district_group.command("show", help=t("district.help.show"))
@click.argument("centre")
@click.argument("period")
@json_option
@click.pass_context
def show_command(ctx: click.Context, centre: str, period: str, as_json: bool) -> None:
    """What a centre reported for a period: the visible revision, and all that arrived."""
    from frontdesk.district.service import show_report
    from frontdesk.district.showing import as_json as shown_as_json
    from frontdesk.district.showing import as_lines

    with _open(ctx) as district:
        shown = show_report(district, centre, period)
    emit(shown_as_json(shown), as_json, as_lines(shown))

"""Workbooks of what arrived, the very ones that the pages hand out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import F, FilledPath, emit, json_option
from frontdesk.district.commands.opening import district_group, now_ms, opened
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.common.periods import Period
    from frontdesk.district.workbooks import Book


@district_group.group("export", help=t("district.help.export"))
def export_group() -> None:
    """Workbooks."""


def _out(function: F) -> F:
    return click.option("--out", type=FilledPath(dir_okay=False), required=True, help=t("district.help.out_xlsx"))(
        function
    )


@export_group.command("completeness", help=t("district.help.export_completeness"))
@click.argument("period")
@click.option("--street", help=t("district.help.street"))
@_out
@json_option
@click.pass_context
def completeness_command(ctx: click.Context, period: str, street: str | None, out: Path, as_json: bool) -> None:
    """Reporting rate and timeliness by street, and everybody who is missing."""
    from frontdesk.district.workbooks import completeness_book

    _check(out)
    named = _period(period)
    with opened(ctx) as district, district.store.reading() as session:
        book = completeness_book(session, named, street)
    _write(book, out, as_json)


@export_group.command("totals", help=t("district.help.export_totals"))
@click.argument("period")
@click.option("--street", help=t("district.help.street"))
@_out
@json_option
@click.pass_context
def totals_command(ctx: click.Context, period: str, street: str | None, out: Path, as_json: bool) -> None:
    """The totals of a period, of all and by street."""
    from frontdesk.district.workbooks import totals_book

    _check(out)
    named = _period(period)
    with opened(ctx) as district, district.store.reading() as session:
        book = totals_book(session, named, street)
    _write(book, out, as_json)


@export_group.command("centre", help=t("district.help.export_centre"))
@click.argument("centre")
@_out
@json_option
@click.pass_context
def centre_command(ctx: click.Context, centre: str, out: Path, as_json: bool) -> None:
    """Every period that a centre reported, and what its visible revisions say."""
    from frontdesk.district.workbooks import centre_book

    _check(out)
    with opened(ctx) as district, district.store.reading() as session:
        book = centre_book(session, centre, now_ms())
    _write(book, out, as_json)


def _check(out: Path) -> None:
    """Raises DistrictError `not_xlsx`, `no_out_folder`, before anything is read."""
    from frontdesk.district.errors import DistrictError

    if out.suffix.lower() != ".xlsx":
        raise DistrictError("not_xlsx", path=str(out))
    if not out.absolute().parent.is_dir():
        raise DistrictError("no_out_folder", path=str(out.absolute().parent))


def _period(key: str) -> Period:
    """The period with this key. Raises WireFault `bad_period`."""
    from frontdesk.common.periods import parse_period
    from frontdesk.sync import wire

    wire.kind_of(key)
    return parse_period(key, finer=True)


def _write(book: Book, out: Path, as_json: bool) -> None:
    from frontdesk.common.wholefile import write_whole

    write_whole(out, book.content(now_ms()))
    sheets = [{"name": one.name, "rows": len(one.rows)} for one in book.tables]
    emit({"file": str(out), "sheets": sheets}, as_json, [t("district.export.done", path=out)])

"""What the district sends down: notices, services, indicators, locks and exemptions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from frontdesk.cli_support import F, FilledPath, emit, json_option
from frontdesk.district.commands.opening import acting, district_group, now_ms, opened
from frontdesk.district.commands.registering import DAY
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.district.documents.service import Audience, Issued


def audience_options(function: F) -> F:
    """Whom a document is for: a street, some centres, or all where neither is named."""
    function = click.option("--street", help=t("district.help.to_street"))(function)
    return click.option("--centre", "centres", multiple=True, help=t("district.help.to_centres"))(function)


def audience_of(street: str | None, centres: Iterable[str]) -> Audience:
    """The audience that the options name; wrong usage where they name both."""
    from frontdesk.district.documents.service import EVERYONE, of_centres, of_street

    named = list(centres)
    if street is not None and named:
        raise click.UsageError(t("district.notice.one_audience"))
    if street is not None:
        return of_street(street)
    return of_centres(named) if named else EVERYONE


def say_issued(issued: Issued, as_json: bool) -> None:
    """Say which document was issued."""
    emit(asdict(issued), as_json, [t("district.notice.issued", title=issued.title, number=issued.number)])


@district_group.group("notice", help=t("district.help.notice"))
def notice_group() -> None:
    """Notices, and who has read them."""


@notice_group.command("send", help=t("district.help.notice_send"))
@click.argument("file", required=False, type=FilledPath(dir_okay=False))
@click.option("--title", required=True, help=t("district.help.title"))
@click.option("--text", help=t("district.help.text"))
@click.option("--important", is_flag=True, help=t("district.help.important"))
@click.option("--read-by", type=DAY, help=t("district.help.read_by"))
@audience_options
@json_option
@click.pass_context
def send_command(
    ctx: click.Context,
    file: Path | None,
    title: str,
    text: str | None,
    important: bool,
    read_by: datetime | None,
    street: str | None,
    centres: tuple[str, ...],
    as_json: bool,
) -> None:
    """Issue a notice: its text from a file or from `--text`."""
    from frontdesk.district.service import send_notice

    if (file is None) == (text is None):
        raise click.UsageError(t("district.notice.one_text"))
    said = text if file is None else read_text(file)
    with opened(ctx) as district:
        issued = send_notice(
            district,
            title=title,
            text=said or "",
            important=important,
            read_by=read_by.date() if read_by else None,
            audience=audience_of(street, centres),
            who=acting(ctx),
            now_ms=now_ms(),
        )
    say_issued(issued, as_json)


LARGEST_FILE = 1_000_000
"""Bytes of a text or of a set of indicators that somebody names: far more than a notice may say."""


def _content(path: Path) -> bytes:
    """The bytes of a file that somebody names. Raises DistrictError `file_not_read`."""
    from frontdesk.common.smallfile import UnsuitableFile, read_small_file
    from frontdesk.district.errors import DistrictError

    try:
        return read_small_file(path, LARGEST_FILE)
    except (OSError, UnsuitableFile) as failure:
        reason = failure.reason if isinstance(failure, UnsuitableFile) else failure.strerror or str(failure)
        raise DistrictError("file_not_read", path=str(path), reason=reason) from failure


def read_text(path: Path) -> str:
    """A text file in UTF-8 or GB18030. Raises DistrictError `file_not_read`, `not_text`."""
    from frontdesk.district.errors import DistrictError

    raw = _content(path)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DistrictError("not_text", path=str(path))


@notice_group.command("list", help=t("district.help.notice_list"))
@json_option
@click.pass_context
def list_command(ctx: click.Context, as_json: bool) -> None:
    """The documents that were issued, the newest first."""
    from frontdesk.district.service import documents
    from frontdesk.district.showing import instant
    from frontdesk.district.wording import instant as clock

    with opened(ctx) as district:
        found = documents(district)
    rows = [{**asdict(one), "issued_at": instant(one.issued_at)} for one in found]
    lines = [
        t(
            "district.notice.line",
            number=one.number,
            issued_at=clock(one.issued_at),
            title=one.title,
            read=one.read,
            reached=one.reached,
        )
        for one in found
    ]
    emit({"documents": rows}, as_json, lines or [t("district.notice.none")])


@notice_group.command("readers", help=t("district.help.notice_readers"))
@click.argument("number")
@json_option
@click.pass_context
def readers_command(ctx: click.Context, number: str, as_json: bool) -> None:
    """Which centres have read a document, those that have not first: by its number, or by its id."""
    from frontdesk.district.documents.service import id_of
    from frontdesk.district.service import readers
    from frontdesk.district.showing import instant
    from frontdesk.district.wording import instant as clock

    with opened(ctx) as district:
        found = readers(district, id_of(district, number))
    rows = [{**asdict(one), "read_at": instant(one.read_at), "told_at": instant(one.told_at)} for one in found]
    lines = [
        t("district.notice.reader", centre=one.centre, name=one.name or "-", at=clock(one.read_at)) for one in found
    ]
    emit({"readers": rows}, as_json, lines or [t("district.notice.nobody")])


@district_group.command("services", help=t("district.help.services"))
@click.argument("file", type=FilledPath(dir_okay=False))
@audience_options
@json_option
@click.pass_context
def services_command(
    ctx: click.Context, file: Path, street: str | None, centres: tuple[str, ...], as_json: bool
) -> None:
    """Issue the list of services from a sheet."""
    from frontdesk.district.documents.sheet import read_services
    from frontdesk.district.service import send_services

    items, outcome = read_services(file)
    if not outcome.is_clean:
        from frontdesk.cli_support import emit_import

        emit_import(outcome, as_json, dry_run=False)
        return
    with opened(ctx) as district:
        audience = audience_of(street, centres)
        issued = send_services(district, items, audience=audience, who=acting(ctx), now_ms=now_ms())
    say_issued(issued, as_json)


@district_group.group("indicators", help=t("district.help.indicators"))
def indicators_group() -> None:
    """Which indicators centres report."""


@indicators_group.command("export", help=t("district.help.indicators_export"))
@click.option("--out", type=FilledPath(dir_okay=False), required=True, help=t("district.help.out_file"))
@json_option
@click.pass_context
def export_command(ctx: click.Context, out: Path, as_json: bool) -> None:
    """Write the set in force as JSON, to be changed and set again."""
    from frontdesk.common.wholefile import write_whole
    from frontdesk.district.documents.service import wanted_in_force

    with opened(ctx) as district:
        wanted = wanted_in_force(district)
    write_whole(out, (json.dumps(wanted, ensure_ascii=False, indent=1) + "\n").encode())
    answer = {"edition": wanted["edition"], "indicators": len(wanted["indicators"]), "file": str(out)}
    emit(answer, as_json, [t("district.indicators.exported", path=out, count=answer["indicators"])])


@indicators_group.command("set", help=t("district.help.indicators_set"))
@click.argument("file", type=FilledPath(dir_okay=False))
@json_option
@click.pass_context
def set_command(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Put a set of indicators in force, as `export` writes it."""
    from frontdesk.district.service import set_indicators

    said = _read_set(file)
    with opened(ctx) as district:
        issued = set_indicators(
            district,
            said.get("indicators", []),
            said.get("definitions", []),
            who=acting(ctx),
            now_ms=now_ms(),
        )
    say_issued(issued, as_json)


_LISTS = ("indicators", "definitions")


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _read_set(file: Path) -> dict[str, Any]:
    from frontdesk.district.errors import DistrictError

    try:
        said = json.loads(_content(file).decode("utf-8-sig"))
    except (ValueError, RecursionError) as failure:
        raise DistrictError("bad_indicator_file", path=str(file)) from failure
    if not isinstance(said, dict) or not all(_is_list_of_objects(said.get(name, [])) for name in _LISTS):
        raise DistrictError("bad_indicator_file", path=str(file))
    return said


@indicators_group.command("assign", help=t("district.help.indicators_assign"))
@click.argument("centre")
@click.argument("codes", nargs=-1)
@json_option
@click.pass_context
def assign_command(ctx: click.Context, centre: str, codes: tuple[str, ...], as_json: bool) -> None:
    """Say which indicators one centre reports; all of them again where none is named."""
    from frontdesk.district.service import assign_indicators

    with opened(ctx) as district:
        issued = assign_indicators(district, centre, codes, who=acting(ctx), now_ms=now_ms())
    say_issued(issued, as_json)


@district_group.command("lock", help=t("district.help.lock"))
@click.argument("period")
@click.option("--reason", default="", help=t("district.help.reason"))
@json_option
@click.pass_context
def lock_command(ctx: click.Context, period: str, reason: str, as_json: bool) -> None:
    """Take in nothing more for a period."""
    from frontdesk.district.service import lock_period

    with opened(ctx) as district:
        lock_period(district, period, reason, who=acting(ctx), now_ms=now_ms())
    emit({"period": period, "locked": True, "reason": reason}, as_json, [t("district.lock.done", period=period)])


@district_group.command("unlock", help=t("district.help.unlock"))
@click.argument("period")
@json_option
@click.pass_context
def unlock_command(ctx: click.Context, period: str, as_json: bool) -> None:
    """Take in reports for a period again."""
    from frontdesk.district.service import unlock_period

    with opened(ctx) as district:
        unlock_period(district, period, who=acting(ctx), now_ms=now_ms())
    emit({"period": period, "locked": False}, as_json, [t("district.unlock.done", period=period)])


@district_group.command("exempt", help=t("district.help.exempt"))
@click.argument("centre")
@click.argument("period")
@click.option("--until", required=True, type=DAY, help=t("district.help.exempt_until"))
@click.option("--reason", default="", help=t("district.help.reason"))
@json_option
@click.pass_context
def exempt_command(ctx: click.Context, centre: str, period: str, until: datetime, reason: str, as_json: bool) -> None:
    """Let a centre still report a locked period."""
    from frontdesk.district.service import grant_exemption

    with opened(ctx) as district:
        grant_exemption(district, centre, period, until.date(), reason, who=acting(ctx), now_ms=now_ms())
    day = until.date().isoformat()
    answer = {"centre": centre, "period": period, "until": day, "reason": reason}
    emit(answer, as_json, [t("district.exempt.done", centre=centre, period=period, until=day)])

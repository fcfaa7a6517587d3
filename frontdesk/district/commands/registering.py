"""`district centre`: the register of centres."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from frontdesk.cli_support import FilledPath, emit, emit_import, json_option
from frontdesk.district.commands.opening import acting, district_group, now_ms, opened
from frontdesk.locale import t

DAY = click.DateTime(["%Y-%m-%d"])


@district_group.group("centre", help=t("district.help.register"))
def centre_group() -> None:
    """The register of centres."""


@centre_group.command("add", help=t("district.help.centre_add"))
@click.argument("code")
@click.option("--name", required=True, help=t("district.help.name"))
@click.option("--street", required=True, help=t("district.help.street"))
@click.option("--district", "district_name", default="", help=t("district.help.district"))
@click.option("--since", type=DAY, help=t("district.help.since"))
@click.option("--until", type=DAY, help=t("district.help.until"))
@click.option("--expects", default="weekly", show_default=True, help=t("district.help.expects"))
@json_option
@click.pass_context
def add_command(
    ctx: click.Context,
    code: str,
    name: str,
    street: str,
    district_name: str,
    since: datetime | None,
    until: datetime | None,
    expects: str,
    as_json: bool,
) -> None:
    """Add a centre, or put what is said in the place of what is there."""
    from frontdesk.district.register import Centre, put_centre

    days = [day.date().isoformat() if day else None for day in (since, until)]
    centre = Centre(code, name, street, district_name, days[0], days[1], " ".join(expects.replace(",", " ").split()))
    with opened(ctx) as district:
        effect = put_centre(district, centre, who=acting(ctx), now_ms=now_ms())
    emit({**asdict(centre), "effect": effect}, as_json, [t(f"district.centre.{effect}", centre=code, name=name)])


@centre_group.command("import", help=t("district.help.centre_import"))
@click.argument("file", type=FilledPath(dir_okay=False))
@click.option("--dry-run", is_flag=True, help=t("district.help.dry_run"))
@json_option
@click.pass_context
def import_command(ctx: click.Context, file: Path, dry_run: bool, as_json: bool) -> None:
    """Take in a list of centres."""
    from frontdesk.district.register import import_centres

    with opened(ctx) as district:
        outcome = import_centres(district, file, who=acting(ctx), now_ms=now_ms(), dry_run=dry_run)
    emit_import(outcome, as_json, dry_run=dry_run)


@centre_group.command("list", help=t("district.help.centre_list"))
@click.option("--street", help=t("district.help.street"))
@json_option
@click.pass_context
def list_command(ctx: click.Context, street: str | None, as_json: bool) -> None:
    """The register, with the keys of each centre."""
    from frontdesk.district.register import centres
    from frontdesk.district.service import keys_of_centres
    from frontdesk.district.showing import keys_as_json, keys_as_lines
    from frontdesk.district.wording import words

    with opened(ctx) as district:
        found, keys = centres(district, street=street), keys_of_centres(district)
    lines = []
    for one in found:
        lines.append(
            t(
                "district.centre.line",
                centre=one.code,
                name=one.name or "-",
                street=one.street or "-",
                since=one.since or "-",
                until=one.until or "-",
                expects=" ".join(words(f"report_kind.{kind}") for kind in one.expects.split()),
            )
        )
        lines += keys_as_lines(keys.get(one.code, []))
    rows = [{**asdict(one), "keys": keys_as_json(keys.get(one.code, []))} for one in found]
    emit({"centres": rows}, as_json, lines or [t("district.centre.none")])


@centre_group.command("close", help=t("district.help.centre_close"))
@click.argument("code")
@click.option("--until", required=True, type=DAY, help=t("district.help.until"))
@json_option
@click.pass_context
def close_command(ctx: click.Context, code: str, until: datetime, as_json: bool) -> None:
    """Expect nothing of a centre after a day."""
    from frontdesk.district.register import close_centre

    with opened(ctx) as district:
        closed = close_centre(district, code, until.date(), who=acting(ctx), now_ms=now_ms())
    emit(asdict(closed), as_json, [t("district.centre.closed", centre=code, until=closed.until)])


@district_group.command("deadline", help=t("district.help.deadline"))
@click.argument("kind")
@click.argument("days", type=int, required=False)
@json_option
@click.pass_context
def deadline_command(ctx: click.Context, kind: str, days: int | None, as_json: bool) -> None:
    """Until how many days after its period's end a kind of report is on time; set it where a number is given."""
    from frontdesk.district.reports.service import deadline_days, set_deadline

    with opened(ctx) as district:
        if days is not None:
            set_deadline(district, kind, days, who=acting(ctx), now_ms=now_ms())
        with district.store.reading() as session:
            known = deadline_days(session, kind)
    emit({"kind": kind, "days": known}, as_json, [t("district.deadline", kind=kind, days=known)])

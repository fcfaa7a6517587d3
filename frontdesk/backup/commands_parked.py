"""The commands `backup parked`: genuine cards that a restored file does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.common.names import mask_name
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.volunteers.service import ParkedCard


@click.group("parked", help=t("backup.help.parked"))
def parked_group() -> None:
    """Parked cards."""


@parked_group.command("list", help=t("backup.help.parked_list"))
@click.option("--all", "all_of_them", is_flag=True, help=t("backup.help.parked_all"))
@json_option
@pass_invocation
def list_command(invocation: Invocation, all_of_them: bool, as_json: bool) -> None:
    """The cards that wait, each with when it was scanned."""
    from frontdesk.volunteers.service import parked_cards

    context = open_desk(invocation, writing=False)
    found = parked_cards(context, all_of_them=all_of_them)
    lines = [line for one in found for line in _lines(context, one)]
    emit([_row(context, one) for one in found], as_json, lines or [t("backup.parked_none")])


@parked_group.command("adopt", help=t("backup.help.adopt"))
@click.argument("no")
@click.argument("serial", type=click.IntRange(0, 99))
@click.option("--name", default="", help=t("backup.help.name"))
@click.option("--phone", default="", help=t("backup.help.phone"))
@json_option
@pass_invocation
def adopt_command(invocation: Invocation, no: str, serial: int, name: str, phone: str, as_json: bool) -> None:
    """Take a parked card in."""
    from frontdesk.volunteers.service import adopt_parked

    fields = {key: value for key, value in (("name", name), ("phone", phone)) if value}
    adopt_parked(open_desk(invocation, writing=True), no, serial, fields or None)
    emit({"volunteer": no, "serial": serial, "state": "adopted"}, as_json, [t("backup.adopted", no=no, serial=serial)])


@parked_group.command("reject", help=t("backup.help.reject"))
@click.argument("no")
@click.argument("serial", type=click.IntRange(0, 99))
@json_option
@pass_invocation
def reject_command(invocation: Invocation, no: str, serial: int, as_json: bool) -> None:
    """Reject a parked card."""
    from frontdesk.volunteers.service import reject_parked

    reject_parked(open_desk(invocation, writing=True), no, serial)
    words = t("backup.rejected", no=no, serial=serial)
    emit({"volunteer": no, "serial": serial, "state": "rejected"}, as_json, [words])


def _row(context: Context, one: ParkedCard) -> dict[str, object]:
    from frontdesk.volunteers.service import parked_attempts

    return {
        "volunteer": one.volunteer_no,
        "serial": one.serial,
        "state": one.state,
        "times": one.times,
        "name_masked": mask_name(one.name) if one.name else None,
        "attempts": [at.isoformat(timespec="seconds") for at in parked_attempts(context, one.volunteer_no, one.serial)],
    }


def _lines(context: Context, one: ParkedCard) -> list[str]:
    from frontdesk.volunteers.service import parked_attempts

    times = [f"{at:%m-%d %H:%M}" for at in parked_attempts(context, one.volunteer_no, one.serial)]
    return [
        t(
            "backup.parked_line",
            no=one.volunteer_no,
            serial=one.serial,
            name=mask_name(one.name) if one.name else t("backup.parked_nobody"),
            times=one.times,
            first=f"{one.first:%Y-%m-%d %H:%M}",
            last=f"{one.last:%m-%d %H:%M}",
            state=t(f"backup.parked_state.{one.state}"),
        ),
        t("backup.parked_at", times="  ".join(times)),
    ]

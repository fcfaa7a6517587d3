"""Commands: the register of volunteers, the talent pool and availability; call-ups and records are in
`commands_records`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from frontdesk.cli_support import (
    FilledPath,
    Invocation,
    clear_options,
    emit,
    json_option,
    open_desk,
    pass_invocation,
    progress,
)
from frontdesk.locale import t
from frontdesk.volunteers.register.commands_records import call_up_group, record_group

if TYPE_CHECKING:
    from db.volunteers import Volunteer
    from frontdesk.access.service import Approver
    from frontdesk.volunteers.register.talent import Talent, TalentQuery

STATES = ("active", "suspended", "left")
SKILL_STATES = ("candidate", "active", "paused", "left")
NEAREST = 3
"""So many names of service teams are given that are like a new one."""


@click.group("volunteer", help=t("cli.command.volunteer"))
def volunteer_group() -> None:
    """The register of volunteers."""


def _query_options(function: Any) -> Any:
    """The options by which people are chosen."""
    for option in (
        click.option(
            "--state", type=click.Choice([*STATES, "all"]), default="active", help=t("register.help.of_state")
        ),
        click.option("--category", default="", help=t("register.help.of_category")),
        click.option("--team", default="", help=t("register.help.of_team")),
        click.option("--available", default="", metavar="WHEN", help=t("register.help.available")),
        click.option("--skill", "skills", multiple=True, help=t("register.help.of_skill")),
    ):
        function = option(function)
    return function


def _query(skills: tuple[str, ...], available: str, team: str, category: str, state: str) -> TalentQuery:
    from frontdesk.volunteers.register.talent import TalentQuery

    return TalentQuery(
        words=skills, slots=_slots(available), team=team, category=category, state="" if state == "all" else state
    )


def _slots(text: str) -> Any:
    from frontdesk.volunteers.register.availability import read_slots
    from frontdesk.volunteers.register.errors import RegisterError

    try:
        return read_slots(text)
    except ValueError:
        raise RegisterError("bad_availability", text=text) from None


def _slot_list(slots: Any) -> list[str]:
    return [f"{slot.weekday} {slot.part}" for slot in sorted(slots)]


def _as_json(one: Talent) -> dict[str, Any]:
    from frontdesk.common.names import mask_name

    volunteer = one.volunteer
    return {
        "no": volunteer.no,
        "name": mask_name(volunteer.name),
        "team": volunteer.team,
        "skill": volunteer.skill,
        "talents": [{"skill": k.skill, "category": k.category, "state": k.state} for k in one.skills],
        "available": _slot_list(one.slots),
        "called_up": one.called_up,
        "state": volunteer.state,
    }


@volunteer_group.command("list", help=t("register.help.list"))
@click.option("--find", "text", default="", help=t("register.help.find"))
@click.option("--limit", type=click.IntRange(1), default=1000, show_default=True, help=t("register.help.limit"))
@_query_options
@json_option
@pass_invocation
def list_command(invocation: Invocation, /, text: str, limit: int, as_json: bool, **chosen: Any) -> None:
    """Volunteers by number, names masked."""
    from frontdesk.volunteers.register import service as register
    from frontdesk.volunteers.register.availability import slot_words
    from frontdesk.volunteers.register.talent import Talent

    context = open_desk(invocation, writing=False)
    found = (
        [Talent(one) for one in register.find(context, text)[:limit]]
        if text
        else register.talents(context, _query(**chosen), limit)
    )
    rows = [_as_json(one) for one in found]
    mark = t("register.list_mark")
    lines = [
        "  ".join(
            part
            for part in (
                row["no"],
                row["name"],
                row["team"],
                mark.join(k["skill"] for k in row["talents"]) or row["skill"],
                slot_words(one.slots),
            )
            if part
        )
        for row, one in zip(rows, found, strict=True)
    ]
    emit(rows, as_json, lines)


@volunteer_group.command("show", help=t("register.help.show"))
@click.argument("no")
@click.option("--with-contact", is_flag=True, help=t("register.help.with_contact"))
@json_option
@pass_invocation
def show_command(invocation: Invocation, no: str, with_contact: bool, as_json: bool) -> None:
    """Everything about one volunteer."""
    from frontdesk.common.names import mask_name
    from frontdesk.volunteers.register import service as register
    from frontdesk.volunteers.register.availability import slot_words
    from frontdesk.volunteers.register.differences import birth_words
    from frontdesk.volunteers.register.fields import read_number

    context = open_desk(invocation, writing=True)
    no = read_number(no)
    found = register.profile(context, no)
    contact = register.contact(context, no) if with_contact else None
    one = found.volunteer
    value: dict[str, Any] = {
        "no": one.no,
        "name": contact.name if contact else mask_name(one.name),
        "gender": one.gender,
        "birth": birth_words(one),
        "minor": found.minor,
        "phone": contact.phone if contact else found.phone,
        "team": one.team,
        "skill": one.skill,
        "registered_on": one.registered_on,
        "state": one.state,
        "state_since": one.state_since,
        "state_reason": one.state_reason,
        "consent_on": one.consent_on,
        "consent_version": one.consent_version,
        "guardian_name": one.guardian_name if contact else mask_name(one.guardian_name),
        "guardian_phone": contact.guardian_phone if contact else found.guardian_phone,
        "guardian_consent_on": one.guardian_consent_on,
        "note": one.note,
    }
    said = value | {"state": t(f"volunteers.state.{one.state}")}
    lines = [f"{t(f'register.field.{name}')}: {said[name]}" for name in said if said[name] not in ("", False, True)]
    lines.append(f"{t('register.field.availability')}: {slot_words(found.slots)}")
    lines += [f"{k.skill}  {k.category}  {t(f'register.skill_state.{k.state}')}" for k in found.skills]
    lines += [f"{r.id}  {r.day}  {t(f'register.kind.{r.kind}')}  {r.title}  {r.grade}" for r in found.records]
    value["available"] = _slot_list(found.slots)
    value["talents"] = [k.model_dump(exclude={"volunteer_no"}) for k in found.skills]
    value["call_ups"] = [c.model_dump(exclude={"volunteer_no"}) for c in found.call_ups]
    value["records"] = [r.model_dump(exclude={"volunteer_no"}) for r in found.records]
    value["cards"] = [c.model_dump(include={"serial", "state", "valid_from", "valid_until"}) for c in found.cards]
    emit(value, as_json, lines)


def _field_options(function: Any) -> Any:
    """An option for every field of the form; what is not given stays."""
    from frontdesk.volunteers.register.fields import FIELDS

    for name in reversed(FIELDS):
        if name not in ("no", "name"):
            option = f"--{name.replace('_', '-')}"
            function = click.option(option, name, default=None, help=t(f"register.field.{name}"))(function)
    return function


@volunteer_group.command("add", help=t("register.help.add"))
@click.option("--name", required=True, help=t("register.field.name"))
@click.option("--no", default=None, help=t("register.help.no"))
@_field_options
@click.option("--even-if-known", is_flag=True, help=t("register.help.even_if_known"))
@json_option
@pass_invocation
def add_command(invocation: Invocation, /, even_if_known: bool, as_json: bool, **given: str | None) -> None:
    """Register somebody."""
    from frontdesk.common.names import mask_name
    from frontdesk.volunteers.register import service as register

    context = open_desk(invocation, writing=True)
    fields = {name: value for name, value in given.items() if value is not None}
    near = register.nearest_teams(context, " ".join(fields.get("team", "").split()), NEAREST)
    made = register.add(context, fields, even_if_known=even_if_known)
    words = [t("register.added", no=made.no, name=mask_name(made.name))]
    words += [one for one in (register.number_words(context, made.no),) if one and "no" not in fields]
    _say_new_team(made, near)
    emit({"no": made.no, "name": mask_name(made.name), "new_team": near is not None}, as_json, words)


def _say_new_team(one: Volunteer, near: list[str] | None) -> None:
    """Say that a volunteer is the first of a service team, and which teams are called almost the same."""
    if near is not None and one.team:
        words = "register.founded_like" if near else "register.founded"
        progress(t(words, team=one.team, near=t("register.list_mark").join(near), no=one.no))


@volunteer_group.command("edit", help=t("register.help.edit"))
@click.argument("no")
@click.option("--name", default=None, help=t("register.field.name"))
@_field_options
@click.option("--even-if-known", is_flag=True, help=t("register.help.even_if_known"))
@json_option
@pass_invocation
def edit_command(invocation: Invocation, /, no: str, even_if_known: bool, as_json: bool, **given: str | None) -> None:
    """Change the data of a volunteer."""
    from frontdesk.volunteers.register import service as register
    from frontdesk.volunteers.register.fields import read_number

    context = open_desk(invocation, writing=True)
    fields = {name: value for name, value in given.items() if value is not None}
    before = register.get(context, read_number(no))
    team = " ".join(fields.get("team", "").split())
    near = register.nearest_teams(context, team if team != before.team else "", NEAREST)
    after = register.change(context, before.no, fields, even_if_known=even_if_known)
    _say_new_team(after, near)
    changed = sorted(name for name, value in after.model_dump().items() if value != getattr(before, name))
    emit({"no": after.no, "changed": changed}, as_json, [t("register.saved", no=after.no)])


@volunteer_group.command("state", help=t("register.help.state"))
@click.argument("no")
@click.argument("state", type=click.Choice(STATES))
@click.option("--reason", default="", help=t("register.field.reason"))
@json_option
@pass_invocation
def state_command(invocation: Invocation, no: str, state: Any, reason: str, as_json: bool) -> None:
    """Suspend, reinstate or let go a volunteer."""
    from frontdesk.volunteers.register import service as register
    from frontdesk.volunteers.register.fields import read_number

    no = read_number(no)
    register.set_state(open_desk(invocation, writing=True), no, state, reason)
    words = t("register.state_set", no=no, state=t(f"volunteers.state.{state}"))
    emit({"no": no, "state": state}, as_json, [words])


@volunteer_group.command("skill", help=t("register.help.skill"))
@click.argument("no")
@click.argument("skill")
@click.option("--category", default=None, help=t("register.column.category"))
@click.option("--state", type=click.Choice(SKILL_STATES), default=None, help=t("register.help.skill_state"))
@click.option("--note", default=None, help=t("register.column.note"))
@json_option
@pass_invocation
def skill_command(
    invocation: Invocation, no: str, skill: str, category: str | None, state: Any, note: str | None, as_json: bool
) -> None:
    """Enter a skill into the talent pool, or change it."""
    from frontdesk.volunteers.register import service as register
    from frontdesk.volunteers.register.fields import read_number

    context = open_desk(invocation, writing=True)
    kept = register.set_skill(context, read_number(no), skill, category=category, state=state, note=note)
    emit(kept.model_dump(), as_json, [f"{kept.skill}  {kept.category}  {t(f'register.skill_state.{kept.state}')}"])


@volunteer_group.command("skills", help=t("register.help.skills"))
@json_option
@pass_invocation
def skills_command(invocation: Invocation, as_json: bool) -> None:
    """The skills of the talent pool."""
    from frontdesk.volunteers.register import service as register

    rows = [
        {"skill": skill, "category": category, "people": people}
        for skill, category, people in register.known_skills(open_desk(invocation, writing=False))
    ]
    emit(rows, as_json, [f"{row['skill']}  {row['category']}  {row['people']}" for row in rows])


@volunteer_group.command("availability", help=t("register.help.availability"))
@click.argument("no")
@click.argument("when", required=False)
@json_option
@pass_invocation
def availability_command(invocation: Invocation, no: str, when: str | None, as_json: bool) -> None:
    """Show when a volunteer can serve, or set it; "-" empties it."""
    from frontdesk.volunteers.register import service as register
    from frontdesk.volunteers.register.availability import slot_words
    from frontdesk.volunteers.register.fields import read_number

    context = open_desk(invocation, writing=when is not None)
    no = read_number(no)
    if when is not None:
        register.set_availability(context, no, _slots("" if when == "-" else when))
    slots = register.profile(context, no).slots
    emit({"no": no, "available": _slot_list(slots)}, as_json, [slot_words(slots)])


@volunteer_group.command("export", help=t("register.help.export"))
@click.option("--out", required=True, type=FilledPath(dir_okay=False), help=t("volunteers.help.out"))
@click.option("--with-names", is_flag=True, help=t("register.help.with_names"))
@click.option("--with-phones", is_flag=True, help=t("register.help.with_phones"))
@clear_options
@_query_options
@json_option
@pass_invocation
def export_command(
    invocation: Invocation,
    /,
    out: Path,
    with_names: bool,
    with_phones: bool,
    reason: str,
    approver: Approver | None,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Write the register and the talent pool into a workbook."""
    from frontdesk.volunteers.register.exporting import export_register

    context = open_desk(invocation, writing=with_names or with_phones)
    shown: dict[str, Any] = {"with_names": with_names, "with_phones": with_phones, "reason": reason}
    shown["approver"] = approver
    written = export_register(context, out, _query(**chosen), **shown)
    emit({"people": written, "out": str(out)}, as_json, [t("register.exported", count=written, out=out)])


for group in (call_up_group, record_group):
    volunteer_group.add_command(group)

"""A new volunteer, and changes of what is known of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from db import volunteers as records
from db.volunteers import Volunteer
from frontdesk.common.names import mask_name
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.volunteers.errors import VolunteerError
from frontdesk.volunteers.register.errors import RegisterError
from frontdesk.volunteers.register.fields import read_fields
from frontdesk.volunteers.register.keeping import LAST_NUMBER, known_as, next_number, phone_key, phone_of, store


def proposed_number(context: Context) -> str:
    """The number that a new volunteer would get now."""
    return next_number(context.database.connection)


def number_words(context: Context, volunteer_no: str) -> str:
    """What is to be said of a number that was just given: that it fills a gap, where the last one is taken; else ''."""
    from frontdesk.locale import t

    last = f"{LAST_NUMBER:07d}"
    if volunteer_no == last or records.highest_number(context.database.connection) < last:
        return ""
    return t("register.number_of_a_gap", no=volunteer_no, last=last)


def teams(context: Context) -> list[str]:
    """The service teams, by name."""
    return records.team_names(context.database.connection)


def team_sizes(context: Context) -> list[tuple[str, int]]:
    """The service teams with how many serve in each, by name."""
    return records.teams(context.database.connection)


def nearest_teams(context: Context, team: str, limit: int = 1) -> list[str] | None:
    """The names of service teams that are most like one that nobody is in yet; None where somebody is in it, where
    nobody is in any, and for no team.
    """
    known = teams(context)
    if not team or not known or team in known:
        return None
    return get_close_matches(team, known, limit, cutoff=0.4)


@allowed("writer")
def add(context: Context, fields: Mapping[str, str], *, even_if_known: bool = False) -> Volunteer:
    """Register somebody; without a number the next free one is given. `fields` are as typed, see `fields.FIELDS`.

    Raises what `read_fields` raises, RegisterError `number_taken`, and `known_already` where somebody of this name and
    phone is registered, unless `even_if_known`.
    """
    said = read_fields({"name": "", **fields}, context.today())
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        if not even_if_known:
            _refuse_known(known_as(context, connection, said["name"], said.get("phone", "")))
        no = said.get("no") or next_number(connection)
        if records.get(connection, no) is not None:
            raise RegisterError("number_taken", no=no, free=next_number(connection))
        base = Volunteer(no=no, name=said["name"], registered_on=context.today().isoformat())
        made, phone = _with(context, base, said)
        store(context, connection, made, phone)
        context.note(connection, "volunteer.added", no)
    return made


@allowed("writer")
def change(context: Context, volunteer_no: str, fields: Mapping[str, str], *, even_if_known: bool = False) -> Volunteer:
    """Change what is said in `fields` (as typed) and leave the rest; the number stays.

    Raises what `read_fields` raises, RegisterError `number_stays`, VolunteerError `unknown_volunteer`, and
    RegisterError `known_already` where the name or phone becomes that of somebody else, unless `even_if_known`.
    """
    said = read_fields(fields, context.today())
    if said.pop("no", volunteer_no) != volunteer_no:
        raise RegisterError("number_stays", no=volunteer_no)
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        before = records.get(connection, volunteer_no)
        if before is None:
            raise VolunteerError("unknown_volunteer", no=volunteer_no)
        after, phone = _with(context, before, said)
        if (after.name, after.phone_key) != (before.name, before.phone_key) and not even_if_known:
            found = known_as(context, connection, after.name, phone)
            _refuse_known([one for one in found if one.no != volunteer_no])
        if after != before:
            store(context, connection, after, phone)
            changed = sorted(name for name in Volunteer.model_fields if getattr(after, name) != getattr(before, name))
            context.note(connection, "volunteer.changed", volunteer_no, fields=changed)
    return after


def _refuse_known(known: Sequence[Volunteer]) -> None:
    if known:
        raise RegisterError("known_already", name=mask_name(known[0].name), no=known[0].no)


def _with(context: Context, base: Volunteer, said: Mapping[str, Any]) -> tuple[Volunteer, str]:
    """A volunteer with what was said put over what is known, and the phone in clear. Raises RegisterError
    `version_without_consent` where a notice is named to which nobody has agreed.
    """
    values = {name: value for name, value in said.items() if name in Volunteer.model_fields and name != "no"}
    values |= sealed_phones(context, base, said)
    values |= consent_said(context, base, said)
    after = base.model_copy(update=values)
    if said.get("consent_version") and not after.consent_on:
        raise RegisterError("version_without_consent", field="consent_on")
    return after, phone_of(context, after)


def consent_said(context: Context, base: Volunteer, said: Mapping[str, Any]) -> dict[str, str]:
    """Which notice a consent that was said is to: the one that is named, else the one in force; none without a day."""
    if said.get("consent_on") and said["consent_on"] != base.consent_on:
        return {"consent_version": said.get("consent_version") or context.settings.consent_notice_version}
    return {"consent_version": ""} if "consent_on" in said and not said["consent_on"] else {}


def sealed_phones(context: Context, base: Volunteer, said: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the phones that were said; one that is the same as before keeps its sealed bytes."""
    values: dict[str, Any] = {}
    if "phone" in said:
        key = phone_key(context, said["phone"]) if said["phone"] else None
        if key != base.phone_key:
            values |= {"phone_key": key, "phone_cipher": context.keys.seal(said["phone"]) if key else None}
    if "guardian_phone" in said:
        before = context.keys.unseal(base.guardian_phone_cipher) if base.guardian_phone_cipher else ""
        if said["guardian_phone"] != before:
            values["guardian_phone_cipher"] = (
                context.keys.seal(said["guardian_phone"]) if said["guardian_phone"] else None
            )
    return values

"""A new resident, and changes of what is known of one."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from db import residents as records
from db.residents import Resident
from frontdesk.common.names import mask_name
from frontdesk.common.phones import phone_tail
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.residents.errors import ResidentError
from frontdesk.residents.fields import checked_area, checked_tags, read_fields, read_past_day
from frontdesk.residents.keeping import guardian_phone_of, new_resident, phone_key, store, tail_key
from frontdesk.residents.rules import may_be_child

_ABOUT_CHILDREN = frozenset(("birth", "consent_on", "guardian_name", "guardian_phone", "guardian_consent_on"))
"""Where one of these is said of a child, the guardian is asked for."""


@allowed("writer")
def add(context: Context, fields: Mapping[str, str], *, even_if_known: bool = False) -> Resident:
    """Enter somebody; `fields` are as typed, see `fields.FIELDS`.

    Raises what `read_fields` raises, ResidentError `unknown_tag`, `unknown_area`, `version_without_consent`,
    `guardian_needed` for a child without one where the centre has a notice in force, `known_already` where somebody has
    this name and phone, and unless `even_if_known` `same_name` where somebody has this name and either has no phone.
    """
    said = read_fields({"name": "", **fields}, context.today())
    phone = said.get("phone", "")
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        base = new_resident(context, said["name"], phone, phone_key(context, phone))
        made = with_fields(context, base, said)
        refuse_known(context, connection, made, even_if_known)
        kept = store(context, connection, made)
        if said.get("tags"):
            records.set_tags(connection, kept.id, checked_tags(said["tags"], context.settings.audience_tags))
        _refuse_child(context, kept, said)
        context.note(connection, "resident.added", str(kept.id))
    return kept


@allowed("writer")
def change(
    context: Context,
    resident_id: int,
    fields: Mapping[str, str],
    *,
    even_if_known: bool = False,
    revision: int | None = None,
) -> Resident:
    """Change what is said in `fields` (as typed) and leave the rest.

    With `revision` the entry must be the one that was looked at. Raises what `add` raises, ResidentError
    `unknown_resident`, `merged_already`, `changed_meanwhile`.
    """
    said = read_fields(fields, context.today())
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        before = standing(connection, resident_id)
        if revision is not None and before.revision != revision:
            raise ResidentError("changed_meanwhile", id=resident_id)
        after = with_fields(context, before, said)
        if (after.name, after.phone_key) != (before.name, before.phone_key):
            refuse_known(context, connection, after, even_if_known)
        changed = changed_fields(before, after)
        if changed:
            after = store(context, connection, after)
        if "tags" in said and put_tags(context, connection, resident_id, said["tags"]):
            changed.append("tags")
        _refuse_child(context, after, said)
        if changed:
            context.note(connection, "resident.changed", str(resident_id), fields=sorted(changed))
    return after


@allowed("writer")
def set_tags(context: Context, resident_id: int, words: Sequence[str]) -> tuple[str, ...]:
    """Make `words` the whole of a resident's tags; returns them.

    Raises ResidentError `unknown_resident`, `merged_already`, and `unknown_tag` for a word that is neither of the
    setting `audience_tags` nor stood there before.
    """
    with context.change("resident.tagged", str(resident_id), tags=len(set(words))) as connection:
        standing(connection, resident_id)
        put_tags(context, connection, resident_id, words)
        return records.tags(connection, [resident_id]).get(resident_id, ())


@allowed("writer")
def give_consent(context: Context, resident_id: int, day: str = "") -> Resident:
    """Note that somebody agreed to the notice in force, today unless a day was typed; returns the entry.

    Raises ResidentError `unknown_resident`, `merged_already`, `no_notice` where the centre has none in force,
    `guardian_needed` for a child, `bad_day`, `day_in_future`.
    """
    if not context.settings.consent_notice_version:
        raise ResidentError("no_notice")
    said = {"consent_on": read_past_day(day or "+0", "consent_on", context.today())}
    said["consent_version"] = context.settings.consent_notice_version
    with context.change("resident.consented", str(resident_id), version=said["consent_version"]) as connection:
        after = store(context, connection, standing(connection, resident_id).model_copy(update=said))
        _refuse_child(context, after, said)
    return after


@allowed("writer")
def withdraw_consent(context: Context, resident_id: int) -> Resident:
    """Note that somebody withdrew consent (个人信息保护法 §15), and so the guardian's; returns the entry.

    What was entered stays until it is corrected or no longer needed. Raises ResidentError `unknown_resident`,
    `merged_already`, `no_consent`.
    """
    with context.change("resident.consent_withdrawn", str(resident_id)) as connection:
        before = standing(connection, resident_id)
        if not (before.consent_on or before.consent_version or before.guardian_consent_on):
            raise ResidentError("no_consent", id=resident_id)
        none = {"consent_on": "", "consent_version": "", "guardian_consent_on": ""}
        return store(context, connection, before.model_copy(update=none))


def standing(connection: sqlite3.Connection, resident_id: int) -> Resident:
    """A resident who may be changed. Raises ResidentError `unknown_resident`, `merged_already`."""
    person = records.get(connection, resident_id)
    if person is None:
        raise ResidentError("unknown_resident", id=resident_id)
    if person.merged_into is not None:
        raise ResidentError("merged_already", id=resident_id, into=person.merged_into)
    return person


def missing_answers(context: Context, person: Resident) -> tuple[str, ...]:
    """What the notice in force asks for and this person has not given: `consent`, and for a child `guardian`."""
    notice = context.settings.consent_notice_version
    if not notice:
        return ()
    missing = [] if person.consent_version == notice else ["consent"]
    if may_be_child(person.birth, context.today()) and not has_guardian(person):
        missing.append("guardian")
    return tuple(missing)


def changed_fields(before: Resident, after: Resident) -> list[str]:
    """The fields of which two states of a resident differ."""
    return [name for name in Resident.model_fields if getattr(before, name) != getattr(after, name)]


def put_tags(context: Context, connection: sqlite3.Connection, resident_id: int, words: Sequence[str]) -> bool:
    """Store tags inside a running transaction; whether they differ from what stood there. Raises `unknown_tag`."""
    known = records.tags(connection, [resident_id]).get(resident_id, ())
    wanted = checked_tags(words, context.settings.audience_tags, known)
    if set(wanted) == set(known):
        return False
    records.set_tags(connection, resident_id, dict.fromkeys(wanted))
    return True


def with_fields(context: Context, base: Resident, said: Mapping[str, Any]) -> Resident:
    """A resident with what was said put over what is known; a phone that stays the same keeps its sealed bytes.

    A consent is to the notice that is named, else to the one in force. Raises ResidentError `unknown_area`, and
    `version_without_consent` where a notice is named to which nobody has agreed.
    """
    plain = ("name", "birth", "gender", "area", "note", "guardian_name", "guardian_consent_on", "consent_on")
    values: dict[str, Any] = {name: said[name] for name in plain if name in said}
    if "area" in values:
        checked_area(values["area"], context.settings.committee_areas, base.area)
    if "phone" in said and (not said["phone"] or phone_key(context, said["phone"]) != base.phone_key):
        values |= _sealed_phone(context, base, said["phone"])
    if "guardian_phone" in said and said["guardian_phone"] != guardian_phone_of(context, base):
        clear = said["guardian_phone"]
        values["guardian_phone_cipher"] = context.keys.seal(clear) if clear else None
    if said.get("consent_version"):
        values["consent_version"] = said["consent_version"]
    elif "consent_on" in said and said["consent_on"] != base.consent_on:
        values["consent_version"] = context.settings.consent_notice_version if said["consent_on"] else ""
    after = base.model_copy(update=values)
    if said.get("consent_version") and not after.consent_on:
        raise ResidentError("version_without_consent", field="consent_on")
    return after


def _sealed_phone(context: Context, base: Resident, phone: str) -> dict[str, Any]:
    if not phone and base.phone_cipher is None:
        return {}
    return {
        "phone_cipher": context.keys.seal(phone) if phone else None,
        "phone_key": phone_key(context, phone),
        "phone_tail_key": tail_key(context, phone_tail(phone)),
    }


def refuse_known(context: Context, connection: sqlite3.Connection, person: Resident, even_if_known: bool) -> None:
    """Refuse a second entry of one person. An entry that was merged into this very person makes room.

    Raises ResidentError `known_already`, and unless `even_if_known` `same_name`.
    """
    known = records.named(connection, person.phone_key, person.name)
    if known is not None and known.id != person.id:
        if known.merged_into is None or known.merged_into != person.id:
            raise ResidentError("known_already", name=mask_name(known.name), id=known.merged_into or known.id)
        records.save(connection, known.model_copy(update={"phone_key": phone_key(context, "")}))
    if even_if_known:
        return
    for other in records.namesakes(connection, person.name):
        if other.id != person.id and (other.phone_cipher is None or person.phone_cipher is None):
            raise ResidentError("same_name", name=mask_name(other.name), id=other.id)


def has_guardian(person: Resident) -> bool:
    """Whether a guardian's name, phone and consent are there."""
    return bool(person.guardian_name and person.guardian_phone_cipher and person.guardian_consent_on)


def _refuse_child(context: Context, person: Resident, said: Mapping[str, Any]) -> None:
    """Ask for the guardian of a child where the centre has a notice in force (个人信息保护法 §31)."""
    if not context.settings.consent_notice_version or not _ABOUT_CHILDREN & said.keys():
        return
    if may_be_child(person.birth, context.today()) and not has_guardian(person):
        raise ResidentError("guardian_needed")

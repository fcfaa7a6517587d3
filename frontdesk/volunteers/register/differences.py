"""What differs between two states of a volunteer, in words and without giving a phone away."""

from __future__ import annotations

from collections.abc import Collection

from db.volunteers import Volunteer
from frontdesk.common.names import mask_name
from frontdesk.common.phones import mask_phone
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.volunteers.register.fields import FIELDS
from frontdesk.volunteers.register.keeping import phone_of

SHOWN = tuple(name for name in FIELDS if name != "no")

MASKED = ("name", "guardian_name")


def subject(volunteer: Volunteer) -> str:
    """The number and the masked name."""
    return f"{volunteer.no} {mask_name(volunteer.name)}"


def differences(
    context: Context, before: Volunteer | None, after: Volunteer, *, new_teams: Collection[str] = ()
) -> list[tuple[str, str, str]]:
    """For each field that differs its name in words, and what stood there before and after; phones by their tail, names
    masked, with a word where they look alike then; a team of `new_teams` is marked. Of somebody new everything that is
    filled in but the name, which the subject has.
    """
    told = []
    for name in SHOWN if before is not None else SHOWN[1:]:
        old, new = "" if before is None else _shown(context, before, name), _shown(context, after, name)
        if new if before is None else _raw(before, name) != _raw(after, name):
            if name in MASKED and old == new:
                new = t("register.alike_masked", masked=new)
            if name == "team" and new in new_teams:
                new = t("register.new_team", team=new)
            told.append((t(f"register.field.{name}"), old, new))
    return told


def _raw(volunteer: Volunteer, name: str) -> object:
    if name == "birth":
        return birth_words(volunteer)
    if name == "phone":
        return volunteer.phone_key
    return volunteer.guardian_phone_cipher if name == "guardian_phone" else getattr(volunteer, name)


def _shown(context: Context, volunteer: Volunteer, name: str) -> str:
    if name == "birth":
        return birth_words(volunteer)
    if name == "phone":
        return mask_phone(phone_of(context, volunteer))
    if name == "guardian_phone":
        sealed = volunteer.guardian_phone_cipher
        return mask_phone(context.keys.unseal(sealed)) if sealed else ""
    value: str = getattr(volunteer, name)
    return mask_name(value) if name in MASKED else value


def birth_words(volunteer: Volunteer) -> str:
    """The birthday as far as it is known: 1960-03-12, 1960-03, or ''."""
    return "-".join(part for part in (volunteer.birth_month, volunteer.birth_day) if part)

"""The answers without which somebody may not begin to serve: consent to the notice in force, and the guardian's."""

from __future__ import annotations

from db import volunteers as records
from frontdesk.common.phones import normalise_phone
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.volunteers.checkin.errors import CheckinError
from frontdesk.volunteers.errors import VolunteerError
from frontdesk.volunteers.register.fields import read_fields


@allowed("writer")
def give_answers(
    context: Context,
    volunteer_no: str,
    *,
    consent: bool,
    guardian_name: str = "",
    guardian_phone: str = "",
    guardian_consent: bool = False,
) -> None:
    """Note what a volunteer, and the guardian of a minor, answered today; the attempt that lacked it then goes on.

    The guardian's consent needs a name and a phone that reaches him or her. Raises CheckinError `no_answer`,
    `guardian_name_required`, `bad_phone`, RegisterError `bad_text`, `too_long`, VolunteerError `unknown_volunteer`, and
    what `Context.change` raises.
    """
    if not consent and not guardian_consent:
        raise CheckinError("no_answer")
    today = context.today().isoformat()
    said: dict[str, object] = {}
    if consent:
        said["consent_on"] = today
        if version := context.settings.consent_notice_version:
            said["consent_version"] = version
    if guardian_consent:
        name = read_fields({"guardian_name": guardian_name}, context.today())["guardian_name"]
        if not name:
            raise CheckinError("guardian_name_required")
        try:
            phone = normalise_phone(guardian_phone)
        except ValueError as wrong:
            raise CheckinError("bad_phone") from wrong
        said |= {
            "guardian_name": name,
            "guardian_phone_cipher": context.keys.seal(phone),
            "guardian_consent_on": today,
        }
    with context.change("volunteer.answers", volunteer_no, consent=consent, guardian=guardian_consent) as connection:
        volunteer = records.get(connection, volunteer_no)
        if volunteer is None:
            raise VolunteerError("unknown_volunteer", no=volunteer_no)
        records.put(connection, volunteer.model_copy(update=said))

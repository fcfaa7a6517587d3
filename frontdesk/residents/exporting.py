"""The register of residents as a workbook that can be imported again, names and phones masked unless asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from db import residents as records
from db.residents import Resident
from frontdesk.common.names import mask_name
from frontdesk.common.phones import mask_phone
from frontdesk.common.tablebook import TableBook
from frontdesk.common.wholefile import write_whole
from frontdesk.common.workbook import Cell, Column
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.permission import allowed
from frontdesk.residents.errors import ResidentError
from frontdesk.residents.finding import find
from frontdesk.residents.importing import COLUMNS
from frontdesk.residents.keeping import guardian_phone_of, phone_of
from frontdesk.residents.rules import age_band

if TYPE_CHECKING:
    from frontdesk.access.service import Approver

HEADINGS = tuple(column.aliases[0] for column in COLUMNS)
"""In every language those of the sheet that is imported: what is written out, edited and imported is one sheet."""


@allowed("shown", partly=("operator", "auditor", "command"))
def export_residents(
    context: Context,
    out: Path,
    *,
    text: str = "",
    tag: str = "",
    with_names: bool = False,
    with_phones: bool = False,
    reason: str = "",
    approver: Approver | None = None,
) -> int:
    """Write the register to `out`, whole or not at all; how many people there are.

    Of everybody, or of whom `text` finds, or who have a `tag`. Names are masked without `with_names`, births shown
    as age bands, phones masked without `with_phones`: that they were written out in clear is a manager's decision and
    logged with the reason. Raises ResidentError `export_failed`, what `Context.require_manager` raises, and in clear
    what `privacy.service.in_clear` raises.
    """
    if with_names or with_phones:
        context.require_manager()
        from frontdesk.privacy.service import in_clear

        approval, besides = in_clear(context, "residents", reason, approver)
    with context.database.reading() as connection:
        if text:
            people = records.by_ids(connection, [one.id for one in find(context, text, -1)])
        elif tag:
            people = records.with_tag(connection, tag, -1)
        else:
            people = records.latest(connection, -1)
        tags = records.tags(connection, [one.id for one in people])
    people.sort(key=lambda one: one.id)
    rows = [_row(context, one, tags.get(one.id, ()), with_names, with_phones) for one in people]

    def noted() -> None:
        if with_names or with_phones:
            subject = str(len(rows))
            said = {"names": with_names, "phones": with_phones, **besides}
            with context.change("resident.exported", subject, **said) as connection:
                approval.use(context, connection)
                context.require_manager()

    try:
        write_whole(out, _content(context, rows), noted, private=True)
    except OSError as error:
        raise ResidentError("export_failed", path=str(out), reason=error.strerror or str(error)) from error
    return len(rows)


def _row(context: Context, one: Resident, tags: Sequence[str], names: bool, phones: bool) -> tuple[Cell, ...]:
    phone, guardian_phone = phone_of(context, one), guardian_phone_of(context, one)
    values: dict[str, Cell] = {
        "name": one.name if names else mask_name(one.name),
        "phone": phone if phones else mask_phone(phone),
        "birth": one.birth if names else age_band(one.birth, context.today()),
        "gender": one.gender,
        "area": one.area,
        "tags": "、".join(tags),
        "household": "" if one.household is None else str(one.household),
        "guardian_name": one.guardian_name if names else mask_name(one.guardian_name),
        "guardian_phone": guardian_phone if phones else mask_phone(guardian_phone),
        "guardian_consent_on": one.guardian_consent_on,
        "consent_on": one.consent_on,
        "consent_version": one.consent_version,
        "note": one.note if names else "",
    }
    return tuple(values[column.name] for column in COLUMNS)


def _content(context: Context, rows: Sequence[tuple[Cell, ...]]) -> bytes:
    title = t("residents.sheet.title")
    under = t("residents.sheet.as_of", centre=context.centre.name, day=context.today().isoformat())
    book = TableBook(title, context.centre.name, context.now())
    book.add(title, under, [Column(heading) for heading in HEADINGS], rows)
    return book.content()

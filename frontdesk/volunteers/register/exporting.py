"""The register and the talent pool as a workbook, names and phones masked unless somebody asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.common.names import mask_name
from frontdesk.common.phones import mask_phone
from frontdesk.common.tablebook import TableBook
from frontdesk.common.wholefile import write_whole
from frontdesk.common.workbook import Cell, Column
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.permission import allowed
from frontdesk.volunteers.register.availability import slot_words
from frontdesk.volunteers.register.differences import birth_words
from frontdesk.volunteers.register.errors import RegisterError
from frontdesk.volunteers.register.keeping import phone_of
from frontdesk.volunteers.register.talent import Talent, TalentQuery, talents

if TYPE_CHECKING:
    from frontdesk.access.service import Approver

REGISTER_COLUMNS = (
    "no",
    "name",
    "gender",
    "birth",
    "phone",
    "team",
    "skill",
    "availability",
    "registered_on",
    "state",
    "consent_on",
)
TALENT_COLUMNS = (
    "category",
    "skill",
    "no",
    "name",
    "phone",
    "team",
    "state",
    "since",
    "availability",
    "called_up",
    "note",
)


@allowed("shown", partly=("auditor", "command"))
def export_register(
    context: Context,
    out: Path,
    query: TalentQuery,
    *,
    with_names: bool = False,
    with_phones: bool = False,
    reason: str = "",
    approver: Approver | None = None,
) -> int:
    """Write whom `query` finds to `out`, whole or not at all: the register on one sheet, their skills of the talent
    pool on another; how many people there are.

    Names are masked without `with_names`, phones without `with_phones`, birthdays with the names; that they were
    written out in clear is logged, for which a writer must be signed in. Raises RegisterError `export_failed`.
    """
    found = talents(context, query, -1)

    def noted() -> None:
        if with_names or with_phones:
            said = {"names": with_names, "phones": with_phones, **besides}
            with context.change("volunteer.exported", f"{len(found)}", **said) as connection:
                approval.use(context, connection)

    if with_names or with_phones:
        context.require_writer()
        from frontdesk.privacy.service import in_clear

        approval, besides = in_clear(context, "volunteers", reason, approver)
    clear = _Clear(context, with_names=with_names, with_phones=with_phones)
    content = _content(context, clear, found)
    try:
        write_whole(out, content, noted, private=True)
    except OSError as error:
        raise RegisterError("export_failed", path=str(out), reason=error.strerror or str(error)) from error
    return len(found)


class _Clear:
    """What of a person is written out, and how."""

    def __init__(self, context: Context, *, with_names: bool, with_phones: bool) -> None:
        self._context = context
        self._names = with_names
        self._phones = with_phones

    def name(self, one: Talent) -> str:
        return one.volunteer.name if self._names else mask_name(one.volunteer.name)

    def phone(self, one: Talent) -> str:
        phone = phone_of(self._context, one.volunteer)
        return phone if self._phones else mask_phone(phone)

    def birth(self, one: Talent) -> str:
        return birth_words(one.volunteer) if self._names else one.volunteer.birth_month[:4]


def _content(context: Context, clear: _Clear, found: Sequence[Talent]) -> bytes:
    people: list[tuple[Cell, ...]] = []
    pool: list[tuple[Cell, ...]] = []
    for one in found:
        volunteer, slots = one.volunteer, slot_words(one.slots)
        name, phone = clear.name(one), clear.phone(one)
        people.append(
            (
                volunteer.no,
                name,
                volunteer.gender,
                clear.birth(one),
                phone,
                volunteer.team,
                volunteer.skill,
                slots,
                volunteer.registered_on,
                t(f"volunteers.state.{volunteer.state}"),
                volunteer.consent_on,
            )
        )
        pool += [
            (
                skill.category,
                skill.skill,
                volunteer.no,
                name,
                phone,
                volunteer.team,
                t(f"register.skill_state.{skill.state}"),
                skill.since,
                slots,
                one.called_up,
                skill.note,
            )
            for skill in one.skills
        ]
    pool.sort(key=lambda row: tuple(str(cell) for cell in row[:3]))
    book = TableBook(t("register.sheet.people"), context.centre.name, context.now())
    under = t("register.sheet.as_of", centre=context.centre.name, day=context.today().isoformat())
    for title, names, rows in (
        (t("register.sheet.people"), REGISTER_COLUMNS, people),
        (t("register.sheet.talents"), TALENT_COLUMNS, pool),
    ):
        book.add(title, under, [Column(t(f"register.heading.{name}")) for name in names], rows, title=title)
    return book.content()

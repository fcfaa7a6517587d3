"""Everything that the file has of one person, from all tables, on one screen or in one file to hand over
(个人信息保护法 §45).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.erasing import ERASED, KEPT_WORDS
from db.personal import COLUMNS
from db.persons import count, links, rows
from frontdesk.common.longnumbers import refuse_long_number
from frontdesk.common.masking import mask_numbers
from frontdesk.common.names import LongLine, mask_name, short_line
from frontdesk.common.phones import mask_phone
from frontdesk.common.wholefile import write_whole
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.privacy import of_cases
from frontdesk.privacy.erasing import whole
from frontdesk.privacy.errors import PrivacyError
from frontdesk.privacy.people import Found, Person, person, same_person
from frontdesk.privacy.rules import Subject
from frontdesk.privacy.words import code_words, column_words, purposes_words, table_words

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.access.service import Approval, Approver

MOST_ROWS = 500
"""So many rows of one table are shown on the screen; a file for the person has all of them."""

LONGEST_REASON = 60
_LEFT_OUT = frozenset(("search", "phone_key", "secret", "derived"))
_NOBODYS = frozenset(("search_term", "audit", "audit_change", "audit_salt", "audit_words", "case_row_person"))
"""What tells nothing by itself; who stands in which row of a record is told with the record."""
_OWN = ("resident", "volunteer", "staff", "booking", "rating_rater")
_FIRST = frozenset(("day", "at", "session_code", "state", "status", "event", "result"))
"""When and what, of a row among many."""
_LAST = frozenset(
    (
        "id",
        "key",
        "registration_id",
        "resident_id",
        "volunteer_no",
        "staff_no",
        "revision",
        "changed_at",
        "nonce",
        "code_hash",
    )
)
"""What only the program goes by stands last: a window of 80 columns cuts the end off."""
_CODED = frozenset(("plain", "consent", "trait", "identifier"))
_CODE = re.compile("[a-z][a-z_]+")
_INSTANT = re.compile(r"(?:^|_)at$|^offer_until$")


@dataclass(frozen=True)
class Section:
    """One table's rows of a person: the columns in words and what stands in them; `total` is how many there are."""

    subject: Subject
    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int

    @property
    def title(self) -> str:
        """What the table is called."""
        return table_words(self.table)


@dataclass(frozen=True)
class PersonData:
    """All that the file has of one person; `same` are other entries of the same person, whose sections are not here
    unless they were asked for too.
    """

    name: str
    phone: str
    sections: tuple[Section, ...]
    same: tuple[Found, ...]
    erased: bool


@allowed("reader")
def show(context: Context, subjects: Sequence[Subject]) -> PersonData:
    """Everything of one person, names and phones masked. Raises PrivacyError `unknown_person`."""
    return _gathered(context, subjects, MOST_ROWS, clear=False)


@allowed("writer")
def unmask(context: Context, subjects: Sequence[Subject]) -> PersonData:
    """The same in clear; that it was looked at is logged. Raises PrivacyError `unknown_person`."""
    for one in subjects:
        with context.change("person.unmask", str(one)) as connection:
            of_cases.seal_again(context, connection)
            person(context, one)
    return _gathered(context, subjects, MOST_ROWS, clear=True)


def _gathered(context: Context, subjects: Sequence[Subject], most: int, *, clear: bool) -> PersonData:
    with context.database.reading() as connection:
        people = [person(context, one) for one in dict.fromkeys(subjects)]
        if not people:
            raise PrivacyError("nobody_chosen")
        sections = [one for each in people for one in _sections(context, connection, each, most, clear=clear)]
        own = {one.subject for one in people}
        same = dict.fromkeys(one for each in people for one in same_person(context, each) if one.subject not in own)
        first = people[0]
        return PersonData(
            first.names[0] if clear and first.names else first.masked,
            (first.phones[0] if first.phones else "") if clear else first.masked_phone,
            tuple(sections),
            tuple(same),
            first.erased,
        )


def _sections(
    context: Context, connection: sqlite3.Connection, found: Person, most: int, *, clear: bool
) -> list[Section]:
    kind, ref = found.subject.kind, whole(context, found)
    made = list[Section]()
    for link in links(kind):
        total = 0 if link.table in _NOBODYS else count(connection, kind, ref, link)
        if not total:
            continue
        if of_cases.is_told_here(found.subject, link.table):
            in_cases = of_cases.told(context, connection, found.subject, link, most, clear=clear)
            made.append(Section(found.subject, *in_cases))
            continue
        read = rows(connection, kind, ref, link, most)
        shown = [name for name in read[0].keys() if COLUMNS[link.table].get(name, "plain") not in _LEFT_OUT]  # noqa: SIM118
        first = frozenset() if link.table in _OWN else _FIRST
        shown.sort(key=lambda name: (name not in first, name in _LAST))
        said = _Sayer(context, link.table, clear=clear)
        lines = [tuple(said(name, row[name]) for name in shown) for row in read]
        # A column in which nothing stands tells nothing.
        told = [place for place in range(len(shown)) if any(line[place] for line in lines)]
        made.append(
            Section(
                found.subject,
                link.table,
                tuple(column_words(link.table, shown[place]) for place in told),
                tuple(tuple(line[place] for place in told) for line in lines),
                total,
            )
        )
    return sorted(made, key=lambda one: one.table not in _OWN)


class _Sayer:
    """How what stands in a column is said: phones unsealed, instants as the centre's wall clock shows them, all of it
    masked unless it is wanted in clear.
    """

    def __init__(self, context: Context, table: str, *, clear: bool) -> None:
        self._context, self._table, self._kinds, self._clear = context, table, COLUMNS[table], clear

    def __call__(self, column: str, value: Any) -> str:
        kind = self._kinds.get(column, "plain")
        if value is None or value == "":
            return ""
        if kind == "phone_cipher":
            phone = self._context.keys.unseal(value)
            return phone if self._clear else mask_phone(phone)
        if isinstance(value, bytes):
            return value.hex()[:16] if kind == "identifier" else f"{len(value)} B"
        if isinstance(value, int) and _INSTANT.search(column) and value > 10_000_000_000:
            return f"{self._context.local(value):%Y-%m-%d %H:%M}"
        if (self._table, column) == ("consent_event", "purposes"):
            named = tuple(json.loads(value))
            return purposes_words(named) if named else ""
        coded = kind in _CODED or (self._table, column) in KEPT_WORDS
        if coded and isinstance(value, str) and _CODE.fullmatch(value):
            return code_words(column, value)
        return self._words(kind, str(value))

    def _words(self, kind: str, text: str) -> str:
        if self._clear or text == ERASED:
            return text
        if kind in ("name", "staff_name"):
            return mask_name(text)
        if kind == "birth":
            # As `mechanisms.md` §11.5 has it: the year alone.
            return text[:4] if len(text) >= 4 else "..."
        return mask_numbers(text) if kind in ("free_text", "document", "address") else text


@allowed("manager")
def export(
    context: Context, subjects: Sequence[Subject], out: Path, reason: str, *, approver: Approver | None = None
) -> list[Path]:
    """Write everything of one person in clear to hand over: a workbook at `out`, and beside it the same as JSON, under
    a name that no file has yet; the paths of both. The audit log has who, of whom and why.

    Raises PrivacyError `bad_reason`, `unknown_person`, `write_failed`, and what the second person's approval raises.
    """
    from frontdesk.access import service as access

    why = read_reason(reason)
    named = " ".join(str(person(context, one).subject) for one in dict.fromkeys(subjects))
    approval = access.approved(context, "unmask_export", named, approver)
    if of_cases.waits_to_be_sealed(context):
        with context.database.write() as connection:
            of_cases.seal_again(context, connection)
    found = _gathered(context, subjects, -1, clear=True)
    workbook = _workbook(context, found)
    other = _beside(out)

    def noted() -> None:
        with context.change("person.exported", named, reason=why, **approval.detail) as connection:
            approval.use(context, connection)
            context.require_manager()

    try:
        write_whole(out, workbook, noted, private=True)
        said = json.dumps(as_json(found), ensure_ascii=False, indent=2) + "\n"
        write_whole(other, said.encode(), private=True)
    except OSError as failure:
        raise PrivacyError("write_failed", path=str(out), reason=failure.strerror or str(failure)) from failure
    return [out, other]


def _beside(out: Path) -> Path:
    """Where the JSON goes: of the name of the workbook, with a number where a file stands that nobody spoke of."""
    number, path = 1, out.with_suffix(".json")
    while path.name.casefold() == out.name.casefold() or path.exists():
        number += 1
        path = out.with_name(f"{out.stem}-{number}.json")
    return path


def in_clear(context: Context, what: str, reason: str, approver: Approver | None) -> tuple[Approval, dict[str, object]]:
    """For every export that holds names or phones in clear: that a second person agrees where the setting asks, and
    what the audit entry of the export says besides. `what` names the export, as `residents`; the reason may be ''.

    Raises PrivacyError `bad_reason`, and what `access.service.approved` raises.
    """
    from frontdesk.access import service as access

    why = {"reason": read_reason(reason)} if reason.strip() else {}
    approval = access.approved(context, "unmask_export", f"export/{what}", approver)
    return approval, {**why, **approval.detail}


def read_reason(text: str) -> str:
    """Why data are shown or written in clear. Raises PrivacyError `bad_reason`, DeskError `long_number`."""
    try:
        why = short_line(refuse_long_number(text), LONGEST_REASON)
    except (LongLine, ValueError):
        raise PrivacyError("bad_reason", limit=LONGEST_REASON) from None
    if not why:
        raise PrivacyError("bad_reason", limit=LONGEST_REASON)
    return why


def as_json(found: PersonData) -> dict[str, Any]:
    """All of it as JSON: a list of sections with their rows as objects."""
    return {
        "name": found.name,
        "phone": found.phone,
        "erased": found.erased,
        "same_person": [str(one.subject) for one in found.same],
        "sections": [
            {
                "person": str(one.subject),
                "table": one.table,
                "title": one.title,
                "total": one.total,
                "rows": [dict(zip(one.columns, row, strict=True)) for row in one.rows],
            }
            for one in found.sections
        ],
    }


def _workbook(context: Context, found: PersonData) -> bytes:
    from frontdesk.common.tablebook import TableBook
    from frontdesk.common.workbook import Column
    from frontdesk.locale import t

    heading = t("privacy.sheet.title")
    under = t("privacy.sheet.as_of", centre=context.centre.name, day=context.today().isoformat())
    book = TableBook(heading, context.centre.name, context.now())
    for section in found.sections:
        columns = [Column(one) for one in section.columns]
        book.add(section.title, under, columns, section.rows, title=f"{heading} {section.title}")
    return book.content()

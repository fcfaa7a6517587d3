"""Plan, sign-ups and attendance go out as workbooks, are edited in WPS or Excel, and come back."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from db.errors import NothingWritten
from frontdesk.activities.exchange.errors import ExchangeError
from frontdesk.activities.exchange.form import IDENTITY, Field, Kind, Mode, Sealer, SheetForm, SheetLine
from frontdesk.activities.exchange.parties import ATTENDANCE, SIGN_UPS, Attendance, SignUps
from frontdesk.activities.exchange.plan import PLAN, Plan
from frontdesk.activities.exchange.reading import BackRow, BackSheet, by_rule, conflict, read_back
from frontdesk.activities.exchange.register import Register, Scope, SheetRemark
from frontdesk.activities.signup.settling import settle_due
from frontdesk.common.names import mask_name
from frontdesk.common.phones import mask_phone
from frontdesk.common.wholefile import write_whole
from frontdesk.context import Context
from frontdesk.errors import CodedError, DeskError
from frontdesk.locale import t, words_for
from frontdesk.permission import allowed
from frontdesk.sheets.cells import CellRefused
from frontdesk.sheets.outcome import ImportOutcome, Rejection, Remark, RowChange
from frontdesk.sheets.reader import read_bytes

if TYPE_CHECKING:
    from frontdesk.access.service import Approver

FORMS: dict[Kind, SheetForm] = {"sessions": PLAN, "signups": SIGN_UPS, "attendance": ATTENDANCE}
_REGISTERS: dict[Kind, Callable[[Context, sqlite3.Connection], Register]] = {
    "sessions": Plan,
    "signups": SignUps,
    "attendance": Attendance,
}


@allowed("shown", partly=("auditor", "command"))
def export_sheet(
    context: Context,
    kind: Kind,
    scope: Scope,
    out: Path,
    *,
    full: bool = False,
    reason: str = "",
    approver: Approver | None = None,
) -> int:
    """Write the sheet of a kind to `out`, whole or not at all; how many rows it has.

    Names and phones are masked unless `full`: that they were written out in clear is logged, with how many rows and the
    reason, and is for those who may write. Raises ExchangeError `export_failed`, ActivityError `unknown_session`, and
    in full what `privacy.service.in_clear` raises.
    """
    mode: Mode = "full" if full and kind != "sessions" else "masked"
    span = scope.code or (f"{scope.first}" if scope.first == scope.last else f"{scope.first} – {scope.last}")
    if mode == "full":
        context.require_writer()
        from frontdesk.privacy.service import in_clear

        approval, besides = in_clear(context, export_name(kind, scope), reason, approver)
    from frontdesk.activities.exchange.writing import workbook_of

    with context.database.reading() as connection:
        register = _REGISTERS[kind](context, connection)
        lines = register.lines(scope, mode)
        choices = register.choices()
    content = workbook_of(
        FORMS[kind],
        lines,
        mode=mode,
        sealer=Sealer(context.keys.fingerprint),
        batch=secrets.token_hex(4),
        owner=context.centre.name,
        created=context.now(),
        subtitle=t("exchange.subtitle", span=span, day=context.today().isoformat()),
        choices=choices,
    )

    def noted() -> None:
        if mode == "full":
            said = {"rows": len(lines), "span": span, **besides}
            with context.change("activities.sheet_exported", kind, **said) as connection:
                approval.use(context, connection)

    try:
        write_whole(out, content, noted, private=True)
    except OSError as error:
        raise ExchangeError("export_failed", path=str(out), reason=error.strerror or str(error)) from error
    return len(lines)


def export_name(kind: Kind, scope: Scope) -> str:
    """What a sheet in full is called where a second person agrees to it."""
    return f"{kind} {scope.code or f'{scope.first}/{scope.last}'}"


@dataclass
class _Tally:
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    preview: list[RowChange] = field(default_factory=list)


@allowed("writer")
def import_sheet(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take a sheet back that went out here; see `take_back`. Raises ExchangeError `not_ours` for any other."""
    found = take_back(context, path, dry_run=dry_run)
    if found is None:
        raise ExchangeError("not_ours")
    return found


@allowed("writer")
def take_back(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome | None:
    """Change what was edited in a sheet that went out here, and nothing else; None for a file that is none of ours.

    One transaction and one audit entry `exchange.<kind>` for the file: with any rejected cell nothing is written. A
    cell that nobody edited says nothing, whatever another window has made of it meanwhile; one that was edited here and
    there, otherwise, is rejected as `conflict`. A row that is missing deletes nothing. A row without a name of its own
    is a new session, or signs somebody up by the rules of the desk.

    Raises SheetError, DatabaseError, and DeskError `operator_required` or `auditor_reads_only`.
    """
    context.require_writer()
    content = read_bytes(path)
    sheet = read_back(path, content, FORMS, Sealer(context.keys.fingerprint))
    if sheet is None:
        return None
    if not dry_run and sheet.form.kind == "signups":
        settle_due(context)
    tally = _Tally(rejected=list(sheet.rejected))
    try:
        with context.database.write() as connection:
            context.confirm_operator(connection)
            _take(context, connection, sheet, tally)
            if tally.rejected or dry_run:
                raise NothingWritten
            # Not by its name, which may be that of a person.
            fingerprint = context.keys.fingerprint(f"file:{blake2b(content, digest_size=32).hexdigest()}").hex()
            counts = {"read": sheet.table.read, "added": tally.added, "changed": tally.changed}
            context.note(connection, f"exchange.{sheet.form.kind}", fingerprint, **counts)
    except NothingWritten:
        pass
    if tally.rejected:
        return ImportOutcome(sheet.table.read, rejected=sorted(tally.rejected, key=lambda one: one.row))
    return ImportOutcome(
        sheet.table.read,
        tally.added,
        tally.changed,
        tally.unchanged,
        remarks=tuple(tally.remarks),
        preview=tuple(tally.preview) if dry_run else (),
    )


def _take(context: Context, connection: sqlite3.Connection, sheet: BackSheet, tally: _Tally) -> None:
    """Merge first, every row against what was stored before the file, then do what is left to do."""
    register = _REGISTERS[sheet.form.kind](context, connection)
    changes = [(row, *_merged(register, sheet, row, tally)) for row in sheet.rows]
    for row, line, edited in changes:
        if row.seal is not None and not edited:
            tally.unchanged += 1
            continue
        try:
            with register.savepoint():
                _do(register, sheet, row, line, edited, tally)
        except (DeskError, CellRefused) as refusal:
            tally.rejected.append(_refused(sheet, row, edited, refusal))
    if sheet.missing:
        tally.remarks.append(SheetRemark("missing_rows", {"count": sheet.missing}))
    tally.remarks += register.remarks()


def _merged(
    register: Register, sheet: BackSheet, row: BackRow, tally: _Tally
) -> tuple[SheetLine | None, dict[str, Any]]:
    """How a row stands now, and what of its edits is still to be done; conflicts go to the tally."""
    if row.seal is None:
        return None, dict(row.edited)
    if not row.edited:
        return None, {}
    try:
        line = register.line(row.identity, row.mode)
    except DeskError as refusal:
        tally.rejected.append(by_rule(sheet, row, IDENTITY, refusal.code, words_for(refusal)))
        return None, {}
    if line is None:
        tally.rejected.append(sheet.reject(row, IDENTITY, "gone", area="exchange"))
        return None, {}
    sealer, seal_of = Sealer(register.context.keys.fingerprint), (row.seal.kind, row.seal.mode, row.seal.identity)
    todo: dict[str, Any] = {}
    for name, value in row.edited.items():
        one = sheet.form.by_name[name]
        now = one.of_cell(line.cells[name])
        if now == one.said(row.cells[name]):
            continue
        if sealer.checksum(seal_of, name, now) == row.seal.checksums[name]:
            todo[name] = value
        else:
            tally.rejected.append(conflict(sheet, row, one, _shown(line.cells[name])))
    return line, todo


def _do(
    register: Register, sheet: BackSheet, row: BackRow, before: SheetLine | None, edited: dict[str, Any], tally: _Tally
) -> None:
    """Have one row done, and tell what that changes."""
    if row.seal is not None:
        register.change(row.identity, edited)
        after = register.line(row.identity, row.mode)
        tally.changed += 1
        subject = before.subject if before else row.identity
    else:
        if register.is_there(edited):
            # The same file was taken in before.
            tally.unchanged += 1
            return
        if row.identity and register.line(row.identity, row.mode) is not None:
            raise ExchangeError("seal_missing")
        identity, subject = register.add(row.identity, edited)
        after = register.line(identity, row.mode)
        tally.added += 1
    fields = _differences(sheet.form, before, after)
    masked = _differences(sheet.form, before, after, masks=_MASKS)
    tally.preview.append(RowChange(row.number, subject, row.seal is None, fields, masked))


_MASKS: Mapping[str, Callable[[str], str]] = {"person": mask_name, "phone": mask_phone}
"""How words tell what must not be read over somebody's shoulder (mechanisms.md §11.5); masked already, it stays so."""


def _differences(
    form: SheetForm,
    before: SheetLine | None,
    after: SheetLine | None,
    masks: Mapping[str, Callable[[str], str]] = MappingProxyType({}),
) -> tuple[tuple[str, str, str], ...]:
    """What a row said and says, by headings, masked by the names of fields; of a new row what somebody wrote there."""
    fields = []
    for one in form.fields:
        old = _shown(before.cells[one.name]) if before else ""
        new = _shown(after.cells[one.name]) if after else ""
        if before is None and (new == "0" or not (one.editable or one.for_new)):
            continue
        if old != new:
            mask = masks.get(one.name, str)
            fields.append((one.heading, mask(old), mask(new)))
    return tuple(fields)


def _refused(sheet: BackSheet, row: BackRow, edited: dict[str, Any], refusal: CodedError | CellRefused) -> Rejection:
    column = next(iter(edited), IDENTITY) if row.seal is not None else IDENTITY
    if isinstance(refusal, CellRefused):
        return sheet.reject(row, column, refusal.reason, area="sheets", **refusal.details)
    return by_rule(sheet, row, _column_of(refusal, sheet.form.fields, column), refusal.code, words_for(refusal))


_COLUMNS = {
    "bad_phone": "phone",
    "bad_name": "person",
    "masked_name": "person",
    "missing_name": "person",
    "unknown_session": "session",
    "session_cancelled": "session",
    "not_published": "session",
    "unknown_category": "category",
    "bad_times": "span",
    "day_out_of_reach": "day",
    "attendance_moved": "day",
    "party_too_large": "party_size",
    "no_seats_for_more": "party_size",
    "bad_least_seats": "least_seats",
    "status_missing": "came",
}
"""Where a refusal of a use case belongs in the sheet."""


def _column_of(refusal: CodedError, fields: Any, otherwise: str) -> str:
    wanted = _COLUMNS.get(refusal.code)
    return wanted if wanted in {one.name for one in fields} and wanted is not None else otherwise


def _shown(cell: Any) -> str:
    return "" if cell is None else str(cell)


__all__ = ["FORMS", "Field", "Kind", "Scope", "export_sheet", "import_sheet", "take_back"]

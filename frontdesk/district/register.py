"""The register of centres: who is expected to report what, from when to when, and to which street each belongs.

What a use case writes is one transaction with one audit entry.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from frontdesk.district.errors import DistrictError
from frontdesk.district.keys import District
from frontdesk.district.store import Session
from frontdesk.sync import wire

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.sheets.outcome import ImportOutcome, Rejection
    from frontdesk.sheets.table import Table

Effect = Literal["added", "changed", "unchanged"]

KINDS = tuple(wire.KINDS.values())
"""The kinds of reports that can be expected of a centre."""

_COLUMNS = "code, name, street, district, since, until, expects"
LONGEST = 200


@dataclass(frozen=True)
class Centre:
    """A centre of the register. `since` and `until` are ISO days, both included, None without end; `expects` holds the
    kinds of reports with blanks between them.
    """

    code: str
    name: str = ""
    street: str = ""
    district: str = ""
    since: str | None = None
    until: str | None = None
    expects: str = "weekly"


def put_centre(district: District, centre: Centre, *, who: str, now_ms: int) -> Effect:
    """Add a centre, or put what is said in the place of what the register holds of it.

    Raises DistrictError `bad_centre_code`, `bad_centre` (`where`), `ends_before_it_begins`.
    """
    _check(centre)
    with district.store.writing() as session:
        effect = _put(session, centre, now_ms)
        if effect != "unchanged":
            _note(session, f"centre.{effect}", centre, who, now_ms)
    return effect


def close_centre(district: District, code: str, until: date, *, who: str, now_ms: int) -> Centre:
    """Nothing is expected of a centre after the day `until`; its reports and keys stay as they are.

    Raises DistrictError `no_such_centre`, `ends_before_it_begins`.
    """
    with district.store.writing() as session:
        known = _find(session, code)
        if known is None:
            raise DistrictError("no_such_centre", centre=code)
        closed = replace(known, until=until.isoformat())
        _check_days(closed)
        session.execute("UPDATE centre SET until = ? WHERE code = ?", (closed.until, code))
        _note(session, "centre.closed", closed, who, now_ms)
    return closed


def centres(district: District, *, street: str | None = None) -> list[Centre]:
    """The register, or a street's part of it, by street and code."""
    with district.store.reading() as session:
        rows = session.rows(
            f"SELECT {_COLUMNS} FROM centre WHERE CAST(? AS TEXT) IS NULL OR street = ? ORDER BY street, code",
            (street, street),
        )
    return [Centre(**row) for row in rows]


def is_described(district: District, code: str) -> bool:
    """Whether the register says what the centre with this code is called; one that only got a code is there without."""
    with district.store.reading() as session:
        found = _find(session, code)
    return found is not None and bool(found.name)


def import_centres(district: District, path: Path, *, who: str, now_ms: int, dry_run: bool = False) -> ImportOutcome:
    """Take in a list of centres from .xlsx or .csv: all rows or, with any that cannot be taken, none.

    The key is the code. A blank cell leaves what is there; centres that are not in the list stay. Raises SheetError.
    """
    table = _read(path)
    with (district.store.reading if dry_run else district.store.writing)() as session:
        outcome, wanted = _compared(session, table)
        if not dry_run and outcome.added + outcome.changed:
            for centre in wanted:
                _put(session, centre, now_ms)
            effects = {"added": outcome.added, "changed": outcome.changed, "unchanged": outcome.unchanged}
            session.audit(at=now_ms, who=who, action="centres.imported", details=json.dumps(effects))
    return outcome


def _compared(session: Session, table: Table) -> tuple[ImportOutcome, list[Centre]]:
    """What a list comes to, and its centres as they are to be; none where a row cannot be taken."""
    from frontdesk.sheets.outcome import ImportOutcome, Remark

    rejected = list(table.rejected)
    effects: dict[Effect, int] = {"added": 0, "changed": 0, "unchanged": 0}
    known = {row["code"]: Centre(**row) for row in session.rows(f"SELECT {_COLUMNS} FROM centre")}
    wanted = []
    for row in table.rows:
        before = known.get(row["code"]) or Centre(row["code"])
        said = {name: value for name, value in row.values.items() if value is not None}
        after = Centre(**{**asdict(before), **{name: _as_kept(value) for name, value in said.items()}})
        problem = _problem(after)
        if problem == "expects":
            rejected.append(table.reject(row, problem, "not_one_of", area="sheets", choices=", ".join(KINDS)))
        elif problem:
            rejected.append(table.reject(row, problem, "bad_code", area="sheets"))
        elif _ends_early(after):
            rejected.append(table.reject(row, "until", "ends_early", area="district", since=after.since))
        effects["added" if row["code"] not in known else "unchanged" if after == before else "changed"] += 1
        wanted.append(after)
    if rejected:
        return ImportOutcome(table.read, rejected=sorted(rejected, key=_row_of)), []
    remarks = [Remark("unknown_columns", {"columns": ", ".join(table.others)})] if table.others else []
    counted = ImportOutcome(table.read, effects["added"], effects["changed"], effects["unchanged"], remarks=remarks)
    return counted, wanted


def _row_of(rejection: Rejection) -> int:
    return rejection.row


def _read(path: Path) -> Table:
    from frontdesk.sheets import cells
    from frontdesk.sheets.table import Column, read_table

    columns = (
        Column("code", ["中心编号", "编号", "code"], reader=cells.read_code(64)),
        Column("name", ["中心名称", "名称", "name"], reader=cells.read_text(LONGEST)),
        Column("street", ["街镇", "街道", "street"], reader=cells.read_text(LONGEST)),
        Column("district", ["区", "district"], required=False, reader=cells.read_text(LONGEST)),
        Column("since", ["启用日期", "since"], required=False, reader=cells.read_day()),
        Column("until", ["停用日期", "until"], required=False, reader=cells.read_day()),
        Column("expects", ["报送种类", "expects"], required=False, reader=cells.read_text(LONGEST)),
    )
    return read_table(path, columns, unique=["code"])


def _as_kept(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else " ".join(str(value).split())


def _put(session: Session, centre: Centre, now_ms: int) -> Effect:
    known = _find(session, centre.code)
    if known == centre:
        return "unchanged"
    session.know_centre(centre.code, now_ms)
    session.execute(
        "UPDATE centre SET name = ?, street = ?, district = ?, since = ?, until = ?, expects = ? WHERE code = ?",
        (centre.name, centre.street, centre.district, centre.since, centre.until, centre.expects, centre.code),
    )
    return "added" if known is None else "changed"


def _find(session: Session, code: str) -> Centre | None:
    row = session.one(f"SELECT {_COLUMNS} FROM centre WHERE code = ?", (code,))
    return Centre(**row) if row else None


def _note(session: Session, action: str, centre: Centre, who: str, now_ms: int) -> None:
    details = json.dumps(asdict(centre), ensure_ascii=False)
    session.audit(at=now_ms, who=who, action=action, centre=centre.code, subject=centre.code, details=details)


def _check(centre: Centre) -> None:
    problem = _problem(centre)
    if problem == "code":
        raise DistrictError("bad_centre_code", code=centre.code[:64])
    if problem:
        raise DistrictError("bad_centre", where=problem)
    _check_days(centre)


def _check_days(centre: Centre) -> None:
    if _ends_early(centre):
        raise DistrictError("ends_before_it_begins", centre=centre.code, since=centre.since, until=centre.until)


def _ends_early(centre: Centre) -> bool:
    # Days are ISO texts of one length: their order is that of the days.
    return centre.since is not None and centre.until is not None and centre.until < centre.since


def _problem(centre: Centre) -> str:
    """The field that is not as it must be; "" when all are."""
    if not 0 < len(centre.code) <= 64 or not centre.code.isprintable() or any(one.isspace() for one in centre.code):
        return "code"
    for name in ("name", "street", "district"):
        said: str = getattr(centre, name)
        if len(said) > LONGEST or not said.isprintable():
            return name
    return "" if set(centre.expects.split()) <= set(KINDS) else "expects"

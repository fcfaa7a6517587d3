"""A store carried over into another one, of either engine: all of it in one transaction, read back before it counts.

What cannot be made a second time goes over as it is: the sealed bytes of reports, receipts, signed documents, keys,
the hashes of codes and passwords, and every entry of the audit under its number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from frontdesk.district.errors import DistrictError
from frontdesk.district.store.migrations import m0002_district
from frontdesk.district.store.records import Store
from frontdesk.district.store.session import Row, Session, Value
from frontdesk.sync import wire

AT_ONCE = 100
"""Rows in the memory at a time: a report has a megabyte at most, and a few thousand bytes as a rule."""


class Table(NamedTuple):
    """A table and the columns that tell its rows apart."""

    name: str
    key: tuple[str, ...]


TABLES = (
    Table("centre", ("code",)),
    Table("centre_key", ("key_id",)),
    Table("enrolment_code", ("code_hash",)),
    Table("report", ("centre", "report_id")),
    Table("period_lock", ("lock_id",)),
    Table("exemption", ("exemption_id",)),
    Table("indicator_edition", ("edition",)),
    Table("indicator_assignment", ("centre", "indicator")),
    Table("document", ("document_id",)),
    Table("document_centre", ("document_id", "centre")),
    Table("document_reading", ("centre", "document_id")),
    Table("district_key", ("key_id",)),
    Table("district_setting", ("name",)),
    Table("account", ("name",)),
    Table("wrong_password", ("number",)),
    Table("web_session", ("token_hash",)),
    Table("audit", ("number",)),
)
"""Every table of the schema; one that others refer to stands before them."""

NUMBERED = ("wrong_password", "audit")
"""The tables whose numbers the engine gives."""

Told = Callable[[str, int], None]


@dataclass(frozen=True)
class Copied:
    """What was carried over: how many rows of each table, and the SHA-256 (hex) over all the reports, the same in both
    stores.
    """

    rows: Mapping[str, int]
    reports_hash: str


@dataclass(frozen=True)
class _Counted:
    rows: int
    digest: str


def copy_store(source: Store, target: Store, *, who: str, now_ms: int, told: Told | None = None) -> Copied:
    """Carry everything over from one store into another that is empty; `told` hears of each table that is over.

    All of it counts or nothing does: the copy is read back and compared before its transaction ends. Whatever serves
    the old store is to be stopped before. Raises DistrictError `target_not_empty` (`table`), `copy_differs` (`table`),
    and `still_written` where something was written to the old store meanwhile.
    """
    with target.writing() as into:
        _check_empty(into)
        if into.dialect == "sqlite":
            # The entries of the reports that come are among those that come.
            into.execute("DROP TRIGGER report_is_audited")
        with source.reading() as session:
            found = {table.name: _carry(session, into, table, told) for table in TABLES}
            before = _written(session)
        for table in TABLES:
            if _counted(into, table) != found[table.name]:
                raise DistrictError("copy_differs", table=table.name)
        if into.dialect == "sqlite":
            into.execute(m0002_district.REPORT_IS_AUDITED)
        else:
            _go_on_numbering(into)
        rows = {name: one.rows for name, one in found.items()}
        details = json.dumps({"reports": rows["report"], "reports_hash": found["report"].digest})
        into.audit(at=now_ms, who=who, action="store.copied", details=details)
        with source.reading() as session:
            if _written(session) != before:
                raise DistrictError("still_written")
    return Copied(rows, found["report"].digest)


def _check_empty(session: Session) -> None:
    for table in TABLES:
        if session.one(f"SELECT 1 AS found FROM {table.name} LIMIT 1") is not None:
            raise DistrictError("target_not_empty", table=table.name)


def _written(session: Session) -> Row | None:
    """How far the audit has come: what is accepted, issued or changed has an entry. Numbers may be given before an
    earlier one is kept.
    """
    return session.one("SELECT count(*) AS entries, max(number) AS last FROM audit")


def _carry(source: Session, target: Session, table: Table, told: Told | None) -> _Counted:
    counted, digest = 0, hashlib.sha256()
    for rows in _batches(source, table):
        columns = tuple(rows[0])
        marks = f"({', '.join('?' * len(columns))})"
        target.execute(
            f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES {', '.join([marks] * len(rows))}",
            tuple(chain.from_iterable(row.values() for row in rows)),
        )
        counted += len(rows)
        for row in rows:
            digest.update(_canonical(row))
    if told is not None:
        told(table.name, counted)
    return _Counted(counted, digest.hexdigest())


def _counted(session: Session, table: Table) -> _Counted:
    """What a table holds. Raises DistrictError `copy_differs` for a report whose bytes are not those of its address."""
    counted, digest = 0, hashlib.sha256()
    for rows in _batches(session, table):
        counted += len(rows)
        for row in rows:
            digest.update(_canonical(row))
            sealed = row.get("sealed")
            if isinstance(sealed, bytes) and wire.content_hash(sealed) != row["content_hash"]:
                raise DistrictError("copy_differs", table=table.name)
    return _Counted(counted, digest.hexdigest())


def _batches(session: Session, table: Table) -> Iterator[list[dict[str, Value]]]:
    """All rows of a table, some at a time, in the order of their keys, which is the same on both engines."""
    key = ", ".join(table.key)
    after = ""
    params: tuple[Value, ...] = ()
    while True:
        rows = session.rows(f"SELECT * FROM {table.name}{after} ORDER BY {key} LIMIT {AT_ONCE}", params)
        if not rows:
            return
        yield [dict(row) for row in rows]
        after = f" WHERE ({key}) > ({', '.join('?' * len(table.key))})"
        params = tuple(rows[-1][name] for name in table.key)


def _canonical(row: Mapping[str, Value]) -> bytes:
    said = {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}
    return json.dumps(said, sort_keys=True).encode() + b"\n"


def _go_on_numbering(session: Session) -> None:
    """Let the next numbers that the engine gives be those after the highest that came."""
    for name in NUMBERED:
        session.one(
            f"SELECT setval(pg_get_serial_sequence('{name}', 'number'), max(number)) FROM {name} HAVING max(number) > 0"
        )

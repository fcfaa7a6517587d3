"""A session on the store: one SQL for both engines, with `?` where a value goes.

What a room writes is SQL that SQLite (3.35 and later) and PostgreSQL read alike; the few places where they differ have
a helper here. Texts compare by code point on both. Values are str, int, bytes or None. PostgreSQL must be able to tell
a parameter's type from where it stands: write `CAST(? AS TEXT) IS NULL`, not `? IS NULL`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, fields
from typing import Any, Literal, Protocol

from frontdesk.district.store.records import CentreKey, CentreStatus, EnrolmentCode, StoredReport

Dialect = Literal["sqlite", "postgresql"]
ValueType = Literal["text", "int", "bytes"]
ValueField = Literal["i", "c", "v", "n", "d"]
VALUE_FIELDS: tuple[ValueField, ...] = ("i", "c", "v", "n", "d")
"""Of a value in a report: indicator, category, value, or numerator and denominator."""
Row = Mapping[str, Any]
Value = str | int | bytes | None


class Cursor(Protocol):
    """What the session needs of a driver's cursor."""

    @property
    def rowcount(self) -> int:
        """How many rows the statement changed."""

    def fetchall(self) -> list[Any]:
        """Every row of the answer."""

    def fetchone(self) -> Any:
        """The next row of the answer, or None."""


class Session:
    """One transaction on the store; each engine says how a statement is run."""

    dialect: Dialect

    def _run(self, sql: str, params: Sequence[Value]) -> Cursor:
        raise NotImplementedError

    def rows(self, sql: str, params: Sequence[Value] = ()) -> list[Row]:
        """Every row that the query finds, each as a mapping from column to value."""
        found: list[Row] = self._run(sql, params).fetchall()
        return found

    def one(self, sql: str, params: Sequence[Value] = ()) -> Row | None:
        """The first row that the query finds, or None. A statement with RETURNING is a query too."""
        row: Row | None = self._run(sql, params).fetchone()
        return row

    def execute(self, sql: str, params: Sequence[Value] = ()) -> int:
        """Run a statement; how many rows it changed."""
        return self._run(sql, params).rowcount

    def insert(self, table: str, values: Mapping[str, Value]) -> None:
        """Add one row to `table`. The names are the program's own, never anybody's input."""
        marks = ", ".join("?" * len(values))
        self._run(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))

    def values_in(self, column: str, alias: str) -> str:
        """A piece of FROM: each value of a report as `alias`, from `column`, which is as `figures.as_json` writes it.

        `SELECT {session.value_field("f", "i")} FROM report r {session.values_in("r.figures", "f")}`.
        """
        raise NotImplementedError

    def value_field(self, alias: str, field: ValueField) -> str:
        """The expression for one field of a value of `values_in`; NULL where the value has none."""
        raise NotImplementedError

    @classmethod
    def local_day(cls, instant: str) -> str:
        """The expression for the district's day of an instant, which is an expression itself, as ISO text."""
        raise NotImplementedError

    @classmethod
    def typed(cls, kind: ValueType) -> str:
        """A mark for a value of this type, for where an engine cannot tell it: in the list of a SELECT."""
        raise NotImplementedError

    def audit(
        self, *, at: int, who: str, action: str, centre: str = "", subject: str = "", details: str = "{}"
    ) -> None:
        """Keep that somebody changed, or took out, something; one entry for each change.

        `who` is an account, `centre:<code>` or `system`; `details` JSON without any content of personal detail.
        """
        values: Row = {"at": at, "who": who, "action": action, "centre": centre, "subject": subject, "details": details}
        self.insert("audit", values)

    def keep_report(self, statement: str, values: Sequence[Value]) -> bool:
        """Run the statement that accepts a report, with its audit entry; whether it kept one."""
        raise NotImplementedError

    def keep_reports(self, statement: str, rows: Sequence[Sequence[Value]]) -> list[bool]:
        """Run that statement for each of several reports, in their order; whether each was kept."""
        return [self.keep_report(statement, values) for values in rows]

    def find_key(self, key_id: str) -> CentreKey | None:
        """The centre's key with this id."""
        row = self.one(f"SELECT {KEY_COLUMNS} FROM centre_key WHERE key_id = ?", (key_id,))
        return CentreKey(**row) if row else None

    def is_replaced(self, centre: str, key_id: str) -> bool:
        """Whether the centre itself put another key in the place of this one."""
        where = (centre, key_id)
        return self.one("SELECT 1 AS found FROM centre_key WHERE centre = ? AND replaces = ?", where) is not None

    def add_key(self, centre_key: CentreKey) -> None:
        """Keep a new key."""
        self._insert_record("centre_key", KEY_COLUMNS, astuple(centre_key))

    def revoke_key(self, key_id: str, at: int) -> None:
        """Mark a key as revoked; the first time counts."""
        self.execute("UPDATE centre_key SET revoked_at = ? WHERE key_id = ? AND revoked_at IS NULL", (at, key_id))

    def find_code(self, code_hash: str) -> EnrolmentCode | None:
        """The one-time code with this hash."""
        row = self.one(f"SELECT {CODE_COLUMNS} FROM enrolment_code WHERE code_hash = ?", (code_hash,))
        return EnrolmentCode(**row) if row else None

    def add_code(self, code: EnrolmentCode) -> None:
        """Keep a new code, withdraw the centre's unused older ones, and know the centre from now on."""
        self.know_centre(code.centre, code.issued_at)
        self.execute(
            "UPDATE enrolment_code SET withdrawn_at = ? "
            "WHERE centre = ? AND used_key_id IS NULL AND withdrawn_at IS NULL",
            (code.issued_at, code.centre),
        )
        self._insert_record("enrolment_code", CODE_COLUMNS, astuple(code))

    def know_centre(self, code: str, at: int) -> None:
        """Add the centre to the register unless it stands there: its name and street are filled in later."""
        self.execute("INSERT INTO centre (code, added_at) VALUES (?, ?) ON CONFLICT (code) DO NOTHING", (code, at))

    def consume_code(self, code_hash: str, key_id: str) -> None:
        """Mark a code as used by this key."""
        self.execute("UPDATE enrolment_code SET used_key_id = ? WHERE code_hash = ?", (key_id, code_hash))

    def find_by_content(self, content_hash: str, centre: str | None = None) -> StoredReport | None:
        """The report with exactly these bytes; quicker when its centre is named."""
        where, params = ("", (content_hash,)) if centre is None else (" AND centre = ?", (content_hash, centre))
        return self._report(f"content_hash = ?{where}", params)

    def find_by_identity(self, centre: str, report_id: str) -> StoredReport | None:
        """The report with this identity."""
        return self._report("centre = ? AND report_id = ?", (centre, report_id))

    def revisions(self, centre: str, period: str) -> list[StoredReport]:
        """Every revision that arrived for a period, the highest first; the highest is the visible one."""
        rows = self.rows(
            f"SELECT {REPORT_COLUMNS} FROM report WHERE centre = ? AND period = ? ORDER BY revision DESC",
            (centre, period),
        )
        return [StoredReport(**row) for row in rows]

    def centres(self) -> list[CentreStatus]:
        """Every centre that was given a code, by code; the latest period is the one that ended last."""
        rows = self.rows(
            """
            SELECT centre,
                   (SELECT min(enrolled_at) FROM centre_key k
                     WHERE k.centre = known.centre AND k.revoked_at IS NULL) AS enrolled_at,
                   (SELECT count(*) FROM report r WHERE r.centre = known.centre) AS reports,
                   (SELECT period FROM report r WHERE r.centre = known.centre
                     ORDER BY last_day DESC, received_at DESC LIMIT 1) AS latest_period,
                   (SELECT max(received_at) FROM report r WHERE r.centre = known.centre) AS latest_received_at
              FROM (SELECT centre FROM enrolment_code UNION SELECT centre FROM centre_key) AS known
             ORDER BY centre
            """
        )
        return [CentreStatus(**row) for row in rows]

    def _report(self, where: str, params: tuple[Value, ...]) -> StoredReport | None:
        row = self.one(f"SELECT {REPORT_COLUMNS} FROM report WHERE {where}", params)
        return StoredReport(**row) if row else None

    def _insert_record(self, table: str, columns: str, values: tuple[Value, ...]) -> None:
        self.insert(table, dict(zip(columns.split(", "), values, strict=True)))


REPORT_COLUMNS = ", ".join(field.name for field in fields(StoredReport))
KEY_COLUMNS = ", ".join(field.name for field in fields(CentreKey))
CODE_COLUMNS = ", ".join(field.name for field in fields(EnrolmentCode))

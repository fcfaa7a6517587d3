"""What the district keeps, behind a protocol, so that another database can hold it later."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from frontdesk.district.errors import DistrictError

SQLITE_PREFIX = "sqlite:///"


@dataclass(frozen=True)
class CentreKey:
    """A centre's key. `confirmation` answered its enrolment; instants are in UTC milliseconds."""

    key_id: str
    centre: str
    verify_key: bytes
    enrolled_at: int
    confirmation: bytes
    revoked_at: int | None = None


@dataclass(frozen=True)
class EnrolmentCode:
    """A one-time code, known by its hash only. `withdrawn_at` is set when a newer one was issued."""

    code_hash: str
    centre: str
    issued_at: int
    used_key_id: str | None = None
    withdrawn_at: int | None = None


@dataclass(frozen=True)
class StoredReport:
    """One accepted revision: the exact sealed bytes, their body, and the receipt that answered them."""

    centre: str
    report_id: str
    kind: str
    period: str
    last_day: str
    revision: int
    schema_version: int
    key_id: str
    content_hash: str
    received_at: int
    sealed: bytes
    body: bytes
    receipt: bytes


@dataclass(frozen=True)
class CentreStatus:
    """How far a centre has come: since when it is enrolled, and what arrived."""

    centre: str
    enrolled_at: int | None
    reports: int
    latest_period: str | None
    latest_received_at: int | None


class StoreSession(Protocol):
    """One transaction on the store."""

    def find_key(self, key_id: str) -> CentreKey | None:
        """The centre's key with this id."""

    def add_key(self, centre_key: CentreKey) -> None:
        """Keep a new key."""

    def revoke_key(self, key_id: str, at: int) -> None:
        """Mark a key as revoked."""

    def find_code(self, code_hash: str) -> EnrolmentCode | None:
        """The one-time code with this hash."""

    def add_code(self, code: EnrolmentCode) -> None:
        """Keep a new code and withdraw the centre's unused older ones."""

    def consume_code(self, code_hash: str, key_id: str) -> None:
        """Mark a code as used by this key."""

    def find_by_content(self, content_hash: str) -> StoredReport | None:
        """The report with exactly these bytes."""

    def find_by_identity(self, centre: str, report_id: str) -> StoredReport | None:
        """The report with this identity."""

    def revisions(self, centre: str, period: str) -> list[StoredReport]:
        """Every revision that arrived for a period, the highest first."""

    def add_report(self, report: StoredReport) -> None:
        """Keep an accepted report."""

    def centres(self) -> list[CentreStatus]:
        """Every centre that was given a code, by code."""


class Store(Protocol):
    """Where the district's end keeps what it accepted; safe to use from several threads."""

    def reading(self) -> AbstractContextManager[StoreSession]:
        """A session that only reads."""

    def writing(self) -> AbstractContextManager[StoreSession]:
        """One write transaction, durable when the block ends, undone when it raises."""

    def close(self) -> None:
        """Release what the store holds."""


def store_path(url: str) -> Path:
    """The file of `sqlite:///path` (`sqlite:////path` when absolute).

    Raises DistrictError `unknown_store` for another kind or without a path, `store_not_a_file` when the path is blank,
    a folder, or SQLite's name for memory: what a district has signed for must outlast it.
    """
    written = url.removeprefix(SQLITE_PREFIX)
    if written == url or not written:
        raise DistrictError("unknown_store", url=url.partition("://")[0] + "://")
    path = Path(written)
    if not written.strip() or not path.name or path.name == ":memory:" or path.is_dir():
        raise DistrictError("store_not_a_file", path=written)
    return path


def open_store(url: str, *, create: bool = False) -> Store:
    """The store at `url`. Raises DistrictError `unknown_store`, `no_store`, or DatabaseError."""
    from frontdesk.district.sqlite_store import SqliteStore

    return SqliteStore(store_path(url), create=create)

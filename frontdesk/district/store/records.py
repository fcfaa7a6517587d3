"""The records of the store that several rooms use, and what they ask of a store."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from frontdesk.sync import wire

if TYPE_CHECKING:
    from frontdesk.district.store.session import Session


@dataclass(frozen=True)
class CentreKey:
    """A centre's key. `confirmation` answered its enrolment or rotation; instants are in UTC milliseconds.

    `replaces` is the id of the key that signed the request to rotate; None for the key of an enrolment.
    """

    key_id: str
    centre: str
    verify_key: bytes
    enrolled_at: int
    confirmation: bytes
    revoked_at: int | None = None
    replaces: str | None = None


@dataclass(frozen=True)
class EnrolmentCode:
    """A one-time code, known by its hash only. `withdrawn_at` is set when a newer one was issued.

    `recipient` is the id of the district's key that was handed out with it; None where no other one ever was.
    """

    code_hash: str
    centre: str
    issued_at: int
    used_key_id: str | None = None
    withdrawn_at: int | None = None
    recipient: str | None = None


@dataclass(frozen=True)
class StoredReport:
    """One accepted revision: the exact sealed bytes, and the receipt for them.

    `channel` is how it came: `network` or `usb`. Days are ISO dates, instants UTC milliseconds.
    """

    centre: str
    report_id: str
    kind: str
    period: str
    first_day: str
    last_day: str
    revision: int
    schema_version: int
    key_id: str
    content_hash: str
    received_at: int
    channel: str
    sealed: bytes
    receipt: bytes

    @cached_property
    def body(self) -> bytes:
        """The exact bytes of its body, which are in the sealed ones."""
        return wire.sealed_body(self.sealed)


@dataclass(frozen=True)
class CentreStatus:
    """How far a centre has come: since when it is enrolled, and what arrived."""

    centre: str
    enrolled_at: int | None
    reports: int
    latest_period: str | None
    latest_received_at: int | None


class Store(Protocol):
    """Where the district's end keeps what it accepted; safe to use from several threads and processes."""

    def reading(self) -> AbstractContextManager[Session]:
        """A session that only reads, all of it from one moment."""

    def writing(self) -> AbstractContextManager[Session]:
        """One write transaction: durable when the block ends, undone when it raises.

        At most one of them runs at a time in the whole store, also among several processes; so what is read in it
        holds until it ends. Reports are not accepted in it, see `single`.
        """

    def together(self) -> AbstractContextManager[Session]:
        """One transaction for reports that come in one request: it waits for no other writer's end, and what it keeps
        is kept together or not at all. What it reads may change before it ends.
        """

    def single(self) -> AbstractContextManager[Session]:
        """A session in which each statement is a transaction by itself and waits for no other writer's end."""

    def facts(self) -> Mapping[str, str]:
        """What the engine says of itself: `engine`, `version`, `schema`, and the settings that durability rests on."""

    def close(self) -> None:
        """Release what the store holds."""

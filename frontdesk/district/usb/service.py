"""A centre's file is taken in part by part, and answered by one file: receipts, refusals, documents, confirmation.

Every part goes the way that it would go over the network. What is refused is answered by a signed refusal, so that a
file that opens is answered whatever it holds. Reports come before a change of the key that sealed them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from frontdesk.district.documents.exchange import accept_exchange
from frontdesk.district.enrolling import accept_enrolment, accept_rotation
from frontdesk.district.errors import DistrictError
from frontdesk.district.keys import District
from frontdesk.district.refusals import refusal_json, status_of
from frontdesk.district.reports.service import accept_report
from frontdesk.district.zone import ZONE
from frontdesk.errors import DatabaseError, DeskError
from frontdesk.locale import words_for
from frontdesk.sync import wire

UseCase = Callable[[District, bytes, int], bytes]


@dataclass(frozen=True)
class TakenPart:
    """One part of a file: `report`, `exchange`, `rotation` or `enrolment`.

    `code` is why it was refused and `message` the same in words; both are empty for what was taken in.
    """

    kind: str
    code: str = ""
    message: str = ""


@dataclass(frozen=True)
class UsbTaken:
    """What became of a centre's file: the answer's bytes, and its name on the stick."""

    centre: str
    parts: tuple[TakenPart, ...]
    answer: bytes
    name: str

    @property
    def reports(self) -> int:
        """How many reports were taken in, those included that were here already."""
        return sum(one.kind == "report" and not one.code for one in self.parts)

    @property
    def refused(self) -> tuple[TakenPart, ...]:
        """The parts that were refused."""
        return tuple(one for one in self.parts if one.code)


def take_usb(
    district: District, raw: bytes, now_ms: int, *, who: str = "system", street: str | None = None
) -> UsbTaken:
    """Take in a centre's file. The same file again is answered by the same receipts and refusals.

    `street` narrows it to that street's centres: a file of another one is as one of a centre that there is not. Raises
    WireFault for a file that cannot be opened, of which nobody knows who sent it; DistrictError `no_such_centre`,
    `store_unavailable`, or DatabaseError, after which the file is simply taken in again.
    """
    bundle = wire.open_usb_up(raw, district.seed_of, lambda key_id: _signer(district, key_id))
    header = bundle.header
    if street is not None:
        _check_street(district, header.centre, street)
    seed = district.seed_of(header.recipient) or district.seed
    todo: list[tuple[str, bytes, UseCase]] = []
    if bundle.enrolment is not None:
        todo.append(("enrolment", bundle.enrolment, accept_enrolment))
    todo += [("report", one, _accept_report) for one in bundle.reports]
    if bundle.exchange is not None:
        todo.append(("exchange", bundle.exchange, accept_exchange))
    if bundle.rotation is not None:
        todo.append(("rotation", bundle.rotation, accept_rotation))
    known = district.as_known_to(header.recipient)
    done = [_take(known, seed, kind, part, use_case, now_ms) for kind, part, use_case in todo]
    parts = tuple(taken for taken, _ in done)
    answer = wire.make_usb_down(
        centre=header.centre,
        bundle_id=header.bundle_id,
        made_at=now_ms,
        seed=seed,
        parts=[answered for _, answered in done],
    )
    details = {"parts": len(parts), "refused": sorted({one.code for one in parts if one.code})}
    with district.store.writing() as session:
        session.audit(
            at=now_ms,
            who=who,
            action="usb.taken",
            centre=header.centre,
            subject=header.bundle_id,
            details=json.dumps(details),
        )
    made_at = datetime.fromtimestamp(now_ms / 1000, ZONE)
    return UsbTaken(header.centre, parts, answer, wire.usb_name(header.centre, "down", made_at))


def _signer(district: District, key_id: str) -> wire.KnownKey | None:
    """The key that signs the bundle. One that is out of use opens it as well: each part is then refused by itself."""
    with district.store.single() as session:
        known = session.find_key(key_id)
    return None if known is None else wire.KnownKey(known.verify_key, known.centre)


def _check_street(district: District, centre: str, street: str) -> None:
    with district.store.reading() as session:
        row = session.one("SELECT 1 AS found FROM centre WHERE code = ? AND street = ?", (centre, street))
    if row is None:
        raise DistrictError("no_such_centre", centre=centre)


def _accept_report(district: District, raw: bytes, now_ms: int) -> bytes:
    return accept_report(district, raw, now_ms, channel="usb")


def _take(
    district: District, seed: bytes, kind: str, part: bytes, use_case: UseCase, now_ms: int
) -> tuple[TakenPart, bytes]:
    try:
        return TakenPart(kind), use_case(district, part, now_ms)
    except DatabaseError:
        raise
    except DeskError as failure:
        if failure.code == "store_unavailable":
            raise
        content = wire.content_hash(part)
        refused = wire.make_refusal(seed, content=content, status=status_of(failure), answer=refusal_json(failure))
        return TakenPart(kind, failure.code, words_for(failure)), refused

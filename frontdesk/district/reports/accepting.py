"""Taking in a sealed report: verified before the store is asked anything more than whose key it is, then kept by one
statement with its raw bytes in it. Whatever hinders it is read afterwards, when there was nothing to keep.

Of several that come at once the unique keys let one in. What the statement sees of keys, editions, locks and exemptions
is what was committed when it began: it keeps nothing that was checked against what has changed since.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from frontdesk.district.documents.publishing import no_recipient
from frontdesk.district.errors import DistrictError
from frontdesk.district.keys import District
from frontdesk.district.refusals import status_of
from frontdesk.district.reports.checking import Signer, fault_in, find_signer, known_signer
from frontdesk.district.store import Session, Value, ValueType
from frontdesk.district.store.figures import as_json
from frontdesk.errors import CodedError, DatabaseError
from frontdesk.sync import wire

TRIES = 3
"""How often a report is offered that is neither kept nor hindered: what hindered it went away in between."""

PATIENCE = 0.5
"""Seconds that a request with several reports waits for its turn to be read: many times what reading one takes."""

_turn = threading.Lock()

COLUMNS = (
    "centre, report_id, kind, period, first_day, last_day, revision, schema_version, content_hash, received_at, "
    "channel, sealed, figures, receipt"
)
_TYPES: tuple[ValueType, ...] = (
    *("text", "text", "text", "text", "text", "text", "int", "int", "text", "int"),
    *("text", "bytes", "text", "bytes"),
)
LOCKED = (
    "EXISTS (SELECT 1 FROM period_lock l WHERE l.period = ? AND l.unlocked_at IS NULL) "
    "AND NOT EXISTS (SELECT 1 FROM exemption e WHERE e.centre = ? AND e.period = ? "
    "AND e.withdrawn_at IS NULL AND (e.until IS NULL OR e.until >= ?))"
)
"""Whether a period is locked for a centre: parameters period, centre, period, instant."""

ASSIGNED = "(SELECT count(*) FROM (SELECT 1 FROM indicator_assignment a WHERE a.centre = k.centre LIMIT 1) AS one)"
"""Whether the centre of the key `k` is assigned indicators of its own: 1 or 0."""


def accept_report(district: District, raw: bytes, now_ms: int, *, channel: str = "network") -> bytes:
    """Take in a sealed report; the receipt's bytes, the very same for the same report however often it comes.

    `now_ms` is the district's clock, the only one that decides when something was received. `channel` is `network` or
    `usb`. Raises WireFault, or DistrictError `wrong_recipient`, `report_conflict`, `revision_taken` (with `next`),
    `period_locked`, `store_unavailable`.
    """
    opened, seed, signer = _opened(district, raw)
    receipt = wire.make_receipt(opened, received_at=now_ms, seed=seed)
    for _ in range(TRIES):
        fault = fault_in(district, opened, signer)
        with district.store.single() as session:
            if fault is None:
                values = _values(opened, signer, raw, receipt, now_ms, channel)
                if session.keep_report(_statement(session.typed), values):
                    return receipt
            kept = _why_not(session, opened, now_ms)
        if kept is not None:
            return kept
        present = find_signer(district, opened.header.key_id) or signer
        if fault is not None and present == signer:
            raise fault
        # The district wants other indicators than this process knew of: once more, by those.
        signer = present
    raise DistrictError("store_unavailable")


def accept_reports(district: District, raws: Sequence[bytes], now_ms: int) -> list[bytes | CodedError]:
    """Take in several reports that came in one request; for each its receipt, or the reason why it is refused.

    Each is verified by itself and kept by a statement of its own; what they wait for together is the disk. Whatever is
    not kept by that, be it here already or hindered, goes the way of a report that comes alone. Raises DatabaseError,
    or DistrictError `store_unavailable`: then nobody knows which were kept, and the same again gets the same answers.
    """
    found: list[bytes | CodedError | None] = [None] * len(raws)
    ready: list[tuple[int, tuple[Value, ...], bytes]] = []
    identities: dict[tuple[str, str], bytes] = {}
    agree = True
    with _in_turn():
        for place, raw in enumerate(raws):
            try:
                opened, seed, signer = _opened(district, raw)
                agree &= identities.setdefault((opened.header.centre, opened.header.report_id), raw) == raw
                if fault_in(district, opened, signer) is None:
                    receipt = wire.make_receipt(opened, received_at=now_ms, seed=seed)
                    values = _values(opened, signer, raw, receipt, now_ms, "network")
                    ready.append((place, values, receipt))
            except CodedError as failure:
                found[place] = _passing(failure)
    # Of reports under one identity the first has its answer before the next is looked at: they come one by one.
    kept = _kept(district, [values for _, values, _ in ready]) if agree else [False] * len(ready)
    for (place, _, receipt), is_kept in zip(ready, kept, strict=True):
        if is_kept:
            found[place] = receipt
    return [_accepted(district, raws[place], now_ms) if one is None else one for place, one in enumerate(found)]


@contextmanager
def _in_turn() -> Iterator[None]:
    """One request's reports are read at a time: threads that read beside each other hand the interpreter to and fro at
    every signature, which took half as long again as reading. Whoever waited for long goes on all the same, so that
    nobody waits for one that waits for the store.
    """
    is_ours = _turn.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if is_ours:
            _turn.release()


def _kept(district: District, rows: Sequence[Sequence[Value]]) -> Sequence[bool]:
    """Whether each of the reports was kept, all in one transaction; none was where that came to nothing."""
    if not rows:
        return ()
    try:
        with district.store.together() as session:
            return session.keep_reports(_statement(session.typed), rows)
    except (DatabaseError, DistrictError):
        # One that the engine cannot keep takes the others with it, and so do two requests that wait for each other's
        # reports: alone each is answered for itself.
        return [False] * len(rows)


def _accepted(district: District, raw: bytes, now_ms: int) -> bytes | CodedError:
    try:
        return accept_report(district, raw, now_ms)
    except CodedError as failure:
        return _passing(failure)


def _passing(failure: CodedError) -> CodedError:
    """The reason for one report; what speaks for the whole store is raised instead."""
    # What an engine cannot keep is a matter of that one report.
    is_alone = failure.code == "conflict" if isinstance(failure, DatabaseError) else status_of(failure) != 503
    if is_alone:
        return failure
    raise failure


def try_report(district: District, raw: bytes, now_ms: int) -> bytes:
    """Answer as `accept_report` would and store nothing: a trial answer, which is no receipt, or the same refusal."""
    opened, seed, _ = _opened(district, raw)
    with district.store.reading() as session:
        known = _why_not(session, opened, now_ms)
    signer = find_signer(district, opened.header.key_id)
    if known is None and signer is not None:
        fault = fault_in(district, opened, signer)
        if fault is not None:
            raise fault
    return wire.make_trial_answer(opened, tried_at=now_ms, seed=seed)


def try_reports(district: District, raws: Sequence[bytes], now_ms: int) -> list[bytes | CodedError]:
    """Answer as `accept_reports` would and store nothing; each is tried by itself, so that none counts for another."""
    found: list[bytes | CodedError] = []
    for raw in raws:
        try:
            found.append(try_report(district, raw, now_ms))
        except CodedError as failure:
            found.append(_passing(failure))
    return found


def _opened(district: District, raw: bytes) -> tuple[wire.OpenedReport, bytes, Signer]:
    """The report, verified, the seed of the key to answer it with, and whose key signed it."""
    signers: list[Signer] = []

    def lookup(key_id: str) -> wire.KnownKey | None:
        signer = known_signer(district, key_id)
        if signer is None:
            return None
        signers.append(signer)
        return signer.key

    opened = wire.open_sealed(raw, lookup, district.limits)
    seed = district.seed_of(opened.header.recipient)
    if seed is None:
        with district.store.reading() as session:
            raise no_recipient(session, district, opened.header.recipient)
    return opened, seed, signers[0]


def _values(
    opened: wire.OpenedReport, signer: Signer, raw: bytes, receipt: bytes, now_ms: int, channel: str
) -> tuple[Value, ...]:
    header, report = opened.header, opened.read
    return (
        *(header.centre, header.report_id, header.kind, header.period),
        *(report.first_day.isoformat(), report.last_day.isoformat(), header.revision, header.schema_version),
        *(opened.content_hash, now_ms, channel, raw, as_json(report), receipt),
        *(header.key_id, header.centre, signer.edition, int(signer.is_assigned)),
        *(header.period, header.centre, header.period, now_ms),
    )


@cache
def _statement(typed: Callable[[ValueType], str]) -> str:
    """The one statement: as long as the key is the centre's and not revoked, the report was checked against what is in
    force, and the period is not locked for the centre.
    """
    given = ", ".join(typed(kind) for kind in _TYPES)
    return (
        f"INSERT INTO report ({COLUMNS}, key_id) SELECT {given}, k.key_id FROM centre_key k "
        f"WHERE k.key_id = ? AND k.centre = ? AND k.revoked_at IS NULL "
        f"AND (SELECT coalesce(max(edition), 0) FROM indicator_edition) = ? AND {ASSIGNED} = ? AND NOT ({LOCKED}) "
        "ON CONFLICT DO NOTHING"
    )


def _why_not(session: Session, opened: wire.OpenedReport, now_ms: int) -> bytes | None:
    """The receipt of the same bytes, or the reason as an error; None when nothing hinders the report."""
    header = opened.header
    key = session.find_key(header.key_id)
    is_used = key is not None and key.revoked_at is None
    same = session.find_by_content(opened.content_hash, header.centre)
    # The receipt of what came before the centre changed its key may have been lost on its way.
    if same is not None and (is_used or session.is_replaced(header.centre, header.key_id)):
        return same.receipt
    if not is_used:
        raise wire.WireFault("revoked_key", key_id=header.key_id)
    if session.find_by_identity(header.centre, header.report_id) is not None:
        raise DistrictError("report_conflict", report_id=header.report_id)
    taken = session.one(
        "SELECT max(revision) AS highest, sum(CASE WHEN revision = ? THEN 1 ELSE 0 END) AS same FROM report "
        "WHERE centre = ? AND period = ?",
        (header.revision, header.centre, header.period),
    )
    if taken is not None and taken["same"]:
        raise DistrictError("revision_taken", period=header.period, revision=header.revision, next=taken["highest"] + 1)
    where = (header.period, header.centre, header.period, now_ms)
    if session.one(f"SELECT 1 AS locked WHERE {LOCKED}", where) is not None:
        raise DistrictError("period_locked", period=header.period)
    return None

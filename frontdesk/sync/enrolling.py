"""Enrolment: pin the district's key, make the centre's, and let the district know it."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from db import inbox, outbox, sync_keys
from db.outbox import Enrolment
from db.sync_keys import PinnedKey
from frontdesk.keys import KEY_BYTES, create_key_file
from frontdesk.permission import allowed
from frontdesk.sync import wire
from frontdesk.sync.client import DistrictClient, Failed, Outcome, Refused
from frontdesk.sync.errors import SyncError
from frontdesk.sync.sealing import centre_key_path, find_centre_key, read_centre_key, renew_centre_key, trusted_keys
from frontdesk.sync.stopping import ShouldStop
from frontdesk.sync.words import refusal_words

if TYPE_CHECKING:
    from frontdesk.context import Context


LONGEST_ADDRESS = 500

COMPARED = 6
"""So many characters at the end of a key's number the district reads out; the centre shows only those before them."""

ENROLLED = "sync.enrolled"
"""The entry in the audit log of an enrolment; its subject is the id of the district's key."""


@dataclass(frozen=True)
class Enrolled:
    """The enrolment as stored; `problem` is the code of why the district could not be asked yet, if so."""

    enrolment: Enrolment
    problem: str | None = None

    @property
    def registered(self) -> bool:
        """Whether the district has confirmed this centre's key."""
        return self.enrolment.registered_at is not None


@dataclass(frozen=True)
class _Invitation:
    """What a file or a typed code says: who may enrol, where, with which secret, and the district's key to pin."""

    centre: str
    url: str
    code: str
    district_key: bytes
    accepted_key: str = ""

    @property
    def district_key_id(self) -> str:
        return wire.key_id_of(self.district_key)


@allowed("writer", partly=("operator",))
def enrol(context: Context, raw: bytes, should_stop: ShouldStop | None = None, *, accepted_key: str = "") -> Enrolled:
    """Enrol with the district by the bytes of its enrolment file, and register at once if it can be reached.

    Makes the centre's signing key if there is none and pins the district's. When the district cannot be
    reached the next sync registers. The same file again changes nothing.

    Another key than the pinned one is taken for that of the same district, which made it while this centre could not be
    told, or lost the earlier one, only from a manager who compared it with the district: `accepted_key` is what the
    district read out, the end of the key's number or all of it. What the earlier key signed stays good. What is sealed
    keeps its bytes; where the district refuses it, it is submitted as a new revision.

    Raises what `require_writer` raises, WireFault `bad_enrolment_file`, SyncError `other_centre`, `already_enrolled`
    (another key that nobody compared, `key` is its number without the end), `key_not_compared` (it ends otherwise),
    `enrolment_refused`, `centre_key_missing`, or DeskError `manager_required`.
    """
    context.require_writer()
    context.confirm_operator(context.database.connection)
    file = wire.read_enrolment_file(raw)
    found = _Invitation(file.centre, file.url, file.code, bytes.fromhex(file.district_key), accepted_key)
    return _enrol_with(context, found, should_stop)


@allowed("writer", partly=("operator",))
def enrol_by_code(
    context: Context, url: str, typed: str, should_stop: ShouldStop | None = None, *, accepted_key: str = ""
) -> Enrolled:
    """Enrol with the district at `url` by the one-time code that somebody typed, without a file.

    The code also tells which key the district has, so that nobody else can answer in its place. Nothing is kept unless
    whoever answers there has that key. Raises what `enrol` raises, WireFault `mistyped_code`, and SyncError
    `bad_address`, `other_district_key`, `stopped`, or the code of what kept the district from being reached.
    """
    context.require_writer()
    context.confirm_operator(context.database.connection)
    code = wire.read_typed_code(typed)
    address = url.strip()
    address = address if "://" in address else f"http://{address}"
    if not is_address(address):
        raise SyncError("bad_address", url=url)
    address = address.rstrip("/")
    with DistrictClient(address, (), should_stop) as client:
        found = client.district_key()
    if isinstance(found, Failed):
        raise SyncError(found.code)
    if not code.fits(found.verify_key):
        raise SyncError("other_district_key", url=address)
    invitation = _Invitation(context.centre.code, address, code.secret, found.verify_key, accepted_key)
    return _enrol_with(context, invitation, should_stop)


def is_address(url: str) -> bool:
    """Whether this can be where a district is reached: http or https, a host, nothing that would be asked for."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and not (parts.query or parts.fragment or parts.username)
            and (parts.port is None or parts.port > 0)
            and not any(one.isspace() for one in url)
            and len(url) <= LONGEST_ADDRESS
        )
    except ValueError:
        return False


def _enrol_with(context: Context, file: _Invitation, should_stop: ShouldStop | None) -> Enrolled:
    if file.centre != context.centre.code:
        raise SyncError("other_centre", centre=file.centre, own=context.centre.code)
    present = outbox.enrolment(context.database.connection)
    if present is None or present.code != file.code or file.district_key not in trusted_keys(context):
        present = _store_enrolment(context, file)
    if present.registered_at is not None:
        return Enrolled(present)
    with DistrictClient(present.url, trusted_keys(context), should_stop) as client:
        problem = register(context, client, present)
    return Enrolled(outbox.enrolment(context.database.connection) or present, problem.code if problem else None)


def _store_enrolment(context: Context, file: _Invitation) -> Enrolment:
    with context.change(ENROLLED, file.district_key_id, url=file.url) as connection:
        present = outbox.enrolment(connection)
        pinned = sync_keys.pinned(connection) if present else []
        # An earlier key of the same district's names it as well: the file was written before the key was changed.
        is_known = any(key.key_id == file.district_key_id for key in pinned)
        # Until something was sealed for it, or it has confirmed, one district is as good as another.
        is_bound = present is not None and (present.registered_at is not None or outbox.has_sealed(connection))
        if present is not None and is_bound and not is_known:
            _check_compared(context, file, present.url)
        seed = find_centre_key(context, present.centre_key_id) if present else None
        if seed is None:
            create_key_file(centre_key_path(context))
            seed = _own_key(context)
        enrolled = Enrolment(
            centre=file.centre,
            url=file.url,
            code=file.code,
            district_key=present.district_key if present and is_known else file.district_key,
            district_key_id=present.district_key_id if present and is_known else file.district_key_id,
            centre_key_id=wire.key_id_of(wire.verify_key_of(seed)),
            enrolled_at=context.now_ms(),
        )
        if not is_known:
            _pin(connection, pinned if is_bound else [], enrolled)
        outbox.put_enrolment(connection, enrolled)
    return enrolled


def _pin(connection: sqlite3.Connection, before: Sequence[PinnedKey], enrolled: Enrolment) -> None:
    """Trust the district's key; those `before` it stay good for what they signed, without them it is the only one."""
    if not before:
        sync_keys.pin_first(connection, enrolled.district_key_id, enrolled.district_key, enrolled.enrolled_at)
        return
    new = PinnedKey(key_id=enrolled.district_key_id, verify_key=enrolled.district_key, pinned_at=enrolled.enrolled_at)
    sync_keys.pin_successor(connection, before[0].key_id, new)
    inbox.try_skipped_anew(connection)


def _check_compared(context: Context, file: _Invitation, url: str) -> None:
    """Let nothing pass but a key that a manager has compared with the district: whoever hands a file to the centre
    could make one with a key of their own.
    """
    shown = file.district_key_id[:-COMPARED]
    if not file.accepted_key:
        raise SyncError("already_enrolled", url=url, key=shown)
    context.require_manager()
    typed = "".join(unicodedata.normalize("NFKC", file.accepted_key[:200]).split()).lower()
    if len(typed) < COMPARED or not file.district_key_id.endswith(typed):
        raise SyncError("key_not_compared", key=shown)


def _own_key(context: Context) -> bytes:
    seed = centre_key_path(context).read_bytes()
    if len(seed) != KEY_BYTES:
        raise SyncError("centre_key_missing", path=str(centre_key_path(context)))
    return seed


def register(context: Context, client: DistrictClient, enrolled: Enrolment) -> Failed | None:
    """Make this centre's key known to the district; what failed, or None.

    When the district says that it revoked the key, the centre makes a new one: the code that the district handed out
    since, for one use, is its consent. Raises SyncError `enrolment_refused`.
    """
    outcome = _ask(context, client, enrolled)
    if isinstance(outcome, Refused) and outcome.code == "revoked_key":
        enrolled = _with_new_key(context, enrolled)
        outcome = _ask(context, client, enrolled)
    if isinstance(outcome, Refused):
        reason = refusal_words(outcome.code, outcome.message, outcome.details)
        raise SyncError("enrolment_refused", reason=reason, refusal=outcome.code)
    if isinstance(outcome, Failed):
        return outcome
    with context.change("sync.registered", enrolled.centre_key_id) as connection:
        outbox.mark_registered(connection, context.now_ms(), outcome.answer)
    return None


def _ask(context: Context, client: DistrictClient, enrolled: Enrolment) -> Outcome:
    seed = read_centre_key(context, enrolled.centre_key_id)
    request = wire.make_enrolment_request(centre=enrolled.centre, code=enrolled.code, seed=seed)
    return client.register(request, enrolled.centre_key_id)


def _with_new_key(context: Context, enrolled: Enrolment) -> Enrolment:
    """The enrolment with a new key in place of the revoked one.

    What the revoked key sealed keeps its bytes: the district refuses it, and it is submitted as a new revision.
    """
    with context.change("sync.key_renewed", enrolled.centre_key_id) as connection:
        present = outbox.enrolment(connection) or enrolled
        if present.centre_key_id == enrolled.centre_key_id:
            key_id = renew_centre_key(context, enrolled.centre_key_id)
            present = present.model_copy(update={"centre_key_id": key_id})
            outbox.put_enrolment(connection, present)
    return present

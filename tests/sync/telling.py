"""What a district tells a centre, made by the test."""

from __future__ import annotations

import secrets

from db import outbox
from frontdesk.context import Context
from frontdesk.sync import frames, wire
from frontdesk.sync.fetching import exchange_request
from frontdesk.sync.sealing import read_centre_key
from tests.sync.ends import CENTRE, DISTRICT_SEED


def told(context: Context, *documents: bytes, seed: bytes = DISTRICT_SEED) -> wire.OpenedExchangeAnswer:
    """An answer of the district that holds these documents."""
    present = outbox.enrolment(context.database.connection)
    assert present is not None
    request = exchange_request(context, present)
    key = wire.KnownKey(wire.verify_key_of(read_centre_key(context, present.centre_key_id)), CENTRE)
    opened = wire.open_exchange_request(request, lambda _: key)
    answer = wire.make_exchange_answer(opened, documents=documents, read_kept=[], more=False, seed=seed)
    keys = [wire.verify_key_of(seed)]
    return wire.verify_exchange_answer(answer, request=request, district_keys=keys)


def document(content: wire.Content, number: int, seed: bytes = DISTRICT_SEED) -> bytes:
    """A document with this number."""
    return wire.make_document(
        content, document_id=secrets.token_hex(16), number=number, title="标题", issued_at=1, seed=seed
    )


def raw_document(number: int, kind: str, content: dict[str, object]) -> bytes:
    """A document of a later program, which says what this one does not know."""
    said = {"document_id": f"x{number}", "number": number, "kind": kind, "title": "标题", "issued_at": 1}
    signer = bytes.fromhex(wire.key_id_of(wire.verify_key_of(DISTRICT_SEED)))
    return frames.pack(b"FDDO", signer, (frames.to_json({**said, "content": content}),), DISTRICT_SEED)


def asked_from(context: Context) -> int:
    """After which number this centre asks for documents."""
    present = outbox.enrolment(context.database.connection)
    assert present is not None
    key = wire.KnownKey(wire.verify_key_of(read_centre_key(context, present.centre_key_id)), CENTRE)
    return wire.open_exchange_request(exchange_request(context, present), lambda _: key).request.since

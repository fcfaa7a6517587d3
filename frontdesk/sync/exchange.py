"""The exchange after sending: the centre asks ("FDXQ") for the district's documents and tells what was read of them,
the district answers ("FDXA") with the documents as they were signed.

The answer is bound to the very bytes of the request. What does not fit into one answer follows in the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

from frontdesk.sync.body import Code, Hash, Instant, KeyId, WireModel
from frontdesk.sync.down import DOCUMENT_MAGIC, MAX_DOCUMENT
from frontdesk.sync.frames import (
    KEY_ID_SIZE,
    WireFault,
    content_hash,
    key_id_of,
    pack,
    read_model,
    signed_by,
    to_json,
    unpack,
    unpack_all,
    verify_key_of,
)
from frontdesk.sync.report import KeyLookup, check_signer

EXCHANGE_MAGIC, EXCHANGE_ANSWER_MAGIC = b"FDXQ", b"FDXA"
MAX_EXCHANGE_REQUEST = 131_072
MAX_EXCHANGE_ANSWER = 4_194_304
MAX_READINGS = 500
"""How many readings one request tells of; more follow with the next."""
MAX_DOCUMENTS = 1_000
_HEADER_CAP = 131_072


class Reading(WireModel):
    """That a document was read at the centre; `read_at` is by the centre's clock, in UTC milliseconds."""

    document_id: Code
    read_at: Instant


class ExchangeRequest(WireModel):
    """A centre asks for the documents after number `since`. `nonce` makes every request another one."""

    centre: Code
    key_id: KeyId
    recipient: KeyId
    since: int = Field(ge=0, le=10**12)
    read: list[Reading] = Field(default=[], max_length=MAX_READINGS)
    nonce: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class ExchangeAnswer(WireModel):
    """The head of an answer: the readings that the district keeps now, and whether there are more documents."""

    centre: Code
    request_hash: Hash
    read_kept: list[Code] = Field(max_length=MAX_READINGS)
    more: bool


@dataclass(frozen=True)
class OpenedExchange:
    """A request that a known key of the centre signed; `content_hash` is what the answer is bound to."""

    request: ExchangeRequest
    content_hash: str


@dataclass(frozen=True)
class OpenedExchangeAnswer:
    """A verified answer. `documents` are raw frames; each is opened by `open_document` before it is kept."""

    answer: ExchangeAnswer
    documents: tuple[bytes, ...]


def make_exchange_request(
    *, centre: str, seed: bytes, recipient: str, since: int, read: Iterable[tuple[str, int]], nonce: bytes
) -> bytes:
    """The signed request. `read` are document ids with when they were read; `nonce` is 16 random bytes."""
    key_id = key_id_of(verify_key_of(seed))
    request = ExchangeRequest(
        centre=centre,
        key_id=key_id,
        recipient=recipient,
        since=since,
        read=[Reading(document_id=document_id, read_at=read_at) for document_id, read_at in read],
        nonce=nonce.hex(),
    )
    return pack(EXCHANGE_MAGIC, bytes.fromhex(key_id), (to_json(request.model_dump()),), seed)


def open_exchange_request(raw: bytes, verify_key_lookup: KeyLookup) -> OpenedExchange:
    """The request, if a known key of that centre signed it.

    Raises WireFault: what `open_sealed` raises for frame and key, `bad_exchange`, `wrong_centre`. Whether the
    recipient is this district remains to be compared.
    """
    if len(raw) > MAX_EXCHANGE_REQUEST:
        raise WireFault("too_large", limit=MAX_EXCHANGE_REQUEST)
    frame = unpack(raw, EXCHANGE_MAGIC, KEY_ID_SIZE, (MAX_EXCHANGE_REQUEST,))
    known = check_signer(frame, verify_key_lookup)
    request = read_model(ExchangeRequest, frame.parts[0], "bad_exchange")
    if request.key_id != frame.signer.hex():
        raise WireFault("bad_exchange", where="key_id")
    if request.centre != known.centre:
        raise WireFault("wrong_centre", centre=request.centre)
    return OpenedExchange(request, content_hash(raw))


def fitting_documents(documents: Iterable[bytes]) -> tuple[list[bytes], bool]:
    """As many of the documents, from the first on, as fit into one answer; and whether some were left."""
    chosen: list[bytes] = []
    room = MAX_EXCHANGE_ANSWER - _HEADER_CAP - 1_024
    for raw in documents:
        room -= len(raw) + 4
        if room < 0 or len(chosen) == MAX_DOCUMENTS:
            return chosen, True
        chosen.append(raw)
    return chosen, False


def make_exchange_answer(
    opened: OpenedExchange, *, documents: Sequence[bytes], read_kept: Iterable[str], more: bool, seed: bytes
) -> bytes:
    """The signed answer to a request. Raises WireFault `too_large`, which `fitting_documents` keeps from happening."""
    answer = ExchangeAnswer(
        centre=opened.request.centre, request_hash=opened.content_hash, read_kept=list(read_kept), more=more
    )
    parts = (to_json(answer.model_dump()), *documents)
    raw = pack(EXCHANGE_ANSWER_MAGIC, bytes.fromhex(key_id_of(verify_key_of(seed))), parts, seed)
    if len(raw) > MAX_EXCHANGE_ANSWER:
        raise WireFault("too_large", limit=MAX_EXCHANGE_ANSWER)
    return raw


def open_exchange_answer(raw: bytes, *, district_keys: Sequence[bytes]) -> OpenedExchangeAnswer:
    """The answer in `raw`, if the district signed it; else WireFault. Which request it answers is not compared here."""
    if len(raw) > MAX_EXCHANGE_ANSWER:
        raise WireFault("too_large", limit=MAX_EXCHANGE_ANSWER)
    frame = unpack_all(
        raw, EXCHANGE_ANSWER_MAGIC, KEY_ID_SIZE, first=_HEADER_CAP, each=MAX_DOCUMENT, most=MAX_DOCUMENTS
    )
    signed_by(frame, district_keys)
    answer = read_model(ExchangeAnswer, frame.parts[0], "bad_exchange")
    documents = frame.parts[1:]
    if any(not one.startswith(DOCUMENT_MAGIC) for one in documents):
        raise WireFault("bad_exchange", where="documents")
    return OpenedExchangeAnswer(answer, documents)


def verify_exchange_answer(raw: bytes, *, request: bytes, district_keys: Sequence[bytes]) -> OpenedExchangeAnswer:
    """The answer in `raw`, if the district signed it for exactly the bytes `request`; else `WireFault`."""
    opened = open_exchange_answer(raw, district_keys=district_keys)
    if opened.answer.request_hash != content_hash(request):
        raise WireFault("other_exchange")
    return opened

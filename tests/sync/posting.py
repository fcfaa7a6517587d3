"""Sealed reports made by hand, as the centre's key would sign them or as it never would, and what refuses them."""

from __future__ import annotations

import json
import struct

import httpx

from frontdesk.context import Context
from frontdesk.sync import frames, wire
from frontdesk.sync.sealing import centre_key_path
from tests.sync.ends import (
    RunningDistrict,
    body,
)


def seed_of(context: Context) -> bytes:
    """The seed of the centre's signing key."""
    return centre_key_path(context).read_bytes()


def seal(
    context: Context,
    district: RunningDistrict,
    *,
    week: int = 0,
    ratings: int = 3,
    revision: int = 1,
    report_id: str = "r1",
) -> bytes:
    """A report of the centre, sealed for this district."""
    return wire.seal(
        body(context, week, ratings).to_bytes(),
        seed=seed_of(context),
        recipient=district.district.key_id,
        report_id=report_id,
        revision=revision,
    )


def signed(context: Context, header: dict[str, object], packed_body: bytes) -> bytes:
    """A frame that the centre's genuine key signed, whatever it holds."""
    seed = seed_of(context)
    key_id = bytes.fromhex(wire.key_id_of(wire.verify_key_of(seed)))
    return frames.pack(wire.REPORT_MAGIC, key_id, (frames.to_json(header), packed_body), seed)


def header_of(raw: bytes) -> dict[str, object]:
    """The header of a sealed report."""
    offset = 4 + 1 + frames.KEY_ID_SIZE
    (length,) = struct.unpack_from(">I", raw, offset)
    header: dict[str, object] = json.loads(raw[offset + 4 : offset + 4 + length])
    return header


def refused(answer: httpx.Response, http_status: int, code: str) -> dict[str, object]:
    """Insist on a refusal with this status and code and with words; returns the error."""
    error: dict[str, object] = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (http_status, code)
    assert error["message"]
    assert "error." not in str(error["message"])
    return error

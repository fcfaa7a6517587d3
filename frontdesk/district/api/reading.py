"""Reading a request: the protocol that it speaks, and its content under a cap and a deadline."""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect, Request

from frontdesk.district.errors import DistrictError
from frontdesk.sync import wire

BODY_SECONDS = 30
"""How long a sender may take over one body; a week's report is one packet."""


def check_protocol(request: Request) -> None:
    """Refuse a sender that speaks no protocol version of ours, naming those that are."""
    spoken = request.headers.get(wire.PROTOCOL_HEADER, "")
    if spoken not in wire.SUPPORTED_PROTOCOLS:
        raise DistrictError("unknown_protocol", protocol=spoken[:20], supported=list(wire.SUPPORTED_PROTOCOLS))


async def read_capped(request: Request, cap: int) -> bytes:
    """The request's body; never more than `cap` bytes of it are held. Faults: `too_large`, `slow_body`."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > cap:
        raise wire.WireFault("too_large", limit=cap)
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                size += len(chunk)
                if size > cap:
                    raise wire.WireFault("too_large", limit=cap)
                chunks.append(chunk)
    except TimeoutError as failure:
        raise DistrictError("slow_body", seconds=BODY_SECONDS) from failure
    except ClientDisconnect as failure:
        raise wire.WireFault("truncated") from failure
    return b"".join(chunks)

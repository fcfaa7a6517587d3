"""The district's end over HTTP: exact bytes come in, receipts and coded refusals go out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from frontdesk.clock import Clock, system_clock
from frontdesk.district.errors import DistrictError
from frontdesk.district.service import District, accept_enrolment, accept_report
from frontdesk.errors import CodedError, DatabaseError
from frontdesk.locale import words_for
from frontdesk.sync import wire

UseCase = Callable[[District, bytes, int], bytes]
"""Takes the posted bytes and the instant in UTC milliseconds; returns the bytes of the answer."""

BODY_SECONDS = 30
"""How long a sender may take over one body; a week's report is one packet."""

STATUS = {
    "unknown_protocol": 400,
    "no_signature": 401,
    "bad_signature": 401,
    "unknown_key": 403,
    "revoked_key": 403,
    "wrong_centre": 403,
    "wrong_recipient": 403,
    "unknown_code": 403,
    "code_withdrawn": 403,
    "unknown_kind": 404,
    "unknown_schema": 404,
    "no_such_address": 404,
    "no_such_method": 405,
    "slow_body": 408,
    "report_conflict": 409,
    "revision_taken": 409,
    "code_used": 409,
    "key_taken": 409,
    "too_large": 413,
    "inflates_past_cap": 413,
}
"""The HTTP status of each code; whatever else is wrong with the bytes is 400."""


def create_app(district: District, clock: Clock = system_clock) -> Starlette:
    """The web application: POST /v1/reports, POST /v1/enrol, GET /v1/health."""

    def endpoint(use_case: UseCase) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            check_protocol(request)
            raw = await read_capped(request, district.limits.sealed)
            request.state.content = wire.content_hash(raw)
            received_at = round(clock().timestamp() * 1000)
            # The store waits for the disk, so it works in a thread; the event loop keeps reading.
            return Response(
                await run_in_threadpool(use_case, district, raw, received_at),
                media_type="application/octet-stream",
            )

        return answer

    async def health(_: Request) -> Response:
        return JSONResponse({"service": "frontdesk-district", "protocols": list(wire.SUPPORTED_PROTOCOLS)})

    async def refuse(request: Request, failure: Exception) -> Response:
        return refusal(district, request, failure)

    app = Starlette(
        routes=[
            Route("/v1/reports", endpoint(accept_report), methods=["POST"]),
            Route("/v1/enrol", endpoint(accept_enrolment), methods=["POST"]),
            Route("/v1/health", health, methods=["GET"]),
        ],
        exception_handlers={CodedError: refuse, HTTPException: refuse},
    )
    # A redirect would be unsigned, and lead to whatever host the request named.
    app.router.redirect_slashes = False
    return app


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


def refusal(district: District, request: Request, failure: Exception) -> Response:
    """The coded JSON for a failure, signed for the bytes that were read: no portal can refuse for us.

    Before the content has been read whole the signature is for no bytes at all, whatever the sender claims to send: it
    never holds as the refusal of a report.
    """
    if isinstance(failure, HTTPException):
        path = request.url.path[:200]
        failure = DistrictError("no_such_method" if failure.status_code == 405 else "no_such_address", path=path)
    if isinstance(failure, DatabaseError):
        # The sender keeps the report and comes back; what is wrong with our disk is for our own log.
        failure, status = DistrictError("store_unavailable"), 503
    elif isinstance(failure, CodedError):
        status = STATUS.get(failure.code, 400)
    else:
        raise failure
    error = {**failure.details, "code": failure.code, "message": words_for(failure)}
    answer = json.dumps({"error": error}, ensure_ascii=False).encode()
    content = getattr(request.state, "content", wire.UNREAD)
    signature = wire.sign_refusal(district.seed, content=content, status=status, answer=answer)
    return Response(answer, status, headers={wire.SIGNATURE_HEADER: signature}, media_type="application/json")

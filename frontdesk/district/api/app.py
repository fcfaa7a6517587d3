"""The district's end over HTTP: exact bytes come in, receipts and coded refusals go out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from frontdesk.clock import Clock, system_clock
from frontdesk.district.api.openapi import document
from frontdesk.district.api.rate import RateLimit
from frontdesk.district.api.reading import check_protocol, read_capped
from frontdesk.district.api.refusing import refusal
from frontdesk.district.api.watching import Watching
from frontdesk.district.errors import DistrictError
from frontdesk.district.metrics import CONTENT_TYPE, Metrics
from frontdesk.district.service import (
    District,
    accept_enrolment,
    accept_exchange,
    accept_report,
    accept_rotation,
    is_ready,
    pool_figures,
    present_key,
)
from frontdesk.errors import CodedError
from frontdesk.sync import wire

__all__ = ["create_app", "read_capped"]

UseCase = Callable[[District, bytes, int], bytes]
"""Takes the posted bytes and the instant in UTC milliseconds; returns the bytes of the answer."""

UNSIGNED = frozenset(
    {
        "too_large",
        "not_ours",
        "truncated",
        "unknown_format",
        "no_signature",
        "trailing_bytes",
        "unknown_key",
        "bad_signature",
    }
)
"""Faults that are found before a signature has held: whoever is named in such bytes need not have sent them."""


@dataclass(frozen=True)
class _Posts:
    """What takes in the centres' bytes: counted for the key that signed them, answered with the key that it pinned."""

    district: District
    clock: Clock
    rate: RateLimit

    def endpoint(self, use_case: UseCase) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint of one use case."""

        async def answer(request: Request) -> Response:
            check_protocol(request)
            raw = await read_capped(request, self.district.limits.sealed)
            request.state.content = wire.content_hash(raw)
            request.state.read_bytes = len(raw)
            signer = _signer_of(raw)
            if seconds := self.rate.wait(signer):
                raise DistrictError("too_many_requests", seconds=seconds)
            known = self.district.as_known_to(request.headers.get(wire.RECIPIENT_HEADER, ""))
            received_at = round(self.clock().timestamp() * 1000)
            try:
                # The store waits for the disk, so it works in a thread; the event loop keeps reading.
                content = await run_in_threadpool(use_case, known, raw, received_at)
            except CodedError as failure:
                if failure.code not in UNSIGNED:
                    self._count(request, signer)
                raise
            self._count(request, signer)
            return Response(content, media_type="application/octet-stream")

        return answer

    def _count(self, request: Request, signer: str) -> None:
        # Only for bytes whose signature held: nobody can use up what is another's.
        self.rate.take(signer)
        request.state.key_id = signer


def _signer_of(raw: bytes) -> str:
    """The id of the key that the bytes name as their signer; "" where they are too short to name one."""
    if raw[: len(wire.REQUEST_MAGIC)] == wire.REQUEST_MAGIC:
        # A request to enrol names the whole key, which nobody knows yet.
        return wire.key_id_of(raw[5:37])
    return raw[5:21].hex()


def create_app(district: District, clock: Clock = system_clock, rate: RateLimit | None = None) -> Starlette:
    """The web application: the API under /v1. `app.state.metrics` are its counters."""
    posts = _Posts(district, clock, rate or RateLimit())
    metrics = Metrics(lambda: pool_figures(district))
    described = JSONResponse(document())

    async def health(_: Request) -> Response:
        return JSONResponse({"service": "frontdesk-district", "protocols": list(wire.SUPPORTED_PROTOCOLS)})

    async def ready(_: Request) -> Response:
        await run_in_threadpool(is_ready, district)
        return JSONResponse({"ready": True})

    async def key(_: Request) -> Response:
        found = await run_in_threadpool(present_key, district)
        return Response(found.to_bytes(), media_type="application/json")

    async def counters(_: Request) -> Response:
        return Response(await run_in_threadpool(metrics.text), headers={"Content-Type": CONTENT_TYPE})

    async def openapi(_: Request) -> Response:
        return described

    async def refuse(request: Request, failure: Exception) -> Response:
        return refusal(district, request, failure)

    routes = [
        Route("/v1/reports", posts.endpoint(accept_report), methods=["POST"]),
        Route("/v1/enrol", posts.endpoint(accept_enrolment), methods=["POST"]),
        Route("/v1/exchange", posts.endpoint(accept_exchange), methods=["POST"]),
        Route("/v1/rotate", posts.endpoint(accept_rotation), methods=["POST"]),
        Route("/v1/key", key, methods=["GET"]),
        Route("/v1/health", health, methods=["GET"]),
        Route("/v1/ready", ready, methods=["GET"]),
        Route("/v1/metrics", counters, methods=["GET"]),
        Route("/v1/openapi.json", openapi, methods=["GET"]),
    ]
    app = Starlette(
        routes=routes,
        exception_handlers={CodedError: refuse, HTTPException: refuse},
        middleware=[Middleware(Watching, metrics=metrics, routes=routes)],
    )
    app.state.metrics = metrics
    # A redirect would be unsigned, and lead to whatever host the request named.
    app.router.redirect_slashes = False
    return app

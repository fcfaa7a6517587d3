"""The district's end over HTTP: exact bytes come in, receipts and coded refusals go out."""

from __future__ import annotations

from asyncio import get_running_loop
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from frontdesk.clock import Clock, system_clock
from frontdesk.district.api.asking import Asking
from frontdesk.district.api.rate import RateLimit
from frontdesk.district.api.reading import check_protocol, read_capped
from frontdesk.district.api.refusing import refusal
from frontdesk.district.api.watching import Watching
from frontdesk.district.errors import DistrictError
from frontdesk.district.metrics import Metrics
from frontdesk.district.reports.service import try_report
from frontdesk.district.service import (
    District,
    accept_enrolment,
    accept_exchange,
    accept_report,
    accept_rotation,
    pool_figures,
)
from frontdesk.errors import CodedError
from frontdesk.sync import wire

UseCase = Callable[[District, bytes, int], bytes]
"""Takes the posted bytes and the instant in UTC milliseconds; returns the bytes of the answer."""

THREADS = 24
"""What centres send is worked on by so many at once: three times as many as the store has connections."""

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
        "store_unavailable",
    }
)
"""Faults that may be found before a signature has held: whoever is named in such bytes need not have sent them."""


@dataclass(frozen=True)
class _Posts:
    """What takes in the centres' bytes: counted for the key that signed them, answered with the key that it pinned."""

    district: District
    clock: Clock
    rate: RateLimit
    # Handing over to threads of its own costs half of what it costs to Starlette's.
    threads: Executor = field(default_factory=lambda: ThreadPoolExecutor(THREADS, "district-post"))

    def routes(self) -> list[Route]:
        """The routes under /v1."""
        found: dict[str, tuple[UseCase, int]] = {
            "reports": (accept_report, self.district.limits.sealed),
            "enrol": (accept_enrolment, wire.MAX_ANSWER),
            "exchange": (accept_exchange, wire.MAX_EXCHANGE_REQUEST),
            "rotate": (accept_rotation, wire.MAX_ANSWER),
        }
        return [
            Route(f"/v1/{name}", self._endpoint(use_case, cap), methods=["POST"])
            for name, (use_case, cap) in found.items()
        ]

    def _endpoint(self, use_case: UseCase, cap: int) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            check_protocol(request)
            raw = await read_capped(request, cap)
            request.state.content = wire.content_hash(raw)
            request.state.read_bytes = len(raw)
            signer = _signer_of(raw)
            if seconds := self.rate.wait(signer):
                raise DistrictError("too_many_requests", seconds=seconds)
            known = self.district.as_known_to(request.headers.get(wire.RECIPIENT_HEADER, ""))
            received_at = round(self.clock().timestamp() * 1000)
            chosen = try_report if use_case is accept_report and _is_trial(request) else use_case
            try:
                # The store waits for the disk, so it works in a thread; the event loop keeps reading.
                content = await get_running_loop().run_in_executor(self.threads, chosen, known, raw, received_at)
            except (wire.WireFault, DistrictError) as failure:
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


def _is_trial(request: Request) -> bool:
    """Whether nothing is to be stored. DistrictError `bad_trial_header`: what is not understood stores nothing."""
    said = request.headers.get(wire.TRIAL_HEADER)
    if said not in (None, "1"):
        raise DistrictError("bad_trial_header", header=wire.TRIAL_HEADER)
    return said == "1"


def _signer_of(raw: bytes) -> str:
    """The id of the key that the bytes name as their signer; "" where they are too short to name one."""
    if raw[: len(wire.REQUEST_MAGIC)] == wire.REQUEST_MAGIC:
        # A request to enrol names the whole key, which nobody knows yet.
        return wire.key_id_of(raw[5:37])
    return raw[5:21].hex()


def create_app(district: District, clock: Clock = system_clock, rate: RateLimit | None = None) -> Starlette:
    """The web application: the API under /v1, and the pages of the district's people beside it.

    `app.state.metrics` are its counters.
    """
    from frontdesk.district.web import is_for_people, lost
    from frontdesk.district.web import routes as pages

    posts = _Posts(district, clock, rate or RateLimit())
    metrics = Metrics(lambda: pool_figures(district))

    async def refuse(request: Request, failure: Exception) -> Response:
        if isinstance(failure, HTTPException) and is_for_people(request):
            return lost(request, failure.status_code, round(clock().timestamp() * 1000))
        return refusal(district, request, failure)

    routes = [*posts.routes(), *Asking(district, metrics).routes(), *pages(district, clock)]
    app = Starlette(
        routes=routes,
        exception_handlers={CodedError: refuse, HTTPException: refuse},
        middleware=[Middleware(Watching, metrics=metrics, routes=routes)],
    )
    app.state.metrics = metrics
    # A redirect would be unsigned, and lead to whatever host the request named.
    app.router.redirect_slashes = False
    return app

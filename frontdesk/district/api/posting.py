"""What centres post: exact bytes, counted for the key that signed them, answered with the key that the sender pinned.

Several reports may come in one request. Each of them counts as one of its signer's requests, and is taken in, refused
and answered as if it had come alone.
"""

from __future__ import annotations

from asyncio import get_running_loop
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from frontdesk.clock import Clock
from frontdesk.district.api.rate import RateLimit
from frontdesk.district.api.reading import check_protocol, read_capped
from frontdesk.district.errors import DistrictError
from frontdesk.district.refusals import as_told, refusal_json, status_of
from frontdesk.district.reports.service import try_reports
from frontdesk.district.service import (
    District,
    accept_enrolment,
    accept_exchange,
    accept_report,
    accept_reports,
    accept_rotation,
    try_report,
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

TAKES_BATCHES = {wire.BATCH_HEADER: str(wire.MAX_BATCH)}
"""Said with every answer to a report."""


@dataclass(frozen=True)
class Posts:
    """The endpoints that take in the centres' bytes."""

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
        routes = [
            Route(f"/v1/{name}", self._endpoint(use_case, cap), methods=["POST"])
            for name, (use_case, cap) in found.items()
        ]
        return [*routes, Route("/v1/reports/batch", self.batch, methods=["POST"])]

    def _endpoint(self, use_case: UseCase, cap: int) -> Callable[[Request], Awaitable[Response]]:
        headers = TAKES_BATCHES if use_case is accept_report else None

        async def answer(request: Request) -> Response:
            raw = await _read(request, cap)
            signer = _signer_of(raw)
            if seconds := self.rate.wait(signer):
                raise DistrictError("too_many_requests", seconds=seconds)
            known = self.district.as_known_to(request.headers.get(wire.RECIPIENT_HEADER, ""))
            chosen = try_report if use_case is accept_report and _is_trial(request) else use_case
            try:
                # The store waits for the disk, so it works in a thread; the event loop keeps reading.
                content = await get_running_loop().run_in_executor(self.threads, chosen, known, raw, self._now_ms())
            except (wire.WireFault, DistrictError) as failure:
                if failure.code not in UNSIGNED:
                    self._count(request, signer)
                raise
            self._count(request, signer)
            return Response(content, headers=headers, media_type="application/octet-stream")

        return answer

    async def batch(self, request: Request) -> Response:
        """Several reports in one request, and for each of them its receipt or its signed refusal."""
        raw = await _read(request, wire.MAX_BATCH_CONTENT)
        use_case = try_reports if _is_trial(request) else accept_reports
        known = self.district.as_known_to(request.headers.get(wire.RECIPIENT_HEADER, ""))

        def work() -> tuple[bytes, Counter[str]]:
            return self._take(known, wire.open_batch(raw), use_case)

        content, codes = await get_running_loop().run_in_executor(self.threads, work)
        request.state.answered = codes
        return Response(content, media_type="application/octet-stream")

    def _take(
        self,
        district: District,
        raws: Sequence[bytes],
        use_case: Callable[[District, Sequence[bytes], int], list[bytes | CodedError]],
    ) -> tuple[bytes, Counter[str]]:
        """The answer to a batch, and how many of its reports were refused for which reason ("" for none)."""
        found: list[bytes | CodedError] = []
        let_through: list[bytes] = []
        ahead: Counter[str] = Counter()
        signers = [_signer_of(raw) for raw in raws]
        for raw, signer in zip(raws, signers, strict=True):
            seconds = self.rate.wait(signer, ahead[signer])
            if seconds:
                found.append(DistrictError("too_many_requests", seconds=seconds))
            else:
                ahead[signer] += 1
                found.append(b"")
                let_through.append(raw)
        done = iter(use_case(district, let_through, self._now_ms()))
        for place, one in enumerate(found):
            if not isinstance(one, bytes):
                continue
            found[place] = taken = next(done)
            if isinstance(taken, bytes) or taken.code not in UNSIGNED:
                self.rate.take(signers[place])
        answers = [
            one if isinstance(one, bytes) else _refusal(district, raw, one)
            for raw, one in zip(raws, found, strict=True)
        ]
        codes = Counter("" if isinstance(one, bytes) else as_told(one).code for one in found)
        return wire.make_batch_answer(answers), codes

    def _now_ms(self) -> int:
        return round(self.clock().timestamp() * 1000)

    def _count(self, request: Request, signer: str) -> None:
        # Only for bytes whose signature held: nobody can use up what is another's.
        self.rate.take(signer)
        request.state.key_id = signer


async def _read(request: Request, cap: int) -> bytes:
    """The content of a request that speaks our protocol, noted for whoever refuses it and for the log."""
    check_protocol(request)
    raw = await read_capped(request, cap)
    request.state.content = wire.content_hash(raw)
    request.state.read_bytes = len(raw)
    return raw


def _refusal(district: District, raw: bytes, failure: CodedError) -> bytes:
    """The signed refusal of one of several reports: what it would have been answered with alone, as bytes."""
    told = as_told(failure)
    content = wire.content_hash(raw)
    return wire.make_refusal(district.seed, content=content, status=status_of(told), answer=refusal_json(told))


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

"""Talking to the district: one request, one answer read under a cap, judged by signatures alone."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Self

from frontdesk.sync import wire

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 5.0
IDLE_SECONDS = 15.0
ANSWER_SECONDS = 60.0
"""How long a request and the content of its answer may take, however steadily it drips."""

PASSING = frozenset({408, 425, 429})
"""Refusals that ask for patience: the report stays unsent."""


@dataclass(frozen=True)
class Delivered:
    """The district signed for exactly the bytes that were sent."""

    answer: bytes
    received_at: int


@dataclass(frozen=True)
class Refused:
    """The district itself read and refused these bytes; sending them again would not help."""

    code: str
    message: str
    details: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Failed:
    """Nothing is known: the report stays unsent. `offline` when no connection came about at all."""

    code: str
    offline: bool = False


Outcome = Delivered | Refused | Failed


@dataclass(frozen=True)
class _Answer:
    status: int
    signature: str
    content: bytes


class DistrictClient:
    """A connection to the district whose key is pinned; use it as a context manager.

    Proxies of the environment are left aside: none may stand between the desk and a district on its own
    network. Redirects are never followed, because another host is not the district.
    """

    def __init__(self, url: str, district_key: bytes) -> None:
        self._url = url.rstrip("/")
        self._district_key = district_key
        self._client: httpx.Client | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._client is not None:
            self._client.close()

    def send_report(self, sealed: bytes) -> Outcome:
        """Send a sealed report."""
        answer = self._post("/v1/reports", sealed)
        if isinstance(answer, Failed):
            return answer
        if answer.status == 200:
            try:
                receipt = wire.verify_receipt(answer.content, sealed=sealed, district_key=self._district_key)
            except wire.WireFault:
                return Failed("not_the_district")
            return Delivered(answer.content, receipt.received_at)
        return self._judge(answer, sealed)

    def register(self, request: bytes, key_id: str) -> Outcome:
        """Ask the district to know the key `key_id`, with the signed `request`."""
        answer = self._post("/v1/enrol", request)
        if isinstance(answer, Failed):
            return answer
        if answer.status == 200:
            try:
                confirmation = wire.verify_confirmation(answer.content, district_key=self._district_key)
            except wire.WireFault:
                return Failed("not_the_district")
            if confirmation.key_id != key_id:
                return Failed("not_the_district")
            return Delivered(answer.content, confirmation.enrolled_at)
        return self._judge(answer, request)

    def _post(self, path: str, content: bytes) -> _Answer | Failed:
        import httpx

        headers = {
            wire.PROTOCOL_HEADER: wire.SUPPORTED_PROTOCOLS[0],
            "Content-Type": "application/octet-stream",
            "Accept-Encoding": "identity",
        }
        if self._client is None:
            timeout = httpx.Timeout(IDLE_SECONDS, connect=CONNECT_SECONDS)
            self._client = httpx.Client(trust_env=False, follow_redirects=False, timeout=timeout)
        deadline = time.monotonic() + ANSWER_SECONDS
        try:
            with self._client.stream("POST", self._url + path, content=content, headers=headers) as response:
                body = bytearray()
                for chunk in response.iter_raw():
                    body += chunk
                    if len(body) > wire.MAX_ANSWER:
                        return Failed("not_the_district")
                    if time.monotonic() > deadline:
                        return Failed("too_slow")
                signature = response.headers.get(wire.SIGNATURE_HEADER, "")
                return _Answer(response.status_code, signature, bytes(body))
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return Failed("unreachable", offline=True)
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            return Failed("cut_off")

    def _judge(self, answer: _Answer, content: bytes) -> Refused | Failed:
        """What an answer other than 200 means; only what the district signed counts as its word."""
        if 300 <= answer.status < 400:
            return Failed("redirected")
        bound = self._is_signed_for(wire.content_hash(content), answer)
        unread = not bound and self._is_signed_for(wire.UNREAD, answer)
        if answer.status >= 500 or ((bound or unread) and answer.status in PASSING):
            return Failed("district_failed")
        if not bound:
            # Signed for no bytes or for others, it says nothing about these.
            return Failed("refused_unread" if unread else "not_the_district")
        details = _refusal_in(answer.content)
        return Refused(str(details.pop("code", "refused")), str(details.pop("message", "")), details)

    def _is_signed_for(self, content: str, answer: _Answer) -> bool:
        return wire.is_genuine_refusal(
            answer.signature,
            district_key=self._district_key,
            content=content,
            status=answer.status,
            answer=answer.content,
        )


def _refusal_in(content: bytes) -> dict[str, object]:
    try:
        error = json.loads(content)["error"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return dict(error) if isinstance(error, dict) else {}

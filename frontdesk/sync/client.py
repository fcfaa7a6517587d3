"""Talking to the district: one request, one answer read under a cap, judged by signatures alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TypeVar

from frontdesk.sync import wire
from frontdesk.sync.line import Answer, Failed, Line, Question
from frontdesk.sync.stopping import ShouldStop, SyncStop

__all__ = ["Delivered", "DistrictClient", "Failed", "Outcome", "Refused"]

ANSWER_SECONDS = 60.0
"""How long a request and its whole answer may take."""

QUICK_SECONDS = 0.8
"""How long a connection may take to come about when there is nothing to send: nobody waits longer to hear so."""

PASSING = frozenset({408, 425, 429})
"""Refusals that ask for patience: the report stays unsent."""

T = TypeVar("T")


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


Outcome = Delivered | Refused | Failed


class DistrictClient:
    """A connection to the district whose keys are pinned; use it as a context manager.

    `should_stop` ends a request that is under way where it is a `SyncStop`. `quick` is for a sync that has nothing to
    send: a district that cannot be connected to at once is then `unreachable`.
    """

    def __init__(
        self, url: str, district_keys: Sequence[bytes], should_stop: ShouldStop | None = None, *, quick: bool = False
    ) -> None:
        self._url = url.rstrip("/")
        self._district_keys = list(district_keys)
        self._stop = should_stop if isinstance(should_stop, SyncStop) else SyncStop()
        self._quick = quick
        self._line = Line()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._line.is_broken:
            self._line.close()

    def trust(self, district_key: bytes) -> None:
        """Believe answers that are signed with this key too."""
        self._district_keys.append(district_key)

    def send_report(self, sealed: bytes) -> Outcome:
        """Send a sealed report."""
        answer = self._ask("POST", "/v1/reports", sealed)
        if isinstance(answer, Failed):
            return answer
        if answer.status == 200:
            receipt = self._verified(lambda key: wire.verify_receipt(answer.content, sealed=sealed, district_key=key))
            return Delivered(answer.content, receipt.received_at) if receipt else _NO_DISTRICT
        return self._judge(answer, sealed)

    def register(self, request: bytes, key_id: str, path: str = "/v1/enrol") -> Outcome:
        """Ask the district to know the key `key_id`, with the signed `request`."""
        answer = self._ask("POST", path, request)
        if isinstance(answer, Failed):
            return answer
        if answer.status == 200:
            confirmation = self._verified(lambda key: wire.verify_confirmation(answer.content, district_key=key))
            if confirmation is None or confirmation.key_id != key_id:
                return _NO_DISTRICT
            return Delivered(answer.content, confirmation.enrolled_at)
        return self._judge(answer, request)

    def _verified(self, verify: Callable[[bytes], T]) -> T | None:
        """What `verify` makes of the answer with one of the district's keys; None when none of them signed it."""
        for key in self._district_keys:
            try:
                return verify(key)
            except wire.WireFault:
                continue
        return None

    def _ask(self, method: str, path: str, content: bytes, cap: int = wire.MAX_ANSWER) -> Answer | Failed:
        if self._stop():
            return Failed("stopped")
        if self._line.is_broken:
            self._line = Line()
        line = self._line
        headers = {
            wire.PROTOCOL_HEADER: wire.SUPPORTED_PROTOCOLS[0],
            "Content-Type": "application/octet-stream",
            "Accept-Encoding": "identity",
        }
        question = Question(method, self._url + path, content, headers, cap)
        with self._stop.breaking(lambda: line.break_off(Failed("stopped"))):
            quick = QUICK_SECONDS if self._quick else None
            return line.ask(question, seconds=ANSWER_SECONDS, connect_seconds=quick)

    def _judge(self, answer: Answer, content: bytes) -> Refused | Failed:
        """What an answer other than 200 means; only what the district signed counts as its word."""
        if 300 <= answer.status < 400:
            return Failed("redirected", left=True)
        bound = self._is_signed_for(wire.content_hash(content), answer)
        unread = not bound and self._is_signed_for(wire.UNREAD, answer)
        if answer.status >= 500 or ((bound or unread) and answer.status in PASSING):
            return Failed("district_failed", left=True)
        if not bound:
            # Signed for no bytes or for others, it says nothing about these.
            return Failed("refused_unread", left=True) if unread else _NO_DISTRICT
        return refusal_in(answer.content)

    def _is_signed_for(self, content: str, answer: Answer) -> bool:
        return any(
            wire.is_genuine_refusal(
                answer.headers.get(wire.SIGNATURE_HEADER, ""),
                district_key=key,
                content=content,
                status=answer.status,
                answer=answer.content,
            )
            for key in self._district_keys
        )


_NO_DISTRICT = Failed("not_the_district", left=True)


def refusal_in(content: bytes) -> Refused:
    """The refusal in the JSON that the district signed."""
    try:
        error = json.loads(content)["error"]
    except (ValueError, KeyError, TypeError, RecursionError):
        error = None
    details = dict(error) if isinstance(error, dict) else {}
    return Refused(str(details.pop("code", "refused")), str(details.pop("message", "")), details)

"""Talking to the district: one request, one answer read under a cap, judged by signatures alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from frontdesk.sync import wire
from frontdesk.sync.line import Answer, Failed, Line, Question
from frontdesk.sync.stopping import ShouldStop, SyncStop

__all__ = ["Delivered", "DistrictClient", "Failed", "Outcome", "Refused"]

ANSWER_SECONDS = 60.0
"""How long a request and its whole answer may take."""

QUICK_SECONDS = 0.6
"""How long a connection may take to come about when there is nothing to send: nobody waits longer to hear so."""

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
        self._at_once = 1

    @property
    def at_once(self) -> int:
        """How many reports the district takes in one request, by its last answer to a report."""
        return self._at_once

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
        if district_key not in self._district_keys:
            self._district_keys.append(district_key)

    def send_report(self, sealed: bytes) -> Outcome:
        """Send a sealed report."""
        answer = self._ask("POST", "/v1/reports", sealed)
        if isinstance(answer, Failed):
            return answer
        outcome = self._delivered(answer.content, sealed) if answer.status == 200 else self._judge(answer, sealed)
        said = answer.headers.get(wire.BATCH_HEADER, "")
        if not isinstance(outcome, Failed) and said.isdecimal():
            self._at_once = max(1, min(int(said[:9]), wire.MAX_BATCH))
        return outcome

    def send_reports(self, sealed: Sequence[bytes]) -> list[Outcome] | Failed:
        """Send several sealed reports in one request; what became of each, in their order.

        Failed where the answer says nothing of single reports, be it whose it may.
        """
        answer = self._ask("POST", "/v1/reports/batch", wire.make_batch(sealed), wire.MAX_BATCH_ANSWER)
        if isinstance(answer, Failed):
            return answer
        if answer.status != 200:
            return Failed("district_failed", left=True)
        try:
            answers = wire.open_batch_answer(answer.content)
        except wire.WireFault:
            return _NO_DISTRICT
        if len(answers) != len(sealed):
            return _NO_DISTRICT
        return [self._answered(answered, raw) for answered, raw in zip(answers, sealed, strict=True)]

    def _delivered(self, receipt: bytes, sealed: bytes) -> Outcome:
        try:
            verified = wire.verify_receipt(receipt, sealed=sealed, district_keys=self._district_keys)
        except wire.WireFault:
            return _NO_DISTRICT
        return Delivered(receipt, verified.received_at)

    def _answered(self, answer: bytes, sealed: bytes) -> Outcome:
        """What became of one of several reports; each answer is signed for exactly its bytes, or worth nothing."""
        try:
            refusal = wire.refusal_of(answer, self._district_keys)
        except wire.WireFault:
            return _NO_DISTRICT
        if refusal is None:
            return self._delivered(answer, sealed)
        if refusal.content != wire.content_hash(sealed):
            return _NO_DISTRICT
        if refusal.status >= 500 or refusal.status in PASSING:
            return Failed("district_failed", left=True)
        return refusal_in(refusal.answer)

    def register(self, request: bytes, key_id: str) -> Outcome:
        """Ask the district to know the key `key_id`, with the signed `request`."""
        return self._confirmed("/v1/enrol", request, key_id)

    def rotate(self, request: bytes, new_key_id: str) -> Outcome:
        """Ask the district to know `new_key_id` in place of the key that signed the `request`."""
        return self._confirmed("/v1/rotate", request, new_key_id)

    def _confirmed(self, path: str, request: bytes, key_id: str) -> Outcome:
        answer = self._ask("POST", path, request)
        if isinstance(answer, Failed):
            return answer
        if answer.status != 200:
            return self._judge(answer, request)
        try:
            confirmation = wire.verify_confirmation(answer.content, district_keys=self._district_keys)
        except wire.WireFault:
            return _NO_DISTRICT
        if confirmation.key_id != key_id:
            return _NO_DISTRICT
        return Delivered(answer.content, confirmation.enrolled_at)

    def exchange(self, request: bytes) -> wire.OpenedExchangeAnswer | Refused | Failed:
        """Ask for the district's documents and tell it what was read; none of the documents has been opened yet."""
        answer = self._ask("POST", "/v1/exchange", request, wire.MAX_EXCHANGE_ANSWER)
        if isinstance(answer, Failed):
            return answer
        if answer.status != 200:
            return self._judge(answer, request)
        try:
            return wire.verify_exchange_answer(answer.content, request=request, district_keys=self._district_keys)
        except wire.WireFault:
            return _NO_DISTRICT

    def district_key(self) -> wire.DistrictKey | Failed:
        """The key that whoever answers calls the district's; it proves nothing before a typed code fits it."""
        answer = self._ask("GET", "/v1/key", b"")
        if isinstance(answer, Failed):
            return answer
        if answer.status != 200:
            return Failed("redirected" if 300 <= answer.status < 400 else "not_the_district", left=True)
        try:
            return wire.read_district_key(answer.content)
        except wire.WireFault:
            return _NO_DISTRICT

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
        if self._district_keys:
            # A district that has changed its key answers, refusals included, with the one that is pinned here.
            headers[wire.RECIPIENT_HEADER] = wire.key_id_of(self._district_keys[-1])
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
        return wire.is_genuine_refusal(
            answer.headers.get(wire.SIGNATURE_HEADER, ""),
            content=content,
            status=answer.status,
            answer=answer.content,
            district_keys=self._district_keys,
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

"""The district's API for tests: the whole application without a socket, and what judges its answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from httpx import ASGITransport, AsyncClient, Response

from frontdesk.district.api.app import create_app
from frontdesk.district.api.rate import RateLimit
from frontdesk.district.keys import District
from frontdesk.sync import wire
from tests.district.centres import NOW_MS, Centre


@dataclass
class Api:
    """The application of a district, by a clock that stands still."""

    district: District
    client: AsyncClient
    runner: asyncio.Runner

    def request(self, method: str, path: str, **how: Any) -> Response:
        """One request, answered."""
        return self.runner.run(self.client.request(method, path, **how))

    def post(self, name: str, raw: bytes, **headers: str) -> Response:
        """Post bytes to /v1/<name>, with our protocol unless `headers` say otherwise."""
        said = {wire.PROTOCOL_HEADER: "1", **{key.replace("_", "-"): value for key, value in headers.items()}}
        return self.request("POST", f"/v1/{name}", content=raw, headers=said)

    def get(self, name: str) -> Response:
        """Ask for /v1/<name>."""
        return self.request("GET", f"/v1/{name}")

    def refusal(self, name: str, raw: bytes, status: int, code: str, **headers: str) -> dict[str, Any]:
        """Insist on a refusal that the district signed for exactly these bytes; its error."""
        answer = self.post(name, raw, **headers)
        error: dict[str, Any] = json.loads(answer.content)["error"]
        assert (answer.status_code, error["code"]) == (status, code), error
        assert error["message"]
        assert "error." not in error["message"]
        assert wire.is_genuine_refusal(
            answer.headers[wire.SIGNATURE_HEADER],
            district_key=self.district.verify_key,
            content=wire.UNREAD if code == "unknown_protocol" else wire.content_hash(raw),
            status=status,
            answer=answer.content,
        )
        return error

    def exchange(self, centre: Centre, since: int = 0, read: tuple[tuple[str, int], ...] = ()) -> Exchanged:
        """What a centre gets from number `since` on, telling what it has read."""
        raw = exchange_request(centre, since=since, read=read)
        answer = self.post("exchange", raw)
        assert answer.status_code == 200, answer.content
        keys = [self.district.verify_key]
        opened = wire.verify_exchange_answer(answer.content, request=raw, district_keys=keys)
        documents = [wire.open_document(one, keys) for one in opened.documents]
        return Exchanged(documents, opened.answer.read_kept, opened.answer.more)


@dataclass(frozen=True)
class Exchanged:
    """An exchange's answer, taken apart."""

    documents: list[wire.DistrictDocument]
    read_kept: list[str]
    more: bool

    @property
    def titles(self) -> list[str]:
        """The documents' titles."""
        return [one.title for one in self.documents]


def still() -> datetime:
    """A clock that stands still."""
    return datetime.fromtimestamp(NOW_MS / 1000, UTC)


@contextmanager
def serving(district: District, rate: RateLimit | None = None) -> Iterator[Api]:
    """The application until the block ends."""
    with asyncio.Runner() as runner:
        transport = ASGITransport(create_app(district, still, rate))
        yield Api(district, AsyncClient(transport=transport, base_url="http://district"), runner)


def exchange_request(
    centre: Centre,
    *,
    since: int = 0,
    read: tuple[tuple[str, int], ...] = (),
    code: str | None = None,
    nonce: bytes = bytes(16),
) -> bytes:
    """A request to exchange, for the centre `code` where it is another one than the key's."""
    return wire.make_exchange_request(
        centre=code or centre.code,
        seed=centre.seed,
        recipient=centre.recipient,
        since=since,
        read=read,
        nonce=nonce,
    )


def rotation_request(centre: Centre, new_seed: bytes = b"n" * 32, *, code: str | None = None) -> bytes:
    """A request to change the centre's key."""
    return wire.make_rotation(
        centre=code or centre.code, old_seed=centre.seed, new_seed=new_seed, recipient=centre.recipient
    )

"""Centres for the district's tests: enrolled ones with a key, and the reports that they seal."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from frontdesk.common.periods import parse_period
from frontdesk.district.keys import District
from frontdesk.district.service import accept_enrolment, issue_enrolment
from frontdesk.sync import frames, wire

NOW_MS = 1_795_252_800_000
"""2026-11-21 09:20 in UTC."""
ENROLLED_MS = NOW_MS - 300 * 86_400_000
"""In January: whoever has enrolled is expected in every period of the tests."""
PERIOD = "2026-W46"


@dataclass(frozen=True)
class Centre:
    """A centre that the district knows, with the seed of its key."""

    code: str
    seed: bytes
    recipient: str

    @property
    def key_id(self) -> str:
        """The id of its key."""
        return wire.key_id_of(wire.verify_key_of(self.seed))

    def seal(
        self,
        *,
        period: str = PERIOD,
        revision: int = 1,
        report_id: str = "r1",
        values: list[wire.ReportValue] | None = None,
        figures: Mapping[str, int | Mapping[str, int | None] | None] | None = None,
        name: str = "安亭示范邻里中心",
    ) -> bytes:
        """A sealed report of version 2, by `values` or by what `wire.make_values` makes of `figures`."""
        span = parse_period(period, finer=True)
        body = wire.ReportBodyV2.model_validate(
            {
                "centre": self.code,
                "name": name,
                "period": period,
                "from": span.first,
                "to": span.last,
                "values": values if values is not None else wire.make_values(figures or {"person_times": 3}),
            }
        )
        return wire.seal(
            body.to_bytes(),
            seed=self.seed,
            recipient=self.recipient,
            report_id=report_id,
            revision=revision,
            schema_version=2,
        )

    def sealed_again(self, raw: bytes, change: Callable[[bytes], bytes]) -> bytes:
        """A report whose body was changed past what `wire.seal` makes, signed as if it had made it."""
        opened = wire.open_sealed(raw, lambda _: wire.KnownKey(wire.verify_key_of(self.seed), self.code))
        body = change(opened.body)
        header = opened.header.model_copy(update={"body_hash": wire.content_hash(body)}).model_dump(mode="json")
        parts = (frames.to_json(header), zlib.compress(body))
        return frames.pack(wire.REPORT_MAGIC, bytes.fromhex(self.key_id), parts, self.seed)

    def seal_first_version(self, figures: Mapping[str, int | dict[str, int | None] | None]) -> bytes:
        """A sealed report as the first programs made it."""
        span = parse_period(PERIOD)
        body = wire.ReportBody.model_validate(
            {
                "centre": self.code,
                "name": "安亭示范邻里中心",
                "period": PERIOD,
                "from": span.first,
                "to": span.last,
                "figures": dict(figures),
            }
        )
        return wire.seal(body.to_bytes(), seed=self.seed, recipient=self.recipient, report_id="r1", revision=1)


def enrolled(district: District, code: str = "310114-901", number: int = 1) -> Centre:
    """A centre that enrolled; its key is made of `number`."""
    seed = number.to_bytes(32, "big")
    file = issue_enrolment(district, centre=code, url="https://district.example", now_ms=ENROLLED_MS)
    accept_enrolment(district, wire.make_enrolment_request(centre=code, code=file.code, seed=seed), ENROLLED_MS)
    return Centre(code, seed, district.key_id)

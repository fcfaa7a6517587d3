"""One of everything that travels, made by hand, and what opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple
from unittest.mock import patch

from frontdesk.sync import wire
from tests.sync.ends import DISTRICT_SEED

CENTRE = "310114-901"
SEED = bytes(reversed(range(32)))
NEW_SEED = b"n" * 32
VERIFY_KEY = wire.verify_key_of(SEED)
KEY_ID = wire.key_id_of(VERIFY_KEY)
DISTRICT_KEY = wire.verify_key_of(DISTRICT_SEED)
DISTRICT = wire.key_id_of(DISTRICT_KEY)
NOW = 1_763_800_000_000


def lookup(key_id: str) -> wire.KnownKey | None:
    """The centre's key, as the district knows it."""
    return wire.KnownKey(VERIFY_KEY, CENTRE) if key_id == KEY_ID else None


def revoked(key_id: str) -> wire.KnownKey | None:
    """The centre's key, out of use."""
    return wire.KnownKey(VERIFY_KEY, CENTRE, revoked=True) if key_id == KEY_ID else None


def first_body() -> wire.ReportBody:
    """A report of schema version 1."""
    figures = {"ratings": 3, "ratings_by_level": {"5": 2, "1": 1}, "visits_left_open": None}
    return wire.ReportBody.model_validate({**_head("2026-W46", 9, 15), "figures": figures})


def second_body(**changed: object) -> wire.ReportBodyV2:
    """A report of schema version 2."""
    figures: dict[str, int | dict[str, int | None] | None] = {
        "ratings": 3,
        "ratings_by_level": {"5": 2, "1": 1},
        "good_rate": {"numerator": 2, "denominator": 3},
        "visits_left_open": None,
    }
    values = wire.make_values(figures)
    return wire.ReportBodyV2.model_validate({**_head("2026-W46", 9, 15), "values": values, **changed})


def _head(period: str, first: int, last: int) -> dict[str, object]:
    return {
        "centre": CENTRE,
        "name": "安亭示范邻里中心",
        "period": period,
        "from": date(2026, 11, first),
        "to": date(2026, 11, last),
    }


def sealed(body: wire.AnyBody | None = None, report_id: str = "r1", revision: int = 1) -> bytes:
    """A sealed report."""
    body = body or second_body()
    return wire.seal(
        body.to_bytes(),
        seed=SEED,
        recipient=DISTRICT,
        report_id=report_id,
        revision=revision,
        schema_version=body.schema_version,
    )


def opened(raw: bytes) -> wire.OpenedReport:
    """The report in sealed bytes."""
    return wire.open_sealed(raw, lookup)


def document(content: wire.Content | None = None, number: int = 1, seed: bytes = DISTRICT_SEED) -> bytes:
    """A document of the district."""
    return wire.make_document(
        content or wire.Notice(text="十一月三十日前更新服务清单。", important=True),
        document_id=f"d{number}",
        number=number,
        title="通知",
        issued_at=NOW,
        seed=seed,
    )


def exchange_request(since: int = 0) -> bytes:
    """A request for the documents after `since`, with one reading."""
    return wire.make_exchange_request(
        centre=CENTRE, seed=SEED, recipient=DISTRICT, since=since, read=[("d0", NOW)], nonce=b"n" * 16
    )


def exchange_answer(request: bytes | None = None) -> bytes:
    """The answer to a request: two documents, one reading kept."""
    asked = wire.open_exchange_request(request or exchange_request(), lookup)
    return wire.make_exchange_answer(
        asked, documents=[document(), document(number=2)], read_kept=["d0"], more=False, seed=DISTRICT_SEED
    )


def rotation() -> bytes:
    """A request to change the centre's key."""
    return wire.make_rotation(centre=CENTRE, old_seed=SEED, new_seed=NEW_SEED, recipient=DISTRICT)


def refusal() -> bytes:
    """A refusal as it travels by USB."""
    return wire.make_refusal(DISTRICT_SEED, content=wire.content_hash(sealed()), status=409, answer=b'{"error":{}}')


def confirmation() -> bytes:
    """The confirmation of a key."""
    return wire.make_confirmation(centre=CENTRE, key_id=KEY_ID, enrolled_at=NOW, seed=DISTRICT_SEED)


def receipt() -> bytes:
    """The receipt for `sealed()`."""
    return wire.make_receipt(opened(sealed()), received_at=NOW, seed=DISTRICT_SEED)


def trial_answer() -> bytes:
    """The answer to a dry run of `sealed()`."""
    return wire.make_trial_answer(opened(sealed()), tried_at=NOW, seed=DISTRICT_SEED)


def usb_up(reports: int = 2, seed: bytes = SEED, enrolment: bytes | None = None) -> bytes:
    """A centre's file."""
    return wire.make_usb_up(
        centre=CENTRE,
        seed=seed,
        district_key=DISTRICT_KEY,
        bundle_id="b1",
        made_at=NOW,
        reports=[sealed(report_id=f"r{number}") for number in range(1, reports + 1)],
        exchange=exchange_request(),
        rotation=rotation() if seed == SEED else None,
        enrolment=enrolment,
    )


def usb_down() -> bytes:
    """The district's file for the centre."""
    parts = [receipt(), refusal(), exchange_answer(), confirmation()]
    return wire.make_usb_down(centre=CENTRE, bundle_id="b1", made_at=NOW, seed=DISTRICT_SEED, parts=parts)


class Travelling(NamedTuple):
    """Bytes that travel and what opens them."""

    raw: bytes
    opens: Callable[[bytes], object]


def everything() -> Mapping[str, Travelling]:
    """One of every kind of bytes that travels."""
    report, request = sealed(), exchange_request()
    keys = [DISTRICT_KEY]
    enrol = wire.make_enrolment_request(centre=CENTRE, code="c" * 32, seed=SEED)
    return {
        "report": Travelling(report, opened),
        "report of version 1": Travelling(sealed(first_body()), opened),
        "receipt": Travelling(receipt(), lambda raw: wire.verify_receipt(raw, sealed=report, district_keys=keys)),
        "trial answer": Travelling(
            trial_answer(), lambda raw: wire.verify_trial_answer(raw, sealed=report, district_keys=keys)
        ),
        "refusal": Travelling(refusal(), lambda raw: wire.open_refusal(raw, district_keys=keys)),
        "request to enrol": Travelling(enrol, wire.open_enrolment_request),
        "confirmation": Travelling(confirmation(), lambda raw: wire.verify_confirmation(raw, district_keys=keys)),
        "document": Travelling(document(), lambda raw: wire.open_document(raw, keys)),
        "exchange request": Travelling(request, lambda raw: wire.open_exchange_request(raw, lookup)),
        "exchange answer": Travelling(
            exchange_answer(request),
            lambda raw: wire.verify_exchange_answer(raw, request=request, district_keys=keys),
        ),
        "rotation": Travelling(rotation(), lambda raw: wire.open_rotation(raw, lookup)),
        "centre's file": Travelling(usb_up(), lambda raw: wire.open_usb_up(raw, DISTRICT_SEED, lookup)),
        "district's file": Travelling(usb_down(), lambda raw: wire.open_usb_down(raw, keys)),
    }


@contextmanager
def nothing_read() -> Iterator[None]:
    """Insist that nothing is parsed or inflated meanwhile."""
    with (
        patch("zlib.decompressobj", side_effect=AssertionError("inflated")),
        patch("frontdesk.sync.frames.from_json", side_effect=AssertionError("parsed")),
        patch("frontdesk.sync.body.from_json", side_effect=AssertionError("parsed")),
        patch("frontdesk.sync.body._read_at_once", side_effect=AssertionError("parsed")),
    ):
        yield

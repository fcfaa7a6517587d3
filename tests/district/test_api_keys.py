"""Keys come, change and go: a centre's by a file, a typed code or its earlier key; the district's by a document."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from frontdesk.district.errors import DistrictError
from frontdesk.district.keys import District, successor_path
from frontdesk.district.service import (
    issue_enrolment,
    issue_typed_code,
    open_district,
    revoke_key,
    rotate_key,
    send_notice,
)
from frontdesk.district.store import Session, Store
from frontdesk.keys import write_secret
from frontdesk.sync import wire
from tests.district.api import Api, exchange_request, rotation_request, serving
from tests.district.centres import NOW_MS, enrolled

CODE = "310114-901"
SEED = bytes(range(32))
NEW = b"n" * 32
NEWER = b"m" * 32


@pytest.fixture
def district(store: Store, tmp_path: Path) -> District:
    """A district whose key lies in a file."""
    write_secret(tmp_path / "district.key", SEED)
    return open_district(store, tmp_path / "district.key")


@pytest.fixture
def api(district: District) -> Iterator[Api]:
    """The district's API."""
    with serving(district) as found:
        yield found


def audited(district: District, action: str) -> int:
    with district.store.reading() as session:
        return len(session.rows("SELECT 1 AS one FROM audit WHERE action = ?", (action,)))


def test_a_changed_key_takes_the_earlier_ones_place(api: Api, district: District) -> None:
    centre = enrolled(district, CODE)
    receipt = api.post("reports", centre.seal())
    request = rotation_request(centre, NEW)
    answer = api.post("rotate", request)
    confirmation = wire.verify_confirmation(answer.content, district_key=district.verify_key)
    changed = replace(centre, seed=NEW)
    assert (confirmation.centre, confirmation.key_id) == (CODE, changed.key_id)
    assert api.post("rotate", request).content == answer.content
    assert audited(district, "key.rotated") == 1
    assert api.post("reports", changed.seal(report_id="r2", revision=2)).status_code == 200
    api.refusal("reports", centre.seal(report_id="r3", revision=3), 403, "revoked_key")
    api.refusal("rotate", rotation_request(centre, NEWER), 403, "revoked_key")
    assert receipt.status_code == 200


def test_a_key_that_was_changed_twice_answers_the_first_request_no_more(api: Api, district: District) -> None:
    centre = enrolled(district, CODE)
    first = rotation_request(centre, NEW)
    assert api.post("rotate", first).status_code == 200
    assert api.post("rotate", rotation_request(replace(centre, seed=NEW), NEWER)).status_code == 200
    api.refusal("rotate", first, 403, "revoked_key")


def test_a_centre_cannot_change_to_a_key_that_is_anothers(api: Api, district: District) -> None:
    centre, other = enrolled(district, CODE), enrolled(district, "310114-902", 2)
    api.refusal("rotate", rotation_request(centre, other.seed), 409, "key_taken")
    assert api.post("reports", centre.seal()).status_code == 200


def test_a_key_cannot_be_changed_without_holding_the_new_one(api: Api, district: District) -> None:
    centre = enrolled(district, CODE)
    raw = rotation_request(centre, NEW)
    opened = wire.open_rotation(raw, lambda _: wire.KnownKey(wire.verify_key_of(centre.seed), CODE))
    assert opened.new_verify_key == wire.verify_key_of(NEW)
    api.refusal("rotate", rotation_request(replace(centre, seed=b"s" * 32), NEW), 403, "unknown_key")


def test_a_typed_code_holds_the_districts_key_and_works_once(api: Api, district: District) -> None:
    issued = issue_typed_code(district, centre=CODE, now_ms=NOW_MS)
    typed = wire.read_typed_code(issued.code.lower().replace("-", " "))
    key = wire.read_district_key(api.get("key").content)
    assert typed.fits(key.verify_key)
    request = wire.make_enrolment_request(centre=CODE, code=typed.secret, seed=NEW)
    answer = api.post("enrol", request)
    assert wire.verify_confirmation(answer.content, district_key=key.verify_key).centre == CODE
    again = wire.make_enrolment_request(centre=CODE, code=typed.secret, seed=NEWER)
    api.refusal("enrol", again, 409, "code_used")


def test_every_key_that_comes_or_goes_is_audited_once(district: District) -> None:
    centre = enrolled(district, CODE)
    for _ in range(2):
        revoke_key(district, centre.key_id, NOW_MS, "lin")
    assert [audited(district, action) for action in ("code.issued", "key.enrolled", "key.revoked")] == [1, 1, 1]


def test_the_districts_next_key_is_told_by_the_present_one_and_both_answer(
    api: Api, district: District, store: Store
) -> None:
    centre = enrolled(district, CODE)
    key_id = rotate_key(district, who="lin", now_ms=NOW_MS)
    # The process that serves does not know yet, and answers with the key that each sender has pinned.
    (document,) = api.exchange(centre).documents
    assert isinstance(document.content, wire.SuccessorKey)
    assert document.content.key_id == key_id
    assert wire.read_district_key(api.get("key").content).district_key_id == key_id
    old = api.post("reports", centre.seal())
    assert wire.verify_receipt(old.content, sealed=centre.seal(), district_key=wire.verify_key_of(SEED))
    knowing = replace(centre, recipient=key_id)
    sealed = knowing.seal(report_id="r2", revision=2)
    new = api.post("reports", sealed)
    assert wire.verify_receipt(new.content, sealed=sealed, district_key=document.content.key)
    # A process that starts afterwards has the new one, and still the old one for those who name it.
    assert district.key_file is not None
    later = open_district(store, district.key_file)
    assert later.key_id == key_id
    assert later.seed_of(centre.recipient) == SEED
    with serving(later) as api_of_later:
        request = exchange_request(centre, since=1)
        answer = api_of_later.post("exchange", request)
        assert wire.verify_exchange_answer(answer.content, request=request, district_keys=[wire.verify_key_of(SEED)])
        refused = api_of_later.post("reports", b"", Frontdesk_Recipient=centre.recipient)
        assert wire.is_genuine_refusal(
            refused.headers[wire.SIGNATURE_HEADER],
            district_key=wire.verify_key_of(SEED),
            content=wire.content_hash(b""),
            status=400,
            answer=refused.content,
        )


def test_what_is_signed_after_the_change_is_signed_with_the_new_key(api: Api, district: District) -> None:
    centre = enrolled(district, CODE)
    before = issue_enrolment(district, centre="310114-902", url="https://district.example", now_ms=NOW_MS)
    key_id = rotate_key(district, who="lin", now_ms=NOW_MS)
    seed = district.seed_of(key_id)
    assert seed is not None
    send_notice(district, title="会", text="会", who="lin", now_ms=NOW_MS)
    request = exchange_request(centre, since=1)
    answer = api.post("exchange", request)
    opened = wire.verify_exchange_answer(answer.content, request=request, district_keys=[district.verify_key])
    assert wire.open_document(opened.documents[0], [wire.verify_key_of(seed)]).title == "会"
    after = issue_enrolment(district, centre="310114-903", url="https://district.example", now_ms=NOW_MS)
    assert (before.district_key_id, after.district_key_id) == (district.key_id, key_id)
    # Each is confirmed by the key that it was handed.
    for number, file in enumerate((before, after), 5):
        request = wire.make_enrolment_request(centre=file.centre, code=file.code, seed=bytes([number]) * 32)
        confirmed = api.post("enrol", request).content
        assert wire.verify_confirmation(confirmed, district_key=bytes.fromhex(file.district_key)).centre == file.centre


def test_a_succession_of_three_keys_is_one_chain(district: District, store: Store) -> None:
    ids = [district.key_id, rotate_key(district, who="lin", now_ms=NOW_MS)]
    assert district.key_file is not None
    ids.append(rotate_key(open_district(store, district.key_file), who="lin", now_ms=NOW_MS))
    with store.reading() as session:
        rows = session.rows("SELECT key_id, replaced_by FROM district_key")
    assert {row["key_id"]: row["replaced_by"] for row in rows} == dict(zip(ids, [*ids[1:], None], strict=True))
    assert open_district(store, district.key_file).key_id == ids[2]


def test_a_store_whose_present_key_is_not_here_says_which_file_is_missing(district: District, store: Store) -> None:
    key_id = rotate_key(district, who="lin", now_ms=NOW_MS)
    assert district.key_file is not None
    path = successor_path(district.key_file, key_id)
    path.unlink()
    with pytest.raises(DistrictError) as caught:
        open_district(store, district.key_file)
    assert (caught.value.code, caught.value.details["path"]) == ("district_key_missing", str(path))


def test_a_change_of_the_key_that_fails_leaves_no_file(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    from frontdesk.district.documents import issuing

    def fail(*_: object) -> None:
        raise DistrictError("store_unavailable")

    monkeypatch.setattr(issuing, "_take_place", fail)
    assert district.key_file is not None
    before = sorted(district.key_file.parent.glob("district.key*"))
    with pytest.raises(DistrictError):
        rotate_key(district, who="lin", now_ms=NOW_MS)
    assert sorted(district.key_file.parent.glob("district.key*")) == before


def test_what_is_for_a_key_of_ours_whose_file_is_on_another_machine_is_sent_again_later(
    api: Api, district: District
) -> None:
    centre = enrolled(district, CODE)
    assert district.key_file is not None
    key_id = rotate_key(district, who="lin", now_ms=NOW_MS)
    path = successor_path(district.key_file, key_id)
    away = path.rename(path.with_suffix(".away"))
    told = replace(centre, recipient=key_id)
    api.refusal("reports", told.seal(), 503, "store_unavailable")
    api.refusal("rotate", rotation_request(told), 503, "store_unavailable")
    api.refusal("exchange", exchange_request(told), 503, "store_unavailable")
    api.refusal("reports", replace(centre, recipient="0" * 32).seal(), 403, "wrong_recipient")
    away.rename(path)
    assert api.post("reports", told.seal()).status_code == 200


def test_a_key_that_may_count_already_keeps_its_file(district: District, store: Store) -> None:
    class CutOff:
        """A store whose answer to the end of a transaction is lost."""

        reading = single = staticmethod(store.reading)

        @contextmanager
        def writing(self) -> Iterator[Session]:
            with store.writing() as session:
                yield session
            raise DistrictError("store_unavailable")

    with pytest.raises(DistrictError):
        rotate_key(replace(district, store=cast(Store, CutOff())), who="lin", now_ms=NOW_MS)
    assert district.key_file is not None
    changed = open_district(store, district.key_file)
    assert changed.key_id != district.key_id
    assert changed.seed_of(district.key_id) == district.seed


def test_a_name_that_is_no_key_id_is_looked_for_nowhere(district: District) -> None:
    for name in ("", "../district.key", "x" * 32, "0" * 33, "０" * 32):
        assert district.seed_of(name) is None

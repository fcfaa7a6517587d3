"""What goes down to the centres over the API: each gets what is for it, in order, once, and tells what it has read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from frontdesk.district.documents.service import EVERYONE, Audience, of_centres, of_street
from frontdesk.district.documents.service import wanted_in_force as wanted
from frontdesk.district.errors import DistrictError
from frontdesk.district.keys import District
from frontdesk.district.register import Centre as Entry
from frontdesk.district.register import close_centre, put_centre
from frontdesk.district.service import (
    assign_indicators,
    documents,
    grant_exemption,
    lock_period,
    open_issued,
    readers,
    send_notice,
    send_services,
    set_indicators,
    unlock_period,
)
from frontdesk.district.zone import ZONE, last_instant
from frontdesk.sync import wire
from tests.district.api import Api, exchange_request, serving
from tests.district.centres import NOW_MS, PERIOD, Centre, enrolled

OURS, THEIRS, FAR = "310114-901", "310114-902", "310114-903"
DAY_MS = 86_400_000


@pytest.fixture
def centres(district: District) -> dict[str, Centre]:
    """Three centres in two streets."""
    found = {}
    for number, (code, street) in enumerate(((OURS, "安亭镇"), (THEIRS, "安亭镇"), (FAR, "江桥镇")), 1):
        found[code] = enrolled(district, code, number)
        put_centre(district, Entry(code, f"中心{number}", street), who="lin", now_ms=NOW_MS)
    return found


@pytest.fixture
def api(district: District) -> Iterator[Api]:
    """The district's API."""
    with serving(district) as found:
        yield found


def notice(district: District, title: str, text: str = "内容", audience: Audience = EVERYONE) -> str:
    issued = send_notice(district, title=title, text=text, audience=audience, who="lin", now_ms=NOW_MS)
    return issued.document_id


def test_each_centre_gets_what_is_for_it_in_the_order_of_the_numbers(
    api: Api, district: District, centres: dict[str, Centre]
) -> None:
    notice(district, "全部")
    notice(district, "安亭", audience=of_street("安亭镇"))
    notice(district, "两家", audience=of_centres([OURS, FAR]))
    notice(district, "一家", audience=of_centres([THEIRS]))
    got = {code: api.exchange(centre) for code, centre in centres.items()}
    assert {code: one.titles for code, one in got.items()} == {
        OURS: ["全部", "安亭", "两家"],
        THEIRS: ["全部", "安亭", "一家"],
        FAR: ["全部", "两家"],
    }
    assert [one.number for one in got[OURS].documents] == [1, 2, 3]
    assert api.exchange(centres[OURS], since=2).titles == ["两家"]
    assert api.exchange(centres[OURS], since=10**12).titles == []
    assert not any(one.more for one in got.values())


def test_a_reading_is_kept_once_and_by_both_clocks(api: Api, district: District, centres: dict[str, Centre]) -> None:
    document = notice(district, "全部")
    for read_at in (5, 9):
        assert api.exchange(centres[OURS], read=((document, read_at), (document, read_at))).read_kept == [document]
    found = {one.centre: (one.read_at, one.told_at) for one in readers(district, document)}
    assert found == {THEIRS: (None, None), FAR: (None, None), OURS: (5, NOW_MS)}
    assert [(one.reached, one.read) for one in documents(district)] == [(3, 1)]
    with district.store.reading() as session:
        rows = session.rows("SELECT who, centre, subject FROM audit WHERE action = 'document.read'")
    assert [dict(row) for row in rows] == [{"who": f"centre:{OURS}", "centre": OURS, "subject": document}]


def test_a_document_of_others_is_as_one_that_there_is_not(
    api: Api, district: District, centres: dict[str, Centre]
) -> None:
    theirs = notice(district, "一家", audience=of_centres([THEIRS]))
    raw = [exchange_request(centres[OURS], read=((one, 1),)) for one in (theirs, "f" * 32)]
    heads = []
    for one in raw:
        answer = api.post("exchange", one)
        opened = wire.verify_exchange_answer(answer.content, request=one, district_keys=[district.verify_key])
        heads.append((opened.answer.read_kept, opened.documents, opened.answer.more))
    assert heads == [([], (), False)] * 2
    assert [one.read_at for one in readers(district, theirs)] == [None]


def test_more_than_one_answer_holds_follows_with_the_next(
    api: Api, district: District, centres: dict[str, Centre]
) -> None:
    long = "字" * 49_000
    for number in range(29):
        notice(district, f"第{number}号", long)
    first = api.exchange(centres[OURS])
    assert first.more
    assert len(first.documents) < 29
    second = api.exchange(centres[OURS], since=first.documents[-1].number)
    assert not second.more
    assert [*first.titles, *second.titles] == [f"第{number}号" for number in range(29)]


def test_many_small_ones_are_paged_too(api: Api, district: District, centres: dict[str, Centre]) -> None:
    for number in range(105):
        notice(district, f"{number}")
    first = api.exchange(centres[OURS])
    assert (len(first.documents), first.more) == (100, True)
    assert api.exchange(centres[OURS], since=100).titles == ["100", "101", "102", "103", "104"]


def test_a_centre_that_closed_before_is_no_reader_of_a_notice_unless_it_is_named(
    api: Api, district: District, centres: dict[str, Centre]
) -> None:
    today = datetime.fromtimestamp(NOW_MS / 1000, ZONE).date()
    close_centre(district, OURS, today, who="lin", now_ms=NOW_MS)
    close_centre(district, FAR, today - timedelta(days=1), who="lin", now_ms=NOW_MS)
    everybody = notice(district, "全部")
    notice(district, "江桥", audience=of_street("江桥镇"))
    notice(district, "点名", audience=of_centres([FAR]))
    # The day ends by the district's clock, eight hours before it does in UTC.
    send_notice(district, title="明天", text="内容", audience=EVERYONE, who="lin", now_ms=last_instant(today) + 1)
    api.exchange(centres[FAR], read=((everybody, 7),))
    found = {one.title: (one.reached, one.read) for one in documents(district)}
    assert found == {"全部": (2, 0), "江桥": (0, 0), "点名": (1, 0), "明天": (1, 0)}
    assert {one.centre for one in readers(district, everybody)} == {OURS, THEIRS}


def test_a_street_sees_the_documents_and_the_readers_of_its_own_centres(
    district: District, centres: dict[str, Centre]
) -> None:
    everybody, far = notice(district, "全部"), notice(district, "远", audience=of_centres([FAR]))
    assert [one.title for one in documents(district, street="安亭镇")] == ["全部"]
    assert [(one.title, one.reached) for one in documents(district, street="江桥镇")] == [("远", 1), ("全部", 1)]
    assert [one.centre for one in readers(district, everybody, street="安亭镇")] == [OURS, THEIRS]
    for ask in (readers, open_issued):
        with pytest.raises(DistrictError) as caught:
            ask(district, far, street="安亭镇")
        assert caught.value.code == "no_such_document"
    content = open_issued(district, everybody, street="安亭镇").content
    assert isinstance(content, wire.Notice)
    assert content.text == "内容"


def test_a_lock_holds_from_its_word_on_and_an_exemption_is_told_to_its_centre_only(
    api: Api, district: District, centres: dict[str, Centre]
) -> None:
    kept = centres[OURS].seal(report_id="before")
    receipt = api.post("reports", kept).content
    lock_period(district, PERIOD, "已汇总", who="lin", now_ms=NOW_MS)
    api.refusal("reports", centres[THEIRS].seal(), 423, "period_locked")
    assert api.post("reports", kept).content == receipt
    grant_exemption(district, THEIRS, PERIOD, date(2026, 11, 21), "停电", who="lin", now_ms=NOW_MS)
    assert api.post("reports", centres[THEIRS].seal()).status_code == 200
    api.refusal("reports", centres[FAR].seal(), 423, "period_locked")
    told = {code: [one.kind for one in api.exchange(one).documents] for code, one in centres.items()}
    assert told == {OURS: ["period_lock"], THEIRS: ["period_lock", "exemption"], FAR: ["period_lock"]}
    unlock_period(district, PERIOD, who="lin", now_ms=NOW_MS)
    assert api.post("reports", centres[FAR].seal()).status_code == 200
    last = api.exchange(centres[FAR], since=1).documents[-1].content
    assert isinstance(last, wire.PeriodLock)
    assert not last.locked


def test_an_exemption_ends_with_its_day_in_the_districts_zone(district: District, centres: dict[str, Centre]) -> None:
    # 2026-11-21 09:20 UTC: in Shanghai the same day, which ends at 16:00 UTC.
    granted = grant_exemption(district, OURS, PERIOD, date(2026, 11, 21), "", who="lin", now_ms=NOW_MS)
    assert granted.until == 1_795_276_800_000 - 1
    with pytest.raises(DistrictError) as caught:
        grant_exemption(district, OURS, PERIOD, date(2026, 11, 20), "", who="lin", now_ms=NOW_MS)
    assert caught.value.code == "exemption_over"


def test_a_set_of_indicators_is_told_to_all_and_an_assignment_to_its_centre(
    api: Api, district: District, centres: dict[str, Centre]
) -> None:
    said = wanted(district)
    own = {
        "code": "trees_planted",
        "name": {"zh_CN": "植树", "en": "Trees planted"},
        "meaning": {"zh_CN": "种下的树", "en": "Trees that were planted"},
        "unit": "棵",
    }
    set_indicators(district, [*said["indicators"], {"code": "trees_planted"}], [own], who="lin", now_ms=NOW_MS)
    assert api.post("reports", centres[OURS].seal(figures={"trees_planted": 4})).status_code == 200
    assign_indicators(district, FAR, ["trees_planted"], who="lin", now_ms=NOW_MS)
    error = api.refusal("reports", centres[FAR].seal(figures={"ratings": 4}), 422, "not_assigned")
    assert (error["index"], error["indicator"]) == (0, "ratings")
    assert [one.kind for one in api.exchange(centres[FAR]).documents] == ["indicator_set"] * 2
    assert [one.kind for one in api.exchange(centres[OURS]).documents] == ["indicator_set"]
    assert wanted(district)["edition"] == 1
    with pytest.raises(DistrictError) as caught:
        set_indicators(district, [{"code": "no_such"}], who="lin", now_ms=NOW_MS)
    assert (caught.value.code, caught.value.details["codes"]) == ("unknown_indicators", "no_such")


def test_a_list_of_services_travels_whole(api: Api, district: District, centres: dict[str, Centre]) -> None:
    send_services(district, [{"code": "S1", "name": "理发", "contact": "二楼"}], who="lin", now_ms=NOW_MS)
    (document,) = api.exchange(centres[OURS]).documents
    assert isinstance(document.content, wire.ServiceList)
    assert document.content.items == [wire.ListedService(code="S1", name="理发", contact="二楼")]


@pytest.mark.parametrize(
    ("title", "text", "code"),
    [
        ("", "x", "bad_document"),
        ("x" * 201, "x", "bad_document"),
        ("x", "", "bad_document"),
        ("x\0", "x", "bad_document"),
    ],
)
def test_what_cannot_travel_is_not_issued(district: District, title: str, text: str, code: str) -> None:
    with pytest.raises(DistrictError) as caught:
        notice(district, title, text)
    assert caught.value.code == code
    assert documents(district) == []


def test_nobody_is_written_to_who_is_not_there(district: District, centres: dict[str, Centre]) -> None:
    for audience, code in ((of_street("别处"), "no_street"), (of_centres([OURS, "nobody"]), "no_such_centre")):
        with pytest.raises(DistrictError) as caught:
            notice(district, "会", audience=audience)
        assert caught.value.code == code
    assert documents(district) == []


def test_after_a_restore_no_number_is_given_that_centres_have_seen(
    api: Api, district: District, centres: dict[str, Centre]
) -> None:
    with district.store.writing() as session:
        session.insert("district_setting", {"name": "document_floor", "value": "1000"})
    notice(district, "甲")
    notice(district, "乙")
    assert [one.number for one in api.exchange(centres[OURS], since=999).documents] == [1001, 1002]

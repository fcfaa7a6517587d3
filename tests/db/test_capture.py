"""Ratings as they come in: given with a key, said more of, written down for somebody, and put right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import activities as session_records
from db import assignments as assignment_records
from db import audit_words
from db import feedback as records
from db import staff as staff_records
from db.activities import Session
from db.assignments import Assignment
from db.errors import CodedError
from db.staff import Staff
from frontdesk.context import Context, Operator, to_ms
from frontdesk.feedback import service
from frontdesk.feedback.capture import typed
from frontdesk.feedback.capture.recording import correct_entry, record, record_slips, remove_entry, workable
from frontdesk.feedback.capture.rules import Entry, correction_seconds
from frontdesk.feedback.capture.services import add_service, remove_service, services, set_service
from frontdesk.feedback.capture.subjects import subjects_on
from frontdesk.residents import service as residents
from tests.desks import NOON, new_desk, turn_clock

TODAY = date(2026, 11, 9)
YESTERDAY = TODAY - timedelta(days=1)
SLIP = Entry(day=YESTERDAY, kind="service", subject=service.DEFAULT_SERVICE, level=4)
OPERATOR = Operator("S101", "李磊", "operator")
AUDITOR = Operator("S109", "孙七", "auditor")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    with context.change("test.filled", "centre") as connection:
        for person in (
            Staff(no="S101", name="李磊", kind="专职"),
            Staff(no="S109", name="孙七", kind="专职", role="auditor"),
        ):
            staff_records.put(connection, person)
        staff_records.assign_post(connection, "S101", "综合岗", "A")
    yield context
    context.database.close()


def put_session(desk: Context, code: str, name: str, ended: int, *, state: str = "published") -> None:
    """A session of an hour that ended so many minutes ago."""
    ends = to_ms(NOON - timedelta(minutes=ended))
    session = Session(
        code=code,
        day=TODAY.isoformat(),
        starts_at=ends - 3_600_000,
        ends_at=ends,
        name=name,
        category="文体服务",
        capacity=20,
        state=state,  # type: ignore[arg-type]
    )
    with desk.change("test.session", code) as connection:
        session_records.put(connection, session)


def put_assignment(desk: Context, title: str, begun: int) -> int:
    starts = to_ms(NOON - timedelta(minutes=begun))
    one = Assignment(day=TODAY.isoformat(), title=title, starts_at=starts, ends_at=starts + 7_200_000)
    with desk.change("test.assignment", title) as connection:
        return assignment_records.put(connection, one)


def stored(desk: Context, key: bytes) -> records.Rating:
    found = records.get(desk.database.connection, key)
    assert found is not None
    return found


def refusal(case: Any) -> str:
    with pytest.raises(CodedError) as refused:
        case()
    return refused.value.code


# What just happened.


def test_what_just_ended_comes_first_then_the_counter_then_what_has_begun(desk: Context) -> None:
    put_session(desk, "HD1", "早操", 40)
    put_session(desk, "HD2", "书法", 25)
    put_session(desk, "HD3", "合唱", 5)
    put_session(desk, "HD4", "棋牌", -20)
    put_session(desk, "HD5", "烘焙", -90)
    put_session(desk, "HD6", "取消了", 10, state="cancelled")
    put_session(desk, "HD7", "没公布", 10, state="draft")
    number = put_assignment(desk, "巡河", 30)
    put_assignment(desk, "送餐", -30)
    add_service(desk, "为老服务")
    found = [(one.kind, one.subject) for one in service.subjects_now(desk)]
    assert found == [
        ("session", "HD3"),
        ("session", "HD2"),
        ("service", "综合服务台"),
        ("service", "为老服务"),
        ("session", "HD1"),
        ("session", "HD4"),
        ("volunteer", str(number)),
    ]
    desk.settings = replace(desk.settings, rating_session_minutes=0)
    assert service.subjects_now(desk)[0].kind == "service"
    assert subjects_on(desk, TODAY)[0].subject == "综合服务台"


def test_each_kind_of_subject_is_kept_as_it_was_rated(desk: Context) -> None:
    put_session(desk, "HD3", "合唱", 5)
    put_assignment(desk, "巡河", 30)
    for subject in service.subjects_now(desk):
        rating = stored(desk, service.rate(desk, 5, subject=subject))
        assert (rating.subject_kind, rating.subject) == (subject.kind, subject.subject)
        assert service.label_of(desk, subject.kind, subject.subject).startswith(subject.label.split()[0])


# A second press, and more words.


@given(seconds=st.integers(0, 600))
def test_a_second_press_corrects_for_at_least_a_second_whatever_is_set(seconds: int) -> None:
    assert correction_seconds(seconds) == max(1, seconds)


def test_details_replace_what_was_said_before_and_none_of_them_has_to_be(desk: Context) -> None:
    key = service.rate(desk, 2)
    service.add_details(desk, key)
    assert stored(desk, key).model_dump(exclude={"key"}) == service.ratings(desk, TODAY, TODAY)[0].model_dump(
        exclude={"key"}
    )
    service.add_details(desk, key, aspects={"attitude": 1}, tags=["等候太久", "等候太久"], comment=" 慢 \n\n 吵 ")
    said = stored(desk, key)
    assert (said.efficiency, said.attitude, said.comment, said.named) == (None, 1, "慢\n吵", 0)
    assert records.tags(desk.database.connection, [key]) == {key: ("等候太久",)}
    service.add_details(desk, key, aspects={"efficiency": 5})
    assert (stored(desk, key).attitude, stored(desk, key).comment) == (None, "")
    assert records.tags(desk.database.connection, [key]) == {}


BAD_DETAILS: list[tuple[dict[str, Any], str]] = [
    ({"aspects": {"attitude": 6}}, "bad_level"),
    ({"aspects": {"attitude": 0}}, "bad_level"),
    ({"aspects": {"attitude": True}}, "bad_level"),
    ({"aspects": {"speed": 3}}, "unknown_aspect"),
    ({"tags": ["不存在的标签"]}, "unknown_tag"),
    ({"comment": "字" * 2001}, "comment_too_long"),
    ({"comment": "我的号码 310114199003078812"}, "long_number"),
    ({"comment": "卡号 6222 0212 3456 7890 123"}, "long_number"),
    ({"name": "张" * 51}, "too_long"),
    ({"name": "12345"}, "bad_name"),
    ({"name": "张\x1b[31m三"}, "bad_text"),
    ({"phone": "12345"}, "bad_phone"),
    ({"phone": "310114199003078812"}, "long_number"),
    ({"name": "310114199003078812"}, "long_number"),
]


@pytest.mark.parametrize(("said", "code"), BAD_DETAILS)
def test_details_that_cannot_be_kept_leave_the_rating_as_it_was(desk: Context, said: dict[str, Any], code: str) -> None:
    key = service.rate(desk, 3)
    before = stored(desk, key)
    assert refusal(lambda: service.add_details(desk, key, **said)) == code
    assert stored(desk, key) == before


def test_control_characters_are_taken_out_of_a_comment(desk: Context) -> None:
    key = service.rate(desk, 3, comment="好\x1b[2J\x00的\u202e\u2028是")
    assert stored(desk, key).comment == "好[2J的\n是"


def test_a_rating_of_yesterday_is_nobody_s_to_correct_or_to_say_more_of(desk: Context) -> None:
    key = service.rate(desk, 3)
    turn_clock(desk, lambda: NOON + timedelta(days=1))
    for case in (
        lambda: service.correct(desk, key, 5),
        lambda: service.add_details(desk, key, comment="晚了"),
        lambda: service.take_back(desk, key),
    ):
        assert refusal(case) == "unknown_rating"


def test_whoever_gives_a_name_is_named_and_the_phone_is_nowhere_in_clear(desk: Context) -> None:
    key = service.rate(desk, 1)
    service.add_details(desk, key, name="陈 静", phone="+86 138-1234-5678")
    rater = records.rater(desk.database.connection, key)
    assert rater is not None and rater.phone_cipher is not None
    assert (stored(desk, key).named, rater.name) == (1, "陈静")
    assert desk.keys.unseal(rater.phone_cipher) == "13812345678"
    desk.database.fold()
    assert b"13812345678" not in desk.home.database.read_bytes()
    listed = workable(desk, TODAY, TODAY)
    assert [(one.name, one.phone) for one in listed] == [("陈*", "***5678")]


# On behalf of somebody.


def test_a_named_entry_has_an_audit_entry_without_the_name_and_an_anonymous_one_has_none(desk: Context) -> None:
    connection = desk.database.connection
    before = connection.execute("SELECT count(*) FROM audit").fetchone()[0]
    anonymous = record(desk, replace(SLIP, comment="慢", tags=["等候太久"], aspects={"efficiency": 2}))
    assert connection.execute("SELECT count(*) FROM audit").fetchone()[0] == before
    said = stored(desk, anonymous)
    assert (said.named, said.channel, said.day, said.known_on) == (0, "paper", "2026-11-08", "2026-11-09")
    named = record(desk, replace(SLIP, channel="phone", level=1, name="陈静", phone="13812345678", staff_no="s101"))
    entry = connection.execute("SELECT operator_no, action, subject, detail FROM audit ORDER BY id DESC").fetchone()
    assert tuple(entry)[:3] == ("M001", "rating.recorded", named.hex())
    assert "陈静" not in entry["detail"] and "5678" not in entry["detail"]
    assert (stored(desk, named).staff_no, stored(desk, named).named) == ("S101", 1)


def test_a_known_resident_is_tied_to_the_rating_with_name_and_phone_of_the_register(desk: Context) -> None:
    made = residents.add(desk, {"name": "陈静", "phone": "13812345678"})
    key = record(desk, replace(SLIP, resident_id=made.id))
    rater = records.rater(desk.database.connection, key)
    assert rater is not None and rater.phone_cipher is not None
    assert (rater.resident_id, rater.name, desk.keys.unseal(rater.phone_cipher)) == (made.id, "陈静", "13812345678")
    for name, known in (("陈静", made.id), ("陈晨", None)):
        said = records.rater(desk.database.connection, record(desk, replace(SLIP, name=name, phone="138 1234 5678")))
        assert said is not None and said.resident_id == known
    assert refusal(lambda: record(desk, replace(SLIP, resident_id=99))) == "unknown_resident"


BAD_ENTRIES: list[tuple[dict[str, Any], str]] = [
    ({"level": 0}, "bad_level"),
    ({"level": 6}, "bad_level"),
    ({"day": TODAY + timedelta(days=1)}, "bad_day"),
    ({"day": date(1999, 12, 31)}, "bad_day"),
    ({"channel": "kiosk"}, "unknown_channel"),
    ({"subject": "没有的服务"}, "unknown_service"),
    ({"kind": "session", "subject": "HD999"}, "unknown_session"),
    ({"kind": "session", "subject": "HD3"}, "before_session"),
    ({"kind": "volunteer", "subject": "7"}, "unknown_assignment"),
    ({"kind": "volunteer", "subject": "七"}, "unknown_assignment"),
    ({"kind": "case", "subject": " "}, "empty_case"),
    ({"kind": "case", "subject": "310114199003078812"}, "long_number"),
    ({"kind": "house"}, "unknown_kind"),
    ({"staff_no": "S999"}, "unknown_staff"),
    ({"subject": "x" * 51}, "too_long"),
    ({"subject": "服务\n台"}, "bad_text"),
]


@pytest.mark.parametrize(("said", "code"), BAD_ENTRIES)
def test_an_entry_that_cannot_be_is_refused_and_nothing_of_its_pile_is_kept(
    desk: Context, said: dict[str, Any], code: str
) -> None:
    put_session(desk, "HD3", "合唱", 5)
    assert refusal(lambda: record_slips(desk, [SLIP, replace(SLIP, **said)])) == code
    assert service.ratings(desk, YESTERDAY, TODAY) == []


def test_nobody_who_only_reads_writes_a_rating_down(desk: Context) -> None:
    desk.operator = AUDITOR
    assert refusal(lambda: record(desk, SLIP)) == "auditor_reads_only"
    desk.operator = None
    assert refusal(lambda: record_slips(desk, [SLIP])) == "operator_required"


def test_two_hundred_slips_go_in_and_the_last_ones_come_out_again_without_a_trace(desk: Context) -> None:
    keys = [record_slips(desk, [replace(SLIP, level=1 + number % 5)])[0] for number in range(200)]
    for key in keys[:-4:-1]:
        service.take_back(desk, key)
    assert {one.key for one in service.ratings(desk, YESTERDAY, YESTERDAY)} == set(keys[:-3])
    desk.database.fold()
    content = desk.home.database.read_bytes()
    assert not any(key in content for key in keys[-3:])


# Looking, and putting right.


def test_anonymous_ratings_are_looked_at_from_the_day_after(desk: Context) -> None:
    service.rate(desk, 2)
    record(desk, replace(SLIP, day=TODAY, level=1))
    record(desk, replace(SLIP, day=TODAY, level=3, name="陈静"))
    record(desk, replace(SLIP, level=5))
    assert sorted(one.rating.level for one in workable(desk, YESTERDAY, TODAY)) == [3, 5]
    turn_clock(desk, lambda: NOON + timedelta(days=1))
    assert sorted(one.rating.level for one in workable(desk, YESTERDAY, TODAY)) == [1, 2, 3, 5]


def put_right(desk: Context, key: bytes, reason: str = "录错了", level: int = 5, day: date = YESTERDAY) -> None:
    correct_entry(desk, key, reason, level=level, kind="service", subject="综合服务台", day=day)


def test_a_manager_puts_right_what_was_keyed_in_wrongly_with_a_reason_and_it_is_logged(desk: Context) -> None:
    key = record(desk, replace(SLIP, level=1))
    put_right(desk, key, level=5, day=date(2026, 11, 7))
    assert (stored(desk, key).level, stored(desk, key).day) == (5, "2026-11-07")
    entry = desk.database.connection.execute("SELECT id, action, detail FROM audit ORDER BY id DESC").fetchone()
    told = audit_words.told(desk.database.connection, entry["id"], entry["detail"], "-")
    assert entry["action"] == "rating.corrected" and "录错了" in told and '"level": [1, 5]' in told
    count = desk.database.connection.execute("SELECT count(*) FROM audit").fetchone()[0]
    put_right(desk, key, level=5, day=date(2026, 11, 7))
    assert desk.database.connection.execute("SELECT count(*) FROM audit").fetchone()[0] == count
    remove_entry(desk, key, "重复录入")
    assert records.get(desk.database.connection, key) is None


def test_what_a_rater_pressed_and_what_is_of_today_is_nobody_s_to_put_right(desk: Context) -> None:
    pressed = service.rate(desk, 1)
    today = record(desk, replace(SLIP, day=TODAY))
    known = record(desk, SLIP)
    assert refusal(lambda: put_right(desk, pressed)) == "not_keyed_in"
    assert refusal(lambda: remove_entry(desk, pressed, "不好看")) == "not_keyed_in"
    assert refusal(lambda: put_right(desk, today)) == "not_yet"
    assert refusal(lambda: put_right(desk, b"0" * 16)) == "unknown_rating"
    assert refusal(lambda: put_right(desk, known, reason="  ")) == "missing_reason"
    assert refusal(lambda: put_right(desk, known, level=9)) == "bad_level"
    assert refusal(lambda: put_right(desk, known, day=TODAY + timedelta(days=1))) == "bad_day"
    desk.operator = OPERATOR
    assert refusal(lambda: put_right(desk, known)) == "manager_required"
    assert refusal(lambda: remove_entry(desk, known, "x")) == "manager_required"


# The register of services.


def test_the_register_has_an_order_posts_and_always_something_on_offer(desk: Context) -> None:
    add_service(desk, "为老服务", "综合岗")
    add_service(desk, " 志愿者  管理 ")
    set_service(desk, "志愿者 管理", up=True)
    assert [(one.name, one.post) for one in services(desk)] == [
        ("综合服务台", ""),
        ("志愿者 管理", ""),
        ("为老服务", "综合岗"),
    ]
    set_service(desk, "综合服务台", offered=False)
    set_service(desk, "为老服务", offered=False, post="")
    assert [one.subject for one in service.subjects_now(desk)] == ["志愿者 管理"]
    assert refusal(lambda: set_service(desk, "志愿者 管理", offered=False)) == "last_service"
    assert refusal(lambda: remove_service(desk, "志愿者 管理")) == "last_service"
    set_service(desk, "综合服务台", offered=True)
    remove_service(desk, "志愿者 管理")
    service.rate(desk, 5)
    assert refusal(lambda: remove_service(desk, "综合服务台")) == "service_rated"


def test_bad_services_are_refused(desk: Context) -> None:
    for name, code in (("综合服务台", "service_exists"), (" ", "no_service_name"), ("x" * 51, "too_long")):
        assert refusal(lambda name=name: add_service(desk, name)) == code
    assert refusal(lambda: add_service(desk, "新的", "没有的岗位")) == "unknown_post"
    assert refusal(lambda: set_service(desk, "没有的", up=True)) == "unknown_service"
    for number in range(29):
        add_service(desk, f"服务{number}")
    assert refusal(lambda: add_service(desk, "太多了")) == "too_many_services"
    desk.operator = OPERATOR
    assert refusal(lambda: add_service(desk, "新的")) == "manager_required"


# What people type.


@pytest.mark.parametrize(
    ("text", "kind", "subject"),
    [
        ("", "service", "综合服务台"),
        ("为老服务", "service", "为老服务"),
        ("活动：HD011", "session", "HD011"),
        ("session: HD011", "session", "HD011"),
        ("工单:2026-15", "case", "2026-15"),
        ("服务安排:7", "volunteer", "7"),
        ("咨询:其他", "service", "咨询:其他"),
    ],
)
def test_what_is_rated_is_typed_with_a_word_before_a_colon(text: str, kind: str, subject: str) -> None:
    assert typed.read_about(text) == (kind, subject)
    assert typed.read_about(typed.about_words(kind, subject)) == (kind, subject)


@given(levels=st.lists(st.none() | st.integers(1, 5), min_size=3, max_size=3))
def test_aspects_are_read_back_as_they_are_written(levels: list[int | None]) -> None:
    assert list(typed.read_aspects(typed.aspects_words(levels)).values()) == levels


@given(text=st.text(max_size=12))
def test_whatever_is_typed_for_aspects_is_read_or_refused(text: str) -> None:
    try:
        said = typed.read_aspects(text)
    except CodedError as refused:
        assert refused.code == "bad_aspects"
    else:
        assert all(level is None or 1 <= level <= 5 for level in said.values())


def test_tags_are_typed_as_numbers_or_words(desk: Context) -> None:
    known = desk.settings.rating_tags
    assert typed.read_tags("13", known) == [known[0], known[2]]
    assert typed.read_tags("1 3、没有解决", known) == [known[0], known[2], "没有解决"]
    assert typed.read_tags("", known) == []
    assert typed.read_tags("99", known) == ["9", "9"]


@given(chosen=st.sets(st.integers(0, 8)))
def test_tags_are_read_back_as_they_are_written_whatever_stands_in_them(chosen: set[int]) -> None:
    known = [f"tag {number}" if number % 2 else f"标签{number}" for number in range(9)]
    tags = [known[place] for place in sorted(chosen)]
    assert typed.read_tags(typed.tags_words(tags, known), known) == tags

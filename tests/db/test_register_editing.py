"""New volunteers and changes: checked, numbered, warned about where they are known; skills, times, records."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.reader.excel import load_workbook

from db import visits
from db import volunteers as records
from db.visits import VisitRow
from db.volunteer_records import Slot
from db.volunteers import Volunteer
from frontdesk.context import Context, Operator
from frontdesk.errors import CodedError
from frontdesk.locale import use_language
from frontdesk.volunteers.register import service as register
from frontdesk.volunteers.register.availability import PARTS, read_slots, slot_words
from frontdesk.volunteers.register.exporting import export_register
from frontdesk.volunteers.service import check_in, issue_card, scan
from tests.desks import NOON, passing_desk

ZHANG = {"name": "张 三丰", "phone": "154 1234 5678", "birth": "1960年3月12日", "team": "护河队"}


def last_action(context: Context) -> tuple[str, str]:
    row = context.database.connection.execute("SELECT * FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    return row["action"], row["detail"]


def test_a_new_volunteer_gets_the_next_number_and_everything_in_its_one_spelling(desk: Context) -> None:
    register.add(desk, {"no": "310007", "name": "李四"})
    made = register.add(desk, ZHANG)
    assert (made.no, made.name, made.birth_month, made.birth_day) == ("0310008", "张三丰", "1960-03", "12")
    assert made.registered_on == "2026-11-09"
    assert made.phone_cipher is not None and desk.keys.unseal(made.phone_cipher) == "15412345678"
    assert register.proposed_number(desk) == "0310009"
    assert last_action(desk)[0] == "volunteer.added"
    assert "张" not in last_action(desk)[1]


def test_where_the_last_number_is_taken_the_lowest_free_one_is_given(desk: Context) -> None:
    register.add(desk, {"no": "9999999", "name": "李四"})
    assert [register.add(desk, {"name": name}).no for name in ("王五", "赵六")] == ["0000001", "0000002"]
    assert "0000002" in register.number_words(desk, "0000002") and "9999999" in register.number_words(desk, "0000002")
    assert register.number_words(desk, "9999999") == ""


@pytest.mark.parametrize("field", ["consent_on", "registered_on", "guardian_consent_on", "birth"])
@pytest.mark.parametrize("typed", ["2026-11-10", "2027-01", "+1", "明天"])
def test_nothing_that_is_said_of_somebody_lies_in_the_future(desk: Context, field: str, typed: str) -> None:
    made = register.add(desk, {"name": "李四", field: "2026-11-09"})
    with pytest.raises(CodedError) as added:
        register.add(desk, {"name": "王五", field: typed})
    with pytest.raises(CodedError) as changed:
        register.change(desk, made.no, {field: typed})
    for refused in (added, changed):
        assert refused.value.code in ("day_in_future", "birth_in_future", "bad_day", "bad_birth")
    assert register.get(desk, made.no) == made


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"no": "12345678"}, "bad_number"),
        ({"no": "0"}, "bad_number"),
        ({"no": "310007"}, "number_taken"),
        ({"name": " "}, "missing_name"),
        ({"name": "12"}, "bad_name"),
        ({"gender": "x"}, "bad_gender"),
        ({"birth": "1960-13"}, "bad_birth"),
        ({"birth": "2026-11-10"}, "birth_in_future"),
        ({"birth": "2026-12"}, "birth_in_future"),
        ({"phone": "12345"}, "bad_phone"),
        ({"guardian_phone": "1"}, "bad_guardian_phone"),
        ({"consent_on": "neulich"}, "bad_day"),
        ({"note": "x" * 201}, "too_long"),
        ({"team": "a\x07b"}, "bad_text"),
        ({"shoe_size": "43"}, "unknown_field"),
    ],
)
def test_what_is_wrong_is_refused_with_its_reason_and_nothing_is_written(
    desk: Context, fields: dict[str, str], code: str
) -> None:
    register.add(desk, {"no": "310007", "name": "李四"})
    with pytest.raises(CodedError) as refused:
        register.add(desk, {"name": "张三", **fields})
    assert refused.value.code == code
    assert register.count(desk) == 1


def test_somebody_of_the_same_name_and_phone_is_pointed_out_before_saving(desk: Context) -> None:
    first = register.add(desk, ZHANG)
    for known in (ZHANG, {"name": "张三丰"}):
        with pytest.raises(CodedError) as refused:
            register.add(desk, known)
        assert (refused.value.code, refused.value.details["no"]) == ("known_already", first.no)
        assert "三丰" not in str(refused.value.details)
    # Another phone is another person; and whoever has looked may register a namesake.
    other = register.add(desk, {**ZHANG, "phone": "15412345679"})
    with pytest.raises(CodedError) as refused:
        register.change(desk, other.no, {"phone": "15412345678"})
    assert refused.value.code == "known_already"
    register.change(desk, other.no, {"phone": "15412345678"}, even_if_known=True)
    register.add(desk, ZHANG, even_if_known=True)
    assert register.count(desk) == 3


def test_a_change_leaves_what_is_not_said_and_the_number_stays(desk: Context) -> None:
    made = register.add(desk, ZHANG)
    after = register.change(desk, made.no, {"team": "便民服务队", "birth": "1960-04", "phone": ""})
    assert (after.team, after.birth_month, after.birth_day) == ("便民服务队", "1960-04", "")
    assert after.phone_cipher == made.phone_cipher
    assert '"birth_day", "birth_month", "team"' in last_action(desk)[1]
    before = last_action(desk)
    assert register.change(desk, made.no, {"team": "便民服务队"}) == after
    assert last_action(desk) == before
    with pytest.raises(CodedError) as refused:
        register.change(desk, made.no, {"no": "5"})
    assert refused.value.code == "number_stays"


def test_consent_keeps_the_version_of_the_notice_that_was_in_force(desk: Context) -> None:
    made = register.add(desk, ZHANG)
    object.__setattr__(desk.settings, "consent_notice_version", "2026-1")
    agreed = register.change(desk, made.no, {"consent_on": "昨天"})
    assert (agreed.consent_on, agreed.consent_version) == ("2026-11-08", "2026-1")
    withdrawn = register.change(desk, made.no, {"consent_on": "-"})
    assert (withdrawn.consent_on, withdrawn.consent_version) == ("", "")


def test_whoever_left_is_refused_at_the_scan_with_the_card_as_it_was(desk: Context) -> None:
    made = register.add(desk, ZHANG)
    code = issue_card(desk, made.no)
    register.set_state(desk, made.no, "left", "搬家")
    kept = register.get(desk, made.no)
    assert (kept.state, kept.state_since, kept.state_reason) == ("left", "2026-11-09", "搬家")
    assert scan(desk, code).reason == "volunteer_left"
    assert [card.state for card in records.cards(desk.database.connection, made.no)] == ["issued"]
    register.set_state(desk, made.no, "active")
    assert scan(desk, code).result == "entered"


def test_a_reason_with_control_characters_is_refused_and_the_state_stays(desk: Context) -> None:
    made = register.add(desk, ZHANG)
    for reason, code in (("搬\x07家", "bad_text"), ("搬" * 201, "too_long")):
        with pytest.raises(CodedError) as refused:
            register.set_state(desk, made.no, "left", reason)
        assert refused.value.code == code
    assert register.get(desk, made.no).state == "active"


def test_phones_are_seen_by_their_tail_until_somebody_asks_and_that_is_logged(desk: Context) -> None:
    made = register.add(desk, {**ZHANG, "guardian_name": "李母", "guardian_phone": "021-59571234"})
    shown = register.profile(desk, made.no)
    assert (shown.phone, shown.guardian_phone) == ("***5678", "***1234")
    assert last_action(desk)[0] == "volunteer.added"
    contact = register.contact(desk, made.no)
    assert (contact.phone, contact.guardian_phone) == ("15412345678", "02159571234")
    assert last_action(desk) == ("volunteer.contact_shown", "{}")


@pytest.mark.parametrize(
    ("birth", "minor"),
    [("2008-11-09", False), ("2008-11-10", True), ("2008-11", True), ("2008-10", False), ("", False)],
)
def test_a_guardian_is_asked_for_until_the_birthday(desk: Context, birth: str, minor: bool) -> None:
    made = register.add(desk, {"name": "小明", "birth": birth})
    assert register.profile(desk, made.no).minor is minor


def test_a_skill_keeps_the_day_of_its_state_and_call_ups_their_outcome(desk: Context) -> None:
    made = register.add(desk, ZHANG)
    register.set_skill(desk, made.no, "理发", category="便民", state="candidate")
    desk.clock = lambda: NOON + timedelta(days=3)
    assert register.set_skill(desk, made.no, "理发", note="自带工具").since == "2026-11-09"
    assert register.set_skill(desk, made.no, "理发", state="active").since == "2026-11-12"
    call = register.add_call_up(desk, made.no, day="2026-11-15", purpose="重阳节理发", skill="理发")
    register.set_outcome(desk, call, "came")
    [kept] = register.profile(desk, made.no).call_ups
    assert (kept.purpose, kept.outcome, kept.operator_no) == ("重阳节理发", "came", "M001")
    [fitting] = register.talents(desk, register.read_query("理", ()))
    assert (fitting.called_up, fitting.skills[0].note) == ("2026-11-15", "自带工具")


def test_a_record_is_annulled_with_a_reason_and_never_gone(desk: Context) -> None:
    made = register.add(desk, ZHANG)
    kept = register.add_record(desk, made.no, "training", day="2026-11-01", title="急救培训", grade="合格")
    for reason, code in (("", "missing_text"), ("登记错人", ""), ("再来一次", "annulled_already")):
        if not code:
            register.annul_record(desk, kept, reason)
            continue
        with pytest.raises(CodedError) as refused:
            register.annul_record(desk, kept, reason)
        assert refused.value.code == code
    [record] = register.profile(desk, made.no).records
    assert (record.annul_reason, record.annulled_by, record.title) == ("登记错人", "M001", "急救培训")
    with pytest.raises(CodedError) as refused:
        register.add_record(desk, made.no, "award", day="2026-11-10", title="优秀志愿者")
    assert refused.value.code == "record_in_future"


slots = st.frozensets(st.builds(Slot, st.integers(1, 7), st.sampled_from(PARTS)))


@given(slots, st.sampled_from(["zh_CN", "en"]))
def test_times_of_the_week_are_read_again_as_they_are_said(wanted: frozenset[Slot], language: str) -> None:
    use_language(language)
    try:
        assert read_slots(slot_words(wanted)) == wanted
    finally:
        use_language("zh_CN")


@pytest.mark.parametrize(
    ("text", "count"),
    [("周六上午、周日", 4), ("sat morning, sun", 4), ("工作日晚上", 5), ("周一至周五上午", 5), ("daily", 21), ("", 0)],
)
def test_times_of_the_week_are_understood_as_people_write_them(text: str, count: int) -> None:
    assert len(read_slots(text)) == count


@pytest.mark.parametrize("text", ["上午", "周八", "周日至周一", "sat noon", "理发"])
def test_what_is_no_time_of_the_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_slots(text)


@settings(max_examples=15)
@given(st.lists(st.tuples(st.sampled_from(["理发", "书法", ""]), st.sampled_from(["甲队", "乙队"]), slots), max_size=8))
def test_the_talent_pool_is_searched_by_every_word_time_and_team_at_once(
    people: list[tuple[str, str, frozenset[Slot]]],
) -> None:
    with passing_desk() as (context, _):
        for number, (skill, team, when) in enumerate(people, 1):
            made = register.add(context, {"name": f"张{chr(0x4E00 + number)}", "team": team})
            if skill:
                register.set_skill(context, made.no, skill, category="便民")
            register.set_availability(context, made.no, when)
        query = register.read_query("理发 周六上午 甲队", register.teams(context))
        wanted = [
            f"{number:07d}"
            for number, (skill, team, when) in enumerate(people, 1)
            if skill == "理发" and Slot(6, "morning") in when and team == "甲队"
        ]
        if "甲队" in register.teams(context):
            assert [one.volunteer.no for one in register.talents(context, query)] == wanted
        in_pool = sum(1 for skill, _, _ in people if skill)
        assert len(register.talents(context, register.TalentQuery(words=("便",)))) == in_pool


def test_the_workbook_is_masked_unless_names_are_asked_for_and_that_is_logged(desk: Context, tmp_path: Path) -> None:
    made = register.add(desk, ZHANG)
    register.set_skill(desk, made.no, "理发", category="便民")
    register.set_availability(desk, made.no, read_slots("周六上午"))
    out = tmp_path / "名册.xlsx"

    def texts() -> str:
        book = load_workbook(out)
        return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)

    assert export_register(desk, out, register.TalentQuery()) == 1
    assert "张*丰" in texts() and "***5678" in texts() and "周六上午" in texts() and "理发" in texts()
    assert "张三丰" not in texts() and "15412345678" not in texts() and "1960-03-12" not in texts()
    assert last_action(desk)[0] != "volunteer.exported"
    export_register(desk, out, register.TalentQuery(), with_names=True, with_phones=True)
    assert "张三丰" in texts() and "15412345678" in texts()
    assert last_action(desk)[0] == "volunteer.exported"


def test_an_auditor_changes_nothing(desk: Context) -> None:
    made = register.add(desk, ZHANG)
    desk.operator = Operator("S9", "审计", "auditor")
    for change in (
        lambda: register.add(desk, {"name": "李四"}),
        lambda: register.change(desk, made.no, {"team": "甲队"}),
        lambda: register.contact(desk, made.no),
        lambda: register.set_skill(desk, made.no, "理发"),
    ):
        with pytest.raises(CodedError) as refused:
            change()
        assert refused.value.code == "auditor_reads_only"


def test_birthdays_come_by_day_and_by_month_where_the_day_is_unknown(desk: Context) -> None:
    for name, birth in (
        ("甲", "1960-11-30"),
        ("乙", "1950-12-01"),
        ("丙", "1970-12"),
        ("丁", "1980-02-29"),
        ("戊", ""),
    ):
        register.add(desk, {"name": name, "birth": birth})
    gone = register.add(desk, {"name": "己", "birth": "1960-11-30"})
    register.set_state(desk, gone.no, "left", "搬家")
    found = register.birthdays(desk, date(2026, 11, 29), date(2026, 12, 5))
    assert [(one.name, one.day) for one in found] == [
        ("丙", None),
        ("甲", date(2026, 11, 30)),
        ("乙", date(2026, 12, 1)),
    ]
    assert [one.day for one in register.birthdays(desk, date(2027, 2, 25), date(2027, 3, 1))] == [date(2027, 2, 28)]
    assert [one.day for one in register.birthdays(desk, date(2028, 2, 25), date(2028, 3, 1))] == [date(2028, 2, 29)]


def test_a_milestone_is_passed_once_by_what_was_served_since(desk: Context) -> None:
    made = [register.add(desk, {"name": name}).no for name in ("甲", "乙", "丙")]
    hour = 3_600_000
    with desk.change("test.filled", "centre") as connection:
        for no, day, hours in (
            (made[0], "2026-10-01", 99),
            (made[0], "2026-11-05", 2),
            (made[1], "2026-10-01", 350),
            (made[1], "2026-11-05", 1),
            (made[2], "2026-11-05", 301),
        ):
            visits.put(connection, VisitRow(volunteer_no=no, day=day, number=1, entered_at=0, left_at=hours * hour))
    found = register.milestones(desk, date(2026, 11, 1))
    assert [(one.name, one.hours, one.total_seconds) for one in found] == [
        ("丙", 300, 301 * 3600),
        ("甲", 100, 101 * 3600),
    ]
    assert register.milestones(desk, date(2026, 11, 6)) == []


def test_checking_in_and_the_register_know_the_same_person(desk: Context) -> None:
    made = register.add(desk, ZHANG)
    assert check_in(desk, made.no).result == "entered"
    assert isinstance(register.get(desk, made.no), Volunteer)

"""Cases and registers in a real file: the log gives the row, people stand apart, links, posts, numbers, limits."""

from __future__ import annotations

import json
import sqlite3
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest

from db import audit
from db import cases as records
from frontdesk.cases import service
from frontdesk.cases.errors import CaseError
from frontdesk.cases.service import CaseView
from frontdesk.cli import run
from frontdesk.context import Context, Operator
from tests.casesteps import joined, refused

LOST_PROPERTY = """\
code = "lost_property"
kind = "register"
group = "house"
name = { zh_CN = "失物招领" }
about = { zh_CN = "捡到的东西。" }
number = { prefix = "SL" }
fields = [
  { code = "what", kind = "text", name = { zh_CN = "东西" }, required = true, column = true },
]
states = [
  { code = "kept", name = { zh_CN = "保管" } },
  { code = "given", name = { zh_CN = "领走" }, end = "done" },
]

[[transitions]]
code = "give"
name = { zh_CN = "领走" }
from = ["kept"]
to = "given"
"""

SECRET_NAME, SECRET_PHONE = "欧阳秘密", "13800004321"


@pytest.fixture
def desk(desk: Context) -> Context:
    """The desk with an operator beside the manager, on Monday 9 November 2026."""
    joined(desk, "W002", "李四")
    return desk


def other(desk: Context) -> Context:
    """The same desk with an operator signed in."""
    return replace(desk, operator=Operator("W002", "李四", "operator"))


def contact(desk: Context, **said: object) -> CaseView:
    return service.open_case(desk, "first_contact", {"matter": "医保怎么转", **said})


def test_a_first_contact_goes_its_way(desk: Context) -> None:
    opened = contact(desk, visitor=SECRET_NAME, phone=SECRET_PHONE, channel="来电")
    assert (opened.row.number, opened.row.title, opened.row.state) == ("SW2026-00001", "医保怎么转", "received")
    assert opened.now.values["channel"] == "phone" and opened.now.values["first_receiver"] == "M001"
    assert opened.row.due_on == "2026-11-10" and opened.row.due_code == "first_reply"
    passed = service.take_step(desk, opened.row.id, "pass_on", {"next_owner": "社保窗口"})
    assert [step.code for step, why in passed.steps if why is None] == ["give_back", "withdraw"]
    assert refused(lambda: service.take_step(desk, opened.row.id, "accept", {})).code == "only_another"
    service.take_step(other(desk), opened.row.id, "accept", {})
    done = service.take_step(other(desk), opened.row.id, "answer_now", {"answer": "带身份证到二楼"})
    assert (done.row.state, done.row.ended_on, done.row.due_on) == ("answered", "2026-11-09", None)
    assert [one.kind for one in done.log] == ["opened", "moved", "moved", "moved"]
    assert [one.operator_no for one in done.log] == ["M001", "M001", "W002", "W002"]
    assert done.now.values["visitor"] == SECRET_NAME and done.now.values["phone"] == SECRET_PHONE
    assert service.cases_astray(desk, desk.database.connection) == []
    assert audit.first_broken(desk.database.connection) is None


def test_people_stand_nowhere_in_the_clear(desk: Context) -> None:
    found = contact(desk, visitor=SECRET_NAME, phone=SECRET_PHONE)
    service.correct(desk, found.row.id, {"phone": "13900005678"}, "听错了")
    mediation = service.open_case(
        desk, "mediation", {"matter": "漏水", "parties": [{"name": SECRET_NAME, "phone": SECRET_PHONE}]}
    )
    desk.database.fold()
    raw = desk.home.database.read_bytes()
    assert [one for one in (SECRET_PHONE, "13900005678") if one.encode() in raw] == []
    # Names stand in the index that finds them, as everybody's do, and nowhere else.
    tables = ("case_record", "case_log", "case_person", "audit", "audit_change")
    rows = [str(tuple(row)) for one in tables for row in desk.database.connection.execute(f"SELECT * FROM {one}")]
    assert [row for row in rows if SECRET_NAME in row] == []
    assert service.view(desk, mediation.row.id).now.values["parties"] == [{"name": SECRET_NAME, "phone": SECRET_PHONE}]
    assert [one.number for one in service.find(desk, "欧阳")] == [found.row.number, mediation.row.number]
    assert [one.number for one in service.find(desk, "oymm")] == [found.row.number, mediation.row.number]
    assert [one.number for one in service.find(desk, "5678")] == [found.row.number]
    assert [one.number for one in service.find(desk, "4321")] == [mediation.row.number]


def test_what_was_typed_wrongly_is_refused_by_field_and_nothing_is_kept(desk: Context) -> None:
    wrong = refused(lambda: contact(desk, channel="烟囱"))
    assert (wrong.code, wrong.details["key"]) == ("bad_choice", "channel")
    assert refused(lambda: contact(desk, phone="12")).code == "bad_phone"
    assert refused(lambda: contact(desk, first_receiver="W999")).code == "not_there"
    assert refused(lambda: service.open_case(desk, "first_contact", {})).code == "missing"
    assert refused(lambda: contact(desk, answer="早了")).code == "not_at_opening"
    assert refused(lambda: contact(desk, colour="红")).code == "unknown_field"
    assert refused(lambda: service.open_case(desk, "no_such", {})).code == "unknown_definition"
    assert refused(lambda: service.open_case(desk, "duty_council", {})).code == "no_records"
    assert service.work_list(desk) == [] and records.counts(desk.database.connection, "2026-11-09") == {}
    assert contact(desk).row.number == "SW2026-00001"


def test_who_saw_an_older_state_is_told(desk: Context) -> None:
    found = contact(desk)
    service.add_note(desk, found.row.id, "又来问了一次")
    code = refused(lambda: service.take_step(desk, found.row.id, "answer_now", {"answer": "好"}, revision=1)).code
    assert code == "seen_before"
    service.take_step(desk, found.row.id, "answer_now", {"answer": "好"}, revision=2)


def test_a_meeting_gives_its_action_items_and_closes_after_them(desk: Context) -> None:
    meeting = service.open_case(desk, "council_meeting", {"topic": "停车", "held_on": "2026-11-09"})
    actions = [
        {"text": "划线", "owner": "W002", "due": "2026-11-20"},
        {"text": "公示", "owner": "M001", "due": "11-30"},
    ]
    people = [{"name": "赵一", "part": "chair", "came": "是"}]
    held = service.take_step(
        desk, meeting.row.id, "hold", {"minutes": "议了停车", "people": people, "actions": actions}
    )
    items = [one.row for one in held.links if one.row is not None]
    assert [(one.definition, one.title, one.responsible, one.due_on) for one in items] == [
        ("action_item", "划线", "W002", "2026-11-20"),
        ("action_item", "公示", "M001", "2026-11-30"),
    ]
    early = refused(lambda: service.take_step(desk, meeting.row.id, "close", {}))
    assert early.code == "condition" and "督办" in str(early.details["words"])
    for one in items:
        service.take_step(desk, one.id, "finish", {"result": "办好了"})
    assert service.take_step(desk, meeting.row.id, "close", {}).row.ended_on == "2026-11-09"
    assert [one.number for one in service.work_list(desk, responsible="W002")] == []


def test_each_post_of_the_team_has_one_holder(desk: Context) -> None:
    assert service.vacancies(desk, "ops_team") == ["deputy", "department", "full_time"]
    held = service.open_case(desk, "ops_team", {"role": "deputy", "holder": "钱二"})
    twice = refused(lambda: service.open_case(desk, "ops_team", {"role": "deputy", "holder": "孙三"}))
    assert twice.code == "held_already"
    service.open_case(desk, "ops_team", {"role": "x_talent", "holder": "孙三"})
    service.open_case(desk, "ops_team", {"role": "x_talent", "holder": "李四"})
    service.take_step(desk, held.row.id, "leave", {"until": "今天"})
    service.open_case(desk, "ops_team", {"role": "deputy", "holder": "孙三"})
    assert service.vacancies(desk, "ops_team") == ["department", "full_time"]


def test_the_work_list_has_what_is_due_first_page_by_page(desk: Context) -> None:
    for number in range(30):
        service.open_case(
            desk, "action_item", {"text": f"事{number}", "owner": "W002", "due": f"2026-12-{1 + number * 7 % 30:02d}"}
        )
    whole = service.work_list(desk)
    assert [one.due_on for one in whole] == sorted(str(one.due_on) for one in whole) and len(whole) == 30
    pages, after = [], None
    while page := service.work_list(desk, 7, after=after):
        pages += page
        after = page[-1]
    assert pages == whole
    latest = service.register(desk, "action_item", 10)
    assert [one.id for one in latest] == sorted((one.id for one in whole), reverse=True)[:10]


def test_a_pause_stops_the_limit_and_the_calendar_moves_it(desk: Context) -> None:
    repair = service.open_case(desk, "repair", {"what": "灯坏了"})
    service.take_step(desk, repair.row.id, "assign", {"repairer": "物业"})
    paused = service.take_step(desk, repair.row.id, "pause", {}, "等灯管")
    assert paused.row.is_paused and paused.row.due_on is None
    desk.clock = lambda: datetime(2026, 11, 12, 4, 0, tzinfo=UTC)
    again = service.take_step(desk, repair.row.id, "resume", {}, "到了")
    # Five working days from Monday 9 November, and the three of the pause.
    assert again.row.due_on == "2026-11-19"
    desk.settings = replace(desk.settings, follow_up_preset="rz_123")
    complaint = service.open_case(desk, "complaint", {"matter": "噪音", "handler": "W002"})
    assert complaint.row.due_on == "2026-11-13"
    desk.settings = replace(desk.settings, follow_up_preset="ms_15")
    assert service.set_dates_again(desk) == 1
    # No first contact is asked for any more; the level's own five days come first.
    assert service.view(desk, complaint.row.id).row.due_on == "2026-11-19"


def test_a_row_changed_past_the_program_is_named(desk: Context) -> None:
    first, second = contact(desk), contact(desk)
    with desk.database.write() as connection:
        connection.execute("UPDATE case_record SET state = 'answered' WHERE id = ?", (second.row.id,))
    assert service.cases_astray(desk, desk.database.connection) == [second.row.number]
    with pytest.raises(sqlite3.IntegrityError), desk.database.connection:
        desk.database.connection.execute("UPDATE case_log SET reason = 'x' WHERE case_id = ?", (first.row.id,))


def test_an_auditor_reads_and_changes_nothing(desk: Context) -> None:
    found = contact(desk, visitor=SECRET_NAME)
    auditor = replace(desk, operator=Operator("A001", "审计", "auditor"))
    assert service.view(auditor, found.row.id).row == found.row
    with pytest.raises(Exception, match="auditor_reads_only"):
        service.add_note(auditor, found.row.id, "x")
    nobody = replace(desk, operator=None)
    assert [one.number for one in service.work_list(nobody)] == [found.row.number]
    with pytest.raises(Exception, match="operator_required"):
        service.view(nobody, found.row.id)


def test_a_centres_own_definition_is_used_and_a_wrong_one_is_named(desk: Context) -> None:
    folder = desk.home.path / "definitions"
    folder.mkdir()
    text = LOST_PROPERTY
    (folder / "lost_property.toml").write_text(text, encoding="utf-8")
    found = service.open_case(desk, "lost_property", {"what": "雨伞"})
    assert found.row.number == "SL2026-0001"
    (folder / "lost_property.toml").write_text(text.replace('to = "given"', 'to = "gone"'), encoding="utf-8")
    wrong = refused(lambda: service.take_step(desk, found.row.id, "give", {}))
    assert (wrong.code, wrong.details["key"]) == ("bad_definition", "transitions[1].to")


def test_records_made_on_two_days_have_numbers_without_a_gap(desk: Context) -> None:
    numbers = []
    for days in (0, 0, 30, 60):
        moment = datetime(2026, 11, 9, 4, 0, tzinfo=UTC) + timedelta(days=days)
        desk.clock = lambda moment=moment: moment  # type: ignore[misc]
        numbers.append(contact(desk).row.number)
    assert numbers == ["SW2026-00001", "SW2026-00002", "SW2026-00003", "SW2027-00001"]
    said = json.loads(records.by_number(desk.database.connection, "first_contact", numbers[0]).said)  # type: ignore[union-attr]
    assert said == {"channel": "walk_in", "first_receiver": "M001", "matter": "医保怎么转", "owner": "M001"}


def test_what_is_opened_again_does_not_stand_beside_another_of_the_same_name(desk: Context) -> None:
    def site() -> int:
        said = {"name": "东站", "address": "东路 1 号", "opening_hours": "9-17"}
        return service.open_case(desk, "hub_site", said).row.id

    old = site()
    service.take_step(desk, old, "open", {})
    service.take_step(desk, old, "close", {}, "搬走了")
    new = site()
    with pytest.raises(CaseError) as refused:
        service.take_step(desk, old, "reopen", {}, "又回来了")
    assert refused.value.code == "not_unique"
    assert refused.value.details["number"] == service.view(desk, new).row.number
    assert service.view(desk, old).row.state == "closed"
    service.correct(desk, new, {"name": "新东站"}, "改名")
    assert service.take_step(desk, old, "reopen", {}, "又回来了").row.ended_on is None


def test_the_command_line_does_the_whole_way(desk: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_HOME", str(desk.home.path))
    monkeypatch.setenv("FRONTDESK_AS", "M001")

    def case(*words: str) -> tuple[int, Any]:
        with redirect_stdout(StringIO()) as out:
            code = run(["case", *words, "--json"])
        return code, json.loads(out.getvalue()) if code == 0 else None

    code, opened = case("open", "repair", "--set", "what=灯坏了", "--set", f"reported_by={SECRET_NAME}")
    assert code == 0 and opened["number"] == "BX2026-0001" and "reported_by" not in opened["values"]
    code, listed = case("list", "--definition", "repair")
    assert [one["number"] for one in listed] == ["BX2026-0001"]
    code, fixed = case("step", "BX2026-0001", "fix", "--set", "result=换了灯管", "--set", "cost=35.5")
    assert (
        fixed["state"] == "fixed" and fixed["values"]["cost"] == 3550 and fixed["possible"] == ["verify", "not_fixed"]
    )
    assert case("step", "BX2026-0001", "verify")[0] == 1
    code, corrected = case("correct", "bx2026-0001", "--set", "cost=36", "--reason", "写错了")
    assert corrected["values"]["cost"] == 3600
    assert case("note", "BX2026-0001", "业主满意")[0] == 0
    code, shown = case("show", "BX2026-0001", "--clear")
    assert shown["values"]["reported_by"] == SECRET_NAME
    assert [one["kind"] for one in shown["log"]] == ["opened", "moved", "corrected", "noted"]
    assert [one["number"] for one in case("find", "ouyang")[1]] == ["BX2026-0001"]
    assert case("show", "BX2026-0009")[0] == 1 and case("open", "repair", "--set", "what")[0] == 2
    with redirect_stdout(StringIO()) as out:
        assert run(["--lang", "en", "case", "show", "BX2026-0001"]) == 0
    assert "欧阳**" in out.getvalue() and SECRET_NAME not in out.getvalue() and "36.00" in out.getvalue()
    assert len(case("list", "--all", "--definition", "repair")[1]) == 1


def test_a_record_is_found_by_words_of_its_title_the_latest_first(desk: Context) -> None:
    first, second = contact(desk, matter="电梯补贴 100%"), contact(desk, matter="问电梯")
    assert [one.number for one in service.find(desk, "电梯")] == [second.row.number, first.row.number]
    assert [one.number for one in service.find(desk, "0%")] == [first.row.number]
    assert service.find(desk, "_") == [] and service.find(desk, "楼梯") == []


def test_a_register_is_looked_things_up_in_by_the_words_of_its_other_fields(desk: Context) -> None:
    grid = service.open_case(
        desk, "grid", {"name": "一网格", "level": "micro", "leader": "王小", "addresses": "示范路 1 至 99 号"}
    )
    assert [one.number for one in service.find(desk, "示范路")] == [grid.row.number]
    assert service.find(desk, "示范%") == []


def test_what_no_column_names_is_called_by_its_first_words(desk: Context) -> None:
    folder = desk.home.path / "definitions"
    folder.mkdir()
    (folder / "lost_property.toml").write_text(LOST_PROPERTY.replace(", column = true", ""), encoding="utf-8")
    found = service.open_case(desk, "lost_property", {"what": "雨伞"})
    assert found.row.title == "雨伞"

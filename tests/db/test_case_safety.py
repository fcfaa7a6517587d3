"""Cases among the rest of what is kept safe: a person's rights, how long things are kept, keys, restoring, checks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import resources
from io import StringIO
from pathlib import Path

import pytest

from db import audit, backups
from db import cases as records
from db.erasing import ERASED
from db.staff import Staff, put
from frontdesk.backup import service as backup
from frontdesk.calendar.service import set_day
from frontdesk.cases import drafts, service
from frontdesk.cases.service import CaseView
from frontdesk.check.service import look_over
from frontdesk.cli import run
from frontdesk.context import Context, Operator, open_context
from frontdesk.home import Home
from frontdesk.keychange import service as keychange
from frontdesk.privacy import service as privacy
from frontdesk.privacy.errors import PrivacyError
from frontdesk.privacy.rules import Subject
from frontdesk.residents import service as residents
from frontdesk.settings.service import set_setting as change_setting
from frontdesk.volunteers.checkin.clock import accept_clock
from tests.desks import new_desk

NAME, PHONE, OTHER = "欧阳秘密", "13800004321", "司马相如"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    context.home.database.chmod(0o600)
    with context.database.write() as connection:
        put(connection, Staff(no="W002", name="李四", kind="", role="operator"))
    yield context
    context.database.close()


def found_of_cases(desk: Context) -> list[str]:
    return [one.key for one in look_over(desk).findings if one.area == "cases"]


def contact(desk: Context, **said: object) -> CaseView:
    return service.open_case(desk, "first_contact", {"matter": "医保怎么转", **said})


def mediation(desk: Context) -> CaseView:
    parties = [{"name": OTHER, "phone": "13900001111"}, {"name": NAME, "phone": PHONE}]
    return service.open_case(desk, "mediation", {"matter": f"漏水，{NAME}来过", "parties": parties})


def bytes_of(desk: Context) -> bytes:
    desk.database.fold()
    wal = desk.home.database.with_name(desk.home.database.name + "-wal")
    return desk.home.database.read_bytes() + (wal.read_bytes() if wal.exists() else b"")


def test_somebody_in_cases_is_found_shown_and_taken_out_and_the_others_stay(desk: Context) -> None:
    visit, quarrel = contact(desk, visitor=NAME, phone=PHONE), mediation(desk)
    drafts.keep_draft(desk, "repair", 0, "", {"what": f"{NAME}报修", "reported_by": OTHER})
    found = {str(one.subject): one for one in privacy.find(desk, "欧阳")}
    assert set(found) == {f"case/{visit.row.id}-visitor", f"case/{quarrel.row.id}-parties-2"}
    assert all("*" in one.name and PHONE not in one.phone for one in found.values())
    subject = privacy.read_subject(f"case/{visit.row.id}-visitor")
    shown = privacy.show(desk, [subject])
    assert [str(one.subject) for one in shown.same] == [f"case/{quarrel.row.id}-parties-2"]
    cells = {cell for one in shown.sections for row in one.rows for cell in row}
    assert visit.row.number in cells and not {NAME, PHONE} & cells
    clear = privacy.unmask(desk, [subject, *(one.subject for one in shown.same)])
    cells = {cell for one in clear.sections for row in one.rows for cell in row}
    # Of a record with several people each is shown what it says of that one.
    assert {NAME, PHONE} <= cells and OTHER not in cells
    with pytest.raises(PrivacyError, match="open_in_case"):
        privacy.erase(desk, [subject])
    service.take_step(desk, visit.row.id, "answer_now", {"answer": f"{NAME}去二楼"}, f"{NAME}同意")
    service.take_step(desk, quarrel.row.id, "withdraw", {}, "双方和好")
    before = records.counts(desk.database.connection, "2026-11-09")
    done = privacy.erase(desk, [one.subject for one in found.values()])
    assert all(one.clean for one in done)
    raw = bytes_of(desk)
    assert NAME.encode() not in raw and PHONE.encode() not in raw
    left = service.view(desk, visit.row.id)
    assert left.now.values["visitor"] == ERASED and "phone" not in left.now.values
    assert left.now.values["answer"] == f"{ERASED}去二楼" and left.log[-1].reason == f"{ERASED}同意"
    parties = service.view(desk, quarrel.row.id).now.values["parties"]
    assert parties == [{"name": OTHER, "phone": "13900001111"}, {"name": ERASED}]
    assert service.view(desk, quarrel.row.id).row.title == f"漏水，{ERASED}来过"
    assert [one.number for one in service.find(desk, "司马")] == [quarrel.row.number]
    assert service.find(desk, "欧阳") == [] and service.find(desk, "4321") == []
    assert drafts.draft(desk, "repair") == {"what": f"{ERASED}报修", "reported_by": OTHER}
    assert records.counts(desk.database.connection, "2026-11-09") == before
    assert found_of_cases(desk) == [] and audit.first_broken(desk.database.connection) is None
    with pytest.raises(PrivacyError, match="erased_already"):
        privacy.erase(desk, [subject])


def test_with_a_resident_goes_what_cases_say_of_the_resident_and_a_merge_takes_it_along(desk: Context) -> None:
    kept = residents.add(desk, {"name": NAME, "phone": PHONE})
    twice = residents.add(desk, {"name": "欧阳秘"})
    visit = contact(desk, visitor={"name": "欧阳秘", "resident": twice.id}, phone=PHONE)
    residents.merge(desk, kept.id, twice.id)
    subject = Subject("resident", str(kept.id))
    shown = privacy.show(desk, [subject])
    assert visit.row.number in {cell for one in shown.sections for row in one.rows for cell in row}
    assert service.view(desk, visit.row.id).residents == {"visitor": kept.id}
    assert [one.code for one in privacy.explain_erasing(desk, subject).first] == ["in_case"]
    service.take_step(desk, visit.row.id, "answer_now", {"answer": "好"})
    privacy.erase(desk, [subject])
    left = service.view(desk, visit.row.id)
    assert left.now.values["visitor"] == ERASED and "phone" not in left.now.values and left.residents == {}
    assert found_of_cases(desk) == []


def test_what_definitions_keep_no_longer_is_emptied_and_the_record_with_its_figures_stays(desk: Context) -> None:
    old, young = contact(desk, visitor=NAME, phone=PHONE), contact(desk, visitor=OTHER)
    service.take_step(desk, old.row.id, "answer_now", {"answer": "带身份证"}, "本人来的")
    months = old.definition.retention_months
    year = 2026 + months // 12 + 1
    assert [one.count for one in privacy.due(desk) if one.kind == "case"] == [0]
    desk.clock = lambda: datetime(year, 12, 1, 4, 0, tzinfo=UTC)
    accept_clock(desk, "停业几年")
    due = next(one for one in privacy.due(desk) if one.kind == "case")
    assert (due.count, [line.name for line in due.lines]) == (1, [old.row.number])
    assert privacy.due_count(desk) >= 1
    done = privacy.purge(desk, "case")
    assert (done.done, done.held, done.clean) == (1, 0, True)
    raw = bytes_of(desk)
    assert not [one for one in (NAME, PHONE, "带身份证", "本人来的") if one.encode() in raw]
    assert privacy.tombstones(desk)[0].emptied == {"case_record": 1}
    left = service.view(desk, old.row.id)
    assert left.row._replace(emptied_on=None, title="", said="") == old_ended(desk, old)._replace(title="", said="")
    assert {"visitor", "phone"}.isdisjoint(left.now.values) and left.now.values["answer"] == ERASED
    assert left.now.values["channel"] == "walk_in" and left.log[-1].reason == ERASED and left.row.title == ERASED
    assert service.find(desk, "欧阳") == [] and [one.number for one in service.find(desk, "司马")] == [young.row.number]
    assert next(one for one in privacy.due(desk) if one.kind == "case").count == 0
    assert service.cases_astray(desk, desk.database.connection) == []


def old_ended(desk: Context, view: CaseView) -> records.CaseRow:
    """A first contact as it stands after it was answered on its first day."""
    row = service.view(desk, view.row.id).row
    return row._replace(number=view.row.number, opened_on="2026-11-09", ended_on="2026-11-09", emptied_on=None)


def test_forms_begun_long_ago_are_forgotten(desk: Context) -> None:
    drafts.keep_draft(desk, "repair", 0, "", {"what": "灯"})
    desk.clock = lambda: datetime(2026, 12, 8, 4, 0, tzinfo=UTC)
    drafts.keep_draft(desk, "wish", 0, "", {"wish": "一把椅子"})
    assert {one.code for one in drafts.drafts(desk)} == {"repair", "wish"}
    desk.clock = lambda: datetime(2026, 12, 10, 4, 0, tzinfo=UTC)
    drafts.keep_draft(desk, "wish", 0, "", {"wish": "两把椅子"})
    assert {one.code for one in drafts.drafts(desk)} == {"wish"}


def test_under_another_field_key_cases_are_read_and_found_as_before(desk: Context) -> None:
    visit, quarrel = contact(desk, visitor=NAME, phone=PHONE), mediation(desk)
    drafts.keep_draft(desk, "repair", 0, "", {"what": "灯"})
    keychange.rotate(desk)
    assert service.view(desk, visit.row.id).now.values["phone"] == PHONE
    assert [one.id for one in service.find(desk, "4321")] == [visit.row.id, quarrel.row.id]
    assert [one.id for one in service.find(desk, "1111")] == [quarrel.row.id]
    assert drafts.draft(desk, "repair") == {"what": "灯"} and found_of_cases(desk) == []


def test_numbers_that_a_lost_file_may_have_given_out_stay_free(desk: Context) -> None:
    assert contact(desk).row.number == "SW2026-00001"
    with desk.database.write() as connection:
        backups.raise_floors(connection, {("case SW2026-", 0): 200, ("case", 2026): 100, ("case", 0): 100})
    assert contact(desk).row.number == "SW2026-00201" and contact(desk).row.number == "SW2026-00202"
    repair = service.open_case(desk, "repair", {"what": "灯"})
    assert repair.row.number == "BX2026-0101"
    assert "cases.number_gap" in found_of_cases(desk)


def test_a_definition_that_cannot_be_read_is_named_by_the_look(desk: Context) -> None:
    contact(desk)
    folder = desk.home.path / "definitions"
    folder.mkdir()
    (folder / "lost.toml").write_text("code = 1", encoding="utf-8")
    assert "cases.definition_wrong" in found_of_cases(desk)


def test_what_is_typed_into_cases_by_a_hostile_hand_is_refused_or_kept_as_words(desk: Context) -> None:
    for text in ("a\x00b", "\x1b[31m红", "\u202e反过来", "甲\u200b乙" * 20_000, "医" * 100_000):
        for typed in ({"visitor": text}, {"matter": text}):
            try:
                kept = contact(desk, **typed)
            except service.CaseError:
                continue
            values = "".join(str(one) for one in kept.now.values.values())
            assert len(values) < 5_000 and not {"\x00", "\x1b", "\u202e", "\u200b"} & set(values)
    before = len(service.work_list(desk))
    for text in ("=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "'; DROP TABLE case_record; --", '{"a": "*"}'):
        kept = service.open_case(desk, "first_contact", {"matter": text})
        assert kept.now.values["matter"] == text and kept.row.title == text
    assert found_of_cases(desk) == []
    said = [json.loads(row[0]) for row in desk.database.connection.execute("SELECT said FROM case_record")]
    assert len(said) == before + 6


def test_unmasking_is_logged_and_an_auditor_may_not(desk: Context) -> None:
    visit = contact(desk, visitor=NAME, phone=PHONE)
    subject = Subject("case", f"{visit.row.id}-visitor")
    auditor = replace(desk, operator=Operator("A001", "审计", "auditor"))
    with pytest.raises(Exception, match="auditor_reads_only"):
        privacy.unmask(auditor, [subject])
    privacy.unmask(desk, [subject])
    last = desk.database.connection.execute("SELECT action, subject FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    assert tuple(last) == ("person.unmask", str(subject))


def test_a_case_shown_in_clear_by_command_is_logged(desk: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    number = contact(desk, visitor=NAME, phone=PHONE).row.number
    monkeypatch.setenv("FRONTDESK_HOME", str(desk.home.path))
    monkeypatch.setenv("FRONTDESK_AS", "M001")
    with redirect_stdout(StringIO()) as out:
        assert run(["case", "show", number]) == 0
    assert NAME not in out.getvalue() and PHONE not in out.getvalue()
    with redirect_stdout(StringIO()) as out:
        assert run(["case", "show", number, "--clear"]) == 0
    assert NAME in out.getvalue() and PHONE in out.getvalue()
    shown = "SELECT count(*) FROM audit WHERE action = 'case.people_shown'"
    assert desk.database.connection.execute(shown).fetchone()[0] == 1


def complaint(desk: Context) -> CaseView:
    return service.open_case(desk, "complaint", {"matter": "噪音", "handler": "W002"})


def test_a_day_off_moves_what_is_due_some_records_at_a_time_and_from_where_it_stopped(desk: Context) -> None:
    views = [complaint(desk) for _ in range(5)]
    due = {one.row.due_on for one in views}
    while service.date_waiting(desk):
        pass
    assert {row.due_on for row in service.work_list(desk)} == due
    set_day(desk, date(2026, 11, 10), "holiday", "停电")
    assert "cases.dated_otherwise" in found_of_cases(desk)
    assert service.date_waiting(desk, 2) == 2
    moved = [row.due_on for row in sorted(service.work_list(desk), key=lambda one: one.id)]
    assert len(set(moved[:2]) | due) == 2 and set(moved[2:]) == due
    # The program is closed and opened again.
    assert [service.date_waiting(desk, 2) for _ in range(3)] == [2, 1, 0]
    assert len({row.due_on for row in service.work_list(desk)} | due) == 2 and found_of_cases(desk) == []
    assert service.date_waiting(desk) == 0 and service.set_dates_again(desk) == 0


def test_the_setting_of_limits_and_a_changed_definition_move_what_is_due(desk: Context) -> None:
    view = complaint(desk)
    while service.date_waiting(desk):
        pass
    change_setting(desk, "follow_up_preset", "ms_15")
    assert service.date_waiting(desk) == 1 and service.date_waiting(desk) == 0
    moved = service.view(desk, view.row.id).row.due_on
    assert moved != view.row.due_on
    folder = desk.home.path / "definitions"
    folder.mkdir()
    own = resources.files("frontdesk.cases.definitions").joinpath("complaint.toml").read_text("utf-8")
    (folder / "complaint.toml").write_text(own.replace("days = 5\n", "days = 9\n"), encoding="utf-8")
    assert service.date_waiting(desk) == 1 and service.view(desk, view.row.id).row.due_on != moved
    assert found_of_cases(desk) == []


def test_with_nothing_open_nothing_is_reckoned(desk: Context) -> None:
    before = desk.database.connection.total_changes
    assert service.date_waiting(desk) == 0 and desk.database.connection.total_changes == before


def test_after_a_restoration_numbers_go_on_behind_a_gap_and_who_was_erased_since_is_erased_again(
    desk: Context, tmp_path: Path
) -> None:
    key = backup.new_recovery_key(desk)
    backup.confirm_groups(desk, key, dict(enumerate(key.groups)))
    visit = contact(desk, visitor=NAME, phone=PHONE)
    service.take_step(desk, visit.row.id, "answer_now", {"answer": "好"})
    made = backup.make_now(desk)
    assert contact(desk).row.number == "SW2026-00002"
    privacy.erase(desk, [Subject("case", f"{visit.row.id}-visitor")])
    # The list of the erased lies beside the backups.
    backup.restore(Home(tmp_path / "new"), made.path, key, clock=desk.clock)
    restored = open_context(Home(tmp_path / "new"), source="desk", operator=desk.operator, clock=desk.clock)
    assert service.view(restored, visit.row.id).now.values["visitor"] == ERASED
    assert contact(restored).row.number == "SW2026-00201"
    assert service.open_case(restored, "repair", {"what": "灯"}).row.number == "BX2026-0101"
    assert found_of_cases(restored) == []
    restored.database.close()

"""The lists of the desk in a real file: views and their order, pages, what is used most, and a step for several."""

from __future__ import annotations

from contextlib import redirect_stdout
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from db import audit
from frontdesk.cases import listing, service
from frontdesk.cases.bulk import MOST_AT_ONCE, MOST_OPENING, revisions, take_steps
from frontdesk.cases.errors import CaseError
from frontdesk.cases.listing import View
from frontdesk.cli import run
from frontdesk.context import Context, Operator
from frontdesk.errors import DeskError
from tests.casesteps import joined


@pytest.fixture
def desk(desk: Context) -> Context:
    """The desk with an operator beside the manager, on Monday 9 November 2026."""
    joined(desk, "W002", "李四")
    return desk


def contact(desk: Context, matter: str, **more: str) -> int:
    return service.open_case(desk, "first_contact", {"matter": matter, **more}).row.id


def repair(desk: Context, what: str) -> int:
    place = service.definitions(desk)["repair"]
    asked = {one.code: what for one in place.fields if one.required and one.kind in ("text", "long_text")}
    return service.open_case(desk, "repair", asked).row.id


def numbers(desk: Context, view: View, first: int = 0, limit: int = 100) -> list[str]:
    return [one.row.number for one in listing.page(desk, view, first, limit).rows]


def test_views_have_what_waits_what_is_mine_a_group_a_definition_and_a_register_what_has_ended_too(
    desk: Context,
) -> None:
    mine, other, ended = contact(desk, "问医保"), contact(desk, "问养老", first_receiver="W002"), contact(desk, "问路")
    service.take_step(desk, ended, "answer_now", {"answer": "直走"})
    fault = repair(desk, "灯不亮")
    by_id = {one: service.view(desk, one).row.number for one in (mine, other, ended, fault)}
    assert set(numbers(desk, View())) == {by_id[mine], by_id[other], by_id[fault]}
    assert numbers(desk, View("mine"))[:1] == [by_id[mine]]
    assert set(numbers(desk, View("group", "reception"))) == {by_id[mine], by_id[other]}
    assert numbers(desk, View("definition", "repair")) == [by_id[fault]]
    assert numbers(desk, View("register", "first_contact")) == [by_id[ended], by_id[other], by_id[mine]]
    assert listing.counts_of_views(desk)["all"] == 3


def test_what_is_due_first_stands_first_on_every_page_and_says_how_its_limit_stands(desk: Context) -> None:
    for at in range(7):
        contact(desk, f"第{at}件")
    whole = numbers(desk, View())
    assert [number for first in range(0, 7, 3) for number in numbers(desk, View(), first, 3)] == whole
    later = replace(desk, clock=lambda: desk.clock().replace(year=desk.clock().year + 1))
    seen = listing.page(later, View("overdue"), 0, 100)
    assert seen.many == 7
    assert {one.pace for one in seen.rows} == {"overdue"}
    assert all(one.days < 0 for one in seen.rows)
    assert numbers(desk, View("overdue")) == []
    first = listing.page(desk, View(), 0, 1).rows[0].row.due_on
    assert first is not None
    due = datetime.fromisoformat(f"{first}T04:00:00+00:00")
    assert numbers(replace(desk, clock=lambda: due), View("today")) == whole
    before = due - timedelta(days=3)
    assert numbers(replace(desk, clock=lambda: before), View("soon")) == whole
    assert numbers(replace(desk, clock=lambda: due), View("soon")) == []


def test_a_register_shows_names_of_people_from_where_they_are_kept_apart(desk: Context) -> None:
    folder = desk.home.path / "definitions"
    folder.mkdir()
    source = (Path(service.__file__).parent / "definitions" / "first_contact.toml").read_text(encoding="utf-8")
    told = source.replace('code = "visitor"\n', 'code = "visitor"\ncolumn = true\n')
    (folder / "first_contact.toml").write_text(told, encoding="utf-8")
    contact(desk, "问医保", visitor="欧阳秘密", first_receiver="W002")
    row = listing.page(desk, View("register", "first_contact"), 0, 10).rows[0]
    assert row.values == {"matter": "问医保", "visitor": "欧阳**", "first_receiver": "李四"}


def test_the_digits_belong_to_what_was_opened_most_lately(desk: Context) -> None:
    first = [one.definition.code for one in listing.kinds(desk)]
    assert first[:2] == ["first_contact", "complaint"]
    assert all(one.definition.kind != "duty" for one in listing.kinds(desk))
    for at in range(2):
        repair(desk, f"灯{at}")
    contact(desk, "问医保")
    # All day a digit means what it meant in the morning: fingers do not read the list again.
    assert [one.definition.code for one in listing.kinds(desk)] == first
    used = listing.kinds(replace(desk, clock=lambda: desk.clock() + timedelta(days=1)))
    assert [(one.definition.code, one.lately) for one in used[:3]] == [
        ("repair", 2),
        ("first_contact", 1),
        ("complaint", 0),
    ]


def test_what_somebody_entered_last_today_is_theirs(desk: Context) -> None:
    assert listing.entered_last(desk) == 0
    mine = contact(desk, "问医保")
    other = replace(desk, operator=Operator("W002", "李四", "operator"))
    theirs = contact(other, "问养老")
    service.add_note(desk, theirs, "又来问")
    assert (listing.entered_last(desk), listing.entered_last(other)) == (mine, theirs)
    assert listing.entered_last(replace(desk, clock=lambda: desk.clock() + timedelta(days=1))) == 0


def test_a_step_has_the_same_digit_in_the_list_as_in_the_record_and_says_why_not(desk: Context) -> None:
    case_id = contact(desk, "问医保")
    service.take_step(desk, case_id, "pass_on", {"next_owner": "医保窗口"})
    steps = listing.steps_of(desk, case_id)
    assert [one.transition for one in steps] == [one for one, _ in service.view(desk, case_id).steps]
    assert bool(steps[0].why_not) and not all(one.why_not for one in steps)
    accept = next(one for one in steps if one.transition.code == "accept")
    assert "另一位" in accept.why_not


def test_a_step_for_several_is_taken_by_those_that_can_and_the_others_stay_as_they_are(desk: Context) -> None:
    able, ended = [contact(desk, f"第{at}件") for at in range(3)], contact(desk, "问路")
    service.take_step(desk, ended, "answer_now", {"answer": "直走"})
    before = service.view(desk, ended)
    bulk = take_steps(desk, [able[0], ended, *able], "answer_now", {"answer": "都办好了"})
    assert [one.id for one in bulk.done] == able
    assert [(row.id, bool(words)) for row, words in bulk.refused] == [(ended, True)]
    assert {service.view(desk, one).row.state for one in able} == {"answered"}
    assert service.view(desk, ended) == before
    with desk.database.reading() as connection:
        assert all(audit.has(connection, "case.moved", str(one)) for one in able)


def test_a_step_for_several_passes_over_what_another_window_moved_since_it_was_seen(desk: Context) -> None:
    ids = [service.open_case(desk, "complaint", {"matter": f"第{at}件"}).row.id for at in range(3)]
    seen = revisions(desk, ids)
    # The step could be taken again, and would take it away from whom another window gave it to.
    service.take_step(desk, ids[1], "assign", {"handler": "W002"})
    bulk = take_steps(desk, ids, "assign", {"handler": "M001"}, seen=seen)
    assert [one.id for one in bulk.done] == [ids[0], ids[2]]
    ((row, words),) = bulk.refused
    assert row.id == ids[1] and row.number in words
    assert service.view(desk, ids[1]).now.values["handler"] == "W002"


def test_a_step_for_several_takes_at_most_so_many_and_none_that_is_not_there(desk: Context) -> None:
    case_id = contact(desk, "问医保")
    for ids, code in (([case_id, 999_999], "unknown_case"), (range(1, MOST_AT_ONCE + 2), "too_many_at_once")):
        with pytest.raises(CaseError) as refused:
            take_steps(desk, list(ids), "answer_now", {"answer": "好"})
        assert refused.value.code == code
    assert service.view(desk, case_id).row.state == "received"


def test_a_step_that_opens_records_of_its_own_is_taken_for_fewer_at_once(desk: Context) -> None:
    said = {"topic": "年底走访", "held_on": "2026-11-09"}
    meetings = [service.open_case(desk, "area_weekly_meeting", said).row.id for _ in range(MOST_OPENING + 1)]
    with pytest.raises(CaseError) as refused:
        take_steps(desk, meetings, "hold", {"minutes": "照办"})
    assert refused.value.code == "too_many_at_once" and refused.value.details["most"] == MOST_OPENING
    assert len(take_steps(desk, meetings[:2], "cancel", {}, "改日").done) == 2


def test_an_auditor_takes_no_steps(desk: Context) -> None:
    case_id = contact(desk, "问医保")
    auditor = replace(desk, operator=Operator("W002", "李四", "auditor"))
    with pytest.raises(DeskError) as refused:
        take_steps(auditor, [case_id], "answer_now", {"answer": "好"})
    assert refused.value.code == "auditor_reads_only"
    assert listing.page(auditor, View(), 0, 10).many == 1


def test_the_command_names_what_was_done_and_what_was_not(desk: Context) -> None:
    able, ended = contact(desk, "问医保"), contact(desk, "问路")
    service.take_step(desk, ended, "answer_now", {"answer": "直走"})
    told = [service.view(desk, one).row.number for one in (able, ended)]
    said = StringIO()
    home, as_ = ["--home", str(desk.home.path)], ["--as", "M001"]
    with redirect_stdout(said):
        code = run([*home, *as_, "case", "bulk", "answer_now", *told, "--set", "answer=好"])
    assert code == 1
    assert f"已办 1 条：{told[0]}" in said.getvalue()
    assert f"{told[1]} 没有办" in said.getvalue()


def test_a_record_whose_log_is_gone_is_refused_in_words(desk: Context) -> None:
    case_id = contact(desk, "问医保")
    with desk.database.write() as connection:
        connection.execute("DROP TRIGGER case_log_never_deleted")
        connection.execute("DELETE FROM case_log WHERE case_id = ?", (case_id,))
    with pytest.raises(CaseError) as refused:
        listing.steps_of(desk, case_id)
    assert refused.value.code == "log_damaged"
    assert listing.page(desk, View(), 0, 10).many == 1


def test_what_is_searched_for_is_found_by_the_initials_and_the_pinyin_of_its_title(desk: Context) -> None:
    lamp, lift = repair(desk, "广场一盏灯不亮"), repair(desk, "三号楼电梯停了")

    def found(text: str) -> list[int]:
        return [row.id for row in service.find(desk, text)]

    assert found("dbl") == [lamp] and found("dianti") == [lift] and found("DTTL") == [lift]
    assert found("d") == [] and found("dbx") == []

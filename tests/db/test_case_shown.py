"""A record is shown by its row and written by its log; whatever of both is damaged is told."""

from __future__ import annotations

import json
from datetime import date

import pytest

from frontdesk.calendar.service import set_day
from frontdesk.cases import listing, service
from frontdesk.cases.detailwords import case_lines
from frontdesk.cases.errors import CaseError
from frontdesk.cases.masks import shown
from frontdesk.cases.service import CaseView
from frontdesk.cases.whole import calendar_now
from frontdesk.cases.words import view_lines
from frontdesk.check.service import full_look
from frontdesk.context import Context, open_context
from tests.programs import run_here


def complaint(desk: Context) -> CaseView:
    return service.open_case(desk, "complaint", {"matter": "楼道堆物", "person": "赵一", "handler": "M001"})


def damage(desk: Context, statement: str, *values: object) -> None:
    with desk.database.write() as connection:
        connection.execute("DROP TRIGGER IF EXISTS case_log_never_changes")
        connection.execute(statement, values)


def astray(desk: Context) -> list[str]:
    return service.cases_astray(desk, desk.database.connection)


def test_what_a_row_says_is_shown_and_that_its_log_says_otherwise_is_found_and_overwritten(desk: Context) -> None:
    made = complaint(desk)
    said = json.loads(made.row.said) | {"matter": "没有的事"}
    damage(desk, "UPDATE case_record SET said = ?", json.dumps(said, ensure_ascii=False))
    assert service.view(desk, made.row.id).now.values["matter"] == "没有的事"
    assert astray(desk) == [made.row.number]
    after = service.add_note(desk, made.row.id, "再看看")
    assert (after.now.values["matter"], after.now.values["person"]) == ("楼道堆物", "赵一")
    assert astray(desk) == []


def test_where_a_record_stands_and_what_can_be_done_is_shown_by_its_log_whatever_its_row_says(desk: Context) -> None:
    made = complaint(desk)
    steps = made.steps
    damage(desk, "UPDATE case_record SET state = 'closed', ended_on = '2026-11-09'")
    seen = service.view(desk, made.row.id)
    assert seen.now == made.now and seen.steps == steps and seen.now.ended_on is None
    assert astray(desk) == [made.row.number]


@pytest.mark.parametrize("said", ["{", "", "[]", "{},{}", "7"])
def test_a_log_of_which_an_entry_cannot_be_read_is_told_when_it_is_drawn_and_found(desk: Context, said: str) -> None:
    made = complaint(desk)
    damage(desk, "UPDATE case_log SET said = ?", said)
    # Beside the list only what can be done next is drawn.
    assert [one.transition.code for one in listing.steps_of(desk, made.row.id)] == [one.code for one, _ in made.steps]
    seen = service.view(desk, made.row.id)
    with pytest.raises(CaseError) as refused:
        case_lines(seen, {}, str, 80, masked=False)
    assert refused.value.code == "log_damaged" and refused.value.details["number"] == made.row.number
    with pytest.raises(CaseError):
        shown(seen, masked=True)
    assert astray(desk) == [made.row.number]
    ended = run_here(desk.home.path, "case", "show", made.row.number)
    assert (ended.code, ended.error) == (1, "log_damaged")


@pytest.mark.parametrize("said", ["7", '{"matter":[1]}'])
def test_a_row_that_says_nothing_that_can_be_read_is_told(desk: Context, said: str) -> None:
    made = complaint(desk)
    damage(desk, "UPDATE case_record SET said = ?", said)
    with pytest.raises(CaseError) as refused:
        assert service.view(desk, made.row.id).now
    assert refused.value.code == "log_damaged"


def test_an_entry_of_a_kind_that_is_never_written_is_told(desk: Context) -> None:
    made = complaint(desk)
    damage(desk, "UPDATE case_log SET kind = 'invented'")
    with pytest.raises(CaseError) as refused:
        listing.steps_of(desk, made.row.id)
    assert refused.value.code == "log_damaged"


def test_limits_are_shown_by_the_calendar_as_it_is_now_whoever_changed_it(desk: Context) -> None:
    made = complaint(desk)
    due = {one.deadline.code: one.due for one in made.limits if one.due is not None}
    first = calendar_now(desk)
    service.add_note(desk, made.row.id, "再看看")
    # What is written elsewhere leaves the days as they were counted.
    assert due and calendar_now(desk) is first
    other = open_context(desk.home, source="desk", operator=desk.operator, clock=desk.clock)
    try:
        set_day(other, date(2026, 11, 10), "holiday", "停电")
    finally:
        other.database.close()
    later = {one.deadline.code: one.due for one in service.view(desk, made.row.id).limits}
    assert all(later[code] == calendar_now(desk).add_working_days(day, 1) for code, day in due.items())
    assert calendar_now(desk) is not first


def test_a_calendar_that_is_taken_back_leaves_nothing_behind(desk: Context) -> None:
    made = complaint(desk)
    before = [one.due for one in made.limits]
    with pytest.raises(RuntimeError), desk.database.write() as connection:
        connection.execute(
            "INSERT INTO workday_override (day, kind, name, source) VALUES ('2026-11-10', 'holiday', '停电', 'manual')"
        )
        assert [one.due for one in service.view(desk, made.row.id).limits] != before
        raise RuntimeError
    assert [one.due for one in service.view(desk, made.row.id).limits] == before


@pytest.mark.parametrize(
    ("column", "value"),
    [("definition", "1"), ("definition", ""), ("state", "2026-13-99"), ("state", ""), ("said", '{"A b":[{"":2}]}')],
)
def test_a_row_edited_by_hand_to_what_no_definition_can_have_is_drawn_and_told(
    desk: Context, column: str, value: str
) -> None:
    made = complaint(desk)
    damage(desk, f"UPDATE case_record SET {column} = ?", value)
    seen = service.view(desk, made.row.id)
    assert view_lines(seen, ["" for _ in seen.log]) and seen.definition.code is not None
    assert {"cases.cases_astray", "cases.definition_missing"} & {one.key for one in full_look(desk).findings}


@pytest.mark.parametrize("statement", ["definition = ?", "parts = ?, definition = 'gone by'"])
def test_an_edition_that_nobody_noted_stops_nothing(desk: Context, statement: str) -> None:
    made = complaint(desk)
    said = '{"people.A b":"name","people.who.":"nothing","people.fine":"name"}'
    damage(desk, f"UPDATE case_edition SET {statement}", "[1]" if "parts" not in statement else said)
    again = open_context(desk.home, source="desk", clock=desk.clock, operator=desk.operator)
    assert service.view(again, made.row.id).row == made.row and service.find(again, "赵一") != []
    full_look(again)
    again.database.close()


@pytest.mark.parametrize("ref", ["x", "[1]", "9" * 40])
def test_a_link_that_was_written_by_hand_to_nothing_is_drawn_and_told(desk: Context, ref: str) -> None:
    made, other = complaint(desk), complaint(desk)
    service.link(desk, made.row.id, service.target_of(desk, other.row.number))
    damage(desk, "UPDATE case_link SET ref = ?", ref)
    seen = service.view(desk, made.row.id)
    assert [one.row for one in seen.links] == [None] and view_lines(seen, ["" for _ in seen.log])
    assert astray(desk) == [made.row.number]


@pytest.mark.parametrize("day", ["", "x", "2026-02-30"])
def test_a_day_in_a_log_that_is_none_is_told_where_limits_are_drawn(desk: Context, day: str) -> None:
    made = complaint(desk)
    damage(desk, "UPDATE case_log SET day = ?", day)
    with pytest.raises(CaseError) as refused:
        assert service.view(desk, made.row.id).limits
    assert refused.value.code == "log_damaged" and astray(desk) == [made.row.number]


@pytest.mark.parametrize("parts", ["", "\0", "[]", '{"a":1}', "7"])
def test_what_is_noted_of_an_edition_is_told_where_it_was_edited_by_hand_and_stops_nothing(
    desk: Context, parts: str
) -> None:
    made = complaint(desk)
    damage(desk, "UPDATE case_edition SET parts = ?", parts)
    again = open_context(desk.home, source="desk", clock=desk.clock, operator=desk.operator)
    assert service.view(again, made.row.id).row == made.row
    told = {one.key: one.first for one in full_look(again).findings if one.area == "cases"}
    assert [*told] == (["cases.edition_damaged"] if parts else [])
    complaint(again)
    assert [one.key for one in full_look(again).findings if one.area == "cases"] == []
    again.database.close()

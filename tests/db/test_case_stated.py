"""A register that is brought along with its states: finished repairs come in finished, and the log says how."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.reader.excel import load_workbook

from db.cases import CaseLogEntry
from db.staff import Staff, put
from frontdesk.cases import service
from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.engine import rules
from frontdesk.cases.engine.paths import path_of, standing
from frontdesk.cases.engine.rules import Event
from frontdesk.cases.engine.stating import filled_before, is_reached, state_in, state_named, stated
from frontdesk.cases.engine.values import Value
from frontdesk.cases.papers.exporting import export_register, write_form
from frontdesk.cases.papers.importing import import_register
from frontdesk.cases.working import open_in
from frontdesk.context import Context, Operator
from frontdesk.imports.service import describe
from frontdesk.locale import use_language
from frontdesk.reports.indicators import service as indicators
from tests.casewalks import Walker
from tests.db.test_case_sheets import csv, told
from tests.desks import counts, new_desk, turn_clock

REPAIRS = "坏了什么,具体位置,状态,怎么修的,费用"


def stands(desk: Context, code: str) -> list[tuple[str, str, str | None]]:
    rows = service.register(desk, code, 100)
    return sorted((one.title, one.state, one.ended_on) for one in rows)


def test_finished_repairs_come_in_finished_and_their_log_says_as_stated(desk: Context, tmp_path: Path) -> None:
    names = {one.code: str(one.name) for one in own_definitions()["repair"].states}
    ends = [code for code in names if service.definitions(desk)["repair"].state(code).end]  # type: ignore[union-attr]
    done = f"灯不亮,一楼,{names['fixed']},换了灯管,35"
    sheet = csv(tmp_path, REPAIRS, done, "门坏了,二楼,,,", f"水龙头漏,三楼,{names[ends[0]]},换了垫片,8")
    trial = import_register(desk, "repair", sheet, dry_run=True)
    assert counts(trial) == (3, 0, 0) and service.register(desk, "repair") == []
    assert counts(import_register(desk, "repair", sheet)) == (3, 0, 0)
    first = service.definitions(desk)["repair"].states[0].code
    assert stands(desk, "repair") == [
        ("水龙头漏", ends[0], "2026-11-09"),
        ("灯不亮", "fixed", None),
        ("门坏了", first, None),
    ]
    light = next(one for one in service.register(desk, "repair") if one.title == "灯不亮")
    (entry,) = service.view(desk, light.id).log
    assert (entry.kind, entry.step) == ("opened", "@fixed") and names["fixed"] in entry.reason
    assert "照表上写的" in entry.reason and sheet.name not in entry.reason
    now = service.view(desk, light.id).now
    assert (now.state, now.values["cost"], now.clocks, now.taken) == ("fixed", 3500, (), {})
    assert service.cases_astray(desk, desk.database.connection) == []
    # Taken in once more nothing changes; and nothing does after a step either, which is said.
    assert counts(import_register(desk, "repair", sheet)) == (0, 0, 3)
    service.take_step(desk, light.id, "not_fixed", {}, "又坏了")
    again = import_register(desk, "repair", sheet)
    assert counts(again) == (0, 0, 3) and [one.code for one in again.remarks] == ["states_stay"]
    assert service.cases_astray(desk, desk.database.connection) == []


def test_columns_that_are_not_read_are_told_by_name_and_a_trial_tells_each_state(desk: Context, tmp_path: Path) -> None:
    name = own_definitions()["repair"].state_name
    sheet = csv(
        tmp_path,
        "登记日期,坏了什么,修理费,办结日,进度,zzzz,具体位置",
        "2026-10-01,灯不亮,35,2026-10-02,验过,x,一楼",
    )
    for dry_run in (True, False):
        outcome = import_register(desk, "repair", sheet, dry_run=dry_run)
        assert counts(outcome) == (1, 0, 0)
        said = [(one.code, *one.details.values()) for one in outcome.remarks]
        assert said == [
            ("unknown_column_near", "修理费", "费用"),
            ("column_of_day", "办结日"),
            ("unknown_columns", "进度、zzzz"),
        ]
        assert "费用" in outcome.remarks[0].words() and "导入那天" in outcome.remarks[1].words()
    trial = import_register(desk, "repair", csv(tmp_path, REPAIRS, "灯坏了,,修好,,", "门坏了,,,,"), dry_run=True)
    assert [one.fields[-1] for one in trial.preview] == [
        ("状态", "", str(name("fixed"))),
        ("状态", "", str(name("found"))),
    ]
    # A file that is refused is told of its columns too: one of them may be why.
    refused = import_register(desk, "repair", csv(tmp_path, "坏了什么,费用,状况", "灯不亮,35,验过"))
    assert [one[3] for one in told(refused)] == ["later_step"]
    assert [one.details.get("near") for one in refused.remarks] == ["状态"]
    assert describe(refused, dry_run=True)[-1] == refused.remarks[0].words()


def test_what_is_worked_out_and_columns_beyond_number_are_told_in_english_too(desk: Context, tmp_path: Path) -> None:
    use_language("en")
    try:
        definition, worked = next(
            (one, field)
            for one in own_definitions().values()
            for field in one.fields
            if field.code in one.worked_out and one.states and field.name.en
        )
        heads = [str(worked.name), "Ended", *(f"q{place:03d}" for place in range(30))]
        needed = [str(one.name) for one in definition.fields if one.required and one.default is None]
        sheet = csv(tmp_path, ",".join([*needed, *heads]), ",".join("-" for _ in [*needed, *heads]))
        outcome = import_register(desk, definition.code, sheet, dry_run=True)
        codes = [one.code for one in outcome.remarks]
        assert codes == ["column_worked_out", "column_of_day", "unknown_columns", "more_unknown_columns"]
        assert all(one.words() and "{" not in one.words() for one in outcome.remarks)
    finally:
        use_language("zh_CN")


def test_how_long_an_answer_took_is_not_known_of_a_whistle_that_a_sheet_brought_in(desk: Context) -> None:
    clock = desk.clock
    said = {"item": "占道", "department": "城管中队", "reason": "管不了"}
    for step, later in ((stated("blown", 2), timedelta(hours=2)), ("", timedelta(hours=1))):
        turn_clock(desk, clock)
        with desk.database.write() as connection:
            made = open_in(desk, connection, service.definitions(desk)["whistle"], said, "", stated=step)
        desk.clock = lambda later=later: clock() + later  # type: ignore[misc]
        service.take_step(desk, made.id, "respond", {"duty_party": "老王"})
    day = desk.today()
    assert indicators.values(desk, ["whistle_answer_seconds"], day, day) == {"whistle_answer_seconds": 3600}


def test_the_whole_form_of_a_register_takes_an_old_register_in_with_its_states(desk: Context, tmp_path: Path) -> None:
    blank, whole = (write_form(desk, "repair", tmp_path / f"{one}.xlsx", whole=one) for one in (False, True))
    heads = [cell.value for cell in load_workbook(blank).worksheets[0][3] if cell.value]
    assert "费用" not in heads and "状态" not in heads
    book = load_workbook(whole)
    sheet, notes = book.worksheets
    columns = {cell.value: cell.column for cell in sheet[3] if cell.value}
    assert {"坏了什么", "费用", "怎么修的", "谁来修", "状态"} < columns.keys()
    said = {row[0]: row[2] for row in notes.iter_rows(min_row=4, values_only=True)}
    assert said.keys() == columns.keys() and "后面的步骤" in said["费用"] and "验过" in said["状态"]
    assert "--whole" in str(load_workbook(blank).worksheets[1]["A2"].value)
    for head, text in {"坏了什么": "灯不亮", "费用": "35", "怎么修的": "换了灯管", "状态": "验过"}.items():
        sheet.cell(4, columns[head]).value = text
    book.save(whole)
    outcome = import_register(desk, "repair", whole)
    assert (told(outcome), counts(outcome), list(outcome.remarks)) == ([], (1, 0, 0), [])
    assert stands(desk, "repair") == [("灯不亮", "verified", "2026-11-09")]
    for code, definition in service.definitions(desk).items():
        if definition.kind != "duty":
            again = import_register(desk, code, write_form(desk, code, tmp_path / f"{code}.csv", whole=True))
            assert (again.read, list(again.remarks)) == (0, []), code


def test_everything_that_is_wrong_with_a_row_is_told_at_once(desk: Context, tmp_path: Path) -> None:
    sheet = csv(tmp_path, REPAIRS, ",一楼,修到一半,换了灯管,三十", "门坏了,,,换锁,")
    outcome = import_register(desk, "repair", sheet)
    assert sorted(one[:2] + one[3:] for one in told(outcome)) == [
        (2, "坏了什么", "missing"),
        (2, "状态", "no_state"),
        (2, "费用", "bad_money"),
        (3, "怎么修的", "later_step"),
    ]
    assert all(one.words() for one in outcome.rejected)
    state = next(one for one in outcome.rejected if one.reason == "no_state")
    assert str(own_definitions()["repair"].states[0].name) in state.words()


def test_only_a_manager_brings_records_past_their_steps_and_a_sheet_changes_no_state(
    desk: Context, tmp_path: Path
) -> None:
    with desk.database.write() as connection:
        put(connection, Staff(no="W002", name="李四", kind="", role="operator"))
    clerk = replace(desk, operator=Operator("W002", "李四", "operator"))
    fixed = str(own_definitions()["repair"].state_name("fixed"))
    sheet = csv(tmp_path, REPAIRS, f"灯不亮,一楼,{fixed},换了灯管,35")
    assert [one[3] for one in told(import_register(clerk, "repair", sheet))] == ["state_by_manager"]
    assert service.register(desk, "repair") == []
    assert counts(import_register(desk, "repair", sheet)) == (1, 0, 0)
    out = tmp_path / "out.csv"
    export_register(desk, "repair", out)
    end = next(one for one in own_definitions()["repair"].states if one.end)
    out.write_text(out.read_text("utf-8-sig").replace(fixed, str(end.name)), encoding="utf-8-sig")
    assert [one[3] for one in told(import_register(desk, "repair", out))] == ["state_by_step"]


@pytest.mark.parametrize("code", ["repair", "wish", "mediation", "grid_item", "service_item"])
def test_what_goes_out_of_one_centre_comes_into_another_in_the_same_states_and_back(
    desk: Context, tmp_path: Path, code: str
) -> None:
    definition, walker = own_definitions()[code], Walker(desk)
    # What refers to another record by its number means nothing in another centre.
    referring = {one.code for one in definition.fields if one.kind == "reference"}
    named = {one.to for one in definition.transitions if any(ask.field in referring for ask in one.asks)}
    wanted = [one for one in definition.states if one.code not in named]
    for state in wanted:
        walker.to_state(walker.opened(code), {state.code})
    rows = service.register(desk, code, 100)
    out = tmp_path / "out.csv"
    export_register(desk, code, out, clear=True, reason="交接")
    assert counts(import_register(desk, code, out)) == (0, 0, len(rows))
    away = csv(tmp_path, out.read_text("utf-8-sig").replace(desk.centre.code, "999999-999"), name="away.csv")
    other = new_desk(tmp_path / "other")
    try:
        Walker(other)
        outcome = import_register(other, code, away)
        assert told(outcome) == [] and counts(outcome) == (len(rows), 0, 0)
        assert [one[:2] for one in stands(other, code)] == [one[:2] for one in stands(desk, code)]
        assert {one[1] for one in stands(other, code)} >= {one.code for one in wanted}
        assert service.cases_astray(other, other.database.connection) == []
        assert counts(import_register(other, code, away)) == (0, 0, len(rows))
    finally:
        other.database.close()


MOVING = sorted(code for code, one in own_definitions().items() if one.states)


@settings(max_examples=60)
@given(st.data())
def test_a_stated_opening_replays_to_just_that_state_with_the_limits_of_its_day_and_takes_what_steps_before_it_say(
    data: st.DataObject,
) -> None:
    definition = own_definitions()[data.draw(st.sampled_from(MOVING))]
    state = data.draw(st.sampled_from(definition.states))
    level = data.draw(st.sampled_from((1, 2, 3))) if definition.levels and not state.end else 1
    entered = data.draw(st.sampled_from(("", "2026-03-02")))
    step = stated(state.code, level, entered)
    assert state_in(step) == (state.code, level) and is_reached(definition, state.code)
    for name in (state.code, state.name.zh_CN, state.name.en or state.code):
        assert state_named(definition, f" {name} ") in (state, None)
    filled = {one.code for one in definition.fields if not one.at_opening} & filled_before(definition, state.code)
    said: dict[str, Value] = {one.code: "x" for one in definition.fields if one.required or one.code in filled}
    said = {key: value for key, value in said.items() if key not in definition.worked_out}
    event = Event("opened", "2026-11-09", "M001", step, said)
    assert rules.refusal_of_opening(definition, event) is None
    now = rules.replayed(definition, [replace(event, as_logged=True)])
    assert (now.state, now.level, now.opened_on, now.revision) == (state.code, level, entered or "2026-11-09", 1)
    # A limit runs where the day is known from which it does, and no step may have ended it since.
    assert {(one.started_on, one.begun, one.stopped_on) for one in now.clocks} <= {(entered, 1, None)}
    assert not now.clocks or (entered and state.end is None)
    assert now.ended_on == ("2026-11-09" if state.end else None) and now.values == said
    logged = [CaseLogEntry(1, 1, 0, "2026-11-09", "M001", "opened", step)]
    assert standing(path_of(definition, logged), logged, said) == now
    later = {one.code for one in definition.fields if not one.at_opening} - filled - definition.worked_out
    for code in later:
        refused = rules.refusal_of_opening(definition, replace(event, values={**said, code: "x"}))
        assert refused is not None and refused.code == "not_at_opening"
    unknown = rules.refusal_of_opening(definition, replace(event, step=stated("no_such_state")))
    assert unknown is not None and unknown.code == "not_now"

"""How the lists of cases say by when something is due, what is found by typing, and which colour a register has."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from db.cases import CaseRow
from frontdesk.cases import desk_words as words
from frontdesk.cases.definition.model import Definition
from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.forms import Trusting, typed_columns
from frontdesk.cases.listing import Listed, Pace, Top, pace_of
from frontdesk.cases.new_screen import how_meant
from frontdesk.cases.rows_screen import RowsScreen
from frontdesk.common.pinyin import query_key
from frontdesk.locale import LANGUAGES, catalogue, en, use_language
from frontdesk.shell.picking import Pick

TODAY = date(2026, 11, 20)
"""A Friday."""


def working_days(first: date, last: date) -> int:
    """Monday to Friday."""
    days = (first + timedelta(days=one) for one in range(1, (last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)


known = cache(own_definitions)


def definition(code: str) -> Definition:
    return known()[code]


def row(**named: object) -> CaseRow:
    made = CaseRow(
        id=1,
        definition="first_contact",
        edition=1,
        number="SW2026-00001",
        title="问医保",
        state="received",
        level=1,
        responsible="",
        opened_on="2026-11-18",
        due_on=None,
        due_code="",
        ended_on=None,
        is_paused=False,
        said="{}",
        revision=1,
    )
    return made._replace(**named)  # type: ignore[arg-type]


def listed(pace: Pace, days: int = 0, **named: object) -> Listed:
    return Listed(row(**named), definition("first_contact"), pace, days, "")


@pytest.mark.parametrize(
    ("due", "pace"),
    [("2026-11-19", "overdue"), ("2026-11-20", "soon"), ("2026-11-23", "soon"), ("2026-11-24", "ahead")],
)
def test_a_limit_runs_out_soon_by_the_working_days_that_its_definition_warns_before(due: str, pace: Pace) -> None:
    found = pace_of(definition("first_contact"), row(due_on=due, due_code="first_reply"), TODAY, working_days)
    assert found == pace


def test_what_has_ended_stands_still_or_has_no_limit_is_neither_soon_nor_overdue() -> None:
    said: list[tuple[dict[str, object], Pace]] = [
        ({"ended_on": "2026-11-19", "due_on": "2026-11-01"}, "ended"),
        ({"is_paused": True}, "paused"),
        ({}, "none"),
    ]
    for named, pace in said:
        assert pace_of(None, row(**named), TODAY, working_days) == pace


@pytest.mark.parametrize("language", LANGUAGES)
def test_due_dates_fit_their_column_in_both_languages(language: str) -> None:
    from frontdesk.common.text import display_width

    use_language(language)
    try:
        said = [
            listed("overdue", -27, due_on="2026-10-24"),
            listed("soon", 0, due_on="2026-11-20"),
            listed("soon", 12, due_on="2026-12-02"),
            listed("ahead", 99, due_on="2027-02-27"),
            listed("ended", 0, ended_on="2026-11-19"),
            listed("paused"),
            listed("none"),
        ]
        shown = [words.due_words(one) for one in said]
    finally:
        use_language("zh_CN")
    assert len(set(shown)) == len(shown)
    assert max(display_width(one) for one in shown) <= words.DUE_WIDTH


@pytest.mark.parametrize("typed", ["首问", "接待", "shouwen", "swjd", "j10", "J1", "first_con"])
def test_a_kind_is_found_by_a_part_of_its_name_pinyin_initials_a_mechanism_or_its_code(typed: str) -> None:
    pick = Pick("definition:first_contact", ("1", "首问接待"), "首问接待")
    assert how_meant(pick, ("J10", "A11"), query_key(typed), typed) is not None


@pytest.mark.parametrize("typed", ["投诉", "x12", "zs"])
def test_other_kinds_are_not_found(typed: str) -> None:
    pick = Pick("definition:first_contact", ("1", "首问接待"), "首问接待")
    assert how_meant(pick, ("J10", "A11"), query_key(typed), typed) is None


def test_a_record_without_a_title_is_told_by_what_was_chosen_in_it() -> None:
    roster = definition("grid_duty_roster")
    field = roster.field("roster_type")
    assert field is not None
    said = f'{{"roster_type": "{field.choices[0].code}", "grid": "WG-0003"}}'
    post = replace(listed("none"), definition=roster, row=row(said=said, title=""))
    assert words.title_words(post) == f"{field.choices[0].name} WG-0003"
    assert words.title_words(replace(post, row=row(said=said, title="灯不亮"))) == "灯不亮"
    assert words.title_words(replace(post, definition=None)) == ""


def test_a_register_has_the_colour_of_a_red_state_and_else_that_of_its_limit() -> None:
    grid = replace(listed("none", state="red"), definition=definition("grid"))
    assert words.register_tone(grid) == "bad"
    assert words.register_tone(replace(grid, row=row(state="green"))) == "good"
    assert words.register_tone(listed("overdue", -1, due_on="2026-11-19")) == "bad"
    assert words.register_tone(replace(listed("none"), values={"colour": "yellow"})) == "warning"


def test_over_a_register_stand_how_many_are_where_and_the_posts_that_nobody_holds() -> None:
    team = definition("ops_team")
    assert team.vacancies is not None
    lines = words.top_lines(team, Top(states={"filled": 4}, vacant=(team.vacancies.values[0],)), 78)
    assert [tone for _, tone in lines] == ["", "warning"]
    assert "4" in lines[0][0]
    assert "空缺" in lines[1][0]


@pytest.mark.parametrize(("width", "said"), [(78, 5), (30, 1), (4, 0)])
def test_states_for_which_a_line_has_no_room_are_counted_together(width: int, said: int) -> None:
    repair = definition("repair")
    states = {one.code: 3 for one in repair.states}
    assert len(states) == 5
    ((line, _),) = words.top_lines(repair, Top(states=states), width)
    named = [one for one in repair.states if f"{one.name} 3" in line]
    assert len(named) == said
    assert (f"另外 {5 - said} 种状态 {3 * (5 - said)}" in line) == (said < 5)


def test_english_words_are_right_for_one_as_for_many() -> None:
    areas = [one.stem for one in Path(en.__file__).parent.glob("case*.py")]
    assert {"cases", "case_desk", "case_form", "case_papers"} <= set(areas)
    for area in areas:
        for key, told in catalogue("en", area).items():
            # What is too much is never one.
            assert key.startswith("error.") or not re.search(r"\{count\} (more )?[a-z]+s\b", told), (area, key)
    for key in ("overdue", "today", "soon", "meetings", "drafts"):
        assert not catalogue("en", "today")[f"due.cases_{key}"].startswith("{count}")


def test_the_words_of_a_self_check_have_room_beside_its_numbers_at_80_columns() -> None:
    checked = definition("self_check")
    field = checked.field("items")
    assert field is not None
    screen = RowsScreen(field, typed_columns(checked, field), [], TODAY, Trusting({}), {}, None)
    needed = [one for one in screen.columns() if not one.optional]
    flexible = [one for one in needed if not one.width]
    left = 78 - sum(one.width for one in needed) - len(needed)
    assert flexible and left // len(flexible) >= 9

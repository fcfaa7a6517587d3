"""Closing a period freezes what it says; what is corrected later is found and makes numbered amendments."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from openpyxl.reader.excel import load_workbook

from db.closings import Closing
from db.errors import DatabaseError
from frontdesk.check.service import look_over
from frontdesk.common.periods import Period
from frontdesk.context import Context, Operator, open_context
from frontdesk.errors import DeskError
from frontdesk.locale import words_for
from frontdesk.reports import service as reports
from frontdesk.reports.brief.service import brief
from frontdesk.reports.brief.wording import document
from frontdesk.reports.closing.rules import digest_of, read_changes, thawed, thawed_values
from frontdesk.reports.closing.words import change_words
from frontdesk.reports.comparing import compared, figure_rows
from frontdesk.reports.documents import to_text
from frontdesk.reports.exporting import export_workbook
from frontdesk.reports.indicators.service import indicator
from frontdesk.reports.letters.facts import gather
from frontdesk.reports.rules import OF_LEVELS, OF_RATINGS
from frontdesk.reports.service import FIGURES, period_named
from frontdesk.reports.totals import totals
from frontdesk.reports.values import values_to_send
from frontdesk.reports.words import figure_lines
from frontdesk.settings.service import consequence, set_setting
from frontdesk.sync.service import sync_status
from frontdesk.sync.wire import read_body
from frontdesk.today.service import Occasions, occasions, today
from tests.desks import DESK, NOON
from tests.programs import run_here

WEEK = period_named("2026-W45")
"""2 to 8 November; the desk stands on Monday the 9th."""


@pytest.fixture
def other(desk: Context) -> Iterator[Context]:
    """Another window on the same centre."""
    context = open_context(desk.home, source="desk", clock=lambda: NOON, operator=desk.operator, synchronous="OFF")
    yield context
    context.database.close()


def rate(desk: Context, day: str, level: int = 5, many: int = 1, comment: str = "") -> None:
    with desk.database.write() as connection:
        for _ in range(many):
            connection.execute(
                "INSERT INTO rating (key, day, known_on, subject_kind, subject, level, channel, comment)"
                " VALUES (randomblob(16), ?, ?, 'service', '综合服务台', ?, 'desk', ?)",
                (day, day, level, comment),
            )


def visit(desk: Context, day: str, hours: int | None = 2) -> None:
    """A visit of a volunteer from nine o'clock on; without an exit where `hours` is None."""
    at = desk.midnight(date.fromisoformat(day)) + 9 * 3_600_000
    with desk.database.write() as connection:
        connection.execute("INSERT OR IGNORE INTO volunteer (no, name) VALUES ('0310001', '张三')")
        number = connection.execute("SELECT count(*) + 1 FROM visit WHERE day = ?", (day,)).fetchone()[0]
        left = at + hours * 3_600_000 if hours is not None else None
        connection.execute(
            "INSERT INTO visit (volunteer_no, day, number, entered_at, left_at) VALUES ('0310001', ?, ?, ?, ?)",
            (day, number, at, left),
        )


def codes_open(desk: Context) -> list[str]:
    return [one.code for one in reports.check_list(desk, WEEK) if one.is_open]


def refused(act: Callable[[], object]) -> DeskError:
    with pytest.raises(DeskError) as caught:
        act()
    words = words_for(caught.value)
    assert "{" not in words and not words.startswith(caught.value.area)
    return caught.value


def test_a_closed_period_shows_what_was_frozen_and_tells_what_differs(desk: Context) -> None:
    rate(desk, "2026-11-03", many=5)
    closing = reports.close_period(desk, WEEK)
    assert (closing.edition, closing.closed_by, closing.reason) == (1, "M001", "")
    assert closing.digest == digest_of(closing)
    before = reports.report(desk, WEEK)
    rate(desk, "2026-11-08", level=1)
    assert reports.report(desk, WEEK) == before
    assert before["edition"] == 1
    assert reports.figures(desk, WEEK)["ratings"] == 6
    assert [tuple(one) for one in reports.drift(desk, WEEK)] == [
        ("ratings", "", 5, 6),
        ("ratings_by_level", "1", 0, 1),
        ("bad_ratings", "", 0, 1),
        ("ratings_counted", "", 5, 6),
        ("follow_ups_opened", "", 0, 1),
    ]


def test_what_is_shown_of_a_closed_period_is_what_was_counted_to_the_last_digit(desk: Context) -> None:
    for level, many in ((5, 3), (2, 4), (1, 7)):
        rate(desk, "2026-11-03", level, many)
    counted = reports.figures(desk, WEEK)
    # Bad ratings are to be followed up: that they are not is waived here.
    reports.close_period(desk, WEEK, ["follow_ups"], "在办")
    assert reports.figures_to_show(desk, WEEK) == counted
    assert "good_rate" not in thawed(reports.closing_of(desk, WEEK).figures)  # type: ignore[union-attr]


def test_an_amendment_says_what_changed_and_why_and_the_next_report_carries_it(desk: Context) -> None:
    reports.close_period(desk, WEEK)
    assert refused(lambda: reports.amend(desk, WEEK, "补登")).code == "nothing_changed"
    visit(desk, "2026-11-04")
    assert refused(lambda: reports.amend(desk, WEEK, " ")).code == "reason_required"
    desk.clock = lambda: NOON + timedelta(minutes=1)
    amended = reports.amend(desk, WEEK, "补登周三的服务")
    assert (amended.edition, amended.reason) == (2, "补登周三的服务")
    assert read_changes(amended.changes) == (
        ("volunteers_served", "", 0, 1),
        ("volunteer_seconds_measured", "", 0, 7200),
        ("volunteer_visits", "", 0, 1),
        ("volunteer_seconds", "", 0, 7200),
        # Who is in which team moves; that is told with what was corrected, and is no correction.
        ("volunteer_seconds_by_team", "", 0, 7200),
    )
    assert reports.drift(desk, WEEK) == ()
    assert reports.report(desk, WEEK)["volunteer_seconds_measured"] == 7200
    carried = reports.amendments_to_carry(desk, WEEK.following())
    assert [(one.period.key, one.number, one.reason) for one in carried] == [("2026-W45", 1, "补登周三的服务")]
    assert reports.amendments_of(desk, WEEK) == carried
    month = period_named("2026-11")
    assert reports.amendments_to_carry(desk, month) == [] == reports.amendments_to_carry(desk, WEEK)


def test_the_report_after_the_next_does_not_carry_an_amendment_again(desk: Context) -> None:
    reports.close_period(desk, WEEK)
    visit(desk, "2026-11-04")
    desk.clock = lambda: NOON + timedelta(minutes=1)
    reports.amend(desk, WEEK, "补登")
    desk.clock = lambda: NOON + timedelta(days=7)
    reports.close_period(desk, WEEK.following())
    assert len(reports.amendments_to_carry(desk, WEEK.following())) == 1
    assert reports.amendments_to_carry(desk, WEEK.following().following()) == []


def test_a_running_period_is_not_closed(desk: Context) -> None:
    week = WEEK.following()
    assert refused(lambda: reports.close_period(desk, week)).code == "running"
    assert [one.code for one in reports.check_list(desk, week) if one.is_open and not one.is_waivable] == ["running"]
    assert refused(lambda: reports.close_period(desk, week, ["running"], "着急")).code == "running"


def test_what_the_check_list_holds_must_be_waived_with_a_reason_and_is_kept(desk: Context) -> None:
    visit(desk, "2026-11-04", hours=None)
    rate(desk, "2026-11-03", level=1)
    assert codes_open(desk) == ["open_visits", "follow_ups"]
    still = refused(lambda: reports.close_period(desk, WEEK, ["follow_ups"], "在办"))
    assert (still.code, still.details["codes"]) == ("still_open", "open_visits")
    both = ["open_visits", "follow_ups", "attendance"]
    assert refused(lambda: reports.close_period(desk, WEEK, both)).code == "reason_required"
    assert refused(lambda: reports.close_period(desk, WEEK, ["rain"], "雨")).code == "unknown_item"
    closing = reports.close_period(desk, WEEK, both, "下周补办")
    # What was not open is not said to have been waived.
    assert json.loads(closing.waived) == [{"item": "open_visits", "count": 1}, {"item": "follow_ups", "count": 1}]
    assert closing.reason == "下周补办"


def test_only_managers_close_and_amend(desk: Context, other: Context) -> None:
    clerk = Operator("C001", "赵六", "operator")
    for who, code in ((clerk, "manager_required"), (None, "operator_required")):
        context = replace(desk, operator=who)
        assert refused(partial(reports.close_period, context, WEEK)).code == code
        assert refused(partial(reports.amend, context, WEEK, "补")).code == code
    # Another window has made the manager a clerk since.
    with other.database.write() as connection:
        connection.execute("UPDATE staff SET role = 'operator' WHERE no = ?", (DESK.manager_no,))
    assert refused(lambda: reports.close_period(desk, WEEK)).code == "manager_required"
    assert not reports.editions(desk, WEEK)


def just_before_writing(context: Context, act: Callable[[], object]) -> None:
    """Do something once in another window, when this one has counted and is about to write."""
    waiting = [act]

    def watch(statement: str) -> None:
        if statement.startswith("BEGIN IMMEDIATE") and waiting:
            waiting.pop()()

    context.database.connection.set_trace_callback(watch)


def test_of_two_windows_closing_at_once_one_closes_and_the_other_is_told(desk: Context, other: Context) -> None:
    just_before_writing(desk, lambda: reports.close_period(other, WEEK))
    told = refused(lambda: reports.close_period(desk, WEEK))
    assert (told.code, told.details["by"], told.details["edition"]) == ("already_closed", "M001", 1)
    assert refused(lambda: reports.close_period(desk, WEEK)).code == "already_closed"
    assert len(reports.editions(desk, WEEK)) == 1


def test_of_two_windows_amending_at_once_the_second_looks_again(desk: Context, other: Context) -> None:
    reports.close_period(desk, WEEK)
    visit(desk, "2026-11-04")

    def amend_with_more() -> None:
        visit(other, "2026-11-05")
        reports.amend(other, WEEK, "两次都补")

    just_before_writing(desk, amend_with_more)
    assert refused(lambda: reports.amend(desk, WEEK, "补一次")).code == "amended_meanwhile"
    (_, second) = reports.editions(desk, WEEK)
    assert thawed(second.figures)["volunteer_seconds_measured"] == 4 * 3600
    assert reports.drift(desk, WEEK) == ()


def test_the_sealed_report_of_a_closed_period_carries_the_frozen_figures(desk: Context) -> None:
    reports.close_period(desk, WEEK)
    visit(desk, "2026-11-04")
    assert reports.submit(desk, WEEK).revision == 1
    assert not reports.submit(desk, WEEK).new
    reports.amend(desk, WEEK, "补登")
    assert reports.submit(desk, WEEK).revision == 2
    bodies = [read_body(one.body, 2) for one in sync_status(desk).entries]
    assert [body.as_figures()["volunteer_seconds_measured"] for body in bodies] == [0, 7200]
    assert len(bodies[0].as_figures()) >= 15


def test_a_week_that_is_cut_on_thursday_travels_with_its_days(desk: Context) -> None:
    set_setting(desk, "report_week_ends", "4")
    desk.read_settings()
    week = period_named("2026-W45", desk)
    assert (week.first.isoformat(), week.last.isoformat()) == ("2026-10-30", "2026-11-05")
    assert reports.current_week(desk).key == "2026-W46"
    rate(desk, "2026-10-30")
    rate(desk, "2026-11-06")
    assert [one.key for one in reports.due_weeks(desk)] == ["2026-W45"]
    reports.submit(desk, week)
    body = read_body(sync_status(desk).entries[-1].body, 2)
    assert (body.period, body.first_day, body.last_day) == ("2026-W45", week.first, week.last)
    assert body.as_figures()["ratings"] == 1


def test_a_closed_week_keeps_its_days_when_the_office_cuts_elsewhere(desk: Context) -> None:
    rate(desk, "2026-11-08")
    reports.close_period(desk, WEEK)
    set_setting(desk, "report_week_ends", "4")
    desk.read_settings()
    assert period_named("2026-W45", desk) == WEEK
    assert period_named("2026-W44", desk).last.isoformat() == "2026-10-29"
    assert reports.drift(desk, period_named("2026-W45", desk)) == ()
    assert reports.report(desk, parse_by_setting(desk))["to"] == "2026-11-08"


def parse_by_setting(desk: Context) -> Period:
    return reports.period_at(desk, "week", date(2026, 11, 5))


def test_days_add_up_to_weeks_and_weeks_to_the_year_but_for_distinct_persons(desk: Context) -> None:
    for day, hours in (("2026-11-02", 1), ("2026-11-04", 2), ("2026-11-08", 3), ("2026-10-30", 4)):
        visit(desk, day, hours)
        rate(desk, day, 4, 2)
    set_setting(desk, "report_week_ends", "4")
    desk.read_settings()
    week = period_named("2026-W45", desk)
    whole = reports.figures(desk, week)
    one, sums = reports.period_at(desk, "day", week.first), {"ratings": 0, "volunteer_seconds_measured": 0}
    while one.first <= week.last:
        counted = reports.figures(desk, one)
        sums = {name: value + int(str(counted[name])) for name, value in sums.items()}
        one = one.following()
    assert sums == {name: whole[name] for name in sums} == {"ratings": 6, "volunteer_seconds_measured": 7 * 3600}
    halves = [reports.figures(desk, period_named(f"2026-11-H{half}"))["ratings"] for half in (1, 2)]
    assert halves == [6, 0] and reports.figures(desk, period_named("2026-11"))["ratings"] == 6


def test_a_drifted_period_is_found_among_those_that_ended_lately(desk: Context) -> None:
    for key in ("2026-W40", "2026-W44", "2026-W45", "2026-10"):
        reports.close_period(desk, period_named(key))
    assert reports.drifted(desk) == []
    visit(desk, "2026-10-26")
    visit(desk, "2026-09-28")
    assert [one.period.key for one in reports.drifted(desk)] == ["2026-W44", "2026-10", "2026-W40"]
    assert [one.period.key for one in reports.drifted(desk, days_back=28)] == ["2026-W44", "2026-10"]


def test_periods_wait_to_be_closed_only_where_periods_are_closed(desk: Context) -> None:
    for day in ("2026-10-05", "2026-10-20", "2026-11-04"):
        rate(desk, day)
    assert reports.periods_to_close(desk) == []
    reports.close_period(desk, WEEK)
    assert [one.key for one in reports.periods_to_close(desk)] == ["2026-W43", "2026-10"]


def test_nothing_in_a_closed_period_can_be_changed_or_deleted(desk: Context) -> None:
    reports.close_period(desk, WEEK)
    for statement in ("UPDATE period_closing SET reason = 'x'", "DELETE FROM period_closing"):
        with pytest.raises(DatabaseError) as caught, desk.database.write() as connection:
            connection.execute(statement)
        assert caught.value.code == "conflict"


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE period_closing SET figures = replace(figures, '\"ratings\":0', '\"ratings\":9')",
        "UPDATE period_closing SET digest = zeroblob(32)",
        "DELETE FROM period_closing",
        "INSERT INTO period_closing (period, edition, first_day, last_day, figures, digest, closed_at, closed_by)"
        " SELECT '2026-W44', 1, first_day, last_day, figures, digest, closed_at, closed_by FROM period_closing",
    ],
)
def test_a_look_at_the_whole_file_finds_a_closed_period_that_was_tampered_with(desk: Context, tamper: str) -> None:
    reports.close_period(desk, WEEK)
    assert look_over(desk).is_sound
    with desk.database.write() as connection:
        for trigger in ("period_closing_never_changes", "period_closing_never_deleted"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(tamper)
    found = [one for one in look_over(desk).findings if one.area == "reports"]
    assert [(one.code, one.count, one.severity) for one in found] == [("closings_astray", 1, "broken")]


def test_counting_before_closing_keeps_no_other_window_from_writing(desk: Context, other: Context) -> None:
    busy: list[bool] = []

    def watch(statement: str) -> None:
        if "FROM rating" in statement and not busy:
            rate(other, "2026-11-03")
            busy.append(desk.database.connection.in_transaction)

    desk.database.connection.set_trace_callback(watch)
    reports.close_period(desk, WEEK)
    assert busy
    assert [one.figure for one in reports.drift(desk, WEEK)][:2] in (["ratings", "ratings_by_level"], [])


def test_counting_before_submitting_keeps_nobody_from_writing_and_no_revision_is_older_than_the_one_before(
    desk: Context, other: Context
) -> None:
    counting: list[bool] = []

    def watch(statement: str) -> None:
        if "FROM rating" in statement and not counting:
            rate(other, "2026-11-03")
            counting.append(True)

    desk.database.connection.set_trace_callback(watch)
    assert reports.submit(desk, WEEK).revision == 1 and counting

    def submit_with_more() -> None:
        rate(other, "2026-11-04")
        reports.submit(other, WEEK)

    just_before_writing(desk, submit_with_more)
    # What this window had counted is older than what the other one submitted: it counts again, and that stands there.
    again = reports.submit(desk, WEEK)
    assert (again.revision, again.new) == (2, False)
    newest = read_body(sync_status(desk).entries[-1].body, 2)
    assert newest.as_figures()["ratings"] == 2


def kinds_due(desk: Context, known: Occasions | None) -> list[tuple[str, object]]:
    return [(one.kind, one.values["key"]) for one in today(desk, known).due if one.kind in ("close", "drifted")]


def test_today_names_what_was_corrected_and_what_is_to_be_closed_and_counts_nothing_anew(desk: Context) -> None:
    for key in ("2026-W30", "2026-W45"):
        reports.close_period(desk, period_named(key))
        reports.submit(desk, period_named(key))
    visit(desk, "2026-10-27")
    reports.submit(desk, period_named("2026-W44"))
    visit(desk, "2026-07-20")
    known = occasions(desk)
    visit(desk, "2026-11-04")
    assert kinds_due(desk, known) == [("drifted", "2026-W30"), ("close", "2026-10")]
    asked: list[str] = []
    desk.database.connection.set_trace_callback(asked.append)
    today(desk, known)
    desk.database.connection.set_trace_callback(None)
    assert not [one for one in asked if "2026-07-20" in one or "2026-11-02" in one]
    # What is old stays known, what is new is found, what was amended is settled at once.
    known = occasions(desk, known)
    assert [one.values["key"] for one in known.drifted] == ["2026-W45", "2026-W30"]
    desk.clock = lambda: NOON + timedelta(minutes=1)
    reports.amend(desk, period_named("2026-W30"), "补登")
    assert kinds_due(desk, known) == [("drifted", "2026-W45"), ("close", "2026-10")]
    desk.operator = Operator("C001", "赵六", "operator")
    assert kinds_due(desk, known) == [("drifted", "2026-W45")]


def test_what_an_amendment_tells_of_late_ratings_is_how_many_and_not_how_they_rated(desk: Context) -> None:
    rate(desk, "2026-11-03", many=5)
    reports.close_period(desk, WEEK)
    rate(desk, "2026-11-03", level=1)
    desk.clock = lambda: NOON + timedelta(minutes=1)
    reports.amend(desk, WEEK, "补录一张纸质评价单")
    (amendment,) = reports.amendments_of(desk, WEEK)
    assert [tuple(one) for one in amendment.changes] == [("ratings", "", 5, 6), ("ratings_by_level", "", None, None)]
    words = [change_words(one) for one in amendment.changes]
    assert len(words) == 2 and "5" in words[0] and not any(letter.isdigit() for letter in words[1])


@pytest.mark.parametrize("key", ["2026-11-03", "2026-10-H2"])
def test_nothing_of_how_people_rated_is_told_of_days_and_half_months_and_days_are_only_looked_at(
    desk: Context, tmp_path: Path, key: str
) -> None:
    day = period_named(key).last.isoformat()
    rate(desk, day, many=9)
    period = period_named(key, desk)
    values = reports.report(desk, period)
    assert values["ratings"] == 9
    assert {name for name, value in values.items() if value is None} == {"edition", "satisfaction_rate", *OF_LEVELS}
    assert not any("9" in shown for label, shown in figure_lines(values) if label != "评价数")
    if period.kind != "day":
        return
    assert refused(lambda: reports.close_period(desk, period)).code == "too_short"
    assert refused(lambda: export_workbook(desk, period, tmp_path / "out.xlsx")).code == "too_short"
    assert refused(lambda: reports.submit(desk, period)).code == "bad_period"


def test_a_half_month_is_closed_exported_and_sent_without_what_tells_how_people_rated(
    desk: Context, tmp_path: Path
) -> None:
    half = period_named("2026-10-H2", desk)
    rate(desk, "2026-10-30", many=9)
    rate(desk, "2026-10-30", level=1, comment="排队太久")
    visit(desk, "2026-10-30")
    for when in ("open", "closed"):
        if when == "closed":
            closing = reports.close_period(desk, half, ["follow_ups"], "在办")
            assert thawed(closing.figures).keys() == {*FIGURES} - OF_LEVELS
            assert not OF_RATINGS & thawed_values(closing.indicators).keys()
        book = load_workbook(export_workbook(desk, half, tmp_path / f"{when}.xlsx"))
        cover = {row[0].value: (row[1].value, row[2].value) for row in book["封面"].iter_rows(min_row=6)}
        assert cover["评价数（份）"][0] == 10
        for name in ("差评数（份）", "好评率"):
            assert cover[name] == (None, "半月不列：与周报、月报相减就能看出单条评价，请看周报或月报")
        said = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
        assert not any("排队太久" in words or words.startswith("CP") for words in said)
        assert sum("半月不列" in words for words in said) > 5
    rate(desk, "2026-10-30", level=2)
    assert {one.figure for one in reports.drift(desk, half)} == {"ratings"}
    assert reports.amend(desk, half, "补录").edition == 2
    assert reports.submit(desk, half).kind == "half_monthly"
    for code, *_ in values_to_send(desk, half):
        assert code not in OF_RATINGS


@pytest.mark.parametrize("key", ["2026-10-H2", "2026-10-30"])
def test_no_paper_and_no_list_of_a_half_month_or_a_day_tells_how_people_rated(desk: Context, key: str) -> None:
    rate(desk, "2026-10-21", many=9, comment="很好很好")
    rate(desk, "2026-10-30", level=2, many=6, comment="排队太久")
    period = period_named(key, desk)
    facts = gather(desk, period)
    assert (facts.rated, facts.terms) == (None, ())
    told = {one.code: one for one in totals(desk, period)}
    assert told["satisfaction_rate"].value is told["ratings_counted"].value is None
    made = brief(desk, period)
    assert made.comments == () and made.opened.total is None
    words = to_text(document(desk, made))
    assert "周报或月报" in words and not any(one in words for one in ("%", "排队", "很好", "满意率"))


def test_both_rates_stand_side_by_side_one_with_and_one_without_what_an_upheld_appeal_excluded(
    desk: Context, tmp_path: Path
) -> None:
    rate(desk, "2026-11-03", many=7)
    rate(desk, "2026-11-04", level=1)
    with desk.database.write() as connection:
        connection.execute("UPDATE rating SET excluded = 1, ended = 1 WHERE level = 1")
    for when in ("open", "closed"):
        if when == "closed":
            close(desk)
            rate(desk, "2026-11-05", many=3)
        said = reports.report(desk, WEEK)
        assert (said["good_rate"], said["satisfaction_rate"]) == (0.875, {"numerator": 7, "denominator": 7})
        shown = {row.label: row.value for row in figure_rows("week", said, None, 5)}
        assert (shown["好评率"], shown["满意率（申诉除外）"]) == ("7/8", "7/7")
        lines = dict(figure_lines(said))
        assert (lines["好评率"], lines["满意率（申诉除外）"]) == ("7/8 = 87.5%", "7/7 = 100.0%")
        book = load_workbook(export_workbook(desk, WEEK, tmp_path / f"{when}.xlsx"))
        cover = {row[0].value: (row[1].value, row[2].value) for row in book["封面"].iter_rows(min_row=6)}
        assert cover["好评率"][0] == 0.875 and "全部评价 8" in cover["好评率"][1]
        assert cover["满意率"] == (1.0, "好评 7 ÷ 评价 7，申诉成立的 1 份剔除；好评率不剔除")
    assert indicator("good_rate").meaning != indicator("satisfaction_rate").meaning


def close(desk: Context) -> Closing:
    """Close the week, whatever is open."""
    left = [one.code for one in reports.check_list(desk, WEEK) if one.is_open and one.is_binding]
    return reports.close_period(desk, WEEK, left, "试")


def test_an_amendment_made_with_a_clock_that_was_set_back_is_carried_all_the_same(desk: Context) -> None:
    first = close(desk)
    visit(desk, "2026-11-03")
    late = replace(desk, clock=lambda: NOON - timedelta(days=3))
    assert reports.amend(late, WEEK, "补登").closed_at > first.closed_at
    for context in (desk, late):
        (carried,) = reports.amendments_to_carry(context, period_named("2026-W46"))
        assert (carried.period.key, carried.number, carried.reason) == ("2026-W45", 1, "补登")


def tampered(desk: Context, change: str) -> None:
    """Change what was closed with raw SQL, as no program of ours does."""
    with desk.database.write() as connection:
        connection.execute("DROP TRIGGER period_closing_never_changes")
        connection.execute(
            f"UPDATE period_closing SET {change} WHERE edition = (SELECT max(edition) FROM period_closing)"
        )


@pytest.mark.parametrize(
    "change",
    [
        "figures = 'x'",
        "figures = '{}'",
        "figures = replace(figures, '\"person_times\":0', '\"person_times\":99')",
        "indicators = replace(indicators, '\"persons\":0', '\"persons\":99')",
        "indicators = '{}'",
        "scheme = 1",
        "first_day = '2026-10-30', last_day = '2026-11-05'",
        "last_day = '2026-11-09'",
        "last_day = 'soon'",
        "last_day = '2026-99-99'",
        "reason = '没有更正'",
        "waived = 'x'",
        "changes = '[]'",
    ],
)
def test_what_is_not_what_was_closed_is_neither_shown_nor_handed_over(
    desk: Context, tmp_path: Path, change: str
) -> None:
    close(desk)
    visit(desk, "2026-11-04")
    reports.amend(desk, WEEK, "补登")
    tampered(desk, change)
    for act in (
        lambda: reports.report(desk, WEEK),
        lambda: reports.drift(desk, WEEK),
        lambda: reports.amend(desk, WEEK, "改"),
        lambda: reports.submit(desk, WEEK),
        lambda: values_to_send(desk, WEEK),
        lambda: period_named("2026-W45", desk),
        lambda: export_workbook(desk, WEEK, tmp_path / "out.xlsx"),
        # The report of the next week would carry the amendment, and its figures are compared with these.
        lambda: export_workbook(desk, WEEK.following(), tmp_path / "out.xlsx"),
        lambda: compared(desk, WEEK.following()),
    ):
        wrong = refused(act)
        assert (wrong.code, wrong.details["period"], wrong.details["edition"]) == ("damaged", "2026-W45", 2)
    assert not (tmp_path / "out.xlsx").exists()
    assert reports.drifted(desk) == [] and consequence(desk, "report_week_ends")
    assert reports.closings_astray(desk.database.connection) == [("2026-W45", 2)]
    assert kinds_due(desk, occasions(desk)) == []
    (listed,) = run_here(desk.home.path, "period", "list").answers[0]["periods"]
    assert listed["damaged"] and listed["figures"] is listed["changes"] is None
    assert run_here(desk.home.path, "period", "show", "2026-W45").error == "damaged"
    assert run_here(desk.home.path, "period", "check", "2026-W45").error == "damaged"


@pytest.mark.parametrize("key", ["", "2026-W99", "nonsense", "2026-W45 "])
def test_a_closed_period_whose_key_was_changed_is_told_and_ends_in_no_traceback(
    desk: Context, tmp_path: Path, key: str
) -> None:
    close(desk)
    visit(desk, "2026-11-04")
    reports.amend(desk, WEEK, "补登")
    tampered(desk, f"period = '{key}'")
    assert sorted(reports.closings_astray(desk.database.connection)) == sorted([("2026-W45", 2), (key, 2)])
    # The first edition stands again; the next report would carry an amendment of nobody knows what.
    assert reports.report(desk, WEEK)["edition"] == 1
    assert reports.drifted(desk)[0].period == WEEK
    wrong = refused(lambda: export_workbook(desk, WEEK.following(), tmp_path / "out.xlsx"))
    assert (wrong.code, wrong.details["period"]) == ("damaged", key)
    listed = run_here(desk.home.path, "period", "list").answers[0]["periods"]
    assert {(one["period"], one["damaged"]) for one in listed} == {("2026-W45", False), (key, True)}
    assert run_here(desk.home.path, "period", "show", "2026-W45").code == 0
    found = run_here(desk.home.path, "check").answers[0]["findings"]
    assert [one["count"] for one in found if one["code"] == "closings_astray"] == [2]

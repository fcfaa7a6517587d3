"""The made-up centre: whole, lively on any day, and the same every time."""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from db import audit, certificates, checkin_log, day_closings, hours_notices, visits
from db import duty as duties
from frontdesk import cli
from frontdesk.activities import service as activities
from frontdesk.activities.monthly import demands
from frontdesk.activities.monthly import service as monthly
from frontdesk.cases import service as cases
from frontdesk.common.periods import month_of, week_of
from frontdesk.common.phones import normalise_phone
from frontdesk.context import Context, Operator, open_context
from frontdesk.demo import generate
from frontdesk.demo.generate import AFTERNOON, CENTRE_CODE, DEMO_PIN, demo_key, make_demo
from frontdesk.demo.names import phone
from frontdesk.demo.people import fill_people
from frontdesk.demo.scene import Scene
from frontdesk.demo.timetable import ACTIVITIES, on_day
from frontdesk.errors import DeskError
from frontdesk.feedback import service as feedback
from frontdesk.feedback.followup import service as follow_ups
from frontdesk.home import Home
from frontdesk.reports import service as reports
from frontdesk.reports.filling import report_of
from frontdesk.reports.letters import service as letters
from frontdesk.residents import service as residents
from frontdesk.roster import day as duty_desk
from frontdesk.roster.legality import violations
from frontdesk.roster.plan import service as plans
from frontdesk.roster.resilience import check
from frontdesk.roster.service import duty_of
from frontdesk.roster.situation import load
from frontdesk.roster.standing import service as standing
from frontdesk.roster.standing.findings import able
from frontdesk.shell import opening
from frontdesk.staff.service import sign_in
from frontdesk.today.service import occasions
from frontdesk.today.service import today as today_of
from frontdesk.volunteers import service as volunteers
from frontdesk.volunteers.assignments import rules
from frontdesk.volunteers.checkin.replay import replay, state_of
from tests.desks import passing_desk, set_up_desk

ZONE = ZoneInfo("Asia/Shanghai")
WEDNESDAY, SATURDAY = date(2026, 11, 18), date(2026, 11, 21)
LEAP_DAY = date(2028, 2, 29)
MOMENTS = [
    (SATURDAY, AFTERNOON),
    pytest.param((LEAP_DAY, AFTERNOON), marks=pytest.mark.slow, id="2028-02-29T1440"),
    pytest.param((WEDNESDAY, AFTERNOON), marks=pytest.mark.slow, id="2026-11-18T1440"),
    pytest.param((date(2027, 1, 1), AFTERNOON), marks=pytest.mark.slow, id="2027-01-01T1440"),
    pytest.param((WEDNESDAY, time(4, 20)), marks=pytest.mark.slow, id="2026-11-18T0420"),
    pytest.param((WEDNESDAY, time(23, 20)), marks=pytest.mark.slow, id="2026-11-18T2320"),
]
NOT_REPEATED = {"phone_cipher", "guardian_phone_cipher", "phone_key", "phone_tail_key", "code_hash", "pin_hash"}
"""Columns that depend on the keys of the home or on the salt of the PIN."""

DemoAt = Callable[[date, time], Context]


@pytest.fixture(scope="module")
def demo_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoAt]:
    """Contexts of demo centres, each made once, at their own moment."""
    made: list[Context] = []

    @cache
    def make(day: date, at: time) -> Context:
        home = Home(tmp_path_factory.mktemp("demo") / "home")
        make_demo(home, today=day, at=at)
        moment = datetime.combine(day, at, ZONE)
        made.append(open_context(home, source="cli", clock=lambda: moment))
        return made[-1]

    yield make
    for context in made:
        context.database.close()


@pytest.fixture(scope="module", params=MOMENTS, ids=lambda moment: f"{moment[0]}T{moment[1]:%H%M}")
def demo(request: pytest.FixtureRequest, demo_at: DemoAt) -> Context:
    """The demo centre at one of the moments."""
    day, at = request.param
    return demo_at(day, at)


def table_rows(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, without what depends on keys and on when the schema was made."""
    rows = {}
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    for name in names:
        if name.startswith("_sqlite"):
            continue
        columns = [row["name"] for row in connection.execute(f"PRAGMA table_info({name})")]
        kept = ", ".join(column for column in columns if column not in NOT_REPEATED)
        where = " WHERE term NOT LIKE '#%'" if name == "search_term" else ""
        rows[name] = [tuple(row) for row in connection.execute(f"SELECT {kept} FROM {name}{where} ORDER BY {kept}")]
    return rows


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo centre of a Saturday as the command leaves it in a folder, and what the command answers."""
    folder = tmp_path_factory.mktemp("demo") / "kept"
    with redirect_stdout(StringIO()) as answer:
        assert cli.run(["demo", "--keep", str(folder), "--today", SATURDAY.isoformat(), "--json"]) == 0
    return folder, answer.getvalue()


def test_the_same_moment_and_seed_give_the_same_rows(demo_at: DemoAt, kept: tuple[Path, str]) -> None:
    with open_context(Home(kept[0]), source="cli").database as again:
        assert table_rows(again.connection) == table_rows(demo_at(SATURDAY, AFTERNOON).database.connection)


def test_another_seed_gives_other_people() -> None:
    def people(seed: int) -> list[tuple[object, ...]]:
        scene = Scene(today=SATURDAY, at=AFTERNOON, seed=seed, zone=ZONE)
        with passing_desk() as (context, _), context.change("demo.generated", "centre") as connection:
            fill_people(context, connection, scene)
            return table_rows(connection)["volunteer"]

    assert people(1) == people(1) != people(2)


def test_the_manager_signs_in_with_the_demo_pin_and_nobody_else_has_one(demo_at: DemoAt) -> None:
    context = demo_at(SATURDAY, AFTERNOON)
    assert sign_in(context, "1001", DEMO_PIN).role == "manager"
    assert context.database.connection.execute("SELECT count(*) FROM staff WHERE pin_hash IS NULL").fetchone()[0] == 11


def test_the_file_is_sound_and_its_audit_chain_holds(demo: Context) -> None:
    connection = demo.database.connection
    assert connection.execute("PRAGMA integrity_check").fetchall()[0][0] == "ok"
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert audit.first_broken(connection) is None
    actions = [row["action"] for row in connection.execute("SELECT action FROM audit WHERE action <> 'staff.sign_in'")]
    assert actions[:2] == ["centre.set_up", "demo.generated"]
    of_roster = ["planned", "published", "leave_asked", "swap_asked", "absent", "handover_written"]
    of_hours = [one for one in actions[2:] if one.startswith(("hours.", "hours_notice.", "certificate."))]
    assert of_hours[-1] == "certificate.issued"
    of_lists = [one for one in actions[2:] if one.startswith(("monthly.", "session.", "demand."))]
    assert of_lists[:2] == ["monthly.approved", "monthly.published"] and of_lists[-1] == "demand.linked"
    of_letters = [one for one in actions[2:] if one.startswith("letter.")]
    assert of_letters.count("letter.begun") == 3 and of_letters[-1] == "letter.begun"
    elsewhere = {"recovery_key.made", "recovery_key.proved", "report.submitted", "period.closed", "demo.followed_up"}
    elsewhere |= {*of_hours, *of_lists, *of_letters, "case.open", "case.moved", "case.link", "case.adopt", "case.drop"}
    assert [one for one in actions[2:] if one not in elsewhere] == [
        f"roster.{one}" for one in (*of_roster, "handover_acknowledged")
    ]
    assert actions.count("report.submitted") == 4


def test_no_session_seats_or_receives_more_than_it_holds(demo: Context) -> None:
    scene = Scene(demo.today(), AFTERNOON, 1, ZONE)
    lines = activities.sessions(demo, scene.first, scene.last)
    assert all(line.seats_confirmed <= line.capacity for line in lines)
    assert all(line.person_times <= line.capacity for line in lines)
    assert any(line.parties_waitlisted for line in lines)
    assert any(line.state == "cancelled" for line in lines)


def test_nobody_waits_for_seats_that_are_free(demo: Context) -> None:
    day = demo.today()
    for line in activities.sessions(demo, day - timedelta(days=30), day + timedelta(days=14)):
        waiting = [party for party in activities.registrations(demo, line.code) if party.state == "waitlisted"]
        assert line.state == "cancelled" or all(
            party.party_size > line.capacity - line.seats_confirmed for party in waiting
        )


def test_visits_stay_within_their_day_and_never_overlap(demo: Context) -> None:
    left_before: dict[str, int] = {}
    rows = demo.database.connection.execute("SELECT * FROM visit ORDER BY entered_at")
    for visit in rows:
        assert demo.local_day(visit["entered_at"]) == visit["day"]
        # An exit may be inferred at the very midnight with which the day ends.
        assert visit["left_at"] is None or demo.local_day(visit["left_at"] - 1) == visit["day"]
        assert visit["entered_at"] > left_before.get(visit["volunteer_no"], 0)
        left_before[visit["volunteer_no"]] = visit["left_at"] or visit["entered_at"]


def test_the_scans_are_those_of_the_visits(demo: Context) -> None:
    connection = demo.database.connection
    for result, column in (("entered", "entered_at"), ("left", "left_at")):
        scans = connection.execute("SELECT volunteer_no, at FROM scan WHERE result = ?", (result,)).fetchall()
        of_scans = "basis = 'measured'" if column == "left_at" else "1"
        kept = connection.execute(
            f"SELECT volunteer_no, {column} FROM visit WHERE {column} IS NOT NULL AND {of_scans}"
        ).fetchall()
        assert sorted(map(tuple, scans)) == sorted(map(tuple, kept))


def test_some_come_twice_a_day_and_some_forget_to_sign_out(demo: Context) -> None:
    connection = demo.database.connection
    twice = "SELECT 1 FROM visit GROUP BY volunteer_no, day HAVING count(*) > 1"
    assert connection.execute(twice).fetchone()
    forgotten = "SELECT count(*) FROM visit WHERE basis = 'inferred'"
    assert connection.execute(forgotten).fetchone()[0] > 20
    left_open = "SELECT count(*) FROM visit WHERE left_at IS NULL AND day < ?"
    assert connection.execute(left_open, (demo.today().isoformat(),)).fetchone()[0] == 0


def test_the_visits_follow_from_the_log_and_every_day_behind_is_closed(demo: Context) -> None:
    connection = demo.database.connection
    table = {(one.volunteer_no, one.day, one.number): state_of(one) for one in visits.by_volunteer(connection)}
    assert replay(checkin_log.log_entries(connection)) == table
    yesterday = (demo.today() - timedelta(days=1)).isoformat()
    assert day_closings.unclosed_days(connection, yesterday) == []
    assert volunteers.close_past_days(_with_manager(demo)) == 0


def test_some_exits_wait_for_review_and_those_before_were_judged(demo: Context) -> None:
    pending = visits.pending(demo.database.connection)
    assert 1 <= len(pending) < 30
    assert min(one.day for one in pending) > (demo.today() - timedelta(days=8)).isoformat()
    assert volunteers.review_count(demo) == len(pending) + 1
    judged = demo.database.connection.execute(
        "SELECT review, sum(credit_seconds) FROM visit WHERE basis = 'inferred' GROUP BY review"
    )
    credited = {row[0]: row[1] for row in judged}
    assert credited["accepted"] > 0
    assert credited["refused"] == credited["pending"] == 0


def test_the_teams_turns_are_assignments_that_people_signed_up_for_and_came_to(demo: Context) -> None:
    today = demo.today()
    behind = volunteers.assignments(demo, today - timedelta(days=30), today - timedelta(days=1))
    ahead = volunteers.assignments(demo, today + timedelta(days=1), today + timedelta(days=14))
    assert len(behind) > 300
    assert len(ahead) > 100
    assert any(one.session_code for one in behind)
    assert any(one.state == "cancelled" and one.cancel_reason for one in ahead)
    assert any(rules.lacking(one) for one in ahead)
    credited = demo.database.connection.execute(
        "SELECT count(*) FROM visit v JOIN assignment a ON a.id = v.assignment_id JOIN assignment_volunteer s "
        "ON s.assignment_id = a.id AND s.volunteer_no = v.volunteer_no AND s.state = 'signed'"
    ).fetchone()[0]
    assert credited > 1000
    assert volunteers.lacking_people(demo, today, today)


def test_today_congratulates_on_birthdays_and_a_milestone(demo: Context) -> None:
    due = {one.kind: one for one in today_of(demo, occasions(demo)).due}
    assert due["birthday"].values["count"] >= 2  # type: ignore[operator]
    assert due["milestone"].people
    assert due["birthday_month"].people


def test_this_months_list_is_out_and_changed_the_next_one_planned_and_demands_stand_differently(demo: Context) -> None:
    month = month_of(demo.today())
    view = monthly.month_view(demo, month)
    assert view.state == "published" and view.number and len(view.changes) >= 2
    following = monthly.month_view(demo, month_of(month.last + timedelta(days=1)))
    assert following.state == "draft" and len(following.planned) == 6
    stands = Counter(one.stands for one in demands.ranked(demo, every=True))
    assert stands == {"new": 2, "accepted": 2, "planned": 1, "delivered": 1, "merged": 1, "declined": 1}


def test_hours_were_supplemented_published_and_certified(demo: Context) -> None:
    connection = demo.database.connection
    assert 4 <= connection.execute("SELECT count(*) FROM supplement").fetchone()[0] <= 9
    [notice] = hours_notices.every(connection)
    assert notice.published_on <= demo.today().isoformat() <= notice.until
    assert notice.lines > 100
    [certificate] = certificates.lines(connection, None, 10)
    paper = certificates.paper(connection, certificate.number)
    assert paper is not None
    assert paper.startswith(b"%PDF")
    assert certificate.supplemented_seconds >= 0
    assert certificate.measured_seconds > 100 * 3600


def test_much_is_known_of_the_volunteers_and_minors_have_a_guardian(demo: Context) -> None:
    connection = demo.database.connection
    for table, least in (("volunteer_skill", 150), ("volunteer_availability", 500), ("call_up", 20)):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > least, table
    kinds = connection.execute("SELECT kind, count(*) FROM volunteer_record GROUP BY kind ORDER BY kind").fetchall()
    assert [row[0] for row in kinds] == ["award", "evaluation", "training"]
    born = f"{demo.today().year - 18}-{demo.today():%m}"
    minors = connection.execute(
        "SELECT guardian_name, guardian_phone_cipher, guardian_consent_on, state FROM volunteer WHERE birth_month > ?",
        (born,),
    ).fetchall()
    assert len(minors) == 4
    assert all(row[0] and row[1] and row[2] and row[3] == "active" for row in minors)


def test_much_is_known_of_the_residents_and_families_are_households(demo: Context) -> None:
    connection = demo.database.connection
    rows = connection.execute("SELECT birth, area, household, guardian_name, indexed FROM resident").fetchall()
    assert all(row["indexed"] for row in rows)
    assert sum(1 for row in rows if row["birth"] and row["area"]) > 0.8 * len(rows)
    assert {len(row["birth"]) for row in rows} == {0, 4, 7, 10}
    children = [row for row in rows if residents.may_be_child(row["birth"], demo.today())]
    assert len(children) > 30
    assert any(row["guardian_name"] for row in children)
    sizes = Counter(row["household"] for row in rows if row["household"] is not None)
    assert len(sizes) > 10
    assert min(sizes.values()) >= 2
    assert {row["area"] for row in rows} - {""} == set(demo.settings.committee_areas)
    assert set(residents.find(demo, "", 1)[0].tags) <= set(demo.settings.audience_tags)


def _with_manager(demo: Context) -> Context:
    return replace(demo, operator=Operator("1001", "顾闻溪", "manager"))


def test_nothing_has_happened_that_is_still_to_come(demo: Context) -> None:
    connection, now = demo.database.connection, demo.now_ms()
    for column, table in (
        ("at", "scan"),
        ("entered_at", "visit"),
        ("left_at", "visit"),
        ("applied_at", "registration"),
    ):
        assert connection.execute(f"SELECT max({column}) FROM {table}").fetchone()[0] < now
    early = "SELECT 1 FROM attendance a JOIN session s ON s.code = a.session_code WHERE s.ends_at > ?"
    assert connection.execute(early, (now,)).fetchone() is None


def test_everybody_has_a_card_that_is_valid(demo: Context) -> None:
    serving = demo.database.connection.execute("SELECT count(*) FROM volunteer WHERE state = 'active'").fetchone()[0]
    assert len(volunteers.valid_cards(demo)) == serving > 200
    without = "SELECT 1 FROM volunteer v WHERE NOT EXISTS (SELECT 1 FROM card c WHERE c.volunteer_no = v.no)"
    assert demo.database.connection.execute(without).fetchone() is None


def test_today_answers_every_question_of_the_first_screen(demo: Context) -> None:
    shown = today_of(demo)
    assert len({line.post for line in shown.duty}) == 5
    assert all(line.shift and line.standby for line in shown.duty)
    assert len([line for line in shown.duty if line.covered]) == 1
    assert not any(line.gap for line in shown.duty)
    assert len(shown.sessions) >= 4
    assert all(line.state == "published" for line in shown.sessions)
    assert shown.here
    last_week = week_of(demo.today()).previous()
    assert [due.values["key"] for due in shown.due if due.kind == "report"] == [last_week.key]
    assert [due.values["key"] for due in shown.due if due.kind == "letter"] == [last_week.key]
    assert [due.values["count"] for due in shown.due if due.kind == "unsent"] == [4]
    assert len([due for due in shown.due if due.kind == "attendance"]) == 1
    assert [due.values["count"] for due in shown.due if due.kind == "leave_asked"] == [1]
    assert [due for due in shown.due if due.kind == "handover_write"]
    assert not [due for due in shown.due if due.kind.endswith("_ahead")]


def test_a_letter_was_adopted_one_waits_for_an_answer_and_last_weeks_is_a_draft(demo: Context) -> None:
    week = week_of(demo.today())
    found = [(one.state, one.period) for one in letters.letters(demo)]
    periods = [week.previous().key, week.previous().previous().key, week.previous().previous().previous().key]
    assert found == list(zip(("draft", "sent", "adopted"), periods, strict=True))
    assert reports.letters_astray(demo.database.connection) == []


@pytest.mark.parametrize("day", [SATURDAY, pytest.param(LEAP_DAY, marks=pytest.mark.slow)])
def test_in_the_afternoon_a_session_of_today_lacks_its_attendance_and_many_are_here(demo_at: DemoAt, day: date) -> None:
    context = demo_at(day, AFTERNOON)
    shown = today_of(context)
    over = [line for line in shown.sessions if line.ends_at < context.now_ms()]
    assert [bool(line.attendance_rows) for line in over].count(False) == 1
    assert len(shown.here) >= 4


def test_the_report_of_a_past_week_says_something_in_every_figure(demo: Context) -> None:
    figures = reports.figures(demo, week_of(demo.today() - timedelta(weeks=3)))
    for name in ("sessions_held", "person_times", "named_persons", "seats_confirmed", "parties_waitlisted"):
        assert figures[name]
    assert 60 <= int(str(figures["volunteers_served"])) <= 200
    assert int(str(figures["ratings"])) >= 60


def test_ninety_two_of_a_hundred_ratings_of_the_year_are_good(demo: Context) -> None:
    figures = reports.figures(demo, week_of(demo.today()))
    assert figures["ratings"]
    connection = demo.database.connection
    good, every = connection.execute("SELECT sum(level >= 3), count(*) FROM rating").fetchone()
    assert 0.90 < good / every < 0.94
    assert connection.execute("SELECT 1 FROM rating WHERE level < 3 AND comment <> ''").fetchone()


def test_a_and_b_of_a_post_are_never_away_together(demo: Context) -> None:
    both = (
        "SELECT a.first_day, h.post FROM leave a JOIN post_holder h ON h.staff_no = a.staff_no "
        "GROUP BY a.first_day, h.post HAVING count(*) = (SELECT count(*) FROM post_holder p WHERE p.post = h.post)"
    )
    assert demo.database.connection.execute(both).fetchone() is None


def test_a_roster_can_be_planned_and_one_change_waits(demo: Context) -> None:
    order = standing.standing_order(demo)
    assert {one.code for one in standing.order_findings(demo)} == {"certificate_ends"}
    assert all(len(able(order, post, demo.today())) >= 4 for post in order.posts)
    assert [row.asked_by for row, _ in standing.pending_changes(demo)] == ["1005"]
    assert [standing.filed_order(one) for one in standing.filings(demo)] == [order]
    assert standing.wishes_between(demo, demo.today(), demo.today() + timedelta(weeks=9))


def test_the_roster_of_five_weeks_is_full_and_legal_and_survives_every_absence(demo: Context) -> None:
    (plan,) = plans.plans(demo)
    monday = demo.today() - timedelta(days=demo.today().weekday())
    assert plan.state == "published"
    assert (plan.first_day, plan.last_day) == (
        (monday - timedelta(weeks=2)).isoformat(),
        (monday + timedelta(days=20)).isoformat(),
    )
    found = plans.findings(plan)
    assert (found["vacant"], found["resilience"]["holes"]) == ([], 0)
    situation, roster = load(demo, monday - timedelta(weeks=2), monday + timedelta(days=20))
    assert [one for one in violations(situation, roster) if one.hard] == []
    assert all(held.acting and held.standby for held in roster.values())
    ahead, to_come = load(demo, demo.today() + timedelta(days=1), monday + timedelta(days=20))
    assert check(ahead, to_come).holds


def test_today_b_acts_for_a_and_knows_what_to_take_over(demo: Context) -> None:
    today = demo.today()
    (line,) = [line for line in today_of(demo).duty if line.covered]
    (leave,) = [one for one, _ in duty_desk.leaves_between(demo, today, today) if one.state == "reported"]
    slots = {one.shift: one for one in duties.slots(demo.database.connection, today.isoformat(), today.isoformat())}
    assert line.shift in slots
    assert [one.staff_no for one in line.acting] != [leave.staff_no]
    assert leave.staff_no in [one.staff_no for one in line.away]
    assert leave.staff_no not in [one.staff_no for one in line.standby]
    (handover,) = duty_desk.handovers_of(demo, leave.id)
    assert (handover.post, handover.to_staff) == (line.post, line.acting[0].staff_no)
    assert handover.acked_at is not None


def test_the_duty_sheet_of_the_report_counts_what_today_showed_day_by_day(demo: Context) -> None:
    week = week_of(demo.today())
    lines = [line for number in range(7) for line in duty_of(demo, week.first + timedelta(days=number))]
    for row in report_of(demo, week).duty:
        mine = [line for line in lines if line.post == row.post]
        assert row.worked == (
            len(mine),
            *(sum(kind) for kind in zip(*((one.gap, one.covered, one.alone) for one in mine), strict=True)),
        )


def test_the_swap_that_waits_can_be_agreed_to(demo: Context) -> None:
    (swap,) = duty_desk.swaps_waiting(demo)
    assert swap.day > demo.today().isoformat()
    assert [one for one in duty_desk.swap_findings(demo, swap.id) if one.hard] == []


def test_people_are_found_by_pinyin_and_have_telephones_that_nobody_has(demo_at: DemoAt) -> None:
    context = demo_at(SATURDAY, AFTERNOON)
    somebody = volunteers.find(context, "")[0]
    assert somebody in volunteers.find(context, somebody.name[-1])
    assert somebody.phone_cipher is not None
    number = context.keys.unseal(somebody.phone_cipher)
    assert normalise_phone(number) == number
    assert re.fullmatch(r"1\d{10}", number)
    assert not re.fullmatch(r"15[0-35-9]\d{8}", number)
    assert len({phone(serial) for serial in range(10_000)}) == 10_000


def test_no_room_is_taken_twice_at_a_time() -> None:
    for number in range(28):
        taken: dict[str, int] = {}
        for activity, start in on_day(WEDNESDAY + timedelta(days=number)):
            assert start >= taken.get(activity.room, 0), activity
            taken[activity.room] = start + activity.minutes
    assert len({activity.category for activity in ACTIVITIES}) == 9


def test_keep_leaves_a_centre_and_says_how_to_open_it(kept: tuple[Path, str]) -> None:
    folder, answer = kept
    assert json.loads(answer) == {
        "home": str(folder),
        "manager": "1001",
        "name": "顾闻溪",
        "pin": DEMO_PIN,
        "recovery_key": list(demo_key().groups),
    }
    assert Home(folder).exists()


@pytest.mark.parametrize(("given", "code"), [([], CENTRE_CODE), (["--code", "310199-007"], "310199-007")])
def test_a_made_up_centre_may_have_a_code_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: list[str], code: str
) -> None:
    asked: list[str] = []

    def make(home: Home, **how: object) -> Operator:
        asked.append(str(how["code"]))
        return Operator("1001", "顾闻溪", "manager")

    monkeypatch.setattr("frontdesk.demo.generate.make_demo", make)
    assert cli.run(["demo", "--keep", str(tmp_path / "demo"), *given, "--json"]) == 0
    assert asked == [code]


def test_keep_leaves_a_folder_alone_that_holds_anything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.txt").write_text("dear reader", encoding="utf-8")
    assert cli.run(["demo", "--keep", str(tmp_path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "folder_not_empty"
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_day_outside_the_calendar_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["demo", "--keep", str(tmp_path / "never"), "--today", "0001-01-01"]) == 2
    assert not (tmp_path / "never").exists()
    assert capsys.readouterr().out


def test_without_a_terminal_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert cli.run(["demo", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "no_terminal"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fails", [False, True])
def test_the_throwaway_home_goes_when_the_program_ends_or_fails(
    fails: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []

    def run_desk(home: Home, **_: object) -> None:
        assert home.exists()
        seen.append(home.path)
        if fails:
            raise DeskError("ended_unexpectedly", path=str(home.log))

    def make_any(home: Home, **_: object) -> None:
        """A centre made at once: what is in it does not matter to its going. `test_demo_ends.py` ends a whole one."""
        set_up_desk(home.path).database.close()

    monkeypatch.setattr(generate, "make_demo", make_any)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(opening, "prepare_terminal", lambda: None)
    monkeypatch.setattr(opening, "run_desk", run_desk)
    assert cli.run(["demo", "--today", "2026-11-21"]) == int(fails)
    assert seen[0].parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_some_ratings_say_more_some_came_by_phone_or_on_paper_and_a_few_are_named(demo: Context) -> None:
    connection = demo.database.connection
    detailed, whole = connection.execute("SELECT sum(attitude IS NOT NULL), count(*) FROM rating").fetchone()
    assert 0.05 * whole < detailed < 0.3 * whole
    channels = {row[0] for row in connection.execute("SELECT DISTINCT channel FROM rating")}
    assert {"kiosk", "desk", "phone", "paper"} <= channels
    named = connection.execute("SELECT count(*) FROM rating WHERE named = 1 AND level >= 3").fetchone()[0]
    known = connection.execute("SELECT count(*) FROM rating_rater WHERE phone_cipher IS NOT NULL").fetchone()[0]
    assert 0 < named < known < 0.1 * whole
    assert connection.execute("SELECT count(*) FROM rating_service WHERE post <> '' AND offered = 1").fetchone()[0] == 3
    tags = {row[0] for row in connection.execute("SELECT DISTINCT tag FROM rating_tag")}
    assert tags <= set(demo.settings.rating_tags) and len(tags) > 5


def test_bad_ratings_were_followed_up_and_one_is_overdue_and_one_appealed_against(demo: Context) -> None:
    counts = feedback.follow_up_counts(demo)
    assert (counts.overdue, counts.appealed) == (1, 1) and counts.open < 40
    ended = follow_ups.ended_follow_ups(demo, 10_000)
    assert len(ended) > 10 * counts.open
    assert {one.rating.outcome for one in ended} >= {"satisfied", "unsatisfied", "not_called", "mistaken"}
    assert feedback.follow_ups_astray(demo.database.connection) == []


def test_records_of_many_mechanisms_stand_differently_and_follow_from_their_logs(demo: Context) -> None:
    connection = demo.database.connection
    standing = cases.counts(demo)
    rows = connection.execute("SELECT definition, state, ended_on FROM case_record").fetchall()
    assert len(rows) >= 90 and len({row["definition"] for row in rows}) >= 30
    assert sum(row["ended_on"] is not None for row in rows) >= 20 and len({tuple(row)[:2] for row in rows}) >= 50
    assert standing["repair"][1] >= 1 and standing["complaint"][1] >= 1 and standing["action_item"][1] >= 1
    assert cases.vacancies(demo, "ops_team") == ["department"]
    assert cases.cases_astray(demo, connection) == []
    assert connection.execute("SELECT max(at) FROM case_log").fetchone()[0] <= demo.now_ms()

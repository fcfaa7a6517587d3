"""The floor of check-in, line by line (acceptance: check-in); lines 23 and 24 are the kiosk's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db import assignments, audit, hours, staff, visits
from db import volunteers as records
from db.assignments import Assignment
from db.staff import Staff
from db.volunteers import Card, Volunteer
from frontdesk.context import Context, Operator, Settings, to_ms
from frontdesk.errors import CodedError
from frontdesk.locale import use_language, words_for
from frontdesk.volunteers import service
from frontdesk.volunteers.cards.code import make_code
from frontdesk.volunteers.checkin import answers, closing, correcting, groups, undoing
from frontdesk.volunteers.hours.rounding import Rounding
from frontdesk.volunteers.service import ScanOutcome, describe
from tests.desks import new_desk, turn_clock

LI, WANG, ZHAO = "0310001", "0310002", "0310003"
NINE = datetime.fromisoformat("2026-11-09T09:00:00+08:00")
CLERK = Operator("S001", "李四", "operator")
FOREIGN = "11010519491231002X"


@dataclass
class Counter:
    """A desk whose clock stands until it is moved, with three volunteers and their cards."""

    context: Context
    codes: dict[str, str]
    now: datetime = NINE

    def at(self, hours: float = 0, minutes: float = 0) -> None:
        """Move the clock on."""
        self.now += timedelta(hours=hours, minutes=minutes)

    def scan(self, no: str, **asked: Any) -> ScanOutcome:
        """Scan somebody's card now."""
        return service.scan(self.context, self.codes[no], **asked)

    def settings(self, **changed: object) -> None:
        """Have other settings in force."""
        self.context.settings = Settings.of(changed)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query finds."""
        return [tuple(row) for row in self.context.database.connection.execute(query, values)]

    def seconds(self, no: str) -> tuple[int, int]:
        """Seconds measured and supplemented in all."""
        return tuple(hours.of_volunteer(self.context.database.connection, no, "2000-01-01", "2999-12-31"))  # type: ignore[return-value]

    def local(self, at: int | None) -> str:
        """A stored instant as the wall clock shows it."""
        return f"{self.context.local(at or 0):%m-%d %H:%M}"

    def signed(self, no: str, title: str, begins: datetime, length: timedelta) -> int:
        """An assignment that somebody signed up for."""
        with self.context.change("test.assignment", title) as connection:
            new = Assignment(
                day=begins.date().isoformat(), title=title, starts_at=to_ms(begins), ends_at=to_ms(begins + length)
            )
            made = new.model_copy(update={"id": assignments.put(connection, new)})
            assignments.sign(connection, made, no, to_ms(begins), "signed")
            return made.id

    def refused(self, case: Any, *arguments: Any, **options: Any) -> CodedError:
        """How a use case refuses."""
        with pytest.raises(CodedError) as refusal:
            case(self.context, *arguments, **options)
        return refusal.value


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Counter]:
    context = new_desk(tmp_path / "home")
    people = ((LI, "李小明", "1987-03"), (WANG, "王芳", "2012-05"), (ZHAO, "单雄信", ""))
    with context.change("test.filled", "centre") as connection:
        staff.put(connection, Staff(no=CLERK.no, name=CLERK.name, kind="社工", role=CLERK.role))
        for no, name, born in people:
            phone = "15400001234" if no == ZHAO else ""
            service.store(context, connection, Volunteer(no=no, name=name, birth_month=born, team="护河队"), phone)
    counter = Counter(context, dict(service.issue_cards(context)))
    turn_clock(context, lambda: counter.now)
    context.settings = Settings.of({"guardian_age": 0})
    yield counter
    assert audit.first_broken(context.database.connection) is None
    assert list(service.visits_astray(context.database.connection)) == []
    context.database.close()


def test_1_a_valid_scan_makes_one_record(desk: Counter) -> None:
    assert desk.scan(LI).result == "entered"
    assert desk.rows("SELECT volunteer_no, result FROM scan") == [(LI, "entered")]
    assert desk.rows("SELECT volunteer_no, entered_at, left_at FROM visit") == [(LI, to_ms(NINE), None)]


def test_2_a_second_entry_is_refused_with_the_time_of_the_first(desk: Counter) -> None:
    desk.scan(LI, direction="in")
    desk.at(hours=1)
    again = desk.scan(LI, direction="in")
    assert (again.result, again.reason, again.limit) == ("refused", "already_in", "09:00")
    assert len(desk.rows("SELECT 1 FROM visit")) == 1
    assert desk.rows("SELECT result, reason, limit_said FROM scan WHERE id = 2") == [("refused", "already_in", "09:00")]


def test_3_the_same_attempt_twice_succeeds_twice_and_makes_one_record(desk: Counter) -> None:
    desk.signed(LI, "陪诊", NINE, timedelta(hours=2))
    first = desk.scan(LI, nonce="a")
    desk.at(hours=1)
    assert desk.scan(LI, nonce="a") == first
    left = desk.scan(LI, nonce="b")
    desk.at(hours=1)
    assert desk.scan(LI, nonce="b") == left
    assert len(desk.rows("SELECT 1 FROM scan")) == 2


def test_3_a_group_sent_twice_is_recorded_once(desk: Counter) -> None:
    first = groups.check_in_group(desk.context, [LI, WANG, LI], direction="in", nonce="g")
    assert [one.result for one in first] == ["entered", "entered"]
    desk.at(minutes=5)
    assert groups.check_in_group(desk.context, [LI, WANG, ZHAO], direction="in", nonce="g")[:2] == first
    assert [member.is_here for member in groups.team_now(desk.context, "护河队")] == [True, True, True]
    assert len(desk.rows("SELECT 1 FROM scan")) == 3


def test_4_entry_exit_and_entry_on_one_day_unless_a_setting_refuses_it(desk: Counter) -> None:
    desk.scan(LI)
    desk.at(hours=1)
    desk.scan(LI)
    desk.at(hours=1)
    desk.settings(reentry_allowed=0, guardian_age=0)
    refused = desk.scan(LI, nonce="again")
    assert (refused.result, refused.reason, refused.limit) == ("refused", "no_reentry", "09:00")
    assert desk.scan(LI, nonce="again") == refused
    desk.settings(guardian_age=0)
    assert desk.scan(LI).result == "entered"


def test_5_an_exit_without_an_entry_is_accepted_flagged_and_hinders_nothing(desk: Counter) -> None:
    lone = desk.scan(LI, direction="out")
    assert (lone.result, lone.day) == ("left_only", "")
    assert [(one.volunteer_no, one.name) for one in closing.open_exits(desk.context)] == [(LI, "李小明")]
    assert desk.seconds(LI) == (0, 0)
    desk.at(minutes=1)
    assert desk.scan(LI, direction="in").result == "entered"


def test_5_an_exit_without_an_entry_is_settled_once_with_an_entry_or_without(desk: Counter) -> None:
    desk.scan(LI, direction="out")
    desk.scan(WANG, direction="out")
    assert closing.review_count(desk.context) == 2
    first, second = (one.id for one in closing.open_exits(desk.context))
    made = correcting.settle_exit(desk.context, first, entered=NINE - timedelta(hours=2), reason="忘了签到")
    assert made is not None
    assert desk.seconds(LI) == (0, 7200)
    assert correcting.settle_exit(desk.context, second, entered=None, reason="路过误刷") is None
    assert closing.review_count(desk.context) == 0
    for one in (first, second, 999):
        assert desk.refused(correcting.settle_exit, one, entered=None, reason="再").code == "unknown_exit"


def test_6_two_exits_in_a_row_give_no_negative_and_no_double_hours(desk: Counter) -> None:
    desk.scan(LI)
    desk.at(hours=2)
    assert desk.scan(LI, direction="out").result == "left"
    desk.at(hours=1)
    assert desk.scan(LI, direction="out").result == "left_only"
    assert desk.seconds(LI) == (7200, 0)


def test_7_a_back_dated_time_is_stored_as_given_marked_and_with_its_reason(desk: Counter) -> None:
    given = NINE - timedelta(hours=1, minutes=7, seconds=23)
    assert service.check_in(desk.context, LI, at=given, words=" 没带卡 ").at == given
    assert desk.rows("SELECT at, given_time, recorded_at, words, operator_no FROM scan") == [
        (to_ms(given), 1, to_ms(NINE), "没带卡", "M001")
    ]
    assert desk.rows("SELECT entered_at FROM visit") == [(to_ms(given),)]


def expire(desk: Counter, no: str) -> None:
    """Have somebody's card end yesterday."""
    with desk.context.change("test.expired", no) as connection:
        card = records.cards(connection, no)[-1]
        records.put_card(connection, card.model_copy(update={"valid_until": "2026-11-08"}))


def test_8_force_overrides_only_where_a_person_may_and_is_set_only_if_needed(desk: Counter) -> None:
    assert not desk.scan(LI, force=True).forced
    expire(desk, WANG)
    assert desk.scan(WANG).reason == "card_expired"
    assert desk.scan(WANG, force=True, words="换卡中").forced
    assert desk.rows("SELECT result, force_wished, forced, words FROM scan ORDER BY id") == [
        ("entered", 1, 0, ""),
        ("refused", 0, 0, ""),
        ("entered", 1, 1, "换卡中"),
    ]
    service.set_state(desk.context, ZHAO, "suspended")
    manager, desk.context.operator = desk.context.operator, CLERK
    refused = desk.scan(ZHAO, force=True)
    assert (refused.reason, refused.forced) == ("volunteer_suspended", False)
    desk.context.operator = manager
    assert desk.scan(ZHAO, force=True).forced
    service.set_state(desk.context, LI, "left")
    assert desk.scan(LI, force=True).reason == "volunteer_left"


def test_8_nobody_forces_anything_at_the_kiosk(desk: Counter) -> None:
    expire(desk, LI)
    kiosk = replace(desk.context, source="kiosk", operator=None)
    assert service.scan(kiosk, desk.codes[LI], force=True).reason == "card_expired"


def test_8_who_is_a_manager_no_more_overrides_no_suspension(desk: Counter) -> None:
    service.set_state(desk.context, ZHAO, "suspended")
    with desk.context.change("test.demoted", "M001") as connection:
        staff.set_role(connection, "M001", "operator")
    desk.context.operator = Operator("M001", "王五", "manager")
    assert desk.scan(ZHAO, force=True).reason == "volunteer_suspended"


def test_9_force_cannot_admit_an_unknown_code(desk: Counter) -> None:
    key = desk.context.keys.card
    for code in (make_code(key, "0319999", 1), make_code(key, LI, 9), make_code(bytes(32), LI, 1), FOREIGN, "12345"):
        assert service.scan(desk.context, code, force=True).result == "refused"
    assert service.check_in(desk.context, "0319999", force=True).reason == "unknown_volunteer"
    assert desk.rows("SELECT count(*), sum(force_wished), sum(forced) FROM scan") == [(6, 6, 0)]
    assert desk.rows("SELECT count(*) FROM visit") == [(0,)]


def test_10_each_refusal_is_its_own_reason(desk: Counter) -> None:
    key, old = desk.context.keys.card, desk.codes[LI]
    wrong_digit = old[:-1] + str((int(old[-1]) + 1) % 10)
    codes = {
        "malformed": "12345",
        "foreign_code": FOREIGN,
        "bad_check_digit": wrong_digit,
        "bad_mac": make_code(bytes(32), LI, 1),
        "unknown_card": make_code(key, "0319999", 1),
    }
    service.replace_card(desk.context, LI)
    service.revoke_card(desk.context, WANG)
    codes |= {"card_replaced": old, "card_revoked": desk.codes[WANG]}
    assert {reason: service.scan(desk.context, code).reason for reason, code in codes.items()} == {
        reason: reason for reason in codes
    }
    expire(desk, ZHAO)
    assert desk.scan(ZHAO).reason == "card_expired"
    with desk.context.change("test.later", ZHAO) as connection:
        connection.execute(
            "UPDATE card SET valid_from = '2026-12-01', valid_until = '' WHERE volunteer_no = ?", (ZHAO,)
        )
    assert desk.scan(ZHAO).reason == "card_not_yet_valid"
    service.set_state(desk.context, ZHAO, "suspended")
    assert service.check_in(desk.context, ZHAO).reason == "volunteer_suspended"


def test_11_a_suspended_person_is_not_a_revoked_card(desk: Counter) -> None:
    service.revoke_card(desk.context, LI)
    assert desk.scan(LI).reason == "card_revoked"
    assert service.check_in(desk.context, LI).result == "entered"
    service.set_state(desk.context, WANG, "suspended")
    assert desk.scan(WANG).reason == "volunteer_suspended"
    desk.codes[WANG] = service.replace_card(desk.context, WANG)
    assert desk.scan(WANG).reason == "volunteer_suspended"
    service.set_state(desk.context, WANG, "active")
    assert desk.scan(WANG).result == "entered"


def test_12_failed_attempts_are_kept_with_reason_and_source_but_no_foreign_code(desk: Counter) -> None:
    kiosk = replace(desk.context, source="kiosk", operator=None)
    service.scan(desk.context, FOREIGN)
    service.scan(kiosk, "6222021234567890123")
    service.set_state(desk.context, LI, "suspended")
    desk.scan(LI)
    assert desk.rows("SELECT reason, source, volunteer_no, code_length FROM scan ORDER BY id") == [
        ("foreign_code", "cli", None, 18),
        ("malformed", "kiosk", None, 19),
        ("volunteer_suspended", "cli", LI, None),
    ]


def test_12_no_foreign_number_is_ever_on_the_disk(desk: Counter) -> None:
    numbers = [f"310114{19_400_101 + place:08d}{place:03d}" + "Xx12"[place % 4] for place in range(120)]
    numbers += [f"6222{place:015d}" for place in range(40)] + [f"28{place:016d}" for place in range(40)]
    for number in numbers:
        for given in (number, f" {number} ", number.translate({48 + digit: 0xFF10 + digit for digit in range(10)})):
            assert service.scan(desk.context, given).result == "refused"
    path = desk.context.home.database
    written = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert path.with_name(path.name + "-wal").stat().st_size > 100_000
    for number in numbers:
        assert number.encode() not in written
        assert number[:-1].encode() not in written
        assert int(number[:17]).to_bytes(8, "big") not in written


def test_13_a_scan_is_credited_to_what_fits_or_to_nothing_and_says_which(desk: Counter) -> None:
    morning = desk.signed(LI, "陪诊", NINE + timedelta(minutes=30), timedelta(hours=2))
    desk.signed(LI, "晚间巡逻", NINE + timedelta(hours=10), timedelta(hours=2))
    desk.signed(WANG, "读报", NINE + timedelta(hours=3), timedelta(hours=1))
    first = desk.scan(LI)
    assert first.credited_to == "陪诊"
    assert "陪诊" in describe(first)
    assert desk.scan(WANG).credited_to == ""
    desk.at(hours=4)
    desk.scan(LI)
    desk.at(hours=1)
    assert desk.scan(LI).credited_to == ""
    assert desk.rows("SELECT number, assignment_id FROM visit WHERE volunteer_no = ? ORDER BY number", LI) == [
        (1, morning),
        (2, None),
    ]
    correcting.credit_visit(desk.context, LI, "2026-11-09", 2, assignment_id=morning)
    assert desk.rows("SELECT DISTINCT assignment_id FROM visit WHERE volunteer_no = ?", LI) == [(morning,)]
    assert desk.refused(correcting.credit_visit, LI, "2026-11-09", 2, assignment_id=99).code == "unknown_assignment"


def test_14_undo_keeps_the_record_marked_with_who_when_and_why(desk: Counter) -> None:
    desk.scan(LI)
    desk.at(minutes=4)
    undone = undoing.undo(desk.context, LI, reason="刷错人")
    assert (undone.result, undone.at, undone.number) == ("entered", NINE, 1)
    assert desk.rows("SELECT annulled FROM visit") == [(1,)]
    assert desk.rows("SELECT result, at, operator_no, words, annuls FROM scan ORDER BY id") == [
        ("entered", to_ms(NINE), "M001", "", None),
        ("undone", to_ms(desk.now), "M001", "刷错人", 1),
    ]
    assert service.here_now(desk.context) == []
    assert desk.refused(undoing.undo, LI).code == "nothing_to_undo"
    assert desk.scan(LI).number == 2


def test_14_an_exit_that_is_undone_leaves_the_volunteer_here(desk: Counter) -> None:
    desk.scan(LI)
    desk.at(hours=1)
    desk.scan(LI)
    assert undoing.undo(desk.context, LI).result == "left"
    assert [one.entered_at for one in service.here_now(desk.context)] == [to_ms(NINE)]
    desk.at(hours=1)
    assert desk.scan(LI).stayed_seconds == 7200
    desk.at(minutes=1)
    desk.scan(LI, direction="out")
    assert undoing.undo(desk.context, LI).result == "left_only"
    assert closing.open_exits(desk.context) == []


def test_14_an_undo_past_its_limit_needs_a_reason_and_a_manager(desk: Counter) -> None:
    desk.scan(LI)
    desk.at(minutes=11)
    manager = desk.context.operator
    desk.context.operator = CLERK
    refusal = desk.refused(undoing.undo, LI, reason="错")
    assert (refusal.code, refusal.details) == ("undo_needs_manager", {"minutes": 10})
    assert "10" in words_for(refusal)
    desk.context.operator = manager
    assert desk.refused(undoing.undo, LI, reason="  ").code == "reason_required"
    assert undoing.undo(desk.context, LI, reason="刷错人").result == "entered"


def test_14_the_limit_of_a_time_given_by_hand_runs_from_when_it_was_given(desk: Counter) -> None:
    service.check_in(desk.context, LI, at=NINE - timedelta(hours=5), words="没带卡")
    service.check_in(desk.context, WANG, at=NINE - timedelta(days=1), words="没带卡")
    desk.at(minutes=9)
    assert undoing.undo(desk.context, LI).result == "entered"
    assert undoing.undo(desk.context, WANG).result == "entered"


LATE = datetime.fromisoformat("2026-11-09T23:30:00+08:00")


def test_15_today_turns_at_local_midnight(desk: Counter) -> None:
    desk.now = LATE
    assert (desk.scan(LI).result, desk.scan(WANG).day) == ("entered", "2026-11-09")
    desk.at(hours=1)
    assert (desk.scan(LI).result, service.here_now(desk.context)[0].day) == ("entered", "2026-11-10")
    assert desk.scan(WANG, direction="out").result == "left_only"


def test_15_a_shift_over_midnight_is_one_shift(desk: Counter) -> None:
    desk.signed(LI, "夜巡", LATE, timedelta(hours=2))
    desk.now = LATE
    assert desk.scan(LI).credited_to == "夜巡"
    desk.at(hours=1)
    assert [one.volunteer_no for one in service.here_now(desk.context)] == [LI]
    assert desk.scan(LI, direction="in").reason == "already_in"
    assert closing.close_past_days(desk.context) == 0
    desk.at(hours=1, minutes=20)
    left = desk.scan(LI)
    assert (left.result, left.day, left.stayed_seconds) == ("left", "2026-11-09", 8400)
    early = service.check_in(desk.context, LI, at=LATE + timedelta(hours=1), words="补")
    assert (early.reason, early.limit) == ("earlier_than_last", "01:50")


def test_15_a_shift_that_ends_before_midnight_reaches_not_past_it(desk: Counter) -> None:
    desk.signed(LI, "晚班", LATE - timedelta(hours=2), timedelta(hours=2, minutes=10))
    desk.now = LATE
    desk.scan(LI)
    desk.at(minutes=40)
    assert desk.scan(LI).result == "entered"


def test_15_what_runs_over_midnight_is_credited_only_to_what_does(desk: Counter) -> None:
    desk.signed(LI, "夜巡", LATE, timedelta(hours=2))
    desk.now = LATE
    desk.scan(LI)
    desk.at(hours=1)
    desk.scan(LI)
    refusal = desk.refused(correcting.credit_visit, LI, "2026-11-09", 1)
    assert (refusal.code, refusal.details) == ("past_midnight", {"limit": "2026-11-09 23:59"})


def test_16_every_refusal_that_depends_on_time_states_the_limit(desk: Counter) -> None:
    said: dict[str, ScanOutcome] = {}
    desk.scan(LI)
    desk.at(hours=1)
    said["09:00"] = desk.scan(LI, direction="in")
    desk.scan(LI)
    said["10:00"] = service.check_in(desk.context, LI, at=NINE + timedelta(minutes=30), words="补")
    said["2027-11-10"] = desk.scan(LI, at=NINE + timedelta(days=1000))
    expire(desk, WANG)
    said["2026-11-08"] = desk.scan(WANG)
    with desk.context.change("test.later", ZHAO) as connection:
        records.put_card(connection, Card(volunteer_no=ZHAO, serial=7, state="issued", valid_from="2026-12-01"))
    said["2026-12-01"] = service.scan(desk.context, make_code(desk.context.keys.card, ZHAO, 7))
    reasons = ["already_in", "earlier_than_last", "time_out_of_range", "card_expired", "card_not_yet_valid"]
    assert [one.reason for one in said.values()] == reasons
    for language in ("en", "zh_CN"):
        use_language(language)
        for limit, outcome in said.items():
            assert outcome.limit == limit
            assert limit in describe(outcome)


def test_17_what_lacks_an_answer_goes_on_once_it_is_given(desk: Counter) -> None:
    desk.settings(consent_notice_version="2026-01", guardian_age=18)
    lacking = desk.scan(WANG, nonce="n")
    assert (lacking.reason, lacking.missing) == ("incomplete", ("consent", "guardian"))
    assert "监护人" in describe(lacking)
    assert desk.refused(answers.give_answers, WANG, consent=False).code == "no_answer"
    given = {"guardian_name": "王大", "guardian_phone": "138 0013 8000", "guardian_consent": True}
    assert (
        desk.refused(answers.give_answers, WANG, consent=True, **given | {"guardian_phone": "12"}).code == "bad_phone"
    )
    assert desk.scan(WANG, nonce="n").missing == ("consent", "guardian")
    answers.give_answers(desk.context, WANG, consent=True, **given)  # type: ignore[arg-type]
    assert desk.scan(WANG, nonce="n").result == "entered"
    assert desk.scan(WANG, nonce="n").result == "entered"
    assert desk.rows("SELECT result FROM scan ORDER BY id") == [("refused",), ("refused",), ("entered",)]
    kept = records.get(desk.context.database.connection, WANG)
    assert kept is not None
    assert (kept.consent_version, kept.consent_on, kept.guardian_name) == ("2026-01", "2026-11-09", "王大")
    assert kept.guardian_phone_cipher is not None
    assert desk.context.keys.unseal(kept.guardian_phone_cipher) == "13800138000"


def test_17_whoever_is_inside_may_always_leave(desk: Counter) -> None:
    desk.scan(WANG)
    desk.settings(consent_notice_version="2026-01", guardian_age=18)
    desk.at(hours=1)
    assert desk.scan(WANG).result == "left"


def statements(desk: Counter, no: str) -> list[int]:
    """How many statements SQLite runs for an entry, an exit, a refusal and an exit without an entry."""
    counted = []
    connection = desk.context.database.connection
    for asked in ({}, {}, {"direction": "out"}, {"direction": "in"}, {"direction": "in"}):
        run: list[str] = []
        connection.set_trace_callback(run.append)
        desk.scan(no, nonce=f"{desk.now}", **asked)
        connection.set_trace_callback(None)
        counted.append(len(run))
        desk.at(minutes=1)
    return counted


def test_18_a_check_in_takes_the_same_queries_with_10_and_with_2000_volunteers(desk: Counter) -> None:
    few = statements(desk, LI)
    with desk.context.change("test.filled", "centre") as connection:
        for number in range(2000):
            records.put(connection, Volunteer(no=f"{400000 + number:07d}", name="张三"))
            visits.enter(connection, f"{400000 + number:07d}", "2026-11-09", 1, to_ms(NINE), 0, None, None)
    desk.at(hours=1)
    assert statements(desk, ZHAO) == few
    # One of them asks in the file's header whether a newer program has migrated it meanwhile.
    assert max(few) <= 9
    with desk.context.change("test.emptied", "centre") as connection:
        connection.execute("DELETE FROM visit WHERE volunteer_no >= '0400000'")


@pytest.mark.parametrize(
    ("rule", "credit", "ends", "seconds"),
    [
        ("assignment_end", 0, "11:00", 0),
        ("assignment_end", 1, "11:00", 7200),
        ("maximum", 1, "13:00", 7200),
        ("maximum", 0, "13:00", 0),
    ],
)
def test_19_a_forgotten_exit_is_inferred_by_rule_marked_listed_and_credited_as_set(
    desk: Counter, rule: str, credit: int, ends: str, seconds: int
) -> None:
    desk.settings(forgotten_exit=rule, forgotten_credit=credit, guardian_age=0)
    desk.signed(LI, "陪诊", NINE, timedelta(hours=2))
    desk.scan(LI)
    desk.scan(WANG)
    desk.at(hours=24)
    assert closing.close_past_days(desk.context) == 2
    assert closing.close_past_days(desk.context) == 0
    first, second = closing.reviews(desk.context)
    assert (first.volunteer_no, first.basis, first.review) == (LI, "inferred", "pending")
    assert f"{desk.context.local(first.left_at or 0):%H:%M}" == ends
    assert f"{desk.context.local(second.left_at or 0):%H:%M}" == "13:00"
    assert desk.seconds(LI) == (0, seconds)
    assert closing.review_count(desk.context) == 2


def test_19_a_review_credits_or_refuses_and_a_real_exit_takes_the_place_of_an_inferred_one(desk: Counter) -> None:
    for no in (LI, WANG, ZHAO):
        desk.scan(no)
    day = desk.now.date()
    assert desk.refused(closing.close_day, day).code == "day_not_over"
    desk.at(hours=24)
    assert closing.close_day(desk.context, day) == 3
    closing.review_visit(desk.context, LI, day, 1, True)
    closing.review_visit(desk.context, WANG, day, 1, False, "没来")
    assert (desk.seconds(LI), desk.seconds(WANG)) == ((0, 14_400), (0, 0))
    assert desk.refused(closing.review_visit, LI, day, 1, False).code == "not_pending"
    late = service.check_in(desk.context, ZHAO, at=NINE + timedelta(hours=6), words="问过本人")
    assert (late.result, desk.seconds(ZHAO)) == ("left", (0, 21_600))
    after = service.check_in(desk.context, LI, at=NINE + timedelta(hours=6), direction="out", words="问过本人")
    assert (after.result, desk.seconds(LI)) == ("left_only", (0, 14_400))
    assert closing.reviews(desk.context) == []


def test_19_an_entry_given_for_a_closed_day_has_it_closed_again(desk: Counter) -> None:
    desk.scan(LI)
    desk.at(hours=24)
    assert closing.close_past_days(desk.context) == 1
    service.check_in(desk.context, WANG, at=NINE, words="补")
    assert closing.close_past_days(desk.context) == 1
    assert desk.rows("SELECT day, closed FROM day_closing") == [("2026-11-09", 1)]


def test_19_an_inferred_exit_never_runs_past_midnight(desk: Counter) -> None:
    desk.settings(forgotten_maximum_minutes=1440, guardian_age=0)
    desk.scan(LI)
    desk.at(hours=30)
    closing.close_past_days(desk.context)
    assert [desk.local(one.left_at) for one in closing.reviews(desk.context)] == ["11-10 00:00"]


def test_19_an_inferred_exit_never_runs_into_the_next_visit(desk: Counter) -> None:
    desk.scan(LI)
    desk.at(hours=1)
    desk.scan(LI)
    desk.at(hours=2)
    later = {"entered": NINE + timedelta(hours=2), "left": NINE + timedelta(hours=3), "reason": "补"}
    correcting.add_visit(desk.context, LI, **later)  # type: ignore[arg-type]
    undoing.undo(desk.context, LI, reason="没有走")
    desk.at(hours=30)
    closing.close_past_days(desk.context)
    assert [desk.local(one.left_at) for one in closing.reviews(desk.context)] == ["11-09 11:00"]


def test_19_the_exit_of_a_shift_over_midnight_is_its_end(desk: Counter) -> None:
    desk.signed(LI, "夜巡", LATE, timedelta(hours=2))
    desk.now = LATE
    desk.scan(LI)
    desk.at(hours=1)
    assert closing.close_past_days(desk.context) == 0
    assert closing.close_day(desk.context, LATE.date()) == 0
    desk.at(hours=2)
    assert closing.close_past_days(desk.context) == 1
    assert [desk.local(one.left_at) for one in closing.reviews(desk.context)] == ["11-10 01:30"]


def test_19_a_day_is_closed_again_after_an_exit_of_it_was_undone(desk: Counter) -> None:
    desk.scan(LI)
    desk.at(hours=24)
    assert closing.close_past_days(desk.context) == 1
    assert service.check_in(desk.context, LI, at=NINE + timedelta(hours=1), words="问过").result == "left"
    assert undoing.undo(desk.context, LI, reason="问错人").result == "left"
    assert closing.close_past_days(desk.context) == 1
    assert [one.review for one in closing.reviews(desk.context)] == ["pending"]


def test_20_what_a_person_adds_is_its_own_kind_with_a_reason_and_never_above_the_plan(desk: Counter) -> None:
    planned = desk.signed(LI, "陪诊", NINE - timedelta(hours=4), timedelta(hours=2))
    begins = NINE - timedelta(hours=4)
    wish: dict[str, Any] = {"entered": begins, "assignment_id": planned}
    assert desk.refused(correcting.add_visit, LI, **wish, left=NINE, reason="").code == "reason_required"
    above = desk.refused(correcting.add_visit, LI, **wish, left=begins + timedelta(hours=3), reason="补")
    assert (above.code, above.details) == ("above_planned", {"minutes": 120})
    correcting.add_visit(desk.context, LI, **wish, left=begins + timedelta(hours=1, minutes=30), reason="忘带卡")
    assert desk.seconds(LI) == (0, 5400)
    desk.scan(LI)
    desk.at(hours=1)
    desk.scan(LI)
    assert desk.seconds(LI) == (3600, 5400)
    rest = begins + timedelta(hours=1, minutes=30)
    more: dict[str, Any] = {"entered": rest, "assignment_id": planned, "reason": "补"}
    above = desk.refused(correcting.add_visit, LI, **more, left=rest + timedelta(minutes=31))
    assert above.details == {"minutes": 30}
    correcting.add_visit(desk.context, LI, **more, left=rest + timedelta(minutes=30))
    assert desk.seconds(LI) == (3600, 7200)


def test_20_nothing_added_is_credited_where_the_plan_has_no_room(desk: Counter) -> None:
    short = desk.signed(LI, "读报", NINE - timedelta(hours=3), timedelta(hours=1))
    begins = NINE - timedelta(hours=3)
    correcting.add_visit(desk.context, LI, entered=begins, left=begins + timedelta(hours=2), reason="补")
    above = desk.refused(correcting.credit_visit, LI, "2026-11-09", 1, assignment_id=short)
    assert (above.code, above.details) == ("above_planned", {"minutes": 60})
    correct = {"entered": begins, "left": begins + timedelta(hours=1), "reason": "改"}
    correcting.correct_visit(desk.context, LI, "2026-11-09", 1, **correct)  # type: ignore[arg-type]
    correcting.credit_visit(desk.context, LI, "2026-11-09", 1, assignment_id=short)
    longer = correct | {"left": begins + timedelta(minutes=61)}
    assert desk.refused(correcting.correct_visit, LI, "2026-11-09", 1, **longer).code == "above_planned"


def test_20_general_service_is_limited_by_the_day(desk: Counter) -> None:
    desk.settings(supplement_day_minutes=60, guardian_age=0)
    begins = NINE - timedelta(hours=3)
    wish: dict[str, Any] = {"entered": begins, "reason": "补"}
    assert desk.refused(correcting.add_visit, LI, **wish, left=begins + timedelta(minutes=61)).code == "above_planned"
    correcting.add_visit(desk.context, LI, **wish, left=begins + timedelta(minutes=60))
    desk.scan(LI)
    desk.at(minutes=30)
    desk.scan(LI)
    correct = {"entered": NINE, "left": NINE + timedelta(minutes=10), "reason": "改"}
    assert desk.refused(correcting.correct_visit, LI, "2026-11-09", 2, **correct).details == {"minutes": 0}
    correcting.annul_visit(desk.context, LI, "2026-11-09", 1, "重复")
    correcting.correct_visit(desk.context, LI, "2026-11-09", 2, **correct)  # type: ignore[arg-type]
    assert desk.seconds(LI) == (0, 600)


def test_20_a_correction_is_refused_where_it_cannot_have_been(desk: Counter) -> None:
    desk.scan(LI)
    desk.at(hours=1)
    desk.scan(LI)
    desk.at(hours=1)
    desk.scan(LI)
    desk.at(hours=2)
    day = "2026-11-09"

    def refusal(entered: float, left: float, number: int = 1) -> str:
        times = {"entered": NINE + timedelta(hours=entered), "left": NINE + timedelta(hours=left)}
        return desk.refused(correcting.correct_visit, LI, day, number, **times, reason="改").code

    assert refusal(0, 3) == "overlaps"
    assert refusal(1, 1) == "ends_before_it_begins"
    assert refusal(0, 5) == "in_future"
    assert refusal(-24, -23) == "other_day"
    assert refusal(0, 1, 9) == "unknown_visit"
    correcting.annul_visit(desk.context, LI, day, 2, "误刷")
    assert refusal(0, 1, 2) == "visit_annulled"
    desk.at(hours=24)
    assert refusal(0, 16) == "past_midnight"
    assert desk.refused(correcting.add_visit, LI, entered=NINE.replace(year=1999), left=NINE.replace(year=1999)
                        + timedelta(hours=1), reason="补").code == "too_long_ago"  # fmt: skip


@pytest.mark.parametrize(
    ("minutes", "direction", "shown"),
    [
        (0, "nearest", 67),
        (5, "down", 65),
        (10, "nearest", 70),
        (15, "up", 75),
        (30, "nearest", 60),
        (30, "up", 90),
    ],
)
def test_21_rounding_is_applied_when_reporting_and_never_to_what_is_stored(
    desk: Counter, minutes: int, direction: str, shown: int
) -> None:
    desk.settings(rounding_minutes=minutes, rounding_direction=direction, guardian_age=0)
    desk.scan(LI)
    desk.at(minutes=67.5)
    desk.scan(LI)
    assert desk.seconds(LI) == (4050, 0)
    assert desk.rows("SELECT left_at - entered_at FROM visit") == [(4_050_000,)]
    assert Rounding.of(desk.context.settings).shown(*desk.seconds(LI)).measured == shown


def test_22_chinese_names_are_found_by_one_character_initials_and_phone_tail(desk: Counter) -> None:
    def found(text: str) -> list[str]:
        return [one.no for one in service.find(desk.context, text)]

    assert found("芳") == found("wf") == found("wangf") == [WANG]
    assert found("明") == found("lxm") == [LI]
    assert found("雄") == found("sxx") == found("1234") == [ZHAO]


def test_an_auditor_changes_no_visit(desk: Counter) -> None:
    desk.scan(LI)
    looking = replace(desk.context, operator=Operator("S009", "孙七", "auditor"))
    day = "2026-11-09"
    times: dict[str, Any] = {"entered": NINE, "left": NINE, "reason": "x"}
    for attempt in (
        lambda: undoing.undo(looking, LI),
        lambda: correcting.correct_visit(looking, LI, day, 1, **times),
        lambda: correcting.add_visit(looking, LI, **times),
        lambda: correcting.annul_visit(looking, LI, day, 1, "x"),
        lambda: correcting.credit_visit(looking, LI, day, 1),
        lambda: closing.close_past_days(looking),
        lambda: groups.check_in_group(looking, [LI], direction="out", nonce="g"),
        lambda: answers.give_answers(looking, LI, consent=True),
    ):
        with pytest.raises(CodedError) as refused:
            attempt()
        assert refused.value.code == "auditor_reads_only"


def test_the_log_is_only_added_to(desk: Counter) -> None:
    desk.scan(LI)
    for statement in ("UPDATE scan SET at = 0", "DELETE FROM scan"):
        with pytest.raises(sqlite3.IntegrityError):
            desk.context.database.connection.execute(statement)

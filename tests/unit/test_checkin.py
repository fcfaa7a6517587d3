"""Check-in: what a scan means, whoever scans, in whatever order the days bring."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.audit import first_broken
from db.errors import CodedError
from db.volunteers import Volunteer
from frontdesk.context import Context
from frontdesk.reports.indicators.service import values
from frontdesk.staff.service import sign_out
from frontdesk.volunteers import service
from frontdesk.volunteers.cards.code import make_code
from frontdesk.volunteers.service import describe
from tests.templates import NewCentre, new_centre

ZONE = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 11, 20, 9, 0, tzinfo=ZONE)
SERVED = ("volunteers_served", "volunteer_seconds_measured", "visits_left_open")
FIRST, LAST = date(2026, 11, 1), date(2026, 12, 31)
CENTRE = NewCentre("310114-001", "示范路邻里中心", "示范街道", "示范区", "M001", "王五")


@contextmanager
def desk(volunteers: int = 3) -> Iterator[tuple[Context, list[str]]]:
    """A centre with volunteers and the codes of their cards."""
    with tempfile.TemporaryDirectory() as folder:
        context = new_centre(Path(folder) / "home", CENTRE, clock=lambda: NINE.astimezone(UTC))
        numbers = [f"031{place:04d}" for place in range(1, volunteers + 1)]
        with context.change("test.filled", "centre") as connection:
            for no in numbers:
                service.store(context, connection, Volunteer(no=no, name="张三"), "")
        codes = [code for _, code in service.issue_cards(context)]
        try:
            yield context, codes
        finally:
            context.database.close()


def test_a_first_scan_enters_and_the_next_leaves_with_the_time_between() -> None:
    with desk() as (context, codes):
        assert service.scan(context, codes[0], at=NINE).result == "entered"
        left = service.scan(context, codes[0], at=NINE + timedelta(hours=2))
        assert (left.result, left.stayed_seconds) == ("left", 7200)
        assert values(context, SERVED, FIRST, LAST) == {
            "volunteers_served": 1,
            "volunteer_seconds_measured": 7200,
            "visits_left_open": 0,
        }


def test_a_second_scan_within_ten_seconds_is_the_same_scan() -> None:
    with desk() as (context, codes):
        service.scan(context, codes[0], at=NINE)
        assert service.scan(context, codes[0], at=NINE + timedelta(seconds=10)).result == "same_scan"
        assert service.scan(context, codes[0], at=NINE + timedelta(seconds=11)).result == "left"
        assert service.scan(context, codes[1], at=NINE + timedelta(seconds=1)).result == "entered"


def test_the_same_attempt_sent_twice_succeeds_twice_and_makes_one_record() -> None:
    with desk() as (context, codes):
        first = service.scan(context, codes[0], at=NINE, nonce="a")
        again = service.scan(context, codes[0], at=NINE + timedelta(hours=1), nonce="a")
        assert (again.result, again.at, again.volunteer_no) == (first.result, first.at, first.volunteer_no)
        assert len(service.here_now(context)) == 1


def test_a_visit_never_runs_past_local_midnight() -> None:
    with desk() as (context, codes):
        late = datetime(2026, 11, 20, 23, 59, 50, tzinfo=ZONE)
        assert service.scan(context, codes[0], at=late).result == "entered"
        assert service.scan(context, codes[0], at=late + timedelta(seconds=20)).result == "entered"
        figures = values(context, SERVED, date(2026, 11, 20), date(2026, 11, 20))
        assert (figures["visits_left_open"], figures["volunteer_seconds_measured"]) == (1, 0)


def test_a_time_before_the_last_scan_is_refused_with_its_reason() -> None:
    with desk() as (context, codes):
        service.scan(context, codes[0], at=NINE)
        refused = service.scan(context, codes[0], at=NINE - timedelta(minutes=5))
        assert (refused.result, refused.reason, refused.limit) == ("refused", "earlier_than_last", "09:00")
        assert "09:00" in describe(refused)
        service.scan(context, codes[0], at=NINE + timedelta(minutes=95))
        assert service.scan(context, codes[0], at=NINE + timedelta(minutes=1)).limit == "10:35"


@pytest.mark.parametrize("year", [1999, 2099])
def test_a_slip_of_the_year_is_refused_and_kept_as_an_attempt_and_bars_nobody(year: int) -> None:
    with desk() as (context, codes):
        refused = service.scan(context, codes[0], at=NINE.replace(year=year), nonce="slip")
        assert (refused.result, refused.reason, refused.limit) == ("refused", "time_out_of_range", "2027-11-21")
        assert "2027-11-21" in describe(refused)
        assert service.scan(context, codes[0], nonce="slip") == refused
        kept = context.database.connection.execute("SELECT reason FROM scan").fetchall()
        assert [row["reason"] for row in kept] == ["time_out_of_range"]
        assert service.scan(context, codes[0]).result == "entered"


def test_scans_of_days_to_come_can_be_replayed() -> None:
    with desk() as (context, codes):
        assert service.scan(context, codes[0], at=NINE + timedelta(days=366)).result == "entered"
        assert service.scan(context, codes[0], at=NINE + timedelta(days=367)).reason == "time_out_of_range"


def test_a_refused_attempt_sent_again_is_answered_as_before() -> None:
    with desk() as (context, codes):
        key = context.keys.card
        service.scan(context, codes[0], at=NINE)
        early = service.scan(context, codes[0], at=NINE - timedelta(minutes=5), nonce="early")
        unknown = service.scan(context, make_code(key, "0310001", 9), at=NINE, nonce="unknown")
        assert unknown.volunteer_no is None
        later = NINE + timedelta(hours=2)
        service.scan(context, codes[0], at=later)
        assert service.scan(context, codes[0], at=later, nonce="early") == early
        assert service.scan(context, make_code(key, "0310001", 9), at=later, nonce="unknown") == unknown


def test_each_refusal_has_its_own_reason() -> None:
    with desk() as (context, codes):
        key = context.keys.card
        assert service.scan(context, "12345").reason == "malformed"
        assert service.scan(context, "11010519491231002X").reason == "foreign_code"
        assert service.scan(context, codes[0][:-1] + str((int(codes[0][-1]) + 1) % 10)).reason == "bad_check_digit"
        assert service.scan(context, make_code(bytes(32), "0310001", 1)).reason == "bad_mac"
        assert service.scan(context, make_code(key, "0319999", 1)).reason == "unknown_card"
        assert service.scan(context, make_code(key, "0310001", 9)).reason == "unknown_card"
        service.replace_card(context, "0310001")
        assert service.scan(context, codes[0]).reason == "card_replaced"
        service.revoke_card(context, "0310002")
        assert service.scan(context, codes[1]).reason == "card_revoked"
        service.set_state(context, "0310003", "suspended")
        assert service.scan(context, codes[2]).reason == "volunteer_suspended"
        service.set_state(context, "0310003", "left")
        assert service.scan(context, codes[2]).reason == "volunteer_left"


def test_a_foreign_code_is_kept_as_length_and_hash_only() -> None:
    with desk() as (context, _):
        service.scan(context, "11010519491231002X")
        row = dict(context.database.connection.execute("SELECT * FROM scan").fetchone())
        assert (row["result"], row["reason"], row["code_length"]) == ("refused", "foreign_code", 18)
        assert "110105" not in str(row)


def test_issuing_again_gives_the_same_card_and_replacing_another() -> None:
    with desk() as (context, codes):
        assert [code for _, code in service.issue_cards(context)] == codes
        new = service.replace_card(context, "0310001")
        assert new != codes[0]
        assert service.issue_card(context, "0310001") == new


def test_issuing_to_an_unknown_volunteer_issues_none_at_all() -> None:
    with desk() as (context, _):
        service.revoke_card(context, "0310001")
        with pytest.raises(CodedError) as refused:
            service.issue_cards(context, ["0310001", "0319999"])
        assert refused.value.code == "unknown_volunteer"
        assert service.valid_cards(context, ["0310002"])
        assert "0310001" not in [volunteer.no for volunteer, _ in service.valid_cards(context)]


def test_the_kiosk_takes_scans_without_an_operator_and_the_desk_does_not() -> None:
    with desk() as (context, codes):
        sign_out(context)
        with pytest.raises(CodedError) as refused:
            service.scan(context, codes[0])
        assert refused.value.code == "operator_required"
        context.source = "kiosk"
        assert service.scan(context, codes[0]).result == "entered"


def test_search_finds_by_character_initials_number_and_phone_tail() -> None:
    with desk(0) as (context, _):
        people = [("0310001", "单雄信", "15400001234"), ("0310002", "曾国庆", ""), ("0310003", "欧阳娜", "15400005678")]
        with context.change("test.filled", "centre") as connection:
            for no, name, phone in people:
                service.store(context, connection, Volunteer(no=no, name=name), phone)

        def found(text: str) -> list[str]:
            return [volunteer.no for volunteer in service.find(context, text)]

        assert found("雄") == found("shanxx") == found("sxx") == found("1234") == ["0310001"]
        assert found("zeng") == found("zgq") == found("0310002") == ["0310002"]
        assert found("ouyang") == found("5678") == found("５６７８") == ["0310003"]
        assert found("没有这个人") == []
        assert len(found("")) == 3
        service.issue_cards(context)
        assert found(service.issue_card(context, "0310003")) == ["0310003"]


Step = tuple[int, int]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 40_000)), max_size=40))
def test_hours_equal_an_independent_recomputation_from_the_log(steps: list[Step]) -> None:
    """Volunteers scan in any order at growing times; hours follow from the accepted scans alone."""
    with desk() as (context, codes):
        now = NINE
        for who, pause in steps:
            now += timedelta(seconds=pause)
            service.scan(context, codes[who], at=now)
        open_since: dict[tuple[str, str], int] = {}
        seconds = 0
        rows = context.database.connection.execute(
            "SELECT volunteer_no, at FROM scan WHERE result IN ('entered', 'left') ORDER BY at, id"
        )
        for no, at in rows.fetchall():
            day = datetime.fromtimestamp(at / 1000, ZONE).date().isoformat()
            begun = open_since.pop((no, day), None)
            if begun is None:
                open_since[no, day] = at
            else:
                assert at > begun
                seconds += (at - begun) // 1000
        figures = values(context, SERVED, FIRST, LAST)
        assert figures["volunteer_seconds_measured"] == seconds
        assert figures["visits_left_open"] == len(open_since)
        assert first_broken(context.database.connection) is None


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 60_000)), max_size=25))
def test_replaying_a_day_changes_nothing(steps: list[Step]) -> None:
    """Scans with given times in any order; the same lines again are all the same scans or refused as before."""
    with desk() as (context, codes):
        lines = [(codes[who], NINE + timedelta(seconds=offset % 50_000)) for who, offset in steps]
        first = [service.scan(context, code, at=at) for code, at in lines]
        before = values(context, SERVED, FIRST, LAST)
        again = [service.scan(context, code, at=at) for code, at in lines]
        for earlier, later in zip(first, again, strict=True):
            if earlier.result in ("entered", "left", "same_scan"):
                assert later.result == "same_scan"
        assert values(context, SERVED, FIRST, LAST) == before


@settings(max_examples=40)
@given(st.text(alphabet="0123456789Xx ", max_size=24))
def test_no_made_up_code_is_ever_accepted(text: str) -> None:
    with desk(1) as (context, codes):
        if text.strip() != codes[0]:
            assert service.scan(context, text).result == "refused"

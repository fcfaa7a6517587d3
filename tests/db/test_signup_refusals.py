"""Who may sign up: each condition refuses by its name, and most can be put up with, with a reason that is logged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from db import attendance, registrations
from frontdesk.activities.service import (
    LARGEST_PARTY,
    ActivityError,
    cancel_session,
    cancel_sign_up,
    contact,
    move_sign_up,
    seat_log,
    sign_up_resident,
)
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.locale import t, words_for
from frontdesk.residents import service as residents
from frontdesk.residents.service import merge
from tests.desks import contents
from tests.signups import DAY, at, change_session, enter, parties, person, session_at, states


def set_setting(desk: Context, **values: object) -> None:
    from dataclasses import replace

    desk.settings = replace(desk.settings, **values)  # type: ignore[arg-type]


def refused(act: Callable[[], object]) -> DeskError:
    with pytest.raises(DeskError) as caught:
        act()
    words = words_for(caught.value)
    assert "{" not in words and not words.startswith(caught.value.area)
    return caught.value


OVERRIDABLE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("not_open_yet", {"opens_days_before": 3}, {}),
    ("sign_up_closed", {"closes_minutes_before": 8 * 24 * 60}, {}),
    ("not_resident", {"residents_only": True}, {}),
    ("wrong_area", {"areas": ("新源",)}, {"area": "玉兰"}),
    ("tag_missing", {"tags": ("老年人",)}, {"tags": ["儿童"]}),
    ("birth_needed", {"age_from": 60}, {}),
    ("birth_needed", {"age_from": 60}, {"birth": "1966-11"}),
    ("too_young", {"age_from": 60}, {"birth": "1966-11-17"}),
    ("too_old", {"age_to": 6}, {"birth": "2019-11-16"}),
    ("party_too_large", {"largest_party": 1}, {}),
]


@pytest.mark.parametrize(("code", "terms", "known"), OVERRIDABLE)
def test_a_condition_refuses_by_name_and_can_be_put_up_with(
    desk: Context, code: str, terms: dict[str, Any], known: dict[str, Any]
) -> None:
    session_at(desk, terms=terms, capacity=5)
    who = person(desk, 1, **known)
    before = contents(desk, audit=True)
    assert refused(lambda: sign_up_resident(desk, "HD001", who, 2)).code == code
    assert contents(desk, audit=True) == before
    assert refused(lambda: sign_up_resident(desk, "HD001", who, 2, force=True)).code == "missing_override_reason"
    made = sign_up_resident(desk, "HD001", who, 2, force=True, reason="主任同意")
    assert made.state == "confirmed" and [one.code for one in made.warnings] == [code]
    words = t(f"signup.warning.{code}", **made.warnings[0].details)
    assert "{" not in words and not words.startswith("signup.")
    applied = seat_log(desk, "HD001", made.registration_id)[0]
    assert (applied.event, applied.reason, applied.said()["forced"]) == ("applied", "主任同意", [code])


@pytest.mark.parametrize(
    ("terms", "known"),
    [
        ({"opens_days_before": 7, "opens_time": "12:00"}, {}),
        ({"residents_only": True}, {"area": "玉兰"}),
        ({"areas": ("新源", "玉兰")}, {"area": "玉兰"}),
        ({"tags": ("老年人", "儿童")}, {"tags": ["儿童"]}),
        ({"age_from": 60, "age_to": 60}, {"birth": "1966-11-16"}),
        ({"age_from": 60}, {"birth": "1965"}),
        ({"age_to": 6}, {"birth": "2019-11-17"}),
    ],
)
def test_whoever_meets_the_conditions_signs_up(desk: Context, terms: dict[str, Any], known: dict[str, Any]) -> None:
    session_at(desk, terms=terms)
    made = sign_up_resident(desk, "HD001", person(desk, 1, **known))
    assert (made.state, made.warnings) == ("confirmed", ())


def test_a_child_brings_its_parent_and_a_parent_alone_is_too_old(desk: Context) -> None:
    session_at(desk, terms={"age_to": 6}, capacity=5)
    parent, child = person(desk, 1, birth="1990"), person(desk, 2, birth="2021")
    assert refused(lambda: sign_up_resident(desk, "HD001", parent, 2)).code == "too_old"
    assert sign_up_resident(desk, "HD001", parent, 2, members=[child]).state == "confirmed"
    assert refused(lambda: sign_up_resident(desk, "HD001", child)).details == {"seq_no": 1}
    assert refused(lambda: sign_up_resident(desk, "HD001", child)).code == "member_already_in"


def test_returning_people_sign_up_earlier(desk: Context) -> None:
    session_at(desk, "HD000", day=DAY - timedelta(days=14), name="书法")
    made = enter(desk, 1, code="HD000", force=True, reason="补登")
    with desk.change("test", "") as connection:
        attendance.put_attendance(connection, "HD000", made.registration_id, "attended", 1)
    session_at(desk, name="书法", terms={"opens_days_before": 3, "returning_days_before": 10})
    error = refused(lambda: enter(desk, 2))
    assert (error.code, error.details) == ("not_open_yet", {"opens": "2026-11-13 08:00"})
    assert enter(desk, 1).state == "confirmed"
    assert parties(desk)[0].is_returning


def test_sign_up_without_a_closing_time_is_open_until_the_day_is_over(desk: Context) -> None:
    session_at(desk)
    at(desk, datetime(2026, 11, 16, 23, 59, tzinfo=desk.zone))
    assert enter(desk, 1).state == "confirmed"
    at(desk, datetime(2026, 11, 17, tzinfo=desk.zone))
    assert refused(lambda: enter(desk, 2)).code == "sign_up_closed"


def test_what_cannot_be_put_up_with(desk: Context) -> None:
    session_at(desk, capacity=5)
    who, other = person(desk, 1), person(desk, 2)

    def tried(code: str, *given: Any, **values: Any) -> str:
        return refused(lambda: sign_up_resident(desk, code, *given, force=True, reason="-", **values)).code

    assert tried("HD009", who) == "unknown_session"
    assert tried("HD001", 999) == "unknown_resident"
    assert tried("HD001", who, LARGEST_PARTY + 1) == "bad_party_size"
    assert tried("HD001", who, 0) == "bad_party_size"
    assert tried("HD001", who, 2, least_seats=3) == "bad_least_seats"
    assert tried("HD001", who, 1, members=[other]) == "too_many_members"
    sign_up_resident(desk, "HD001", who)
    assert tried("HD001", who) == "already_signed_up"
    assert tried("HD001", other, 2, members=[who]) == "member_already_in"
    change_session(desk, "HD001", state="draft")
    assert tried("HD001", other) == "not_published"
    change_session(desk, "HD001", state="published")
    cancel_session(desk, "HD001", "停电")
    assert tried("HD001", other) == "session_cancelled"
    assert len(parties(desk)) == 1


def test_whoever_was_made_one_with_another_meanwhile_signs_up_as_that_one(desk: Context) -> None:
    session_at(desk, capacity=3)
    kept, gone, child = (person(desk, number) for number in (1, 2, 3))
    merge(desk, kept, gone)
    made = sign_up_resident(desk, "HD001", gone, 3, members=(kept, child))
    assert [one.resident_id for one in parties(desk)] == [kept]
    assert registrations.members(desk.database.connection, made.registration_id) == [child]
    with pytest.raises(ActivityError, match="already_signed_up"):
        sign_up_resident(desk, "HD001", gone)
    session_at(desk, "HD002", hour=13)
    made = sign_up_resident(desk, "HD002", child, 2, members=(gone,))
    assert registrations.members(desk.database.connection, made.registration_id) == [kept]


def test_whoever_has_no_phone_is_called_by_the_guardians(desk: Context) -> None:
    session_at(desk)
    child = residents.add(desk, {"name": "赵小一", "guardian_name": "赵大一", "guardian_phone": "15400000009"})
    alone = residents.add(desk, {"name": "赵小二"})
    called, unknown = (sign_up_resident(desk, "HD001", one.id).registration_id for one in (child, alone))
    assert contact(desk, called) == ("赵小一", "15400000009")
    with pytest.raises(ActivityError, match="no_phone"):
        contact(desk, unknown)
    shown = desk.database.connection.execute("SELECT subject FROM audit WHERE action = 'registration.contact_shown'")
    assert [row[0] for row in shown] == [str(called)]


def test_quotas_count_what_is_held_and_not_what_was_given_up(desk: Context) -> None:
    with desk.change("test.series", "") as connection:
        connection.execute(
            "INSERT INTO series (id, name, category, starts, ends, capacity, pattern, first_day, last_day, on_holiday, "
            "on_makeup) VALUES (1, '书法', '文体服务', '09:00', '11:00', 5, '{}', '2026-11-16', '2026-11-30', 'skip', "
            "'keep')"
        )
    for number in range(3):
        day = DAY + timedelta(days=7 * number)
        session_at(desk, f"HD00{number}", day=day, series_id=1, series_day=day.isoformat(), terms={"quota": 2})
    first = enter(desk, 1, code="HD000")
    enter(desk, 1, code="HD001")
    error = refused(lambda: enter(desk, 1, code="HD002"))
    assert (error.code, error.details) == ("over_quota", {"count": 2})
    assert move_sign_up(desk, first.registration_id, "HD002").state == "confirmed"
    assert (states(desk, "HD000"), states(desk, "HD002")) == ("X", "C")
    with desk.change("test.series", "") as connection:
        said = "name, category, starts, ends, capacity, pattern, first_day, last_day, on_holiday, on_makeup"
        connection.execute(f"INSERT INTO series (id, predecessor, {said}) SELECT 2, 1, {said} FROM series")
        connection.execute("UPDATE session SET series_id = 2 WHERE code = 'HD002'")
    assert refused(lambda: enter(desk, 1, code="HD000")).code == "over_quota"
    set_setting(desk, signup_quota_month=2)
    session_at(desk, "HD010", hour=14)
    assert refused(lambda: enter(desk, 1, code="HD010")).code == "over_quota_month"
    session_at(desk, "HD011", day=DAY + timedelta(days=20))
    assert enter(desk, 1, code="HD011").state == "confirmed"


def stay_away(desk: Context, number: int) -> None:
    session_at(desk, "HD000", day=DAY - timedelta(days=8))
    made = enter(desk, number, code="HD000", force=True, reason="补登")
    with desk.change("test", "") as connection:
        attendance.put_attendance(connection, "HD000", made.registration_id, "no_show", 1)


def test_whoever_stayed_away_too_often_is_refused_or_waits_behind_everybody(desk: Context) -> None:
    set_setting(desk, no_show_limit=1)
    stay_away(desk, 1)
    session_at(desk, capacity=1)
    error = refused(lambda: enter(desk, 1))
    assert (error.code, error.details) == ("in_penalty", {"until": "2026-12-08"})
    set_setting(desk, penalty_effect="reserve")
    enter(desk, 2)
    behind = enter(desk, 1)
    assert (behind.state, [one.code for one in behind.warnings]) == ("waitlisted", ["on_reserve"])
    assert enter(desk, 3).place == 1
    change_session(desk, "HD001", capacity=2)
    assert states(desk) == "CWC"


def test_a_member_of_a_party_counts_as_whoever_signs_up_and_the_refusal_says_who(desk: Context) -> None:
    set_setting(desk, signup_quota_month=1, no_show_limit=1)
    session_at(desk, "HD001", capacity=9)
    session_at(desk, "HD002", capacity=9, hour=14)
    parent, child = person(desk, 1), person(desk, 2)
    with desk.change("test.name", "") as connection:
        connection.execute("UPDATE resident SET name = '赵小宝' WHERE id = ?", (child,))
    sign_up_resident(desk, "HD001", child)
    error = refused(lambda: sign_up_resident(desk, "HD002", parent, 2, members=[child]))
    assert (error.code, error.details) == ("member_over_quota_month", {"count": 1, "who": "赵*宝"})
    made = sign_up_resident(desk, "HD002", parent, 2, members=[child], force=True, reason="主任同意")
    assert [one.code for one in made.warnings] == ["member_over_quota_month"]
    assert seat_log(desk, "HD002", made.registration_id)[0].said()["forced"] == ["member_over_quota_month"]
    set_setting(desk, signup_quota_month=0)
    stay_away(desk, 3)
    third = person(desk, 3)
    session_at(desk, "HD003", capacity=2, hour=16)
    error = refused(lambda: sign_up_resident(desk, "HD003", parent, 2, members=[third]))
    assert (error.code, error.details) == ("member_in_penalty", {"until": "2026-12-08", "who": "赵*"})
    set_setting(desk, penalty_effect="reserve")
    sign_up_resident(desk, "HD003", child, 2)
    behind = sign_up_resident(desk, "HD003", parent, 2, members=[third])
    assert [(one.code, t(f"signup.warning.{one.code}", **one.details)[:2]) for one in behind.warnings] == [
        ("member_on_reserve", "同行")
    ]
    assert enter(desk, 5, 2, code="HD003").place == 1


def test_a_quota_of_a_series_counts_for_members_too(desk: Context) -> None:
    with desk.change("test.series", "") as connection:
        connection.execute(
            "INSERT INTO series (id, name, category, starts, ends, capacity, pattern, first_day, last_day, on_holiday, "
            "on_makeup) VALUES (1, '书法', '文体服务', '09:00', '11:00', 5, '{}', '2026-11-16', '2026-11-30', 'skip', "
            "'keep')"
        )
    for number in range(2):
        day = DAY + timedelta(days=7 * number)
        session_at(desk, f"HD00{number}", day=day, series_id=1, series_day=day.isoformat(), terms={"quota": 1})
    parent, child = person(desk, 1), person(desk, 2)
    sign_up_resident(desk, "HD000", child)
    error = refused(lambda: sign_up_resident(desk, "HD001", parent, 2, members=[child]))
    assert (error.code, error.details) == ("member_over_quota", {"count": 1, "who": "赵*"})


def test_one_person_is_not_in_two_places_at_once(desk: Context) -> None:
    session_at(desk, "HD001", capacity=1)
    session_at(desk, "HD002", hour=10, name="合唱")
    session_at(desk, "HD003", hour=11)
    made = enter(desk, 1)
    error = refused(lambda: enter(desk, 1, code="HD002"))
    assert (error.code, error.details) == ("collides", {"name": "书法HD001", "time": "11-16 09:00-11:00"})
    third = enter(desk, 1, code="HD003")
    assert third.warnings == ()
    cancel_sign_up(desk, third.registration_id)
    enter(desk, 2)
    waits = enter(desk, 2, code="HD002")
    assert (waits.state, [one.code for one in waits.warnings]) == ("confirmed", ["waits_elsewhere"])
    other = person(desk, 3)
    first = parties(desk)[0].resident_id
    error = refused(lambda: sign_up_resident(desk, "HD002", other, 2, members=[first]))
    assert error.code == "collides"
    assert isinstance(error, ActivityError)
    assert move_sign_up(desk, made.registration_id, "HD002").state == "confirmed"

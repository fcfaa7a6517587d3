"""Which mechanisms the centre keeps: decided by its manager from a day on; duties, posts and lists follow from it."""

from __future__ import annotations

import json
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import date
from functools import partial
from io import StringIO
from typing import Any

import pytest

from db.errors import DatabaseError
from frontdesk.cases import adopting, listing, service
from frontdesk.cases.number_words import duty_words
from frontdesk.cases.service import Adopted, DutyLine
from frontdesk.cli import run
from frontdesk.context import Context, Operator, open_context
from frontdesk.today import service as today_service
from tests.casesteps import code_refused, joined, turn_to

MEETING, WEEKLY = "area_weekly_meeting", "duty_area_weekly"


@pytest.fixture
def desk(desk: Context) -> Context:
    """The desk with an operator beside the manager, on Monday 9 November 2026."""
    joined(desk, "W002", "李四")
    return desk


def of(desk: Context, code: str = MEETING) -> Adopted:
    return next(one for one in service.adopted(desk) if one.definition.code == code)


def weekly(desk: Context) -> DutyLine:
    return next(one for one in service.duties(desk) if one.definition.code == WEEKLY)


def test_a_new_centre_is_told_of_a_weekly_meeting_as_soon_as_its_manager_says_that_it_keeps_one(desk: Context) -> None:
    assert of(desk).standing == "undecided" and of(desk).duties[0].code == WEEKLY
    assert not weekly(desk).is_asked
    service.adopt(desk, (MEETING,))
    assert of(desk).standing == "kept" and of(desk).is_kept
    turn_to(desk, 11, 14)
    assert (weekly(desk).is_asked, weekly(desk).pace, weekly(desk).lacking) == (True, "soon", 1)
    shown = today_service.today(desk, today_service.occasions(desk))
    assert WEEKLY in [one.values["key"] for one in shown.due if one.kind == "case_duty"]


def test_only_what_the_calendar_would_ask_for_is_to_be_decided_and_a_record_decides_it(desk: Context) -> None:
    waiting = {one.code for one in service.undecided(desk)}
    assert MEETING in waiting and "repair" not in waiting
    assert all(one.duties for one in service.adopted(desk) if one.standing == "undecided")
    service.open_case(desk, MEETING, {"topic": "停车", "held_on": "2026-11-12"})
    assert of(desk).standing == "by_record" and of(desk).first_record == "2026-11-09"
    assert {one.code for one in service.undecided(desk)} == waiting - {MEETING}


def test_what_is_not_kept_is_no_more_asked_for_from_its_day_on_and_the_weeks_before_stay_as_they_were(
    desk: Context,
) -> None:
    service.adopt(desk, (MEETING,), date(2026, 10, 26))
    turn_to(desk, 11, 17)
    service.drop(desk, (MEETING,), "并入街道例会", date(2026, 11, 16))
    assert not weekly(desk).is_asked and "并入街道例会" in duty_words(weekly(desk))
    weeks = service.duties_of_days(desk, date(2026, 10, 1), date(2026, 11, 30))
    assert [one.first for one in weeks] == [date(2026, 10, 26), date(2026, 11, 2), date(2026, 11, 9)]
    turn_to(desk, 11, 24)
    service.adopt(desk, (MEETING,))
    weeks = service.duties_of_days(desk, date(2026, 10, 1), date(2026, 11, 29))
    # The week without it in the middle is not asked for; those around it are.
    assert [one.first.day for one in weeks] == [26, 2, 9, 23]


def test_a_decision_for_a_later_day_holds_from_that_day_on(desk: Context) -> None:
    service.adopt(desk, (MEETING,), date(2026, 12, 1))
    found = of(desk)
    assert found.standing == "ahead" and found.next is not None and found.next.since == "2026-12-01"
    assert MEETING not in {one.code for one in service.undecided(desk)} and not weekly(desk).is_asked
    turn_to(desk, 12, 1)
    assert of(desk).standing == "kept" and of(desk).next is None and weekly(desk).is_asked


def test_what_is_decided_last_is_the_word_that_counts(desk: Context) -> None:
    service.drop(desk, (MEETING,), "年底再办", date(2026, 12, 1))
    service.adopt(desk, (MEETING,), date(2026, 11, 1))
    assert of(desk).standing == "kept"
    turn_to(desk, 12, 2)
    # Decided later, for the time from November on: December is in it.
    assert of(desk).standing == "kept"


def test_the_rest_is_dropped_for_one_reason_and_managers_alone_decide(desk: Context) -> None:
    operator = replace(desk, operator=Operator("W002", "李四", "operator"))
    for case in (
        lambda: service.adopt(operator, (MEETING,)),
        lambda: service.drop(operator, (MEETING,), "不办"),
        lambda: service.drop_rest(operator, "不办"),
    ):
        assert code_refused(case) == "manager_required"
    shown = today_service.today(operator, today_service.occasions(operator))
    assert "cases_undecided" not in [one.kind for one in shown.due]
    service.adopt(desk, (MEETING, "council_meeting"))
    count = len(service.undecided(desk))
    assert code_refused(lambda: service.drop_rest(desk, "  ")) == "reason_missing"
    assert service.drop_rest(desk, "本中心不办") == count > 0
    assert service.undecided(desk) == [] and of(desk).standing == "kept"
    assert of(desk, "star_rating").decision is not None
    assert code_refused(lambda: service.drop_rest(desk, "本中心不办")) == "nothing_undecided"
    shown = today_service.today(desk, today_service.occasions(desk))
    assert "cases_undecided" not in [one.kind for one in shown.due]


def test_nothing_is_decided_where_one_of_several_cannot_be(desk: Context) -> None:
    assert code_refused(lambda: service.adopt(desk, (MEETING, "no_such"))) == "unknown"
    assert code_refused(lambda: service.adopt(desk, (WEEKLY,))) == "unknown"
    assert code_refused(lambda: service.drop(desk, (MEETING,), " ")) == "reason_missing"
    assert code_refused(lambda: service.adopt(desk, (MEETING,), date(2028, 1, 1))) == "too_far"
    assert of(desk).standing == "undecided"
    service.adopt(desk, (MEETING,))
    assert code_refused(lambda: service.adopt(desk, ("council_meeting", MEETING))) == "decided_already"
    assert of(desk, "council_meeting").standing == "undecided"


def test_posts_of_a_team_are_vacant_from_the_decision_on_and_no_more_when_it_is_dropped(desk: Context) -> None:
    assert service.posts_vacant(desk) == []
    service.adopt(desk, ("ops_team",))
    assert [len(one.posts) for one in service.posts_vacant(desk)] == [3]
    service.drop(desk, ("ops_team",), "由街道统一设")
    assert service.posts_vacant(desk) == []


def test_what_is_not_kept_stands_last_among_what_can_be_entered(desk: Context) -> None:
    assert listing.kinds(desk)[0].definition.code == "first_contact"
    service.drop(desk, ("first_contact",), "由街道受理")
    last = listing.kinds(desk)[-1]
    assert last.definition.code == "first_contact" and last.is_dropped
    # It is no lock: a record that comes in all the same is kept.
    assert service.open_case(desk, "first_contact", {"matter": "医保", "first_receiver": "W002"}).row.id


def test_decisions_are_only_added_to(desk: Context) -> None:
    service.adopt(desk, (MEETING,))
    for statement in ("UPDATE case_adoption SET is_kept = 0", "DELETE FROM case_adoption"):
        with pytest.raises(DatabaseError, match="only added to"), desk.database.write() as connection:
            connection.execute(statement)


def test_mechanisms_are_kept_by_command(desk: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frontdesk.context.open_context", partial(open_context, clock=desk.clock))
    desk.database.close()
    monkeypatch.setenv("FRONTDESK_HOME", str(desk.home.path))

    def said(*command: str) -> Any:
        out = StringIO()
        with redirect_stdout(out):
            assert run(["--as", "M001", "case", *command, "--json"]) == 0
        return json.loads(out.getvalue())

    assert said("adopt", MEETING, "council_meeting", "--since", "2026-11-16") == {
        "adopted": [MEETING, "council_meeting"],
        "since": "2026-11-16",
    }
    assert said("drop", "star_rating", "--reason", "本区不评星级")["dropped"] == ["star_rating"]
    waiting = said("adopted", "--undecided")
    assert {one["standing"] for one in waiting} == {"undecided"}
    assert said("drop", "--rest", "--reason", "还没有开办") == {"dropped": len(waiting)}
    assert said("adopted", "--undecided") == []
    found = {one["definition"]: one for one in said("adopted")}
    assert found[MEETING]["next"] == {"since": "2026-11-16", "kept": True}
    assert (found["star_rating"]["kept"], found["star_rating"]["reason"]) == (False, "本区不评星级")
    for wrong in (("drop", "--reason", "x"), ("drop", MEETING, "--rest", "--reason", "x")):
        assert run(["--as", "M001", "case", *wrong]) == 2
    assert run(["--as", "M001", "case", "adopt", MEETING, "--since", "哪天"]) == 1


def test_what_another_window_decides_meanwhile_is_not_dropped_with_the_rest(
    desk: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = service.undecided(desk)

    def seen(context: Context) -> list[Any]:
        service.adopt(context, (MEETING,))
        return waiting

    monkeypatch.setattr(adopting, "undecided", seen)
    assert service.drop_rest(desk, "不办") == len(waiting) - 1
    assert of(desk).standing == "kept"
    monkeypatch.setattr(adopting, "undecided", lambda _: waiting)
    assert code_refused(lambda: service.drop_rest(desk, "不办")) == "nothing_undecided"

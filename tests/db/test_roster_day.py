"""A day of the roster: who takes over, what is handed over, who comes back, what a manager may and may not do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db import leave as leaves
from db import staff as records
from db.staff import Staff
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.roster import day, service
from frontdesk.roster.day.handover_rules import ab_state
from frontdesk.roster.model import RoleInSlot, SlotKey
from frontdesk.today.service import today
from tests.desks import contents
from tests.duties import MONDAY, Hands, acting_as, log, set_up, slot, who, worked

WEEK = {
    **{(number, "窗口", "早"): ("S1", "S2") for number in range(5)},
    **{(number, "咨询", "早"): ("S2", "S1") for number in range(5)},
    **{(number, "财务", "早"): ("S3", "S4") for number in range(5)},
    **{(number, "窗口", "晚"): ("S5", "S6") for number in range(5)},
}
MONDAY_WINDOW = slot(0, "窗口", "早")


@pytest.fixture
def hands(desk: Context) -> Hands:
    return set_up(desk, WEEK)


def refused(call: object, *arguments: object, **options: object) -> str:
    """The code with which a call is refused; nothing is changed by it."""
    context = arguments[0]
    assert isinstance(context, Context)
    before = contents(context)
    with pytest.raises(DeskError) as caught:
        call(*arguments, **options)  # type: ignore[operator]
    assert contents(context) == before
    return caught.value.code


def kinds(context: Context) -> list[str]:
    return [event.kind for event in log(context)]


def test_who_leaves_after_midnight_is_relieved_of_the_shift_that_runs_since_the_evening(desk: Context) -> None:
    night, tuesday = slot(0, "咨询", "夜"), MONDAY + timedelta(days=1)
    hands = set_up(desk, {(0, "咨询", "夜"): ("S5", "S6"), (1, "咨询", "夜"): ("S1", "S2")})
    hands.local(1, 2)
    done = day.report_absent(desk, "S5", tuesday, tuesday)
    assert who(desk, night)[0] == "S6"
    day.withdraw_absence(desk, done.leave_id)
    assert who(desk, night) == ("S5", "S6")


def test_the_standby_acts_at_once_and_a_new_standby_is_found(desk: Context, hands: Hands) -> None:
    done = day.report_absent(desk, "S1", MONDAY, MONDAY, kind="sick", reason="发烧")
    assert who(desk, MONDAY_WINDOW)[0] == "S2"
    assert who(desk, MONDAY_WINDOW) == ("S2", "S3"), (
        "whoever acts elsewhere may stand by at a post that shares its cover"
    )
    assert who(desk, slot(0, "咨询", "早")) == ("S2", None)
    assert done.alone == (slot(0, "咨询", "早"),), "S3 stands by already, S4 has to be free, the others come late"
    assert done.gaps == ()
    assert {one.post for one in done.take_over} == {"窗口"}
    assert who(desk, slot(1, "窗口", "早")) == ("S1", "S2")
    assert kinds(desk) == ["absent_cover", "absent", "standby_found"]
    assert [event.reason for event in log(desk)][:2] == ["发烧", "发烧"]


def test_reporting_the_same_absence_again_changes_nothing(desk: Context, hands: Hands) -> None:
    first = day.report_absent(desk, "S1", MONDAY, MONDAY)
    before = contents(desk)
    again = day.report_absent(desk, "S1", MONDAY, MONDAY)
    assert (again.leave_id, again.changes) == (first.leave_id, ())
    assert contents(desk) == before


def test_what_is_over_stays_and_what_runs_changes(desk: Context, hands: Hands) -> None:
    hands.local(1, 15)
    day.report_absent(desk, "S1", MONDAY, MONDAY + timedelta(days=2))
    day.report_absent(desk, "S5", MONDAY + timedelta(days=1), MONDAY + timedelta(days=1))
    assert who(desk, slot(1, "窗口", "早")) == ("S1", "S2"), "it ended at this minute"
    assert who(desk, slot(1, "窗口", "晚"))[0] == "S6", "it is running"
    assert who(desk, slot(2, "窗口", "早"))[0] == "S2"


def test_an_absence_from_a_minute_on_leaves_what_ends_before(desk: Context, hands: Hands) -> None:
    day.report_absent(desk, "S1", MONDAY, MONDAY + timedelta(days=1), from_minute=15 * 60)
    assert who(desk, MONDAY_WINDOW) == ("S1", "S2")
    assert who(desk, slot(1, "窗口", "早"))[0] == "S2"


def test_both_absent_is_an_alarm_with_ranked_substitutes_and_the_head_last(desk: Context, hands: Hands) -> None:
    day.report_absent(desk, "S4", MONDAY, MONDAY)
    for no in ("S1", "S2", "S5", "S6"):
        day.report_absent(desk, no, MONDAY, MONDAY)
    done = day.report_absent(desk, "S3", MONDAY, MONDAY)
    gap = next(one for one in done.gaps if one.slot.post == "财务")
    assert [(one.staff_no, one.head) for one in gap.candidates] == [("M001", True)]
    assert not gap.candidates[-1].legal
    assert day.report_absent(desk, "S3", MONDAY, MONDAY).gaps == done.gaps, "asked again it says so again"
    assert {due.values["post"] for due in today(desk).due if due.kind == "gap_ahead"} == {"窗口", "咨询", "财务"}
    assert any("王五" in line and "空岗" in line for line in service.coverage_words(done))


def test_the_setting_names_the_head(desk: Context, hands: Hands) -> None:
    assert day.head_of_centre(desk.database.connection) == "M001"
    with desk.database.write() as connection:
        connection.execute("INSERT INTO setting (key, value) VALUES ('head_of_centre', '\"S6\"')")
    assert day.head_of_centre(desk.database.connection) == "S6"


def test_back_means_back_in_what_has_not_begun(desk: Context, hands: Hands) -> None:
    day.report_absent(desk, "S1", MONDAY, MONDAY + timedelta(days=4))
    hands.local(1, 8)
    done = day.report_back(desk, "S1")
    assert who(desk, slot(1, "窗口", "早"))[0] == "S2", "it has begun"
    assert who(desk, slot(2, "窗口", "早")) == ("S1", "S2")
    assert who(desk, slot(2, "咨询", "早")) == ("S2", "S1")
    assert done.kept == ()
    assert service.away_on(desk, MONDAY + timedelta(days=2)) == {}


def test_who_is_back_takes_the_role_even_if_the_standby_is_gone_meanwhile(desk: Context, hands: Hands) -> None:
    tuesday = MONDAY + timedelta(days=1)
    day.report_absent(desk, "S3", MONDAY, tuesday)
    day.report_absent(desk, "S4", tuesday, tuesday)
    day.report_back(desk, "S3")
    assert who(desk, slot(1, "财务", "早")) == ("S3", None)
    day.report_back(desk, "S4", (desk.now() + timedelta(hours=20)))
    assert who(desk, slot(1, "财务", "早")) == ("S3", "S4"), "B never drives the planned A away"


def test_saying_to_be_back_tomorrow_ends_the_leave_then_and_not_before(desk: Context, hands: Hands) -> None:
    done = day.report_absent(desk, "S1", MONDAY, MONDAY + timedelta(days=4))
    hands.local(0, 9)
    day.report_back(desk, "S1", desk.now() + timedelta(hours=20))
    assert set(service.away_on(desk, MONDAY + timedelta(days=1))) == {"S1"}, "until five in the morning"
    assert service.away_on(desk, MONDAY + timedelta(days=2)) == {}
    assert who(desk, MONDAY_WINDOW)[0] == "S2"
    assert who(desk, slot(1, "窗口", "早")) == ("S1", "S2")
    kept = leaves.get(desk.database.connection, done.leave_id)
    assert kept is not None
    assert (kept.last_day, kept.until_minute, kept.state) == ("2026-11-10", 300, "reported")


def test_a_mistaken_absence_is_undone_unless_somebody_decided_since(desk: Context, hands: Hands) -> None:
    wednesday = MONDAY + timedelta(days=2)
    done = day.report_absent(desk, "S1", MONDAY, wednesday)
    day.assign(desk, slot(2, "窗口", "早"), "acting", "M001", "调整", override=True)
    restored = day.withdraw_absence(desk, done.leave_id)
    assert who(desk, MONDAY_WINDOW) == ("S1", "S2")
    assert who(desk, slot(1, "咨询", "早")) == ("S2", "S1")
    assert who(desk, slot(2, "窗口", "早"))[0] == "M001"
    assert [one for one, _ in restored.kept] == [slot(2, "窗口", "早")]
    assert refused(day.withdraw_absence, desk, done.leave_id) == "leave_closed"


def test_a_and_b_do_not_go_away_together(desk: Context, hands: Hands) -> None:
    friday = MONDAY + timedelta(days=4)
    first = day.ask_leave(desk, "S3", friday, friday)
    assert first.clashes == ()
    day.approve_leave(desk, first.leave_id)
    second = day.ask_leave(desk, "S4", friday, friday)
    assert [(one.post, one.names) for one in second.clashes] == [("财务", ("王三",))]
    assert refused(day.approve_leave, desk, second.leave_id) == "both_away"
    assert refused(day.approve_leave, desk, second.leave_id, covering="S3") == "cover_is_away"
    done = day.approve_leave(desk, second.leave_id, covering="M001", reason="负责人顶岗")
    assert done.gaps == () or who(desk, slot(4, "财务", "早"))[0] is not None


def test_whoever_the_manager_names_acts_where_nobody_is_left(desk: Context, hands: Hands) -> None:
    friday = MONDAY + timedelta(days=4)
    for no in ("S1", "S2", "S5", "S6"):
        day.report_absent(desk, no, friday, friday)
    day.approve_leave(desk, day.ask_leave(desk, "S3", friday, friday).leave_id)
    asked = day.ask_leave(desk, "S4", friday, friday)
    day.approve_leave(desk, asked.leave_id, covering="M001", reason="负责人顶岗")
    assert who(desk, slot(4, "财务", "早"))[0] == "M001"
    assert kinds(desk)[-1] == "substitute"


def test_leave_is_decided_by_a_manager_and_once(desk: Context, hands: Hands) -> None:
    asked = day.ask_leave(desk, "S5", MONDAY + timedelta(days=3), MONDAY + timedelta(days=3))
    assert refused(day.ask_leave, desk, "S5", MONDAY + timedelta(days=3), MONDAY + timedelta(days=9)) == "already_away"
    acting_as(desk, "S5")
    assert refused(day.approve_leave, desk, asked.leave_id) == "manager_required"
    acting_as(desk, "M001")
    assert [one.staff_no for one, _, _ in day.leave_requests(desk)] == ["S5"]
    day.refuse_leave(desk, asked.leave_id, "人手不够")
    decided = leaves.get(desk.database.connection, asked.leave_id)
    assert decided is not None
    assert (decided.state, decided.decided_by, decided.decision) == ("refused", "M001", "人手不够")
    assert refused(day.approve_leave, desk, asked.leave_id) == "leave_decided"
    assert who(desk, slot(3, "窗口", "晚")) == ("S5", "S6")


def test_bad_days_and_people_are_refused(desk: Context, hands: Hands) -> None:
    assert refused(day.report_absent, desk, "无", MONDAY, MONDAY) == "unknown_staff"
    assert refused(day.report_absent, desk, "S1", MONDAY, MONDAY - timedelta(days=1)) == "bad_days"
    assert refused(day.report_absent, desk, "S1", MONDAY, MONDAY, from_minute=600, until_minute=600) == "bad_days"
    assert refused(day.report_absent, desk, "S1", MONDAY, MONDAY, reason="a\x1b[2J") == "bad_text"
    assert refused(day.report_absent, desk, "S1", MONDAY, MONDAY, reason="长" * 501) == "bad_text"
    assert refused(day.ask_leave, desk, "S1", MONDAY - timedelta(days=3), MONDAY - timedelta(days=2)) == (
        "leave_in_the_past"
    )


def steps(context: Context) -> list[tuple[str, str, bool]]:
    return [(one.step, one.post, one.late) for one in day.handovers_due(context)]


def test_a_planned_leave_walks_from_handover_to_briefing(desk: Context, hands: Hands) -> None:
    friday, thursday = MONDAY + timedelta(days=4), MONDAY + timedelta(days=3)
    asked = day.ask_leave(desk, "S3", friday, friday)
    assert asked.handover_due == thursday
    day.approve_leave(desk, asked.leave_id)
    assert day.states(desk, asked.leave_id) == {"财务": "leave_planned"}
    assert steps(desk) == []
    early = [(one.step, one.post, one.late) for one in day.steps_of(desk, asked.leave_id)]
    assert early == [("write", "财务", False)], "it may be written at once"
    hands.local(3, 9)
    assert steps(desk) == [("write", "财务", False)]
    assert refused(day.write_handover, desk, asked.leave_id, "财务", "S4", ["  "]) == "nothing_to_hand_over"
    number = day.write_handover(desk, asked.leave_id, "财务", "S4", ["张阿姨的报销单", "月底对账"], ["保险柜钥匙"])
    assert day.states(desk, asked.leave_id) == {"财务": "handover_written"}
    acting_as(desk, "S5")
    assert refused(day.acknowledge_handover, desk, number) == "not_your_handover"
    acting_as(desk, "S4")
    assert day.acknowledge_handover(desk, number).acked_at is not None
    assert day.states(desk, asked.leave_id) == {"财务": "acked"}
    assert steps(desk) == []
    hands.local(4, 9)
    assert day.states(desk, asked.leave_id) == {"财务": "covered"}
    assert refused(day.brief_back, desk, number, "都办了", materials_back=True) == "not_back_yet"
    hands.local(7, 8)
    assert steps(desk) == [("brief", "财务", True)]
    done = day.report_back(desk, "S3")
    assert [one.id for one in done.briefings] == [number]
    assert day.states(desk, asked.leave_id) == {"财务": "returned"}
    assert refused(day.brief_back, desk, number, " ", materials_back=True) == "briefing_is_empty"
    briefed = day.brief_back(desk, number, "报销单已交，对账未完", materials_back=True)
    assert briefed.materials_back
    assert day.states(desk, asked.leave_id) == {"财务": "return_briefed"}
    assert steps(desk) == []


def test_the_handover_is_due_a_working_day_before(desk: Context, hands: Hands) -> None:
    asked = day.ask_leave(desk, "S3", MONDAY + timedelta(days=7), MONDAY + timedelta(days=7))
    assert asked.handover_due == MONDAY + timedelta(days=4), "Friday before Monday"


def test_an_emergency_is_covered_first_and_handed_over_late(desk: Context, hands: Hands) -> None:
    done = day.report_absent(desk, "S3", MONDAY, MONDAY + timedelta(days=1))
    assert done.take_over[0].handover is None
    assert ("write", "财务", True) in steps(desk)
    number = day.write_handover(desk, done.leave_id, "财务", "S4", ["对账"])
    assert leaves.handovers(desk.database.connection, done.leave_id)[0].late
    assert day.states(desk, done.leave_id)["财务"] == "handover_late"
    assert steps(desk) == [("acknowledge", "财务", True)]
    assert number == leaves.handovers(desk.database.connection, done.leave_id)[0].id


def test_half_a_day_needs_no_handover(desk: Context, hands: Hands) -> None:
    day.report_absent(desk, "S3", MONDAY, MONDAY, from_minute=720)
    assert steps(desk) == []


def test_b_is_told_what_was_handed_over(desk: Context, hands: Hands) -> None:
    friday = MONDAY + timedelta(days=4)
    asked = day.ask_leave(desk, "S3", friday, friday)
    day.write_handover(desk, asked.leave_id, "财务", "S4", ["对账"], ["钥匙"])
    done = day.approve_leave(desk, asked.leave_id)
    assert [(one.to_staff, one.handover and one.handover.items) for one in done.take_over] == [("S4", "对账")]
    assert any("对账" in line and "钥匙" in line for line in service.coverage_words(done))


def test_an_edit_that_breaks_a_rule_needs_a_manager_and_a_reason(desk: Context, hands: Hands) -> None:
    tuesday = slot(1, "窗口", "早")
    assert refused(day.assign, desk, tuesday, "acting", "M001") == "rules_broken"
    assert refused(day.assign, desk, tuesday, "acting", "M001", override=True) == "override_needs_reason"
    assert refused(day.assign, desk, tuesday, "acting", "S5", "急事", override=True) == "never_allowed", "two places"
    acting_as(desk, "S2")
    assert refused(day.assign, desk, tuesday, "acting", "M001", "急事", override=True) == "manager_required"
    acting_as(desk, "M001")
    done = day.assign(desk, tuesday, "acting", "M001", "急事", override=True)
    assert [one.code for one in done.findings if one.hard] == ["unqualified"]
    assert who(desk, tuesday) == ("M001", "S2")
    assert log(desk)[-1].reason == "急事"


def test_an_edit_exchanges_the_two_roles_of_a_slot(desk: Context, hands: Hands) -> None:
    day.assign(desk, slot(0, "财务", "早"), "acting", "S4")
    assert who(desk, slot(0, "财务", "早")) == ("S4", "S3")
    assert day.assign(desk, slot(0, "财务", "早"), "acting", "S4").change is None


def test_a_post_is_not_emptied_by_mistake(desk: Context, hands: Hands) -> None:
    assert refused(day.assign, desk, MONDAY_WINDOW, "acting", None) == "would_be_empty"
    day.assign(desk, MONDAY_WINDOW, "standby", None)
    assert who(desk, MONDAY_WINDOW) == ("S1", None)
    assert [due.values["count"] for due in today(desk).due if due.kind == "alone_ahead"] == [1]


def test_nobody_who_is_away_is_put_anywhere(desk: Context, hands: Hands) -> None:
    day.report_absent(desk, "M001", MONDAY, MONDAY)
    assert refused(day.assign, desk, MONDAY_WINDOW, "acting", "M001", "急", override=True) == "never_allowed"


def test_a_locked_slot_is_not_edited_and_an_absence_changes_it_all_the_same(desk: Context, hands: Hands) -> None:
    day.lock(desk, MONDAY_WINDOW)
    assert day.lock(desk, MONDAY_WINDOW) is None
    assert refused(day.assign, desk, MONDAY_WINDOW, "standby", None) == "slot_locked"
    day.report_absent(desk, "S1", MONDAY, MONDAY)
    assert who(desk, MONDAY_WINDOW)[0] == "S2"
    day.lock(desk, MONDAY_WINDOW, False)
    assert not worked(desk)[MONDAY_WINDOW].locked


def test_what_is_over_is_corrected_only_by_a_manager(desk: Context, hands: Hands) -> None:
    hands.local(0, 16)
    assert refused(day.assign, desk, MONDAY_WINDOW, "standby", None) == "slot_over"
    day.assign(desk, MONDAY_WINDOW, "standby", None, "当天无备班", override=True)
    assert who(desk, MONDAY_WINDOW) == ("S1", None)
    assert refused(day.assign, desk, slot(0, "窗口", "夜"), "acting", "S1") == "unknown_slot"


def test_colleagues_exchange_two_slots_after_seeing_every_rule(desk: Context, hands: Hands) -> None:
    mine, yours = slot(1, "窗口", "早"), slot(1, "财务", "早")
    asked = day.ask_swap(desk, mine, "acting", asked_by="S1", with_staff="S3", other=(yours, "acting"))
    assert [one.code for one in asked.findings if one.hard] == [], "S1 backs 咨询, where the standby may act elsewhere"
    acting_as(desk, "S2")
    assert refused(day.agree_swap, desk, asked.swap_id) == "not_your_swap"
    acting_as(desk, "S3")
    day.agree_swap(desk, asked.swap_id)
    assert who(desk, mine) == ("S3", "S2")
    assert who(desk, yours) == ("S1", "S4")
    assert refused(day.agree_swap, desk, asked.swap_id) == "swap_closed"
    assert {event.swap_id for event in log(desk)} == {asked.swap_id}


def test_a_swap_that_breaks_a_rule_says_which(desk: Context, hands: Hands) -> None:
    asked = day.ask_swap(desk, slot(2, "窗口", "早"), "acting", asked_by="S1", with_staff="S5")
    assert "overlap" in {one.code for one in asked.findings}
    assert [one.code for one in day.swap_findings(desk, asked.swap_id)] == [one.code for one in asked.findings]
    assert refused(day.agree_swap, desk, asked.swap_id) == "swap_breaks"
    day.decline_swap(desk, asked.swap_id)
    assert refused(day.decline_swap, desk, asked.swap_id) == "swap_closed"


def test_what_each_swap_would_break_is_known_before_any_is_asked(desk: Context, hands: Hands) -> None:
    mine = slot(2, "窗口", "早")
    yours: tuple[SlotKey, RoleInSlot] = (slot(2, "财务", "早"), "acting")
    day.lock(desk, slot(3, "财务", "早"))
    partners: list[tuple[str, tuple[SlotKey, RoleInSlot] | None]] = [
        ("S5", None),
        ("S3", yours),
        ("S3", (slot(3, "财务", "早"), "acting")),
    ]
    breaking, fine, locked = day.swap_prospects(desk, mine, "acting", asked_by="S1", partners=partners)
    assert day.swaps_waiting(desk) == [], "nothing is asked"
    assert "overlap" in {one.code for one in breaking.hard}
    assert (fine.refusal, fine.hard) == (None, [])
    assert locked.refusal is not None and locked.refusal.code == "slot_locked"
    asked = day.ask_swap(desk, mine, "acting", asked_by="S1", with_staff="S3", other=yours)
    assert asked.findings == fine.findings
    assert refused(day.swap_prospects, desk, mine, "acting", asked_by="S2", partners=[]) == "not_in_role"


def test_a_swap_goes_stale_when_the_roster_changes(desk: Context, hands: Hands) -> None:
    wednesday = MONDAY + timedelta(days=2)
    asked = day.ask_swap(desk, slot(2, "财务", "早"), "acting", asked_by="S3", with_staff="S6")
    assert refused(day.ask_swap, desk, slot(2, "财务", "早"), "acting", asked_by="S3") == "swap_waits"
    day.report_absent(desk, "S3", wednesday, wednesday)
    assert refused(day.agree_swap, desk, asked.swap_id) == "swap_stale"
    day.withdraw_swap(desk, asked.swap_id)


def test_swaps_are_asked_for_by_those_who_stand_there(desk: Context, hands: Hands) -> None:
    assert refused(day.ask_swap, desk, MONDAY_WINDOW, "acting", asked_by="S2") == "not_in_role"
    assert refused(day.ask_swap, desk, MONDAY_WINDOW, "acting", asked_by="S1") == "slot_begun"
    tuesday = slot(1, "窗口", "早")
    assert refused(day.ask_swap, desk, tuesday, "acting", asked_by="S1", with_staff="S1") == "swap_with_self"
    assert (
        refused(day.ask_swap, desk, tuesday, "acting", asked_by="S1", other=(slot(1, "财务", "早"), "acting"))
        == "swap_needs_partner"
    )


def test_an_open_shift_is_taken_by_whoever_legally_can(desk: Context, hands: Hands) -> None:
    with desk.database.write() as connection:
        records.put(connection, Staff(no="S9", name="周九", kind="专职"))
    thursday = slot(3, "财务", "早")
    asked = day.ask_swap(desk, thursday, "acting", asked_by="S3")
    assert [(one.slot, one.offered_by) for one in day.open_shifts(desk)] == [(thursday, "王三")]
    assert refused(day.agree_swap, desk, asked.swap_id, "S9") == "swap_breaks", "untrained"
    assert refused(day.agree_swap, desk, asked.swap_id, "S4") == "swap_breaks", "the standby of the same slot"
    day.report_absent(desk, "S5", MONDAY + timedelta(days=2), MONDAY + timedelta(days=3))
    assert refused(day.agree_swap, desk, asked.swap_id, "S5") == "swap_breaks", "away"
    assert kinds(desk).count("open_taken") == 0


def test_an_empty_role_is_open_to_all(desk: Context, hands: Hands) -> None:
    friday = slot(4, "财务", "早")
    day.assign(desk, friday, "standby", None)
    assert [(one.slot, one.role) for one in day.open_shifts(desk)] == [(friday, "standby")]
    assert refused(day.take_open, desk, friday, "acting", "S4") == "slot_taken"
    day.take_open(desk, friday, "standby", "S4")
    assert who(desk, friday) == ("S3", "S4")
    assert day.open_shifts(desk) == []


def test_now_and_next_over_overlapping_shifts(desk: Context, hands: Hands) -> None:
    hands.local(0, 14)
    window = next(one for one in day.now_and_next(desk) if one.post == "窗口")
    assert [(one.shift, one.acting_name, one.standby_name) for one in window.now] == [
        ("早", "张一", "李二"),
        ("晚", "钱五", "孙六"),
    ]
    assert window.next is not None
    assert (window.next.day, window.next.shift) == (MONDAY + timedelta(days=1), "早")


def test_without_a_published_day_duty_follows_from_a_and_b(desk: Context, hands: Hands) -> None:
    sunday = MONDAY + timedelta(days=6)
    day.report_absent(desk, "S3", sunday, sunday)
    lines = {line.post: line for line in service.duty_of(desk, sunday)}
    assert [one.staff_no for one in lines["财务"].acting] == ["S4"]
    assert lines["财务"].covered
    hands.local(6, 9)
    line = next(one for one in day.now_and_next(desk) if one.post == "财务")
    assert [(one.acting, one.starts) for one in line.now] == [("S4", None)]


def test_a_published_day_has_a_line_for_every_shift(desk: Context, hands: Hands) -> None:
    day.report_absent(desk, "S1", MONDAY, MONDAY)
    lines = service.duty_of(desk, MONDAY)
    assert [(line.post, line.shift, line.covered, line.gap) for line in lines] == [
        ("窗口", "早", True, False),
        ("窗口", "晚", False, False),
        ("咨询", "早", False, False),
        ("财务", "早", False, False),
    ]
    assert [one.staff_no for one in lines[0].away] == ["S1"]


def test_planned_and_worked_both_remain_with_the_reasons(desk: Context, hands: Hands) -> None:
    day.report_absent(desk, "S1", MONDAY, MONDAY, reason="发烧")
    changed = day.differences(desk, MONDAY, MONDAY)
    assert [one.slot for one in changed] == [MONDAY_WINDOW, slot(0, "咨询", "早")]
    assert (changed[0].planned_acting, changed[0].acting) == ("S1", "S2")
    assert changed[0].events[0].reason == "发烧"
    assert len(day.as_worked(desk, MONDAY, MONDAY + timedelta(days=6))) == len(WEEK)


def test_a_refused_leave_is_normal_for_the_post(desk: Context, hands: Hands) -> None:
    asked = day.ask_leave(desk, "S3", MONDAY + timedelta(days=4), MONDAY + timedelta(days=4))
    leave = leaves.get(desk.database.connection, asked.leave_id)
    assert leave is not None
    assert ab_state(leave, [], MONDAY) == "normal"

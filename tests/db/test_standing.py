"""The standing order in the centre's file: approval, filing, renaming, closing, and what the roster makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from db import duty as duties
from db import leave as leaves
from db import staff as staff_records
from db import standing_log
from db.duty import DutySlot, Plan, PlanSlot
from db.staff import Staff
from db.standing import DAY_KINDS, Competency, Contract, WishRow
from frontdesk.calendar.service import set_day
from frontdesk.context import Context, Operator
from frontdesk.errors import DeskError
from frontdesk.roster.model import RANK_A, RANK_B, RANK_QUALIFIED, Assignment, SlotKey
from frontdesk.roster.situation import load, load_plan
from frontdesk.roster.standing import service as standing
from frontdesk.roster.standing.changes import (
    Batch,
    Change,
    PutCompetency,
    PutContract,
    PutPost,
    PutShift,
    RemoveShift,
    RenamePost,
    SetForbidden,
    SetHolder,
    SetOpening,
    SetQualification,
)
from frontdesk.roster.standing.order import OrderPost, OrderShift
from frontdesk.roster.standing.words import difference
from frontdesk.staff.service import import_staff
from tests.desks import NOON, contents, new_desk, sheet

TODAY = NOON.date()
MONDAY = date(2026, 11, 16)
SUNDAY = MONDAY + timedelta(days=6)
COUNTER, ELDERLY = "综合服务台", "为老服务"
DAY = OrderShift(code="白", name="白班", starts=510, ends=1020, break_minutes=60)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """A centre with two posts and four people, and nothing but the staff list."""
    context = new_desk(tmp_path / "home")
    rows = [
        ["S1", "李磊", "专职", COUNTER, "A角"],
        ["S2", "萧红", "专职", COUNTER, "B角"],
        ["S3", "曹娟", "专职", ELDERLY, "A角"],
        ["S4", "武嘉", "专职", ELDERLY, "B角"],
    ]
    import_staff(context, sheet(tmp_path, "工号 姓名 人员类别 岗位 角色", rows))
    yield context
    context.database.close()


@pytest.fixture
def operator(desk: Context) -> Context:
    """The same centre with somebody who is no manager."""
    return replace(desk, operator=Operator("S1", "李磊", "operator"))


def refusal(call: object, *arguments: object) -> str:
    """The code with which a call is refused."""
    with pytest.raises(DeskError) as refused:
        call(*arguments)  # type: ignore[operator]
    return refused.value.code


def opened(context: Context, *more: Change) -> None:
    """One shift, every post open every day, and these changes."""
    standing.ask(context, standing.propose_standing_order(context, cross_trained=False))
    for change in more:
        standing.ask(context, change)


def publish(context: Context, slots: list[DutySlot]) -> None:
    """Put slots into the roster as if a plan had been published."""
    with context.database.write() as connection:
        plan = Plan(
            id=0, first_day="2026-11-01", last_day="2026-12-31", state="published", made_at=1, made_by="M001", status=""
        )
        plan_id = duties.add_plan(connection, plan, slots)
        for slot in slots:
            duties.put_slot(connection, slot.model_copy(update={"plan_id": plan_id}))


def slot(day: date, post: str, acting: str | None, standby: str | None, *, locked: bool = False) -> DutySlot:
    """A slot of the day shift."""
    return DutySlot(
        day=day.isoformat(),
        post=post,
        shift="白",
        starts=510,
        ends=1020,
        break_minutes=60,
        acting=acting,
        standby=standby,
        locked=locked,
        plan_id=0,
    )


def test_an_operators_change_waits_and_a_managers_is_in_force(desk: Context, operator: Context) -> None:
    change = PutShift(shift=DAY)
    asked = standing.ask(operator, change)
    assert (asked.state, asked.asked_by) == ("pending", "S1")
    assert standing.standing_order(desk).shifts == {}
    assert standing.ask(operator, change) == asked
    assert [row.id for row, _ in standing.pending_changes(desk)] == [asked.id]
    done = standing.approve(desk, asked.id)
    assert (done.state, done.decided_by) == ("approved", "M001")
    assert standing.standing_order(desk).shifts == {"白": DAY}
    other = PutShift(shift=DAY.model_copy(update={"ends": 1000}))
    assert standing.ask(desk, other).state == "approved"
    assert standing.pending_changes(desk) == []


def test_only_a_manager_decides_and_only_once(desk: Context, operator: Context) -> None:
    asked = standing.ask(operator, PutShift(shift=DAY))
    assert refusal(standing.approve, operator, asked.id) == "manager_required"
    assert refusal(standing.reject, desk, asked.id, "  ") == "reason_missing"
    standing.reject(desk, asked.id, "时间不对")
    row, change = standing.history(desk)[0]
    assert (row.state, row.reason, row.decided_by) == ("rejected", "时间不对", "M001")
    assert change == PutShift(shift=DAY)
    assert refusal(standing.approve, desk, asked.id) == "already_decided"
    assert refusal(standing.reject, desk, asked.id + 1, "无") == "unknown_change"
    assert standing.standing_order(desk).shifts == {}


def test_whoever_asked_takes_it_back_and_nobody_else_without_being_manager(desk: Context, operator: Context) -> None:
    asked = standing.ask(operator, PutShift(shift=DAY))
    other = replace(desk, operator=Operator("S2", "萧红", "operator"))
    assert refusal(standing.reject, other, asked.id, "不要") == "manager_required"
    standing.reject(operator, asked.id, "写错了")
    assert standing.pending_changes(desk) == []


def test_an_auditor_asks_for_nothing(desk: Context) -> None:
    with desk.database.write() as connection:
        staff_records.set_role(connection, "S4", "auditor")
    auditor = replace(desk, operator=Operator("S4", "武嘉", "auditor"))
    assert refusal(standing.ask, auditor, PutShift(shift=DAY)) == "auditor_reads_only"


def test_what_waits_is_checked_again_by_the_order_as_it_is_when_it_is_approved(
    desk: Context, operator: Context
) -> None:
    opened(desk)
    asked = standing.ask(operator, SetHolder(post=COUNTER, staff_no="S3", ab="B"))
    standing.ask(desk, SetHolder(post=COUNTER, staff_no="S3", ab="A"))
    before = contents(desk, audit=True)
    assert refusal(standing.approve, desk, asked.id) == "same_person"
    assert contents(desk, audit=True) == before


def test_a_refused_or_needless_change_leaves_nothing_behind(desk: Context) -> None:
    opened(desk)
    before = contents(desk, audit=True)
    bad = Batch(
        source="desk",
        changes=(
            SetHolder(post=COUNTER, staff_no="S3", ab="B"),
            SetHolder(post="没有", staff_no="S3", ab="B"),
        ),
    )
    assert refusal(standing.ask, desk, bad) == "unknown_post"
    assert refusal(standing.ask, desk, SetHolder(post=COUNTER, staff_no="S1", ab="A")) == "nothing_changed"
    assert refusal(standing.ask, desk, RemoveShift(code="白")) == "shift_in_use"
    assert contents(desk, audit=True) == before


def test_somebody_holds_two_posts_and_the_staff_list_imported_again_changes_nothing(
    desk: Context, tmp_path: Path
) -> None:
    standing.ask(desk, SetHolder(post=COUNTER, staff_no="S3", ab="B"))
    before = contents(desk)
    for post, letter in ((ELDERLY, "A角"), (COUNTER, "B角")):
        rows = [["S3", "曹娟", "专职", post, letter]]
        path = sheet(tmp_path, "工号 姓名 人员类别 岗位 角色", rows, name=f"{letter}.csv")
        assert import_staff(desk, path).unchanged == 1
        assert contents(desk) == before


def test_a_renamed_post_is_the_same_post_in_the_roster_and_its_log(desk: Context) -> None:
    opened(
        desk,
        PutPost(post=OrderPost(name=COUNTER, requirements=("健康证",))),
        PutCompetency(competency=Competency(staff_no="S3", post=COUNTER, level=2)),
    )
    publish(desk, [slot(MONDAY, COUNTER, "S1", "S2")])
    standing.ask(desk, RenamePost(name=COUNTER, new_name="总台"))
    connection = desk.database.connection
    assert [one.post for one in duties.slots(connection, "2026-11-16", "2026-11-16")] == ["总台"]
    order = standing.standing_order(desk)
    assert list(order.posts) == ["总台", ELDERLY]
    assert order.posts["总台"].requirements == ("健康证",)
    assert order.holders_of("总台", "B") == ["S2"]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_closed_post_has_no_slots_from_its_day_on_and_the_log_says_who_stood_there(desk: Context) -> None:
    opened(desk)
    days = [TODAY, MONDAY, MONDAY + timedelta(days=1)]
    publish(desk, [slot(day, post, "S1", "S2") for day in days for post in (COUNTER, ELDERLY)])
    closed = PutPost(post=OrderPost(name=ELDERLY, closed_on=MONDAY.isoformat()))
    too_late = PutPost(post=OrderPost(name=ELDERLY, closed_on=TODAY.isoformat()))
    assert refusal(standing.ask, desk, too_late) == "close_too_late"
    standing.ask(desk, closed)
    connection = desk.database.connection
    left = [(one.day, one.post) for one in duties.slots(connection, "2026-01-01", "2026-12-31") if one.post == ELDERLY]
    assert left == [(TODAY.isoformat(), ELDERLY)]
    events = duties.events(connection, "2026-01-01", "2026-12-31")
    assert [(one.kind, one.day, one.acting_before, one.acting_after) for one in events] == [
        ("post_closed", "2026-11-16", "S1", None),
        ("post_closed", "2026-11-17", "S1", None),
    ]
    situation, _ = load(desk, MONDAY + timedelta(days=7), MONDAY + timedelta(days=13))
    assert {key.post for key in situation.slots} == {COUNTER}


def test_a_shift_somebody_still_wishes_for_stays_and_past_wishes_go_with_it(desk: Context) -> None:
    standing.ask(desk, PutShift(shift=DAY))
    day = TODAY + timedelta(days=3)
    wish = WishRow(
        staff_no="S1", first_day=day.isoformat(), last_day=day.isoformat(), shift="白", wanted=True, weight=2
    )
    number = standing.add_wish(desk, wish)
    assert refusal(standing.ask, desk, RemoveShift(code="白")) == "shift_wished_for"
    later = replace(desk, clock=lambda: NOON + timedelta(days=5))
    standing.ask(later, RemoveShift(code="白"))
    assert standing.standing_order(desk).shifts == {}
    assert refusal(standing.remove_wish, desk, number) == "unknown_wish"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"staff_no": "S9"}, "unknown_staff"),
        ({"shift": "夜"}, "unknown_shift"),
        ({"first_day": "2026-12-02", "last_day": "2026-12-01"}, "bad_wish_days"),
        ({"last_day": "2028-12-01"}, "bad_wish_days"),
        ({"last_day": "明天"}, "bad_day"),
        ({"weight": 6}, "bad_weight"),
        ({"note": "两\n行"}, "bad_note"),
    ],
)
def test_a_wish_that_cannot_be_is_refused(desk: Context, given: dict[str, object], code: str) -> None:
    fine = {"staff_no": "S1", "first_day": "2026-12-01", "last_day": "2026-12-01", "wanted": False, "weight": 3}
    assert refusal(standing.add_wish, desk, WishRow.model_validate(fine | given)) == code


def test_a_filing_keeps_the_order_as_it_was_whatever_comes_after(desk: Context) -> None:
    opened(desk)
    filed = standing.file_order(desk, date(2026, 12, 1))
    was = standing.standing_order(desk)
    standing.ask(desk, SetHolder(post=COUNTER, staff_no="S3", ab="B"))
    second = standing.file_order(desk, date(2026, 12, 1))
    assert standing.filed_order(standing.filing_of(desk, filed.id)) == was
    assert difference(was, standing.filed_order(second)) == ["曹娟 任“综合服务台”B角"]
    assert [one.id for one in standing.filings(desk)] == [second.id, filed.id]
    assert refusal(standing.file_order, desk, date(2026, 11, 30)) == "files_backwards"
    again = standing.file_order(desk, date(2026, 12, 1))
    assert again.digest == second.digest


def test_an_altered_filing_is_found_out(desk: Context, operator: Context) -> None:
    opened(desk)
    filed = standing.file_order(desk, date(2026, 12, 1))
    with desk.database.write() as connection:
        connection.execute("UPDATE standing_filing SET document = replace(document, 'S1', 'S4')")
    assert refusal(standing.filing_of, desk, filed.id) == "filing_damaged"
    assert refusal(standing.filing_of, desk, filed.id + 1) == "unknown_filing"
    assert refusal(standing.file_order, operator, date(2026, 12, 1)) == "manager_required"


def test_a_centre_with_nothing_but_its_staff_list_gets_a_usable_order_with_one_action(desk: Context) -> None:
    asked = standing.ask(desk, standing.propose_standing_order(desk, staggered=[COUNTER]))
    assert asked.state == "approved"
    assert standing.order_findings(desk) == []
    situation, roster = load(desk, MONDAY, SUNDAY)
    assert len(situation.slots) == 7 * 3
    assert set(roster.values()) == {Assignment()}
    for key in situation.slots:
        assert sum(member.may_stand_at(key.post, key.day) for member in situation.members.values()) == 4
    assert refusal(standing.ask, desk, standing.propose_standing_order(desk)) == "nothing_changed"


def test_without_any_post_there_is_nothing_to_propose(tmp_path: Path) -> None:
    context = new_desk(tmp_path / "empty")
    assert refusal(standing.propose_standing_order, context) == "no_posts"
    assert refusal(standing.file_order, context, TODAY) == "no_posts"
    context.database.close()


def test_holidays_and_makeup_days_have_openings_of_their_own(desk: Context) -> None:
    opened(
        desk,
        SetOpening(post=COUNTER, days=("holiday",), shifts=()),
        SetOpening(post=ELDERLY, days=("sun",), shifts=()),
    )
    set_day(desk, MONDAY, "holiday")
    set_day(desk, SUNDAY, "makeup")
    situation, _ = load(desk, MONDAY, SUNDAY)
    assert {key.post for key in situation.slots if key.day == MONDAY} == {ELDERLY}
    assert {key.post for key in situation.slots if key.day == SUNDAY} == {COUNTER, ELDERLY}
    assert MONDAY in situation.holidays


def test_members_have_the_ranks_contracts_and_certificates_of_the_order(desk: Context) -> None:
    with desk.database.write() as connection:
        listed = Staff(no="S2", name="萧红", kind="专职", certificate="健康证", certificate_until="2026-11-18")
        staff_records.put(connection, listed.model_copy(update={"weekly_hours": 24}))
    contract = Contract(staff_no="S1", weekly_minutes=1800, weekdays="1111100", latest=1080, max_run=5)
    opened(
        desk,
        PutContract(contract=contract),
        PutPost(post=OrderPost(name=COUNTER, shared_cover=False, requirements=("健康证",))),
        SetQualification(staff_no="S1", name="健康证"),
        PutCompetency(competency=Competency(staff_no="S3", post=COUNTER, level=2)),
        PutCompetency(competency=Competency(staff_no="S1", post=ELDERLY, level=1)),
        PutContract(contract=Contract(staff_no="S4", weekly_minutes=2400, in_roster=False)),
    )
    situation, _ = load(desk, MONDAY, SUNDAY)
    members = situation.members
    assert members["S1"].ranks == {COUNTER: RANK_A}
    assert (members["S1"].weekly_minutes, members["S1"].weekdays, members["S1"].latest) == (
        1800,
        frozenset(range(5)),
        1080,
    )
    assert members["S1"].may_stand_at(COUNTER, SUNDAY)
    assert members["S2"].weekly_minutes == 24 * 60
    assert members["S2"].ranks == {COUNTER: RANK_B}
    assert members["S2"].may_stand_at(COUNTER, date(2026, 11, 18))
    assert not members["S2"].may_stand_at(COUNTER, date(2026, 11, 19))
    # Level 2 without the certificate is not enough, and whoever is out of the roster is no member.
    assert members["S3"].ranks == {ELDERLY: RANK_A}
    assert "S4" not in members
    assert not situation.posts[COUNTER].shared_cover
    standing.ask(desk, SetQualification(staff_no="S3", name="健康证", valid_until="2030-01-01"))
    situation, _ = load(desk, MONDAY, SUNDAY)
    assert situation.members["S3"].ranks[COUNTER] == RANK_QUALIFIED


def test_wishes_are_told_day_by_day_and_absences_over_everything_looked_at(desk: Context) -> None:
    opened(desk, SetForbidden(shift="白", next_shift="白", forbidden=True))
    wish = WishRow(staff_no="S1", first_day="2026-11-20", last_day="2026-11-25", shift=None, wanted=False, weight=4)
    standing.add_wish(desk, wish)
    with desk.database.write() as connection:
        leaves.add(connection, "S1", "2026-11-02", "2026-11-03", at=1, state="approved", from_minute=720)
        leaves.add(connection, "S1", "2026-11-24", "2026-11-24", at=1, state="asked")
        leaves.add(connection, "S2", "2026-11-24", "2026-11-24", at=1, state="reported")
    situation, _ = load(desk, MONDAY, SUNDAY)
    assert [one.day.isoformat() for one in situation.members["S1"].wishes] == ["2026-11-20", "2026-11-21", "2026-11-22"]
    assert [(one.first.isoformat(), one.from_minute) for one in situation.members["S1"].away] == [("2026-11-02", 720)]
    assert len(situation.members["S2"].away) == 1
    assert situation.forbidden_sequences == {("白", "白")}


def test_published_days_come_as_worked_and_the_others_empty_between_what_was_and_what_is_ahead(
    desk: Context,
) -> None:
    opened(desk)
    earlier, later = MONDAY - timedelta(days=3), SUNDAY + timedelta(days=2)
    publish(
        desk,
        [
            slot(earlier, COUNTER, "S1", "S2"),
            slot(MONDAY, COUNTER, "S1", "S2", locked=True),
            slot(later, COUNTER, "S2", "S1"),
        ],
    )
    standing.ask(desk, PutShift(shift=DAY.model_copy(update={"ends": 960})))
    situation, roster = load(desk, MONDAY, SUNDAY)
    key = SlotKey(MONDAY, COUNTER, "白")
    assert roster[key] == Assignment("S1", "S2", locked=True)
    assert [one for one in situation.slots if one.day == MONDAY] == [key]
    assert len(situation.slots) == 1 + 6 * 2
    assert list(roster) == list(situation.slots)
    assert situation.shift_of(key).ends == 1020
    assert situation.shift_of(SlotKey(SUNDAY, COUNTER, "白")).ends == 960
    assert situation.before == {SlotKey(earlier, COUNTER, "白"): Assignment("S1", "S2")}
    assert situation.after == {SlotKey(later, COUNTER, "白"): Assignment("S2", "S1")}
    assert situation.shift_of(SlotKey(later, COUNTER, "白")).ends == 1020


def test_the_look_back_reaches_the_monday_and_the_first_of_the_month(desk: Context) -> None:
    opened(desk)
    day = date(2026, 11, 30)
    publish(desk, [slot(date(2026, 11, 1), COUNTER, "S1", "S2"), slot(date(2026, 10, 31), COUNTER, "S1", "S2")])
    situation, _ = load(desk, day, day)
    assert [key.day for key in situation.before] == [date(2026, 11, 1)]


def test_a_draft_comes_with_its_own_slots(desk: Context) -> None:
    opened(desk)
    publish(desk, [slot(MONDAY - timedelta(days=1), COUNTER, "S2", "S1"), slot(MONDAY, COUNTER, "S2", "S1")])
    draft = Plan(
        id=0,
        first_day=MONDAY.isoformat(),
        last_day=MONDAY.isoformat(),
        state="draft",
        made_at=1,
        made_by="M001",
        status="",
    )
    own = PlanSlot(
        day=MONDAY.isoformat(), post=COUNTER, shift="白", starts=500, ends=1000, acting="S1", standby="S2", locked=True
    )
    with desk.database.write() as connection:
        plan_id = duties.add_plan(connection, draft, [own])
    situation, roster = load_plan(desk, plan_id)
    key = SlotKey(MONDAY, COUNTER, "白")
    assert roster == {key: Assignment("S1", "S2", locked=True)}
    assert situation.shift_of(key).starts == 500
    assert list(situation.before.values()) == [Assignment("S2", "S1")]
    assert refusal(load_plan, desk, plan_id + 9) == "unknown_plan"


def test_who_stands_in_a_slot_is_a_member_even_without_any_rank(desk: Context) -> None:
    opened(desk)
    publish(desk, [slot(MONDAY, COUNTER, "M001", "S2")])
    situation, _ = load(desk, MONDAY, MONDAY)
    assert situation.members["M001"].ranks == {}


def test_thirteen_weeks_are_read_in_a_handful_of_statements(desk: Context) -> None:
    opened(desk)
    counted: list[str] = []
    load(desk, MONDAY, SUNDAY)
    desk.database.connection.set_trace_callback(counted.append)
    situation, _ = load(desk, MONDAY, MONDAY + timedelta(days=90))
    desk.database.connection.set_trace_callback(None)
    assert len(situation.slots) == 91 * 2
    assert len(counted) < 25


def test_every_change_has_its_entry_in_the_audit_chain(desk: Context, operator: Context) -> None:
    standing.ask(desk, PutShift(shift=DAY))
    asked = standing.ask(operator, SetOpening(post=COUNTER, days=DAY_KINDS, shifts=("白",)))
    standing.approve(desk, asked.id)
    standing.file_order(desk, TODAY)
    rows = desk.database.connection.execute("SELECT operator_no, action FROM audit ORDER BY id DESC LIMIT 4")
    assert [tuple(row) for row in rows][::-1] == [
        ("M001", "standing.asked"),
        ("S1", "standing.asked"),
        ("M001", "standing.approved"),
        ("M001", "standing.filed"),
    ]
    assert len(standing_log.changes(desk.database.connection, 9)) == 2

"""What a standing order must fulfil, and what its changes make of it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.standing import DAY_KINDS, Competency, Contract, DayKind
from frontdesk.roster.standing.cells import (
    clock_cell,
    clock_of,
    codes_of,
    hours_cell,
    minutes_of,
    names_of,
    weekdays_cell,
    weekdays_of,
)
from frontdesk.roster.standing.changes import (
    Batch,
    Change,
    OrderPosts,
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
    applied,
    change_of,
    changes_between,
)
from frontdesk.roster.standing.findings import able, findings, proposal
from frontdesk.roster.standing.order import Order, OrderPost, OrderShift, Person, canonical, digest, document, order_of
from frontdesk.roster.standing.rules import StandingError
from frontdesk.roster.standing.words import change_words, days, difference, opening_words

TODAY = date(2026, 11, 20)
DAY = OrderShift(code="白", name="白班", starts=510, ends=1020, break_minutes=60)
NAMES = {"day": "白班", "early": "早班", "late": "晚班"}


def order(*changes: Change) -> Order:
    """Two posts, three people, one shift, with these changes."""
    made = Order(
        posts={"服务台": OrderPost(name="服务台"), "为老": OrderPost(name="为老")},
        shifts={"白": DAY},
        people={no: Person(no=no, name=f"人{no}") for no in ("S1", "S2", "S3")},
    )
    for change in changes:
        made = applied(made, change)
    return made


def refused(change: Change, *before: Change) -> str:
    """The code with which a change is refused."""
    with pytest.raises(StandingError) as refusal:
        applied(order(*before), change)
    return refusal.value.code


def test_nobody_is_both_a_and_b_of_a_post() -> None:
    is_a = SetHolder(post="服务台", staff_no="S1", ab="A")
    assert refused(SetHolder(post="服务台", staff_no="S1", ab="B"), is_a) == "same_person"


def test_somebody_is_a_of_one_post_and_b_of_another() -> None:
    made = order(SetHolder(post="服务台", staff_no="S1", ab="A"), SetHolder(post="为老", staff_no="S1", ab="B"))
    assert made.holders == {("服务台", "S1"): "A", ("为老", "S1"): "B"}


def test_a_shift_that_a_post_runs_cannot_vanish() -> None:
    opened = SetOpening(post="服务台", days=("mon",), shifts=("白",))
    assert refused(RemoveShift(code="白"), opened) == "shift_in_use"
    closed = SetOpening(post="服务台", days=("mon",), shifts=())
    assert applied(order(opened, closed), RemoveShift(code="白")).shifts == {}


def test_a_shift_takes_its_forbidden_sequences_with_it() -> None:
    late = PutShift(shift=OrderShift(code="晚", name="晚班", starts=750, ends=1260))
    made = order(late, SetForbidden(shift="晚", next_shift="白", forbidden=True), RemoveShift(code="晚"))
    assert made.forbidden == frozenset()


@pytest.mark.parametrize(
    ("starts", "ends", "rest", "code"),
    [
        (600, 600, 0, "bad_times"),
        (600, 500, 0, "bad_times"),
        (600, 600 + 1441, 0, "bad_times"),
        (1440, 1500, 0, "bad_times"),
        (600, 660, 60, "bad_break"),
        (600, 660, -1, "bad_break"),
    ],
)
def test_a_shift_is_a_window_with_a_shorter_break(starts: int, ends: int, rest: int, code: str) -> None:
    shift = OrderShift(code="X", name="X", starts=starts, ends=ends, break_minutes=rest)
    assert refused(PutShift(shift=shift)) == code


@pytest.mark.parametrize(
    "given_values",
    [
        {"weekly_minutes": 10081},
        {"monthly_minutes": -1},
        {"weekdays": "0000000"},
        {"weekdays": "11111"},
        {"earliest": 600, "latest": 600},
        {"max_run": 7},
        {"min_run": 4, "max_run": 3},
        {"min_days_off": 7},
        {"max_weekends": 6},
    ],
)
def test_a_contract_stays_within_what_the_roster_can_keep(given_values: dict[str, object]) -> None:
    contract = Contract.model_validate({"staff_no": "S1", "weekly_minutes": 2400} | given_values)
    assert refused(PutContract(contract=contract)) == "bad_contract"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (SetHolder(post="没有", staff_no="S1", ab="A"), "unknown_post"),
        (SetHolder(post="服务台", staff_no="S9", ab="A"), "unknown_staff"),
        (SetOpening(post="服务台", days=("mon",), shifts=("夜",)), "unknown_shift"),
        (PutCompetency(competency=Competency(staff_no="S1", post="服务台", level=4)), "bad_level"),
        (PutPost(post=OrderPost(name="两\n行")), "bad_post_name"),
        (PutPost(post=OrderPost(name="新", requirements=("甲、乙",))), "bad_requirement"),
        (PutPost(post=OrderPost(name="新", closed_on="昨天")), "bad_day"),
        (RenamePost(name="服务台", new_name="为老"), "post_exists"),
        (SetQualification(staff_no="S1", name=""), "bad_qualification"),
        (PutShift(shift=OrderShift(code="a b", name="x", starts=0, ends=60)), "bad_shift_code"),
    ],
)
def test_what_cannot_be_is_refused_with_a_code(change: Change, code: str) -> None:
    assert refused(change) == code


def test_a_renamed_post_keeps_everything_and_its_place() -> None:
    made = order(
        SetHolder(post="服务台", staff_no="S1", ab="A"),
        SetOpening(post="服务台", days=("mon", "holiday"), shifts=("白",)),
        PutCompetency(competency=Competency(staff_no="S2", post="服务台", level=2)),
        RenamePost(name="服务台", new_name="总台"),
    )
    assert list(made.posts) == ["总台", "为老"]
    assert made.holders_of("总台", "A") == ["S1"]
    assert made.shifts_on("总台", "holiday") == ("白",)
    assert able(made, "总台", TODAY) == ["S1", "S2"]


def test_who_lacks_a_certificate_cannot_stand_there_and_the_list_of_staff_counts() -> None:
    made = order(
        PutPost(post=OrderPost(name="为老", requirements=("护理证",))),
        SetHolder(post="为老", staff_no="S1", ab="A"),
        SetHolder(post="为老", staff_no="S2", ab="B"),
        SetHolder(post="为老", staff_no="S3", ab="B"),
        SetQualification(staff_no="S2", name="护理证", valid_until="2026-11-19"),
    )
    listed = Person(no="S3", name="人S3", certificate="护理证", certificate_until="2026-12-01")
    made = Order(**{**made.__dict__, "people": made.people | {"S3": listed}})
    assert able(made, "为老", TODAY) == ["S3"]
    found = {(one.code, dict(one.values).get("name")) for one in findings(made, TODAY) if one.post == "为老"}
    assert {("certificate_missing", "人S1"), ("certificate_missing", "人S2"), ("certificate_ends", "人S3")} <= found


def test_what_is_missing_is_found_post_by_post() -> None:
    codes = {(one.post, one.code) for one in findings(order(), TODAY)}
    assert codes == {(post, code) for post in ("服务台", "为老") for code in ("no_a", "no_b", "never_open")}
    closed = order(PutPost(post=OrderPost(name="服务台", closed_on="2026-11-01")))
    assert {one.post for one in findings(closed, TODAY)} == {"为老"}


def test_the_proposal_opens_every_post_every_day_and_leaves_no_post_short_of_people() -> None:
    held = order(
        SetHolder(post="服务台", staff_no="S1", ab="A"),
        SetHolder(post="服务台", staff_no="S2", ab="B"),
        SetHolder(post="为老", staff_no="S2", ab="A"),
        SetHolder(post="为老", staff_no="S3", ab="B"),
    )
    made = applied(held, proposal(held, NAMES, staggered=["服务台"]))
    assert {kind for kind in DAY_KINDS if made.shifts_on("为老", kind) == ("白",)} == set(DAY_KINDS)
    assert {kind for kind in DAY_KINDS if made.shifts_on("服务台", kind) == ("早", "晚")} == set(DAY_KINDS)
    assert able(made, "为老", TODAY) == ["S1", "S2", "S3"]
    assert {one.code for one in findings(made, TODAY)} <= {"hours_short"}
    assert proposal(made, NAMES).changes == ()


def test_the_proposed_staggered_shifts_leave_eleven_hours_between_late_and_early() -> None:
    made = applied(order(), proposal(order(), NAMES, staggered=["服务台", "为老"]))
    assert made.shifts["早"].starts + 1440 - made.shifts["晚"].ends >= 11 * 60
    assert made.shifts["早"].ends > made.shifts["晚"].starts


def test_days_are_said_in_runs() -> None:
    assert days(DAY_KINDS) == "周一至周日、休、班"
    assert days(("mon", "tue", "thu", "fri", "sat", "makeup")) == "周一、周二、周四至周六、班"


def test_opening_hours_are_said_once_for_the_days_with_the_same_shifts() -> None:
    made = order(SetOpening(post="服务台", days=DAY_KINDS[:5], shifts=("白",)))
    assert opening_words(made, "服务台") == ["周一至周五 白班 08:30-17:00"]


def test_two_filings_differ_in_sentences() -> None:
    before = order(SetHolder(post="服务台", staff_no="S1", ab="A"))
    after = applied(
        before,
        Batch(
            source="desk",
            changes=(
                SetHolder(post="服务台", staff_no="S1", ab=None),
                SetHolder(post="服务台", staff_no="S2", ab="A"),
                SetOpening(post="为老", days=("sat", "sun"), shifts=("白",)),
            ),
        ),
    )
    assert difference(before, after) == [
        "“为老”周六、周日开放：白班 08:30-17:00",
        "人S1 不再任“服务台”AB角",
        "人S2 任“服务台”A角",
    ]
    assert difference(after, after) == []


def test_a_change_reads_the_same_after_it_was_written_down() -> None:
    batch = Batch(
        source="import",
        changes=(
            PutPost(post=OrderPost(name="新", shared_cover=False, requirements=("护理证",))),
            OrderPosts(names=("新", "服务台")),
            SetOpening(post="新", days=("holiday",), shifts=("白",)),
            SetForbidden(shift="白", next_shift="白", forbidden=True),
        ),
    )
    assert change_of(batch.model_dump_json()) == batch
    assert len(change_words(order(), batch)) == 4


@given(st.integers(0, 2880))
def test_a_time_of_day_survives_the_cell(minutes: int) -> None:
    assert clock_of(clock_cell(minutes)) == minutes


@given(st.integers(0, 44640))
def test_hours_survive_the_cell(minutes: int) -> None:
    assert minutes_of(hours_cell(minutes)) == minutes


@given(st.text("01", min_size=7, max_size=7).filter(lambda bits: "1" in bits))
def test_weekdays_survive_the_cell(bits: str) -> None:
    assert weekdays_of(weekdays_cell(Contract(staff_no="S1", weekly_minutes=0, weekdays=bits))) == bits


@pytest.mark.parametrize(
    ("text", "bits"),
    [
        ("周一至周五", "1111100"),
        ("1-5", "1111100"),
        ("一三五", "1010100"),
        ("周六、周日", "0000011"),
        ("67", "0000011"),
    ],
)
def test_weekdays_are_read_as_people_write_them(text: str, bits: str) -> None:
    assert weekdays_of(text) == bits


@pytest.mark.parametrize("text", ["", "25:00", "8:60", "早上", "次日25:00", "8"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        clock_of(text)


def test_lists_are_read_in_any_common_separator() -> None:
    assert codes_of("早、晚，夜 A;b") == ("早", "晚", "夜", "A", "B")
    assert names_of("社会工作者(初级)、健康证") == ("社会工作者(初级)", "健康证")


POST_NAMES = ("服务台", "为老", "新岗位", "活动")
PEOPLE = ("S1", "S2", "S3")
KINDS: st.SearchStrategy[DayKind] = st.sampled_from(DAY_KINDS)
CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.builds(
        PutPost,
        post=st.builds(
            OrderPost,
            name=st.sampled_from(POST_NAMES),
            shared_cover=st.booleans(),
            closed_on=st.sampled_from([None, "2027-01-01"]),
            requirements=st.lists(st.sampled_from(["护理证", "健康证"]), max_size=2).map(tuple),
        ),
    ),
    st.builds(
        PutShift,
        shift=st.builds(
            OrderShift,
            code=st.sampled_from(["白", "早", "晚"]),
            name=st.sampled_from(["白班", "别名"]),
            starts=st.integers(0, 1000),
            ends=st.integers(1001, 1440),
        ),
    ),
    st.builds(RemoveShift, code=st.sampled_from(["白", "早", "晚"])),
    st.builds(
        SetOpening,
        post=st.sampled_from(POST_NAMES),
        days=st.lists(KINDS, unique=True, max_size=9).map(tuple),
        shifts=st.lists(st.sampled_from(["白", "早", "晚"]), unique=True).map(tuple),
    ),
    st.builds(
        SetHolder,
        post=st.sampled_from(POST_NAMES),
        staff_no=st.sampled_from(PEOPLE),
        ab=st.sampled_from(["A", "B", None]),
    ),
    st.builds(
        SetQualification,
        staff_no=st.sampled_from(PEOPLE),
        name=st.sampled_from(["护理证", "健康证"]),
        valid_until=st.sampled_from([None, "2027-06-30"]),
        held=st.booleans(),
    ),
    st.builds(
        PutCompetency,
        competency=st.builds(
            Competency,
            staff_no=st.sampled_from(PEOPLE),
            post=st.sampled_from(POST_NAMES),
            level=st.integers(0, 3),
        ),
    ),
    st.builds(
        SetForbidden,
        shift=st.sampled_from(["白", "早"]),
        next_shift=st.sampled_from(["白", "早"]),
        forbidden=st.booleans(),
    ),
    st.permutations(POST_NAMES[:2]).map(lambda names: OrderPosts(names=tuple(names))),
)


def after_all(changes: list[Change], made: Order) -> Order:
    """The order after those of the changes that are not refused."""
    for change in changes:
        try:
            made = applied(made, change)
        except StandingError:
            continue
    return made


@given(st.lists(CHANGES, max_size=12), st.lists(CHANGES, max_size=12))
def test_the_changes_between_two_orders_lead_from_one_to_the_other(first: list[Change], second: list[Change]) -> None:
    before = after_all(first, order())
    after = after_all(second, before)
    made = before
    for change in changes_between(before, after):
        made = applied(made, change)
    assert made == after
    assert list(made.posts) == list(after.posts)


@given(st.lists(CHANGES, max_size=15))
def test_a_filed_document_holds_the_whole_order(changes: list[Change]) -> None:
    made = after_all(changes, order())
    text = canonical(document(made))
    again = order_of(document(made))
    assert again == made
    assert digest(canonical(document(again))) == digest(text)


@given(st.lists(CHANGES, max_size=15))
def test_no_sequence_of_changes_makes_a_and_b_the_same_person_or_opens_an_unknown_shift(changes: list[Change]) -> None:
    made = after_all(changes, order())
    for post in made.posts:
        assert not set(made.holders_of(post, "A")) & set(made.holders_of(post, "B"))
    assert {code for codes in made.openings.values() for code in codes} <= made.shifts.keys()
    assert {code for pair in made.forbidden for code in pair} <= made.shifts.keys()

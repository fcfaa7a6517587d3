"""A record that is handed to a colleague is new to that colleague until it is opened there, and to nobody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import date
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import DatabaseError
from frontdesk.cases import listing, service
from frontdesk.cases.bulk import take_steps
from frontdesk.cases.desk_words import work_cells
from frontdesk.cases.engine.handed import handed
from frontdesk.cases.handing import Handed
from frontdesk.cases.listing import View
from frontdesk.cases.papers.importing import import_register
from frontdesk.cli import run
from frontdesk.context import Context, Operator
from frontdesk.locale import speaking
from frontdesk.reports.brief.service import brief
from frontdesk.reports.service import period_named
from frontdesk.staff.service import set_pin
from frontdesk.today import service as today_service
from tests.casesteps import joined, turn_to
from tests.desks import passing_desk

PIN = "258036"
ANNA, BERT, CARL = "M001", "W002", "W003"
NAMES = {BERT: "李四", CARL: "孙三"}
ERRAND = """\
code = "errand"
kind = "case"
group = "house"
responsible = "keeper"
name = { zh_CN = "跑腿" }
about = { zh_CN = "谁去跑。" }
number = { prefix = "PT" }
fields = [
  { code = "what", kind = "text", name = { zh_CN = "什么事" }, required = true, column = true },
  { code = "keeper", kind = "staff", name = { zh_CN = "谁去" }, default = "operator" },
]
states = [
  { code = "open", name = { zh_CN = "要去" } },
  { code = "done", name = { zh_CN = "去过" }, end = "done" },
]

[[transitions]]
code = "give"
name = { zh_CN = "交给" }
from = ["open"]
asks = [{ field = "keeper" }]

[[transitions]]
code = "take"
name = { zh_CN = "我来" }
from = ["open"]
sets = { keeper = "operator" }

[[transitions]]
code = "finish"
name = { zh_CN = "去过了" }
from = ["open"]
to = "done"

[[transitions]]
code = "again"
name = { zh_CN = "再去" }
from = ["done"]
to = "open"
reopens = true
reason = "required"
"""


def prepared(desk: Context) -> Context:
    """A desk with three who pass errands to each other."""
    for no, name in NAMES.items():
        joined(desk, no, name)
    folder = desk.home.path / "definitions"
    folder.mkdir(exist_ok=True)
    (folder / "errand.toml").write_text(ERRAND, encoding="utf-8")
    return desk


@pytest.fixture
def desk(desk: Context) -> Context:
    return prepared(desk)


def of(desk: Context, no: str, role: str = "") -> Context:
    """The same desk with somebody else signed in."""
    role = role or ("manager" if no == ANNA else "operator")
    return replace(desk, operator=Operator(no, NAMES.get(no, "王五"), role))  # type: ignore[arg-type]


def errand(desk: Context, what: str = "送信", **said: object) -> int:
    return service.open_case(desk, "errand", {"what": what, **said}).row.id


def new_to(desk: Context, no: str) -> list[str]:
    """What is new to somebody, as that person's own list tells it; the count says the same."""
    mine = of(desk, no)
    rows = listing.page(mine, View("handed"), 0, 50).rows
    assert [one.row.id for one in rows] == [one.row.id for one in service.handed_list(desk, 50, responsible=no)]
    assert all(one.handed is not None for one in rows)
    assert service.handed_count(mine) == len(rows) == listing.counts_of_views(mine)["handed"]
    return [one.row.title for one in rows]


def due_lines(desk: Context) -> list[dict[str, object]]:
    found = today_service.today(desk, today_service.occasions(desk)).due
    return [one.values for one in found if one.kind == "cases_handed"]


def test_what_is_passed_on_is_new_to_the_colleague_until_it_is_opened_there(desk: Context) -> None:
    number = errand(desk)
    assert (new_to(desk, ANNA), new_to(desk, BERT)) == ([], [])
    service.take_step(desk, number, "give", {"keeper": BERT})
    assert (new_to(desk, ANNA), new_to(desk, BERT), new_to(desk, CARL)) == ([], ["送信"], [])
    assert due_lines(of(desk, BERT)) == [{"count": 1, "key": "handed"}]
    assert due_lines(desk) == []
    # Whoever else opens it has not opened it for him.
    assert not service.note_seen(desk, number) and not service.note_seen(of(desk, CARL), number)
    assert new_to(desk, BERT) == ["送信"]
    assert service.note_seen(of(desk, BERT), number)
    assert (new_to(desk, BERT), due_lines(of(desk, BERT))) == ([], [])
    assert not service.note_seen(of(desk, BERT), number)


def test_the_row_says_in_a_word_that_it_is_new_and_who_handed_it_on(desk: Context) -> None:
    turn_to(desk, 11, 20)
    number = errand(desk, keeper=BERT)
    (mine,) = listing.page(of(desk, BERT), View("mine"), 0, 50).rows
    assert mine.handed == Handed(mine.row, ANNA, desk.require_operator().name, "2026-11-20")
    assert work_cells(mine, marked=False)[4] == "[新] 送信"
    with speaking("en"):
        assert work_cells(mine, marked=False)[4] == "[new] 送信"
    # A manager who looks at the same list sees a record like the others.
    (theirs,) = listing.page(desk, View("all"), 0, 50).rows
    assert theirs.handed is None and work_cells(theirs, marked=False)[4] == "送信"
    (found,) = listing.found(of(desk, BERT), "送信")
    assert found.handed is not None
    service.note_seen(of(desk, BERT), number)
    (seen,) = listing.page(of(desk, BERT), View("mine"), 0, 50).rows
    assert seen.handed is None and work_cells(seen, marked=False)[4] == "送信"


def test_passed_on_twice_before_it_is_seen_it_is_new_to_the_last_alone(desk: Context) -> None:
    number = errand(desk, keeper=BERT)
    service.take_step(desk, number, "give", {"keeper": CARL})
    assert (new_to(desk, BERT), new_to(desk, CARL)) == ([], ["送信"])
    assert not service.note_seen(of(desk, BERT), number)
    assert new_to(desk, CARL) == ["送信"]


def test_what_is_taken_back_by_a_correction_is_new_to_nobody(desk: Context) -> None:
    number = errand(desk)
    service.take_step(desk, number, "give", {"keeper": BERT})
    service.correct(desk, number, {"keeper": ANNA}, "按错了")
    assert [new_to(desk, no) for no in (ANNA, BERT)] == [[], []]
    # And what somebody else gives back comes back to him as any other does.
    service.correct(of(desk, BERT), number, {"keeper": BERT}, "我来")
    service.correct(of(desk, BERT), number, {"keeper": ANNA}, "还是你")
    assert [new_to(desk, no) for no in (ANNA, BERT)] == [["送信"], []]


def test_a_step_or_a_note_of_his_own_marks_it_seen_and_of_somebody_else_does_not(desk: Context) -> None:
    steps: list[Callable[[Context, int], object]] = [
        lambda context, number: service.add_note(context, number, "在路上"),
        lambda context, number: service.correct(context, number, {"what": "送两封"}, "多一封"),
        lambda context, number: service.take_step(context, number, "take", {}),
    ]
    for case in steps:
        number = errand(desk, keeper=BERT)
        service.add_note(of(desk, CARL), number, "不急")
        service.correct(of(desk, CARL), number, {"what": "送信，不急"}, "不急")
        assert service.handed_count(of(desk, BERT)) == 1
        case(of(desk, BERT), number)
        assert service.handed_count(of(desk, BERT)) == 0


def test_what_ended_meanwhile_is_new_to_nobody_and_opened_again_by_another_it_is(desk: Context) -> None:
    number = errand(desk, keeper=BERT)
    service.take_step(desk, number, "finish", {})
    assert new_to(desk, BERT) == [] and due_lines(of(desk, BERT)) == []
    service.take_step(desk, number, "again", {}, "又有一封")
    assert new_to(desk, BERT) == ["送信"]
    service.take_step(of(desk, BERT), number, "finish", {})
    service.take_step(of(desk, BERT), number, "again", {}, "我自己再去")
    assert new_to(desk, BERT) == []


def test_several_at_once_are_new_each(desk: Context) -> None:
    numbers = [errand(desk, f"第{place}件") for place in range(3)]
    take_steps(desk, numbers, "give", {"keeper": BERT})
    assert new_to(desk, BERT) == ["第0件", "第1件", "第2件"]


def test_what_a_meeting_hands_out_is_new_to_those_who_did_not_write_the_minutes(desk: Context) -> None:
    meeting = service.open_case(desk, "area_weekly_meeting", {"topic": "停车", "held_on": "2026-11-09"}).row.id
    actions = [{"text": text, "owner": no, "due": "2026-11-30"} for text, no in (("画线", BERT), ("挂牌", ANNA))]
    service.take_step(desk, meeting, "hold", {"minutes": "议了停车", "actions": actions})
    assert (new_to(desk, BERT), new_to(desk, ANNA)) == (["画线"], [])


def test_what_a_sheet_brings_in_is_new_to_nobody_and_what_it_hands_on_is(desk: Context) -> None:
    path = desk.home.path / "跑腿.csv"
    path.write_text("编号,什么事,谁去\n,送信,W002\n", encoding="utf-8-sig")
    import_register(desk, "errand", path)
    (row,) = service.work_list(desk, definition="errand")
    assert row.responsible == BERT and new_to(desk, BERT) == []
    path.write_text(f"编号,什么事,谁去\n{row.number},送信,W003\n", encoding="utf-8-sig")
    import_register(desk, "errand", path)
    assert new_to(desk, CARL) == ["送信"]


def test_an_auditor_marks_nothing_and_is_told_nothing(desk: Context) -> None:
    number = errand(desk, keeper=BERT)
    with desk.database.write() as connection:
        connection.execute("UPDATE staff SET role = 'auditor' WHERE no = ?", (BERT,))
    auditor = of(desk, BERT, "auditor")
    assert not service.note_seen(auditor, number)
    assert service.handed_count(auditor) == 0 and due_lines(auditor) == []
    assert listing.page(auditor, View("mine"), 0, 50).rows[0].handed is None
    assert new_to(desk, BERT) == ["送信"]


def test_a_record_is_shown_although_that_it_was_seen_cannot_be_written(
    desk: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, mine = errand(desk, keeper=BERT), of(desk, BERT)

    def full(*_: object) -> None:
        raise DatabaseError("disk_full")

    with monkeypatch.context() as patched:
        patched.setattr("db.case_handed.drop", full)
        assert not service.note_seen(mine, number)
    assert new_to(desk, BERT) == ["送信"]
    assert service.note_seen(mine, number)


def test_opening_what_is_not_new_writes_nothing(desk: Context) -> None:
    number = errand(desk)
    before = desk.database.connection.total_changes
    assert not service.note_seen(desk, number)
    assert desk.database.connection.total_changes == before


def test_by_command_what_nobody_has_opened_is_listed_and_showing_it_marks_it(
    desk: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTDESK_HOME", str(desk.home.path))
    number = service.view(desk, errand(desk, keeper=BERT)).row.number
    errand(desk, "给孙三", keeper=CARL)
    for no in (ANNA, BERT):
        set_pin(desk, no, PIN)
    monkeypatch.setenv("FRONTDESK_PIN", PIN)

    def case(by: str, *words: str) -> tuple[int, str]:
        monkeypatch.setenv("FRONTDESK_AS", by)
        with redirect_stdout(StringIO()) as out:
            code = run(["case", *words])
        return code, out.getvalue()

    code, said = case(ANNA, "list", "--new", "--json")
    every: list[dict[str, Any]] = json.loads(said)
    assert code == 0 and [(one["responsible"], one["handed_by"]) for one in every] == [(BERT, ANNA), (CARL, ANNA)]
    assert date.fromisoformat(every[0]["handed_on"])
    code, said = case(ANNA, "list", "--new", "--mine", BERT)
    assert code == 0 and number in said and "给孙三" not in said and "没打开过" in said
    assert case(ANNA, "show", number)[0] == 0
    assert number in case(ANNA, "list", "--new", "--mine", BERT)[1]
    assert case(BERT, "show", number)[0] == 0
    assert number not in case(ANNA, "list", "--new", "--mine", BERT)[1]
    assert case(ANNA, "list", "--new", "--all", "--definition", "errand")[0] == 2


def test_the_weekly_brief_asks_about_what_was_not_opened_for_three_days(desk: Context) -> None:
    def told() -> list[int]:
        return [one.many for one in brief(desk, period_named("2026-W46")).decisions if one.code == "cases_unopened"]

    turn_to(desk, 11, 9)
    number = errand(desk, keeper=BERT)
    turn_to(desk, 11, 11)
    errand(desk, "给孙三", keeper=CARL)
    assert told() == []
    turn_to(desk, 11, 12)
    assert told() == [1]
    service.note_seen(of(desk, BERT), number)
    assert told() == []


@dataclass
class Past:
    """What happened to one record, in the words of somebody who wrote a diary of it."""

    entries: list[tuple[str, str, bool]] = field(default_factory=list)
    """Who did it, who was responsible afterwards, whether it had ended then; of a look the same as before."""

    def new_to(self) -> str:
        """The last time it came to somebody, and whether that person has been at it since."""
        _, owner, ended = self.entries[-1]
        came = next(
            at
            for at in reversed(range(len(self.entries)))
            if at == 0 or self.entries[at - 1][1] != owner or (self.entries[at - 1][2] and not self.entries[at][2])
        )
        was_there = any(by == owner for by, _, _ in self.entries[came:])
        # At its end it is done with, whether or not it is opened again by the same hand.
        return "" if ended or was_there or not owner else owner


PEOPLE = (ANNA, BERT, CARL)
ACTS = st.tuples(
    st.sampled_from(("give", "take", "finish", "again", "note", "correct", "look")), *(st.sampled_from(PEOPLE),) * 2
)


def test_the_rule_says_of_any_history_what_a_diary_of_it_says() -> None:
    with passing_desk() as (made, _):
        desk = prepared(made)

        @given(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.lists(ACTS, max_size=12))
        def history(opener: str, owner: str, acts: list[tuple[str, str, str]]) -> None:
            number = errand(of(desk, opener), keeper=owner)
            past = Past([(opener, owner, False)])
            for act, by, to in acts:
                context, (_, now, ended) = of(desk, by), past.entries[-1]
                if act == "look":
                    service.note_seen(context, number)
                    past.entries.append((by, now, ended))
                elif act == "note":
                    service.add_note(context, number, "在办")
                    past.entries.append((by, now, ended))
                elif act == "again" and ended:
                    service.take_step(context, number, "again", {}, "再来")
                    past.entries.append((by, now, False))
                elif act == "correct" and to != now and not ended:
                    service.correct(context, number, {"keeper": to}, "写错了")
                    past.entries.append((by, to, False))
                elif act in ("give", "take", "finish") and not ended:
                    service.take_step(context, number, act, {"keeper": to} if act == "give" else {})
                    after = {"give": to, "take": by}.get(act, now)
                    past.entries.append((by, after, act == "finish"))
                rows = desk.database.connection.execute("SELECT staff_no FROM case_handed WHERE case_id = ?", (number,))
                assert [row[0] for row in rows] == [one for one in [past.new_to()] if one]

        history()
        found = desk.database.connection.execute("SELECT count(*) FROM case_handed").fetchone()[0]
        assert found == len(service.handed_list(desk, 100_000))


@pytest.mark.parametrize(
    ("before", "after", "by", "becomes"),
    [
        ("", BERT, ANNA, "new"),
        ("", BERT, BERT, "seen"),
        (ANNA, BERT, ANNA, "new"),
        (ANNA, BERT, CARL, "new"),
        (BERT, BERT, ANNA, "as_it_was"),
        (BERT, BERT, BERT, "seen"),
        (BERT, "", ANNA, "seen"),
    ],
)
def test_only_whoever_did_not_have_it_and_did_not_take_it_gets_it_new(
    before: str, after: str, by: str, becomes: str
) -> None:
    assert handed(before, after, by) == becomes
    assert handed(before, after, by, has_ended=True) == "seen"


def test_what_is_new_is_looked_up_by_index_alone(desk: Context) -> None:
    def plan(sql: str) -> str:
        return " ".join(row[3] for row in desk.database.connection.execute(f"EXPLAIN QUERY PLAN {sql}"))

    number, asked = errand(desk, keeper=BERT), list[str]()
    cases: tuple[Callable[[Context], object], ...] = (
        service.handed_count,
        lambda one: listing.page(one, View("all"), 0, 50),
        lambda one: listing.page(one, View("handed"), 0, 50),
        lambda one: service.note_seen(one, number),
    )
    for case in cases:
        desk.database.connection.set_trace_callback(asked.append)
        case(of(desk, CARL))
        desk.database.connection.set_trace_callback(None)
    looked_up = [one for one in asked if "case_handed" in one]
    # The page of the new ones counts first.
    assert len(looked_up) == 6 and not any("SCAN" in plan(one) for one in looked_up)
    assert all("case_handed" in plan(one) for one in looked_up)
    assert not any(one.startswith(("BEGIN IMMEDIATE", "DELETE", "INSERT")) for one in asked)

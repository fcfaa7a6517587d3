"""The commands of the roster's day: what they answer, in JSON and in words, and how they end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from db import leave as leaves
from db import standing
from db.standing import DAY_KINDS
from frontdesk.cli_main import cli
from frontdesk.context import Context, system_clock
from frontdesk.errors import CodedError
from tests.desks import contents, new_desk
from tests.duties import MONDAY, set_up, slot, who

# A Monday far ahead, so that no slot has begun whenever this runs.
FAR = (date(2198, 1, 1) - MONDAY).days
DAY = "2198-01-01"
CELLS = {
    **{(FAR + number, "窗口", "早"): ("S1", "S2") for number in range(5)},
    **{(FAR + number, "咨询", "早"): ("S2", "S1") for number in range(5)},
    **{(FAR + number, "财务", "早"): ("S3", "S4") for number in range(5)},
}
WINDOW = slot(FAR, "窗口", "早")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    set_up(context, CELLS)
    context.clock = system_clock
    yield context
    context.database.close()


def run(desk: Context, *arguments: str, words: bool = False) -> tuple[int, Any]:
    """The exit code and what a command answers; a refusal comes out as its code."""
    line = ["--home", str(desk.home.path), "--as", "M001", "roster", *arguments]
    ended = CliRunner().invoke(cli, line if words else [*line, "--json"])
    if isinstance(ended.exception, CodedError):
        return 1, ended.exception.code
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    return ended.exit_code, ended.stdout if words or ended.exit_code == 2 else json.loads(ended.stdout)


def test_absent_and_return(desk: Context) -> None:
    code, answer = run(desk, "absent", "S1", DAY, "--until", "2198-01-02", "--kind", "sick", "--reason", "发烧")
    assert code == 0
    assert answer["changes"][0]["kind"] == "absent_cover"
    assert answer["take_over"][0]["to_staff"] == "S2"
    assert all("{" not in line for line in answer["words"])
    assert who(desk, WINDOW)[0] == "S2"
    assert run(desk, "absent", "S1", DAY, "--until", "2198-01-02")[1]["leave_id"] == answer["leave_id"]
    _, shown = run(desk, "show", "2198-W01")
    assert [(row["slot"]["day"], row["acting_name"], row["differs"]) for row in shown[:1]] == [(DAY, "李二", True)]
    _, text = run(desk, "history", "--from", DAY, "--to", "2198-01-07", words=True)
    assert "备班顶岗" in text
    assert "发烧" in text
    code, back = run(desk, "return", "S1", "--on", DAY)
    assert (code, back["leave_ids"]) == (0, [answer["leave_id"]])
    assert who(desk, WINDOW)[0] == "S1" or who(desk, slot(FAR + 1, "窗口", "早")) == ("S1", "S2")


def test_check_ends_with_one_where_an_absence_would_empty_a_post(desk: Context) -> None:
    code, answer = run(desk, "check", "--from", DAY)
    assert (code, answer["holds"], answer["violations"]) == (0, True, [])
    assert answer["checked"] > 0
    assert run(desk, "check", "--from", DAY, "--n2")[0] == 0, "S5 and S6 could come"
    for no in ("S5", "S6"):
        run(desk, "absent", no, DAY, "--until", "2198-01-31")
    code, answer = run(desk, "check", "--from", DAY, "--n2")
    assert code == 1
    assert {len(hole["absent"]) for hole in answer["holes"]} == {2}
    assert run(desk, "assign", DAY, "窗口", "早", "standby", "-")[0] == 0
    code, text = run(desk, "check", "--from", DAY, words=True)
    assert code == 1
    assert "缺一保障不成立" in text
    assert "张一" in text


def test_a_number_that_no_row_can_have_is_wrong_usage(desk: Context) -> None:
    for line in (["leave", "approve"], ["handover", "ack"], ["swap", "agree"], ["publish"], ["order", "approve"]):
        for number in ("9" * 30, str(1 << 63)):
            assert run(desk, *line, number)[0] == 2
    assert run(desk, "leave", "approve", str((1 << 63) - 1)) == (1, "unknown_leave")


def test_check_names_the_slot_of_a_rule_whose_words_name_no_day(desk: Context) -> None:
    assert run(desk, "order", "set-contract", "S3", "--not-in-roster")[0] == 0
    code, text = run(desk, "check", "--from", DAY, words=True)
    assert code == 1
    assert "! 1月1日 周一 财务 早：王三 不是财务的" in text


def test_check_without_a_published_roster_says_so(tmp_path: Path) -> None:
    context = new_desk(tmp_path / "home")
    try:
        assert run(context, "check") == (1, "nothing_published")
        assert run(context, "show")[1] == []
        assert run(context, "now")[0] == 0
    finally:
        context.database.close()


def test_leave_from_asking_to_the_briefing(desk: Context) -> None:
    _, asked = run(desk, "leave", "ask", "S3", DAY, "2198-01-02", "--reason", "探亲")
    number = str(asked["leave_id"])
    assert run(desk, "leave", "ask", "S3", DAY)[1] == "already_away"
    _, written = run(desk, "handover", "write", number, "财务", "S4", "--item", "对账", "--material", "钥匙")
    code, done = run(desk, "leave", "approve", number)
    assert (code, done["take_over"][0]["handover"]["items"]) == (0, "对账")
    assert run(desk, "handover", "ack", str(written["handover"]))[1]["acked_at"] is not None
    assert run(desk, "handover", "brief", str(written["handover"]), "都办了")[1] == "not_back_yet"
    assert run(desk, "handover", "due")[0] == 0
    rows = run(desk, "leave", "list", "--from", DAY, "--to", DAY)[1]
    assert [(row["staff_no"], row["state"]) for row in rows] == [("S3", "approved")]
    assert who(desk, slot(FAR, "财务", "早"))[0] == "S4"
    assert run(desk, "leave", "withdraw", number)[0] == 0
    assert who(desk, slot(FAR, "财务", "早")) == ("S3", "S4")
    _, other = run(desk, "leave", "ask", "S4", DAY)
    assert run(desk, "leave", "refuse", str(other["leave_id"]))[1]["state"] == "refused"


def test_swap_from_asking_to_taking(desk: Context) -> None:
    code, asked = run(
        desk, "swap", "ask", DAY, "窗口", "早", "--by", "S1", "--with", "S3", "--for", DAY, "财务", "早", "acting"
    )
    assert (code, [row["id"] for row in run(desk, "swap", "list")[1]]) == (0, [asked["swap_id"]])
    assert run(desk, "swap", "agree", str(asked["swap_id"]))[0] == 0
    assert who(desk, WINDOW)[0] == "S3"
    _, offered = run(desk, "swap", "ask", DAY, "咨询", "早", "--by", "S2")
    assert run(desk, "swap", "take", DAY, "咨询", "早", "--by", "S5")[0] == 0
    assert who(desk, slot(FAR, "咨询", "早"))[0] == "S5"
    assert run(desk, "swap", "decline", str(offered["swap_id"]))[1] == "swap_closed"
    _, mine = run(desk, "swap", "ask", DAY, "咨询", "早", "--by", "S5")
    assert run(desk, "swap", "decline", str(mine["swap_id"]), "--withdraw")[1]["state"] == "withdrawn"
    assert run(desk, "swap", "open")[1] == []


def test_a_swap_that_breaks_a_hard_rule_is_refused_in_words_before_it_is_asked(desk: Context) -> None:
    before = contents(desk)
    assert run(desk, "swap", "ask", DAY, "窗口", "早", "--by", "S1", "--with", "M001")[1] == "swap_breaks"
    assert contents(desk) == before
    assert run(desk, "swap", "ask", DAY, "窗口", "早", "--by", "S2", "--with", "S3")[1] == "not_in_role"


def test_edits_and_locks(desk: Context) -> None:
    assert run(desk, "assign", DAY, "窗口", "早", "acting", "-")[1] == "would_be_empty"
    code, done = run(desk, "assign", DAY, "窗口", "早", "acting", "M001", "--override", "--reason", "临时")
    assert (code, [one["code"] for one in done["findings"] if one["hard"]]) == (0, ["unqualified"])
    assert run(desk, "lock", DAY, "窗口", "早")[1]["changed"]
    assert run(desk, "assign", DAY, "窗口", "早", "acting", "S1")[1] == "slot_locked"
    assert not run(desk, "lock", DAY, "窗口", "早", "--off")[1]["locked"]
    assert run(desk, "check", "--from", DAY)[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("absent", "S1", "某天"),
        ("absent", "S1", DAY, "--from", "25:00"),
        ("show", "2198-W99"),
        ("show", "--from", "2198-01-02", "--to", "2198-01-01"),
        ("assign", DAY, "窗口", "早", "somebody", "S1"),
    ],
)
def test_wrong_usage_changes_nothing(desk: Context, arguments: tuple[str, ...]) -> None:
    before = contents(desk)
    assert run(desk, *arguments)[0] == 2
    assert contents(desk) == before


def test_words_for_people_are_whole(desk: Context) -> None:
    for arguments in (
        ("now",),
        ("show", DAY),
        ("swap", "list"),
        ("swap", "open"),
        ("handover", "due"),
        ("leave", "list"),
    ):
        code, text = run(desk, *arguments, words=True)
        assert code == 0
        assert "roster." not in text
        assert "{" not in text


def test_the_check_names_slots_that_do_not_follow_the_order_and_says_what_to_do(desk: Context) -> None:
    with desk.database.write() as connection:
        for kind in DAY_KINDS:
            for post in ("窗口", "咨询", "财务"):
                standing.set_openings(connection, post, kind, ["早"])
    assert run(desk, "check", "--from", DAY)[1]["order_changed"] == []
    with desk.database.write() as connection:
        for kind in DAY_KINDS:
            standing.set_openings(connection, "财务", kind, ["晚"])
    code, answer = run(desk, "check", "--from", DAY)
    assert code == 1
    assert {(one["slot"]["post"], one["kind"]) for one in answer["order_changed"]} == {
        ("财务", "gone"),
        ("财务", "new"),
    }
    _, words = run(desk, "check", "--from", DAY, words=True)
    assert f"roster plan --from {DAY}" in words


def test_what_changed_nothing_is_said_in_words_of_its_own(desk: Context) -> None:
    assert "本来就是这样排的" in run(desk, "assign", DAY, "窗口", "早", "acting", "S1", words=True)[1]
    assert "没有锁定" in run(desk, "lock", DAY, "窗口", "早", "--off", words=True)[1]
    assert "没有正在进行的请假" in run(desk, "return", "S6", words=True)[1]
    _, absent = run(desk, "absent", "S6", DAY)
    assert "没有要还原的班次" in run(desk, "leave", "withdraw", str(absent["leave_id"]), words=True)[1]


def test_a_return_names_the_leaves_that_end_by_it_and_no_old_ones(desk: Context) -> None:
    with desk.database.write() as connection:
        leaves.add(connection, "S1", "2020-01-01", "2020-01-02", at=0)
    _, now = run(desk, "absent", "S1", DAY)
    _, back = run(desk, "return", "S1", "--on", DAY)
    assert back["leave_ids"] == [now["leave_id"]]

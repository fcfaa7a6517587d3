"""Two windows at the same record in the same moment: one is done, the other is told, and no money is spent twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from frontdesk.cases import service
from frontdesk.cases.bulk import take_steps
from frontdesk.context import Context, open_context
from frontdesk.errors import DeskError
from tests.casesteps import joined
from tests.casewalks import Walker
from tests.db.test_case_money import running_fund, voucher

ROUNDS = 6

Do = Callable[[Context], object]


def at_once(desk: Context, *tasks: Do) -> list[str]:
    """Have each done in a window of its own, all in one moment; what was answered: "" or the code of a refusal."""
    gate, answers = threading.Barrier(len(tasks)), [""] * len(tasks)

    def window(place: int, task: Do) -> None:
        context = open_context(desk.home, source="cli", clock=desk.clock, synchronous="OFF")
        with context.database:
            signed_in = replace(context, operator=desk.operator)
            gate.wait(timeout=30)
            try:
                task(signed_in)
            except DeskError as refused:
                answers[place] = refused.code

    threads = [threading.Thread(target=window, args=one) for one in enumerate(tasks)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    return answers


def test_a_step_that_two_windows_take_in_one_moment_is_taken_once(desk: Context) -> None:
    joined(desk, "W002", "李四")
    for _ in range(ROUNDS):
        said = {"text": "公示", "owner": "W002", "due": "2026-11-12"}
        one = service.open_case(desk, "action_item", said).row.id

        def finish(context: Context, one: int = one) -> None:
            service.take_step(context, one, "finish", {"result": "贴了"})

        assert sorted(at_once(desk, finish, finish)) == ["", "not_now"]
        assert [entry.step for entry in service.view(desk, one).log] == ["", "finish"]
    assert service.cases_astray(desk, desk.database.connection) == []


def test_a_step_for_many_and_one_for_each_of_them_in_one_moment_are_taken_once_each(desk: Context) -> None:
    joined(desk, "W002", "李四")
    said = {"text": "公示", "owner": "W002", "due": "2026-11-12"}
    ids = [service.open_case(desk, "action_item", said).row.id for _ in range(12)]
    done: list[Sequence[int]] = []

    def all_of_them(context: Context) -> None:
        done.append([one.id for one in take_steps(context, ids, "finish", {"result": "贴了"}).done])

    def each(context: Context) -> None:
        for one in ids:
            try:
                service.take_step(context, one, "finish", {"result": "也贴了"})
            except DeskError as refused:
                assert refused.code == "not_now", one
            else:
                done.append([one])

    assert at_once(desk, all_of_them, each) == ["", ""]
    assert sorted(one for some in done for one in some) == ids
    assert {len(service.view(desk, one).log) for one in ids} == {2}


def test_vouchers_that_two_windows_enter_in_one_moment_overspend_no_line_and_none_is_lost(walker: Walker) -> None:
    fund = running_fund(walker)
    kept: list[dict[str, str]] = []
    for turn in range(ROUNDS):
        revision = service.view(walker.desk, fund.view.row.id).row.revision

        def spend(context: Context, which: str, revision: int = revision, turn: int = turn) -> None:
            vouchers = [*kept, voucher(f"P{turn}{which}", "物料", "150")]
            service.take_step(context, fund.view.row.id, "spend", {"vouchers": vouchers}, revision=revision)

        answers = at_once(walker.desk, lambda context: spend(context, "A"), lambda context: spend(context, "B"))
        if turn < 4:
            assert sorted(answers) == ["", "seen_before"], turn
            kept.append(voucher(f"P{turn}{'AB'[answers.index('')]}", "物料", "150"))
        else:
            # 600 were approved for it, and four times 150 are spent.
            assert answers == ["condition", "condition"]
    values = service.view(walker.desk, fund.view.row.id).now.values
    assert [row["number"] for row in values["vouchers"]] == [one["number"] for one in kept]  # type: ignore[index, union-attr]
    assert (values["spent"], values["balance"]) == (60_000, 40_000)


def test_numbers_that_two_windows_give_in_one_moment_are_each_given_once(desk: Context) -> None:
    def open_some(context: Context) -> None:
        for _ in range(15):
            service.open_case(context, "first_contact", {"matter": "医保", "channel": "phone"})

    assert at_once(desk, open_some, open_some, open_some) == ["", "", ""]
    numbers = [row.number for row in service.register(desk, "first_contact")]
    assert sorted(int(one.rpartition("-")[2]) for one in numbers) == list(range(1, 46))

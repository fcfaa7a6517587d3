"""The standing order on the command line, with JSON for other programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db import staff as records
from frontdesk import cli
from frontdesk.staff.service import import_staff
from tests.desks import new_desk, sheet

COUNTER = "综合服务台"
Order = Callable[..., Any]


@pytest.fixture
def order(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Order:
    """Runs `frontdesk roster order` with --json as the manager, or as somebody else; its answer."""
    monkeypatch.delenv("FRONTDESK_PIN", raising=False)
    context = new_desk(tmp_path / "home")
    rows = [["S1", "李磊", "专职", COUNTER, "A角"], ["S2", "萧红", "专职", COUNTER, "B角"]]
    import_staff(context, sheet(tmp_path, "工号 姓名 人员类别 岗位 角色", rows))
    context.database.close()

    def run(*arguments: str, code: int = 0) -> Any:
        line = ["--home", str(tmp_path / "home"), "--as", "M001", "roster", "order", *arguments, "--json"]
        assert cli.run(line) == code
        return json.loads(capsys.readouterr().out)

    return run


def test_a_mistyped_post_is_not_made_anew_by_renaming_or_closing_it(order: Order) -> None:
    for option, value in (("--rename", "引导"), ("--close", "2199-01-01"), ("--close", "-")):
        assert order("set-post", "综合服务抬", option, value, code=1)["error"]["code"] == "unknown_post"
    assert [post["name"] for post in order("show")["posts"]] == [COUNTER]


def test_the_head_of_the_centre_is_named_and_left_to_the_first_manager_again(order: Order) -> None:
    assert order("head")["head"] == "M001"
    assert order("head", "S2") == {"head": "S2", "name": "萧红"}
    assert order("head")["head"] == "S2"
    assert order("head", "S9", code=1)["error"]["code"] == "unknown_staff"
    assert order("head", "-")["head"] == "M001"


def test_an_order_is_made_changed_filed_and_compared(order: Order) -> None:
    assert order("propose", "--dry-run")["change"] is None
    assert order("propose", "--staggered", COUNTER)["state"] == "approved"
    assert order("file", "--from", "2027-01-01")["effective_from"] == "2027-01-01"
    assert order("set-shift", "夜", "--from", "21:00", "--to", "次日06:00", "--break", "30")["words"] == [
        "班次 夜 夜：21:00-次日06:00，休息 30 分钟"
    ]
    order("set-opening", COUNTER, "--days", "周六、周日", "--shifts", "夜")
    order("set-post", COUNTER, "--require", "健康证", "--not-shared")
    order("set-post", "接待", "--place", "1")
    order("set-holder", "接待", "S1", "B")
    order("set-contract", "S1", "--weekly", "37.5", "--latest", "18:00", "--runs", "1", "5")
    order("set-qualification", "S1", "健康证", "--until", "2027-06-30")
    order("set-competency", "S2", "接待", "2", "--checked-by", "王五")
    order("set-forbidden", "夜", "早")
    order("set-post", "接待", "--rename", "引导")
    order("file", "--from", "2027-01-01")
    said = order("filings", "--diff", "1", "2")["words"]
    assert "新设岗位“引导”：备班可兼岗" in said
    assert "李磊 合同：每周 37.5 小时、周一至周日、最晚 18:00、连上 1 至 5 天" in said
    assert [one["id"] for one in order("filings")] == [2, 1]
    shown = order("show")
    assert [post["name"] for post in shown["posts"]] == ["引导", COUNTER]
    assert {"code": "certificate_missing", "post": COUNTER, "name": "萧红", "certificate": "健康证"} in shown[
        "findings"
    ]
    assert order("show", "--filing", "1")["findings"] == []


def test_what_is_refused_has_a_code(order: Order) -> None:
    assert order("set-holder", COUNTER, "S1", "B", code=1)["error"]["code"] == "same_person"
    assert order("approve", "7", code=1)["error"]["code"] == "unknown_change"
    assert order("set-shift", "夜", code=2)["error"]["code"] == "usage"
    assert order("set-opening", COUNTER, "--days", "某天", "--shifts", "-", code=2)["error"]["code"] == "usage"


def test_the_workbook_and_the_pdf_are_written_and_a_wrong_one_ends_in_one(order: Order, tmp_path: Path) -> None:
    order("propose")
    book, page = tmp_path / "备案.xlsx", tmp_path / "备案.pdf"
    assert order("export", "--out", str(book))["rows"]["AB角"] == 2
    assert order("import", str(book))["changed"] == 0
    assert order("print", "--out", str(page))["pages"] >= 1
    assert page.read_bytes().startswith(b"%PDF")
    wrong = sheet(tmp_path, "岗位 角色 工号", [["没有", "A角", "S1"]], name="AB角.csv")
    (rejected,) = order("import", str(wrong), code=1)["rejected"]
    assert (rejected["row"], rejected["column"], rejected["value"]) == (2, "AB角：岗位", "没有")


def test_an_operators_change_waits_on_the_command_line_too(
    order: Order, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from frontdesk.context import open_context
    from frontdesk.home import Home
    from frontdesk.staff import pins

    home = Home(tmp_path / "home")
    with open_context(home, source="cli").database as database, database.write() as connection:
        for no in ("S1", "M001"):
            records.set_pin_hash(connection, no, pins.hash_pin("2580"))
    monkeypatch.setenv("FRONTDESK_PIN", "2580")
    line = ["--home", str(home.path), "--as", "S1", "roster", "order", "set-shift", "白"]
    assert cli.run([*line, "--from", "08:30", "--to", "17:00", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "pending"
    (waiting,) = order("pending")
    assert (waiting["asked_by"], waiting["words"]) == ("S1", ["班次 白 白：08:30-17:00，休息 0 分钟"])
    assert cli.run(["--home", str(home.path), "--as", "M001", "roster", "order", "approve", str(waiting["id"])]) == 0
    capsys.readouterr()
    assert order("pending") == []
    assert [one["state"] for one in order("pending", "--all")] == ["approved"]


def test_wishes_are_listed_from_today_on_and_taken_back(order: Order) -> None:
    number = order("wish", "S1", "+5", "--avoid", "--weight", "4", "--note", "家长会")["wish"]
    assert [(one["staff_no"], one["wanted"], one["weight"]) for one in order("wishes")] == [("S1", False, 4)]
    assert order("wishes", "--remove", str(number)) == []

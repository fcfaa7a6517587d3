"""Follow-ups of bad ratings on the command line, with JSON for other programs and words for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from frontdesk import cli
from frontdesk.locale import use_language
from tests.desks import new_desk
from tests.followups import hire, rated

LONG_AGO = date(2020, 1, 6)
"""Over on whatever day the test is run."""

Run = Callable[..., Any]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in ("FRONTDESK_PIN", "FRONTDESK_AS"):
        monkeypatch.delenv(name, raising=False)
    context = new_desk(tmp_path / "home")
    hire(context)
    rated(context, 1 << 100, day=LONG_AGO, phone="15410000001")
    rated(context, 2 << 100, day=LONG_AGO, subject="为老服务", comment="空调太冷")
    context.database.close()
    yield tmp_path / "home"
    use_language("zh_CN")


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command with --json as the manager; its answer, or the code of what was refused."""

    def case(*arguments: str, code: int = 0, words: bool = False) -> Any:
        shown = () if words else ("--json",)
        assert cli.run(["--home", str(home), "--as", "M001", "follow-up", *arguments, *shown]) == code
        printed = capsys.readouterr()
        if words:
            return printed.out
        answer = json.loads(printed.out or printed.err.splitlines()[-1])
        return answer["error"]["code"] if code else answer

    return case


def test_one_goes_its_whole_way_on_the_command_line(run: Run, tmp_path: Path) -> None:
    answer = run("list")
    first, second = answer["follow_ups"]
    assert answer["counts"] == {"open": 2, "overdue": 2, "due_soon": 0, "appealed": 0}
    assert (first["number"], first["state"], first["pace"], first["due"]) == (
        "00000010",
        "new",
        "overdue",
        "2020-01-07",
    )
    assert run("verify", "00000010", "--words", "属实")["state"] == "verified"
    no = next(one["number"] for one in run("list")["follow_ups"] if one["state"] == "verified")
    assert no.startswith("CP")
    run("assign", no, "--to", "S001")
    run("complexity", no, "complex", "--reason", "要街道办")
    assert run("result", no, "rectified", "--words", "已改")["state"] == "result"
    assert run("close", no, code=1) == "call_back_first"
    assert run("call-back", no, "unsatisfied", "--words", "还是慢")["state"] == "handling"
    run("result", no, "explained", "--words", "说明了原因")
    run("call-back", no, "satisfied")
    assert run("close", no, "--words", "办好了")["outcome"] == "satisfied"
    shown = run("show", no)
    assert shown["possible"] == ["reopened"] and len(shown["log"]) == 9
    assert shown["log"][-1]["note"] == "办好了" and "赵一" not in json.dumps(shown, ensure_ascii=False)
    assert run("reopen", no, "--reason", "再看")["state"] == "handling"
    assert run("withdraw", no, "--reason", "来人撤回")["outcome"] == "withdrawn"
    assert [one["number"] for one in run("list", "--ended")["follow_ups"]] == [no]
    assert second["number"] == "00000020"


def test_appeals_settling_and_the_ledger(run: Run, tmp_path: Path) -> None:
    assert run("appeal", "00000020", "--reason", "误按")["state"] == "appealed"
    no = next(one["number"] for one in run("list")["follow_ups"] if one["state"] == "appealed")
    assert run("decide", no, "reject", "--reason", "不是误按")["state"] == "verified"
    assert run("settle", "--before", "2020-02-01", "--reason", "旧账", "--dry-run")["settled"] == 2
    assert run("settle", "--before", "2020-02-01", "--reason", "旧账")["settled"] == 2
    assert run("list")["counts"]["open"] == 0
    for ending in ("xlsx", "pdf"):
        out = tmp_path / f"台账.{ending}"
        written = run("export", "--month", "2020-01", "--out", str(out))
        assert (written["month"], written["kind"]) == ("2020-01", ending) and out.exists()
    assert run("export", "--month", "一月", "--out", str(tmp_path / "台账.xlsx"), code=1) == "bad_month"
    assert run("settle", "--before", "那天", "--reason", "旧账", code=1) == "bad_day"
    assert run("show", "CP1999-0001", code=1) == "unknown"


def test_people_read_it_in_their_words(run: Run) -> None:
    lines = run("list", words=True).splitlines()
    assert len(lines) == 2 and "待核实" in lines[0] and "为老服务" in lines[1]
    assert "还没有人办理。" in run("show", "00000010", words=True)
    run("settle", "--before", "2020-02-01", "--reason", "旧账")
    assert run("list", words=True).strip() == "没有要办的差评工单。"

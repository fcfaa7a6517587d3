"""Letters, the brief and the totals by command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desks import new_desk
from tests.programs import run_here


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home of a new centre."""
    context = new_desk(tmp_path / "home")
    context.database.close()
    return tmp_path / "home"


def test_a_letter_goes_its_whole_way_by_commands(home: Path, tmp_path: Path) -> None:
    text = tmp_path / "正文.txt"
    text.write_text("本周举办活动三场。\n居民都说好。\n", encoding="utf-8-sig")
    [begun] = run_here(home, "letter", "begin", "2026-W45", "--kind", "活动报道").answers
    number = str(begun["number"])
    assert (begun["kind"], begun["state"], begun["period"]) == ("activity_news", "draft", "2026-W45")
    assert run_here(home, "letter", "review", number).error == "left_open"
    run_here(home, "letter", "write", number, str(text))
    assert run_here(home, "letter", "send", number).error == "not_now"
    assert run_here(home, "letter", "review", number).answers[0]["reviewer"] == "M001"
    assert run_here(home, "letter", "send", number).answers[0]["state"] == "sent"
    assert run_here(home, "letter", "return", number).error == "words_required"
    run_here(home, "letter", "return", number, "--note", "记错了")
    assert run_here(home, "letter", "undo", number, "--note", "是采用").answers[0]["state"] == "sent"
    assert run_here(home, "letter", "adopt", number).answers[0]["state"] == "adopted"
    [shown] = run_here(home, "letter", "show", number, "--as-sent").answers
    assert shown["body"] == "本周举办活动三场。\n居民都说好。\n"
    out = tmp_path / "信.txt"
    run_here(home, "letter", "export", number, "--out", str(out))
    assert "居民都说好。" in out.read_text(encoding="utf-8-sig")
    [listed] = run_here(home, "letter", "list").answers
    assert str(begun["number"]) in str(listed)
    [year] = run_here(home, "letter", "counts", str(begun["changed_at"])[:4]).answers
    assert year["total"] == {"sent": 1, "adopted": 1, "returned": 0}
    assert run_here(home, "letter", "begin", "2026-W45", "--kind", "诗").error == "unknown_kind"
    assert run_here(home, "letter", "drop", number).error == "stays"
    assert run_here(home, "letter", "write", number, str(home)).code != 0


def test_brief_and_totals_are_shown_and_written(home: Path, tmp_path: Path) -> None:
    [made] = run_here(home, "brief", "2026-W45").answers
    assert made["follow_ups"]["opened"] == {"total": None, "levels": {}} and made["rated"] is None
    run_here(home, "brief", "2026-W45", "--out", str(tmp_path / "简报.txt"))
    assert "需要研究决定" in (tmp_path / "简报.txt").read_text(encoding="utf-8-sig")
    [found] = run_here(home, "totals", "2026-Q4").answers
    assert found["totals"]["sessions_held"] == 0 and found["totals"]["satisfaction_rate"] is None
    assert run_here(home, "totals", "2026-13").error == "bad_period"

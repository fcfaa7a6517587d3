"""The register of residents on the command line, with JSON for other programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frontdesk import cli
from tests.desks import new_desk, sheet

Resident = Callable[..., Any]


@pytest.fixture
def resident(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Resident:
    """Runs `frontdesk resident`, or another group, with --json as the manager; its answer."""
    monkeypatch.delenv("FRONTDESK_PIN", raising=False)
    new_desk(tmp_path / "home").database.close()

    def run(*arguments: str, code: int = 0, group: str = "resident") -> Any:
        assert cli.run(["--home", str(tmp_path / "home"), "--as", "M001", group, *arguments, "--json"]) == code
        return json.loads(capsys.readouterr().out)

    return run


def test_a_resident_is_entered_changed_shown_and_found(resident: Resident) -> None:
    assert resident("add", "--name", "单雄信", "--phone", "154 0000 1234", "--birth", "1951-07") == {
        "id": 1,
        "same_phone": [],
    }
    assert resident("add", "--name", "单小雄", "--phone", "15400001234", "--birth", "2018")["same_phone"] == [1]
    assert resident("edit", "1", "--tags", "老年人", "--note", "常来", "--phone", "-")["changed"] == [
        "note",
        "phone",
        "tags",
    ]
    assert resident("edit", "1", "--phone", "15400001234")["changed"] == ["phone"]
    shown = resident("show", "1")
    assert (shown["name"], shown["phone"], shown["birth"], shown["age"], shown["child"]) == (
        "单*信",
        "***1234",
        "1951",
        [75, 75],
        False,
    )
    assert [one["id"] for one in shown["same_phone"]] == [2]
    assert resident("show", "1", "--with-contact")["phone"] == "15400001234"
    assert {row["id"] for row in resident("list", "--find", "sx")} == {1, 2}
    assert [row["id"] for row in resident("list", "--tag", "老年人")] == [1]
    assert [row["id"] for row in resident("list")] == [2, 1]
    assert resident("show", "9", code=1)["error"]["code"] == "unknown_resident"


def test_a_number_told_in_a_note_is_masked_until_it_is_asked_for(resident: Resident) -> None:
    number = resident("add", "--name", "林夕", "--note", "女儿 15400001234")["id"]
    assert resident("show", str(number))["note"] == "女儿 ***1234"
    assert resident("show", str(number), "--with-contact")["note"] == "女儿 15400001234"


def test_households_tags_merging_and_consent_work_without_the_screens(resident: Resident) -> None:
    for name, tail in (("王芳", "1"), ("王小芳", "1"), ("汪芳", "2")):
        resident("add", "--name", name, "--phone", f"1540000000{tail}")
    assert [row["id"] for row in resident("household", "1", "2")] == [1, 2]
    assert resident("household", "2", "--leave") == []
    assert resident("tag", "1", "老年人、新居民")["tags"] == ["新居民", "老年人"]
    assert resident("tag", "1", "低保", code=1)["error"]["code"] == "unknown_tag"
    assert resident("tag", "1", "-")["tags"] == []
    assert resident("merge", "1", "3")["merged"] is False
    assert resident("merge", "1", "3", "--yes")["merged"] is True
    assert resident("show", "3")["id"] == 1
    assert resident("history", "1") == []
    assert resident("consent", "1", code=1)["error"]["code"] == "no_notice"
    resident("set", "consent_notice_version", "2026-1", group="settings")
    assert resident("consent", "1")["consent_version"] == "2026-1"
    assert resident("consent", "1", "--withdraw")["consent_on"] == ""


def test_the_sheet_goes_out_and_comes_in(resident: Resident, tmp_path: Path) -> None:
    path = sheet(tmp_path, "姓名 手机 出生", [["王芳", "15400000001", "1951"], ["李四", "x", ""]])
    assert resident("import", str(path), "--dry-run", code=1)["rejected"][0]["reason"] == "bad_phone"
    path = sheet(tmp_path, "姓名 手机 出生", [["王芳", "15400000001", "1951"]])
    assert resident("import", str(path))["added"] == 1
    out = tmp_path / "名册.xlsx"
    assert resident("export", "--out", str(out), "--with-names", "--with-phones")["people"] == 1
    assert resident("import", str(out))["unchanged"] == 1
    assert resident("residents", str(out), group="import")["unchanged"] == 1
    assert resident("index") == {"indexed": 0}

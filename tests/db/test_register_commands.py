"""The register of volunteers on the command line, with JSON for other programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frontdesk import cli
from frontdesk.locale import use_language
from tests.desks import new_desk, sheet

Volunteer = Callable[..., Any]


@pytest.fixture
def volunteer(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Volunteer:
    """Runs `frontdesk volunteer`, or another group, with --json as the manager; its answer."""
    monkeypatch.delenv("FRONTDESK_PIN", raising=False)
    new_desk(tmp_path / "home").database.close()

    def run(*arguments: str, code: int = 0, group: str = "volunteer") -> Any:
        line = ["--home", str(tmp_path / "home"), "--as", "M001", group, *arguments, "--json"]
        assert cli.run(line) == code
        return json.loads(capsys.readouterr().out)

    run.line = ["--home", str(tmp_path / "home"), "--as", "M001", "volunteer"]  # type: ignore[attr-defined]
    return run


def test_a_volunteer_is_added_changed_shown_and_found(volunteer: Volunteer) -> None:
    made = volunteer("add", "--name", "张三丰", "--phone", "154 1234 5678", "--birth", "1960-03-12", "--team", "护河队")
    assert made == {"no": "0000001", "name": "张*丰", "new_team": False}
    assert volunteer("add", "--name", "张三丰", code=1)["error"]["code"] == "known_already"
    assert volunteer("add", "--name", "张三丰", "--even-if-known")["no"] == "0000002"
    assert volunteer("edit", "1", "--team", "便民队", "--note", "左撇子")["changed"] == ["note", "team"]
    shown = volunteer("show", "1")
    assert (shown["name"], shown["phone"], shown["birth"], shown["team"]) == (
        "张*丰",
        "***5678",
        "1960-03-12",
        "便民队",
    )
    assert volunteer("show", "1", "--with-contact")["phone"] == "15412345678"
    assert [row["no"] for row in volunteer("list", "--find", "5678")] == ["0000001"]
    assert volunteer("show", "9", code=1)["error"]["code"] == "unknown_volunteer"
    assert volunteer("edit", "x", code=1)["error"]["code"] == "bad_number"


def test_a_team_that_nobody_is_in_yet_is_founded_and_said_with_the_nearest_names(
    volunteer: Volunteer, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*arguments: str) -> str:
        assert cli.run([*volunteer.line, *arguments]) == 0  # type: ignore[attr-defined]
        return capsys.readouterr().err

    assert said("add", "--name", "甲一", "--team", "护河队") == ""
    assert said("add", "--name", "乙二", "--team", "护河队") == ""
    near = said("add", "--name", "丙三", "--team", "护河 一队")
    assert "“护河 一队”是新服务队" in near and "最接近的是：护河队" in near and "edit 0000003 --team" in near
    assert "“理发”是新服务队" in said("edit", "2", "--team", "理发") and "最接近" not in said(
        "edit", "2", "--team", "唱歌"
    )
    for same in ("唱歌", "护河队", "-"):
        assert said("edit", "2", "--team", same) == ""
    assert said("edit", "2", "--note", "左撇子") == ""
    assert volunteer("add", "--name", "丁四", "--team", "护可队")["new_team"] is True


def test_the_version_of_the_notice_goes_with_the_consent_to_it(volunteer: Volunteer) -> None:
    volunteer("add", "--name", "张三丰")
    assert volunteer("edit", "1", "--consent-version", "2026-09", code=1)["error"]["code"] == "version_without_consent"
    volunteer("edit", "1", "--consent-on", "2026-09-01", "--consent-version", "2026-09")
    assert volunteer("edit", "1", "--consent-version", "2026-10")["changed"] == ["consent_version"]
    shown = volunteer("show", "1")
    assert (shown["consent_on"], shown["consent_version"]) == ("2026-09-01", "2026-10")
    assert volunteer("edit", "1", "--consent-on", "-")["changed"] == ["consent_on", "consent_version"]


@pytest.mark.parametrize(("language", "state"), [("zh", "状态: 暂停"), ("en", "State: suspended")])
def test_what_is_shown_of_a_volunteer_names_the_state_in_words(
    volunteer: Volunteer, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, state: str
) -> None:
    volunteer("add", "--name", "张三丰")
    volunteer("state", "1", "suspended", "--reason", "休养")
    assert volunteer("show", "1")["state"] == "suspended"
    home = str(tmp_path / "home")
    assert cli.run(["--home", home, "--as", "M001", "--lang", language, "volunteer", "show", "1"]) == 0
    use_language("zh_CN")
    assert state in capsys.readouterr().out.splitlines()


def test_the_talent_pool_is_kept_and_searched(volunteer: Volunteer) -> None:
    for name in ("张三", "李四"):
        volunteer("add", "--name", name, "--team", "甲队")
    assert volunteer("skill", "1", "理发", "--category", "便民", "--state", "candidate")["state"] == "candidate"
    assert volunteer("skills") == [{"skill": "理发", "category": "便民", "people": 1}]
    assert volunteer("availability", "1", "sat morning")["available"] == ["6 morning"]
    assert volunteer("availability", "2", "无时", code=1)["error"]["code"] == "bad_availability"
    for options in (
        ("--skill", "理"),
        ("--category", "便民"),
        ("--available", "周六上午"),
        ("--skill", "便", "--team", "甲队"),
    ):
        assert [row["no"] for row in volunteer("list", *options)] == ["0000001"]
    assert volunteer("list", "--available", "sat evening") == []
    call = volunteer("call-up", "add", "1", "--purpose", "重阳节", "--day", "2026-11-08", "--skill", "理发")["id"]
    assert volunteer("call-up", "outcome", str(call), "came") == {"id": call, "outcome": "came"}
    assert volunteer("list", "--skill", "理发")[0]["called_up"] == "2026-11-08"
    assert volunteer("availability", "1", "-")["available"] == []


def test_records_states_and_the_workbook(volunteer: Volunteer, tmp_path: Path) -> None:
    volunteer("add", "--name", "张三")
    kept = volunteer("record", "add", "1", "--kind", "award", "--title", "优秀志愿者", "--day", "2026-11-01")["id"]
    assert volunteer("record", "annul", str(kept), "--reason", "重复")["annulled"] is True
    assert volunteer("record", "annul", str(kept), "--reason", "重复", code=1)["error"]["code"] == "annulled_already"
    assert volunteer("show", "1")["records"][0]["annul_reason"] == "重复"
    assert volunteer("state", "1", "left", "--reason", "搬家")["state"] == "left"
    assert volunteer("list") == []
    assert [row["state"] for row in volunteer("list", "--state", "all")] == ["left"]
    out = tmp_path / "名册.xlsx"
    assert volunteer("export", "--out", str(out), "--state", "all", "--with-names")["people"] == 1
    assert out.is_file()


def test_an_import_is_tried_first_and_tells_what_would_change(volunteer: Volunteer, tmp_path: Path) -> None:
    volunteer("add", "--name", "张三", "--phone", "15400000001", "--team", "甲队")
    path = str(sheet(tmp_path, "姓名 手机 服务队", [["张三", "15400000001", "乙队"], ["李四", "15400000002", ""]]))
    trial = volunteer("volunteers", path, "--dry-run", group="import")
    assert (trial["added"], trial["changed"]) == (1, 1)
    assert [
        (one["row"], one["added"], [field["after"] for field in one["fields"]][-1]) for one in trial["preview"]
    ] == [
        (2, False, "乙队（新服务队）"),
        (3, True, "***0002"),
    ]
    assert "preview" not in volunteer("volunteers", path, group="import")
    assert volunteer("volunteers", path, "--dry-run", group="import")["unchanged"] == 2
    ambiguous = str(sheet(tmp_path, "姓名 手机 服务队", [["张三", "", "乙队"]]))
    refused = volunteer("volunteers", ambiguous, "--dry-run", group="import", code=1)["rejected"]
    assert refused == [{"row": 2, "column": "姓名", "value": "张三", "reason": "ambiguous_volunteer"}]

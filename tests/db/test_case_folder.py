"""A centre's own folder of definitions: files add and override, a wrong one stops only itself, records outlive them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from importlib.resources import files
from io import StringIO
from pathlib import Path

import pytest

from db import cases as records
from db import staff
from frontdesk.cases import service
from frontdesk.cases.definition.reading import DefinitionError
from frontdesk.cases.remembered import OF_NONE
from frontdesk.cases.service import CaseView
from frontdesk.cases.words import view_lines
from frontdesk.cli import run
from frontdesk.context import Context, Operator
from tests.casesteps import refused
from tests.db.test_cases import LOST_PROPERTY
from tests.desks import new_desk

TOLD = LOST_PROPERTY.replace(
    "required = true, column = true },",
    """required = true, column = true },
  { code = "finder", kind = "person", name = { zh_CN = "谁捡的" }, personal = "name" },
  { code = "shelf", kind = "number", name = { zh_CN = "几号柜" } },
  { code = "parts", kind = "list", name = { zh_CN = "里面有" }, fields = [
    { code = "part", kind = "text", name = { zh_CN = "东西" } } ] },""",
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    (context.home.path / "definitions").mkdir()
    yield context
    context.database.close()


def put(desk: Context, code: str, text: str | None) -> None:
    path = desk.home.path / "definitions" / f"{code}.toml"
    path.unlink(missing_ok=True)
    if text is not None:
        path.write_text(text, encoding="utf-8")


def own(code: str) -> str:
    return (files("frontdesk.cases") / "definitions" / f"{code}.toml").read_text(encoding="utf-8")


def lost(desk: Context) -> CaseView:
    said = {"what": "雨伞", "finder": "欧阳秘密", "shelf": "3", "parts": [{"part": "伞套"}]}
    return service.open_case(desk, "lost_property", said)


def test_a_file_adds_a_mechanism_and_another_stands_in_the_place_of_one(desk: Context) -> None:
    put(desk, "lost_property", LOST_PROPERTY)
    put(desk, "repair", own("repair").replace('zh_CN = "报修"', 'zh_CN = "修缮"', 1).replace("edition = 1", ""))
    known = service.definitions(desk)
    assert str(known["lost_property"].name) == "失物招领" and "complaint" in known
    assert service.open_case(desk, "lost_property", {"what": "伞"}).row.number == "SL2026-0001"
    assert service.broken_definitions(desk) == []
    put(desk, "repair", None)
    assert str(service.definitions(desk)["repair"].name) != "修缮"


def test_a_wrong_file_names_line_and_key_and_stops_only_itself(desk: Context) -> None:
    put(desk, "lost_property", LOST_PROPERTY)
    put(desk, "repair", own("repair"))
    repair = service.open_case(desk, "repair", {"what": "灯坏了"})
    found = service.open_case(desk, "lost_property", {"what": "雨伞"})
    put(desk, "repair", own("repair").replace('to = "', 'to = "x', 1))
    put(desk, "noise", "code = ")
    put(desk, "other", LOST_PROPERTY)
    wrong = {str(one.details["file"]): one for one in service.broken_definitions(desk)}
    assert sorted(wrong) == ["noise.toml", "other.toml", "repair.toml"]
    line = int(str(wrong["repair.toml"].details["line"]))
    text = (desk.home.path / "definitions" / "repair.toml").read_text(encoding="utf-8").splitlines()
    assert text[line - 1].startswith('to = "x') and wrong["repair.toml"].details["key"] == "transitions[1].to"
    # What is written under it is refused with the place, and read by the program's own.
    assert refused(lambda: service.open_case(desk, "repair", {"what": "门"})).details["line"] == line
    assert refused(lambda: service.take_step(desk, repair.row.id, "skip", {}, "好了")).details["line"] == line
    assert service.view(desk, repair.row.id).now.values["what"] == "灯坏了"
    assert [one.number for one in service.work_list(desk)] == [repair.row.number, found.row.number]
    # Everything else goes on.
    service.take_step(desk, found.row.id, "give", {})
    service.open_case(desk, "complaint", {"matter": "噪音", "handler": "M001"})
    put(desk, "repair", None)
    assert service.take_step(desk, repair.row.id, "skip", {}, "好了").row.ended_on is not None


@pytest.mark.skipif(os.name != "posix", reason="links need rights there")
def test_a_link_that_leads_nowhere_stops_no_other_file(desk: Context) -> None:
    put(desk, "lost_property", LOST_PROPERTY)
    for name in ("nowhere", "itself"):
        link = desk.home.path / "definitions" / f"{name}.toml"
        link.symlink_to(desk.home.path / "definitions" / ("itself.toml" if name == "itself" else "gone.toml"))
    assert "lost_property" in service.definitions(desk)
    assert [str(one.details["file"]).rpartition(os.sep)[2] for one in service.broken_definitions(desk)] == [
        "itself.toml",
        "nowhere.toml",
    ]


@pytest.mark.parametrize(
    ("line", "times"),
    [("[a{}]\n", 7000), ("[[transitions]]\n", 4000), ("[" + "a." * 900 + "b{}]\n", 34)],
    ids=("tables", "steps", "parts"),
)
def test_a_file_of_thousands_of_faults_is_told_by_its_first(desk: Context, line: str, times: int) -> None:
    put(desk, "lost_property", "".join(line.format(number) for number in range(times)))
    (wrong,) = service.broken_definitions(desk)
    assert isinstance(wrong, DefinitionError) and 1 <= len(wrong.faults) <= 51


def test_a_file_that_leaves_others_without_what_they_name_is_told_and_not_used(desk: Context) -> None:
    # The program's meetings open action items with these fields.
    put(desk, "action_item", own("action_item").replace('"owner"', '"keeper"'))
    (wrong,) = service.broken_definitions(desk)
    assert wrong.details["file"] == "action_item.toml"
    put(desk, "lost_property", LOST_PROPERTY.replace('kind = "text"', 'kind = "reference", of = "nothing"'))
    assert [one.details["file"] for one in service.broken_definitions(desk)] == [
        "action_item.toml",
        "lost_property.toml",
    ]
    assert service.definitions(desk)["action_item"].field("owner") is not None
    put(desk, "action_item", None)
    service.open_case(desk, "action_item", {"text": "划线", "owner": "M001", "due": "2026-12-01"})


def test_records_can_be_read_after_their_definition_is_gone(desk: Context) -> None:
    put(desk, "lost_property", TOLD)
    found = lost(desk)
    service.take_step(desk, found.row.id, "give", {})
    second = lost(desk)
    put(desk, "lost_property", None)
    view = service.view(desk, found.row.id)
    assert (view.row.state, view.now.state, view.now.ended_on) == ("given", "given", found.row.opened_on)
    assert view.now.values == {"what": "雨伞", "finder": "欧阳秘密", "shelf": 3, "parts": [{"part": "伞套"}]}
    assert view.steps == () and len(view.log) == 2
    words = "\n".join(view_lines(view, ["" for _ in view.log]))
    assert "雨伞" in words and "伞套" in words and "欧阳" not in words
    assert [one.number for one in service.work_list(desk)] == [second.row.number]
    assert [one.number for one in service.find(desk, "oymm")] == [found.row.number, second.row.number]
    assert refused(lambda: service.take_step(desk, second.row.id, "give", {})).code == "unknown_definition"
    assert service.set_dates_again(desk) == 0
    assert service.cases_astray(desk, desk.database.connection) == []


def test_records_go_on_under_a_later_edition_that_has_other_fields_and_states(desk: Context) -> None:
    put(desk, "lost_property", TOLD)
    kept, given = lost(desk), lost(desk)
    service.take_step(desk, given.row.id, "give", {})
    later = "edition = 2\n" + LOST_PROPERTY.replace('code = "given"', 'code = "back"').replace(
        'to = "given"', 'to = "back"'
    )
    put(desk, "lost_property", later.replace('"give"', '"hand_back"'))
    seen = service.view(desk, given.row.id)
    # Neither the state nor the step nor the fields are there any more: the record still says what it said.
    assert (seen.now.state, seen.now.values["shelf"], seen.now.values["finder"]) == ("given", 3, "欧阳秘密")
    assert seen.definition.state("given") is not None and seen.definition.field("parts") is not None
    assert seen.steps == ()
    after = service.take_step(desk, kept.row.id, "hand_back", {})
    assert (after.row.state, after.row.ended_on) == ("back", "2026-11-09")
    assert json.loads(after.row.said) == {
        "what": "雨伞",
        "finder": "*",
        "shelf": 3,
        "parts": [{"part": "伞套"}],
    }
    service.correct(desk, given.row.id, {"what": "黑雨伞"}, "写全")
    again = service.view(desk, given.row.id)
    assert (again.now.values["what"], again.now.state, again.row.state) == ("黑雨伞", "given", "given")
    assert service.cases_astray(desk, desk.database.connection) == []
    assert {one.edition for one in records.by_ids(desk.database.connection, [kept.row.id, given.row.id])} == {OF_NONE}
    assert service.open_case(desk, "lost_property", {"what": "书"}).row.edition == 2


def test_a_step_and_a_field_that_a_file_lost_without_a_new_edition_undo_nothing(desk: Context) -> None:
    put(desk, "lost_property", TOLD)
    found = lost(desk)
    service.take_step(desk, found.row.id, "give", {})
    put(desk, "lost_property", LOST_PROPERTY.replace('"give"', '"hand_back"'))
    view = service.view(desk, found.row.id)
    assert (view.row.state, view.now.state, view.now.ended_on) == ("given", "given", "2026-11-09")
    assert view.now.values["shelf"] == 3 and view.definition.field("parts") is not None
    after = service.correct(desk, found.row.id, {"what": "黑雨伞"}, "写全")
    assert (after.row.state, after.row.ended_on, after.now.values["shelf"]) == ("given", "2026-11-09", 3)
    assert service.cases_astray(desk, desk.database.connection) == []


def test_the_commands_tell_which_file_is_wrong(desk: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_HOME", str(desk.home.path))
    monkeypatch.setenv("FRONTDESK_AS", "M001")

    def case(*words: str) -> tuple[int, str, str]:
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            code = run(["case", *words])
        return code, out.getvalue(), err.getvalue()

    put(desk, "lost_property", LOST_PROPERTY)
    assert case("check")[0] == 0
    put(desk, "lost_property", LOST_PROPERTY.replace('to = "given"', 'to = "gone"'))
    code, said, _ = case("check")
    assert code == 1 and "lost_property.toml:" in said and "gone" in said
    code, _, told = case("list")
    assert code == 0 and "lost_property.toml" in told


def test_who_brought_a_record_where_it_is_is_known_under_a_later_edition(desk: Context) -> None:
    steps = """
[[transitions]]
code = "remark"
name = { zh_CN = "记一笔" }
from = ["kept"]

[[transitions]]
code = "agree"
name = { zh_CN = "同意" }
from = ["kept"]
to = "given"
who = ["another"]
"""
    put(desk, "lost_property", LOST_PROPERTY + steps)
    one = service.open_case(desk, "lost_property", {"what": "雨伞"})
    with desk.database.write() as connection:
        staff.put(connection, staff.Staff(no="W002", name="李四", kind="", role="operator"))
    service.take_step(replace(desk, operator=Operator("W002", "李四", "operator")), one.row.id, "remark", {})
    put(desk, "lost_property", f"edition = 2\n{LOST_PROPERTY}{steps}")
    assert refused(lambda: service.take_step(desk, one.row.id, "agree", {})).code == "only_another"

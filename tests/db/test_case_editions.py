"""A definition that is changed under the same edition, and one that no longer, or only now, says whom it tells of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from db import case_editions
from db.erasing import ERASED
from frontdesk.cases import service
from frontdesk.cases.definition.reading import DefinitionError, own_definitions
from frontdesk.cases.engine.parts import changed, parts_of
from frontdesk.cases.recording import opened
from frontdesk.check.service import full_look
from frontdesk.cli import run
from frontdesk.context import Context
from frontdesk.privacy import service as privacy
from frontdesk.privacy.rules import Subject
from frontdesk.today.of_cases import of_cases as due_today
from tests.casesteps import refused
from tests.db.test_case_folder import put
from tests.db.test_cases import LOST_PROPERTY
from tests.desks import new_desk

NAME, PHONE = "欧阳秘密", "13800004321"
CLEAR = LOST_PROPERTY.replace(
    "required = true, column = true },",
    """required = true, column = true },
  { code = "finder", kind = "text", name = { zh_CN = "谁捡的" }, column = true },
  { code = "phone", kind = "text", name = { zh_CN = "电话" } },
  { code = "seen_by", kind = "list", name = { zh_CN = "谁看见" }, fields = [
    { code = "who", kind = "text", name = { zh_CN = "姓名" } } ] },""",
)
SEALED = (
    CLEAR.replace('name = { zh_CN = "谁捡的" }', 'name = { zh_CN = "谁捡的" }, personal = "name"')
    .replace('name = { zh_CN = "电话" }', 'name = { zh_CN = "电话" }, personal = "phone"')
    .replace('name = { zh_CN = "姓名" }', 'name = { zh_CN = "姓名" }, personal = "name"')
)
SAID = {"what": "雨伞", "finder": NAME, "phone": PHONE, "seen_by": [{"who": "司马相如"}, {"who": NAME}]}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    (context.home.path / "definitions").mkdir()
    yield context
    context.database.close()


def found_of_cases(desk: Context) -> dict[str, dict[str, object]]:
    return {one.key: dict(one.first) for one in full_look(desk).findings if one.area == "cases"}


LENT = (
    LOST_PROPERTY.replace("\n]\n\n[[", '\n  { code = "lent", name = { zh_CN = "借出" } },\n]\n\n[[').replace(
        'to = "given"', 'to = "given" # 1'
    )
    + """
[[transitions]]
code = "lend"
name = { zh_CN = "借出" }
from = ["kept"]
to = "lent"

[[transitions]]
code = "take_back"
name = { zh_CN = "收回" }
from = ["lent"]
to = "given"
"""
)
ENDS = LOST_PROPERTY.replace('end = "done"', 'end = "stopped"')


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        pytest.param('to = "given" # 1', 'to = "lent"', "transitions.give", id="a step leads elsewhere"),
        pytest.param('"given"', '"gone"', "states.given", id="a state has another code"),
        pytest.param('end = "done"', 'end = "stopped"', "states.given", id="an end is another one"),
        pytest.param(
            'to = "given" # 1', 'to = "given"\nsets = { what = "给了" }', "transitions.give", id="a step writes"
        ),
        pytest.param(", column = true }", " }", "title", id="what a record is called"),
    ],
)
def test_a_file_changed_without_a_new_edition_is_named_and_nothing_differs_from_its_log(
    desk: Context, old: str, new: str, part: str
) -> None:
    text = LENT
    put(desk, "lost_property", text)
    one, other = (service.open_case(desk, "lost_property", {"what": word}) for word in ("雨伞", "书"))
    service.take_step(desk, one.row.id, "give", {})
    assert service.changed_definitions(desk) == [] and "cases.edition_unraised" not in found_of_cases(desk)
    later = text.replace(old, new)
    put(desk, "lost_property", later)
    assert later != text and service.broken_definitions(desk) == []
    (told,) = service.changed_definitions(desk)
    assert (told.file, told.edition) == ("lost_property.toml", 2) and part in told.parts
    # What is there is read as it was kept, what is new is begun by what is there now.
    seen = service.view(desk, one.row.id)
    assert (seen.now.state, seen.now.ended_on, seen.now.values["what"]) == ("given", "2026-11-09", "雨伞")
    new_one = service.open_case(desk, "lost_property", {"what": "帽子"})
    assert (new_one.row.edition, seen.row.edition) == (2, 1)
    found = found_of_cases(desk)
    assert found["cases.edition_unraised"]["edition"] == 2 and "cases.cases_astray" not in found
    # Raised as it was told to be it is that edition, and nothing is to be said any more.
    put(desk, "lost_property", f"edition = 2\n{later}")
    assert service.changed_definitions(desk) == [] and service.cases_astray(desk, desk.database.connection) == []
    assert service.open_case(desk, "lost_property", {"what": "鞋"}).row.edition == 2
    # Put back it is the first one again.
    put(desk, "lost_property", text)
    assert service.changed_definitions(desk) == []
    service.take_step(desk, other.row.id, "give", {})
    assert service.cases_astray(desk, desk.database.connection) == []


def test_what_is_only_added_or_worded_otherwise_needs_no_new_edition(desk: Context) -> None:
    put(desk, "lost_property", LOST_PROPERTY)
    one = service.open_case(desk, "lost_property", {"what": "雨伞"})
    put(
        desk,
        "lost_property",
        CLEAR.replace(', column = true },\n  { code = "phone"', ' },\n  { code = "phone"').replace("失物招领", "失物"),
    )
    assert service.changed_definitions(desk) == []
    service.take_step(desk, one.row.id, "give", {})
    assert service.cases_astray(desk, desk.database.connection) == []


def test_the_commands_and_today_say_which_edition_a_file_should_have(
    desk: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTDESK_HOME", str(desk.home.path))
    monkeypatch.setenv("FRONTDESK_AS", "M001")

    def case(*words: str) -> tuple[int, str, str]:
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            code = run(["case", *words])
        return code, out.getvalue(), err.getvalue()

    put(desk, "lost_property", LOST_PROPERTY)
    service.open_case(desk, "lost_property", {"what": "雨伞"})
    assert case("check")[0] == 0
    put(desk, "lost_property", ENDS)
    code, said, _ = case("check", "--json")
    assert code == 1
    assert json.loads(said)["raise_edition"] == [
        {"file": "lost_property.toml", "edition": 2, "parts": ["states.given"]}
    ]
    assert "edition" in case("list")[2] and "lost_property.toml" in case("check")[1]
    assert {"cases_edition"} <= {one.kind for one in due_today(desk, None)}


def test_two_windows_agree_on_the_edition_that_a_changed_file_is(desk: Context, tmp_path: Path) -> None:
    put(desk, "lost_property", LOST_PROPERTY)
    service.open_case(desk, "lost_property", {"what": "雨伞"})
    put(desk, "lost_property", ENDS)
    assert service.open_case(desk, "lost_property", {"what": "书"}).row.edition == 2
    put(
        desk,
        "lost_property",
        LOST_PROPERTY.replace(', end = "done"', ', end = "done", held = false').replace('"kept"', '"lying"'),
    )
    assert [one.edition for one in service.changed_definitions(desk)] == [3]
    put(desk, "lost_property", ENDS)
    assert [one.edition for one in service.changed_definitions(desk)] == [2]
    noted = [one.edition for one in case_editions.every(desk.database.connection)]
    assert noted == [1, 2]


def test_a_file_that_takes_people_out_of_sight_is_refused_with_its_line_once_somebody_stands_there(
    desk: Context,
) -> None:
    put(desk, "lost_property", SEALED)
    assert service.broken_definitions(desk) == []
    made = service.open_case(desk, "lost_property", SAID)
    put(desk, "lost_property", CLEAR)
    why = refused(lambda: service.open_case(desk, "lost_property", SAID))
    assert isinstance(why, DefinitionError)
    assert [(one.key, one.code, one.about) for one in why.faults] == [
        ("fields[2].personal", "people_in_clear", "finder"),
        ("fields[3].personal", "people_in_clear", "phone"),
        ("fields[4].fields[1].personal", "people_in_clear", "seen_by.who"),
    ]
    text = (desk.home.path / "definitions" / "lost_property.toml").read_text(encoding="utf-8").splitlines()
    assert '"finder"' in text[why.faults[0].line - 1] and '"seen_by"' in text[why.faults[2].line - 1]
    # What is there can be read, and nobody is seen in clear.
    shown = service.view(desk, made.row.id)
    assert NAME not in shown.row.said and shown.definition.field("finder") is not None
    # Taken out altogether, or back as it was, it is no fault.
    put(desk, "lost_property", LOST_PROPERTY)
    assert service.broken_definitions(desk) == []
    put(desk, "lost_property", SEALED)
    assert service.open_case(desk, "lost_property", SAID).row.number.endswith("2")


def test_who_was_typed_in_clear_is_found_shown_and_erased_to_the_last_byte_once_the_field_says_so(
    desk: Context,
) -> None:
    put(desk, "lost_property", CLEAR)
    one = service.open_case(desk, "lost_property", SAID)
    service.correct(desk, one.row.id, {"finder": "诸葛亮"}, "写错了")
    service.correct(desk, one.row.id, {"finder": NAME}, "没写错")
    assert NAME.encode() in _bytes(desk)
    assert privacy.find(desk, NAME) == [] and "cases.people_in_clear" not in found_of_cases(desk)
    put(desk, "lost_property", SEALED)
    finder, seen = Subject("case", f"{one.row.id}-finder"), Subject("case", f"{one.row.id}-seen_by-2")
    assert found_of_cases(desk)["cases.people_in_clear"] == {"number": one.row.number}
    assert {found.subject for found in privacy.find(desk, NAME)} == {finder, seen}
    assert [found.subject for found in privacy.find(desk, PHONE)] == [finder]
    assert PHONE in {cell for part in privacy.unmask(desk, [finder]).sections for row in part.rows for cell in row}
    (done,) = privacy.erase(desk, [finder])
    (also,) = privacy.erase(desk, [seen])
    assert done.clean and also.clean
    left = service.view(desk, one.row.id)
    assert left.now.values["finder"] == ERASED and "phone" not in left.now.values
    assert left.now.values["seen_by"] == [{"who": "司马相如"}, {"who": ERASED}]
    for word in (NAME, PHONE, "诸葛亮"):
        assert word.encode() not in _bytes(desk), word
    assert service.cases_astray(desk, desk.database.connection) == []
    assert not {"cases.people_in_clear", "cases.people_unsaid", "cases.phone_unfound"} & found_of_cases(desk).keys()
    assert [found.subject for found in privacy.find(desk, "司马相如")] == [Subject("case", f"{one.row.id}-seen_by-1")]


def test_the_next_record_seals_those_before_it_and_says_so_in_the_log_of_the_desk(desk: Context) -> None:
    put(desk, "lost_property", CLEAR)
    old = [service.open_case(desk, "lost_property", SAID) for _ in range(3)]
    service.take_step(desk, old[2].row.id, "give", {})
    put(desk, "lost_property", f"edition = 2\n{SEALED}")
    service.open_case(desk, "lost_property", {"what": "书"})
    rows = desk.database.connection.execute("SELECT said FROM case_record UNION ALL SELECT said FROM case_log")
    assert all(NAME not in row[0] and PHONE not in row[0] for row in rows)
    for one in old:
        assert service.view(desk, one.row.id).now.values["finder"] == NAME
        assert service.view(desk, one.row.id).row.title == "雨伞"
    assert service.cases_astray(desk, desk.database.connection) == [] and "cases.phone_unfound" not in found_of_cases(
        desk
    )
    entry = desk.database.connection.execute("SELECT subject, detail FROM audit WHERE action = 'case.sealed_again'")
    assert [(row[0], json.loads(row[1])["count"]) for row in entry] == [("lost_property", 3)]


def _bytes(desk: Context) -> bytes:
    names = [desk.home.database, desk.home.database.with_name(desk.home.database.name + "-wal")]
    return b"".join(path.read_bytes() for path in names if path.exists())


def test_the_parts_of_every_definition_are_named_as_in_its_file_and_it_is_like_itself() -> None:
    for code, one in own_definitions().items():
        parts = parts_of(one)
        assert changed(parts, parts) == [], code
        assert changed(parts, {**parts, "states.further": "-"}) == []
        assert changed({**parts, "states.further": "-"}, parts) == ["states.further"]


def test_what_is_handed_over_to_somebody_has_what_was_typed_in_clear_before(desk: Context, tmp_path: Path) -> None:
    put(desk, "lost_property", CLEAR)
    one = service.open_case(desk, "lost_property", SAID)
    put(desk, "lost_property", SEALED)
    written = privacy.export(desk, [Subject("case", f"{one.row.id}-finder")], tmp_path / "本人.xlsx", "本人要看")
    told = next(path for path in written if path.suffix == ".json").read_text(encoding="utf-8")
    assert NAME in told and PHONE in told and "cases.people_in_clear" not in found_of_cases(desk)


def test_a_record_that_went_on_under_another_edition_is_read_by_its_row_when_the_first_one_is_put_back(
    desk: Context,
) -> None:
    put(desk, "lost_property", LENT)
    one, other = (service.open_case(desk, "lost_property", {"what": word}) for word in ("雨伞", "书"))
    other = service.correct(desk, other.row.id, {"what": "本子"}, "看错了")
    put(desk, "lost_property", f"edition = 2\n{LENT}".replace('to = "given" # 1', 'to = "lent"'))
    service.take_step(desk, one.row.id, "give", {})
    put(desk, "lost_property", LENT)
    seen = service.view(desk, one.row.id)
    assert (seen.row.state, seen.now.state) == ("lent", "lent")
    # What is untouched by the other edition is read by its log as before.
    assert service.view(desk, other.row.id).row.edition == 1
    assert [key for key in found_of_cases(desk) if "missing" not in key] == []
    assert service.take_step(desk, one.row.id, "take_back", {}).row.state == "given"
    assert service.cases_astray(desk, desk.database.connection) == []


TOLD = '  { code = "told", kind = "text", name = { zh_CN = "说明" }, personal = "note" },\n'
GONE = SEALED.replace('  { code = "seen_by"', TOLD + '  { code = "seen_by"')


@pytest.mark.parametrize("left", [pytest.param(None, id="no file"), pytest.param("edition = 2\n", id="no such fields")])
def test_who_stands_in_fields_that_are_gone_is_found_and_erased(desk: Context, left: str | None) -> None:
    put(desk, "lost_property", GONE)
    one = service.open_case(desk, "lost_property", {**SAID, "told": f"{NAME}说是司马相如的"})
    put(desk, "lost_property", None if left is None else left + LOST_PROPERTY)
    if left is not None:
        service.correct(desk, one.row.id, {"what": "黑伞"}, "看错了")
    found = [key for key in found_of_cases(desk) if key != "cases.definition_missing"]
    assert found == []
    assert [hit.number for hit in service.find(desk, "oymm")] == [one.row.number]
    hits = privacy.find(desk, NAME)
    assert hits
    privacy.erase(desk, [hit.subject for hit in hits])
    kept = desk.database.connection.execute("SELECT field, phone_cipher FROM case_person").fetchall()
    sealed = str([opened(desk, {field: cipher}) for field, cipher in kept])
    assert NAME not in sealed and PHONE not in sealed and "司马相如" in sealed and ERASED in sealed
    assert privacy.find(desk, NAME) == []
    assert [key for key in found_of_cases(desk) if key != "cases.definition_missing"] == []

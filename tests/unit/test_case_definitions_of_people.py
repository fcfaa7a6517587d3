"""What tells of people in a definition is sealed, and goes nowhere that does not say so too."""

from __future__ import annotations

from pathlib import Path

import pytest

from frontdesk.cases import recording
from frontdesk.cases.definition.reading import (
    DefinitionError,
    definition_in,
    definitions,
    definitions_that_hold,
)
from frontdesk.cli import run
from tests.unit.test_case_definitions import SMALL, faults_of

PEOPLE = """\
[[fields]]
code = "party"
kind = "person"
name = { zh_CN = "当事人" }

[[fields]]
code = "helper"
kind = "volunteer"
name = { zh_CN = "志愿者" }

[[fields]]
code = "born"
kind = "date"
name = { zh_CN = "生日" }
personal = "note"

[[fields]]
code = "day"
kind = "date"
name = { zh_CN = "哪天" }

[[fields]]
code = "debts"
kind = "money"
name = { zh_CN = "欠款" }
personal = "note"

[[states]]
code = "new"
"""
NEW = '[[states]]\ncode = "new"\n'


def test_who_is_named_is_personal_whether_the_file_says_so_or_not() -> None:
    definition = definition_in(SMALL.replace(NEW, PEOPLE).encode(), "small.toml")
    personal = {one.code for one in definition.fields if recording.is_personal(one)}
    assert personal == {"party", "helper", "born", "debts"}
    assert recording.hidden(definition, {"party": "欧阳秘密", "helper": "V1"}) == {"party": "*", "helper": "*"}


@pytest.mark.parametrize(
    ("old", "new", "key", "about"),
    [
        ('code = "finish"\n', 'code = "finish"\nsets = { day = "born" }\n', "transitions[1].sets", "born"),
        (NEW, f'[[works_out]]\nfield = "cost"\nadd = ["debts", 100]\n\n{NEW}', "works_out[1].add", "debts"),
    ],
)
def test_what_tells_of_people_is_not_copied_where_nothing_says_so(old: str, new: str, key: str, about: str) -> None:
    text = SMALL.replace(NEW, PEOPLE).replace(old, new, 1)
    assert [(one[1:]) for one in faults_of(text) if one[2] == "copies_people"] == [(key, "copies_people", about)]


def test_no_step_opens_a_record_in_which_people_would_stand_in_the_clear(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opens = 'opens = [{ definition = "repair", fields = { what = "party" } }]\n'
    file = tmp_path / "small.toml"
    file.write_text(SMALL.replace(NEW, PEOPLE).replace("asks = [", opens + "asks = [", 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        definitions(tmp_path)
    (fault,) = refused.value.faults
    assert (fault.key, fault.code, fault.about) == ("transitions[1].opens[1].fields", "copies_people", "party")
    assert file.read_text(encoding="utf-8").splitlines()[fault.line - 1].startswith("opens")
    assert run(["case", "check", str(file)]) == 1
    assert "party" in capsys.readouterr().out
    _, broken = definitions_that_hold(tmp_path)
    assert list(broken) == ["small"]

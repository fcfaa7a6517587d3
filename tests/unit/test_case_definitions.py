"""Definitions of cases and registers: what is wrong is named by file, line and key; those of the program are right."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from frontdesk.cases.definition.drawing import diagram, explained
from frontdesk.cases.definition.model import Label
from frontdesk.cases.definition.places import line_of
from frontdesk.cases.definition.reading import (
    DefinitionError,
    crossed,
    definition_in,
    definitions,
    own_definitions,
    read_definition,
)
from frontdesk.cases.errors import CaseError
from frontdesk.cli import run
from frontdesk.locale import speaking, t

SMALL = """\
code = "small"
kind = "case"
group = "reception"
responsible = "who"

[name]
zh_CN = "小事"

[about]
zh_CN = "一件小事。"

[number]
prefix = "XS"

[[fields]]
code = "who"
kind = "staff"
name = { zh_CN = "谁" }

[[fields]]
code = "cost"
kind = "money"
name = { zh_CN = "钱" }

[[fields]]
code = "bills"
kind = "list"
name = { zh_CN = "票据" }
fields = [
  { code = "amount", kind = "money", name = { zh_CN = "金额" } },
]

[[states]]
code = "new"
name = { zh_CN = "新" }

[[states]]
code = "done"
name = { zh_CN = "完" }
end = "done"

[[transitions]]
code = "finish"
name = { zh_CN = "办完" }
from = ["new"]
to = "done"
asks = [{ field = "cost" }]
needs = [
  { total = "bills.amount", most = "cost", otherwise = { zh_CN = "票据超了，先改预算" } },
]

[[deadlines]]
code = "limit"
name = { zh_CN = "期限" }
ends = ["finish"]
days = 5
"""


def faults_of(text: str, name: str = "small.toml") -> list[tuple[int, str, str, str]]:
    """Line, key, code and what about, of everything that is wrong; every one has words in both languages."""
    with pytest.raises(DefinitionError) as refused:
        definition_in(text.encode(), name)
    for language in ("zh_CN", "en"):
        with speaking(language):
            for one in refused.value.faults:
                words = t(f"cases.fault.{one.code}", about=one.about)
                assert words and "{" not in words and not words.startswith("cases.")
    return [(one.line, one.key, one.code, one.about) for one in refused.value.faults]


def line_in(text: str, beginning: str) -> int:
    """The only line that begins like this, from 1."""
    found = [number for number, line in enumerate(text.splitlines(), 1) if line.startswith(beginning)]
    assert len(found) == 1
    return found[0]


def test_the_small_one_is_right() -> None:
    definition = definition_in(SMALL.encode(), "small.toml")
    assert definition.code == "small" and str(definition.name) == "小事"
    assert diagram(definition)[0] == "[新]"


TOTAL = 'total = "bills.amount", most = "cost", otherwise'
ASKS = 'asks = [{ field = "cost" }]'
OPENS = 'opens = [{ definition = "small", each = "bills", '
PAPER = '[[papers]]\nkind = "slip"\ntitle = { zh_CN = "单" }\n'
FEED = '[[feeds]]\ncode = "open"\nname = { zh_CN = "在办" }\ncounts = "open_at_end"\n'
COLLECTS = '[[collects]]\nfield = "cost"\nperiod = "who"\n'
ORDERS = 'orders = { of = "nowhere", item = "who", takes = "n" }\n'
CHANGES: list[tuple[str, str, str, str]] = [
    ('to = "done"\n', 'to = "gone"\n', "transitions[1].to", "unknown_state"),
    ('asks = [{ field = "cost" }]', 'asks = [{ field = "price" }]', "transitions[1].asks[1].field", "unknown_field"),
    ('total = "bills.amount"', 'total = "bills.sum"', "transitions[1].needs[1].total", "no_total"),
    ('most = "cost"', 'most = "who"', "transitions[1].needs[1].most", "no_number_field"),
    ('ends = ["finish"]', 'ends = ["end"]', "deadlines[1].ends", "unknown_step"),
    ("days = 5", "days = -1", "deadlines[1].days", "bad_value"),
    ("days = 5", 'days = 5\npreset = "simple"', "deadlines[1]", "bad_part"),
    ('responsible = "who"', 'responsible = "cost"', "responsible", "not_staff"),
    ('kind = "case"', 'kind = "thing"', "kind", "no_such_word"),
    ('kind = "case"', 'kind = "duty"', "kind", "duty_missing"),
    ('prefix = "XS"', 'prefix = "XS"\ncolour = "red"', "number.colour", "unknown_key"),
    ('[number]\nprefix = "XS"\n', "", "number", "no_number"),
    ('end = "done"\n', "", "states[1].code", "no_way_out"),
    ('code = "cost"', 'code = "who"', "fields[2].code", "repeated"),
    ('from = ["new"]', 'from = ["new", "done"]', "transitions[1].from", "leaves_an_end"),
    ('code = "finish"\n', 'code = "finish"\nlevel = 1\n', "transitions[1].level", "no_levels"),
    ('code = "finish"\n', 'code = "finish"\nclock = "pause"\n', "transitions[1]", "bad_part"),
    ('code = "finish"\n', 'code = "finish"\nsets = { who = "nobody" }\n', "transitions[1].sets", "cannot_be_set"),
    ('code = "finish"\n', 'code = "finish"\nsets = { cost = "a lot" }\n', "transitions[1].sets", "cannot_be_set"),
    ('code = "finish"\n', 'code = "finish"\noutside = ["who"]\n', "transitions[1].outside", "outside_unasked"),
    (ASKS, f'outside = ["cost"]\n{ASKS}', "transitions[1].outside", "outside_without_another"),
    (TOTAL, 'every = "bills.amount", otherwise', "transitions[1].needs[1].every", "no_yes_no"),
    (
        '[[states]]\ncode = "new"',
        f'{PAPER}fields = ["bills"]\ncolumns = ["bills.number"]\n\n[[states]]\ncode = "new"',
        "papers[1].columns",
        "no_column",
    ),
    (
        '[[states]]\ncode = "new"',
        f'{PAPER}fields = ["cost"]\ncolumns = ["bills.amount"]\n\n[[states]]\ncode = "new"',
        "papers[1].columns",
        "no_column",
    ),
    (TOTAL, 'different = "bills.number", least = 2, otherwise', "transitions[1].needs[1].different", "no_column"),
    (TOTAL, 'unique = "bills.number", otherwise', "transitions[1].needs[1].unique", "no_column"),
    (TOTAL, 'known = "bills.amount", among = "bills.x", otherwise', "transitions[1].needs[1].among", "no_column"),
    (ASKS, f'{OPENS}only = "amount" }}]\n{ASKS}', "transitions[1].opens[1].only", "no_yes_no"),
    ('code = "done"\n', 'code = "done"\nheld = true\n', "states[2].held", "no_meeting"),
    ("[[deadlines]]", f"{FEED}by_level = true\n\n[[deadlines]]", "feeds[1].by_level", "no_levels"),
    ("[[deadlines]]", f'{FEED}states = ["gone"]\n\n[[deadlines]]', "feeds[1].states", "unknown_state"),
    (
        "[[deadlines]]",
        f'{PAPER}fields = ["cost"]\nwanted = ["gone"]\n\n[[deadlines]]',
        "papers[1].wanted",
        "unknown_state",
    ),
    ("[[deadlines]]", f'{COLLECTS}indicator = "ratings"\n\n[[deadlines]]', "collects[1].period", "no_period_field"),
    ("[[deadlines]]", f"{COLLECTS}{ORDERS}\n[[deadlines]]", "collects[1].orders", "unknown_field"),
]


@pytest.mark.parametrize(("old", "new", "key", "code"), CHANGES, ids=[f"{key}-{code}" for _, _, key, code in CHANGES])
def test_what_is_wrong_is_named_by_key_and_line(old: str, new: str, key: str, code: str) -> None:
    assert SMALL.count(old) == 1
    text = SMALL.replace(old, new)
    found = {(where, what): line for line, where, what, _ in faults_of(text)}
    assert (key, code) in found
    deepest = key.split("[")[0].split(".")[0]
    line = text.splitlines()[found[key, code] - 1]
    last = key.rsplit(".", 1)[-1]
    # The line has the key itself, or begins the table that it stands in.
    assert last.split("[")[0] in line or deepest in line or key == "number"


def test_the_line_is_the_one_of_the_key() -> None:
    text = SMALL.replace('to = "done"\n', 'to = "gone"\n')
    assert (line_in(text, 'to = "gone"'), "transitions[1].to", "unknown_state", "gone") in faults_of(text)


def test_no_toml_and_no_text_are_told_with_their_line() -> None:
    assert [(line, code) for line, _, code, _ in faults_of(SMALL.replace('kind = "case"', "kind = case"))] == [
        (2, "no_toml")
    ]
    with pytest.raises(DefinitionError) as refused:
        definition_in(SMALL.encode("gb18030"), "small.toml")
    assert [(one.line, one.code) for one in refused.value.faults] == [(7, "not_utf8")]


def test_the_code_is_the_name_of_the_file() -> None:
    assert faults_of(SMALL, "other.toml") == [(1, "code", "other_name", "other.toml")]


def paths(said: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The places of all tables and keys."""
    found = [path] if path else []
    if isinstance(said, dict):
        for key, inner in said.items():
            found += paths(inner, (*path, key))
    elif isinstance(said, list) and all(isinstance(one, dict) for one in said):
        for place, inner in enumerate(said):
            found += paths(inner, (*path, place))
    return found


@given(st.data())
def test_each_place_of_a_file_has_the_line_that_says_it(data: st.DataObject) -> None:
    text = SMALL
    path = data.draw(st.sampled_from(paths(tomllib.loads(text))))
    line = text.splitlines()[line_of(text, path) - 1]
    names = [part for part in path if isinstance(part, str)]
    assert any(name in line for name in names) or (isinstance(path[-1], int) and line.lstrip().startswith("{"))


OWN = own_definitions()


@pytest.mark.parametrize("code", sorted(OWN))
def test_every_definition_of_the_program_explains_itself(code: str) -> None:
    definition = OWN[code]
    for language in ("zh_CN", "en"):
        with speaking(language):
            words = "\n".join(explained(definition))
            assert "cases." not in words and str(definition.name) in words
    shown = " ".join(diagram(definition))
    assert all(f"[{state.name}]" in shown for state in definition.states)


def test_definitions_lead_to_each_other() -> None:
    assert crossed(own_definitions()) == []


def test_what_leads_to_no_field_and_no_state_of_another_definition_is_told() -> None:
    leading = SMALL.replace(
        "asks = [", 'opens = [{ definition = "other", fields = { nickname = "who" } }]\nasks = [', 1
    ).replace(
        "needs = [",
        'needs = [\n  { linked = "other", states = ["lost"], least = 1, otherwise = { zh_CN = "无" } },',
        1,
    )
    other = definition_in(SMALL.replace('code = "small"', 'code = "other"').encode(), "other.toml")
    small = definition_in(leading.encode(), "small.toml")
    assert crossed({"small": small, "other": other}) == [
        ("small", "transitions.finish.opens.fields", "nickname"),
        ("small", "transitions.finish.needs.states", "lost"),
    ]
    assert ("small", "transitions.finish.opens", "other") in crossed({"small": small})


def test_orders_of_a_definition_that_is_not_there_lead_nowhere() -> None:
    collects = f'[[collects]]\nfield = "cost"\nperiod = "year"\n{ORDERS.replace("who", "thing")}'
    fields = (
        '[[fields]]\ncode = "year"\nkind = "number"\nname = { zh_CN = "年" }\n',
        '[[fields]]\ncode = "thing"\nkind = "reference"\nof = "small"\nname = { zh_CN = "哪项" }\n',
        '[[fields]]\ncode = "times"\nkind = "number"\nname = { zh_CN = "次数" }\n',
    )
    collects = collects.replace('field = "cost"', 'field = "times"')
    text = SMALL.replace("[[states]]", "\n".join((*fields, collects, "[[states]]")), 1)
    small = definition_in(text.encode(), "small.toml")
    assert crossed({"small": small}) == [("small", "collects.orders", "nowhere")]


def test_a_centres_own_file_that_leads_nowhere_is_refused_with_file_line_and_key(tmp_path: Path) -> None:
    leading = SMALL.replace("asks = [", 'opens = [{ definition = "nowhere", fields = {} }]\nasks = [', 1)
    (tmp_path / "small.toml").write_text(leading, encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        definitions(tmp_path)
    assert refused.value.name == "small.toml"
    (fault,) = refused.value.faults
    assert (fault.key, fault.code, fault.about) == ("transitions.finish.opens", "leads_nowhere", "nowhere")
    assert leading.splitlines()[fault.line - 1].startswith("opens")


def test_a_centres_own_file_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    ours = own_definitions()["first_contact"]
    theirs = tmp_path / "first_contact.toml"
    theirs.write_text(SMALL.replace('code = "small"', 'code = "first_contact"'), encoding="utf-8")
    found = definitions(tmp_path)
    assert found["small"].name.zh_CN == "小事"
    assert found["first_contact"] != ours and found["first_contact"].name.zh_CN == "小事"
    assert definitions(None)["first_contact"] == ours


Spoilt = Callable[[Path], None]


@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("not_a_file", lambda path: path.mkdir()),
        ("file_too_large", lambda path: path.write_bytes(b"#" * 300_000)),
        ("definition_unreadable", lambda path: None),
    ],
)
def test_what_is_no_file_is_refused(tmp_path: Path, code: str, spoil: Spoilt) -> None:
    path = tmp_path / "small.toml"
    spoil(path)
    with pytest.raises(CaseError) as refused:
        read_definition(path)
    assert refused.value.code == code


def test_the_command_explains_or_says_all_that_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    assert run(["case", "check", str(path)]) == 0
    assert "`-- 办完 --> [完]" in capsys.readouterr().out
    path.write_text(SMALL.replace('to = "done"', 'to = "gone"').replace('field = "cost"', 'field = "x"'), "utf-8")
    assert run(["case", "check", str(path)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("small.toml：2 ") and all(line.startswith("  small.toml:") for line in said[1:])


def test_an_indicator_that_is_none_is_told_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "small.toml"
    collects = '[[collects]]\nfield = "found"\nperiod = "year"\nindicator = "person_tines"\n'
    fields = [
        f'[[fields]]\ncode = "{code}"\nkind = "number"\nname = {{ zh_CN = "数" }}\n' for code in ("year", "found")
    ]
    text = SMALL.replace("[[states]]", "\n".join((*fields, collects, "[[states]]")), 1)
    path.write_text(text, encoding="utf-8")
    assert run(["case", "check", str(path)]) == 1
    said = capsys.readouterr().out.splitlines()
    line = line_in(text, "[[collects]]")
    assert said[1].startswith(f"  small.toml:{line} collects[1]: ") and "person_tines" in said[1]
    path.write_text(text.replace("person_tines", "person_times"), encoding="utf-8")
    assert run(["case", "check", str(path)]) == 0


def test_every_definition_says_everything_in_both_languages() -> None:
    found = own_definitions().items()
    assert [f"{code}: {label.zh_CN}" for code, one in found for label in labels(one) if not label.en] == []


def labels(said: Any) -> Iterator[Label]:
    """Every label in a definition."""
    if isinstance(said, Label):
        yield said
    elif isinstance(said, BaseModel):
        for name in type(said).model_fields:
            yield from labels(getattr(said, name))
    elif isinstance(said, tuple):
        for one in said:
            yield from labels(one)

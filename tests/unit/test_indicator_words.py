"""Definitions of indicators as files and as people read them: faults named, the page of the manual, values in words."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

from frontdesk.errors import CodedError
from frontdesk.locale import LANGUAGES, use_language
from frontdesk.manual import manual_text
from frontdesk.reports.indicators.commands import indicator_group
from frontdesk.reports.indicators.loading import AREAS, read, register
from frontdesk.reports.indicators.page import register_page
from frontdesk.reports.indicators.rules import Parts
from frontdesk.reports.indicators.words import cell_words, value_words

NAMES = [f"{area}.toml" for area in AREAS]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The definitions of the program, to be spoilt."""
    copy = tmp_path / "definitions"
    shutil.copytree(str(files("frontdesk.reports.indicators") / "definitions"), copy)
    return copy


def spoilt(folder: Path, name: str, before: str, after: str) -> dict[str, object]:
    """What reading says after one place of one file was replaced."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(CodedError) as refused:
        read(folder, NAMES)
    assert refused.value.code == "bad_definition"
    return {key: refused.value.details[key] for key in ("file", "entry", "key")}


def test_the_definitions_read_from_anywhere_are_those_of_the_program(folder: Path) -> None:
    assert read(folder, NAMES) == dict(register())


@pytest.mark.parametrize(
    ("name", "before", "after", "entry", "key"),
    [
        ("sessions.toml", 'code = "sessions_held"', 'code = "Sessions Held"', "Sessions Held", "code"),
        ("sessions.toml", 'code = "sessions_held"', 'code = "sessions_planned"', "sessions_planned", "code"),
        ("sessions.toml", 'unit = "sessions"', 'unit = "pieces"', "sessions_planned", "unit"),
        ("sessions.toml", "leaves = true", 'leaves = "yes"', "sessions_planned", "leaves"),
        ("sessions.toml", 'of = "session"', 'of = "sitting"', "sessions_planned", "of"),
        ("sessions.toml", 'of = "session"', 'colour = "red"', "sessions_planned", "colour"),
        ("sessions.toml", '"state"]', '"states"]', "sessions_planned", "columns"),
        ("sessions.toml", 'by = "s.category"', "", "sessions_by_category", "by"),
        ("sessions.toml", 'adds = "sum"', 'adds = "rate"', "sessions_planned", "adds"),
        ("sessions.toml", "s.ends_at < :now", "s.ends_at < :soon", "sessions_without_attendance", "which"),
        ("sessions.toml", 'sums = "seconds"', 'sums = "minutes"', "session_seconds", "sums"),
        ("attendance.toml", 'numerator = "no_show_seats"', 'numerator = "no_shows"', "no_show_rate", "numerator"),
        ("attendance.toml", 'numerator = "no_show_seats"', "", "no_show_rate", "numerator"),
        ("attendance.toml", 'distinct = "p.phone_key"', 'distinct = "p.id"\nper = "p.id"', "named_persons", "distinct"),
        ("ratings.toml", 'needs = "ratings"', 'needs = "good_rate"', "ratings_by_level", "needs"),
        ("duty.toml", "[sources.slot]", "[source.slot]", "source", ""),
        ("duty.toml", "where = ", "when = ", "slot", "where"),
        ("columns.toml", 'kind = "day"', 'kind = "date"', "day", "kind"),
        ("columns.toml", "[day]", "[day", "", ""),
    ],
)
def test_a_fault_is_named_by_file_entry_and_key(
    folder: Path, name: str, before: str, after: str, entry: str, key: str
) -> None:
    found = spoilt(folder, name, before, after)
    assert found["file"] == name
    assert not entry or found["entry"] == entry
    assert not key or str(found["key"]).startswith(key)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "rooms.toml").unlink()
    with pytest.raises(CodedError, match=r"rooms\.toml"):
        read(folder, NAMES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_the_manual_names_every_indicator_in_words(language: str) -> None:
    use_language(language)
    try:
        page = register_page(sql=True)
        assert register_page() in manual_text()
        for one in register().values():
            assert f"`{one.code}`" in page and str(one.meaning) in page
            assert one.kind == "rate" or one.count in page
        assert "indicators." not in page
        for one in register().values():
            for said in (str(one.name), *(str(column.heading) for column in one.headings.values())):
                assert said and "{" not in said
    finally:
        use_language(None)


def test_values_are_said_with_both_parts_and_the_interval() -> None:
    every = register()
    assert value_words(every["good_rate"], Parts(135, 145)) == "135/145 = 93.1%（95% 区间 87.8% - 96.2%）"
    assert value_words(every["good_rate"], Parts(0, 0)) == "没有可算的数"
    assert value_words(every["volunteer_seconds"], 5400) == "1.50 小时"
    assert value_words(every["fees_received"], 1250) == "12.50 元"
    assert value_words(every["ratings_by_level"], {"5": 2, "1": 0}) == "非常满意 2；非常不满意 0"
    assert value_words(every["sessions_by_room"], {"": 3}) == "（未填） 3"
    assert value_words(every["sessions_by_room"], {}) == "0"
    assert [cell_words(kind, 3725) for kind in ("seconds", "fen", "number")] == ["1:02", "37.25", "3725"]


def test_the_commands_that_need_no_centre_say_what_the_definitions_say() -> None:
    runner = CliRunner()
    listed = json.loads(runner.invoke(indicator_group, ["list", "--json"]).output)
    assert [one["code"] for one in listed] == list(register())
    shown = json.loads(runner.invoke(indicator_group, ["show", "persons", "--json"]).output)
    assert shown["adds"] == "distinct" and shown["personal"] and "count(DISTINCT" in shown["count"]
    assert runner.invoke(indicator_group, ["page"]).output == register_page()

"""Templates of reports: what an office may ask for is read as it stands, and whatever is wrong is named by its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.locale import LANGUAGES, use_language, words_for
from frontdesk.reports.templates.errors import TemplateError
from frontdesk.reports.templates.kinds import COLUMNS, LEFT_OUT_OF_PDF
from frontdesk.reports.templates.model import BUILT_IN, Template, TemplateColumn, TemplateSheet
from frontdesk.reports.templates.reading import LARGEST, parse_template, read_template
from frontdesk.reports.templates.writing import template_text

pytestmark = pytest.mark.usefixtures("chinese")

GOOD = """\
name = "安亭镇周报"

[[sheets]]
sheet = "cover"
columns = ["sessions_held", { column = "person_times", heading = "服务人次" }]

[[sheets]]
sheet = "sessions"
title = "活动台账"
pdf = false
columns = [
    "day",
    { column = "session", heading = "活动" },
]

[[sheets]]
sheet = "ratings"
"""


def fault(content: str | bytes) -> TemplateError:
    with pytest.raises(TemplateError) as caught:
        parse_template(content if isinstance(content, bytes) else content.encode(), "街道.toml")
    said = words_for(caught.value)
    assert "街道.toml" in said
    assert not said.startswith("workbook.")
    return caught.value


def test_a_template_says_which_sheets_and_columns_in_which_order_under_which_headings() -> None:
    template = parse_template(GOOD.encode(), "街道.toml")
    cover, sessions, ratings = template.sheets
    assert template.name == "安亭镇周报"
    assert (cover.name, cover.headings) == ("封面", ("举办场次（场）", "服务人次"))
    assert (sessions.name, sessions.headings, sessions.in_pdf) == ("活动台账", ("日期", "活动"), False)
    assert [column.code for column in sessions.columns] == ["day", "session"]
    assert [column.code for column in ratings.columns] == list(COLUMNS["ratings"])
    assert ratings.in_pdf == ("ratings" not in LEFT_OUT_OF_PDF)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_template_may_come_from_any_editor(encoding: str, ending: str) -> None:
    content = GOOD.replace("\n", ending).encode(encoding)
    assert parse_template(content, "t.toml") == parse_template(GOOD.encode(), "t.toml")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_programs_own_template_written_and_read_is_the_same(language: str) -> None:
    use_language(language)
    read = parse_template(template_text(BUILT_IN).encode(), "t.toml")
    assert [(sheet.code, sheet.in_pdf, sheet.name, sheet.headings) for sheet in read.sheets] == [
        (sheet.code, sheet.in_pdf, sheet.name, sheet.headings) for sheet in BUILT_IN.sheets
    ]
    assert [[one.code for one in sheet.columns] for sheet in read.sheets] == [list(COLUMNS[code]) for code in COLUMNS]


shown = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])
words = st.text(shown, min_size=1, max_size=20).map(str.strip)
titles = words.filter(
    lambda word: word and not set(word) & set("[]:*?/\\'") and len(word.encode("utf-16-le")) <= 62
).filter(lambda word: word.casefold() != "history")


@st.composite
def templates(draw: st.DrawFn) -> Template:
    chosen = draw(st.lists(st.sampled_from(list(COLUMNS)), min_size=1, max_size=5))
    names = draw(st.lists(titles, min_size=len(chosen), max_size=len(chosen), unique_by=str.casefold))
    sheets = []
    for code, name in zip(chosen, names, strict=True):
        columns = draw(st.lists(st.sampled_from(COLUMNS[code]), min_size=1, unique=True))
        headings = draw(st.lists(words.filter(bool), min_size=len(columns), max_size=len(columns), unique=True))
        made = tuple(map(TemplateColumn, columns, headings))
        sheets.append(TemplateSheet(code, made, name, draw(st.booleans())))
    return Template(tuple(sheets), draw(words))


@given(templates())
def test_every_template_written_is_read_as_it_was(template: Template) -> None:
    assert parse_template(template_text(template).encode(), "t.toml") == template


@pytest.mark.parametrize(
    ("was", "becomes", "code", "line", "key"),
    [
        ('"sessions"', '"session"', "template_unknown_sheet", 8, "sheets[2].sheet"),
        ('sheet = "sessions"\n', "", "template_unknown_sheet", 7, "sheets[2].sheet"),
        ('column = "session"', 'column = "sesion"', "template_unknown_column", 13, "sheets[2].columns[2].column"),
        ('"sessions_held"', '"sessions_hold"', "template_unknown_column", 5, "sheets[1].columns[1]"),
        ('"day",', "7,", "template_unknown_column", 12, "sheets[2].columns[1]"),
        ("pdf = false", 'pdf = "no"', "template_bad_value", 10, "sheets[2].pdf"),
        ("pdf = false", "pdff = false", "template_unknown_key", 10, "sheets[2].pdff"),
        ("heading = \"活动\"", "headding = \"活动\"", "template_unknown_key", 13, "sheets[2].columns[2].headding"),
        ("heading = \"活动\"", "heading = 3", "template_bad_value", 13, "sheets[2].columns[2].heading"),
        ("heading = \"活动\"", "heading = \"日期\"", "template_heading_twice", 13, "sheets[2].columns[2].heading"),
        ('"活动台账"', '"活动:台账"', "template_bad_title", 9, "sheets[2].title"),
        ('"活动台账"', '"' + "长" * 32 + '"', "template_bad_title", 9, "sheets[2].title"),
        ('"活动台账"', '"History"', "template_bad_title", 9, "sheets[2].title"),
        ('"活动台账"', '"封面"', "template_title_twice", 9, "sheets[2].title"),
        ('name = "安亭镇周报"', 'nane = "安亭镇周报"', "template_unknown_key", 1, "nane"),
        ('name = "安亭镇周报"', 'name = "安\\n亭"', "template_bad_text", 1, "name"),
        ('name = "安亭镇周报"', f'name = "{"长" * 61}"', "template_bad_text", 1, "name"),
        ('columns = ["sessions_held", { column = "person_times", heading = "服务人次" }]', "columns = []",
         "template_no_columns", 5, "sheets[1].columns"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line_and_key(was: str, becomes: str, code: str, line: int, key: str) -> None:
    assert GOOD.count(was) == 1
    found = fault(GOOD.replace(was, becomes))
    assert (found.code, found.details["line"], found.details["key"]) == (code, line, key)
    said = words_for(found)
    assert f"第 {line} 行 {key}" in said


def test_what_is_no_toml_is_named_with_its_line() -> None:
    found = fault(GOOD.replace("pdf = false", "pdf = 不"))
    assert (found.code, found.details["line"]) == ("template_no_toml", 10)
    unfinished = fault(GOOD + 'columns = ["subject",')
    assert (unfinished.code, unfinished.details["line"]) == ("template_no_toml", 18)


@pytest.mark.parametrize(
    ("was", "becomes", "line", "words"),
    [
        ("pdf = false", "pdf = 不要", 10, "英文引号"),
        ('"活动台账"', '"活动台账', 9, "引号没有成对"),
        ('    "day",', '    "day"', 13, "少了逗号"),
        ('"活动台账"', "“活动台账”", 9, "要用英文的"),
        ('    "day",', '    "day"，', 12, "要用英文的"),
    ],
)
def test_a_slip_of_somebody_who_knows_no_toml_is_said_in_words(was: str, becomes: str, line: int, words: str) -> None:
    said = words_for(fault(GOOD.replace(was, becomes)))
    assert f"第 {line} 行" in said and words in said


def test_a_word_in_a_comment_is_not_taken_for_the_place_of_a_mistake() -> None:
    found = fault("# sheet 是工作表\n" + GOOD.replace('[[sheets]]\nsheet = "ratings"', '[[sheet]]\nsheet = "ratings"'))
    assert (found.code, found.details["line"]) == ("template_unknown_key", 17)


def test_a_template_without_sheets_is_refused() -> None:
    assert fault('name = "x"').code == "template_no_sheets"
    assert fault("sheets = []").code == "template_no_sheets"
    assert fault('sheets = ["cover"]').code == "template_bad_value"


def test_what_is_no_text_or_no_template_at_all_is_refused() -> None:
    assert fault(b"PK\x03\x04\xff\xff\xff").code == "template_no_text"
    assert fault(b"#" * (LARGEST + 1)).code == "template_too_large"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"sheets = " + b"[" * 20_000, "template_no_toml"),
        (b"sheets = " + b"{a=" * 9_000, "template_no_toml"),
        (b"name = " + b"9" * 5_000, "template_no_toml"),
        (b"a." * 30_000 + b"b = 1", "template_no_toml"),
        (b"name = 0x" + b"f" * 60_000, "template_bad_value"),
        (b'"' + b"k" * 60_000 + b'" = 1', "template_unknown_key"),
        ('[[sheets]]\nsheet = "sessions"\ntitle = "\u202eabc"'.encode(), "template_bad_text"),
        ('[[sheets]]\nsheet = "sessions"\ntitle = "\u200b"'.encode(), "template_bad_text"),
    ],
)
def test_a_hostile_template_is_refused_in_few_words(content: bytes, code: str) -> None:
    found = fault(content)
    assert found.code == code
    assert len(words_for(found)) < 500


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateError) as caught:
        read_template(tmp_path / "absent.toml")
    assert caught.value.code == "template_unreadable"
    assert "absent.toml" in words_for(caught.value)


@given(st.text(max_size=80))
def test_whatever_is_written_is_read_or_refused_by_name(text: str) -> None:
    try:
        parse_template(text.encode("utf-8", "replace"), "t.toml")
    except TemplateError as refusal:
        assert "t.toml" in words_for(refusal)

"""What a step would open is refused where its fields could not hold what they are given, or where nothing fills one."""

from __future__ import annotations

from pathlib import Path

import pytest

from frontdesk.cases.definition.openings import of_openings
from frontdesk.cases.definition.reading import DefinitionError, definition_in, definitions, own_definitions
from frontdesk.cli import run
from frontdesk.locale import LANGUAGES, speaking, t
from tests.casetexts import CLOSING, SENDING, case_text

ORDER = case_text(
    "order",
    "派活",
    "PH",
    """\
  { code = "what", kind = "text", name = { zh_CN = "什么" }, required = true },
  { code = "cost", kind = "money", name = { zh_CN = "多少钱" } },
  { code = "times", kind = "number", name = { zh_CN = "几次" } },
  { code = "size", kind = "choice", name = { zh_CN = "大小" }, choices = [
    { code = "big", name = { zh_CN = "大" } }, { code = "huge", name = { zh_CN = "特大" } } ] },
  { code = "parts", kind = "list", name = { zh_CN = "几样" }, fields = [
    { code = "part", kind = "text", name = { zh_CN = "哪样" } },
    { code = "price", kind = "money", name = { zh_CN = "价" } } ] },
""",
    SENDING
    + """\
opens = [{ definition = "slip", fields = { text = "what" } }]
""",
)

SLIP = case_text(
    "slip",
    "单子",
    "DZ",
    """\
  { code = "text", kind = "long_text", name = { zh_CN = "写什么" }, required = true },
  { code = "day", kind = "date", name = { zh_CN = "哪天" }, required = true, default = "today" },
  { code = "cost", kind = "money", name = { zh_CN = "钱" } },
  { code = "all", kind = "money", name = { zh_CN = "一共" } },
  { code = "later", kind = "text", name = { zh_CN = "结果" }, at_opening = false },
  { code = "size", kind = "choice", name = { zh_CN = "大小" }, choices = [{ code = "big", name = { zh_CN = "大" } }] },
  { code = "parts", kind = "list", name = { zh_CN = "几样" }, fields = [
    { code = "part", kind = "long_text", name = { zh_CN = "哪样" } },
    { code = "price", kind = "number", name = { zh_CN = "价" } } ] },
""",
    """\
works_out = [{ field = "all", add = ["cost", 100] }]
"""
    + CLOSING,
)


def test_no_definition_of_the_program_opens_what_it_could_not_fill() -> None:
    found = own_definitions()
    assert [one for definition in found.values() for one in of_openings(found, definition)] == []


@pytest.mark.parametrize(
    ("fields", "code", "about"),
    [
        ('{ text = "cost" }', "other_kind", "cost → slip.text"),
        ('{ text = "what", day = "times" }', "other_kind", "times → slip.day"),
        ('{ text = "what", cost = "times" }', "other_kind", "times → slip.cost"),
        ('{ text = "what", size = "size" }', "other_kind", "size → slip.size"),
        ('{ text = "what", parts = "parts" }', "other_kind", "parts → slip.parts"),
        ('{ text = "what", all = "cost" }', "typed_though_worked", "all"),
        ('{ text = "what", later = "what" }', "opened_later", "later"),
        ('{ cost = "cost" }', "nothing_fills", "slip.text"),
    ],
)
def test_what_does_not_fit_or_fills_nothing_is_told_with_line_and_key(
    tmp_path: Path, fields: str, code: str, about: str
) -> None:
    text = ORDER.replace('{ text = "what" }', fields)
    (tmp_path / "order.toml").write_text(text, encoding="utf-8")
    (tmp_path / "slip.toml").write_text(SLIP, encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        definitions(tmp_path)
    (fault,) = refused.value.faults
    assert (refused.value.name, fault.key) == ("order.toml", "transitions[1].opens[1].fields")
    assert (fault.code, fault.about) == (code, about)
    assert text.splitlines()[fault.line - 1].startswith("opens")
    for language in LANGUAGES:
        with speaking(language):
            assert about in t(f"cases.fault.{code}", about=about)


def test_words_go_into_longer_words_and_a_default_fills_what_is_required() -> None:
    found = {code: definition_in(text.encode(), f"{code}.toml") for code, text in (("order", ORDER), ("slip", SLIP))}
    assert list(of_openings(found, found["order"])) == []


def test_the_command_tells_what_a_step_could_never_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "order.toml"
    file.write_text(ORDER.replace('"slip", fields = { text', '"repair", fields = { place'), encoding="utf-8")
    assert run(["case", "check", str(file)]) == 1
    assert "repair.what" in capsys.readouterr().out


def test_in_the_place_of_one_of_ours_a_definition_still_takes_what_our_steps_write(tmp_path: Path) -> None:
    ours = next(one for one in own_definitions().values() if one.code == "action_item")
    assert ours.field("text") is not None
    text = SLIP.replace('code = "slip"', 'code = "action_item"')
    text = text.replace(
        '{ code = "all",',
        '{ code = "urgent", kind = "yes_no", name = { zh_CN = "急" }, required = true },\n  { code = "all",',
    )
    (tmp_path / "action_item.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        definitions(tmp_path)
    assert ("nothing_fills", "action_item.urgent") in {(one.code, one.about) for one in refused.value.faults}

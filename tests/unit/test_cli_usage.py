"""A wrong command line is answered in the language in force, and so is help: click's own English is never shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from frontdesk import cli
from frontdesk.locale import use_language

WRONG: tuple[tuple[tuple[str, ...], str], ...] = (
    (("volunteer", "list", "--limt", "3"), "--limt"),
    (("card", "print"), "--out"),
    (("assignment", "add", "2026-11-20"), "TIMES"),
    (("assignment", "add", "a", "b", "c", "d", "e"), "d e"),
    (("assignment", "cancel", "x", "--reason", "y"), "ASSIGNMENT_ID"),
    (("assignment", "add", "a", "b", "c", "--needed", "-1"), "--needed"),
    (("volunteer", "state", "1", "gone"), "active"),
    (("volunteer", "nothing"), "nothing"),
    (("nothing",), "nothing"),
    (("volunteer", "list", "--limit"), "--limit"),
    (("volunteer", "list", "--json=1"), "--json"),
    (("import", "staff", "/nowhere/at/all.xlsx"), ""),
)


@pytest.fixture(autouse=True)
def _chinese_again() -> Iterator[None]:
    yield
    use_language("zh_CN")


@pytest.mark.parametrize(("words", "named"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_what_is_wrong_is_said_in_chinese_and_names_it(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], named: str
) -> None:
    code = cli.run(["--lang", "zh", *words])
    captured = capsys.readouterr()
    said = captured.err + captured.out
    assert code in (1, 2) and named in said
    assert re.search(r"(?i)\b(usage:|no such|missing|unexpected|invalid|try|requires|options)\b", said) is None
    assert re.search(r"[\u4e00-\u9fff]", said)


@pytest.mark.parametrize(("words", "named"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_what_is_wrong_is_said_in_english_and_names_it(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], named: str
) -> None:
    assert cli.run(["--lang", "en", *words]) in (1, 2)
    captured = capsys.readouterr()
    said = captured.err + captured.out
    assert named in said and re.search(r"[\u4e00-\u9fff]", said) is None


@pytest.mark.parametrize("words", [("volunteer",), ("volunteer", "state"), ("assignment", "cancel"), ("hours", "show")])
def test_help_has_no_english_headings_in_chinese(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    assert cli.run(["--lang", "zh", *words, "--help"]) == 0
    said = capsys.readouterr().out
    assert "用法：" in said and "选项" in said
    assert re.search(r"Usage:|Options:|Commands:|Show this message|\[required\]", said) is None

"""A wrong command line is answered in the language in force, and so is help: click's own English is never shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from frontdesk import cli
from frontdesk.cli_errors import say
from frontdesk.cli_support import out_option
from frontdesk.locale import t, use_language

WRONG: tuple[tuple[tuple[str, ...], str], ...] = (
    (("volunteer", "list", "--limt", "3"), "--limt"),
    (("card", "print"), "--out"),
    (("assignment", "add", "2026-11-20"), "TIMES"),
    (("assignment", "add", "a", "b", "c", "d", "e"), "2"),
    (("signup", "add", "HD001", "zhangsan", "15400000001"), "--name --phone"),
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


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "words",
    [
        ("signup", "add", "HD001", "赵一", "15400000001"),
        ("signup", "赵一15400000001"),
        ("signup", "add", "HD001", "--赵一15400000001"),
        ("resident", "list", "赵一", "15400000001"),
        ("signup", "cancel", "HD001", "赵一15400000001"),
        ("signup", "add", "HD001", "--channel", "赵一15400000001"),
        ("signup", "add", "HD001", "--force=赵一15400000001"),
    ],
)
def test_names_and_phones_that_stand_in_a_wrong_place_are_not_repeated(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], language: str
) -> None:
    for more in ((), ("--json",)):
        assert cli.run(["--lang", language, *words, *more]) == 2
        captured = capsys.readouterr()
        assert "赵一" not in captured.err + captured.out and "15400000001" not in captured.err + captured.out


@pytest.mark.parametrize("words", [("volunteer",), ("volunteer", "state"), ("assignment", "cancel"), ("hours", "show")])
def test_help_has_no_english_headings_in_chinese(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    assert cli.run(["--lang", "zh", *words, "--help"]) == 0
    said = capsys.readouterr().out
    assert "用法：" in said and "选项" in said
    assert re.search(r"Usage:|Options:|Commands:|Show this message|\[required\]", said) is None


@pytest.mark.parametrize(
    "words",
    [
        ("--lang", "en", "volunteer", "nothing"),
        ("volunteer", "--lang", "en", "nothing"),
        ("volunteer", "nothing", "--lang=en"),
    ],
)
def test_the_language_may_stand_before_and_behind_a_command(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert cli.run(list(words)) == 2
    said = capsys.readouterr()
    assert "nothing" in said.err + said.out and "--lang" not in said.out
    assert re.search(r"[\u4e00-\u9fff]", said.err + said.out) is None


def test_help_of_a_command_is_of_the_language_behind_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["kiosk", "--help", "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("Usage: ")


def test_of_two_languages_the_last_holds_and_one_that_is_unknown_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--lang", "zh", "kiosk", "--help", "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("Usage: ")
    assert cli.run(["kiosk", "--lang", "fr"]) == 2
    assert "--lang" in capsys.readouterr().out


def test_what_stands_behind_two_hyphens_is_no_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["volunteer", "--", "--lang", "en"]) == 2
    assert "--lang" in capsys.readouterr().out


def test_a_lang_without_a_language_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["kiosk", "--lang"]) == 2
    assert "--lang" in capsys.readouterr().out


def test_a_failure_never_repeats_a_long_number_that_was_typed(capsys: pytest.CaptureFixture[str]) -> None:
    number = "440102199001011234"
    details = {"no": number, "rows": [{"row": 3, "value": number}], "id": int(number), "at": 1_766_000_000_000}
    for as_json in (True, False):
        say("nobody", f"没有 {number} 这个人。", details, as_json)
    said = capsys.readouterr()
    assert number not in said.out + said.err
    assert said.out.count("440****1234") == 4 and "440****1234" in said.err and "1766000000000" in said.out


def test_wrong_usage_never_repeats_a_long_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["volunteer", "440102199001011234"]) == 2
    said = capsys.readouterr()
    assert "440102199001011234" not in said.out + said.err and "没有 … 这个命令" in said.out


def test_a_file_to_write_is_named_by_out_and_the_bare_one_of_before_is_still_taken() -> None:
    @click.command()
    @click.argument("room")
    @out_option("where to")
    def command(room: str, out: Path) -> None:
        click.echo(f"{room} {out}")

    def said(*arguments: str) -> str:
        result = CliRunner().invoke(command, arguments)
        return result.output if result.exit_code == 0 else type(result.exception).__name__ + result.output

    assert said("甲", "--out", "a.pdf") == said("甲", "a.pdf") == said("--out", "a.pdf", "甲") == "甲 a.pdf\n"
    assert "Missing option '--out'" in said("甲")
    assert t("cli.out_twice") in said("甲", "a.pdf", "--out", "b.pdf")
    assert t("cli.empty_path") in said("甲", "")
    assert "--out FILE" in said("--help") and "[FILE]" not in said("--help")

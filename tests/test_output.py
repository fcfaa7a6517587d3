"""Commands with closed, full or odd streams, and with arguments that are no text: a code, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs import ROOT, centre_with_cards, command

pytestmark = pytest.mark.skipif(os.name != "posix", reason="closed streams and bytes for names as POSIX has them")
FULL = pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="needs a device that is always full")
INIT = [
    "--code",
    "A1",
    "--name",
    "中心",
    "--street",
    "街",
    "--district",
    "区",
    "--manager-no",
    "M001",
    "--manager-name",
    "王五",
]
ODD = os.fsdecode(b"\xff")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("centre") / "home"
    centre_with_cards(made, 1)
    return made


def shell(redirection: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    """What a command answers behind a redirection of the shell."""
    ended = subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {redirection}', "sh", *words],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert b"Traceback" not in ended.stderr and b"Exception ignored" not in ended.stderr, ended.stderr.decode()
    return ended


def test_a_scan_without_any_input_is_refused_by_code(home: Path) -> None:
    ended = shell("<&-", *command(home, "scan", "--json"))
    assert (ended.returncode, json.loads(ended.stdout)["error"]["code"]) == (1, "no_input")


def test_without_any_input_there_is_no_window(home: Path) -> None:
    ended = shell("<&-", sys.executable, "-m", "frontdesk")
    assert (ended.returncode, json.loads(ended.stdout)["error"]["code"]) == (1, "no_terminal")


def test_closed_output_is_no_obstacle(home: Path) -> None:
    for redirection in (">&-", "2>&-", "<&- >&- 2>&-"):
        assert shell(redirection, *command(home, "staff", "list", "--json")).returncode == 0


def test_names_of_files_and_folders_that_are_no_text_are_answered_as_json(home: Path, tmp_path: Path) -> None:
    out, odd_home = f"{tmp_path}/{ODD}.pdf", tmp_path / f"home{ODD}"
    for words, key, value in (
        (command(home, "card", "print", "--out", out), "out", out),
        (command(home, "report", "export", "2026-W46", "--out", f"{tmp_path}/{ODD}.xlsx"), "out", None),
        (command(odd_home, "init", *INIT), "home", str(odd_home)),
    ):
        ended = shell("", *words, "--json")
        assert ended.returncode == 0, ended.stderr.decode()
        answered = json.loads(ended.stdout)[key]
        assert answered == value or value is None
    assert shell("", *command(home, "card", "print", "--out", out)).returncode == 0


def test_an_argument_that_is_no_text_is_refused_by_code(home: Path, tmp_path: Path) -> None:
    for words, code in (
        (command(home, "card", "issue", "--volunteer", ODD), "not_text"),
        (command(tmp_path / "new", "init", *INIT, "--name", ODD), "bad_value"),
    ):
        ended = shell("", *words, "--json")
        assert (ended.returncode, json.loads(ended.stdout)["error"]["code"]) == (1, code)


def test_a_number_that_no_row_can_have_is_refused_by_code(home: Path) -> None:
    ended = shell("", *command(home, "resident", "show", str(1 << 70), "--json"))
    assert (ended.returncode, json.loads(ended.stdout)["error"]["code"]) == (1, "number_too_large")


@pytest.mark.parametrize(
    "words",
    [("card", "print", "--out", ""), ("report", "export", "2026-W46", "--out", ""), ("import", "staff", "")],
    ids=" ".join,
)
def test_an_empty_path_is_wrong_usage(home: Path, words: tuple[str, ...]) -> None:
    ended = shell("", *command(home, *words, "--json"))
    assert (ended.returncode, json.loads(ended.stdout)["error"]["code"]) == (2, "usage")


@FULL
@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("--version",),
        ("manual",),
        ("staff", "--help"),
        ("staff", "list"),
        ("staff", "list", "--json"),
        ("report", "show", "no period", "--json"),
        ("no such command", "--json"),
    ],
    ids=" ".join,
)
def test_output_that_cannot_be_written_is_one_line_on_stderr(
    home: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("FRONTDESK_HOME", str(home))
    ended = shell("> /dev/full", sys.executable, "-m", "frontdesk", *words)
    assert ended.returncode == 1
    said = [line for line in ended.stderr.decode().splitlines() if not line.startswith(("Usage", "用法"))]
    assert len(said) == 1 and "{" not in said[0]

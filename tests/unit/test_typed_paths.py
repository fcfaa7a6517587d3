"""What is typed where a file is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from frontdesk.common.typed_paths import typed_path


@pytest.mark.parametrize(
    "text", ["/media/u/a b.xlsx", " '/media/u/a b.xlsx' ", '"/media/u/a b.xlsx"', "file:///media/u/a b.xlsx"]
)
def test_a_file_that_was_dragged_into_the_window_is_meant(text: str) -> None:
    assert typed_path(text) == Path("/media/u/a b.xlsx")


def test_the_users_folder_is_a_tilde_and_that_of_nobody_stands_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/u")
    monkeypatch.setenv("USERPROFILE", "/home/u")
    assert typed_path("~/a.xlsx") == Path("/home/u/a.xlsx")
    assert typed_path("~nobody-of-this-name/a.xlsx") in (
        Path("~nobody-of-this-name/a.xlsx"),
        Path("/home/nobody-of-this-name/a.xlsx"),
    )


def test_nothing_is_no_path() -> None:
    assert typed_path("  ") is None and typed_path('""') is None

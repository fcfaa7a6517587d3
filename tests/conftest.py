"""What holds for every test: papers are drawn with a small font, garbage is collected seldom, and nothing is timed."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from frontdesk.locale import use_language
from tests.smallfont import papers_in_a_small_font

# A started program makes and drops some hundred thousand objects. Looking for cycles after every 700 new ones took a
# sixth of the processor; at the end of this many there are at most some hundred megabytes to be found.
_NEW_OBJECTS_BEFORE_COLLECTING = (50_000, 10, 5)


def pytest_configure() -> None:
    """Set before the tests are collected, which alone makes a million objects that stay."""
    gc.set_threshold(*_NEW_OBJECTS_BEFORE_COLLECTING)
    # How long an example takes to be made or tried tells of the machine and of what else runs on it, and not of the
    # program: the first of a process has the tables of characters made and the constants of all modules read.
    settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("unhurried")
    # Tests that import openpyxl themselves do so before the program, which reads without lxml.
    os.environ["OPENPYXL_LXML"] = "False"


@pytest.fixture(autouse=True)
def _exports_apart(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test, and no program that one starts, writes into the documents of whoever runs it."""
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(tmp_path_factory.getbasetemp() / "exports"))


@pytest.fixture
def chinese() -> Iterator[None]:
    """The words are Chinese before and after, whatever the test says them in."""
    use_language("zh_CN")
    yield
    use_language("zh_CN")


@pytest.fixture(scope="session", autouse=True)
def _small_font() -> Iterator[None]:
    with papers_in_a_small_font():
        yield

"""Every failure of the two ends has words in both languages, which ask for nothing that the failure lacks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import frontdesk
from frontdesk.district.refusals import STATUS
from frontdesk.locale import catalogue
from tests.sources import nodes

AREAS = {"WireFault": "sync", "SyncError": "sync", "Failed": "sync", "DistrictError": "district"}
PASSED_ON = [("sync", code) for code in ("bad_header", "bad_body", "bad_receipt", "bad_enrolment_file")]
"""Codes that the reader of JSON is given as an argument; it says where the fault lies."""


def raised() -> Iterator[tuple[str, str, frozenset[str] | None]]:
    """The area, the code and the names of the details of every failure in the sources of both ends."""
    for area, code in PASSED_ON:
        yield area, code, frozenset({"where"})
    for folder in ("sync", "district"):
        for path in (Path(frontdesk.__file__).parent / folder).rglob("*.py"):
            for node in nodes(path):
                if isinstance(node, ast.Call) and node.args:
                    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                    if name in AREAS:
                        given = {keyword.arg for keyword in node.keywords}
                        details = frozenset(one for one in given if one) if None not in given else None
                        for code in codes_in(node.args[0]):
                            yield AREAS[name], code, details


def codes_in(argument: ast.expr) -> list[str]:
    if isinstance(argument, ast.IfExp):
        return codes_in(argument.body) + codes_in(argument.orelse)
    return [str(argument.value)] if isinstance(argument, ast.Constant) else []


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize(("area", "code", "details"), list(raised()))
def test_every_failure_has_words_that_it_can_fill(area: str, code: str, details: frozenset[str] | None) -> None:
    for language in ("zh_CN", "en"):
        text = catalogue(language, area)[f"error.{code}"]
        assert details is None or placeholders(text) <= details


def test_every_status_belongs_to_a_failure_that_exists() -> None:
    assert set(STATUS) <= {code for _, code, _ in raised()}


@pytest.mark.parametrize("area", ["sync", "district"])
def test_both_languages_hold_the_same_keys_and_placeholders(area: str) -> None:
    def fields(language: str) -> dict[str, set[str]]:
        return {key: placeholders(text) for key, text in catalogue(language, area).items()}

    assert fields("zh_CN") == fields("en")

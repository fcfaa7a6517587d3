"""The district calls the parts of a figure as the centre does, though they travel as codes."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from frontdesk.district.figures import category_words
from frontdesk.locale import LANGUAGES, t, use_language

DEFINITIONS = resources.files("frontdesk.reports.indicators") / "definitions"
SPLITS = [
    (one["code"], one["key_words"], key)
    for file in sorted(DEFINITIONS.iterdir(), key=lambda file: file.name)
    if file.name.endswith(".toml")
    for one in tomllib.loads(file.read_text(encoding="utf-8")).get("indicators", [])
    if "key_words" in one
    for key in one["keys"]
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_part_has_the_words_of_the_centre(language: str) -> None:
    use_language(language)
    try:
        assert SPLITS
        assert [category_words(code, key) for code, _, key in SPLITS] == [t(f"{area}.{key}") for _, area, key in SPLITS]
        assert category_words(SPLITS[0][0], "of a newer program") == "of a newer program"
        assert category_words("person_times_by_category", "文体服务") == "文体服务"
    finally:
        use_language("zh_CN")

"""The manual on cases: its table is that of the definitions, every key is explained, the example holds."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from frontdesk.cases.definition.basics import Label
from frontdesk.cases.definition.model import Definition
from frontdesk.cases.definition.reading import read_definition
from frontdesk.cases.mechanisms import MECHANISMS
from frontdesk.locale import LANGUAGES
from tests.casemanual import CODE, KEYS, TABLE, chapter, example
from tests.mechanisms import written
from tests.permissions import manual


def parts(model: type[BaseModel], seen: set[type[BaseModel]] | None = None) -> set[type[BaseModel]]:
    """A model and all the models that its fields are made of."""
    known = seen if seen is not None else set()
    if model not in known:
        known.add(model)
        for one in model.model_fields.values():
            for inner in models_in(one.annotation):
                parts(inner, known)
    return known


def models_in(annotation: object) -> set[type[BaseModel]]:
    """The models that an annotation names, in tuples, unions and all."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {found for one in get_args(annotation) for found in models_in(one)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_of_mechanisms_is_as_the_definitions_say(language: str) -> None:
    assert written(language) == manual(language).read_text(encoding="utf-8"), "run: python -m tests.mechanisms"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mechanism_of_daily_and_monthly_work_is_in_the_table(language: str) -> None:
    lines = chapter(language, TABLE).splitlines()
    for one in MECHANISMS:
        assert any(line.startswith(f"| {one.number} ") for line in lines), one.number


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_of_a_definition_file_is_explained(language: str) -> None:
    said = chapter(language, KEYS)
    keys = {field.alias or name for model in parts(Definition) - {Label} for name, field in model.model_fields.items()}
    assert {one for one in keys if f"`{one}`" not in said} == set()


def test_the_example_is_one_and_the_same_in_both_languages_and_holds(tmp_path: Path) -> None:
    texts = {example(language) for language in LANGUAGES}
    assert len(texts) == 1
    path = tmp_path / f"{CODE}.toml"
    path.write_text(texts.pop(), encoding="utf-8")
    found = read_definition(path)
    assert found.code == CODE == tomllib.loads(path.read_text(encoding="utf-8"))["code"]

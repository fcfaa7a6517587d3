"""The words for a gender, the same in both registers."""

from __future__ import annotations

from datetime import date

import pytest

from frontdesk.common.genders import gender_of
from frontdesk.residents.fields import read_gender
from frontdesk.volunteers.register.fields import read_fields

TODAY = date(2026, 11, 9)


@pytest.mark.parametrize(
    ("typed", "meant"), [("男", "男"), (" Ｆ ", "女"), ("Male", "男"), ("female", "女"), ("女", "女"), ("m", "男")]
)
def test_both_registers_take_the_same_words_for_a_gender(typed: str, meant: str) -> None:
    assert gender_of(typed) == read_gender(typed) == read_fields({"gender": typed}, TODAY)["gender"] == meant


def test_another_word_is_no_gender() -> None:
    assert gender_of("先生") is None

"""What a centre may change: every setting has bounds, a group and words, and what is typed is taken or refused."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.errors import DeskError
from frontdesk.locale import LANGUAGES, catalogue, use_language
from frontdesk.settings import rules
from frontdesk.settings.rules import BOUNDS, GROUPS, Settings
from frontdesk.settings.words import allowed_words, value_words

NAMES = [field.name for field in fields(Settings)]


def test_every_setting_has_bounds_and_one_group() -> None:
    assert sorted(BOUNDS) == sorted(NAMES)
    assert sorted(name for group in GROUPS.values() for name in group) == sorted(NAMES)
    assert set(NAMES) >= rules.PERSONAL


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_setting_has_words_for_itself_its_choices_and_what_it_may_be(language: str, name: str) -> None:
    words = catalogue(language, "settings")
    wanted = [name, f"{name}.help", *(f"{name}.{choice}" for choice in BOUNDS[name].choices)]
    assert [key for key in wanted if not words.get(key)] == []
    use_language(language)
    try:
        assert "settings." not in allowed_words(name)
        assert "settings." not in value_words(name, rules.default(name))
    finally:
        use_language("zh_CN")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_has_a_name(language: str) -> None:
    assert [group for group in GROUPS if f"group.{group}" not in catalogue(language, "settings")] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_default_is_allowed_and_its_typed_form_is_read_back(name: str) -> None:
    value = rules.default(name)
    assert rules.checked(name, value) == value
    assert rules.typed(name, rules.typed_form(name, value)) == value


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("undo_minutes", " １５ ", 15),
        ("hour_milestones", "50、100，200", (50, 100, 200)),
        ("hour_milestones", "", ()),
        ("brand_rgb", "0 80 160", (0, 80, 160)),
        ("rounding_minutes", "15", 15),
        ("kiosk_sound", "0", 0),
        ("sync_every_minutes", "0", 0),
        ("sync_every_minutes", "5", 5),
        ("sync_every_minutes", "1440", 1440),
        ("certificate_issuer", " 示范街道志愿者协会 ", "示范街道志愿者协会"),
        ("audience_tags", "老年人、 Tai  chi，儿童,", ("老年人", "Tai chi", "儿童")),
        ("audience_tags", "", ()),
        ("service_categories", "（一）类", ("（一）类",)),
    ],
)
def test_what_is_typed_is_taken(name: str, typed: str, value: rules.Value) -> None:
    assert rules.typed(name, typed) == value


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("undo_minutes", ""),
        ("undo_minutes", "-1"),
        ("undo_minutes", "1441"),
        ("undo_minutes", "1 2"),
        ("forgotten_maximum_minutes", "0"),
        ("sync_every_minutes", "4"),
        ("sync_every_minutes", "1441"),
        ("kiosk_sound", "2"),
        ("rounding_minutes", "7"),
        ("forgotten_exit", "never"),
        ("brand_rgb", "1, 2"),
        ("brand_rgb", "1, 2, 256"),
        ("hour_milestones", "300, 100"),
        ("hour_milestones", "100, 100"),
        ("certificate_issuer", "x" * 101),
        ("certificate_issuer", "a\x1bb"),
        ("service_categories", ""),
        ("service_categories", " 、，"),
        ("audience_tags", "儿童、儿童"),
        ("audience_tags", "字" * 21),
        ("audience_tags", "、".join(map(str, range(31)))),
        ("audience_tags", "a\x1bb"),
    ],
)
def test_what_a_setting_cannot_be_is_refused(name: str, typed: str) -> None:
    with pytest.raises(DeskError) as refusal:
        rules.typed(name, typed)
    assert refusal.value.code == "bad_setting"


@given(name=st.sampled_from(NAMES), text=st.text(max_size=12))
def test_whatever_is_typed_is_a_value_that_reads_back_or_a_refusal(name: str, text: str) -> None:
    try:
        value = rules.typed(name, text)
    except DeskError as refusal:
        assert refusal.code == "bad_setting"
        return
    assert rules.checked(name, value) == value
    assert rules.typed(name, rules.typed_form(name, value)) == value


@pytest.mark.parametrize("typed", ["0", "1001"])
def test_a_result_is_never_public_from_no_rating_on_nor_hidden_for_ever(typed: str) -> None:
    with pytest.raises(DeskError):
        rules.typed("public_minimum", typed)

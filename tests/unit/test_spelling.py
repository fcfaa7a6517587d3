"""Titles found by pinyin and by initials, from any of their characters on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.cases.new_screen import how_meant
from frontdesk.common.pinyin import Spelling, is_spelled_in
from frontdesk.shell.picking import Pick


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("活动广场一盏灯不亮", "hdgc"),
        ("活动广场一盏灯不亮", "dbl"),
        ("活动广场一盏灯不亮", "guangchang"),
        ("活动广场一盏灯不亮", "guangch"),
        ("重庆路的长椅", "cql"),
        ("重庆路的长椅", "zql"),
        ("AB角换班", "abjhb"),
        ("楼上漏水，两家说不拢", "lsljs"),
        ("楼上漏水，两家说不拢", "loushuiliangjia"),
        ("3号楼电梯", "3hl"),
    ],
)
def test_words_of_a_title_are_found_by_initials_and_by_pinyin(title: str, typed: str) -> None:
    assert is_spelled_in(title, typed)


@pytest.mark.parametrize("typed", ["", "dgb", "灯", "blx", "guangg", "xyz", "u"])
def test_what_is_spelled_otherwise_is_not_found(typed: str) -> None:
    assert not is_spelled_in("活动广场一盏灯不亮", typed)


@given(st.text("活动广场一盏灯不亮重庆长乐，（）AB12 ", min_size=1), st.text("abcdghlyz12", min_size=1, max_size=5))
def test_one_spelling_means_the_same_for_every_title_whatever_was_looked_at_before(title: str, key: str) -> None:
    looked = Spelling(key)
    looked.is_in("重庆广场")
    assert looked.is_in(title) == is_spelled_in(title, key)
    assert looked.is_in(title + "重") or not looked.is_in(title)


def test_a_definition_is_chosen_by_the_initials_of_the_end_of_its_name() -> None:
    lists = Pick("definition:service_item", (), "三张服务清单", "有什么、谁提供、怎么联系")
    assert how_meant(lists, ("J18",), "fwqd", "fwqd") == 2 == how_meant(lists, ("J18",), "j18", "J18")
    assert how_meant(lists, (), "szfw", "szfw") == 1 and how_meant(lists, (), "提供", "提供") == 3
    assert how_meant(lists, (), "qdfw", "qdfw") is None


def test_the_whole_name_of_one_definition_comes_before_the_beginning_of_another() -> None:
    seal, sealed = Pick("definition:seal_use", (), "印章使用"), Pick("definition:seal_list", (), "印章使用清单")
    for typed in ("印章使用", "yzsy"):
        ours, other = (how_meant(one, (), typed, typed) for one in (seal, sealed))
        assert (ours, other) == (0, 1)

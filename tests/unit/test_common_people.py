"""Names, telephones and the terms a person is found by."""

from __future__ import annotations

import re
import sqlite3

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from db.info_reports import names_within
from frontdesk.common.names import COMPOUND_SURNAMES, clean_name, mask_name, mask_within, without_spacing
from frontdesk.common.phones import normalise_phone
from frontdesk.common.pinyin import MIXED_COMBINATIONS, MOST_COMBINATIONS, SURNAME_READINGS, query_key, search_terms

FULL_WIDTH = str.maketrans("0123456789-+ ", "０１２３４５６７８９－＋　")
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
HAN_NAMES = st.text(HAN, min_size=2, max_size=5)
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@given(
    MOBILES,
    st.sampled_from(["{0}", "+86 {0}", "+86{0}", "0086{0}", "86{0}", " {0} ", "{1} {2} {3}", "{1}-{2}-{3}", "0{0}"]),
    st.booleans(),
)
def test_a_mobile_number_has_one_spelling(number: str, style: str, full_width: bool) -> None:
    written = style.format(number, number[:3], number[3:7], number[7:])
    normal = normalise_phone(written.translate(FULL_WIDTH) if full_width else written)
    assert normal == number == normalise_phone(normal)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("15412341234", "15412341234"),
        ("021-59575678", "02159575678"),
        ("（021）5957 5678", "02159575678"),
        ("+86 21 5957 5678", "02159575678"),
        ("0571-88886666", "057188886666"),
        ("021-59575678-801", "02159575678-801"),
        ("021-59575678转801", "02159575678-801"),
        ("59575678", "59575678"),
        ("400-820-8820", "4008208820"),
    ],
)
def test_other_numbers_have_one_spelling(written: str, number: str) -> None:
    assert normalise_phone(written) == number == normalise_phone(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12345",
        "95588",
        "962899",
        "1541234567",
        "154123456789",
        "12812345678",
        "电话",
        "1541234567a",
        "+8612345",
        "15412345678-1",
        "١٥٤١٢٣٤٥٦٧٨",
        "15412345678/15412345679",
    ],
)
def test_what_is_no_number_to_reach_a_person_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        normalise_phone(text)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张明", "张*"),
        ("张小明", "张*明"),
        ("欧阳明", "欧阳*"),
        ("欧阳小明", "欧阳**"),
        ("欧阳", "欧*"),
        ("诸葛建思", "诸葛**"),
        ("张王小明", "张***"),
        ("姜英𬭎", "姜*𬭎"),
        ("阿依古丽·买买提", "阿***·***"),
        ("John Smith", "J*** S***"),
        ("张", "*"),
        ("A", "*"),
        ("张·", "*"),
        (" 张　三 ", "张*"),
        ("", ""),
        (" ", ""),
    ],
)
def test_a_list_shows_a_name_masked(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@given(st.one_of(HAN_NAMES, st.text(st.characters(categories=["L", "Zs"]), min_size=1)))
def test_a_masked_name_never_shows_the_whole(name: str) -> None:
    assume(clean_name(name))
    masked = mask_name(name)
    assert "*" in masked
    assert masked != clean_name(name)


@given(st.sampled_from(sorted(COMPOUND_SURNAMES)), st.text(HAN, min_size=1, max_size=2))
def test_a_compound_surname_stays_and_the_given_name_goes(surname: str, given_name: str) -> None:
    assert mask_name(surname + given_name) == surname + "*" * len(given_name)


def test_a_name_is_cleaned_without_changing_a_character() -> None:
    assert clean_name(" 张　 三\u200b ") == "张三"
    assert clean_name("John   Smith ") == "John Smith"
    # Compatibility and rare characters would not survive NFKC.
    assert clean_name("金\uf90a𬭎䶮") == "金\uf90a𬭎䶮"


@given(HAN_NAMES)
def test_a_person_is_found_by_any_character_on(name: str) -> None:
    terms = search_terms(name)
    for place in range(len(name)):
        assert any(term.startswith(query_key(name[place:])) for term in terms)
        assert any(term.startswith(query_key(name[place])) for term in terms)


@given(HAN_NAMES)
def test_the_terms_of_a_name_stay_few(name: str) -> None:
    assert len(search_terms(name)) <= len(name) * (1 + 2 * MIXED_COMBINATIONS) + 2 * MOST_COMBINATIONS


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("张三", ["张", "三", "zs", "z", "zsan"[:2], "zhangsan", "zhang san", "ZHANG", "ｚｈａｎｇ"]),
        ("单宇建", ["shanyujian", "danyujian", "syj", "dyj"]),
        ("曾秀", ["zengxiu", "zx", "cengxiu"]),
        ("区思宁", ["ousining", "osn", "qusining"]),
        ("吕兰晨", ["lvlanchen", "lulanchen", "lü", "lu\u0308", "llc"]),
        ("尉迟华琪", ["yuchihuaqi", "ychq", "尉迟", "迟", "琪"]),
        ("万俟雪", ["moqixue", "mqx"]),
        ("贾安䶮", ["jiaanyan", "jay", "jia'an", "䶮"]),
        ("姜英𬭎", ["jiangyinghong", "jyh", "𬭎"]),
        ("John Smith", ["john", "smith", "johnsm", "js", "John Sm"]),
        ("阿依古丽·买买提", ["ayigulimaimaiti", "买买提", "阿依古丽·买"]),
    ],
)
def test_a_person_is_found_by_pinyin_initials_and_characters(name: str, typed: list[str]) -> None:
    terms = search_terms(name)
    for text in typed:
        assert any(term.startswith(query_key(text)) for term in terms), (text, sorted(terms))


@given(st.sampled_from(sorted(SURNAME_READINGS)), st.text(HAN, min_size=1, max_size=3))
def test_a_surname_is_found_by_its_own_reading(surname: str, given_name: str) -> None:
    assume(surname + given_name[0] not in COMPOUND_SURNAMES)
    terms = search_terms(surname + given_name)
    reading = SURNAME_READINGS[surname]
    assert any(term.startswith(reading) for term in terms)
    assert any(term.startswith(reading[0]) and len(term) == len(given_name) + 1 for term in terms)


def test_a_name_without_letters_has_no_terms() -> None:
    assert search_terms("") == search_terms(" ·? ") == frozenset()


@given(st.text())
def test_a_query_key_is_stable_and_has_no_spaces(text: str) -> None:
    key = query_key(text)
    assert query_key(key) == key
    assert not re.search(r"\s", key)


NUMBERED = st.text(st.one_of(HAN, st.sampled_from("A9z")), min_size=1, max_size=5)
"""The second Zhang Wei is 张伟2 on many a sheet."""


@given(
    st.one_of(
        HAN_NAMES,
        st.tuples(st.sampled_from(sorted(COMPOUND_SURNAMES)), st.one_of(HAN_NAMES, NUMBERED)).map("".join),
        NUMBERED,
    )
)
def test_a_usual_name_is_masked_like_one_that_is_written_oddly(name: str) -> None:
    # Invisible characters are no part of a name, and send it the long way.
    assert mask_name(name) == mask_name(f"\u200b{name}\u200b")


# Names within words.
SPACED = st.text(st.sampled_from(" \t　\u00a0\u2009\u200b·•・‧.．"), max_size=3)
LATIN = st.lists(st.from_regex(r"[A-Z][a-z]{1,5}", fullmatch=True), min_size=2, max_size=3).map(" ".join)
DOTTED = st.lists(st.text(HAN, min_size=1, max_size=3), min_size=2, max_size=3).map("·".join)
KNOWN = st.one_of(HAN_NAMES, LATIN, DOTTED, st.sampled_from(sorted(COMPOUND_SURNAMES)).map(lambda one: f"{one}明"))


@given(st.lists(KNOWN, min_size=1, max_size=3), st.data())
def test_a_name_is_masked_in_words_however_it_is_spaced(names: list[str], data: st.DataObject) -> None:
    kept = [clean_name(name) for name in names]
    words = ""
    for name in kept:
        spelt = "".join(f"{one}{data.draw(SPACED)}" for one in name)
        words += f"谢谢{spelt}，"
    with sqlite3.connect(":memory:") as connection:
        for table, columns in (("resident", "name, guardian_name"), ("volunteer", "name"), ("rating_rater", "name")):
            connection.execute(f"CREATE TABLE {table} ({columns})")
        connection.executemany("INSERT INTO resident VALUES (?, '')", [(name,) for name in kept])
        found = names_within(connection, without_spacing(words))
    connection.close()
    assert set(found) == set(kept)
    masked = mask_within(words, found)
    assert [name for name in kept if without_spacing(name) in without_spacing(masked)] == []
    assert masked.count("谢谢") == masked.count("，") == len(names)


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        ("张 伟教得好", "张*教得好"),
        ("请张　伟来", "请张*来"),
        ("张·伟、张伟", "张*、张*"),
        ("欧阳 三 丰讲课", "欧阳**讲课"),
        ("买买提 阿里", "买**·**"),
        ("纸张\n伟大", "纸张\n伟大"),
    ],
)
def test_the_mask_stands_for_the_name_and_for_what_lay_between(words: str, masked: str) -> None:
    assert mask_within(words, ["欧阳三丰", "买买提·阿里", "张伟"]) == masked

"""What is too long to be anything but somebody's identity card, bank card or payment code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.common.longnumbers import has_long_number, is_long_number, mask_long_numbers, refuse_long_number
from frontdesk.common.names import LongLine, clean_line, short_line
from frontdesk.errors import DeskError

IDENTITY = "310114199003078812"

identity_numbers = st.from_regex(r"[1-6][0-9]{16}[0-9X]", fullmatch=True)
bank_cards = st.from_regex(r"[3-6][0-9]{15,18}", fullmatch=True)


@pytest.mark.parametrize(
    "text",
    [
        IDENTITY,
        "身份证310114199003078812。",
        "ID310114199003078812A",
        "31011419900307881X",
        "31011419900307881x",
        "310114900307881",
        "31011490030788X",
        "310114 19900307 8812",
        "310114-1990-03-07-8812",
        "6222 0212 3456 7890",
        "6222–0212–3456–7890",
        "３１０１１４１９９００３０７８８１２",
        "3101141990\u200b03078812",
        "13912345678901234",
    ],
)
def test_a_long_number_is_seen_however_it_is_written(text: str) -> None:
    assert has_long_number(text)
    with pytest.raises(DeskError, match="long_number"):
        refuse_long_number(text)
    assert not has_long_number(mask_long_numbers(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "13912345678",
        "13912345678 13887654321",
        "139-1234-5678 021-59571234",
        "139 1234 5678，138 8765 4321",
        "021-59571234-8012",
        "400-820-8820 13912345678",
        "2026-11-09 09:00-11:30",
        "2026-11-09 0900-1130",
        "2026-11-09 2026-11-13",
        "2026-11-09—2026-11-13",
        "2026-11-09 13912345678",
        "2026年11月9日至2026年11月13日",
        "3101.1419.9003.0788",
        "Exxxxxxxxxxxxxxxx",
        "1234567890 张三 1234567890",
        "31011419900307",
        "31011490030788XX",
    ],
)
def test_phones_days_times_and_short_numbers_may_stand_in_a_note(text: str) -> None:
    assert not has_long_number(text)
    assert mask_long_numbers(text) == text
    assert refuse_long_number(text) == text


@given(
    st.one_of(identity_numbers, bank_cards),
    st.sampled_from(["", "身份证号", "card ", "x"]),
    st.sampled_from(["", "。", " ok"]),
)
def test_of_a_long_number_no_more_than_three_and_four_digits_are_shown(number: str, before: str, after: str) -> None:
    shown = mask_long_numbers(f"{before}{number}{after}")
    assert number[:3] in shown and number[-4:].upper() in shown.upper()
    assert number[:4] not in shown.replace(f"{number[:3]}****{number[-4:]}", "")
    assert number not in shown


@given(identity_numbers, st.sets(st.integers(1, 17), max_size=6), st.sampled_from([" ", "-", "－", "\u3000", "–"]))
def test_separators_between_the_digits_hide_nothing(number: str, places: set[int], mark: str) -> None:
    written = "".join((mark if place in places else "") + one for place, one in enumerate(number))
    assert has_long_number(written)


@given(st.text(max_size=40))
def test_any_text_is_judged_and_comes_back_untouched_unless_it_holds_one(text: str) -> None:
    assert (mask_long_numbers(text) == text) or has_long_number(text)


def test_every_line_that_is_kept_is_judged_after_it_is_cleaned_and_the_number_is_not_repeated() -> None:
    with pytest.raises(DeskError) as refusal:
        clean_line("证件 310114  19900307 \u200b 8812")
    assert refusal.value.code == "long_number"
    assert refusal.value.details == {}
    with pytest.raises(DeskError):
        short_line(IDENTITY, 200)
    with pytest.raises(LongLine):
        short_line("长" * 201, 200)


def test_a_cell_that_is_a_number_of_fifteen_digits_is_one_though_it_is_written_in_another_way() -> None:
    assert is_long_number(3.10114199003078e17)
    assert is_long_number(123456789012345.0)
    assert not is_long_number(13912345678.0)
    assert not is_long_number(float("inf"))
    assert not is_long_number("310114199003078812")

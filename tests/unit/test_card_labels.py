"""Forty labels on a sheet, from any place on, with subset fonts; and what is said before it is printed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from db.volunteers import Card
from frontdesk.common.fonts import FontSearch
from frontdesk.volunteers.cards.code import grouped, make_code, read_code
from frontdesk.volunteers.cards.drawing import QR_WIDTH, CardFace
from frontdesk.volunteers.cards.label_face import LABEL_HEIGHT, LABEL_WIDTH
from frontdesk.volunteers.cards.rules import end_after, is_over
from frontdesk.volunteers.cards.sheet import (
    LAYOUTS,
    CardPrintFault,
    LayoutName,
    print_cards,
    sheets_needed,
    undrawable_names,
)
from tests.unit.test_cardprint import CENTRE, CREATED, built_font

KEY = b"card key of the tests, 32 bytes."
PER_MM = 300 / 25.4


def faces(count: int, name: str = "张三明") -> list[CardFace]:
    return [
        CardFace(f"031{place:04}", name, "平安巡逻队", make_code(KEY, f"031{place:04}", 1)) for place in range(count)
    ]


def printed(out: Path, count: int, first: int, layout: LayoutName = "labels", fonts: FontSearch | None = None) -> Path:
    print_cards(
        faces(count),
        out,
        layout=layout,
        first=first,
        centre_name=CENTRE,
        created=CREATED,
        brand_rgb=(10, 120, 60),
        fonts=fonts or FontSearch(None, ()),
    )
    return out


def places_read(path: Path) -> list[tuple[int, int, str]]:
    """Page, place on the page (from 1) and volunteer of every code that is read, in that order."""
    found = []
    with pypdfium2.PdfDocument(path) as document:
        for number, page in enumerate(document):
            assert (page.get_width(), page.get_height()) == pytest.approx((595.28, 841.89), abs=0.1)
            for symbol in zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil()):
                corner = symbol.position.top_left
                column, row = int(corner.x / PER_MM // LABEL_WIDTH), int(corner.y / PER_MM // LABEL_HEIGHT)
                found.append((number, row * 4 + column + 1, read_code(KEY, symbol.text).volunteer_no))
    return sorted(found)


def test_forty_labels_cover_the_sheet() -> None:
    layout = LAYOUTS["labels"]
    assert layout.places == 40
    assert layout.columns * layout.width == pytest.approx(210)
    assert layout.rows * layout.height == pytest.approx(297)


@pytest.mark.parametrize(("count", "first"), [(40, 1), (3, 38), (4, 38), (1, 40), (45, 7)])
def test_printing_begins_at_the_chosen_label_and_goes_on_on_whole_sheets(
    tmp_path: Path, count: int, first: int
) -> None:
    read = places_read(printed(tmp_path / "labels.pdf", count, first))
    run = [first - 1 + place for place in range(count)]
    assert read == [(one // 40, one % 40 + 1, face.volunteer_no) for one, face in zip(run, faces(count), strict=True)]


@pytest.mark.parametrize(("layout", "first"), [("labels", 0), ("labels", 41), ("cards", 11), ("cards", -1)])
def test_a_place_that_the_page_has_not_is_refused_and_nothing_is_written(
    tmp_path: Path, layout: LayoutName, first: int
) -> None:
    with pytest.raises(CardPrintFault) as caught:
        printed(tmp_path / "labels.pdf", 1, first, layout)
    assert caught.value.code == "bad_first_place"
    assert list(tmp_path.iterdir()) == []


@given(st.sampled_from(["cards", "labels"]), st.integers(1, 500), st.integers(1, 10))
def test_sheets_needed_are_as_many_as_the_last_place_says(layout: LayoutName, cards: int, first: int) -> None:
    places = LAYOUTS[layout].places
    assert sheets_needed(layout, cards, first) == (first - 1 + cards - 1) // places + 1


def test_a_label_has_name_number_team_digits_colour_and_a_code_of_twenty_millimetres(tmp_path: Path) -> None:
    built_font(tmp_path / "msyh.ttf", "张三明平安巡逻队" + CENTRE + "志愿者卡拾到此，请交还本中心前台。")
    path = printed(tmp_path / "labels.pdf", 1, 6, fonts=FontSearch(None, (tmp_path,)))
    with pypdfium2.PdfDocument(path) as document:
        text = document[0].get_textpage().get_text_range()
        page = document[0].render(scale=300 / 72).to_pil().convert("RGB")
    code = faces(1)[0].code
    for words in ("张三明", "0310000", "平安巡逻队", grouped(code[:12]), grouped(code[12:])):
        assert words in text
    (symbol,) = zxingcpp.read_barcodes(page)
    corner = symbol.position.top_left
    width = symbol.position.top_right.x - corner.x
    assert width / PER_MM == pytest.approx(QR_WIDTH, abs=0.3)
    module = width / 25
    around = {
        page.getpixel((int(corner.x + x * module), int(corner.y + y * module)))
        for x in range(-2, 27)
        for y in (-1.8, -1, 26, 26.8)
    } | {
        page.getpixel((int(corner.x + x * module), int(corner.y + y * module)))
        for x in (-1.8, -1, 26, 26.6)
        for y in range(-2, 27)
    }
    assert around == {(255, 255, 255)}
    assert (10, 120, 60) in {colour for _, colour in page.getcolors(1_000_000)}
    # Everything stands within the label and off the edge of the paper that printers leave white.
    left, top = LABEL_WIDTH + 4.2, LABEL_HEIGHT + 4.2
    box = page.convert("L").point(lambda value: 255 if value < 250 else 0).getbbox()
    assert box[0] / PER_MM >= left and box[1] / PER_MM >= top
    assert box[2] / PER_MM <= 2 * LABEL_WIDTH - 4.2 and box[3] / PER_MM <= 2 * LABEL_HEIGHT - 4.2


@pytest.mark.parametrize("layout", ["cards", "labels"])
def test_only_the_glyphs_that_are_used_are_in_the_file(tmp_path: Path, layout: LayoutName) -> None:
    every = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 3000)) + "，。"
    font = built_font(
        tmp_path / "msyh.ttf", "".join(sorted(set(every + "张三明平安巡逻队志愿者卡拾到此请交还本" + CENTRE + "前台")))
    )
    path = printed(tmp_path / "out.pdf", 5, 1, layout, FontSearch(None, (tmp_path,)))
    assert len(TTFont(font).getGlyphOrder()) > 3000
    content = path.read_bytes()
    # A subset has six letters and a plus before its name (PDF 32000-1, 9.6.4).
    assert re.search(rb"/FontName /[A-Z]{6}\+msyh", content)
    assert len(content) < font.stat().st_size / 2


def test_names_that_no_font_has_are_known_before_printing(tmp_path: Path) -> None:
    built_font(tmp_path / "msyh.ttf", "张三明")
    people = [("0310001", "张三"), ("0310002", "陈𬭎三"), ("0310003", "Anna")]
    (lacking,) = undrawable_names(people, fonts=FontSearch(None, (tmp_path,)))
    assert (lacking.volunteer_no, lacking.missing, lacking.printed_as) == ("0310002", ("陈", "𬭎"), "CHEN HONG SAN")


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 11, 22), 0, ""),
        (date(2026, 11, 22), 1, "2026-12-22"),
        (date(2026, 11, 22), 2, "2027-01-22"),
        (date(2026, 1, 31), 1, "2026-02-28"),
        (date(2027, 1, 31), 13, "2028-02-29"),
        (date(2026, 12, 31), 12, "2027-12-31"),
        (date(2026, 11, 22), 240, "2046-11-22"),
    ],
)
def test_a_card_ends_on_the_same_day_of_the_month(day: date, months: int, end: str) -> None:
    assert end_after(day, months) == end


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(1, 240))
def test_a_longer_card_never_ends_earlier_and_is_valid_on_its_last_day(day: date, months: int) -> None:
    end = end_after(day, months)
    assert day.isoformat() < end <= end_after(day, months + 1)
    card = Card(volunteer_no="0310001", serial=1, state="issued", valid_from="", valid_until=end)
    assert not is_over(card, date.fromisoformat(end))
    assert is_over(card, date.fromordinal(date.fromisoformat(end).toordinal() + 1))
    assert not is_over(card.model_copy(update={"valid_until": ""}), datetime(2999, 1, 1, tzinfo=UTC).date())

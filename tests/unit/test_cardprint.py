"""Printed cards: read back from pixels by another decoder, and never a blank or a box for a name."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from frontdesk.common.fonts import FontFault, FontSearch, FontShelf, open_face
from frontdesk.common.lettering import romanise
from frontdesk.common.qr import dark_runs, qr_modules
from frontdesk.locale import words_for
from frontdesk.volunteers.cards.card_face import CARD_HEIGHT, CARD_WIDTH
from frontdesk.volunteers.cards.code import CodeFault, grouped, make_code, read_code
from frontdesk.volunteers.cards.drawing import QR_WIDTH, CardFace
from frontdesk.volunteers.cards.sheet import (
    CardPrintFault,
    PrintedCards,
    print_cards,
)
from frontdesk.volunteers.cards.terminal import terminal_qr

KEY = b"card key of the tests, 32 bytes."
CREATED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
CENTRE = "安亭示范邻里中心"
NAMES = (
    "张三",
    "䶮小明",
    "陈𬭎",
    "诸葛建思",
    "康兰玥",
    "阿卜杜热依木·买买提吐尔逊",
    "吕兰晨",
    "单雄信",
    "Anna Müller",
    "曾国",
    "欧阳娜娜",
    "王芳",
)
FACES = [
    CardFace(f"031{place:04}", name, "平安巡逻队", make_code(KEY, f"031{place:04}", place))
    for place, name in enumerate(NAMES)
]
DPI = 300


def built_font(path: Path, characters: str, *, empty: str = "") -> Path:
    """A font with a square for each of `characters`, and a glyph without outline for each of `empty`."""
    names = {ord(one): f"uni{ord(one):04X}" for one in characters + empty}
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    pen.lineTo((100, 700))
    pen.lineTo((900, 700))
    pen.lineTo((900, 0))
    pen.closePath()
    square, nothing = pen.glyph(), TTGlyphPen(None).glyph()
    drawn = {name: nothing if chr(code) in empty else square for code, name in names.items()}
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *drawn])
    builder.setupCharacterMap(names)
    builder.setupGlyf({".notdef": square, **drawn})
    builder.setupHorizontalMetrics(dict.fromkeys((".notdef", *drawn), (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": path.stem, "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800)
    builder.setupPost()
    builder.save(path)
    return path


@pytest.fixture
def no_fonts(tmp_path: Path) -> FontSearch:
    folder = tmp_path / "no fonts"
    folder.mkdir()
    return FontSearch(None, (folder,))


@pytest.fixture(params=["installed fonts", "no font", "fonts of the test"])
def fonts(request: pytest.FixtureRequest, tmp_path: Path) -> FontSearch:
    if request.param == "installed fonts":
        return FontSearch.of_this_system({"HOME": str(tmp_path)})
    folder = tmp_path / "fonts"
    folder.mkdir()
    if request.param == "fonts of the test":
        built_font(folder / "msyh.ttf", "".join(sorted(set("".join(NAMES) + CENTRE + "平安巡逻队") - {"𬭎", "䶮"})))
        built_font(folder / "simsunb.ttf", "𬭎")
    return FontSearch(None, (folder,))


def printed(out: Path, fonts: FontSearch, faces: list[CardFace] = FACES) -> PrintedCards:
    return print_cards(faces, out, centre_name=CENTRE, created=CREATED, fonts=fonts)


def pages(path: Path) -> list[Any]:
    with pypdfium2.PdfDocument(path) as document:
        return [page.render(scale=DPI / 72).to_pil() for page in document]


def page_texts(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_every_printed_code_is_read_by_another_decoder_and_names_its_volunteer(
    tmp_path: Path, fonts: FontSearch
) -> None:
    outcome = printed(tmp_path / "cards.pdf", fonts)
    assert (outcome.cards, outcome.sheets) == (12, 2)
    sheets = [zxingcpp.read_barcodes(page) for page in pages(outcome.path)]
    assert [len(sheet) for sheet in sheets] == [10, 2]
    read = [read_code(KEY, symbol.text) for sheet in sheets for symbol in sheet]
    assert sorted(read) == [(face.volunteer_no, place) for place, face in enumerate(FACES)]


def test_each_symbol_stands_on_the_card_that_names_its_volunteer(tmp_path: Path, no_fonts: FontSearch) -> None:
    outcome = printed(tmp_path / "cards.pdf", no_fonts)
    per_mm = DPI / 25.4
    left, top = (210 - 2 * CARD_WIDTH) / 2, (297 - 5 * CARD_HEIGHT) / 2
    for page_number, page in enumerate(pages(outcome.path)):
        for symbol in zxingcpp.read_barcodes(page):
            corner = symbol.position.top_left
            column = int((corner.x / per_mm - left) // CARD_WIDTH)
            row = int((corner.y / per_mm - top) // CARD_HEIGHT)
            place = page_number * 10 + row * 2 + column
            assert read_code(KEY, symbol.text).volunteer_no == FACES[place].volunteer_no


def test_the_symbol_is_twenty_millimetres_dark_on_white_with_a_quiet_zone(tmp_path: Path, no_fonts: FontSearch) -> None:
    outcome = printed(tmp_path / "cards.pdf", no_fonts, FACES[:1])
    page = pages(outcome.path)[0].convert("L")
    position = zxingcpp.read_barcodes(page)[0].position
    per_mm = DPI / 25.4
    width = position.top_right.x - position.top_left.x
    assert width / per_mm == pytest.approx(QR_WIDTH, abs=0.3)
    module = width / 25
    assert page.getpixel((position.top_left.x + module // 2, position.top_left.y + module // 2)) == 0
    around = [
        page.getpixel((int(position.top_left.x + x * module), int(position.top_left.y + y * module)))
        for x in range(-2, 27)
        for y in (-1.8, -1, 26, 26.8)
    ]
    assert set(around) == {255}


def test_the_digits_and_the_number_are_on_the_card_in_print(tmp_path: Path, fonts: FontSearch) -> None:
    outcome = printed(tmp_path / "cards.pdf", fonts)
    text = "\n".join(page_texts(outcome.path))
    for face in FACES:
        assert grouped(face.code) in text
        assert face.volunteer_no in text


def test_without_a_han_font_names_are_in_pinyin_and_listed(tmp_path: Path, no_fonts: FontSearch) -> None:
    outcome = printed(tmp_path / "cards.pdf", no_fonts)
    assert outcome.font_families == ()
    assert {one.name for one in outcome.romanised} == set(NAMES) - {"Anna Müller"}
    assert CENTRE in outcome.romanised_words
    text = "\n".join(page_texts(outcome.path))
    for words in ("ZHANG SAN", "CHEN HONG", "YAN XIAO MING", "Anna Müller", "Volunteer card"):
        assert words in text


def test_only_the_name_with_a_missing_character_is_in_pinyin(tmp_path: Path) -> None:
    built_font(tmp_path / "msyh.ttf", "张三䶮" + CENTRE + "平安巡逻队")
    faces = [CardFace("0310001", name, "", make_code(KEY, "0310001", 1)) for name in ("张三", "陈𬭎三", "䶮三")]
    outcome = printed(tmp_path / "cards.pdf", FontSearch(None, (tmp_path,)), faces)
    assert [(one.name, one.printed_as, one.missing) for one in outcome.romanised] == [
        ("陈𬭎三", "CHEN HONG SAN", ("陈", "𬭎"))
    ]
    assert outcome.font_families == ("msyh",)


def test_a_rare_character_comes_from_the_font_that_has_it(tmp_path: Path) -> None:
    built_font(tmp_path / "msyh.ttf", "陈三")
    built_font(tmp_path / "simsunb.ttf", "𬭎")
    with FontShelf(FontSearch(None, (tmp_path,))) as shelf:
        stretches = shelf.lay("陈𬭎三")
        assert stretches is not None
        assert [(face.family, text) for face, text in stretches] == [
            ("msyh", "陈"),
            ("simsunb", "𬭎"),
            ("msyh", "三"),
        ]


def test_a_font_that_draws_nothing_for_a_character_does_not_have_it(tmp_path: Path) -> None:
    face = open_face(built_font(tmp_path / "msyh.ttf", "张三", empty="陈"))
    assert face is not None
    assert [face.lacks(name) for name in ("张三", "陈三陈", "陈𬭎")] == [[], ["陈"], ["陈", "𬭎"]]
    face.close()


def test_the_font_of_the_setting_comes_first(tmp_path: Path) -> None:
    chosen = built_font(tmp_path / "chosen.ttf", "张三")
    built_font(tmp_path / "msyh.ttf", "张三")
    search = FontSearch.of_this_system({"HOME": str(tmp_path), "FRONTDESK_FONT": str(chosen)})
    with FontShelf(FontSearch(search.setting, (tmp_path,))) as shelf:
        assert next(shelf.faces()).path == chosen


def test_a_font_setting_that_cannot_be_opened_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"not a font")
    with pytest.raises(FontFault) as caught:
        printed(tmp_path / "cards.pdf", FontSearch(broken, ()))
    assert caught.value.code == "font_unreadable"
    assert not (tmp_path / "cards.pdf").exists()


def test_a_broken_font_in_a_folder_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "msyh.ttc").write_bytes(b"ttcf but broken")
    built_font(tmp_path / "simhei.ttf", "张三")
    with FontShelf(FontSearch(None, (tmp_path, tmp_path / "absent"))) as shelf:
        assert [face.family for face in shelf.faces()] == ["simhei"]


def test_the_same_cards_give_the_same_bytes(tmp_path: Path, fonts: FontSearch) -> None:
    first = printed(tmp_path / "first.pdf", fonts).path.read_bytes()
    assert printed(tmp_path / "second.pdf", fonts).path.read_bytes() == first


def test_a_card_without_a_whole_code_is_not_printed(tmp_path: Path, no_fonts: FontSearch) -> None:
    with pytest.raises(CodeFault) as caught:
        printed(tmp_path / "cards.pdf", no_fonts, [CardFace("0310001", "张三", "", "1" * 20)])
    assert caught.value.code == "malformed"


def test_no_cards_is_a_refusal(tmp_path: Path, no_fonts: FontSearch) -> None:
    with pytest.raises(CardPrintFault) as caught:
        printed(tmp_path / "cards.pdf", no_fonts, [])
    assert caught.value.code == "no_cards_to_print"


def test_a_file_that_cannot_be_written_is_a_coded_fault_and_leaves_nothing(
    tmp_path: Path, no_fonts: FontSearch
) -> None:
    with pytest.raises(CardPrintFault) as caught:
        printed(tmp_path / "absent" / "cards.pdf", no_fonts)
    assert caught.value.code == "print_failed"
    assert "absent" in words_for(caught.value)
    (tmp_path / "taken").mkdir()
    with pytest.raises(CardPrintFault):
        printed(tmp_path / "taken", no_fonts)
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("吕布", "LYU BU"),
        ("单雄信", "SHAN XIONG XIN"),
        ("诸葛亮", "ZHU GE LIANG"),
        ("Müller", "MULLER"),
        ("阿卜杜·买买提", "A BO DU · MAI MAI TI"),
        ("张\U000e0100三", "ZHANG SAN"),
        ("😀", "?"),
    ],
)
def test_pinyin_for_a_name_is_plain_letters(name: str, expected: str) -> None:
    assert romanise(name) == expected


def test_the_terminal_symbol_is_the_printed_one_with_two_light_modules_around() -> None:
    code = FACES[0].code
    matrix = terminal_qr(code)
    assert [len(row) for row in matrix] == [29] * 29
    assert [row[2:-2] for row in matrix[2:-2]] == qr_modules(code)
    border = [*matrix[:2], *matrix[-2:], *(row[:2] + row[-2:] for row in matrix)]
    assert not any(any(row) for row in border)


def test_dark_runs_cover_the_dark_modules_only() -> None:
    row = [character == "#" for character in "##..#...###"]
    assert dark_runs(row) == [(match.start(), len(match[0])) for match in re.finditer("#+", "##..#...###")]

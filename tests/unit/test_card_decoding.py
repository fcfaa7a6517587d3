"""Codes are read after printing and from the screen: turned, blurred, torn, by two decoders that share no code.

The pages are rendered at 300 dpi as an office printer and a scanner would, each card is cut out, turned by any angle,
blurred with a Gaussian of a quarter module, and the corner of the code that has no finder pattern is torn off (a
triangle of 10 % of the code's area; no decoder of QR codes reads one without its three finder patterns, which a test
below says too: then the digits are typed). The second decoder is OpenCV's, with its ArUco-based detector: its ordinary
detector missed about half of the turned and blurred cards of 85.6 x 54 mm. Like a hand-held scanner, which takes many
pictures a second, it may look again at other sizes and slightly turned; the first look alone read 88 % of the torn
cards and 90 % of the torn labels.

The ordinary run turns four of the codes to twelve angles each, 48 in all, 7.5 degrees apart; `pytest -m slow` eight to
24, 192 in all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy
import pypdfium2
import pytest
import zxingcpp

from frontdesk.common.fonts import FontSearch
from frontdesk.common.qr import MODULES, QUIET_MODULES
from frontdesk.volunteers.cards import card_face, label_face
from frontdesk.volunteers.cards.card_screen import code_picture
from frontdesk.volunteers.cards.code import make_code
from frontdesk.volunteers.cards.drawing import QR_WIDTH, CardFace
from frontdesk.volunteers.cards.sheet import LAYOUTS, LayoutName, print_cards

Image = Any

KEY = b"card key of the tests, 32 bytes."
PER_MM = 300 / 25.4
CODES = 8
ANGLES = 24
FINDERLESS = 3
"""The lower right corner, of four counted in reading order."""

FIRST_MODULE = {
    "cards": (card_face._QR_LEFT, card_face._QR_TOP),
    "labels": (label_face._MARGIN, label_face._MARGIN),
}
"""Where the code begins on a card or label, in mm."""

SCREEN_MODULE = 12
"""The pixels of a module of the card on the screen, whose cells are twice as high as wide."""


def faces(count: int) -> list[CardFace]:
    return [
        CardFace(f"031{place:04}", "张三明", "平安巡逻队", make_code(KEY, f"031{place:04}", place % 99 + 1))
        for place in range(count)
    ]


@cache
def printed(layout: LayoutName, count: int = CODES) -> list[tuple[str, Image]]:
    """Each code with the picture of its card or label, cut out of the page as it is printed at 300 dpi."""
    found, plan = [], LAYOUTS[layout]
    with TemporaryDirectory() as folder:
        out = Path(folder) / "cards.pdf"
        print_cards(
            faces(count),
            out,
            layout=layout,
            centre_name="安亭示范邻里中心",
            created=datetime(2026, 11, 20, tzinfo=UTC),
            fonts=FontSearch(None, ()),
        )
        with pypdfium2.PdfDocument(out) as document:
            pages = [numpy.array(page.render(scale=300 / 72).to_pil().convert("L")) for page in document]
    for place, face in enumerate(faces(count)):
        x, y = plan.corner(place % plan.places)
        rows = slice(round(y * PER_MM), round((y + plan.height) * PER_MM))
        columns = slice(round(x * PER_MM), round((x + plan.width) * PER_MM))
        found.append((face.code, pages[place // plan.places][rows, columns]))
    return found


@cache
def on_screen(count: int = CODES) -> list[tuple[str, Image]]:
    """Each code with the picture that the terminal draws of it, two cells a module, on a grey window."""
    found = []
    for face in faces(count):
        rows = []
        for line in code_picture(face.code).split("\n"):
            # Every span of the text is two cells with a background.
            cells = [0 if "#000000" in str(span.style) else 255 for span in line.spans for _ in range(2)]
            assert len(cells) == line.cell_len
            rows.append(cells)
        dots = numpy.array(rows, dtype=numpy.uint8)
        picture = numpy.repeat(numpy.repeat(dots, SCREEN_MODULE, axis=0), SCREEN_MODULE // 2, axis=1)
        assert picture.shape[0] == picture.shape[1]
        found.append((face.code, cv2.copyMakeBorder(picture, 60, 60, 60, 60, cv2.BORDER_CONSTANT, value=90)))
    return found


def turned(picture: Image, angle: float, around: int = 255) -> Image:
    """The picture turned by an angle in degrees, whole, with the desk around it."""
    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    cosine, sine = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
    wide, high = int(height * sine + width * cosine) + 2, int(height * cosine + width * sine) + 2
    matrix[0, 2] += wide / 2 - width / 2
    matrix[1, 2] += high / 2 - height / 2
    return cv2.warpAffine(picture, matrix, (wide, high), borderValue=around)


def blurred(picture: Image, module: float) -> Image:
    """The picture out of focus by a quarter of a module (standard deviation, in pixels)."""
    return cv2.GaussianBlur(picture, (0, 0), module / 4)


def torn(picture: Image, left: float, top: float, width: float, corner: int = FINDERLESS) -> Image:
    """The picture with a triangle of a tenth of the code's area torn off at one of its corners."""
    leg = width * math.sqrt(0.2)
    x, y = (left if corner % 2 == 0 else left + width), (top if corner < 2 else top + width)
    along, down = (leg if corner % 2 == 0 else -leg), (leg if corner < 2 else -leg)
    whole = picture.copy()
    cv2.fillPoly(whole, [numpy.array([(x, y), (x + along, y), (x, y + down)]).round().astype(numpy.int32)], 255)
    return whole


def read_by_zxing(picture: Image) -> list[str]:
    return [symbol.text for symbol in zxingcpp.read_barcodes(picture)]


def looks(picture: Image) -> Iterator[Image]:
    """The picture as a scanner sees it again and again while it is held over a card."""
    yield picture
    for scale in (2, 1.5, 0.7):
        yield cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    for angle in (10, -10):
        yield turned(picture, angle)


def read_by_opencv(picture: Image) -> list[str]:
    detector = cv2.QRCodeDetectorAruco()
    for look in looks(picture):
        _, texts, _, _ = detector.detectAndDecodeMulti(look)
        if found := [text for text in texts if text]:
            return found
    return []


Read = Callable[[Image], list[str]]
DECODERS: dict[str, Read] = {"zxing-cpp": read_by_zxing, "opencv": read_by_opencv}


@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize("place", ["cards", "labels", "screen"])
@pytest.mark.parametrize("share", [4, pytest.param(1, marks=pytest.mark.slow, id="every angle")])
def test_a_code_is_read_at_any_angle_blurred_and_with_a_torn_corner(place: str, decoder: str, share: int) -> None:
    if place == "screen":
        pictures, module = on_screen(), float(SCREEN_MODULE)
        left = top = 60 + QUIET_MODULES * module
    else:
        pictures, module = printed(place), QR_WIDTH / MODULES * PER_MM
        left, top = (length * PER_MM for length in FIRST_MODULE[place])
    missed = []
    codes, turns = CODES // share, ANGLES // share
    for number, (code, picture) in enumerate(pictures[::share]):
        damaged = torn(picture, left, top, MODULES * module)
        for turn in range(turns):
            angle = 360 * (turn + number / codes) / turns
            seen = blurred(turned(damaged, angle), module)
            read = DECODERS[decoder](seen)
            assert set(read) <= {code}, "another code was read"
            if not read:
                missed.append((code, angle))
    assert missed == []


@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize("layout", ["cards", pytest.param("labels", marks=pytest.mark.slow)])
def test_a_whole_card_is_read_as_it_comes_from_the_printer(layout: LayoutName, decoder: str) -> None:
    for code, picture in printed(layout, 40):
        assert DECODERS[decoder](picture) == [code]


@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize("corner", [0, 1, 2])
def test_a_code_without_one_of_its_finder_patterns_is_not_read_and_never_misread(corner: int, decoder: str) -> None:
    left, top = (length * PER_MM for length in FIRST_MODULE["labels"])
    for _, picture in printed("labels"):
        assert DECODERS[decoder](torn(picture, left, top, QR_WIDTH * PER_MM, corner)) == []


def test_a_whole_page_of_labels_is_read_in_one_picture() -> None:
    with TemporaryDirectory() as folder:
        out = Path(folder) / "labels.pdf"
        print_cards(
            faces(40),
            out,
            layout="labels",
            centre_name="安亭",
            created=datetime(2026, 11, 20, tzinfo=UTC),
            fonts=FontSearch(None, ()),
        )
        with pypdfium2.PdfDocument(out) as document:
            assert len(document) == 1
            page = numpy.array(document[0].render(scale=300 / 72).to_pil().convert("L"))
    assert sorted(read_by_zxing(page)) == sorted(face.code for face in faces(40))

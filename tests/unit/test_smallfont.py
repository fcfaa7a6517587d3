"""The small font of the tests draws what the installed one draws."""

from __future__ import annotations

import os

import pypdfium2
import pytest
from fpdf import FPDF

from frontdesk.common.fonts import FONT_SETTING, FontSearch, FontShelf
from frontdesk.common.lettering import Lettering, Typesetter
from frontdesk.locale import catalogue
from tests.smallfont import small_font


@pytest.fixture
def installed() -> FontSearch:
    """The fonts of this machine as the program finds them."""
    search = FontSearch.of_this_system(dict(os.environ) | {FONT_SETTING: ""})
    if small_font(search) is None:
        pytest.skip("no font with Han characters is installed")
    return search


def drawn(search: FontSearch) -> tuple[bytes, tuple[str, ...]]:
    """A page of the words of the papers, in regular and bold, as pixels, and the families it is drawn with."""
    pdf = FPDF()
    pdf.add_page()
    with FontShelf(search) as shelf:
        typesetter = Typesetter(lettering := Lettering(pdf, shelf))
        texts = [text for language in ("zh_CN", "en") for text in catalogue(language, "common").values()]
        for line, text in enumerate(texts[:40]):
            typesetter.write(10, 6 + 4 * line, text, 9, within=190, style="B" if line % 2 else "")
        document = pypdfium2.PdfDocument(bytes(pdf.output()))
    pixels = document[0].render(scale=2).to_numpy().tobytes()
    document.close()
    return pixels, lettering.font_families


def test_a_page_looks_the_same_and_says_the_same_font(installed: FontSearch) -> None:
    small = drawn(FontSearch(small_font(installed), installed.folders))
    assert small == drawn(installed)


def test_it_is_found_first_unless_the_fonts_are_what_is_tested(
    installed: FontSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(FONT_SETTING, raising=False)
    assert FontSearch.of_this_system().setting == small_font(installed)
    assert FontSearch.of_this_system({"HOME": "/"}).setting is None
    monkeypatch.setenv(FONT_SETTING, "")
    assert FontSearch.of_this_system().setting is None

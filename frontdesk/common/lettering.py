"""Words in print: which face draws them, what stands in for what no face can draw, and how wide they are."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Literal
from unicodedata import normalize

from frontdesk.common.fonts import Face, FontShelf
from frontdesk.common.names import surname_of
from frontdesk.common.pinyin import SURNAME_READINGS
from frontdesk.locale import catalogue, current_language

if TYPE_CHECKING:
    from fpdf import FPDF

MILLIMETRES_PER_POINT = 25.4 / 72

Align = Literal["left", "right", "centre"]

_CORE_FAMILY = "helvetica"
# Of the size of the letters.
_BOLD_STROKE = 0.03
# Where the baseline lies below the middle of a line of Han characters.
_BASELINE = 0.36
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")

# A stretch with no face is drawn in Helvetica, which every PDF reader has.
Stretches = list[tuple[Face | None, str]]


class Lettering:
    """Draws words into one PDF, and remembers what was replaced by pinyin and which faces were used."""

    def __init__(self, pdf: FPDF, shelf: FontShelf) -> None:
        self._pdf = pdf
        self._shelf = shelf
        self._families: dict[Face, str] = {}

    @property
    def font_families(self) -> tuple[str, ...]:
        """The family names of the embedded faces, in the order of their first use."""
        return tuple(dict.fromkeys(face.family for face in self._families))

    def lay(self, text: str) -> Stretches | None:
        """`text` as stretches that will all be seen in print; None when a character has no installed face."""
        visible = _SELECTORS.sub("", text)
        found = self._shelf.lay(visible)
        if found is not None:
            return [(face, stretch) for face, stretch in found]
        return [(None, visible)] if _is_latin(visible) else None

    def undrawable(self, text: str) -> tuple[str, ...]:
        """The characters of `text` that no installed face can draw."""
        return tuple(self._shelf.undrawable(_SELECTORS.sub("", text)))

    def write(
        self,
        x: float,
        baseline: float,
        stretches: Stretches,
        size: float,
        *,
        within: float,
        align: Align = "left",
        style: Literal["", "B"] = "",
    ) -> None:
        """Draw at x (left end, right end or middle) in mm, at `size` points or as much smaller as fits `within` mm.

        The installed Han fonts seldom come with a bold face: their bold is the outline drawn along with the filling.
        """
        width = self.width(stretches, size, style)
        if width > within:
            size *= within / width
            width = within
        place = x - width * {"left": 0.0, "centre": 0.5, "right": 1.0}[align]
        for face, text in stretches:
            advance = self._choose(face, size, style, text)
            if face is not None and style == "B":
                stroke = {"draw_color": self._pdf.text_color, "line_width": size * _BOLD_STROKE}
                with self._pdf.local_context(text_mode="FILL_STROKE", **stroke):
                    self._pdf.text(place, baseline, text)
            else:
                self._pdf.text(place, baseline, text)
            place += advance

    def width(self, stretches: Stretches, size: float, style: Literal["", "B"] = "") -> float:
        """How wide they are at `size` points, in mm."""
        return sum(self._choose(face, size, style, text) for face, text in stretches)

    def _choose(self, face: Face | None, size: float, style: Literal["", "B"], text: str) -> float:
        """Set the font for a stretch; the width of the stretch in mm."""
        if face is None:
            self._pdf.set_font(_CORE_FAMILY, style, size)
        else:
            if face not in self._families:
                family = f"face{len(self._families)}"
                self._pdf.add_font(family, "", face.path, collection_font_number=face.index)
                self._families[face] = family
            self._pdf.set_font(self._families[face], "", size)
        return self._pdf.get_string_width(text)


class Typesetter:
    """Lays every text of one paper, in pinyin those words of it that no installed face can draw."""

    def __init__(self, lettering: Lettering) -> None:
        self._lettering = lettering
        self._laid: dict[str, Stretches] = {}
        self.romanised: dict[str, None] = {}
        """The words that are in pinyin, in the order in which they were first laid."""

    def lay(self, text: str) -> Stretches:
        """A text as stretches that will all be seen in print."""
        if text not in self._laid:
            stretches = self._lettering.lay(text)
            self._laid[text] = self._in_pinyin(text) if stretches is None else stretches
        return self._laid[text]

    def width(self, text: str, size: float, style: Literal["", "B"] = "") -> float:
        """How wide a text is at `size` points, in mm."""
        return self._lettering.width(self.lay(text), size, style)

    def write(
        self,
        x: float,
        middle: float,
        text: str,
        size: float,
        *,
        within: float,
        align: Align = "left",
        style: Literal["", "B"] = "",
    ) -> None:
        """Draw one line with its middle at `middle` in mm, at `size` points or as much smaller as fits `within` mm."""
        baseline = middle + size * MILLIMETRES_PER_POINT * _BASELINE
        self._lettering.write(x, baseline, self.lay(text), size, within=within, align=align, style=style)

    def _in_pinyin(self, text: str) -> Stretches:
        stretches: Stretches = []
        for latin, letters in groupby(text, key=lambda one: ord(one) < 0x100):
            word = "".join(letters)
            laid = None if latin else self._lettering.lay(word)
            if laid is None and not latin:
                self.romanised[word] = None
            stretches += laid or [(None, word if latin else romanise(word))]
        return stretches


def drawable_language(lettering: Lettering, area: str, prefix: str) -> str:
    """The language in force if an installed face draws its words of that area whose keys begin so, else English."""
    words = catalogue(current_language(), area)
    every = "".join(words[key] for key in words if key.startswith(prefix))
    return current_language() if lettering.lay(every) is not None else "en"


def romanise(text: str) -> str:
    """Pinyin in capitals, syllables apart, in characters that every PDF reader can draw.

    Surnames have their reading as surnames; ü is written YU, as passports do (GB/T 28039). A character
    without a reading that is not Latin becomes "?".
    """
    from pypinyin import lazy_pinyin

    surname = surname_of(text)
    reading = SURNAME_READINGS.get(surname)
    syllables = [reading] if reading else []
    rest = text[len(surname) :] if reading else text
    syllables += lazy_pinyin(_SELECTORS.sub("", rest), errors=_plain_letters, v_to_u=True)
    return " ".join(_plain_letters(one.upper().replace("Ü", "YU")) for one in syllables if one.strip())


def _plain_letters(text: str) -> str:
    """Letters without their accents, so that the only Ü left is that of pinyin; "·" stays between names."""
    plain = ""
    for character in text:
        letters = [one for one in normalize("NFKD", character) if one.isascii() and one.isprintable()]
        plain += character if character == "·" else "".join(letters) or "?"
    return plain


def _is_latin(text: str) -> bool:
    """Whether Helvetica as PDF readers have it (Latin-1) draws every character."""
    return all(one.isprintable() and ord(one) < 0x100 for one in text)

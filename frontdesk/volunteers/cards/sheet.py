"""Printed volunteer cards: a PDF of A4 pages, ten cards or forty labels on each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Literal

from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.lettering import romanise
from frontdesk.common.wholefile import whole_file
from frontdesk.errors import DeskError
from frontdesk.volunteers.cards import card_face, label_face
from frontdesk.volunteers.cards.code import CODE_LENGTH, CodeFault, check_digit
from frontdesk.volunteers.cards.drawing import CardFace, Colour, Drawing, RomanisedName

LayoutName = Literal["cards", "labels"]


@dataclass(frozen=True)
class Layout:
    """How the places of a page lie: in rows from the upper left, all lengths in mm."""

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    draw: Callable[[Drawing, float, float, CardFace], None]
    begin_page: Callable[[Drawing], None] | None = None

    @property
    def places(self) -> int:
        """How many there are on a page."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """The upper left corner of a place of the page, counted from 0."""
        row, column = divmod(place, self.columns)
        return self.left + column * self.width, self.top + row * self.height


LAYOUTS: dict[LayoutName, Layout] = {
    "cards": Layout(
        card_face.COLUMNS,
        card_face.ROWS,
        card_face.CARD_WIDTH,
        card_face.CARD_HEIGHT,
        card_face.LEFT,
        card_face.TOP,
        card_face.draw_card,
        card_face.draw_cut_marks,
    ),
    "labels": Layout(
        label_face.COLUMNS,
        label_face.ROWS,
        label_face.LABEL_WIDTH,
        label_face.LABEL_HEIGHT,
        0.0,
        0.0,
        label_face.draw_label,
    ),
}


class CardPrintFault(DeskError):
    """`no_cards_to_print`, `bad_first_place`, `print_stopped`, or `print_failed` when the file cannot be written."""

    area: ClassVar[str] = "cards"


@dataclass(frozen=True)
class PrintedCards:
    """What was printed: the file, how many cards on how many sheets, and the font families that are in it.

    `romanised` are the volunteers whose names are in pinyin, `romanised_words` the other words (the centre's
    name, teams) to which the same happened.
    """

    path: Path
    cards: int
    sheets: int
    font_families: tuple[str, ...]
    romanised: tuple[RomanisedName, ...]
    romanised_words: tuple[str, ...]


def sheets_needed(layout: LayoutName, cards: int, first: int = 1) -> int:
    """On how many sheets so many cards fit if the first is printed at the place `first` of a page, counted from 1.

    Raises CardPrintFault `bad_first_place`.
    """
    places = LAYOUTS[layout].places
    if not 1 <= first <= places:
        raise CardPrintFault("bad_first_place", first=first, places=places)
    return -(-(first - 1 + cards) // places)


def print_cards(
    faces: Sequence[CardFace],
    out: Path,
    *,
    layout: LayoutName = "cards",
    first: int = 1,
    brand_rgb: Colour = (241, 135, 0),
    centre_name: str,
    created: datetime,
    fonts: FontSearch | None = None,
    on_record: Callable[[], None] | None = None,
    goes_on: Callable[[int], bool] | None = None,
) -> PrintedCards:
    """Write the cards to the PDF `out` and say what could not be printed as it is written.

    `first` is the place of the first page, counted from 1, at which printing begins: of a sheet of labels that was
    begun the rest can be used. The same arguments and fonts give the same bytes; `created` is the date inside the file.
    Labels are in the language in force, in English where no font can draw it. `on_record` is called when all is
    written and before the file takes its name, so that no cards lie about of which nothing is known. `goes_on` is told
    after each card how many are drawn, and stops the printing by answering False. Raises CodeFault for a code that is
    not whole, CardPrintFault, FontFault, or what `on_record` raises; then `out` is as it was.
    """
    if not faces:
        raise CardPrintFault("no_cards_to_print")
    sheets = sheets_needed(layout, len(faces), first)
    for face in faces:
        if len(face.code) != CODE_LENGTH or not face.code.isdigit() or check_digit(face.code):
            raise CodeFault("malformed", length=len(face.code))
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        drawing = Drawing(shelf, brand_rgb, centre_name, created)
        _draw_all(drawing, LAYOUTS[layout], first, faces, goes_on)
        content = drawing.content()
    try:
        with whole_file(out, private=True) as part:
            part.write_bytes(content)
            if on_record is not None:
                on_record()
    except OSError as error:
        raise CardPrintFault("print_failed", path=str(out), reason=error.strerror or str(error)) from error
    return PrintedCards(
        out,
        len(faces),
        sheets,
        drawing.lettering.font_families,
        tuple(drawing.romanised),
        tuple(drawing.romanised_words),
    )


def undrawable_names(people: Sequence[tuple[str, str]], *, fonts: FontSearch | None = None) -> list[RomanisedName]:
    """Which of these volunteers (number, name) have a character in their name that no installed font can draw, with
    what would be printed instead.
    """
    from fpdf import FPDF

    from frontdesk.common.lettering import Lettering

    found = []
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        lettering = Lettering(FPDF(), shelf)
        for no, name in people:
            if lettering.lay(name) is None:
                found.append(RomanisedName(no, name, romanise(name), lettering.undrawable(name)))
    return found


def _draw_all(
    drawing: Drawing,
    layout: Layout,
    first: int,
    faces: Sequence[CardFace],
    goes_on: Callable[[int], bool] | None,
) -> None:
    for run, face in enumerate(faces, first - 1):
        place = run % layout.places
        if place == 0 or run == first - 1:
            drawing.new_page()
            if layout.begin_page is not None:
                layout.begin_page(drawing)
        layout.draw(drawing, *layout.corner(place), face)
        if goes_on is not None and not goes_on(run - first + 2):
            raise CardPrintFault("print_stopped")

"""The sheet of paper that a roster is drawn on: size, lettering, heading, foot, boxes. Positions are in mm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from frontdesk.common.fonts import FontShelf
from frontdesk.common.lettering import MILLIMETRES_PER_POINT
from frontdesk.common.names import mask_name
from frontdesk.common.page import Colour, PaperPage
from frontdesk.roster.naming import labels_by_number
from frontdesk.roster.output.papers import RosterPaper

Paper = Literal["A4", "A3"]
Orientation = Literal["portrait", "landscape"]

SIZES: dict[Paper, tuple[float, float]] = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
SCALES: dict[Paper, tuple[float, ...]] = {"A4": (1.0,), "A3": (1.4, 1.2, 1.0)}
MARGIN = 10.0
HEAD_HEIGHT = 15.0
FOOT_HEIGHT = 6.0

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
HOLIDAY_GREY: Colour = (222, 222, 222)
WEEKEND_GREY: Colour = (240, 240, 240)
CLOSED_GREY: Colour = (232, 232, 232)
LINE_GREY: Colour = (110, 110, 110)


@dataclass(frozen=True)
class Format:
    """A paper, how it lies, and how much larger than on A4 everything is drawn."""

    paper: Paper
    orientation: Orientation
    scale: float

    @property
    def width(self) -> float:
        """Between the margins, in mm."""
        short, long = SIZES[self.paper]
        return (short if self.orientation == "portrait" else long) - 2 * MARGIN

    @property
    def height(self) -> float:
        """Between heading and foot, in mm."""
        short, long = SIZES[self.paper]
        page = long if self.orientation == "portrait" else short
        return page - 2 * MARGIN - (HEAD_HEIGHT + FOOT_HEIGHT) * self.scale


def formats(paper: Paper) -> list[Format]:
    """Every way to use a paper, the preferred first: large letters, lying."""
    ways: tuple[Orientation, ...] = ("landscape", "portrait")
    return [Format(paper, way, scale) for scale in SCALES[paper] for way in ways]


class WallSheet(PaperPage):
    """A PDF while it is being drawn, page by page, each with the heading and the foot of the roster."""

    def __init__(self, shelf: FontShelf, form: Format, paper: RosterPaper, *, masked: bool) -> None:
        # Printed in grey: no brand.
        super().__init__(
            shelf,
            "roster_out",
            created=paper.printed_at,
            brand=BLACK,
            paper=form.paper,
            landscape=form.orientation == "landscape",
            prefix="wall",
        )
        self.form = form
        self.scale = form.scale
        self.paper = paper
        self._masked = masked
        self._labels = labels_by_number(paper.names)

    @property
    def top(self) -> float:
        """Where the content of a page begins."""
        return MARGIN + HEAD_HEIGHT * self.scale

    @property
    def bottom(self) -> float:
        """Where it has to end."""
        return self.top + self.form.height

    def weekday(self, day: date, *, short: bool = False) -> str:
        """Its name; `short` is one character of it, two letters in English."""
        name = super().weekday(day)
        return name if not short else (name[-1] if self.language == "zh_CN" else name[:2])

    def person(self, no: str) -> str:
        """The name as it stands on this paper, with the number where another has that name too.

        Of somebody who is no longer on the staff it is the number.
        """
        name = self.paper.names.get(no, no)
        beside = self._labels.get(no, name)[len(name) :]
        return (mask_name(name) if self._masked else name) + beside

    def new_page(self, title: str = "") -> None:
        """Begin a page with its heading: centre and title, below it what the roster is and when it was printed."""
        super().new_page(f"{self.paper.centre} {title}")
        scale, width = self.scale, self.form.width
        tag = self.say("draft_tag") if self.paper.basis == "draft" else ""
        tag_width = self.width(tag, 12 * scale, "B") + 4 * scale if tag else 0.0
        if tag:
            self.box(MARGIN + width - tag_width, MARGIN, tag_width, 7 * scale, fill=BLACK)
            self.text(
                MARGIN + width - tag_width / 2, MARGIN + 3.5 * scale, tag, 12 * scale, tag_width, "centre", "B", WHITE
            )
        within = width - tag_width - 2
        self.text(MARGIN, MARGIN + 3.5 * scale, f"{self.paper.centre}  {title}", 16 * scale, within, style="B")
        self.text(MARGIN, MARGIN + 10.5 * scale, self._version(), 8.5 * scale, width)

    def finish(self, left: str = "") -> bytes:
        """Number the pages and return the PDF; at the left of a foot stands the centre where nothing else is said."""
        y = self.bottom + FOOT_HEIGHT * self.scale - 1.5 * self.scale
        half = self.form.width / 2
        for place in self.each_foot():
            self.text(MARGIN, y, left or self.paper.centre, 8 * self.scale, half)
            self.text(MARGIN + self.form.width, y, place, 8 * self.scale, half, "right")
        return bytes(self.pdf.output())

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: Colour | None = None, line: float = 0.0
    ) -> None:
        """A rectangle, filled, outlined with a line of this width, or both."""
        if fill is not None:
            self.pdf.set_fill_color(*fill)
        self.pdf.set_draw_color(*(BLACK if line >= 0.4 else LINE_GREY))
        self.pdf.set_line_width(line or 0.1)
        style = ("D" if line else "") + ("F" if fill is not None else "")
        if style:
            self.pdf.rect(x, y, width, height, style=style)

    def corner(self, x: float, y: float, size: float) -> None:
        """A black triangle in the upper right corner that lies at x, y: this was changed."""
        self.pdf.set_fill_color(*BLACK)
        self.pdf.polygon([(x - size, y), (x, y), (x, y + size)], style="F")

    def badge(self, x: float, middle: float, kind: str, size: float) -> float:
        """休 on black or 班 in a frame, told apart without colour; returns its width."""
        text = self.say(kind)
        wide = self.width(text, size, "B") + 1.6 * self.scale
        high = size * MILLIMETRES_PER_POINT * 1.35
        holiday = kind == "holiday"
        self.box(x, middle - high / 2, wide, high, fill=BLACK if holiday else WHITE, line=0.4)
        self.text(x + wide / 2, middle, text, size, wide, "centre", "B", WHITE if holiday else BLACK)
        return wide

    def side_by_side(self, parts: Iterable[str], size: float, within: float, gap: str = "    ") -> list[str]:
        """Parts put side by side in as few lines as hold them; no part is broken."""
        lines: list[str] = []
        for part in parts:
            longer = f"{lines[-1]}{gap}{part}" if lines else part
            if lines and self.width(longer, size) <= within:
                lines[-1] = longer
            else:
                lines.append(part)
        return lines

    def day_kind(self, day: date) -> Literal["holiday", "makeup", "weekend", ""]:
        """How a day is marked."""
        kind = self.paper.calendar.day_kind(day)
        if kind in ("holiday", "makeup"):
            return "holiday" if kind == "holiday" else "makeup"
        return "weekend" if kind in ("sat", "sun") else ""

    def day_fill(self, day: date) -> Colour | None:
        """The grey of a day's column."""
        return {"holiday": HOLIDAY_GREY, "weekend": WEEKEND_GREY}.get(self.day_kind(day))

    def _version(self) -> str:
        paper = self.paper
        parts = [self.say(f"basis.{paper.basis}")]
        for plan in paper.plans:
            at = plan.published_at or plan.made_at
            local = paper.local(at)
            key = "plan_published" if plan.published_at else "plan_made"
            parts.append(self.say(key, id=plan.id, at=f"{local:%Y-%m-%d %H:%M}"))
        if paper.basis == "worked" and paper.event_no:
            parts.append(self.say("event_no", number=paper.event_no))
        parts.append(self.say("printed_at", at=f"{paper.printed_at:%Y-%m-%d %H:%M}"))
        return "  |  ".join(parts)

"""The standing order on paper: A4 pages to sign, to hang up and to hand to the office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.lettering import Lettering, Stretches, romanise
from frontdesk.common.wholefile import whole_file
from frontdesk.locale import t
from frontdesk.roster.standing.findings import able
from frontdesk.roster.standing.order import Order
from frontdesk.roster.standing.rules import StandingError
from frontdesk.roster.standing.words import contract_words, opening_words, span

if TYPE_CHECKING:
    from db.standing_log import StandingFiling
    from frontdesk.context import Context

WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 14.0
ROOM = WIDTH - 2 * MARGIN
TEXT, SMALL, HEAD, TITLE = 9.0, 7.5, 11.0, 17.0
LINE = 4.4
PADDING = 1.4
FOOT = 12.0
GREY = (105, 105, 105)
INK = (33, 33, 33)
SHADE = (240, 240, 240)
RULE = (170, 170, 170)


@dataclass(frozen=True)
class PrintedOrder:
    """What was printed: the file, its pages, and what no font could draw and stands there in pinyin."""

    path: Path
    pages: int
    romanised: tuple[str, ...]


def print_order(
    context: Context, out: Path, *, filing: StandingFiling | None = None, fonts: FontSearch | None = None
) -> PrintedOrder:
    """Write the order in force, or a filing, to the PDF `out`, whole or not at all.

    Raises StandingError `export_failed`, `no_posts`, `filing_damaged`, and FontFault; then `out` is as it was.
    """
    from frontdesk.roster.standing.service import filed_order, standing_order

    order = filed_order(filing) if filing else standing_order(context)
    if not order.posts:
        raise StandingError("no_posts")
    day = date.fromisoformat(filing.effective_from) if filing else context.today()
    created = context.local(filing.filed_at) if filing else context.now().astimezone(context.zone)
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        pages = _Pages(shelf, created)
        pages.title(t("roster_order.print.title", centre=context.centre.name), subtitle(context, order, filing))
        _draw(pages, order, day)
        content = pages.finish()
    try:
        with whole_file(out, private=True) as part:
            part.write_bytes(content)
    except OSError as error:
        raise StandingError("export_failed", path=str(out), reason=error.strerror or str(error)) from error
    return PrintedOrder(out, pages.count, tuple(pages.romanised))


def subtitle(context: Context, order: Order, filing: StandingFiling | None) -> str:
    """What stands on the page: a filing, the order in force that was filed just so, or one that is not filed yet."""
    from frontdesk.roster.standing.service import filing_in_force

    if filing is None:
        filing = filing_in_force(context, order)
    if filing is None:
        return t("roster_order.print.in_force", day=context.today().isoformat())
    return t(
        "roster_order.print.filing",
        id=filing.id,
        day=filing.effective_from,
        filed=context.local_day(filing.filed_at),
        name=order.name_of(filing.filed_by),
        digest=filing.digest[:16],
    )


def _draw(pages: _Pages, order: Order, day: date) -> None:
    pages.table(
        t("roster_order.print.posts"),
        [t(f"roster_order.print.column.{name}") for name in ("post", "open", "a", "b", "able", "needs")],
        (24.0, 46.0, 18.0, 18.0, 50.0, 26.0),
        [_post_row(order, name, day) for name in order.posts],
    )
    pages.table(
        t("roster_order.print.shifts"),
        [t(f"roster_order.print.column.{name}") for name in ("code", "shift", "times", "break", "not_before")],
        (20.0, 40.0, 50.0, 30.0, 42.0),
        [
            (
                shift.code,
                shift.name,
                span(shift),
                t("roster_order.minutes", count=shift.break_minutes),
                t("roster_order.comma").join(code for code in order.shifts if (shift.code, code) in order.forbidden),
            )
            for shift in order.shifts.values()
        ],
    )
    pages.table(
        t("roster_order.print.people"),
        [t(f"roster_order.print.column.{name}") for name in ("no", "name", "contract", "certificates")],
        (20.0, 26.0, 84.0, 52.0),
        [
            (no, person.name, contract_words(order.contract_of(no)), _certificates(order, no))
            for no, person in order.people.items()
        ],
    )
    _draw_matrix(pages, order)
    pages.signatures([t("roster_order.print.signed_head"), t("roster_order.print.signed_office")])


def _post_row(order: Order, post: str, day: date) -> tuple[str, ...]:
    comma = t("roster_order.comma")
    row = order.posts[post]
    holders = {letter: order.holders_of(post, letter) for letter in "AB"}
    others = [no for no in able(order, post, day) if no not in holders["A"] + holders["B"]]
    needs = [*row.requirements, t("roster_order.shared" if row.shared_cover else "roster_order.not_shared")]
    if row.closed_on is not None:
        needs.append(t("roster_order.closed_from", day=row.closed_on))
    return (
        post,
        "\n".join(opening_words(order, post)),
        "\n".join(order.name_of(no) for no in holders["A"]),
        "\n".join(order.name_of(no) for no in holders["B"]),
        comma.join(order.name_of(no) for no in others),
        "\n".join(needs),
    )


def _certificates(order: Order, no: str) -> str:
    lines = [f"{name} {until}" if until else name for name, until in sorted(order.certificates_of(no).items())]
    return "\n".join(lines)


def _draw_matrix(pages: _Pages, order: Order) -> None:
    """People down, posts across: A or B where somebody holds the post, else the level of the matrix."""
    posts = list(order.posts)
    per_table = 7
    people = [no for no in order.people if any(no in (holder, trained) for _, holder, trained in _cells(order))]
    for start in range(0, len(posts), per_table):
        part = posts[start : start + per_table]
        width = (ROOM - 30.0) / len(part)
        rows = [
            (order.name_of(no), *(order.holders.get((post, no)) or _level(order, no, post) for post in part))
            for no in people
        ]
        heading = t("roster_order.print.matrix")
        pages.table(heading, [t("roster_order.print.column.name"), *part], (30.0, *[width] * len(part)), rows)


def _cells(order: Order) -> list[tuple[str, str, str]]:
    return [(post, no, "") for post, no in order.holders] + [(post, "", no) for no, post in order.competencies]


def _level(order: Order, no: str, post: str) -> str:
    one = order.competencies.get((no, post))
    return str(one.level) if one else "-"


class _Pages:
    """The PDF while it is being drawn, from the top of a page downwards. Lengths in mm, letters in points."""

    def __init__(self, shelf: FontShelf, created: datetime) -> None:
        from fpdf import FPDF

        self._pdf = FPDF(orientation="portrait", unit="mm", format="A4")
        self._pdf.set_auto_page_break(False)
        self._pdf.set_creation_date(created)
        self._lettering = Lettering(self._pdf, shelf)
        self._laid: dict[str, Stretches] = {}
        self._widths: dict[tuple[str, float], float] = {}
        self.romanised: dict[str, None] = {}
        self._new_page()

    @property
    def count(self) -> int:
        return int(self._pdf.pages_count)

    def title(self, title: str, subtitle: str) -> None:
        self._text(MARGIN, self._y + 6.0, title, TITLE, ROOM, bold=True)
        self._pdf.set_text_color(*GREY)
        self._text(MARGIN, self._y + 12.5, subtitle, TEXT, ROOM)
        self._y += 17.0

    def table(
        self, title: str, headings: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]]
    ) -> None:
        """A table with its title; the headings come again on every page that it reaches."""
        if not rows:
            return
        head = [self._wrapped(text, width, SMALL) for text, width in zip(headings, widths, strict=True)]
        lines = [[self._wrapped(text, width, TEXT) for text, width in zip(row, widths, strict=True)] for row in rows]
        if self._y + 8.0 + _tall(head) + _tall(lines[0]) > HEIGHT - MARGIN - FOOT:
            self._new_page()
        self._text(MARGIN, self._y + 5.0, title, HEAD, ROOM, bold=True)
        self._y += 8.0
        self._row(head, widths, SMALL, shaded=True)
        for line in lines:
            if self._y + _tall(line) > HEIGHT - MARGIN - FOOT:
                self._new_page()
                self._row(head, widths, SMALL, shaded=True)
            self._row(line, widths, TEXT)
        self._y += 5.0

    def signatures(self, places: Sequence[str]) -> None:
        """A line to sign on for everybody who does."""
        if self._y + 22.0 > HEIGHT - MARGIN - FOOT:
            self._new_page()
        self._y += 14.0
        width = ROOM / len(places)
        for number, words in enumerate(places):
            self._pdf.set_text_color(*INK)
            self._text(MARGIN + number * width, self._y, words, TEXT, width - 6.0)
        self._y += 8.0

    def finish(self) -> bytes:
        """The file's bytes."""
        return bytes(self._pdf.output())

    def _new_page(self) -> None:
        self._pdf.add_page()
        self._pdf.set_draw_color(*RULE)
        self._pdf.set_line_width(0.2)
        self._pdf.set_text_color(*GREY)
        self._text(MARGIN, HEIGHT - MARGIN + 2.0, t("roster_order.print.page", number=self.count), SMALL, ROOM)
        self._y = MARGIN

    def _row(
        self, cells: Sequence[Sequence[str]], widths: Sequence[float], size: float, *, shaded: bool = False
    ) -> None:
        x, tall = MARGIN, _tall(cells)
        self._pdf.set_fill_color(*SHADE)
        self._pdf.set_text_color(*(GREY if shaded else INK))
        for lines, width in zip(cells, widths, strict=True):
            self._pdf.rect(x, self._y, width, tall, style="DF" if shaded else "D")
            for place, line in enumerate(lines):
                self._text(x + PADDING, self._y + PADDING + (place + 0.75) * LINE, line, size, width - 2 * PADDING)
            x += width
        self._y += tall

    def _text(self, x: float, baseline: float, text: str, size: float, within: float, *, bold: bool = False) -> None:
        if bold:
            self._pdf.set_text_color(*INK)
        if text:
            self._lettering.write(x, baseline, self._lay(text), size, within=within, style="B" if bold else "")

    def _lay(self, text: str) -> Stretches:
        if text not in self._laid:
            found = self._lettering.lay(text)
            if found is None:
                self.romanised[text] = None
                found = [(None, romanise(text))]
            self._laid[text] = found
        return self._laid[text]

    def _wrapped(self, text: str, width: float, size: float) -> list[str]:
        """A cell's lines: broken behind spaces and commas where there are any in reach, else anywhere."""
        lines: list[str] = []
        for paragraph in text.split("\n"):
            line, used = "", 0.0
            for character in paragraph:
                used += self._width(character, size)
                line += character
                if used > width - 2 * PADDING and len(line) > 1:
                    keep = line[: _break_in(line)]
                    lines.append(keep.rstrip())
                    line = line[len(keep) :].lstrip()
                    used = sum(self._width(one, size) for one in line)
            lines.append(line)
        return lines

    def _width(self, character: str, size: float) -> float:
        key = (character, size)
        if key not in self._widths:
            self._widths[key] = self._lettering.width(self._lay(character), size) if character.strip() else size * 0.1
        return self._widths[key]


def _tall(cells: Sequence[Sequence[str]]) -> float:
    """How tall a row is whose cells have these lines."""
    return max(len(lines) for lines in cells) * LINE + 2 * PADDING


def _break_in(line: str) -> int:
    """Where a line whose last character is too much is broken: no line begins with a comma or a closing bracket."""
    half = len(line) // 2
    if (best := max(line.rfind(mark, half, len(line) - 1) for mark in " 、,") + 1) > 0:
        return best
    return len(line) - 2 if line[-1] in "、，。,.)）" and len(line) > 2 else len(line) - 1

"""The hours certificate on paper: one A4 page with room for the seal; more contents than fit go on to an annex."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from db.certificates import Certificate
from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.qr import MODULES, dark_runs, qr_modules
from frontdesk.volunteers.hours.page import GREY, INNER, MARGIN, Colour, HoursPage, PaperColumn
from frontdesk.volunteers.hours.rounding import Rounding, Shown, clock_hours, decimal_hours
from frontdesk.volunteers.hours.statement import ContentSum

MOST_ON_FRONT = 8
MOST_ON_ANNEX = 30

_LEFT = MARGIN + 4
_WIDTH = INNER - 8
_ROW = 7.6
_LABEL = 34.0
_QR = 24.0
_SEAL = 44.0
# Letters in points with their lines in mm: the largest in which the sentence has room, however long the name.
_SENTENCE_SIZES = ((13, 8.2), (11, 7.0), (9, 5.6), (7.5, 4.6), (6, 3.8))
_SENTENCE_HEIGHT = 25.0


def draw_certificate(
    certificate: Certificate,
    name: str,
    contents: Sequence[ContentSum],
    rounding: Rounding,
    *,
    brand: Colour,
    created: datetime,
    fonts: FontSearch | None = None,
) -> tuple[bytes, tuple[str, ...]]:
    """The PDF of a certificate, and the words that stand in it in pinyin because no installed font has them.

    The same arguments and fonts give the same bytes. Raises FontFault.
    """
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        page = HoursPage(shelf, created=created, brand=brand)
        paper = _CertificatePaper(page, certificate, name, rounding)
        front = list(contents) if len(contents) <= MOST_ON_FRONT else list(contents[: MOST_ON_FRONT - 1])
        rest = list(contents[len(front) :])
        paper.front(front, rest)
        for start in range(0, len(rest), MOST_ON_ANNEX):
            paper.annex(rest[start : start + MOST_ON_ANNEX])
        foot = page.say("certificate.foot", number=paper.number)
        return page.finish(foot), tuple(page.romanised)


class _CertificatePaper:
    """The pages of one certificate."""

    def __init__(self, page: HoursPage, certificate: Certificate, name: str, rounding: Rounding) -> None:
        number = certificate.number
        self.page = page
        self.number = f"{number[:4]}-{number[4:-1]}-{number[-1:]}"
        self._certificate = certificate
        self._name = name
        self._rounding = rounding

    def front(self, contents: Sequence[ContentSum], rest: Sequence[ContentSum]) -> None:
        """Title, who served and how long, what, who stands behind it, the room for the seal."""
        page = self.page
        title = page.say("certificate.title")
        page.new_page(f"{title} {self.number}")
        page.frame(MARGIN - 6, MARGIN - 6, INNER + 12, 297 - 2 * MARGIN + 4, 0.6)
        page.fill(MARGIN - 4.6, MARGIN - 4.6, INNER + 9.2, 2.2, page.brand)
        page.text(105, MARGIN + 15, title, 28, INNER, "centre", "B")
        page.text(105, MARGIN + 27, page.say("certificate.number_line", number=self.number), 11, INNER, "centre")
        y = self._sentence(MARGIN + 37)
        y = self._facts(y + 3)
        y = self._contents(y + 5, contents, rest)
        self._ending(y)

    def annex(self, contents: Sequence[ContentSum]) -> None:
        """A page of the contents that do not fit on the front."""
        page = self.page
        y = page.head(
            page.say("certificate.annex"),
            page.say("certificate.number_line", number=self.number),
            self._certificate.issuer,
        )
        self._table(y, contents)

    def _sentence(self, y: float) -> float:
        page, one = self.page, self._certificate
        shown = Shown(one.measured_minutes, one.supplemented_minutes)
        text = page.say(
            "certificate.sentence",
            name=self._name,
            no=one.volunteer_no,
            first=self._day(one.first),
            last=self._day(one.last),
            amount=page.amount(shown.total),
            hours=decimal_hours(shown.total),
        )
        for size, leading in _SENTENCE_SIZES:
            if len(page.wrapped(text, size, _WIDTH)) * leading <= _SENTENCE_HEIGHT:
                break
        return page.paragraph(_LEFT, y, text, size, _WIDTH, leading)

    def _facts(self, y: float) -> float:
        one, page = self._certificate, self.page
        measured, supplemented = one.measured_minutes, one.supplemented_minutes
        rows = (
            ("name", self._name),
            ("volunteer_no", one.volunteer_no),
            ("period", page.say("span", first=one.first, last=one.last)),
            ("measured", page.both(measured)),
            ("supplemented", page.both(supplemented)),
        )
        columns = (PaperColumn("", _LABEL), PaperColumn("", _WIDTH - _LABEL))
        page.rule(_LEFT, y, _WIDTH)
        for key, value in rows:
            page.row(_LEFT, y, _ROW, columns, (page.say(f"certificate.{key}"), value), size=11)
            y += _ROW
        return y

    def _contents(self, y: float, contents: Sequence[ContentSum], rest: Sequence[ContentSum]) -> float:
        y = self._table(y, contents)
        if rest:
            measured, supplemented = sum(one.measured for one in rest), sum(one.supplemented for one in rest)
            shown = self._rounding.shown(measured, supplemented)
            cells = (
                self.page.say("certificate.rest", count=len(rest)),
                clock_hours(shown.measured),
                clock_hours(shown.supplemented),
            )
            self.page.row(_LEFT, y, _ROW, self._columns(), cells, size=10.5)
            y += _ROW
        return y

    def _table(self, y: float, contents: Sequence[ContentSum]) -> float:
        page, columns = self.page, self._columns()
        page.row(_LEFT, y, _ROW, columns, [column.heading for column in columns], size=10.5, heading=True)
        y += _ROW
        for one in contents:
            shown = self._rounding.shown(one.measured, one.supplemented)
            cells = (page.content(one.content), clock_hours(shown.measured), clock_hours(shown.supplemented))
            page.row(_LEFT, y, _ROW, columns, cells, size=10.5)
            y += _ROW
        return y

    def _columns(self) -> tuple[PaperColumn, ...]:
        say = self.page.say
        return (
            PaperColumn(say("certificate.content"), _WIDTH - 76),
            PaperColumn(say("measured_hours"), 38, "right"),
            PaperColumn(say("supplemented_hours"), 38, "right"),
        )

    def _ending(self, below: float) -> None:
        """What the two kinds mean, who stands behind it, the symbol and the room for the seal, at the foot."""
        page, one = self.page, self._certificate
        y = page.paragraph(_LEFT, below + 3, page.say("certificate.kinds"), 8.5, _WIDTH, 4.4, GREY)
        top = max(y + 4, 206.0)
        half = _WIDTH - _SEAL - 8
        for key, value in (
            ("issuer", one.issuer),
            ("responsible", one.responsible),
            ("handler", one.handler),
            ("contact", one.contact),
            ("issued_on", self._day(one.issued_on)),
        ):
            page.text(_LEFT, top + 3.2, page.say(f"certificate.{key}"), 10.5, _LABEL - 2, colour=GREY)
            page.text(_LEFT + _LABEL, top + 3.2, value, 10.5, half - _LABEL)
            top += 6.4
        self._seal(_LEFT + _WIDTH - _SEAL, top - 5 * 6.4)
        self._symbol(_LEFT, 244)
        page.paragraph(
            _LEFT + _QR + 5, 251, page.say("certificate.verify", number=self.number), 9, half - _QR - 5, 4.8, GREY
        )

    def _seal(self, x: float, y: float) -> None:
        page = self.page
        page.pdf.set_dash_pattern(dash=1.2, gap=1.2)
        page.frame(x, y, _SEAL, _SEAL, 0.25)
        page.pdf.set_dash_pattern()
        page.text(x + _SEAL / 2, y + _SEAL / 2, page.say("certificate.seal"), 10, _SEAL - 4, "centre", colour=GREY)

    def _symbol(self, x: float, y: float) -> None:
        """The number as a QR code: digits only, as on a card."""
        module = _QR / MODULES
        for row, modules in enumerate(qr_modules(self._certificate.number)):
            for column, length in dark_runs(modules):
                self.page.fill(x + column * module, y + row * module, length * module, module, (0, 0, 0))

    def _day(self, iso: str) -> str:
        day = date.fromisoformat(iso)
        return self.page.say("day", year=day.year, month=day.month, day=day.day)

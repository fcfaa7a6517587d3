"""Papers of one record as PDF: slips to be filled in and signed, minutes, public notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.cases.papers.content import Content, Gathering, Grid, Item
from frontdesk.cases.papers.page import CasePage
from frontdesk.common.page import GREY, INK, MARGIN, PALE, PaperColumn

if TYPE_CHECKING:
    from frontdesk.common.fonts import FontShelf
    from frontdesk.context import Context

_LABEL = 34.0
_SIZE, _LEADING = 10.5, 5.4
_BY_HAND = 16.0
"""So high is what is left empty on a slip for a paragraph."""
_BLANK_ROWS = 3
_SIGN = 13.0
_NOTICE = 12.5


def draw(context: Context, content: Content, shelf: FontShelf) -> CasePage:
    """The pages of a paper; the caller ends them. Raises FontFault."""
    page = CasePage(shelf, context)
    drawing = _Notice(page, context, content) if content.kind == "notice" else _Sheet(page, context, content)
    drawing.draw()
    return page


class _Sheet:
    """A slip, or minutes: the head with number and state, the fields, what asks for it, who signs."""

    def __init__(self, page: CasePage, context: Context, content: Content) -> None:
        self.page = page
        self.content = content
        self.centre = context.centre.name
        self.y = 0.0

    def draw(self) -> None:
        """Everything, from top to bottom."""
        self.y = self.turn()
        for one in self.content.parts:
            match one:
                case Item(is_long=True) if self.content.kind == "minutes":
                    self.paragraph(one.label, one.words)
                case Item():
                    self.item(one)
                case Grid():
                    self.grid(one)
                case Gathering():
                    self.gathering(one)
        self.after()

    def turn(self) -> float:
        """Begin a page."""
        found, page = self.content, self.page
        under = [page.say("number", number=found.number), page.say("opened", day=found.opened), found.state]
        return page.top(found.title, "    ".join(one for one in under if one), self.centre) + 1

    def item(self, one: Item) -> None:
        """A label and its words beside it, in a frame that goes on over pages."""
        page, is_slip = self.page, self.content.kind == "slip"
        width = page.inner - _LABEL
        lines = page.wrapped(one.words, _SIZE, width - 4)
        label = page.wrapped(one.label, _SIZE, _LABEL - 4)
        least = _BY_HAND if is_slip and one.is_long and not one.words else 8.5
        least = max(least, len(label) * _LEADING + 3)
        while True:
            if self.y + least > page.bottom:
                self.y = self.turn()
            room = max(1, int((page.bottom - self.y - 3) / _LEADING))
            part, lines = lines[:room], lines[room:]
            height = max(least, len(part) * _LEADING + 3)
            page.fill(MARGIN, self.y, _LABEL, height, PALE)
            page.cell(MARGIN, self.y, _LABEL, height)
            page.cell(MARGIN + _LABEL, self.y, width, height)
            self._lines(label, MARGIN + 2, height, _LABEL - 4)
            self._lines(part, MARGIN + _LABEL + 2, height, width - 4)
            self.y += height
            if not lines:
                return

    def _lines(self, lines: list[str], x: float, height: float, within: float) -> None:
        middle = self.y + height / 2 - (len(lines) - 1) * _LEADING / 2
        for line in lines:
            self.page.text(x, middle, line, _SIZE, within)
            middle += _LEADING

    def heading(self, words: str, room: float = 0.0) -> None:
        """A heading that is not left alone at the foot of a page; `room` is what must stand below it, in mm."""
        if self.y + 10 + max(room, 2 * _LEADING) > self.page.bottom:
            self.y = self.turn()
        else:
            self.y += 3
        self.page.text(MARGIN, self.y + 3, words, 11.5, self.page.inner, style="B")
        self.y += 7.5

    def paragraph(self, label: str, words: str, size: float = 11.0, leading: float = 6.2) -> None:
        """A heading and words below it."""
        self.heading(label)
        self.lines(words, size, leading)
        self.y += 1

    def lines(self, words: str, size: float, leading: float, indent: float = 0.0) -> None:
        """Words in as many lines and pages as they take."""
        page = self.page
        for line in page.wrapped(words, size, page.inner - indent):
            if self.y + leading > page.bottom:
                self.y = self.turn()
            page.text(MARGIN + indent, self.y + leading / 2, line, size, page.inner - indent)
            self.y += leading

    def grid(self, one: Grid) -> None:
        """A list as a table, on an empty slip with rows to be filled in."""
        page = self.page
        rows = list(one.rows) or [("",) * len(one.headings)] * (_BLANK_ROWS if self.content.kind == "slip" else 0)
        if not rows:
            return
        self.heading(one.label, 20)
        sums = list(one.sums) if one.sums else []
        places = [] if one.is_ranked else [page.say("place")]
        every = [*rows, *([sums] if sums else [])]
        widths = page.shares(one.headings, one.aligns, every, 9.5, page.inner - 11 * len(places))
        columns = [PaperColumn(place, 11.0, "centre") for place in places]
        found = zip(one.headings, widths, one.aligns, strict=True)
        columns += [PaperColumn(heading, width, align) for heading, width, align in found]
        if places:
            rows = [(str(place), *row) for place, row in enumerate(rows, 1)]
            sums = [page.say("sum"), *sums] if sums else []
        self.y = page.table(self.y, columns, rows, self.turn, size=9.5, sums=sums) + 2

    def gathering(self, one: Gathering) -> None:
        """Who was there, by the part that they have in the meeting; who stayed away stands apart."""
        page = self.page
        self.heading(one.label)
        joint = page.say("joint")
        came = sum(len(here) for _, here, _ in one.parts)
        away = [name for _, _, absent in one.parts for name in absent]
        for part, here, _ in one.parts:
            if here:
                words = page.say("part", part=part or one.label, count=len(here), names=joint.join(here))
                self.lines(words, 10.5, 5.8)
        if away:
            self.lines(page.say("away", count=len(away), names=joint.join(away)), 10.5, 5.8)
        self.lines(page.say("came", came=came, all=came + len(away)), 10.5, 5.8)
        self.y += 1

    def after(self) -> None:
        """What asks for the paper, its foot, and the lines to sign on."""
        page, found = self.page, self.content
        self.y += 3
        if found.foot:
            self.lines(found.foot, 10, 5.4)
        if found.policy:
            self._grey(page.say("policy", policy=page.say("joint").join(found.policy)))
        self.signatures()

    def _grey(self, words: str) -> None:
        page = self.page
        for line in page.wrapped(words, 8.5, page.inner):
            if self.y + 4.4 > page.bottom:
                self.y = self.turn()
            page.text(MARGIN, self.y + 2.2, line, 8.5, page.inner, colour=GREY)
            self.y += 4.4

    def signatures(self) -> None:
        """Two on a line, each with a day; all of them on one page."""
        page, names = self.page, self.content.signatures
        if not names:
            return
        high = (len(names) + 1) // 2 * _SIGN
        if self.y + high + 2 > page.bottom:
            self.y = self.turn()
        self.y += 2
        width = page.inner / 2
        for place, name in enumerate(names):
            x, y = MARGIN + place % 2 * width, self.y + place // 2 * _SIGN + _SIGN - 4
            label = page.say("signature", name=name)
            page.text(x, y - 1.5, label, 10.5, width * 0.45)
            begin = x + min(page.width(label, 10.5), width * 0.45) + 1
            page.rule(begin, y + 1, x + width * 0.64 - begin, INK)
            page.text(x + width * 0.66, y - 1.5, page.say("signed_on"), 9.5, width * 0.32, colour=GREY)
        self.y += high


class _Notice(_Sheet):
    """A notice for the wall: large, the centre and the day below, nobody named."""

    def turn(self) -> float:
        """Begin a page; the title stands on the first."""
        return self.page.wall_top(self.content.title, self.centre)

    def item(self, one: Item) -> None:
        """A label and its words, as a sentence."""
        if one.is_long or len(one.words) > 200:
            self.paragraph(one.label, one.words, _NOTICE, 7.2)
            return
        self.lines(self.page.say("field", label=one.label, words=one.words), _NOTICE, 8.0)

    def after(self) -> None:
        """The foot, and at the right the centre with the day."""
        page, found = self.page, self.content
        self.y += 4
        if found.foot:
            self.lines(found.foot, 11, 6.2)
        if found.policy:
            self._grey(page.say("policy", policy=page.say("joint").join(found.policy)))
        if self.y + 26 + 9 * len(found.signatures) > page.bottom:
            self.y = self.turn()
        self.y += 8
        right = MARGIN + page.inner
        for line in (self.centre, *(page.say("signature", name=one) for one in found.signatures), found.opened):
            is_signed = line not in (self.centre, found.opened)
            page.text(right - (42 if is_signed else 0), self.y + 3, line, 12, page.inner, "right")
            if is_signed:
                page.rule(right - 40, self.y + 6, 40, INK)
            self.y += 9

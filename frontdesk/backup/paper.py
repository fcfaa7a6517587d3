"""The paper of the recovery key: one A4 page, to be kept where the computer is not."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from frontdesk.backup.recovery import QR_VERSION, RecoveryKey
from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.page import GREY, INNER, MARGIN, PALE, Colour, PaperPage
from frontdesk.common.qr import dark_runs, qr_modules

if TYPE_CHECKING:
    from db.centre import Centre

QR_MM = 44.0
_CELL_WIDTH, _CELL_HEIGHT = INNER / 4, 24.0


def draw_key(
    key: RecoveryKey, centre: Centre, brand: Colour, created: datetime, *, fonts: FontSearch | None = None
) -> tuple[bytes, tuple[str, ...]]:
    """The PDF, and the words that stand in it in pinyin because no installed font has them. Raises FontFault."""
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        page = PaperPage(shelf, "backup", created=created, brand=brand)
        under = page.say("under", code=centre.code, name=key.key_id[:4].upper(), day=f"{created:%Y-%m-%d}")
        top = page.head(page.say("title"), under, centre.name) + 4
        top = page.paragraph(MARGIN, top, page.say("what_for"), 11, INNER, 6.4) + 6
        top = _groups(page, key, top) + 8
        _symbol(page, key.digits, MARGIN, top)
        beside = MARGIN + QR_MM + 8
        below = page.paragraph(beside, top, page.say("scan"), 11, INNER - QR_MM - 8, 6.4)
        page.paragraph(beside, below + 3, page.say("check_digits"), 10, INNER - QR_MM - 8, 5.8, GREY)
        top += QR_MM + 10
        for number in range(1, 6):
            top = page.paragraph(MARGIN, top, page.say(f"rule.{number}"), 11, INNER, 6.4) + 2
        top += 6
        for name in ("kept_by", "kept_where", "proved_on"):
            page.text(MARGIN, top, page.say(name), 11, 50)
            page.rule(MARGIN + 52, top + 3, INNER - 52)
            top += 12
        return page.finish(page.say("foot", name=key.key_id[:4].upper())), tuple(page.romanised)


def _groups(page: PaperPage, key: RecoveryKey, top: float) -> float:
    """The eight groups in two rows of four, each with its number; where the next thing may begin."""
    for place, group in enumerate(key.groups):
        x, y = MARGIN + place % 4 * _CELL_WIDTH, top + place // 4 * _CELL_HEIGHT
        page.fill(x + 1, y, _CELL_WIDTH - 2, _CELL_HEIGHT - 4, PALE)
        page.text(x + 3, y + 4, str(place + 1), 9, 8, colour=GREY)
        page.text(x + _CELL_WIDTH / 2, y + 11.5, f"{group[:3]} {group[3:]}", 21, _CELL_WIDTH - 6, "centre", "B")
    return top + 2 * _CELL_HEIGHT


def _symbol(page: PaperPage, digits: str, left: float, top: float) -> None:
    """The QR symbol of the digits, with its quiet zone, in black on the white of the paper."""
    modules = qr_modules(digits, QR_VERSION)
    size = QR_MM / (len(modules) + 4)
    page.pdf.set_fill_color(0, 0, 0)
    for row, line in enumerate(modules):
        for start, length in dark_runs(line):
            x, y = left + (start + 2) * size, top + (row + 2) * size
            page.pdf.rect(x, y, length * size, size, style="F")

"""A receipt or a refund on paper: A5 lying, the amount in figures and in capital numerals."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from db import staff
from db.fees import Account, FeeLine
from frontdesk.activities.fees.errors import FeeError
from frontdesk.activities.fees.service import line
from frontdesk.activities.fees.words import means_words
from frontdesk.common import money
from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.page import GREY, LINE, PALE, PaperPage
from frontdesk.common.wholefile import Written, write_whole
from frontdesk.context import Context
from frontdesk.permission import allowed

_WIDE, _HIGH, _MARGIN = 210.0, 148.0, 14.0
_INNER = _WIDE - 2 * _MARGIN
_ROW, _LABEL = 10.0, 34.0
_SEAL = 34.0


@allowed("writer")
def write_receipt(context: Context, out: Path, number: str, *, fonts: FontSearch | None = None) -> Written:
    """Write the PDF of a receipt or a refund, which bears the whole name and is logged.

    The same line and fonts give the same bytes. Raises FeeError `unknown_number`, `write_failed`, and FontFault.
    """
    found, account = line(context, number)
    receiver = staff.get(context.database.connection, found.operator_no)
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        # A paper of a line is the same whenever it is printed.
        page = PaperPage(
            shelf,
            "fees",
            created=context.local(found.at),
            brand=context.settings.brand_rgb,
            paper="A5",
            landscape=True,
        )
        _draw(page, context.centre.name, found, account, receiver.name if receiver is not None else found.operator_no)
        content = bytes(page.pdf.output())

    def noted() -> None:
        with context.change("fee.printed", found.number, names=True):
            pass

    try:
        write_whole(out, content, noted, private=True)
    except OSError as error:
        raise FeeError("write_failed", path=str(out), reason=error.strerror or str(error)) from error
    return Written(out, found.kind, page.pdf.pages_count, tuple(page.romanised))


def _draw(page: PaperPage, centre: str, found: FeeLine, account: Account, receiver: str) -> None:
    title = page.say(f"title.{found.kind}")
    page.new_page(f"{title} {found.number}")
    page.fill(_MARGIN, 9, _INNER, 1.2, page.brand)
    page.text(_WIDE / 2, 19, title, 22, _INNER * 0.5, "centre", "B")
    page.text(_MARGIN, 19, centre, 10.5, _INNER * 0.3, colour=GREY)
    page.text(_MARGIN + _INNER, 16, page.say("number", number=found.number), 11, _INNER * 0.3, "right", "B")
    page.text(_MARGIN + _INNER, 22, _day(page, found.day), 10, _INNER * 0.3, "right", colour=GREY)
    said = page.say("session", name=account.session_name, day=account.day)
    rows = [
        (
            "payee" if found.refunds is not None else "payer",
            page.say("payer_line", name=account.name, seq=account.seq_no),
        ),
        ("what", said),
        ("means", means_words(found.means)),
    ]
    if found.refunds is not None:
        rows.append(("refunds", found.refunds))
    if found.reason:
        rows.append(("reason", found.reason))
    y = 30.0
    for key, text in rows:
        _row(page, y, page.say(f"label.{key}"), text, 11.5)
        y += _ROW
    page.fill(_MARGIN, y, _INNER, 16, PALE)
    page.text(_MARGIN + 2, y + 8, page.say("label.amount"), 10.5, _LABEL - 4, colour=GREY)
    # Capital numerals are Chinese in whatever language the rest is.
    page.text(_MARGIN + _LABEL, y + 8, f"人民币{money.capitals(found.amount_fen)}", 15, _INNER - _LABEL - 46, style="B")
    page.text(_MARGIN + _INNER - 2, y + 8, f"¥{money.yuan_words(found.amount_fen)}", 15, 42, "right", "B")
    page.frame(_MARGIN, 30.0, _INNER, y + 16 - 30.0, 0.3)
    _foot(page, receiver)
    if found.refunds is None:
        page.text(_MARGIN, _HIGH - 12, page.say("keep"), 8.5, _INNER * 0.7, colour=GREY)


def _row(page: PaperPage, y: float, label: str, text: str, size: float) -> None:
    page.text(_MARGIN + 2, y + _ROW / 2, label, 10.5, _LABEL - 4, colour=GREY)
    page.text(_MARGIN + _LABEL, y + _ROW / 2, text, size, _INNER - _LABEL - 2)
    page.rule(_MARGIN, y + _ROW, _INNER, LINE)


def _foot(page: PaperPage, receiver: str) -> None:
    y = _HIGH - 30
    page.text(_MARGIN, y, page.say("receiver", name=receiver), 11, _INNER * 0.4)
    page.text(_MARGIN + _INNER * 0.42, y, page.say("signature"), 11, _INNER * 0.3)
    page.pdf.set_dash_pattern(dash=1.2, gap=1.2)
    x = _MARGIN + _INNER - _SEAL
    page.frame(x, _HIGH - 8 - _SEAL * 0.8, _SEAL, _SEAL * 0.8, 0.25)
    page.pdf.set_dash_pattern()
    page.text(x + _SEAL / 2, _HIGH - 8 - _SEAL * 0.4, page.say("seal"), 9, _SEAL - 4, "centre", colour=GREY)


def _day(page: PaperPage, iso: str) -> str:
    day = date.fromisoformat(iso)
    return page.say("day", year=day.year, month=day.month, day=day.day)

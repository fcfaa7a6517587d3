"""The brief as a file: plain text, a Word document, a PDF."""

from __future__ import annotations

from pathlib import Path

from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.page import FOOT, GREY, INNER, MARGIN, PaperPage
from frontdesk.common.periods import Period
from frontdesk.common.wholefile import Written, write_whole
from frontdesk.context import Context
from frontdesk.reports.brief.errors import BriefError
from frontdesk.reports.brief.service import brief
from frontdesk.reports.brief.wording import document, made_at
from frontdesk.reports.documents import Document, is_docx_possible, to_docx, to_text

KINDS = ("pdf", "docx", "txt")
_SIZE, _LEADING, _BOTTOM = 10.5, 5.8, FOOT - 8.0


def export_brief(context: Context, period: Period, out: Path, *, fonts: FontSearch | None = None) -> Written:
    """Write the brief of a period, by the ending of `out`; the same records give the same bytes on a day.

    Raises BriefError `unknown_ending`, `no_docx`, `write_failed`, and FontFault.
    """
    kind = out.suffix.lower().lstrip(".")
    if kind not in KINDS:
        raise BriefError("unknown_ending", ending=out.suffix or "-", possible=" ".join(f".{one}" for one in KINDS))
    if kind == "docx" and not is_docx_possible():
        raise BriefError("no_docx")
    paper = document(context, brief(context, period))
    if kind == "pdf":
        with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
            page = _draw(context, paper, shelf)
            content = page.finish(f"{context.centre.name}  {period.key}")
        _write(out, content)
        return Written(out, kind, page.pdf.pages_count, tuple(page.romanised))
    if kind == "docx":
        content = to_docx(paper, made_at(context), context.centre.name)
    else:
        content = to_text(paper).replace("\n", "\r\n").encode("utf-8-sig")
    _write(out, content)
    return Written(out, kind)


def _write(out: Path, content: bytes) -> None:
    try:
        write_whole(out, content, private=True)
    except OSError as wrong:
        raise BriefError("write_failed", path=out, reason=wrong.strerror or str(wrong)) from wrong


def _draw(context: Context, paper: Document, shelf: FontShelf) -> PaperPage:
    """The pages, headings never alone at the foot of one."""
    page = PaperPage(shelf, "brief", created=made_at(context), brand=context.settings.brand_rgb)
    under = "  ".join(words for _, words in paper.head[1:])

    def begin() -> float:
        return page.head(paper.title, under, context.centre.name)

    y = begin()
    for block in paper.blocks:
        is_heading = block.style == "heading"
        y += 3 if is_heading else 0
        if y + _LEADING * (3 if is_heading else 1) > _BOTTOM:
            y = begin()
        text = f"- {block.text}" if block.style == "item" else block.text
        if is_heading:
            page.text(MARGIN, y + _LEADING / 2, text, 12, INNER, style="B")
            y += _LEADING + 1
            continue
        for line in page.wrapped(text, _SIZE, INNER):
            if y + _LEADING > _BOTTOM:
                y = begin()
            page.text(
                MARGIN, y + _LEADING / 2, line, _SIZE, INNER, colour=GREY if block is paper.blocks[-1] else (25, 25, 25)
            )
            y += _LEADING
    return page

"""The privacy notice on paper: as a Word document, a PDF, or plain text."""

from __future__ import annotations

from db.privacy import Notice
from frontdesk.common.page import HEIGHT, INNER, MARGIN, PaperPage
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.privacy.errors import PrivacyError


def notice_paper(context: Context, found: Notice, kind: str) -> tuple[bytes, int | None, tuple[str, ...]]:
    """The bytes, how many pages a PDF has, and the words that stand in it in pinyin. Raises PrivacyError `no_word`,
    FontFault.
    """
    if kind == "pdf":
        return _pdf(context, found)
    from frontdesk.reports import documents
    from frontdesk.reports.documents import Block, Document

    head = (
        (t("privacy.notice.centre"), context.centre.name),
        (t("privacy.paper.version"), found.version),
        (t("privacy.notice.since"), context.local_day(found.at)),
    )
    blocks = (*(Block(line) for line in found.body.split("\n")), Block(t("privacy.paper.sign")))
    paper = Document(found.title, head, blocks)
    if kind == "txt":
        return documents.to_text(paper).encode(), None, ()
    if not documents.is_docx_possible():
        raise PrivacyError("no_word")
    return documents.to_docx(paper, context.local(found.at), context.centre.name), None, ()


def _pdf(context: Context, found: Notice) -> tuple[bytes, int | None, tuple[str, ...]]:
    from frontdesk.common.fonts import FontSearch, FontShelf

    with FontShelf(FontSearch.of_this_system()) as shelf:
        page = PaperPage(shelf, "privacy", created=context.local(found.at), brand=context.settings.brand_rgb)
        page.new_page(f"{context.centre.name} {found.title}")
        page.text(MARGIN + INNER / 2, 26, found.title, 22, INNER, "centre", "B")
        head = f"{context.centre.name}  {page.say('version')} {found.version}  {context.local_day(found.at)}"
        page.text(MARGIN + INNER / 2, 36, head, 10.5, INNER, "centre")
        y, pages = 44.0, 1
        for line in [*found.body.split("\n"), "", page.say("sign")]:
            if y > HEIGHT - 30:
                page.new_page(f"{context.centre.name} {found.title}")
                y, pages = MARGIN + 8, pages + 1
            y = page.paragraph(MARGIN, y, line, 11.5, INNER, 6.6) if line.strip() else y + 4
        return bytes(page.pdf.output()), pages, tuple(page.romanised)

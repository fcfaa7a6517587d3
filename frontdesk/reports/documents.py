"""Written papers of the centre (letters, the weekly brief): what they say, as plain text and as a Word document.

python-docx needs lxml, which has no wheels for some processors: there only plain text is written.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from frontdesk.locale import t

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

BlockStyle = Literal["heading", "text", "item"]

# 党政机关公文格式 GB/T 9704-2012: margins of the page in mm, letters in points, the distance of lines.
_TOP, _BOTTOM, _LEFT, _RIGHT = 37.0, 35.0, 28.0, 26.0
_BODY_SIZE, _TITLE_SIZE, _HEAD_SIZE, _LEADING = 16.0, 22.0, 12.0, 28.0
_BODY_FONT, _TITLE_FONT, _HEADING_FONT = "仿宋", "宋体", "黑体"
_LATIN_FONT = "Times New Roman"

_STAMP = (1980, 1, 1, 0, 0, 0)
"""The time of every part in the package: that of writing would make each file another one."""


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, or one item of a list."""

    text: str
    style: BlockStyle = "text"


@dataclass(frozen=True)
class Document:
    """A paper: title, lines of label and words under it, and what it says. Words of several lines are paragraphs."""

    title: str
    head: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]


def is_docx_possible() -> bool:
    """Whether this computer can make Word documents."""
    try:
        import docx  # noqa: F401
    except ImportError:
        return False
    return True


def to_text(document: Document) -> str:
    """The paper as plain text, lines ended by one character."""
    colon = t("letters.paper.colon")
    lines = [document.title, "", *(f"{label}{colon}{words}" for label, words in document.head), ""]
    for block in document.blocks:
        if block.style == "heading" and lines[-1]:
            lines.append("")
        lines += [f"- {line}" if block.style == "item" else line for line in block.text.split("\n")]
    return "\n".join(lines).rstrip() + "\n"


def to_docx(document: Document, made_at: datetime, author: str) -> bytes:
    """The paper as a Word document that opens in WPS too; the same paper gives the same bytes.

    Fonts are those of official papers by name: the program that opens it draws with what it has of them.
    """
    import docx

    word = docx.Document()
    _set_up(word)
    word.core_properties.title = document.title
    word.core_properties.author = word.core_properties.last_modified_by = author
    word.core_properties.comments = ""
    word.core_properties.created = word.core_properties.modified = made_at.astimezone(UTC).replace(tzinfo=None)
    _title(word, document.title)
    for label, words in document.head:
        _line(word, f"{label}{t('letters.paper.colon')}{words}", _HEAD_SIZE, _BODY_FONT)
    _line(word, "", _HEAD_SIZE, _BODY_FONT)
    for block in document.blocks:
        if block.style == "heading":
            _line(word, block.text, _BODY_SIZE, _HEADING_FONT, keeps_with_next=True)
            continue
        for text in block.text.split("\n"):
            _line(word, f"- {text}" if block.style == "item" else text, _BODY_SIZE, _BODY_FONT, indent=2)
    _page_number(word)
    written = BytesIO()
    word.save(written)
    return _same_every_time(written.getvalue())


def _set_up(word: WordDocument) -> None:
    from docx.shared import Mm, Pt

    page = word.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(_TOP), Mm(_BOTTOM)
    page.left_margin, page.right_margin = Mm(_LEFT), Mm(_RIGHT)
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = _LATIN_FONT, Pt(_BODY_SIZE)


def _title(word: WordDocument, text: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = word.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(_LEADING / 2)
    run = paragraph.add_run(text)
    run.bold = True
    _letter(run, _TITLE_SIZE, _TITLE_FONT)


def _line(
    word: WordDocument, text: str, size: float, font: str, *, indent: int = 0, keeps_with_next: bool = False
) -> None:
    """One paragraph whose first line begins `indent` characters further in."""
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt

    paragraph = word.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(_LEADING if size > _HEAD_SIZE else 20)
    form.keep_with_next = keeps_with_next
    if indent and text:
        form.first_line_indent = Pt(size * indent)
    _letter(paragraph.add_run(text), size, font)


def _letter(run: Run, size: float, font: str) -> None:
    """Letters of a run; that of Han characters has an attribute of its own."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run.font.name, run.font.size = _LATIN_FONT, Pt(size)
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)


def _page_number(word: WordDocument) -> None:
    """The number at the foot of every page, between dashes as on official papers."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = word.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _letter(paragraph.add_run("- "), _HEAD_SIZE, _TITLE_FONT)
    _field(paragraph, "PAGE")
    _letter(paragraph.add_run(" -"), _HEAD_SIZE, _TITLE_FONT)


def _field(paragraph: Paragraph, code: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = paragraph.add_run("1")
    _letter(run, _HEAD_SIZE, _TITLE_FONT)
    field.append(run._element)
    paragraph._p.append(field)


def _same_every_time(package: bytes) -> bytes:
    """The package with its parts in order and without the time at which each was written."""
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as parts, zipfile.ZipFile(written, "w") as made:
        names = sorted(parts.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            one = zipfile.ZipInfo(name, _STAMP)
            one.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(one, parts.read(name))
    return written.getvalue()

"""Letters as files: a Word document, or plain text. A letter that was sent is written as it was sent."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from frontdesk.common.smallfile import UnsuitableFile, read_small_file
from frontdesk.common.wholefile import Written, write_whole
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.reports.documents import Block, Document, is_docx_possible, to_docx, to_text
from frontdesk.reports.letters import service
from frontdesk.reports.letters.errors import LettersError
from frontdesk.reports.letters.service import InfoReport

KINDS = ("docx", "txt")
LARGEST_FILE = 200_000


def export_letter(context: Context, number: int, out: Path) -> Written:
    """Write a letter as a Word document or as plain text, by the ending of `out`; the same letter gives the same bytes.

    Raises LettersError `unknown_letter`, `unknown_ending`, `no_docx`, `write_failed`.
    """
    kind = out.suffix.lower().lstrip(".")
    if kind not in KINDS:
        raise LettersError("unknown_ending", ending=out.suffix or "-", possible=" ".join(f".{one}" for one in KINDS))
    if kind == "docx" and not is_docx_possible():
        raise LettersError("no_docx")
    document, made_at = document_of(context, number)
    if kind == "docx":
        content = to_docx(document, made_at, context.centre.name)
    else:
        # Line ends and mark as the text editors of Windows expect them.
        content = to_text(document).replace("\n", "\r\n").encode("utf-8-sig")
    try:
        write_whole(out, content, private=True)
    except OSError as wrong:
        raise LettersError("write_failed", path=out, reason=wrong.strerror or str(wrong)) from wrong
    return Written(out, kind)


def document_of(context: Context, number: int) -> tuple[Document, datetime]:
    """What a letter says, as it was sent where it was, and the instant it says it of. Raises `unknown_letter`."""
    with context.database.reading():
        letter = service.letter(context, number)
        sent = service.as_sent(context, number) if letter.state in ("sent", "adopted", "returned") else None
        at = sent.at if sent is not None else letter.changed_at
        title, body = (sent.title, sent.body) if sent is not None else (letter.title, letter.body)
        head = _head(context, letter, at)
    return Document(title, head, (Block(body.strip("\n")),)), context.local(at)


def _head(context: Context, letter: InfoReport, at: int) -> tuple[tuple[str, str], ...]:
    day = context.local(at)
    lines = [
        ("centre", context.centre.name),
        ("to", t(f"letters.level.{letter.level_to}")),
        ("kind", t(f"letters.kind.{letter.kind}")),
        ("period", service.period_of_letter(context, letter).label),
        ("author", service.name_of(context, letter.author)),
        ("reviewer", service.name_of(context, letter.reviewer)),
        ("date", t("letters.paper.date_words", year=day.year, month=day.month, day=day.day)),
        ("number", f"{letter.period}-{letter.id}"),
    ]
    if letter.state in ("draft", "reviewed"):
        lines.append(("state", t(f"letters.state.{letter.state}")))
    return tuple((t(f"letters.paper.{name}"), words) for name, words in lines if words)


def read_body(path: Path) -> str:
    """The text of a file, with or without a mark of its encoding. Raises LettersError `unreadable`."""
    try:
        return read_small_file(path, LARGEST_FILE).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError, UnsuitableFile) as wrong:
        raise LettersError("unreadable", path=path) from wrong

"""Privacy notices (告知书): plain words in versions, of which the one that a setting names is in force."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from db import centre as centres
from db import privacy as records
from db.privacy import Notice
from frontdesk.common.longnumbers import refuse_long_number
from frontdesk.common.names import LongLine, short_line
from frontdesk.common.smallfile import UnsuitableFile, read_small_file
from frontdesk.common.wholefile import Written, write_whole
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.permission import allowed
from frontdesk.privacy.errors import PrivacyError
from frontdesk.privacy.rules import PURPOSES, RetentionKind

PaperKind = Literal["docx", "pdf", "txt"]
LONGEST_VERSION, LONGEST_TITLE, LONGEST_BODY = 30, 60, 12_000


class NoticeLine(NamedTuple):
    """A notice in a list: whether it is in force, and how many people's present consent is to it. A version that forms
    wrote down and nobody published has no notice.
    """

    version: str
    notice: Notice | None
    in_force: bool
    consents: int


@allowed("reader")
def notices(context: Context) -> list[NoticeLine]:
    """Every notice, the latest first; behind them the versions that only consents name."""
    with context.database.reading() as connection:
        published = records.notices(connection)
        used = records.consents_by_version(connection)
    now = context.settings.consent_notice_version
    lines = [NoticeLine(one.version, one, one.version == now, used.get(one.version, 0)) for one in published]
    known = {one.version for one in published}
    bare = sorted({*used, *([now] if now else [])} - known)
    return lines + [NoticeLine(one, None, one == now and one != "", used.get(one, 0)) for one in bare]


@allowed("shown")
def notice(context: Context, version: str = "") -> Notice:
    """A notice, the one in force where no version is said. Raises PrivacyError `no_notice`, `unknown_notice`."""
    wanted = version.strip() or context.settings.consent_notice_version
    if not wanted:
        raise PrivacyError("no_notice")
    found = records.notice(context.database.connection, wanted)
    if found is None:
        raise PrivacyError("unknown_notice", version=wanted)
    return found


@allowed("shown")
def draft(context: Context) -> tuple[str, str]:
    """Title and words of a notice to begin with, from what the centre has set: who, what for, how long, which rights
    (个人信息保护法 §17).
    """
    months: dict[RetentionKind, int] = {
        "resident": context.settings.retention_resident_months,
        "rater": context.settings.retention_rater_months,
        "booking": context.settings.retention_booking_months,
    }
    said = {kind: _months(value) for kind, value in months.items()}
    contact = context.settings.certificate_contact or t("privacy.notice.contact_at_desk")
    purposes = "\n".join(f"- {t(f'privacy.purpose.{one}')}" for one in PURPOSES)
    body = t(
        "privacy.notice.draft",
        centre=context.centre.name,
        contact=contact,
        purposes=purposes,
        age=context.settings.guardian_age,
        case=_of_cases(context),
        **said,
    )
    return t("privacy.notice.title"), body


def _of_cases(context: Context) -> str:
    """How long records keep what they tell of people: each definition says so."""
    from frontdesk.cases.service import months_kept

    least, most = months_kept(context)
    return _months(least) if least == most else t("privacy.notice.between", least=_months(least), most=_months(most))


def _months(value: int) -> str:
    return t("privacy.notice.months", count=value) if value else t("privacy.notice.until_asked")


@allowed("manager")
def publish(context: Context, version: str, title: str, body: str, *, in_force: bool = True) -> Notice:
    """Publish a notice under a new version; from now on it is in force, unless said otherwise.

    Raises PrivacyError `bad_version`, `bad_title`, `bad_body`, `notice_exists`, DeskError `long_number`, and what
    `Context.require_manager` raises.
    """
    named = _line(version, LONGEST_VERSION, "bad_version")
    headed = _line(title, LONGEST_TITLE, "bad_title")
    lines = [line.rstrip() for line in refuse_long_number(body).replace("\r\n", "\n").split("\n")]
    words = "\n".join(lines).strip("\n")
    if (
        not words.strip()
        or len(words) > LONGEST_BODY
        or not all(line.replace("\t", " ").isprintable() for line in lines)
    ):
        raise PrivacyError("bad_body", limit=LONGEST_BODY)
    with context.change("privacy.notice_published", named, in_force=in_force) as connection:
        who = context.require_manager()
        if records.notice(connection, named) is not None:
            raise PrivacyError("notice_exists", version=named)
        made = Notice(version=named, title=headed, body=words, at=context.now_ms(), operator_no=who.no)
        records.add_notice(connection, made)
        if in_force:
            centres.set_setting(connection, "consent_notice_version", named)
    context.read_settings()
    return made


def _line(text: str, most: int, code: str) -> str:
    try:
        line = short_line(text, most)
    except (LongLine, ValueError):
        raise PrivacyError(code, limit=most) from None
    if not line:
        raise PrivacyError(code, limit=most)
    return line


LARGEST_FILE = 500_000
"""Bytes: a notice has some pages."""


def read_notice_file(path: Path) -> str:
    """The words of a notice from a text file in UTF-8. Raises PrivacyError `unread_file`."""
    try:
        return read_small_file(path.expanduser(), LARGEST_FILE).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError, RuntimeError, UnsuitableFile) as failure:
        raise PrivacyError("unread_file", path=str(path)) from failure


@allowed("shown")
def print_notice(context: Context, out: Path, version: str = "") -> Written:
    """Write a notice to `out` as a Word document, a PDF or plain text, by the name's ending.

    Raises PrivacyError `unknown_notice`, `no_notice`, `unknown_paper`, `no_word`, `write_failed`, FontFault.
    """
    from frontdesk.privacy.paper import notice_paper

    found = notice(context, version)
    kind = out.suffix.lower().lstrip(".")
    if kind not in ("docx", "pdf", "txt"):
        raise PrivacyError("unknown_paper", path=str(out))
    content, pages, romanised = notice_paper(context, found, kind)
    try:
        write_whole(out, content)
    except OSError as failure:
        raise PrivacyError("write_failed", path=str(out), reason=failure.strerror or str(failure)) from failure
    return Written(out, kind, pages, romanised)

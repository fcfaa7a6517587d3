"""Calendar files (RFC 5545) for phones and office programs, whatever they hold.

Instants are written in UTC, which every program understands without the rules of a zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from unicodedata import category

from frontdesk.locale import current_language

_LINE_OCTETS = 75
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True)
class Entry:
    """One entry of a calendar. Instants are aware; `sequence` grows with every change of the slot."""

    uid: str
    starts: datetime
    ends: datetime
    summary: str
    description: str
    location: str
    changed: datetime
    sequence: int
    cancelled: bool


def entry_uid(code: str, *parts: str) -> str:
    """The UID of an entry of the centre with this code: the same for the same parts, whatever becomes of the entry."""
    digest = blake2b("\0".join((code, *parts)).encode("utf-8"), digest_size=16).hexdigest()
    return f"{digest}@{code}.frontdesk"


def calendar_text(title: str, found: Iterable[Entry], made: datetime, about: str = "roster") -> str:
    """The whole file: lines that end in CRLF and are at most 75 octets long, in UTF-8 (RFC 5545, 3.1).

    `about` names the part of the program that it comes from.
    """
    language = current_language().partition("_")[0].upper()
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//frontdesk//{about}//{language}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(title)}",
    ]
    for entry in found:
        lines += _event_lines(entry, made)
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event_lines(entry: Entry, made: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"DTSTAMP:{_stamp(made)}",
        f"LAST-MODIFIED:{_stamp(entry.changed)}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTART:{_stamp(entry.starts)}",
        f"DTEND:{_stamp(entry.ends)}",
        f"SUMMARY:{escaped(entry.summary)}",
        f"DESCRIPTION:{escaped(entry.description)}",
        f"LOCATION:{escaped(entry.location)}",
        f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def _stamp(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A text value: backslash, semicolon, comma and line end escaped (RFC 5545, 3.3.11), no other control character."""
    return "".join(one for one in text.translate(_ESCAPED) if category(one) not in ("Cc", "Cs") or one == "\t")


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, each but the first after CRLF and a space; no character is divided."""
    pieces, octets = [""], 0
    for character in line:
        size = len(character.encode("utf-8"))
        if octets + size > _LINE_OCTETS:
            pieces.append(" ")
            octets = 1
        pieces[-1] += character
        octets += size
    return "\r\n".join(pieces)

"""Telephone numbers of the mainland: one spelling for each (`mechanisms.md` §11.4)."""

from __future__ import annotations

import re
import unicodedata

_COUNTRY = re.compile(r"(?:\+|00)86")
_EXTENSION = re.compile(r"(.{7,}?)(?:转|分机|ext\.?|x|#)([0-9]{1,6})", re.IGNORECASE)
_DASHED_EXTENSION = re.compile(r"(0[0-9]{2,3}-?[0-9]{7,8})-([0-9]{1,6})")
_FILLERS = re.compile(r"[\s()‐‑‒–—―−-]+")

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{2,3}[0-9]{7,8}")
_SERVICE = re.compile(r"[48]00[0-9]{7}")
_LOCAL = re.compile(r"[2-8][0-9]{6,7}")


def normalise_phone(text: str) -> str:
    """The digits of a mobile, landline, 400/800 or local number, without spaces, dashes, +86 and the
    zero before a mobile.

    Full-width digits are folded. An extension stays behind a dash: 02159571234-801. Short numbers (12345,
    95xxx) are hotlines and no way to reach a person: ValueError, as for anything else. Rule:
    `mechanisms.md` §11.4.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    dashed = re.sub(r"[\s‐‑‒–—―−]+", "-", folded)
    main, extension = folded, ""
    if match := _EXTENSION.fullmatch(folded) or _DASHED_EXTENSION.fullmatch(dashed):
        main, extension = match[1], match[2]
    number = _bare_number(_FILLERS.sub("", main))
    if not extension:
        return number
    if _MOBILE.fullmatch(number):
        raise ValueError("a mobile number has no extension")
    return f"{number}-{extension}"


def phone_tail(number: str) -> str:
    """The last four digits of a normalised number, without its extension: how a counter finds people."""
    return number.partition("-")[0][-4:]


def mask_phone(number: str) -> str:
    """A normalised number of which only the last four digits are seen: ***1234 (`mechanisms.md` §11.5); '' for none."""
    return f"***{phone_tail(number)}" if number else ""


def _bare_number(digits: str) -> str:
    rest = _COUNTRY.sub("", digits, count=1) if _COUNTRY.match(digits) else digits
    if re.fullmatch(r"861[3-9][0-9]{9}", rest):
        rest = rest[2:]
    # Long-distance calls to mobiles once began with a zero; no area code begins like this.
    if re.fullmatch(r"01[3-9][0-9]{9}", rest):
        rest = rest[1:]
    if any(kind.fullmatch(rest) for kind in (_MOBILE, _LANDLINE, _SERVICE, _LOCAL)):
        return rest
    # Abroad, an area code is dialled without its zero: +86 21 5957 1234.
    if rest != digits and _LANDLINE.fullmatch(f"0{rest}"):
        return f"0{rest}"
    raise ValueError("not a telephone number")

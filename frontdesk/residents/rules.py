"""How old somebody is, and who is a child. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from frontdesk.common.guardians import CHILD_AGE

BANDS = (0, 14, 18, 35, 60, 70, 80)
"""Where the age bands of lists begin: children, minors, the elderly from 60 on."""


def age_on(birth: str, day: date) -> tuple[int, int] | None:
    """The least and the most completed years (周岁) that somebody may have on a local day; None without a birth.

    `birth` is YYYY, YYYY-MM or YYYY-MM-DD: with the whole date both are the same. The birthday counts as reached
    (`mechanisms.md` §11.7); who was born on 29 February reaches it on 1 March of a year without one.
    """
    if not birth:
        return None
    parts = [int(part) for part in birth.split("-")]
    year = parts[0]
    first_month, last_month = (parts[1], parts[1]) if len(parts) > 1 else (1, 12)
    first_day, last_day = (parts[2], parts[2]) if len(parts) > 2 else (1, monthrange(year, last_month)[1])
    earliest, latest = date(year, first_month, first_day), date(year, last_month, last_day)
    return max(0, _years(latest, day)), max(0, _years(earliest, day))


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age_band(birth: str, day: date) -> str:
    """Of which age somebody at least is, as a list shows it (`mechanisms.md` §11.5): 60-69, 80+; '' without a birth."""
    ages = age_on(birth, day)
    if ages is None:
        return ""
    begins = max(one for one in BANDS if one <= ages[0])
    following = next((one for one in BANDS if one > begins), None)
    return f"{begins}+" if following is None else f"{begins}-{following - 1}"


def may_be_child(birth: str, day: date) -> bool:
    """Whether somebody may still be younger than 14 on a local day; not where no birth is known."""
    ages = age_on(birth, day)
    return ages is not None and ages[0] < CHILD_AGE

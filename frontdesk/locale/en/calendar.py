"""The calendar: statutory holidays and make-up workdays."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "help.out": "the .xlsx to write",
    "help.show": "list the holidays and make-up workdays of a year or month, such as 2026 or 2026-10; this year by default",
    "help.set": "correct one day: a holiday, a make-up workday, or clear for an ordinary day",
    "help.name": "what the holiday is called, such as 春节",
    "help.export": "write a sheet that other centres can import; this year and later ones without --period",
    "help.period": "only this period, such as 2027",
    "unknown": "Note: the holidays of {year} have not been put in; Monday to Friday count as working days. When the notice is out, import it with frontdesk import calendar.",
    "working_days": "{period}: working days {count}",
    "worked": "worked",
    "not_worked": "off",
    "exported": "Wrote {count} days to {out}.",
    "kind.holiday": "holiday",
    "kind.makeup": "make-up workday",
    "kind.mon": "weekday",
    "kind.tue": "weekday",
    "kind.wed": "weekday",
    "kind.thu": "weekday",
    "kind.fri": "weekday",
    "kind.sat": "weekend",
    "kind.sun": "weekend",
    "error.bad_period": '"{value}" is no year or month. Write 2026 or 2026-10.',
    "error.bad_day": '"{value}" is no date. Write 2027-02-20.',
    "error.day_out_of_range": "{day} does not lie between {minimum} and {maximum}. Check the year.",
    "error.makeup_on_weekday": "{day} is worked anyway, from Monday to Friday. Check the date; to take a holiday back use clear.",
    "error.bad_name": "A name has at most {limit} characters, no line ends and no control characters. Shorten it and try again.",
    "error.export_failed": "{path} cannot be written ({reason}). Close WPS or Excel if it is open there, or choose another folder.",
}

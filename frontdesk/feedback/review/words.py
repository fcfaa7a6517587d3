"""Figures of reviews in words, alike on the screen, on paper and in the workbook."""

from __future__ import annotations

from frontdesk.feedback.review.rules import Marks
from frontdesk.locale import t


def mean_words(marks: Marks) -> str:
    """The mean level: 4.25; "-" where nobody said anything."""
    return f"{marks.mean:.2f}" if marks.count else "-"


def good_words(marks: Marks) -> str:
    """How many of all were satisfied, with the 95 % interval of the rate: 7/8 (53%-98%)."""
    if not marks.count:
        return "-"
    low, high = marks.interval
    return t("review.good", good=marks.good, count=marks.count, low=f"{low:.0%}", high=f"{high:.0%}")

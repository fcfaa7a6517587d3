"""What the package chinesecalendar knows: only to seed the centre's own table, and to stand in until that has happened.

It was chosen because it is small, pure Python and the only one with the make-up workdays (mechanisms §11.1). It raises
for every year that it does not know, so that its lists are read instead of asking it day by day.
"""

from __future__ import annotations

from datetime import date
from functools import cache

from frontdesk.calendar.rules import SpecialDay, complete_years


@cache
def package_days() -> dict[date, SpecialDay]:
    """All holidays and make-up workdays of the years that the package knows whole, by day.

    Weekend days inside a holiday period are holidays; observances that are no days off are not in it.
    """
    from chinese_calendar.constants import Holiday, holidays, workdays

    names = {holiday.value: holiday.chinese for holiday in Holiday}
    days = {day: SpecialDay("holiday", names[name], "package") for day, name in holidays.items()}
    days |= {day: SpecialDay("makeup", names[name], "package") for day, name in workdays.items()}
    whole = complete_years({day: special.kind for day, special in days.items()})
    return {day: special for day, special in days.items() if day.year in whole}


@cache
def package_years() -> frozenset[int]:
    """The years that the package knows whole."""
    return frozenset(day.year for day in package_days())

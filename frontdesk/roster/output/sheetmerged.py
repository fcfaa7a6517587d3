"""Merged cells in a roster that comes back: one cell for several roles or days speaks of only one of them. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator

from frontdesk.sheets.rows import Merged, Sheet


def covering(
    sheet: Sheet, heading: int, places: Collection[int], days: Collection[int], rows: Collection[int]
) -> Iterator[Merged]:
    """The merged ranges that leave a role or a day without a cell of its own.

    `heading` is the number of the heading row, `places` the columns of roles and days, `days` those of days alone,
    `rows` the numbers of the rows that were read. Posts, shifts and times may be merged over their rows, and so may
    remarks.
    """
    columns, numbers = sorted(places), sorted(rows)
    for one in sheet.merged:
        over = bisect_right(columns, one.last_column) - bisect_left(columns, one.first_column)
        if one.last_row <= heading:
            # A day's heading over two columns leaves the second one without a day.
            if one.last_row == heading and one.first_column in days and one.last_column > one.first_column:
                yield one
            continue
        first = max(one.first_row, heading + 1)
        read = bisect_right(numbers, one.last_row) - bisect_left(numbers, first)
        if over and read and over * (one.last_row - one.first_row + 1) > 1:
            yield one

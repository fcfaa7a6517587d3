"""What the roster's screens say stands in the room that a window of 80 columns leaves."""

from __future__ import annotations

import pytest

from frontdesk.common.text import display_width
from frontdesk.locale import t
from frontdesk.roster.board.grid_screen import WEEK_HEADING, open_row, shift_label
from frontdesk.roster.model import Shift
from frontdesk.shell.grid import GridContent, GridRow, GridText

PANEL = 36
"""Half of 80 columns less the frame."""


@pytest.mark.parametrize(
    ("shift", "label"),
    [
        (Shift("早", "早班", 510, 1020), "早班 08:30-17:00"),
        (Shift("综", "综合班", 510, 1020), "综 08:30-17:00"),
        (Shift("ZHB01", "综合值班", 510, 1020), "综合值班 08:30"),
    ],
)
def test_a_shift_with_a_long_name_keeps_its_time(shift: Shift, label: str) -> None:
    assert shift_label(shift) == label
    assert display_width(label) <= WEEK_HEADING


@pytest.mark.parametrize("step", ["write", "acknowledge", "brief"])
def test_the_day_and_the_names_of_a_handover_stand_before_the_post(step: str) -> None:
    said = t(f"today.due.handover_{step}", day="11-19", name="李小明", to="王建国", post="综合服务台")
    before, _, post = said.partition("：")
    assert post == "综合服务台"
    assert display_width(before) <= PANEL
    assert all(word in before for word in ("11-19", "李小明", "王建国"))


def test_the_cursor_begins_on_a_post_that_is_open_that_day() -> None:
    one = (GridText("张三", "", ""),)
    rows = (GridRow("closed", ("闭",), ((), one)), GridRow("open", ("开",), (one, ())))
    content = GridContent(
        "", (("2026-11-14", GridText("六", "", "")), ("2026-11-16", GridText("一", "", ""))), rows, 16
    )
    assert (open_row(content, "2026-11-14"), open_row(content, "2026-11-16")) == ("open", "closed")
    assert open_row(content, "2026-11-20") is None

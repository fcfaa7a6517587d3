"""Two colleagues of one name are told apart wherever the roster names somebody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner

from db import leave as leaves
from db import staff as records
from frontdesk.cli_main import cli
from frontdesk.context import Context, system_clock
from frontdesk.roster import day, service
from frontdesk.roster.board.service import board
from frontdesk.roster.day.words import coverage_words, restored_words
from frontdesk.roster.legality import sentence, violations
from frontdesk.roster.output.ics import write_calendar
from frontdesk.roster.output.papers import gather
from frontdesk.roster.output.wall import print_week
from frontdesk.roster.situation import load
from frontdesk.today.service import today
from tests.desks import new_desk
from tests.duties import MONDAY, set_up, slot

CELLS = {(0, "窗口", "早"): ("S1", "S2"), (1, "窗口", "早"): ("S1", "S2"), (0, "咨询", "早"): ("S3", "S5")}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """S1 and S2 are both called 李强."""
    context = new_desk(tmp_path / "home")
    set_up(context, CELLS)
    with context.database.write() as connection:
        for no in ("S1", "S2"):
            person = records.get(connection, no)
            assert person is not None
            records.put(connection, person.model_copy(update={"name": "李强"}))
    yield context
    context.database.close()


def test_the_day_says_which_of_two_namesakes_acts(desk: Context) -> None:
    covered = coverage_words(day.report_absent(desk, "S1", MONDAY, MONDAY.replace(day=10)))
    assert any("当班 李强(S2)" in line for line in covered)
    assert not any("王三(" in line for line in covered)
    now = {one.post: one.now[0].acting_name for one in day.now_and_next(desk) if one.now}
    assert now["窗口"] == "李强(S2)" and now["咨询"] == "王三"
    back = restored_words(day.report_back(desk, "S1"), desk)
    assert any("李强(S1)" in line for line in back)


def test_today_and_the_screens_say_which_of_two_namesakes_it_is(desk: Context) -> None:
    shown = {line.post: [one.name for one in (*line.acting, *line.standby)] for line in today(desk).duty}
    assert shown["窗口"] == ["李强(S1)", "李强(S2)"]
    assert shown["咨询"] == ["王三", "钱五"]
    without = {line.post: [one.name for one in line.standby] for line in service.duty_of(desk, MONDAY.replace(day=30))}
    assert without["窗口"] == ["李强(S2)"]
    assert board(desk, MONDAY, MONDAY).name_of("S1") == "李强(S1)"


def test_a_broken_rule_names_which_of_two_namesakes_breaks_it(desk: Context) -> None:
    with desk.database.write() as connection:
        leaves.add(connection, "S2", "2026-11-10", "2026-11-10", at=0)
    situation, roster = load(desk, MONDAY, slot(1, "窗口", "早").day)
    said = [sentence(one) for one in violations(situation, roster) if one.code == "away"]
    assert said and all("李强(S2)" in words for words in said)


def test_show_says_which_of_two_namesakes_it_is(desk: Context) -> None:
    desk.clock = system_clock
    line = ["--home", str(desk.home.path), "--as", "M001", "roster", "show", MONDAY.isoformat()]
    assert "当班 李强(S1) 备班 李强(S2)" in CliRunner().invoke(cli, line).stdout
    rows = json.loads(CliRunner().invoke(cli, [*line, "--json"]).stdout)
    assert {row["acting_name"] for row in rows} == {"李强(S1)", "王三"}


def test_the_wall_and_the_calendars_say_which_of_two_namesakes_it_is(desk: Context, tmp_path: Path) -> None:
    sunday = MONDAY + timedelta(days=6)
    paper = gather(desk, MONDAY, sunday)
    whole, starred = (text_of(print_week(paper, tmp_path / f"{mask}.pdf", masked=mask).path) for mask in (False, True))
    assert "李强(S1)" in whole and "李强(S2)" in whole and "王三" in whole and "王三(" not in whole
    assert "李*(S1)" in starred and "李强" not in starred
    out = tmp_path / "post.ics"
    write_calendar(desk, out, MONDAY, sunday, post="窗口")
    assert "李强(S2)" in out.read_bytes().decode().replace("\r\n ", "")


def text_of(printed: Path) -> str:
    with pypdfium2.PdfDocument(printed) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)

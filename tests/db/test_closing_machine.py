"""Whatever is recorded, closed and amended in any order: what was frozen never changes and every difference is told."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from db.closings import Closing
from frontdesk.common.periods import Period, parse_period
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.reports import service as reports
from frontdesk.reports.closing.rules import digest_of, kept_figures, read_changes, thawed, thawed_values, told
from frontdesk.reports.figures import travelling_values
from frontdesk.reports.indicators.service import indicators
from frontdesk.reports.service import closings_astray
from tests.desks import NOON, new_desk

KEYS = ("2026-W43", "2026-W44", "2026-W45", "2026-10", "2026-Q3", "2025")
PERIODS = [parse_period(key, finer=True) for key in KEYS]
FIRST = date(2026, 10, 12)
days = st.integers(0, 27).map(lambda number: FIRST + timedelta(days=number))
periods = st.sampled_from(PERIODS)


def plain(figures: dict[str, Any]) -> dict[tuple[str, str], int | None]:
    """Figures one by one; a category that counts 0 is as one that is not there. Rates follow from the rest."""
    found: dict[tuple[str, str], int | None] = {}
    for name, value in figures.items():
        if name.startswith("good_rate"):
            continue
        if isinstance(value, dict):
            found.update({(name, key): many for key, many in value.items() if many})
        else:
            found[name, ""] = value
    return found


def counted_now(desk: Context, period: Period) -> dict[tuple[str, str], int | None]:
    """All that would be frozen of a period now, one by one."""
    figures = reports.figures(desk, period)
    return plain(figures | told(travelling_values(desk, period), kept_figures(figures, period.kind)))


def kept(closing: Closing) -> dict[tuple[str, str], int | None]:
    """All that was frozen, one by one."""
    figures = thawed(closing.figures)
    return plain(figures | told(thawed_values(closing.indicators), figures))


def settled(found: dict[tuple[str, str], int | None]) -> dict[tuple[str, str], int | None]:
    """Without what ordinary work moves on."""
    moving = {one.code for one in indicators() if one.moves}
    return {place: many for place, many in found.items() if place[0] not in moving}


class Closings(RuleBasedStateMachine):
    """A centre in which ratings and visits are recorded and taken back on any day, while periods are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.desk = new_desk(self.folder / "home")
        self.minutes = 0
        self.kept: dict[str, list[Closing]] = {}
        with self.desk.database.write() as connection:
            connection.execute("INSERT INTO volunteer (no, name) VALUES ('0310001', '张三')")

    def teardown(self) -> None:
        self.desk.database.close()
        shutil.rmtree(self.folder)

    def later(self) -> None:
        self.minutes += 1
        self.desk.clock = lambda: NOON + timedelta(minutes=self.minutes)

    @rule(day=days, level=st.integers(1, 5))
    def rate(self, day: date, level: int) -> None:
        with self.desk.database.write() as connection:
            connection.execute(
                "INSERT INTO rating (key, day, known_on, subject_kind, subject, level, channel)"
                " VALUES (randomblob(16), ?, ?, 'service', '综合服务台', ?, 'desk')",
                (day.isoformat(), day.isoformat(), level),
            )

    @rule(day=days)
    def take_a_rating_back(self, day: date) -> None:
        with self.desk.database.write() as connection:
            connection.execute("DELETE FROM rating WHERE day = ?", (day.isoformat(),))

    @rule(day=days, hours=st.one_of(st.none(), st.integers(1, 9)))
    def visit(self, day: date, hours: int | None) -> None:
        at = self.desk.midnight(day) + 9 * 3_600_000
        with self.desk.database.write() as connection:
            number = connection.execute("SELECT count(*) FROM visit WHERE day = ?", (day.isoformat(),)).fetchone()[0]
            connection.execute(
                "INSERT INTO visit (volunteer_no, day, number, entered_at, left_at) VALUES ('0310001', ?, ?, ?, ?)",
                (day.isoformat(), number + 1, at, None if hours is None else at + hours * 3_600_000),
            )

    @rule(period=periods, waives=st.booleans())
    def close(self, period: Period, waives: bool) -> None:
        self.later()
        still = {one.code for one in reports.check_list(self.desk, period) if one.is_open and one.is_binding}
        counted = counted_now(self.desk, period)
        try:
            closing = reports.close_period(self.desk, period, sorted(still) if waives else (), "在办")
        except DeskError as refusal:
            assert refusal.code == ("already_closed" if period.key in self.kept else "still_open")
            assert period.key in self.kept or (still and not waives)
            return
        assert period.key not in self.kept and (waives or not still)
        assert {one["item"] for one in json.loads(closing.waived)} == still
        assert kept(closing) == counted
        self.kept[period.key] = [closing]

    @rule(period=periods, reason=st.sampled_from(["补登", "更正一处", " "]))
    def amend(self, period: Period, reason: str) -> None:
        self.later()
        counted = counted_now(self.desk, period)
        try:
            closing = reports.amend(self.desk, period, reason)
        except DeskError as refusal:
            if period.key not in self.kept:
                assert refusal.code == "not_closed"
            elif settled(counted) == settled(kept(self.kept[period.key][-1])):
                assert refusal.code == "nothing_changed"
            else:
                assert (refusal.code, reason) == ("reason_required", " ")
            return
        before = kept(self.kept[period.key][-1])
        # What it says to have changed, changed in what was, gives what is: neither more nor less.
        told = {(one.figure, one.key): (one.before, one.after) for one in read_changes(closing.changes)}
        for place, (was, now) in told.items():
            assert was != now and (before.get(place) or 0) == (was or 0)
            before[place] = now
        assert {place: many for place, many in before.items() if many or not place[1]} == counted
        self.kept[period.key].append(closing)

    @precondition(lambda self: self.kept)
    @rule()
    def look_for_differences(self) -> None:
        differing = {
            key
            for key, closings in self.kept.items()
            if settled(kept(closings[-1])) != settled(counted_now(self.desk, parse_period(key, finer=True)))
        }
        assert {one.period.key for one in reports.drifted(self.desk)} == differing

    @invariant()
    def what_was_frozen_stays_as_it_was(self) -> None:
        for period in PERIODS:
            closings = reports.editions(self.desk, period)
            assert closings == self.kept.get(period.key, [])
            assert [one.edition for one in closings] == list(range(1, len(closings) + 1))
            assert all(one.digest == digest_of(one) for one in closings)
            if closings:
                shown = plain(reports.figures_to_show(self.desk, period))
                assert shown == plain(dict(thawed(closings[-1].figures)))
        with self.desk.database.reading() as connection:
            assert closings_astray(connection) == []


class TestClosings(Closings.TestCase):  # type: ignore[misc, valid-type]
    """Many short lives of such a centre."""

    settings = settings(max_examples=20, stateful_step_count=25)

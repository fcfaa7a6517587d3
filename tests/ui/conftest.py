"""A small centre for the screens: a manager with a PIN, posts, volunteers with cards, a session with sign-ups."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db import activities as activity_records
from db import staff as staff_records
from db.activities import Session
from db.staff import Staff
from db.volunteers import Volunteer
from frontdesk.activities import service as activities
from frontdesk.context import Context, Operator, open_context, to_ms
from frontdesk.home import Home
from frontdesk.shell.app import FrontdeskApp
from frontdesk.staff.service import set_up_centre
from frontdesk.volunteers import service as volunteers
from tests.idle import short_waits
from tests.stylesheets import parsed_once

MANAGER, PIN = "M001", "2580"
VOLUNTEERS = 320
NOW = datetime(2026, 11, 20, 8, 40, tzinfo=UTC)
"""Friday, twenty to five at the centre."""


@dataclass(frozen=True)
class SmallCentre:
    """A home and the card codes in it, by volunteer number."""

    home: Home
    codes: dict[str, str]

    def context(self) -> Context:
        """A context on the home with the manager signed in and the clock standing still."""
        context = open_context(self.home, source="cli", clock=lambda: NOW)
        context.operator = Operator(MANAGER, "王五", "manager")
        return context

    def app(self) -> FrontdeskApp:
        """The desk on this home, with the manager signed in."""
        return FrontdeskApp(
            self.home,
            clock=lambda: NOW,
            centre=("示范路邻里中心", "Asia/Shanghai"),
            demo_operator=Operator(MANAGER, "王五", "manager"),
        )

    def visits(self) -> list[tuple[str, int, int | None]]:
        """Number, entry and exit of every visit, in the order of entry."""
        context = self.context()
        rows = context.database.connection.execute(
            "SELECT volunteer_no, entered_at, left_at FROM visit ORDER BY entered_scan"
        ).fetchall()
        context.database.close()
        return [tuple(row) for row in rows]


def _fill(context: Context) -> dict[str, str]:
    with context.change("test.filled", "centre") as connection:
        for no, name, ab in (("S101", "李磊", "A"), ("S102", "萧红", "B")):
            staff_records.put(connection, Staff(no=no, name=name, kind="专职"))
            staff_records.assign_post(connection, no, "综合服务台", ab)
        for number in range(1, VOLUNTEERS + 1):
            volunteer = Volunteer(no=f"{310000 + number:07d}", name=f"张{chr(0x4E00 + number)}", team="护河队")
            volunteers.store(context, connection, volunteer, f"1540000{number:04d}")
        start = to_ms(datetime(2026, 11, 20, 6, 0, tzinfo=UTC))
        session = Session(
            code="HD001",
            day="2026-11-20",
            starts_at=start,
            ends_at=start + 3_600_000,
            name="书法沙龙",
            category="文体服务",
            room="书画室",
            capacity=20,
        )
        activity_records.put(connection, session)
    for number in range(20):
        activities.sign_up(context, "HD001", f"赵{chr(0x4E50 + number)}", f"1541000{number:04d}", 1)
    return dict(volunteers.issue_cards(context))


@pytest.fixture(scope="package", autouse=True)
def _quick_programs() -> Iterator[None]:
    with short_waits(), parsed_once():
        yield


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> SmallCentre:
    home = Home(tmp_path_factory.mktemp("template") / "home")
    context = set_up_centre(
        home,
        code="310114-001",
        name="示范路邻里中心",
        street="示范街道",
        district="示范区",
        manager_no=MANAGER,
        manager_name="王五",
        pin=PIN,
        clock=lambda: NOW,
        synchronous="OFF",
    )
    codes = _fill(context)
    context.database.close()
    return SmallCentre(home, codes)


@pytest.fixture
def centre(_template: SmallCentre, tmp_path: Path) -> Iterator[SmallCentre]:
    """A copy of the small centre for one test."""
    home = Home(tmp_path / "home")
    shutil.copytree(_template.home.path, home.path)
    yield SmallCentre(home, _template.codes)

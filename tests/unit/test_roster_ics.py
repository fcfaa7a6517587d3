"""Calendars: read back by a parser that knows nothing of the writer; what was taken away is cancelled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import duty
from db.standing import ShiftRow
from frontdesk.context import Context
from frontdesk.roster.output.ics import Entry, calendar_text, escaped, folded, write_calendar
from frontdesk.roster.output.papers import RosterOutFault
from tests.desks import NOON
from tests.rosterdesks import hand_over, roster_desk

MONDAY, SUNDAY = date(2026, 11, 9), date(2026, 11, 15)
NIGHT = ShiftRow(code="夜", name="夜班", position=1, starts=1320, ends=1800)
ESCAPES = {"\\\\": "\\", "\\;": ";", "\\,": ",", "\\n": "\n", "\\N": "\n"}


def unescaped(value: str) -> str:
    return re.sub(r"\\.", lambda found: ESCAPES[found[0]], value)


def parsed(content: bytes) -> list[dict[str, str]]:
    """The events of a calendar file, after a look at its lines: CRLF, 75 octets, blocks that close."""
    assert content.endswith(b"\r\n") and b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    for octets in content.split(b"\r\n"):
        octets.decode("utf-8")
    events: list[dict[str, str]] = []
    opened: list[str] = []
    for line in content.decode("utf-8").replace("\r\n ", "").split("\r\n")[:-1]:
        name, colon, value = line.partition(":")
        assert colon and re.fullmatch(r"[A-Z-]+", name), line
        if name == "BEGIN":
            opened.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            assert opened.pop() == value
        elif opened[-1] == "VEVENT":
            assert name not in events[-1]
            events[-1][name] = unescaped(value)
    assert opened == []
    assert len({event["UID"] for event in events}) == len(events)
    return events


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    desk = roster_desk(tmp_path / "home", MONDAY, SUNDAY)
    yield desk
    desk.database.close()


def calendar(context: Context, folder: Path, **whose: str) -> dict[str, dict[str, str]]:
    out = folder / "duty.ics"
    count = write_calendar(context, out, MONDAY, SUNDAY, **whose)
    events = parsed(out.read_bytes())
    assert len(events) == count
    return {event["UID"]: event for event in events}


def instant(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def test_a_persons_calendar_has_every_role_of_the_person_and_nobody_elses(context: Context, tmp_path: Path) -> None:
    with context.database.reading() as connection:
        slots = duty.slots(connection, "2026-11-09", "2026-11-15")
    mine = {
        (slot.day, slot.starts, role)
        for slot in slots
        for role in ("当班", "备班")
        if (slot.acting if role == "当班" else slot.standby) == "S003"
    }
    found = set()
    for event in calendar(context, tmp_path, person="S003").values():
        starts = instant(event["DTSTART"]).astimezone(ZoneInfo("Asia/Shanghai"))
        found.add((starts.date().isoformat(), starts.hour * 60 + starts.minute, event["SUMMARY"][:2]))
        assert event["STATUS"] == "CONFIRMED" and event["SEQUENCE"] == "0"
        assert "欧阳娜娜" in event["DESCRIPTION"]
    assert found == mine and mine


def test_a_slot_that_was_taken_from_somebody_is_cancelled_with_a_higher_sequence(
    context: Context, tmp_path: Path
) -> None:
    before = calendar(context, tmp_path, person="S001")
    hand_over(context, MONDAY, "前台", "早", "S002", "S004")
    after = calendar(context, tmp_path, person="S001")
    assert before.keys() == after.keys()
    changed = [uid for uid in after if after[uid]["STATUS"] != before[uid]["STATUS"]]
    assert [after[uid]["STATUS"] for uid in changed] == ["CANCELLED"]
    assert (before[changed[0]]["SEQUENCE"], after[changed[0]]["SEQUENCE"]) == ("0", "1")
    hand_over(context, MONDAY, "前台", "早", "S001", "S004")
    again = calendar(context, tmp_path, person="S001")
    assert (again[changed[0]]["STATUS"], again[changed[0]]["SEQUENCE"]) == ("CONFIRMED", "2")
    # Who stepped in for a while keeps a cancelled entry too.
    stepped_in = calendar(context, tmp_path, person="S004")
    assert "CONFIRMED" in {event["STATUS"] for event in stepped_in.values()}


def test_a_slot_that_the_roster_no_longer_has_is_cancelled(context: Context, tmp_path: Path) -> None:
    before = calendar(context, tmp_path, post="前台")
    with context.database.write() as connection:
        duty.remove_slot(connection, "2026-11-10", "前台", "早")
    after = calendar(context, tmp_path, post="前台")
    cancelled = [uid for uid, event in after.items() if event["STATUS"] == "CANCELLED"]
    assert before.keys() == after.keys() and len(cancelled) == 1
    assert int(after[cancelled[0]]["SEQUENCE"]) > int(before[cancelled[0]]["SEQUENCE"])


def test_a_posts_calendar_has_each_slot_once_and_names_both(context: Context, tmp_path: Path) -> None:
    events = calendar(context, tmp_path, post="活动室")
    assert len(events) == 14
    assert all("当班" in event["SUMMARY"] and "备班" in event["SUMMARY"] for event in events.values())


def test_a_night_shift_ends_on_the_next_day(tmp_path: Path) -> None:
    desk = roster_desk(tmp_path / "home", MONDAY, MONDAY, posts=["门卫"], shifts=[NIGHT])
    (event,) = calendar(desk, tmp_path, post="门卫").values()
    assert instant(event["DTSTART"]) == datetime(2026, 11, 9, 14, tzinfo=UTC)
    assert instant(event["DTEND"]) == datetime(2026, 11, 9, 22, tzinfo=UTC)
    desk.database.close()


def test_a_calendar_is_one_persons_or_one_posts(context: Context, tmp_path: Path) -> None:
    out = tmp_path / "duty.ics"
    wrong: list[tuple[dict[str, str], str]] = [
        ({}, "person_or_post"),
        ({"person": "S001", "post": "前台"}, "person_or_post"),
        ({"person": "S999"}, "unknown_person"),
        ({"post": "没有"}, "unknown_post"),
    ]
    for whose, code in wrong:
        with pytest.raises(RosterOutFault) as caught:
            write_calendar(context, out, MONDAY, SUNDAY, **whose)
        assert caught.value.code == code
    with pytest.raises(RosterOutFault) as caught:
        write_calendar(context, tmp_path / "no" / "duty.ics", MONDAY, SUNDAY, person="S001")
    assert caught.value.code == "calendar_failed"
    assert not out.exists()


VISIBLE = st.text(st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n\t"))


@given(VISIBLE, VISIBLE)
def test_any_words_come_back_from_the_file_as_they_were(summary: str, description: str) -> None:
    entry = Entry("u@x", NOON, NOON, summary, description, "某;地,\\n", NOON, 3, cancelled=False)
    (event,) = parsed(calendar_text("名,称", [entry], NOON).encode())
    assert (event["SUMMARY"], event["DESCRIPTION"], event["LOCATION"]) == (summary, description, "某;地,\\n")
    assert event["DTSTAMP"] == event["LAST-MODIFIED"] == "20261109T040000Z"


@given(st.text())
def test_no_text_breaks_a_line_or_begins_a_property(text: str) -> None:
    line = folded(f"SUMMARY:{escaped(text)}").encode("utf-8", "surrogatepass")
    assert all(len(piece) <= 75 for piece in line.split(b"\r\n"))
    assert all(piece.startswith(b" ") for piece in line.split(b"\r\n")[1:])
    assert b"\n" not in line.replace(b"\r\n ", b"") and b"\r" not in line.replace(b"\r\n ", b"")

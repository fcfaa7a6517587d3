"""What a purge of data kept too long takes, and what it leaves alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from db.obstacles import Open
from db.wholenames import taken_out
from frontdesk.activities.rooms.keeping import add_room
from frontdesk.activities.rooms.rules import RoomFields
from frontdesk.context import Context
from frontdesk.privacy import service as privacy
from frontdesk.privacy.errors import PrivacyError
from frontdesk.privacy.ledger import erase_again
from frontdesk.privacy.retention import BATCH
from frontdesk.privacy.rules import Subject
from frontdesk.privacy.words import explanation_lines
from frontdesk.residents import service as residents
from frontdesk.settings.service import set_setting
from frontdesk.today.service import occasions
from frontdesk.volunteers.checkin.clock import accept_clock
from tests.desks import new_desk
from tests.signups import at


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    set_setting(context, "retention_resident_months", "12")
    yield context
    context.database.close()


def old_residents(desk: Context, count: int) -> list[int]:
    made = []
    for number in range(count):
        said = {"name": f"甲{chr(0x4E00 + number)}", "phone": f"154{number:08d}", "consent_on": "2026-11-02"}
        made.append(residents.add(desk, said).id)
    return made


def test_who_agreed_again_while_a_purge_ran_is_not_erased(desk: Context) -> None:
    privacy.publish(desk, "2026-1", *privacy.draft(desk))
    ids = old_residents(desk, BATCH + 12)
    at(desk, timedelta(days=400))
    accept_clock(desk, "停业一年")
    renewed = [ids[BATCH + 4], ids[-1]]

    def progress(done: int, total: int) -> None:
        if done == BATCH:
            for one in renewed:
                privacy.give(desk, Subject("resident", str(one)))

    done = privacy.purge(desk, "resident", progress=progress)
    assert (done.done, done.held, done.stopped) == (BATCH + 10, 0, False)
    left = desk.database.connection.execute("SELECT id FROM resident WHERE name <> '已删除' ORDER BY id").fetchall()
    assert [row[0] for row in left] == renewed
    entries = desk.database.connection.execute("SELECT detail FROM audit WHERE action = 'privacy.purged' ORDER BY id")
    assert ['"count": 50' in entries.fetchone()[0], '"count": 10' in entries.fetchone()[0]] == [True, True]


def test_by_a_clock_that_leapt_or_went_back_nobody_is_purged_until_a_manager_takes_it_for_right(desk: Context) -> None:
    old_residents(desk, 2)

    def purged() -> str:
        with pytest.raises(PrivacyError) as refusal:
            privacy.purge(desk, "resident")
        return refusal.value.code

    before = desk.clock
    at(desk, timedelta(days=3650))
    assert purged() == "clock_wrong"
    # Whoever signs in by the wrong clock makes an entry by it.
    with desk.change("test.done", "1"):
        pass
    assert purged() == "clock_wrong"
    desk.clock = before
    assert purged() == "clock_wrong"
    at(desk, timedelta(days=3650))
    accept_clock(desk, "停业十年")
    assert privacy.purge(desk, "resident").done == 2


def test_a_purge_rewrites_nobody_elses_words_and_no_guardian(desk: Context) -> None:
    residents.add(desk, {"name": "李明", "phone": "15400000001", "consent_on": "2026-11-02"})
    said = {"note": "李明华的外甥，李明的邻居", "guardian_name": "李明", "guardian_phone": "15400000001"}
    other = residents.add(desk, {"name": "赵六", "phone": "15400000002"} | said)
    at(desk, timedelta(days=400))
    accept_clock(desk, "停业一年")
    assert privacy.purge(desk, "resident").done == 1
    kept = residents.get(desk, other.id)
    assert (kept.note, kept.guardian_name) == (said["note"], "李明")


def test_a_later_booking_of_the_same_name_outlives_the_purge_of_an_old_one(desk: Context) -> None:
    statement = (
        "INSERT INTO booking (room, day, starts_at, ends_at, booked_by, purpose, operator_no, at, changed_at) "
        "VALUES ((SELECT name FROM room), ?, ?, ?, '李明', 'class', 'M001', 0, 0)"
    )
    add_room(desk, RoomFields(name="书画室"))
    for day, starts in (("2020-01-02", 1_577_900_000_000), ("2026-11-01", 1_793_500_000_000)):
        desk.database.connection.execute(statement, (day, starts, starts + 3_600_000))
    set_setting(desk, "retention_booking_months", "12")
    assert privacy.purge(desk, "booking").done == 1
    found = desk.database.connection.execute("SELECT day, booked_by FROM booking ORDER BY day").fetchall()
    assert [tuple(row) for row in found] == [("2020-01-02", ""), ("2026-11-01", "李明")]


def test_all_who_are_held_are_counted_also_those_who_are_not_listed(
    desk: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = old_residents(desk, 6)
    at(desk, timedelta(days=400))
    accept_clock(desk, "停业一年")
    open_things = "frontdesk.privacy.retention.open_things"
    monkeypatch.setattr("frontdesk.privacy.retention.LISTED", 3)
    monkeypatch.setattr(open_things, lambda _, __, ref, *___: [Open("fee", "")] if int(ref) in ids[2:5] else [])
    due = next(one for one in privacy.due(desk) if one.kind == "resident")
    assert (due.count, due.held, len(due.lines)) == (6, 3, 3)


def test_in_a_restored_file_words_are_looked_through_only_where_they_were_at_first(desk: Context) -> None:
    people = [
        residents.add(desk, {"name": name, "phone": f"1540000000{number}", "consent_on": "2026-11-02"})
        for number, name in enumerate(("李明", "王芳芳"))
    ]
    other = residents.add(desk, {"name": "赵六", "note": "李明，王芳芳"})
    lines = [json.dumps({"table": "resident", "id": str(one.id), "erased_at": 1}) for one in people]
    lines[1] = json.dumps(json.loads(lines[1]) | {"words": True})
    assert erase_again(desk, lines) == 2
    assert residents.get(desk, other.id).note == "李明，已删除"


def test_the_list_of_the_erased_says_whose_words_were_looked_through(desk: Context) -> None:
    ids = old_residents(desk, 2)
    privacy.erase(desk, [Subject("resident", str(ids[0]))])
    at(desk, timedelta(days=400))
    accept_clock(desk, "停业一年")
    privacy.purge(desk, "resident")
    written = (desk.home.path / "erased.jsonl").read_text("utf-8").splitlines()
    assert {json.loads(one)["id"]: "words" in json.loads(one) for one in written} == {
        str(ids[0]): True,
        str(ids[1]): False,
    }


def test_looking_at_today_makes_no_file_anew_and_what_is_owed_stays_owed(
    desk: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = old_residents(desk, 1)
    with monkeypatch.context() as held:
        held.setattr("db.erasing.rewrite", lambda _: False)
        privacy.erase(desk, [Subject("resident", str(ids[0]))])
    assert privacy.is_owed(desk)
    occasions(desk)
    assert privacy.is_owed(desk)
    assert privacy.settle(desk) and not privacy.is_owed(desk)


def test_a_name_is_not_cut_out_of_a_longer_one_which_is_listed_instead(desk: Context) -> None:
    one = Subject("resident", str(residents.add(desk, {"name": "李明", "phone": "15400000001"}).id))
    notes = {
        "李明华的外甥": "李明华的外甥",
        "李明的邻居，李明华也认识": "已删除的邻居，李明华也认识",
        "找李明": "找已删除",
    }
    kept = {
        residents.add(desk, {"name": f"赵{place}六", "note": note}).id: note
        for place, note in zip("甲乙丙", notes, strict=True)
    }
    told = privacy.explain_erasing(desk, one)
    assert [(each.table, each.rows, each.removable, each.longer) for each in told.mentions] == [
        ("resident", 2, True, False),
        ("resident", 2, False, True),
    ]
    assert privacy.mention_words(desk, one, told.mentions[1]) == list(notes)[:2]
    assert any("更长的姓名" in line for line in explanation_lines(told))
    privacy.erase(desk, [one])
    assert [residents.get(desk, each).note for each in kept] == list(notes.values())


@pytest.mark.parametrize(
    ("text", "word", "left"),
    [
        ("李明华", "李明", "李明华"),
        ("欧李明", "李明", "欧李明"),
        ("李明华", "明华", "李明华"),
        ("李明先生来过", "李明", "*先生来过"),
        ("王小芳来电", "王小芳", "*来电"),
        ("欧阳明华", "欧阳明", "欧阳明华"),
        ("李明、李明", "李明", "*、*"),
        ("Anna, 找Ann", "Ann", "Anna, 找*"),
        ("编号 955123456", "55123456", "编号 955123456"),
        ("8615400000001", "15400000001", "86*"),
    ],
)
def test_what_stands_beside_a_name_tells_whether_it_is_whole(text: str, word: str, left: str) -> None:
    assert taken_out(text, [word], "*") == left

"""Words of people in the audit log: beside it, so that a name goes out of them, and whoever changes them shows."""

from __future__ import annotations

import json
import sqlite3

import pytest

from db import audit, audit_words
from db.audit_words import GONE
from frontdesk.audit import service as log
from frontdesk.context import Context
from frontdesk.privacy import service as privacy
from frontdesk.privacy.rules import Subject
from frontdesk.residents import service as residents
from frontdesk.residents.exporting import export_residents

REASON = "邻居张秀英问起"


def somebody(desk: Context) -> Subject:
    """A resident, whose name stands in the reason of an export."""
    one = residents.add(desk, {"name": "张秀英"})
    export_residents(desk, desk.home.path.parent / "名册.xlsx", with_names=True, reason=REASON)
    return Subject("resident", str(one.id))


def entry_of(desk: Context) -> int:
    row = desk.database.connection.execute("SELECT max(id) FROM audit WHERE action = 'resident.exported'").fetchone()
    return int(row[0])


def hashed(desk: Context) -> str:
    row = desk.database.connection.execute("SELECT detail FROM audit WHERE id = ?", (entry_of(desk),)).fetchone()
    return str(json.loads(row[0])["reason"])


def shown(desk: Context) -> str:
    return str(json.loads(log.entry(desk, entry_of(desk)).line.detail)["reason"])


def test_the_chain_covers_a_hash_and_the_log_shows_the_words(desk: Context) -> None:
    somebody(desk)
    assert hashed(desk).startswith("#") and shown(desk) == REASON
    assert [one.id for one in log.entries(desk, log.Filter(text="邻居"))] == [entry_of(desk)]
    assert log.verify(desk).is_sound


def test_with_a_person_the_name_goes_out_of_the_words_and_nothing_tells_what_stood_there(desk: Context) -> None:
    one = somebody(desk)
    told = privacy.explain_erasing(desk, one)
    assert [(m.table, m.removable) for m in told.mentions] == [("audit_words", True)]
    kept = hashed(desk)
    privacy.erase(desk, [one])
    assert shown(desk) == f"邻居{GONE}问起" and hashed(desk) == kept
    connection = desk.database.connection
    assert audit_words.of_entry(connection, entry_of(desk))[0].salt is None
    assert log.verify(desk).is_sound
    for file in (desk.home.database, desk.home.database.with_name(desk.home.database.name + "-wal")):
        assert not file.exists() or "张秀英".encode() not in file.read_bytes()


TAMPERED = {
    "other words": "UPDATE audit_words SET words = '街道核对'",
    "other words without a salt": "UPDATE audit_words SET words = '街道核对', salt = NULL",
    "another salt": "UPDATE audit_words SET salt = zeroblob(16)",
    "none": "DELETE FROM audit_words",
    "under another name": "UPDATE audit_words SET name = 'note'",
    "of another entry": "UPDATE audit_words SET entry = 1",
    "of no entry": "UPDATE audit_words SET entry = 99",
    "more of them": "INSERT INTO audit_words VALUES (1, 'reason', '街道核对', NULL)",
}


@pytest.mark.parametrize("how", TAMPERED)
def test_words_that_are_changed_past_the_program_show(desk: Context, how: str) -> None:
    somebody(desk)
    connection = desk.database.connection
    connection.execute("PRAGMA foreign_keys = OFF")
    for statement in ("UPDATE audit_words SET words = ''", "DELETE FROM audit_words"):
        with pytest.raises(sqlite3.IntegrityError, match="only added"):
            connection.execute(statement)
    for trigger in ("audit_words_never_change", "audit_words_never_deleted"):
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute(TAMPERED[how])
    assert not log.verify(desk).is_sound


def test_an_entry_of_an_older_file_keeps_its_words_as_they_are(desk: Context) -> None:
    said = json.dumps({"reason": "#" + 32 * "0"})
    with desk.database.write() as writing:
        audit.append(writing, 1, "M001", "desk", "old.one", "7", said)
    number = audit.newest(desk.database.connection)
    assert log.verify(desk).is_sound
    assert audit_words.told(desk.database.connection, number, '{"reason": "x"}', "-") == '{"reason": "x"}'


def test_only_what_people_typed_is_kept_apart(desk: Context) -> None:
    said, kept = audit_words.apart({"reason": "走亲戚", "count": 3, "words": "", "way": "scan"}, desk.keys.audit)
    assert [one.name for one in kept] == ["reason"]
    assert (said["count"], said["words"], said["way"]) == (3, "", "scan")

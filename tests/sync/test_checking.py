"""`check` finds whatever is not what the district signed, and a state that no receipt bears out."""

from __future__ import annotations

import pytest

from frontdesk.check import words
from frontdesk.check.service import look_over
from frontdesk.context import Context
from frontdesk.district.documents.issuing import rotate_key
from frontdesk.sync.service import SyncAstray, sync_all, sync_astray
from tests.sync.ends import RunningDistrict, notify, submit

DROP = "DROP TRIGGER "


@pytest.fixture
def busy_centre(enrolled_centre: Context, district: RunningDistrict) -> Context:
    """A centre with received and unsent reports, documents and a successor key."""
    submit(enrolled_centre)
    notify(district)
    rotate_key(district.district, who="D01", now_ms=district.clock.ms)
    sync_all(enrolled_centre)
    submit(enrolled_centre, week=1)
    assert sync_astray(enrolled_centre.database.connection) == []
    return enrolled_centre


TAMPERINGS = [
    ([DROP + "receipt_never_changes", "UPDATE receipt SET receipt = zeroblob(300)"], "receipt"),
    ([DROP + "receipt_never_deleted", "DELETE FROM receipt"], "report"),
    ([DROP + "sealed_report_never_changes", "UPDATE sealed_report SET sealed = zeroblob(300)"], "report"),
    ([DROP + "outbox_keeps_its_report", "UPDATE outbox SET body = zeroblob(9)"], "report"),
    ([DROP + "outbox_sent_stays_sent", "UPDATE outbox SET state = 'unsent'"], "report"),
    ([DROP + "district_document_never_changes", "UPDATE district_document SET title = '别的'"], "document"),
    ([DROP + "district_document_never_changes", "UPDATE district_document SET signed = zeroblob(9)"], "document"),
    (["UPDATE pinned_key SET verify_key = zeroblob(32) WHERE replaced_by IS NULL"], "district_key"),
    (["UPDATE pinned_key SET replaced_by = NULL"], "district_key"),
    ([DROP + "district_document_never_deleted", "DELETE FROM district_document"], "district_key"),
    (["UPDATE enrolment SET centre_key_id = hex(zeroblob(16))"], "enrolment"),
]


def test_whatever_was_changed_is_found(busy_centre: Context) -> None:
    connection = busy_centre.database.connection
    for statements, what in TAMPERINGS:
        connection.execute("BEGIN")
        for statement in statements:
            connection.execute(statement)
        found = sync_astray(connection)
        assert what in {one.what for one in found}, statements
        assert all(one.subject for one in found)
        connection.execute("ROLLBACK")
    assert sync_astray(connection) == []


def test_check_says_what_is_amiss(busy_centre: Context) -> None:
    assert look_over(busy_centre).is_sound
    connection = busy_centre.database.connection
    connection.execute(DROP + "district_document_never_changes")
    connection.execute("UPDATE district_document SET title = '别的' WHERE kind = 'notice'")
    look = look_over(busy_centre)
    assert not look.is_sound
    (astray,) = sync_astray(connection)
    assert astray == SyncAstray("document", astray.subject)
    (found,) = [one for one in look.findings if one.area == "sync"]
    assert (found.code, found.count, found.first) == ("signed_astray", 1, astray._asdict())
    assert astray.subject in words.what(found)
    # That the trigger is gone which held it is found too.
    assert [(one.code, one.first["name"]) for one in look.findings if one.area == "file"] == [
        ("schema_missing", "district_document_never_changes")
    ]

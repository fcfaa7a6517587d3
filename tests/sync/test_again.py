"""Received reports sent once more to a district that came back from an old backup: the very same bytes, and nothing
changed here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db import outbox
from frontdesk import cli
from frontdesk.context import Context
from frontdesk.district.documents.locking import lock_period
from frontdesk.district.service import revoke_key
from frontdesk.district.store import open_store
from frontdesk.district.store.copying import copy_store
from frontdesk.errors import CodedError
from frontdesk.locale import use_language
from frontdesk.staff.service import set_pin
from frontdesk.sync import wire
from frontdesk.sync.again import SentOnce, send_again
from frontdesk.sync.service import sync_all, sync_astray
from frontdesk.sync.stopping import SyncStop
from tests.sync.ends import (
    Clock,
    Cut,
    RunningDistrict,
    cable_to,
    point_at,
    running_district,
    sealed_bytes,
    stored_receipt,
    submit,
)
from tests.sync.strangers import Stranger, answering

WEEKS = ("2026-W46", "2026-W47", "2026-W48")


def kept(context: Context) -> dict[str, list[tuple[Any, ...]]]:
    """All that the centre keeps of its reports."""
    tables = ("outbox", "sealed_report", "receipt", "outbox_attempt")
    connection = context.database.connection
    return {name: [tuple(row) for row in connection.execute(f"SELECT * FROM {name}")] for name in tables}


def entries(context: Context) -> list[dict[str, int]]:
    """What the audit says of reports sent once more."""
    rows = context.database.connection.execute("SELECT detail FROM audit WHERE action = 'sync.sent_again' ORDER BY id")
    return [json.loads(row[0]) for row in rows]


def key_id(context: Context) -> str:
    """The id of the centre's key."""
    found = outbox.enrolment(context.database.connection)
    assert found is not None
    return found.centre_key_id


@contextmanager
def back_from_backup(context: Context, district: RunningDistrict, folder: Path) -> Iterator[Callable[[], Any]]:
    """Takes a backup of the district now; what is called then goes on with it, a day later."""
    backup = folder / "backup.db"
    store = open_store(f"sqlite:///{backup}", create=True)
    copy_store(district.district.store, store, who="system", now_ms=district.clock.ms)
    store.close()
    with running_district(backup) as restored:

        def restore() -> RunningDistrict:
            restored.clock.now = district.clock.now + timedelta(days=1)
            point_at(context, restored.url)
            return restored

        yield restore


def test_what_a_backup_lacks_arrives_again_as_the_very_same_bytes(
    enrolled_centre: Context, district: RunningDistrict, tmp_path: Path
) -> None:
    first = submit(enrolled_centre)
    sync_all(enrolled_centre)
    with back_from_backup(enrolled_centre, district, tmp_path) as restore:
        lost = [submit(enrolled_centre, ratings=5), submit(enrolled_centre, week=1)]
        sync_all(enrolled_centre)
        restored = restore()
        assert restored.revisions("2026-W46") == [1]
        before = kept(enrolled_centre)
        told: list[SentOnce] = []
        result = send_again(enrolled_centre, progress=told.append)
        assert [one.report_id for one in told] == [first.report_id, *(one.report_id for one in lost)]
        assert [one.answered for one in result.handled] == ["held", "taken", "taken"]
        assert (result.left, result.problem) == (0, "")
        assert (restored.revisions("2026-W46"), restored.revisions("2026-W47")) == ([2, 1], [1])
        with restored.district.store.reading() as session:
            for one in lost:
                sealed = sealed_bytes(enrolled_centre, one.report_id)
                found = session.find_by_content(wire.content_hash(sealed))
                assert found is not None
                assert found.sealed == sealed
                # Another time, so another receipt; the one of then stays.
                assert found.receipt != stored_receipt(enrolled_centre, one.report_id)
        assert kept(enrolled_centre) == before
        assert sync_astray(enrolled_centre.database.connection) == []
        again = send_again(enrolled_centre)
        assert [one.answered for one in again.handled] == ["held", "taken", "taken"]
        assert restored.revisions("2026-W46") == [2, 1]
    assert entries(enrolled_centre) == [{"held": 1, "left": 0, "refused": 0, "taken": 2}] * 2


def test_periods_or_a_day_choose_and_what_was_not_received_is_left_alone(
    enrolled_centre: Context, district: RunningDistrict, clock: Clock
) -> None:
    for week, day in enumerate((18, 19, 20)):
        # 16:30 in UTC is half past midnight of the next day at the centre.
        district.clock.now = datetime(2026, 11, day, 16, 30, tzinfo=UTC)
        submit(enrolled_centre, week=week)
        sync_all(enrolled_centre)
    unsent = submit(enrolled_centre, week=3)

    def sent(*periods: str, since: date | None = None) -> list[str]:
        return [one.period for one in send_again(enrolled_centre, periods, since).handled]

    assert sent() == list(WEEKS)
    assert sent("2026-W48", "2026-W46") == ["2026-W46", "2026-W48"]
    assert sent(since=date(2026, 11, 20)) == ["2026-W47", "2026-W48"]
    assert sent(since=date(2026, 11, 22)) == []
    with pytest.raises(CodedError) as caught:
        send_again(enrolled_centre, ["2026-W49"])
    assert (caught.value.code, caught.value.details) == ("none_received", {"period": "2026-W49"})
    found = outbox.entry(enrolled_centre.database.connection, unsent.report_id)
    assert found is not None
    assert found.state == "unsent"


def test_a_refusal_is_told_and_changes_nothing_here(
    enrolled_centre: Context, district: RunningDistrict, tmp_path: Path
) -> None:
    with back_from_backup(enrolled_centre, district, tmp_path) as restore:
        submit(enrolled_centre)
        submit(enrolled_centre, week=1)
        sync_all(enrolled_centre)
        before = kept(enrolled_centre)
        restored = restore()
        lock_period(restored.district, "2026-W46", "已汇总", who="D01", now_ms=restored.clock.ms)
        result = send_again(enrolled_centre)
        assert [(one.answered, one.code) for one in result.handled] == [("refused", "period_locked"), ("taken", "")]
        assert result.handled[0].message
        revoke_key(restored.district, key_id(enrolled_centre), restored.clock.ms, "D01")
        assert send_again(enrolled_centre, ["2026-W46"]).handled[0].code == "revoked_key"
    assert kept(enrolled_centre) == before


def test_a_stranger_a_cut_line_and_no_network_change_nothing(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    for week in range(5):
        submit(enrolled_centre, week=week)
    sync_all(enrolled_centre)
    before = kept(enrolled_centre)
    with answering(Stranger(status=200, content=b"<html>log in</html>")) as stranger:
        point_at(enrolled_centre, stranger.url)
        strange = send_again(enrolled_centre)
    assert (strange.problem, strange.left, strange.count("failed")) == ("not_the_district", 5, 3)
    offline = send_again(enrolled_centre)
    assert (offline.problem, len(offline.handled)) == ("unreachable", 1)
    point_at(enrolled_centre, district.url)
    with cable_to(enrolled_centre, district, Cut(down=40)):
        assert send_again(enrolled_centre).problem == "cut_off"
    stop = SyncStop()
    stop.stop()
    assert send_again(enrolled_centre, should_stop=stop).problem == "stopped"
    assert kept(enrolled_centre) == before
    assert entries(enrolled_centre) == []


def test_the_command_says_what_became_of_each(
    enrolled_centre: Context,
    district: RunningDistrict,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    set_pin(enrolled_centre, "001", "246810")
    monkeypatch.setenv("FRONTDESK_PIN", "246810")

    def run(*arguments: str, code: int = 0) -> tuple[str, str]:
        capsys.readouterr()
        said = ["--home", str(enrolled_centre.home.path), "--as", "001", "--lang", "zh_CN", "sync", "again"]
        assert cli.run([*said, *arguments]) == code
        return capsys.readouterr()

    try:
        assert "还没有" in run()[0]
        with back_from_backup(enrolled_centre, district, tmp_path) as restore:
            submit(enrolled_centre)
            submit(enrolled_centre, week=1)
            sync_all(enrolled_centre)
            restored = restore()
            answer = json.loads(run("2026-W46", "--json")[0])
            assert (answer["held"], answer["taken"], answer["reports"][0]["answered"]) == (0, 1, "taken")
            out, beside = run("--since", "2026-11-01")
            assert "2 份重新收下" in out
            assert "2026-W47 第 1 版" in beside
            run("2026-W46", "--since", "2026-11-01", code=2)
            assert json.loads(run("W46", "--json", code=1)[0])["error"]["code"] == "bad_period"
            submit(enrolled_centre, week=2)
            point_at(enrolled_centre, district.url)
            sync_all(enrolled_centre)
            point_at(enrolled_centre, restored.url)
            lock_period(restored.district, "2026-W48", "已汇总", who="D01", now_ms=restored.clock.ms)
            refused = json.loads(run("2026-W48", "--json", code=1)[0])["error"]
            assert (refused["code"], refused["reports"][0]["code"]) == ("not_taken", "period_locked")
            assert "2026-W48" in run("2026-W48", code=1)[1]
        offline = json.loads(run("--json", code=1)[0])["error"]
        assert (offline["code"], offline["problem"], offline["left"]) == ("not_answered", "unreachable", 3)
    finally:
        use_language("zh_CN")

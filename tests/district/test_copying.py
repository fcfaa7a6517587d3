"""A store carried over into another one: nothing is lost or changed, both ways, and the district goes on with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from frontdesk.district.accounts.errors import AccountError
from frontdesk.district.accounts.service import session_of, sign_in
from frontdesk.district.commands import district_group
from frontdesk.district.documents.service import (
    assign_indicators,
    documents,
    grant_exemption,
    lock_period,
    of_centres,
    send_notice,
    set_indicators,
    wanted_in_force,
)
from frontdesk.district.keys import District
from frontdesk.district.reports.service import accept_report, set_deadline, totals
from frontdesk.district.service import issue_enrolment
from frontdesk.district.store import Session, Store, copying, open_store
from frontdesk.district.store.copying import TABLES, copy_store
from frontdesk.errors import CodedError
from frontdesk.invocation import Invocation
from tests.district.conftest import DISTRICT_SEED
from tests.district.engines import of_database, run_on
from tests.district.webdesk import ACCOUNTS, NOW_MS, PASSWORD, PERIOD, sealed

ACTING: dict[str, Any] = {"who": "lin", "now_ms": NOW_MS}


def fill_the_rest(district: District) -> str:
    """A row at least in every table that `fill` leaves empty; the token of a web session."""
    issue_enrolment(district, centre="ours-1", url="http://127.0.0.1:1", now_ms=NOW_MS)
    wanted = wanted_in_force(district)
    set_indicators(district, wanted["indicators"], wanted["definitions"], **ACTING)
    assign_indicators(district, "ours-3", ["ratings"], **ACTING)
    lock_period(district, "2026-W40", "已结账", **ACTING)
    grant_exemption(district, "ours-3", "2026-W40", date(2026, 12, 31), "晚报", **ACTING)
    set_deadline(district, "weekly", 3, **ACTING)
    one = send_notice(district, title="一家", text="100% ? '引号' \\x", audience=of_centres(["ours-2"]), **ACTING)
    with district.store.writing() as session:
        reading: dict[str, str | int | bytes | None] = {"read_at": NOW_MS, "told_at": NOW_MS + 5}
        reading |= {"centre": "ours-2", "document_id": one.document_id}
        session.insert("document_reading", reading)
        key: dict[str, str | int | bytes | None] = {"key_id": "ab" * 16, "verify_key": bytes(range(32)), "since": 1}
        session.insert("district_key", key)
    with pytest.raises(AccountError):
        sign_in(district.store, ACCOUNTS["street"][0], "wrong", NOW_MS)
    return sign_in(district.store, ACCOUNTS["district"][0], PASSWORD, NOW_MS)


def contents(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Everything that a store holds but the entries of copies; values of reports as objects."""
    found: dict[str, list[dict[str, Any]]] = {}
    with store.reading() as session:
        for table in all_tables(session):
            rows = [dict(row) for row in session.rows(f"SELECT * FROM {table}")]
            for row in rows:
                if isinstance(row.get("figures"), str):
                    row["figures"] = json.loads(row["figures"])
            found[table] = sorted((row for row in rows if row.get("action") != "store.copied"), key=repr_of)
    return found


def repr_of(row: dict[str, Any]) -> str:
    return repr([row[name] for name in sorted(row) if name != "figures"])


def all_tables(session: Session) -> list[str]:
    """Every table of the store, by the engine's own list."""
    if session.dialect == "sqlite":
        listed = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    else:
        listed = "SELECT tablename AS name FROM pg_catalog.pg_tables WHERE schemaname = current_schema()"
    return [row["name"] for row in session.rows(listed) if row["name"] != "frontdesk_district"]


@pytest.fixture
def target(request: pytest.FixtureRequest, filled: District, tmp_path: Path) -> Iterator[Store]:
    """An empty store on the other engine than that of `filled`."""
    with filled.store.reading() as session:
        dialect = session.dialect
    other = f"sqlite:///{tmp_path}/target.db"
    url = str(request.getfixturevalue("postgresql_url")) if dialect == "sqlite" else other
    with closing(open_store(url, create=True)) as opened:
        yield opened


def refused(code: str, source: Store, target: Store) -> dict[str, Any]:
    with pytest.raises(CodedError) as caught:
        copy_store(source, target, **ACTING)
    assert caught.value.code == code
    return caught.value.details


def test_everything_is_carried_over_and_the_district_goes_on(
    filled: District, target: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So few at a time that every table takes several rounds.
    monkeypatch.setattr(copying, "AT_ONCE", 2)
    token = fill_the_rest(filled)
    before = contents(filled.store)
    assert min(len(rows) for rows in before.values()) > 0
    told: dict[str, int] = {}
    copied = copy_store(filled.store, target, **ACTING, told=told.__setitem__)
    after = contents(target)
    assert after == before
    assert {name: len(rows) for name, rows in before.items()} == copied.rows == told
    assert re.fullmatch(r"[0-9a-f]{64}", copied.reports_hash)
    moved = District(target, filled.seed, filled.limits, filled.key_file)
    again = sealed(filled, "ours-1")
    assert accept_report(moved, again, NOW_MS) == accept_report(filled, again, NOW_MS)
    assert session_of(target, token, NOW_MS) is not None
    with filled.store.reading() as old, target.reading() as new:
        assert totals(new, "weekly", PERIOD) == totals(old, "weekly", PERIOD)


def test_the_new_store_numbers_on_and_keeps_what_it_accepts(filled: District, target: Store) -> None:
    copy_store(filled.store, target, **ACTING)
    moved = District(target, filled.seed, filled.limits, filled.key_file)
    issued = send_notice(moved, title="搬家以后", text="新库", **ACTING)
    assert issued.number == max(one.number for one in documents(filled)) + 1
    accept_report(moved, sealed(filled, "theirs-2"), NOW_MS)
    with target.reading() as session:
        entries = session.rows("SELECT number, who, action FROM audit ORDER BY number DESC LIMIT 4")
    last = entries[0]["number"]
    assert [one["number"] for one in entries] == [last, last - 1, last - 2, last - 3]
    # One entry of the report, as before: the engine's own way to write it is in force again.
    actions = [one["action"] for one in entries]
    assert actions[0] == "report_accepted"
    assert actions[2] == "store.copied"
    with pytest.raises(CodedError), target.writing() as session:
        session.execute("DELETE FROM report")


def test_a_store_that_holds_anything_is_no_target_and_stays_as_it_is(filled: District, target: Store) -> None:
    with target.writing() as session:
        session.insert("district_setting", {"name": "zone", "value": "Asia/Shanghai"})
    before = contents(target)
    assert refused("target_not_empty", filled.store, target) == {"table": "district_setting"}
    assert refused("target_not_empty", filled.store, filled.store)["table"] == "centre"
    assert contents(target) == before


def test_a_report_that_is_accepted_meanwhile_undoes_the_copy(filled: District, target: Store) -> None:
    def accept_late(table: str, _: int) -> None:
        if table == "audit":
            accept_report(filled, sealed(filled, "theirs-2"), NOW_MS)

    with pytest.raises(CodedError) as caught:
        copy_store(filled.store, target, **ACTING, told=accept_late)
    assert caught.value.code == "still_written"
    assert not any(contents(target).values())
    assert copy_store(filled.store, target, **ACTING).rows["report"] == 5


def test_a_copy_that_is_not_what_was_read_is_undone(
    filled: District, target: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_a_key(table: str, _: int) -> None:
        if table == "centre_key":
            monkeypatch.setattr(copying, "_batches", without_the_last)

    whole = copying._batches

    def without_the_last(session: Session, table: copying.Table) -> Iterator[list[dict[str, Any]]]:
        for rows in whole(session, table):
            yield rows[:-1] if table.name == "centre_key" else rows

    with pytest.raises(CodedError) as caught:
        copy_store(filled.store, target, **ACTING, told=lose_a_key)
    assert (caught.value.code, caught.value.details) == ("copy_differs", {"table": "centre_key"})
    assert not any(contents(target).values())


def test_every_table_of_the_schema_is_carried(store: Store) -> None:
    with store.reading() as session:
        assert sorted(all_tables(session)) == sorted(table.name for table in TABLES)


def test_the_command_goes_to_postgresql_and_back(small: District, postgresql_server: str, tmp_path: Path) -> None:
    fill_the_rest(small)
    key = tmp_path / "district.key"
    key.write_bytes(DISTRICT_SEED)
    name = f"copied_{tmp_path.name}".replace("-", "_")
    first, there, back = (
        f"sqlite:///{tmp_path}/small.db",
        of_database(postgresql_server, name),
        f"sqlite:///{tmp_path}/back.db",
    )

    def run(store: str, target: str) -> dict[str, Any]:
        said = ["--store", store, "--key", str(key), "copy", "--to", target, "--json"]
        result = CliRunner().invoke(district_group, said, obj=Invocation(operator_no="lin"), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        answer: dict[str, Any] = json.loads(result.stdout)
        return answer

    run_on(postgresql_server, f"CREATE DATABASE {name}")
    try:
        over, home = run(first, there), run(there, back)
    finally:
        run_on(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")
    assert over["reports_hash"] == home["reports_hash"]
    assert over["key_file"] == str(key)
    with closing(open_store(back)) as store, small.store.reading() as old, store.reading() as new:
        assert contents(store) == contents(small.store)
        # Down to the text of the values.
        figures = "SELECT report_id, figures FROM report ORDER BY report_id"
        assert new.rows(figures) == old.rows(figures)
    with pytest.raises(CodedError, match="no_folder"):
        run(back, f"sqlite:///{tmp_path}/nowhere/x.db")

"""The store's sessions: the same statements on both engines, one writer, and what stays as it is."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from frontdesk.district.store import CentreKey, EnrolmentCode, Store
from frontdesk.district.store.migrations import SCHEMA_VERSION
from frontdesk.errors import CodedError

KEY = CentreKey("ab" * 16, "310114-901", bytes(32), 5, b"confirmation")


def test_what_is_written_is_read_alike_on_both_engines(store: Store) -> None:
    code = EnrolmentCode("cd" * 32, "310114-901", 7)
    with store.writing() as session:
        session.add_key(KEY)
        session.add_code(code)
        session.insert("audit", {"at": 1, "who": "100%?", "action": "'quoted'", "details": '{"?": "%s"}'})
    with store.reading() as session:
        assert session.find_key(KEY.key_id) == KEY
        assert session.find_code(code.code_hash) == code
        row = session.one("SELECT who, details FROM audit WHERE who = '100%?' AND action = ?", ("'quoted'",))
        assert row == {"who": "100%?", "details": '{"?": "%s"}'}
        assert session.rows("SELECT 1 AS found FROM audit WHERE who LIKE '100\\%' ESCAPE '\\'") == []
        assert session.one("SELECT 1 AS found FROM audit WHERE at > ?", (1,)) is None


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    class Broken(Exception):
        pass

    with pytest.raises(Broken), store.writing() as session:
        session.add_key(KEY)
        raise Broken
    with store.reading() as session:
        assert session.find_key(KEY.key_id) is None


def test_reading_sees_one_moment(store: Store) -> None:
    with store.reading() as session:
        assert session.find_key(KEY.key_id) is None
        with store.writing() as other:
            other.add_key(KEY)
        assert session.find_key(KEY.key_id) is None
    with store.reading() as session:
        assert session.find_key(KEY.key_id) == KEY


def test_one_writes_at_a_time(store: Store) -> None:
    together = threading.Barrier(8)

    def count_up(_: int) -> None:
        together.wait()
        with store.writing() as session:
            row = session.one("SELECT value FROM district_setting WHERE name = 'count'")
            number = int(row["value"]) + 1 if row else 1
            session.execute("DELETE FROM district_setting WHERE name = 'count'")
            session.insert("district_setting", {"name": "count", "value": str(number)})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count_up, range(8)))
    with store.reading() as session:
        assert session.one("SELECT value FROM district_setting") == {"value": "8"}


@pytest.mark.parametrize("statement", ["DELETE FROM audit", "UPDATE audit SET who = 'another'"])
def test_the_audit_is_never_changed(store: Store, statement: str) -> None:
    with store.writing() as session:
        session.audit(at=1, who="system", action="made")
    with pytest.raises(CodedError) as caught, store.writing() as session:
        session.execute(statement)
    assert caught.value.code == "conflict"
    with store.reading() as session:
        assert [row["who"] for row in session.rows("SELECT who FROM audit")] == ["system"]


def test_texts_are_in_the_order_of_their_code_points(store: Store) -> None:
    names = ["b", "A", "安亭镇", "_", "a", "Z", "10", "9", "马陆镇"]
    with store.writing() as session:
        for name in names:
            session.know_centre(name, 1)
    with store.reading() as session:
        assert [row["code"] for row in session.rows("SELECT code FROM centre ORDER BY code")] == sorted(names)


def test_a_store_says_what_its_durability_rests_on(store: Store) -> None:
    facts = store.facts()
    assert facts["schema"] == str(SCHEMA_VERSION)
    assert facts.get("synchronous_commit", facts.get("synchronous")) in ("on", "2")

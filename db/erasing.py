"""Emptying what the file knows of a person, and taking the bytes out of the file and its journal.

The rows stay, as rows of nobody: what was counted with them stays as it was. What SQLite frees it overwrites
(`secure_delete`), but not the gap of a page that it lays out anew, and the journal keeps what was written before; only
making the file anew and cutting the journal to nothing leaves no byte.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple

from db.audit_words import GONE
from db.changes import forget_salts, row_key_of
from db.connection import BUSY_TIMEOUT_MS, Database
from db.personal import COLUMNS
from db.persons import RESIDENT, bound, links
from db.privacy import PersonKind
from db.wholenames import taken_out

ERASED = GONE
"""What stands where the name or the words of an erased person stood and something has to stand."""

KEPT_WORDS = frozenset(
    {
        ("follow_up", "outcome"),
        ("follow_up_log", "detail"),
        ("booking", "purpose"),
        ("duty_event", "reason"),
        ("case_record", "title"),
        ("case_record", "said"),
        ("case_log", "said"),
        ("case_log", "reason"),
    }
)
"""Words that are codes, or that say what happened and not about whom: they are only searched for the name."""

SEALED_TABLES = frozenset(
    {
        "audit",
        "audit_change",
        "district_document",
        "outbox",
        "period_closing",
        "privacy_notice",
        "sealed_report",
        "setting",
        "standing_filing",
    }
)
"""Tables whose rows a hash or a signature covers, or that were filed: a name in their words stays and is said."""

_EMPTIED: dict[PersonKind, tuple[str, ...]] = {
    "resident": (
        # A household of one is none.
        f"UPDATE resident SET household = NULL, revision = revision + 1 WHERE id NOT IN {RESIDENT} AND household IN "
        f"(SELECT household FROM resident WHERE id IN {RESIDENT} AND household IS NOT NULL) "
        "AND (SELECT count(*) FROM resident o WHERE o.household = resident.household) = 2",
        f"UPDATE resident SET name = '{ERASED}', phone_cipher = NULL, phone_key = randomblob(16), "
        "phone_tail_key = randomblob(16), birth = '', gender = '', area = '', note = '', household = NULL, "
        "guardian_name = '', guardian_phone_cipher = NULL, guardian_consent_on = '', consent_version = '', "
        f"consent_on = '', revision = revision + 1, indexed = 1 WHERE id IN {RESIDENT}",
        f"DELETE FROM resident_tag WHERE resident_id IN {RESIDENT}",
    ),
    "volunteer": (
        f"UPDATE volunteer SET name = '{ERASED}', gender = '', birth_month = '', birth_day = '', phone_cipher = NULL, "
        "phone_key = NULL, skill = '', consent_version = '', consent_on = '', guardian_name = '', "
        "guardian_phone_cipher = NULL, guardian_consent_on = '', state_reason = '', note = '' WHERE no = :ref",
        "UPDATE card SET state = 'revoked' WHERE volunteer_no = :ref AND state = 'issued'",
        "DELETE FROM volunteer_availability WHERE volunteer_no = :ref",
        "DELETE FROM service_certificate_paper WHERE number IN "
        "(SELECT number FROM service_certificate WHERE volunteer_no = :ref)",
    ),
    "rater": (),
    "booking": (
        "UPDATE booking SET booked_by = '', phone_cipher = NULL, revision = revision + 1 "
        "WHERE id IN (SELECT value FROM json_each(:ref))",
    ),
    "staff": (
        f"UPDATE staff SET name = '{ERASED}', phone_cipher = NULL, "
        f"certificate = CASE WHEN coalesce(certificate, '') = '' THEN certificate ELSE '{ERASED}' END, "
        "pin_hash = NULL WHERE no = :ref",
    ),
    # What a record says of people is sealed: whoever has the key empties it.
    "case": (),
}
"""What is emptied of each kind of person beside the words that were written about it."""


_RATER = (
    f"UPDATE rating_rater SET name = '{ERASED}', phone_cipher = CASE WHEN phone_cipher IS NOT NULL OR EXISTS "
    "(SELECT 1 FROM resident n WHERE n.id = rating_rater.resident_id AND n.phone_cipher IS NOT NULL) THEN :nothing "
    "END, resident_id = NULL"
)

_ABOUT_STAFF = ("staff", "contract", "leave", "qualification", "wish", "swap")
"""Tables whose rows of a person of the staff are about that person; in others they say what the person did."""


class Mention(NamedTuple):
    """A column of words in which a name or a number stands, in how many rows, and whether it can be taken out. `longer`
    are rows in which it may be a piece of somebody else's name: those stay, and somebody has to look.
    """

    table: str
    column: str
    rows: int
    removable: bool
    longer: bool = False


def empty(connection: sqlite3.Connection, kind: PersonKind, ref: str, nothing: bytes) -> dict[str, int]:
    """Empty everything that is kept of a person, inside a running transaction; how many rows of which table it was.

    `nothing` is an empty text, sealed: it stands for the phone of a rater, because whether there was one to be called
    is counted. What the record of changes keeps of these rows tells nothing any more.
    """
    values, done = bound(kind, ref), dict[str, int]()
    for table, condition in links(kind):
        if kind != "staff" or table in _ABOUT_STAFF:
            forget(connection, table, condition, values)
    with guards_lifted(connection, [one.table for one in links(kind)]):
        for table, condition in links(kind):
            words = _own_words(kind, table)
            if words:
                sets = ", ".join(f"{one} = CASE WHEN {one} = '' THEN '' ELSE '{ERASED}' END" for one in words)
                written = " OR ".join(f"{one} NOT IN ('', '{ERASED}')" for one in words)
                statement = f"UPDATE {table} SET {sets} WHERE ({condition}) AND ({written})"
                _note(done, table, connection.execute(statement, values).rowcount)
        conditions = {one.table: one.condition for one in links(kind)}
        if "rating_rater" in conditions:
            # After all words: by this row the ratings of a resident are found.
            statement = f"{_RATER} WHERE {conditions['rating_rater']}"
            _note(done, "rating_rater", _run(connection, statement, values | {"nothing": nothing}))
        for statement in _EMPTIED[kind]:
            table = statement.split()[2 if statement.startswith("DELETE") else 1]
            _note(done, table, _run(connection, statement, values))
        if "search_term" in conditions:
            gone = _run(connection, f"DELETE FROM search_term WHERE {conditions['search_term']}", values)
            _note(done, "search_term", gone)
    return done


def _own_words(kind: PersonKind, table: str) -> list[str]:
    """The columns of a person's own rows in which words about the person stand. Of the staff only what is about them:
    their rows of other people's tables say what they did.
    """
    if kind == "staff" and table not in _ABOUT_STAFF:
        return []
    if table in ("resident", "volunteer", "staff", "consent_event", "tombstone"):
        return []
    return [
        column
        for column, what in COLUMNS[table].items()
        if what == "free_text" and (table, column) not in KEPT_WORDS and not column.startswith("annul")
    ]


def _run(connection: sqlite3.Connection, statement: str, values: dict[str, object]) -> int:
    return connection.execute(statement, values if ":ref" in statement else {}).rowcount


def _note(done: dict[str, int], table: str, rows: int) -> None:
    if rows > 0:
        done[table] = max(done.get(table, 0), rows)


def forget(connection: sqlite3.Connection, table: str, condition: str, values: Any) -> None:
    """Let the record of changes tell nothing any more of the rows of a table that meet a condition."""
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    key = ", ".join(row["name"] for row in sorted(columns, key=lambda row: row["pk"]) if row["pk"])
    for row in connection.execute(f"SELECT {key or 'rowid'} FROM {table} WHERE {condition}", values).fetchall():
        forget_salts(connection, table, row_key_of(tuple(row)))


def mentions(connection: sqlite3.Connection, words: Sequence[str]) -> list[Mention]:
    """Every column of words in which one of these stands, anywhere in the file. It reads whole tables."""
    found = []
    for table, column in _worded():
        told = " OR ".join(f"instr({column}, ?) > 0" for _ in words)
        if table in SEALED_TABLES:
            rows = connection.execute(f"SELECT count(*) FROM {table} WHERE {told}", tuple(words)).fetchone()[0]
            cut, longer = int(rows), 0
        else:
            texts = connection.execute(f"SELECT CAST({column} AS TEXT) FROM {table} WHERE {told}", tuple(words))
            left = [(row[0], taken_out(row[0], words, ERASED)) for row in texts]
            cut = sum(1 for before, after in left if before != after)
            longer = sum(1 for _, after in left if any(word in after for word in words))
        if cut:
            found.append(Mention(table, column, cut, table not in SEALED_TABLES))
        if longer:
            found.append(Mention(table, column, longer, removable=False, longer=True))
    return found


def excerpts(connection: sqlite3.Connection, mention: Mention, words: Sequence[str], limit: int = 3) -> list[str]:
    """The words themselves in which one of these stands, at most `limit`."""
    told = " OR ".join(f"instr({mention.column}, ?) > 0" for _ in words)
    rows = connection.execute(f"SELECT {mention.column} FROM {mention.table} WHERE {told}", tuple(words))
    texts = (str(row[0]) for row in rows)
    if mention.longer:
        texts = (one for one in texts if any(word in taken_out(one, words, ERASED) for word in words))
    return list(islice(texts, limit))


def take_out(connection: sqlite3.Connection, words: Sequence[str]) -> dict[str, int]:
    """Put `ERASED` in the place of each of these in all words of the file that no hash covers, inside a running
    transaction; how many rows of which table were changed. What may be a piece of a longer name stays.
    """
    done: dict[str, int] = {}
    found = [one for one in mentions(connection, words) if one.removable]
    connection.create_function("without_words", 1, lambda text: taken_out(text, words, ERASED), deterministic=True)
    connection.create_function("said_without_words", 1, lambda said: _said_without(said, words), deterministic=True)
    with guards_lifted(connection, {one.table for one in found}):
        for one in found:
            said = "said_" if one.column == "said" else ""
            changed = f"{said}without_words(CAST({one.column} AS TEXT))"
            named = " OR ".join(f"instr({one.column}, ?) > 0" for _ in words)
            told = f"({named}) AND {changed} <> CAST({one.column} AS TEXT)"
            forget(connection, one.table, told, tuple(words))
            # Without its salt the hash in the log tells nobody which words stood there.
            also = ", salt = NULL" if one.table == "audit_words" else ""
            statement = f"UPDATE {one.table} SET {one.column} = {changed}{also} WHERE {told}"
            done[one.table] = done.get(one.table, 0) + connection.execute(statement, tuple(words)).rowcount
    connection.create_function("without_words", 1, None)
    connection.create_function("said_without_words", 1, None)
    return done


def _said_without(said: str, words: Sequence[str]) -> str:
    """JSON of values in which these words stand in none any more: a number stays a number, whatever its digits are."""
    try:
        values = json.loads(said)
    except ValueError:
        # Nothing that the program wrote; the name goes all the same.
        return taken_out(said, words, ERASED)
    cut = texts_changed(values, lambda text: taken_out(text, words, ERASED))
    return json.dumps(cut, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def texts_changed(value: Any, changed: Callable[[str], str]) -> Any:
    """A value of JSON with every text in it changed, but for the names of what it has."""
    if isinstance(value, str):
        return changed(value)
    if isinstance(value, list):
        return [texts_changed(one, changed) for one in value]
    if isinstance(value, dict):
        return {key: texts_changed(one, changed) for key, one in value.items()}
    return value


def _worded() -> Iterator[tuple[str, str]]:
    for table, columns in COLUMNS.items():
        for column, what in columns.items():
            is_paper = (table, column) == ("service_certificate_paper", "pdf")
            if (what in ("free_text", "document", "staff_name") and not is_paper and table != "staff") or (
                (table, column) in (("audit", "detail"), ("outbox", "body"))
            ):
                yield table, column


@contextmanager
def guards_lifted(connection: sqlite3.Connection, tables: Collection[str]) -> Iterator[None]:
    """A block inside a running transaction in which rows of these tables may be changed that are otherwise only added
    to. The triggers that hold it are made again before the transaction can commit.
    """
    marks = ", ".join("?" * len(tables))
    guards = connection.execute(
        f"SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ({marks}) "
        "AND sql LIKE '%RAISE(ABORT%' AND sql LIKE '%BEFORE UPDATE%'",
        tuple(tables),
    ).fetchall()
    for name, _ in guards:
        connection.execute(f"DROP TRIGGER {name}")
    try:
        yield
    finally:
        if connection.in_transaction:
            for _, statement in guards:
                connection.execute(statement)


def rewrite(database: Database) -> bool:
    """Make the file anew and cut the journal to nothing, so that no byte of what was emptied is left in either; whether
    that was done. False where another window is just writing or reads on: then it is still owed.
    """
    connection = database.connection
    if connection.in_transaction:
        return False
    database.owes_fold = True
    try:
        connection.execute("PRAGMA busy_timeout = 1000")
        connection.execute("VACUUM")
        database.owes_fold = bool(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
    except sqlite3.Error:
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    return not database.owes_fold


def empty_sign_up_words(connection: sqlite3.Connection, ids: Sequence[str]) -> int:
    """Empty what was written about these sign-ups, inside a running transaction; how many they were."""
    chosen = "(SELECT value FROM json_each(?))"
    listed = json.dumps([int(one) for one in ids])
    with guards_lifted(connection, ("registration_log",)):
        for table, key, columns in (
            ("registration", "id", "note reason"),
            ("registration_log", "registration_id", "reason"),
        ):
            forget(connection, table, f"{key} IN {chosen}", (listed,))
            sets = ", ".join(f"{one} = CASE WHEN {one} = '' THEN '' ELSE '{ERASED}' END" for one in columns.split())
            connection.execute(f"UPDATE {table} SET {sets} WHERE {key} IN {chosen}", (listed,))
    return len(ids)

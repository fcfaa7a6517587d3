"""Accounts of the district's people: made, reset, closed, signed in and out."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from frontdesk.district.accounts.errors import AccountError
from frontdesk.district.accounts.passwords import NOBODYS_HASH, hash_password, matches
from frontdesk.district.accounts.rules import (
    LONGEST_PASSWORD,
    Role,
    check_name,
    check_password,
    check_role,
    initial_password,
    plain_name,
    plain_password,
    waiting_seconds,
)

if TYPE_CHECKING:
    from frontdesk.district.store import Session, Store

IDLE_MS = 60 * 60 * 1000
"""A session that nobody used for an hour is over."""
LONGEST_MS = 12 * 60 * 60 * 1000
"""And every one after twelve hours, used or not."""
SEEN_EVERY_MS = 60 * 1000
"""How exactly it is kept when a session was last used: not every page is worth a write."""
REMEMBERED_FAILURES = 20
"""Wrong passwords in a row that are looked at: the wait is at its longest after eight."""
FAILURES_KEPT_MS = 60 * 60 * 1000
"""Ten minutes without one and the row is over: an hour is enough, and a flood of them leaves the disk soon."""
TOKEN_BYTES = 32

_COLUMNS = "name, role, street, must_change, made_by, made_at, closed_at"
_OWN_COLUMNS = ", ".join(f"a.{name}" for name in _COLUMNS.split(", "))


@dataclass(frozen=True)
class Account:
    """Who may sign in. `street` is set for the role `street` only; instants are in UTC milliseconds."""

    name: str
    role: Role
    street: str | None
    must_change: bool
    made_by: str
    made_at: int
    closed_at: int | None = None


@dataclass(frozen=True)
class WebSession:
    """A session that goes on: whose it is, and what a form of it must send back."""

    account: Account
    form_token: str


@dataclass(frozen=True)
class NewPassword:
    """An account with the password for its first time, which is nowhere kept."""

    account: Account
    password: str


def _account(row: Mapping[str, object]) -> Account:
    return Account(**{**row, "must_change": bool(row["must_change"])})  # type: ignore[arg-type]


def accounts(store: Store) -> list[Account]:
    """Every account, the closed ones last, by name."""
    with store.reading() as session:
        rows = session.rows(f"SELECT {_COLUMNS} FROM account ORDER BY closed_at IS NOT NULL, name")
    return [_account(row) for row in rows]


def add_account(store: Store, *, name: str, role: str, street: str | None, by: str, now_ms: int) -> NewPassword:
    """Make an account with a password for the first time, which must be changed at the first sign-in.

    `by` is who makes it. Raises AccountError `bad_account_name`, `bad_role`, `street_missing`, `account_exists`.
    """
    kept = check_name(name)
    chosen, its_street = check_role(role, street)
    password = initial_password()
    hashed = hash_password(password)
    with store.writing() as session:
        if session.one("SELECT 1 AS found FROM account WHERE name = ?", (kept,)) is not None:
            raise AccountError("account_exists", name=kept)
        session.insert(
            "account",
            {
                "name": kept,
                "role": chosen,
                "street": its_street,
                "password_hash": hashed,
                "password_at": now_ms,
                "must_change": 1,
                "made_by": by,
                "made_at": now_ms,
            },
        )
        details = json.dumps({"role": chosen, "street": its_street}, ensure_ascii=False)
        session.audit(at=now_ms, who=by, action="account.added", subject=kept, details=details)
    return NewPassword(Account(kept, chosen, its_street, True, by, now_ms), password)


def reset_password(store: Store, name: str, *, by: str, now_ms: int) -> NewPassword:
    """A new password for the first time; whoever is signed in as this account is signed out, and nobody waits.

    Raises AccountError `no_such_account`, also for a closed one.
    """
    password = initial_password()
    hashed = hash_password(password)
    with store.writing() as session:
        account = _open_account(session, name)
        _set_password(session, account.name, hashed, now_ms, must_change=True)
        session.audit(at=now_ms, who=by, action="account.reset", subject=account.name)
    return NewPassword(account, password)


def close_account(store: Store, name: str, *, by: str, now_ms: int) -> Account:
    """Nobody signs in as this account any more; its name stays taken, for the record.

    Raises AccountError `no_such_account`, or `last_account` for the last one of the district's own.
    """
    with store.writing() as session:
        account = _open_account(session, name)
        others = session.one(
            "SELECT count(*) AS n FROM account WHERE role = 'district' AND closed_at IS NULL AND name <> ?",
            (account.name,),
        )
        if account.role == "district" and (others is None or not others["n"]):
            raise AccountError("last_account", name=account.name)
        session.execute("UPDATE account SET closed_at = ?, closed_by = ? WHERE name = ?", (now_ms, by, account.name))
        session.execute("DELETE FROM web_session WHERE account = ?", (account.name,))
        session.audit(at=now_ms, who=by, action="account.closed", subject=account.name)
    return account


def change_password(store: Store, name: str, *, present: str, wanted: str, now_ms: int) -> str:
    """Change one's own password; every session of the account ends, and the token of a new one comes back.

    Raises AccountError `wrong_password`, `password_weak`, `password_same`, or `wait` as signing in does.
    """
    _count_try(store, name, now_ms)
    with store.reading() as session:
        known = _hash_of(session, name)
    if not _is_right(known, present):
        raise AccountError("wrong_password")
    _forget_tries(store, name)
    password = check_password(wanted, name)
    if password == plain_password(present):
        raise AccountError("password_same")
    hashed = hash_password(password)
    with store.writing() as session:
        _set_password(session, name, hashed, now_ms, must_change=False)
        session.audit(at=now_ms, who=name, action="account.password_changed", subject=name)
        return _begin(session, name, now_ms)


def sign_in(store: Store, name: str, password: str, now_ms: int) -> str:
    """Begin a web session; its token, which the store knows by its hash only.

    Raises AccountError `wrong_sign_in` whatever of the two is wrong, and `wait` (`seconds`) after several wrong ones in
    a row: for a name that nobody has too, so that neither the words nor the time taken tell who has an account.
    """
    plain = plain_name(name)
    _count_try(store, plain, now_ms)
    with store.reading() as session:
        known = _hash_of(session, plain)
    if not _is_right(known, password):
        raise AccountError("wrong_sign_in")
    _forget_tries(store, plain)
    with store.writing() as session:
        # Closed or given another password in the meantime: then this sign-in is none.
        if _hash_of(session, plain) != known:
            raise AccountError("wrong_sign_in")
        session.audit(at=now_ms, who=plain, action="account.signed_in", subject=plain)
        return _begin(session, plain, now_ms)


def sign_out(store: Store, token: str) -> None:
    """End a web session; one that is over already stays so."""
    with store.writing() as session:
        session.execute("DELETE FROM web_session WHERE token_hash = ?", (_hash_token(token),))


def session_of(store: Store, token: str, now_ms: int) -> WebSession | None:
    """The session behind a token; None when it is nobody's, is over, or the account was closed."""
    token_hash = _hash_token(token)
    with store.reading() as session:
        row = session.one(
            f"SELECT {_OWN_COLUMNS}, w.csrf, w.seen_at FROM web_session w JOIN account a ON a.name = w.account"
            " WHERE w.token_hash = ? AND a.closed_at IS NULL AND w.seen_at > ? AND w.ends_at > ?",
            (token_hash, now_ms - IDLE_MS, now_ms),
        )
    if row is None:
        return None
    found = dict(row)
    form_token, seen_at = found.pop("csrf"), found.pop("seen_at")
    if now_ms - seen_at >= SEEN_EVERY_MS:
        with store.writing() as session:
            session.execute("UPDATE web_session SET seen_at = ? WHERE token_hash = ?", (now_ms, token_hash))
    return WebSession(_account(found), form_token)


def _is_right(known: str | None, password: str) -> bool:
    """Whether the password is that behind the hash; without one it takes as long."""
    # A longer one is nobody's, and is not worth the time that it would take.
    plain = plain_password(password[: LONGEST_PASSWORD + 1])
    return matches(known or NOBODYS_HASH, plain) and known is not None


def _hash_token(token: str) -> str:
    # A token is 256 random bits, so a plain hash cannot be searched for it.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _hash_name(name: str) -> str:
    # People type their password where the name belongs: what was typed is not kept as it is.
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()


def _find(session: Session, name: str) -> Account | None:
    row = session.one(f"SELECT {_COLUMNS} FROM account WHERE name = ?", (name,))
    return _account(row) if row else None


def _open_account(session: Session, name: str) -> Account:
    account = _find(session, plain_name(name))
    if account is None or account.closed_at is not None:
        raise AccountError("no_such_account", name=plain_name(name))
    return account


def _hash_of(session: Session, name: str) -> str | None:
    row = session.one("SELECT password_hash FROM account WHERE name = ? AND closed_at IS NULL", (name,))
    return str(row["password_hash"]) if row else None


def _set_password(session: Session, name: str, hashed: str, now_ms: int, *, must_change: bool) -> None:
    session.execute(
        "UPDATE account SET password_hash = ?, password_at = ?, must_change = ? WHERE name = ?",
        (hashed, now_ms, int(must_change), name),
    )
    session.execute("DELETE FROM web_session WHERE account = ?", (name,))
    session.execute("DELETE FROM wrong_password WHERE account = ?", (_hash_name(name),))


def _begin(session: Session, name: str, now_ms: int) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.execute("DELETE FROM web_session WHERE seen_at <= ? OR ends_at <= ?", (now_ms - IDLE_MS, now_ms))
    session.insert(
        "web_session",
        {
            "token_hash": _hash_token(token),
            "account": name,
            "csrf": secrets.token_urlsafe(TOKEN_BYTES),
            "made_at": now_ms,
            "seen_at": now_ms,
            "ends_at": now_ms + LONGEST_MS,
        },
    )
    return token


def _count_try(store: Store, name: str, now_ms: int) -> None:
    """Count a try as wrong before it is looked at, so that many at once are no more than one after the other.

    Raises AccountError `wait`; what is refused so is not counted.
    """
    hashed = _hash_name(name)
    with store.writing() as session:
        session.execute("DELETE FROM wrong_password WHERE at <= ?", (now_ms - FAILURES_KEPT_MS,))
        rows = session.rows(
            "SELECT at FROM wrong_password WHERE account = ? ORDER BY at DESC LIMIT ?", (hashed, REMEMBERED_FAILURES)
        )
        seconds = waiting_seconds((int(row["at"]) for row in rows), now_ms)
        if seconds:
            raise AccountError("wait", seconds=seconds)
        session.insert("wrong_password", {"account": hashed, "at": now_ms})


def _forget_tries(store: Store, name: str) -> None:
    with store.writing() as session:
        session.execute("DELETE FROM wrong_password WHERE account = ?", (_hash_name(name),))

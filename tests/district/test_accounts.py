"""Accounts of the district's people: who is let in, who waits, and what nobody can find out."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.common.cooling import LONGEST_SECONDS
from frontdesk.district.accounts import passwords
from frontdesk.district.accounts.errors import AccountError
from frontdesk.district.accounts.rules import (
    check_name,
    check_password,
    check_role,
    initial_password,
    plain_name,
    waiting_seconds,
)
from frontdesk.district.accounts.service import (
    IDLE_MS,
    LONGEST_MS,
    accounts,
    add_account,
    change_password,
    close_account,
    reset_password,
    session_of,
    sign_in,
    sign_out,
)
from frontdesk.district.store import Store, open_store

NOW = 1_795_000_000_000
MINUTE = 60_000
PASSWORD = "correct-horse-9"


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same hashing with the least memory: what is proved here is not how slow it is."""
    monkeypatch.setattr(passwords, "MEMORY_KIB", 8)
    monkeypatch.setattr(passwords, "TIME_COST", 1)


def with_password(store: Store, name: str = "lin", role: str = "district", street: str | None = None) -> str:
    """An account that has chosen its password; its name."""
    made = add_account(store, name=name, role=role, street=street, by="system", now_ms=NOW)
    change_password(store, name, present=made.password, wanted=PASSWORD, now_ms=NOW)
    return name


def code_of(store: Store, name: str, password: str, now_ms: int = NOW) -> str:
    """How a sign-in ends: the code of its refusal, or "" where somebody is let in."""
    try:
        sign_in(store, name, password, now_ms)
    except AccountError as failure:
        return failure.code
    return ""


def test_a_new_account_signs_in_with_its_first_password_and_must_change_it(store: Store) -> None:
    made = add_account(store, name="Lin", role="district", street=None, by="system", now_ms=NOW)
    session = session_of(store, sign_in(store, "lin", made.password, NOW), NOW)
    assert session is not None
    assert (session.account.name, session.account.must_change) == ("lin", True)


def test_a_changed_password_ends_every_other_session_and_the_first_password(store: Store) -> None:
    made = add_account(store, name="lin", role="district", street=None, by="system", now_ms=NOW)
    before = sign_in(store, "lin", made.password, NOW)
    token = change_password(store, "lin", present=made.password, wanted=PASSWORD, now_ms=NOW)
    assert session_of(store, before, NOW) is None
    session = session_of(store, token, NOW)
    assert session is not None
    assert not session.account.must_change
    assert code_of(store, "lin", made.password) == "wrong_sign_in"
    assert code_of(store, "lin", PASSWORD) == ""


def test_every_sign_in_has_a_session_of_its_own(store: Store) -> None:
    name = with_password(store)
    tokens = {sign_in(store, name, PASSWORD, NOW) for _ in range(3)}
    assert len(tokens) == 3
    sign_out(store, tokens.pop())
    assert all(session_of(store, token, NOW) for token in tokens)


def test_the_store_knows_neither_tokens_nor_passwords_nor_what_was_typed_as_a_name(store: Store) -> None:
    name = with_password(store)
    token = sign_in(store, name, PASSWORD, NOW)
    assert code_of(store, "my-secret-typed-as-name", "x") == "wrong_sign_in"
    with store.reading() as session:
        kept = [
            session.rows("SELECT * FROM account"),
            session.rows("SELECT * FROM web_session"),
            session.rows("SELECT * FROM wrong_password"),
            session.rows("SELECT * FROM audit"),
        ]
    text = repr(kept)
    assert token not in text
    assert PASSWORD not in text
    assert "my-secret" not in text


def test_a_session_ends_after_an_hour_unused_and_after_twelve_hours_used(store: Store) -> None:
    token = sign_in(store, with_password(store), PASSWORD, NOW)
    assert session_of(store, token, NOW + IDLE_MS - 1) is not None
    # Seen then, it goes on.
    assert session_of(store, token, NOW + 2 * IDLE_MS - MINUTE) is not None
    assert session_of(store, token, NOW + 4 * IDLE_MS) is None
    token = sign_in(store, "lin", PASSWORD, NOW)
    for at in range(NOW, NOW + LONGEST_MS, IDLE_MS // 2):
        assert session_of(store, token, at) is not None
    assert session_of(store, token, NOW + LONGEST_MS) is None


def test_a_token_of_nobody_is_no_session(store: Store) -> None:
    sign_in(store, with_password(store), PASSWORD, NOW)
    assert [session_of(store, token, NOW) for token in ("", "x", "\ud800", "A" * 5000)] == [None] * 4


def test_wrong_passwords_make_everybody_of_that_name_wait_and_the_right_one_too(store: Store) -> None:
    name = with_password(store)
    assert [code_of(store, name, "wrong") for _ in range(4)] == ["wrong_sign_in"] * 3 + ["wait"]
    assert code_of(store, name, PASSWORD) == "wait"
    assert code_of(store, name, PASSWORD, NOW + 6_000) == ""
    # Let in, the row is over.
    assert code_of(store, name, "wrong", NOW + 6_000) == "wrong_sign_in"
    assert code_of(store, name, PASSWORD, NOW + 6_000) == ""


def test_the_wait_is_the_same_for_a_name_that_nobody_has(store: Store) -> None:
    with_password(store, "lin")
    known, unknown = (
        [code_of(store, name, "wrong", NOW + at) for at in range(0, 40_000, 2_000)] for name in ("lin", "nobody")
    )
    assert known == unknown
    assert "wait" in known


def test_the_check_takes_as_long_for_a_name_that_nobody_has(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with_password(store, "lin")
    close_account(store, with_password(store, "closed"), by="lin", now_ms=NOW)
    checked: list[str] = []

    def counted(password_hash: str, password: str) -> bool:
        checked.append(password_hash.rpartition("$p=")[0][:20])
        return passwords.matches(password_hash, password)

    monkeypatch.setattr("frontdesk.district.accounts.service.matches", counted)
    assert {code_of(store, name, PASSWORD) for name in ("nobody", "closed", "", "x" * 10_000)} == {"wrong_sign_in"}
    assert len(checked) == 4


def test_nobodys_hash_costs_what_everybodys_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    made = passwords.hash_password("whatever")
    assert made.split("$")[1:4] == passwords.NOBODYS_HASH.split("$")[1:4]


def test_however_many_sign_in_at_once_few_threads_hold_the_memory_of_a_check(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[int] = set()
    verify = PasswordHasher.verify

    def watched(hasher: PasswordHasher, *given: str) -> bool:
        threads.add(threading.get_ident())
        return verify(hasher, *given)

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    known = passwords.hash_password(PASSWORD)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda number: passwords.matches(known, PASSWORD if number % 2 else "x"), range(60)))
    assert answers == [bool(number % 2) for number in range(60)]
    assert len(threads) <= passwords.AT_ONCE


def test_guesses_at_the_same_time_are_no_more_than_one_after_the_other(store: Store) -> None:
    name = with_password(store)
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: code_of(store, name, "wrong"), range(24)))
    assert codes.count("wrong_sign_in") == 3
    assert codes.count("wait") == 21


def test_the_wait_outlasts_a_restart_and_holds_in_every_process(store_url: str) -> None:
    first = open_store(store_url)
    name = with_password(first)
    assert [code_of(first, name, "wrong") for _ in range(3)] == ["wrong_sign_in"] * 3
    beside = open_store(store_url)
    assert code_of(beside, name, PASSWORD) == "wait"
    first.close()
    beside.close()
    again = open_store(store_url)
    assert code_of(again, name, PASSWORD) == "wait"
    again.close()


def test_a_wrong_present_password_counts_as_a_wrong_sign_in(store: Store) -> None:
    name = with_password(store)
    for expected in ("wrong_password", "wrong_password", "wrong_password", "wait"):
        with pytest.raises(AccountError) as refused:
            change_password(store, name, present="wrong", wanted="another-horse-9", now_ms=NOW)
        assert refused.value.code == expected
    assert code_of(store, name, PASSWORD) == "wait"


def test_a_reset_signs_out_and_ends_the_wait(store: Store) -> None:
    name = with_password(store)
    token = sign_in(store, name, PASSWORD, NOW)
    assert [code_of(store, name, "wrong") for _ in range(3)] == ["wrong_sign_in"] * 3
    made = reset_password(store, name, by="system", now_ms=NOW)
    assert session_of(store, token, NOW) is None
    assert code_of(store, name, PASSWORD) == "wrong_sign_in"
    assert code_of(store, name, made.password) == ""


def test_a_closed_account_is_signed_out_and_never_let_in_again(store: Store) -> None:
    with_password(store, "lin")
    token = sign_in(store, with_password(store, "anting", "street", "安亭镇"), PASSWORD, NOW)
    close_account(store, "anting", by="lin", now_ms=NOW)
    assert session_of(store, token, NOW) is None
    assert code_of(store, "anting", PASSWORD) == "wrong_sign_in"
    for refused in (close_account, reset_password):
        with pytest.raises(AccountError, match="no_such_account"):
            refused(store, "anting", by="lin", now_ms=NOW)
    with pytest.raises(AccountError, match="account_exists"):
        add_account(store, name="ANTING", role="district", street=None, by="lin", now_ms=NOW)


def test_the_last_account_of_the_district_stays(store: Store) -> None:
    with_password(store, "anting", "street", "安亭镇")
    with_password(store, "lin")
    with pytest.raises(AccountError, match="last_account"):
        close_account(store, "lin", by="lin", now_ms=NOW)
    with_password(store, "zhou")
    close_account(store, "lin", by="zhou", now_ms=NOW)
    assert [(one.name, one.closed_at) for one in accounts(store)] == [("anting", None), ("zhou", None), ("lin", NOW)]


def test_every_change_of_an_account_is_one_entry_of_the_record(store: Store) -> None:
    with_password(store, "lin")
    with_password(store, "anting", "street", "安亭镇")
    reset_password(store, "anting", by="lin", now_ms=NOW)
    close_account(store, "anting", by="lin", now_ms=NOW)
    sign_in(store, "lin", PASSWORD, NOW)
    with store.reading() as session:
        rows = session.rows("SELECT who, action, subject, details FROM audit ORDER BY number")
    assert [(row["who"], row["action"], row["subject"]) for row in rows] == [
        ("system", "account.added", "lin"),
        ("lin", "account.password_changed", "lin"),
        ("system", "account.added", "anting"),
        ("anting", "account.password_changed", "anting"),
        ("lin", "account.reset", "anting"),
        ("lin", "account.closed", "anting"),
        ("lin", "account.signed_in", "lin"),
    ]
    assert json.loads(rows[2]["details"]) == {"role": "street", "street": "安亭镇"}


@pytest.mark.parametrize(
    "typed", ["", "a", "x" * 41, "a b", "a/b", "<b>", "centre:1", "system", "command", "ａ；", "a\nb"]
)
def test_what_is_no_account_name_is_refused(typed: str) -> None:
    with pytest.raises(AccountError, match="bad_account_name"):
        check_name(typed)


def test_names_are_the_same_in_capitals_and_full_width() -> None:
    assert check_name(" ＬＩＮ.wei ") == plain_name("lin.WEI") == "lin.wei"
    assert check_name("林伟") == "林伟"


@pytest.mark.parametrize("typed", ["", "short-1", "aaaaaaaaaaaa", "abababababab", "x" * 201, "my-name-is-LIN-9"])
def test_simple_passwords_are_refused(typed: str) -> None:
    with pytest.raises(AccountError, match="password_weak"):
        check_password(typed, "lin")


def test_the_same_password_again_and_an_unknown_role_are_refused(store: Store) -> None:
    name = with_password(store)
    with pytest.raises(AccountError, match="password_same"):
        change_password(store, name, present=PASSWORD, wanted=PASSWORD, now_ms=NOW)
    with pytest.raises(AccountError, match="bad_role"):
        check_role("root", None)
    with pytest.raises(AccountError, match="street_missing"):
        check_role("street", "  ")
    assert check_role("district", "安亭镇") == ("district", None)


def test_first_passwords_are_random_and_good_enough() -> None:
    made = {initial_password() for _ in range(100)}
    assert len(made) == 100
    assert all(len(one) == 19 for one in made)


@given(st.lists(st.integers(0, 3_600_000), max_size=30), st.integers(-5_000, 5_000))
def test_nobody_waits_longer_than_a_minute_and_nobody_before_the_third_wrong_one(ages: list[int], put: int) -> None:
    seconds = waiting_seconds([NOW - age + put for age in ages], NOW)
    assert 0 <= seconds <= LONGEST_SECONDS
    assert seconds == 0 or len(ages) >= 3

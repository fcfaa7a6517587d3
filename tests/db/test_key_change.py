"""Another field key: every sealed field and keyed lookup is under it, at whatever moment the power fails."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from db import audit, field_keys, rekeying
from db.personal import columns_of
from frontdesk import keys as key_files
from frontdesk.backup import service as backup
from frontdesk.context import Context, Operator, open_context
from frontdesk.errors import DeskError
from frontdesk.home import Home
from frontdesk.keychange import service as keychange
from frontdesk.keys import NEXT_FIELD, Keyring
from frontdesk.residents import service as residents
from frontdesk.volunteers.register import editing as volunteers
from frontdesk.volunteers.register.service import find as find_volunteers
from tests.desks import NOON, new_desk

PHONES = {"张秀英": "13812340001", "李建国": "13812340002", "王子轩": ""}
MANAGER = Operator("M001", "王五", "manager")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    fill(context)
    yield context
    context.database.close()


def fill(context: Context) -> None:
    for name, phone in PHONES.items():
        residents.add(context, {"name": name, "phone": phone})
    residents.add(context, {"name": "赵小宝", "guardian_name": "赵大", "guardian_phone": "13812340003"})
    volunteers.add(context, {"name": "钱二", "phone": "13812340004"})
    volunteers.add(context, {"name": "孙三"})
    with context.change("test.sealed", "staff") as connection:
        sealed = context.keys.seal("13812340005")
        connection.execute("UPDATE staff SET phone_cipher = ? WHERE no = 'M001'", (sealed,))


def again(home: Path) -> Context:
    return open_context(Home(home), source="desk", operator=MANAGER, clock=lambda: NOON)


def whole(context: Context) -> None:
    """Everything that was sealed is read, everybody is found by what was keyed, and nobody twice."""
    connection = context.database.connection
    for table, column in columns_of("phone_cipher"):
        for row in connection.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"):
            assert context.keys.unseal(bytes(row[0])).startswith("1381234000")
    assert [one.name for one in residents.find(context, "0001")] == ["张秀英"]
    assert [one.name for one in residents.find(context, "0003")] == ["赵小宝"]
    assert [one.name for one in find_volunteers(context, "0004")] == ["钱二"]
    for refused in (
        lambda: residents.add(context, {"name": "李建国", "phone": "13812340002"}),
        lambda: volunteers.add(context, {"name": "钱二", "phone": "13812340004"}),
    ):
        with pytest.raises(DeskError, match="known_already"):
            refused()
    assert audit.first_broken(connection) is None


def test_every_sealed_field_and_keyed_lookup_has_its_value_under_the_new_key(desk: Context) -> None:
    old, told = desk.keys.path("field").read_bytes(), list[tuple[int, int]]()
    before = {table: desk.database.connection.execute(f"SELECT * FROM {table}").fetchall() for table in ("resident",)}
    changes = desk.database.connection.execute("SELECT count(*) FROM audit_change").fetchone()[0]
    done = keychange.rotate(desk, lambda one, all_of_them: told.append((one, all_of_them)))
    assert (done.rows, done.terms, done.unreadable) == (5, 4, 0) and told[-1] == (5, 5)
    whole(desk)
    assert desk.keys.path("field").read_bytes() != old and not desk.keys.path(NEXT_FIELD).exists()
    after = desk.database.connection.execute("SELECT * FROM resident").fetchall()
    for one, other in zip(before["resident"], after, strict=True):
        assert one["phone_tail_key"] != other["phone_tail_key"] and one["name"] == other["name"]
        assert (one["phone_key"] == other["phone_key"]) == (one["phone_cipher"] is None)
    # A stranger with the old key reads nothing any more.
    for row in after:
        if row["phone_cipher"] is not None:
            with pytest.raises(DeskError, match="field_unreadable"):
                desk.keys.holding(old).unseal(row["phone_cipher"])
    assert desk.database.connection.execute("SELECT count(*) FROM audit_change").fetchone()[0] == changes
    assert keychange.state(desk).since == desk.now_ms() and keychange.state(desk).sealed == 5


def test_what_was_recognised_before_is_recognised_after_also_where_the_centre_is_older_than_the_key_for_it(
    desk: Context,
) -> None:
    desk.keys.path("lookup").unlink()
    keys = Keyring(desk.keys.folder)
    before = keys.fingerprint("file:1")
    assert before == keys.lookup("file:1")
    desk.keys = keys
    keychange.rotate(desk)
    assert desk.keys.fingerprint("file:1") == before == Keyring(desk.keys.folder).fingerprint("file:1")
    assert desk.keys.lookup("file:1") != before


def test_another_window_goes_by_the_new_key_and_writes_nothing_under_the_old_one(desk: Context) -> None:
    other = again(desk.home.path)
    assert other.keys.unseal(desk.keys.seal("1")) == "1"
    keychange.rotate(desk)
    with pytest.raises(DeskError, match="key_changed"):
        residents.add(other, {"name": "周九", "phone": "13812340009"})
    residents.add(other, {"name": "周九", "phone": "13812340009"})
    assert [one.name for one in residents.find(desk, "0009")] == ["周九"]
    third = again(desk.home.path)
    keychange.rotate(desk)
    third.refresh_settings()
    whole(third)
    other.database.close()
    third.database.close()


def test_a_field_that_nobody_could_read_stays_as_it_is_and_is_counted(desk: Context) -> None:
    with desk.database.write() as connection:
        connection.execute("UPDATE resident SET phone_cipher = x'00' WHERE name = '张秀英'")
    assert keychange.rotate(desk).unreadable == 1
    row = desk.database.connection.execute("SELECT phone_cipher FROM resident WHERE name = '张秀英'").fetchone()
    assert bytes(row[0]) == b"\0"


def test_who_ends_it_has_changed_nothing_and_begins_it_with_the_same_new_key(desk: Context) -> None:
    def enough(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keychange.rotate(desk, enough)
    fresh = desk.keys.path(NEXT_FIELD).read_bytes()
    whole(desk)
    assert keychange.state(desk).begun
    keychange.rotate(desk)
    whole(desk)
    assert desk.keys.path("field").read_bytes() == fresh and not keychange.state(desk).begun


def test_only_a_manager_changes_or_copies_the_keys(desk: Context) -> None:
    for role in ("operator", "auditor"):
        somebody = replace(desk, operator=Operator("A1", "甲", role))
        for case in (keychange.rotate, lambda context: keychange.export_keys(context, desk.home.path / "x")):
            with pytest.raises(DeskError, match=r"manager_required|auditor_reads_only"):
                case(somebody)


def test_of_every_keyed_lookup_it_is_known_what_it_is_a_hash_of() -> None:
    assert set(rekeying.DERIVED) == set(columns_of("phone_key"))
    assert all((table, of) in set(columns_of("phone_cipher")) for (table, _), (_, of) in rekeying.DERIVED.items())


def _killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _before(owner: object, name: str, patch: pytest.MonkeyPatch, turn: int = 1) -> None:
    """Die when a function is called for the n-th time."""
    real: Callable[..., object] = getattr(owner, name)
    left = [turn]

    def dying(*arguments: object, **named: object) -> object:
        left[0] -= 1
        if not left[0]:
            _killed()
        return real(*arguments, **named)

    patch.setattr(owner, name, dying)


def _after(owner: object, name: str, patch: pytest.MonkeyPatch) -> None:
    """Die when a function is done."""
    real: Callable[..., object] = getattr(owner, name)

    def dying(*arguments: object, **named: object) -> object:
        answer = real(*arguments, **named)
        _killed()
        return answer

    patch.setattr(owner, name, dying)


MOMENTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "before the new key": lambda patch: _before(keychange, "create_key_file", patch),
    "with half a new key": lambda patch: _before(key_files, "take_name", patch),
    "with a new key": lambda patch: _after(keychange, "create_key_file", patch),
    "at the first row": lambda patch: _before(rekeying, "write", patch),
    "at the fourth row": lambda patch: _before(rekeying, "write", patch, 4),
    "at the terms": lambda patch: _before(rekeying, "change_terms", patch),
    "before the key counts": lambda patch: _before(field_keys, "set_current", patch),
    "before the entry": lambda patch: _before(audit, "append", patch),
    "before the commit": lambda patch: _after(audit, "append", patch),
    "before the new key has its name": lambda patch: _before(key_files, "settle_next", patch),
    "when the new key has its name": lambda patch: _after(key_files, "settle_next", patch),
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")
@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_everything_is_read_and_the_change_is_made_afterwards(desk: Context, moment: str) -> None:
    child = os.fork()
    if not child:
        with pytest.MonkeyPatch.context() as patch:
            MOMENTS[moment](patch)
            keychange.rotate(again(desk.home.path))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    context = again(desk.home.path)
    try:
        whole(context)
        before = context.keys.field_id
        done = keychange.rotate(context)
        assert done.rows == 5 and done.key_id != before
        whole(context)
        assert sorted(path.name for path in context.keys.folder.iterdir() if "field" in path.name) == ["field.key"]
    finally:
        context.database.close()


def test_a_sealed_copy_puts_missing_keys_back_and_overwrites_none(desk: Context) -> None:
    with pytest.raises(DeskError, match="no_recovery_key"):
        keychange.export_keys(desk, desk.home.path / "keys.fdkeys")
    paper = backup.new_recovery_key(desk)
    backup.confirm_recovery_key(desk, paper.digits)
    out = keychange.export_keys(desk, desk.home.path / "keys.fdkeys")
    sealed, before = out.read_bytes(), desk.keys.path("field").read_bytes()
    keys = {path.name: path.read_bytes() for path in desk.keys.folder.glob("*.key")}
    assert not any(key in sealed or key.hex().encode() in sealed for key in keys.values())
    with pytest.raises(DeskError, match="other_key"):
        keychange.restore_keys(desk.home, sealed, backup.RecoveryKey(bytes(16)))
    desk.keys.path("field").unlink()
    desk.keys.path("card").write_bytes(bytes(32))
    done = keychange.restore_keys(desk.home, sealed, backup.read_key(paper.digits))
    assert (done.made, done.other) == (("field.key",), ("card.key",))
    assert desk.keys.path("field").read_bytes() == before and desk.keys.path("card").read_bytes() == bytes(32)


@pytest.mark.parametrize("packed", [b"", b"[]", b'{"../x.key": "00"}', b'{"field.key": "zz"}', b'{"field.key": 7}'])
def test_what_is_no_packed_keys_is_refused(desk: Context, packed: bytes) -> None:
    paper = backup.new_recovery_key(desk)
    backup.confirm_recovery_key(desk, paper.digits)
    sealed = backup.seal_for_recovery(desk, packed)
    with pytest.raises(DeskError, match="sealed_damaged"):
        keychange.restore_keys(desk.home, sealed, backup.read_key(paper.digits))


def test_a_next_key_that_cannot_be_read_is_said_with_its_code(desk: Context) -> None:
    desk.keys.path(NEXT_FIELD).mkdir()
    with pytest.raises(DeskError, match="key_missing"):
        keychange.state(desk)

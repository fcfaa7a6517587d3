"""Setting up, signing in, and who may do what."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import changes
from db import staff as staff_records
from db.errors import CodedError
from db.staff import Staff
from frontdesk.context import Context, Operator, open_context
from frontdesk.home import Home
from frontdesk.keys import write_secret
from frontdesk.locale import LANGUAGES, t, use_language, words_for
from frontdesk.staff import pins
from frontdesk.staff import service as staff
from frontdesk.sync.body import ReportBody
from tests.templates import NewCentre, new_centre

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


class Clock:
    """A clock that stands until it is set forward."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def centre(folder: Path, clock: Clock, pin: str | None) -> Context:
    """A new centre whose manager has this PIN."""
    given = NewCentre("310114-001", "示范路邻里中心", "示范街道", "示范区", "M001", "王五", pin)
    context = new_centre(folder, given, clock)
    staff.sign_out(context)
    return context


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Context]:
    context = centre(tmp_path / "home", clock, "2580")
    yield context
    context.database.close()


def refusal(call: object, *arguments: object, **named: object) -> str:
    """The code with which a call is refused."""
    with pytest.raises(CodedError) as refused:
        call(*arguments, **named)  # type: ignore[operator]
    return refused.value.code


def test_the_right_pin_signs_in_and_the_operator_acts(desk: Context) -> None:
    assert staff.sign_in(desk, " M001 ", "2580").role == "manager"
    assert desk.require_manager().name == "王五"


def test_an_unknown_number_and_a_wrong_pin_are_refused_alike(desk: Context) -> None:
    assert refusal(staff.sign_in, desk, "M001", "0000") == "sign_in_refused"
    assert refusal(staff.sign_in, desk, "nobody", "2580") == "sign_in_refused"
    assert desk.operator is None


def test_wrong_pins_lock_for_a_growing_time_even_for_the_right_pin(desk: Context, clock: Clock) -> None:
    for _ in range(pins.FREE_TRIES):
        assert refusal(staff.sign_in, desk, "M001", "0000") == "sign_in_refused"
    assert refusal(staff.sign_in, desk, "M001", "2580") == "sign_in_locked"
    clock.forward(pins.FIRST_WAIT_SECONDS + 1)
    assert refusal(staff.sign_in, desk, "M001", "0000") == "sign_in_refused"
    clock.forward(pins.FIRST_WAIT_SECONDS + 1)
    assert refusal(staff.sign_in, desk, "M001", "2580") == "sign_in_locked"
    clock.forward(pins.FIRST_WAIT_SECONDS)
    staff.sign_in(desk, "M001", "2580")
    assert refusal(staff.sign_in, desk, "M001", "0000") == "sign_in_refused"


def test_the_own_pin_is_changed_with_the_one_in_force_only(desk: Context) -> None:
    desk.source = "desk"
    staff.sign_in(desk, "M001", "2580")
    assert refusal(staff.set_pin, desk, "M001", "8642") == "current_pin_required"
    staff.change_own_pin(desk, "2580", "8642")
    staff.sign_in(desk, "M001", "8642")


@pytest.mark.parametrize(("others", "longest"), [(0, pins.LONGEST_LONE_WAIT_SECONDS), (1, pins.LONGEST_WAIT_SECONDS)])
def test_a_number_waits_an_hour_at_most_where_another_manager_can_end_it(
    desk: Context, clock: Clock, others: int, longest: int
) -> None:
    with desk.database.write() as connection:
        for _ in range(others):
            staff_records.put(connection, Staff(no="M002", name="赵六", kind=""))
            staff_records.set_role(connection, "M002", "manager")
            staff_records.set_pin_hash(connection, "M002", pins.NOBODYS_HASH)
        staff_records.set_failures(connection, "M001", 60, desk.now_ms())
    clock.forward(longest - 1)
    assert refusal(staff.sign_in, desk, "M001", "2580") == "sign_in_locked"
    clock.forward(1)
    assert staff.sign_in(desk, "M001", "2580").no == "M001"


def test_an_attack_at_machine_speed_gets_fewer_than_twenty_tries_an_hour(desk: Context, clock: Clock) -> None:
    tries = 0
    for _ in range(3600):
        tries += refusal(staff.sign_in, desk, "M001", "0000") == "sign_in_refused"
        clock.forward(1)
    assert tries < 20


def test_wrong_pins_at_the_kiosk_count_apart_whoever_they_are_tried_for(desk: Context, clock: Clock) -> None:
    kiosk = open_context(desk.home, source="kiosk", clock=clock)
    for no in ("M001", "nobody", "M001"):
        assert refusal(staff.sign_in, kiosk, no, "0000") == "sign_in_refused"
    for no in ("M001", "nobody"):
        assert refusal(staff.sign_in, kiosk, no, "2580") == "sign_in_locked"
    for _ in range(pins.FREE_TRIES - 1):
        assert refusal(staff.sign_in, desk, "M001", "0000") == "sign_in_refused"
    staff.sign_in(desk, "M001", "2580")
    clock.forward(pins.FIRST_WAIT_SECONDS)
    staff.sign_in(kiosk, "M001", "2580")
    assert refusal(staff.sign_in, kiosk, "M001", "0000") == "sign_in_refused"
    kiosk.database.close()


def test_the_wait_at_the_kiosk_grows_to_minutes_and_not_beyond(desk: Context, clock: Clock) -> None:
    kiosk = open_context(desk.home, source="kiosk", clock=clock)
    tries = 0
    for _ in range(900):
        tries += refusal(staff.sign_in, kiosk, "M001", "0000") == "sign_in_refused"
        clock.forward(4)
    assert 10 < tries < 20
    assert pins.wait_seconds(50, pins.LONGEST_KIOSK_WAIT_SECONDS) == pins.LONGEST_KIOSK_WAIT_SECONDS
    kiosk.database.close()


def test_a_clock_set_back_does_not_open_the_lock(desk: Context, clock: Clock) -> None:
    for _ in range(pins.FREE_TRIES):
        refusal(staff.sign_in, desk, "M001", "0000")
    clock.forward(-7200)
    assert refusal(staff.sign_in, desk, "M001", "2580") == "sign_in_locked"


def test_weak_pins_are_refused() -> None:
    for weak in ("", "123", "1111", "12a4", "１２３４", "1234567890123"):
        assert refusal(pins.check_shape, weak) == "pin_weak"


def test_a_manager_without_a_pin_may_act_only_until_the_first_pin_is_set(tmp_path: Path, clock: Clock) -> None:
    context = centre(tmp_path / "home", clock, None)
    assert staff.act_as(context, "M001", None).no == "M001"
    assert staff.needs_first_pin(context, "M001")
    staff.set_first_pin(context, "M001", "8642")
    assert not staff.needs_first_pin(context, "M001")
    staff.sign_out(context)
    assert refusal(staff.act_as, context, "M001", None) == "pin_required"
    assert refusal(staff.set_first_pin, context, "M001", "9753") == "sign_in_refused"
    staff.sign_in(context, "M001", "8642")
    context.database.close()


def test_nobody_writes_without_an_operator_and_an_auditor_never(desk: Context) -> None:
    from db.staff import put
    from frontdesk.roster.service import report_absent

    today = NOW.date()
    assert refusal(report_absent, desk, "M001", today) == "operator_required"
    with desk.database.write() as connection:
        put(connection, Staff(no="A1", name="审计", kind="", role="auditor"))
    desk.operator = Operator("A1", "审计", "auditor")
    assert refusal(report_absent, desk, "M001", today) == "auditor_reads_only"
    desk.operator = Operator("S1", "李磊", "operator")
    assert refusal(staff.set_role, desk, "A1", "manager") == "manager_required"
    assert refusal(staff.set_pin, desk, "A1", "8642") == "manager_required"


def set_up(folder: Path, **changed: str) -> Context:
    """A centre made of sound values but for those given."""
    values: dict[str, str | None] = {
        "code": "310114-001",
        "name": "示范路邻里中心",
        "street": "示范街道",
        "district": "示范区",
        "manager_no": "M001",
        "manager_name": "王五",
        "pin": None,
    }
    return staff.set_up_centre(Home(folder), **{**values, **changed}, synchronous="OFF")  # type: ignore[arg-type]


def test_a_second_centre_in_the_same_folder_is_refused_and_the_first_untouched(desk: Context) -> None:
    before = desk.home.database.read_bytes()
    assert refusal(set_up, desk.home.path) == "centre_exists"
    assert desk.home.database.read_bytes() == before


def test_a_set_up_that_fails_leaves_no_centre_behind(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file where the home should be")
    assert refusal(set_up, tmp_path / "file") == "home_not_writable"
    assert refusal(set_up, tmp_path / "home", pin="1") == "pin_weak"
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("code", " ", "missing_value"),
        ("code", "a b", "bad_value"),
        ("code", "x" * 33, "bad_value"),
        ("code", "中心", "bad_value"),
        ("name", "\u200b", "missing_value"),
        ("name", "心" * 101, "bad_value"),
        ("street", "a\nb", "bad_value"),
        ("district", "a\x1b[2Jb", "bad_value"),
        ("district", "\udcff", "bad_value"),
        ("manager_no", "M 1", "bad_value"),
        ("manager_no", "M" * 33, "bad_value"),
        ("manager_name", "王\u2028五", "bad_value"),
        ("manager_name", "王\ud800", "bad_value"),
    ],
)
def test_what_would_block_the_centre_later_is_refused_in_the_words_of_the_form(
    tmp_path: Path, language: str, field: str, value: str, code: str
) -> None:
    use_language(language)
    try:
        with pytest.raises(CodedError) as refused:
            set_up(tmp_path / "home", **{field: value})
        said, form = words_for(refused.value), t(f"staff.wizard.{field}")
    finally:
        use_language(None)
    assert (refused.value.code, refused.value.details["key"]) == (code, field)
    assert form in said and "{" not in said
    assert not (tmp_path / "home").exists()


def test_what_is_set_up_is_clean_and_can_be_reported_to_the_district(tmp_path: Path) -> None:
    longest = set_up(tmp_path / "longest", code="x" * 32, name="心" * 100)
    context = set_up(
        tmp_path / "home", code=" ３１０114—001".replace("—", "－"), name=" 示范路\u200b ", manager_name="王 五"
    )
    assert (context.centre.code, context.centre.name) == ("310114-001", "示范路")
    assert context.operator is not None and context.operator.name == "王五"
    for one in (longest, context):
        week = {"period": "2026-W46", "from": "2026-11-09", "to": "2026-11-15", "figures": {}}
        body = ReportBody.model_validate({"centre": one.centre.code, "name": one.centre.name, **week})
        assert body.name == one.centre.name
        one.database.close()


def test_keys_lie_beside_the_file_and_only_the_owner_reads_them(desk: Context) -> None:
    for key in desk.home.keys.iterdir():
        assert key.stat().st_mode & 0o077 == 0
    context = open_context(desk.home, source="cli")
    assert context.keys.unseal(desk.keys.seal("15401234567")) == "15401234567"
    (desk.home.keys / "field.key").unlink()
    fresh = open_context(desk.home, source="cli")
    assert refusal(fresh.keys.seal, "x") == "key_missing"
    context.database.close()
    fresh.database.close()


def test_the_bytes_of_a_key_are_written_as_they_are_also_on_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    binary, really_open = 1 << 30, os.open

    def opened(path: Path, flags: int, mode: int) -> int:
        asked.append(flags)
        return really_open(path, flags & ~binary, mode)

    monkeypatch.setattr(os, "O_BINARY", binary, raising=False)
    monkeypatch.setattr("frontdesk.keys.os.open", opened)
    write_secret(tmp_path / "any.key", b"\n" * 32)
    assert [flags & binary for flags in asked] == [binary]


def test_who_is_refused_is_named_by_number_only(desk: Context) -> None:
    for role, code in (("operator", "manager_required"), ("auditor", "auditor_reads_only")):
        desk.operator = Operator("S1", "李磊", role)  # type: ignore[arg-type]
        with pytest.raises(CodedError) as refused:
            desk.require_manager() if role == "operator" else desk.require_writer()
        assert (refused.value.code, refused.value.details) == (code, {"no": "S1"})
        assert "S1" in words_for(refused.value)


def test_what_is_no_record_does_not_show_the_values_in_its_failure() -> None:
    with pytest.raises(ValueError) as refused:
        Staff.model_validate({"no": "S1", "name": ["李磊"], "kind": "聘用"})
    assert "李磊" not in str(refused.value)


def test_an_unknown_number_takes_as_much_checking_as_a_wrong_pin(
    desk: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    matches = pins.matches

    def counted(pin_hash: str, pin: str) -> bool:
        checked.append(pin_hash)
        return matches(pin_hash, pin)

    monkeypatch.setattr(pins, "matches", counted)
    refusal(staff.sign_in, desk, "M001", "0000")
    refusal(staff.sign_in, desk, "nobody", "0000")
    assert len(checked) == 2
    # Time, memory and lanes stand before the salt.
    assert checked[0].split("$")[:4] == checked[1].split("$")[:4]


def test_who_changes_the_own_pin_knows_the_one_in_force_and_wrong_ones_are_tries(desk: Context) -> None:
    staff.sign_in(desk, "M001", "2580")
    assert refusal(staff.change_own_pin, desk, "2580", "1") == "pin_weak"
    assert refusal(staff.change_own_pin, desk, "0000", "8642") == "sign_in_refused"
    staff.change_own_pin(desk, "2580", "8642")
    for _ in range(3):
        refusal(staff.change_own_pin, desk, "0000", "9753")
    assert refusal(staff.change_own_pin, desk, "8642", "9753") == "sign_in_locked"


def test_a_change_of_the_own_pin_stands_in_the_record_of_changes(desk: Context) -> None:
    staff.sign_in(desk, "M001", "2580")
    staff.change_own_pin(desk, "2580", "8642")
    entry = desk.database.connection.execute("SELECT max(id) FROM audit WHERE action = 'staff.set_pin'").fetchone()[0]
    [change] = changes.of_entry(desk.database.connection, entry)
    assert (change.table, change.row_key, change.operation) == ("staff", "M001", "update")
    assert list(change.values) == ["pin_hash"]


def test_an_auditor_changes_the_own_pin_and_nothing_else(desk: Context) -> None:
    staff.sign_in(desk, "M001", "2580")
    from db.staff import put, set_role

    with desk.database.write() as connection:
        put(connection, Staff(no="A1", name="审计", kind="", role="auditor"))
        set_role(connection, "A1", "auditor")
    staff.set_pin(desk, "A1", "8642")
    staff.sign_in(desk, "A1", "8642")
    staff.change_own_pin(desk, "8642", "9753")
    assert staff.sign_in(desk, "A1", "9753").role == "auditor"
    assert refusal(staff.set_pin, desk, "A1", "8642") == "auditor_reads_only"


def test_whoever_has_the_recovery_key_gives_a_manager_another_pin(desk: Context, clock: Clock) -> None:
    from frontdesk.backup.service import confirm_recovery_key, new_recovery_key

    command = open_context(desk.home, source="cli", clock=clock)
    assert refusal(staff.reset_manager, command, "M001", "1" * 48, "8642") == "no_recovery_key"
    staff.sign_in(desk, "M001", "2580")
    key = new_recovery_key(desk)
    confirm_recovery_key(desk, key.digits)
    for _ in range(3):
        refusal(staff.sign_in, command, "M001", "0000")
    assert refusal(staff.reset_manager, replace(desk, source="desk"), "M001", key.digits, "8642") == "reset_by_command"
    assert refusal(staff.reset_manager, command, "M001", "1" * 48, "8642") != ""
    assert refusal(staff.reset_manager, command, "nobody", key.digits, "8642") == "unknown_staff"
    assert staff.reset_manager(command, "M001", key.digits, "8642").no == "M001"
    assert command.operator is None
    assert staff.sign_in(command, "M001", "8642").role == "manager"
    row = desk.database.connection.execute("SELECT * FROM audit WHERE action = 'staff.reset_manager'").fetchone()
    assert (row["operator_no"], row["subject"]) == (None, "M001") and key.digits not in row["detail"]
    command.database.close()

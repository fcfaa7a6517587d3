"""Settings are changed by managers, with what they were in the audit log, and taken up by windows that are open."""

from __future__ import annotations

import json

import pytest

from db import centre as centres
from db import staff as staff_records
from db.staff import Staff
from frontdesk.context import Context, Operator, open_context
from frontdesk.errors import DeskError
from frontdesk.settings import rules
from frontdesk.settings.service import listed, reset, set_setting
from frontdesk.shell.desk import Desk


def notes(context: Context) -> list[tuple[str, dict[str, object]]]:
    """Which settings were noted in the audit log, and what of them."""
    rows = context.database.connection.execute(
        "SELECT subject, detail FROM audit WHERE action = 'setting.changed' ORDER BY id"
    )
    return [(row[0], json.loads(row[1])) for row in rows]


def code_of(call: object, *arguments: object) -> str:
    with pytest.raises(DeskError) as refused:
        call(*arguments)  # type: ignore[operator]
    return refused.value.code


def test_every_setting_is_listed_with_its_default(desk: Context) -> None:
    found = listed(desk)
    assert [one.name for one in found] == [name for group in rules.GROUPS.values() for name in group]
    assert not any(one.is_changed for one in found)


def test_a_change_is_in_force_at_once_and_noted_once_with_before_and_after(desk: Context) -> None:
    assert set_setting(desk, "undo_minutes", "25") == 25
    set_setting(desk, "undo_minutes", "２５")
    set_setting(desk, "hour_milestones", "50, 100")
    assert desk.settings.undo_minutes == 25
    assert desk.settings.hour_milestones == (50, 100)
    assert notes(desk) == [
        ("undo_minutes", {"before": 10, "after": 25}),
        ("hour_milestones", {"before": [100, 300, 600, 1000, 1500], "after": [50, 100]}),
    ]


def test_bringing_the_default_back_leaves_nothing_stored(desk: Context) -> None:
    set_setting(desk, "kiosk_sound", "0")
    assert centres.settings(desk.database.connection) == {"kiosk_sound": 0}
    assert reset(desk, "kiosk_sound") == 1
    set_setting(desk, "undo_minutes", "10")
    assert centres.settings(desk.database.connection) == {}
    assert notes(desk)[-1] == ("kiosk_sound", {"before": 0, "after": 1})


def test_names_and_phones_do_not_come_into_the_audit_log(desk: Context) -> None:
    set_setting(desk, "certificate_responsible", "王五")
    set_setting(desk, "certificate_contact", "021-55550123")
    noted = json.dumps(notes(desk), ensure_ascii=False)
    assert "王五" not in noted
    assert "55550123" not in noted
    assert notes(desk)[0][1]["before"] == ""


def test_only_a_manager_changes_settings_also_if_demoted_a_moment_ago(desk: Context) -> None:
    with desk.database.write() as connection:
        staff_records.put(connection, Staff(no="S101", name="李磊", kind="专职"))
    desk.operator = Operator("S101", "李磊", "operator")
    assert code_of(set_setting, desk, "undo_minutes", "20") == "manager_required"
    assert code_of(reset, desk, "undo_minutes") == "manager_required"
    desk.operator = Operator("S101", "李磊", "manager")
    assert code_of(set_setting, desk, "undo_minutes", "20") == "manager_required"
    assert notes(desk) == []


def test_an_unknown_setting_and_a_value_that_it_cannot_have_are_refused(desk: Context) -> None:
    assert code_of(set_setting, desk, "colour", "red") == "unknown_setting"
    assert code_of(reset, desk, "colour") == "unknown_setting"
    assert code_of(set_setting, desk, "undo_minutes", "soon") == "not_allowed"
    assert centres.settings(desk.database.connection) == {}


def test_an_open_window_takes_a_changed_setting_before_its_next_use_case(desk: Context) -> None:
    window = Desk(desk.home, "kiosk", desk.clock)
    try:
        before = window.submit(lambda context: context.settings.same_scan_seconds).result()
        set_setting(desk, "same_scan_seconds", "33")
        after = window.submit(lambda context: context.settings.same_scan_seconds).result()
        reset(desk, "same_scan_seconds")
        again = window.submit_scan(lambda context: context.settings.same_scan_seconds).result()
    finally:
        window.close()
    assert (before, after, again) == (10, 33, 10)


def test_the_settings_are_read_again_only_after_another_window_has_written(desk: Context) -> None:
    second = open_context(desk.home, source="desk", clock=desk.clock)
    second.refresh_settings()
    statements: list[str] = []
    second.database.connection.set_trace_callback(statements.append)
    second.refresh_settings()
    second.refresh_settings()
    assert [one for one in statements if "setting" in one] == []
    set_setting(desk, "undo_minutes", "20")
    second.refresh_settings()
    second.refresh_settings()
    assert len([one for one in statements if "setting" in one]) == 1
    second.database.close()


def damage(context: Context, name: str, value: str) -> None:
    """What a hand or a disk does to the file."""
    with context.database.write() as connection:
        connection.execute("INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", (name, value))


def test_a_damaged_setting_stops_no_open_window_and_no_scan(desk: Context) -> None:
    from frontdesk.volunteers.service import scan

    window = Desk(desk.home, "kiosk", desk.clock)
    try:
        window.submit(lambda context: context.settings).result()
        damage(desk, "undo_minutes", '"abc"')
        outcome = window.submit_scan(lambda context: scan(context, "1" * 20, nonce="n")).result()
        assert outcome.result == "refused"
        assert window.submit(lambda context: context.settings.undo_minutes).result() == 10
        assert window.submit(lambda context: context.damaged_settings).result() == ("undo_minutes",)
    finally:
        window.close()


@pytest.mark.parametrize("typed", [None, "10", "25"])
def test_a_damaged_setting_is_listed_as_such_until_it_is_set_or_reset(desk: Context, typed: str | None) -> None:
    damage(desk, "undo_minutes", '"abc"')
    damage(desk, "certificate_contact", '["021-55550123"]')
    assert [one.name for one in listed(desk) if one.is_damaged] == ["undo_minutes", "certificate_contact"]
    value = reset(desk, "undo_minutes") if typed is None else set_setting(desk, "undo_minutes", typed)
    reset(desk, "certificate_contact")
    assert not any(one.is_damaged for one in listed(desk))
    assert centres.settings(desk.database.connection) == ({"undo_minutes": 25} if typed == "25" else {})
    assert notes(desk) == [
        ("undo_minutes", {"before": None, "after": value}),
        ("certificate_contact", {"before": None, "after": ""}),
    ]

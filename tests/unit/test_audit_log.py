"""The audit log as it is read: in words, narrowed down, by whom it may be read, and what shows when it was cut."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from openpyxl.reader.excel import load_workbook

import frontdesk
from db import changes
from db.personal import COLUMNS, is_hidden
from frontdesk.audit import service
from frontdesk.audit.reading import entry_lines, filter_words, verified_lines
from frontdesk.audit.service import Anchor, Filter, Shown
from frontdesk.audit.words import NOT_SHOWN
from frontdesk.context import Context, Operator
from frontdesk.errors import DeskError
from frontdesk.locale import LANGUAGES, catalogue, speaking
from frontdesk.residents import service as residents
from frontdesk.settings.service import set_setting
from tests.desks import NOON, new_desk
from tests.sources import nodes, parsed

COLLEAGUE = Operator("A1", "甲", "operator")
AUDITOR = Operator("S1", "审", "auditor")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    with context.change("test.staffed", "staff") as connection:
        for one in (COLLEAGUE, AUDITOR):
            connection.execute(
                "INSERT INTO staff (no, name, kind, role) VALUES (?, ?, '', ?)", (one.no, one.name, one.role)
            )
    yield context
    context.database.close()


def as_one(context: Context, operator: Operator | None) -> Context:
    return replace(context, operator=operator)


def told(shown: Shown, context: Context) -> str:
    return "\n".join(words for words, _ in entry_lines(shown, context.local))


def test_an_entry_says_who_changed_what_before_and_after_and_nothing_of_people(desk: Context) -> None:
    made = residents.add(desk, {"name": "张秀英", "phone": "13812340001"})
    residents.change(desk, made.id, {"name": "张绣英", "gender": "女"})
    set_setting(desk, "same_scan_seconds", "20")
    newest = service.entries(desk, Filter())
    with speaking("zh_CN"):
        changed = told(service.entry(desk, newest[1].id), desk)
        assert "谁：M001 王五" in changed and "居民 1 修改" in changed and "姓名或名称：已改" in changed
        assert not any(secret in changed for secret in ("张", "英", "女", "1381", "0001"))
        setting = told(service.entry(desk, newest[0].id), desk)
        assert "修改设置" in setting and "之前：" in setting and "之后：20" in setting
    with speaking("en"):
        assert "changed a resident" in told(service.entry(desk, newest[1].id), desk)


def test_the_list_is_narrowed_by_day_person_kind_words_and_row_and_paged(desk: Context) -> None:
    for name in ("张秀英", "李建国", "王子轩"):
        residents.add(desk, {"name": name})
    desk.clock = lambda: NOON + timedelta(days=1)
    residents.change(as_one(desk, COLLEAGUE), 2, {"note": "来电"})
    total = service.count(desk, Filter())
    every = service.entries(desk, Filter(), 0, total)
    assert [one.id for one in every] == sorted((one.id for one in every), reverse=True)
    assert [one.id for page in range(0, total, 2) for one in service.entries(desk, Filter(), page, 2)] == [
        one.id for one in every
    ]
    found = {
        "day": Filter(first=date(2026, 11, 10), last=date(2026, 11, 10)),
        "person": Filter(operator_no="A1"),
        "row": replace(service.history("resident", "2"), first=date(2026, 11, 10)),
        "words": Filter(text="修改居民"),
    }
    for name, wanted in found.items():
        with speaking("zh_CN"):
            assert [one.action for one in service.entries(desk, wanted)] == ["resident.changed"], name
            assert service.count(desk, wanted) == 1 and filter_words(wanted)
    assert service.count(desk, Filter(kind="resident")) == 4 == service.count(desk, Filter(text="resident."))
    assert service.count(desk, service.history("resident", "2")) == 2
    assert service.count(desk, Filter(text="%")) == 0 == service.count(desk, Filter(kind="resid_nt"))
    with pytest.raises(service.AuditError, match="days_turned"):
        service.count(desk, Filter(first=date(2026, 11, 10), last=date(2026, 11, 9)))


def test_operators_see_their_own_entries_only_and_nobody_signed_in_none(desk: Context) -> None:
    residents.add(desk, {"name": "张秀英"})
    colleague = as_one(desk, COLLEAGUE)
    residents.add(colleague, {"name": "李建国"})
    assert {one.operator_no for one in service.entries(colleague, Filter())} == {"A1"}
    assert service.operators(colleague) == [("A1", "甲")]
    other = next(one for one in service.entries(desk, Filter()) if one.operator_no == "M001")
    with pytest.raises(service.AuditError, match="unknown_entry"):
        service.entry(colleague, other.id)
    with pytest.raises(DeskError, match="manager_required"):
        service.entries(colleague, Filter(operator_no="M001"))
    with pytest.raises(DeskError, match="manager_required"):
        service.export(colleague, Filter(), desk.home.path / "x.xlsx")
    with pytest.raises(DeskError, match="operator_required"):
        service.entries(as_one(desk, None), Filter())
    assert service.verify(as_one(replace(desk, source="cli"), None)).is_sound
    assert service.entry(as_one(desk, AUDITOR), other.id).line == other


def test_the_workbook_holds_what_was_done_and_nobody_s_name_and_that_it_was_written_is_noted(desk: Context) -> None:
    made = residents.add(desk, {"name": "张秀英", "phone": "13812340001", "note": "听力不好"})
    residents.change(desk, made.id, {"birth": "1950-01-02"})
    out = desk.home.path / "log.xlsx"
    entries = service.export(as_one(desk, AUDITOR), Filter(), out)
    book = load_workbook(out)
    cells = [
        str(cell) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row if cell
    ]
    assert len(book.worksheets) == 2 and entries == service.count(desk, Filter()) - 1
    assert not any(secret in cell for secret in ("张秀英", "13812340001", "听力", "1950", "王五") for cell in cells)
    last = service.entries(desk, Filter(), 0, 1)[0]
    assert (last.action, last.operator_no, last.subject) == ("audit.exported", "S1", str(entries))


def test_an_end_that_was_cut_off_shows_by_what_stands_in_reports_and_by_the_record_of_backups(desk: Context) -> None:
    connection = desk.database.connection
    residents.add(desk, {"name": "张秀英"})
    head = service.summary(desk).head
    body = json.dumps({"audit_head": head})
    connection.execute(
        "INSERT INTO outbox (report_id, kind, period, revision, body, body_hash, state, submitted_at, state_at) "
        "VALUES ('r', 'weekly', '2026-W45', 1, ?, 'x', 'unsent', 0, 0)",
        (body.encode(),),
    )
    with desk.change("backup.made", "a.fdbackup") as writing:
        writing.execute(
            "INSERT INTO backup (kind, state, made_at, day, name, digest) "
            "VALUES ('daily', 'good', 0, '2026-11-09', 'a.fdbackup', x'00')"
        )
    seen: list[tuple[int, int]] = []
    found = service.verify(desk, lambda done, total: seen.append((done, total)))
    assert found.is_sound and found.anchors == 2 and seen[-1] == (found.entries, found.entries)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("DROP TRIGGER audit_change_never_deleted")
    for cut, lost in (
        ("backup.made", [Anchor("backup", "a.fdbackup")]),
        ("resident.added", [Anchor("report", "2026-W45 r1", head), Anchor("backup", "a.fdbackup")]),
    ):
        connection.execute("DELETE FROM audit WHERE id >= (SELECT max(id) FROM audit WHERE action = ?)", (cut,))
        connection.execute("DELETE FROM audit_change WHERE entry > (SELECT max(id) FROM audit)")
        found = service.verify(desk)
        assert found.first_broken is None and list(found.lost) == lost and not found.is_sound
        assert all(one.name in "".join(verified_lines(found)) for one in lost)


@cache
def actions_in_the_code() -> set[str]:
    """Every action that stands in the program as a text, given to `change` or `note` of a context."""
    found = set[str]()
    for path in Path(frontdesk.__path__[0]).rglob("*.py"):
        if "district" in path.parts or "locale" in path.parts:
            continue
        tree = parsed(path)
        constants = {
            one.targets[0].id: one.value.value
            for one in tree.body
            if isinstance(one, ast.Assign)
            and isinstance(one.targets[0], ast.Name)
            and isinstance(one.value, ast.Constant)
        }
        for one in nodes(path):
            if (
                isinstance(one, ast.Call)
                and isinstance(one.func, ast.Attribute)
                and one.func.attr in ("change", "note")
            ):
                if "context" not in ast.unparse(one.func.value):
                    continue
                place = 1 if one.func.attr == "note" else 0
                said = one.args[place] if len(one.args) > place else None
                value = (
                    said.value if isinstance(said, ast.Constant) else constants.get(ast.unparse(said)) if said else ""
                )
                found |= {value} if isinstance(value, str) and value else set()
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_actions_tables_and_columns_have_words(language: str) -> None:
    actions, rows = catalogue(language, "audit_actions"), catalogue(language, "audit_rows")
    found = actions_in_the_code()
    assert len(found) > 150 and sorted(found - actions.keys()) == []
    assert sorted({f"kind.{one.partition('.')[0]}" for one in found} - actions.keys()) == []
    assert sorted(table for table in changes.watched() if f"table.{table}" not in rows) == []
    columns = {
        column
        for table in changes.watched()
        for column, kind in COLUMNS[table].items()
        if kind not in ("derived", "phone_key") and column not in NOT_SHOWN
    }
    assert sorted(column for column in columns if f"column.{column}" not in rows) == []


def test_an_import_is_told_row_by_row_and_stays_cheap(desk: Context, tmp_path: Path) -> None:
    sheet = tmp_path / "居民.csv"
    sheet.write_text("姓名,电话\n" + "".join(f"张{one},1381234{one:04d}\n" for one in range(300)), encoding="utf-8-sig")
    assert residents.import_residents(desk, sheet).is_clean
    entry = service.entries(desk, Filter(kind="imported"), 0, 1)[0]
    assert entry.changed == 300
    kept = desk.database.connection.execute("SELECT sum(length(detail)) FROM audit_change").fetchone()[0]
    assert kept < 300 * 600
    lines = entry_lines(service.entry(desk, entry.id), desk.local)
    assert len(lines) > 600 and is_hidden("resident", "name")


def test_the_last_entry_is_the_one_made_last_also_after_the_clock_was_set_back(desk: Context) -> None:
    desk.clock = lambda: NOON + timedelta(days=40)
    set_setting(desk, "public_minimum", "7")
    desk.clock = lambda: NOON
    set_setting(desk, "public_minimum", "8")
    assert service.summary(desk).last_at == round(NOON.timestamp() * 1000)

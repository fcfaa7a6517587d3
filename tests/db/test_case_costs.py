"""What use cases of cases ask of the file: so many statements and transactions, by these indices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import cases as records
from db.cases import CaseRow
from db.erasing import ERASED
from frontdesk.calendar.service import set_day
from frontdesk.cases import choosing, dating, drafts, people, recording, service
from frontdesk.cases.definition.model import FieldDefinition, Label
from frontdesk.cases.errors import CaseError
from frontdesk.context import Context
from frontdesk.privacy import service as privacy
from tests.desks import passing_desk


@contextmanager
def statements(desk: Context) -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    asked: list[str] = []
    desk.database.connection.set_trace_callback(asked.append)
    try:
        yield asked
    finally:
        desk.database.connection.set_trace_callback(None)


def plan_of(desk: Context, sql: str) -> list[str]:
    return [row[3] for row in desk.database.connection.execute(f"EXPLAIN QUERY PLAN {sql}")]


def numbered(desk: Context, numbers: list[str]) -> None:
    """Records of first contacts with these numbers, as bare rows."""
    with desk.database.write() as connection:
        for number in numbers:
            row = CaseRow(
                0, "first_contact", 1, number, "", "open", 1, "", "2026-11-09", None, "", None, False, "{}", 1
            )
            records.insert(connection, row)


def grid(desk: Context, name: str) -> CaseRow:
    return service.open_case(desk, "grid", {"name": name, "level": "unit", "leader": "M001"}).row


def test_dates_are_set_again_some_at_a_time_so_that_others_write_in_between(
    desk: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        service.open_case(desk, "complaint", {"matter": "噪音", "handler": "M001"})
    service.set_dates_again(desk)
    set_day(desk, date(2026, 11, 10), "holiday", "停电")
    monkeypatch.setattr(dating, "AT_ONCE", 2)
    with statements(desk) as asked:
        assert service.set_dates_again(desk) == 5
    begun = [place for place, sql in enumerate(asked) if sql.startswith("BEGIN IMMEDIATE")]
    moved = [place for place, sql in enumerate(asked) if sql.startswith("UPDATE case_record SET due_on")]
    in_each = [sum(first < place < last for place in moved) for first, last in pairwise([*begun, len(asked)])]
    assert sum(in_each) == 5 and max(in_each) == 2
    assert not service.date_waiting(desk)


@settings(max_examples=25)
@given(st.lists(st.integers(1, 200_000), unique=True, max_size=8), st.integers(2, 6))
def test_the_last_number_is_the_highest_however_many_digits_numbers_have(counted: list[int], digits: int) -> None:
    with passing_desk() as (desk, _):
        numbered(desk, [f"SW2026-{one:0{digits}d}" for one in counted] + ["SW2025-9999999", "SW2027-1"])
        last = records.last_number(desk.database.connection, "first_contact", "SW2026-")
        assert last == (f"SW2026-{max(counted):0{digits}d}" if counted else "")


def test_a_number_is_given_without_reading_or_sorting_those_of_the_year(desk: Context) -> None:
    with statements(desk) as asked:
        records.last_number(desk.database.connection, "first_contact", "SW2026-")
    plan = plan_of(desk, next(sql for sql in asked if "case_record" in sql))
    assert any("case_record_last (definition=? AND <expr>=? AND number>? AND number<?)" in line for line in plan)
    assert not [line for line in plan if "TEMP B-TREE" in line or "SCAN case_record" in line]


def test_what_is_there_once_is_asked_in_one_statement_however_many_are_open(desk: Context) -> None:
    counts = []
    for name in ("东片", "西片", "南片"):
        with statements(desk) as asked:
            grid(desk, name)
        unique = [sql for sql in asked if "json_extract(said, '$.name')" in sql]
        assert len(unique) == 1
        assert any("case_record_open (definition=?)" in line for line in plan_of(desk, unique[0]))
        counts.append(len([sql for sql in asked if "FROM case_record" in sql]))
    assert counts[0] == counts[2]
    with pytest.raises(CaseError) as refused:
        grid(desk, "西片")
    assert refused.value.code == "not_unique"


def test_a_month_of_ratings_is_read_once_for_all_sessions_of_a_loop_and_not_for_few_answers(desk: Context) -> None:
    from frontdesk.feedback.service import session_figures

    held = {f"HD{number:03d}": date(2026, 11, 2 + number) for number in range(4)}
    with statements(desk) as asked:
        assert session_figures(desk, held) == {}
    assert len([sql for sql in asked if "FROM rating" in sql]) == len(held)
    assert all("rating_subject" in "".join(plan_of(desk, sql)) for sql in asked if "FROM rating" in sql)


def test_organisations_are_read_once_for_all_keys_of_a_dialog(desk: Context) -> None:
    for name in ("安亭阳光社工站", "民星志愿者协会"):
        service.open_case(desk, "incubation", {"organisation": name, "org_kind": "elder"})
    field = FieldDefinition(code="by", kind="organisation", name=Label(zh_CN="单位"))
    remembered = choosing.Remembered()
    assert len(choosing.choosable(desk, field, "", remembered)) == 2
    with statements(desk) as asked:
        found = [choosing.choosable(desk, field, text, remembered) for text in ("atyg", "民星", "zzz")]
    assert [[one.key for one in those] for those in found] == [["安亭阳光社工站"], ["民星志愿者协会"], []]
    assert [sql for sql in asked if "case_record" in sql] == []


def test_within_an_erasing_only_what_mentions_the_person_is_unsealed(
    desk: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others wait for its transaction, and records of years are many."""
    name = "欧阳秘密"
    visit = service.open_case(desk, "first_contact", {"matter": "医保", "visitor": name, "phone": "13800004321"})
    service.take_step(desk, visit.row.id, "answer_now", {"answer": "好"})
    for number in range(6):
        parties = [{"name": "司马相如", "phone": f"1390000111{number}"}, {"name": "钱二"}]
        service.open_case(desk, "mediation", {"matter": "漏水", "parties": parties})
        drafts.keep_draft(desk, "repair", 0, f"{number}", {"what": f"{name}报修" if number == 3 else "灯坏了"})
    unsealed: list[bytes] = []

    def opened(context: Context, sealed: Mapping[str, bytes]) -> dict[str, object]:
        if context.database.is_writing:
            unsealed.extend(sealed.values())
        return recording.opened(context, sealed)

    monkeypatch.setattr(people, "opened", opened)
    privacy.erase(desk, [privacy.read_subject(f"case/{visit.row.id}-visitor")])
    # The two fields of the person, and the one form.
    assert 0 < len(set(unsealed)) <= 3
    assert drafts.draft(desk, "repair", 0, "3") == {"what": f"{ERASED}报修"}


def test_titles_are_masked_once_until_something_was_written(desk: Context) -> None:
    said = {"matter": "欧阳秘密说楼道堆物", "handler": "M001", "person": "欧阳秘密"}
    view = service.open_case(desk, "complaint", said)
    assert [one.title for one in service.work_list(desk)] == ["欧阳**说楼道堆物"]
    with statements(desk) as asked:
        assert [one.title for one in service.work_list(desk)] == ["欧阳**说楼道堆物"]
    assert [sql for sql in asked if "case_person" in sql] == []
    service.correct(desk, view.row.id, {"person": "司马相如"}, "认错了人")
    assert [one.title for one in service.work_list(desk)] == ["欧阳秘密说楼道堆物"]

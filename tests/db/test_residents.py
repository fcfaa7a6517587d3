"""The register of residents: found by whatever is typed, nothing given away, nothing lost by merging."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import activities, registrations
from db.activities import Session
from db.registrations import GONE
from frontdesk.common.names import is_han
from frontdesk.common.pinyin import search_terms
from frontdesk.context import Context, Operator
from frontdesk.demo.names import COMPOUND, READ_OTHERWISE
from frontdesk.errors import DeskError
from frontdesk.residents import service as residents
from frontdesk.residents.keeping import index_waiting
from frontdesk.settings.service import set_setting
from tests.desks import passing_desk


def code_of(call: Any, *arguments: Any, **named: Any) -> str:
    with pytest.raises(DeskError) as refusal:
        call(*arguments, **named)
    return refusal.value.code


def found(context: Context, text: str) -> list[str]:
    return [one.name for one in residents.find(context, text)]


surnames = st.sampled_from([*READ_OTHERWISE, *COMPOUND, "吕", "张"])
people = st.lists(
    st.tuples(surnames, st.sampled_from(["秀英", "建国", "䶮", "子轩", "重庆"]), st.integers(0, 9999)),
    min_size=1,
    max_size=8,
    unique_by=(lambda one: one[0] + one[1], lambda one: one[2]),
)


@settings(max_examples=15)
@given(people)
def test_everybody_is_found_by_each_reading_character_and_tail_also_from_an_import_past_the_use_cases(
    wanted: list[tuple[str, str, int]],
) -> None:
    with passing_desk() as (context, _):
        names = {surname + given_name: f"1541234{tail:04d}" for surname, given_name, tail in wanted}
        with context.database.write() as connection:
            for place, (name, phone) in enumerate(names.items()):
                residents.resident(context, connection, name, phone)
                if place % 2:
                    # As a program before this one wrote people down.
                    connection.execute("DELETE FROM search_term")
                    connection.execute("UPDATE resident SET indexed = 0")
        while index_waiting(context, 2):
            pass
        for name, phone in names.items():
            latin = [term for term in search_terms(name) if term.isascii()]
            texts = [name, *(one for one in name if is_han(one)), *latin, phone[-4:], phone]
            assert [text for text in texts if name not in found(context, text)] == []


def test_surnames_are_found_by_their_reading_as_surnames_and_lv_also_as_lu(desk: Context) -> None:
    for place, name in enumerate(("单雄信", "曾国庆", "仇英", "区适子", "吕布", "尉迟恭", "欧阳修")):
        residents.add(desk, {"name": name, "phone": f"1540000000{place}"})
    typed = {"shan": "单雄信", "zgq": "曾国庆", "qiu": "仇英", "ou": "区适子", "lb": "吕布", "yuchi": "尉迟恭"}
    for text, name in {**typed, "lv": "吕布", "lu": "吕布", "oyx": "欧阳修"}.items():
        assert name in found(desk, text), text


def test_who_is_called_so_comes_before_who_has_the_character_further_on(desk: Context) -> None:
    for place, name in enumerate(("夏侯一", "王侯", "侯子轩", "夏侯渊", "侯岩", "后羿明", "何欧一")):
        residents.add(desk, {"name": name, "phone": f"1540000000{place}"})
    assert found(desk, "侯") == ["侯子轩", "侯岩", "王侯", "夏侯一", "夏侯渊"]
    assert found(desk, "夏侯") == ["夏侯一", "夏侯渊"]
    assert [one.name for one in residents.find(desk, "侯", 2)] == ["侯子轩", "侯岩"]
    assert found(desk, "houyan")[0] == "侯岩" and found(desk, "hy")[0] == "侯岩"


def test_a_run_of_indexing_that_is_interrupted_has_lost_nothing(desk: Context) -> None:
    with desk.database.write() as connection:
        for place in range(6):
            residents.resident(desk, connection, f"王{'一二三四五六'[place]}", f"1540000000{place}")
        connection.execute("DELETE FROM search_term")
        connection.execute("UPDATE resident SET indexed = 0")
    assert index_waiting(desk, 2) == 2
    with pytest.raises(RuntimeError), desk.database.write() as connection:
        connection.execute("UPDATE resident SET indexed = 1")
        raise RuntimeError
    assert [index_waiting(desk, 3), index_waiting(desk, 3), index_waiting(desk, 3)] == [3, 1, 0]
    assert len(found(desk, "wang")) == 6


def test_a_search_never_writes_for_an_auditor_and_inside_a_transaction(desk: Context) -> None:
    with desk.database.write() as connection:
        residents.resident(desk, connection, "王一", "15400000001")
        connection.execute("DELETE FROM search_term")
        connection.execute("UPDATE resident SET indexed = 0")
    desk.operator = Operator("M001", "王五", "auditor")
    assert found(desk, "wang") == []
    desk.operator = Operator("M001", "王五", "manager")
    with desk.database.reading():
        assert found(desk, "wang") == []
    assert found(desk, "wang") == ["王一"]


def test_while_many_wait_a_search_writes_nothing_and_finds_them_as_they_are_written(desk: Context) -> None:
    with desk.database.write() as connection:
        for place in range(12):
            residents.resident(desk, connection, f"王{chr(0x4E00 + place)}", f"154000000{place:02d}")
        connection.execute("DELETE FROM search_term")
        connection.execute("UPDATE resident SET indexed = 0")
    before = desk.database.changes_seen()
    assert len(found(desk, "王")) == 12
    assert found(desk, "wang") == []
    assert desk.database.changes_seen() == before
    assert index_waiting(desk, 5) == 5
    assert len(found(desk, "王")) == len(found(desk, "wang")) == 12


def test_no_phone_stands_in_the_file_and_looking_at_one_is_logged(desk: Context, tmp_path: Path) -> None:
    said = {"phone": "154 0000 4321", "birth": "2018", "guardian_name": "王一", "guardian_phone": "15400008765"}
    made = residents.add(desk, {"name": "王小二", **said, "guardian_consent_on": "今天"})
    residents.change(desk, made.id, {"note": "常来"})
    assert residents.contact(desk, made.id).guardian_phone == "15400008765"
    assert [
        row[0] for row in desk.database.connection.execute("SELECT action FROM audit ORDER BY id DESC LIMIT 1")
    ] == ["resident.contact_shown"]
    assert found(desk, "4321") == found(desk, "8765") == ["王小二"]
    desk.database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in (tmp_path / "home").rglob("*"):
        content = path.read_bytes() if path.is_file() and path.suffix != ".key" else b""
        for digits in (b"15400004321", b"15400008765"):
            assert digits not in content, path


@pytest.mark.parametrize("field", ["name", "birth", "gender", "area", "tags", "consent_on", "guardian_name", "note"])
def test_what_may_be_an_identity_number_is_kept_nowhere_and_not_repeated(desk: Context, field: str) -> None:
    with pytest.raises(DeskError) as refusal:
        residents.add(desk, {"name": "王芳", field: "证 310114195107021234"})
    assert (refusal.value.code, refusal.value.details) == ("long_number", {})


def test_what_a_key_and_a_history_read_is_found_in_indexes(desk: Context) -> None:
    asked: list[str] = []
    made = residents.add(desk, {"name": "王芳", "phone": "15400001234"})
    desk.database.connection.set_trace_callback(asked.append)
    for text in ("wang", "1234", "15400001234", "王"):
        residents.find(desk, text)
    residents.history(desk, made.id)
    residents.household_of(desk, made.id)
    desk.database.connection.set_trace_callback(None)
    plans = [
        row["detail"]
        for statement in asked
        if statement.startswith(("SELECT", "WITH"))
        for row in desk.database.connection.execute(f"EXPLAIN QUERY PLAN {statement}")
    ]
    assert plans
    wide = [plan for plan in plans if plan.startswith("SCAN") and plan not in ("SCAN CONSTANT ROW", "SCAN mine")]
    assert [plan for plan in wide if "json_each" not in plan and "resident_to_index" not in plan] == []


def test_the_same_name_and_phone_are_one_person_and_a_family_shares_a_phone(desk: Context) -> None:
    mother = residents.add(desk, {"name": "王芳", "phone": "15400001234"})
    child = residents.add(desk, {"name": "王小芳", "phone": "15400001234"})
    assert code_of(residents.add, desk, {"name": "王芳", "phone": "15400001234"}, even_if_known=True) == "known_already"
    assert code_of(residents.add, desk, {"name": "王芳"}) == "same_name"
    other = residents.add(desk, {"name": "王芳"}, even_if_known=True)
    assert [one.id for one in residents.same_phone(desk, "154-0000-1234", child.id)] == [mother.id]
    assert len(residents.find(desk, "15400001234", -1)) == len(residents.find(desk, "wf", -1)) == 2
    assert code_of(residents.change, desk, other.id, {"phone": "15400001234"}) == "known_already"
    assert code_of(residents.change, desk, other.id, {"note": "x"}, revision=other.revision + 1) == "changed_meanwhile"


def test_a_household_takes_in_and_ends_when_one_is_left(desk: Context) -> None:
    a, b, c = (
        residents.add(desk, {"name": f"王{one}", "phone": f"1540000123{i}"}).id for i, one in enumerate("一二三")
    )
    number = residents.set_household(desk, (a, b))
    assert residents.set_household(desk, (c, a)) == number
    assert {one.id for one in residents.household_of(desk, b)} == {a, b, c}
    residents.leave_household(desk, c)
    residents.leave_household(desk, a)
    assert [residents.household_of(desk, one) for one in (a, b, c)] == [[], [], []]
    assert residents.set_household(desk, (a, c)) == 1


def test_a_child_needs_a_guardian_only_where_a_notice_is_in_force(desk: Context) -> None:
    child = residents.add(desk, {"name": "王小二", "birth": "2014"})
    assert residents.profile(desk, child.id).missing == ()
    assert code_of(residents.give_consent, desk, child.id) == "no_notice"
    set_setting(desk, "consent_notice_version", "2026-1")
    assert residents.profile(desk, child.id).missing == ("consent", "guardian")
    assert code_of(residents.add, desk, {"name": "王小三", "birth": "2012-11-23"}) == "guardian_needed"
    assert code_of(residents.give_consent, desk, child.id) == "guardian_needed"
    residents.change(desk, child.id, {"note": "喜欢画画"})
    guardian = {"guardian_name": "王一", "guardian_phone": "15400001234", "guardian_consent_on": "2026-11-01"}
    residents.change(desk, child.id, {**guardian, "consent_on": "2026-11-01"})
    assert residents.profile(desk, child.id).missing == ()
    residents.withdraw_consent(desk, child.id)
    assert residents.profile(desk, child.id).missing == ("consent", "guardian")
    assert code_of(residents.withdraw_consent, desk, child.id) == "no_consent"
    grown = residents.add(desk, {"name": "王四", "birth": "1990"})
    assert residents.give_consent(desk, grown.id).consent_version == "2026-1"


def put_sessions(context: Context, count: int) -> list[str]:
    codes = [f"HD{place:03d}" for place in range(count)]
    with context.change("test.filled", "centre") as connection:
        for place, code in enumerate(codes):
            starts_at = context.now_ms() + place * 86_400_000
            activities.put(
                connection,
                Session(
                    code=code,
                    day=context.local_day(starts_at),
                    starts_at=starts_at,
                    ends_at=starts_at + 3_600_000,
                    name=f"活动{place}",
                    category="文体服务",
                    capacity=9,
                ),
            )
    return codes


lists = st.lists(st.sampled_from(["none", "waitlisted", "cancelled_by_resident", "dropped"]), min_size=4, max_size=4)


def sign_ups(context: Context) -> dict[int, tuple[str, int, str]]:
    """Every sign-up by id: session, number, state."""
    rows = context.database.connection.execute("SELECT id, session_code, seq_no, state FROM registration")
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


@settings(max_examples=40)
@given(lists, lists, st.lists(st.booleans(), min_size=4, max_size=4))
def test_merging_loses_no_sign_up_and_is_refused_where_both_stand_on_a_list(
    own: list[str], theirs: list[str], party: list[bool]
) -> None:
    """Of each session either has no sign-up, a waiting one, or one that was left; a third may take `gone` along."""
    with passing_desk() as (context, _):
        kept = residents.add(context, {"name": "王芳", "phone": "15400001111"}).id
        gone = residents.add(context, {"name": "王方", "phone": "15400002222", "birth": "1960", "tags": "老年人"}).id
        third = residents.add(context, {"name": "李四", "phone": "15400003333"}).id
        codes = put_sessions(context, 4)
        with context.change("test.filled", "centre") as connection:
            for code, mine, other, taken in zip(codes, own, theirs, party, strict=True):
                for person, state in ((kept, mine), (gone, other)):
                    if state != "none":
                        _put(connection, code, person, state)
                if taken:
                    registrations.set_members(connection, _put(connection, code, third, "waitlisted"), [gone])
        before = sign_ups(context)
        active = [
            (mine == "waitlisted", other == "waitlisted" or taken)
            for mine, other, taken in zip(own, theirs, party, strict=True)
        ]
        both = [f"活动{place}" for place, (mine, other) in enumerate(active) if mine and other]
        assert list(residents.merge_preview(context, kept, gone).both_in) == both
        if both:
            assert code_of(residents.merge, context, kept, gone) == "both_in_session"
            assert residents.get(context, gone).id == gone
            return
        merged = residents.merge(context, kept, gone)
        assert sign_ups(context) == before
        standing = {line.session_code for line in residents.history(context, kept).lines if line.state not in GONE}
        assert standing == {code for code, stands in zip(codes, active, strict=True) if any(stands)}
        own_ids = {
            row[0]
            for row in context.database.connection.execute(
                "SELECT id FROM registration WHERE resident_id <> ?", (third,)
            )
        }
        taken_ids = {
            row[0] for row in context.database.connection.execute("SELECT registration_id FROM registration_member")
        }
        assert {line.registration_id for line in residents.history(context, gone).lines} == own_ids | taken_ids
        live = context.database.connection.execute(
            "SELECT DISTINCT resident_id FROM registration WHERE state = 'waitlisted' AND resident_id <> ?", (third,)
        )
        assert {row[0] for row in live} <= {kept}
        assert context.database.connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert (merged.birth, residents.line(context, gone).tags) == ("1960", ("老年人",))


def _put(connection: Any, code: str, person: int, state: str) -> int:
    registration_id = registrations.add(connection, code, person, 1, 1_700_000_000_000).id
    connection.execute("UPDATE registration SET state = ? WHERE id = ?", (state, registration_id))
    return registration_id


def test_whoever_was_merged_is_found_and_signs_up_as_the_one_that_is_left(desk: Context) -> None:
    kept = residents.add(desk, {"name": "王芳"}).id
    gone = residents.add(desk, {"name": "王芳", "phone": "15400002222"}, even_if_known=True).id
    older = residents.add(desk, {"name": "汪芳", "phone": "15400003333"}).id
    residents.merge(desk, gone, older)
    residents.merge(desk, kept, gone)
    assert [one.id for one in residents.find(desk, "2222")] == [kept]
    assert [one.id for one in residents.find(desk, "汪")] == [one.id for one in residents.find(desk, "3333")] == [kept]
    with desk.database.write() as connection:
        assert residents.resident(desk, connection, "王芳", "15400002222") == kept
        assert residents.resident(desk, connection, "汪芳", "15400003333") == kept
    assert residents.count(desk) == 1
    assert code_of(residents.change, desk, gone, {"note": "x"}) == "merged_already"
    assert code_of(residents.merge, desk, kept, older) == "merged_already"
    assert code_of(residents.merge, desk, kept, kept) == "same_resident"
    residents.change(desk, kept, {"name": "汪芳", "phone": "15400003333"})
    with desk.database.write() as connection:
        assert residents.resident(desk, connection, "汪芳", "15400003333") == kept

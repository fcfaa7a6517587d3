"""What forms of records ask for, hold, paste and tell: the pure parts, without a screen and without a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.cases import formrows, forms
from frontdesk.cases.definition.model import Definition, FieldDefinition
from frontdesk.cases.definition.persons import phone_beside
from frontdesk.cases.definition.reading import definitions
from frontdesk.cases.engine.values import MOST_ROWS, Value, read_value
from frontdesk.cases.forms import Asked, Trusting

TODAY = date(2026, 11, 20)
KNOWN = Trusting({"service_categories": ("生活服务", "为老服务")})
ALL = definitions(None)


def field(definition: str, code: str) -> FieldDefinition:
    found = ALL[definition].field(code)
    assert found is not None
    return found


def opening(definition: Definition) -> tuple[Asked, ...]:
    return forms.asked_fields(definition, "open", None, {})


@pytest.mark.parametrize("code", sorted(code for code, one in ALL.items() if one.kind != "duty"))
def test_every_form_asks_for_what_is_typed_and_for_nothing_that_follows(code: str) -> None:
    definition = ALL[code]
    for step in (None, *definition.transitions):
        asked = forms.asked_fields(definition, "step" if step else "open", step, {})
        keys = [one.key for one in asked]
        assert len(keys) == len(set(keys))
        assert not definition.worked_out.intersection(keys)
        if step is None:
            required = {one.code for one in definition.fields if one.required} - definition.worked_out
            assert required <= {one.key for one in asked if one.required}
        else:
            assert (forms.REASON in keys) == (step.reason != "none")
            assert {one.field for one in step.asks} - definition.worked_out == set(keys) - {forms.REASON}


def test_a_correction_asks_for_what_was_filled_in_and_shows_nobody() -> None:
    definition = ALL["complaint"]
    before: dict[str, Value] = {"matter": "噪声", "person": "欧阳秘密", "phone": "13800004321", "found": "属实"}
    asked = {one.key: one for one in forms.asked_fields(definition, "correct", None, before)}
    assert "found" in asked and "result" not in asked and asked[forms.REASON].required
    first = forms.begin(tuple(asked.values()), before)
    assert (first["matter"], first["person"], first["phone"]) == ("噪声", "", "")
    assert "秘密" not in asked["person"].stays and asked["phone"].stays.endswith("4321")
    typed = {**first, "matter": "夜间噪声", "phone": "-", forms.REASON: "听错了"}
    assert forms.told(tuple(asked.values()), first, typed, "correct") == ({"matter": "夜间噪声", "phone": ""}, "听错了")


def test_somebody_of_the_register_is_told_as_long_as_the_name_is_theirs() -> None:
    asked = opening(ALL["first_contact"])
    first = forms.begin(asked, {})
    chosen = {"visitor": {"name": "欧阳小明", "resident": 12}}
    typed = {**first, "visitor": "欧阳小明", forms.RESIDENTS: chosen}
    assert forms.told(asked, first, typed, "open")[0]["visitor"] == {"name": "欧阳小明", "resident": 12}
    assert forms.told(asked, first, {**typed, "visitor": "欧阳大明"}, "open")[0]["visitor"] == "欧阳大明"


def test_a_phone_belongs_to_whoever_is_named_before_it() -> None:
    def one(code: str, personal: str | None) -> FieldDefinition:
        return FieldDefinition.model_validate(
            {"code": code, "kind": "text", "name": {"zh_CN": code}, "personal": personal}
        )

    kinds = {"what": None, "giver": "name", "tel": "phone", "heir": "name", "house": "note", "cell": "phone"}
    fields = [one(*kind) for kind in (*kinds.items(), ("last", "name"))]
    assert [phone_beside(fields, code) for code in kinds] == ["", "tel", "tel", "cell", "cell", "cell"]
    assert phone_beside(fields, "last") == ""
    # One that stands before the name is of who follows, as for erasing.
    assert phone_beside([one("tel", "phone"), one("giver", "name")], "giver") == "tel"


def test_what_is_wrong_is_told_at_its_field_in_yuan_and_by_row() -> None:
    matter = next(one for one in opening(ALL["complaint"]) if one.key == "matter")
    assert "事由" in forms.fault(matter, "  ", TODAY, KNOWN)
    assert forms.fault(matter, "漏水", TODAY, KNOWN) == ""
    budget = next(one for one in opening(ALL["self_gov_fund"]) if one.key == "budget")
    rows = [{"line": "涂料", "amount": "12"}, {"line": "", "amount": ""}, {"line": "花", "amount": "很多"}]
    assert forms.fault(budget, rows, TODAY, KNOWN).startswith("第 3 行：")
    assert [(one.row, one.column) for one in forms.row_faults(budget.field, rows, TODAY, KNOWN)] == [(3, "amount")]
    lacking = [{"line": "", "amount": "5"}]
    assert [one.column for one in forms.row_faults(budget.field, lacking, TODAY, KNOWN)] == ["line"]


def test_dates_and_amounts_are_shown_back_as_they_are_understood() -> None:
    assert forms.echo(field("council_meeting", "held_on"), "下周三", TODAY, KNOWN) == "2026-11-25 (周三)"
    assert forms.echo(field("council_meeting", "held_on"), "改天", TODAY, KNOWN) == ""
    assert forms.echo(field("self_gov_fund", "approved"), "1200.5", TODAY, KNOWN) == "1,200.50 元"


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("涂料\t1,200.50\r\n花盆\t300\r\n", [{"line": "涂料", "amount": "1200.50"}, {"line": "花盆", "amount": "300"}]),
        ("金额\t科目\n5\t花\n", [{"amount": "5", "line": "花"}]),
        ("序号\t金额\n1\t5\n", [{"line": "序号", "amount": "金额"}, {"line": "1", "amount": "5"}]),
        ('"两\n行"\t7\n\n\t\n', [{"line": "两 行", "amount": "7"}]),
        ("\0\n", []),
    ],
)
def test_rows_are_read_as_spreadsheets_copy_them(text: str, rows: list[dict[str, str]]) -> None:
    columns = forms.typed_columns(ALL["self_gov_fund"], field("self_gov_fund", "budget"))
    assert list(formrows.read_pasted(columns, text).rows) == rows


def test_pasted_rows_beyond_the_room_are_counted() -> None:
    columns = forms.typed_columns(ALL["self_gov_fund"], field("self_gov_fund", "budget"))
    pasted = formrows.read_pasted(columns, "花\t1\n" * (MOST_ROWS + 3))
    assert (len(pasted.rows), pasted.left_out) == (MOST_ROWS, 3)


@given(st.text(max_size=200))
def test_whatever_is_pasted_gives_rows_of_the_columns(text: str) -> None:
    columns = field("council_meeting", "people").fields
    for row in formrows.read_pasted(columns, text).rows:
        assert row.keys() <= {one.code for one in columns} and any(row.values())


@given(st.lists(st.integers(0, 99)), st.data())
def test_moving_a_row_there_and_back_changes_nothing(numbers: list[int], data: st.DataObject) -> None:
    rows = [{"n": str(number)} for number in numbers]
    place = data.draw(st.integers(0, max(0, len(rows) - 1)))
    after, target = formrows.moved(rows, place, 1)
    assert sorted(after, key=str) == sorted(rows, key=str)
    if target != place:
        assert formrows.moved(after, target, -1) == (rows, place)


@given(st.lists(st.integers(0, 10**9), max_size=20))
def test_the_sum_of_a_money_column_is_that_of_its_fen(amounts: list[int]) -> None:
    budget = field("self_gov_fund", "budget")
    rows = [{"line": "花", "amount": f"{fen // 100}.{fen % 100:02d}"} for fen in amounts]
    assert formrows.totals(budget, rows, TODAY, KNOWN)["amount"] == sum(amounts)


_VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "money": st.integers(0, 10**9),
    "number": st.integers(0, 10**9),
    "date": st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(date.isoformat),
    "yes_no": st.booleans(),
}


@given(st.data())
def test_what_a_record_holds_is_read_again_from_the_form(data: st.DataObject) -> None:
    plain = [one for definition in ALL.values() for one in definition.fields if one.kind in _VALUES]
    one = data.draw(st.sampled_from(plain)).model_copy(update={"least": None, "most": None})
    value = data.draw(_VALUES[one.kind])
    assert read_value(one, forms.typed_of(one, value), TODAY, KNOWN) == value


def test_a_form_that_was_begun_takes_only_what_it_still_asks_for() -> None:
    asked = opening(ALL["self_gov_fund"])
    first = forms.begin(asked, {"lead": "S101"})
    kept = {"project": "楼道", "gone": "旧栏目", "budget": [{"line": "花", "amount": "1"}], "aim": ["不是字"]}
    found = forms.resumed(asked, first, kept)
    assert (found["project"], found["budget"], found["aim"]) == ("楼道", [{"line": "花", "amount": "1"}], "")
    assert found["lead"] == "S101" and "gone" not in found


def test_what_follows_from_what_is_typed_is_shown_before_it_is_saved() -> None:
    definition = ALL["self_gov_fund"]
    asked = opening(definition)
    typed: dict[str, object] = {"budget": [{"line": "花", "amount": "1.5"}, {"line": "漆", "amount": "x"}]}
    assert "budget" not in formrows.values_typed(asked, {}, typed, TODAY, KNOWN)
    typed = {"budget": [{"line": "花", "amount": "1.5"}, {"line": "漆", "amount": "2"}]}
    values = formrows.values_typed(asked, {}, typed, TODAY, KNOWN)
    assert [row["amount"] for row in values["budget"]] == [150, 200]  # type: ignore[union-attr,index]
    rows = [{"line": "花", "amount": "1.5"}, {"line": "漆", "amount": "2"}]
    worked = formrows.with_worked_columns(definition, field("self_gov_fund", "budget"), values, rows)
    assert all(row.items() >= typed.items() for row, typed in zip(worked, rows, strict=True))


@given(st.lists(st.tuples(st.sampled_from(["欧阳", "司马", "诸葛"]), st.integers(0, 3)), max_size=6), st.data())
def test_who_stands_in_a_row_goes_with_it_and_leaves_with_the_name(
    rows: list[tuple[str, int]], data: st.DataObject
) -> None:
    (parties,) = [one for one in opening(ALL["mediation"]) if one.key == "parties"]
    people = {(place, "name"): number for place, (_, number) in enumerate(rows, 1) if number}
    held = forms.with_standing([{"name": name} for name, _ in rows], people)
    first = forms.begin([parties], {"parties": held})
    typed = first["parties"]
    assert isinstance(typed, list)
    assert [forms.standing(row, "name") or 0 for row in typed] == [number for _, number in rows]
    order = data.draw(st.permutations(range(len(typed))))
    moved = [forms.stood(typed[place], None) for place in order]
    said, _ = forms.told([parties], {}, {"parties": moved}, "open")
    wanted = [{"name": rows[place][0], "resident": rows[place][1] or None} for place in order]
    assert [row["name"] for row in said["parties"]] == wanted  # type: ignore[attr-defined]
    for row in moved:
        other = forms.stood({**row, "name": "另一人"}, None)
        assert forms.standing(other, "name") is None and set(other) == {"name"}
        chosen = forms.stood({"name": "另一人"}, {"name": {"name": "另一人", "resident": 7}})
        assert forms.standing(chosen, "name") == 7

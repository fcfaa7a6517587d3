"""What a step carries into the record that it opens fits there, whatever the record says from which it comes."""

from __future__ import annotations

from datetime import date

import pytest

from frontdesk.cases import service
from frontdesk.cases.carrying import CUT, carried
from frontdesk.cases.definition.reading import definition_in, own_definitions
from frontdesk.cases.engine.values import Value, read_value
from frontdesk.cases.errors import CaseError
from frontdesk.cases.forms import Trusting, typed_of
from frontdesk.context import Context
from tests.db.test_case_persons import VISIT

TIGHT = VISIT.replace('zh_CN = "什么事" }', 'zh_CN = "什么事" }, most = 20').replace(
    """  { code = "said",""",
    """  { code = "cost", kind = "money", name = { zh_CN = "花费" }, most = 500 },
  { code = "phone", kind = "text", name = { zh_CN = "电话" }, personal = "phone" },
  { code = "guests", kind = "list", name = { zh_CN = "同来" }, most = 2, fields = [
    { code = "why", kind = "text", name = { zh_CN = "为何" }, most = 10 } ] },
  { code = "said",""",
)


def test_words_that_are_too_long_are_cut_with_a_mark_and_stay_whole_where_they_came_from(desk: Context) -> None:
    long = "水管漏水，" * 36
    row = {"item": "消防通道", "fine": "0", "repair": "1", "finding": long}
    made = service.open_case(desk, "inspection", {"items": [row]})
    service.take_step(desk, made.row.id, "rectify", {"rectify_until": "2026-12-31"})
    (repair,) = service.register(desk, "repair", 10)
    place = service.view(desk, repair.id).now.values["place"]
    field = own_definitions()["repair"].field("place")
    assert field is not None and isinstance(place, str)
    assert len(place) == field.most and place.endswith(CUT) and long.startswith(place.removesuffix(CUT))
    kept = service.view(desk, made.row.id).now.values["items"]
    assert isinstance(kept, list) and kept[0]["finding"] == long
    # As typed: the form of a correction takes what stands there.
    assert read_value(field, typed_of(field, place), desk.today(), Trusting({})) == place


@pytest.mark.parametrize(
    ("given", "code"),
    [
        pytest.param({"person": "欧" * 201}, "carried_too_much", id="a name is never cut"),
        pytest.param({"cost": 501}, "carried_unfit", id="nor an amount"),
        pytest.param({"phone": "打给前台"}, "carried_unfit", id="what is no phone"),
        pytest.param({"guests": [{"why": "看"}] * 3}, "carried_too_much", id="more rows than there is room for"),
    ],
)
def test_what_cannot_be_cut_is_refused_before_and_says_which_field(given: dict[str, Value], code: str) -> None:
    definition = definition_in(TIGHT.encode(), "visit.toml")
    with pytest.raises(CaseError) as refused:
        carried(definition, given)
    (key,) = given
    field = definition.field(key)
    assert field is not None
    assert refused.value.code == code and refused.value.details["field"] == str(field.name)
    assert refused.value.details["name"] == "上门"


def test_what_is_carried_is_what_could_be_typed_there() -> None:
    definition = definition_in(TIGHT.encode(), "visit.toml")
    given: dict[str, Value] = {
        "text": "一行\n又一行 " * 9,
        "phone": "138 0000 4321",
        "cost": 500,
        "guests": [{"why": "看看" * 9}] * 2,
    }
    fitting = carried(definition, given)
    assert fitting["phone"] == "13800004321" and fitting["cost"] == 500
    for code, value in fitting.items():
        field = definition.field(code)
        assert field is not None
        assert read_value(field, typed_of(field, value), date(2026, 3, 2), Trusting({})) == value

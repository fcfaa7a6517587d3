"""The loop from a demand through an order and a session to its ratings, by the use cases and in a real file."""

from __future__ import annotations

import json
from contextlib import redirect_stdout
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl.reader.excel import load_workbook

from db.activities import Session, SignUpTerms
from frontdesk.activities.attendance.service import set_walk_ins
from frontdesk.activities.monthly.demand_words import wanted_of
from frontdesk.activities.monthly.demands import add_demand, demand
from frontdesk.activities.sessions.edit import session_of
from frontdesk.activities.sessions.service import add_session
from frontdesk.cases import service
from frontdesk.cases.service import CaseView, LinkTarget
from frontdesk.cases.usage import usage, write_usage
from frontdesk.cli import run
from frontdesk.common.periods import month_of
from frontdesk.context import Context
from frontdesk.errors import CodedError, DeskError
from frontdesk.feedback.service import rate
from frontdesk.reports.indicators import service as indicators
from tests.casesteps import refused
from tests.desks import turn_clock


def at(desk: Context, day: int, hour: int = 4) -> None:
    turn_clock(desk, lambda: datetime(2026, 11, day, hour, 0, tzinfo=UTC))


def item(desk: Context, **said: object) -> CaseView:
    wanted = {"list_type": "mobile", "service": "书法课", "provider": "文化馆", **said}
    return service.open_case(desk, "service_item", wanted)


def listed(desk: Context, **said: object) -> str:
    found = item(desk, **said)
    service.take_step(desk, found.row.id, "list", {})
    return found.row.number


def asked(desk: Context) -> LinkTarget:
    wanted = wanted_of({"words": "想学书法", "head_count": "12", "category": "1"})
    return LinkTarget("demand", str(add_demand(desk, wanted)))


def wanted_session(desk: Context, name: str = "书法班", day: str = "2026-11-20") -> Session:
    said = {"name": name, "category": "1", "day": day, "times": "9:00-11:00", "room": "", "lead": "", "capacity": "20"}
    return session_of(desk, said, None, SignUpTerms())


def put_on(desk: Context, order: int, wanted: Session) -> CaseView:
    """Put a session on and choose it for an order."""
    return service.take_step(desk, order, "schedule", {"session": add_session(desk, wanted).session.code})


def stands(desk: Context, target: LinkTarget) -> str:
    return service.loop_of(desk, target).stands


def ordered(desk: Context, target: LinkTarget) -> CaseView:
    order = service.open_from(desk, target, "delivery_order", {"item": listed(desk)})
    return service.take_step(desk, order.row.id, "accept", {"taken_by": "M001", "purchase_mode": "free"})


def test_a_demand_becomes_an_order_becomes_a_session_becomes_ratings(desk: Context) -> None:
    target = asked(desk)
    assert stands(desk, target) == "asked"
    order = ordered(desk, target)
    # The words and the heads of the demand are in the order already.
    assert order.now.values["wish"] == "想学书法" and order.now.values["headcount"] == 12
    assert stands(desk, target) == "ordered"
    planned = put_on(desk, order.row.id, wanted_session(desk))
    code = str(planned.now.values["session"])
    assert planned.row.state == "scheduled" and stands(desk, target) == "planned"
    assert [one.target for one in planned.links] == [target, LinkTarget("session", code)]
    # The demand has led to it, without anybody saying so again.
    assert (demand(desk, int(target.ref)).session_code, demand(desk, int(target.ref)).stands) == (code, "planned")
    at(desk, 20, 10)
    set_walk_ins(desk, code, 9)
    service.take_step(desk, order.row.id, "deliver", {"delivered_on": "2026-11-20"})
    for level in (5, 5, 4, 2):
        rate(desk, level, session_code=code)
    at(desk, 30)
    four = service.loop_of(desk, target)
    # Four ratings tell of their raters: they are not told, and neither is how many there are.
    assert (four.stands, four.sessions[0].attended, four.sessions[0].rated) == ("held", 9, None)
    at(desk, 20, 10)
    rate(desk, 3, session_code=code)
    at(desk, 30)
    loop = service.loop_of(desk, target)
    rated = loop.sessions[0].rated
    assert loop.stands == "rated" and rated is not None
    assert (rated.n, rated.rate) == (5, 0.8) and rated.low < 0.8 < rated.high
    # From wherever it is asked, it is the same loop.
    for one in (LinkTarget("case", str(order.row.id)), LinkTarget("session", code)):
        found = service.loop_of(desk, one)
        assert [line.id for line in found.demands] == [int(target.ref)] and found.stands == "rated"
        assert [line.row.id for line in found.orders] == [order.row.id]
        assert [line.code for line in found.sessions] == [code]
    lines = service.loop_lines(desk, loop)
    assert lines[0].startswith("需求 1 想学书法（12 人") and "到场 9 人次，评价 5 份，满意率 80.0%" in lines[2]
    assert lines[-1] == "走到：已评价"


def test_a_session_that_is_there_already_is_chosen_and_the_demand_goes_along(desk: Context) -> None:
    target = asked(desk)
    order = ordered(desk, target)
    code = add_session(desk, wanted_session(desk)).session.code
    service.take_step(desk, order.row.id, "schedule", {"session": code})
    assert demand(desk, int(target.ref)).session_code == code
    # One that led somewhere already is not led elsewhere.
    second = service.open_from(desk, target, "delivery_order", {"item": listed(desk)})
    service.take_step(desk, second.row.id, "accept", {"taken_by": "M001", "purchase_mode": "free"})
    other = add_session(desk, wanted_session(desk, "再来一班", "2026-11-27")).session.code
    service.take_step(desk, second.row.id, "schedule", {"session": other})
    assert demand(desk, int(target.ref)).session_code == code
    assert {one.code for one in service.loop_of(desk, target).sessions} == {code, other}


def test_a_promotion_begins_with_how_the_orders_of_that_service_went_and_no_other(desk: Context) -> None:
    def delivered(number: str, name: str, levels: tuple[int, ...], came: int) -> None:
        order = service.open_case(desk, "delivery_order", {"item": number, "wish": name})
        service.take_step(desk, order.row.id, "accept", {"taken_by": "M001", "purchase_mode": "free"})
        planned = put_on(desk, order.row.id, wanted_session(desk, name))
        code = str(planned.now.values["session"])
        at(desk, 20, 10)
        set_walk_ins(desk, code, came)
        for level in levels:
            rate(desk, level, session_code=code)
        at(desk, 15)

    at(desk, 15)
    wanted, other, idle = listed(desk), listed(desk), listed(desk)
    delivered(wanted, "书法", (5, 5, 4, 3, 2), 9)
    delivered(wanted, "书法", (5, 5, 5, 4, 4), 6)
    # Nobody rated this one, and that one is of another service; a third came to nothing.
    delivered(wanted, "书法", (), 3)
    delivered(other, "缝纫", (1, 1, 1, 1, 1, 1), 20)
    dropped = service.open_case(desk, "delivery_order", {"item": wanted, "wish": "书法"})
    service.take_step(desk, dropped.row.id, "cancel", {}, "不来了")
    at(desk, 30)

    def evidence(number: str, year: str = "2026") -> dict[str, Any]:
        said = {"item": number, "year": year, "to_list": "district"}
        opened = service.open_case(desk, "list_promotion", said)
        return {"id": opened.row.id, **service.collected(desk, "list_promotion", opened.row.id, "nominate")}

    found = evidence(wanted)
    assert (found["ratings"], found["rate_permille"]) == (10, 900)
    assert 500 < found["rate_low"] < 900 < found["rate_high"] < 1000 and "9/10" in found["rate"]
    assert (found["attendance"], found["repeat_demand"]) == (18, 3)
    case_id = found.pop("id")
    nominated = service.take_step(desk, case_id, "nominate", {**found, "reason": "反响好"})
    assert nominated.now.values["nominated_on"] == "2026-11-30"
    # What the record holds already is not taken again.
    assert service.collected(desk, "list_promotion", case_id, "nominate") == {}
    assert (evidence(other)["rate_permille"], evidence(other)["attendance"]) == (0, 20)
    nothing = evidence(idle)
    assert (nothing["attendance"], nothing["repeat_demand"]) == (0, 0) and "ratings" not in nothing
    before = evidence(wanted, "2025")
    assert (before["attendance"], before["repeat_demand"]) == (0, 0) and "rate" not in before
    assert "attendance" not in evidence(wanted, "2027")


def test_an_order_that_is_linked_late_still_leads_its_demand_to_the_session(desk: Context) -> None:
    order = service.open_case(desk, "delivery_order", {"item": listed(desk), "wish": "书法"})
    service.take_step(desk, order.row.id, "accept", {"taken_by": "M001", "purchase_mode": "free"})
    put_on(desk, order.row.id, wanted_session(desk))
    target = asked(desk)
    service.link(desk, order.row.id, target)
    assert demand(desk, int(target.ref)).stands == "planned" and stands(desk, target) == "planned"


def test_what_is_suspended_retired_or_past_its_last_day_cannot_be_ordered(desk: Context) -> None:
    def order(number: str) -> CaseView:
        return service.open_case(desk, "delivery_order", {"item": number, "wish": "书法"})

    draft = item(desk)
    assert refused(lambda: order(draft.row.number)).code == "not_in_force"
    service.take_step(desk, draft.row.id, "list", {})
    found = order(draft.row.number)
    service.take_step(desk, draft.row.id, "suspend", {}, "老师病了")
    assert refused(lambda: order(draft.row.number)).details["number"] == draft.row.number
    # What was ordered before goes on.
    service.take_step(desk, found.row.id, "accept", {"taken_by": "M001", "purchase_mode": "free"})
    service.take_step(desk, draft.row.id, "list", {})
    order(draft.row.number)
    service.take_step(desk, draft.row.id, "retire", {}, "不做了")
    assert refused(lambda: order(draft.row.number)).code == "not_in_force"
    short = listed(desk, valid_until="2026-11-30")
    at(desk, 30)
    order(short)
    desk.clock = lambda: datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
    assert refused(lambda: order(short)).code == "not_in_force"


def test_a_record_begins_with_the_words_of_what_it_comes_from(desk: Context) -> None:
    target = asked(desk)
    found = service.prefilled(desk, target, "repair")
    assert found == {"what": "想学书法"}
    repair = service.open_from(desk, target, "repair", {"what": "书法室的灯"})
    assert repair.now.values["what"] == "书法室的灯" and [one.target for one in repair.links] == [target]
    again = service.prefilled(desk, LinkTarget("case", str(repair.row.id)), "complaint")
    assert again["matter"] == "书法室的灯" and "reported_by" not in again
    assert refused(lambda: service.prefilled(desk, LinkTarget("demand", "9"), "repair")).code == "no_such_thing"
    with pytest.raises(DeskError, match="unknown_definition"):
        service.open_from(desk, target, "no_such")


def test_the_command_tells_the_loop(desk: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_HOME", str(desk.home.path))
    monkeypatch.setenv("FRONTDESK_AS", "M001")
    target = asked(desk)
    number = listed(desk)

    def case(*words: str) -> tuple[int, Any]:
        with redirect_stdout(StringIO()) as out:
            code = run(["case", *words, "--json"])
        return code, json.loads(out.getvalue()) if code == 0 else None

    word = f"demand:{target.ref}"
    code, order = case("from", word, "delivery_order", "--set", f"item={number}")
    assert code == 0 and order["values"]["wish"] == "想学书法"
    code, loop = case("loop", word)
    assert (loop["stands"], [one["number"] for one in loop["orders"]]) == ("ordered", [order["number"]])
    assert case("loop", "demand:77")[0] == 1


def test_a_demand_and_a_session_tell_which_records_belong_to_them(desk: Context) -> None:
    target = asked(desk)
    assert service.belonging_lines(desk, target) == [] and service.belonging_words(desk, target) == ""
    order = ordered(desk, target)
    planned = put_on(desk, order.row.id, wanted_session(desk))
    assert service.belonging_lines(desk, target) == [f"{order.row.number} 想学书法（已排期）"]
    session = LinkTarget("session", str(planned.now.values["session"]))
    assert service.belonging_words(desk, session) == f"事项 {order.row.number}"


def test_the_use_of_the_lists_tells_every_service_and_which_was_never_ordered(desk: Context, tmp_path: Path) -> None:
    at(desk, 15)
    wanted, idle, dropped = listed(desk), listed(desk), listed(desk)
    for levels in ((5, 5, 4, 3, 2), (5, 5, 5, 4, 4)):
        order = service.open_case(desk, "delivery_order", {"item": wanted, "wish": "书法"})
        service.take_step(desk, order.row.id, "accept", {"taken_by": "M001", "purchase_mode": "free"})
        code = str(put_on(desk, order.row.id, wanted_session(desk, "书法")).now.values["session"])
        at(desk, 20, 10)
        set_walk_ins(desk, code, 7)
        for level in levels:
            rate(desk, level, session_code=code)
        service.take_step(desk, order.row.id, "deliver", {"delivered_on": "2026-11-20"})
        at(desk, 15)
    called_off = service.open_case(desk, "delivery_order", {"item": dropped, "wish": "书法"})
    service.take_step(desk, called_off.row.id, "cancel", {}, "不来了")
    at(desk, 30)
    november, october = month_of(date(2026, 11, 1)), month_of(date(2026, 10, 1))
    found = {one.number: one for one in usage(desk, november)}
    assert list(found) == [wanted, dropped, idle]
    one = found[wanted]
    assert (one.orders, one.stopped, one.delivered, one.came, one.last_ordered) == (2, 0, 2, 14, "2026-11-15")
    assert "9/10" in one.ratings
    assert (found[dropped].orders, found[dropped].stopped, found[dropped].ratings) == (1, 1, "")
    assert found[idle].is_never_ordered and not found[dropped].is_never_ordered
    # What the indicators count is what the table shows.
    codes = [
        "service_items_listed",
        "service_items_ordered",
        "service_items_never",
        "orders_by_item",
        "deliveries_by_item",
    ]
    values = indicators.values(desk, codes, november.first, november.last)
    listed_now = [each for each in found.values() if each.is_listed]
    assert values["service_items_listed"] == len(listed_now) == 3
    assert values["service_items_ordered"] == sum(each.orders > 0 for each in listed_now) == 2
    assert values["service_items_never"] == sum(each.is_never_ordered for each in listed_now) == 1
    assert values["orders_by_item"] == {number: one.orders for number, one in found.items() if one.orders}
    assert values["deliveries_by_item"] == {wanted: 2}
    # In October nothing was on offer yet; nothing of November is told.
    assert all(not (each.orders or each.delivered or each.came or each.ratings) for each in usage(desk, october))
    out = write_usage(desk, november, tmp_path / "usage.xlsx")
    rows = [row for row in load_workbook(out).active.iter_rows(values_only=True) if row[0] in found]
    # A day of a cell is midnight of nowhere.
    ordered = datetime.fromisoformat("2026-11-15")
    assert [(row[0], row[5], row[7], row[10]) for row in rows] == [
        (wanted, 2, 2, ordered),
        (dropped, 1, 0, ordered),
        (idle, 0, 0, "从没"),
    ]
    with pytest.raises(CodedError, match="unknown_ending"):
        write_usage(desk, november, tmp_path / "usage.pdf")

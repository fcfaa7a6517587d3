"""Who stands in which field of a record: a resident goes along with what a step opens, a volunteer is somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.erasing import ERASED
from frontdesk.cases import service
from frontdesk.check.service import full_look
from frontdesk.context import Context
from frontdesk.privacy import service as privacy
from frontdesk.privacy.rules import Subject
from frontdesk.residents import service as residents
from tests.casetexts import CLOSING, SENDING, case_text
from tests.desks import new_desk
from tests.hoursdesks import add_volunteer

NAME, OTHER, PHONE, VOLUNTEER = "欧阳秘密", "司马相如", "13800004321", "0000007"

CALL = case_text(
    "call",
    "陪诊",
    "PZ",
    """\
  { code = "what", kind = "text", name = { zh_CN = "什么事" }, required = true },
  { code = "who", kind = "person", name = { zh_CN = "谁" } },
  { code = "helper", kind = "volunteer", name = { zh_CN = "志愿者" } },
  { code = "phone", kind = "text", name = { zh_CN = "电话" }, personal = "phone" },
  { code = "guests", kind = "list", name = { zh_CN = "一起来的" }, fields = [
    { code = "who", kind = "person", name = { zh_CN = "姓名" } } ] },
""",
    SENDING
    + """\
opens = [
  { definition = "visit", fields = { text = "what", person = "who", said = "who" } },
  { definition = "visit", each = "guests", fields = { text = "what", person = "who" } },
]
""",
)

VISIT = case_text(
    "visit",
    "上门",
    "SM",
    """\
  { code = "text", kind = "text", name = { zh_CN = "什么事" }, required = true },
  { code = "person", kind = "person", name = { zh_CN = "谁" } },
  { code = "said", kind = "text", name = { zh_CN = "称呼" }, personal = "note" },
""",
    CLOSING,
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """A centre with two definitions of its own."""
    context = new_desk(tmp_path / "home")
    folder = context.home.path / "definitions"
    folder.mkdir()
    (folder / "call.toml").write_text(CALL, encoding="utf-8")
    (folder / "visit.toml").write_text(VISIT, encoding="utf-8")
    yield context
    context.database.close()


def test_with_a_name_that_a_step_copies_goes_who_of_the_register_it_is(desk: Context) -> None:
    kept = residents.add(desk, {"name": NAME, "phone": PHONE})
    guests = [{"who": OTHER}]
    made = service.open_case(
        desk, "call", {"what": "看病", "who": {"name": NAME, "resident": kept.id}, "guests": guests}
    )
    service.take_step(desk, made.row.id, "send", {})
    first, second = sorted(service.register(desk, "visit", 10), key=lambda one: one.id)
    one, other = service.view(desk, first.id), service.view(desk, second.id)
    # The words that call the person something are no person, and this row of the list names nobody of the register.
    assert one.now.values["person"] == NAME and one.residents == {"person": kept.id}
    assert other.now.values["person"] == OTHER and other.residents == {}
    service.take_step(desk, first.id, "close", {})
    privacy.erase(desk, [Subject("resident", str(kept.id))])
    left = service.view(desk, first.id)
    assert left.now.values["person"] == ERASED and "said" not in left.now.values and left.residents == {}
    assert service.view(desk, second.id).now.values["person"] == OTHER


def test_who_is_erased_takes_no_volunteer_of_the_record_along(desk: Context) -> None:
    add_volunteer(desk, VOLUNTEER)
    made = service.open_case(desk, "call", {"what": "看病", "who": NAME, "helper": VOLUNTEER, "phone": PHONE})
    service.take_step(desk, made.row.id, "send", {})
    subject = Subject("case", f"{made.row.id}-who")
    clear = privacy.unmask(desk, [subject])
    cells = {cell for one in clear.sections for row in one.rows for cell in row}
    assert {NAME, PHONE} <= cells and VOLUNTEER not in cells
    privacy.erase(desk, [subject])
    left = service.view(desk, made.row.id).now.values
    assert left["who"] == ERASED and "phone" not in left and left["helper"] == VOLUNTEER


def test_a_phone_with_no_name_beside_it_is_found_by_its_digits_and_erased(desk: Context) -> None:
    offer = {"list_type": "district", "service": "修伞", "provider": "商会", "contact": PHONE}
    made = service.open_case(desk, "service_item", offer)
    named = service.open_case(desk, "call", {"what": "看病", "who": NAME, "phone": "13900004321"})
    subject = Subject("case", f"{made.row.id}-contact")
    whole = {one.subject: one for one in privacy.find(desk, " 138-0000 4321 ")}
    assert whole[subject].name == "（未写姓名）" and whole[subject].phone == "***4321" and len(whole) == 1
    by_tail = {one.subject for one in privacy.find(desk, "4321")}
    assert by_tail == {subject, Subject("case", f"{named.row.id}-who")}
    assert privacy.find(desk, "13800004322") == [] and privacy.find(desk, "432") == []
    resident = residents.add(desk, {"name": OTHER, "phone": PHONE})
    same = privacy.show(desk, [Subject("resident", str(resident.id))]).same
    assert [one.subject for one in same] == [subject]
    clear = privacy.unmask(desk, [subject])
    assert PHONE in {cell for one in clear.sections for row in one.rows for cell in row}
    privacy.erase(desk, [subject])
    assert privacy.find(desk, PHONE) and subject not in {one.subject for one in privacy.find(desk, PHONE)}
    assert "contact" not in service.view(desk, made.row.id).now.values


def in_rows(desk: Context, resident: int) -> list[str]:
    return [str(one) for one in service.places_of_residents(desk, desk.database.connection, [resident])]


def test_who_stands_in_a_row_is_followed_through_corrections_steps_merging_and_to_the_last_byte(desk: Context) -> None:
    kept = residents.add(desk, {"name": NAME, "phone": PHONE})
    twin = residents.add(desk, {"name": NAME}, even_if_known=True)
    guests: list[dict[str, object]] = [{}, {"who": OTHER}, {"who": {"name": NAME, "resident": twin.id}}]
    made = service.open_case(desk, "call", {"what": "看病", "guests": guests})
    # A row with nothing in it is not kept, and none of the numbers counts it.
    assert in_rows(desk, twin.id) == [f"{made.row.id}-guests-2"]
    residents.merge(desk, kept.id, twin.id)
    assert in_rows(desk, kept.id) == [f"{made.row.id}-guests-2"]
    # Whoever corrects the list by names alone moves rows about, and everybody is who it was.
    service.correct(desk, made.row.id, {"guests": [{"who": NAME}, {"who": "诸葛亮"}, {"who": OTHER}]}, "次序")
    assert in_rows(desk, kept.id) == [f"{made.row.id}-guests-1"]
    service.take_step(desk, made.row.id, "send", {})
    visits = sorted(service.register(desk, "visit", 10), key=lambda one: one.id)
    named = [dict(service.view(desk, one.id).residents) for one in visits]
    assert named == [{}, {"person": kept.id}, {}, {}]
    subject = Subject("resident", str(kept.id))
    numbers = {cell for part in privacy.show(desk, [subject]).sections for row in part.rows for cell in row}
    assert {made.row.number, visits[1].number} <= numbers
    clear = {cell for part in privacy.unmask(desk, [subject]).sections for row in part.rows for cell in row}
    assert NAME in clear and "诸葛亮" not in clear
    for one in visits:
        service.take_step(desk, one.id, "close", {})
    (done,) = privacy.erase(desk, [subject])
    assert done.clean
    rows = service.view(desk, made.row.id).now.values["guests"]
    assert rows == [{"who": ERASED}, {"who": "诸葛亮"}, {"who": OTHER}]
    assert in_rows(desk, kept.id) == [] and service.view(desk, visits[1].id).now.values["person"] == ERASED
    content = desk.home.database.read_bytes()
    assert NAME.encode() not in content and PHONE.encode() not in content
    links = "SELECT count(*) FROM case_row_person"
    assert desk.database.connection.execute(links).fetchone()[0] == 0
    assert [one.key for one in full_look(desk).findings if one.area in ("cases", "residents", "file")] == []


def test_nobody_is_who_it_was_where_that_is_said_and_a_resident_who_is_not_there_is_refused(desk: Context) -> None:
    kept = residents.add(desk, {"name": NAME, "phone": PHONE})
    made = service.open_case(desk, "call", {"what": "看病", "guests": [{"who": {"name": NAME, "resident": kept.id}}]})
    with pytest.raises(service.CaseError) as refused:
        wrong = {"guests": [{"who": {"name": NAME, "resident": 99}}]}
        service.correct(desk, made.row.id, wrong, "不在")
    assert refused.value.code == "not_there" and in_rows(desk, kept.id)
    service.correct(desk, made.row.id, {"guests": [{"who": {"name": NAME, "resident": None}}, {"who": OTHER}]}, "同名")
    assert in_rows(desk, kept.id) == []
    service.correct(desk, made.row.id, {"guests": [{"who": {"name": NAME, "resident": kept.id}}]}, "是本人")
    service.correct(desk, made.row.id, {"guests": ""}, "没有人")
    assert in_rows(desk, kept.id) == []


def test_a_list_that_is_carried_whole_keeps_who_stands_in_it_and_goes_with_the_record_when_its_time_is_over(
    desk: Context,
) -> None:
    folder = desk.home.path / "definitions"
    column = """{ code = "guests", kind = "list", name = { zh_CN = "一起来的" }, fields = [
    { code = "who", kind = "person", name = { zh_CN = "姓名" } } ] },"""
    (folder / "visit.toml").write_text(VISIT.replace("fields = [", f"fields = [\n  {column}"), encoding="utf-8")
    whole = CALL.replace(
        '{ definition = "visit", each',
        '{ definition = "visit", fields = { text = "what", guests = "guests" } },\n  { definition = "visit", each',
    )
    (folder / "call.toml").write_text(whole, encoding="utf-8")
    kept = residents.add(desk, {"name": NAME, "phone": PHONE})
    guests = [{"who": OTHER}, {"who": {"name": NAME, "resident": kept.id}}]
    made = service.open_case(desk, "call", {"what": "看病", "guests": guests})
    service.take_step(desk, made.row.id, "send", {})
    carried = next(
        one for one in service.register(desk, "visit", 10) if "guests" in service.view(desk, one.id).now.values
    )
    assert set(in_rows(desk, kept.id)) >= {f"{made.row.id}-guests-2", f"{carried.id}-guests-2"}
    with desk.database.write() as connection:
        service.empty_records(desk, connection, [made.row.id])
    assert f"{made.row.id}-guests-2" not in in_rows(desk, kept.id)


@pytest.mark.parametrize("code", ["who", "guests"])
def test_whoever_is_taken_out_by_a_correction_is_not_found_by_their_name_any_more(desk: Context, code: str) -> None:
    said = {"what": "看病", "who": NAME} if code == "who" else {"what": "看病", "guests": [{"who": NAME}]}
    made = service.open_case(desk, "call", said)
    assert service.find(desk, "oymm") and privacy.find(desk, NAME)
    service.correct(desk, made.row.id, {code: "" if code == "who" else []}, "写错了")
    assert service.find(desk, "oymm") == [] and privacy.find(desk, NAME) == []
    assert desk.database.connection.execute("SELECT COUNT(*) FROM search_term WHERE kind = 'case'").fetchone()[0] == 0
    assert "cases.phone_unfound" not in {one.key for one in full_look(desk).findings}

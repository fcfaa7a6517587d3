"""Whom a record names is masked wherever it is shown or told, and stands nowhere in the clear unless asked for."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from db import cases as records
from frontdesk.cases import filling, listing, service
from frontdesk.cases.detailwords import case_lines
from frontdesk.cases.listing import View
from frontdesk.cases.masks import Masks, shown
from frontdesk.cases.papers.exporting import export_register
from frontdesk.cases.papers.importing import import_register
from frontdesk.cases.papers.service import paper
from frontdesk.cases.service import CaseView, LinkTarget
from frontdesk.cases.words import json_of, row_json, row_line, view_lines
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.locale import t, use_language
from frontdesk.reports.brief.service import brief
from frontdesk.reports.brief.wording import blocks
from frontdesk.reports.filling import report_of
from frontdesk.reports.indicators import service as indicators
from frontdesk.reports.service import period_named
from tests.casesteps import turn_to
from tests.db.test_letters import resident
from tests.desks import new_desk

NAME, MASKED, PHONE, THIRD, KNOWN = "欧阳秘密", "欧阳**", "13800004321", "13911112222", "张三丰"
MATTER = f"{NAME}说楼道堆物"
WEEK, LATER = period_named("2026-W46"), period_named("2026-W48")
FIRST, LAST = date(2026, 11, 9), date(2026, 11, 15)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """A centre on Monday 9 November 2026."""
    use_language("zh_CN")
    context = new_desk(tmp_path / "home")
    context.home.database.chmod(0o600)
    resident(context, KNOWN)
    yield context
    context.database.close()


def complaint(desk: Context) -> CaseView:
    made = service.open_case(desk, "complaint", {"matter": MATTER, "person": NAME, "phone": PHONE})
    return service.add_note(desk, made.row.id, f"{NAME}又来了，电话{THIRD}")


def hides(text: object) -> bool:
    return not any(one in str(text) for one in (NAME, PHONE, THIRD))


def test_a_name_that_only_a_sealed_field_has_is_in_no_workbook_no_brief_and_no_row_of_an_indicator(
    desk: Context,
) -> None:
    complaint(desk)
    report = report_of(desk, WEEK)
    assert [one.matter for one in report.cases] == [f"{MASKED}说楼道堆物"]
    assert hides(report)
    assert [one.matter for one in report_of(desk, WEEK, with_names=True).cases] == [MATTER]
    opened = next(one.code for one in indicators.indicators() if one.records_of == "complaint")
    (row,) = indicators.rows(desk, opened, FIRST, LAST).rows
    assert f"{MASKED}说楼道堆物" in row
    turn_to(desk, 12, 2)
    told = [str(one) for one in blocks(brief(desk, LATER))]
    assert any("楼道堆物" in one for one in told), told
    assert hides(told)


def test_a_record_that_was_begun_from_another_names_nobody_whom_that_one_names(desk: Context, tmp_path: Path) -> None:
    seen = complaint(desk)
    item = service.open_from(
        desk, LinkTarget("case", str(seen.row.id)), "action_item", {"owner": "M001", "due": "2026-11-13"}
    )
    assert item.row.title == MATTER
    assert shown(item, masked=True).row.title == f"{MASKED}说楼道堆物"
    assert hides("".join(one.words for one in case_lines(item, {}, str, 80, masked=True)))
    assert [one.title for one in service.register(desk, "action_item")] == [f"{MASKED}说楼道堆物"]
    assert hides(report_of(desk, WEEK))
    for page in (listing.page(desk, View("register", "action_item"), 0, 9),):
        assert hides([one.values for one in page.rows])
    out = tmp_path / "督办.csv"
    export_register(desk, "action_item", out)
    assert hides(out.read_text("utf-8-sig"))


def test_names_that_the_centre_knows_are_masked_in_the_rows_of_indicators_too(desk: Context) -> None:
    service.open_case(desk, "complaint", {"matter": f"{KNOWN}家漏水"})
    opened = next(one.code for one in indicators.indicators() if one.records_of == "complaint")
    (row,) = indicators.rows(desk, opened, FIRST, LAST).rows
    assert "张*丰家漏水" in row


def test_a_meeting_names_nobody_in_its_topic_whom_it_names_as_a_member(desk: Context) -> None:
    members = [{"name": NAME, "part": "member"}]
    service.open_case(
        desk, "area_weekly_meeting", {"topic": f"{NAME}提的事", "held_on": "2026-11-11", "people": members}
    )
    (ahead,) = service.meetings_ahead(desk)
    assert ahead.row.title == f"{MASKED}提的事"


def test_lists_and_what_is_found_mask_whom_a_record_names_whoever_looks(desk: Context) -> None:
    seen = complaint(desk)
    order = service.open_case(desk, "repair", {"what": "灯坏", "place": "1号"}, linked_to=LinkTarget("case", "1"))
    for looking in (desk, replace(desk, operator=None, source="cli")):
        lists = (
            service.work_list(looking),
            service.register(looking, "complaint"),
            service.find(looking, NAME),
            service.linked_to(looking, LinkTarget("case", str(order.row.id))),
        )
        for rows in lists:
            lines = [row_line(seen.definition, one) for one in rows if one.id == seen.row.id]
            assert lines and all(hides(one) and MASKED in one for one in lines)
    for wanted in (View(), View("register", "complaint")):
        (one,) = [each for each in listing.page(desk, wanted, 0, 50).rows if each.row.id == seen.row.id]
        assert hides(one.row.title) and hides(one.values.get("matter", ""))
    (found,) = service.search_targets(desk, NAME)
    assert hides(found) and hides(service.view(desk, order.row.id).links[0].title)


def test_a_masked_record_hides_people_in_its_title_its_words_and_its_log_and_a_clear_one_shows_them(
    desk: Context,
) -> None:
    seen = complaint(desk)
    moments = ["" for _ in seen.log]

    def words(*, masked: bool) -> list[str]:
        lines = case_lines(seen, {}, str, 80, masked=masked)
        return [
            "\n".join(view_lines(seen, moments, masked=masked)),
            json.dumps(json_of(seen, masked=masked), ensure_ascii=False),
            "\n".join(f"{one.what}{one.words}" for one in lines),
            shown(seen, masked=masked).row.title,
        ]

    for one in words(masked=True):
        assert hides(one) and MASKED in one
    assert all(NAME in one for one in words(masked=False))
    assert all(THIRD in one for one in words(masked=False)[:3])
    # What may be done follows from the record, not from its masks.
    assert shown(seen, masked=True).steps == seen.steps and shown(seen, masked=True).limits == seen.limits


def test_a_correction_tells_what_stood_there_before_and_of_people_only_that_it_was_corrected(desk: Context) -> None:
    case_id = service.open_case(desk, "complaint", {"matter": MATTER, "person": NAME}).row.id
    said = {"matter": f"{NAME}说楼上吵", "phone": PHONE, "area": "一居"}
    service.correct(desk, case_id, said, "听错了")
    service.correct(desk, case_id, {"area": "", "complexity": "complex"}, "不是一居")

    def words(*, masked: bool) -> list[str]:
        lines = case_lines(service.view(desk, case_id), {}, lambda _: "", 500, masked=masked)
        return [one.words for one in lines if one.key.startswith("log:") and "更正" in one.words]

    fields = {one.code: str(one.name) for one in service.definitions(desk)["complaint"].fields}
    first, second = words(masked=True)
    assert f"{fields['matter']}：{MASKED}说楼道堆物 改为 {MASKED}说楼上吵" in first and hides(first)
    assert f"{fields['area']}：（空） 改为 一居" in first and f"{fields['area']}：一居 改为 （空）" in second
    assert fields["phone"] in first and f"{fields['phone']}：" not in first
    assert f"{MATTER} 改为 {NAME}说楼上吵" in words(masked=False)[0]
    # By the name of whoever was named before, nobody can mask what was said then: it is told in clear only.
    service.correct(desk, case_id, {"person": KNOWN}, "认错人了")
    assert hides(words(masked=True)) and f"{fields['matter']}、" in words(masked=True)[0]
    assert f"{MATTER} 改为 {NAME}说楼上吵" in words(masked=False)[0]


def test_what_a_person_is_shown_of_records_masks_whoever_else_is_named_in_their_words(desk: Context) -> None:
    seen = complaint(desk)
    with desk.database.reading() as connection:
        for told in (service.records_told, service.log_told):
            masked, clear = (told(desk, connection, [seen.row.id], clear=clear).rows for clear in (False, True))
            assert hides(masked) and MASKED in str(masked) and NAME in str(clear)


def test_the_longer_name_is_masked_whole_and_numbers_however_they_are_grouped() -> None:
    masks = Masks(("张三丰", "张三"), ("021-59560000",))
    assert masks.put_on("张 三 丰和张三，139 1111 2222") == "张*丰和张*，***2222"
    assert "59560000" not in masks.put_on("电话021 59560000")


def cells(path: Path) -> tuple[list[str], list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, row = list(csv.reader(file))
    return head, row


def put_cells(path: Path, head: list[str], row: list[str]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([head, row])
    return path


def test_an_edited_cell_with_a_mask_in_it_is_refused_by_row_and_column_and_the_name_stays(
    desk: Context, tmp_path: Path
) -> None:
    seen = complaint(desk)
    out = tmp_path / "投诉.csv"
    export_register(desk, "complaint", out)
    head, row = cells(out)
    assert hides(row)
    assert import_register(desk, "complaint", out).as_json()["unchanged"] == 1
    place = row.index(f"{MASKED}说楼道堆物")
    row[place] += "，很多"
    refused = import_register(desk, "complaint", put_cells(out, head, row))
    assert [(one.row, one.column, one.reason) for one in refused.rejected] == [(2, head[place], "masked")]
    assert service.view(desk, seen.row.id).now.values["matter"] == MATTER
    # Written anew it is taken, also with the name in it.
    row[place] = f"{NAME}说楼道堆物很多"
    assert import_register(desk, "complaint", put_cells(out, head, row)).as_json()["changed"] == 1
    assert service.view(desk, seen.row.id).now.values["matter"] == f"{NAME}说楼道堆物很多"


def spoil(desk: Context, case_id: int, field: str) -> None:
    """As if sealed with keys that are not here."""
    with desk.database.write() as connection:
        connection.execute(
            "UPDATE case_person SET phone_cipher = zeroblob(60) WHERE case_id = ? AND field = ?", (case_id, field)
        )


def test_what_nobody_can_read_is_told_so_and_stops_nothing_else(desk: Context, tmp_path: Path) -> None:
    lost, other = complaint(desk), service.open_case(desk, "complaint", {"matter": "噪声", "person": "司马相如"})
    with desk.database.reading() as connection:
        before = records.people_of(connection, lost.row.id)["person"]
    spoil(desk, lost.row.id, "person")
    seen = service.view(desk, lost.row.id)
    unreadable = t("cases.unreadable")
    assert seen.unreadable == {"person"} and seen.steps and seen.limits
    for masked in (True, False):
        assert any(unreadable in one for one in view_lines(seen, [""] * len(seen.log), masked=masked))
        assert any(one.words == unreadable for one in case_lines(seen, {}, str, 80, masked=masked))
        assert json_of(seen, masked=masked)["number"] == lost.row.number
    page = listing.page(desk, View("register", "complaint"), 0, 50)
    assert {one.row.id for one in page.rows} == {lost.row.id, other.row.id}
    assert len(service.work_list(desk)) == 2 and len(report_of(desk, WEEK).cases) == 2
    service.add_note(desk, lost.row.id, "等钥匙")
    service.take_step(desk, lost.row.id, "verify", {"found": "属实"})
    assert paper(desk, lost.row.id, 1).content
    out = tmp_path / "投诉.csv"
    assert export_register(desk, "complaint", out) == 2
    assert unreadable in out.read_text("utf-8-sig")
    assert import_register(desk, "complaint", out).as_json()["unchanged"] == 2
    # The right keys read again what nobody has written over.
    with desk.database.write() as connection:
        connection.execute(
            "UPDATE case_person SET phone_cipher = ? WHERE case_id = ? AND field = 'person'", (before, lost.row.id)
        )
    assert service.view(desk, lost.row.id).now.values["person"] == NAME


def test_a_record_with_a_list_that_nobody_can_read_is_mended_and_goes_on(desk: Context) -> None:
    parties = [{"name": NAME, "phone": PHONE}, {"name": "司马相如"}]
    made = service.open_case(desk, "mediation", {"matter": "漏水", "parties": parties})
    spoil(desk, made.row.id, "parties")
    form = filling.form_of(desk, "mediation", made.row.id)
    assert not next(one for one in form.asked if one.key == "parties").required
    service.correct(desk, made.row.id, {"matter": "楼上漏水"}, "写错了")
    seen = service.view(desk, made.row.id)
    assert seen.row.title == "楼上漏水" and seen.unreadable == {"parties"}
    step, _ = next(one for one in seen.steps if one[1] is None)
    assert filling.form_of(desk, "mediation", made.row.id, step.code).asked
    assert any(one.words == t("cases.unreadable") for one in case_lines(seen, {}, str, 80, masked=True))


def test_who_looks_by_command_without_signing_in_finds_by_the_tail_of_a_phone_and_is_told_nobody(desk: Context) -> None:
    one = complaint(desk)
    nobody = replace(desk, operator=None, tells_changes=False)
    for typed in (PHONE[-4:], NAME, "oymm"):
        (found,) = service.find(nobody, typed)
        # What the command prints of it.
        told = f"{row_line(one.definition, found)} {json.dumps(row_json(found), ensure_ascii=False)}"
        assert found.number == one.row.number and MASKED in told and hides(told)
    assert service.find(nobody, "9999") == []
    with pytest.raises(DeskError) as refused:
        service.view(nobody, one.row.id)
    assert refused.value.code == "operator_required"

"""What a record that is referred to brings along: a guide's materials stand in the notice and in the next form."""

from __future__ import annotations

from frontdesk.cases import filling, service
from frontdesk.cases.definition.reading import crossed, own_definitions
from frontdesk.cases.detailwords import case_lines
from frontdesk.cases.papers import service as papers
from frontdesk.context import Context
from tests.db.test_case_papers import text_of
from tests.unit.test_case_definitions import SMALL, faults_of

GUIDE = {"matter": "居住证", "where_to": "二楼窗口", "materials": "身份证、租房合同"}


def contact(desk: Context, **said: object) -> int:
    return service.open_case(desk, "first_contact", {"matter": "办居住证", **said}).row.id


def told(desk: Context, case_id: int) -> str:
    """The notice of what to bring."""
    return text_of(papers.paper(desk, case_id, 2).content)


def test_a_guide_brings_its_materials_into_the_notice_and_the_next_step(desk: Context) -> None:
    guide = service.open_case(desk, "matter_guide", GUIDE).row.number
    case_id = contact(desk, guide=guide)
    said = told(desk, case_id)
    assert "身份证、租房合同" in said and f"{guide}居住证" in said
    # A line that nobody fills in is not on it.
    assert "转给" not in said
    form = filling.form_of(desk, "first_contact", case_id, "answer_now")
    assert form.before["told_materials"] == "身份证、租房合同"
    service.take_step(desk, case_id, "pass_on", {"next_owner": "派出所", "told_materials": "只带身份证"})
    # What was told goes on standing, whatever the guide says.
    said = told(desk, case_id)
    assert "只带身份证" in said and "租房合同" not in said and "派出所" in said


def test_a_record_names_what_it_refers_to(desk: Context) -> None:
    guide = service.open_case(desk, "matter_guide", GUIDE).row.number
    seen = service.view(desk, contact(desk, guide=guide))
    lines = case_lines(seen, filling.names_shown(desk, seen), str, 80, masked=True)
    assert f"{guide} 居住证" in [one.words for one in lines]


def test_without_a_guide_the_notice_has_only_what_was_said(desk: Context) -> None:
    case_id = contact(desk)
    said = told(desk, case_id)
    assert "办居住证" in said and not any(one in said for one in ("材料", "事项指南", "转给"))
    assert filling.form_of(desk, "first_contact", case_id, "answer_now").before.get("told_materials") is None


def test_what_cannot_be_brought_is_a_fault_of_the_definition() -> None:
    reference = '[[fields]]\ncode = "guide"\nkind = "reference"\nof = "small"\nname = { zh_CN = "依据" }\nbrings = '
    for brings, code in (('{ nothing = "cost" }', "unknown_field"), ('{ guide = "cost" }', "")):
        text = SMALL.replace("[[states]]", f"{reference}{brings}\n\n[[states]]", 1)
        if code:
            assert [one[2:] for one in faults_of(text)] == [(code, "nothing")]
    text = SMALL.replace('kind = "staff"', 'kind = "staff"\nbrings = { cost = "cost" }', 1)
    assert [one[1] for one in faults_of(text)] != []
    known = dict(own_definitions())
    first = known["first_contact"]
    for led in ({"told_materials": "nothing"}, {"answered_on": "materials"}, {"next_owner": "materials"}):
        fields = [one.model_copy(update={"brings": led}) if one.code == "guide" else one for one in first.fields]
        known["first_contact"] = first.model_copy(update={"fields": tuple(fields)})
        assert crossed(known) == [("first_contact", "fields.guide.brings", *led.values())]

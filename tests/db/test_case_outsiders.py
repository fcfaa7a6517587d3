"""Who is named as somebody from outside is not of the centre, however it is written, on every way in."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.staff import Staff, put
from frontdesk.cases.errors import CaseError
from frontdesk.cases.papers.importing import import_register
from frontdesk.locale import words_for
from tests.casesteps import Case
from tests.casewalks import MANAGER, OTHER, Walker
from tests.desks import sheet
from tests.programs import run_here

ITEMS = [{"indicator": "设施", "weight": "100", "self_score": "80"}]


@pytest.fixture
def scored(walker: Walker) -> Case:
    """A self-check that its manager has scored, whom no colleague reviews."""
    with walker.desk.database.write() as connection:
        put(connection, Staff(no="W009", name="叶国伟", kind="", role="operator"))
    one = Case(walker, "self_check", period="2026-11", items=ITEMS)
    one.do("score", items=ITEMS)
    return one


def review(one: Case, reviewer: str, body: str = "街道办事处", by: str = MANAGER) -> str:
    """Why a review by somebody from outside cannot be written down."""
    return one.refused("review", by, items=ITEMS, review_body=body, reviewer=reviewer)


@pytest.mark.parametrize(
    "name",
    [
        "王五",
        " 王　五 ",
        "王五（M001）",
        "M001",
        "ｍ００１ 王五",
        "王五M001",
        "工号M001",
        "王五同志",
        "王五（本人）",
        "王·五。",
    ],
)
def test_who_took_the_step_before_is_nobody_from_outside_however_the_name_is_written(scored: Case, name: str) -> None:
    assert review(scored, name) == "only_another"


@pytest.mark.parametrize("name", ["李四", "李 四", "W002", "孙三（W003）", "葉國偉", "叶国偉 先生"])
def test_a_colleague_is_nobody_from_outside_and_signs_in(scored: Case, name: str) -> None:
    assert review(scored, name) == "outside_is_staff"


@pytest.mark.parametrize("name", ["——", "。", "…", "/", "无", "暂无", "N/A", "（不详）"])
def test_nobody_is_named_by_marks_or_by_a_word_that_says_so(scored: Case, name: str) -> None:
    assert review(scored, name) == "outside_unnamed"
    assert review(scored, "甲乙丙", body=name) == "outside_unnamed"


@pytest.mark.parametrize("body", ["本中心", "安亭示范邻里中心", " 安亭 示范邻里中心。"])
def test_the_centre_itself_is_no_body_from_outside(scored: Case, body: str) -> None:
    assert review(scored, "甲乙丙", body=body) == "outside_is_ours"


@pytest.mark.parametrize("name", ["王五一", "汪五", "叶国威", "张伟", "街道王主任", "John Smith"])
def test_somebody_with_another_name_is_from_outside(scored: Case, name: str) -> None:
    assert scored.do("review", items=ITEMS, review_body="安亭镇人民政府", reviewer=name).row.state == "reviewed"
    # What was written down is not turned into nobody or into who took it by a correction.
    for wrong, code in (("王 五", "only_another"), ("——", "outside_unnamed")):
        with pytest.raises(CaseError) as refused:
            scored.correct(reviewer=wrong)
        assert refused.value.code == code and words_for(refused.value)


def test_a_colleague_who_takes_the_step_may_write_what_they_like_about_who_looked_on(scored: Case) -> None:
    scored.do("review", OTHER, items=ITEMS, review_body="无", reviewer="王五")


def test_a_sheet_and_a_command_are_refused_alike(
    walker: Walker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Case(walker, "repair", what="灯不亮", handler=MANAGER)
    one.do("assign", repairer="甲社")
    one.do("fix", result="换了灯泡")
    number = one.view.row.number
    monkeypatch.setenv("FRONTDESK_AS", MANAGER)
    for name, code in (("王　五", "only_another"), ("李四", "outside_is_staff"), ("-", "outside_unnamed")):
        done = run_here(walker.desk.home.path, "case", "step", number, "verify", "--set", f"verifier={name}", "--json")
        assert done.code == 1 and done.error == code, done
    one.do("verify", verifier="甲乙丙")
    path = sheet(tmp_path, "编号 坏了什么 验收人（不是同事的）", [(number, "灯不亮", "王 五（M001）")])
    found = import_register(walker.desk, "repair", path)
    assert [words_for(CaseError("only_another")) in one.words() for one in found.rejected] == [True]

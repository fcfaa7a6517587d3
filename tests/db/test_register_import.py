"""The office's register: known by number, then by name and phone; what would change is shown; twice changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import volunteers as records
from frontdesk.context import Context
from frontdesk.imports.service import describe
from frontdesk.locale import LANGUAGES, use_language
from frontdesk.volunteers.register import service as register
from frontdesk.volunteers.register.availability import slot_words
from frontdesk.volunteers.service import import_volunteers
from tests.desks import contents, counts, passing_desk, rejections, sheet

BARE = "姓名 手机 服务队"
FULL = (
    "志愿者编号 姓名 性别 出生日期 手机 服务队 可服务时间 达人库 达人类别 "
    "监护人 监护人手机 监护人同意日期 知情同意日期 告知书版本"
)


def numbers(context: Context) -> list[tuple[str, str]]:
    return [(one.no, one.name) for one in register.page(context, 0, 1000)]


def test_a_sheet_without_numbers_gives_the_next_ones_and_a_second_time_changes_nothing(
    desk: Context, tmp_path: Path
) -> None:
    register.add(desk, {"no": "310005", "name": "李四", "phone": "15400000001"})
    path = sheet(tmp_path, BARE, [["李四", "15400000001", "护河队"], ["王五", "15400000002", ""], ["赵六", "", "甲队"]])
    assert counts(import_volunteers(desk, path)) == (2, 1, 0)
    assert numbers(desk) == [("0310005", "李四"), ("0310006", "王五"), ("0310007", "赵六")]
    before = contents(desk)
    assert counts(import_volunteers(desk, path)) == (0, 0, 3)
    assert contents(desk) == before


def test_numbers_further_down_in_the_sheet_are_not_given_to_somebody_above(desk: Context, tmp_path: Path) -> None:
    rows = [["", "王五", "15400000002"], ["20", "赵六", ""], ["", "钱七", "15400000003"]]
    assert counts(import_volunteers(desk, sheet(tmp_path, "编号 姓名 手机", rows))) == (3, 0, 0)
    assert numbers(desk) == [("0000020", "赵六"), ("0000021", "王五"), ("0000022", "钱七")]


@pytest.mark.parametrize(
    ("row", "reason", "column"),
    [
        # A namesake whose phone is not known may be this one.
        (["王五", "15400000009", ""], "ambiguous_volunteer", "姓名"),
        # Two of this name, and no phone to tell which.
        (["张三", "", ""], "ambiguous_volunteer", "姓名"),
        # One of this name, who has a phone; without one nothing tells that it is the same.
        (["李四", "", ""], "ambiguous_volunteer", "姓名"),
    ],
)
def test_a_row_that_could_be_two_people_is_refused(
    desk: Context, tmp_path: Path, row: list[str], reason: str, column: str
) -> None:
    register.add(desk, {"name": "李四", "phone": "15400000001"})
    register.add(desk, {"name": "王五"})
    register.add(desk, {"name": "张三", "phone": "15400000002"})
    register.add(desk, {"name": "张三", "phone": "15400000003"})
    before = contents(desk, audit=True)
    outcome = import_volunteers(desk, sheet(tmp_path, BARE, [["新人", "15400000007", ""], row]))
    assert rejections(outcome) == [(3, column, row[0], reason)]
    assert contents(desk, audit=True) == before


def test_one_person_in_two_rows_or_under_another_number_is_refused(desk: Context, tmp_path: Path) -> None:
    register.add(desk, {"no": "7", "name": "李四", "phone": "15400000001"})
    rows = [["7", "李四", "15400000001"], ["", "李四", "15400000001"], ["8", "李四", "15400000001"]]
    outcome = import_volunteers(desk, sheet(tmp_path, "编号 姓名 手机", rows))
    assert rejections(outcome) == [
        (3, "姓名", "李四", "same_volunteer_twice"),
        (4, "编号", "8", "known_under_other_number"),
    ]
    twice = [["", "新人", ""], ["", "新人", ""]]
    outcome = import_volunteers(desk, sheet(tmp_path, "编号 姓名 手机", twice))
    assert [one[3] for one in rejections(outcome)] == ["same_volunteer_twice"]


def test_every_column_of_the_office_goes_where_it_belongs(desk: Context, tmp_path: Path) -> None:
    row = ["310001", "小明", "男", "2010年3月12日", "", "少年队", "周六上午、周日", "书法，剪纸", "文艺"]
    row += ["李母", "15400000001", "2026.11.1", "2026-11-02", "2026-1"]
    path = sheet(tmp_path, FULL, [row])
    assert counts(import_volunteers(desk, path)) == (1, 0, 0)
    kept = register.profile(desk, "0310001")
    one = kept.volunteer
    assert (one.birth_month, one.birth_day, one.guardian_name, one.guardian_consent_on) == (
        "2010-03",
        "12",
        "李母",
        "2026-11-01",
    )
    assert (one.consent_on, one.consent_version, kept.guardian_phone) == ("2026-11-02", "2026-1", "***0001")
    assert slot_words(kept.slots) == "周六上午、周日"
    assert [(skill.skill, skill.category, skill.state) for skill in kept.skills] == [
        ("书法", "文艺", "active"),
        ("剪纸", "文艺", "active"),
    ]
    before = contents(desk)
    assert counts(import_volunteers(desk, path)) == (0, 0, 1)
    assert contents(desk) == before
    bad = [*row[:6], "周八", *row[7:]]
    assert [one[3] for one in rejections(import_volunteers(desk, sheet(tmp_path, FULL, [bad])))] == ["bad_availability"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_trial_tells_person_by_person_what_would_change_and_gives_no_phone_away(
    desk: Context, tmp_path: Path, language: str
) -> None:
    use_language(language)
    try:
        register.add(desk, {"no": "5", "name": "赵六", "team": "便民队"})
        register.add(desk, {"no": "7", "name": "李四光", "phone": "15400000001", "team": "护河队"})
        rows = [["7", "李四光", "15400000002", "便民队"], ["", "王五", "15400000003", ""]]
        path = sheet(tmp_path, "编号 姓名 手机 服务队", rows)
        before = contents(desk, audit=True)
        trial = import_volunteers(desk, path, dry_run=True)
        assert contents(desk, audit=True) == before
        assert counts(trial) == (1, 1, 0)
        changed, added = trial.preview
        assert [(old, new) for _, old, new in changed.fields] == [("***0001", "***0002"), ("护河队", "便民队")]
        assert (changed.row, changed.added, added.row, added.added) == (2, False, 3, True)
        words = "\n".join(describe(trial, dry_run=True))
        assert "0000007" in words and "0000008" in words and "护河队" in words
        assert "李四光" not in words and "1540000000" not in words and "imports." not in words
        assert trial.as_json()["preview"][0]["fields"][1] == {
            "field": changed.fields[1][0],
            "before": "护河队",
            "after": "便民队",
        }
        assert import_volunteers(desk, path).preview == ()
    finally:
        use_language("zh_CN")


def test_a_month_in_the_sheet_leaves_the_day_where_it_is_the_same_month(desk: Context, tmp_path: Path) -> None:
    register.add(desk, {"no": "7", "name": "李四", "birth": "1960-03-12"})
    headings = "编号 姓名 手机 出生年月"
    assert counts(import_volunteers(desk, sheet(tmp_path, headings, [["7", "李四", "", "1960-03"]]))) == (0, 0, 1)
    import_volunteers(desk, sheet(tmp_path, headings, [["7", "李四", "", "1960-04"]]))
    kept = records.get(desk.database.connection, "0000007")
    assert kept is not None and (kept.birth_month, kept.birth_day) == ("1960-04", "")


cells = st.tuples(
    st.sampled_from(["", "1", "2", "0000003", "9"]),
    st.sampled_from(["张三", "李四", "王五"]),
    st.sampled_from(["", "15400000001", "154 0000 0002"]),
    st.sampled_from(["", "甲队", "乙队"]),
)


def test_a_row_without_a_number_may_be_the_one_that_a_later_row_names(desk: Context, tmp_path: Path) -> None:
    rows = [["", "张三", ""], ["2", "张三", ""]]
    outcome = import_volunteers(desk, sheet(tmp_path, "编号 姓名 手机", rows))
    assert rejections(outcome) == [(2, "姓名", "张三", "same_volunteer_twice")]


@settings(max_examples=20)
@given(st.lists(cells, max_size=5), st.lists(cells, max_size=5))
def test_whatever_was_taken_is_taken_again_without_change_and_a_trial_foretells_it(
    first: list[tuple[str, ...]], second: list[tuple[str, ...]]
) -> None:
    headings = "编号 姓名 手机 服务队"
    with passing_desk() as (context, folder):
        import_volunteers(context, sheet(folder, headings, [["", "占位", "15499999999", ""], *first], "一.csv"))
        path = sheet(folder, headings, [["", "占位", "15499999999", ""], *second], "二.csv")
        untouched = contents(context, audit=True)
        trial = import_volunteers(context, path, dry_run=True)
        assert contents(context, audit=True) == untouched
        done = import_volunteers(context, path)
        assert [one.as_json() for one in done.rejected] == [one.as_json() for one in trial.rejected]
        assert (done.added, done.changed, done.unchanged) == (trial.added, trial.changed, trial.unchanged)
        if not done.is_clean:
            assert contents(context, audit=True) == untouched
            return
        assert len(trial.preview) == trial.added + trial.changed
        before = contents(context)
        again = import_volunteers(context, path)
        assert counts(again) == (0, 0, done.read)
        assert contents(context) == before


@pytest.mark.parametrize("column", ["注册日期", "知情同意日期", "监护人同意日期", "出生日期", "出生年月"])
def test_a_day_that_has_not_come_is_refused_with_its_row_and_column(desk: Context, tmp_path: Path, column: str) -> None:
    heads = f"编号 姓名 手机 {column}"
    today, later = ("2026-11", "2026-12") if column == "出生年月" else ("2026-11-09", "2026-11-10")
    rows = [["1", "张三", "", today], ["2", "李四", "", later]]
    refused = rejections(import_volunteers(desk, sheet(tmp_path, heads, rows)))
    assert [(one[0], one[1], one[3]) for one in refused] == [(3, column, "day_in_future")]
    assert numbers(desk) == []


@pytest.mark.parametrize("typed", ["0", "0000000"])
def test_a_number_of_zeros_is_nobodys(desk: Context, tmp_path: Path, typed: str) -> None:
    rows = [[typed, "张三", ""], ["1", "李四", ""]]
    refused = rejections(import_volunteers(desk, sheet(tmp_path, "编号 姓名 手机", rows)))
    assert [(one[0], one[1], one[3]) for one in refused] == [(2, "编号", "number_zero")]
    assert numbers(desk) == []


def test_a_team_that_only_the_sheet_has_is_marked_and_counted(desk: Context, tmp_path: Path) -> None:
    register.add(desk, {"name": "李四", "phone": "15400000001", "team": "护河队"})
    path = sheet(tmp_path, BARE, [["李四", "15400000001", "护河"], ["王五", "15400000002", "护河队"]])
    words = "\n".join(describe(import_volunteers(desk, path, dry_run=True), dry_run=True))
    assert "护河（新服务队）" in words
    assert "护河队（新服务队）" not in words
    assert "有 1 支新服务队：护河。" in words


def test_the_first_register_of_a_centre_has_no_teams_to_be_compared_with(desk: Context, tmp_path: Path) -> None:
    path = sheet(tmp_path, BARE, [["李四", "15400000001", "护河队"]])
    assert "新服务队" not in "\n".join(describe(import_volunteers(desk, path, dry_run=True), dry_run=True))


@pytest.mark.parametrize(("after", "shown"), [("李五", "李* 改为 李*（姓名有改动）"), ("王四", "李* 改为 王*")])
def test_somebody_who_is_renamed_is_shown_with_masked_names(
    desk: Context, tmp_path: Path, after: str, shown: str
) -> None:
    register.add(desk, {"no": "1", "name": "李四", "phone": "15400000001"})
    path = sheet(tmp_path, "编号 姓名 手机", [["1", after, "15400000001"]])
    trial = import_volunteers(desk, path, dry_run=True)
    words = "\n".join(describe(trial, dry_run=True))
    assert shown in words
    assert "李四" not in words + str(trial.as_json())
    assert after not in words + str(trial.as_json())


@pytest.mark.parametrize(
    ("typed", "month", "day"),
    [("1970.3", "1970-03", ""), (1970.3, "1970-03", ""), ("1970年3月", "1970-03", ""), ("1970-03-12", "1970-03", "12")],
)
def test_a_birthday_may_be_a_month_only(
    desk: Context, tmp_path: Path, typed: str | float, month: str, day: str
) -> None:
    path = sheet(tmp_path, "编号 姓名 手机 出生日期", [["1", "李四", "", typed]])
    assert counts(import_volunteers(desk, path)) == (1, 0, 0)
    found = register.get(desk, "0000001")
    assert (found.birth_month, found.birth_day) == (month, day)

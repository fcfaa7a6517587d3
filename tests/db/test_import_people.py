"""Staff lists and registers of volunteers go in as the office keeps them."""

from __future__ import annotations

from pathlib import Path

import pytest

from db import staff as staff_records
from db import volunteers as volunteer_records
from frontdesk.context import Context
from frontdesk.staff.service import import_staff, set_pin, set_role
from frontdesk.volunteers.service import find, import_volunteers, set_state
from tests.desks import contents, counts, rejections, sheet

STAFF = "工号 姓名 人员类别 岗位 角色 手机 证书名称 证书有效期至 每周工时上限"
LI = ["s101", "李磊安", "专职", "综合服务台", "A角", "154 1234 5678", "社会工作者", "2027.6.20", 40]
XIAO = ["S102", "萧子红", "物业", "综合服务台", "B角", "15412345679", "", "", ""]

VOLUNTEERS = "志愿者编号 姓名 性别 出生年月 手机 服务队 技能特长 注册日期"
ZHUGE = ["310001", "诸葛建思", "女", "1987年3月", "154 1234 5678", "护河队", "书法", "2023年5月8日"]


def test_staff_get_their_post_letter_and_sealed_phone(desk: Context, tmp_path: Path) -> None:
    assert counts(import_staff(desk, sheet(tmp_path, STAFF, [LI, XIAO]))) == (2, 0, 0)
    connection = desk.database.connection
    li = staff_records.get(connection, "S101")
    assert li is not None and li.phone_cipher is not None
    assert b"15412345678" not in li.phone_cipher
    assert desk.keys.unseal(li.phone_cipher) == "15412345678"
    assert (li.role, li.certificate_until, li.weekly_hours) == ("operator", "2027-06-20", 40)
    assert [(one.staff_no, one.ab) for one in staff_records.holders(connection)] == [
        ("S101", "A"),
        ("S102", "B"),
    ]


def test_the_same_staff_list_again_changes_nothing_not_even_sealed_bytes(desk: Context, tmp_path: Path) -> None:
    path = sheet(tmp_path, STAFF, [LI, XIAO])
    import_staff(desk, path)
    before = contents(desk)
    assert counts(import_staff(desk, path)) == (0, 0, 2)
    assert contents(desk) == before


def test_roles_and_pins_given_on_the_screen_survive_a_re_import(desk: Context, tmp_path: Path) -> None:
    import_staff(desk, sheet(tmp_path, STAFF, [LI]))
    set_role(desk, "S101", "manager")
    set_pin(desk, "S101", "2468135")
    before = staff_records.get(desk.database.connection, "S101")
    assert counts(import_staff(desk, sheet(tmp_path, STAFF, [[*LI[:8], 20]]))) == (0, 1, 0)
    after = staff_records.get(desk.database.connection, "S101")
    assert before and after and after == before.model_copy(update={"weekly_hours": 20})
    assert after.pin_hash and after.role == "manager"


def test_a_manager_who_is_in_the_staff_list_is_one_person_in_any_case(tmp_path: Path, desk: Context) -> None:
    import_staff(desk, sheet(tmp_path, STAFF, [["m001", "王五", "专职", *LI[3:]]]))
    assert [one.no for one in staff_records.every(desk.database.connection)] == ["M001"]


def test_a_blank_cell_leaves_what_is_stored_and_another_certificate_ends_the_old_date(
    desk: Context, tmp_path: Path
) -> None:
    import_staff(desk, sheet(tmp_path, STAFF, [LI]))
    before = contents(desk)
    blank = [*LI[:3], "", "", "", "", "", ""]
    assert counts(import_staff(desk, sheet(tmp_path, STAFF, [blank]))) == (0, 0, 1)
    assert contents(desk) == before
    import_staff(desk, sheet(tmp_path, STAFF, [[*LI[:6], "养老护理员", "", ""]]))
    li = staff_records.get(desk.database.connection, "S101")
    assert li is not None and (li.certificate, li.certificate_until) == ("养老护理员", None)


def test_a_new_post_or_letter_is_a_change(desk: Context, tmp_path: Path) -> None:
    import_staff(desk, sheet(tmp_path, STAFF, [LI, XIAO]))
    moved = [*LI[:3], "为老服务", "B角", *LI[5:]]
    assert counts(import_staff(desk, sheet(tmp_path, STAFF, [moved, XIAO]))) == (0, 1, 1)
    assert staff_records.holds(desk.database.connection, "S101", "为老服务", "B")


def test_a_post_without_its_letter_is_rejected(desk: Context, tmp_path: Path) -> None:
    before = contents(desk, audit=True)
    outcome = import_staff(desk, sheet(tmp_path, STAFF, [LI, [*XIAO[:4], "", *XIAO[5:]]]))
    assert rejections(outcome) == [(3, "角色", "", "missing")]
    without_letters = STAFF.replace(" 角色", "")
    outcome = import_staff(desk, sheet(tmp_path, without_letters, [[*LI[:4], *LI[5:]]]))
    assert rejections(outcome) == [(2, "角色", "", "missing")]
    assert contents(desk, audit=True) == before


def test_volunteers_get_back_the_zeros_that_a_spreadsheet_took(desk: Context, tmp_path: Path) -> None:
    assert counts(import_volunteers(desk, sheet(tmp_path, VOLUNTEERS, [ZHUGE]))) == (1, 0, 0)
    zhuge = volunteer_records.get(desk.database.connection, "0310001")
    assert zhuge is not None and zhuge.phone_cipher is not None
    assert (zhuge.birth_month, zhuge.registered_on, zhuge.team) == ("1987-03", "2023-05-08", "护河队")
    assert desk.keys.unseal(zhuge.phone_cipher) == "15412345678"


@pytest.mark.parametrize("text", ["诸葛", "zhuge", "zgjs", "5678", "310001"])
def test_imported_volunteers_are_found_at_once(desk: Context, tmp_path: Path, text: str) -> None:
    import_volunteers(desk, sheet(tmp_path, VOLUNTEERS, [ZHUGE]))
    assert [one.no for one in find(desk, text)] == ["0310001"]


def test_a_renamed_volunteer_without_a_phone_in_the_sheet_is_still_found_by_it(desk: Context, tmp_path: Path) -> None:
    import_volunteers(desk, sheet(tmp_path, VOLUNTEERS, [ZHUGE]))
    renamed = ["0310001", "诸葛思", "女", "", "", "", "", ""]
    assert counts(import_volunteers(desk, sheet(tmp_path, VOLUNTEERS, [renamed]))) == (0, 1, 0)
    assert [one.name for one in find(desk, "5678")] == ["诸葛思"]
    assert find(desk, "诸葛建") == []


def test_a_number_with_an_extension_is_found_by_its_own_last_digits(desk: Context, tmp_path: Path) -> None:
    row = [*ZHUGE[:4], "021-59571234转801", *ZHUGE[5:]]
    import_volunteers(desk, sheet(tmp_path, VOLUNTEERS, [row]))
    assert [one.no for one in find(desk, "1234")] == ["0310001"]


def test_a_suspension_survives_a_re_import(desk: Context, tmp_path: Path) -> None:
    path = sheet(tmp_path, VOLUNTEERS, [ZHUGE])
    import_volunteers(desk, path)
    set_state(desk, "0310001", "suspended")
    before = contents(desk)
    assert counts(import_volunteers(desk, path)) == (0, 0, 1)
    assert contents(desk) == before


def test_one_number_twice_in_a_file_is_rejected_whichever_way_it_is_written(desk: Context, tmp_path: Path) -> None:
    before = contents(desk, audit=True)
    outcome = import_volunteers(desk, sheet(tmp_path, VOLUNTEERS, [ZHUGE, ["0310001", *ZHUGE[1:]]]))
    assert rejections(outcome) == [(3, "志愿者编号", "0310001", "duplicate_in_file")]
    assert (outcome.read, outcome.added, outcome.changed, outcome.unchanged) == (2, 0, 0, 0)
    assert contents(desk, audit=True) == before

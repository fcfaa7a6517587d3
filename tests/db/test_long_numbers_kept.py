"""No identity, bank card or payment number reaches the disk, whatever it is typed into or imported with."""

from __future__ import annotations

import csv
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.feedback import service as feedback
from frontdesk.locale import words_for
from frontdesk.residents import service as residents
from frontdesk.roster import service as roster
from frontdesk.settings.service import set_setting
from frontdesk.staff.importing import import_staff
from frontdesk.volunteers import service as volunteers
from frontdesk.volunteers.assignments import service as assignments
from frontdesk.volunteers.assignments.rules import Fields
from frontdesk.volunteers.checkin import answers, clock, closing, correcting, undoing
from frontdesk.volunteers.hours import certificates, issuing, notices, supplements
from frontdesk.volunteers.hours.issuing import Issuing
from frontdesk.volunteers.register import editing, records
from frontdesk.volunteers.register.importing import import_volunteers
from tests.desks import passing_desk
from tests.hoursdesks import add_job, add_volunteer, at

NO = "0310001"
SIGNED = Issuing("示范中心", "王五", "李四", "021-5950 0000")
DAY = date(2026, 11, 9)

numbers = st.one_of(
    st.from_regex(r"[1-6][1-5][0-9]{4}(19|20)[0-9]{9}[0-9X]", fullmatch=True),
    st.from_regex(r"[3-6][0-9]{15,18}", fullmatch=True),
)
writings = st.sampled_from(["{}", "身份证{}", "{}，备查", "卡号 {} 已看"])


def sign_certificate(part: str, desk: Context, text: str) -> Any:
    """A certificate on which one of those who stand behind it is this text."""
    return issuing.issue(desk, NO, DAY, DAY, replace(SIGNED, **{part: text}))


Typed = Callable[[Context, str], Any]
TYPED: dict[str, Typed] = {
    "name": lambda desk, text: editing.add(desk, {"name": f"王{text}", "phone": "15400001111"}),
    "team": lambda desk, text: editing.change(desk, NO, {"team": text}),
    "skill": lambda desk, text: editing.change(desk, NO, {"skill": text}),
    "note": lambda desk, text: editing.change(desk, NO, {"note": text}),
    "guardian": lambda desk, text: editing.change(desk, NO, {"guardian_name": f"王{text}"}),
    "consent": lambda desk, text: editing.change(desk, NO, {"consent_version": text}),
    "state": lambda desk, text: volunteers.set_state(desk, NO, "suspended", text),
    "talent": lambda desk, text: records.set_skill(desk, NO, text),
    "talent note": lambda desk, text: records.set_skill(desk, NO, "书法", note=text),
    "talent category": lambda desk, text: records.set_skill(desk, NO, "书法", category=text),
    "call-up": lambda desk, text: records.add_call_up(desk, NO, day=DAY.isoformat(), purpose=text),
    "training": lambda desk, text: records.add_record(desk, NO, "training", day=DAY.isoformat(), title=text),
    "training detail": lambda desk, text: records.add_record(
        desk, NO, "training", day=DAY.isoformat(), title="培训", detail=text
    ),
    "title": lambda desk, text: assignments.add(desk, Fields(DAY, text, 540, 600)),
    "place": lambda desk, text: assignments.add(desk, Fields(DAY, "巡逻", 540, 600, place=text)),
    "briefing": lambda desk, text: assignments.add(desk, Fields(DAY, "巡逻", 540, 600, briefing=text)),
    "cancelled": lambda desk, text: assignments.cancel(desk, 1, text),
    "by hand": lambda desk, text: volunteers.check_in(desk, NO, at=at(desk, DAY, 600), words=text),
    "undo": lambda desk, text: undoing.undo(desk, NO, reason=text),
    "force": lambda desk, text: volunteers.check_in(desk, NO, force=True, words=text),
    "added": lambda desk, text: correcting.add_visit(
        desk, NO, entered=at(desk, DAY, 540), left=at(desk, DAY, 600), reason=text
    ),
    "annulled": lambda desk, text: correcting.annul_visit(desk, NO, DAY, 1, text),
    "answer": lambda desk, text: answers.give_answers(
        desk, NO, consent=False, guardian_name=f"王{text}", guardian_phone="15400001111", guardian_consent=True
    ),
    "corrected": lambda desk, text: correcting.correct_visit(
        desk, NO, DAY, 1, entered=at(desk, DAY, 540), left=at(desk, DAY, 600), reason=text
    ),
    "settled": lambda desk, text: correcting.settle_exit(desk, 1, entered=None, reason=text),
    "reviewed": lambda desk, text: closing.review_visit(desk, NO, DAY, 1, False, text),
    "old ones": lambda desk, text: closing.refuse_old(desk, DAY, text),
    "scan": lambda desk, text: volunteers.scan(desk, "1", words=text),
    **{
        f"certificate {part}": partial(sign_certificate, part)
        for part in ("issuer", "responsible", "handler", "contact")
    },
    "certificate revoked": lambda desk, text: certificates.revoke(desk, "2026000014", text),
    "notice withdrawn": lambda desk, text: notices.withdraw_notice(desk, 1, text),
    "objection decided": lambda desk, text: notices.decide_objection(desk, 1, upheld=True, words=text),
    "supplement annulled": lambda desk, text: supplements.annul_supplement(desk, 1, text),
    "supplement": lambda desk, text: supplements.add_supplement(desk, NO, minutes=30, reason=text, day=DAY),
    "objection": lambda desk, text: notices.object_to(desk, 1, NO, text),
    "absent": lambda desk, text: roster.report_absent(desk, "M001", DAY, text),
    "clock": clock.accept_clock,
    "setting": lambda desk, text: set_setting(desk, "certificate_issuer", text),
    "contact": lambda desk, text: set_setting(desk, "certificate_contact", text),
    "resident": lambda desk, text: residents.add(desk, {"name": f"王{text}"}),
    "resident area": lambda desk, text: residents.add(desk, {"name": "王五", "area": text}),
    "resident birth": lambda desk, text: residents.add(desk, {"name": "王五", "birth": text}),
    "resident note": lambda desk, text: residents.add(desk, {"name": "王五", "note": text}),
    "tags": lambda desk, text: set_setting(desk, "audience_tags", text),
    "comment": lambda desk, text: feedback.rate(desk, 3, comment=text),
}
"""Every use case that keeps what somebody writes, by what is written."""


def raw(folder: Path) -> bytes:
    """All that stands on the disk below a folder: the file, its WAL, keys and logs."""
    return b"\0".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@settings(max_examples=4)
@given(numbers, writings)
def test_nothing_that_is_typed_brings_a_long_number_onto_the_disk(number: str, written: str) -> None:
    text = written.format(number)
    with passing_desk() as (desk, folder):
        add_volunteer(desk, NO)
        add_job(desk, DAY, 540, 60)
        refused: dict[str, str] = {}
        for what, keep in TYPED.items():
            try:
                keep(desk, text)
            except CodedError as refusal:
                refused[what] = refusal.code
                logging.getLogger("frontdesk").warning("%s.%s", refusal.area, refusal.code)
                assert number[3:-4] not in f"{refusal} {words_for(refusal)}", what
        assert refused == dict.fromkeys(TYPED, "long_number")
        assert number[3:-4].encode() not in raw(folder)


def write(path: Path, headings: list[str], row: list[str]) -> Path:
    """A sheet of one row."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([headings, row])
    return path


VOLUNTEER = {
    "志愿者编号": "0310002",
    "姓名": "张三",
    "电话": "15400002222",
    "服务队": "护河队",
    "技能特长": "书法",
    "志愿者备注": "x",
}
RESIDENT = {"姓名": "张三", "电话": "15400002222", "出生": "1951", "标签": "老年人", "居委": "晨光", "备注": "x"}
STAFF = {"工号": "S101", "姓名": "李四", "类别": "社工", "证书": "社工证"}


@pytest.mark.parametrize(
    ("run", "row", "column"),
    [
        *((import_volunteers, VOLUNTEER, one) for one in ("姓名", "服务队", "技能特长", "志愿者备注")),
        *((residents.import_residents, RESIDENT, one) for one in RESIDENT if one != "电话"),
        *((import_staff, STAFF, one) for one in STAFF),
    ],
)
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=numbers)
def test_an_import_names_row_and_column_and_masks_the_number(
    tmp_path: Path, run: Callable[..., Any], row: dict[str, str], column: str, number: str
) -> None:
    given_row = row | {column: number if column == "工号" else f"张{number}"}
    sheet = write(tmp_path / "表.csv", list(given_row), list(given_row.values()))
    with passing_desk() as (desk, folder):
        outcome = run(desk, sheet)
        assert [(one.row, one.column, one.reason) for one in outcome.rejected] == [(2, column, "long_number")]
        (refused,) = outcome.rejected
        assert f"{number[:3]}****{number[-4:]}" in refused.value
        assert number[3:-4] not in f"{refused.as_json()} {refused.words()}"
        assert number[3:-4].encode() not in raw(folder)


@given(numbers)
@settings(max_examples=4)
def test_what_no_use_case_has_refused_is_still_masked_in_the_audit_log(number: str) -> None:
    with passing_desk() as (desk, folder):
        with desk.change("test.changed", "centre", words=number, by="M001"):
            """Only the audit entry."""
        assert number[3:-4].encode() not in raw(folder)

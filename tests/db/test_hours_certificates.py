"""Certificates: kept as issued, printed again byte for byte, verified by number, revoked with a reason."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import certificates as kept_certificates
from db import volunteers as people
from frontdesk.common.fonts import FontSearch
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.locale import words_for
from frontdesk.volunteers.hours import certificate_paper, certificates, issuing, notices
from frontdesk.volunteers.hours.certificate_numbers import grouped_number, next_number, read_number
from frontdesk.volunteers.hours.issuing import Issuing
from frontdesk.volunteers.hours.supplements import add_supplement
from tests.desks import NOON, contents, new_desk
from tests.hoursdesks import MONDAY, SUNDAY, add_job, add_visit, add_volunteer

NO = "0310001"
BY = Issuing("安亭示范邻里中心", "王五", "李磊", "021-5950 0000")


@pytest.fixture
def fonts(tmp_path: Path) -> FontSearch:
    """None: drawing is quick without."""
    return FontSearch(None, ())


@pytest.fixture
def desk(tmp_path: Path) -> Context:
    context = new_desk(tmp_path / "home")
    add_volunteer(context, NO, "张小明")
    job = add_job(context, MONDAY, 540, 180)
    add_visit(context, NO, MONDAY, 540, 5430, job=job)
    add_supplement(context, NO, minutes=40, reason="忘带卡", day=SUNDAY)
    return context


def refused(case: Any, *arguments: Any, **options: Any) -> DeskError:
    with pytest.raises(DeskError) as refusal:
        case(*arguments, **options)
    return refusal.value


def issued(context: Context, fonts: FontSearch) -> str:
    """The number of a new certificate of the week."""
    return issuing.issue(context, NO, MONDAY, SUNDAY, BY, fonts=fonts, again=True).certificate.number


def test_a_certificate_keeps_exact_seconds_and_what_is_shown(desk: Context, fonts: FontSearch) -> None:
    rounded = replace(desk, settings=replace(desk.settings, rounding_minutes=30, rounding_direction="up"))
    one = certificates.certificate(desk, issued(rounded, fonts))
    assert (one.measured_seconds, one.supplemented_seconds) == (5430, 2400)
    assert (one.measured_minutes, one.supplemented_minutes) == (120, 60)
    assert json.loads(one.content) == [["平安巡逻", 5430, 0], ["", 0, 2400]]
    assert (one.issued_on, one.operator_no, one.handler) == ("2026-11-09", "M001", "李磊")


def test_it_is_printed_again_as_it_was_whatever_changes_meanwhile(
    desk: Context, fonts: FontSearch, tmp_path: Path
) -> None:
    number = issued(desk, fonts)
    certificates.print_certificate(desk, number, tmp_path / "1.pdf")
    with desk.change("test", "test") as connection:
        volunteer = people.get(connection, NO)
        assert volunteer is not None
        people.put(connection, volunteer.model_copy(update={"name": "张大明"}))
    add_supplement(desk, NO, minutes=40, reason="又一次", day=MONDAY)
    other = replace(desk, settings=replace(desk.settings, brand_rgb=(0, 0, 0), rounding_minutes=30))
    certificates.print_certificate(other, grouped_number(number), tmp_path / "2.pdf")
    assert (tmp_path / "1.pdf").read_bytes() == (tmp_path / "2.pdf").read_bytes()


def test_numbers_run_on_within_a_year_and_begin_anew_in_the_next(desk: Context, fonts: FontSearch) -> None:
    numbers = [issued(desk, fonts), issued(desk, fonts)]
    next_year = replace(desk, clock=lambda: NOON + timedelta(days=60))
    numbers.append(issued(next_year, fonts))
    assert [number[:-1] for number in numbers] == ["202600001", "202600002", "202700001"]
    assert [read_number(grouped_number(number)) for number in numbers] == numbers
    assert refused(next_number, "2026999990", 2026).code == "no_more_numbers"


def test_what_another_window_issues_meanwhile_takes_neither_number_nor_paper(
    desk: Context, fonts: FontSearch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = certificate_paper.draw_certificate
    meanwhile: list[str] = []

    def slow(*arguments: Any, **options: Any) -> Any:
        if not meanwhile:
            meanwhile.append("")
            add_supplement(desk, NO, minutes=60, reason="更正", day=MONDAY)
            meanwhile[0] = issued(desk, fonts)
        return draw(*arguments, **options)

    monkeypatch.setattr(certificate_paper, "draw_certificate", slow)
    number = issued(desk, fonts)
    assert (meanwhile[0][:-1], number[:-1]) == ("202600001", "202600002")
    certificates.print_certificate(desk, number, tmp_path / "1.pdf")
    with pypdfium2.PdfDocument(tmp_path / "1.pdf") as document:
        text = document[0].get_textpage().get_text_range()
    assert grouped_number(number) in text and grouped_number(meanwhile[0]) not in text
    assert certificates.certificate(desk, number).supplemented_minutes == 100


def test_what_cannot_be_written_is_not_issued(desk: Context, fonts: FontSearch, tmp_path: Path) -> None:
    missing = tmp_path / "nowhere" / "x.pdf"
    fault = refused(issuing.issue, desk, NO, MONDAY, SUNDAY, BY, fonts=fonts, out=lambda _: missing)
    assert fault.code == "write_failed" and certificates.certificates(desk) == []
    out = tmp_path / "x.pdf"
    done = issuing.issue(desk, NO, MONDAY, SUNDAY, BY, fonts=fonts, out=lambda _: out)
    assert done.certificate.number.startswith("202600001") and done.out == out
    assert out.read_bytes() == kept_certificates.paper(desk.database.connection, done.certificate.number)


def test_a_disk_that_fails_after_all_was_kept_is_told_with_the_number(
    desk: Context, fonts: FontSearch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", fail)
    fault = refused(issuing.issue, desk, NO, MONDAY, SUNDAY, BY, fonts=fonts, out=lambda _: tmp_path / "x.pdf")
    [one] = certificates.certificates(desk)
    assert (fault.code, fault.details["number"]) == ("issued_unwritten", grouped_number(one.number))
    assert one.number[4:-1] in words_for(fault)


def test_just_the_same_days_are_certified_again_only_where_it_is_meant(desk: Context, fonts: FontSearch) -> None:
    first = issuing.issue(desk, NO, MONDAY, SUNDAY, BY, fonts=fonts).certificate.number
    fault = refused(issuing.issue, desk, NO, MONDAY, SUNDAY, BY, fonts=fonts)
    assert (fault.code, fault.details["number"]) == ("already_issued", grouped_number(first))
    assert grouped_number(first) in words_for(fault)
    assert issuing.issue(desk, NO, MONDAY, MONDAY, BY, fonts=fonts).certificate.number > first
    second = issuing.issue(desk, NO, MONDAY, SUNDAY, BY, fonts=fonts, again=True).certificate.number
    for number in (first, second):
        certificates.revoke(desk, number, "写错了")
    assert issuing.issue(desk, NO, MONDAY, SUNDAY, BY, fonts=fonts).certificate.number > second


def test_a_number_is_genuine_revoked_unknown_or_mistyped(desk: Context, fonts: FontSearch) -> None:
    number = issued(desk, fonts)
    found = certificates.verify(desk, f" {grouped_number(number)} ")
    assert (found.verdict, found.as_json()["name_masked"], found.as_json()["measured_minutes"]) == (
        "genuine",
        "张*明",
        90,
    )
    assert certificates.verify(desk, next_number(number, 2026)).verdict == "unknown"
    wrong = f"{number[:5]}{(int(number[5]) + 1) % 10}{number[6:]}"
    assert [certificates.verify(desk, text).verdict for text in (wrong, number[:-1], "", "证明")] == ["mistyped"] * 4
    assert refused(certificates.revoke, desk, number, " ").code == "reason_required"
    assert certificates.revoke(desk, number, "时长有误").revoke_reason == "时长有误"
    assert certificates.verify(desk, number).verdict == "revoked"
    assert refused(certificates.revoke, desk, number, "x").code == "already_revoked"
    assert refused(certificates.certificate, desk, wrong).code == "mistyped_number"
    assert refused(certificates.certificate, desk, next_number(number, 2026)).code == "unknown_certificate"


@given(st.integers(2000, 2199), st.integers(0, 99_998), st.integers(0, 9), st.integers(0, 9))
def test_every_wrong_digit_and_every_swap_of_neighbours_is_mistyped(year: int, place: int, at: int, digit: int) -> None:
    last = f"{year}{place:05d}0" if place else ""
    number = next_number(last, year)
    wrong = number[:at] + str(digit) + number[at + 1 :]
    assert (read_number(wrong) == wrong) == (wrong == number)
    swapped = number[:at] + number[at : at + 2][::-1] + number[at + 2 :]
    assert (read_number(swapped) == swapped) == (swapped == number)


def test_what_is_missing_is_named_and_nothing_is_issued(desk: Context, fonts: FontSearch) -> None:
    before = contents(desk, audit=True)
    empty = issuing.proposed_issuing(desk)
    assert (empty.issuer, empty.handler, empty.missing) == ("安亭示范邻里中心", "王五", ("responsible", "contact"))
    fault = refused(issuing.issue, desk, NO, MONDAY, SUNDAY, empty, fonts=fonts)
    assert (fault.code, fault.details["missing"]) == ("certificate_incomplete", ["responsible", "contact"])
    assert refused(issuing.issue, desk, NO, MONDAY, desk.today() + timedelta(days=1), BY).code == "period_to_come"
    assert refused(issuing.issue, desk, NO, SUNDAY, MONDAY, BY).code == "bad_order"
    assert refused(issuing.issue, desk, NO, date(2026, 1, 1), date(2026, 1, 2), BY).code == "no_hours"
    assert refused(issuing.issue, desk, "9999999", MONDAY, SUNDAY, BY).code == "unknown_volunteer"
    assert contents(desk, audit=True) == before


def test_what_waits_and_what_is_still_published_is_warned_of(desk: Context, fonts: FontSearch) -> None:
    assert not issuing.warnings_for(desk, NO, MONDAY, SUNDAY)
    add_visit(desk, NO, SUNDAY, 540, 3600, basis="inferred", review="pending", credit=0)
    add_visit(desk, NO, SUNDAY, 700, None, number=2)
    add_visit(desk, NO, SUNDAY, 800, None, number=3, annulled=True)
    until = notices.publish(desk, MONDAY, SUNDAY).until
    done = issuing.issue(desk, NO, MONDAY, SUNDAY, BY, fonts=fonts)
    assert done.warnings.as_json() == {"to_review": 1, "left_open": 2, "notices_until": [until]}
    assert set(done.romanised) >= {"张小明", "平安巡逻"}


def test_the_lists_are_of_everybody_or_of_one_and_the_paper_stands_in_the_audit_log(
    desk: Context, fonts: FontSearch, tmp_path: Path
) -> None:
    number = issued(desk, fonts)
    assert [one.number for one in certificates.certificates(desk)] == [number]
    assert certificates.certificates(desk, "0310009") == []
    certificates.print_certificate(desk, number, tmp_path / "1.pdf")
    log = contents(desk, audit=True)["audit"]
    assert [row[4] for row in log][-2:] == ["certificate.issued", "certificate.printed"]
    assert not any("张" in str(value) for row in log for value in row)
    before = len(log)
    assert refused(certificates.print_certificate, desk, number, tmp_path / "none" / "1.pdf").code == "write_failed"
    assert len(contents(desk, audit=True)["audit"]) == before

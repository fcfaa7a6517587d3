"""Notices, consent, retention, and one person's data from all tables."""

from __future__ import annotations

import dataclasses
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.personal import COLUMNS
from db.persons import links
from db.staff import Role
from frontdesk.access.errors import AccessError
from frontdesk.activities.exchange.register import Scope
from frontdesk.activities.exchange.service import export_sheet
from frontdesk.activities.rooms.files import write_bookings
from frontdesk.audit import service as audit_log
from frontdesk.common.periods import month_of
from frontdesk.context import Context, Operator
from frontdesk.errors import DeskError
from frontdesk.feedback.capture.exporting import export_ratings
from frontdesk.locale import catalogue
from frontdesk.privacy import service as privacy
from frontdesk.privacy.data import _LEFT_OUT, _NOBODYS, as_json
from frontdesk.privacy.errors import PrivacyError
from frontdesk.privacy.of_cases import TABLES as OF_CASES
from frontdesk.privacy.rules import KINDS, Subject, kept_since, looked_for
from frontdesk.privacy.words import column_words
from frontdesk.reports.exporting import export_workbook
from frontdesk.reports.pdf import export_pdf
from frontdesk.residents import service as residents
from frontdesk.residents.exporting import export_residents
from frontdesk.settings.service import set_setting
from frontdesk.today.service import occasions
from frontdesk.volunteers.assignments.exporting import write_sheet
from frontdesk.volunteers.checkin.clock import accept_clock
from frontdesk.volunteers.hours.book import export_totals
from frontdesk.volunteers.hours.spans import Span
from frontdesk.volunteers.register import service as register
from frontdesk.volunteers.register.exporting import export_register
from frontdesk.volunteers.register.talent import TalentQuery
from tests.safe_person import GUARDIAN_PHONE, NAME, NUMBER, PHONE, WORDS, plant
from tests.signups import at


def actions(desk: Context) -> list[tuple[str, str]]:
    return [tuple(row) for row in desk.database.connection.execute("SELECT action, subject FROM audit ORDER BY id")]


def refused(code: str) -> pytest.RaisesExc[PrivacyError]:
    return pytest.raises(PrivacyError, match=f"^{code}")


def somebody(desk: Context, **said: str) -> Subject:
    fields = {"name": "王小芳", "phone": "15400001111"} | said
    return Subject("resident", str(residents.add(desk, fields, even_if_known=True).id))


@pytest.fixture
def notice(desk: Context) -> str:
    title, body = privacy.draft(desk)
    return privacy.publish(desk, "2026-1", title, body).version


def test_a_notice_is_drafted_from_the_settings_published_once_and_never_changes(desk: Context) -> None:
    set_setting(desk, "retention_resident_months", "18")
    title, body = privacy.draft(desk)
    assert "18 个月" in body and desk.centre.name in body
    made = privacy.publish(desk, "2026-1", title, body)
    assert desk.settings.consent_notice_version == "2026-1" and privacy.notice(desk) == made
    with refused("notice_exists"):
        privacy.publish(desk, "2026-1", title, "别的")
    with pytest.raises(Exception, match="stays as it was"), desk.database.write() as connection:
        connection.execute("UPDATE privacy_notice SET body = '别的'")
    with refused("bad_body"):
        privacy.publish(desk, "2026-2", title, "\x1b[2J")
    privacy.publish(desk, "2026-2", title, body, in_force=False)
    assert [(one.version, one.in_force) for one in privacy.notices(desk)] == [("2026-1", True), ("2026-2", False)]


@pytest.mark.parametrize("kind", [pytest.param("pdf", marks=pytest.mark.slow), "docx", "txt"])
def test_a_notice_is_written_for_printing(desk: Context, notice: str, tmp_path: Path, kind: str) -> None:
    written = privacy.print_notice(desk, tmp_path / f"告知书.{kind}")
    content = (tmp_path / f"告知书.{kind}").read_bytes()
    assert written.kind == kind and len(content) > 500
    if kind == "txt":
        assert "个人信息告知书" in content.decode() and "六、您的权利" in content.decode()
    with refused("unknown_paper"):
        privacy.print_notice(desk, tmp_path / "告知书.exe")


def test_consent_is_given_with_purposes_and_withdrawn_and_the_register_says_the_same(
    desk: Context, notice: str
) -> None:
    one = somebody(desk, birth="1960")
    given = privacy.give(desk, one, purposes=("contact", "activities"))
    assert given.current and given.purposes == ("activities", "contact")
    kept = residents.get(desk, int(one.ref))
    assert (kept.consent_on, kept.consent_version) == ("2026-11-09", notice)
    withdrawn = privacy.withdraw(desk, one)
    assert not withdrawn.given and residents.get(desk, int(one.ref)).consent_on == ""
    assert [event.event for event in withdrawn.log] == ["withdrawn", "given"]
    assert [waiting.subject for waiting in privacy.reminders(desk)] == [one]
    with refused("not_given"):
        privacy.withdraw(desk, one)
    privacy.keep_by_law(desk, one, "会计凭证要留")
    assert privacy.reminders(desk) == []
    with refused("not_withdrawn"):
        privacy.keep_by_law(desk, one, "再说一次")
    assert ("consent.withdrawn", str(one)) in actions(desk)
    other = somebody(desk, name="王小红", consent_on="2026-11-02")
    privacy.withdraw(desk, other)
    privacy.erase(desk, [other])
    assert privacy.tombstones(desk)[0].cause == "withdrawn" and privacy.reminders(desk) == []


def test_whatever_form_writes_a_consent_the_log_follows(desk: Context, notice: str) -> None:
    one = somebody(desk, consent_on="2026-11-02")
    residents.withdraw_consent(desk, int(one.ref))
    residents.give_consent(desk, int(one.ref))
    residents.change(desk, int(one.ref), {"note": "改别的不算"})
    register.add(desk, {"no": NUMBER, "name": "张大明", "consent_on": "2026-11-03"})
    log = [(event.event, event.version) for event in privacy.consent_of(desk, one).log]
    assert log == [("given", notice), ("withdrawn", notice), ("given", notice)]
    volunteer = privacy.consent_of(desk, Subject("volunteer", NUMBER))
    assert volunteer.given and [event.day for event in volunteer.log] == ["2026-11-03"]
    privacy.give(desk, Subject("volunteer", NUMBER))
    assert len(privacy.consent_of(desk, Subject("volunteer", NUMBER)).log) == 2


def test_for_a_minor_the_guardian_agrees_and_has_to_be_known(desk: Context, notice: str) -> None:
    guardian = {"guardian_name": "王大芳", "guardian_phone": "15400002222", "guardian_consent_on": "2026-11-01"}
    child = somebody(desk, birth="2013-01", **guardian)
    with refused("guardian_needed"):
        privacy.give(desk, child, by="self")
    given = privacy.give(desk, child)
    assert given.log[0].by == "guardian"
    assert residents.get(desk, int(child.ref)).guardian_consent_on == "2026-11-09"
    register.add(desk, {"no": NUMBER, "name": "张小明", "birth": "2010-01-05"})
    with refused("guardian_unknown"):
        privacy.give(desk, Subject("volunteer", NUMBER))


def test_from_14_a_resident_agrees_and_a_volunteer_below_the_set_age_has_the_guardian(
    desk: Context, notice: str
) -> None:
    youth = somebody(desk, birth="2010-01")
    assert not privacy.consent_of(desk, youth).needs_guardian
    assert privacy.give(desk, youth).log[0].by == "self"
    register.add(desk, {"no": NUMBER, "name": "张小明", "birth": "2010-01-05"})
    helper = Subject("volunteer", NUMBER)
    assert privacy.consent_of(desk, helper).needs_guardian
    desk.settings = dataclasses.replace(desk.settings, guardian_age=0)
    assert not privacy.consent_of(desk, helper).needs_guardian
    register.add(desk, {"no": "0000099", "name": "张小小", "birth": "2014-01-05"})
    assert privacy.consent_of(desk, Subject("volunteer", "0000099")).needs_guardian


def test_without_a_notice_nobody_can_agree_and_purposes_have_names(desk: Context) -> None:
    one = somebody(desk)
    with refused("no_notice"):
        privacy.give(desk, one)
    with refused("unknown_purpose"):
        privacy.give(desk, one, purposes=("spying",))
    with refused("no_consent_of"):
        privacy.consent_of(desk, Subject("staff", "M001"))


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.integers(1, 600))
def test_what_is_kept_begins_so_many_months_ago(today: date, months: int) -> None:
    since = kept_since(today, months)
    assert since is not None
    apart = (today.year - since.year) * 12 + today.month - since.month
    assert apart == months and since.day <= today.day
    assert since.day == today.day or (since + timedelta(days=1)).day == 1


def test_names_of_one_character_are_not_looked_for_in_words() -> None:
    assert looked_for(["王", "王芳"], ["15412340987"]) == ("154 1234 0987", "154-1234-0987", "15412340987", "王芳")


def test_what_is_due_is_counted_masked_and_purged_in_batches_that_can_be_stopped(desk: Context) -> None:
    for number in range(120):
        somebody(desk, name=f"甲{chr(0x4E00 + number)}", phone=f"154{number:08d}", consent_on="2026-11-02")
    kept = somebody(desk, name="没有日期")
    set_setting(desk, "retention_resident_months", "12")
    assert privacy.due_count(desk) == 0
    at(desk, timedelta(days=400))
    accept_clock(desk, "停业")
    due = next(one for one in privacy.due(desk) if one.kind == "resident")
    assert (due.count, due.oldest, due.undated, due.held) == (120, "2026-11-02", 1, 0)
    assert all("*" in line.name for line in due.lines)
    assert privacy.due_count(desk) == 120
    assert [one.values["count"] for one in occasions(desk).due if one.kind == "retention"] == [120]
    told: list[tuple[int, int]] = []
    done = privacy.purge(
        desk, "resident", progress=lambda now, all_: told.append((now, all_)), stop=lambda: len(told) == 1
    )
    assert (done.done, done.stopped, done.clean) == (50, True, True) and told == [(50, 120)]
    done = privacy.purge(desk, "resident")
    assert (done.done, done.stopped) == (70, False)
    assert residents.count(desk) == 1 and residents.get(desk, int(kept.ref)).name == "没有日期"
    assert {one.cause for one in privacy.tombstones(desk)} == {"retention"}
    assert not any("甲" in detail[0] for detail in desk.database.connection.execute("SELECT detail FROM audit"))


def test_every_kind_of_data_falls_due_and_goes(desk: Context, tmp_path: Path) -> None:
    planted = plant(desk, Random(7))
    at(desk, timedelta(days=365 * 4))
    accept_clock(desk, "停业")
    old = tmp_path / "exports"
    old.mkdir()
    (old / "名册.xlsx").write_bytes(b"x")
    found = {one.kind: one.count for one in privacy.due(desk, old)}
    # The sheet was written just now by the computer's clock, years ago by the desk's or not at all.
    assert {kind: found[kind] for kind in ("resident", "volunteer", "rater", "booking", "signup")} == {
        "resident": 2,
        "volunteer": 1,
        "rater": 2,
        "booking": 1,
        "signup": 3,
    }
    with refused("files_by_hand"):
        privacy.purge(desk, "export")
    for kind in ("signup", "rater", "booking", "volunteer", "resident"):
        assert privacy.purge(desk, kind).held == 0
    left = {one.kind: one.count for one in privacy.due(desk)}
    assert set(left.values()) == {0}
    with refused("erased_already"):
        privacy.erase(desk, planted.subjects[:1])


def test_one_person_is_shown_from_all_tables_masked_and_in_clear_only_with_an_entry(desk: Context) -> None:
    planted = plant(desk, Random(3))
    shown = privacy.show(desk, planted.subjects)
    text = json.dumps(as_json(shown), ensure_ascii=False)
    tables = {one.table for one in shown.sections}
    assert {"resident", "registration", "rating", "volunteer", "visit", "service_certificate", "booking"} <= tables
    # A name within words cannot be told from the words; numbers there are masked too.
    assert not any(secret in text for secret in (PHONE, GUARDIAN_PHONE, WORDS["guardian"], "2012-03-04"))
    assert f'"{NAME}"' not in text
    before = len(actions(desk))
    clear = json.dumps(as_json(privacy.unmask(desk, planted.subjects)), ensure_ascii=False)
    assert all(secret in clear for secret in (NAME, PHONE, GUARDIAN_PHONE, WORDS["guardian"], "2012-03-04"))
    assert actions(desk)[before:] == [("person.unmask", str(one)) for one in planted.subjects]


def test_everything_is_handed_over_as_a_workbook_and_as_json_with_the_reason_in_the_log(
    desk: Context, tmp_path: Path
) -> None:
    from openpyxl.reader.excel import load_workbook

    planted = plant(desk, Random(4))
    out = tmp_path / "本人.xlsx"
    with refused("bad_reason"):
        privacy.export(desk, planted.subjects, out, " ")
    paths = privacy.export(desk, planted.subjects, out, "本人要求")
    assert paths == [out, tmp_path / "本人.json"]
    said = json.loads(paths[1].read_text("utf-8"))
    assert said["name"] == NAME and said["phone"] == PHONE
    book = load_workbook(out)
    cells = {str(cell.value) for sheet in book for row in sheet for cell in row}
    assert {NAME, PHONE, WORDS["note"]} & cells
    assert actions(desk)[-1] == ("person.exported", " ".join(map(str, planted.subjects)))


def test_the_json_of_a_person_replaces_no_file_that_nobody_named(desk: Context, tmp_path: Path) -> None:
    one = somebody(desk)
    (tmp_path / "本人.json").write_text("别人的", "utf-8")
    assert privacy.export(desk, [one], tmp_path / "本人.xlsx", "本人要求")[1] == tmp_path / "本人-2.json"
    assert (tmp_path / "本人.json").read_text("utf-8") == "别人的"
    # A name with the ending of the other of the two.
    out, other = privacy.export(desk, [one], tmp_path / "全部.json", "本人要求")
    assert out.read_bytes().startswith(b"PK") and json.loads(other.read_text("utf-8"))["name"] == "王小芳"


@pytest.mark.skipif(os.name != "posix", reason="the system knows no modes")
def test_files_in_clear_and_the_list_of_the_erased_are_their_owners_alone(desk: Context, tmp_path: Path) -> None:
    one = somebody(desk)
    paths = [*privacy.export(desk, [one], tmp_path / "本人.xlsx", "本人要求"), tmp_path / "名册.xlsx"]
    export_residents(desk, paths[-1], with_names=True, reason="本人要求")
    privacy.erase(desk, [one])
    paths.append(desk.home.path / "erased.jsonl")
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}
    # What an earlier version wrote for all to read is closed with the next look.
    paths[-1].chmod(0o644)
    privacy.settle(desk)
    assert paths[-1].stat().st_mode & 0o777 == 0o600


def test_every_column_about_people_belongs_to_a_table_that_is_shown_and_emptied() -> None:
    covered = {one.table for kind in KINDS for one in links(kind)}
    about = {
        table
        for table, columns in COLUMNS.items()
        if any(kind in ("name", "birth", "address", "phone_cipher", "phone_key", "search") for kind in columns.values())
    }
    assert about - covered == set()


def test_people_are_found_in_every_register_at_once(desk: Context) -> None:
    planted = plant(desk, Random(6))
    found = {one.subject for one in privacy.find(desk, NAME)}
    assert {planted.subjects[0], planted.subjects[1], planted.subjects[3]} <= found
    assert all("*" in one.name for one in privacy.find(desk, NAME))
    assert privacy.find(desk, "%") == [] and privacy.find(desk, " ") == []
    for text in ("resident/x", "rater/12", "nobody/1", "12345678901234567"):
        with refused("unread_person"):
            privacy.read_subject(text)


def test_only_a_manager_erases_and_an_auditor_changes_nothing(desk: Context) -> None:
    one = somebody(desk)
    roles: dict[Role, str] = {"operator": "manager_required", "auditor": "manager_required|auditor_reads_only"}
    for role, code in roles.items():
        other = replace(desk, operator=Operator("M001", "王五", role))
        with pytest.raises(DeskError, match=code):
            privacy.erase(other, [one])
    nobody = replace(desk, operator=None, source="cli")
    with pytest.raises(DeskError, match="operator_required"):
        privacy.show(nobody, [one])


def test_names_in_clear_leave_the_centre_with_a_reason_and_where_asked_a_second_person(
    desk: Context, tmp_path: Path
) -> None:
    somebody(desk)
    out = tmp_path / "名册.xlsx"
    assert export_residents(desk, out, with_names=True, with_phones=True, reason="街道核对") == 1
    action, detail = desk.database.connection.execute(
        "SELECT action, detail FROM audit ORDER BY id DESC LIMIT 1"
    ).fetchone()
    assert action == "resident.exported" and json.loads(detail)["reason"].startswith("#")
    assert "街道核对" in audit_log.entries(desk, audit_log.Filter(), 0, 1)[0].detail
    set_setting(desk, "approve_unmask_export", "1")
    out.unlink()
    with pytest.raises(AccessError, match="approval_required"):
        export_residents(desk, out, with_names=True)
    with pytest.raises(AccessError, match="approval_required"):
        export_register(desk, out, TalentQuery(), with_phones=True)
    with pytest.raises(AccessError, match="approval_required"):
        export_ratings(desk, month_of(date(2026, 10, 1)), out, with_names=True)
    first, last, month = date(2026, 10, 1), date(2026, 10, 31), month_of(date(2026, 10, 1))
    cases: tuple[Callable[[], object], ...] = (
        lambda: write_bookings(desk, out, first, last, full_names=True),
        lambda: export_totals(desk, Span(first, last), out, with_names=True),
        lambda: export_sheet(desk, "signups", Scope(first, last), out, full=True),
        lambda: write_sheet(desk, out, first, last, full_names=True),
        lambda: export_workbook(desk, month, out, with_names=True),
        lambda: export_pdf(desk, month, out.with_suffix(".pdf"), with_names=True),
    )
    for case in cases:
        with pytest.raises(AccessError, match="approval_required"):
            case()
    assert [one.name for one in tmp_path.iterdir()] == ["home"]
    set_setting(desk, "approve_unmask_export", "0")
    write_bookings(desk, out, first, last, full_names=True, reason="街道核对")
    write_sheet(desk, out, first, last, full_names=True, reason="街道核对")
    for each in desk.database.connection.execute("SELECT detail FROM audit ORDER BY id DESC LIMIT 2"):
        assert "reason" in json.loads(each["detail"])
    set_setting(desk, "approve_unmask_export", "1")
    out.unlink()
    assert export_residents(desk, out) == 1


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_code_that_the_schema_allows_in_a_persons_rows_has_words(desk: Context, language: str) -> None:
    known, lacking = catalogue(language, "privacy_codes"), set[str]()
    tables = {link.table for kind in KINDS for link in links(kind)}
    for row in desk.database.connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'"):
        if row["name"] in tables:
            for column, listed in re.findall(r"([a-z_]+) IN \(('[a-z_', ]*)\)", row["sql"]):
                codes = [code for code in re.findall("'([a-z_]+)'", listed) if len(code) > 1]
                lacking |= {f"{column}.{code}" for code in codes if not {code, f"{column}.{code}"} & known.keys()}
    assert lacking == set()


def test_codes_stand_in_words_on_a_persons_screen(desk: Context) -> None:
    one = somebody(desk, consent_on="2026-11-01", consent_version="v1")
    told = [value for section in privacy.show(desk, [one]).sections for row in section.rows for value in row]
    assert "同意" in told and "given" not in told and "self" not in told


def test_every_column_of_a_persons_rows_has_words() -> None:
    kinds = ("resident", "volunteer", "rater", "booking")
    shown = {
        (link.table, column)
        for kind in kinds
        for link in links(kind)  # type: ignore[arg-type]
        if link.table not in (*_NOBODYS, *OF_CASES)
        for column, what in COLUMNS[link.table].items()
        if what not in _LEFT_OUT
    }
    assert [one for one in sorted(shown) if column_words(*one) == one[1]] == []

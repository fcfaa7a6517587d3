"""What was planted of people is found nowhere but in its place: in no backup, nothing that travels, no totals."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from db import outbox
from frontdesk.activities.rooms.keeping import add_room
from frontdesk.activities.rooms.rules import BookingFields, RoomFields
from frontdesk.activities.rooms.service import book
from frontdesk.activities.service import sign_up
from frontdesk.backup import service as backup
from frontdesk.check import file
from frontdesk.check.service import full_look, write_text
from frontdesk.checking import listed
from frontdesk.common.periods import month_of, week_of
from frontdesk.context import Context
from frontdesk.feedback import service as feedback
from frontdesk.feedback.service import Entry
from frontdesk.feedback.statistics.workbook import export_statistics
from frontdesk.keychange.service import export_keys, rotate
from frontdesk.reports import service as reports
from frontdesk.reports.exporting import export_workbook
from frontdesk.residents import service as residents
from frontdesk.staff.service import import_staff
from frontdesk.sync.service import enrol, write_usb
from frontdesk.volunteers.hours.book import export_totals
from frontdesk.volunteers.hours.spans import Span
from frontdesk.volunteers.register import service as register
from tests.desks import DESK, NOON, new_desk, sheet
from tests.safe_secrets import Planted, found_in, plant
from tests.signups import session_at
from tests.sync.ends import running_district


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    key = backup.new_recovery_key(context)
    backup.confirm_groups(context, key, dict(enumerate(key.groups)))
    yield context
    context.database.close()


def on_the_disk(context: Context) -> bytes:
    """The file and its journal, as somebody would copy them."""
    return b"".join(path.read_bytes() for path in sorted(context.home.path.glob("centre.db*")))


def test_the_search_finds_what_is_there_in_every_form() -> None:
    phone, word = "15812345637", "密水山语"
    for hidden in (
        phone.encode(),
        b"158-1234 5637",
        phone.encode("utf-16-le"),
        b"xyz" + base64.b64encode(b"ab" + phone.encode() + b"cd"),
        zlib.compress(b"padding before " + phone.encode()),
        b"\x06" + int(phone).to_bytes(8, "big"),
    ):
        assert found_in(hidden, {"phone": phone}) and not found_in(hidden, {"phone": "15811145637"}), hidden
    assert found_in(word.encode("gb18030"), {"word": word}) and found_in(word.encode("utf-16-be"), {"word": word})


def test_no_phone_of_any_table_is_in_the_copied_file_and_nothing_at_all_in_a_backup_or_a_copy_of_the_keys(
    desk: Context, tmp_path: Path
) -> None:
    planted = plant(desk)
    assert len(planted.phones) >= 8 and len(planted.everything) > 60
    copied = on_the_disk(desk)
    assert found_in(copied, planted.phones) == {}
    # The search would prove nothing if it found nothing anywhere.
    assert found_in(copied, planted.words).keys() == planted.words.keys()
    made = backup.make_now(desk)
    keys = export_keys(desk, tmp_path / "keys.sealed")
    assert found_in(made.path.read_bytes() + keys.read_bytes(), planted.everything) == {}
    secret_keys = {path.name: path.read_bytes().hex() for path in desk.home.keys.glob("*.key")}
    for sealed in (made.path.read_bytes(), keys.read_bytes(), copied):
        assert not any(bytes.fromhex(key) in sealed or key.encode() in sealed for key in secret_keys.values())
    assert found_in(made.path.name.encode(), {"centre": desk.centre.name}) == {}


def test_the_result_of_a_check_that_finds_much_in_records_of_people_holds_numbers_and_codes_only(
    desk: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted, codes = plant(desk), set[str]()
    for goes_on in (False, True):
        if goes_on:
            # What was planted past the constraints is told as faults of the pages, behind which nothing is looked at.
            monkeypatch.setattr(file, "PAGES", listed("file", "page_faults", lambda *_: ()))
        look = full_look(desk)
        codes |= {one.key for one in look.findings}
        for path in (desk.home.path / "check.json", write_text(desk, look, desk.home.path)):
            assert found_in(path.read_bytes(), planted.everything) == {}
    assert len(codes) > 15 and "file.page_faults" in codes


def lived(desk: Context, folder: Path) -> Planted:
    """Have people with distinct names and phones entered by every use case that takes a phone."""
    planted = Planted()
    numbers = iter(range(37, 99))

    def person(where: str) -> tuple[str, str]:
        number = next(numbers)
        planted.names[where], planted.phones[where] = f"贺兰{chr(0x6000 + number)}夜", f"1581234{number:04d}"
        return planted.names[where], planted.phones[where]

    name, phone = person("resident")
    said = {"name": name, "phone": phone, "birth": "2014-05-06", "area": "临河居委七组", "consent_on": "2026-11-01"}
    said |= dict(zip(("guardian_name", "guardian_phone"), person("guardian"), strict=True))
    residents.add(desk, said | {"guardian_consent_on": "2026-11-01"})
    name, phone = person("volunteer")
    said = {"no": "0310777", "name": name, "phone": phone, "consent_on": "2026-11-01"}
    said |= dict(zip(("guardian_name", "guardian_phone"), person("volunteer's guardian"), strict=True))
    register.add(desk, said)
    import_staff(desk, sheet(folder, "工号 姓名 手机 人员类别", [["S777", *person("staff"), "专职"]]))
    session_at(desk, "HD001", day=NOON.date() - timedelta(days=6), capacity=5)
    session_at(desk, "HD002", capacity=5)
    sign_up(desk, "HD002", *person("signed up"), 1)
    day = NOON.date() - timedelta(days=6)
    name, phone = person("rater")
    feedback.record(desk, Entry(day, "service", "综合服务台", 5, comment="好", name=name, phone=phone))
    add_room(desk, RoomFields(name="活动室"))
    name, phone = person("booking")
    book(desk, BookingFields("活动室", NOON.date() + timedelta(days=1), 540, 600, "排练", name, phone))
    return planted


def test_nothing_of_people_travels_or_stands_in_totals_and_the_printed_week_is_masked(
    desk: Context, tmp_path: Path
) -> None:
    planted = lived(desk, tmp_path)
    rotate(desk)
    assert found_in(on_the_disk(desk), planted.phones) == {}
    week, stick = week_of(NOON.date() - timedelta(days=7)), tmp_path / "stick"
    stick.mkdir()
    with running_district(tmp_path / "district.db") as district:
        enrol(desk, district.enrolment(DESK.code))
        submitted = reports.submit(desk, week)
        travelling = [write_usb(desk, stick).path.read_bytes()]
    sealed = outbox.sealed(desk.database.connection, submitted.report_id)
    body = outbox.entry(desk.database.connection, submitted.report_id)
    assert sealed is not None and body is not None
    travelling += [sealed.sealed, body.body]
    assert found_in(b"\n".join(travelling), planted.everything) == {}


def test_papers_of_totals_hold_nobody(desk: Context, tmp_path: Path) -> None:
    planted = lived(desk, tmp_path)
    day = NOON.date() - timedelta(days=7)
    papers = [
        export_workbook(desk, week_of(day), tmp_path / "week.xlsx"),
        export_statistics(desk, month_of(NOON.date()), "service", tmp_path / "ratings.xlsx"),
        export_totals(desk, Span(day, NOON.date()), tmp_path / "hours.xlsx").path,
    ]
    for paper in papers:
        assert found_in(paper.read_bytes(), planted.everything) == {}, paper.name

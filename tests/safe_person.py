"""A person planted through every use case that can speak of one, and the search for what is left of her in bytes."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

from db import erasing as emptying
from db.persons import bound, links
from db.volunteer_records import Slot
from frontdesk.activities.attendance.marking import mark
from frontdesk.activities.monthly.demands import Wanted, add_demand
from frontdesk.activities.rooms.keeping import add_room
from frontdesk.activities.rooms.rules import BookingFields, RoomFields
from frontdesk.activities.rooms.service import book
from frontdesk.activities.service import sign_up, sign_up_resident
from frontdesk.context import Context
from frontdesk.feedback.followup.service import act
from frontdesk.feedback.service import Entry, record
from frontdesk.privacy.rules import Subject
from frontdesk.residents import service as residents
from frontdesk.volunteers.cards.service import issue_card
from frontdesk.volunteers.hours.supplements import add_supplement
from frontdesk.volunteers.register import service as register
from tests.desks import NOON
from tests.hoursdesks import add_visit
from tests.signups import DAY, at, session_at

NAME, OTHER_NAME = "欧阳琬琰", "欧阳碗琰"
PHONE, GUARDIAN_PHONE, STRANGE_PHONE = "15412340987", "15498765432", "15411112222"
WORDS = {
    "note": "住三号楼靠河那户",
    "area": "临河居委七组",
    "guardian": "澹台暮雪",
    "comment": "说话太快听不清楚",
    "contact": "跳舞队钥匙她拿",
    "reason": "膝盖疼来不了啦",
}
NUMBER = "0310777"


@dataclass
class Planted:
    """Who was planted, and what must not be found afterwards, by what it is."""

    subjects: list[Subject]
    secrets: dict[str, bytes]
    bystander: int
    keys: list[bytes] = field(default_factory=list)


def plant(desk: Context, chance: Random) -> Planted:
    """Have somebody be a resident entered twice, a volunteer, a rater and one who booked, with crowds around her."""
    _crowd(desk, chance, 40)
    said = {"name": NAME, "phone": PHONE, "birth": "2012-03-04", "gender": "女", "area": WORDS["area"]}
    said |= {"tags": "儿童", "note": WORDS["note"], "guardian_name": WORDS["guardian"]}
    said |= {"guardian_phone": GUARDIAN_PHONE, "consent_on": "2026-11-01", "guardian_consent_on": "2026-11-01"}
    one = residents.add(desk, said, even_if_known=True).id
    twin = residents.add(desk, {"name": OTHER_NAME, "phone": PHONE}, even_if_known=True).id
    mother = residents.add(desk, {"name": "独孤采薇", "phone": STRANGE_PHONE}, even_if_known=True).id
    residents.set_household(desk, (one, mother))
    session_at(desk, "HD001", capacity=30, lead="司徒老师")
    session_at(desk, "HD002", capacity=30, day=DAY + timedelta(days=1))
    session_at(desk, "HD003", capacity=30, day=DAY + timedelta(days=1), hour=14)
    first = sign_up_resident(desk, "HD001", one, force=True, reason="坐轮椅要靠门")
    sign_up_resident(desk, "HD002", mother, 2, members=(one,), force=True, reason="陪同")
    sign_up(desk, "HD003", OTHER_NAME, PHONE, 1, force=True, reason="重复登记")
    residents.merge(desk, one, twin)
    _crowd(desk, chance, 40)
    at(desk, timedelta(days=9))
    mark(desk, first.registration_id, "attended")
    day = desk.today()
    key = record(
        desk, Entry(day, "service", "综合服务台", 1, comment=WORDS["comment"], name=NAME, phone=PHONE, resident_id=one)
    )
    for kind, value in (("verified", ""), ("result", "rectified"), ("called_back", "satisfied"), ("closed", "")):
        act(desk, key, kind, value=value, note=f"回了{NAME}的电话{PHONE}")  # type: ignore[arg-type]
    other = record(desk, Entry(day, "service", "综合服务台", 5, comment="好", name=NAME, phone=PHONE))
    for place in ("活动室",):
        add_room(desk, RoomFields(name=place))
    booked = book(
        desk,
        BookingFields("活动室", day - timedelta(days=2), 540, 600, "排练", NAME, PHONE, note=WORDS["contact"]),
    )
    add_demand(desk, Wanted(f"{NAME}想要一间练功房"))
    _volunteer(desk)
    _words_everywhere(desk, one)
    _crowd(desk, chance, 25)
    planted = [
        Subject("resident", str(one)),
        Subject("volunteer", NUMBER),
        Subject("rater", other.hex()),
        Subject("booking", str(booked.booking.id)),
    ]
    return Planted(planted, _secrets(desk, one, twin, key, other, booked.booking.id), mother, [key, other])


def _crowd(desk: Context, chance: Random, count: int) -> None:
    """Residents around, some of whom change, so that pages split and are laid out anew."""
    for _ in range(count):
        name = "".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(3))
        made = residents.add(desk, {"name": name, "phone": f"1541{chance.randrange(10**7):07d}"}, even_if_known=True)
        if chance.random() < 0.4:
            residents.change(desk, made.id, {"note": "字" * chance.randrange(1, 150)})


def _volunteer(desk: Context) -> None:
    said = {"no": NUMBER, "name": NAME, "phone": PHONE, "note": WORDS["note"], "guardian_name": WORDS["guardian"]}
    register.add(desk, said | {"guardian_phone": GUARDIAN_PHONE, "consent_on": "2026-11-01", "skill": "古琴"})
    issue_card(desk, NUMBER)
    add_visit(desk, NUMBER, desk.today() - timedelta(days=3), 540, 7200)
    register.set_skill(desk, NUMBER, "古琴", note=WORDS["contact"])
    register.add_call_up(desk, NUMBER, day="2026-11-10", purpose=f"请{NAME}教琴")
    register.add_record(desk, NUMBER, "award", day="2026-11-10", title=f"{NAME}之星", detail=WORDS["note"])
    register.set_availability(desk, NUMBER, [Slot(1, "morning")])
    add_supplement(desk, NUMBER, minutes=60, reason=f"{NAME}忘带卡", day=desk.today() - timedelta(days=2))
    with desk.change("test.certificate", NUMBER) as connection:
        connection.execute(
            "INSERT INTO service_certificate VALUES ('ZM2026001', ?, '2026-01-01', '2026-11-30', 7200, 3600, 120, 60, "
            "'[]', '中心', '王五', '王五', '', '2026-11-18', 0, 'M001', NULL, NULL, '')",
            (NUMBER,),
        )
        connection.execute("INSERT INTO service_certificate_paper VALUES ('ZM2026001', ?)", (f"%PDF {NAME}".encode(),))
    register.set_state(desk, NUMBER, "left", WORDS["reason"])


def _words_everywhere(desk: Context, one: int) -> None:
    """Her name and number in every column of words of which a row is there, whichever screen writes it."""
    with desk.change("test.words", "everywhere") as connection:
        for table, column in emptying._worded():
            if table in emptying.SEALED_TABLES or column in ("detail", "content", "outcome", "payload", "carried_out"):
                continue
            with emptying.guards_lifted(connection, (table,)):
                connection.execute(f"UPDATE {table} SET {column} = {column} || ?", (f" 见{NAME} {PHONE}",))
        for kind, ref in (("resident", str(one)), ("volunteer", NUMBER)):
            for link in links(kind):  # type: ignore[arg-type]
                words = emptying._own_words(kind, link.table)  # type: ignore[arg-type]
                with emptying.guards_lifted(connection, (link.table,)):
                    for column in words:
                        written = f"SET {column} = {column} || '{WORDS['reason']}' WHERE {link.condition}"
                        connection.execute(f"UPDATE {link.table} {written}", bound(kind, ref))  # type: ignore[arg-type]


def _secrets(desk: Context, one: int, twin: int, key: bytes, other: bytes, booking: int) -> dict[str, bytes]:
    """Everything of hers that the file holds, in clear and under keys."""
    connection = desk.database.connection
    found = {"name": NAME.encode(), "other name": OTHER_NAME.encode(), "phone": PHONE.encode()}
    found |= {"guardian's phone": GUARDIAN_PHONE.encode(), "birth": b"2012-03-04"}
    found |= {name: words.encode() for name, words in WORDS.items()}
    for row in connection.execute("SELECT DISTINCT term FROM search_term WHERE ref IN (?, ?)", (str(one), NUMBER)):
        if len(row[0]) > 5 and not row[0].isdigit():
            found[f"term {row[0]}"] = row[0].encode()
    for table, column, where in (
        ("resident", "phone_cipher", f"id = {one}"),
        ("resident", "phone_key", f"id = {one}"),
        ("resident", "phone_cipher", f"id = {twin}"),
        ("resident", "guardian_phone_cipher", f"id = {one}"),
        ("volunteer", "phone_cipher", f"no = '{NUMBER}'"),
        ("volunteer", "guardian_phone_cipher", f"no = '{NUMBER}'"),
        ("rating_rater", "phone_cipher", f"key = x'{other.hex()}'"),
        ("booking", "phone_cipher", f"id = {booking}"),
    ):
        value = connection.execute(f"SELECT {column} FROM {table} WHERE {where}").fetchone()[0]
        assert value, (table, column)
        found[f"{table}.{column} {where}"] = bytes(value)
    return found


def found_in(content: bytes, secrets: dict[str, bytes]) -> list[str]:
    """What of the secrets stands in these bytes, as it is, in UTF-16 or in hexadecimal."""
    hits = []
    for name, secret in secrets.items():
        forms = [secret, secret.hex().encode()]
        with suppress(UnicodeDecodeError):
            forms.append(secret.decode().encode("utf-16-le"))
        if any(form in content for form in forms):
            hits.append(name)
    return hits


def found_below(folder: Path, secrets: dict[str, bytes]) -> dict[str, list[str]]:
    """What of the secrets stands in any file of a folder, by file."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            hits = found_in(path.read_bytes(), secrets)
            if hits:
                found[path.name] = hits
    return found


def next_backup(desk: Context, folder: Path) -> bytes:
    """What the online backup API copies now: the decrypted content of the next backup's database."""
    path = folder / "copy.db"
    with sqlite3.connect(path) as copy:
        desk.database.connection.backup(copy)
    copy.close()
    content = path.read_bytes()
    path.unlink()
    return content


TODAY = (NOON + timedelta(days=9)).date()
assert isinstance(TODAY, date)

"""A mixed load on one centre, and whether what it was told is in the file: for tests that kill and break things.

Each part acts through the use cases, one after the other, and says of each what was answered to the user. What was
said is then looked for in a file that was opened anew.
"""

from __future__ import annotations

import json
import shutil
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from db.volunteers import Volunteer
from frontdesk.context import Context, Operator, open_context
from frontdesk.errors import CodedError
from frontdesk.home import Home
from tests.desks import NOON, new_desk
from tests.signups import session_at

VOLUNTEERS = 9
SESSIONS = 4
MANAGER = Operator("M001", "王五", "manager")

Say = Callable[..., None]
"""What is told the user: `say(kind, **what)`."""


@dataclass
class Centre:
    """A folder with a centre in it, where its exports and its stick are, and what its clock began with."""

    base: Path
    codes: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def home(self) -> Path:
        return self.base / "home"

    @property
    def exports(self) -> Path:
        return self.base / "exports"

    @property
    def stick(self) -> Path:
        return self.base / "stick"

    def clock(self) -> datetime:
        """A clock that goes, the same in every process."""
        return NOON + timedelta(seconds=time.monotonic() - self.began)

    def opened(self, source: Any = "desk", synchronous: str = "FULL") -> Context:
        """A window of the program."""
        return open_context(Home(self.home), source=source, clock=self.clock, operator=MANAGER, synchronous=synchronous)

    def copied(self, base: Path) -> Centre:
        """The same centre elsewhere."""
        shutil.copytree(self.base, base)
        return Centre(base, self.codes, self.began)


def made(base: Path, district_file: bytes | None = None) -> Centre:
    """A centre with volunteers, their cards, and sessions to sign up for; enrolled where a file for that is given."""
    centre = Centre(base)
    base.mkdir()
    centre.exports.mkdir()
    for number in range(20):
        (centre.stick / str(number)).mkdir(parents=True)
    context = new_desk(centre.home)
    with context.change("test.filled", "centre") as connection:
        from frontdesk.volunteers import service as volunteers

        for number in range(1, VOLUNTEERS + 1):
            volunteer = Volunteer(no=f"{310000 + number:07d}", name=f"张{chr(0x4E00 + number)}")
            volunteers.store(context, connection, volunteer, "")
    centre.codes = list(dict(volunteers.issue_cards(context)).values())
    for number in range(1, SESSIONS + 1):
        session_at(context, f"HD{number:03d}", hour=8 + 2 * number, capacity=3)
    if district_file is not None:
        from frontdesk.sync.service import enrol

        assert enrol(context, district_file).registered
    from frontdesk.backup import service as backup

    key = backup.new_recovery_key(context)
    backup.confirm_groups(context, key, dict(enumerate(key.groups)))
    from frontdesk.cases import service as registers

    # What is read once in a process is not read anew in each that is copied from this one.
    registers.definitions(context)
    context.database.close()
    return centre


@dataclass
class Turn:
    """One part of the load in one round: `number` parts it from the other rounds on the same centre."""

    centre: Centre
    context: Context
    say: Say
    number: int = 0
    kept: dict[str, Any] = field(default_factory=dict)
    """What a step remembers for a later one."""


def visitors(turn: Turn, step: int) -> None:
    """Cards at the counter, and anonymous ratings, of which some are taken back."""
    from frontdesk.feedback import service as feedback
    from frontdesk.volunteers import service as volunteers

    if step % 2 == 0:
        at = NOON + timedelta(days=-3, minutes=turn.number * 20 + step // 2)
        nonce, code = f"{turn.number}-{step}", turn.centre.codes[step // 2 % len(turn.centre.codes)]
        outcome = volunteers.scan(turn.context, code, at=at, nonce=nonce)
        turn.say("scan", nonce=nonce, result=outcome.result, volunteer=outcome.volunteer_no)
        return
    key = feedback.rate(turn.context, 1 + step % 5)
    turn.say("rating", key=key.hex(), level=1 + step % 5)
    if step % 6 == 3:
        turn.say("taking back", key=key.hex())
        feedback.take_back(turn.context, key)
        turn.say("taken back", key=key.hex())
    elif step % 6 == 5:
        phone = f"156{turn.number * 40 + step:08d}"
        feedback.add_details(turn.context, key, comment="讲得很清楚", name="上官云", phone=phone)
        turn.say("named", key=key.hex(), phone=phone)


def sign_ups(turn: Turn, step: int) -> None:
    """People sign up, and some cancel; the rules move others up."""
    from frontdesk.activities import service as activities

    if step % 3 < 2:
        code, number = f"HD{1 + step // 3 % SESSIONS:03d}", turn.number * 40 + step
        done = activities.sign_up(turn.context, code, f"赵{chr(0x4E00 + number % 20000)}", f"154{number:08d}", 1)
        turn.kept["id"] = done.registration_id
        turn.say("sign-up", session=code, seq_no=done.seq_no, id=done.registration_id)
    elif "id" in turn.kept:
        turn.say("cancelling", id=turn.kept["id"])
        activities.cancel_sign_up(turn.context, turn.kept["id"])
        turn.say("cancelled", id=turn.kept.pop("id"))


def office(turn: Turn, step: int) -> None:
    """Weeks are closed, submitted, sent over the network or on a stick, and put on paper."""
    from frontdesk.common.periods import week_of
    from frontdesk.reports import service as reports
    from frontdesk.reports.exporting import export_workbook
    from frontdesk.sync import service as sync

    week = week_of(NOON.date() - timedelta(weeks=2 + turn.number * 6 + step // 4))
    match step % 4:
        case 0:
            reports.close_period(turn.context, week)
            turn.say("closed", period=week.key)
        case 1:
            submitted = reports.submit(turn.context, week)
            turn.say("submitted", report=submitted.report_id)
        case 2 if step % 8 == 2:
            # A stick takes so many files of one minute and no more.
            stick = turn.centre.stick / str(step // 400)
            written = sync.write_usb(turn.context, stick)
            turn.say("on the stick", file=str(written.path.relative_to(turn.centre.stick)), bundle=written.bundle_id)
        case 2:
            for one in sync.sync_all(turn.context).handled:
                turn.say("sent", report=one.report_id, state=one.state)
        case _:
            out = export_workbook(turn.context, week, turn.centre.exports / f"{week.key}.xlsx")
            turn.say("exported", file=out.name)


def keeping(turn: Turn, step: int) -> None:
    """Backups, another field key, people entered and erased."""
    from frontdesk.backup import service as backup
    from frontdesk.keychange import service as keychange
    from frontdesk.privacy import service as privacy
    from frontdesk.residents import service as residents

    match step % 4:
        case 0:
            number = turn.number * 40 + step
            phone = f"155{number:08d}"
            entered = residents.add(turn.context, {"name": f"欧阳{chr(0x5000 + number % 20000)}", "phone": phone})
            turn.kept["resident"] = entered.id
            turn.say("entered", resident=entered.id, phone=phone)
        case 1:
            made = backup.make_now(turn.context)
            turn.say("backed up", file=made.path.name)
        case 2:
            keychange.rotate(turn.context)
            turn.say("another key", key=turn.context.keys.field_id)
        case _ if "resident" in turn.kept:
            turn.say("erasing", resident=turn.kept["resident"])
            privacy.erase(turn.context, [privacy.Subject("resident", str(turn.kept["resident"]))])
            turn.say("erased", resident=turn.kept.pop("resident"))


def cases(turn: Turn, step: int) -> None:
    """Somebody asks at the counter: forms as they are typed, records, their steps, corrections, links."""
    from frontdesk.cases import drafts, service

    number = turn.number * 40 + step
    match step % 5:
        case 0:
            typed = {"matter": f"第{number}件", "visitor": "令狐冲", "phone": f"157{number:08d}"}
            drafts.keep_draft(turn.context, "first_contact", 0, f"s{number}", typed)
            turn.say("typed", id=number, matter=typed["matter"])
            opened = service.open_case(turn.context, "first_contact", typed)
            turn.kept["case"] = opened.row
            turn.say("case", id=opened.row.id, number=opened.row.number, phone=typed["phone"])
        case 1 if "case" in turn.kept:
            row = turn.kept["case"]
            turn.say("correcting", id=row.id)
            service.correct(turn.context, row.id, {"phone": f"158{number:08d}"}, "听错了")
            turn.say("corrected", id=row.id, phone=f"158{number:08d}")
        case 2 if "case" in turn.kept:
            order = service.open_case(turn.context, "repair", {"what": f"第{number}处"})
            service.link(turn.context, order.row.id, service.LinkTarget("case", str(turn.kept["case"].id)))
            turn.say("linked", id=order.row.id, to=turn.kept["case"].id)
        case 3 if "case" in turn.kept:
            row = turn.kept.pop("case")
            moved = service.take_step(turn.context, row.id, "answer_now", {"answer": "已经答复"})
            turn.say("moved", id=row.id, state=moved.row.state, revision=moved.row.revision)
        case 4:
            service.date_waiting(turn.context, 3)


PARTS: dict[str, Callable[[Turn, int], None]] = {
    "visitors": visitors,
    "sign-ups": sign_ups,
    "office": office,
    "keeping": keeping,
    "cases": cases,
}


SOURCES = {"keeping": "cli"}
"""Whose windows they are: a desk has its backups made by a process of its own."""


def _patiently(turn: Turn, part: str, step: int) -> None:
    """Do a step as a desk does; whoever is told that another window has changed the key does the same once more."""
    for last in (False, False, False, True):
        turn.context.refresh_settings()
        try:
            PARTS[part](turn, step)
        except CodedError as refused:
            if refused.code != "key_changed" or last:
                raise
        else:
            return


def act(centre: Centre, part: str, number: int, say: Say, steps: int) -> None:
    """Open a window and go through so many steps of a part. A refusal that a person would read is said as such."""
    context = centre.opened(SOURCES.get(part, "desk"))
    try:
        turn = Turn(centre, context, say, number)
        for step in range(steps):
            _patiently(turn, part, step)
        say("done")
    except CodedError as refused:
        say("refused", code=refused.code, why=str(refused))
    finally:
        context.database.close()


Said = Mapping[str, Any]


def missing(centre: Centre, context: Context, said: Sequence[Said]) -> list[Said]:
    """What was answered and is not so in the file, or on the disk."""
    told = {(one["kind"], one.get("key", one.get("id", one.get("resident")))) for one in said}
    return [one for one in said if not _holds(centre, context, one, told)]


def _holds(centre: Centre, context: Context, one: Said, told: set[tuple[str, Any]]) -> bool:
    connection = context.database.connection

    def found(query: str, *values: Any) -> Any:
        row = connection.execute(query, values).fetchone()
        return row[0] if row else None

    match one["kind"]:
        case "scan":
            return bool(found("SELECT result FROM scan WHERE nonce = ?", one["nonce"]) == one["result"])
        case "rating":
            # What was being taken back may be gone.
            level = found("SELECT level FROM rating WHERE key = ?", bytes.fromhex(one["key"]))
            return bool(level == one["level"]) or (level is None and ("taking back", one["key"]) in told)
        case "named":
            query = "SELECT phone_cipher FROM rating_rater WHERE key = ?"
            cipher = found(query, bytes.fromhex(one["key"]))
            return cipher is not None and context.keys.unseal(cipher) == one["phone"]
        case "taken back":
            return found("SELECT 1 FROM rating WHERE key = ?", bytes.fromhex(one["key"])) is None
        case "sign-up":
            return bool(found("SELECT seq_no FROM registration WHERE id = ?", one["id"]) == one["seq_no"])
        case "cancelled":
            return bool(found("SELECT state FROM registration WHERE id = ?", one["id"]) == "cancelled_by_resident")
        case "closed":
            return bool(found("SELECT count(*) FROM period_closing WHERE period = ?", one["period"]) == 1)
        case "submitted":
            return found("SELECT 1 FROM outbox WHERE report_id = ?", one["report"]) is not None
        case "sent":
            return bool(found("SELECT state FROM outbox WHERE report_id = ?", one["report"]) == one["state"])
        case "on the stick":
            return (centre.stick / one["file"]).is_file() and bool(
                found("SELECT 1 FROM audit WHERE action = 'sync.usb_written' AND subject = ?", one["bundle"])
            )
        case "exported":
            return zipfile.ZipFile(centre.exports / one["file"]).testzip() is None
        case "entered":
            row = connection.execute("SELECT phone_cipher FROM resident WHERE id = ?", (one["resident"],)).fetchone()
            gone = ("erasing", one["resident"]) in told
            return row is not None and ((gone and row[0] is None) or context.keys.unseal(row[0]) == one["phone"])
        case "erased":
            stone = found("SELECT 1 FROM tombstone WHERE kind = 'resident' AND ref = ?", str(one["resident"]))
            return bool(stone) and found("SELECT phone_cipher FROM resident WHERE id = ?", one["resident"]) is None
        case "another key":
            return found("SELECT 1 FROM audit WHERE action = 'keys.rotated' AND subject = ?", one["key"]) is not None
        case "typed" | "case" | "corrected" | "linked" | "moved":
            return _holds_case(context, one, told)
        case "backed up":
            return _is_good_backup(centre, found("SELECT digest FROM backup WHERE name = ?", one["file"]), one["file"])
        case kind:
            return kind in ("taking back", "cancelling", "erasing", "correcting", "refused", "done")


def _holds_case(context: Context, one: Said, told: set[tuple[str, Any]]) -> bool:
    from db import cases as records

    connection = context.database.connection
    row = records.get(connection, one["id"])
    match one["kind"]:
        case "typed":
            kept = records.draft(connection, "M001", "first_contact", 0, f"s{one['id']}")
            return kept is not None and json.loads(context.keys.unseal(kept[0]))["matter"] == one["matter"]
        case "case" | "corrected":
            cipher = records.people_of(connection, one["id"]).get("phone")
            is_first = one["kind"] == "case"
            changed = is_first and ("correcting", one["id"]) in told
            is_said = cipher is not None and json.loads(context.keys.unseal(cipher)) == one["phone"]
            return row is not None and (not is_first or row.number == one["number"]) and (changed or is_said)
        case "linked":
            links = records.links_of(connection, one["id"])
            return any((link.other, link.ref) == ("case", str(one["to"])) for link in links)
    return row is not None and row.revision >= one["revision"] and row.state == one["state"]


def _is_good_backup(centre: Centre, recorded: Any, name: str) -> bool:
    from frontdesk.backup.service import verify

    verify(centre.home / "backups" / name)
    return recorded is not None


def unreadable(context: Context) -> int:
    """How many sealed phones the keys that count now do not open, or do not find."""
    query = "SELECT phone_cipher, phone_key FROM resident WHERE phone_cipher <> '' UNION ALL "
    query += "SELECT phone_cipher, NULL FROM rating_rater WHERE phone_cipher <> ''"
    return sum(not _opens(context, row[0], row[1]) for row in context.database.connection.execute(query))


def _opens(context: Context, cipher: bytes, key: bytes | None) -> bool:
    try:
        phone = context.keys.unseal(cipher)
    except CodedError:
        return False
    return key is None or context.keys.lookup(f"phone:{phone}") == key


def start_again(centre: Centre) -> None:
    """What the program does by itself at its next start, and when it writes the next file to a folder."""
    from frontdesk.common.wholefile import write_whole
    from frontdesk.shell.desk import clear_what_was_left
    from frontdesk.sync.usb import put_file

    context = centre.opened()
    clear_what_was_left(context)
    context.database.close()
    write_whole(centre.exports / "next.txt", b"")
    for folder in centre.stick.iterdir():
        if folder.is_dir():
            put_file(folder, "frontdesk-next.fdu", b"")

"""Every way in for files, and every file that means harm: refused in words, quickly, in little memory, nothing written.

`python -m tests.safe_hostile` tries every file on every way in; `--every 6` one pair in six. `WAYS_IN` is the list of
the ways; `readers()` finds the code that reads what people point at, so that a way that is new does not go untried.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import resource
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from frontdesk.common.text import visible
from tests.programs import MANAGER, ROOT, ended_here
from tests.safe_hostile_files import PLAIN, make_odd, make_plain
from tests.safe_kill import Astray, Window, forked, listen
from tests.sources import parsed

MOST_SECONDS = 20
"""On a machine that does other things as well; none takes more than four on one that does not."""
MOST_MEMORY = 1_200 * 2**20
"""Bytes of addresses that a child may take besides what it has when it is forked."""

Given = Path


@dataclass(frozen=True)
class Places:
    """Where the programs that are tried have their files."""

    base: Path

    @property
    def home(self) -> Path:
        return self.base / "home"

    @property
    def store(self) -> Path:
        return self.base / "district.db"

    @property
    def key(self) -> Path:
        """The file with the digits of the recovery key."""
        return self.base / "recovery.txt"

    def at_the_centre(self, *arguments: str) -> list[str]:
        """A command of the centre's manager."""
        return ["--home", str(self.home), "--as", MANAGER, *arguments, "--json"]

    def at_the_district(self, *arguments: str) -> list[str]:
        """A command of the district."""
        key = str(self.base / "district.key")
        return ["district", "--store", f"sqlite:///{self.store}", "--key", key, *arguments, "--json"]


@dataclass(frozen=True)
class WayIn:
    """A command line that is given a file, and which functions read it."""

    command: Callable[[Places, str], list[str]]
    readers: tuple[str, ...]


def _import(kind: str, *readers: str) -> WayIn:
    return WayIn(
        lambda places, file: places.at_the_centre("import", kind, file),
        (*readers, "frontdesk/sheets/importing.py:import_file"),
    )


def _centre(words: str, *readers: str) -> WayIn:
    return WayIn(lambda places, file: places.at_the_centre(*words.split(), file), readers)


def _district(words: str, *readers: str) -> WayIn:
    return WayIn(lambda places, file: places.at_the_district(*words.split(), file), readers)


WAYS_IN: dict[str, WayIn] = {
    "staff": _import("staff", "frontdesk/staff/importing.py:import_staff"),
    "volunteers": _import("volunteers", "frontdesk/volunteers/register/importing.py:import_volunteers"),
    "sessions": _import("sessions", "frontdesk/activities/sessions/importing.py:import_sessions"),
    "assignments": _import("assignments", "frontdesk/volunteers/assignments/importing.py:import_assignments"),
    "residents": _import("residents", "frontdesk/residents/importing.py:import_residents"),
    "signups": _import("signups", "frontdesk/activities/signup/importing.py:import_signups"),
    "attendance": _import("attendance", "frontdesk/activities/attendance/importing.py:import_attendance"),
    "ratings": _import("ratings", "frontdesk/feedback/importing.py:import_ratings"),
    "demands": _import("demands", "frontdesk/activities/monthly/demand_importing.py:import_demands"),
    "bookings": _import("bookings", "frontdesk/activities/rooms/importing.py:import_bookings"),
    "calendar": _import("calendar", "frontdesk/calendar/importing.py:import_calendar"),
    "exchange": _centre(
        "exchange import",
        "frontdesk/activities/exchange/service.py:take_back",
        "frontdesk/activities/exchange/reading.py:read_back",
    ),
    "standing order": _centre("roster order import", "frontdesk/roster/standing/sheet.py:import_order"),
    "roster": _centre("roster import", "frontdesk/roster/output/importing.py:import_roster"),
    "letter": _centre("letter write 1", "frontdesk/reports/letters/files.py:read_body"),
    "template": WayIn(
        lambda places, file: places.at_the_centre("report", "template", "--keep", file),
        (
            "frontdesk/reports/templates/kept.py:keep_template",
            "frontdesk/reports/templates/reading.py:read_template",
            "frontdesk/reports/templates/reading.py:read_bytes",
        ),
    ),
    "enrolment": _centre("sync enrol", "frontdesk/sync/handedfile.py:enrolment_in"),
    "stick at the centre": _centre("sync usb in", "frontdesk/sync/usb_reading.py:_bytes_of"),
    "backup": WayIn(
        lambda places, file: places.at_the_centre("restore", file, "--rehearse", "--key-file", str(places.key)),
        ("frontdesk/backup/container.py:__init__",),
    ),
    "copy of the keys": WayIn(
        lambda places, file: places.at_the_centre("keys", "restore", file, "--key-file", str(places.key)),
        ("frontdesk/keychange/commands.py:restore_command",),
    ),
    "notice on personal data": WayIn(
        lambda places, file: places.at_the_centre("privacy", "notice", "publish", "V9", "--file", file),
        ("frontdesk/privacy/notices.py:read_notice_file",),
    ),
    "case definition": WayIn(
        lambda _, file: ["case", "check", file, "--json"], ("frontdesk/cases/definition/reading.py:_content",)
    ),
    "register of cases": _centre("case import service_item", "frontdesk/cases/papers/importing.py:import_register"),
    "district's centres": _district("centre import", "frontdesk/district/register.py:_read"),
    "district's services": _district("services", "frontdesk/district/documents/sheet.py:read_services"),
    "district's notice": WayIn(
        lambda places, file: places.at_the_district("notice", "send", "--title", "x", file),
        ("frontdesk/district/commands/documents.py:_content",),
    ),
    "district's indicators": _district("indicators set", "frontdesk/district/commands/documents.py:_content"),
    "stick at the district": WayIn(
        lambda places, file: places.at_the_district("usb", "in", file, "--out", str(places.base / "out")),
        ("frontdesk/district/usb/files.py:read_file",),
    ),
}

NOT_WAYS_IN = {
    "frontdesk/sheets/reader.py:read_sheets": "reads for the ways in",
    "frontdesk/sheets/reader.py:read_bytes": "reads for the ways in",
    "frontdesk/sheets/table.py:read_table": "reads for the ways in",
    "frontdesk/sheets/archive.py:check_archive": "reads for the ways in",
    "frontdesk/common/smallfile.py:read_small_file": "reads for the ways in",
    "frontdesk/reports/documents.py:_same_every_time": "packs anew what was just made",
    "frontdesk/feedback/review/commands.py:enter_command": "one line that is typed",
    "frontdesk/keys.py:_find": "a key of the centre's own",
    "frontdesk/backup/unpacking.py:_pour_out": "what was just written",
    "frontdesk/staff/commands.py:_key_text": "48 digits, which may come through a pipe, and no more of it is read",
    "frontdesk/backup/typed_key.py:typed_key": "48 digits, which may come through a pipe, and no more of it is read",
    "frontdesk/district/keys.py:_seed_in": "a key of the district's own",
    "frontdesk/sync/enrolling.py:_own_key": "a key of the centre's own",
    "frontdesk/sync/sealing.py:find_centre_key": "a key of the centre's own",
    "frontdesk/sync/usb.py:_read_back": "what was just written",
    "frontdesk/sync/usb_folder.py:remembered_folder": "kept in the home, with a limit",
    "frontdesk/sync/catalogue.py:indicator_rules": "comes with the program",
    "frontdesk/reports/indicators/loading.py:_toml": "comes with the program",
    "frontdesk/manual/__init__.py:manual_text": "comes with the program",
    "frontdesk/manual/__init__.py:operations_text": "comes with the program",
    "frontdesk/district/web/serving.py:": "comes with the program",
    "frontdesk/cases/definition/reading.py:own_definitions": "comes with the program",
    "frontdesk/cases/commands.py:_refuse_lost_indicators": "was read and found right just before, with its limit",
    "frontdesk/cases/commands.py:_refuse_openings": "was read and found right just before, with its limit",
    "frontdesk/cases/settling.py:_refused": "was read and found right just before, with its limit",
    "frontdesk/keys.py:write_secret": "writes",
    "frontdesk/sync/usb.py:_write_through": "writes",
    "frontdesk/common/wholefile.py:whole_file": "what was just written",
    "frontdesk/backup/beside.py:main": "what the program itself asks its other process",
    "frontdesk/backup/making.py:_manifest": "what was just written",
    "frontdesk/backup/making.py:_written": "what was just written",
    "frontdesk/backup/making.py:_compare": "what was just written",
    "frontdesk/backup/reading.py:_keys": "keys of the centre's own",
    "frontdesk/keychange/service.py:_id_in": "a key of the centre's own",
    "frontdesk/keychange/service.py:_next_key": "a key of the centre's own",
    "frontdesk/keychange/service.py:export_keys": "keys of the centre's own",
    "frontdesk/keychange/service.py:restore_keys": "a key of the centre's own",
    "frontdesk/check/service.py:last_look": "kept in the home",
    "frontdesk/privacy/ledger.py:_read": "beside backups, on sticks too: no link, of limited size, line by line",
    "frontdesk/sync/drives.py:find_drives": "told by the system",
    "frontdesk/sync/drives.py:is_removable": "told by the system",
}
"""Code that reads a file which nobody hands in, and why it is none of the ways in."""

_READING = ("read_bytes", "read_small_file", "read_sheets", "read_table", "import_file", "ZipFile", "read_text_sheet")
_OF_ANYTHING = ("read_bytes", "read_text", "ZipFile")


class _Readers(ast.NodeVisitor):
    """The functions of a module that read files."""

    def __init__(self) -> None:
        self.within: list[str] = []
        self.found: set[str] = set()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.within.append(node.name)
        self.generic_visit(node)
        self.within.pop()

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func
        name = called.id if isinstance(called, ast.Name) else ""
        reads = name in _READING or (name == "open" and _is_for_reading(node, 1))
        if isinstance(called, ast.Attribute) and ast.unparse(called.value) != "cells":
            reads = called.attr in _OF_ANYTHING or (called.attr == "open" and _is_for_reading(node, 0))
            reads = reads or ast.unparse(called) in ("sys.stdin.read", "sys.stdin.readline", "os.fdopen", "json.load")
        if reads:
            self.found.add(self.within[-1] if self.within else "")
        self.generic_visit(node)


def _is_for_reading(node: ast.Call, place: int) -> bool:
    """Whether a call of `open` says that it only reads; a mode that is no text here is none."""
    mode = node.args[place] if len(node.args) > place else None
    return isinstance(mode, ast.Constant) and isinstance(mode.value, str) and mode.value.startswith("r")


def readers() -> Iterator[str]:
    """Every function of the program that reads a file, as `path:function`."""
    for path in sorted((ROOT / "frontdesk").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if not any(word in text for word in (*_READING, "open(", "read_text(", "stdin")):
            continue
        visitor = _Readers()
        visitor.visit(parsed(path))
        yield from (f"{path.relative_to(ROOT).as_posix()}:{name}" for name in sorted(visitor.found))


def _state(places: Places) -> dict[str, int]:
    """Numbers that change when anything is committed to the databases, and the sizes of all other files."""
    found = {
        str(path): path.stat().st_size
        for path in places.base.rglob("*")
        if path.is_file() and not path.name.startswith(("centre.db", "district.db", "frontdesk.log", "backup.lock"))
    }
    for database in (places.home / "centre.db", places.store):
        connection = sqlite3.connect(database)
        found[str(database)] = int(connection.execute("SELECT max(rowid) FROM audit").fetchone()[0] or 0)
        connection.close()
    return found


def try_file(places: Places, way: WayIn, file: Given) -> str:
    """Give a file to a way in; what it answered. Raises Astray."""
    before, begun = _state(places), time.monotonic()
    ended = ended_here(*way.command(places, str(file)))
    took = time.monotonic() - begun
    if took > MOST_SECONDS:
        raise Astray(f"it took {took:.1f} s")
    if "Traceback" in ended.said:
        raise Astray(f"it showed its insides: {ended.said[-500:]}")
    if ended.code and _state(places) != before:
        raise Astray("something was written")
    answer = ended.answers[-1] if ended.answers else {}
    if ended.code == 1 and "error" in answer:
        said = answer["error"]["message"]
        if not said or visible(said, one_line=False) != said:
            raise Astray(f"it said {said!r}")
        return str(answer["error"]["code"])
    if ended.code == 2:
        return "usage"
    if answer.get("rejected") or answer.get("faults"):
        return "rows refused"
    if ended.code == 0 and not any(answer.get(name) for name in ("added", "changed")):
        return "nothing in it"
    raise Astray(f"it answered {ended.code} {json.dumps(answer, ensure_ascii=False)[:300]} {ended.said[-300:]}")


def prepared(base: Path) -> Places:
    """A centre with a letter that is being written, and a district."""
    from frontdesk.backup.service import new_recovery_key
    from frontdesk.district.keys import District
    from frontdesk.district.service import issue_enrolment
    from frontdesk.district.store import open_store
    from frontdesk.keys import write_secret
    from frontdesk.sync.service import enrol
    from tests.desks import DESK, new_desk
    from tests.sync.ends import DISTRICT_SEED

    places = Places(base)
    (base / "out").mkdir()
    write_secret(base / "district.key", DISTRICT_SEED)
    with closing(open_store(f"sqlite:///{places.store}", create=True)) as store:
        district = District(store, DISTRICT_SEED, key_file=base / "district.key")
        file = issue_enrolment(district, centre=DESK.code, url="http://127.0.0.1:9", now_ms=0)
    context = new_desk(places.home)
    places.key.write_text(new_recovery_key(context).digits)
    # Nobody listens there: it has enrolled, and waits to be confirmed.
    enrol(context, file.to_bytes())
    context.database.close()
    return places


def try_way(places: Places, name: str, files: Sequence[tuple[str, Path]], say: Callable[..., None]) -> None:
    """Give every file to one way in, with little memory and a limit of time; say what was answered to each."""
    own = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (own + MOST_MEMORY,) * 2)
    for what, file in files:
        # A child that waits for a pipe is ended by it, and the pair is named by what was said last.
        signal.alarm(MOST_SECONDS * 3)
        say("trying", file=what)
        try:
            say("answered", file=what, code=try_file(places, WAYS_IN[name], file))
        except Astray as astray:
            say("astray", file=what, why=str(astray))
        except Exception as failure:  # noqa: BLE001 - whatever comes out is what a user would have seen
            say("astray", file=what, why=repr(failure)[:600])
    say("done", memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def run(every: int, seed: int, ways: Sequence[str] = tuple(WAYS_IN)) -> dict[str, Any]:
    """Try the files on the ways in, two ways at a time; what was answered, and what went astray."""
    astray: list[str] = []
    answers: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory(prefix="frontdesk-hostile-") as name:
        folder = Path(name)
        (folder / "secret").write_bytes(os.urandom(32))
        (folder / "places").mkdir()
        places = prepared(folder / "places")
        odd = dict(make_odd(folder / "odd", folder / "secret"))
        chance = random.Random(seed)

        def child_of(way: str) -> Window:
            every_file = (*PLAIN, *odd)
            names = chance.sample(every_file, -(-len(every_file) // every))
            files = [(one, odd[one] if one in odd else make_plain(folder / "plain", one)) for one in names]
            return forked(way, lambda say: try_way(places, way, files, say))

        for way in ways:
            child = child_of(way)
            listen([child])
            _, status = os.waitpid(child.process, 0)
            answers[way] = {said["file"]: said["code"] for said in child.said if said["kind"] == "answered"}
            astray += [f"{way}, {said['file']}: {said['why']}" for said in child.said if said["kind"] == "astray"]
            if status or child.said[-1]["kind"] != "done":
                astray.append(f"{way}, {child.said[-1]}: ended with {status}")
    return {"answers": answers, "astray": astray}


def warm_up() -> None:
    """Import what every child needs, once."""
    for name in ("openpyxl.reader.excel", "nacl.signing", "frontdesk.cli_main", *_MODULES):
        import_module(name)


_MODULES = sorted(
    {one.partition(":")[0].removesuffix(".py").replace("/", ".") for way in WAYS_IN.values() for one in way.readers}
)


def main() -> int:
    """The command; 1 where anything went astray."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--way", action="append", choices=list(WAYS_IN))
    given = parser.parse_args()
    begun = time.monotonic()
    warm_up()
    told = run(given.every, given.seed, given.way or tuple(WAYS_IN))
    told["seconds"] = round(time.monotonic() - begun, 1)
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    return int(bool(told["astray"]))


if __name__ == "__main__":
    sys.exit(main())

"""Every file that can hold full names or phones goes through `privacy.service.in_clear`, or is a person's own paper."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.programs import ROOT
from tests.sources import parsed

ASKS = {"in_clear", "named", ".approved"}
"""`named` is the reports' way to `in_clear`; `approved` is what it calls itself."""

CLEAR = {"full_names", "with_names", "with_phones", "full"}
"""What a use case is asked by for whole names or phones."""

WRITES = {"write_whole", "whole_file", "write_file", "save", "write_week", "_write"}

NO_LIST = {
    "frontdesk/activities/attendance/ticket_paper.py:export_tickets": "each is given to the person whose seat it is",
    "frontdesk/activities/fees/receipt_paper.py:write_receipt": "given to the person who paid",
    "frontdesk/backup/keys.py:print_recovery_key": "a key, nobody's name",
    "frontdesk/keychange/service.py:export_keys": "keys, nobody's name",
    "frontdesk/reports/templates/kept.py:keep_template": "a layout, nobody's name",
    "frontdesk/volunteers/assignments/exporting.py:write_calendar": "given to the volunteer whose calendar it is",
    "frontdesk/volunteers/hours/certificates.py:print_certificate": "given to the volunteer whose certificate it is",
    "frontdesk/volunteers/hours/statement_paper.py:export_statement": "given to the volunteer whose hours it states",
}
"""Files on record that are no list of people in clear, and why."""

FOR_ALL = {
    "frontdesk/activities/sessions/notice_paper.py": "pinned up",
    "frontdesk/activities/signup/public_paper.py": "pinned up, names masked",
    "frontdesk/calendar/exporting.py": "the days on which the centre is closed",
    "frontdesk/check/service.py": "what a check found, nobody's name",
    "frontdesk/district/commands/documents.py": "what the district asks for",
    "frontdesk/district/commands/exporting.py": "the district's figures",
    "frontdesk/district/commands/serving.py": "an answer to a centre, sealed figures",
    "frontdesk/keychange/service.py": "sealed to the recovery key",
    "frontdesk/privacy/commands.py": "a notice to the public",
    "frontdesk/privacy/notices.py": "a notice to the public",
    "frontdesk/reports/templates/kept.py": "a layout, nobody's name",
    "frontdesk/roster/output/ics.py": "read by the calendars of all who serve",
    "frontdesk/roster/output/wall.py": "pinned up",
    "frontdesk/sync/schema_commands.py": "a schema",
}
"""Files that every account of the computer may read, and why; all others are their owner's alone."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> Iterator[tuple[str, Function]]:
    """Every function of the program that no other one holds, with its place."""
    for path in sorted((ROOT / "frontdesk").rglob("*.py")):
        for node in parsed(path).body:
            for one in node.body if isinstance(node, ast.ClassDef) else [node]:
                if isinstance(one, Function):
                    yield f"{path.relative_to(ROOT).as_posix()}:{one.name}", one


def called(function: Function) -> set[str]:
    """The names of what a function calls, methods with a dot before them."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            of = node.func
            found.add(of.id if isinstance(of, ast.Name) else f".{of.attr}" if isinstance(of, ast.Attribute) else "")
    return found


def is_use_case(function: Function) -> bool:
    """Whether it is decorated as one."""
    return any(
        isinstance(one, ast.Call) and getattr(one.func, "id", "") == "allowed" for one in function.decorator_list
    )


def test_a_use_case_that_may_be_asked_for_names_in_clear_asks_why_and_a_second_person() -> None:
    asked = {
        place: function
        for place, function in functions()
        if is_use_case(function) and CLEAR & {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}
    }
    assert len(asked) >= 9, sorted(asked)
    assert [place for place, one in asked.items() if not ASKS & called(one)] == []
    assert [
        place for place, one in asked.items() if not {"reason", "approver"} <= {a.arg for a in one.args.kwonlyargs}
    ] == []


def test_a_file_that_is_put_on_record_is_agreed_to_or_known_to_be_no_list_of_names() -> None:
    found = {
        place
        for place, one in functions()
        if is_use_case(one) and WRITES & called(one) and {".change", "noting"} & called(one) and not ASKS & called(one)
    }
    assert found == set(NO_LIST)


def test_whatever_may_hold_names_or_phones_is_written_for_its_owner_alone() -> None:
    opened = set()
    for place, function in functions():
        for node in ast.walk(function):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in ("write_whole", "whole_file"):
                continue
            if "private" not in {one.arg for one in node.keywords}:
                opened.add(place.split(":")[0])
    assert opened == set(FOR_ALL)

"""Reads the text format of the published shift scheduling instances into a problem of the planning engine.

The format: sections named by a line `SECTION_...`, comments after `#`, fields between commas. Every instance starts on
a Monday. Shifts, max shifts and forbidden successors are lists between `|`.
"""

from __future__ import annotations

from pathlib import Path

from frontdesk.planning.problem import Cover, Person, Problem, Request, Shift, Window


class UnreadableInstance(ValueError):
    """The text is not an instance; says which line."""


def sections(text: str) -> dict[str, list[tuple[int, list[str]]]]:
    """The lines of every section as (line number, fields), without comments, blank lines and spaces around fields."""
    found: dict[str, list[tuple[int, list[str]]]] = {}
    current: list[tuple[int, list[str]]] | None = None
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        content = line.split("#", 1)[0].strip()
        if not content:
            continue
        if content.startswith("SECTION_"):
            current = found.setdefault(content.removeprefix("SECTION_"), [])
        elif current is None:
            raise UnreadableInstance(f"line {number}: no section yet")
        else:
            current.append((number, [field.strip() for field in content.split(",")]))
    return found


def read_instance(path: Path) -> Problem:
    """The instance in the file. UnreadableInstance names the line that is not understood."""
    return parse_instance(path.read_text(encoding="utf-8-sig"))


def parse_instance(text: str) -> Problem:
    """The instance in the text. UnreadableInstance names the line that is not understood."""
    parts = sections(text)
    if not parts.get("HORIZON"):
        raise UnreadableInstance("no horizon")
    days = _whole(*_field(parts["HORIZON"][0], 0))
    away = {
        fields[0]: frozenset(_whole(number, each) for each in fields[1:] if each)
        for number, fields in parts.get("DAYS_OFF", [])
    }
    return Problem(
        days=days,
        shifts=tuple(_shift(line) for line in parts.get("SHIFTS", [])),
        people=tuple(_person(line, days, away) for line in parts.get("STAFF", [])),
        requests=tuple(
            _request(line, wanted)
            for section, wanted in (("SHIFT_ON_REQUESTS", True), ("SHIFT_OFF_REQUESTS", False))
            for line in parts.get(section, [])
        ),
        covers=tuple(_cover(line) for line in parts.get("COVER", [])),
        first_weekday=0,
    )


def _field(line: tuple[int, list[str]], position: int) -> tuple[int, str]:
    number, fields = line
    if position >= len(fields):
        raise UnreadableInstance(f"line {number}: field {position + 1} is missing")
    return number, fields[position]


def _whole(number: int, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise UnreadableInstance(f"line {number}: {text!r} is not a whole number") from error


def _shift(line: tuple[int, list[str]]) -> Shift:
    after = line[1][2].split("|") if len(line[1]) > 2 else []
    return Shift(
        _field(line, 0)[1],
        _whole(*_field(line, 1)),
        frozenset(each.strip() for each in after if each.strip()),
    )


def _person(line: tuple[int, list[str]], days: int, away: dict[str, frozenset[int]]) -> Person:
    number, name = _field(line, 0)
    limits: dict[str, int] = {}
    for part in filter(None, (each.strip() for each in _field(line, 1)[1].split("|"))):
        shift, _, most = part.partition("=")
        limits[shift.strip()] = _whole(number, most.strip())
    most_minutes, least_minutes, max_run, min_run, min_off, weekends = (_whole(*_field(line, at)) for at in range(2, 8))
    return Person(
        id=name,
        max_run=max_run,
        min_run=min_run,
        min_days_off=min_off,
        max_shifts=limits,
        windows=(Window(0, days - 1, least_minutes, most_minutes),),
        max_weekends=weekends,
        days_off=away.get(name, frozenset()),
    )


def _request(line: tuple[int, list[str]], wanted: bool) -> Request:
    return Request(
        _field(line, 0)[1], _whole(*_field(line, 1)), _field(line, 2)[1], _whole(*_field(line, 3)), wanted=wanted
    )


def _cover(line: tuple[int, list[str]]) -> Cover:
    return Cover(
        day=_whole(*_field(line, 0)),
        shift=_field(line, 1)[1],
        need=_whole(*_field(line, 2)),
        under=_whole(*_field(line, 3)),
        over=_whole(*_field(line, 4)),
    )

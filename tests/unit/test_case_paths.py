"""What a screen shows of a record without reading all of its log again is what its log tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.cases import CaseLogEntry
from frontdesk.calendar.rules import Calendar, SpecialDay
from frontdesk.cases.definition.model import Definition
from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.engine import once, paths, rules, ways
from frontdesk.cases.engine.counted import CountedDays
from frontdesk.cases.engine.rules import Actor, Event, EventKind
from tests import caseshown
from tests.unit.test_case_engine import typed_values

FIRST = date(2026, 11, 2)
DEFINITIONS = own_definitions()
MOVING = sorted(code for code, one in DEFINITIONS.items() if one.kind != "duty")
STAFF = ("M001", "W002", "W003")


@st.composite
def logs(draw: st.DrawFn, definition: Definition) -> list[CaseLogEntry]:
    """A log with steps that lead on from where the record stands, some that do not, and whatever else happens."""
    found, day, state = list[CaseLogEntry](), FIRST, definition.states[0].code
    every = [one.code for one in definition.transitions]
    for place in range(1, draw(st.integers(1, 12)) + 1):
        kind = "opened" if place == 1 else draw(st.sampled_from(["moved"] * 4 + [*get_args(EventKind)][2:]))
        leaving = [one.code for one in definition.transitions if state in one.from_]
        step = draw(st.sampled_from([*leaving * 3, *every])) if kind == "moved" else ""
        taken = definition.transition(step)
        if taken is not None and state in taken.from_:
            state = taken.to or state
        found.append(CaseLogEntry(1, place, 0, day.isoformat(), draw(st.sampled_from(STAFF)), kind, step))
        day += timedelta(days=draw(st.integers(0, 9)))
    return found


def replayed(definition: Definition, log: Sequence[CaseLogEntry]) -> rules.Standing:
    return rules.replayed(
        definition,
        [Event(one.kind, one.day, one.operator_no, one.step, as_logged=True) for one in log],  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("code", MOVING)
@settings(max_examples=25)
@given(data=st.data())
def test_a_path_leads_where_its_log_leads(code: str, data: st.DataObject) -> None:
    definition = DEFINITIONS[code]
    log = data.draw(logs(definition))
    now = replayed(definition, log)
    for _ in range(2):
        # Once gone, and once remembered.
        path = paths.path_of(definition, log)
        assert path.is_known and paths.standing(path, log, now.values) == now
    # Others on other days stand where they stand by their own log.
    later = [one._replace(day=f"2027{one.day[4:]}", operator_no=f"9{one.operator_no}") for one in log]
    assert paths.standing(paths.path_of(definition, later), later, now.values) == replayed(definition, later)._replace(
        values=now.values
    )


@pytest.mark.parametrize("code", MOVING)
@settings(max_examples=15)
@given(data=st.data())
def test_steps_that_lead_on_are_those_that_are_refused_for_nothing(code: str, data: st.DataObject) -> None:
    definition = DEFINITIONS[code]
    values = data.draw(typed_values(definition.fields))
    now = replayed(definition, data.draw(logs(definition)))._replace(values=values)
    for actor in (Actor(now.moved_by, True), Actor(now.moved_by, False), Actor("W009", True), Actor("W009", False)):
        assert ways.possible(definition, now, actor) == caseshown.possible(definition, now, actor)


def test_a_path_is_gone_once_and_not_for_every_record(monkeypatch: pytest.MonkeyPatch) -> None:
    definition = DEFINITIONS["first_contact"].model_copy()
    step = next(one.code for one in definition.transitions if definition.states[0].code in one.from_)
    logged = [
        CaseLogEntry(1, 1, 0, "2026-11-02", "M001", "opened"),
        CaseLogEntry(1, 2, 0, "2026-11-03", "W002", "moved", step),
    ]
    first = paths.path_of(definition, logged)
    monkeypatch.setattr(rules, "replayed", lambda *_: pytest.fail("gone again"))
    assert paths.path_of(definition, [one._replace(day="2026-11-09") for one in logged]) is first


def test_paths_are_forgotten_before_they_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "MOST_PATHS", 3)
    definition = DEFINITIONS["first_contact"].model_copy()
    log = [CaseLogEntry(1, 1, 0, "2026-11-02", "M001", "opened")]
    for place in range(2, 12):
        log.append(CaseLogEntry(1, place, 0, "2026-11-02", "M001", "noted"))
        assert paths.standing(paths.path_of(definition, log), log, {}).revision == place
        assert len(paths._paths(definition)) <= 3


def test_a_log_of_nothing_or_of_what_is_never_written_is_no_path() -> None:
    definition = DEFINITIONS["first_contact"]
    with pytest.raises(ValueError, match="opening"):
        paths.path_of(definition, [])
    with pytest.raises(KeyError):
        paths.path_of(definition, [CaseLogEntry(1, 1, 0, "2026-11-02", "M001", "invented")])


def test_what_is_known_of_a_definition_is_never_said_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "MOST_KEPT", 2)
    asked = list[str]()

    @once.once_each
    def code_of(definition: Definition) -> str:
        asked.append(definition.code)
        return definition.code

    chosen = [DEFINITIONS[code] for code in MOVING[:5]]
    for one in [*chosen, *chosen]:
        # Asked twice in a row it is found out once; a copy is another one.
        assert code_of(one) == code_of(one) == one.code
        assert code_of(one.model_copy(update={"code": "other"})) == "other"
    assert asked.count(chosen[0].code) == 2


special_days = st.dictionaries(
    st.dates(date(2025, 12, 1), date(2027, 2, 1)),
    st.sampled_from(["holiday", "makeup"]).map(SpecialDay),  # type: ignore[arg-type]
    max_size=40,
)


@given(
    overrides=special_days,
    first=st.dates(date(2025, 12, 20), date(2026, 1, 9)),
    day=st.dates(date(2025, 12, 1), date(2027, 2, 1)),
    other=st.dates(date(2025, 12, 1), date(2027, 2, 1)),
    count=st.integers(-3, 300),
)
def test_counted_days_are_those_of_the_calendar(
    overrides: dict[date, SpecialDay], first: date, day: date, other: date, count: int
) -> None:
    calendar = Calendar.of(first, date(2026, 12, 31), (2026,), overrides)
    counted = CountedDays(calendar, Calendar.of(calendar.first, calendar.last))
    assert counted.add_working_days(day, count) == calendar.add_working_days(day, count)
    assert counted.working_days_between(day, other) == calendar.working_days_between(day, other)

"""Walking records of any definition through all of its steps by the real use cases, in a real file.

What a step asks for is made from the definition; what a guard asks for beyond that (a sum, a vote, linked records, a
second person) is looked for until the desk lets it pass. After every step the record is compared with one worked out
anew from its log by `tests.casenaive`.
"""

from __future__ import annotations

import itertools
import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from db import cases as records
from db.activities import SignUpTerms
from db.rooms import Room, put_room
from db.staff import Staff, put
from frontdesk.activities.sessions.edit import session_of
from frontdesk.activities.sessions.service import add_session
from frontdesk.cases import service
from frontdesk.cases.definition.model import Definition, FieldDefinition, Transition
from frontdesk.cases.errors import CaseError
from frontdesk.cases.service import CaseView, LinkTarget
from frontdesk.common.timelimits import preset_of
from frontdesk.context import Context, Operator
from tests import casenaive
from tests.casedefined import field_of, plain_holds, sources, typed_columns
from tests.caseshown import shown_as_told
from tests.desks import NOON
from tests.hoursdesks import add_volunteer

MANAGER, DEPUTY, SECOND, OTHER = "M001", "M002", "W002", "W003"
MANAGERS = (MANAGER, DEPUTY)
VOLUNTEER = "0000007"
MOST_TRIES = 600

_SMALL: tuple[object, ...] = (True, False, "0", "1", "100", "0.00", "1.00")


@dataclass
class Walker:
    """A desk with people, a room, a session and a volunteer; who acts is named at each step."""

    desk: Context
    moment: datetime = NOON
    session: str = ""
    count: int = 0
    taken: set[tuple[str, str]] = field(default_factory=set)
    making: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk.clock = lambda: self.moment
        with self.desk.database.write() as connection:
            put(connection, Staff(no=DEPUTY, name="钱二", kind="", role="manager"))
            put(connection, Staff(no=SECOND, name="李四", kind="", role="operator"))
            put(connection, Staff(no=OTHER, name="孙三", kind="", role="operator"))
            put_room(connection, Room(name="活动室", position=99))
        add_volunteer(self.desk, VOLUNTEER)
        said = {"name": "书法班", "category": "1", "day": "2026-12-30", "times": "9:00-11:00", "room": "", "lead": ""}
        self.session = add_session(
            self.desk, session_of(self.desk, {**said, "capacity": "20"}, None, SignUpTerms())
        ).session.code

    def of(self, no: str) -> Context:
        """The desk with somebody signed in."""
        return replace(self.desk, operator=Operator(no, no, "manager" if no in MANAGERS else "operator"))

    def later(self, days: int) -> None:
        """So many days go by."""
        self.moment += timedelta(days=days)

    @property
    def definitions(self) -> Mapping[str, Definition]:
        return service.definitions(self.desk)

    def definition(self, code: str) -> Definition:
        return self.definitions[code]

    # What is typed

    def typed(self, definition: Definition, one: FieldDefinition) -> object:
        """What may be typed into a field: each time another text, so that what is there once stays so."""
        self.count += 1
        match one.kind:
            case "number":
                return str(max(one.least or 0, min(one.most if one.most is not None else 10**6, self._number(one))))
            case "money":
                return "1000"
            case "date":
                return (self.desk.today() + timedelta(days=7)).isoformat()
            case "yes_no":
                return True
            case "choice":
                return one.choices[0].code if one.choices else self.desk.settings.service_categories[0]
            case "staff":
                return SECOND
            case "volunteer":
                return VOLUNTEER
            case "session":
                return self.session
            case "room":
                return "活动室"
            case "reference":
                return self.referred(one)
            case "list":
                return [{column.code: self.typed(definition, column) for column in typed_columns(definition, one)}]
            case _ if one.personal == "phone":
                return f"138{self.count:08d}"
            case "person":
                return f"赵{'一二三四五六七八九'[self.count % 9]}"
            case "text" if one.code in ("line", "item"):
                # A voucher belongs to a line of the budget by its words, a fee to one of the price list.
                return "物料"
            case _:
                return f"某事{self.count}"[: one.most or 200]

    def _number(self, one: FieldDefinition) -> int:
        if one.unique or one.code == "year":
            return 2026 + self.count % 60 if (one.least or 0) >= 1900 else self.count
        return 2026 if (one.least or 0) >= 1900 else 5

    def referred(self, one: FieldDefinition) -> str:
        """The number of a record that a field may lead to, made where there is none."""
        code = one.of or ""
        wanted = set(one.of_states)
        if code not in self.making:
            self.making.append(code)
            made = self.opened(code)
            if wanted and made.row.state not in wanted:
                made = self.to_state(made, wanted)
            self.making.remove(code)
            return made.row.number
        return self.opened(code).row.number

    def values(self, definition: Definition, fields: Sequence[FieldDefinition]) -> dict[str, object]:
        return {one.code: self.typed(definition, one) for one in fields if one.code not in definition.worked_out}

    def opened(self, code: str, **said: object) -> CaseView:
        """A new record with everything that can be said at its opening."""
        definition = self.definition(code)
        fields = [one for one in definition.fields if one.at_opening and one.code not in definition.worked_out]
        optional = [one for one in fields if not one.required and one.kind == "reference" and one.of == code]
        typed = self.values(definition, [one for one in fields if one not in optional and one.code not in said])
        if definition.vacancies is not None:
            typed[definition.vacancies.field] = self._post(definition)
        view = service.open_case(self.of(MANAGER), code, {**typed, **said})
        self.compare(view)
        return view

    def _post(self, definition: Definition) -> object:
        vacancy = definition.vacancies
        assert vacancy is not None
        free = service.vacancies(self.desk, definition.code)
        held = definition.field(vacancy.field)
        assert held is not None
        others = [one.code for one in held.choices if one.code not in vacancy.values]
        return (free + others)[0]

    # Steps

    def actor(self, view: CaseView, step: Transition) -> str:
        """Somebody who may take a step: whoever took the one before may not where another has to."""
        if "another" not in step.who:
            return MANAGER
        moved_by = casenaive.replayed(view.definition, view.log).moved_by
        able = (DEPUTY, MANAGER) if {"manager", "responsible"} & set(step.who) else (SECOND, MANAGER)
        return next(one for one in able if one != moved_by)

    def take(self, view: CaseView, code: str, **said: object) -> CaseView:
        """Take a step, with whatever it takes; fails where nothing lets it pass."""
        step = view.definition.transition(code)
        assert step is not None
        actor = self.actor(view, step)
        self.refused_to_others(view, step, actor)
        error: CaseError | None = None
        for typed, corrections in itertools.islice(self.tries(view, step, said), MOST_TRIES):
            if corrections:
                try:
                    service.correct(self.of(MANAGER), view.row.id, corrections, "核对过了")
                except CaseError as refused:
                    error = refused
                    if refused.code != "nothing_changed":
                        continue
            reason = "有原因" if step.reason != "none" else ""
            try:
                after = service.take_step(self.of(actor), view.row.id, code, typed, reason)
            except CaseError as refused:
                error = refused
                if refused.code not in ("condition", "missing"):
                    raise
                self._settle(view, step)
                continue
            self.taken.add((view.definition.code, code))
            self.arrived(view, step, after)
            return after
        raise AssertionError(f"{view.definition.code}.{code}: {error!r} {error.details if error else ''}")

    def _settle(self, view: CaseView, step: Transition) -> None:
        """Take linked records where the step asks for them to be, or make them; take the steps of this state that write
        what it asks for.
        """
        for need in step.needs:
            self._write_first(view, step, need.field or "")
            if need.linked is None or need.linked not in self.definitions:
                continue
            linked = [one.row for one in service.view(self.desk, view.row.id).links if one.row is not None]
            mine = [one for one in linked if one.definition == need.linked]
            if need.most is not None:
                for row in [one for one in mine if not need.states or one.state in need.states]:
                    self.to_end(service.view(self.desk, row.id), avoiding=set(need.states))
            elif isinstance(need.least, int):
                while sum(not need.states or one.state in need.states for one in mine) < need.least:
                    made = self.opened(need.linked)
                    if need.states and made.row.state not in need.states:
                        made = self.to_state(made, set(need.states))
                    service.link(self.desk, made.row.id, LinkTarget("case", str(view.row.id)))
                    mine.append(made.row)

    def _write_first(self, view: CaseView, step: Transition, field: str) -> None:
        now = service.view(self.desk, view.row.id).now
        for one in view.definition.transitions:
            writes = any(ask.field == field for ask in one.asks) and one.to is None and now.state in one.from_
            if writes and one != step and field not in now.values:
                self.take(view, one.code)

    def tries(
        self, view: CaseView, step: Transition, said: Mapping[str, object]
    ) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
        """What may be typed into a step, and what may be corrected before it, the plainest first."""
        definition = view.definition
        asked = [field_of(definition, one.field) for one in step.asks]
        asked = [one for one in asked if one.code not in definition.worked_out]
        plain = {**self.values(definition, [one for one in asked if one.code not in said]), **said}
        yield plain, {}
        subjects = [one for one in sources(definition, step.needs) if one not in said]
        mine = [one for one in asked if one.code in subjects]
        others = [field_of(definition, code) for code in subjects if code not in {one.code for one in asked}]
        for chosen in self.combined(definition, mine):
            yield {**plain, **chosen}, {}
        for chosen in self.combined(definition, [*others, *mine]):
            corrections = {one.code: chosen[one.code] for one in others if chosen.get(one.code) is not None}
            yield {**plain, **{one.code: chosen[one.code] for one in mine}}, corrections

    def combined(self, definition: Definition, fields: Sequence[FieldDefinition]) -> Iterator[dict[str, object]]:
        choices = [self.candidates(definition, one) for one in fields]
        for values in itertools.product(*choices):
            yield {one.code: value for one, value in zip(fields, values, strict=True)}

    def candidates(self, definition: Definition, one: FieldDefinition) -> list[object]:
        """Different things that may be typed into a field of which a guard depends."""
        match one.kind:
            case "number" | "money":
                low, high = one.least or 0, one.most if one.most is not None else 10**8
                numbers = sorted(
                    {low, high, *(n for n in (0, 1, 2, 3, 10, 60, 100, 1000) if low <= n <= high)}, reverse=True
                )
                if one.kind == "number":
                    return [str(n) for n in numbers]
                return [f"{n // 100}.{n % 100:02d}" for n in numbers]
            case "yes_no":
                return [True, False]
            case "choice":
                return [choice.code for choice in one.choices] or [self.desk.settings.service_categories[0]]
            case "date":
                return [self.desk.today().isoformat()]
            case "list":
                columns = typed_columns(definition, one)
                free = [col for col in columns if col.kind in ("number", "money", "yes_no", "choice")][:4]
                plain: dict[str, object] = {col.code: self.typed(definition, col) for col in columns}
                choices = [
                    [one for one in self.candidates(definition, col) if one in _SMALL or col.choices] for col in free
                ]
                rows = [
                    {**plain, **{col.code: value for col, value in zip(free, values, strict=True)}}
                    for values in itertools.islice(itertools.product(*choices), 100)
                ]
                alike, apart = ([row, row] for row in rows[:4]), (list(two) for two in itertools.pairwise(rows[:4]))
                return [*([row] for row in rows), *alike, *apart]
            case _:
                return [self.typed(definition, one)]

    def refused_to_others(self, view: CaseView, step: Transition, actor: str) -> None:
        """Whoever may not take a step is told so, and nothing happens."""
        before = view.row.revision
        told = []
        responsible = view.row.responsible
        if "operator" not in step.who and "another" not in step.who:
            nobody = next(one for one in (OTHER, SECOND) if one != responsible)
            wanted = "only_responsible" if "responsible" in step.who else "only_manager"
            told.append((nobody, wanted))
        if "another" in step.who:
            same = casenaive.replayed(view.definition, view.log).moved_by
            told.append((same, "only_another_or_outside" if step.outside else "only_another"))
        for no, code in told:
            try:
                service.take_step(self.of(no), view.row.id, step.code, {}, "有原因")
            except CaseError as refused:
                assert refused.code == code, (view.definition.code, step.code, refused.code)
            else:
                raise AssertionError(f"{no} took {step.code} of {view.definition.code}")
        elsewhere = next((one for one in view.definition.transitions if view.row.state not in one.from_), None)
        if elsewhere is not None:
            try:
                service.take_step(self.of(MANAGER), view.row.id, elsewhere.code, {}, "有原因")
            except CaseError as refused:
                assert refused.code == "not_now"
            else:
                raise AssertionError(f"{elsewhere.code} from {view.row.state} of {view.definition.code}")
            assert service.view(self.desk, view.row.id).row.revision == before

    # What must hold after a step

    def arrived(self, before: CaseView, step: Transition, after: CaseView) -> None:
        assert after.row.state == (step.to or before.row.state)
        assert after.row.level == before.row.level + (step.level or 0)
        assert after.row.revision > before.row.revision
        self.compare(after)

    def compare(self, view: CaseView) -> None:
        """The row is what its log tells, its due day is what the calendar says, and what is shown follows from both."""
        now = casenaive.replayed(view.definition, view.log)
        row = view.row
        assert (row.state, row.level, row.ended_on, row.opened_on) == (
            now.state,
            now.level,
            now.ended_on,
            now.opened_on,
        )
        assert json.loads(row.said) == now.values and row.revision == len(view.log)
        own = {
            (one.other, one.ref, one.kind)
            for one in records.links_of(self.desk.database.connection, row.id)
            if one.case_id == row.id
        }
        assert own == now.links
        preset = preset_of(self.desk.settings.follow_up_preset)
        presets = {name: getattr(preset, name) for name in casenaive.PRESETS}
        assert (row.due_on, row.due_code) == casenaive.due(view.definition, now, plain_holds, presets)
        shown_as_told(self.desk, view)

    # Ways

    def way(self, view: CaseView, wanted: set[str], avoiding: set[str] = frozenset()) -> list[Transition] | None:  # type: ignore[assignment]
        """The shortest way of steps to one of some states; None where there is none."""
        seen, waiting = {view.row.state}, deque([(view.row.state, [])])  # type: ignore[var-annotated]
        while waiting:
            state, steps = waiting.popleft()
            if state in wanted:
                return list(steps)
            for step in view.definition.transitions:
                if state in step.from_ and step.to and step.to not in seen and step.level is None:
                    seen.add(step.to)
                    waiting.append((step.to, [*steps, step]))
        return None

    def to_state(self, view: CaseView, wanted: set[str]) -> CaseView:
        way = self.way(view, wanted)
        assert way is not None, f"{view.definition.code}: no way from {view.row.state} to {wanted}"
        for step in way:
            view = self.take(view, step.code)
        return view

    def to_end(self, view: CaseView, avoiding: set[str] = frozenset()) -> CaseView:  # type: ignore[assignment]
        ends = {one.code for one in view.definition.states if one.end is not None} - avoiding
        done = {one.code for one in view.definition.states if one.end == "done"} - avoiding
        return view if view.row.ended_on else self.to_state(view, done or ends)

"""Records of cases and registers in the made-up centre, by the use cases of the desk, each step at its own moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from db.staff import Staff
from frontdesk.activities import service as activities
from frontdesk.cases import service
from frontdesk.context import Context, Operator
from frontdesk.demo.names import phone
from frontdesk.demo.scene import People, Scene
from frontdesk.demo.stories import DESK_A, DESK_B, Story
from frontdesk.demo.stories_desk import DESK
from frontdesk.demo.stories_grid import GRID
from frontdesk.demo.stories_meetings import MEETINGS
from frontdesk.demo.stories_work import WORK

OPENS_AT, BETWEEN_RECORDS, BETWEEN_STEPS = 9 * 3600, 420, 300
"""Seconds after midnight of the first record of a day, and how far records and steps are apart."""
RECORDS_A_DAY = 36
CLOSES_AT, KEPT_UP_DAYS = 17 * 3600, 2
"""So many days ago, at the end of the day, those of the counter had done what meetings gave them."""
SESSIONS_WITHIN = 14
"""So many days ahead every activity is on."""
PHONES_OF_CASES = 5_000
SOMEBODYS_PHONE = "tel:"
"""A telephone number of nobody: `tel:3` is that of the third person of these stories."""
A_SESSION = "session:"
"""The code of the next session of this name: `session:智能手机课堂`."""
THIS_YEAR = "year"
ANOTHER_RECORD = "#"
"""The number of the record whose story has this name: `#haircut`."""


def case_steps(context: Context, scene: Scene, people: People) -> list[tuple[int, Callable[[], object]]]:
    """What was done about every record, each with its instant (UTC ms). What lies ahead has not happened."""
    told = _Told(context, people.staff)
    steps: list[tuple[int, Callable[[], object]]] = []
    for place, story in enumerate((*DESK, *GRID, *WORK, *MEETINGS)):
        day = scene.today - timedelta(days=story.days_ago)
        begins = OPENS_AT + place % RECORDS_A_DAY * BETWEEN_RECORDS
        steps.append((scene.instant(day, begins), partial(told.open, place, story)))
        for number, step in enumerate(story.steps, start=1):
            at = scene.instant(day + timedelta(days=step.days_after), begins + number * BETWEEN_STEPS)
            steps.append((at, partial(told.take, place, story, number - 1)))
        if story.demand:
            # Demands are registered now, last of all.
            steps.append((scene.now, partial(told.link, place, story)))
    day = scene.today - timedelta(days=KEPT_UP_DAYS)
    steps.append((scene.instant(day, CLOSES_AT), lambda: told.finish_action_items(DESK_A, DESK_B)))
    return [one for one in steps if one[0] <= scene.now]


class _Told:
    """The stories as far as they have been told."""

    def __init__(self, context: Context, staff: list[Staff]) -> None:
        self._context = context
        self._staff = {one.no: one for one in staff}
        self._ids: dict[int, int] = {}
        self._numbers: dict[str, str] = {}

    def open(self, place: int, story: Story) -> None:
        found = self._as(story.by, lambda: service.open_case(self._context, story.definition, self._said(story.said)))
        self._ids[place] = found.row.id
        self._numbers[story.name] = found.row.number

    def take(self, place: int, story: Story, number: int) -> None:
        step = story.steps[number]
        said = self._said(step.said)
        self._as(
            step.by, lambda: service.take_step(self._context, self._ids[place], step.step, said, reason=step.reason)
        )

    def link(self, place: int, story: Story) -> None:
        (demand,) = (
            one.target for one in service.search_targets(self._context, story.demand) if one.target.other == "demand"
        )
        service.link(self._context, self._ids[place], demand)

    def finish_action_items(self, *staff: str) -> None:
        """What meetings gave to those who keep up with it."""
        for no in staff:
            for row in service.work_list(self._context, definition="action_item", responsible=no):
                finish = partial(service.take_step, self._context, row.id, "finish", {"result": "已办好"})
                self._as(no, finish)

    def _as(self, no: str, act: Callable[[], service.CaseView]) -> service.CaseView:
        """Do something as somebody of the staff; whoever was signed in is so again."""
        before, person = self._context.operator, self._staff[no]
        self._context.operator = Operator(person.no, person.name, person.role)
        try:
            return act()
        finally:
            self._context.operator = before

    def _said(self, said: Mapping[str, object]) -> dict[str, object]:
        return {code: self._value(value) for code, value in said.items()}

    def _value(self, value: object) -> object:
        if isinstance(value, list):
            return [self._said(row) for row in value]
        text = str(value)
        if text == THIS_YEAR:
            return str(self._context.today().year)
        if text.startswith(SOMEBODYS_PHONE):
            return phone(PHONES_OF_CASES + int(text.removeprefix(SOMEBODYS_PHONE)))
        if text.startswith(ANOTHER_RECORD):
            return self._numbers[text.removeprefix(ANOTHER_RECORD)]
        return self._session(text.removeprefix(A_SESSION)) if text.startswith(A_SESSION) else text

    def _session(self, name: str) -> str:
        today = self._context.today()
        coming = activities.sessions(self._context, today, today + timedelta(days=SESSIONS_WITHIN))
        return next(one.code for one in coming if one.name == name and one.state == "published")

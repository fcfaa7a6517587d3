"""Demands of residents: registered in few keys, ranked by how many asked, and led to a session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import ClassVar, TypeVar

from db.activities import SessionLine, SignUpTerms
from db.demands import DemandLine
from db.series import SeriesLine
from frontdesk.activities.monthly import demands as service
from frontdesk.activities.monthly.demand_export import export_demands
from frontdesk.activities.monthly.demand_words import fields_of, led_words, story, wanted_of
from frontdesk.activities.monthly.service import month_view
from frontdesk.activities.sessions.edit import session_of
from frontdesk.activities.sessions.kinds import categories
from frontdesk.activities.sessions.new_room import RoomAsked
from frontdesk.activities.sessions.typed import hinted, label
from frontdesk.common.dates import screen_date
from frontdesk.common.periods import Period, month_of
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, QuestionDialog, SavingForm, Submit, Wrong
from frontdesk.shell.framing import framed
from frontdesk.shell.picking import Pick, PickDialog, PickPage
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row

PLAN_FIELDS = ("name", "category", "day", "times", "room", "lead", "capacity")

T = TypeVar("T")

AREA = "monthly.demand"
WIDE = 104
"""Cells of a window in which the words keep room beside all columns."""

DAYS_TO_LINK = 92
"""How far ahead sessions are offered that a demand may have led to."""

_OF_ONE = ("show", "change", "accept", "decline", "merge", "plan", "link", "reopen", "order")
_OPEN = ("new", "accepted")
_CHANGING = ("add", *_OF_ONE[1:])


async def open_demand(screen: DeskScreen, number: int) -> None:
    """Show the demands over a screen, the cursor on this one."""
    day = await screen.desk_app.desk.run(lambda context: date.fromisoformat(service.demand(context, number).day))
    await screen.app.push_screen(DemandsScreen(month_of(screen.desk_app.today()), (number, day)))


class DemandsScreen(PushedListScreen):
    """The open demands of the last year, those first for which most people have asked."""

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "demands"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "show", "enter"),
        Command(AREA, "add", "ctrl+n,insert"),
        Command(AREA, "accept", "ctrl+a"),
        Command(AREA, "plan", "ctrl+t"),
        Command(AREA, "link", "f7"),
        Command(AREA, "merge", "f8"),
        Command(AREA, "decline", "ctrl+x"),
        Command(AREA, "every", "ctrl+y"),
        Command(AREA, "close", "escape"),
        Command(AREA, "change", "ctrl+e", in_bar=False),
        Command(AREA, "reopen", "ctrl+r", in_bar=False),
        Command(AREA, "export", "ctrl+o", in_bar=False),
        Command(AREA, "order", "ctrl+s", in_bar=False),
    )

    def __init__(self, period: Period, looked_for: tuple[int, date] | None = None) -> None:
        """`looked_for` is the number and the day of the demand to begin with; an old one has the list go back to it."""
        super().__init__()
        self._period = period
        self._every = False
        self._found: list[DemandLine] = []
        self._looked_for = looked_for[0] if looked_for else 0
        self._since = looked_for[1] if looked_for else None

    def columns(self) -> tuple[Column, ...]:
        """How many asked, for what, which category, how far it is, what it led to; in a wide window where it came from,
        when, and its number too.
        """
        narrow = (
            Column(t("monthly.demand.column.asked"), 5, "right"),
            Column(t("monthly.demand.column.words")),
            Column(t("monthly.demand.column.category"), 8),
            Column(t("monthly.demand.column.state"), 9),
            Column(t("monthly.demand.column.led_to"), 18),
        )
        if self.app.size.width < WIDE:
            return narrow
        return (
            *narrow,
            Column(t("monthly.demand.column.source"), 8, optional=True),
            Column(t("monthly.demand.column.day"), 10, optional=True),
            Column(t("monthly.demand.column.number"), 5, "right", optional=True),
        )

    def empty_words(self) -> str:
        """How to begin."""
        return t("monthly.demand.none")

    async def load(self) -> None:
        """Read them."""
        self._found = await self.desk_app.desk.run(self._ranked)
        self.rows.set_rows([_row(one) for one in self._found])
        if self._looked_for:
            self.rows.move_to(str(self._looked_for))
            self._looked_for = 0
        heads = sum(one.asked for one in self._found if one.state != "merged")
        met, accepted = service.met(self._found)
        title = t("monthly.demand.panel", count=len(self._found), heads=heads)
        below = [t("monthly.demand.met", met=met, accepted=accepted)] if accepted else []
        if self._every:
            below.append(t("monthly.demand.every"))
        framed(self.panel, title, "  ".join(below))

    def _ranked(self, context: Context) -> list[DemandLine]:
        """The list, with whatever else there was from the day on of one that is looked for."""
        usual = service.begins(context)
        since = min(usual, self._since) if self._since is not None else usual
        found = service.ranked(context, every=self._every, since=since)
        if self._looked_for and all(one.id != self._looked_for for one in found):
            self._every = True
            return service.ranked(context, every=True, since=since)
        return found

    def _one(self) -> DemandLine | None:
        return self.under_cursor(self._found, lambda one: str(one.id))

    def why_not(self, name: str) -> str | None:
        """Most commands are about one demand, and about one that is still open."""
        if name in _CHANGING and self.is_auditor:
            return self.why_read_only()
        one = self._one()
        if name in _OF_ONE and one is None:
            return t("monthly.demand.choose")
        if one is None:
            return None
        possible = {"accept": _OPEN, "decline": _OPEN, "plan": (*_OPEN, "planned"), "link": (*_OPEN, "planned")}
        possible["order"] = possible["plan"]
        if name in possible and one.state not in possible[name]:
            return t("monthly.error.not_open", number=one.id)
        if name == "merge" and one.state in ("merged", "planned"):
            code = "merged_already" if one.state == "merged" else "led_somewhere"
            return t(f"monthly.error.{code}", number=one.id)
        if name == "reopen" and one.state == "new":
            return t("monthly.error.is_new", number=one.id)
        return None

    async def do_show(self) -> None:
        """What became of it."""
        one = self._one()
        assert one is not None

        def case(context: Context) -> list[str]:
            from frontdesk.cases.service import LinkTarget, belonging_lines

            return belonging_lines(context, LinkTarget("demand", str(one.id)))

        lines = [*story(one), *await self.desk_app.desk.run(case)]
        await self.app.push_screen(ReadDialog(one.words, [(line, "") for line in lines]))

    async def do_order(self) -> None:
        """Order a service for it, with its words already in the form."""
        from frontdesk.cases.service import LinkTarget

        one = self._one()
        assert one is not None
        await self.desk_app.open_form("case_form", self, "delivery_order", 0, "", LinkTarget("demand", str(one.id)))

    async def do_add(self) -> None:
        """Register one: its words are enough."""

        async def save(values: dict[str, str]) -> str | Wrong | None:
            return await self._try(
                lambda context: service.add_demand(context, wanted_of(values)),
                lambda number: t("monthly.demand.added", number=number),
            )

        await self._open_form(t("monthly.demand.add_title"), None, save)

    async def do_change(self) -> None:
        """Correct one."""
        one = self._one()
        assert one is not None
        number, revision = one.id, one.revision

        async def save(values: dict[str, str]) -> str | Wrong | None:
            return await self._try(
                lambda context: service.change_demand(context, number, wanted_of(values), revision), lambda _: ""
            )

        await self._open_form(t("monthly.demand.change_title", number=number), one, save)

    async def _open_form(self, title: str, one: DemandLine | None, save: Submit) -> None:
        kinds = await self.attempt(categories)
        if kinds is None:
            return
        fields = tuple(Field(name, label, value, hint) for name, label, value, hint in fields_of(one, kinds))
        await self.app.push_screen(SavingForm(title, fields, save))

    async def _try(self, case: Callable[[Context], T], words: Callable[[T], str]) -> str | Wrong | None:
        """Run a use case of a form: what is refused stays in it, what was done is said."""
        try:
            done = await self.desk_app.desk.run(case)
        except CodedError as refusal:
            field = str((refusal.details or {}).get("field", ""))
            return Wrong(words_for(refusal), field) if field else words_for(refusal)
        await self.reload()
        said = words(done)
        if said:
            self.notify(said)
        return None

    async def do_accept(self) -> None:
        """Take it up."""
        one = self._one()
        assert one is not None
        number = one.id
        await self.attempt(lambda context: service.accept_demand(context, number))
        await self.reload()

    async def do_decline(self) -> None:
        """Turn it down with a reason."""
        one = self._one()
        assert one is not None
        number = one.id

        async def save(values: dict[str, str]) -> str | Wrong | None:
            return await self._try(
                lambda context: service.decline_demand(context, number, values["reason"]), lambda _: ""
            )

        title = t("monthly.demand.decline_title", words=one.words)
        await self.app.push_screen(FormDialog(title, (Field("reason", t("monthly.reason")),), save))

    async def do_merge(self) -> None:
        """Into another one that is open."""
        one = self._one()
        assert one is not None
        number = one.id
        others = [
            other for other in self._found if other.id != number and other.state in ("new", "accepted", "planned")
        ]
        picks = tuple(
            Pick(str(other.id), (str(other.asked), other.words, other.category), other.words) for other in others
        )

        async def chosen(picked: tuple[int, str] | None) -> None:
            if picked is not None:
                into = int(picked[1])
                await self.attempt(lambda context: service.merge_demand(context, number, into))
                await self.reload()
                self.rows.move_to(str(into))

        columns = (Column("", 5, "right"), Column(""), Column("", 8))
        page = PickPage(t("monthly.demand.merge_title", words=one.words), picks)
        await self.app.push_screen(PickDialog((page,), columns, hint=t("monthly.demand.pick_hint")), chosen)

    async def do_plan(self) -> None:
        """Put on a session for it, with its words for a name; a taken room asks for a reason."""
        one = self._one()
        kinds = await self.attempt(categories)
        if one is None or kinds is None:
            return
        number, warned, asked = one.id, set[str](), RoomAsked()

        async def save(values: dict[str, str]) -> str | Wrong | None:
            reason = values.pop("reason")
            force = values["room"] in warned and bool(reason.strip())

            def case(context: Context) -> str:
                wanted = session_of(context, values, None, SignUpTerms())
                asked.ask(context, wanted.room)
                return service.plan_demand(context, number, wanted, force_room=force, reason=reason).session.code

            try:
                code = await self.desk_app.desk.run(case)
            except CodedError as refusal:
                if refusal.code == "room_taken":
                    warned.add(values["room"])
                    return Wrong(words_for(refusal), "reason")
                field = str((refusal.details or {}).get("field", ""))
                return Wrong(words_for(refusal), field) if field in values else words_for(refusal)
            await self.reload()
            self.notify(t("monthly.demand.put_on", code=code))
            return None

        known = {"name": one.words[:100], "category": one.category}
        hints = {"category": hinted(kinds)}
        fields = [
            Field(name, label(name), known.get(name, ""), hints.get(name) or t(f"activities.hint.{name}"))
            for name in (*PLAN_FIELDS, "reason")
        ]
        title = t("monthly.demand.plan_title", words=one.words)
        first = "day" if one.category else "category"
        await self.app.push_screen(SavingForm(title, tuple(fields), save, first=first))

    async def do_link(self) -> None:
        """To a session or a series."""
        one = self._one()
        assert one is not None
        number = one.id
        found = await self.attempt(self._to_link)
        if found is None:
            return
        pages = _link_pages(one, *found)
        if not any(page.picks for page in pages):
            self.notify(t("monthly.demand.link.none"), severity="warning")
            return

        async def chosen(picked: tuple[int, str] | None) -> None:
            if picked is None:
                return
            place, key = picked
            code, series_id = (key, None) if place == 0 else (None, int(key))
            await self.attempt(
                lambda context: service.link_demand(context, number, session_code=code, series_id=series_id)
            )
            await self.reload()

        columns = (Column("", 16), Column(""), Column("", 10, optional=True))
        first = 0 if pages[0].picks else 1
        await self.app.push_screen(PickDialog(pages, columns, first=first, hint=t("monthly.demand.pick_hint")), chosen)

    def _to_link(self, context: Context) -> tuple[list[SessionLine], list[SeriesLine]]:
        from frontdesk.activities.series.service import all_series

        period, last = self._period, context.today() + timedelta(days=DAYS_TO_LINK)
        found = list(month_view(context, period).sessions)
        coming = max(month_of(context.today()), period.following(), key=lambda one: one.first)
        while coming.first <= last:
            found += month_view(context, coming).sessions
            coming = coming.following()
        return [one for one in found if one.state != "cancelled"], all_series(context)

    async def do_reopen(self) -> None:
        """Take back what was done."""
        one = self._one()
        assert one is not None
        number = one.id

        async def answered(yes: bool | None) -> None:
            if yes:
                await self.attempt(lambda context: service.reopen_demand(context, number))
                await self.reload()

        question = t("monthly.demand.reopen_question", words=one.words)
        await self.app.push_screen(QuestionDialog(question, t("monthly.demand.reopen_yes")), answered)

    async def do_every(self) -> None:
        """Those merged and declined too, or only the open ones."""
        self._every = not self._every
        await self.reload()

    async def do_export(self) -> None:
        """The workbook."""
        app = self.desk_app
        out = free_path(app.export_folder(), f"{app.centre_name}-{t('monthly.file.demands')}-{app.today()}", ".xlsx")
        if await self.attempt(lambda context: export_demands(context, out), slow=True) is not None:
            self.notify(t("monthly.written", out=out), timeout=12)


def _row(one: DemandLine) -> Row:
    state = t(f"monthly.demand.state.{one.stands}")
    cells = (
        str(one.asked),
        one.words,
        one.category,
        state,
        led_words(one),
        t(f"monthly.demand.source.{one.source}"),
        one.day,
        str(one.id),
    )
    if one.state in ("merged", "declined"):
        return Row(str(one.id), cells, "muted")
    if one.stands == "delivered":
        return Row(str(one.id), cells, "good")
    return Row(str(one.id), cells, "warning" if one.called_off and one.stands == "accepted" else "")


def _link_pages(one: DemandLine, sessions: list[SessionLine], series: list[SeriesLine]) -> tuple[PickPage, PickPage]:
    title = t("monthly.demand.link_title", words=one.words)
    dated = tuple(
        Pick(each.code, (screen_date(date.fromisoformat(each.day)), each.name, each.room), each.name)
        for each in sessions
    )
    lasting = tuple(
        Pick(str(each.id), (f"{each.first_day[5:]} {each.last_day}", each.name, each.room), each.name)
        for each in series
    )
    return (
        PickPage(f"{title}  {t('monthly.demand.link.sessions')}", dated),
        PickPage(f"{title}  {t('monthly.demand.link.series')}", lasting),
    )

"""The forms and questions of the standing order's screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from db.standing import DAY_KINDS, Competency, DayKind, WishRow
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.roster.day.heads import name_head
from frontdesk.roster.standing import service as standing
from frontdesk.roster.standing.cells import clock_of, codes_of, day_kinds_of, names_of
from frontdesk.roster.standing.changes import (
    Batch,
    Change,
    OrderPosts,
    PutCompetency,
    PutContract,
    PutPost,
    PutShift,
    RemoveShift,
    RenamePost,
    SetHolder,
    SetOpening,
    SetQualification,
    Single,
)
from frontdesk.roster.standing.order import Order, OrderPost, OrderShift
from frontdesk.roster.standing.rows_screen import StandingData
from frontdesk.roster.standing.rules import LIST_MARK
from frontdesk.roster.standing.typed import (
    BadField,
    contract_of,
    day_words,
    hours_words,
    is_no,
    typed,
    typed_day,
    whole,
    wish_of,
)
from frontdesk.roster.standing.words import clock, days
from frontdesk.roster.units import in_hours
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog, QuestionDialog, Wrong
from frontdesk.shell.picking import Pick, PickDialog, PickPage
from frontdesk.shell.rowlist import Column

Read = Callable[[dict[str, str]], "Change | WishRow"]
"""Makes a change or a wish of the values of a form. Raises BadField."""


class OrderForm(FormDialog):
    """A form with a line for each field, so that many fit a window of 24 lines."""


class OrderEditing(DeskScreen):
    """The part of the screen that asks what is to be changed, and for the change."""

    data: StandingData | None = None

    @property
    def order(self) -> Order:
        """The order that is shown; an empty one before anything was read."""
        return self.data.order if self.data is not None else Order()

    async def submit(self, change: Change) -> str | None:
        """Ask for a change and say what became of it; a refusal comes back in words."""
        try:
            asked = await self.desk_app.desk.run(lambda context: standing.ask(context, change))
        except CodedError as refusal:
            return words_for(refusal)
        self.notify(t(f"roster_order.state_line.{asked.state}", id=asked.id))
        await self.reload()
        return None

    async def do_it(self, change: Change) -> None:
        """Ask for a change that no form stands behind."""
        refused = await self.submit(change)
        if refused is not None:
            self.notify(refused, severity="error")

    async def form(self, title: str, fields: tuple[Field, ...], read: Read) -> None:
        """Show a form whose values `read` turns into a change."""

        async def save(values: dict[str, str]) -> str | Wrong | None:
            try:
                wanted = read({name: value.strip() for name, value in values.items()})
            except BadField as wrong:
                return Wrong(wrong.words, wrong.field)
            if isinstance(wanted, WishRow):
                return await self._keep_wish(wanted)
            return await self.submit(wanted)

        await self.app.push_screen(OrderForm(title, fields, save))

    async def _keep_wish(self, wish: WishRow) -> str | None:
        try:
            number = await self.desk_app.desk.run(lambda context: standing.add_wish(context, wish))
        except CodedError as refusal:
            return words_for(refusal)
        self.notify(t("roster_order.wish_kept", id=number))
        await self.reload()
        return None

    async def choose(self, title: str, choices: list[tuple[str, str]], then: Callable[[str], Awaitable[None]]) -> None:
        """Let somebody choose one of several things to do."""

        async def chosen(key: str | None) -> None:
            if key is not None:
                await then(key)

        await self.app.push_screen(ChoiceDialog(title, choices), chosen)

    async def pick_person(self, title: str, then: Callable[[str], Awaitable[None]]) -> None:
        """Choose somebody of the staff by name or number."""
        picks = tuple(Pick(no, (one.name, no), one.name) for no, one in self.order.people.items())
        columns = (Column(t("roster_order.column.name"), 12), Column(t("roster_order.column.no")))

        async def chosen(answer: tuple[int, str] | None) -> None:
            if answer is not None:
                await then(answer[1])

        await self.app.push_screen(PickDialog([PickPage(title, picks)], columns), chosen)

    async def edit_post(self, name: str) -> None:
        """What there is to do with a post."""
        held = [(no, letter) for (post, no), letter in sorted(self.order.holders.items()) if post == name]
        choices = [("A", t("roster_order.do.set_a")), ("B", t("roster_order.do.set_b"))]
        choices += [(no, t("roster_order.do.release", ab=letter, name=self.order.name_of(no))) for no, letter in held]
        choices += [("open", t("roster_order.do.open")), ("about", t("roster_order.do.about"))]

        async def then(key: str) -> None:
            if key in ("A", "B"):
                await self._name_holder(name, key)
            elif key == "open":
                await self.edit_opening(name, None)
            elif key == "about":
                await self.post_form(name)
            else:
                await self.do_it(SetHolder(post=name, staff_no=key, ab=None))

        await self.choose(name, choices, then)

    async def _name_holder(self, post: str, letter: str) -> None:
        async def then(no: str) -> None:
            await self.do_it(SetHolder(post=post, staff_no=no, ab="A" if letter == "A" else "B"))

        await self.pick_person(t("roster_order.form.holder", post=post, ab=letter), then)

    async def post_form(self, name: str | None) -> None:
        """A new post, or what is to be known of one."""
        order = self.order
        before = order.posts[name] if name else OrderPost(name="")
        place = list(order.posts).index(name) + 1 if name else len(order.posts) + 1
        yes, no = t("roster_order.yes"), t("roster_order.no")

        def read(values: dict[str, str]) -> Change:
            wanted = max(1, typed(values, "place", whole))
            kept = name or values["name"]
            post = OrderPost(
                name=kept,
                shared_cover=not is_no(values["shared"]),
                closed_on=typed_day(values, "closed", self.desk_app.today()),
                requirements=names_of(values["needs"]),
            )
            changes: list[Single] = [PutPost(post=post)] if post != before else []
            if wanted != place:
                others = [one for one in order.posts if one != kept]
                changes.append(OrderPosts(names=(*others[: wanted - 1], kept, *others[wanted - 1 :])))
            if name is not None and values["name"] != name:
                changes.append(RenamePost(name=name, new_name=values["name"]))
            return changes[0] if len(changes) == 1 else Batch(source="desk", changes=tuple(changes))

        fields = (
            Field("name", t("roster_order.column.post"), before.name),
            Field("needs", t("roster_order.field.needs"), LIST_MARK.join(before.requirements), _hint("needs")),
            Field("shared", t("roster_order.field.shared"), yes if before.shared_cover else no, _hint("shared")),
            Field("closed", t("roster_order.field.closed"), before.closed_on or "", _hint("closed")),
            Field("place", t("roster_order.field.place"), str(place)),
        )
        await self.form(t("roster_order.form.post" if name else "roster_order.form.new_post"), fields, read)

    async def edit_opening(self, post: str, kind: DayKind | None) -> None:
        """The shifts of a post on one kind of day, or on every day that has the same."""
        kinds: tuple[DayKind, ...] = (kind,) if kind else DAY_KINDS
        codes = self.order.shifts_on(post, kind or "mon")

        def read(values: dict[str, str]) -> Change:
            shifts = () if values["shifts"] in ("", "-") else codes_of(values["shifts"])
            return SetOpening(post=post, days=typed(values, "days", day_kinds_of), shifts=shifts)

        known = LIST_MARK.join(f"{shift.code} {shift.name}" for shift in self.order.shifts.values())
        fields = (
            Field("shifts", t("roster_order.field.shifts"), LIST_MARK.join(codes), known),
            Field("days", t("roster_order.field.days"), day_words(kinds), _hint("days")),
        )
        title = t("roster_order.form.opening", post=post, days=days(kinds))
        await self.form(title, fields, read)

    async def shift_form(self, code: str | None) -> None:
        """A new shift, or the times of one."""
        before = self.order.shifts[code] if code else OrderShift(code="", name="", starts=510, ends=1020)

        def read(values: dict[str, str]) -> Change:
            own = code or values["code"].upper()
            return PutShift(
                shift=OrderShift(
                    code=own,
                    name=values["name"] or own,
                    starts=typed(values, "starts", clock_of),
                    ends=typed(values, "ends", clock_of),
                    break_minutes=typed(values, "rest", whole),
                )
            )

        fields = (
            *(() if code else (Field("code", t("roster_order.column.code"), "", _hint("code")),)),
            Field("name", t("roster_order.column.shift"), before.name),
            Field("starts", t("roster_order.field.starts"), clock(before.starts)),
            Field("ends", t("roster_order.field.ends"), clock(before.ends), _hint("ends")),
            Field("rest", t("roster_order.field.rest"), str(before.break_minutes)),
        )
        await self.form(t("roster_order.form.shift", code=code or ""), fields, read)

    async def remove_shift(self, code: str) -> None:
        """Take a shift away, after a question."""

        async def answered(yes: bool | None) -> None:
            if yes:
                await self.do_it(RemoveShift(code=code))

        question = t("roster_order.ask.remove_shift", code=code)
        await self.app.push_screen(QuestionDialog(question, t("roster_order.do.remove")), answered)

    async def edit_person(self, no: str) -> None:
        """What there is to do with somebody: the contract, certificates."""
        own = [name for of, name in sorted(self.order.qualifications) if of == no]
        choices = [
            ("contract", t("roster_order.do.contract")),
            ("certificate", t("roster_order.do.certificate")),
            ("head", t("roster_order.do.head")),
            *((f"-{name}", t("roster_order.do.drop", name=name)) for name in own),
        ]

        async def then(key: str) -> None:
            if key == "contract":
                await self._contract_form(no)
            elif key == "certificate":
                await self._certificate_form(no)
            elif key == "head":
                if await self.attempt(lambda context: name_head(context, no)) is not None:
                    self.notify(t("roster_order.head", no=no, name=self.order.name_of(no)))
            else:
                await self.do_it(SetQualification(staff_no=no, name=key[1:], held=False))

        await self.choose(f"{self.order.name_of(no)} {no}", choices, then)

    async def _contract_form(self, no: str) -> None:
        before = self.order.contract_of(no)
        most = "" if before.max_weekends is None else str(before.max_weekends)
        monthly = "" if before.monthly_minutes is None else in_hours(before.monthly_minutes)
        weekdays = tuple(kind for kind, bit in zip(DAY_KINDS, before.weekdays, strict=False) if bit == "1")
        fields = (
            Field("weekly", t("roster_order.field.weekly"), in_hours(before.weekly_minutes)),
            Field("monthly", t("roster_order.field.monthly"), monthly, _hint("no_limit")),
            Field("weekdays", t("roster_order.field.weekdays"), day_words(weekdays), _hint("weekdays")),
            Field("hours", t("roster_order.field.hours"), hours_words(before), _hint("hours")),
            Field("run", t("roster_order.field.run"), f"{before.min_run}-{before.max_run}"),
            Field("off", t("roster_order.field.off"), str(before.min_days_off)),
            Field("weekends", t("roster_order.field.weekends"), most, _hint("no_limit")),
            Field(
                "in_roster",
                t("roster_order.field.in_roster"),
                t("roster_order.yes" if before.in_roster else "roster_order.no"),
                _hint("shared"),
            ),
        )
        title = t("roster_order.form.contract", name=self.order.name_of(no))
        await self.form(title, fields, lambda values: PutContract(contract=contract_of(no, values)))

    async def _certificate_form(self, no: str) -> None:
        def read(values: dict[str, str]) -> Change:
            until = typed_day(values, "until", self.desk_app.today())
            return SetQualification(staff_no=no, name=values["name"], valid_until=until)

        needed = sorted({name for post in self.order.posts.values() for name in post.requirements})
        fields = (
            Field("name", t("roster_order.field.certificate"), "", LIST_MARK.join(needed)),
            Field("until", t("roster_order.field.until"), "", _hint("until")),
        )
        await self.form(t("roster_order.form.certificate", name=self.order.name_of(no)), fields, read)

    async def edit_skill(self, no: str, post: str) -> None:
        """A cell of the matrix."""
        before = self.order.competencies.get((no, post)) or Competency(staff_no=no, post=post, level=0)
        operator = self.desk_app.desk.operator

        def read(values: dict[str, str]) -> Change:
            given = {
                "level": typed(values, "level", whole),
                "last_trained": typed_day(values, "trained", self.desk_app.today()),
                "checked_by": values["checked"] or None,
            }
            return PutCompetency(competency=before.model_copy(update=given))

        checked = before.checked_by or (operator.name if operator else "")
        fields = (
            Field("level", t("roster_order.field.level"), str(before.level), _hint("level")),
            Field("trained", t("roster_order.field.trained"), before.last_trained or "", _hint("trained")),
            Field("checked", t("roster_order.field.checked"), checked),
        )
        await self.form(t("roster_order.form.skill", name=self.order.name_of(no), post=post), fields, read)

    async def wish_form(self, no: str) -> None:
        """A new wish of somebody."""

        fields = (
            Field("first", t("roster_order.field.first"), "", _hint("first")),
            Field("last", t("roster_order.field.last"), "", _hint("same_day")),
            Field("shift", t("roster_order.column.shift"), "", _hint("any_shift")),
            Field("wanted", t("roster_order.field.wanted"), t("roster_order.wish.word_no"), _hint("wanted")),
            Field("weight", t("roster_order.field.weight"), "3", _hint("weight")),
            Field("note", t("roster_order.field.note")),
        )
        title = t("roster_order.form.wish", name=self.order.name_of(no))
        await self.form(title, fields, lambda values: wish_of(no, values, self.desk_app.today()))


def _hint(name: str) -> str:
    return t(f"roster_order.hint.{name}")

"""The forms of a volunteer: a new one, changed data, the state, a skill, a call-up, a record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from db.volunteer_records import CallUp, RecordKind, Skill
from db.volunteers import Volunteer
from frontdesk.common.names import mask_name
from frontdesk.common.typed_dates import read_typed_date
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog, SavingForm, Wrong, save_form
from frontdesk.volunteers.register import service as register
from frontdesk.volunteers.register.differences import birth_words
from frontdesk.volunteers.register.errors import RegisterError
from frontdesk.volunteers.register.fields import FIELDS, REMOVE, WRONG_FIELD
from frontdesk.volunteers.register.profile import Profile
from frontdesk.volunteers.register.records import KINDS, OUTCOMES, SKILL_STATES

T = TypeVar("T")
NEW_FIELDS = ("name", "no", "phone", "gender", "birth", "team", "skill", "consent_on", "note")
EDIT_FIELDS = tuple(name for name in FIELDS if name not in ("no", "consent_version"))


async def save(
    screen: DeskScreen, case: Callable[[Context], T], then: Callable[[T], Awaitable[None]]
) -> str | Wrong | None:
    """Run a use case for a form of the register; see `save_form`."""
    return await save_form(screen, case, then, WRONG_FIELD)


def typed_day(screen: DeskScreen, text: str, field: str) -> str | Wrong:
    """The local day that was typed, as it is stored; today where nothing was."""
    try:
        return read_typed_date(text or "+0", screen.desk_app.today()).isoformat()
    except ValueError:
        return Wrong(t("register.error.bad_day", text=text), field)


def _hint(name: str) -> str:
    words = t(f"register.hint.{name}")
    return "" if words.startswith("register.") else words


class WarnOnce:
    """Points out that somebody of this name and phone is known, and that there is no such team; saving the same once
    more means somebody else, and a new team.
    """

    def __init__(self, team: str = "") -> None:
        """`team` is the one that stands there already."""
        self._warned: set[tuple[str, str]] = set()
        self._teams = {team}

    def case(self, values: dict[str, str], run: Callable[[Context, bool], Volunteer]) -> Callable[[Context], Volunteer]:
        """The use case `run`, told whether what stands in the form has been pointed out."""
        who = values["name"], values["phone"]

        def attempt(context: Context) -> Volunteer:
            self._ask_about_team(context, " ".join(values["team"].split()))
            try:
                return run(context, who in self._warned)
            except RegisterError as refusal:
                if refusal.code == "known_already":
                    self._warned.add(who)
                raise

        return attempt

    def _ask_about_team(self, context: Context, team: str) -> None:
        if team in self._teams or team == REMOVE:
            return
        self._teams.add(team)
        near = register.nearest_teams(context, team)
        if near is None:
            return
        if near:
            raise RegisterError("new_team_like", team=team, near=near[0])
        raise RegisterError("new_team", team=team)


async def open_new(screen: DeskScreen) -> None:
    """Register somebody; who is known by name and phone is pointed out once before being registered again."""

    def propose(context: Context) -> tuple[str, str, list[str], int]:
        number, age = register.proposed_number(context), context.settings.guardian_age
        return number, register.number_words(context, number), register.teams(context), age

    proposal = await screen.attempt(propose)
    if proposal is None:
        return
    once = WarnOnce()

    async def submit(values: dict[str, str]) -> str | Wrong | None:
        case = once.case(values, lambda context, known: register.add(context, values, even_if_known=known))
        return await save(screen, case, partial(_added, screen))

    number, said, teams, age = proposal
    hints = {"team": "  ".join(teams)[:60]}
    if age:
        hints["birth"] = t("register.hint.birth_new", age=age)
    fields = []
    for name in NEW_FIELDS:
        hint = hints.get(name, _hint(name))
        fields.append(Field(name, t(f"register.field.{name}"), number if name == "no" else "", hint))
    title = "\n".join(filter(None, (t("register.form.new"), said)))
    await screen.app.push_screen(SavingForm(title, tuple(fields), submit))


async def _added(screen: DeskScreen, volunteer: Volunteer) -> None:
    screen.notify(t("register.added", no=volunteer.no, name=mask_name(volunteer.name)))
    await screen.reload()
    await screen.open_at(volunteer.no)
    profile = await screen.attempt(lambda context: register.profile(context, volunteer.no))
    if profile is not None and profile.minor:
        screen.notify(t("register.added_minor", no=volunteer.no), severity="warning", timeout=12)


async def ask_edit(screen: DeskScreen, profile: Profile, first: str = "") -> None:
    """Change the data of a volunteer, beginning with the field `first`.

    Phones are not shown: left empty they stay, "-" removes them.
    """
    one = profile.volunteer
    once = WarnOnce(one.team)
    now = {name: getattr(one, name, "") for name in EDIT_FIELDS} | {"birth": birth_words(one)}

    async def done(_: Volunteer) -> None:
        screen.notify(t("register.saved", no=one.no))
        await screen.reload()

    async def submit(values: dict[str, str]) -> str | Wrong | None:
        # What was not touched is not said again, so that an old value that no form would take does not bar the others.
        said = {name: value for name, value in values.items() if value.strip() != now.get(name, "")}
        case = once.case(values, lambda context, known: register.change(context, one.no, said, even_if_known=known))
        return await save(screen, case, done)

    fields = []
    for name in EDIT_FIELDS:
        if name in ("phone", "guardian_phone"):
            masked = getattr(profile, name)
            now[name] = ""
            hint = t("register.hint.keeps", masked=masked) if masked else _hint("phone")
            fields.append(Field(name, t(f"register.field.{name}"), "", hint))
        else:
            fields.append(Field(name, t(f"register.field.{name}"), now[name], _hint(name)))
    title = t("register.form.edit", no=one.no, name=mask_name(one.name))
    await screen.app.push_screen(SavingForm(title, tuple(fields), submit, first=first))


async def ask_state(screen: DeskScreen, volunteer: Volunteer) -> None:
    """Suspend, reinstate or let go a volunteer, with the reason."""
    choices = [(one, t(f"register.do.{one}")) for one in ("active", "suspended", "left") if one != volunteer.state]

    async def chosen(state: str | None) -> None:
        if state is None:
            return

        async def done(_: None) -> None:
            screen.notify(t("register.state_set", no=volunteer.no, state=t(f"volunteers.state.{state}")))
            await screen.reload()

        async def submit(values: dict[str, str]) -> str | Wrong | None:
            if not values["reason"].strip() and state != "active":
                return Wrong(t("register.error.missing_text"), "reason")
            reason = values["reason"]
            return await save(
                screen,
                lambda context: register.set_state(context, volunteer.no, state, reason),  # type: ignore[arg-type]
                done,
            )

        title = t(f"register.form.{state}", no=volunteer.no, name=mask_name(volunteer.name))
        await screen.app.push_screen(FormDialog(title, (Field("reason", t("register.field.reason")),), submit))

    title = t("register.form.state", no=volunteer.no, name=mask_name(volunteer.name))
    await screen.app.push_screen(ChoiceDialog(title, choices), chosen)


async def ask_skill(screen: DeskScreen, volunteer_no: str, skill: Skill | None) -> None:
    """A skill for the talent pool, or what is said of one; the state is chosen by its number."""

    async def done(_: Skill) -> None:
        await screen.reload()

    async def submit(values: dict[str, str]) -> str | Wrong | None:
        place = values["state"].strip()
        if place not in ("1", "2", "3", "4"):
            return Wrong(t("register.choose_state"), "state")
        state = SKILL_STATES[int(place) - 1]
        return await save(
            screen,
            lambda context: register.set_skill(
                context,
                volunteer_no,
                skill.skill if skill else values["skill"],
                category=values["category"],
                state=state,
                note=values["note"],
            ),
            done,
        )

    states = "  ".join(f"{place} {t(f'register.skill_state.{one}')}" for place, one in enumerate(SKILL_STATES, 1))
    place = str(SKILL_STATES.index(skill.state if skill else "active") + 1)
    fields = (
        *(() if skill else (Field("skill", t("register.column.skill"), hint=t("register.hint.skill")),)),
        Field("category", t("register.column.category"), skill.category if skill else "", t("register.hint.category")),
        Field("state", t("register.column.state"), place, states),
        Field("note", t("register.column.note"), skill.note if skill else ""),
    )
    name = skill.skill if skill else ""
    await screen.app.push_screen(SavingForm(t("register.form.skill", skill=name, states=states), fields, submit))


async def ask_call_up(screen: DeskScreen, volunteer: Volunteer, skill: str = "") -> None:
    """Note that a volunteer was called up."""

    async def done(_: int) -> None:
        screen.notify(t("register.called_up", no=volunteer.no))
        await screen.reload()

    async def submit(values: dict[str, str]) -> str | Wrong | None:
        day = typed_day(screen, values["day"], "day")
        if isinstance(day, Wrong):
            return day
        return await save(
            screen,
            lambda context: register.add_call_up(
                context, volunteer.no, day=day, purpose=values["purpose"], skill=values["skill"]
            ),
            done,
        )

    fields = (
        Field("day", t("register.column.day"), "", t("register.hint.day")),
        Field("purpose", t("register.field.purpose"), "", t("register.hint.purpose")),
        Field("skill", t("register.column.skill"), skill),
    )
    title = t("register.form.call_up", no=volunteer.no, name=mask_name(volunteer.name))
    await screen.app.push_screen(SavingForm(title, fields, submit))


async def ask_outcome(screen: DeskScreen, call: CallUp) -> None:
    """What came of a call-up."""

    async def chosen(outcome: str | None) -> None:
        if outcome is not None:
            await screen.attempt(lambda context: register.set_outcome(context, call.id, outcome))  # type: ignore[arg-type]
            await screen.reload()

    choices = [(one, t(f"register.outcome.{one}")) for one in OUTCOMES]
    await screen.app.push_screen(ChoiceDialog(f"{call.day} {call.purpose}", choices), chosen)


async def ask_record(screen: DeskScreen, volunteer: Volunteer) -> None:
    """A training, an award or an evaluation."""

    async def chosen(kind: str | None) -> None:
        if kind is not None:
            await _record_form(screen, volunteer, kind)  # type: ignore[arg-type]

    choices = [(one, t(f"register.kind.{one}")) for one in KINDS]
    await screen.app.push_screen(ChoiceDialog(t("register.form.kind"), choices), chosen)


async def _record_form(screen: DeskScreen, volunteer: Volunteer, kind: RecordKind) -> None:
    async def done(_: int) -> None:
        await screen.reload()

    async def submit(values: dict[str, str]) -> str | Wrong | None:
        day = typed_day(screen, values["day"], "day")
        if isinstance(day, Wrong):
            return day
        said = {name: values[name] for name in ("title", "detail", "grade")}
        return await save(
            screen, lambda context: register.add_record(context, volunteer.no, kind, day=day, **said), done
        )

    fields = (
        Field("day", t("register.column.day"), "", t("register.hint.day")),
        Field("title", t("register.column.title"), "", t(f"register.hint.title.{kind}")),
        Field("grade", t("register.column.grade"), "", t(f"register.hint.grade.{kind}")),
        Field("detail", t("register.column.detail")),
    )
    title = t("register.form.record", kind=t(f"register.kind.{kind}"), name=mask_name(volunteer.name))
    await screen.app.push_screen(SavingForm(title, fields, submit))


async def ask_annul(screen: DeskScreen, record_id: int, title: str) -> None:
    """Annul a record, with the reason; it stays to be seen."""

    async def done(_: object) -> None:
        await screen.reload()

    async def submit(values: dict[str, str]) -> str | Wrong | None:
        return await save(screen, lambda context: register.annul_record(context, record_id, values["reason"]), done)

    field = Field("reason", t("register.field.reason"))
    await screen.app.push_screen(FormDialog(t("register.form.annul", title=title), (field,), submit))

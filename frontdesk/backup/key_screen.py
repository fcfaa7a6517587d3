"""The recovery key at the desk: made, shown, printed, and typed back in part to prove that the paper exists.

The secret half is in this screen's memory only while it is shown. It goes with the screen, and when somebody else signs
in meanwhile.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from frontdesk.backup import service
from frontdesk.backup.service import GROUP_DIGITS, GROUPS, RecoveryKey, RecoveryKeyState, group_is_whole, places_to_ask
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context, Operator
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import QuestionDialog
from frontdesk.shell.digitgroups import ACROSS, DigitGroups, spaced
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain, wrapped
from frontdesk.shell.pushed import PushedScreen

AREA = "recovery_key"
ASKED = 2
"""So many groups are typed back while the key is still shown."""

STEPS = ("make", "print", "prove", "lock")
"""The way of a recovery key, in words on the screen while it shows no digits."""

Step = Literal["none", "shown", "asked", "asked_all", "unproved", "waiting", "proved"]


async def open_recovery_key(screen: DeskScreen, first_run: bool = False) -> None:
    """Show how the recovery key stands; as the last step of the first run that says so."""
    await screen.app.push_screen(RecoveryKeyScreen(first_run=first_run))


class RecoveryKeyScreen(PushedScreen):
    """What to do next, in words; the digits, or the groups to be typed back; what became of it. Enter always does what
    is next.
    """

    area: ClassVar[str] = AREA
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "go_on", "enter"),
        Command(AREA, "print", "f8"),
        Command(AREA, "replace", "ctrl+r"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, *, first_run: bool = False) -> None:
        super().__init__()
        self._first_run = first_run
        self._key: RecoveryKey | None = None
        self._shown_to: Operator | None = None
        self._state: RecoveryKeyState | None = None
        self._asking = False
        self._said: tuple[str, str] = ("", "")

    def compose_body(self) -> ComposeResult:
        """Words, the digits, and what was done or is wrong."""
        yield Plain("", id="key-about")
        with Vertical(classes="panel fill", id="key-panel"):
            yield Plain("", id="key-digits")
            yield Vertical(id="key-typed")
        yield Plain("", id="key-said")

    async def load(self) -> None:
        """See which key is in force, and whether its paper was proved."""
        operator = self.desk_app.desk.operator
        if operator != self._shown_to:
            # What one person sees or types here is for nobody who signs in after them.
            self._key, self._asking, self._shown_to = None, False, operator
        self._state = await self.desk_app.desk.run(service.recovery_key)
        await self._show()

    @property
    def step(self) -> Step:
        """Where it stands."""
        if self._asking:
            return "asked" if self._key is not None else "asked_all"
        if self._key is not None:
            return "shown"
        if self._state is None:
            return "none"
        if self._state.waiting:
            return "waiting"
        return "unproved" if self._state.confirmed_at is None else "proved"

    @property
    def _groups(self) -> DigitGroups | None:
        found = self.query(DigitGroups)
        return found.first() if found else None

    async def _show(self) -> None:
        step, asking = self.step, self._asking
        width = self.app.size.width - 2
        about = [t("recovery_key.first_run")] if self._first_run else []
        about += t(f"recovery_key.about.{step}", **self._about()).split("\n")
        lines = [
            Content.styled(part, "bold $primary" if place == 0 and self._first_run else "")
            for place, words in enumerate(about)
            for part in wrapped(words, width)
        ]
        self.query_one("#key-about", Plain).update(Content("\n").join(lines))
        framed(self.query_one("#key-panel"), t(f"recovery_key.panel.{step}"))
        self.query_one("#key-digits", Plain).update(self._digits())
        self.query_one("#key-digits").display = not asking
        self.query_one("#key-typed").display = asking
        if not asking and self._groups is not None:
            await self._groups.remove()
        self._say(*self._said)
        self.refresh_frame()

    def _about(self) -> dict[str, object]:
        """What the words of the step name."""
        state = self._state
        if state is None:
            return {}
        proved = state.confirmed_at
        return {
            "made": f"{state.made_at:%Y-%m-%d}",
            "proved": f"{proved:%Y-%m-%d}" if proved is not None else "",
            "no": state.confirmed_by or "",
            "key": (self._key.key_id if self._key is not None else state.waiting or state.key_id)[:4].upper(),
            "old": state.key_id[:4].upper(),
        }

    def _digits(self) -> Content:
        """The eight groups, four in a line as on the paper, wide apart."""
        if self._key is None:
            return self._steps()
        lines: list[Content] = []
        cells = [(f"{place:>2}  ", spaced(group)) for place, group in enumerate(self._key.groups, 1)]
        for first in range(0, GROUPS, ACROSS):
            parts: list[str | tuple[str, str]] = []
            for number, digits in cells[first : first + ACROSS]:
                parts += [(number, "$text-muted"), (digits, "bold $primary"), "  "]
            lines += [Content.assemble(*parts), Content("")]
        return Content("\n").join(lines)

    def _steps(self) -> Content:
        """The way of a recovery key, with the step that is at hand."""
        at = {"none": 0, "unproved": 2, "waiting": 2}.get(self.step, 3)
        return Content("\n\n").join(
            Content.styled(f"{place + 1}  {t(f'recovery_key.step.{step}')}", "bold $primary" if place == at else "dim")
            for place, step in enumerate(STEPS)
        )

    def _say(self, words: str, tone: str = "") -> None:
        self._said = (words, tone)
        line = self.query_one("#key-said", Plain)
        line.set_classes(f"-{tone}" if tone else "")
        width = self.app.size.width - 2
        line.update("\n".join(wrapped(words, width)))

    def why_not(self, name: str) -> str | None:
        """Making, printing and proving change something; a key can be printed only while it is shown."""
        if name == "close":
            return None
        if self.is_auditor:
            return self.why_read_only()
        if name == "print" and self._key is None:
            return t("recovery_key.why.not_shown")
        if name == "replace" and (self._state is None or self._key is not None):
            return t("recovery_key.why.nothing_to_replace")
        return None

    async def do_go_on(self) -> None:
        """What is to be done next."""
        step = self.step
        if step == "none":
            await self._make()
        elif step in ("shown", "unproved", "waiting"):
            await self._ask()
        elif step == "proved":
            self.close()

    async def _make(self) -> None:
        made = await self.attempt(service.new_recovery_key)
        if made is None:
            return
        self._key, self._shown_to = made, self.desk_app.desk.operator
        self._said = ("", "")
        await self.reload()

    async def _ask(self) -> None:
        """Ask for some groups while the key is in memory, else for all of them."""
        places = places_to_ask(ASKED) if self._key is not None else range(GROUPS)
        self._asking, self._said = True, ("", "")
        groups = DigitGroups(
            [place + 1 for place in places],
            GROUP_DIGITS,
            lambda number, text: group_is_whole(number - 1, text),
            id="key-groups",
        )
        await self.query_one("#key-typed").mount(groups)
        await self._show()
        self.set_focus(groups)

    def on_digit_groups_changed(self) -> None:
        """Name the slip while the eye is still on it."""
        groups = self._groups
        if groups is None:
            return
        if groups.wrong:
            self._say(t("recovery_key.slip", group=groups.wrong[0]), "bad")
        elif groups.is_complete:
            self._say(t("recovery_key.all_right"), "good")
        else:
            self._say(t("recovery_key.typing", done=groups.done, count=len(groups.asked), group=groups.at))

    async def on_digit_groups_finished(self) -> None:
        """Compare what was typed with the key."""
        groups, key = self._groups, self._key
        if groups is None:
            return
        typed, digits = {number - 1: text for number, text in groups.typed.items()}, groups.value

        def case(context: Context) -> RecoveryKeyState:
            if key is not None:
                return service.confirm_groups(context, key, typed)
            return service.confirm_recovery_key(context, digits)

        try:
            await self.desk_app.desk.run(case)
        except CodedError as refusal:
            groups.clear()
            self._say(words_for(refusal), "bad")
            return
        self._key, self._asking = None, False
        self._said = (t("recovery_key.proved_now"), "good")
        await self.reload()

    async def do_print(self) -> None:
        """Write the sheet to be printed and locked away."""
        key = self._key
        assert key is not None
        app = self.desk_app
        out = free_path(app.export_folder(), t("recovery_key.file"), ".pdf")
        written = await self.attempt(lambda context: service.print_recovery_key(context, key, out), slow=True)
        if written is not None:
            self._say(t("recovery_key.printed", out=out), "good")

    async def do_replace(self) -> None:
        """Ask, and make another key; the old one opens what was made for it."""

        async def answered(yes: bool | None) -> None:
            if yes:
                await self._make()

        question = QuestionDialog(t("recovery_key.ask_replace"), t("recovery_key.ask_replace_yes"))
        await self.app.push_screen(question, answered)

    async def do_close(self) -> None:
        """Back; from typing to the digits, where they are still shown."""
        if self._asking and self._key is not None:
            self._asking, self._said = False, ("", "")
            await self._show()
            return
        self._key = None
        self.close()

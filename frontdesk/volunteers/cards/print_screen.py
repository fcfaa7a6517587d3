"""Printing cards from the desk: layout, for whom, where to begin; what cannot be printed is said before it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Any, ClassVar
from unicodedata import normalize

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import ProgressBar

from db import volunteers as records
from frontdesk.common.names import mask_name
from frontdesk.common.text import wrap
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog
from frontdesk.shell.plain import Plain
from frontdesk.shell.reading import LineTone, ReadDialog
from frontdesk.volunteers.cards.printing import Selection, print_selected, selected, unprintable
from frontdesk.volunteers.cards.sheet import LAYOUTS, sheets_needed

if TYPE_CHECKING:
    from db.volunteers import Volunteer
    from frontdesk.volunteers.cards.drawing import RomanisedName
    from frontdesk.volunteers.cards.sheet import LayoutName

TITLE_WIDTH = 62


async def open_print(screen: DeskScreen, volunteer_no: str | None) -> None:
    """Ask what is printed and print it; the volunteer with this number is proposed first."""
    facts = await screen.attempt(lambda context: _facts(context, volunteer_no))
    if facts is not None:
        await _Printing(screen, facts).ask_layout()


@dataclass(frozen=True)
class _Facts:
    """For whom cards could be printed: the one who is meant, all, those without a printed card, the teams."""

    meant: Volunteer | None
    serving: int
    unprinted: int
    teams: list[tuple[str, int]]


def _facts(context: Context, volunteer_no: str | None) -> _Facts:
    with context.database.reading() as connection:
        return _Facts(
            records.get(connection, volunteer_no) if volunteer_no else None,
            len(records.active_numbers(connection)),
            len(records.without_printed_card(connection)),
            records.teams(connection),
        )


class Drawn(Message):
    """So many cards are drawn."""

    def __init__(self, cards: int) -> None:
        super().__init__()
        self.cards = cards


class PrintingDialog(ModalScreen[None]):
    """How far the printing has come. Esc stops it, and then nothing was printed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "stop", show=False)]

    def __init__(self, cards: int) -> None:
        super().__init__()
        self._cards = cards
        self._stop = Event()
        self._ended = False

    def compose(self) -> ComposeResult:
        """What is done, a bar, and the key that stops it."""
        with Vertical(classes="dialog"):
            yield Plain(t("cards.printing", done=0, cards=self._cards), id="question")
            yield ProgressBar(self._cards, show_eta=False, id="printing-bar")
            yield Plain(f"Esc {t('cards.stop')}", classes="hint")
        yield ScanBanner()

    def goes_on(self, cards: int) -> bool:
        """Told from the thread that draws; False once Esc was pressed."""
        if cards % 10 == 0 or cards == self._cards:
            self.post_message(Drawn(cards))
        return not self._stop.is_set()

    def on_drawn(self, message: Drawn) -> None:
        """Show how far it has come."""
        self.query_one("#question", Plain).update(t("cards.printing", done=message.cards, cards=self._cards))
        self.query_one("#printing-bar", ProgressBar).update(progress=message.cards)

    def action_stop(self) -> None:
        """Stop after the card that is being drawn."""
        self._stop.set()

    async def close(self) -> None:
        """Give the screen behind back, once nothing lies over this one."""
        self._ended = True
        if self.is_active:
            await self.dismiss()

    def on_screen_resume(self) -> None:
        """Close what ended while another dialog lay over it."""
        if self._ended:
            self.dismiss()


class _Printing:
    """One run of questions, each a dialog over the screen; Esc leaves without printing."""

    def __init__(self, screen: DeskScreen, facts: _Facts) -> None:
        self._screen = screen
        self._facts = facts
        self._layout: LayoutName = "cards"
        self._selection = Selection()
        self._first = 1
        self._count = 0

    async def ask_layout(self) -> None:
        """Cards or labels."""
        choices = [(name, t(f"cards.layout.{name}")) for name in LAYOUTS]

        async def chosen(name: str | None) -> None:
            if name is not None:
                self._layout = name  # type: ignore[assignment]
                await self._ask_who()

        await self._ask(t("cards.title.print"), choices, chosen)

    async def _ask_who(self) -> None:
        facts = self._facts
        choices = [
            ("unprinted", t("cards.who.unprinted", count=facts.unprinted)),
            ("team", t("cards.who.team")),
            ("chosen", t("cards.who.chosen")),
            ("all", t("cards.who.all", count=facts.serving)),
        ]
        if facts.meant is not None:
            one = facts.meant
            choices.insert(0, ("one", t("cards.who.one", name=mask_name(one.name), no=one.no)))

        async def chosen(who: str | None) -> None:
            if who == "one" and facts.meant is not None:
                await self._select(Selection("chosen", numbers=(facts.meant.no,)))
            elif who == "team":
                await self._ask_team()
            elif who == "chosen":
                await self._ask_numbers()
            elif who is not None:
                await self._select(Selection(who))  # type: ignore[arg-type]

        await self._ask(t("cards.who"), choices, chosen)

    async def _ask_team(self) -> None:
        if not self._facts.teams:
            self._screen.notify(t("cards.no_teams"), severity="warning")
            return
        choices = [(team, t("cards.team_line", team=team, count=members)) for team, members in self._facts.teams]

        async def chosen(team: str | None) -> None:
            if team is not None:
                await self._select(Selection("team", team=team))

        await self._ask(t("cards.choose_team"), choices, chosen)

    async def _ask_numbers(self) -> None:
        async def take(values: dict[str, str]) -> str | None:
            plain = normalize("NFKC", values["numbers"]).replace(",", " ").replace("、", " ")
            selection = Selection("chosen", numbers=tuple(number.zfill(7) for number in plain.split()))
            try:
                await self._screen.desk_app.desk.run(lambda context: selected(context, selection))
            except CodedError as refusal:
                return words_for(refusal)
            self._screen.call_later(self._select, selection)
            return None

        field = Field("numbers", t("cards.numbers"), hint=t("cards.numbers_hint"))
        await self._screen.app.push_screen(FormDialog(t("cards.title.print"), (field,), take))

    async def _select(self, selection: Selection) -> None:
        """Remember for whom, and ask where on the first sheet to begin."""
        self._selection = selection
        chosen = await self._screen.attempt(lambda context: selected(context, selection))
        if chosen is None:
            return
        if not chosen:
            self._screen.notify(t("cards.nobody"), severity="warning")
            return
        self._count = len(chosen)
        places = LAYOUTS[self._layout].places

        async def take(values: dict[str, str]) -> str | None:
            typed = normalize("NFKC", values["first"]).strip()
            first = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0
            try:
                sheets_needed(self._layout, len(chosen), first)
            except CodedError:
                return t("cards.first_wrong", places=places)
            self._first = first
            self._screen.call_later(self._check)
            return None

        note = wrap(t("cards.issue_note", count=len(chosen)), TITLE_WIDTH)
        title = "\n".join((t(f"cards.layout.{self._layout}"), *note))
        field = Field("first", t("cards.first"), "1", hint=t("cards.first_hint", places=places))
        await self._screen.app.push_screen(FormDialog(title, (field,), take))

    async def _check(self) -> None:
        """Name the characters that no font has before anything is written: pinyin for those names, or nothing."""
        lacking = await self._screen.attempt(lambda context: unprintable(context, self._selection), slow=True)
        if lacking is None:
            return
        if not lacking:
            await self._print()
            return

        async def answered(key: str | None) -> None:
            if key == "enter":
                await self._print()

        title = t("cards.lacking_title", count=len(lacking))
        dialog = ReadDialog(title, _lacking_lines(lacking), (("enter", t("cards.print_pinyin")),))
        await self._screen.app.push_screen(dialog, answered)

    async def _print(self) -> None:
        desk_app = self._screen.desk_app
        name = f"{t(f'cards.file.{self._layout}')}-{desk_app.today().isoformat()}"
        out = free_path(desk_app.export_folder(), name, ".pdf")
        dialog = PrintingDialog(self._count)
        await self._screen.app.push_screen(dialog)
        printed = await self._screen.attempt(
            lambda context: print_selected(
                context,
                out,
                self._selection,
                layout=self._layout,
                first=self._first,
                issue=True,
                goes_on=dialog.goes_on,
            ),
            slow=True,
        )
        await dialog.close()
        if printed is not None:
            words = t("cards.printed", cards=printed.cards, pages=printed.pages, out=out)
            if printed.unreadable:
                words += "\n" + t("cards.left_out", numbers=" ".join(one.volunteer_no for one in printed.unreadable))
            self._screen.notify(words, timeout=12)

    async def _ask(
        self, title: str, choices: Sequence[tuple[str, str]], chosen: Callable[[str | None], Awaitable[Any]]
    ) -> None:
        await self._screen.app.push_screen(ChoiceDialog(title, choices), chosen)


def _lacking_lines(lacking: list[RomanisedName]) -> list[tuple[str, LineTone]]:
    lines: list[tuple[str, LineTone]] = [(t("cards.lacking_why"), "")]
    for one in lacking:
        name = mask_name(one.name) if one.volunteer_no else one.name
        left_out = "" if one.is_readable or not one.volunteer_no else f"  {t('cards.is_left_out')}"
        lines.append((f"{one.volunteer_no}  {name}  {' '.join(one.missing)}{left_out}".strip(), "warning"))
    return lines

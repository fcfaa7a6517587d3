"""A volunteer's card on the screen: for a phone's camera, with its validity and all cards before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen

from db.volunteers import Card, Volunteer
from frontdesk.common.names import mask_name
from frontdesk.common.text import wrap
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import QuestionDialog
from frontdesk.shell.plain import Plain
from frontdesk.volunteers.cards.service import cards_of, issue_card, renew_card, replace_card
from frontdesk.volunteers.cards.terminal import terminal_qr
from frontdesk.volunteers.cards.words import card_words

if TYPE_CHECKING:
    from rich.text import Text

WORDS_WIDTH = 50
MOST_CARDS_SHOWN = 6


async def show_card(screen: DeskScreen, volunteer: Volunteer) -> None:
    """Show the volunteer's card, issued now if there is none."""
    await _show(screen, volunteer, issue_card)


async def ask_replace(screen: DeskScreen, volunteer: Volunteer) -> None:
    """Give a new card for a lost one, after a question, and show it."""

    async def answered(yes: bool | None) -> None:
        if yes:
            await _show(screen, volunteer, replace_card)

    question = t("cards.replace_question", name=mask_name(volunteer.name), no=volunteer.no)
    await screen.app.push_screen(QuestionDialog(question, t("cards.replace_yes")), answered)


async def _show(screen: DeskScreen, volunteer: Volunteer, case: object) -> None:
    def fetch(context: Context) -> tuple[str, list[Card]]:
        code: str = case(context, volunteer.no)  # type: ignore[operator]
        return code, cards_of(context, volunteer.no)

    shown = await screen.attempt(fetch)
    if shown is None:
        return
    zone = await screen.desk_app.desk.run(lambda context: context.zone)
    await screen.app.push_screen(CardScreen(screen, volunteer, *shown, screen.desk_app.today(), zone))


class CardScreen(ModalScreen[None]):
    """A card on the screen: black on white, two cells a module, so that a phone reads it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,f7", "dismiss", show=False),
        Binding("f8", "replace", show=False),
        Binding("ctrl+e", "renew", show=False),
        Binding("ctrl+o", "print", show=False),
    ]

    def __init__(
        self, behind: DeskScreen, volunteer: Volunteer, code: str, cards: Sequence[Card], today: date, zone: tzinfo
    ) -> None:
        """`cards` are all of the volunteer, the first first; the last of them is the one that is shown."""
        super().__init__()
        self._behind = behind
        self._volunteer = volunteer
        self._code = code
        self._cards = tuple(cards)
        self._today = today
        self._zone = zone

    def compose(self) -> ComposeResult:
        """The code, and beside it whose it is; a window that is too low for it says how high it must be."""
        height = len(terminal_qr(self._code))
        with Vertical(id="card"), Horizontal(id="card-halves"):
            if self.app.size.height >= height:
                yield Plain(code_picture(self._code), id="card-code")
            with Vertical(id="card-words"):
                yield Plain(self._words(self._cards), id="card-text")
                yield Plain("", id="card-notice")
                yield Plain("\n".join(line.strip() for line in wrap(t("cards.show_hint"), WORDS_WIDTH)), id="card-hint")
        yield ScanBanner()

    def _words(self, cards: Sequence[Card]) -> str:
        """Name, number, digits, and every card with its state, the last one first."""
        from frontdesk.volunteers.cards.code import grouped

        needed = len(terminal_qr(self._code))
        lines = [f"{mask_name(self._volunteer.name)}  {self._volunteer.no}", grouped(self._code), ""]
        if self.app.size.height < needed:
            lines += [*wrap(t("cards.too_low", lines=needed), WORDS_WIDTH), ""]
        lines.append(t("cards.history"))
        for card in list(reversed(cards))[:MOST_CARDS_SHOWN]:
            which, state, validity, issued, printed = card_words(card, self._today, self._zone)
            lines += [f"{which}  {state}  {validity}", f"  {issued}  {printed}"]
        return "\n".join(lines)

    async def action_replace(self) -> None:
        """Another card for this one."""
        self.dismiss()
        self._behind.call_later(ask_replace, self._behind, self._volunteer)

    async def action_renew(self) -> None:
        """The same card, valid for longer."""

        def case(context: Context) -> list[Card]:
            renew_card(context, self._volunteer.no)
            return cards_of(context, self._volunteer.no)

        notice = self.query_one("#card-notice", Plain)
        try:
            cards = await self._behind.desk_app.desk.run(case)
        except CodedError as failure:
            notice.update("\n".join(wrap(words_for(failure), WORDS_WIDTH)))
            return
        self.query_one("#card-text", Plain).update(self._words(cards))
        notice.update(t("cards.renewed_one", until=cards[-1].valid_until or t("cards.open_end")))

    async def action_print(self) -> None:
        """Print it, or others."""
        from frontdesk.volunteers.cards.print_screen import open_print

        self.dismiss()
        self._behind.call_later(open_print, self._behind, self._volunteer.no)


def code_picture(code: str) -> Text:
    """The code with its quiet zone, two cells a module on explicit black and white, a module's height a line."""
    from rich.text import Text

    lines = [
        Text("").join(Text("  ", "on #000000" if dark else "on #ffffff") for dark in line) for line in terminal_qr(code)
    ]
    return Text("\n", no_wrap=True, end="").join(lines)

"""Choosing a definition by typing: to open a record of it from anywhere, or to narrow the list of the desk to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from frontdesk.cases import listing
from frontdesk.cases.listing import Kind, View
from frontdesk.common.pinyin import is_spelled_in, query_key, search_terms
from frontdesk.locale import t
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import label_of
from frontdesk.shell.picking import Pick, PickBox, PickDialog, PickPage
from frontdesk.shell.rowlist import Column

DIGITS = "123456789１２３４５６７８９"
"""Those of a keyboard, and those that an input method types which was left on."""
MOST_NUMBERED = 9
GROUP = "group:"


@cache
def terms_of(name: str) -> frozenset[str]:
    """What a name is found by, see `search_terms`; the dialog asks for all of them at every key."""
    return search_terms(name)


def how_meant(pick: Pick, mechanisms: Sequence[str], key: str, text: str) -> int | None:
    """How well what was typed means a definition, 0 best: its whole name (pinyin and initials too) or code, the
    beginning of its name, a part of it or the number of a mechanism, words of what it is for; None where it does not.
    `key` is the text as the search compares it.
    """
    typed, code, name = text.strip().lower(), pick.key.partition(":")[2], pick.name.lower()
    terms = terms_of(pick.name)
    if typed in (name, code) or key in terms:
        # The terms of a name are also its ends: of two that are meant the one that is no more than that is first.
        return 0 if typed in (name, code) or len(key) == len(name) else 1
    if any(term.startswith(key) for term in terms):
        return 1
    if any(one.lower().startswith(typed) for one in mechanisms) or typed in name or typed in code:
        return 2
    if is_spelled_in(pick.name, key):
        return 2
    return 3 if len(typed) > 1 and not typed.isascii() and typed in pick.detail else None


class KindBox(PickBox):
    """The search box; a digit in the empty box takes the row that has it."""

    def take_key(self, key: str) -> bool:
        """Take the row of a digit, or move the cursor."""
        screen = self.screen
        is_digit = len(key) == 1 and key in DIGITS and not self.value
        if is_digit and isinstance(screen, KindDialog) and screen.take_digit(int(key)):
            return True
        return super().take_key(key)


class KindDialog(PickDialog):
    """A choice of a definition; a row whose first cell is a digit is taken by it."""

    def __init__(
        self, page: PickPage, columns: Sequence[Column], found_by: dict[str, Sequence[str]], hint: str
    ) -> None:
        """`found_by` are the numbers of the mechanisms of each pick, by its key."""
        super().__init__([page], columns, hint=hint)
        self._found_by = found_by
        self._picks = page.picks

    def on_mount(self) -> None:
        """Say in its own words that nothing is found."""
        self.rows.empty = t("case_desk.new.none")

    def make_box(self, hint: str) -> PickBox:
        """The box that knows the digits."""
        return KindBox(placeholder=hint, compact=True, id="pick-search")

    def matching(self, picks: Sequence[Pick], text: str) -> list[Pick]:
        """Those that what stands in the box means."""
        key = query_key(text)
        if not text.strip():
            return list(picks)
        found = [(how_meant(one, self._found_by.get(one.key, ()), key, text), one) for one in picks]
        # What was used most stands first among what is meant as well.
        return [one for how, one in sorted(((how, one) for how, one in found if how is not None), key=_how)]

    def _show(self) -> None:
        """What is meant best stands first, and the cursor on it: one letter more may have brought it to the top."""
        super()._show()
        self.rows.cursor = 0
        self._tell()

    def take_digit(self, digit: int) -> bool:
        """Take the row with a digit; False where none has it."""
        taken = next((one for one in self._picks if one.cells[0] == str(digit)), None)
        if taken is None or self not in self.app.screen_stack:
            return False
        self.dismiss((0, taken.key))
        return True


def _how(found: tuple[int, Pick]) -> int:
    return found[0]


async def open_new(screen: DeskScreen) -> None:
    """Ask what to open a record of, over whatever is open, and open its form over that."""
    if any(isinstance(one, KindDialog) for one in screen.app.screen_stack):
        return
    if screen.is_auditor:
        screen.notify(screen.why_read_only() or "", severity="warning")
        return
    kinds = await screen.attempt(listing.kinds)
    if kinds is None:
        return
    columns = (
        Column(t("case_desk.new.key"), 2),
        Column(t("case_desk.new.name")),
        Column(t("case_desk.new.group"), 14),
        Column(t("case_desk.new.lately"), 8, "right"),
    )
    picks = [_pick(place, one) for place, one in enumerate(kinds)]
    dialog = KindDialog(
        PickPage(t("case_desk.new.title"), tuple(picks)), columns, _mechanisms(kinds), t("case_desk.new.hint")
    )

    async def chosen(taken: tuple[int, str] | None) -> None:
        if taken is not None:
            await screen.desk_app.open_form("case_form", screen, taken[1].partition(":")[2])

    await screen.app.push_screen(dialog, chosen)


async def open_entered(screen: DeskScreen) -> None:
    """Show the record that whoever is signed in entered last today, over whatever is open."""
    case_id = await screen.attempt(listing.entered_last)
    if case_id == 0:
        screen.notify(t("case_desk.new.nothing_entered", key=label_of("case_new")))
    elif case_id is not None:
        await screen.desk_app.open_form("case", screen, case_id)


def _pick(place: int, one: Kind) -> Pick:
    definition = one.definition
    digit = str(place + 1) if place < MOST_NUMBERED and not one.is_dropped else ""
    lately = t("case_adoption.standing.dropped") if one.is_dropped else str(one.lately or "")
    cells = (digit, str(definition.name), t(f"case_desk.group.{definition.group}"), lately)
    return Pick(f"definition:{definition.code}", cells, str(definition.name), str(definition.about))


def _mechanisms(kinds: Sequence[Kind]) -> dict[str, Sequence[str]]:
    return {f"definition:{one.definition.code}": one.definition.mechanisms for one in kinds}


async def ask_view(screen: DeskScreen, then: Callable[[View], object]) -> None:
    """Ask which group or definition a list is narrowed to, with how many wait of each."""
    kinds = await screen.attempt(listing.kinds)
    if kinds is None:
        return
    columns = (
        Column(t("case_desk.narrow.name")),
        Column(t("case_desk.narrow.group"), 14),
        Column(t("case_desk.narrow.open"), 6, "right"),
        Column(t("case_desk.narrow.overdue"), 7, "right"),
    )
    picks = [*_groups(kinds), *_definitions(kinds)]
    dialog = KindDialog(
        PickPage(t("case_desk.narrow.title"), tuple(picks)), columns, _mechanisms(kinds), t("case_desk.narrow.hint")
    )

    async def chosen(taken: tuple[int, str] | None) -> None:
        if taken is not None:
            kind, _, code = taken[1].partition(":")
            then(View("group" if kind == "group" else "definition", code))

    await screen.app.push_screen(dialog, chosen)


def _groups(kinds: Sequence[Kind]) -> list[Pick]:
    counted: dict[str, tuple[int, int]] = {}
    for one in kinds:
        waiting, over = counted.get(one.definition.group, (0, 0))
        counted[one.definition.group] = waiting + one.open, over + one.overdue
    about = t("case_desk.narrow.about_group")
    return [
        Pick(f"{GROUP}{code}", (name, t("case_desk.narrow.whole"), *_counted(*counts)), name, about)
        for code, counts in counted.items()
        for name in [t(f"case_desk.group.{code}")]
    ]


def _definitions(kinds: Sequence[Kind]) -> list[Pick]:
    ordered = sorted(kinds, key=lambda one: (-one.overdue, -one.open, one.definition.code))
    return [
        Pick(
            f"definition:{one.definition.code}",
            (str(one.definition.name), t(f"case_desk.group.{one.definition.group}"), *_counted(one.open, one.overdue)),
            str(one.definition.name),
            str(one.definition.about),
        )
        for one in ordered
    ]


def _counted(waiting: int, overdue: int) -> tuple[str, str]:
    return str(waiting or ""), str(overdue or "")

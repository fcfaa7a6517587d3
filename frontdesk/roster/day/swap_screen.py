"""Swaps between colleagues and open shifts: every rule that would be broken is read before anybody agrees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from db.swap import Swap
from frontdesk.common.text import shorten
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.roster import day as use_cases
from frontdesk.roster.board import service as boards
from frontdesk.roster.board.edit_screen import candidate_columns, candidate_picks
from frontdesk.roster.board.facts import slot_words
from frontdesk.roster.board.service import Board, Cell
from frontdesk.roster.day import OpenShift, Prospect
from frontdesk.roster.day.screen_words import slot_text
from frontdesk.roster.day.working import ROLES
from frontdesk.roster.legality import sentence
from frontdesk.roster.model import RoleInSlot, SlotKey, Violation
from frontdesk.roster.naming import labels_of
from frontdesk.roster.plan import drafting
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import ChoiceDialog
from frontdesk.shell.picking import Pick, PickDialog, PickPage
from frontdesk.shell.reading import Line, ReadDialog
from frontdesk.shell.rowlist import Column
from frontdesk.staff.service import staff_list

EXCHANGE_DAYS = 28
"""How far ahead the slots reach that somebody may want in exchange."""

Wanted = tuple[Cell, RoleInSlot, str]
"""A role of a colleague that may be wanted in exchange, and who holds it."""

Found = tuple[list[Swap], list[OpenShift], dict[str, str], set[SlotKey]]


def _find(context: Context) -> Found:
    names = labels_of(staff_list(context.database))
    begun = use_cases.slots_begun_today(context)
    return use_cases.swaps_waiting(context), use_cases.open_shifts(context), names, begun


async def show_swaps(screen: DeskScreen, cell: Cell | None) -> None:
    """What waits for an answer, what is open to anybody, and what can be offered of the slot under the cursor."""
    found = await screen.attempt(_find)
    if found is None:
        return
    waiting, open_shifts, names, begun = found
    choices = [(f"swap:{one.id}", _swap_words(one, names)) for one in waiting if one.state == "asked"]
    for place, one in enumerate(open_shifts):
        choices.append((f"open:{place}", _open_words(one)))
    if cell is not None and cell.slot.day >= screen.desk_app.today() and cell.slot not in begun:
        for role in ROLES:
            holder = cell.assignment.holder(role)
            if holder is not None:
                choices += _offers(cell, role, names.get(holder, holder))
    if not choices:
        screen.notify(t("roster_screen.swap.nothing"), severity="warning")
        return

    async def chosen(answer: str | None) -> None:
        kind, _, rest = (answer or "").partition(":")
        if kind == "swap":
            await _answer(screen, next(one for one in waiting if one.id == int(rest)), names)
        elif kind == "open":
            await _take(screen, open_shifts[int(rest)])
        elif kind and cell is not None:
            role = ROLES[int(rest)]
            await {"anybody": _offer, "colleague": _ask_colleague, "exchange": _ask_exchange}[kind](screen, cell, role)

    await screen.app.push_screen(ChoiceDialog(t("roster_screen.swap.title"), choices), chosen)


def _offers(cell: Cell, role: RoleInSlot, name: str) -> list[tuple[str, str]]:
    said = {"who": name, "role": t(f"roster_screen.role.{role}"), "slot": slot_text(cell.slot)}
    place = ROLES.index(role)
    return [
        (f"exchange:{place}", t("roster_screen.swap.exchange", **said)),
        (f"colleague:{place}", t("roster_screen.swap.colleague", **said)),
        (f"anybody:{place}", t("roster_screen.swap.anybody", **said)),
    ]


def _swap_words(swap: Swap, names: dict[str, str]) -> str:
    """A swap in one line: who gives what to whom, and for what."""
    given = slot_text(SlotKey(date.fromisoformat(swap.day), swap.post, swap.shift))
    who, to = names.get(swap.asked_by, swap.asked_by), names.get(swap.with_staff or "", swap.with_staff or "-")
    words = t("roster_screen.swap.asked", who=who, to=to, slot=given, role=t(f"roster_screen.role.{swap.role}"))
    if swap.other_day and swap.other_post and swap.other_shift:
        other = slot_text(SlotKey(date.fromisoformat(swap.other_day), swap.other_post, swap.other_shift))
        words += t("roster_screen.swap.for_other", slot=other)
    return words


def _open_words(one: OpenShift) -> str:
    role = t(f"roster_screen.role.{one.role}")
    by = t("roster_screen.swap.offered", who=one.offered_by) if one.offered_by else t("roster_screen.swap.empty")
    return t("roster_screen.swap.open", slot=slot_text(one.slot), role=role, by=by)


def finding_lines(findings: Sequence[Violation]) -> list[Line]:
    """Every rule that would be broken, the hard ones first and red; a green line where there is none."""
    lines: list[Line] = [
        (sentence(one), "bad" if one.hard else "warning") for one in sorted(findings, key=lambda one: not one.hard)
    ]
    return lines or [(t("roster_screen.swap.fine"), "good")]


async def _answer(screen: DeskScreen, swap: Swap, names: dict[str, str]) -> None:
    """Read what a swap would break, then agree, decline or take it back."""
    findings = await screen.attempt(lambda context: use_cases.swap_findings(context, swap.id))
    if findings is None:
        return
    keys = [("delete", t("roster_screen.swap.decline")), ("ctrl+z", t("roster_screen.swap.withdraw"))]
    if not any(one.hard for one in findings):
        keys.insert(0, ("enter", t("roster_screen.swap.agree")))

    async def answered(key: str | None) -> None:
        if key == "enter":
            done = await screen.attempt(lambda context: use_cases.agree_swap(context, swap.id))
            if done is not None:
                screen.notify(t("roster_screen.swap.done"))
        elif key == "delete":
            await screen.attempt(lambda context: use_cases.decline_swap(context, swap.id))
        elif key == "ctrl+z":
            await screen.attempt(lambda context: use_cases.withdraw_swap(context, swap.id))
        if key is not None:
            await screen.reload()

    await screen.app.push_screen(ReadDialog(_swap_words(swap, names), finding_lines(findings), keys), answered)


async def _take(screen: DeskScreen, one: OpenShift) -> None:
    """Choose who takes an open role; whoever would break a rule cannot."""
    found = await screen.attempt(lambda context: drafting.candidates(context, one.slot))
    if found is None:
        return
    page = PickPage(_open_words(one), tuple(candidate_picks([each for each in found[one.role] if not each.head])))

    async def chosen(answer: tuple[int, str] | None) -> None:
        if answer is None:
            return
        no = answer[1]

        def case(context: Context) -> object:
            if one.swap_id is not None:
                return use_cases.agree_swap(context, one.swap_id, no)
            return use_cases.take_open(context, one.slot, one.role, no)

        if await screen.attempt(case) is not None:
            screen.notify(t("roster_screen.swap.done"))
        await screen.reload()

    await screen.app.push_screen(PickDialog([page], candidate_columns()), chosen)


async def _offer(screen: DeskScreen, cell: Cell, role: RoleInSlot) -> None:
    """Offer a role to anybody."""
    holder = cell.assignment.holder(role)
    assert holder is not None
    done = await screen.attempt(lambda context: use_cases.ask_swap(context, cell.slot, role, asked_by=holder))
    if done is not None:
        screen.notify(t("roster_screen.swap.offered_now"))
    await screen.reload()


async def _ask_colleague(screen: DeskScreen, cell: Cell, role: RoleInSlot) -> None:
    """Ask one colleague to take a role; whoever would break a rule cannot be asked."""
    holder = cell.assignment.holder(role)
    assert holder is not None

    def case(context: Context) -> tuple[dict[str, str], list[Prospect]]:
        names = {no: name for no, name in labels_of(staff_list(context.database)).items() if no != holder}
        partners = [(no, None) for no in names]
        return names, use_cases.swap_prospects(context, cell.slot, role, asked_by=holder, partners=partners)

    read = await screen.attempt(case)
    if read is None:
        return
    names, prospects = read
    picks = [
        Pick(no, (name, no, shorten(prospect_words(one), 60)), name, prospect_words(one), blocked_words(one))
        for (no, name), one in zip(names.items(), prospects, strict=True)
    ]

    async def chosen(answer: tuple[int, str] | None) -> None:
        if answer is None:
            return
        no = answer[1]
        done = await screen.attempt(
            lambda context: use_cases.ask_swap(context, cell.slot, role, asked_by=holder, with_staff=no)
        )
        await screen.reload()
        if done is not None:
            title = t("roster_screen.swap.waits", to=names[no])
            await screen.app.push_screen(ReadDialog(title, finding_lines(done.findings)))

    page = PickPage(t("roster_screen.swap.to_whom"), tuple(sorted(picks, key=lambda one: bool(one.blocked))))
    columns = (Column(t("roster_screen.pick.name"), 12), Column(t("roster_screen.pick.no"), 8), Column(""))
    await screen.app.push_screen(PickDialog([page], columns), chosen)


def prospect_words(one: Prospect) -> str:
    """What a swap that nobody has asked for yet would break, the hard rules first, or that it breaks none."""
    return blocked_words(one) or " ".join(words for words, _ in finding_lines(one.findings))


def blocked_words(one: Prospect) -> str:
    """Why a swap cannot be asked for: the refusal, or the hard rules; "" where it can."""
    if one.refusal is not None:
        return words_for(one.refusal)
    return " ".join(sentence(fault) for fault in one.hard)


async def _ask_exchange(screen: DeskScreen, cell: Cell, role: RoleInSlot) -> None:
    """Choose the slot of a colleague that is wanted in exchange; one with which a rule would be broken cannot be."""
    holder = cell.assignment.holder(role)
    assert holder is not None
    first = screen.desk_app.today()
    last = first + timedelta(days=EXCHANGE_DAYS)

    def case(context: Context) -> tuple[Board, list[Wanted], list[Prospect]]:
        board, begun = boards.board(context, first, last), use_cases.slots_begun_today(context)
        others = [one for one in _others(board, cell, holder) if one[0].slot not in begun]
        partners = [(no, (other.slot, other_role)) for other, other_role, no in others]
        found = use_cases.swap_prospects(context, cell.slot, role, asked_by=holder, partners=partners)
        return board, others, found

    read = await screen.attempt(case)
    if read is None:
        return
    board, others, found = read
    made = [_exchange_pick(board, place, *one) for place, one in enumerate(zip(others, found, strict=True))]
    picks = tuple(sorted(made, key=lambda one: bool(one.blocked)))

    async def chosen(answer: tuple[int, str] | None) -> None:
        if answer is None:
            return
        other, other_role, no = others[int(answer[1])]
        try:
            done = await screen.desk_app.desk.run(
                lambda context: use_cases.ask_swap(
                    context, cell.slot, role, asked_by=holder, with_staff=no, other=(other.slot, other_role)
                )
            )
        except CodedError as refusal:
            screen.desk_app.say_failure(refusal)
            return
        await screen.reload()
        title = t("roster_screen.swap.waits", to=board.name_of(no))
        await screen.app.push_screen(ReadDialog(title, finding_lines(done.findings)))

    title = t("roster_screen.swap.for_what", slot=slot_words(board, cell))
    columns = (Column(t("roster_screen.pick.name"), 10), Column(t("roster_screen.swap.role"), 8), Column(""))
    await screen.app.push_screen(PickDialog([PickPage(title, picks)], columns), chosen)


def _others(board: Board, cell: Cell, holder: str) -> list[Wanted]:
    """The roles of others in the coming slots, by time."""
    return [
        (other, other_role, no)
        for slot, other in sorted(board.cells.items())
        if slot != cell.slot and slot.day not in board.unpublished
        for other_role in ROLES
        if (no := other.assignment.holder(other_role)) is not None and no != holder
    ]


def _exchange_pick(board: Board, place: int, one: Wanted, prospect: Prospect) -> Pick:
    other, role, no = one
    name = board.name_of(no)
    cells = (name, t(f"roster_screen.role.{role}"), slot_words(board, other))
    return Pick(str(place), cells, name, prospect_words(prospect), blocked_words(prospect))

"""Cards in the file: how long they are valid, renewed, replaced, printed; and their commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from db import centre as centres
from db.volunteers import Volunteer
from frontdesk.context import Context
from frontdesk.volunteers import service as volunteers
from frontdesk.volunteers.cards.errors import CardError
from frontdesk.volunteers.cards.printing import Selection, print_selected, selected, unprintable
from frontdesk.volunteers.cards.sheet import CardPrintFault
from frontdesk.volunteers.errors import VolunteerError
from frontdesk.volunteers.register import service as register
from tests.desks import NOON, new_desk
from tests.programs import run_here

TODAY = date(2026, 11, 9)
TEAMS = {"0310001": "护河队", "0310002": "护河队", "0310003": "巡逻队", "0310004": ""}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """A centre with four volunteers, of whom nobody has a card."""
    context = new_desk(tmp_path / "home")
    with context.change("test.filled", "centre") as connection:
        for place, (no, team) in enumerate(TEAMS.items()):
            volunteers.store(context, connection, Volunteer(no=no, name=f"张{'一二三四'[place]}", team=team), "")
    yield context
    context.database.close()


def put_setting(context: Context, name: str, value: object) -> None:
    with context.change("test.setting", name) as connection:
        centres.set_setting(connection, name, value)
    context.read_settings()


def scanned(context: Context, code: str, day: date) -> tuple[str, str]:
    """The reason and the limit of a scan at noon of a day, with the clock on that day."""
    later = replace(context, clock=lambda: NOON + (day - TODAY))
    outcome = volunteers.scan(later, code)
    return outcome.reason, outcome.limit


def test_a_card_ends_after_the_months_of_the_setting_and_says_when(desk: Context) -> None:
    put_setting(desk, "card_valid_months", 12)
    code = volunteers.issue_card(desk, "0310001")
    (card,) = volunteers.cards_of(desk, "0310001")
    assert card.valid_until == "2027-11-09"
    assert scanned(desk, code, date(2027, 11, 9)) == ("", "")
    assert scanned(desk, code, date(2027, 11, 10)) == ("card_expired", "2027-11-09")


def test_without_the_setting_a_card_has_no_end(desk: Context) -> None:
    code = volunteers.issue_card(desk, "0310001")
    assert volunteers.cards_of(desk, "0310001")[0].valid_until == ""
    assert scanned(desk, code, date(2059, 1, 1)) == ("", "")


def test_a_replacement_says_from_when_it_is_valid(desk: Context) -> None:
    volunteers.issue_card(desk, "0310001")
    code = volunteers.replace_card(desk, "0310001")
    outcome = volunteers.scan(desk, code, at=NOON - timedelta(days=3))
    assert (outcome.reason, outcome.limit) == ("card_not_yet_valid", "2026-11-09")


def test_the_validity_is_changed_and_taken_back_with_an_audit_entry(desk: Context) -> None:
    code = volunteers.issue_card(desk, "0310001")
    volunteers.set_card_validity(desk, "0310001", date(2026, 11, 8))
    assert scanned(desk, code, TODAY) == ("card_expired", "2026-11-08")
    volunteers.set_card_validity(desk, "0310001", None)
    assert scanned(desk, code, TODAY) == ("", "")
    rows = desk.database.connection.execute("SELECT detail FROM audit WHERE action = 'card.validity' ORDER BY rowid")
    assert [json.loads(row[0])["until"] for row in rows] == ["2026-11-08", ""]


def test_a_card_cannot_end_before_it_begins_and_only_a_card_can_end(desk: Context) -> None:
    with pytest.raises(VolunteerError) as without:
        volunteers.set_card_validity(desk, "0310001", TODAY)
    assert without.value.code == "no_card"
    volunteers.issue_card(desk, "0310001")
    volunteers.replace_card(desk, "0310001")
    with pytest.raises(CardError) as early:
        volunteers.set_card_validity(desk, "0310001", date(2026, 11, 8))
    assert early.value.code == "ends_before_it_begins"


def test_a_renewed_card_is_the_same_card_for_as_long_as_a_new_one(desk: Context) -> None:
    code = volunteers.issue_card(desk, "0310001")
    volunteers.set_card_validity(desk, "0310001", date(2026, 11, 1))
    put_setting(desk, "card_valid_months", 6)
    assert volunteers.renew_card(desk, "0310001").valid_until == "2027-05-09"
    assert scanned(desk, code, TODAY) == ("", "")
    put_setting(desk, "card_valid_months", 0)
    assert volunteers.renew_card(desk, "0310001").valid_until == ""


def test_cards_that_end_soon_are_renewed_together(desk: Context) -> None:
    put_setting(desk, "card_valid_months", 12)
    volunteers.issue_cards(desk)
    for no, end in (("0310001", date(2026, 12, 1)), ("0310002", date(2026, 12, 31)), ("0310003", date(2027, 1, 1))):
        volunteers.set_card_validity(desk, no, end)
    volunteers.set_state(desk, "0310002", "left")
    renewed = volunteers.renew_cards(desk, date(2026, 12, 31))
    assert [(card.volunteer_no, card.valid_until) for card in renewed] == [("0310001", "2027-11-09")]
    assert volunteers.cards_of(desk, "0310003")[0].valid_until == "2027-01-01"


def test_the_old_card_answers_that_it_was_replaced_and_all_cards_are_kept(desk: Context) -> None:
    codes = [volunteers.issue_card(desk, "0310001")]
    codes += [volunteers.replace_card(desk, "0310001") for _ in range(2)]
    assert [scanned(desk, code, TODAY)[0] for code in codes] == ["card_replaced", "card_replaced", ""]
    volunteers.revoke_card(desk, "0310001")
    assert [card.state for card in volunteers.cards_of(desk, "0310001")] == ["replaced", "replaced", "revoked"]


def test_a_selection_is_everybody_a_team_the_unprinted_or_those_named(desk: Context, tmp_path: Path) -> None:
    assert selected(desk, Selection()) == list(TEAMS)
    assert selected(desk, Selection("team", team="护河队")) == ["0310001", "0310002"]
    named = Selection("chosen", numbers=("0310004", "0310001", "0310004"))
    assert selected(desk, named) == ["0310004", "0310001"]
    print_selected(desk, tmp_path / "one.pdf", named, issue=True)
    assert selected(desk, Selection("unprinted")) == ["0310002", "0310003"]
    # The new card of a replacement was never printed.
    volunteers.replace_card(desk, "0310001")
    assert selected(desk, Selection("unprinted")) == ["0310001", "0310002", "0310003"]


@pytest.mark.parametrize(
    ("selection", "code"),
    [
        (Selection("team", team="没有的队"), "team_without_members"),
        (Selection("chosen"), "nobody_chosen"),
        (Selection("chosen", numbers=("0399999",)), "unknown_volunteer"),
    ],
)
def test_a_selection_that_means_nobody_is_refused(desk: Context, selection: Selection, code: str) -> None:
    with pytest.raises((CardError, VolunteerError)) as caught:
        selected(desk, selection)
    assert caught.value.code == code


def test_printing_leaves_out_who_has_no_card_and_remembers_who_was_printed(desk: Context, tmp_path: Path) -> None:
    volunteers.issue_cards(desk, ["0310001", "0310003"])
    printed = print_selected(desk, tmp_path / "all.pdf", Selection(), layout="labels", first=40)
    assert (printed.cards, printed.pages, printed.without_card) == (2, 2, ["0310002", "0310004"])
    cards = [volunteers.cards_of(desk, no)[0].printed_at for no in ("0310001", "0310003")]
    assert cards == [desk.now_ms()] * 2
    row = desk.database.connection.execute("SELECT detail FROM audit WHERE action = 'card.printed'").fetchone()
    assert json.loads(row[0]) == {"cards": 2, "layout": "labels"}


def test_a_printing_that_fails_remembers_nothing(desk: Context, tmp_path: Path) -> None:
    volunteers.issue_cards(desk)
    for out, first in ((tmp_path / "missing" / "cards.pdf", 1), (tmp_path / "cards.pdf", 41)):
        with pytest.raises(CardPrintFault):
            print_selected(desk, out, Selection(), layout="labels", first=first)
        assert not out.exists()
    assert selected(desk, Selection("unprinted")) == list(TEAMS)


def test_names_without_a_font_are_known_beforehand(
    desk: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fonts").mkdir()
    monkeypatch.setattr("frontdesk.common.fonts._system_folders", lambda _: (tmp_path / "fonts",))
    lacking = unprintable(desk, Selection("team", team="护河队"))
    assert [(one.volunteer_no, one.printed_as) for one in lacking] == [
        ("0310001", "ZHANG YI"),
        ("0310002", "ZHANG ER"),
        ("", "AN TING SHI FAN LIN LI ZHONG XIN"),
        ("", "HU HE DUI"),
    ]


@pytest.mark.parametrize("name", ["𱍐𪛖", "مرحبا", "张𪛖"])
def test_a_card_that_would_show_question_marks_is_left_out_and_named(
    desk: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "fonts").mkdir()
    monkeypatch.setattr("frontdesk.common.fonts._system_folders", lambda _: (tmp_path / "fonts",))
    register.change(desk, "0310002", {"name": name})
    lacking = {one.volunteer_no: one.is_readable for one in unprintable(desk, Selection("team", team="护河队"))}
    assert (lacking["0310001"], lacking["0310002"]) == (True, False)
    printed = print_selected(desk, tmp_path / "two.pdf", Selection("team", team="护河队"), issue=True)
    assert (printed.cards, [one.volunteer_no for one in printed.unreadable]) == (1, ["0310002"])
    assert "0310002" in selected(desk, Selection("unprinted"))
    assert volunteers.cards_of(desk, "0310002") == []
    with pytest.raises(CardError) as refused:
        print_selected(desk, tmp_path / "one.pdf", Selection("chosen", numbers=("0310002",)), issue=True)
    assert refused.value.code == "nobody_readable" and not (tmp_path / "one.pdf").exists()


def test_the_commands_of_cards(desk: Context, tmp_path: Path) -> None:
    home, out = desk.home.path, tmp_path / "labels.pdf"
    desk.database.close()
    assert run_here(home, "card", "issue", "--volunteer", "0310001").code == 0
    assert run_here(home, "card", "validity", "0310001", "--until", "2030-12-31").answers == [
        {"volunteer": "0310001", "valid_until": "2030-12-31"}
    ]
    assert run_here(home, "card", "validity", "0310001", "--until", "下雨天").error == "bad_end"
    shown: Any = run_here(home, "card", "show", "0310001").answers
    (cards,) = shown
    assert [(card["serial"], card["state"], card["valid_until"], card["printed_on"]) for card in cards] == [
        (1, "issued", "2030-12-31", None)
    ]
    arguments = ("--layout", "labels", "--first-label", "39", "--issue", "--unprinted", "--out", str(out))
    (printed,) = run_here(home, "card", "print", *arguments).answers
    assert (printed["cards"], printed["pages"]) == (4, 2)
    with pypdfium2.PdfDocument(out) as document:
        assert len(document) == 2
    assert run_here(home, "card", "print", *arguments).error == "no_cards_to_print"
    assert run_here(home, "card", "print", "--team", "没有的队", "--check").error == "team_without_members"
    (checked,) = run_here(home, "card", "print", "--team", "护河队", "--check").answers
    assert checked["names"] == 2
    renewed: Any = run_here(home, "card", "renew", "--ending-by", "2030-12-31").answers
    assert renewed == [[{"volunteer": "0310001", "valid_until": None}]]
    for wrong in (["print"], ["print", "--out", "x.pdf", "--team", "a", "--unprinted"], ["renew"]):
        assert run_here(home, "card", *wrong).code == 2


def test_an_expired_card_is_shown_as_that(desk: Context) -> None:
    from frontdesk.volunteers.cards.words import card_words, state_of

    volunteers.issue_card(desk, "0310001")
    card = volunteers.set_card_validity(desk, "0310001", date(2026, 11, 8))
    assert (state_of(card, date(2026, 11, 8)), state_of(card, TODAY)) == ("issued", "expired")
    words = card_words(card, TODAY, desk.zone)
    assert words[1:4] == ("已到期", "到 2026-11-08", "2026-11-09 发")
    assert datetime.fromtimestamp(card.issued_at / 1000, desk.zone).date() == TODAY

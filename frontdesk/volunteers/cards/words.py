"""A card in words, for lists and commands."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from db.volunteers import Card
from frontdesk.locale import t
from frontdesk.volunteers.cards.rules import is_over


def validity_words(card: Card) -> str:
    """From when and until when a card is valid."""
    end = t("cards.until", until=card.valid_until) if card.valid_until else t("cards.open_end")
    return f"{t('cards.from', begins=card.valid_from)} {end}" if card.valid_from else end


def card_words(card: Card, today: date, zone: tzinfo) -> tuple[str, str, str, str, str]:
    """Which card it is, its state on a local day, its validity, when it was issued and printed."""
    printed = t("cards.never_printed")
    if card.printed_at is not None:
        printed = t("cards.printed_on", day=_day(card.printed_at, zone))
    return (
        t("cards.card_line", serial=card.serial),
        t(f"cards.state.{state_of(card, today)}"),
        validity_words(card),
        t("cards.issued_on", day=_day(card.issued_at, zone)),
        printed,
    )


def card_as_json(card: Card, today: date, zone: tzinfo) -> dict[str, object]:
    """A card as the commands answer it; the digits are not among it."""
    return {
        "volunteer": card.volunteer_no,
        "serial": card.serial,
        "state": state_of(card, today),
        "valid_from": card.valid_from or None,
        "valid_until": card.valid_until or None,
        "issued_on": _day(card.issued_at, zone),
        "printed_on": _day(card.printed_at, zone) if card.printed_at is not None else None,
    }


def state_of(card: Card, today: date) -> str:
    """What a card is on a local day: issued, expired, replaced, revoked."""
    return "expired" if card.state == "issued" and is_over(card, today) else card.state


def _day(at: int, zone: tzinfo) -> str:
    return datetime.fromtimestamp(at / 1000, zone).date().isoformat()

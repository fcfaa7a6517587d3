"""Counting paper forms of a demand round as they are keyed in: a line a form. Pure.

`1 3 5` is a form on which these options are ticked, of the side that was keyed last; `R` before it says that it is a
resident's, `U` a unit's. `R0` and `U0` are forms on which nothing is ticked: returned, and no vote.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from frontdesk.cases.papers.ballot import SIDES, Side
from frontdesk.cases.papers.errors import PaperError

if TYPE_CHECKING:
    from frontdesk.cases.engine.values import Plain

_BETWEEN = re.compile(r"[\s,.、;]+")
_LONGEST_LINE = 200
"""What is longer is no form, but something that was pasted or scanned by mistake."""
_SIDES: dict[str, Side] = {"r": "residents", "u": "units", "居": "residents", "单": "units"}
MOST_FORMS = 100_000


@dataclass(frozen=True, slots=True)
class Form:
    """One paper form: whose, and which options are ticked, by their numbers from 1."""

    side: Side
    ticked: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted: by side the forms that came back, and the votes of every option in order; `forms` are those
    keyed in since, the last of which can be taken back.
    """

    returned: Mapping[Side, int]
    votes: Mapping[Side, tuple[int, ...]]
    forms: tuple[Form, ...] = ()

    @property
    def options(self) -> int:
        """How many options there are."""
        return len(self.votes["residents"])

    @property
    def side(self) -> Side:
        """Whose form the next one is where the line does not say."""
        return self.forms[-1].side if self.forms else "residents"

    def total(self, option: int) -> int:
        """The votes of an option, by its number from 1."""
        return sum(self.votes[side][option - 1] for side in SIDES)


def begun(rows: Sequence[Mapping[str, Plain]], returned: Mapping[Side, int], columns: Mapping[Side, str]) -> Tally:
    """What was counted so far by the rows of a record."""
    votes = {side: tuple(_whole(row.get(columns[side])) for row in rows) for side in SIDES}
    return Tally({side: returned.get(side, 0) for side in SIDES}, votes)


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def read_form(line: str, options: int, side: Side) -> Form:
    """A form as it is keyed in; `side` where the line names none.

    Raises PaperError `form_unread`, `no_such_option` with the number, `ticked_twice`.
    """
    unread = PaperError("form_unread", text=line.strip()[:40])
    if len(line) > _LONGEST_LINE:
        raise unread
    typed = unicodedata.normalize("NFKC", line).strip().lower()
    named = _SIDES.get(typed[:1])
    # Cut up before it is looked at: one expression for the whole line tries every way to cut a long number.
    pieces = [one for one in _BETWEEN.split(typed[1:] if named else typed) if one]
    if not pieces or not all(one.isascii() and one.isdigit() for one in pieces):
        raise unread
    side = named or side
    numbers = [int(one) if len(one) < 6 else options + 1 for one in pieces]
    if numbers == [0]:
        return Form(side, ())
    for one in numbers:
        if not 1 <= one <= options:
            raise PaperError("no_such_option", number=one, most=options)
        if numbers.count(one) > 1:
            raise PaperError("ticked_twice", number=one)
    return Form(side, tuple(sorted(numbers)))


def counted(tally: Tally, form: Form) -> Tally:
    """With one form more. Raises PaperError `too_many_forms`."""
    if sum(tally.returned.values()) >= MOST_FORMS:
        raise PaperError("too_many_forms", most=MOST_FORMS)
    return replace(_changed(tally, form, 1), forms=(*tally.forms, form))


def taken_back(tally: Tally) -> Tally:
    """Without the last form. Raises PaperError `nothing_keyed`."""
    if not tally.forms:
        raise PaperError("nothing_keyed")
    return replace(_changed(tally, tally.forms[-1], -1), forms=tally.forms[:-1])


def _changed(tally: Tally, form: Form, by: int) -> Tally:
    votes = [count + (by if place in form.ticked else 0) for place, count in enumerate(tally.votes[form.side], 1)]
    returned = {**tally.returned, form.side: tally.returned[form.side] + by}
    return replace(tally, returned=returned, votes={**tally.votes, form.side: tuple(votes)})

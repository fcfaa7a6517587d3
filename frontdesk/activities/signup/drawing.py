"""Use case of the lottery: drawn once, and so that anybody can draw it again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from db import registrations as records
from db.registrations import RegistrationState
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.reasons import kept_reason
from frontdesk.activities.sessions.storing import store_session
from frontdesk.activities.signup.eligibility import draw_due_at
from frontdesk.activities.signup.events import Drawn
from frontdesk.activities.signup.service import open_session
from frontdesk.activities.signup.settling import settle
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from frontdesk.context import Context

LONGEST_SEED = 64


class DrawLine(NamedTuple):
    """What a number drew: its place, and what became of it."""

    place: int
    seq_no: int
    is_returning: bool
    state: RegistrationState
    seats: int


class Draw(NamedTuple):
    """A draw, in the order of the places drawn. `returning_first` says that returning people get seats before others,
    each in the order drawn. Instants in UTC milliseconds.
    """

    code: str
    seed: str
    drawn_at: int
    returning_first: bool
    lines: tuple[DrawLine, ...]


@allowed("writer")
def draw(context: Context, code: str, seed: str | None = None, *, force: bool = False, reason: str = "") -> Draw:
    """Draw the lottery of a session and give its seats; without a seed one is made up.

    Places go by the tickets of `signup.lottery`: BLAKE2b of the seed, a colon and the sign-up number. The seed may be
    one that nobody at the desk can choose, such as the winning numbers of a public lottery of that day.

    Whoever signs up before the time that was announced for the draw is to be in it: before that time it is drawn only
    with `force` and a reason, which is logged.

    Raises ActivityError `bad_seed`, `missing_override_reason`, `unknown_session`, `session_cancelled`, `not_published`,
    `not_a_lottery`, `already_drawn` with the seed, `draw_too_late` for a session that is over, and `draw_not_due` with
    the time.
    """
    why = kept_reason(reason)
    if force and not why:
        raise ActivityError("missing_override_reason")
    chosen = context.ids()[:16] if seed is None else seed
    if not re.fullmatch(rf"[0-9A-Za-z-]{{1,{LONGEST_SEED}}}", chosen):
        raise ActivityError("bad_seed", largest=LONGEST_SEED)
    forced = {"reason": why} if force else {}
    with context.change("registration.drawn", code, seed=chosen, **forced) as connection:
        session = open_session(connection, code)
        if session.terms.allocation != "lottery":
            raise ActivityError("not_a_lottery", name=session.name)
        if session.drawn_at is not None:
            raise ActivityError("already_drawn", name=session.name, seed=session.draw_seed)
        now, due = context.now_ms(), draw_due_at(session, context.zone)
        if now >= session.ends_at:
            raise ActivityError("draw_too_late", name=session.name)
        if now < due and not force:
            raise ActivityError("draw_not_due", name=session.name, due=f"{context.local(due):%m-%d %H:%M}")
        settle(context, connection, session, Drawn(now, chosen), reason=why)
        drawn = session.model_copy(update={"drawn_at": now, "draw_seed": chosen})
        store_session(context, connection, session, drawn)
    return drawn_list(context, code)


def drawn_list(context: Context, code: str) -> Draw:
    """The draw of a session as it was drawn, with what has become of every number since.

    Raises ActivityError `unknown_session`, `session_cancelled`, `not_a_lottery` where nothing has been drawn.
    """
    with context.database.reading() as connection:
        session = open_session(connection, code)
        if session.drawn_at is None:
            raise ActivityError("not_a_lottery", name=session.name)
        found = [one for one in records.of_session(connection, code) if one.drawn_place is not None]
    lines = tuple(
        DrawLine(one.drawn_place or 0, one.seq_no, one.is_returning, one.state, one.seats)
        for one in sorted(found, key=lambda one: one.drawn_place or 0)
    )
    return Draw(code, session.draw_seed, session.drawn_at, session.terms.returning_first, lines)

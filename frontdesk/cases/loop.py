"""The loop of a demand (需求闭环): what was asked for, the orders for it, the sessions that they led to, who came, and
how those were rated.

Everything is asked through the use cases of the features that keep it; ratings of few are not told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from db import cases as records
from db.cases import CaseLink, CaseRow
from frontdesk.cases.errors import CaseError
from frontdesk.cases.library import in_force
from frontdesk.cases.masks import rows_told
from frontdesk.cases.things import LinkTarget, thing
from frontdesk.cases.words import state_words
from frontdesk.locale import t
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from db.demands import DemandLine
    from frontdesk.context import Context

Stands = Literal["asked", "ordered", "planned", "held", "rated", "stopped"]
"""How far a loop is: nobody has ordered anything; an order waits; a session is to come; one was held; enough people
have rated one; every order came to nothing and there is no session.
"""


class Rated(NamedTuple):
    """How many ratings count, the rate of good ones, and its Wilson 95 % interval; all from 0 to 1."""

    n: int
    rate: float
    low: float
    high: float


@dataclass(frozen=True)
class LoopSession:
    """A session of a loop: whether it was held, how many came (person-times), and its ratings, None where nobody rated
    or too few.
    """

    code: str
    title: str
    state: str
    is_held: bool
    attended: int
    rated: Rated | None


@dataclass(frozen=True)
class LoopOrder:
    """A record of a loop: its definition, its state in words, and whether it came to nothing."""

    row: CaseRow
    state: str
    is_stopped: bool


@dataclass(frozen=True)
class Loop:
    """The demands, orders and sessions that belong together, and how far they are."""

    demands: tuple[DemandLine, ...]
    orders: tuple[LoopOrder, ...]
    sessions: tuple[LoopSession, ...]

    @property
    def stands(self) -> Stands:
        """The furthest that any of it has come."""
        if any(one.rated is not None for one in self.sessions):
            return "rated"
        if any(one.is_held for one in self.sessions) or any(one.held for one in self.demands):
            return "held"
        if self.sessions or any(one.stands == "planned" for one in self.demands):
            return "planned"
        if not self.orders:
            return "asked"
        return "stopped" if all(one.is_stopped for one in self.orders) else "ordered"


@allowed("shown")
def loop_of(context: Context, target: LinkTarget) -> Loop:
    """The loop that a demand, a record or a session is in: what leads to it and what it led to. Nothing of it
    tells of people.

    Raises CaseError `no_such_thing` for something that is not there.
    """
    from frontdesk.activities.service import demand

    if thing(context, target) is None:
        raise CaseError("no_such_thing", what=t(f"case_links.other.{target.other}"), ref=target.ref)
    with context.database.reading():
        demands = [demand(context, number) for number in _demands(context, target)]
        ids = _orders(context, target, [one.id for one in demands])
        rows = rows_told(context, context.database.connection, records.by_ids(context.database.connection, ids))
        codes = _sessions(context, target, [one.id for one in rows])
        codes += [one.session_code for one in demands if one.session_code]
        sessions = _with_sessions(context, dict.fromkeys(codes))
        return Loop(tuple(demands), tuple(_order(context, row) for row in rows), sessions)


def _demands(context: Context, target: LinkTarget) -> list[int]:
    """Where it begins: the demand itself, those that a record belongs to, those that led to a session."""
    from frontdesk.activities.service import demands_of_session

    if target.other == "demand":
        return [int(target.ref)]
    found = [one.id for one in demands_of_session(context, target.ref)] if target.other == "session" else []
    cases = [int(target.ref)] if target.other == "case" else _linked_to(context, target)
    for case_id in cases:
        found += [int(one.ref) for one in _from(context, case_id) if one.other == "demand"]
    return list(dict.fromkeys(found))


def _orders(context: Context, target: LinkTarget, demands: Iterable[int]) -> list[int]:
    """The records that belong to the demands, and those that it is asked of."""
    found = [one for number in demands for one in _linked_to(context, LinkTarget("demand", str(number)))]
    found += [int(target.ref)] if target.other == "case" else _linked_to(context, target)
    return list(dict.fromkeys(found))


def _sessions(context: Context, target: LinkTarget, cases: Iterable[int]) -> list[str]:
    """The sessions that the records led to, and the one that it is asked of."""
    found = [target.ref] if target.other == "session" else []
    return found + [one.ref for case_id in cases for one in _from(context, case_id) if one.other == "session"]


def _linked_to(context: Context, target: LinkTarget) -> list[int]:
    return [one.case_id for one in records.linked_to(context.database.connection, target.other, [target.ref])]


def _from(context: Context, case_id: int) -> list[CaseLink]:
    return [one for one in records.links_of(context.database.connection, case_id) if one.case_id == case_id]


def _order(context: Context, row: CaseRow) -> LoopOrder:
    definition = in_force(context).get(row.definition)
    state = definition.state(row.state) if definition is not None else None
    words = state_words(definition, row) if definition is not None else row.state
    return LoopOrder(row, words, state is not None and state.end == "stopped")


def _with_sessions(context: Context, codes: Iterable[str]) -> tuple[LoopSession, ...]:
    from frontdesk.activities.service import session
    from frontdesk.feedback.service import session_figures

    found = [(session(context, code), thing(context, LinkTarget("session", code))) for code in codes]
    held = {one.code: date.fromisoformat(one.day) for one, there in found if there is not None and there.code == "held"}
    rated = {
        code: Rated(one.n, one.rate, *one.interval)
        for code, one in (session_figures(context, held) if held else {}).items()
        if one.rate is not None and one.interval is not None
    }
    return tuple(
        LoopSession(
            one.code,
            f"{one.day} {one.name}",
            there.state if there is not None else one.state,
            one.code in held,
            one.person_times,
            rated.get(one.code),
        )
        for one, there in found
    )


def loop_lines(context: Context, loop: Loop) -> list[str]:
    """A loop in words, a line each: the demands, the orders, the sessions, and how far it is."""
    lines = [
        t("case_links.loop.demand", number=one.id, words=one.words, asked=one.asked, state=_demand_words(one))
        for one in loop.demands
    ]
    for one in loop.orders:
        lines.append(t("case_links.loop.order", number=one.row.number, title=one.row.title, state=one.state))
    lines += [_session_line(context, one) for one in loop.sessions]
    return [*lines, t("case_links.loop.stands", state=t(f"case_links.stands.{loop.stands}"))]


def belonging_lines(context: Context, target: LinkTarget) -> list[str]:
    """The records that belong to a demand or session, a line each; none where there are none."""
    with context.database.reading() as connection:
        rows = rows_told(context, connection, records.by_ids(connection, _linked_to(context, target)))
    orders = [_order(context, row) for row in rows]
    return [t("case_links.loop.order", number=one.row.number, title=one.row.title, state=one.state) for one in orders]


def belonging_words(context: Context, target: LinkTarget) -> str:
    """The numbers of the records that belong to something, in one line; "" where there are none."""
    with context.database.reading() as connection:
        numbers = [one.number for one in records.by_ids(connection, _linked_to(context, target))]
    return t("case_links.belong", numbers=" ".join(numbers)) if numbers else ""


def _demand_words(one: DemandLine) -> str:
    return t(f"monthly.demand.state.{one.stands}")


def _session_line(context: Context, one: LoopSession) -> str:
    if not one.is_held:
        return t("case_links.loop.session", code=one.code, title=one.title, state=one.state)
    held = t("case_links.loop.held", code=one.code, title=one.title, attended=one.attended)
    if one.rated is None:
        return held + t("case_links.loop.few", least=context.settings.public_minimum)
    shares = {"rate": one.rated.rate, "low": one.rated.low, "high": one.rated.high}
    return held + t("case_links.loop.rated", n=one.rated.n, **{name: f"{share:.1%}" for name, share in shares.items()})


def loop_json(loop: Loop) -> dict[str, object]:
    """A loop for scripts."""
    return {
        "stands": loop.stands,
        "demands": [{"number": one.id, "asked": one.asked, "state": one.stands} for one in loop.demands],
        "orders": [
            {"number": one.row.number, "definition": one.row.definition, "state": one.row.state} for one in loop.orders
        ],
        "sessions": [
            {
                "code": one.code,
                "held": one.is_held,
                "attended": one.attended,
                "rated": one.rated.n if one.rated is not None else None,
                "satisfaction": one.rated.rate if one.rated is not None else None,
                "interval": [one.rated.low, one.rated.high] if one.rated is not None else None,
            }
            for one in loop.sessions
        ],
    }

"""What the lists of the standing order's screen show, and what is said below them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from db.standing import DAY_KINDS, DayKind, WishRow
from db.standing_log import StandingChange, StandingFiling
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.roster.standing import service as standing
from frontdesk.roster.standing.changes import Change
from frontdesk.roster.standing.findings import Finding, able, findings
from frontdesk.roster.standing.order import Order
from frontdesk.roster.standing.words import (
    change_words,
    contract_words,
    days,
    finding_words,
    opening_words,
    span,
    weekdays_words,
    wish_words,
)
from frontdesk.roster.units import in_hours
from frontdesk.shell.grid import GridContent, GridRow, GridText
from frontdesk.shell.rowlist import Column, Row

VIEWS = ("posts", "openings", "shifts", "people", "matrix", "wishes", "changes", "filings")
GRIDS = ("openings", "matrix")
SHOWN_CHANGES = 40

COLUMNS: dict[str, tuple[tuple[str, int, bool], ...]] = {
    "posts": (("post", 18, False), ("a", 14, False), ("b", 14, False), ("able", 8, False), ("open", 0, True)),
    "shifts": (
        ("code", 8, False),
        ("shift", 0, False),
        ("times", 18, False),
        ("break", 10, False),
        ("hours", 10, False),
    ),
    "people": (("no", 8, False), ("name", 12, False), ("hours", 12, False), ("weekdays", 0, False), ("posts", 0, True)),
    "wishes": (("name", 12, False), ("days", 24, False), ("wish", 0, False), ("weight", 6, False)),
    "changes": (("id", 5, False), ("state", 10, False), ("who", 10, False), ("what", 0, False)),
    "filings": (("id", 5, False), ("effective", 12, False), ("filed_on", 12, False), ("digest", 0, False)),
}
"""Per view the columns by name, with their width (0: a share) and whether they make room in a narrow window."""


@dataclass(frozen=True)
class StandingData:
    """Everything that the screen shows, read at one moment."""

    order: Order
    missing: list[Finding]
    changes: list[tuple[StandingChange, Change]]
    filings: list[StandingFiling]
    filed_on: dict[int, str]
    """Per filing the local day on which it was filed."""
    wishes: list[WishRow]
    today: date

    @property
    def pending(self) -> int:
        """How many changes wait."""
        return sum(row.state == "pending" for row, _ in self.changes)


def read_standing(context: Context) -> StandingData:
    """Read it: changes that wait first, then the newest decided ones."""
    today = context.today()
    with context.database.reading():
        order = standing.standing_order(context)
        history = standing.history(context)
        filed = standing.filings(context)
        waiting = standing.pending_changes(context)
        decided = [one for one in history if one[0].state != "pending"][:SHOWN_CHANGES]
        return StandingData(
            order=order,
            missing=findings(order, today),
            changes=[*waiting, *decided],
            filings=filed,
            filed_on={one.id: context.local_day(one.filed_at) for one in filed},
            wishes=standing.wishes_between(context, today, date.max),
            today=today,
        )


def columns_of(view: str) -> tuple[Column, ...]:
    """The columns of a list."""
    return tuple(
        Column(t(f"roster_order.column.{name}"), width, optional=optional) for name, width, optional in COLUMNS[view]
    )


def rows_of(view: str, data: StandingData) -> list[Row]:
    """The rows of a list."""
    return {
        "posts": _posts,
        "shifts": _shifts,
        "people": _people,
        "wishes": _wishes,
        "changes": _changes,
        "filings": _filings,
    }[view](data)


def _posts(data: StandingData) -> list[Row]:
    comma = t("roster_order.comma")
    order = data.order
    lacking = {finding.post for finding in data.missing}
    rows = []
    for name, post in order.posts.items():
        closed = post.closed_on is not None and post.closed_on <= data.today.isoformat()
        names = [comma.join(order.name_of(no) for no in order.holders_of(name, letter)) or "-" for letter in "AB"]
        count = t("roster_order.people_count", count=len(able(order, name, data.today)))
        opened = t("roster_order.closed") if closed else "; ".join(opening_words(order, name)) or "-"
        rows.append(
            Row(name, (name, *names, count, opened), "muted" if closed else "warning" if name in lacking else "")
        )
    return rows


def _shifts(data: StandingData) -> list[Row]:
    return [
        Row(
            code,
            (
                code,
                shift.name,
                span(shift),
                t("roster_order.minutes", count=shift.break_minutes),
                t("roster_order.hours", hours=in_hours(shift.minutes)),
            ),
        )
        for code, shift in data.order.shifts.items()
    ]


def _people(data: StandingData) -> list[Row]:
    order = data.order
    rows = []
    for no, person in order.people.items():
        contract = order.contract_of(no)
        held = [f"{post} {letter}" for (post, holder), letter in order.holders.items() if holder == no]
        weekly = t("roster_order.weekly", hours=in_hours(contract.weekly_minutes))
        cells = (no, person.name, weekly, weekdays_words(contract), t("roster_order.comma").join(held) or "-")
        rows.append(Row(no, cells, "" if contract.in_roster else "muted"))
    return rows


def _wishes(data: StandingData) -> list[Row]:
    order = data.order
    rows = []
    for wish in data.wishes:
        reach = wish.first_day if wish.first_day == wish.last_day else f"{wish.first_day}~{wish.last_day}"
        word = t("roster_order.wish.yes" if wish.wanted else "roster_order.wish.no")
        shift = order.shifts[wish.shift].name if wish.shift in order.shifts else t("roster_order.wish.any_shift")
        said = f"{word}{shift} {wish.note}".rstrip()
        rows.append(Row(str(wish.id), (order.name_of(wish.staff_no), reach, said, str(wish.weight))))
    return rows


def _changes(data: StandingData) -> list[Row]:
    rows = []
    for row, change in data.changes:
        said = change_words(data.order, change)
        first = said[0] if len(said) == 1 else t("roster_order.batch", count=len(said), first=said[0])
        cells = (str(row.id), t(f"roster_order.state.{row.state}"), data.order.name_of(row.asked_by), first)
        rows.append(Row(str(row.id), cells, "warning" if row.state == "pending" else "muted"))
    return rows


def _filings(data: StandingData) -> list[Row]:
    return [
        Row(
            str(one.id),
            (str(one.id), one.effective_from, data.filed_on[one.id], one.digest),
            "" if place == 0 else "muted",
        )
        for place, one in enumerate(data.filings)
    ]


def grid_of(view: str, data: StandingData) -> GridContent:
    """The grid of a view: openings by post and kind of day, or the matrix by person and post."""
    return _openings(data) if view == "openings" else _matrix(data)


def _openings(data: StandingData) -> GridContent:
    order = data.order
    width = max((2 * len(name) for name in order.posts), default=8)
    return GridContent(
        t("roster_order.column.post"),
        tuple((kind, GridText(t(f"roster_order.day_short.{kind}"))) for kind in DAY_KINDS),
        tuple(
            GridRow(
                post,
                (post,),
                tuple(
                    (
                        GridText("".join(codes), tone="good")
                        if (codes := order.shifts_on(post, kind))
                        else GridText("-", tone="muted"),
                    )
                    for kind in DAY_KINDS
                ),
            )
            for post in order.posts
        ),
        heading_width=min(20, width),
        least_width=4,
        most_width=10,
    )


def _matrix(data: StandingData) -> GridContent:
    order = data.order
    return GridContent(
        t("roster_order.column.name"),
        tuple((post, GridText(post)) for post in order.posts),
        tuple(
            GridRow(no, (person.name,), tuple((_skill(order, no, post),) for post in order.posts))
            for no, person in order.people.items()
        ),
        heading_width=12,
        least_width=8,
        most_width=16,
    )


def _skill(order: Order, no: str, post: str) -> GridText:
    letter = order.holders.get((post, no), "")
    one = order.competencies.get((no, post))
    level = str(one.level) if one else ""
    if letter:
        return GridText(f"{letter} {level}".rstrip(), tone="good")
    return GridText(level or "-", tone="muted" if one is None or one.level < 2 else "")


def detail_of(view: str, key: str | None, column: str | None, data: StandingData) -> list[str]:
    """What is said below a list about the row or the cell under the cursor."""
    order = data.order
    if view in ("posts", "openings") and key in order.posts:
        missing = [finding_words(one) for one in data.missing if one.post == key]
        return [*missing, *(f"{key}  {words}" for words in opening_words(order, key))]
    if view == "shifts" and key in order.shifts:
        used: dict[str, list[DayKind]] = {post: [] for post, _ in order.openings}
        for (post, kind), codes in order.openings.items():
            if key in codes:
                used[post].append(kind)
        return [f"{post}  {days(kinds)}" for post, kinds in used.items() if kinds]
    if view in ("people", "matrix") and key in order.people:
        return _about_person(order, key, column)
    if view == "wishes":
        return [wish_words(order, one) for one in data.wishes if str(one.id) == key]
    if view == "changes":
        return _about_change(key, data)
    return [t("roster_order.filing_digest", digest=one.digest) for one in data.filings if str(one.id) == key]


def _about_person(order: Order, no: str, post: str | None) -> list[str]:
    lines = [f"{order.name_of(no)}  {contract_words(order.contract_of(no))}"]
    held = [f"{name} {until}" if until else name for name, until in sorted(order.certificates_of(no).items())]
    if held:
        lines.append(t("roster_order.holds", names=t("roster_order.comma").join(held)))
    one = order.competencies.get((no, post or ""))
    if one is not None:
        said = [one.post, t(f"roster_order.level.{one.level}")]
        said += [t("roster_order.trained_on", day=one.last_trained)] if one.last_trained else []
        said += [t("roster_order.checked", name=one.checked_by)] if one.checked_by else []
        lines.insert(0, "  ".join(said))
    return lines


def _about_change(key: str | None, data: StandingData) -> list[str]:
    for row, change in data.changes:
        if str(row.id) == key:
            said = change_words(data.order, change)
            return [t("roster_order.refused_because", reason=row.reason), *said] if row.reason else said
    return []

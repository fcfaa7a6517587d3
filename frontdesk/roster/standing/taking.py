"""The rows of the standing order's workbook, put into an order one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from db.standing import DAY_KINDS, Competency, Contract, WishRow
from frontdesk.locale import words_for
from frontdesk.roster.standing.changes import (
    PutCompetency,
    PutContract,
    PutPost,
    PutShift,
    SetForbidden,
    SetHolder,
    SetOpening,
    SetQualification,
    Single,
    applied,
)
from frontdesk.roster.standing.order import Order, OrderPost, OrderShift
from frontdesk.roster.standing.rules import StandingError
from frontdesk.roster.standing.service import check_closing, check_wish
from frontdesk.sheets.outcome import ImportOutcome, Rejection
from frontdesk.sheets.table import Table, TableRow, find_table

if TYPE_CHECKING:
    from datetime import date

    from frontdesk.roster.standing.columns import OrderSheet
    from frontdesk.sheets.rows import Sheet


@dataclass
class Taking:
    """The order while rows are put into it one after the other."""

    order: Order
    wishes: Sequence[WishRow]
    today: date
    may_decide: bool
    """Whether what the rows say is in force at once, so that wishes can name its new shifts."""
    rejected: list[Rejection] = field(default_factory=list)
    new_wishes: list[WishRow] = field(default_factory=list)
    read: int = 0
    effects: dict[str, int] = field(default_factory=lambda: {"added": 0, "changed": 0, "unchanged": 0})

    def __post_init__(self) -> None:
        self._stored = self.order
        self._table: Table | None = None
        self._sheet = ""
        # A number typed in small letters is the same person.
        self._known = {no.upper(): no for no in self.order.people}
        self._takers: dict[str, Callable[[Table], None]] = {
            "岗位": self._posts,
            "班次": self._shifts,
            "开放时间": self._openings,
            "AB角": self._holders,
            "合同": self._contracts,
            "资格": self._qualifications,
            "能力矩阵": self._matrix,
            "意愿": self._wishes,
        }

    def outcome(self) -> ImportOutcome:
        """What came of all sheets; with any rejection only what was read and why not."""
        if self.rejected:
            return ImportOutcome(self.read, rejected=self.rejected)
        return ImportOutcome(self.read, self.effects["added"], self.effects["changed"], self.effects["unchanged"])

    def take(self, one: OrderSheet, sheet: Sheet) -> None:
        """Put the rows of one sheet in."""
        table = find_table(sheet, one.columns, unique=one.unique)
        self._table, self._sheet = table, one.name
        self.read += table.read
        first = len(self.rejected)
        self.rejected += [self._named(rejection) for rejection in table.rejected]
        self._takers[one.name](table)
        self.rejected[first:] = sorted(self.rejected[first:], key=lambda rejection: rejection.row)

    def _named(self, rejection: Rejection) -> Rejection:
        return replace(rejection, column=f"{self._sheet}：{rejection.column}")

    def _reject(self, row: TableRow, column: str, refusal: StandingError) -> None:
        assert self._table is not None
        words = words_for(refusal)
        self.rejected.append(self._named(self._table.reject(row, column, "refused", area="roster_order", words=words)))

    def _staff(self, row: TableRow) -> str | None:
        """The number of somebody on the list; None after a rejection."""
        no = self._known.get(row["no"])
        if no is None:
            self._reject(row, "no", StandingError("unknown_staff", no=row["no"]))
        return no

    def _put(self, row: TableRow, column: str, key_is_new: bool, *changes: Single) -> None:
        """Put what a row says into the order, and count what it did."""
        before = self.order
        if self._apply(row, column, *changes):
            self._count("unchanged" if self.order == before else "added" if key_is_new else "changed")

    def _apply(self, row: TableRow, column: str, *changes: Single) -> bool:
        """Put changes into the order; False after a rejection."""
        try:
            for change in changes:
                self.order = applied(self.order, change)
        except StandingError as refusal:
            self._reject(row, column, refusal)
            return False
        return True

    def _count(self, effect: str) -> None:
        self.effects[effect] += 1

    def _posts(self, table: Table) -> None:
        for row in table.rows:
            closed = row["closed_on"]
            post = OrderPost(
                name=row["post"],
                shared_cover=True if row["shared"] is None else row["shared"],
                closed_on=closed.isoformat() if closed else None,
                requirements=row["requirements"] or (),
            )
            stored = self.order.posts.get(post.name)
            try:
                check_closing(post.name, stored.closed_on if stored else None, post.closed_on, self.today)
            except StandingError as refusal:
                self._reject(row, "closed_on", refusal)
                continue
            column = "requirements" if row["requirements"] else "post"
            self._put(row, column, post.name not in self.order.posts, PutPost(post=post))
        names = [row["post"] for row in table.rows]
        if set(names) == set(self.order.posts):
            # A list of all posts says their order too.
            self.order = replace(self.order, posts={name: self.order.posts[name] for name in names})

    def _shifts(self, table: Table) -> None:
        before = self.order
        rows = [row for row in table.rows if self._shift(row)]
        for row in rows:
            # All shifts are known by now.
            if not self._forbid(row):
                continue
            code = row["code"]
            same = _following(before, code) == _following(self.order, code)
            if code not in before.shifts:
                self._count("added")
            else:
                self._count("unchanged" if same and before.shifts[code] == self.order.shifts[code] else "changed")

    def _shift(self, row: TableRow) -> bool:
        shift = OrderShift(
            code=row["code"], name=row["name"], starts=row["starts"], ends=row["ends"], break_minutes=row["break"] or 0
        )
        return self._apply(row, "ends", PutShift(shift=shift))

    def _forbid(self, row: TableRow) -> bool:
        code, wanted = row["code"], set(row["not_before"] or ())
        stored = _following(self.order, code)
        changes = [SetForbidden(shift=code, next_shift=one, forbidden=False) for one in sorted(stored - wanted)]
        changes += [SetForbidden(shift=code, next_shift=one, forbidden=True) for one in sorted(wanted - stored)]
        return self._apply(row, "not_before", *changes)

    def _openings(self, table: Table) -> None:
        for row in table.rows:
            post = row["post"]
            is_new = not any(self.order.shifts_on(post, kind) for kind in DAY_KINDS)
            changes = [SetOpening(post=post, days=(kind,), shifts=row[kind] or ()) for kind in DAY_KINDS]
            self._put(row, "post", is_new, *changes)

    def _holders(self, table: Table) -> None:
        before = self.order.holders
        wanted = {(row["post"], self._known.get(row["no"])) for row in table.rows}
        named = {row["post"] for row in table.rows}
        lost = {post for post, no in before if post in named and (post, no) not in wanted}
        changed = {key: letter for key, letter in before.items() if key[0] not in named}
        # A post that is named has whom the sheet names, so that A and B can change places.
        self.order = replace(self.order, holders=changed)
        for row in table.rows:
            no = self._staff(row)
            if no is None:
                continue
            column = "no" if row["post"] in self.order.posts else "post"
            if not self._apply(row, column, SetHolder(post=row["post"], staff_no=no, ab=row["ab"])):
                continue
            stored = before.get((row["post"], no))
            kept = stored == row["ab"] and row["post"] not in lost
            # That somebody is left out is told by the first row of the post.
            lost.discard(row["post"])
            self._count("unchanged" if kept else "changed" if stored else "added")

    def _contracts(self, table: Table) -> None:
        for row in table.rows:
            no = self._staff(row)
            if no is None:
                continue
            is_new = no not in self.order.contracts
            contract = _contract_of(no, row)
            if is_new and contract == self.order.contract_of(no):
                # What goes for whoever has no contract needs none.
                self._count("unchanged")
            else:
                self._put(row, "weekly", is_new, PutContract(contract=contract))

    def _qualifications(self, table: Table) -> None:
        for row in table.rows:
            no = self._staff(row)
            if no is None:
                continue
            until = row["until"].isoformat() if row["until"] else None
            change = SetQualification(staff_no=no, name=row["qualification"], valid_until=until)
            is_new = (no, row["qualification"]) not in self.order.qualifications
            self._put(row, "qualification", is_new, change)

    def _matrix(self, table: Table) -> None:
        for row in table.rows:
            no = self._staff(row)
            if no is None:
                continue
            one = Competency(
                staff_no=no,
                post=row["post"],
                level=row["level"],
                last_trained=row["trained"].isoformat() if row["trained"] else None,
                checked_by=row["checked_by"],
            )
            is_new = (no, one.post) not in self.order.competencies
            self._put(row, "post", is_new, PutCompetency(competency=one))

    def _wishes(self, table: Table) -> None:
        stored = {wish.model_copy(update={"id": 0}) for wish in self.wishes}
        for row in table.rows:
            no = self._staff(row)
            if no is None:
                continue
            wish = WishRow(
                staff_no=no,
                first_day=row["first"].isoformat(),
                last_day=row["last"].isoformat(),
                shift=row["shift"],
                wanted=row["wanted"],
                weight=row["weight"],
                note=row["note"] or "",
            )
            if wish in stored:
                self._count("unchanged")
                continue
            try:
                check_wish(self.order if self.may_decide else self._stored, wish, self.today)
            except StandingError as refusal:
                self._reject(row, "shift" if refusal.code == "unknown_shift" else "last", refusal)
                continue
            self.new_wishes.append(wish)
            self._count("added")


def _contract_of(no: str, row: TableRow) -> Contract:
    given = {
        "weekdays": row["weekdays"],
        "max_run": row["max_run"],
        "min_run": row["min_run"],
        "min_days_off": row["min_days_off"],
        "in_roster": row["in_roster"],
    }
    return Contract(
        staff_no=no,
        weekly_minutes=row["weekly"],
        monthly_minutes=row["monthly"],
        earliest=row["earliest"],
        latest=row["latest"],
        max_weekends=row["max_weekends"],
        # A blank cell means what goes for everybody.
        **{name: value for name, value in given.items() if value is not None},
    )


def _following(order: Order, code: str) -> set[str]:
    """The shifts that must not follow a shift."""
    return {after for shift, after in order.forbidden if shift == code}

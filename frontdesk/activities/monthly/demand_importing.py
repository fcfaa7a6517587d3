"""A survey sheet (需求调查表) taken in: new demands are added, those with their number are corrected."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from db import demands as records
from db.demands import Demand, DemandSource
from frontdesk.activities.monthly.demands import LARGEST_HEAD_COUNT, LONGEST, SOURCES, new_demand
from frontdesk.activities.sessions.kinds import categories, meant
from frontdesk.common.masking import mask_numbers
from frontdesk.common.text import shorten, some_of
from frontdesk.context import Context
from frontdesk.locale import LANGUAGES, catalogue, t
from frontdesk.permission import allowed
from frontdesk.sheets import cells
from frontdesk.sheets.importing import Tally, import_file
from frontdesk.sheets.outcome import ImportOutcome, RowChange
from frontdesk.sheets.table import Column, TableRow

COLUMNS = (
    Column("number", ["需求编号", "编号"], required=False, reader=cells.read_whole(1)),
    Column("day", ["日期", "登记日期", "提出日期"], required=False, reader=cells.read_day()),
    Column("words", ["需求", "需求内容", "居民需求"], reader=cells.read_text(LONGEST["words"])),
    Column("category", ["服务类别", "类别"], required=False, reader=cells.read_text(20)),
    Column("source", ["来源", "需求来源"], required=False, reader=cells.read_text(20)),
    Column("audience", ["人群", "人群标签"], required=False, reader=cells.read_text(LONGEST["audience"])),
    Column("head_count", ["人数", "提出人数"], required=False, reader=cells.read_whole(1, LARGEST_HEAD_COUNT)),
    Column("area", ["居委", "居委会", "村居"], required=False, reader=cells.read_text(LONGEST["area"])),
)

VERSION = Column("version", ["版本（勿改）", "Version (leave)"], required=False, reader=cells.read_whole(0))
"""Stands at the end of a sheet that went out here, and tells whether a demand was changed since."""

YEARS_BACK = 10
"""How old a demand may be: a day further back is a slip."""

_SAID = ("day", "words", "category", "source", "audience", "head_count", "area")
_SAME = ("day", "words", "source", "audience", "area")
"""By what a row without a number is known again."""


@allowed("writer")
def import_demands(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take a survey sheet in, all of it or nothing.

    A row with a number corrects that demand, a blank cell leaves what is stored; one of a sheet that is older than the
    last change of its demand is rejected. Any other row is a demand of its own, unless rows of the sheet put the same
    words on the same day by the same source, people and area: their people add up, as where everybody who was asked
    has a row, and the sum replaces the number that is stored, so that a sheet taken in twice changes nothing; a remark
    names what is replaced. Without a day it is today's, without a source a survey's. A trial tells each row before and
    after. Errors: see `sheets.importing.import_file`.
    """

    def take(context: Context, connection: sqlite3.Connection, tally: Tally) -> None:
        _Taking(context, connection, tally, tells=dry_run).run()

    return import_file(context, "demands", path, (*COLUMNS, VERSION), take, unique=["number"], dry_run=dry_run)


class _Taking:
    """One survey sheet while its rows are taken."""

    def __init__(self, context: Context, connection: sqlite3.Connection, tally: Tally, *, tells: bool) -> None:
        self._context = context
        self._connection = connection
        self._tally = tally
        self._tells = tells
        self._kinds = categories(context)
        self._put_alike: defaultdict[tuple[str, ...], list[tuple[TableRow, dict[str, Any]]]] = defaultdict(list)
        self._replaced: list[str] = []
        self._without_day = 0

    def run(self) -> None:
        """Correct what has a number, then take the others, those that say the same as one."""
        for row in self._tally.table.rows:
            if row["number"] is not None:
                self._numbered(row)
                continue
            said = self._said(row, None)
            if said is None:
                continue
            self._without_day += row["day"] is None
            blank = {"day": self._context.today().isoformat(), "source": "survey", "audience": "", "area": ""}
            key = tuple((blank | said)[name] for name in _SAME)
            self._put_alike[key].append((row, blank | said))
        known = cache(self._known_on)
        for key, found in self._put_alike.items():
            self._alike(found, known(key[0]).get(key))
        if self._replaced:
            self._tally.remark("demands_replaced", count=len(self._replaced), demands=some_of(self._replaced, 5))
        if self._without_day:
            self._tally.remark("demands_without_day", count=self._without_day)
        self._tally.preview.sort(key=lambda change: change.row)

    def _known_on(self, day: str) -> dict[tuple[str, ...], Demand]:
        """The demands of a day by what a row is known by; the eldest where several say the same."""
        found: dict[tuple[str, ...], Demand] = {}
        for one in records.of_day(self._connection, day):
            found.setdefault(tuple(getattr(one, name) for name in _SAME), one)
        return found

    def _numbered(self, row: TableRow) -> None:
        before = records.get(self._connection, row["number"])
        if before is None:
            self._tally.reject(row, "number", "unknown_demand", area="monthly")
            return
        said = self._said(row, before)
        if said is None:
            return
        if said["words"] == mask_numbers(before.words):
            # What went out with a number masked comes back as it went.
            said = said | {"words": before.words}
        after = before.model_copy(update=said)
        if after != before and row["version"] not in (None, before.revision):
            # Every cell of the row would overwrite what was changed since, not just those that somebody edited.
            self._tally.reject(row, "number", "changed_meanwhile", area="monthly")
            return
        self._store(row, before, after, 1)

    def _alike(self, found: list[tuple[TableRow, dict[str, Any]]], before: Demand | None) -> None:
        """Rows of the sheet that are one demand: one of them, or one for everybody who was asked."""
        first, said = found[0]
        heads = sum(one.get("head_count", 1) for _, one in found)
        kinds = {one["category"]: row for row, one in reversed(found) if "category" in one}
        if len(kinds) > 1:
            other = max(kinds.values(), key=lambda row: row.number)
            self._tally.reject(other, "category", "other_category", area="monthly", first_row=first.number)
            return
        if heads > LARGEST_HEAD_COUNT:
            bounds = {"minimum": 1, "maximum": LARGEST_HEAD_COUNT}
            self._tally.reject(found[-1][0], "head_count", "out_of_range", area="sheets", **bounds)
            return
        said = said | ({"category": next(iter(kinds))} if kinds else {})
        if before is None:
            whole = {name: value for name, value in said.items() if name != "day"}
            whole = {"category": ""} | whole | {"head_count": heads}
            self._store(first, None, new_demand(self._context, whole, date.fromisoformat(said["day"])), len(found))
            return
        is_counted = len(found) > 1 or "head_count" in said
        after = before.model_copy(update=said | ({"head_count": heads} if is_counted else {}))
        if after.head_count != before.head_count:
            words = shorten(mask_numbers(before.words), 20)
            counts = {"words": words, "before": before.head_count, "after": after.head_count}
            self._replaced.append(t("monthly.demand.replaced", **counts))
        self._store(first, before, after, len(found))

    def _store(self, row: TableRow, before: Demand | None, after: Demand, rows: int) -> None:
        """Write what `rows` rows make of a demand, unless it stands so already."""
        if before is None:
            records.add(self._connection, after)
        elif after != before:
            records.put(self._connection, after.model_copy(update={"revision": before.revision + 1}))
        else:
            self._tally.count("unchanged", rows)
            return
        self._tally.count("changed" if before else "added", rows)
        if self._tells:
            self._tally.preview.append(_change(row, before, after))

    def _said(self, row: TableRow, before: Demand | None) -> dict[str, Any] | None:
        """What a row says, by the names of the record; None where it was refused. What stands of the demand already is
        not refused: a category may have gone from the settings since.
        """
        said = {name: row[name] for name in _SAID if row[name] is not None}
        if "day" in said:
            said["day"] = row["day"].isoformat()
            today = self._context.today()
            earliest = today.replace(year=today.year - YEARS_BACK, day=1)
            is_kept = before is not None and before.day == said["day"]
            if not (is_kept or earliest <= row["day"] <= today):
                self._tally.reject(row, "day", "demand_day", area="monthly", first=earliest, last=today)
                return None
        if "category" in said:
            known = (*self._kinds, before.category) if before is not None and before.category else self._kinds
            category = meant(row["category"], known)
            if category is None:
                self._tally.reject(row, "category", "not_one_of", area="sheets", choices="、".join(self._kinds))
                return None
            said["category"] = category
        if "source" in said:
            source = _source(row["source"])
            if source is None:
                names = "、".join(catalogue("zh_CN", "monthly")[f"demand.source.{one}"] for one in SOURCES)
                self._tally.reject(row, "source", "not_one_of", area="sheets", choices=names)
                return None
            said["source"] = source
        return said


def _change(row: TableRow, before: Demand | None, after: Demand) -> RowChange:
    """What a row changes, by the headings of the sheet; in words somebody's number in the demand is masked."""
    headings = {column.name: column.aliases[0] for column in COLUMNS}
    fields = [
        (headings[name], _cell(before, name), _cell(after, name))
        for name in _SAID
        if _cell(after, name) != _cell(before, name)
    ]
    shown = [(heading, mask_numbers(old), mask_numbers(new)) for heading, old, new in fields]
    words = shorten(mask_numbers(after.words), 30)
    subject = f"{headings['number']} {before.id}" if before else words
    return RowChange(row.number, subject, before is None, tuple(fields), tuple(shown))


def _cell(demand: Demand | None, name: str) -> str:
    """What the sheet says of a demand in a column."""
    if demand is None:
        return ""
    return t(f"monthly.demand.source.{demand.source}") if name == "source" else str(getattr(demand, name))


def _source(text: str) -> DemandSource | None:
    typed = "".join(text.split()).lower()
    for source in SOURCES:
        names = {catalogue(language, "monthly")[f"demand.source.{source}"] for language in LANGUAGES}
        if typed in {source, *("".join(name.split()).lower() for name in names)}:
            return source
    return None

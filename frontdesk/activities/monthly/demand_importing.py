"""A survey sheet (需求调查表) taken in: new demands are added, those with their number are corrected."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from db import demands as records
from db.demands import Demand, DemandSource
from frontdesk.activities.monthly.demands import LARGEST_HEAD_COUNT, LONGEST, SOURCES, new_demand
from frontdesk.activities.sessions.kinds import categories, meant
from frontdesk.common.masking import mask_numbers
from frontdesk.context import Context
from frontdesk.locale import LANGUAGES, catalogue
from frontdesk.sheets import cells
from frontdesk.sheets.importing import Tally, import_file
from frontdesk.sheets.outcome import ImportOutcome
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

_SAID = ("day", "words", "category", "source", "audience", "head_count", "area")


def import_demands(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take a survey sheet in, all of it or nothing.

    A row with a number corrects that demand, a blank cell leaves what is stored. Any other row is a demand of its own,
    unless the same words were put on the same day by the same source, people and area: that one gets the row's number
    of people, so that a sheet taken in twice changes nothing. Without a day it is today's, without a source a
    survey's. Errors: see `sheets.importing.import_file`.
    """
    return import_file(context, "demands", path, COLUMNS, _take, unique=["number"], dry_run=dry_run)


def _take(context: Context, connection: sqlite3.Connection, tally: Tally) -> None:
    kinds = categories(context)
    for row in tally.table.rows:
        said = _said(row, kinds, tally)
        if said is None:
            continue
        if row["number"] is not None:
            before = records.get(connection, row["number"])
            if before is None:
                tally.reject(row, "number", "unknown_demand", area="monthly")
                continue
        else:
            whole = {"source": "survey", "head_count": 1, "category": "", "audience": "", "area": ""} | said
            day = row["day"] or context.today()
            wanted = new_demand(context, {name: value for name, value in whole.items() if name != "day"}, day)
            before = records.same(connection, wanted)
            if before is None:
                records.add(connection, wanted)
                tally.count("added")
                continue
        _correct(connection, tally, before, said)


def _correct(connection: sqlite3.Connection, tally: Tally, before: Demand, said: dict[str, Any]) -> None:
    if said.get("words") == mask_numbers(before.words):
        # What went out with a number masked comes back as it went.
        said = said | {"words": before.words}
    after = before.model_copy(update=said)
    if after == before:
        tally.count("unchanged")
        return
    records.put(connection, after.model_copy(update={"revision": before.revision + 1}))
    tally.count("changed")


def _said(row: TableRow, kinds: tuple[str, ...], tally: Tally) -> dict[str, Any] | None:
    """What a row says, by the names of the record; None where it was refused."""
    said = {name: row[name] for name in _SAID if row[name] is not None}
    if "day" in said:
        said["day"] = row["day"].isoformat()
    if "category" in said:
        category = meant(row["category"], kinds)
        if category is None:
            tally.reject(row, "category", "not_one_of", area="sheets", choices="、".join(kinds))
            return None
        said["category"] = category
    if "source" in said:
        source = _source(row["source"])
        if source is None:
            names = "、".join(catalogue("zh_CN", "monthly")[f"demand.source.{one}"] for one in SOURCES)
            tally.reject(row, "source", "not_one_of", area="sheets", choices=names)
            return None
        said["source"] = source
    return said


def _source(text: str) -> DemandSource | None:
    typed = "".join(text.split()).lower()
    for source in SOURCES:
        names = {catalogue(language, "monthly")[f"demand.source.{source}"] for language in LANGUAGES}
        if typed in {source, *("".join(name.split()).lower() for name in names)}:
            return source
    return None

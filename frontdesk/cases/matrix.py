"""The competency matrix (全岗通, mechanisms J11): everybody in the register by every post or matter in it, as it is.

What of it is counted are the indicators `competency_cells`, `competency_held` and `competency_rate`; a test holds both
against each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from db import cases as records
from db import staff
from frontdesk.cases.library import in_force
from frontdesk.cases.masks import Masks, people_of_records
from frontdesk.cases.papers.records import write_file
from frontdesk.cases.rows import values_of
from frontdesk.cases.tables import Table, book_of
from frontdesk.common.endings import ending_of
from frontdesk.common.workbook import Column
from frontdesk.locale import t
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from pathlib import Path

    from db.cases import CaseRow
    from frontdesk.common.workbook import Cell
    from frontdesk.context import Context

COMPETENCY = "all_post_competency"

Standing = Literal["held", "expired", "learning", "untrained", "lacking", "unneeded"]
"""Qualified and not run out; run out; learning; entered and not trained; not even entered; needed no more."""


@dataclass(frozen=True)
class Skill:
    """What somebody knows of a post or matter: how it stands, the level, since when and until when, its record."""

    standing: Standing
    level: int = 0
    trained: str = ""
    until: str = ""
    case_id: int = 0


LACKING = Skill("lacking")


@dataclass(frozen=True)
class Matrix:
    """Everybody in the register (names by number) by every post or matter."""

    people: Mapping[str, str]
    matters: tuple[str, ...]
    skills: Mapping[tuple[str, str], Skill]

    def skill(self, person: str, matter: str) -> Skill:
        """What somebody knows of a post or matter."""
        return self.skills.get((person, matter), LACKING)

    def of(self, matter: str) -> tuple[int, int]:
        """How many hold a post or matter, and of how many it is asked."""
        every = [self.skill(person, matter).standing for person in self.people]
        return every.count("held"), len(every) - every.count("unneeded")

    @property
    def covered(self) -> tuple[int, int]:
        """How many cells are held, and how many there are."""
        each = [self.of(one) for one in self.matters]
        return sum(held for held, _ in each), sum(asked for _, asked in each)


@allowed("reader")
def matrix(context: Context) -> Matrix:
    """The matrix as it stands today. Raises what `definitions` raises."""
    if COMPETENCY not in in_force(context):
        return Matrix({}, (), {})
    today = context.today().isoformat()
    with context.database.reading() as connection:
        found, over = records.open_of(connection, COMPETENCY), records.ended_of(connection, COMPETENCY)
        masks = people_of_records(context, connection, [one.id for one in (*found, *over)])
        rows, ended = _rows(found, today, masks), _rows(over, today, masks)
        names = staff.names_of(connection, {person for person, _ in rows})
    skills = {pair: Skill("unneeded", case_id=row.id) for pair, row in ended.items()}
    skills |= {pair: _skill(row, today) for pair, row in rows.items()}
    people = {no: names.get(no, no) for no in sorted({person for person, _ in rows})}
    return Matrix(people, tuple(sorted({matter for _, matter in rows})), skills)


def _rows(rows: list[CaseRow], today: str, masks: Mapping[int, Masks]) -> dict[tuple[str, str], CaseRow]:
    """The records by person and post or matter, as it is told; of several the one that stands best."""
    found: dict[tuple[str, str], CaseRow] = {}
    for row in rows:
        values = values_of(row)
        pair = (str(values.get("person") or ""), masks.get(row.id, Masks()).put_on(str(values.get("matter") or "")))
        before = found.get(pair)
        if all(pair) and (before is None or _skill(row, today).standing == "held"):
            found[pair] = row
    return found


def _skill(row: CaseRow, today: str) -> Skill:
    values = values_of(row)
    level, until = values.get("level"), str(values.get("valid_until") or "")
    standing: Standing = "learning" if row.state == "learning" else "untrained"
    if row.state == "expired" or (row.state == "qualified" and until and until < today):
        standing = "expired"
    elif row.state == "qualified":
        standing = "held"
    trained = str(values.get("last_trained") or "")
    return Skill(standing, level if isinstance(level, int) else 0, trained, until, row.id)


def skill_words(one: Skill) -> str:
    """A cell of the matrix in a word: the level where it is held."""
    return str(one.level) if one.standing == "held" else t(f"case_tables.skill.{one.standing}")


def covered_words(found: Matrix) -> str:
    """How much of the matrix is held, in words."""
    held, asked = found.covered
    if not asked:
        return t("case_tables.matrix.none")
    return t("case_tables.matrix.covered", held=held, asked=asked, share=f"{held / asked:.0%}")


def matrix_table(context: Context, found: Matrix) -> Table:
    """The matrix as a sheet: a row a post or matter, a column a person, whose levels are numbers; what else stands in a
    cell is explained above.
    """
    legend = t("case_tables.matrix.legend")
    under = "  ".join((context.centre.name, context.today().isoformat(), covered_words(found), legend))
    people = (Column(no if name == no else f"{no} {name}", "0") for no, name in found.people.items())
    counts = (Column(t(f"case_tables.matrix.{one}"), "0") for one in ("can", "asked"))
    rows = [
        (matter, *(_cell(found.skill(no, matter)) for no in found.people), *found.of(matter))
        for matter in found.matters
    ]
    columns = (Column(t("case_tables.matrix.matter")), *people, *counts)
    return Table(t("case_tables.matrix.title"), under, columns, tuple(rows))


def _cell(one: Skill) -> Cell:
    return one.level if one.standing == "held" else skill_words(one)


@allowed("reader")
def write_matrix(context: Context, out: Path) -> Path:
    """Write the matrix as it stands today to a workbook; returns `out`. Raises EndingFault `unknown_ending`,
    `write_failed`.
    """
    ending_of(out, "xlsx")
    table = matrix_table(context, matrix(context))
    write_file(out, book_of(context, table.title, [table]), None)
    return out

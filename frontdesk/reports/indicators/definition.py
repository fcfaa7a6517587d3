"""What a definition of an indicator says, and the SQL that follows from it.

An indicator counts rows of a source that its file names, adds up one of their columns, or counts what is distinct among
them; the rows behind the number are these same rows. So a number and its rows cannot part.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from frontdesk.common.periods import PeriodKind
from frontdesk.locale import current_language
from frontdesk.reports.indicators.rules import Adding

PARAMETERS = {
    "first": "the first local day, YYYY-MM-DD",
    "last": "the last local day, included",
    "start": "when the first day begins, UTC milliseconds",
    "end": "when the day after the last begins, UTC milliseconds",
    "now": "the moment, UTC milliseconds",
    "today": "the local day of that moment",
    "preset": "the rules of time limits in force (setting follow_up_preset)",
    "overdue": "JSON: by preset and limit the last day that a limit may have begun on to have run out by today",
    "key": "of a split the one key whose rows are asked for",
}
"""What a statement may be given."""

_PARAMETER = re.compile(r":([a-z_]+)")

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
Sql = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Unit = Literal["count", "sessions", "person_times", "persons", "parties", "seats", "seconds", "visits", "fen", "slots"]


HANDED_OVER: tuple[PeriodKind, ...] = ("week", "half_month", "month", "quarter", "year")
"""The kinds of periods of which reports leave the centre."""


class _Said(BaseModel):
    """What a file says: no key that means nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BothWords(_Said):
    """The same in both languages."""

    zh_CN: Words
    en: Words

    def __str__(self) -> str:
        """In the language in force."""
        return self.en if current_language() == "en" else self.zh_CN


class Column(_Said):
    """A column of rows: its heading, and what is in its cells.

    A `name` is one person's, `names` are several in one cell: both are masked. `words` is of a kind `word` the
    beginning of the keys in the message catalogues under which its values are said.
    """

    heading: BothWords
    kind: Literal["text", "number", "seconds", "fen", "day", "moment", "name", "names", "comment", "word"] = "text"
    words: str = ""

    @property
    def is_personal(self) -> bool:
        """Whether it names people."""
        return self.kind in ("name", "names")


class Source(_Said):
    """Where rows come from: what stands behind FROM and behind WHERE, and which columns they have, as expressions.

    `rows_join` is joined when rows are listed and not when they are counted.
    """

    rows_from: Sql = Field(alias="from")
    where: Sql
    columns: dict[Code, Sql]
    order: Sql
    rows_join: str = ""


class Indicator(_Said):
    """One indicator as its file defines it; `area` is the name of that file, `source` and `headings` what it names.

    Rows of the source `of` are counted, of which `which` leaves some out: every one, or the values of the column `sums`
    added up, or how many `distinct` values an expression has. `by` splits the count by an expression; its `keys` are
    there without a row too, `order_setting` is the setting with their order, `key_words` the beginning of the keys in
    the message catalogues under which they are said. A rate has a numerator and a denominator instead. What is
    `unknown_without_rows` (a median) has no value where there are none, and is not 0.

    `columns` are those of the rows; `say` gives a column another expression than the source does, and `per` puts the
    rows together under an expression. `needs` is the indicator that has to reach the public minimum before anybody is
    shown this one (design §3: from five answers up).

    `records_of` is the definition of cases whose records are counted: a centre that has none does not report it.

    `adds` is how values of several stretches of time become one, `over_centres` those of several centres; `leaves`
    whether the number may leave the centre, and `period_kinds` in the reports of which periods: all that are handed
    over unless it says which; `basis` the mechanism or rule behind it. What `moves` becomes another number by ordinary
    work after the period, such as that a follow-up ends: in a closed period that alone is no correction.
    """

    area: str = ""
    code: Code
    name: BothWords
    unit: Unit
    meaning: BothWords
    basis: Words
    kind: Literal["count", "rate", "split"] = "count"
    adds: Adding
    over_centres: Adding
    leaves: StrictBool
    period_kinds: tuple[PeriodKind, ...] = HANDED_OVER
    moves: StrictBool = False
    of: Code = "none"
    which: str = ""
    sums: Code = "none"
    unknown_without_rows: StrictBool = False
    distinct: str = ""
    by: str = ""
    keys: tuple[str, ...] = ()
    key_words: str = ""
    order_setting: str = ""
    numerator: Code = "none"
    denominator: Code = "none"
    records_of: Code = "none"
    columns: tuple[Code, ...] = ()
    say: dict[Code, Sql] = {}
    per: str = ""
    needs: Code = "none"
    source: Source | None = None
    headings: dict[Code, Column] = {}

    @property
    def personal(self) -> bool:
        """Whether its rows name people."""
        return any(one.is_personal for one in self.headings.values())

    def travels_with(self, kind: PeriodKind) -> bool:
        """Whether it is in the reports of periods of this kind that leave the centre."""
        return self.leaves and kind in self.period_kinds

    @property
    def figure(self) -> str:
        """The expression that counts, over rows that `which` holds for."""
        if self.distinct:
            return f"count(DISTINCT {self.distinct})"
        return "count(*)" if self.sums == "none" else self._sum()

    @property
    def figure_among_others(self) -> str:
        """The same over every row of the source, so that one reading of them serves several indicators."""
        if not self.which:
            return self.figure
        if self.sums != "none":
            return self._sum(f" FILTER (WHERE {self.which})")
        return f"{self.figure} FILTER (WHERE {self.which})"

    def _sum(self, of_rows: str = "") -> str:
        added = f"sum({self._of_source.columns[self.sums]}){of_rows}"
        return added if self.unknown_without_rows else f"coalesce({added}, 0)"

    @property
    def count(self) -> str:
        """The SQL that counts it; of a split a row for each key. "" for a rate: its parts are counted."""
        if self.kind == "rate":
            return ""
        found = f"FROM {self._of_source.rows_from} WHERE {self._where(self.which)}"
        if self.kind == "count":
            return f"SELECT {self.figure} {found}"
        return f"SELECT {self.by}, {self.figure} {found} GROUP BY 1 ORDER BY 1"

    @property
    def rows(self) -> str:
        """The SQL that lists the rows behind it. "" for a rate: the rows are those of its denominator."""
        return self._rows("")

    @property
    def rows_of_key(self) -> str:
        """The SQL that lists the rows behind one key of a split."""
        return self._rows(f"{self.by} = :key")

    def _rows(self, further: str) -> str:
        if self.kind == "rate":
            return ""
        source = self._of_source
        shown = ", ".join(f"{self._expression(column)} AS {column}" for column in self.columns)
        where = self._where(self.which, further)
        per = self.per or self.distinct
        together = f" GROUP BY {per}" if per else ""
        return (
            f"SELECT {shown} FROM {source.rows_from} {source.rows_join} WHERE {where}{together} ORDER BY {self._order}"
        )

    @property
    def _order(self) -> str:
        return (
            ", ".join(str(place) for place in range(1, len(self.columns) + 1)) if self.is_grouped else self.source_order
        )

    @property
    def is_grouped(self) -> bool:
        """Whether a row of its list stands for several of the source."""
        return bool(self.per or self.distinct)

    @property
    def source_order(self) -> str:
        """The order in which rows of the source are listed."""
        return self._of_source.order

    def _expression(self, column: str) -> str:
        said = self.say.get(column) or self._of_source.columns[column]
        return f"sum({said})" if self.per and column == self.sums else said

    def _where(self, *further: str) -> str:
        return " AND ".join(f"({one})" for one in (self._of_source.where, *further) if one)

    @property
    def _of_source(self) -> Source:
        assert self.source is not None, self.code
        return self.source

    def parameters(self) -> set[str]:
        """The parameters that its statements take."""
        return set(_PARAMETER.findall(self.count + self.rows)) | ({"key"} if self.by else set())

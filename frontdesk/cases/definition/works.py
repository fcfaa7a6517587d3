"""What of a record follows from the rest of it, and what is collected from the indicators: what a definition says of
both. How it is worked out stands in `engine.working_out`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, StringConstraints, model_validator

from frontdesk.cases.definition.basics import Code, Column, Count, Label, Said

Operand = Code | Annotated[StrictInt, Field(ge=0, le=10**13)]
"""A number field of the record (in a row of a list also a column of it), or a number itself; money in fen."""


class Share(Said):
    """How large a part is of the whole, in thousandths (or in `per`), rounded to the nearest; of nothing there is
    none.
    """

    part: Operand
    whole: Operand
    per: Annotated[StrictInt, Field(ge=1, le=10**6)] = 1000


class Weighted(Said):
    """Points of each row times its weight, all added up and divided by a hundred, rounded to the nearest."""

    points: Column
    weight: Column


class Class(Said):
    """From so many on a number has this value; a limit that is a field is one that the record holds itself."""

    least: Operand
    value: Code


class Classes(Said):
    """The value of a choice by thresholds: the first in the file whose `least` is reached, or else `otherwise`."""

    of: Code
    steps: tuple[Class, ...] = Field(min_length=1)
    otherwise: Code


class Within(Said):
    """Whether a number is at least and at most so much; a limit that is empty is none, of no number nothing is said."""

    of: Code
    least: Operand | None = None
    most: Operand | None = None

    @model_validator(mode="after")
    def _has_a_limit(self) -> Within:
        if self.least is None and self.most is None:
            raise ValueError("no_limit")
        return self


class Part(Said):
    """A part of a whole, as in two thirds."""

    of: Annotated[StrictInt, Field(ge=1, le=100)]
    whole: Annotated[StrictInt, Field(ge=1, le=100)]

    @model_validator(mode="after")
    def _is_a_part(self) -> Part:
        if self.of > self.whole:
            raise ValueError("more_than_all")
        return self


class Vote(Said):
    """Whether something was adopted: more votes for it than against it, or at least `majority` of those who came; and
    of all members at least `quorum` came.
    """

    votes_for: Code
    votes_against: Code
    came: Code | None = None
    members: Code | None = None
    majority: Part | None = None
    quorum: Part | None = None

    @model_validator(mode="after")
    def _knows_whom_it_counts(self) -> Vote:
        if self.majority is not None and self.came is None:
            raise ValueError("came")
        if self.quorum is not None and (self.came is None or self.members is None):
            raise ValueError("members")
        return self


class Mixed(Said):
    """A number that weighs so many hundredths in the whole."""

    of: Code
    weight: Annotated[StrictInt, Field(ge=1, le=100)]


WAYS: tuple[str, ...] = ("sum", "count", "weighted", "mixed", "add", "difference", "multiply", "lesser", "share")
WAYS += ("classed", "within", "vote", "ranks")


class Work(Said):
    """A field (`score`), or a column of a list (`options.rank`), that follows from others and is never typed.

    Just one of: `sum` of a list's column; `count` of its rows, or of those whose yes/no column is true; `weighted`;
    `mixed` of fields by fixed weights; `add`; `difference` of the first and the others; `multiply`; `lesser`; `share`;
    `classed`; `within`; `vote`; `ranks`, in a list only: the place of a row by the sum of these columns, the highest
    first and equals alike. In a list names mean its columns first, and `where` takes of another list only the rows that
    have in a column what ours has.
    """

    field: Code | Column
    sum: Column | None = None
    count: Code | Column | None = None
    where: dict[Code, Code] = Field(default_factory=dict)
    weighted: Weighted | None = None
    mixed: tuple[Mixed, ...] = ()
    add: tuple[Operand, ...] = ()
    difference: tuple[Operand, ...] = ()
    multiply: tuple[Operand, ...] = ()
    lesser: tuple[Operand, ...] = ()
    share: Share | None = None
    classed: Classes | None = None
    within: Within | None = None
    vote: Vote | None = None
    ranks: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _says_one_way(self) -> Work:
        if len(self._ways()) != 1:
            raise ValueError("one_way")
        if any(len(some) == 1 for some in (self.difference, self.lesser, self.multiply)):
            raise ValueError("two_numbers")
        if self.where and ((self.sum is None and self.count is None) or not self.list_code):
            raise ValueError("where")
        if (self.ranks and not self.list_code) or (self.weighted is not None and self.list_code):
            raise ValueError("only_in_a_list" if self.ranks else "not_in_a_list")
        return self

    def _ways(self) -> list[str]:
        return [one for one in WAYS if getattr(self, one)]

    @property
    def way(self) -> str:
        """Which of the ways it is: `sum`, `vote`, …."""
        return self._ways()[0]

    @property
    def list_code(self) -> str:
        """The list whose column it is; '' for a field of the record itself."""
        name, dot, _ = self.field.partition(".")
        return name if dot else ""

    @property
    def column(self) -> str:
        """The column, or the field."""
        return self.field.rpartition(".")[2]

    @property
    def operands(self) -> tuple[str, ...]:
        """The names of numbers that it reads where it stands: of the record, in a list of its columns first."""
        found: list[object] = [*self.add, *self.difference, *self.multiply, *self.lesser, *self.ranks]
        found += [*self.where.values(), *(one.of for one in self.mixed)]
        if self.share is not None:
            found += [self.share.part, self.share.whole]
        if self.classed is not None:
            found += [self.classed.of, *(one.least for one in self.classed.steps)]
        if self.within is not None:
            found += [self.within.of, self.within.least, self.within.most]
        if self.vote is not None:
            found += [self.vote.votes_for, self.vote.votes_against, self.vote.came, self.vote.members]
        return tuple(one for one in found if isinstance(one, str))

    @property
    def columns_read(self) -> tuple[str, ...]:
        """The lists, and the columns of lists, that it reads as a whole."""
        found = [self.sum, self.count, *((self.weighted.points, self.weighted.weight) if self.weighted else ())]
        return tuple(one for one in found if one is not None)


IndicatorPart = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.(value|n|met|rate|low|high|words))?$", max_length=80)
]
"""What is taken of an indicator: the number itself, or of a rate its n, how many of them, the rate and the ends of its
interval in thousandths; or all of it in words.
"""


class CollectedRow(Said):
    """A row that a list begins with: what stands in it, and what of which indicator goes into which column."""

    values: dict[Code, StrictBool | Count | str] = Field(default_factory=dict)
    words: dict[Code, Label] = Field(default_factory=dict)
    takes: dict[Code, IndicatorPart] = Field(default_factory=dict)


class FromOrders(Said):
    """Figures of one thing of a catalogue in place of the centre's: of the sessions to which the records `of` another
    definition led (orders) that name the same record as our field `item` does. `takes` is how many rated those
    sessions, the rate and its ends in thousandths, all of that in words, how many came (person-times), or how many such
    records were opened in the period. Of sessions that too few rated nothing is taken.
    """

    of: Code
    item: Code
    takes: Literal["n", "rate", "low", "high", "words", "attended", "opened"]


class Collection(Said):
    """What a form shows already when a step (or the opening) begins, taken from the indicators of the program for the
    period whose key (2026-W47, 2026-11, 2026-Q4, 2026) stands in `period`, or for the year in a number field; a
    list also from the staff with their certificates on the date in `period`: its columns then are `person`,
    `certificate`, `expires` and `counted`; of one thing of a catalogue see `FromOrders`. It may be changed before it
    is kept.
    """

    field: Code
    period: Code
    indicator: IndicatorPart | None = None
    rows: tuple[CollectedRow, ...] = ()
    staff: StrictBool = False
    orders: FromOrders | None = None

    @model_validator(mode="after")
    def _says_what(self) -> Collection:
        if sum((self.indicator is not None, bool(self.rows), self.staff, self.orders is not None)) != 1:
            raise ValueError("indicator_or_rows")
        return self

"""What a paper of one record says, before anything of it is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from frontdesk.cases.papers.errors import PaperError
from frontdesk.common.lettering import Align

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition, FieldDefinition, Paper
    from frontdesk.cases.engine.values import Plain, Value
    from frontdesk.cases.papers.wording import Wording

NUMBERS = ("number", "money")


@dataclass(frozen=True)
class Item:
    """A field with its words; a long one is a paragraph of its own."""

    label: str
    words: str
    is_long: bool = False


@dataclass(frozen=True)
class Grid:
    """A list of a record: its columns, its rows in words, and the words below the columns of money ('' elsewhere).
    Rows that are ranked stand in that order, and have no other number.
    """

    label: str
    headings: tuple[str, ...]
    aligns: tuple[Align, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[str, ...] = ()
    is_ranked: bool = False


@dataclass(frozen=True)
class Gathering:
    """The people of a meeting by the part that they have in it: for each part who came, and who did not."""

    label: str
    parts: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]


Part = Item | Grid | Gathering


@dataclass(frozen=True)
class Content:
    """All that stands on a paper of one record."""

    kind: str
    title: str
    number: str
    state: str
    opened: str
    policy: tuple[str, ...]
    parts: tuple[Part, ...]
    signatures: tuple[str, ...]
    foot: str


def refuse_people(definition: Definition, paper: Paper) -> None:
    """A public notice never says anything of a person. Raises PaperError `notice_of_people`."""
    for code in paper.fields:
        field = definition.field(code)
        if paper.kind == "notice" and field is not None and field.tells_of_people:
            raise PaperError("notice_of_people", title=str(paper.title), field=str(field.name))


def parts_of(definition: Definition, paper: Paper, values: Mapping[str, Value], wording: Wording) -> tuple[Part, ...]:
    """The fields of a paper in its order, in words. What is empty stands on a slip only, to be filled in by hand,
    unless it is of what is filled in only.
    """
    found: list[Part] = []
    for code in paper.fields:
        field = on_paper(paper, definition.field(code))
        if field is None or not field.printed:
            continue
        value = values.get(code)
        if value is None and (paper.kind != "slip" or paper.only_filled):
            continue
        if field.kind != "list":
            long = field.kind == "long_text"
            found.append(Item(str(field.name), wording.of(field, value), long))
            continue
        rows = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
        gathered = gathering(field, rows, wording) if paper.kind == "minutes" else None
        found.append(gathered or grid(definition, field, rows, wording))
    return tuple(found)


def on_paper(paper: Paper, field: FieldDefinition | None) -> FieldDefinition | None:
    """A list with those of its columns that a paper names; all else as it is."""
    if field is None:
        return None
    shown = [one for one in field.fields if f"{field.code}.{one.code}" in paper.columns]
    return field.model_copy(update={"fields": tuple(shown)}) if shown else field


def grid(definition: Definition, field: FieldDefinition, rows: Sequence[Mapping[str, Plain]], wording: Wording) -> Grid:
    """A list as a table; money is added up below it, and what is ranked stands in the order of the ranks."""
    columns, ranks = [one for one in field.fields if one.printed], rank_of(definition, field)
    if rows:
        # On paper there is no room for what nobody has said.
        columns = [one for one in columns if any(one.code in row for row in rows)]
    if ranks is not None and ranks in columns and rows:
        columns.remove(ranks)
        columns.insert(0, ranks)
        rows = sorted(rows, key=lambda row: _place(row.get(ranks.code)))
    cells = tuple(tuple(wording.of(one, row.get(one.code)) for one in columns) for row in rows)
    sums = tuple(_sum(one, rows, wording) for one in columns)
    return Grid(
        str(field.name),
        tuple(str(one.name) for one in columns),
        tuple(align_of(one) for one in columns),
        cells,
        sums if any(sums) and len(rows) > 1 else (),
        is_ranked=ranks is not None and columns[:1] == [ranks],
    )


def rank_of(definition: Definition, field: FieldDefinition) -> FieldDefinition | None:
    """The column of a list that ranks its rows; None where none does."""
    ranked = {one.column for one in definition.works_out if one.ranks and one.list_code == field.code}
    return next((one for one in field.fields if one.code in ranked), None)


def _place(rank: Plain | None) -> int:
    return rank if isinstance(rank, int) else 10**9


def _sum(field: FieldDefinition, rows: Sequence[Mapping[str, Plain]], wording: Wording) -> str:
    if field.kind != "money":
        return ""
    return wording.of(field, sum(value for row in rows if isinstance(value := row.get(field.code), int)))


def align_of(field: FieldDefinition) -> Align:
    """Numbers stand to the right, yes and no and days in the middle."""
    if field.kind in NUMBERS:
        return "right"
    return "centre" if field.kind in ("date", "yes_no") else "left"


def gathering(field: FieldDefinition, rows: Sequence[Mapping[str, Plain]], wording: Wording) -> Gathering | None:
    """The people of a meeting by part; None for a list that has no parts and no people or bodies in it."""
    columns = [one for one in field.fields if one.printed]
    part = next((one for one in columns if one.kind == "choice"), None)
    came = next((one for one in columns if one.kind == "yes_no"), None)
    who = [one for one in columns if one is not part and one is not came]
    if part is None or came is None or not who:
        return None
    order = {one.code: place for place, one in enumerate(part.choices)}
    by: dict[str, tuple[list[str], list[str]]] = {}
    for row in sorted(rows, key=lambda one: order.get(str(one.get(part.code, "")), len(order))):
        first, *others = [words for one in who if (words := wording.of(one, row.get(one.code)))] or [""]
        named = wording.with_remark(first, others)
        present, absent = by.setdefault(wording.of(part, row.get(part.code)), ([], []))
        (present if row.get(came.code, True) is not False else absent).append(named)
    return Gathering(str(field.name), tuple((one, tuple(here), tuple(away)) for one, (here, away) in by.items()))

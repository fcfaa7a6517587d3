"""Rows copied from WPS or Excel, or typed into a message, read: which column is which is told by headings or contents.

Pure. A copied cell may be in quotes with line ends inside, lines may end in any way, digits may be wide.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from frontdesk.common.names import clean_name
from frontdesk.common.phones import normalise_phone
from frontdesk.locale import LANGUAGES, catalogue
from frontdesk.sheets.cells import INVISIBLE, CellRefused, read_day, read_time_span, read_whole

PastedKind = Literal["signups", "sessions"]

MOST_ROWS = 500
"""More than fits a screen and a head: such a list is a file, and files are imported."""

COLUMNS: Mapping[PastedKind, tuple[str, ...]] = {
    "signups": ("person", "phone", "party_size"),
    "sessions": ("day", "span", "name", "category", "room", "capacity", "activity_type", "min_enrol", "lead", "note"),
}
"""What a pasted row may say, in the order in which it is written out again."""

_OTHER_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "person": ("报名人", "联系人", "学员", "参加人", "Name"),
    "phone": ("手机号", "手机号码", "电话", "联系电话", "联系方式", "电话号码", "Phone number", "Mobile"),
    "party_size": ("报名人数", "参加人数", "人次", "People", "Persons"),
    "name": ("活动", "项目", "项目名称", "课程", "Activity"),
    "span": ("起止时间", "活动时间", "Times"),
    "day": ("活动日期", "开课日期", "Date"),
    "room": ("地点", "活动地点", "教室", "Place"),
    "capacity": ("人数上限", "名额数", "Capacity"),
    "category": ("类别", "分类"),
    "lead": ("老师", "讲师", "Teacher"),
}
_LARGEST_PARTY = 20


@dataclass(frozen=True)
class Known:
    """Words of the centre by which a column without a heading is told, by the name of the column."""

    words: Mapping[str, frozenset[str]]

    def has(self, name: str, cell: str) -> bool:
        """Whether a cell says one of the words of this column."""
        return bool(cell) and _folded(cell) in self.words.get(name, frozenset())

    @classmethod
    def of(cls, **words: Iterable[str]) -> Known:
        """The words as they are compared."""
        return cls({name: frozenset(_folded(word) for word in some if word) for name, some in words.items()})


NOTHING_KNOWN = Known({})


@dataclass(frozen=True)
class PastedRow:
    """One row: the line of the text where it begins, from 1, what it says by column, as it was written, and the cells
    of the columns that are not read.
    """

    line: int
    cells: Mapping[str, str]
    rest: tuple[str, ...] = ()

    def with_cells(self, cells: Mapping[str, str]) -> PastedRow:
        """The row corrected."""
        return replace(self, cells={**self.cells, **cells})


@dataclass(frozen=True)
class Pasted:
    """What was pasted. `kind` is None where no column could be told; `left_out` are rows beyond `MOST_ROWS`, `unread`
    the columns that say something which nobody can tell what it is: by heading, without one by their first cell.
    """

    kind: PastedKind | None = None
    rows: tuple[PastedRow, ...] = ()
    left_out: int = 0
    unread: tuple[str, ...] = ()


def read_pasted(text: str, known: Known = NOTHING_KNOWN) -> Pasted:
    """The rows of a pasted text, blank ones and the headings left out."""
    lines = split_cells(text)
    if not lines:
        return Pasted()
    found = _by_heading(lines) or _by_content(lines, known)
    if found is None:
        return Pasted()
    kind, places, first = found
    unread = _unread(lines, places, first)
    rows = [
        PastedRow(
            number,
            {name: _at(cells, place) for name, place in places.items()},
            tuple(_at(cells, place) for place in unread),
        )
        for number, cells in lines[first:]
    ]
    said = tuple(row for row in rows if any(row.cells.values()))
    return Pasted(kind, said[:MOST_ROWS], max(0, len(said) - MOST_ROWS), tuple(unread.values()))


def written(kind: PastedKind, rows: Sequence[PastedRow], unread: Sequence[str] = ()) -> str:
    """The rows as a text that is read again as the same rows, with headings; what is not read stays in it."""
    names = [name for name in COLUMNS[kind] if any(name in row.cells for row in rows)]
    headings = [catalogue(LANGUAGES[0], "exchange")[f"column.{name}"] for name in names]
    lines = ["\t".join([*headings, *(_UNREAD_MARK + one for one in unread)])]
    lines += [
        "\t".join(_quoted(cell) for cell in (*(row.cells.get(name, "") for name in names), *row.rest)) for row in rows
    ]
    return "\n".join(lines)


_UNREAD_MARK = "? "


def _unread(lines: Sequence[tuple[int, list[str]]], places: Mapping[str, int], first: int) -> dict[int, str]:
    """The columns with cells that belong to none, running numbers aside, each with what it is called."""
    found: dict[int, str] = {}
    for place in range(max(len(cells) for _, cells in lines)):
        column = [_at(cells, place) for _, cells in lines[first:]]
        said = next((cell for cell in column if cell), "")
        if said and place not in places.values() and not (place == 0 and _is_numbering(column)):
            heading = _at(lines[first - 1][1], place) if first else ""
            found[place] = heading.removeprefix(_UNREAD_MARK) or said
    return found


def _at(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def split_cells(text: str) -> list[tuple[int, list[str]]]:
    """The cells of every line that is not blank, with the number of the line where it begins.

    Cells are parted by tabs; a text without any is parted by commas, or by spaces, as in a message. A cell that begins
    with a quote goes on to the quote that ends it, over line ends; a quote that nothing ends is a character.
    """
    # As a cell is read: a mark that turns the direction would turn the whole line of the list.
    text = INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if "\t" not in text:
        mark = r"[,，;；]" if re.search(r"[,，;；]", text) else r"[ \u3000]+"
        parted = [(number, re.split(mark, line.strip())) for number, line in enumerate(text.split("\n"), 1)]
    else:
        parted = _tabbed(text)
    cleaned = [(number, [" ".join(cell.split()) for cell in cells]) for number, cells in parted]
    return [(number, cells) for number, cells in cleaned if any(cells)]


_QUOTED = re.compile(r'"((?:[^"]|"")*)"(?=[\t\n]|$)')


def _tabbed(text: str) -> list[tuple[int, list[str]]]:
    lines: list[tuple[int, list[str]]] = []
    cells: list[str] = []
    place, number, begins = 0, 1, 1
    while place <= len(text):
        quoted = _QUOTED.match(text, place)
        if quoted is not None:
            cell, place = quoted[1].replace('""', '"'), quoted.end()
            number += quoted[0].count("\n")
        else:
            end = min((at for at in (text.find("\t", place), text.find("\n", place)) if at >= 0), default=len(text))
            cell, place = text[place:end], end
        cells.append(cell)
        if place >= len(text) or text[place] == "\n":
            lines.append((begins, cells))
            cells, number = [], number + 1
            begins = number
        place += 1
    return lines


def _quoted(cell: str) -> str:
    # A quote at the beginning would be taken for one that parts cells.
    return '"' + cell.replace('"', '""') + '"' if cell.startswith('"') else cell


_Found = tuple[PastedKind, dict[str, int], int]


def _by_heading(lines: Sequence[tuple[int, list[str]]]) -> _Found | None:
    """Kind, places and the first row under the headings, where one of the first lines holds headings."""
    for first, (_, cells) in enumerate(lines[:5], 1):
        for kind, needed in (("sessions", {"day", "name"}), ("signups", {"person", "phone"})):
            places: dict[str, int] = {}
            for name in COLUMNS[kind]:  # type: ignore[index]
                words = _headings(name)
                place = next((at for at, cell in enumerate(cells) if _folded(cell) in words), None)
                if place is not None and place not in places.values():
                    places[name] = place
            if needed <= places.keys():
                return kind, places, first  # type: ignore[return-value]
    return None


def _headings(name: str) -> set[str]:
    words = [catalogue(language, "exchange")[f"column.{name}"] for language in LANGUAGES]
    return {_folded(word) for word in (*words, *_OTHER_HEADINGS.get(name, ()))}


def _folded(text: str) -> str:
    bare = re.sub(r"\([^()]*\)$", "", unicodedata.normalize("NFKC", text).strip())
    return re.sub(r"[\s*:]", "", bare).casefold()


def _by_content(lines: Sequence[tuple[int, list[str]]], known: Known) -> _Found | None:
    """Kind and places told by what most cells of a column look like; a heading that nobody knows is left out."""
    width = max(len(cells) for _, cells in lines)
    columns = [[_at(cells, place) for _, cells in lines] for place in range(width)]
    day, span = _most(columns, _is_day), _most(columns, _is_span)
    if day is not None and span is not None:
        places = _sessions_by_content(columns, {"day": day, "span": span}, known)
        return ("sessions", places, 0) if "name" in places else None
    phone = _most(columns, _is_phone)
    if phone is None:
        return None
    places = {"phone": phone}
    name = _most(columns, _is_name, without=places.values())
    if name is None:
        return None
    places["person"] = name
    numbered = {place for place, cells in enumerate(columns) if _is_running(cells)}
    party = _most(columns, _is_party, without={*places.values(), *numbered})
    if party is not None:
        places["party_size"] = party
    first = 0 if _is_phone(columns[phone][0]) or not _looks_like_heading(lines[0][1]) else 1
    return "signups", places, first


def _sessions_by_content(columns: Sequence[Sequence[str]], places: dict[str, int], known: Known) -> dict[str, int]:
    """The places of what a plan says besides day and time; without a name where no column can be one."""

    def place(name: str, fits: Callable[[str], bool]) -> None:
        taken = {*places.values(), *({0} if _is_numbering(columns[0]) else ())}
        found = _most(columns, fits, without=taken)
        if found is not None:
            places[name] = found

    place("category", lambda cell: cell.endswith("服务") or cell == "品牌特色" or known.has("category", cell))
    for name in ("room", "activity_type", "lead"):
        place(name, partial(known.has, name))
    place("capacity", _is_count)
    place("min_enrol", _is_count)
    if "min_enrol" in places and _is_larger(columns[places["min_enrol"]], columns[places["capacity"]]):
        places["capacity"], places["min_enrol"] = places["min_enrol"], places["capacity"]
    place("name", lambda cell: len(cell) > 1 and not _is_count(cell))
    return places


def _is_larger(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether of two columns of counts the first is the larger one, all in all."""

    def total(cells: Sequence[str]) -> int:
        return sum(read_whole()(cell) for cell in cells if _is_count(cell))

    return total(first) > total(second)


def _most(columns: Sequence[Sequence[str]], fits: Callable[[str], bool], *, without: object = ()) -> int | None:
    """The first of the columns in which most cells fit; None where in no column half of those that say anything do."""
    taken = set(without)  # type: ignore[call-overload]
    best, share = None, 0.499
    for place, cells in enumerate(columns):
        said = [cell for cell in cells if cell]
        if place in taken or not said:
            continue
        # Of several columns that fit, the one that says more.
        found = sum(map(fits, said)) / len(cells)
        if found > share + 1e-9 and sum(map(fits, said)) * 2 >= len(said):
            best, share = place, found
    return best


def _looks_like_heading(cells: Sequence[str]) -> bool:
    return not any(any(one.isdigit() for one in cell) for cell in cells)


def _is_running(cells: Sequence[str]) -> bool:
    """A column of running numbers (序号): 1, 2, 3 and so on."""
    numbers = [unicodedata.normalize("NFKC", cell).rstrip(".、") for cell in cells]
    said = [int(one) for one in numbers if one.isascii() and one.isdigit() and len(one) < 6]
    return len(said) > 1 and len(said) >= len(cells) - 1 and said == list(range(said[0], said[0] + len(said)))


def _is_numbering(cells: Sequence[str]) -> bool:
    """A first column that numbers the rows, also of one row alone."""
    return _is_running(cells) or (len([cell for cell in cells if cell]) == 1 and _is_count("".join(cells)))


def _fits(read: Callable[[object], object], cell: str) -> bool:
    try:
        read(cell)
    except (CellRefused, ValueError):
        return False
    return True


def _is_phone(cell: str) -> bool:
    return _fits(normalise_phone, cell)  # type: ignore[arg-type]


def _is_day(cell: str) -> bool:
    return _fits(read_day(), cell) and not cell.isdigit()  # type: ignore[arg-type]


def _is_span(cell: str) -> bool:
    return _fits(read_time_span(), cell)  # type: ignore[arg-type]


def _is_count(cell: str) -> bool:
    return _fits(read_whole(0, 10_000), cell)  # type: ignore[arg-type]


def _is_party(cell: str) -> bool:
    return _fits(read_whole(1, _LARGEST_PARTY), cell)  # type: ignore[arg-type]


def _is_name(cell: str) -> bool:
    name = clean_name(cell)
    return 1 < len(name) <= 30 and not any(one.isdigit() for one in name) and any(one.isalpha() for one in name)

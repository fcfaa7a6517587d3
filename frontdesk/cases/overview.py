"""The table of mechanisms (制度): what each rests on, what kind it is, where its records stand, what is counted and
printed of it, and what it came to in a span of days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from frontdesk.cases.calendar_duties import DutyLine, duties_of_days
from frontdesk.cases.library import in_force
from frontdesk.cases.mechanisms import MECHANISMS, Mechanism, defined_by
from frontdesk.cases.number_words import figure_words, waited_words
from frontdesk.cases.numbers import Figure, figures
from frontdesk.locale import current_language, t
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from datetime import date

    from frontdesk.cases.definition.model import Definition
    from frontdesk.context import Context

NOTHING = "-"
SOURCES: Mapping[str, str] = {
    "J": "嘉府办发〔2022〕17号",
    "X": "徐府办发〔2017〕24号",
    "H": "湖州市幸福邻里中心经验交流（2020）",
    "G": "嘉府办发〔2024〕21号",
    "A": "静府办发〔2017〕22号",
}
"""The documents by the letter of their mechanisms; they are cited as they are called, in every language."""


@dataclass(frozen=True)
class Columns:
    """What a mechanism rests on, what kind it is, its states, its indicators and its printed forms, in words."""

    source: str
    kind: str
    states: str = NOTHING
    indicators: str = NOTHING
    form: str = NOTHING


@dataclass(frozen=True)
class MechanismLine:
    """A line of the table: which mechanism (`number` as J01, "" for one of the centre's own), its definition (None
    where a feature of the program has it), its columns, and its figures in words.
    """

    key: str
    number: str
    name: str
    definition: Definition | None
    columns: Columns
    figures: tuple[str, ...]


@allowed("shown")
def overview(context: Context, first: date, last: date) -> list[MechanismLine]:
    """Every mechanism that the program has, in the order of the policies, with its figures over a span of local days
    (both included); then the definitions that are of none of them. One that several definitions share has a line each.
    Raises what `definitions` raises.
    """
    found = in_force(context)
    # Of days ahead nothing was asked yet.
    duties = duties_of_days(context, first, last) if first <= context.today() else []
    said = _said(figures(context, first, last), duties)
    by, lines = defined_by(found), list[MechanismLine]()
    for one in MECHANISMS:
        if one.priority == "X":
            continue
        lines += [_line(each, one.number, said) for each in by.get(one.number, ())]
        if one.feature or one.number not in by:
            lines.append(MechanismLine(one.number, one.number, name_of(one), None, feature_columns(one), ()))
    own = sorted((one for one in found.values() if not one.mechanisms), key=lambda one: one.code)
    return [*lines, *(_line(one, "", said) for one in own)]


def _said(counted: Iterable[Figure], duties: Iterable[DutyLine]) -> dict[str, list[str]]:
    """By definition its figures in words, and of a duty how it stood."""
    said: dict[str, list[str]] = {}
    for one in counted:
        words = t("case_overview.figure", name=one.feed.name, value=figure_words(one), unit=one.unit)
        said.setdefault(one.definition.code, []).append(words)
    for line in duties:
        words = t(
            "case_overview.duty", label=line.label, done=len(line.done), least=line.least, pace=waited_words(line)
        )
        said.setdefault(line.definition.code, []).append(words)
    return said


def _line(one: Definition, number: str, said: Mapping[str, Sequence[str]]) -> MechanismLine:
    return MechanismLine(
        f"{number}.{one.code}", number, str(one.name), one, columns_of(one), tuple(said.get(one.code, ()))
    )


def name_of(one: Mechanism) -> str:
    """What a mechanism is called in the language in force."""
    return one.en if current_language() == "en" else one.zh_CN


def columns_of(one: Definition) -> Columns:
    """What the table says of a definition."""
    return Columns(
        joined(f"{each.document} {each.section}".strip() for each in one.policy),
        t(f"cases.kind.{one.kind}"),
        joined(each.name for each in one.states),
        joined(each.name for each in one.feeds),
        joined(each.title for each in one.papers),
    )


def feature_columns(one: Mechanism) -> Columns:
    """What the table says of a mechanism that no definition has."""
    return Columns(SOURCES[one.number[0]], t("case_overview.feature"))


def joined(words: Iterable[object]) -> str:
    """Words in one line; a dash for none."""
    return t("cases.explain.joint").join(map(str, words)) or NOTHING

"""The columns of a sheet that an import does not read: each is told by its name, with what it may have meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from frontdesk.cases.papers.sheet import STATE, headings
from frontdesk.locale import LANGUAGES, catalogue, t

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition, FieldDefinition
    from frontdesk.sheets.importing import Tally

MOST_TOLD = 20
"""Of more columns than these the rest is counted: somebody chose another sheet."""

_DAY = "evidence.column.ended"
_LIKE, _LIKE_LATIN = 0.4, 0.6
"""How much of two headings has to be the same; two words of a few characters share fewer of them."""


def tell_others(definition: Definition, tally: Tally) -> None:
    """Note for each column of a sheet that no field has what became of it: set by the program, worked out by it, or
    not known, then with the heading of a field that the sheet lacks and that is called nearly so.
    """
    others = list(dict.fromkeys(tally.table.others))
    days = _days()
    worked_out = {name for one in definition.fields if one.code in definition.worked_out for name in _names(one)}
    lacking = _lacking(definition, set(tally.table.headings))
    unknown = []
    for heading in others[:MOST_TOLD]:
        said = _folded(heading)
        near = get_close_matches(said, lacking, 1, cutoff=_LIKE_LATIN if said.isascii() else _LIKE)
        if said in days:
            tally.remark_always("column_of_day", column=heading)
        elif said in worked_out:
            tally.remark_always("column_worked_out", column=heading)
        elif near:
            tally.remark_always("unknown_column_near", column=heading, near=lacking[near[0]])
        else:
            unknown.append(heading)
    if unknown:
        tally.remark_always("unknown_columns", columns=t("cases.explain.joint").join(unknown))
    if len(others) > MOST_TOLD:
        tally.remark_always("more_unknown_columns", count=len(others) - MOST_TOLD)


def _folded(heading: str) -> str:
    return "".join(heading.split()).strip("*:：＊").casefold()


def _names(one: FieldDefinition) -> set[str]:
    return {_folded(said) for said in (one.name.zh_CN, one.name.en) if said}


def _days() -> set[str]:
    """What the day of the end is called, with and without the last character (办结日)."""
    said = {_folded(catalogue(language, "case_tables")[_DAY]) for language in LANGUAGES}
    return said | {one.removesuffix("期") for one in said}


def _lacking(definition: Definition, there: set[str]) -> dict[str, str]:
    """By what they are called in either language, folded, the headings in the language in force of the columns that a
    sheet lacks.
    """
    found: dict[str, str] = {}
    named = headings(definition)
    for one in definition.fields:
        if one.code in named and one.code not in there:
            found |= dict.fromkeys(sorted(_names(one)), named[one.code])
    if STATE not in there:
        words = (catalogue(language, "case_papers")["column.state"] for language in LANGUAGES)
        found |= {_folded(one): t("case_papers.column.state") for one in words}
    return found

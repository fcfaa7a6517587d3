"""Why something was not adopted, in words: for the record, the form and the rows of a list. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.cases.engine.working_out import LostVote, lost_votes
from frontdesk.locale import t

if TYPE_CHECKING:
    from collections.abc import Mapping

    from frontdesk.cases.definition.model import Definition
    from frontdesk.cases.engine.values import Value


def lost_by_row(definition: Definition, values: Mapping[str, Value]) -> dict[tuple[str, int], str]:
    """By list and row (from 1; a field of the record has row 0) why what was voted on was not adopted, in words."""
    return {(one.code, one.row): lost_words(one) for one in lost_votes(definition, values)}


def lost_words(one: LostVote) -> str:
    """Why it was not adopted: too few came, or too few were for it."""
    part = one.vote.quorum if one.why == "no_quorum" else one.vote.majority
    share = {"of": part.of, "whole": part.whole} if part is not None else {"of": 0, "whole": 0}
    return t(f"case_works.lost.{one.why}", **one.numbers, **share)


def lost_lines(definition: Definition, values: Mapping[str, Value]) -> list[str]:
    """What was not adopted and why, a line for each."""
    return [
        t("case_works.lost.row", row=row, words=words) if row else t("case_works.lost.whole", words=words)
        for (_, row), words in lost_by_row(definition, values).items()
    ]

"""The refusals of cases and registers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from frontdesk.errors import DeskError
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.cases.engine.values import BadValue

MOST_NAMED = 12
"""So many choices are named to whoever named none of them."""


class CaseError(DeskError):
    """A refusal; the words are in the catalogue `cases`."""

    area: ClassVar[str] = "cases"


def value_details(wrong: BadValue) -> dict[str, object]:
    """What is told of a value that a field cannot hold: the field, the row of a list where it is in one, and the bound
    that it passes, or the choices that there are in one line, with a mark where there are more.
    """
    told: dict[str, object] = {"field": str(wrong.field.name), **wrong.details}
    if wrong.row is not None:
        told["row"] = wrong.row
    choices = wrong.details.get("choices")
    if isinstance(choices, tuple):
        more = ["..."] if len(choices) > MOST_NAMED else []
        told["choices"] = t("cases.explain.joint").join([*choices[:MOST_NAMED], *more])
    return told

"""How people are called in words and on screens: by name, with the number where two share it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from db.staff import PostHolder, Staff
from frontdesk.common.names import clean_name


def labels_of(people: Iterable[Staff]) -> dict[str, str]:
    """What each person is called, by staff number: 张三, or 张三(S001) where another has that name too."""
    every = list(people)
    bearers = Counter(clean_name(one.name) for one in every)
    return {one.no: one.name if bearers[clean_name(one.name)] == 1 else f"{one.name}({one.no})" for one in every}


def labelled(holders: Iterable[PostHolder], labels: Mapping[str, str]) -> list[PostHolder]:
    """The holders of posts, called so."""
    return [one.model_copy(update={"name": labels.get(one.staff_no, one.name)}) for one in holders]

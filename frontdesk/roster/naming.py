"""How people are called in words and on screens: by name, with the number where two share it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from db.staff import PostHolder, Staff
from frontdesk.common.names import clean_name


def labels_of(people: Iterable[Staff]) -> dict[str, str]:
    """What each person is called, by staff number: 张三, or 张三(S001) where another has that name too."""
    return labels_by_number({one.no: one.name for one in people})


def labels_by_number(names: Mapping[str, str]) -> dict[str, str]:
    """The same for names by staff number."""
    bearers = Counter(map(clean_name, names.values()))
    return {no: name if bearers[clean_name(name)] == 1 else f"{name}({no})" for no, name in names.items()}


def labelled(holders: Iterable[PostHolder], labels: Mapping[str, str]) -> list[PostHolder]:
    """The holders of posts, called so."""
    return [one.model_copy(update={"name": labels.get(one.staff_no, one.name)}) for one in holders]

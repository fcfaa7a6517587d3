"""Which figures of a table stay hidden, so that nobody can work out what fewer than the minimum said. Pure."""

from __future__ import annotations

from collections.abc import Mapping


def hidden_groups(counts: Mapping[str, int], minimum: int) -> set[str]:
    """The groups whose figures are not shown when those of the others and the total of all are (mechanisms §12).

    `counts` holds the answers of groups that do not overlap. A group with an answer but fewer than `minimum` is hidden.
    What is hidden is the total less what is shown: unless that is at least `minimum` answers of two groups or more,
    further groups are hidden, the smallest first, equal ones by name. A group without answers is never hidden and hides
    no other. With fewer than `minimum` answers in all, the total itself must not be shown: that is the caller's part.
    """
    answered = sorted((count, name) for name, count in counts.items() if count > 0)
    hidden: set[str] = set()
    rest = 0
    for count, name in answered:
        if count >= minimum and (not hidden or (rest >= minimum and len(hidden) > 1)):
            break
        hidden.add(name)
        rest += count
    return hidden

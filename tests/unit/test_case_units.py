"""What the numbers of mechanisms are counted in."""

from __future__ import annotations

import pytest

from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.numbers import Figure
from frontdesk.locale import speaking

DEFINITIONS = own_definitions()


def unit(code: str, feed: str) -> str:
    """The unit of a number of one of the program's definitions."""
    found = DEFINITIONS[code]
    return Figure(found, next(one for one in found.feeds if one.code == feed), 0).unit


@pytest.mark.parametrize(
    ("code", "feed", "said"),
    [
        ("repair", "found", "件"),
        ("repair", "cost", "元"),
        ("council_meeting", "held", "次"),
        ("council_meeting", "came_people", "人"),
        ("inspection", "done", "次"),
        ("inspection", "faults", "个"),
        ("grid", "to_red", "次"),
        ("grid", "red", "个"),
        ("ops_team", "members", "人"),
        ("incubation", "taken_in", "家"),
    ],
)
def test_a_number_is_counted_in_what_its_feed_or_its_definition_says(code: str, feed: str, said: str) -> None:
    assert unit(code, feed) == said


def test_every_sum_of_a_field_that_is_no_money_names_its_own_unit() -> None:
    """Of a record that is a meeting, the people who came are not meetings."""
    for one in DEFINITIONS.values():
        for feed in one.feeds:
            field = one.field(feed.adds or "")
            if field is not None and field.kind != "money":
                assert feed.unit is not None or one.unit is not None, (one.code, feed.code)


def test_units_are_said_in_the_language_in_force() -> None:
    with speaking("en"):
        assert unit("council_meeting", "came_people") == "people" and unit("repair", "found") == "cases"

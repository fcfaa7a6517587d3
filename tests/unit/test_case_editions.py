"""What the logs of records are read by does not change under an edition that centres have."""

from __future__ import annotations

from frontdesk.cases.definition.reading import definition_in, own_definitions
from frontdesk.cases.engine.parts import changed, parts_of
from tests.db.test_cases import LOST_PROPERTY
from tests.editions import unraised, written


def test_no_definition_of_the_program_is_changed_without_a_new_edition() -> None:
    kept = written()
    lacking = [code for code, one in own_definitions().items() if str(one.edition) not in kept.get(code, {})]
    assert lacking == [], "python -m tests.editions writes them down"
    assert unraised(kept) == {}, "raise the edition of the file, see CONTRIBUTING.md"


def test_a_step_that_was_changed_is_seen_and_one_that_was_added_is_none() -> None:
    kept = written()
    one = own_definitions()["repair"]
    spoilt = {**kept["repair"][str(one.edition)], "transitions.accept": "another"}
    assert unraised({**kept, "repair": {str(one.edition): spoilt}}) == {"repair": ["transitions.accept"]}
    lost = definition_in(LOST_PROPERTY.encode(), "lost_property.toml")
    more = LOST_PROPERTY + LOST_PROPERTY[LOST_PROPERTY.index("[[transitions]]") :].replace('"give"', '"hand"')
    assert changed(parts_of(lost), parts_of(definition_in(more.encode(), "lost_property.toml"))) == []

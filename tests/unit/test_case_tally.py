"""Paper forms of a demand round keyed in: what a line says, and that the count is that of the forms that stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from frontdesk.cases.papers.ballot import SIDES, VOTES
from frontdesk.cases.papers.errors import PaperError
from frontdesk.cases.papers.tally import Form, begun, counted, read_form, taken_back

OPTIONS = 12
forms = some.builds(
    Form, some.sampled_from(SIDES), some.sets(some.integers(1, OPTIONS), max_size=5).map(lambda one: tuple(sorted(one)))
)


@pytest.mark.parametrize(
    ("line", "side", "ticked"),
    [
        ("1 3 5", "units", (1, 3, 5)),
        ("R 5 3", "residents", (3, 5)),
        ("u12", "units", (12,)),
        ("Ｕ　１，３", "units", (1, 3)),
        ("居 2、4", "residents", (2, 4)),
        ("r0", "residents", ()),
        (" 0 ", "units", ()),
        ("①③", "units", (13,)),
        ("单3.1;2", "units", (1, 2, 3)),
        ("1,,  3、", "units", (1, 3)),
    ],
)
def test_a_line_is_a_form(line: str, side: str, ticked: tuple[int, ...]) -> None:
    assert read_form(line, 20, "units") == Form(side, ticked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "form_unread"),
        ("R", "form_unread"),
        ("x 1", "form_unread"),
        ("1 -2", "form_unread"),
        ("13", "no_such_option"),
        ("0 1", "no_such_option"),
        ("1 99999999999999999999", "no_such_option"),
        ("2 3 2", "ticked_twice"),
        ("1 ²x", "form_unread"),
        ("R R 1", "form_unread"),
        # Whatever is pasted or scanned is refused at once: it stands in the way of the next key.
        ("1" * 60 + "x", "form_unread"),
        ("1 " * 60 + "x", "form_unread"),
        ("1 " * 100_000, "form_unread"),
    ],
)
def test_what_is_no_form_is_refused_with_what_to_do(line: str, code: str) -> None:
    with pytest.raises(PaperError) as found:
        read_form(line, OPTIONS, "residents")
    assert found.value.code == code


@given(some.lists(some.one_of(forms, some.none()), max_size=60), some.lists(some.integers(0, 9), max_size=2))
def test_the_count_is_that_of_the_forms_that_stand_whatever_was_taken_back(
    keyed: list[Form | None], before: list[int]
) -> None:
    rows: list[dict[str, str | int | bool]] = [{"text": str(place), VOTES["residents"]: 3} for place in range(OPTIONS)]
    tally = begun(rows, dict(zip(SIDES, [*before, 0, 0], strict=False)), VOTES)
    first, kept = tally, list[Form]()
    for one in keyed:
        if one is not None:
            tally = counted(tally, one)
            kept.append(one)
        elif kept:
            tally = taken_back(tally)
            kept.pop()
        else:
            with pytest.raises(PaperError):
                taken_back(tally)
    assert tally.forms == tuple(kept)
    for side in SIDES:
        assert tally.returned[side] - first.returned[side] == sum(one.side == side for one in kept)
        for option in range(1, OPTIONS + 1):
            votes = tally.votes[side][option - 1] - first.votes[side][option - 1]
            assert votes == sum(one.side == side and option in one.ticked for one in kept)
    assert all(tally.total(option) == sum(tally.votes[side][option - 1] for side in SIDES) for option in (1, OPTIONS))

"""Cards that were issued after the backup that a centre was restored from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from frontdesk.backup import service as backup
from frontdesk.context import Context, Operator
from frontdesk.errors import CodedError
from frontdesk.home import Home
from frontdesk.locale import speaking, words_for
from frontdesk.shell import kiosk_words
from frontdesk.volunteers import service as volunteers
from frontdesk.volunteers.cards.code import make_code
from frontdesk.volunteers.register import editing
from tests.db.test_restoring import opened
from tests.desks import NOON
from tests.safe_backups import KEY, LI, WANG, cards, lively_desk

NEW = "0310004"


@pytest.fixture
def after(tmp_path: Path) -> Iterator[tuple[Context, dict[str, str]]]:
    """A restored centre, and cards that it cannot know: of a volunteer who came after the backup, and a newer one of
    somebody it knows.
    """
    desk = lively_desk(tmp_path / "home")
    file = backup.make_now(desk).path
    assert editing.add(desk, {"name": "周末来"}).no == NEW
    codes = {NEW: volunteers.issue_card(desk, NEW), LI: volunteers.replace_card(desk, LI)}
    codes["old"] = cards(desk)[WANG]
    desk.database.close()
    backup.restore(Home(tmp_path / "new"), file, KEY, clock=lambda: NOON + timedelta(days=7))
    new = opened(Home(tmp_path / "new"))
    yield new, codes
    new.database.close()


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(CodedError) as found:
        action()
    assert "{" not in words_for(found.value)
    return found.value.code


def ticking(context: Context) -> None:
    """Each scan from here on is an hour after the last."""
    hours = [0]

    def clock() -> object:
        hours[0] += 1
        return NOON + timedelta(days=7, minutes=hours[0])

    context.clock = clock  # type: ignore[assignment]


def test_a_genuine_card_that_is_unknown_is_parked_with_its_times_and_gives_no_visit(
    after: tuple[Context, dict[str, str]],
) -> None:
    desk, codes = after
    ticking(desk)
    for no in (NEW, LI, NEW):
        outcome = volunteers.scan(desk, codes[no])
        assert (outcome.result, outcome.reason, outcome.name, outcome.volunteer_no) == (
            "refused",
            "parked_card",
            "",
            None,
        )
    assert volunteers.scan(desk, codes["old"]).result == "entered"
    waiting = volunteers.parked_cards(desk)
    assert [(one.volunteer_no, one.serial, one.times, one.is_known) for one in waiting] == [
        (NEW, 1, 2, False),
        (LI, 2, 1, True),
    ]
    assert volunteers.parked_count(desk) == 2 == backup.status(desk).parked_cards
    assert len(volunteers.parked_attempts(desk, NEW, 1)) == 2
    assert not volunteers.here_now(desk) or {one.volunteer_no for one in volunteers.here_now(desk)} == {WANG}


def test_the_desk_and_the_kiosk_say_in_both_languages_that_the_card_is_genuine(
    after: tuple[Context, dict[str, str]],
) -> None:
    desk, codes = after
    outcome = volunteers.scan_at_kiosk(replace(desk, source="kiosk", operator=None), codes[NEW]).outcome
    assert volunteers.wrong_codes_in_a_row(desk) == []
    for language, word in (("zh_CN", "真"), ("en", "genuine")):
        with speaking(language):
            assert word in volunteers.refusal_words(outcome)
            assert word in kiosk_words.refusal_words(outcome)


def test_without_a_restoration_an_unknown_card_stays_unknown(tmp_path: Path) -> None:
    desk = lively_desk(tmp_path / "home")
    assert volunteers.scan(desk, make_code(desk.keys.card, NEW, 1)).reason == "unknown_card"
    assert volunteers.parked_cards(desk) == []
    desk.database.close()


def test_a_card_of_another_centre_is_never_parked(after: tuple[Context, dict[str, str]]) -> None:
    desk, _ = after
    assert volunteers.scan(desk, make_code(bytes(32), NEW, 1)).reason == "bad_mac"
    assert volunteers.parked_cards(desk) == []


def test_an_adopted_card_scans_and_replaces_the_one_before_it(after: tuple[Context, dict[str, str]]) -> None:
    desk, codes = after
    ticking(desk)
    before = cards(desk)[LI]
    volunteers.scan(desk, codes[LI])
    volunteers.adopt_parked(desk, LI, 2)
    assert volunteers.scan(desk, codes[LI]).result == "entered"
    assert volunteers.scan(desk, before).reason == "card_replaced"
    assert volunteers.parked_cards(desk) == []
    assert [one.state for one in volunteers.parked_cards(desk, all_of_them=True)] == ["adopted"]
    assert refusal(lambda: volunteers.adopt_parked(desk, LI, 2)) == "not_parked"


def test_adopting_makes_the_volunteer_whom_nobody_knows(after: tuple[Context, dict[str, str]]) -> None:
    desk, codes = after
    ticking(desk)
    volunteers.scan(desk, codes[NEW])
    assert refusal(lambda: volunteers.adopt_parked(desk, NEW, 1)) == "parked_name_needed"
    made = volunteers.adopt_parked(desk, NEW, 1, {"name": "周末来", "phone": "13600136004"})
    assert made.phone_cipher is not None and desk.keys.unseal(made.phone_cipher) == "13600136004"
    assert [one.no for one in volunteers.find(desk, "6004")] == [NEW]
    assert volunteers.scan(desk, codes[NEW]).result == "entered"


def test_a_rejected_card_stays_refused_and_no_new_card_gets_its_serial(after: tuple[Context, dict[str, str]]) -> None:
    desk, codes = after
    ticking(desk)
    volunteers.scan(desk, codes[LI])
    volunteers.scan(desk, codes[NEW])
    volunteers.reject_parked(desk, LI, 2)
    volunteers.reject_parked(desk, NEW, 1)
    assert volunteers.scan(desk, codes[LI]).reason == "card_revoked"
    assert volunteers.scan(desk, codes[NEW]).reason == "unknown_card"
    renewed = volunteers.replace_card(desk, LI)
    assert renewed != codes[LI] and volunteers.scan(desk, renewed).result == "entered"
    editing.add(desk, {"name": "别人", "no": NEW})
    assert volunteers.issue_card(desk, NEW) != codes[NEW]
    assert volunteers.scan(desk, codes[NEW]).reason == "unknown_card"


def test_a_newer_card_of_here_is_not_replaced_by_a_parked_one(after: tuple[Context, dict[str, str]]) -> None:
    desk, codes = after
    ticking(desk)
    volunteers.scan(desk, codes[LI])
    newer = volunteers.replace_card(desk, LI)
    assert refusal(lambda: volunteers.adopt_parked(desk, LI, 2)) == "parked_older"
    assert volunteers.scan(desk, newer).result == "entered"


def test_only_a_manager_decides(after: tuple[Context, dict[str, str]]) -> None:
    desk, codes = after
    volunteers.scan(desk, codes[LI])
    for operator, code in ((Operator("1002", "赵六", "operator"), "manager_required"), (None, "operator_required")):
        desk.operator = operator
        assert refusal(lambda: volunteers.adopt_parked(desk, LI, 2)) == code
        assert refusal(lambda: volunteers.reject_parked(desk, LI, 2)) == code

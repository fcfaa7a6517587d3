"""What the sync's screens say of a report, of a sync and of a stick."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.common.text import size_words, without_controls
from frontdesk.locale import LANGUAGES, catalogue, use_language
from frontdesk.sync.fetching import Arrived, Fetched
from frontdesk.sync.sending import Handled, SyncResult
from frontdesk.sync.status import REPORT_STATES, ReportStanding, ReportState, SyncStatus
from frontdesk.sync.usb import UsbWritten
from frontdesk.sync.usb_reading import UsbRead
from frontdesk.sync.usb_words import read_words, written_words
from frontdesk.sync.words import (
    AGAIN,
    KEYS,
    VALUES,
    advice,
    faults_of,
    next_lines,
    problem_words,
    reason_words,
    refusal_words,
    result_words,
    standing_lines,
)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each language in turn."""
    yield use_language(str(request.param))
    use_language("zh_CN")


def report(state: ReportState = "unsent", code: str = "", message: str = "", **details: object) -> ReportStanding:
    return ReportStanding(
        "r1", "weekly", "2026-W46", 2, state, since=5, submitted_at=4, code=code, message=message, details=details
    )


def moment(at: int) -> str:
    return f"<{at}>"


def handled(state: Literal["unsent", "sent", "refused"]) -> Handled:
    return Handled(1, 2, "r1", "2026-W46", 1, state)


def test_every_failure_that_has_words_can_be_said_with_the_code_alone(language: str) -> None:
    for key in catalogue(language, "sync"):
        if key.startswith("error."):
            words = problem_words(key.removeprefix("error."), "because")
            assert "{" not in words and words, key


def test_every_state_says_what_it_means_and_what_to_do(language: str) -> None:
    for state in REPORT_STATES:
        lines = [words for words, _ in standing_lines(report(state, "bad_body", "no good"), moment, True)]
        assert "<5>" in lines[0] and not any(".todo." in line or ".state." in line for line in lines)
        assert lines[-1] == advice(report(state, "bad_body"), True)
    assert advice(report(), False) != advice(report(), True)


def test_refusals_of_a_kind_have_their_own_way_out(language: str) -> None:
    ways = [
        {advice(report("refused", code), True) for code in codes}
        for codes in (AGAIN, KEYS, VALUES, ("period_locked",), ("too_large",))
    ]
    assert all(len(way) == 1 for way in ways) and len(set.union(*ways)) == len(ways)


def test_a_refusal_is_told_in_the_language_of_the_window_where_its_details_suffice(language: str) -> None:
    known = report("refused", "revision_taken", "said there", period="2026-W46", revision=2, next=3)
    assert "2026-W46" in reason_words(known) and reason_words(known) != "said there"
    assert reason_words(report("refused", "revision_taken", "said there")) == "said there"
    assert reason_words(report("refused", "never_heard_of", "said there")) == "said there"
    assert "never_heard_of" in reason_words(report("refused", "never_heard_of"))


def test_faults_of_single_figures_are_listed_whatever_the_district_sends() -> None:
    fault = {"index": 0, "code": "bad_value", "indicator": "ratings", "category": "五星"}
    assert faults_of(report("refused", faults=[fault, "?", {"code": "x"}])) == ["ratings 五星 bad_value", "x"]
    assert faults_of(report("refused", faults="?")) == []


def test_the_end_of_a_sync_is_told_with_all_that_came_of_it(language: str) -> None:
    done = SyncResult([handled("sent"), handled("refused")], unsent=3, problem="unreachable")
    words, tone, is_news = result_words(done)
    assert (tone, is_news) == ("bad", True) and problem_words("unreachable") in words and "3" in words
    assert result_words(SyncResult(fetched=Fetched()))[1:] == ("good", False)
    offline = result_words(SyncResult(fetched=Fetched(problem="unreachable")))
    assert offline == (problem_words("unreachable"), "warning", False)
    came = result_words(SyncResult(fetched=Fetched([Arrived("d", 1, "notice", "t")]), rotated=True))
    assert came[1:] == ("good", True)
    assert result_words(SyncResult(unsent=2, stopped=True))[1] == "warning"
    refused_key = result_words(SyncResult(fetched=Fetched(), rotation_problem="rotation_refused"))
    assert refused_key[1] == "warning" and "{" not in refused_key[0]


def test_what_is_next_names_the_pressing_first_and_says_so_where_it_is_nothing(language: str) -> None:
    status = SyncStatus(None, [], [report("unsent"), report("refused"), report("sent")], unread_notices=2)
    assert [tone for _, tone in next_lines(status, moment)] == ["warning", "bad", "warning", "warning", "warning"]
    assert [tone for _, tone in next_lines(SyncStatus(None, []), moment)] == ["warning"]


def test_a_stick_says_which_file_was_written_and_what_the_answer_brought(language: str) -> None:
    written = UsbWritten(
        Path("/m/up.fdu"), "b", 9, reports=2, readings=1, left=4, has_enrolment=True, has_rotation=True
    )
    assert "up.fdu" in written_words(written) and "4" in written_words(written)
    nothing, brought = read_words(UsbRead()), read_words(UsbRead(received=7, refused=1, strange=2, problem="not_ours"))
    assert nothing != brought and "7" in brought and problem_words("not_ours") in brought
    everything = UsbRead(arrived=[Arrived("d", 1, "notice", "t")], told=1, registered=True, key_changed=True)
    assert "{" not in read_words(everything)


@given(st.text())
def test_what_the_district_writes_moves_no_cursor_and_turns_no_line_round(text: str) -> None:
    shown = without_controls(f"{text}\x1b[2J\u202e{text}")
    assert not {one for one in shown if unicodedata.category(one) in ("Cc", "Cs") and one != "\n"}
    assert "\u202e" not in shown and without_controls(shown) == shown.removesuffix("\n")
    assert without_controls("一、值班\r\n\t二、电话") == "一、值班\n    二、电话"
    refused = report("refused", "never_heard_of", "\x1b]0;title\x07no")
    assert reason_words(refused) == "]0;titleno"


@pytest.mark.parametrize(
    ("size", "words"),
    [(None, ""), (0, "0 B"), (1023, "1023 B"), (2048, "2 KB"), (5 * 1024**3, "5.0 GB"), (1024**5, "1024.0 TB")],
)
def test_room_on_a_stick_is_said_as_people_say_it(size: int | None, words: str) -> None:
    assert size_words(size) == words


def test_a_refusal_is_told_in_the_language_of_this_window(language: str) -> None:
    here = refusal_words("revoked_key", "said by a district in another language", {"key_id": "k"})
    assert here == catalogue(language, "sync")["error.revoked_key"].format(key_id="k")
    assert refusal_words("of_a_newer_district", "its own words", {}) == "its own words"

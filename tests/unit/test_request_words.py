"""What a second person agrees to is read in words."""

from __future__ import annotations

import pytest

from frontdesk.access.screen import subject_words
from frontdesk.volunteers.hours.supplements import annulled_subject


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("resident/2 volunteer/0000001", "居民 2 志愿者 0000001"),
        ("0000001 2026-11-20 90' -", "0000001 2026-11-20 90 分钟"),
        ("0000001 2026-11-20 90' #7", "0000001 2026-11-20 90 分钟 #7"),
        (annulled_subject(12), "作废补录 12"),
        ("export/ratings 2026-11", "export/ratings 2026-11"),
    ],
)
def test_a_request_says_in_words_whose_and_how_much(subject: str, words: str) -> None:
    assert subject_words(subject) == words

"""A million spoilt files: all refused with a code that has words, in bounded memory, before anything is read."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import pytest

from frontdesk.locale import LANGUAGES, catalogue
from tests.sync.mutating import WHOLE, Outcome, try_nonsense, try_spoilt

MILLION, CHUNK = 1_000_000, 10_000
NONSENSE = 20_000
MOST_MB = 64
"""How much a process may grow over a hundred thousand spoilt files and the bombs among them."""


def held(outcome: Outcome) -> None:
    """Insist that nothing was taken in and every code has words."""
    assert outcome.taken_in == []
    for language in LANGUAGES:
        for code in outcome.codes.keys() - {WHOLE}:
            assert f"error.{code}" in catalogue(language, "sync")


def test_thousands_of_spoilt_files_are_refused_before_anything_is_read() -> None:
    outcome = try_spoilt(0, 6_000)
    held(outcome)
    assert outcome.files == 6_000
    expected = {"bad_signature", "truncated", "trailing_bytes", "too_large", "not_ours", "half_copied", "bad_sealing"}
    assert outcome.codes.keys() >= expected


def test_what_a_centre_gone_wrong_signs_is_refused_too() -> None:
    outcome = try_nonsense(0, 100)
    held(outcome)
    expected = {"inflates_past_cap", "bad_body", "bad_value", "bad_compression", "bad_bundle"}
    assert outcome.codes.keys() >= expected


def _share(first: int) -> Outcome:
    return try_spoilt(first, CHUNK)


def _nonsense(first: int) -> Outcome:
    return try_nonsense(first, NONSENSE // 20)


@pytest.mark.slow
def test_a_million_spoilt_files_are_refused_in_bounded_memory() -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=context) as pool:
        shares = list(pool.map(_share, range(0, MILLION, CHUNK)))
        nonsense = list(pool.map(_nonsense, range(0, NONSENSE, NONSENSE // 20)))
    codes: Counter[str] = Counter()
    for outcome in (*shares, *nonsense):
        held(outcome)
        codes += outcome.codes
    assert sum(outcome.files for outcome in shares) == MILLION
    grown = max(outcome.grown_mb for outcome in shares), max(outcome.grown_mb for outcome in nonsense)
    assert max(grown) < MOST_MB, f"memory grew by {grown} MB"

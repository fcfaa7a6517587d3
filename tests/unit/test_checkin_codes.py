"""A great many codes that nobody issued: none is read as a card."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from frontdesk.volunteers.cards.code import CodeFault, check_digit, make_code, read_code

KEY = bytes(range(32))
ISSUED = [make_code(KEY, f"{310000 + number:07d}", number % 3) for number in range(1000)]
DIGITS = "0123456789"


def mutated(chance: Random, code: str) -> str:
    """A card's code with some digits changed, swapped, lost or added; often with the check digit put right."""
    digits = list(code)
    kind = chance.random()
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        place = chance.randrange(len(digits))
        if kind < 0.6:
            digits[place] = chance.choice(DIGITS)
        elif kind < 0.8:
            other = chance.randrange(len(digits))
            digits[place], digits[other] = digits[other], digits[place]
        elif kind < 0.9:
            digits.insert(place, chance.choice(DIGITS))
        else:
            del digits[place]
    body = "".join(digits)
    return body[:-1] + str(check_digit(body[:-1])) if chance.random() < 0.7 else body


def made_up(count: int) -> Iterator[str]:
    """Codes made of issued ones, and codes made of nothing, in the shape of a card with a right check digit."""
    chance = Random(20261122)
    for turn in range(count):
        if turn % 2:
            yield mutated(chance, ISSUED[chance.randrange(len(ISSUED))])
        else:
            body = f"71{chance.randrange(10**17):017d}"
            yield f"{body}{check_digit(body)}"


def accepted(count: int) -> tuple[int, int]:
    """How many of so many codes were never issued, and how many of those were read as a card."""
    issued, tried, passed = set(ISSUED), 0, 0
    for code in made_up(count):
        if code in issued:
            continue
        tried += 1
        try:
            read_code(KEY, code)
        except CodeFault:
            continue
        passed += 1
    return tried, passed


@pytest.mark.parametrize("count", [100_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_of_so_many_mutated_and_random_codes_none_is_accepted(count: int) -> None:
    tried, passed = accepted(count * 104 // 100)
    assert passed == 0
    assert tried >= count


def test_every_issued_code_is_read() -> None:
    assert all(read_code(KEY, code).volunteer_no == code[2:9] for code in ISSUED)

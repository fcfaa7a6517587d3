"""The lottery: anybody who knows the seed and the numbers can draw it again."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b


def ticket(seed: str, seq_no: int) -> str:
    """What a number draws: BLAKE2b (64 bytes, hexadecimal) of the seed, a colon and the number, as UTF-8.

    `printf 'SEED:12' | b2sum` says the same.
    """
    return blake2b(f"{seed}:{seq_no}".encode()).hexdigest()


def drawn_order(seed: str, numbers: Iterable[int]) -> list[int]:
    """The numbers in the order in which they are drawn: by their tickets, lowest first."""
    return sorted(numbers, key=lambda number: (ticket(seed, number), number))

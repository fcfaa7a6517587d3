"""Waiting for the running program without sleeping through what is long over.

Textual's pilot waits for idleness in slices of 20 ms, in which the process must use less than 1 ms, three to five of
them for a key: of a test of a screen more than half went by asleep. Here a slice ends after 1 ms where the event loop
has nothing to run and no timer before the 20 ms are over, and no pool of threads has anything in hand, which may wait
for a disk or a lock without using the processor. Otherwise it goes on to the 20 ms.

What has changed is drawn by a timer of the screen, 60 times a second as it comes, so that nearly every key waited for
that one: a quarter of a screen's test again. It ticks faster for so long; a tick without changes draws nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

SLICE_SECONDS = 0.001
DRAWING_SECONDS = 0.002


@contextmanager
def short_waits() -> Iterator[None]:
    """For so long, waiting for idleness ends a few milliseconds after the program came to rest."""
    from textual import _wait, screen

    usual = _wait.SLEEP_GRANULARITY
    in_hand: set[Future[Any]] = set()
    submit = ThreadPoolExecutor.submit

    def watched(pool: ThreadPoolExecutor, case: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        future = submit(pool, case, *given, **named)
        in_hand.add(future)
        future.add_done_callback(in_hand.discard)
        return future

    async def sleep(_: float) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + usual
        await asyncio.sleep(SLICE_SECONDS)
        while loop.time() < end and (in_hand or _has_work_before(loop, end)):
            await asyncio.sleep(SLICE_SECONDS)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ThreadPoolExecutor, "submit", watched)
        patch.setattr(_wait, "sleep", sleep)
        patch.setattr(screen, "UPDATE_PERIOD", DRAWING_SECONDS)
        yield


def _has_work_before(loop: Any, end: float) -> bool:
    """Whether the event loop has something to run now, or a timer that is due before `end`."""
    return bool(loop._ready) or any(timer.when() <= end and not timer.cancelled() for timer in loop._scheduled)

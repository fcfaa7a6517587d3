"""Stopping a sync from another thread, also while a request is under way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class SyncStop:
    """Whether a running sync is to end. `stop` may be called from any thread and returns at once.

    It is what `sync_all`, `fetch` and `enrol_by_code` take as `should_stop`: called, it says whether `stop` was. Unlike
    a plain function it also breaks the connection on which an answer is being waited for.
    """

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._guard = threading.Lock()
        self._breakers: list[Callable[[], None]] = []

    def stop(self) -> None:
        """End the sync: the request under way is broken off, none follows it."""
        with self._guard:
            self._asked.set()
            breakers = list(self._breakers)
        for breaker in breakers:
            breaker()

    def __call__(self) -> bool:
        """Whether `stop` was called."""
        return self._asked.is_set()

    @contextmanager
    def breaking(self, breaker: Callable[[], None]) -> Iterator[None]:
        """Call `breaker` when the sync is stopped during the block, or at once where it was stopped before."""
        with self._guard:
            self._breakers.append(breaker)
            asked = self._asked.is_set()
        if asked:
            breaker()
        try:
            yield
        finally:
            with self._guard:
                self._breakers.remove(breaker)


ShouldStop = Callable[[], bool]
"""Asked between two steps of a sync; a `SyncStop` ends a step that is under way too."""

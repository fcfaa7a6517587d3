"""Processes that work on one roster side by side; the caller only carries messages and never solves.

Each process watches its pipe: when the caller ends, however it ends, or closes the pipe, they end as well. So a stop
never waits for a solver.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from math import inf
from multiprocessing.connection import Connection, wait
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any, Generic, TypeAlias, TypeVar

R = TypeVar("R")

Message: TypeAlias = tuple[str, float, R | None]
"""A kind, a cost or a bound, and the roster where the kind is `roster`."""

LISTENING_SECONDS = 0.05
"""How long the caller listens before it asks again whether it should stop."""

PARTING_SECONDS = 2.0
"""How long an ended process may take to be gone."""


def side_by_side(
    targets: Sequence[Callable[..., None]],
    arguments: Callable[[], tuple[Any, ...]],
    until: float,
    heard: Callable[[Message[R]], Message[R] | None],
    done: Callable[[], bool],
) -> None:
    """Run each target in a process of its own, called with its pipe and `arguments()`, and carry until the end.

    Spawned, so a program's main module must be importable. None is left behind. `until`, `heard` and `done`: see
    `carry`.
    """
    context = multiprocessing.get_context("spawn")
    pipes: list[Connection] = []
    processes = []
    try:
        for target in targets:
            ours, theirs = context.Pipe()
            process = context.Process(target=target, args=(theirs, *arguments()), daemon=True)
            process.start()
            theirs.close()
            pipes.append(ours)
            processes.append(process)
        carry(pipes, until, heard, done)
    finally:
        for pipe in pipes:
            pipe.close()
        for process in processes:
            process.kill()
            process.join(PARTING_SECONDS)


def carry(
    pipes: Sequence[Connection],
    until: float,
    heard: Callable[[Message[R]], Message[R] | None],
    done: Callable[[], bool],
) -> None:
    """Tell `heard` every message, and the other processes what it returns.

    Ends at the monotonic time `until`, when `done` says so, or when all have ended. One that dies leaves the others at
    work: nothing more comes from it, but what there is stays.
    """
    open_ones = list(pipes)
    while open_ones and not done() and (left := until - monotonic()) > 0:
        for ready in wait(open_ones, timeout=min(LISTENING_SECONDS, left)):
            assert isinstance(ready, Connection)
            try:
                message: Message[R] = ready.recv()
            except (EOFError, OSError):
                open_ones.remove(ready)
                continue
            news = heard(message)
            if news is not None:
                for other in open_ones:
                    if other is not ready:
                        _send(other, news)


def _send(pipe: Connection, message: Message[Any]) -> bool:
    try:
        pipe.send(message)
    except OSError:
        return False
    return True


class Colleague(Generic[R]):
    """A process's end of the pipe: what others found (`heard` once there is something), and the caller's life."""

    def __init__(self, pipe: Connection) -> None:
        """Listen from now on."""
        self._pipe, self._lock = pipe, Lock()
        self.heard = Event()
        self.cost = inf
        self._roster: R | None = None
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        """Keep the best roster heard of; end this process at once when the caller has gone."""
        while True:
            try:
                _, cost, roster = self._pipe.recv()
            except (EOFError, OSError):
                os._exit(0)
            with self._lock:
                if cost < self.cost:
                    self.cost, self._roster = cost, roster
            self.heard.set()

    def better_than(self, cost: float) -> tuple[float, R] | None:
        """The cost and roster found elsewhere when they are better."""
        with self._lock:
            return (self.cost, self._roster) if self._roster is not None and self.cost < cost else None

    def tell(self, kind: str, number: float, roster: R | None = None) -> None:
        """Send a message to the caller; without one there is nobody to work for."""
        if not _send(self._pipe, (kind, number, roster)):
            os._exit(0)

"""The thread that runs use cases for the screen, so that no disk ever delays a key."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from db.connection import explain

if TYPE_CHECKING:
    from frontdesk.clock import Clock
    from frontdesk.context import Context, Operator, Source
    from frontdesk.home import Home

T = TypeVar("T")


class Desk:
    """Runs use cases one after the other in a thread of its own, in the order in which they were asked for.

    `run_slow` uses a second thread and connection, so that exporting delays no scan. Only one of the two writes at a
    time: while a large import is being written, scans wait and are confirmed after it. What waits for a network or a
    stick has a thread of its own, so that no export waits for a district that does not answer; so have backups, which
    read the whole file while everything else goes on.
    """

    def __init__(self, home: Home, source: Source, clock: Clock) -> None:
        self._home = home
        self._source = source
        self._clock = clock
        self._quick = ThreadPoolExecutor(1, thread_name_prefix="desk")
        self._slow = ThreadPoolExecutor(1, thread_name_prefix="desk-slow")
        self._long = ThreadPoolExecutor(1, thread_name_prefix="desk-long")
        self._travelling = ThreadPoolExecutor(1, thread_name_prefix="desk-travelling")
        self._keeping = ThreadPoolExecutor(1, thread_name_prefix="desk-keeping")
        self._contexts: dict[ThreadPoolExecutor, Context] = {}
        self.operator: Operator | None = None
        self.export_folder = ""
        """The setting of that name, as the last use case found it."""
        self.idle_lock_minutes = 0
        """The setting of that name, as the last use case found it; 0 before the first."""

    def submit(self, case: Callable[[Context], T]) -> Future[T]:
        """Put a use case at the end of the queue; it acts for whoever is signed in now."""
        return self._quick.submit(self._run, self._quick, case, self.operator, self._source)

    def submit_scan(self, case: Callable[[Context], T]) -> Future[T]:
        """Put a scan at the end of the queue. Where nobody who writes is signed in, it is taken as the kiosk takes it:
        a volunteer at the door need not wait for staff.
        """
        operator = self.operator if self.operator is not None and self.operator.role != "auditor" else None
        return self._quick.submit(self._run, self._quick, case, operator, self._source if operator else "kiosk")

    async def run(self, case: Callable[[Context], T]) -> T:
        """Run a use case after those before it and wait for its result; its failure is raised here."""
        return await asyncio.wrap_future(self.submit(case))

    async def run_slow(self, case: Callable[[Context], T]) -> T:
        """Run a use case that takes seconds beside the quick ones."""
        return await asyncio.wrap_future(self._slow.submit(self._run, self._slow, case, self.operator, self._source))

    async def run_long(self, case: Callable[[Context], T]) -> T:
        """Run a use case that takes minutes, as planning does, so that exporting need not wait for it."""
        return await asyncio.wrap_future(self._long.submit(self._run, self._long, case, self.operator, self._source))

    async def run_travelling(self, case: Callable[[Context], T]) -> T:
        """Run a use case that waits for the district or for a stick: nothing else waits for these."""
        thread = self._travelling
        return await asyncio.wrap_future(thread.submit(self._run, thread, case, self.operator, self._source))

    async def run_keeping(self, case: Callable[[Context], T]) -> T:
        """Run a use case that reads or writes a whole backup."""
        thread = self._keeping
        return await asyncio.wrap_future(thread.submit(self._run, thread, case, self.operator, self._source))

    def _run(
        self, thread: ThreadPoolExecutor, case: Callable[[Context], T], operator: Operator | None, source: Source
    ) -> T:
        context = self._contexts.get(thread)
        if context is None:
            from frontdesk.context import open_context

            context = open_context(self._home, source=source, clock=self._clock)
            # A program that was killed may have left a rating between scans in the journal.
            context.database.owes_fold = True
            if thread is self._slow:
                clear_what_was_left(context)
        if context.operator is not operator or context.source != source:
            context = replace(context, operator=operator, source=source)
        self._contexts[thread] = context
        try:
            context.refresh_settings()
            self.export_folder = context.settings.export_folder
            self.idle_lock_minutes = context.settings.idle_lock_minutes
            return case(context)
        except sqlite3.Error as failure:
            # Writing has its own translation; this is a read that failed.
            raise explain(failure, self._home.database) from failure
        finally:
            if context.database.owes_fold:
                context.database.fold_if_free()

    def close(self) -> None:
        """Finish what was asked for, then close the connections."""
        for thread in (self._quick, self._slow, self._long, self._travelling, self._keeping):
            context = self._contexts.get(thread)
            if context is not None:
                thread.submit(context.database.close)
            thread.shutdown(wait=True)


def clear_what_was_left(context: Context) -> None:
    """Remove half a file, which may hold names, that a program that was killed has left among the exports, or half a
    list of the erased beside the centre's file and its backups.
    """
    from frontdesk.common.wholefile import clear_strays
    from frontdesk.home import exports_folder
    from frontdesk.privacy.service import ledger_folders

    for folder in (exports_folder(context.settings.export_folder), *ledger_folders(context)):
        clear_strays(folder)

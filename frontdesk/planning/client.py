"""The desk's end of the planning process: start it, ask, follow its progress, stop it. Blocking: call from a thread."""

from __future__ import annotations

import queue
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from threading import Lock, Thread
from time import monotonic
from typing import IO, ClassVar, TypeVar

from frontdesk.common.beside import start_beside
from frontdesk.errors import DeskError
from frontdesk.planning.ab import AbPlan, AbProgress
from frontdesk.planning.abcost import terms
from frontdesk.planning.abexplain import Conflict
from frontdesk.planning.abproblem import AbProblem, as_json
from frontdesk.planning.abremedy import Remedy
from frontdesk.planning.abreplan import AbReplan
from frontdesk.planning.protocol import (
    Document,
    conflict_of,
    document,
    line,
    plan_of,
    progress_of,
    remedies_of,
    replan_of,
)

T = TypeVar("T")

START_SECONDS = 30.0
"""How long the process may take to load on a slow PC."""

GRACE_SECONDS = 10.0
"""How long beyond its time an answer may take before the process counts as stuck."""

STOP_SECONDS = 3.0
"""How long after a stop the answer is waited for; then the best roster heard of is taken."""


class PlanningError(DeskError):
    """A failure of the planning process: `planner_died`, `planner_stuck`, `planner_refused`, `nothing_found`."""

    area: ClassVar[str] = "roster_plan"


class PlanningClient:
    """One planning process, started with the first question and again after it was lost. One question at a time."""

    def __init__(self, command: tuple[str, ...] | None = None) -> None:
        self._command = command or (sys.executable, "-m", "frontdesk.planning.worker")
        self._process: subprocess.Popen[bytes] | None = None
        self._heard: queue.SimpleQueue[Document | None] = queue.SimpleQueue()
        self._number = 0
        self._running: int | None = None
        self._stop_asked: float | None = None
        self._asking, self._writing = Lock(), Lock()

    # --- questions ------------------------------------------------------------------------------------------------

    def plan(
        self,
        problem: AbProblem,
        seconds: float,
        *,
        on_progress: Callable[[AbProgress], None] | None = None,
        team: bool = True,
    ) -> AbPlan:
        """Plan a roster. A stop keeps the best so far; so does a process that fails when there is one.

        Raises PlanningError when nothing was found before.
        """
        best: list[AbProgress] = []

        def follow(said: Document) -> None:
            progress = self._read(progress_of, said)
            if progress.holders is not None:
                best[:] = [progress]
            elif best:
                best[:] = [replace(progress, holders=best[0].holders)]
            if on_progress is not None:
                on_progress(progress)

        try:
            plan = self._read(plan_of, self._ask("plan", problem, seconds, {"team": team}, follow))
        except PlanningError:
            if not best or best[0].holders is None:
                raise
            found, last = best[0].holders, best[0]
            return AbPlan("feasible", found, last.cost, last.bound, terms(problem, found), last.seconds)
        if plan.status == "unknown":
            raise PlanningError("nothing_found")
        return plan

    def replan(self, problem: AbProblem, seconds: float = 30.0) -> AbReplan:
        """Mend a published roster with the fewest changes. Raises PlanningError."""
        return self._read(replan_of, self._ask("replan", problem, seconds, {}))

    def remedies(self, problem: AbProblem, seconds: float = 9.0) -> list[Remedy]:
        """What would fill the vacant roles. Raises PlanningError."""
        return self._read(remedies_of, self._ask("remedies", problem, seconds, {}))

    def explain(
        self, problem: AbProblem, slot: int | None = None, role: int = 0, seconds: float = 8.0
    ) -> Conflict | None:
        """Why a role stays vacant, or why locked roles make a roster impossible. Raises PlanningError."""
        return self._read(conflict_of, self._ask("explain", problem, seconds, {"slot": slot, "role": role}))

    def warm(self) -> None:
        """Start the process before it is needed. Raises PlanningError `planner_died`, `planner_stuck`."""
        with self._asking:
            self._ready()

    def stop(self) -> None:
        """End the running question early; its best so far is its answer. From any thread; without one, nothing."""
        running = self._running
        if running is not None:
            self._stop_asked = monotonic()
            self._send({"id": running, "kind": "stop"})

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        with self._writing:
            if process.stdin is not None and not process.stdin.closed:
                try:
                    process.stdin.close()
                except OSError:
                    process.kill()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def __enter__(self) -> PlanningClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- the process ----------------------------------------------------------------------------------------------

    def _ask(
        self,
        kind: str,
        problem: AbProblem,
        seconds: float,
        more: Document,
        follow: Callable[[Document], None] | None = None,
    ) -> Document:
        with self._asking:
            self._ready()
            self._number += 1
            number, self._running, self._stop_asked = self._number, self._number, None
            try:
                self._send({"id": number, "kind": kind, "seconds": seconds, "problem": as_json(problem), **more})
                return self._answer(number, monotonic() + seconds + GRACE_SECONDS, follow)
            finally:
                self._running = None

    def _read(self, of: Callable[[Document], T], said: Document) -> T:
        """What a document says. A process that says something else is not ours: it is cleared away."""
        try:
            return of(said)
        except (LookupError, TypeError, ValueError, AttributeError) as failure:
            self._kill()
            raise PlanningError("planner_died") from failure

    def _answer(self, number: int, until: float, follow: Callable[[Document], None] | None) -> Document:
        """Wait for the answer, passing progress on."""
        while True:
            said = self._next(until)
            if said.get("id") != number:
                continue
            content: Document = said.get("said", {})
            if said["kind"] == "result":
                return content
            if said["kind"] == "failed":
                raise PlanningError("planner_refused", reason=content.get("reason", ""))
            if follow is not None:
                follow(content)

    def _next(self, until: float) -> Document:
        """The next line. A process that is silent for too long, or gone, is cleared away."""
        while True:
            stopped = self._stop_asked
            limit = until if stopped is None else min(until, stopped + STOP_SECONDS)
            try:
                said = self._heard.get(timeout=max(0.0, min(0.2, limit - monotonic())))
            except queue.Empty:
                if monotonic() < limit:
                    continue
                self._kill()
                raise PlanningError("planner_stuck") from None
            if said is None:
                self._kill()
                raise PlanningError("planner_died")
            return said

    def _ready(self) -> None:
        """Start the process unless it is there."""
        if self._process is not None and self._process.poll() is None:
            return
        self._kill()
        self._heard = queue.SimpleQueue()
        try:
            self._process = start_beside(self._command)
        except OSError as failure:
            raise PlanningError("planner_died") from failure
        assert self._process.stdout is not None
        Thread(target=_listen, args=(self._process.stdout, self._heard), daemon=True).start()
        self._stop_asked = None
        while self._next(monotonic() + START_SECONDS)["kind"] != "ready":
            continue

    def _send(self, said: Document) -> None:
        process = self._process
        if process is None or process.stdin is None:
            return
        with self._writing:
            try:
                process.stdin.write(line(said))
                process.stdin.flush()
            except (OSError, ValueError):
                # Gone: the reader's end says so to whoever waits for the answer.
                return

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    try:
                        pipe.close()
                    except OSError:
                        continue


def _listen(outgoing: IO[bytes], heard: queue.SimpleQueue[Document | None]) -> None:
    """Read lines until the process ends, then say so with None."""
    try:
        for given in outgoing:
            try:
                said = document(given)
            except ValueError:
                continue
            if "kind" in said:
                heard.put(said)
    except (OSError, ValueError):
        heard.put(None)
        return
    heard.put(None)

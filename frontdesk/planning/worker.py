"""The planning process: `python -m frontdesk.planning.worker`. Reads questions from stdin, answers on stdout.

It stays up between questions, so that a replan does not wait for the solver to load, and ends with its parent: when
stdin closes it is gone at once, whatever it was doing, and so are the processes that it started.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
from collections.abc import Callable
from threading import Event, Thread
from typing import IO

from frontdesk.common.beside import give_way
from frontdesk.planning import highs
from frontdesk.planning.ab import AbProgress, plan
from frontdesk.planning.abexplain import explain
from frontdesk.planning.abproblem import from_json
from frontdesk.planning.abremedy import remedies
from frontdesk.planning.abreplan import replan
from frontdesk.planning.protocol import (
    Document,
    conflict_document,
    document,
    line,
    plan_document,
    progress_document,
    remedies_document,
    replan_document,
)

BROKEN_PIPE = 3
"""The exit code when nobody reads the answers any more."""


class _Desk:
    """The other end: questions in their order, the wish to stop the running one, and the answers."""

    def __init__(self, incoming: IO[bytes], outgoing: IO[bytes]) -> None:
        self._incoming, self._outgoing = incoming, outgoing
        self.questions: queue.SimpleQueue[Document] = queue.SimpleQueue()
        self.stopped: dict[int, Event] = {}
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for given in self._incoming:
            try:
                said = document(given)
                number, kind = int(said["id"]), str(said["kind"])
            except (ValueError, KeyError, TypeError):
                continue
            event = self.stopped.setdefault(number, Event())
            if kind == "stop":
                event.set()
            else:
                self.questions.put(said)
        os._exit(0)

    def say(self, number: int, kind: str, said: Document) -> None:
        """Answer; when nobody reads, end."""
        try:
            self._outgoing.write(line({"id": number, "kind": kind, **({"said": said} if said else {})}))
            self._outgoing.flush()
        except OSError:
            os._exit(BROKEN_PIPE)


def answer(said: Document, tell: Callable[[AbProgress], None], should_stop: Callable[[], bool]) -> Document:
    """The answer to one question. ValueError, KeyError or TypeError for one that is none."""
    problem = from_json(said["problem"])
    seconds = float(said["seconds"])
    if said["kind"] == "plan":
        return plan_document(plan(problem, seconds, on_progress=tell, should_stop=should_stop, team=said["team"]))
    if said["kind"] == "replan":
        return replan_document(replan(problem, seconds=seconds, should_stop=should_stop))
    if said["kind"] == "remedies":
        return remedies_document(remedies(problem, seconds=seconds, should_stop=should_stop))
    if said["kind"] == "explain":
        where = said["slot"], said["role"]
        return conflict_document(explain(problem, *where, seconds=seconds, should_stop=should_stop))
    raise ValueError(said["kind"])


def main() -> None:
    """Answer questions until stdin ends."""
    give_way()
    # Ctrl+C at a terminal reaches every process in it: the desk's is the one that answers it, with a stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    desk = _Desk(sys.stdin.buffer, sys.stdout.buffer)
    # What a library prints must not end up between the answers.
    sys.stdout = sys.stderr
    if highs.available():
        import highspy  # noqa: F401
    desk.say(0, "ready", {"solver": highs.available()})
    while True:
        said = desk.questions.get()
        number = int(said["id"])
        event = desk.stopped[number]

        def tell(progress: AbProgress, number: int = number) -> None:
            desk.say(number, "progress", progress_document(progress))

        try:
            desk.say(number, "result", answer(said, tell, event.is_set))
        except (ValueError, LookupError, TypeError, ImportError, MemoryError) as failure:
            desk.say(number, "failed", {"reason": f"{type(failure).__name__}: {failure}"})
        del desk.stopped[number]


if __name__ == "__main__":
    main()

"""Building a report in a process of its own, for windows: what takes a processor for a second keeps no scan waiting.

In a thread it would. Python runs one thread at a time, and a scan asks for its turn with every statement: beside a
thread that computes, one in a hundred took ten times as long.
"""

from __future__ import annotations

import pickle
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple

from frontdesk.common.beside import give_way, start_beside
from frontdesk.common.periods import Period
from frontdesk.common.wholefile import Written, part_of
from frontdesk.context import Context, Operator
from frontdesk.errors import CodedError, DeskError
from frontdesk.locale import current_language, use_language

Kind = Literal["xlsx", "pdf"]

COMMAND = (sys.executable, "-m", "frontdesk.reports.beside")


class BesideError(DeskError):
    """`builder_died`: the process that builds reports could not be started, or ended without an answer."""

    area: ClassVar[str] = "reports"


class Order(NamedTuple):
    """What the process is asked for: a report of this centre and period, masked, as it would be at this moment."""

    home: Path
    period: Period
    kind: Kind
    out: Path
    now: datetime
    language: str
    operator: Operator | None


def export_beside(context: Context, period: Period, kind: Kind, out: Path) -> Written:
    """Write the report of a period, every name masked, as `export_workbook` or `export_pdf` does, and return and raise
    what that does; BesideError `builder_died` besides. It blocks: call from a thread for what is slow.
    """
    out = out.absolute()
    order = Order(context.home.path, period, kind, out, context.now(), current_language(), context.operator)
    try:
        process = start_beside(COMMAND)
    except OSError as failure:
        raise BesideError("builder_died") from failure
    with process:
        said, _ = process.communicate(pickle.dumps(order))
    if process.returncode != 0 or not said:
        with suppress(OSError):
            part_of(out, process.pid).unlink(missing_ok=True)
        raise BesideError("builder_died")
    answer: Written | CodedError = pickle.loads(said)
    if isinstance(answer, CodedError):
        raise answer
    return answer


def build(order: Order) -> Written:
    """Write what was ordered; runs in the process of its own."""
    from frontdesk.context import open_context
    from frontdesk.home import Home
    from frontdesk.reports.exporting import export_workbook
    from frontdesk.reports.pdf import export_pdf

    use_language(order.language)
    context = open_context(Home(order.home), source="desk", clock=lambda: order.now, operator=order.operator)
    with context.database:
        if order.kind == "pdf":
            return export_pdf(context, order.period, order.out)
        return Written(export_workbook(context, order.period, order.out), "xlsx")


def main() -> None:
    """Answer the order on standard input with what was written, or with the refusal."""
    give_way()
    order = pickle.load(sys.stdin.buffer)
    answer: Written | CodedError
    try:
        answer = build(order)
    except CodedError as refusal:
        answer = refusal
    sys.stdout.buffer.write(pickle.dumps(answer))


if __name__ == "__main__":
    main()

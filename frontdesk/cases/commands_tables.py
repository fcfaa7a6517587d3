"""The commands of `case` that tell whole registers as tables: the matrix, the use of the lists, the bundle for whoever
supervises from outside.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cases.commands_files import typed_days
from frontdesk.cli_support import Invocation, emit, json_option, open_desk, out_option, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.cases.usage import Use

_table_out = click.option("--out", type=click.Path(path_type=Path), default=None, help=t("case_tables.help.out"))


@click.command("matrix", help=t("case_tables.help.matrix"))
@_table_out
@json_option
@pass_invocation
def matrix_command(invocation: Invocation, out: Path | None, as_json: bool) -> None:
    """The competency matrix as it stands."""
    from frontdesk.cases.matrix import matrix, matrix_table, write_matrix

    context = open_desk(invocation, writing=True)
    if out is not None:
        emit({"out": str(write_matrix(context, out))}, as_json, [t("case_papers.written", out=out)])
        return
    found = matrix(context)
    held, asked = found.covered
    cells = [
        {"matter": matter, "person": no, "standing": skill.standing, "level": skill.level, "until": skill.until}
        for matter in found.matters
        for no in found.people
        for skill in [found.skill(no, matter)]
    ]
    emit({"held": held, "asked": asked, "cells": cells}, as_json, list(matrix_table(context, found).lines()))


@click.command("usage", help=t("case_tables.help.usage"))
@click.option("--period", default="", metavar="2026-11", help=t("case_tables.help.period"))
@_table_out
@json_option
@pass_invocation
def usage_command(invocation: Invocation, period: str, out: Path | None, as_json: bool) -> None:
    """How the services of the three lists are used."""
    from frontdesk.cases.usage import usage, usage_table, write_usage
    from frontdesk.reports.service import period_named

    context = open_desk(invocation, writing=True)
    of = period_named(period or str(context.today().year), context)
    if out is not None:
        emit({"out": str(write_usage(context, of, out))}, as_json, [t("case_papers.written", out=out)])
        return
    found = usage(context, of)
    emit([_use_json(one) for one in found], as_json, list(usage_table(context, of, found).lines()))


def _use_json(one: Use) -> dict[str, object]:
    return {
        "number": one.number,
        "service": one.service,
        "state": one.state,
        "orders": one.orders,
        "stopped": one.stopped,
        "delivered": one.delivered,
        "came": one.came,
        "ratings": one.ratings,
        "last_ordered": one.last_ordered or None,
    }


@click.command("evidence", help=t("case_tables.help.evidence"))
@click.argument("registers", nargs=-1)
@click.option("--first", required=True, metavar="YYYY-MM-DD", help=t("case_tables.help.first"))
@click.option("--last", default="", metavar="YYYY-MM-DD", help=t("case_papers.help.last"))
@out_option(t("case_tables.help.out"))
@json_option
@pass_invocation
def evidence_command(
    invocation: Invocation, registers: tuple[str, ...], first: str, last: str, out: Path, as_json: bool
) -> None:
    """The bundle for whoever supervises from outside."""
    from frontdesk.cases.evidence import write_evidence

    context = open_desk(invocation, writing=True)
    begins, ends = typed_days(context, first, last)
    done = write_evidence(context, begins or context.today(), ends or context.today(), out, registers)
    words = t("case_tables.evidence.written", out=out, count=sum(done.records.values()), vouchers=done.vouchers)
    emit({"out": str(done.out), "records": done.records, "vouchers": done.vouchers}, as_json, [words])


COMMANDS = (matrix_command, usage_command, evidence_command)

"""Commands: mark who came, print sheets and tickets, look after no-shows, count."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from frontdesk.cli_support import FilledPath, Invocation, clear_options, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from db.attendance import FigureRow
    from frontdesk.access.service import Approver
    from frontdesk.activities.attendance.marking import Marked

_NUMBER = click.IntRange(1, 999_999)
_ID = click.IntRange(1, (1 << 63) - 1)
_STATUS = {"attended": "attended", "absent": "absent_notified", "no-show": "no_show", "none": None}


@click.group("attendance", help=t("cli.command.attendance"))
def attendance_group() -> None:
    """Who came to a session."""


@attendance_group.command("list", help=t("attendance.help.list"))
@click.argument("session")
@json_option
@pass_invocation
def list_command(invocation: Invocation, session: str, as_json: bool) -> None:
    """Whoever is expected, and what stands of everybody; names are masked."""
    from frontdesk.activities.attendance.listing import seats_of, sign_in_list
    from frontdesk.common.names import mask_name

    found = sign_in_list(open_desk(invocation, writing=False), session)
    value = {
        "session": session,
        "walk_ins": found.walk_ins,
        "parties": [
            {
                "registration": one.id,
                "number": one.seq_no,
                "name_masked": mask_name(one.name),
                "state": one.state,
                "seats": seats_of(one),
                "status": one.status,
                "came": one.came if one.status == "attended" else None,
            }
            for one in found.lines
        ],
    }
    lines = []
    for one in found.lines:
        status = t(f"attendance.status.{one.status}") if one.status else t("attendance.status.none")
        came = f" {one.came}" if one.status == "attended" else ""
        lines.append(f"{one.seq_no:>4}  {mask_name(one.name)}  {seats_of(one)}  {status}{came}")
    lines.append(t("attendance.line.walk_ins", count=found.walk_ins))
    emit(value, as_json, lines)


@attendance_group.command("mark", help=t("attendance.help.mark"))
@click.argument("session")
@click.argument("status", type=click.Choice(list(_STATUS)))
@click.argument("numbers", type=_NUMBER, nargs=-1)
@click.option("--seats", type=click.IntRange(1, 20), help=t("attendance.help.seats"))
@click.option("--rest", is_flag=True, help=t("attendance.help.rest"))
@click.option("--reason", default="", help=t("attendance.help.reason"))
@json_option
@pass_invocation
def mark_command(
    invocation: Invocation,
    session: str,
    status: str,
    numbers: tuple[int, ...],
    seats: int | None,
    rest: bool,
    reason: str,
    as_json: bool,
) -> None:
    """Record what became of parties by their sign-up numbers, or of everybody of whom nothing stands yet."""
    from frontdesk.activities.attendance.errors import AttendanceError
    from frontdesk.activities.attendance.marking import Wanted, is_untold, mark_many, mark_rest, unmarked
    from frontdesk.activities.signup.service import registrations

    if rest == bool(numbers) or (rest and (seats or status == "none")):
        raise click.UsageError(t("attendance.help.numbers_or_rest"))
    context, wanted = open_desk(invocation, writing=True), _STATUS[status]
    if rest:
        done = mark_rest(context, session, wanted, reason=reason)  # type: ignore[arg-type]
    else:
        ids = {one.seq_no: one.id for one in registrations(context, session)}
        if set(numbers) - ids.keys():
            raise AttendanceError("no_such_number")
        marks = [Wanted(ids[one], wanted, seats) for one in numbers]  # type: ignore[arg-type]
        done = mark_many(context, session, marks, reason=reason)
    lines = [t("attendance.line.marked", count=len(done))]
    left_open = rest and wanted == "no_show"
    untold = [one.seq_no for one in unmarked(context, session) if is_untold(one)] if left_open else []
    if untold:
        lines.append(t("attendance.rest_untold", numbers=", ".join(map(str, untold))))
    emit(_marked_json(session, done, untold), as_json, lines)


def _marked_json(session: str, done: list[Marked], untold: list[int]) -> dict[str, Any]:
    return {
        "session": session,
        "marked": [
            {
                "registration": one.registration_id,
                "before": one.before._asdict() if one.before else None,
                "after": one.after._asdict() if one.after else None,
            }
            for one in done
        ],
        "untold": untold,
    }


@attendance_group.command("walk-ins", help=t("attendance.help.walk_ins"))
@click.argument("session")
@click.argument("count", type=click.IntRange(0, 9999))
@click.option("--reason", default="", help=t("attendance.help.reason"))
@json_option
@pass_invocation
def walk_ins_command(invocation: Invocation, session: str, count: int, reason: str, as_json: bool) -> None:
    """How many people came without a sign-up."""
    from frontdesk.activities.attendance.marking import set_walk_ins

    before = set_walk_ins(open_desk(invocation, writing=True), session, count, reason=reason)
    value = {"session": session, "walk_ins": count, "before": before}
    emit(value, as_json, [t("attendance.line.walk_ins", count=count)])


@attendance_group.command("scan", help=t("attendance.help.scan"))
@click.argument("code")
@json_option
@pass_invocation
def scan_command(invocation: Invocation, code: str, as_json: bool) -> None:
    """Sign a party in by its ticket; exit code 1 where it is refused."""
    from frontdesk.activities.attendance.scanned import answer_of
    from frontdesk.activities.attendance.tickets import scan_ticket

    context = open_desk(invocation, writing=True)
    done = scan_ticket(context, code)
    value = {
        "result": "refused" if done.reason else "signed_in",
        "reason": done.reason or None,
        "session": done.session.code if done.session else None,
        "registration": done.registration_id,
        "number": done.seq_no or None,
        "seats": done.seats or None,
    }
    answer = answer_of(context, done)
    emit(value, as_json, [f"{answer.title}  {answer.words}"])
    if done.reason:
        raise SystemExit(1)


@attendance_group.command("sheet", help=t("attendance.help.sheet"))
@click.argument("session")
@click.option("--out", required=True, type=FilledPath(dir_okay=False), help=t("attendance.help.sheet_out"))
@click.option("--columns", default="", help=t("attendance.help.columns"))
@click.option("--blank-rows", type=click.IntRange(0, 200), default=5, help=t("attendance.help.blank_rows"))
@clear_options
@json_option
@pass_invocation
def sheet_command(
    invocation: Invocation,
    session: str,
    out: Path,
    columns: str,
    blank_rows: int,
    reason: str,
    approver: Approver | None,
    as_json: bool,
) -> None:
    """Write the sign-in sheet of a session."""
    from frontdesk.activities.attendance.sheet import USUAL, SheetPlan
    from frontdesk.activities.attendance.sheet_paper import export_sheet

    chosen = tuple(one.strip() for one in columns.split(",") if one.strip()) or USUAL
    plan = SheetPlan(chosen, blank_rows)  # type: ignore[arg-type]
    context = open_desk(invocation, writing=True)
    written = export_sheet(context, session, plan, out, reason=reason, approver=approver)
    emit({**written.as_json(), "session": session}, as_json, [t("attendance.written", out=out)])


@attendance_group.command("tickets", help=t("attendance.help.tickets"))
@click.argument("session")
@click.argument("numbers", type=_NUMBER, nargs=-1)
@click.option("--out", required=True, type=FilledPath(dir_okay=False), help=t("attendance.help.tickets_out"))
@json_option
@pass_invocation
def tickets_command(invocation: Invocation, session: str, numbers: tuple[int, ...], out: Path, as_json: bool) -> None:
    """Write tickets with their QR codes."""
    from frontdesk.activities.attendance.ticket_paper import export_tickets

    written = export_tickets(open_desk(invocation, writing=True), session, out, numbers)
    emit({**written.as_json(), "session": session}, as_json, [t("attendance.written", out=out)])


@attendance_group.command("penalties", help=t("attendance.help.penalties"))
@click.argument("resident", type=_ID, required=False)
@json_option
@pass_invocation
def penalties_command(invocation: Invocation, resident: int | None, as_json: bool) -> None:
    """Who may not sign up and who soon may not, or what it follows from for one person."""
    from frontdesk.activities.attendance.standing import history, standings
    from frontdesk.activities.attendance.words import history_json, history_lines, standing_json, standing_line

    context = open_desk(invocation, writing=False)
    if resident is not None:
        found = history(context, resident)
        emit(history_json(found), as_json, [text for text, _ in history_lines(found)])
        return
    listed = standings(context)
    lines = [standing_line(one) for one in listed] or [t("attendance.penalties_none")]
    emit([standing_json(one) for one in listed], as_json, lines)


@attendance_group.command("waive", help=t("attendance.help.waive"))
@click.argument("resident", type=_ID)
@click.option("--reason", default="", help=t("attendance.help.waive_reason"))
@click.option("--annul", type=_ID, help=t("attendance.help.annul"))
@json_option
@pass_invocation
def waive_command(invocation: Invocation, resident: int, reason: str, annul: int | None, as_json: bool) -> None:
    """Let nothing count any more that happened to a person up to today, or take such a waiver back."""
    from frontdesk.activities.attendance.standing import annul_waiver, waive

    context = open_desk(invocation, writing=True)
    if annul is not None:
        annul_waiver(context, annul, resident)
        emit({"resident": resident, "annulled": annul}, as_json, [t("attendance.waiver_annulled", id=annul)])
        return
    number = waive(context, resident, reason)
    emit({"resident": resident, "waiver": number}, as_json, [t("attendance.line.waived", id=number)])


@attendance_group.command("figures", help=t("attendance.help.figures"))
@click.argument("period")
@click.option("--by", type=click.Choice(["category", "type", "room", "lead", "month"]), default="category")
@json_option
@pass_invocation
def figures_command(invocation: Invocation, period: str, by: str, as_json: bool) -> None:
    """Sessions, person-times and persons of a period: three numbers."""
    from frontdesk.activities.attendance.errors import AttendanceError
    from frontdesk.activities.attendance.figures import attendance_by, attendance_totals
    from frontdesk.common.periods import parse_period

    try:
        span = parse_period(period)
    except ValueError as wrong:
        raise AttendanceError("bad_period", value=period) from wrong
    context = open_desk(invocation, writing=False)
    with context.database.reading():
        total = attendance_totals(context, span.first, span.last)
        rows = attendance_by(context, span.first, span.last, by)  # type: ignore[arg-type]
    value = {
        "period": span.key,
        "total": total.model_dump(exclude={"value"}),
        "by": by,
        "rows": [one.model_dump() for one in rows],
    }
    lines = [t("attendance.line.figures", value=one.value or "-", **one.model_dump(exclude={"value"})) for one in rows]
    lines.append(_figures_line(t("attendance.line.total"), total))
    emit(value, as_json, lines)


def _figures_line(value: str, row: FigureRow) -> str:
    said = {"sessions": row.sessions, "person_times": row.person_times, "persons": row.persons}
    return t("attendance.line.figures", value=value, **said)

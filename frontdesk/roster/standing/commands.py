"""Commands: the standing order (岗位与AB角备案) to read, to file, and to take in and out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from frontdesk.cli_support import FilledPath, Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.errors import DeskError
from frontdesk.locale import t
from frontdesk.roster.commands_support import record_number, typed_day

if TYPE_CHECKING:
    from db.standing_log import StandingChange
    from frontdesk.context import Context
    from frontdesk.roster.standing.changes import Change
    from frontdesk.roster.standing.order import Order

LIST_HEADING = "-- "


@click.group("order", help=t("roster_order.help.order"))
def order_group() -> None:
    """Posts, shifts, opening hours, who may stand where."""


def submit(context: Context, change: Change, as_json: bool) -> None:
    """Ask for a change and say what became of it."""
    from frontdesk.roster.standing.service import ask, standing_order
    from frontdesk.roster.standing.words import change_words

    asked = ask(context, change)
    said = change_words(standing_order(context), change)
    emit({"change": asked.id, "state": asked.state, "words": said}, as_json, [*said, state_words(asked)])


def state_words(asked: StandingChange) -> str:
    """What became of a change: done, or waiting under its number."""
    return t(f"roster_order.state_line.{asked.state}", id=asked.id)


@order_group.command("show", help=t("roster_order.help.show"))
@click.option("--filing", "filing_id", type=record_number, metavar="NO", help=t("roster_order.help.filing"))
@json_option
@pass_invocation
def show_command(invocation: Invocation, filing_id: int | None, as_json: bool) -> None:
    """The order in force, or a filing."""
    from frontdesk.roster.standing import service as standing
    from frontdesk.roster.standing.findings import findings
    from frontdesk.roster.standing.order import document
    from frontdesk.roster.standing.words import finding_words

    context = open_desk(invocation, writing=False)
    filing = standing.filing_of(context, filing_id) if filing_id is not None else None
    order = standing.filed_order(filing) if filing else standing.standing_order(context)
    missing = [] if filing else findings(order, context.today())
    value = document(order) | {
        "findings": [{"post": one.post, "code": one.code, **dict(one.values)} for one in missing]
    }
    emit(value, as_json, [*_order_lines(order), *(f"! {finding_words(one)}" for one in missing)])


def _order_lines(order: Order) -> list[str]:
    from frontdesk.roster.standing.words import contract_words, opening_words, span

    comma = t("roster_order.comma")
    lines = [LIST_HEADING + t("roster_order.print.posts")]
    for name, post in order.posts.items():
        holders = [
            f"{letter} {comma.join(order.name_of(no) for no in order.holders_of(name, letter)) or '-'}"
            for letter in "AB"
        ]
        shared = t("roster_order.shared" if post.shared_cover else "roster_order.not_shared")
        needs = t("roster_order.requires", names=comma.join(post.requirements)) if post.requirements else ""
        closed = t("roster_order.closed_from", day=post.closed_on) if post.closed_on else ""
        lines.append("  ".join(part for part in (name, *holders, shared, needs, closed) if part))
        lines += [f"    {words}" for words in opening_words(order, name)]
    lines.append(LIST_HEADING + t("roster_order.print.shifts"))
    for shift in order.shifts.values():
        rest = t("roster_order.minutes", count=shift.break_minutes)
        lines.append(f"{shift.code}  {shift.name}  {span(shift)}  {t('roster_order.print.column.break')} {rest}")
    lines.append(LIST_HEADING + t("roster_order.print.people"))
    lines += [f"{no}  {one.name}  {contract_words(order.contract_of(no))}" for no, one in order.people.items()]
    lines.append(LIST_HEADING + t("roster_order.print.matrix"))
    for no, person in order.people.items():
        cells = [
            f"{post} {order.holders.get((post, no)) or order.competencies[no, post].level}"
            for post in order.posts
            if (post, no) in order.holders or (no, post) in order.competencies
        ]
        if cells:
            lines.append(f"{no}  {person.name}  {comma.join(cells)}")
    return lines


@order_group.command("export", help=t("roster_order.help.export"))
@click.option("--out", required=True, type=FilledPath(dir_okay=False), help=t("roster_order.help.out_xlsx"))
@click.option("--filing", "filing_id", type=record_number, metavar="NO", help=t("roster_order.help.filing"))
@json_option
@pass_invocation
def export_command(invocation: Invocation, out: Path, filing_id: int | None, as_json: bool) -> None:
    """Write the order as a workbook."""
    from frontdesk.roster.standing import service as standing
    from frontdesk.roster.standing.sheet import export_order

    context = open_desk(invocation, writing=False)
    filing = standing.filing_of(context, filing_id) if filing_id is not None else None
    rows = export_order(context, out, standing.filed_order(filing) if filing else None)
    emit({"out": str(out), "rows": rows}, as_json, [t("roster_order.exported", out=out, count=sum(rows.values()))])


@order_group.command("import", help=t("roster_order.help.import"))
@click.argument("path", type=FilledPath(dir_okay=False))
@click.option("--dry-run", is_flag=True, help=t("roster_order.help.dry_run"))
@json_option
@click.pass_context
@pass_invocation
def import_command(invocation: Invocation, ctx: click.Context, path: Path, dry_run: bool, as_json: bool) -> None:
    """Take a workbook in."""
    from frontdesk.roster.standing.sheet import import_order, outcome_words

    taken = import_order(open_desk(invocation, writing=True), path, dry_run=dry_run)
    value: dict[str, Any] = taken.outcome.as_json() | {
        "change": taken.change.id if taken.change else None,
        "state": taken.change.state if taken.change else None,
    }
    emit(value, as_json, outcome_words(taken))
    if not taken.outcome.is_clean:
        ctx.exit(1)


@order_group.command("propose", help=t("roster_order.help.propose"))
@click.option("--staggered", multiple=True, metavar="POST", help=t("roster_order.help.staggered"))
@click.option("--holders-only", is_flag=True, help=t("roster_order.help.holders_only"))
@click.option("--dry-run", is_flag=True, help=t("roster_order.help.dry_run"))
@json_option
@pass_invocation
def propose_command(
    invocation: Invocation, staggered: tuple[str, ...], holders_only: bool, dry_run: bool, as_json: bool
) -> None:
    """A standing order to begin with, for the posts without opening hours."""
    from frontdesk.roster.standing import service as standing
    from frontdesk.roster.standing.words import change_words

    context = open_desk(invocation, writing=not dry_run)
    batch = standing.propose_standing_order(context, staggered=staggered, cross_trained=not holders_only)
    if not dry_run:
        submit(context, batch, as_json)
        return
    said = change_words(standing.try_change(context, batch).after, batch)
    emit({"change": None, "state": None, "words": said}, as_json, said)


@order_group.command("pending", help=t("roster_order.help.pending"))
@click.option("--all", "everything", is_flag=True, help=t("roster_order.help.all"))
@json_option
@pass_invocation
def pending_command(invocation: Invocation, everything: bool, as_json: bool) -> None:
    """The changes that wait for a manager, or all of them."""
    from frontdesk.roster.standing import service as standing
    from frontdesk.roster.standing.words import change_words

    context = open_desk(invocation, writing=False)
    order = standing.standing_order(context)
    found = standing.history(context) if everything else standing.pending_changes(context)
    values, lines = [], []
    for row, change in found:
        said = change_words(order, change)
        values.append(row.model_dump(exclude={"payload"}) | {"words": said})
        when = context.local(row.asked_at).strftime("%Y-%m-%d %H:%M")
        state = t(f"roster_order.state.{row.state}")
        lines.append(f"{row.id}  {when}  {order.name_of(row.asked_by)}  {state}  {row.reason}".rstrip())
        lines += [f"    {sentence}" for sentence in said]
    emit(values, as_json, lines or [t("roster_order.none_pending")])


@order_group.command("approve", help=t("roster_order.help.approve"))
@click.argument("change_id", type=record_number, metavar="NO")
@json_option
@pass_invocation
def approve_command(invocation: Invocation, change_id: int, as_json: bool) -> None:
    """Do what was asked for."""
    from frontdesk.roster.standing.service import approve

    done = approve(open_desk(invocation, writing=True), change_id)
    emit({"change": done.id, "state": done.state}, as_json, [state_words(done)])


@order_group.command("reject", help=t("roster_order.help.reject"))
@click.argument("change_id", type=record_number, metavar="NO")
@click.option("--reason", required=True, help=t("roster_order.help.reason"))
@json_option
@pass_invocation
def reject_command(invocation: Invocation, change_id: int, reason: str, as_json: bool) -> None:
    """Turn a change down, or take one's own back."""
    from frontdesk.roster.standing.service import reject

    reject(open_desk(invocation, writing=True), change_id, reason)
    words = t("roster_order.state_line.rejected", id=change_id)
    emit({"change": change_id, "state": "rejected"}, as_json, [words])


@order_group.command("file", help=t("roster_order.help.file"))
@click.option("--from", "effective", metavar="DAY", help=t("roster_order.help.effective"))
@json_option
@pass_invocation
def file_command(invocation: Invocation, effective: str | None, as_json: bool) -> None:
    """File the order in force."""
    from frontdesk.roster.standing.service import file_order

    context = open_desk(invocation, writing=True)
    day = typed_day(effective, context.today()) if effective else context.today()
    filed = file_order(context, day)
    value = filed.model_dump(exclude={"document"})
    emit(value, as_json, [t("roster_order.filed", id=filed.id, day=filed.effective_from, digest=filed.digest)])


@order_group.command("filings", help=t("roster_order.help.filings"))
@click.option("--diff", nargs=2, type=record_number, metavar="NO NO", help=t("roster_order.help.diff"))
@json_option
@pass_invocation
def filings_command(invocation: Invocation, diff: tuple[int, int] | None, as_json: bool) -> None:
    """All filings, or how two of them differ."""
    from frontdesk.roster.standing import service as standing
    from frontdesk.roster.standing.words import difference

    context = open_desk(invocation, writing=False)
    if diff is not None:
        before, after = (standing.filed_order(standing.filing_of(context, one)) for one in diff)
        said = difference(before, after)
        emit({"before": diff[0], "after": diff[1], "words": said}, as_json, said or [t("roster_order.diff.same")])
        return
    rows = standing.filings(context)
    lines = [f"{one.id}  {one.effective_from}  {context.local_day(one.filed_at)}  {one.digest}" for one in rows]
    emit([one.model_dump(exclude={"document"}) for one in rows], as_json, lines or [t("roster_order.none_filed")])


@order_group.command("print", help=t("roster_order.help.print"))
@click.option("--out", required=True, type=FilledPath(dir_okay=False), help=t("roster_order.help.out_pdf"))
@click.option("--filing", "filing_id", type=record_number, metavar="NO", help=t("roster_order.help.filing"))
@json_option
@pass_invocation
def print_command(invocation: Invocation, out: Path, filing_id: int | None, as_json: bool) -> None:
    """Write the order in force, or a filing, as a PDF."""
    from frontdesk.roster.standing.print import print_order
    from frontdesk.roster.standing.service import filing_of

    if out.suffix.lower() not in ("", ".pdf"):
        raise DeskError("bad_value", field="--out", key="out", rule=".pdf")
    context = open_desk(invocation, writing=False)
    filing = filing_of(context, filing_id) if filing_id is not None else None
    printed = print_order(context, out, filing=filing)
    value = {"out": str(out), "pages": printed.pages, "romanised": list(printed.romanised)}
    emit(value, as_json, [t("roster_order.printed", out=out, pages=printed.pages)])

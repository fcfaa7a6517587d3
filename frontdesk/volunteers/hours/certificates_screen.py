"""Certificates on the screen: issue one, verify a number, print again, revoke."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import ClassVar

from db.certificates import CertificateLine
from frontdesk.common.names import mask_name
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, QuestionDialog, Wrong
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import Line, ReadDialog
from frontdesk.shell.rowlist import Column, Row
from frontdesk.volunteers.hours import certificates, issuing
from frontdesk.volunteers.hours.certificate_numbers import grouped_number
from frontdesk.volunteers.hours.certificates import Verified
from frontdesk.volunteers.hours.issuing import Issuing, Warnings
from frontdesk.volunteers.hours.rounding import clock_hours
from frontdesk.volunteers.hours.span_screen import AREA, CLOSE
from frontdesk.volunteers.hours.words import certificate_facts, warning_lines

FIELDS = ("issuer", "responsible", "handler", "contact")


async def ask_certificate(screen: DeskScreen, volunteer_no: str, first: date, last: date) -> None:
    """Say what should be known before, ask who stands behind the certificate, issue it, and write its PDF."""

    def case(context: Context) -> tuple[Issuing, Warnings]:
        return issuing.proposed_issuing(context), issuing.warnings_for(context, volunteer_no, first, last)

    found = await screen.attempt(case)
    if found is None:
        return
    proposed, warnings = found

    async def ask() -> None:
        await _ask_issuing(screen, volunteer_no, first, last, proposed)

    if not warnings:
        await ask()
        return

    async def answered(yes: bool | None) -> None:
        if yes:
            await ask()

    question = "\n".join([*warning_lines(warnings), t("hours.screen.issue_anyway")])
    await screen.app.push_screen(QuestionDialog(question, t("hours.screen.issue_yes")), answered)


async def _ask_issuing(screen: DeskScreen, volunteer_no: str, first: date, last: date, proposed: Issuing) -> None:
    warned: set[str] = set()

    async def save(values: dict[str, str]) -> str | Wrong | None:
        by = Issuing(**{name: values[name] for name in FIELDS})
        again = "already_issued" in warned
        try:
            issued = await screen.desk_app.desk.run_slow(
                lambda context: issuing.issue(
                    context, volunteer_no, first, last, by, out=lambda number: _path(screen, number), again=again
                )
            )
        except CodedError as refusal:
            warned.add(refusal.code)
            missing = refusal.details.get("missing")
            if isinstance(missing, list) and missing:
                return Wrong(words_for(refusal), missing[0])
            return words_for(refusal)
        screen.desk_app.mark_stale()
        screen.call_later(_say_written, screen, issued.certificate.number, issued.out, issued.romanised)
        return None

    fields = tuple(Field(name, t(f"hours.certificate.{name}"), getattr(proposed, name)) for name in FIELDS)
    title = t("hours.screen.issue_title", no=volunteer_no, first=first, last=last)
    await screen.app.push_screen(FormDialog(title, fields, save))


def _path(screen: DeskScreen, number: str) -> Path:
    """Where the PDF of a certificate goes: to the other papers."""
    called = f"{t('hours.screen.file.certificate')}-{grouped_number(number)}"
    return free_path(screen.desk_app.export_folder(), called, ".pdf")


def _say_written(screen: DeskScreen, number: str, out: Path, romanised: tuple[str, ...] = ()) -> None:
    words = t("hours.screen.certificate_written", number=grouped_number(number), out=out)
    if romanised:
        words += "\n" + t("hours.romanised", words="、".join(romanised))
    screen.notify(words, timeout=12)


async def write_certificate(screen: DeskScreen, number: str) -> None:
    """Write the PDF of a certificate once more, as it was issued."""
    out = _path(screen, number)
    done = await screen.attempt(lambda context: certificates.print_certificate(context, number, out), slow=True)
    if done is not None:
        _say_written(screen, number, out)


class CertificatesScreen(PushedListScreen):
    """The certificates that were issued, the latest first."""

    area: ClassVar[str] = AREA
    title_key: ClassVar[str] = "certificates_title"
    list_id: ClassVar[str] = "certificates"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "show_certificate", "enter"),
        Command(AREA, "verify", "f7"),
        Command(AREA, "print_certificate", "ctrl+o"),
        Command(AREA, "revoke", "ctrl+r"),
        CLOSE,
    )

    def __init__(self) -> None:
        super().__init__()
        self._listed: list[CertificateLine] = []

    def columns(self) -> tuple[Column, ...]:
        """Its number, whose, which days, how many hours, and whether it is valid."""
        return (
            Column(t("hours.screen.column.certificate"), 13),
            Column(t("hours.certificate.name")),
            Column(t("hours.screen.column.key"), 8),
            Column(t("hours.certificate.period"), 23),
            Column(t("hours.screen.column.total"), 8, "right"),
            Column(t("hours.certificate.issued_on"), 10, optional=True),
            Column(t("hours.paper.column.state"), 8),
        )

    def empty_words(self) -> str:
        """None was issued yet."""
        return t("hours.certificate.none")

    async def load(self) -> None:
        """Read them."""
        self._listed = await self.desk_app.desk.run(certificates.certificates)
        framed(self.panel, t("hours.screen.certificates_panel", count=len(self._listed)))
        self.rows.set_rows([_row(one) for one in self._listed])

    def _one(self) -> CertificateLine | None:
        return self.under_cursor(self._listed, lambda one: one.number)

    def why_not(self, name: str) -> str | None:
        """Everything but verifying is about a certificate of the list."""
        if name in ("print_certificate", "revoke") and self.is_auditor:
            return t("hours.screen.auditor")
        one = self._one()
        if name in ("show_certificate", "print_certificate", "revoke") and one is None:
            return t("hours.certificate.none")
        if name == "revoke" and one is not None and one.revoked_at is not None:
            return t("hours.screen.revoked_already")
        return None

    async def do_show_certificate(self) -> None:
        """What stands on it, the name masked."""
        one = self._one()
        assert one is not None
        lines: list[Line] = [(line, "") for line in certificate_facts(one)]
        await self.app.push_screen(ReadDialog(t("hours.screen.certificate_title"), lines))

    async def do_verify(self) -> None:
        """Ask for a number, typed or scanned from the paper, and say what it comes to."""

        async def save(values: dict[str, str]) -> str | None:
            try:
                found = await self.desk_app.desk.run(lambda context: certificates.verify(context, values["number"]))
            except CodedError as failure:
                return words_for(failure)
            if found.verdict == "mistyped":
                return t("hours.verdict.mistyped")
            self.call_later(self._show_verdict, found)
            return None

        field = Field("number", t("hours.certificate.number"), hint=t("hours.screen.verify_hint"))
        await self.app.push_screen(FormDialog(t("hours.screen.verify_title"), (field,), save))

    async def _show_verdict(self, found: Verified) -> None:
        tone = "good" if found.verdict == "genuine" else "bad"
        lines: list[Line] = [(t(f"hours.verdict.{found.verdict}"), tone)]  # type: ignore[list-item]
        if found.certificate is not None:
            lines += [(line, "") for line in certificate_facts(found.certificate)]
        await self.app.push_screen(ReadDialog(t("hours.screen.verify_title"), lines))

    async def do_print_certificate(self) -> None:
        """Print it again."""
        one = self._one()
        assert one is not None
        await write_certificate(self, one.number)

    async def do_revoke(self) -> None:
        """Revoke it, with a reason."""
        one = self._one()
        assert one is not None
        number = one.number

        async def save(values: dict[str, str]) -> str | None:
            try:
                await self.desk_app.desk.run(lambda context: certificates.revoke(context, number, values["reason"]))
            except CodedError as refusal:
                return words_for(refusal)
            self.notify(t("hours.screen.revoked", number=grouped_number(number)))
            await self.reload()
            return None

        field = Field("reason", t("hours.screen.reason"), hint=t("hours.screen.reason_hint"))
        title = t("hours.screen.revoke_title", number=grouped_number(number))
        await self.app.push_screen(FormDialog(title, (field,), save))


def _row(one: CertificateLine) -> Row:
    revoked = one.revoked_at is not None
    cells = (
        grouped_number(one.number),
        mask_name(one.name),
        one.volunteer_no,
        f"{one.first} - {one.last}",
        clock_hours(one.measured_minutes + one.supplemented_minutes),
        one.issued_on,
        t("hours.certificate.revoked" if revoked else "hours.certificate.valid"),
    )
    return Row(one.number, cells, "muted" if revoked else "")

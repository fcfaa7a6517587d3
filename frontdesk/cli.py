"""The command line.

Commands are found by a table and loaded when they are called, so that `--help` is instant.
"""

from __future__ import annotations

import sys

from frontdesk.cli_output import printed, settle_streams
from frontdesk.locale import t, use_language

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("frontdesk.staff.commands", "init_command"),
    "demo": ("frontdesk.demo.commands", "demo_command"),
    "kiosk": ("frontdesk.shell.commands", "kiosk_command"),
    "import": ("frontdesk.imports.commands", "import_group"),
    "calendar": ("frontdesk.calendar.commands", "calendar_group"),
    "roster": ("frontdesk.roster.commands", "roster_group"),
    "activity": ("frontdesk.activities.sessions.commands", "activity_group"),
    "series": ("frontdesk.activities.series.commands", "series_group"),
    "staff": ("frontdesk.staff.commands", "staff_group"),
    "permissions": ("frontdesk.access.commands", "permissions_command"),
    "approval": ("frontdesk.access.commands", "approval_group"),
    "card": ("frontdesk.volunteers.commands", "card_group"),
    "volunteer": ("frontdesk.volunteers.register.commands", "volunteer_group"),
    "resident": ("frontdesk.residents.commands", "resident_group"),
    "scan": ("frontdesk.volunteers.commands", "scan_command"),
    "checkin": ("frontdesk.volunteers.checkin.commands", "checkin_group"),
    "hours": ("frontdesk.volunteers.hours.commands", "hours_group"),
    "certificate": ("frontdesk.volunteers.hours.commands_certificates", "certificate_group"),
    "signup": ("frontdesk.activities.signup.commands", "signup_group"),
    "room": ("frontdesk.activities.rooms.commands_files", "room_group"),
    "fee": ("frontdesk.activities.fees.commands", "fee_group"),
    "exchange": ("frontdesk.activities.exchange.commands", "exchange_group"),
    "rating": ("frontdesk.feedback.commands", "rating_group"),
    "review": ("frontdesk.feedback.review.commands", "review_group"),
    "follow-up": ("frontdesk.feedback.followup.commands", "follow_up_group"),
    "report": ("frontdesk.reports.commands", "report_group"),
    "indicator": ("frontdesk.reports.indicators.commands", "indicator_group"),
    "period": ("frontdesk.reports.closing.commands", "period_group"),
    "letter": ("frontdesk.reports.letters.commands", "letter_group"),
    "brief": ("frontdesk.reports.brief.commands", "brief_command"),
    "totals": ("frontdesk.reports.brief.commands", "totals_command"),
    "sync": ("frontdesk.sync.commands", "sync_group"),
    "district": ("frontdesk.district.commands", "district_group"),
    "assignment": ("frontdesk.volunteers.assignments.commands", "assignment_group"),
    "attendance": ("frontdesk.activities.attendance.commands", "attendance_group"),
    "settings": ("frontdesk.settings.commands", "settings_group"),
    "monthly": ("frontdesk.activities.monthly.commands", "monthly_group"),
    "demand": ("frontdesk.activities.monthly.demand_commands", "demand_group"),
    "case": ("frontdesk.cases.commands", "case_group"),
    "backup": ("frontdesk.backup.commands", "backup_group"),
    "restore": ("frontdesk.backup.commands_restore", "restore_command"),
    "person": ("frontdesk.privacy.commands", "person_group"),
    "privacy": ("frontdesk.privacy.commands", "privacy_group"),
    "audit": ("frontdesk.audit.commands", "audit_group"),
    "keys": ("frontdesk.keychange.commands", "keys_group"),
    "check": ("frontdesk.check.commands", "check_command"),
    "upgrade": ("frontdesk.check.upgrade_commands", "upgrade_command"),
    "manual": ("frontdesk.shell.commands", "manual_command"),
}
"""Every command, in the order in which the help lists them: its module and its name there."""

OPTIONS = ("home", "as", "lang", "version", "help")


def help_text() -> str:
    """The help of the whole program, in the language in force."""
    lines = [t("cli.usage"), "", t("cli.about"), "", t("cli.options")]
    lines += [f"  {t(f'cli.option.{name}.form'):<14} {t(f'cli.option.{name}')}" for name in OPTIONS]
    lines += ["", t("cli.commands")]
    lines += [f"  {name:<14} {t(f'cli.command.{name}')}" for name in COMMANDS]
    return "\n".join([*lines, "", t("cli.without_command")])


def run(arguments: list[str]) -> int:
    """Run one command line; returns the exit code: 0, 1 for a failure that is said, 2 for wrong usage."""
    language, others = _language_in(arguments)
    use_language(language)
    settle_streams()
    return printed(lambda: _run([*(() if language is None else ("--lang", language)), *others]))


def _run(arguments: list[str]) -> int:
    if arguments and set(arguments) <= {"--help", "-h"}:
        sys.stdout.write(help_text() + "\n")
        return 0
    from frontdesk.cli_errors import guarded

    as_json = "--json" in arguments or not sys.stdout.isatty()
    if not arguments:
        return guarded(_open, as_json)

    from frontdesk.cli_main import run_click

    return guarded(lambda: run_click(arguments, as_json), as_json)


def _open() -> int:
    """Open the desk without loading the parser of command lines: the first screen should not wait for it."""
    from frontdesk.invocation import Invocation
    from frontdesk.shell.opening import open_program

    open_program(Invocation())
    return 0


def _language_in(arguments: list[str]) -> tuple[str | None, list[str]]:
    """The language asked for, wherever it stands, and the other arguments. Of several the last holds.

    It is needed before anything is parsed, because help and errors are words too; and no command has another option of
    this name, so that it may stand behind any of them.
    """
    language, others = None, list[str]()
    rest = iter(arguments)
    for argument in rest:
        name, is_joined, joined = argument.partition("=")
        value = (joined if is_joined else next(rest, None)) if name == "--lang" else None
        if argument == "--":
            others += [argument, *rest]
        elif value is not None:
            language = value
        else:
            others.append(argument)
    return language, others

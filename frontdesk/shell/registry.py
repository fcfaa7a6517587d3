"""The one place where the shell knows its features: which screen a command opens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from frontdesk.common.scananswer import ScanAnswer
    from frontdesk.context import Context
    from frontdesk.shell.base import DeskScreen

SCREENS: dict[str, tuple[str, str]] = {
    "today": ("frontdesk.today.screen", "TodayScreen"),
    "sessions": ("frontdesk.activities.screen", "SessionsScreen"),
    "volunteers": ("frontdesk.volunteers.screen", "VolunteersScreen"),
    "ratings": ("frontdesk.feedback.screen", "RatingsScreen"),
    "report": ("frontdesk.reports.screen", "ReportScreen"),
    "sync": ("frontdesk.sync.screen", "SyncScreen"),
    "cases": ("frontdesk.cases.screen", "CasesScreen"),
    "roster": ("frontdesk.roster.screen", "RosterScreen"),
    "standing": ("frontdesk.roster.standing.screen", "StandingScreen"),
    "staff": ("frontdesk.staff.screen", "StaffScreen"),
    "import": ("frontdesk.imports.screen", "ImportScreen"),
    "settings": ("frontdesk.settings.screen", "SettingsScreen"),
    "safety": ("frontdesk.safety.screen", "SafetyScreen"),
}
"""Screens by the name of the command that opens them, in the order of their keys."""

DOORS: dict[str, tuple[str, str]] = {
    "sign_in": ("frontdesk.door.screen", "SignInScreen"),
    "wizard": ("frontdesk.door.screen", "WizardScreen"),
}
"""What stands before the desk: the sign-in, and without a centre the wizard."""


FORMS: dict[str, tuple[str, str]] = {
    "absence": ("frontdesk.roster.day.absence_screen", "ask_absence_of"),
    "approval": ("frontdesk.access.screen", "ask_approval"),
    "assignments": ("frontdesk.volunteers.assignments.screen", "open_assignments"),
    "answers": ("frontdesk.volunteers.checkin.answers_screen", "ask_answers"),
    "audit": ("frontdesk.audit.screen", "open_audit"),
    "backups": ("frontdesk.backup.screen", "open_backups"),
    "case_new": ("frontdesk.cases.new_screen", "open_new"),
    "case_entered": ("frontdesk.cases.new_screen", "open_entered"),
    "case_adopted": ("frontdesk.cases.adopting_screen", "open_adopted"),
    "case_duties": ("frontdesk.cases.duties_screen", "open_duties"),
    "case": ("frontdesk.cases.detail_screen", "open_detail"),
    "case_form": ("frontdesk.cases.form_screen", "open_form"),
    "case_files": ("frontdesk.cases.papers.screen", "ask_files"),
    "case_overview": ("frontdesk.cases.overview_screen", "open_overview"),
    "case_print": ("frontdesk.cases.papers.screen", "ask_print"),
    "case_tally": ("frontdesk.cases.papers.screen", "open_tally"),
    "check": ("frontdesk.check.screen", "open_check"),
    "demand": ("frontdesk.activities.monthly.demand_screen", "open_demand"),
    "follow_ups": ("frontdesk.feedback.followup.screen", "open_follow_ups"),
    "history": ("frontdesk.audit.screen", "open_history"),
    "key_change": ("frontdesk.keychange.screen", "open_key_change"),
    "letters": ("frontdesk.reports.letters.screen", "open_letters"),
    "month": ("frontdesk.activities.monthly.screen", "open_month"),
    "parked": ("frontdesk.volunteers.checkin.parked_screen", "open_parked"),
    "permissions": ("frontdesk.access.screen", "open_permissions"),
    "person": ("frontdesk.privacy.screen", "open_person"),
    "person_data": ("frontdesk.privacy.screen", "open_people"),
    "queue": ("frontdesk.activities.signup.queue_screen", "open_queue"),
    "recovery_key": ("frontdesk.backup.key_screen", "open_recovery_key"),
    "resident": ("frontdesk.residents.detail_screen", "open_resident"),
    "residents": ("frontdesk.residents.screen", "open_residents"),
    "restore": ("frontdesk.backup.restore_screen", "open_restore"),
    "retention": ("frontdesk.privacy.screen", "open_retention"),
    "review": ("frontdesk.volunteers.checkin.review_screen", "open_review"),
    "sign_up": ("frontdesk.activities.signup.box_screen", "open_sign_up"),
    "tell": ("frontdesk.activities.signup.telling_screen", "open_tell"),
    "volunteer": ("frontdesk.volunteers.register.detail_screen", "open_detail"),
    "undo": ("frontdesk.volunteers.checkin.undo_screen", "ask_undo"),
}
"""Dialogs that one feature has and others open: a function of the screen below and whatever it needs to know."""

SCANS: dict[str, tuple[str, str]] = {
    "2": ("frontdesk.activities.attendance.scanned", "answer_to_scan"),
}
"""What is scanned besides the cards of volunteers: by the version in the code, who decides it. Given the context and
the code, it answers with a `ScanAnswer`.
"""


def scan_decider(code: str) -> Callable[[Context, str], ScanAnswer] | None:
    """Who decides a code, imported when it is first needed; None for the cards of volunteers and whatever is no code of
    ours.
    """
    from frontdesk.common.digitcode import version_of

    place = SCANS.get(version_of(code))
    if place is None:
        return None
    found: Callable[[Context, str], ScanAnswer] = getattr(import_module(place[0]), place[1])
    return found


def form(name: str) -> Callable[..., Awaitable[None]]:
    """The function that opens a dialog, imported when it is first needed."""
    module, attribute = FORMS[name]
    found: Callable[..., Awaitable[None]] = getattr(import_module(module), attribute)
    return found


def screen_class(name: str) -> type[DeskScreen]:
    """The class of a screen, imported when it is first needed."""
    module, attribute = (SCREENS | DOORS)[name]
    found: type[DeskScreen] = getattr(import_module(module), attribute)
    return found

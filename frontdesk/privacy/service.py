"""Personal data for the rest of the program: notices, consent, how long something is kept, one person's data shown,
exported and erased.
"""

from __future__ import annotations

from frontdesk.privacy.consent import (
    Consent,
    Reminder,
    consent_of,
    give,
    keep_by_law,
    reminders,
    withdraw,
)
from frontdesk.privacy.data import PersonData, Section, export, in_clear, read_reason, show, unmask
from frontdesk.privacy.erasing import (
    Erased,
    Explanation,
    erase,
    explain_erasing,
    is_owed,
    mention_words,
    settle,
    tombstones,
)
from frontdesk.privacy.errors import PrivacyError
from frontdesk.privacy.ledger import NAME as LEDGER_NAME
from frontdesk.privacy.ledger import erase_again, keep_ledger, ledger_folders, read_lists
from frontdesk.privacy.notices import NoticeLine, draft, notice, notices, print_notice, publish
from frontdesk.privacy.people import Found, Person, find, person, read_subject, same_person
from frontdesk.privacy.retention import DueKind, DueLine, Purged, due, due_count, purge
from frontdesk.privacy.rules import ASKED_PURPOSES, PURPOSES, RETENTION_KINDS, RetentionKind, Subject

__all__ = [
    "ASKED_PURPOSES",
    "LEDGER_NAME",
    "PURPOSES",
    "RETENTION_KINDS",
    "Consent",
    "DueKind",
    "DueLine",
    "Erased",
    "Explanation",
    "Found",
    "NoticeLine",
    "Person",
    "PersonData",
    "PrivacyError",
    "Purged",
    "Reminder",
    "RetentionKind",
    "Section",
    "Subject",
    "consent_of",
    "draft",
    "due",
    "due_count",
    "erase",
    "erase_again",
    "explain_erasing",
    "export",
    "find",
    "give",
    "in_clear",
    "is_owed",
    "keep_by_law",
    "keep_ledger",
    "ledger_folders",
    "mention_words",
    "notice",
    "notices",
    "person",
    "print_notice",
    "publish",
    "purge",
    "read_lists",
    "read_reason",
    "read_subject",
    "reminders",
    "same_person",
    "settle",
    "show",
    "tombstones",
    "unmask",
    "withdraw",
]

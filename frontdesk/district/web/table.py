"""Every page, file and form of the district, with the roles that may ask for it: what is not here does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from frontdesk.district.accounts.rules import Role
from frontdesk.district.web.forms import LARGEST_FORM
from frontdesk.district.web.views import (
    centres,
    documents,
    exporting,
    locks,
    overview,
    people,
    record,
    signing,
    sticks,
    totals,
)
from frontdesk.district.web.visit import View

NOBODY: frozenset[Role] = frozenset()
DISTRICT: frozenset[Role] = frozenset({"district"})
ANYBODY: frozenset[Role] = frozenset({"district", "street"})
"""Whoever has an account; what belongs to centres is then narrowed to those of the account's street."""


@dataclass(frozen=True)
class Endpoint:
    """One address and method. `roles` is empty where nobody need be signed in.

    `page` is the page that a form belongs to, and `again` shows it once more when the form was not taken.
    """

    method: Literal["GET", "POST"]
    path: str
    view: View
    roles: frozenset[Role]
    page: str = ""
    again: View | None = None
    largest: int = LARGEST_FORM
    """How many bytes of a form are read."""


@dataclass(frozen=True)
class Entry:
    """One entry of the navigation."""

    path: str
    name: str
    roles: frozenset[Role]


def _form(path: str, view: View, roles: frozenset[Role], page: str, again: View) -> Endpoint:
    return Endpoint("POST", path, view, roles, page, again)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", "/sign-in", signing.sign_in_page, NOBODY),
    _form("/sign-in", signing.take_sign_in, NOBODY, "/sign-in", signing.sign_in_page),
    Endpoint("POST", "/sign-out", signing.take_sign_out, ANYBODY, "/"),
    Endpoint("GET", "/password", signing.password_page, ANYBODY),
    _form("/password", signing.take_password, ANYBODY, "/password", signing.password_page),
    Endpoint("GET", "/", overview.overview_page, ANYBODY),
    Endpoint("GET", "/missing", overview.missing_page, ANYBODY),
    Endpoint("GET", "/centres", centres.centres_page, ANYBODY),
    Endpoint("GET", "/centre", centres.centre_page, ANYBODY, "/centres"),
    _form("/centre/revoke", centres.take_revocation, DISTRICT, "/centre", centres.centre_page),
    Endpoint("GET", "/report", centres.report_page, ANYBODY, "/centres"),
    Endpoint("GET", "/totals", totals.totals_page, ANYBODY),
    Endpoint("GET", "/indicator", totals.indicator_page, ANYBODY, "/totals"),
    Endpoint("GET", "/satisfaction", totals.satisfaction_page, ANYBODY),
    Endpoint("GET", "/notices", documents.notices_page, ANYBODY),
    Endpoint("GET", "/notice", documents.notice_page, ANYBODY, "/notices"),
    Endpoint("GET", "/usb", sticks.stick_page, ANYBODY),
    Endpoint("POST", "/usb", sticks.take_stick, ANYBODY, "/usb", sticks.stick_page, sticks.LARGEST_UPLOAD),
    Endpoint("POST", "/usb/answer", sticks.give_answer, ANYBODY, "/usb", sticks.stick_page, sticks.LARGEST_ANSWER),
    Endpoint("GET", "/accounts", people.accounts_page, DISTRICT),
    _form("/notices", documents.take_notice, DISTRICT, "/notices", documents.notices_page),
    Endpoint("GET", "/locks", locks.locks_page, DISTRICT),
    _form("/locks", locks.take_lock, DISTRICT, "/locks", locks.locks_page),
    _form("/locks/open", locks.take_unlock, DISTRICT, "/locks", locks.locks_page),
    _form("/locks/exempt", locks.take_exemption, DISTRICT, "/locks", locks.locks_page),
    _form("/accounts", people.take_account, DISTRICT, "/accounts", people.accounts_page),
    _form("/accounts/reset", people.take_reset, DISTRICT, "/accounts", people.accounts_page),
    _form("/accounts/close", people.take_close, DISTRICT, "/accounts", people.accounts_page),
    Endpoint("GET", "/audit", record.audit_page, DISTRICT),
    Endpoint("GET", "/export/completeness.xlsx", exporting.completeness_file, ANYBODY),
    Endpoint("GET", "/export/totals.xlsx", exporting.totals_file, ANYBODY),
    Endpoint("GET", "/export/centre.xlsx", exporting.centre_file, ANYBODY),
)

NAVIGATION: tuple[Entry, ...] = (
    Entry("/", "overview", ANYBODY),
    Entry("/missing", "missing", ANYBODY),
    Entry("/centres", "centres", ANYBODY),
    Entry("/totals", "totals", ANYBODY),
    Entry("/satisfaction", "satisfaction", ANYBODY),
    Entry("/notices", "notices", ANYBODY),
    Entry("/locks", "locks", DISTRICT),
    Entry("/usb", "usb", ANYBODY),
    Entry("/accounts", "accounts", DISTRICT),
    Entry("/audit", "audit", DISTRICT),
)

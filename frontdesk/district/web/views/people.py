"""The accounts of the district's people and of the streets'."""

from __future__ import annotations

from frontdesk.district.accounts.rules import ROLES
from frontdesk.district.accounts.service import NewPassword, accounts, add_account, close_account, reset_password
from frontdesk.district.web.errors import PageError
from frontdesk.district.web.scope import streets
from frontdesk.district.web.visit import Go, Page, Visit
from frontdesk.district.wording import words


def accounts_page(visit: Visit, made: NewPassword | None = None) -> Page:
    """Every account, the form for a new one, and once the password of one just made."""
    values = {
        "accounts": accounts(visit.district.store),
        "streets": streets(visit),
        "role_options": [(role, words(f"role.{role}")) for role in ROLES],
        "made": made,
    }
    return Page("accounts.html", values)


def take_account(visit: Visit) -> Page:
    """Make an account; the page with its first password, which is shown this once."""
    form = visit.form
    made = add_account(
        visit.district.store,
        name=form.get("name"),
        role=form.get("role"),
        street=form.get("street"),
        by=visit.who.name,
        now_ms=visit.now_ms,
    )
    return accounts_page(visit, made)


def take_reset(visit: Visit) -> Page:
    """Give an account a password for the first time again."""
    made = reset_password(visit.district.store, visit.form.get("name"), by=visit.who.name, now_ms=visit.now_ms)
    return accounts_page(visit, made)


def take_close(visit: Visit) -> Go:
    """Close an account."""
    if visit.form.get("sure") != "1":
        raise PageError("not_sure")
    close_account(visit.district.store, visit.form.get("name"), by=visit.who.name, now_ms=visit.now_ms)
    return Go("/accounts?done=account_closed")

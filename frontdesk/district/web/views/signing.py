"""Signing in and out, and one's own password."""

from __future__ import annotations

import re

from frontdesk.district.accounts.errors import AccountError
from frontdesk.district.accounts.rules import FEWEST_CHARACTERS, SHORTEST_PASSWORD
from frontdesk.district.accounts.service import change_password, sign_in, sign_out
from frontdesk.district.web.visit import Go, Page, Visit

_OWN_ADDRESS = re.compile(r"/(?![/\\])[!-~]*")


def sign_in_page(visit: Visit) -> Page | Go:
    """The form to sign in; whoever is signed in goes on to the first page."""
    if visit.account is not None and visit.failure is None:
        return Go(own_address(visit.asked("next")))
    return Page("sign_in.html", {"next": own_address(visit.asked("next") or visit.form.get("next"))})


def take_sign_in(visit: Visit) -> Go:
    """Begin a session with a token of its own; whatever session the browser had before ends.

    Besides the wrong passwords of a name, which the store counts, the tries of an address are counted: whoever tries
    one password with many names has to wait too. Raises what `sign_in` raises.
    """
    if seconds := visit.tries.wait(visit.address):
        raise AccountError("wait", seconds=seconds)
    visit.tries.take(visit.address)
    token = sign_in(visit.district.store, visit.form.get("name"), visit.form.raw("password"), visit.now_ms)
    if visit.session_token:
        sign_out(visit.district.store, visit.session_token)
    return Go(own_address(visit.form.get("next")), token)


def take_sign_out(visit: Visit) -> Go:
    """End the session, here and in the store."""
    sign_out(visit.district.store, visit.session_token)
    return Go("/sign-in?done=signed_out", "")


def password_page(visit: Visit) -> Page:
    """The form to change one's own password."""
    return Page("password.html", {"shortest": SHORTEST_PASSWORD, "different": FEWEST_CHARACTERS})


def take_password(visit: Visit) -> Go:
    """Change one's own password; the session goes on with a new token, all others of the account end."""
    if visit.form.raw("wanted") != visit.form.raw("again"):
        raise AccountError("passwords_differ")
    token = change_password(
        visit.district.store,
        visit.who.name,
        present=visit.form.raw("present"),
        wanted=visit.form.raw("wanted"),
        now_ms=visit.now_ms,
    )
    return Go("/?done=password", token)


def own_address(address: str) -> str:
    """`address` if it lies on this server, else the first page: nobody is led elsewhere by signing in."""
    return address if _OWN_ADDRESS.fullmatch(address) and "\\" not in address else "/"

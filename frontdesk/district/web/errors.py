"""Why a page cannot be shown, or what was filled in cannot be done."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class PageError(DeskError):
    """A refusal of the pages themselves."""

    area: ClassVar[str] = "district_web"


STATUS = {
    "form_stale": 403,
    "not_yours": 403,
    "no_such_page": 404,
    "no_such_centre": 404,
    "no_such_report": 404,
    "no_such_indicator": 404,
    "no_such_account": 404,
    "no_such_document": 404,
    "account_exists": 409,
    "last_account": 409,
    "already_locked": 409,
    "not_locked": 409,
    "slow_body": 408,
    "too_large": 413,
    "wrong_sign_in": 401,
    "wait": 429,
    "store_unavailable": 503,
}
"""The HTTP status of each code; whatever else was filled in wrongly is 400."""

"""How the district says no: one status and one JSON for each code, the same over the network and on a stick."""

from __future__ import annotations

import json

from frontdesk.district.errors import DistrictError
from frontdesk.errors import CodedError, DatabaseError
from frontdesk.locale import words_for

STATUS = {
    "unknown_protocol": 400,
    "no_signature": 401,
    "bad_signature": 401,
    "unknown_key": 403,
    "revoked_key": 403,
    "wrong_centre": 403,
    "wrong_recipient": 403,
    "unknown_code": 403,
    "code_withdrawn": 403,
    "unknown_kind": 404,
    "unknown_schema": 404,
    "no_such_address": 404,
    "no_such_method": 405,
    "slow_body": 408,
    "report_conflict": 409,
    "revision_taken": 409,
    "code_used": 409,
    "key_taken": 409,
    "too_large": 413,
    "inflates_past_cap": 413,
    "unknown_indicator": 422,
    "not_for_district": 422,
    "wrong_period_kind": 422,
    "not_assigned": 422,
    "bad_value": 422,
    "duplicate_value": 422,
    "period_locked": 423,
    "too_many_requests": 429,
    # What is wrong with our own installation refuses no report for good.
    "bad_catalogue": 503,
    "district_key_missing": 503,
    "store_unavailable": 503,
}
"""The status of each code; whatever else is wrong with the bytes is 400."""


def status_of(failure: CodedError) -> int:
    """The status of a failure, as HTTP has it."""
    return STATUS.get(failure.code, 400)


def as_told(failure: CodedError) -> CodedError:
    """The failure as a sender may see it: what is wrong with our own files is for our own log."""
    # The sender keeps the report and comes back.
    if isinstance(failure, DatabaseError) or status_of(failure) == 503:
        return DistrictError("store_unavailable")
    return failure


def refusal_json(failure: CodedError) -> bytes:
    """`{"error": {"code", "message", …details}}`."""
    error = {**failure.details, "code": failure.code, "message": words_for(failure)}
    return json.dumps({"error": error}, ensure_ascii=False).encode()

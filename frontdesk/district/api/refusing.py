"""A failure as the answer to a request: its status, its code with words, and the district's signature over both."""

from __future__ import annotations

import json

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from frontdesk.district.errors import DistrictError
from frontdesk.district.keys import District
from frontdesk.errors import CodedError, DatabaseError
from frontdesk.locale import words_for
from frontdesk.sync import wire

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
    "too_many_requests": 429,
    "store_unavailable": 503,
}
"""The HTTP status of each code; whatever else is wrong with the bytes is 400."""


def status_of(failure: CodedError) -> int:
    """The HTTP status of a failure."""
    return STATUS.get(failure.code, 400)


def as_refusal(failure: Exception, path: str) -> CodedError:
    """The failure as a sender may see it. What is no foreseen failure is raised again."""
    if isinstance(failure, HTTPException):
        return DistrictError("no_such_method" if failure.status_code == 405 else "no_such_address", path=path)
    if isinstance(failure, DatabaseError):
        # The sender keeps the report and comes back; what is wrong with our disk is for our own log.
        return DistrictError("store_unavailable")
    if isinstance(failure, CodedError):
        return failure
    raise failure


def refusal_json(failure: CodedError) -> bytes:
    """`{"error": {"code", "message", …details}}`."""
    error = {**failure.details, "code": failure.code, "message": words_for(failure)}
    return json.dumps({"error": error}, ensure_ascii=False).encode()


def refusal(district: District, request: Request, failure: Exception) -> Response:
    """The coded JSON for a failure, signed for the bytes that were read: no portal can refuse for us.

    Before the content has been read whole the signature is for no bytes at all, whatever the sender claims to send: it
    never holds as the refusal of a report.
    """
    coded = as_refusal(failure, request.url.path[:200])
    status, answer = status_of(coded), refusal_json(coded)
    request.state.refused = coded.code
    content = getattr(request.state, "content", wire.UNREAD)
    seed = district.as_known_to(request.headers.get(wire.RECIPIENT_HEADER, "")).seed
    headers = {wire.SIGNATURE_HEADER: wire.sign_refusal(seed, content=content, status=status, answer=answer)}
    if coded.code == "too_many_requests":
        headers["Retry-After"] = str(coded.details["seconds"])
    return Response(answer, status, headers=headers, media_type="application/json")

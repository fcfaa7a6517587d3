"""A failure as the answer to a request: its status, its code with words, and the district's signature over both."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from frontdesk.district.api.posting import TAKES_BATCHES
from frontdesk.district.errors import DistrictError
from frontdesk.district.keys import District
from frontdesk.district.refusals import as_told, refusal_json, status_of
from frontdesk.errors import CodedError
from frontdesk.sync import wire


def refusal(district: District, request: Request, failure: Exception) -> Response:
    """The coded JSON for a failure, signed for the bytes that were read: no portal can refuse for us.

    Before the content has been read whole the signature is for no bytes at all, whatever the sender claims to send: it
    never holds as the refusal of a report. What is no foreseen failure is raised again.
    """
    if isinstance(failure, HTTPException):
        path = request.url.path[:200]
        failure = DistrictError("no_such_method" if failure.status_code == 405 else "no_such_address", path=path)
    if not isinstance(failure, CodedError):
        raise failure
    coded = as_told(failure)
    status, answer = status_of(coded), refusal_json(coded)
    request.state.refused = coded.code
    content = getattr(request.state, "content", wire.UNREAD)
    seed = district.as_known_to(request.headers.get(wire.RECIPIENT_HEADER, "")).seed
    headers = {wire.SIGNATURE_HEADER: wire.sign_refusal(seed, content=content, status=status, answer=answer)}
    if request.url.path == "/v1/reports":
        headers |= TAKES_BATCHES
    if coded.code == "too_many_requests":
        headers["Retry-After"] = str(coded.details["seconds"])
    return Response(answer, status, headers=headers, media_type="application/json")

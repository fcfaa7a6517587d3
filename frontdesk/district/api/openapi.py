"""The API as an OpenAPI document: made by hand, because what travels is exact bytes that no framework describes."""

from __future__ import annotations

from typing import Any

from frontdesk.district.refusals import STATUS
from frontdesk.sync import wire

Json = dict[str, Any]

_BYTES: Json = {"type": "string", "format": "binary"}
_KEY_ID: Json = {"type": "string", "pattern": "^[0-9a-f]{32}$"}

_REASONS = {
    400: "The bytes are not what they should be, or the protocol version is not spoken here.",
    401: "There is no signature, or it does not hold.",
    403: "The key is unknown, revoked or another centre's; or the code is not valid; or it is not for this district.",
    404: "The kind of report, its schema version or the address is not known.",
    405: "The address does not take this method.",
    408: "The content did not arrive in time.",
    409: "It contradicts what is here already; for a taken revision `next` names the next one.",
    413: "Too large, as it came or inflated.",
    422: "The values do not fit the indicators; `faults` names each by its index.",
    423: "The period is locked.",
    429: "Too many requests of this key; come back after `Retry-After` seconds.",
    503: "Nothing can be stored or read at the moment; come back later.",
}


def document() -> Json:
    """The OpenAPI 3.1 document of the API."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "frontdesk district",
            "version": wire.SUPPORTED_PROTOCOLS[-1],
            "description": _ABOUT,
        },
        "paths": {
            "/v1/reports": {"post": _reports()},
            "/v1/reports/batch": {"post": _batch()},
            "/v1/enrol": {"post": _enrol()},
            "/v1/exchange": {"post": _exchange()},
            "/v1/rotate": {"post": _rotate()},
            "/v1/key": {"get": _key()},
            "/v1/health": {"get": _health()},
            "/v1/ready": {"get": _ready()},
            "/v1/metrics": {"get": _metrics()},
            "/v1/openapi.json": {"get": _itself()},
        },
        "components": {
            "headers": {"Signature": _signature(), "RetryAfter": _retry_after(), "AtOnce": _at_once()},
            "parameters": {"Protocol": _protocol(), "Recipient": _recipient(), "DryRun": _dry_run()},
            "schemas": {"Refusal": _refusal()},
        },
    }


_ABOUT = (
    "What centres send is one frame: magic, format version, signer, parts with their lengths, Ed25519 signature. "
    "The layout stands in frontdesk/sync/frames.py, the schema of a report's body comes from `frontdesk sync schema`. "
    "There are no accounts here: a signature of an enrolled key is what lets a centre in, and it reads and writes "
    "nothing but its own. A refusal is signed for the SHA-256 of the bytes that were refused. "
    "A content tells its length (Content-Length): one in chunks is answered by a bare 411, and the connection ends."
)


def _protocol() -> Json:
    return {
        "name": wire.PROTOCOL_HEADER,
        "in": "header",
        "required": True,
        "description": "The protocol version.",
        "schema": {"type": "string", "enum": list(wire.SUPPORTED_PROTOCOLS)},
    }


def _recipient() -> Json:
    return {
        "name": wire.RECIPIENT_HEADER,
        "in": "header",
        "required": False,
        "description": "The id of the district's key that the sender has pinned; the answer is signed with it.",
        "schema": _KEY_ID,
    }


def _dry_run() -> Json:
    return {
        "name": wire.TRIAL_HEADER,
        "in": "header",
        "required": False,
        "description": "`1`: everything is checked, nothing is stored; the answer is no receipt.",
        "schema": {"type": "string", "enum": ["1"]},
    }


def _signature() -> Json:
    return {
        "description": "The district's signature over status and content, for the bytes that were read.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{128}$"},
        "required": True,
    }


def _retry_after() -> Json:
    return {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}, "required": True}


def _at_once() -> Json:
    return {"description": "How many reports `/v1/reports/batch` takes.", "schema": {"const": str(wire.MAX_BATCH)}}


def _refusal() -> Json:
    error = {
        "type": "object",
        "required": ["code", "message"],
        "properties": {
            "code": {"type": "string", "description": "Stable; what a program goes by."},
            "message": {"type": "string", "description": "What is wrong and what to do next, in words."},
        },
    }
    return {"type": "object", "required": ["error"], "properties": {"error": error}, "additionalProperties": False}


def _refused(*statuses: int) -> Json:
    answers: Json = {}
    for status in sorted({*statuses, 405}):
        codes = sorted(code for code, its in STATUS.items() if its == status)
        headers = {wire.SIGNATURE_HEADER: {"$ref": "#/components/headers/Signature"}}
        if status == 429:
            headers["Retry-After"] = {"$ref": "#/components/headers/RetryAfter"}
        said = _REASONS[status] + (f" Codes: {', '.join(codes)}." if codes else "")
        schema = {"$ref": "#/components/schemas/Refusal"}
        answers[str(status)] = {
            "description": said,
            "headers": headers,
            "content": {"application/json": {"schema": schema}},
        }
    return answers


def _post(name: str, summary: str, answered: str, refused: tuple[int, ...], *parameters: str) -> Json:
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [{"$ref": f"#/components/parameters/{each}"} for each in ("Protocol", "Recipient", *parameters)],
        "requestBody": {"required": True, "content": {"application/octet-stream": {"schema": _BYTES}}},
        "responses": {
            "200": {"description": answered, "content": {"application/octet-stream": {"schema": _BYTES}}},
            **_refused(400, 401, 403, 408, 413, 429, 503, *refused),
        },
    }


def _get(name: str, summary: str, content: Json, *refused: int) -> Json:
    return {
        "operationId": name,
        "summary": summary,
        "responses": {"200": {"description": "The answer.", "content": content}, **_refused(*refused)},
    }


def _reports() -> Json:
    described = _post(
        "sendReport",
        "Hand in a sealed report (FDSR). The same bytes are answered by the same receipt, however often they come.",
        "The receipt (FDRC); for a dry run its trial answer (FDRT), which is no receipt.",
        (404, 409, 422, 423),
        "DryRun",
    )
    for answer in described["responses"].values():
        answer.setdefault("headers", {})[wire.BATCH_HEADER] = {"$ref": "#/components/headers/AtOnce"}
    return described


def _batch() -> Json:
    summary = (
        f"Hand in up to {wire.MAX_BATCH} sealed reports in one request (FDRB), of one centre or of several. Each is "
        "taken in or refused as if it had come alone, and counts as one request of its key."
    )
    answered = (
        "For each report, in their order, its receipt (FDRC) or its signed refusal (FDRF); for a dry run the trial "
        "answer (FDRT) instead of the receipt (FDAB). The same bytes again are answered by the same receipts."
    )
    described = _post("sendReports", summary, answered, (), "DryRun")
    # What holds for single reports stands in the answer.
    for status in ("401", "403", "429"):
        del described["responses"][status]
    return described


def _enrol() -> Json:
    summary = "Make a new key known with a one-time code (FDER)."
    return _post("enrol", summary, "The confirmation (FDEC).", (409,))


def _exchange() -> Json:
    summary = "Tell what was read and fetch the documents for this centre from number `since` (FDXQ)."
    return _post("exchange", summary, "The documents (FDXA), some at a time; `more` says whether there are others.", ())


def _rotate() -> Json:
    summary = "Change the centre's key; the old one signs for the new one (FDKR)."
    return _post("rotate", summary, "The confirmation of the new key (FDEC).", (409,))


def _object(**properties: Json) -> Json:
    schema = {"type": "object", "required": sorted(properties), "properties": properties}
    return {"application/json": {"schema": {**schema, "additionalProperties": False}}}


def _key() -> Json:
    key = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    summary = "The district's present key: to be compared with what the district handed over, never to be believed."
    return _get(
        "key",
        summary,
        _object(format={"const": "frontdesk-district-key-1"}, district_key=key, district_key_id=_KEY_ID),
        503,
    )


def _health() -> Json:
    protocols = {"type": "array", "items": {"type": "string"}}
    return _get("health", "Whether the program answers.", _object(service={"type": "string"}, protocols=protocols))


def _ready() -> Json:
    return _get("ready", "Whether the store answers too.", _object(ready={"const": True}), 503)


def _metrics() -> Json:
    return _get("metrics", "Counters for Prometheus.", {"text/plain": {"schema": {"type": "string"}}})


def _itself() -> Json:
    return _get("openapi", "This document.", {"application/json": {"schema": {"type": "object"}}})

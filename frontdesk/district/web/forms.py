"""Reading what a page sends: under a cap, plain fields and at most one file."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from urllib.parse import parse_qsl

from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from frontdesk.district.api.reading import read_capped
from frontdesk.district.web.errors import PageError
from frontdesk.district.web.visit import Form

MOST_FIELDS = 500
LARGEST_FORM = 262_144
"""Bytes of a form without a file: a notice has 20,000 characters, each at most nine bytes long on its way."""


async def read_form(request: Request, cap: int) -> Form:
    """The fields and the file that were sent. Raises PageError `bad_form`, WireFault `too_large`, or `slow_body`."""
    raw = await read_capped(request, cap)
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind == b"application/x-www-form-urlencoded":
        return Form(_fields(raw))
    # Our pages are in UTF-8, and so is what they send. Whoever may name any codec of Python's names one that takes
    # seconds for a form (punycode), fails in its own way (idna), or makes half characters that nothing can keep.
    if kind == b"multipart/form-data" and options.get(b"charset", b"utf-8").lower() == b"utf-8":
        return await _parts(request, raw)
    raise PageError("bad_form")


def _fields(raw: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS))
    except ValueError as failure:
        raise PageError("bad_form") from failure


async def _parts(request: Request, raw: bytes) -> Form:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield raw

    parser = MultiPartParser(request.headers, stream(), max_files=1, max_fields=MOST_FIELDS)
    # Held in memory already; no file of it is made on the disk.
    parser.spool_max_size = len(raw) + 1
    try:
        form = await parser.parse()
    except MultiPartException as failure:
        raise PageError("bad_form") from failure
    fields: dict[str, str] = {}
    file = None
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            # What the file is called where it comes from is of no interest here.
            file = await value.read()
        else:
            fields[name] = value
    await form.close()
    return Form(fields, file)

"""The zip container of an .xlsx, checked before anything parses it.

A zip bomb is refused by its declared sizes before a byte is inflated, and by what really comes out while it
is inflated in pieces, because declarations lie. Document type declarations are refused: a workbook has
none, and entities defined there grow without end when a parser expands them.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

from frontdesk.locale import t
from frontdesk.sheets.errors import Limits, SheetError

_PIECE = 2**18
_ENCRYPTED_FLAG = 0x1
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
_OVERLAP = max(len(mark) for mark in _DECLARATIONS) - 1


def check_archive(content: bytes, limits: Limits) -> None:
    """Nothing, if `content` is a sound .xlsx container within the limits.

    Raises SheetError: truncated, encrypted, too_large, xml_entities, or not_a_spreadsheet for another kind
    of zip.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            _check_declared(members, limits)
            names = {member.filename for member in members}
            if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
                raise SheetError("not_a_spreadsheet")
            _check_inflated(archive, members, limits)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        ValueError,
        OSError,
        struct.error,
    ) as error:
        raise SheetError("truncated") from error


def too_large(measure: str, limit: int) -> SheetError:
    """The refusal for one measure (a key under sheets.measure) and the limit it passed."""
    return SheetError("too_large", measure=t(f"sheets.measure.{measure}"), limit=limit)


def _check_declared(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.members:
        raise too_large("members", limits.members)
    if sum(member.file_size for member in members) > limits.inflated_bytes:
        raise too_large("inflated", limits.inflated_bytes)
    for member in members:
        if member.flag_bits & _ENCRYPTED_FLAG:
            raise SheetError("encrypted")
        # The others take memory of the packer's choosing; no office program writes them.
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise SheetError("truncated")
        _check_ratio(member.file_size, member.compress_size, limits)


def _check_ratio(inflated: int, compressed: int, limits: Limits) -> None:
    if inflated > limits.ratio_free_bytes and inflated > limits.ratio * compressed:
        raise too_large("ratio", limits.ratio)


def _check_inflated(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    room, tags = limits.inflated_bytes, limits.tags
    for member in members:
        inflated, tail = 0, b""
        with archive.open(member) as stream:
            while piece := stream.read(_PIECE):
                inflated += len(piece)
                room -= len(piece)
                tags -= piece.count(b"<")
                if room < 0:
                    raise too_large("inflated", limits.inflated_bytes)
                if tags < 0:
                    raise too_large("tags", limits.tags)
                _check_ratio(inflated, member.compress_size, limits)
                # Without its zero bytes, UTF-16 shows the same marks.
                window = tail + piece.replace(b"\0", b"")
                if any(mark in window for mark in _DECLARATIONS):
                    raise SheetError("xml_entities")
                tail = window[-_OVERLAP:]
        if inflated != member.file_size:
            raise SheetError("truncated")

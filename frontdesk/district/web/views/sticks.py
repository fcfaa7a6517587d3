"""A centre's file from a stick, taken in here, and the file that answers it."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from frontdesk.district.usb.service import take_usb
from frontdesk.district.web import queries
from frontdesk.district.web.errors import PageError
from frontdesk.district.web.scope import own_centre
from frontdesk.district.web.visit import Download, Page, Visit
from frontdesk.locale import t
from frontdesk.sync import wire

if TYPE_CHECKING:
    from frontdesk.district.usb.service import TakenPart

LARGEST_UPLOAD = wire.MAX_USB + 65_536
"""Bytes of a form with a file in it: the largest file that a centre makes, and the other fields."""
LARGEST_ANSWER = wire.MAX_USB * 3 + 65_536
"""Bytes of a form with an answer in it: four characters for three bytes, of which some are sent as three."""


def stick_page(visit: Visit) -> Page:
    """The form for a centre's file."""
    return Page("usb.html", {"taken": None})


def take_stick(visit: Visit) -> Page:
    """Take a centre's file in; what became of it, with the answer to save. A street's account: of its own centres."""
    if not visit.form.file:
        raise PageError("no_file")
    taken = take_usb(visit.district, visit.form.file, visit.now_ms, who=visit.who.name, street=visit.street)
    values = {
        "taken": taken,
        "refused": [(one, part_words(one)) for one in taken.refused],
        "answer": base64.b64encode(taken.answer).decode(),
    }
    return Page("usb.html", values)


def give_answer(visit: Visit) -> Download:
    """The answer as a file. It came with the page and nothing of it is kept here: the district's signature tells it."""
    try:
        raw = base64.b64decode(visit.form.get("answer"), validate=True)
    except (binascii.Error, ValueError) as failure:
        raise PageError("bad_form") from failure
    with visit.district.store.reading() as session:
        keys = [visit.district.verify_key, *queries.district_keys(session)]
        header = wire.open_usb_down(raw, keys).header
        own_centre(visit, session, header.centre)
    return Download(raw, wire.usb_name(header.centre, "down", visit.local_time(header.made_at)))


def part_words(part: TakenPart) -> str:
    """Why a part was refused, in words; its code where they need what only the centre is told."""
    for area in ("sync", "district"):
        key = f"{area}.error.{part.code}"
        said = t(key)
        if said != key and "{" not in said:
            return said
    return part.code

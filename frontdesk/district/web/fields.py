"""What is filled in, read as what it should be, or refused with the name of its field. Pure."""

from __future__ import annotations

from datetime import date

from frontdesk.district.web.errors import PageError
from frontdesk.district.web.visit import Form
from frontdesk.district.wording import words


def text_of(form: Form, name: str, longest: int) -> str:
    """A text that is there and not too long, its lines ended as everywhere here. Raises PageError `field_wrong`."""
    text = form.get(name).replace("\r\n", "\n")
    if not text or len(text) > longest:
        raise PageError("field_wrong", field=words(f"field.{name}"), longest=longest)
    return text


def day_or_none(form: Form, name: str) -> date | None:
    """A day as YYYY-MM-DD, None where nothing is filled in. Raises PageError `day_wrong`."""
    typed = form.get(name)
    if not typed:
        return None
    return day_of(form, name)


def day_of(form: Form, name: str) -> date:
    """A day as YYYY-MM-DD. Raises PageError `day_wrong`."""
    try:
        return date.fromisoformat(form.get(name))
    except ValueError as failure:
        raise PageError("day_wrong", field=words(f"field.{name}")) from failure

"""Notices and all else that the district sends down, with who has read it."""

from __future__ import annotations

from frontdesk.district.documents.service import EVERYONE, documents, of_street, open_issued, readers, send_notice
from frontdesk.district.web.fields import day_or_none, text_of
from frontdesk.district.web.queries import PAGE_ROWS, cut, page_number
from frontdesk.district.web.rendering import words_or_code
from frontdesk.district.web.scope import streets
from frontdesk.district.web.visit import Go, Page, Visit
from frontdesk.sync import wire

LONGEST_TITLE, LONGEST_TEXT = 200, 20_000


def notices_page(visit: Visit) -> Page:
    """What was sent down, the latest first, and the form for a new notice."""
    asked = visit.asked("before")
    before = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= 12 else None
    listed = documents(visit.district, street=visit.street, limit=PAGE_ROWS + 1, before=before)
    values = {
        "documents": listed[:PAGE_ROWS],
        "older": listed[PAGE_ROWS - 1].number if len(listed) > PAGE_ROWS else None,
        "streets": streets(visit),
        "kind_words": kind_words,
    }
    return Page("notices.html", values)


def take_notice(visit: Visit) -> Go:
    """Issue a notice to all centres or to those of a street."""
    form = visit.form
    street = form.get("street")
    send_notice(
        visit.district,
        title=text_of(form, "title", LONGEST_TITLE),
        text=text_of(form, "text", LONGEST_TEXT),
        who=visit.who.name,
        now_ms=visit.now_ms,
        important=form.get("important") == "1",
        read_by=day_or_none(form, "read_by"),
        audience=of_street(street) if street else EVERYONE,
    )
    return Go("/notices?done=notice")


def notice_page(visit: Visit) -> Page:
    """One document, and who has read it; a street sees its own centres there."""
    document_id = visit.asked("id")
    document = open_issued(visit.district, document_id, street=visit.street)
    people = readers(visit.district, document_id, street=visit.street)
    content = document.content
    values = {
        "document": document,
        "kind": kind_words(document.kind),
        "text": content.text if isinstance(content, wire.Notice) else None,
        "important": isinstance(content, wire.Notice) and content.important,
        "read_by": content.read_by if isinstance(content, wire.Notice) else None,
        "content": {} if isinstance(content, wire.Notice) else content.model_dump(mode="json"),
        "reached": len(people),
        "listed": cut(people, page_number(visit.asked("page"))),
        "read": sum(1 for one in people if one.read_at is not None),
    }
    return Page("notice.html", values)


def kind_words(kind: str) -> str:
    """What a kind of document is called; its code where this program does not know it."""
    return words_or_code("document_kind", kind)

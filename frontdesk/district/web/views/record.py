"""The record of changes: who did what, when."""

from __future__ import annotations

import json
from collections.abc import Mapping

from frontdesk.district.web import queries
from frontdesk.district.web.rendering import words_or_code
from frontdesk.district.web.visit import Page, Visit


def audit_page(visit: Visit) -> Page:
    """Every change, the latest first; of one centre where it is asked for."""
    centre = visit.asked("centre")
    with visit.district.store.reading() as session:
        listed = queries.audit_entries(session, centre, queries.page_number(visit.asked("page")))
    entries = [{**row, "said": action_words(row["action"]), "details": _details(row["details"])} for row in listed.rows]
    return Page("audit.html", {"listed": listed, "entries": entries, "centre": centre})


def action_words(action: str) -> str:
    """What an action of the record is called; its code where a newer program wrote it."""
    return words_or_code("action", action)


def _details(raw: str) -> Mapping[str, object]:
    found = json.loads(raw)
    if not isinstance(found, dict):
        return {}
    return {
        words_or_code("detail", name): _plain(name, value)
        for name, value in found.items()
        if value not in (None, "", [])
    }


VALUES = {"kind": "document_kind", "audience": "audience", "role": "role"}
"""Where the words of details are that are kept as codes."""


def _plain(name: str, value: object) -> object:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return words_or_code(VALUES[name], value) if name in VALUES and isinstance(value, str) else value

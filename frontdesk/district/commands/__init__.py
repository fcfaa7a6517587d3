"""`frontdesk district`: the receiving end. It needs no centre's home and nobody signed in."""

from __future__ import annotations

from frontdesk.district.commands import documents, exporting, keeping, people, reading, registering, serving
from frontdesk.district.commands.opening import district_group

__all__ = ["district_group", "documents", "exporting", "keeping", "people", "reading", "registering", "serving"]

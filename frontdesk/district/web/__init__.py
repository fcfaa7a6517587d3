"""The district's pages for its people: drawn by the server, usable without scripts and by the keyboard alone.

What can be asked for, and by whom, stands in one table, `frontdesk.district.web.table.ENDPOINTS`.
"""

from __future__ import annotations

from frontdesk.district.web.serving import is_for_people, lost, routes

__all__ = ["is_for_people", "lost", "routes"]

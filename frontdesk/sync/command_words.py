"""What the commands of the sync share: kinds of documents in words, instants, what came down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.sync.service import Arrived, Fetched


def kind_words(kind: str) -> str:
    """What a kind of document is called; an unknown one by its own name."""
    from frontdesk.sync.wire import CONTENTS

    return t(f"sync.kind.{kind}") if kind in CONTENTS else kind


def instant(context: Context, at: int) -> str:
    """A stored instant as ISO 8601 with the centre's offset."""
    return context.local(at).isoformat(timespec="milliseconds")


def minute(context: Context, at: int) -> str:
    """A stored instant as people read it."""
    return context.local(at).strftime("%Y-%m-%d %H:%M")


def arrived_rows(arrived: list[Arrived]) -> list[dict[str, object]]:
    """New documents in JSON."""
    return [{"id": one.document_id, "number": one.number, "kind": one.kind, "title": one.title} for one in arrived]


def arrived_lines(arrived: list[Arrived]) -> list[str]:
    """New documents in words."""
    return [t("sync.arrived", kind=kind_words(one.kind), title=one.title) for one in arrived]


def fetched_row(fetched: Fetched | None) -> dict[str, object]:
    """What came down, in JSON."""
    if fetched is None:
        return {"documents": [], "told": 0, "fetch_problem": None}
    return {"documents": arrived_rows(fetched.arrived), "told": fetched.told, "fetch_problem": fetched.problem}


def fetched_lines(fetched: Fetched | None) -> list[str]:
    """What came down, and why there may be more."""
    if fetched is None:
        return []
    lines = arrived_lines(fetched.arrived)
    if fetched.problem:
        reason = t(f"sync.error.{fetched.problem}", reason=fetched.message)
        lines.append(t("sync.not_fetched", reason=reason))
    return lines

"""A session as its form shows it, and as what is typed makes it."""

from __future__ import annotations

from datetime import date, datetime, time

from db.activities import Session, SignUpTerms
from frontdesk.activities.sessions.typed import SESSION_FIELDS, read_fields, shown_amount
from frontdesk.context import Context, to_ms


def shown_fields(context: Context, found: Session) -> dict[str, str]:
    """The fields of a session as they are typed."""
    shown = {name: str(getattr(found, name, "")) for name in SESSION_FIELDS}
    for name in ("min_enrol", "setup_minutes", "clearing_minutes"):
        shown[name] = str(getattr(found, name) or "")
    shown["times"] = f"{context.local(found.starts_at):%H:%M}-{context.local(found.ends_at):%H:%M}"
    shown["fee_fen"] = shown_amount(found.fee_fen)
    return shown


def session_of(context: Context, texts: dict[str, str], before: Session | None, terms: SignUpTerms) -> Session:
    """The session that the typed fields make of `before`, or a new one. Raises what `read_fields` raises."""
    known = before.model_dump() if before else {}
    values = read_fields(context, texts, known=known)
    if "times" in values or "day" in values:
        day = date.fromisoformat(str(values.get("day") or known["day"]))
        clocks: tuple[time, time] = values.pop("times", None) or _clocks(context, known)
        values["day"] = day.isoformat()
        starts, ends = (to_ms(datetime.combine(day, clock, context.zone)) for clock in clocks)
        values |= {"starts_at": starts, "ends_at": ends}
    values["terms"] = terms
    return before.model_copy(update=values) if before else Session.model_validate({"code": "", **values})


def _clocks(context: Context, known: dict[str, object]) -> tuple[time, time]:
    first, last = (context.local(int(str(known[name]))).time() for name in ("starts_at", "ends_at"))
    return first, last

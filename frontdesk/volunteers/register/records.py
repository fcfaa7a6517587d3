"""A volunteer's skills and call-ups, availability, training, awards and evaluation (志愿服务条例 §19)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from db import volunteer_records as kept
from db import volunteers
from db.volunteer_records import CallUp, Outcome, RecordKind, Skill, SkillState, Slot, VolunteerRecord
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.volunteers.errors import VolunteerError
from frontdesk.volunteers.register.errors import RegisterError
from frontdesk.volunteers.register.fields import LONGEST, read_line

SKILL_STATES: tuple[SkillState, ...] = ("candidate", "active", "paused", "left")
OUTCOMES: tuple[Outcome, ...] = ("came", "declined", "absent")
KINDS: tuple[RecordKind, ...] = ("training", "award", "evaluation")


@allowed("writer")
def set_skill(
    context: Context,
    volunteer_no: str,
    skill: str,
    *,
    category: str | None = None,
    state: SkillState | None = None,
    note: str | None = None,
) -> Skill:
    """Enter a skill into the talent pool, or change what is said of one; what is None stays, a new one is active.

    The day of a new state is today. Raises RegisterError `missing_text`, VolunteerError `unknown_volunteer`.
    """
    name = _text(skill, "skill", 50)
    with context.change("volunteer.skill", volunteer_no, state=state or "") as connection:
        _check_known(connection, volunteer_no)
        before = next((one for one in kept.skills(connection, volunteer_no) if one.skill == name), None)
        base = before or Skill(volunteer_no=volunteer_no, skill=name)
        after = base.model_copy(
            update={
                "category": base.category if category is None else read_line(category, "category", 50),
                "note": base.note if note is None else read_line(note, "note"),
                "state": state or base.state,
            }
        )
        if before is None or after.state != before.state:
            after = after.model_copy(update={"since": context.today().isoformat()})
        kept.put_skill(connection, after)
    return after


@allowed("writer")
def add_call_up(
    context: Context, volunteer_no: str, *, day: str, purpose: str, skill: str = "", outcome: Outcome = ""
) -> int:
    """Note that a volunteer was called up for a local day; returns the id.

    Raises RegisterError `missing_text`, VolunteerError `unknown_volunteer`.
    """
    words = _text(purpose, "purpose")
    operator = context.require_writer()
    with context.change("volunteer.called_up", volunteer_no, day=day) as connection:
        _check_known(connection, volunteer_no)
        return kept.add_call_up(
            connection,
            CallUp(
                volunteer_no=volunteer_no,
                skill=read_line(skill, "skill", 50),
                day=day,
                purpose=words,
                outcome=outcome,
                operator_no=operator.no,
                at=context.now_ms(),
            ),
        )


@allowed("writer")
def set_outcome(context: Context, call_up_id: int, outcome: Outcome) -> CallUp:
    """Note what came of a call-up. Raises RegisterError `unknown_record`."""
    with context.change("volunteer.call_up_outcome", str(call_up_id), outcome=outcome) as connection:
        found = kept.call_up(connection, call_up_id)
        if found is None:
            raise RegisterError("unknown_record", id=call_up_id)
        kept.set_outcome(connection, call_up_id, outcome)
    return found.model_copy(update={"outcome": outcome})


@allowed("writer")
def set_availability(context: Context, volunteer_no: str, slots: Iterable[Slot]) -> None:
    """Make `slots` the whole of when a volunteer can serve. Raises VolunteerError `unknown_volunteer`."""
    wanted = frozenset(slots)
    with context.change("volunteer.availability", volunteer_no, slots=len(wanted)) as connection:
        _check_known(connection, volunteer_no)
        kept.set_availability(connection, volunteer_no, wanted)


@allowed("writer")
def add_record(
    context: Context, volunteer_no: str, kind: RecordKind, *, day: str, title: str, detail: str = "", grade: str = ""
) -> int:
    """Write down a training, an award or an evaluation of a local day that is not in the future; returns the id.

    Raises RegisterError `missing_text`, `record_in_future`, VolunteerError `unknown_volunteer`.
    """
    words = _text(title, "title")
    if day > context.today().isoformat():
        raise RegisterError("record_in_future", day=day)
    operator = context.require_writer()
    with context.change("volunteer.record", volunteer_no, kind=kind) as connection:
        _check_known(connection, volunteer_no)
        return kept.add_record(
            connection,
            VolunteerRecord(
                volunteer_no=volunteer_no,
                kind=kind,
                day=day,
                title=words,
                detail=read_line(detail, "detail"),
                grade=read_line(grade, "grade", 20),
                operator_no=operator.no,
                at=context.now_ms(),
            ),
        )


@allowed("writer")
def annul_record(context: Context, record_id: int, reason: str) -> VolunteerRecord:
    """Annul a record; it stays, with who, when and why.

    Raises RegisterError `missing_text`, `unknown_record`, `annulled_already`.
    """
    words = _text(reason, "reason")
    operator = context.require_writer()
    with context.change("volunteer.record_annulled", str(record_id)) as connection:
        found = kept.record(connection, record_id)
        if found is None:
            raise RegisterError("unknown_record", id=record_id)
        if found.annulled_at is not None:
            raise RegisterError("annulled_already", id=record_id)
        kept.annul_record(connection, record_id, context.now_ms(), operator.no, words)
    return found


def _check_known(connection: sqlite3.Connection, volunteer_no: str) -> None:
    if volunteers.get(connection, volunteer_no) is None:
        raise VolunteerError("unknown_volunteer", no=volunteer_no)


def _text(text: str, field: str, limit: int = LONGEST) -> str:
    line = read_line(text, field, limit)
    if not line:
        raise RegisterError("missing_text", field=field)
    return line

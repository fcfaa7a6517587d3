"""Duty as calendar files (RFC 5545) for phones and office programs; one per person, or one per post.

An entry keeps its UID whatever becomes of the slot, and what was taken from somebody stays in the file as cancelled, so
that a calendar which reads the file again corrects itself. Instants are written in UTC, which every program understands
without the rules of a zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from db import duty as duties
from db import staff as staff_records
from db import standing
from db.duty import DutyEvent, DutySlot, Plan, PlanSlot
from frontdesk.common.icalendar import Entry, calendar_text, entry_uid, escaped, folded
from frontdesk.common.wholefile import whole_file
from frontdesk.locale import t
from frontdesk.roster.model import ROLES, RoleInSlot
from frontdesk.roster.naming import labels_of
from frontdesk.roster.output.papers import RosterOutFault

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from frontdesk.context import Context

__all__ = ["Entry", "calendar_text", "entries", "escaped", "folded", "write_calendar"]

Role = Literal["acting", "standby", "post"]
"""What an entry is about: a person's role in a slot, or in a post's calendar the slot itself."""

SlotName = tuple[str, str, str]
"""Day, post and shift, as the database names a slot."""


@dataclass(frozen=True)
class SlotHistory:
    """All that is known of a slot: as it stands (None where it was taken away), as planned, and what was logged."""

    name: SlotName
    window: PlanSlot
    now: DutySlot | None
    plans: tuple[tuple[PlanSlot, Plan], ...]
    events: tuple[DutyEvent, ...]

    @property
    def sequence(self) -> int:
        """How often the slot was published, changed or taken away, less the first time."""
        return max(0, len(self.plans) + len(self.events) - (self.now is not None))

    @property
    def changed_at(self) -> int:
        """When it was last published or changed, in UTC milliseconds."""
        published = [plan.published_at or plan.made_at for _, plan in self.plans]
        return max([*published, *(event.at for event in self.events)], default=0)

    def people(self, role: RoleInSlot) -> set[str]:
        """Everybody who has the role in it now or had it at any time since it was published."""
        found = {getattr(slot, role) for slot, _ in self.plans}
        if self.now is not None:
            found |= {getattr(self.now, role), getattr(self.now, f"planned_{role}")}
        for event in self.events:
            found |= {getattr(event, f"{role}_before"), getattr(event, f"{role}_after")}
        return {no for no in found if no is not None}


def write_calendar(
    context: Context, out: Path, first: date, last: date, *, person: str | None = None, post: str | None = None
) -> int:
    """Write the calendar of a person (their roles) or of a post (its slots) to `out`; returns the number of entries.

    Raises RosterOutFault `person_or_post` unless exactly one is named, `unknown_person`, `unknown_post`, and
    `calendar_failed` where the file cannot be written; then `out` is as it was.
    """
    if (person is None) == (post is None):
        raise RosterOutFault("person_or_post")
    found = entries(context, first, last, person=person, post=post)
    names = labels_of(staff_records.every(context.database.connection))
    owner = names.get(person, person) if person is not None else str(post)
    title = t("roster_out.ics.title", centre=context.centre.name, owner=owner)
    content = calendar_text(title, found, context.now(), "roster").encode("utf-8")
    try:
        with whole_file(out) as part:
            part.write_bytes(content)
    except OSError as error:
        raise RosterOutFault("calendar_failed", path=str(out), reason=error.strerror or str(error)) from error
    return len(found)


def entries(
    context: Context, first: date, last: date, *, person: str | None = None, post: str | None = None
) -> list[Entry]:
    """The entries of a person or of a post over the slots of these local days, cancelled ones too, by time.

    Raises RosterOutFault `unknown_person` or `unknown_post`.
    """
    with context.database.reading() as connection:
        names = labels_of(staff_records.every(connection))
        if person is not None and person not in names:
            raise RosterOutFault("unknown_person", no=person)
        posts = set(staff_records.posts(connection))
        slots = duties.slots(connection, first.isoformat(), last.isoformat())
        logged = duties.events(connection, first.isoformat(), last.isoformat())
        plans = [
            (slot, plan)
            for plan in duties.published(connection, first.isoformat(), last.isoformat())
            for slot in duties.plan_slots(connection, plan.id)
            if first.isoformat() <= slot.day <= last.isoformat()
        ]
        shifts = {shift.code: shift.name for shift in standing.shifts(connection)}
    histories = slot_histories(slots, plans, logged)
    if post is not None and post not in posts | {history.name[1] for history in histories}:
        raise RosterOutFault("unknown_post", post=post)
    maker = _Maker(context.centre.code, context.centre.name, context.zone, names, shifts)
    found: list[Entry] = []
    for history in histories:
        if post is not None and history.name[1] == post:
            found.append(maker.of_post(history))
        if person is not None:
            found += maker.of_person(history, person)
    return sorted(found, key=lambda entry: (entry.starts, entry.uid))


def slot_histories(
    slots: Sequence[DutySlot], plans: Sequence[tuple[PlanSlot, Plan]], events: Iterable[DutyEvent]
) -> list[SlotHistory]:
    """The slots with all that is known of each. Pure.

    A slot that only a published plan has was taken away again. One that a later plan moved has its new window.
    """
    now = {_name(slot): slot for slot in slots}
    planned: dict[SlotName, list[tuple[PlanSlot, Plan]]] = {}
    for slot, plan in sorted(plans, key=lambda one: one[1].id):
        planned.setdefault(_name(slot), []).append((slot, plan))
    logged: dict[SlotName, list[DutyEvent]] = {}
    for event in events:
        logged.setdefault((event.day, event.post, event.shift), []).append(event)
    return [
        SlotHistory(
            name,
            now.get(name) or planned[name][-1][0],
            now.get(name),
            tuple(planned.get(name, ())),
            tuple(logged.get(name, ())),
        )
        for name in sorted(now.keys() | planned.keys())
    ]


def _name(slot: PlanSlot) -> SlotName:
    return slot.day, slot.post, slot.shift


@dataclass(frozen=True)
class _Maker:
    code: str
    centre: str
    zone: ZoneInfo
    names: Mapping[str, str]
    shifts: Mapping[str, str]

    def of_post(self, history: SlotHistory) -> Entry:
        _, post, shift = history.name
        slot = history.now
        acting, standby = (slot.acting, slot.standby) if slot else (None, None)
        words = t(
            "roster_out.ics.post",
            post=post,
            shift=self.shifts.get(shift, shift),
            acting=self._who(acting),
            standby=self._who(standby),
        )
        return self._entry(history, "post", "", words, self._both(acting, standby), cancelled=slot is None)

    def of_person(self, history: SlotHistory, person: str) -> list[Entry]:
        """One entry for each role that the person has in the slot, or had."""
        _, post, shift = history.name
        made = []
        for role in ROLES:
            if person not in history.people(role):
                continue
            slot = history.now
            has_it = slot is not None and getattr(slot, role) == person
            words = t(f"roster_out.ics.{role}", post=post, shift=self.shifts.get(shift, shift))
            acting, standby = (slot.acting, slot.standby) if slot else (None, None)
            made.append(self._entry(history, role, person, words, self._both(acting, standby), cancelled=not has_it))
        return made

    def _entry(
        self, history: SlotHistory, role: Role, person: str, summary: str, description: str, *, cancelled: bool
    ) -> Entry:
        day = date.fromisoformat(history.name[0])
        return Entry(
            uid=entry_uid(self.code, *history.name, person, role),
            starts=self._instant(day, history.window.starts),
            ends=self._instant(day, history.window.ends),
            summary=summary,
            description=description,
            location=self.centre,
            changed=datetime.fromtimestamp(history.changed_at // 1000, UTC),
            sequence=history.sequence,
            cancelled=cancelled,
        )

    def _instant(self, day: date, minutes: int) -> datetime:
        """The wall clock of the centre so many minutes after midnight, as an instant."""
        clock = datetime.combine(day, time()) + timedelta(minutes=minutes)
        return clock.replace(tzinfo=self.zone).astimezone(UTC)

    def _who(self, no: str | None) -> str:
        return t("roster_out.ics.nobody") if no is None else self.names.get(no, no)

    def _both(self, acting: str | None, standby: str | None) -> str:
        return t("roster_out.ics.both", acting=self._who(acting), standby=self._who(standby))

"""Every indicator recomputed in plain Python over the exported rows of the tables, written without its SQL."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from typing import Any

from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.engine.stating import state_in
from frontdesk.common.timelimits import PRESETS
from tests.feed_indicators import Fed, fed
from tests.followups import counted

Record = dict[str, Any]
Naive = Callable[["Rows"], "int | dict[str, int] | tuple[int, int] | None"]

TABLES = (
    "session",
    "registration",
    "resident",
    "registration_member",
    "attendance",
    "visit",
    "supplement",
    "volunteer",
    "duty_slot",
    "booking",
    "demand",
    "rating",
    "rating_rater",
    "follow_up",
    "fee_line",
    "info_report",
    "workday_override",
    "case_record",
    "case_log",
    "case_limit",
)

NAIVE: dict[str, Naive] = {}
"""The recomputation of each indicator by its code."""


def exported(connection: sqlite3.Connection) -> dict[str, list[Record]]:
    """Every row of the tables that are counted, as plain records."""
    return {
        table: [dict(zip(row.keys(), row, strict=True)) for row in connection.execute(f"SELECT * FROM {table}")]
        for table in TABLES
    }


@dataclass
class Rows:
    """The exported rows, and what is asked of them: a span of local days, as it stands at a moment."""

    tables: dict[str, list[Record]]
    first: str
    last: str
    today: date
    now: int
    preset: str

    def within(self, table: str, column: str = "day") -> list[Record]:
        """The rows of a table whose day lies in the span."""
        return [row for row in self.tables[table] if row[column] and self.first <= row[column] <= self.last]

    @cached_property
    def residents(self) -> dict[int, Record]:
        """Residents by their id."""
        return {row["id"]: row for row in self.tables["resident"]}

    @cached_property
    def registrations(self) -> dict[int, Record]:
        """Sign-ups by their id."""
        return {row["id"]: row for row in self.tables["registration"]}

    @cached_property
    def sessions(self) -> dict[str, Record]:
        """Sessions by their code."""
        return {row["code"]: row for row in self.tables["session"]}

    @cached_property
    def follow_ups(self) -> dict[bytes, Record]:
        """Follow-ups by the key of their rating."""
        return {row["key"]: row for row in self.tables["follow_up"]}

    @cached_property
    def ratings(self) -> dict[bytes, Record]:
        """Ratings by their key."""
        return {row["key"]: row for row in self.tables["rating"]}

    def planned(self) -> list[Record]:
        """The sessions of the span that were announced."""
        return [one for one in self.within("session") if one["state"] in ("published", "closed", "cancelled")]

    def held(self) -> list[Record]:
        """Those that were not cancelled."""
        return [one for one in self.planned() if one["state"] != "cancelled"]

    def sign_ups(self) -> list[Record]:
        """The sign-ups for the sessions of the span."""
        codes = {one["code"] for one in self.planned()}
        return [one for one in self.tables["registration"] if one["session_code"] in codes]

    def came(self, *states: str) -> list[tuple[Record, Record]]:
        """Attendance of held sessions that is of one of these states, each with its session."""
        codes = {one["code"]: one for one in self.held()}
        return [
            (one, codes[one["session_code"]])
            for one in self.tables["attendance"]
            if one["session_code"] in codes and one["status"] in states
        ]

    def person(self, registration_id: int) -> int:
        """Who signed up: the entry that is left of those that were merged."""
        return self.entry(self.registrations[registration_id]["resident_id"])

    def entry(self, resident_id: int) -> int:
        """The entry that is left of those that were merged."""
        found = self.residents[resident_id]
        return int(found["id"] if found["merged_into"] is None else found["merged_into"])

    def visits(self) -> list[Record]:
        """The visits of the span that count."""
        return [one for one in self.within("visit") if not one["annulled"]]

    def supplements(self) -> list[Record]:
        """The supplements of the span that count."""
        return [one for one in self.within("supplement") if one["annulled_at"] is None]

    def bad(self) -> list[Record]:
        """Bad ratings of the span that may be worked on."""
        today = self.today.isoformat()
        return [one for one in self.within("rating") if one["level"] < 3 and (one["named"] or one["day"] < today)]

    def can_call(self, key: bytes) -> bool:
        """Whether the phone of who gave a rating is known."""
        rater = next((one for one in self.tables["rating_rater"] if one["key"] == key), None)
        if rater is None:
            return False
        resident = self.residents.get(rater["resident_id"])
        return rater["phone_cipher"] is not None or (resident is not None and resident["phone_cipher"] is not None)

    def room_uses(self) -> list[tuple[str, int]]:
        """Each use of a room: which, and how many seconds."""
        sessions = [one for one in self.held() if one["room"]]
        bookings = [one for one in self.within("booking") if one["state"] in ("confirmed", "used")]
        return [(one["room"], (one["ends_at"] - one["starts_at"]) // 1000) for one in (*sessions, *bookings)]

    def put_in(self) -> Iterator[tuple[str, int]]:
        """The seconds that a person or rule put in, by volunteer."""
        for one in self.visits():
            if one["basis"] == "corrected":
                yield one["volunteer_no"], length(one) - one["displaced"]
            elif one["basis"] == "inferred":
                yield one["volunteer_no"], (one["credit_seconds"] or 0) - one["displaced"]
        for one in self.supplements():
            yield one["volunteer_no"], one["seconds"] - one["displaced"]

    def measured(self) -> Iterator[tuple[str, int]]:
        """The seconds between two scans, by volunteer."""
        for one in self.visits():
            if one["basis"] == "measured" and one["left_at"] is not None:
                yield one["volunteer_no"], length(one)


def recomputes(*codes: str) -> Callable[[Naive], Naive]:
    """Keep a function as the recomputation of an indicator."""

    def keep(function: Naive) -> Naive:
        for code in codes:
            assert code not in NAIVE, code
            NAIVE[code] = function
        return function

    return keep


def plainly(code: str, function: Naive) -> None:
    """The same for one that fits a line."""
    recomputes(code)(function)


def local_day(at: int) -> str:
    """The local day of an instant (UTC milliseconds) at the centre, which is eight hours ahead."""
    return (datetime(1970, 1, 1) + timedelta(milliseconds=at, hours=8)).date().isoformat()  # noqa: DTZ001


def length(visit: Record) -> int:
    """The whole seconds of a visit, none without an exit."""
    return 0 if visit["left_at"] is None else int((visit["left_at"] - visit["entered_at"]) // 1000)


def tally(keys: Iterable[str], start: Iterable[str] = ()) -> dict[str, int]:
    """How often each key comes."""
    return added(((key, 1) for key in keys), start)


def added(pairs: Iterable[tuple[str, int]], start: Iterable[str] = ()) -> dict[str, int]:
    """The sum of each key."""
    found = dict.fromkeys(start, 0)
    for key, many in pairs:
        found[key] = found.get(key, 0) + many
    return found


def total(records: Iterable[Record], column: str) -> int:
    """The sum of a column."""
    return sum(one[column] for one in records)


# Sessions.
plainly("sessions_planned", lambda rows: len(rows.planned()))
plainly("sessions_held", lambda rows: len(rows.held()))
plainly("sessions_cancelled", lambda rows: len(rows.planned()) - len(rows.held()))
plainly("sessions_by_category", lambda rows: tally(one["category"] for one in rows.held()))
plainly("sessions_by_type", lambda rows: tally(one["activity_type"] for one in rows.held()))
plainly("sessions_by_room", lambda rows: tally(one["room"] for one in rows.held()))
plainly("session_seconds", lambda rows: sum((one["ends_at"] - one["starts_at"]) // 1000 for one in rows.held()))
plainly("seats_open", lambda rows: total(rows.held(), "capacity"))


@recomputes("sessions_without_attendance")
def _without_attendance(rows: Rows) -> int:
    recorded = {one["session_code"] for one in rows.tables["attendance"]}
    return sum(1 for one in rows.held() if one["ends_at"] < rows.now and one["code"] not in recorded)


# Sign-ups.
CHANNELS = ("desk", "phone", "hotline", "online", "import")


def _in_state(rows: Rows, state: str) -> list[Record]:
    return [one for one in rows.sign_ups() if one["state"] == state]


plainly("sign_ups", lambda rows: len(rows.sign_ups()))
plainly("sign_ups_by_channel", lambda rows: tally((one["channel"] for one in rows.sign_ups()), CHANNELS))
plainly("seats_wished", lambda rows: total(rows.sign_ups(), "party_size"))
plainly("seats_confirmed", lambda rows: total(_in_state(rows, "confirmed"), "seats"))
plainly("parties_waitlisted", lambda rows: len(_in_state(rows, "waitlisted")))
plainly("sign_ups_cancelled", lambda rows: len(_in_state(rows, "cancelled_by_resident")))
plainly("sign_ups_cancelled_late", lambda rows: total(_in_state(rows, "cancelled_by_resident"), "cancelled_late"))


# Attendance.
def _seats(rows: Rows, *states: str) -> int:
    return sum(one["seats"] for one, _ in rows.came(*states))


def _person_times_by(rows: Rows, column: str) -> dict[str, int]:
    return added((session[column], one["seats"]) for one, session in rows.came("attended", "walk_in"))


SIGNED = ("attended", "absent_notified", "no_show")
plainly("person_times", lambda rows: _seats(rows, "attended", "walk_in"))
plainly("person_times_by_category", lambda rows: _person_times_by(rows, "category"))
plainly("person_times_by_type", lambda rows: _person_times_by(rows, "activity_type"))
plainly("person_times_by_room", lambda rows: _person_times_by(rows, "room"))
plainly("walk_in_person_times", lambda rows: _seats(rows, "walk_in"))
plainly("seats_attended", lambda rows: _seats(rows, "attended"))
plainly("absent_seats", lambda rows: _seats(rows, "absent_notified"))
plainly("no_show_seats", lambda rows: _seats(rows, "no_show"))
plainly("seats_reckoned", lambda rows: _seats(rows, *SIGNED))
plainly("no_show_rate", lambda rows: (_seats(rows, "no_show"), _seats(rows, *SIGNED)))
plainly("persons", lambda rows: len({rows.person(one["registration_id"]) for one, _ in rows.came("attended")}))


@recomputes("named_persons")
def _phones(rows: Rows) -> int:
    entries = (rows.registrations[one["registration_id"]]["resident_id"] for one, _ in rows.came("attended"))
    return len({rows.residents[entry]["phone_key"] for entry in entries})


@recomputes("persons_by_category")
def _persons_by_category(rows: Rows) -> dict[str, int]:
    found: dict[str, set[int]] = {}
    for one, session in rows.came("attended"):
        found.setdefault(session["category"], set()).add(rows.person(one["registration_id"]))
    return {category: len(people) for category, people in found.items()}


@recomputes("first_time_persons")
def _first_time(rows: Rows) -> int:
    began: dict[int, str] = {}
    entered: dict[int, list[int]] = {}
    for one in rows.tables["registration_member"]:
        entered.setdefault(one["registration_id"], []).append(one["resident_id"])
    for one in rows.tables["attendance"]:
        session = rows.sessions[one["session_code"]]
        if one["status"] != "attended" or session["state"] not in ("published", "closed"):
            continue
        others = entered.get(one["registration_id"], [])
        # Who of a party stayed away is not known.
        came_along = [rows.entry(other) for other in others] if one["seats"] >= 1 + len(others) else []
        for person in (rows.person(one["registration_id"]), *came_along):
            began[person] = min(began.get(person, "9"), session["day"])
    return sum(1 for day in began.values() if rows.first <= day <= rows.last)


# Volunteers.
def _finished(rows: Rows) -> list[Record]:
    return [one for one in rows.visits() if one["left_at"] is not None and one["review"] not in ("pending", "refused")]


plainly("volunteers_served", lambda rows: len({one["volunteer_no"] for one in _finished(rows)}))
plainly("volunteer_visits", lambda rows: len(_finished(rows)))
plainly("volunteer_seconds_measured", lambda rows: sum(many for _, many in rows.measured()))
plainly("volunteer_seconds_supplemented", lambda rows: sum(many for _, many in rows.put_in()))
plainly("volunteer_seconds", lambda rows: sum(many for _, many in (*rows.measured(), *rows.put_in())))
plainly("visits_pending", lambda rows: sum(1 for one in rows.visits() if one["review"] == "pending"))


@recomputes("volunteer_seconds_by_team")
def _by_team(rows: Rows) -> dict[str, int]:
    team = {one["no"]: one["team"] for one in rows.tables["volunteer"]}
    return added((team[no], many) for no, many in (*rows.measured(), *rows.put_in()) if many)


@recomputes("visits_left_open")
def _left_open(rows: Rows) -> int:
    return sum(1 for one in rows.visits() if one["left_at"] is None or one["review"] == "pending")


# Duty.
def _gaps(rows: Rows) -> list[Record]:
    return [one for one in rows.within("duty_slot") if one["acting"] is None]


def _staffed(rows: Rows) -> list[Record]:
    return [one for one in rows.within("duty_slot") if one["acting"] is not None]


plainly("duty_slots", lambda rows: len(rows.within("duty_slot")))
plainly("duty_gaps", lambda rows: len(_gaps(rows)))
plainly("duty_gaps_by_post", lambda rows: tally(one["post"] for one in _gaps(rows)))
plainly("duty_stand_ins", lambda rows: sum(1 for one in _staffed(rows) if one["acting"] != one["planned_acting"]))
plainly("duty_alone", lambda rows: sum(1 for one in _staffed(rows) if one["standby"] is None))
plainly("duty_seconds_staffed", lambda rows: sum((one["ends"] - one["starts"]) * 60 for one in _staffed(rows)))
plainly("duty_gap_rate", lambda rows: (len(_gaps(rows)), len(rows.within("duty_slot"))))


# Rooms.
def _bookings(rows: Rows, *states: str) -> int:
    return sum(1 for one in rows.within("booking") if one["state"] in states)


plainly("room_uses", lambda rows: len(rows.room_uses()))
plainly("room_seconds", lambda rows: sum(many for _, many in rows.room_uses()))
plainly("room_seconds_by_room", lambda rows: added(rows.room_uses()))
plainly("bookings_made", lambda rows: _bookings(rows, "confirmed", "used"))
plainly("bookings_no_show", lambda rows: _bookings(rows, "no_show"))


# Demands.
SOURCES = ("desk", "survey", "meeting", "hotline", "wish_box")


def _own(rows: Rows) -> list[Record]:
    return [one for one in rows.within("demand") if one["state"] != "merged"]


def _accepted(rows: Rows) -> list[Record]:
    return [one for one in _own(rows) if one["state"] in ("accepted", "planned")]


def _delivered(rows: Rows) -> int:
    def was_held(demand: Record) -> bool:
        return any(
            session["state"] in ("published", "closed")
            and session["ends_at"] <= rows.now
            and (
                session["code"] == demand["session_code"]
                or (demand["series_id"] is not None and session["series_id"] == demand["series_id"])
            )
            for session in rows.tables["session"]
        )

    return sum(1 for one in _own(rows) if one["state"] == "planned" and was_held(one))


plainly("demands_new", lambda rows: len(_own(rows)))
plainly("demand_heads", lambda rows: total(rows.within("demand"), "head_count"))
plainly("demands_by_source", lambda rows: tally((one["source"] for one in _own(rows)), SOURCES))
plainly("demands_by_category", lambda rows: tally(one["category"] for one in _own(rows)))
plainly("demands_accepted", lambda rows: len(_accepted(rows)))
plainly("demands_delivered", _delivered)
plainly("demands_declined", lambda rows: sum(1 for one in _own(rows) if one["state"] == "declined"))
plainly("met_rate", lambda rows: (_delivered(rows), len(_accepted(rows))))


# Ratings.
def _levels(rows: Rows, levels: Iterable[int], *, counted_only: bool = False) -> int:
    wanted = set(levels)
    return sum(1 for one in rows.within("rating") if one["level"] in wanted and not (counted_only and one["excluded"]))


ALL, GOOD, BAD = range(1, 6), (3, 4, 5), (1, 2)
plainly("ratings", lambda rows: _levels(rows, ALL))
plainly("ratings_by_level", lambda rows: {str(level): _levels(rows, [level]) for level in (5, 4, 3, 2, 1)})
plainly("good_ratings", lambda rows: _levels(rows, GOOD))
plainly("bad_ratings", lambda rows: _levels(rows, BAD))
plainly("good_rate", lambda rows: (_levels(rows, GOOD), _levels(rows, ALL)))
plainly("ratings_excluded", lambda rows: total(rows.within("rating"), "excluded"))
plainly("ratings_counted", lambda rows: _levels(rows, ALL, counted_only=True))
plainly("good_ratings_counted", lambda rows: _levels(rows, GOOD, counted_only=True))
plainly(
    "satisfaction_rate",
    lambda rows: (_levels(rows, GOOD, counted_only=True), _levels(rows, ALL, counted_only=True)),
)
plainly("ratings_named", lambda rows: total(rows.within("rating"), "named"))
plainly("ratings_commented", lambda rows: sum(1 for one in rows.within("rating") if one["comment"]))


# Follow-ups.
def _ended(rows: Rows) -> list[Record]:
    return rows.within("follow_up", "ended_on")


def _to_call(rows: Rows) -> list[Record]:
    return [one for one in _ended(rows) if rows.ratings[one["key"]]["named"] and rows.can_call(one["key"])]


def _called(rows: Rows) -> int:
    return sum(1 for one in _to_call(rows) if one["called_back_on"] is not None)


def _is_overdue(rows: Rows, rating: Record) -> bool:
    """Whether the limit that runs now ended before today; days counted one by one."""
    follow_up = rows.follow_ups.get(rating["key"])
    said = PRESETS[(follow_up["preset"] if follow_up else "") or rows.preset]
    begins = (follow_up["reopened_on"] if follow_up else None) or rating["known_on"]
    days = said.complex if follow_up and follow_up["complexity"] == "complex" else said.simple
    if follow_up is None and said.first_contact is not None:
        begins, days = rating["known_on"], said.first_contact
    elif follow_up and said.call_back is not None and _waits_for_a_call(rows, follow_up):
        begins, days = follow_up["result_on"], said.call_back
    if days is None:
        return False
    kinds = {date.fromisoformat(one["day"]): one["kind"] for one in rows.tables["workday_override"]}
    holidays = {day for day, kind in kinds.items() if kind == "holiday"}
    return counted(date.fromisoformat(begins), days, holidays, set(kinds) - holidays) < rows.today


def _waits_for_a_call(rows: Rows, follow_up: Record) -> bool:
    return follow_up["state"] == "result" and bool(follow_up["result_on"]) and rows.can_call(follow_up["key"])


def _open(rows: Rows) -> list[Record]:
    return [one for one in rows.bad() if not one["ended"]]


plainly("follow_ups_opened", lambda rows: len(rows.bad()))
plainly("follow_ups_open", lambda rows: len(_open(rows)))
plainly("follow_ups_overdue", lambda rows: sum(1 for one in _open(rows) if _is_overdue(rows, one)))
plainly("follow_ups_ended", lambda rows: len(_ended(rows)))
plainly("follow_ups_upheld", lambda rows: sum(1 for one in _ended(rows) if one["state"] == "appeal_upheld"))
plainly("follow_ups_called_back", lambda rows: len(rows.within("follow_up", "called_back_on")))
plainly("follow_ups_to_call", lambda rows: len(_to_call(rows)))
plainly("follow_ups_called_of_ended", _called)
plainly("call_back_rate", lambda rows: (_called(rows), len(_to_call(rows))))


# Fees.
def _fees(rows: Rows, kind: str) -> int:
    return total((one for one in rows.within("fee_line") if one["kind"] == kind), "amount_fen")


plainly("fees_received", lambda rows: _fees(rows, "receipt"))
plainly("fees_refunded", lambda rows: _fees(rows, "refund"))


# Letters.
KINDS_OF_LETTERS = ("construction", "activity_news", "platform", "typical_experience", "highlight")


def _letters(rows: Rows, column: str, *states: str) -> list[Record]:
    return [
        one
        for one in rows.tables["info_report"]
        if one[column] is not None
        and rows.first <= local_day(one[column]) <= rows.last
        and (not states or one["state"] in states)
    ]


def _by_kind(letters: Iterable[Record]) -> dict[str, int]:
    return tally((one["kind"] for one in letters), KINDS_OF_LETTERS)


plainly("letters_sent", lambda rows: len(_letters(rows, "sent_at")))
plainly("letters_sent_by_kind", lambda rows: _by_kind(_letters(rows, "sent_at")))
plainly("letters_adopted", lambda rows: len(_letters(rows, "decided_at", "adopted")))
plainly("letters_adopted_by_kind", lambda rows: _by_kind(_letters(rows, "decided_at", "adopted")))
plainly("letters_returned", lambda rows: len(_letters(rows, "decided_at", "returned")))


# Mechanisms: what a sheet brought in beyond its first state was not begun here.
def _begun_here(rows: Rows) -> list[Record]:
    openings = {row["case_id"]: row["step"] for row in rows.tables["case_log"] if row["kind"] == "opened"}
    return [row for row in rows.within("case_record", "opened_on") if not openings[row["id"]].startswith("@")]


# Whatever they feed is counted in one of these ways.
def _of_mechanism(rows: Rows, one: Fed) -> int:
    feed = one.feed
    records = {
        row["id"]: row
        for row in rows.tables["case_record"]
        if row["definition"] == one.definition.code and (not feed.states or row["state"] in feed.states)
    }
    if feed.counts == "opened":
        return sum(1 for row in _begun_here(rows) if row["id"] in records)
    if feed.counts in ("in_time", "overdue"):
        limits = [
            row for row in rows.tables["case_limit"] if row["case_id"] in records and row["code"] == feed.deadline
        ]
        if feed.counts == "overdue":
            # What ran out before it was brought in was overdue elsewhere.
            came = _came_on(rows)
            limits = [row for row in limits if row["due_on"] is not None and came[row["case_id"]] <= row["due_on"]]
        return sum(1 for row in limits if _limit_counts(rows, feed.counts, row["due_on"], row["stopped_on"]))
    taken = [
        row
        for row in sorted(rows.tables["case_log"], key=lambda row: row["position"])
        if row["case_id"] in records and row["kind"] == "moved" and row["step"] == feed.step
    ]
    if feed.adds is None:
        return sum(1 for row in taken if rows.first <= row["day"] <= rows.last)
    latest = {row["case_id"]: row["day"] for row in taken}
    said = {number: json.loads(records[number]["said"]) for number in latest}
    return sum(said[number].get(feed.adds, 0) for number, day in latest.items() if rows.first <= day <= rows.last)


def _came_on(rows: Rows) -> dict[int, str]:
    """By record the day on which it was entered here, whatever an old book says."""
    return {row["case_id"]: row["day"] for row in rows.tables["case_log"] if row["position"] == 1}


def _limit_counts(rows: Rows, counts: str, due: str | None, stopped: str | None) -> bool:
    if due is None:
        return False
    if counts == "in_time":
        return stopped is not None and stopped <= due and rows.first <= stopped <= rows.last
    return due < (stopped or rows.today.isoformat()) and rows.first <= due <= rows.last


for _fed in fed():
    plainly(_fed.code, partial(_of_mechanism, one=_fed))


# What stood at the end of a period: the competency matrix, the service lists.
def _stood(rows: Rows, definition: str) -> list[Record]:
    """The records of a definition that were open at the end of the span."""
    came = _came_on(rows)
    return [
        row
        for row in rows.tables["case_record"]
        if row["definition"] == definition
        and came[row["id"]] <= rows.last
        and (row["ended_on"] is None or row["ended_on"] > rows.last)
    ]


def _pair(row: Record) -> tuple[str, str]:
    said = json.loads(row["said"])
    return said["person"], said["matter"]


def _cells(rows: Rows) -> set[tuple[str, str]]:
    came = _came_on(rows)
    open_pairs = {_pair(row) for row in _stood(rows, "all_post_competency")}
    ended = {
        _pair(row)
        for row in rows.tables["case_record"]
        if row["definition"] == "all_post_competency"
        and came[row["id"]] <= rows.last
        and row["ended_on"] is not None
        and row["ended_on"] <= rows.last
    }
    every = {(person, matter) for person, _ in open_pairs for _, matter in open_pairs}
    return every - (ended - open_pairs)


def _competent(rows: Rows) -> set[tuple[str, str]]:
    of = {row["id"]: row for row in rows.tables["case_record"]}
    return _cells(rows) & {
        _pair(of[one["case_id"]])
        for one in rows.tables["case_limit"]
        if one["definition"] == "all_post_competency"
        and one["code"] == "valid"
        and one["due_on"] is not None
        and one["started_on"] <= rows.last <= one["due_on"]
        and (one["stopped_on"] is None or one["stopped_on"] > rows.last)
    } | _cells(rows) & {_pair(row) for row in of.values() if _came_in_competent(rows, row)}


def _came_in_competent(rows: Rows, row: Record) -> bool:
    """Whether the old book said so, and it was neither over by then nor was a step taken that ends it."""
    if row["definition"] != "all_post_competency":
        return False
    own = [one for one in rows.tables["case_log"] if one["case_id"] == row["id"]]
    log = sorted(own, key=lambda one: one["position"])
    if state_in(log[0]["step"])[0] != "qualified" or log[0]["day"] > rows.last:
        return False
    until: str | None = None
    for one in log:
        said = json.loads(one["said"])
        if one["kind"] == "moved" and one["step"] == "qualify":
            break
        if one["kind"] in ("opened", "corrected") and "valid_until" in said:
            until = said["valid_until"]
    over = [one for one in log if one["kind"] == "moved" and one["step"] in ("train", "expire", "end")]
    return (until is None or until >= rows.last) and all(one["day"] > rows.last for one in over)


def _listed(rows: Rows) -> set[str]:
    found = set()
    for row in _stood(rows, "service_item"):
        steps = [
            one["step"]
            for one in sorted(rows.tables["case_log"], key=lambda one: one["position"])
            if one["case_id"] == row["id"] and one["kind"] in ("opened", "moved") and one["day"] <= rows.last
        ]
        # A sheet may have brought it in where it was.
        moved = [one for one in steps if one in ("list", "suspend", "retire", "reopen") or one.startswith("@")]
        if moved and (moved[-1] == "list" or state_in(moved[-1])[0] == "listed"):
            found.add(row["number"])
    return found


def _items_ordered(rows: Rows) -> list[str]:
    return [json.loads(row["said"]).get("item", "") for row in _opened_of(rows, "delivery_order")]


def _items_ever(rows: Rows) -> set[str]:
    """What was ordered by the end of the span, here or before it was brought along."""
    orders = (row for row in rows.tables["case_record"] if row["definition"] == "delivery_order")
    return {json.loads(row["said"]).get("item", "") for row in orders if row["opened_on"] <= rows.last}


def _deliveries(rows: Rows) -> list[str]:
    orders = {row["id"]: row for row in rows.tables["case_record"] if row["definition"] == "delivery_order"}
    return [
        json.loads(orders[one["case_id"]]["said"]).get("item", "")
        for one in rows.within("case_log")
        if one["case_id"] in orders and one["kind"] == "moved" and one["step"] == "deliver"
    ]


plainly("competency_cells", lambda rows: len(_cells(rows)))
plainly("competency_held", lambda rows: len(_competent(rows)))
plainly("competency_rate", lambda rows: (len(_competent(rows)), len(_cells(rows))))
plainly("service_items_listed", lambda rows: len(_listed(rows)))
plainly("service_items_ordered", lambda rows: len(_listed(rows) & {*_items_ordered(rows)}))
plainly("service_items_never", lambda rows: len(_listed(rows) - _items_ever(rows)))
plainly(
    "service_items_used_rate",
    lambda rows: (len(_listed(rows) & {*_items_ordered(rows)}), len(_listed(rows))),
)
plainly("orders_by_item", lambda rows: dict(Counter(_items_ordered(rows))))
plainly("deliveries_by_item", lambda rows: dict(Counter(_deliveries(rows))))


# Of what was opened in a period how much has come so far.
def _opened_of(rows: Rows, definition: str) -> list[Record]:
    return [row for row in _begun_here(rows) if row["definition"] == definition]


def _that_took(rows: Rows, definition: str, step: str) -> int:
    took = {row["case_id"] for row in rows.tables["case_log"] if row["kind"] == "moved" and row["step"] == step}
    return sum(row["id"] in took for row in _opened_of(rows, definition))


def _share_that_took(rows: Rows, definition: str, step: str) -> tuple[int, int]:
    return _that_took(rows, definition, step), len(_opened_of(rows, definition))


def _solved(rows: Rows) -> int:
    good = {one.code for one in own_definitions()["first_contact"].states if one.end == "done"}
    return sum(row["ended_on"] is not None and row["state"] in good for row in _opened_of(rows, "first_contact"))


plainly("first_contacts_ended", _solved)
plainly("first_contact_ended_rate", lambda rows: (_solved(rows), len(_opened_of(rows, "first_contact"))))
for _code, _rate, _definition, _step in (
    ("orders_accepted", "order_accept_rate", "delivery_order", "accept"),
    ("orders_delivered", "order_delivery_rate", "delivery_order", "deliver"),
    ("suggestions_replied", "suggestion_reply_rate", "suggestion", "reply"),
    ("summons_attended", "summon_attended_rate", "summon", "attend"),
    ("whistles_escalated", "whistle_escalated_rate", "whistle", "escalate"),
):
    plainly(_code, partial(_that_took, definition=_definition, step=_step))
    plainly(_rate, partial(_share_that_took, definition=_definition, step=_step))


def _slots_covered(rows: Rows) -> int:
    return sum(row["acting"] is not None for row in rows.within("duty_slot"))


plainly("duty_slots_covered", _slots_covered)
plainly("duty_cover_rate", lambda rows: (_slots_covered(rows), len(rows.within("duty_slot"))))


# What the grid asks of its answers.
def _at_level(rows: Rows, definition: str, level: int) -> list[Record]:
    return [row for row in _opened_of(rows, definition) if row["level"] == level]


def _solved_at_level(rows: Rows, definition: str, level: int, good: tuple[str, ...]) -> int:
    return sum(row["state"] in good for row in _at_level(rows, definition, level))


def _many_at_level(rows: Rows, definition: str, level: int) -> int:
    return len(_at_level(rows, definition, level))


def _solved_share(rows: Rows, definition: str, level: int, good: tuple[str, ...]) -> tuple[int, int]:
    return _solved_at_level(rows, definition, level, good), _many_at_level(rows, definition, level)


for _definition, _good in (("whistle", ("closed", "reviewed")), ("complaint", ("closed",))):
    for _level in (1, 2, 3):
        plainly(f"{_definition}s_level_{_level}", partial(_many_at_level, definition=_definition, level=_level))
        _of_level = partial(_solved_at_level, definition=_definition, level=_level, good=_good)
        plainly(f"{_definition}s_solved_level_{_level}", _of_level)
        _share = partial(_solved_share, definition=_definition, level=_level, good=_good)
        plainly(f"{_definition}s_solved_rate_level_{_level}", _share)


def _answers(rows: Rows) -> Iterator[tuple[str, int]]:
    """Each answer to a whistle in the span: the department that was called, and after how many seconds it answered."""
    for whistle in rows.tables["case_record"]:
        if whistle["definition"] != "whistle":
            continue
        own = (one for one in rows.tables["case_log"] if one["case_id"] == whistle["id"])
        blown: int | None = 0
        for one in sorted(own, key=lambda each: each["position"]):
            if one["kind"] == "opened" or one["step"] in ("again", "reopen"):
                # When one was blown that a sheet brought in, nobody knows.
                blown = None if one["step"].startswith("@") else one["at"]
            if blown is not None and one["step"] == "respond" and rows.first <= one["day"] <= rows.last:
                yield json.loads(whistle["said"]).get("department", ""), max(0, one["at"] - blown) // 1000


def _middle(seconds: Iterable[int]) -> int | None:
    every = sorted(seconds)
    half = len(every) // 2
    if not every:
        return None
    return every[half] if len(every) % 2 else every[half - 1] // 2 + every[half] // 2


@recomputes("whistle_answer_seconds_by_department")
def _answers_by_department(rows: Rows) -> dict[str, int]:
    found: dict[str, list[int]] = {}
    for department, seconds in _answers(rows):
        found.setdefault(department, []).append(seconds)
    middles = {department: _middle(seconds) for department, seconds in found.items()}
    return {department: middle for department, middle in middles.items() if middle is not None}


plainly("whistle_answer_seconds", lambda rows: _middle(seconds for _, seconds in _answers(rows)))


_LEFT = {
    "whistle": ("close", "no_response", "withdraw"),
    "complaint": ("finish", "refuse", "mark_duplicate", "withdraw"),
}
"""The steps by which a record is done with at its level."""


def _stays(rows: Rows, definition: str) -> Iterator[tuple[int, int]]:
    """Each stay at a level that ended in the span, played forwards: the level and how many seconds."""
    for record in rows.tables["case_record"]:
        if record["definition"] != definition:
            continue
        level, since = 1, None
        own = (one for one in rows.tables["case_log"] if one["case_id"] == record["id"])
        for one in sorted(own, key=lambda each: each["position"]):
            up = {"escalate": 1, "return_down": -1}.get(one["step"], 0)
            if one["kind"] == "opened":
                level = state_in(one["step"])[1]
                since = None if one["step"].startswith("@") else one["at"]
            elif up or one["step"] in _LEFT[definition]:
                if since is not None and rows.first <= one["day"] <= rows.last:
                    yield level, max(0, one["at"] - since) // 1000
                level, since = level + up, one["at"] if up else None
            elif one["step"] in ("again", "reopen"):
                since = one["at"]


def _at_each_level(rows: Rows, definition: str, *, times: bool) -> dict[str, int]:
    found = {"1": 0, "2": 0, "3": 0}
    for level, seconds in _stays(rows, definition):
        found[str(level)] += 1 if times else seconds
    return found


for _definition in _LEFT:
    plainly(f"{_definition}_stays_at_level", partial(_at_each_level, definition=_definition, times=True))
    plainly(f"{_definition}_seconds_at_level", partial(_at_each_level, definition=_definition, times=False))


# Who came of those invited: a meeting stands on the day of its last minutes.
def _invited_and_came(rows: Rows) -> tuple[int, int]:
    invited = came = 0
    for meeting in rows.tables["case_record"]:
        minutes = [
            one["day"]
            for one in sorted(rows.tables["case_log"], key=lambda each: each["position"])
            if one["case_id"] == meeting["id"] and one["kind"] == "moved" and one["step"] == "hold"
        ]
        if meeting["definition"] == "joint_consultation" and minutes and rows.first <= minutes[-1] <= rows.last:
            said = json.loads(meeting["said"])
            invited += said.get("invited_count", 0)
            came += said.get("came_count", 0)
    return came, invited


plainly("consultation_came", lambda rows: _invited_and_came(rows)[0])
plainly("consultation_invited", lambda rows: _invited_and_came(rows)[1])
plainly("consultation_came_rate", _invited_and_came)

"""What may be done to a centre's file past the program, and what the look at the whole file is to find then.

The file of a new centre is given, with its manager M001 and the clock of `tests.desks`.
"""
# Statements stay whole.
# ruff: noqa: E501

from __future__ import annotations

from typing import Any, NamedTuple

DAY, BEGINS = "2026-11-16", 1_794_790_800_000
"""A Monday, and half past eight of it at the centre."""

VOLUNTEER = "INSERT INTO volunteer (no, name) VALUES ('0310001', '张三')"
SESSION = (
    "INSERT INTO session (code, day, starts_at, ends_at, name, category, capacity, state) "
    f"VALUES ('HD001', '{DAY}', {BEGINS}, {BEGINS + 3_600_000}, '书法', '文体服务', 3, 'published')"
)
OTHER_SESSION = SESSION.replace("HD001", "HD002")
RESIDENT = "INSERT INTO resident (id, name, phone_key, phone_tail_key) VALUES ({id}, '赵一', x'0{id}', x'00')"
RESIDENTS = [RESIDENT.format(id=number) for number in (1, 2, 3)]
REGISTERED = (
    "INSERT INTO registration (id, session_code, resident_id, party_size, least_seats, seats, applied_at, queue_at, "
    "seq_no, state) VALUES (1, 'HD001', 1, 4, 1, 4, 1, 1, 1, 'confirmed')"
)
SIGNED_UP = [SESSION, *RESIDENTS, REGISTERED]
RECEIPT = (
    "INSERT INTO fee_line (number, registration_id, kind, amount_fen, refunds, reason, day, at, operator_no) "
    f"VALUES ('2026-00000{{n}}', 1, '{{kind}}', {{fen}}, {{refunds}}, '-', '{DAY}', {{n}}, 'M001')"
)
ASSIGNMENT = (
    f"INSERT INTO assignment (id, day, title, starts_at, ends_at) VALUES (7, '{DAY}', '引导', {BEGINS}, {BEGINS + 1})"
)
CERTIFICATE = (
    "INSERT INTO service_certificate (number, volunteer_no, first, last, measured_seconds, supplemented_seconds, "
    "measured_minutes, supplemented_minutes, content, issuer, responsible, handler, contact, issued_on, issued_at, "
    f"operator_no) VALUES ('{{number}}', '0310001', '{DAY}', '{DAY}', 3600, 0, 60, 0, '[[\"引导\", 3600, 0]]', '-', '-', "
    f"'-', '-', '{DAY}', 1, 'M001')"
)
NOTICE = (
    "INSERT INTO hours_notice (id, first, last, published_on, until, operator_no, at) "
    f"VALUES (1, '{DAY}', '{DAY}', '{DAY}', '{DAY}', 'M001', 1)"
)
ROOM = "INSERT INTO room (name, position) VALUES ('教室', 1)"
BOOKING = (
    "INSERT INTO booking (id, room, day, starts_at, ends_at, purpose, phone_cipher, operator_no, at, changed_at) "
    f"VALUES ({{id}}, '教室', '{{day}}', {BEGINS}, {BEGINS + 3_600_000}, '议事', {{phone}}, 'M001', 1, 1)"
)
PLAN = (
    "INSERT INTO roster_plan (id, first_day, last_day, state, made_at, made_by, status) "
    f"VALUES (1, '{DAY}', '{DAY}', '{{state}}', 1, 'M001', 'optimal')"
)
PLANNED = (
    "INSERT INTO plan_slot (plan_id, day, post, shift, starts, ends, break_minutes, acting) "
    f"VALUES (1, '{DAY}', '前台', 'D', 480, 1000, 0, 'M001')"
)
SLOT = (
    "INSERT INTO duty_slot (day, post, shift, starts, ends, break_minutes, acting, planned_acting, plan_id) "
    f"VALUES ('{DAY}', '前台', 'D', 480, 1000, 0, 'M001', {{planned}}, 1)"
)
RATING = (
    "INSERT INTO rating (key, day, known_on, subject_kind, subject, level, named, channel) "
    f"VALUES (x'01', '{DAY}', '{{known}}', '{{kind}}', '{{subject}}', 5, 0, 'kiosk')"
)
ROUND = [
    "INSERT INTO review_round (no, title, first_day, last_day, codes, opened_at, opened_by) "
    f"VALUES (1, '评议', '{DAY}', '{DAY}', 1, 1, 'M001')",
    "INSERT INTO review_department VALUES (1, '民政', 1)",
]
OUTBOX = (
    "INSERT INTO outbox (report_id, kind, period, revision, body, body_hash, state, submitted_at, state_at) "
    "VALUES ('r1', 'week', '2026-W46', 1, x'00', '-', 'sent', 1, 1)"
)
DOCUMENT = (
    "INSERT INTO district_document (document_id, number, kind, title, signed, issued_at, received_at, channel) "
    "VALUES ('d1', 1, 'notice', '-', x'00', 1, 1, 'network')"
)
CASE = (
    "INSERT INTO case_record (id, definition, edition, number, state, level, opened_on, said, revision) "
    f"VALUES ({{id}}, 'first_contact', 1, 'SW2026-0000{{id}}', 'received', 1, '{DAY}', '{{{{}}}}', 1)"
)
CASE_OPENED = (
    "INSERT INTO case_log (case_id, position, at, day, operator_no, kind) "
    f"VALUES ({{id}}, 1, {{id}}, '{DAY}', 'M001', 'opened')"
)
CASES_OPENED = [one.format(id=number) for number in (1, 3) for one in (CASE, CASE_OPENED)]
ERASED = "INSERT INTO tombstone (kind, ref, at, cause) VALUES ('{kind}', '{ref}', 1, 'asked')"
TOLD = "INSERT INTO audit_change VALUES (1, 99, '{table}', '{row}', 'insert', '{told}')"
STRANGE = "zeroblob(60)"
"""A sealed field under nobody's key."""


class Case(NamedTuple):
    """What is done to the file past the program, what is found then, and the first of it."""

    area: str
    code: str
    statements: list[str]
    first: dict[str, Any]
    severity: str = "broken"


CASES = [
    Case(
        "file",
        "broken_references",
        ["PRAGMA defer_foreign_keys = ON", "DELETE FROM staff", "INSERT INTO sign_in_failure VALUES ('X', 1, 1)"],
        {"table": "sign_in_failure", "refers_to": "staff"},
    ),
    Case("file", "other_version", ["PRAGMA user_version = 15"], {"file": 15}),
    Case(
        "file", "schema_missing", ["DROP TRIGGER scan_never_deleted"], {"kind": "trigger", "name": "scan_never_deleted"}
    ),
    Case("file", "schema_missing", ["DROP INDEX visit_day"], {"kind": "index", "name": "visit_day"}),
    Case(
        "file",
        "schema_otherwise",
        ["DROP INDEX session_day", "CREATE INDEX session_day ON session (name)"],
        {"kind": "index", "name": "session_day"},
    ),
    Case(
        "file",
        "schema_strange",
        ["CREATE TABLE of_another_tool (x)"],
        {"kind": "table", "name": "of_another_tool"},
        "warning",
    ),
    Case("audit", "chain_broken", ["UPDATE audit SET subject = 'M002' WHERE id = 1"], {"entry": 1}),
    Case(
        "audit",
        "anchor_lost",
        [
            OUTBOX.replace("x'00'", 'CAST(\'{"audit_head": "' + "ab" * 32 + "\"}' AS BLOB)"),
            "INSERT INTO backup (kind, state, made_at, day, name, digest) VALUES ('usb', 'good', 1, '-', 'b', x'00')",
        ],
        {"anchor": "2026-W46 r1"},
    ),
    Case(
        "audit",
        "anchor_lost",
        [
            "INSERT INTO backup (kind, state, made_at, day, name, digest, audit_head) VALUES ('usb', 'good', 1, '-', 'b', x'00', zeroblob(32))",
            "INSERT INTO audit (at, source, action, subject, detail, hash) VALUES (1, 'cli', 'backup.made', 'b', '{}', zeroblob(31))",
        ],
        {"anchor": "b"},
    ),
    Case(
        "clock",
        "behind",
        ["UPDATE audit SET at = at + 86400000 WHERE id = (SELECT max(id) FROM audit)"],
        {"now": "2026-11-09 12:00", "latest": "2026-11-10 12:00"},
        "warning",
    ),
    Case("clock", "far_ahead", ["UPDATE audit SET at = at - 40000000000"], {"now": "2026-11-09 12:00"}, "warning"),
    Case(
        "clock",
        "went_back",
        [
            "INSERT INTO audit (at, source, action, subject, detail, hash) SELECT at - 86400000, 'cli', 'x', 'x', '{}', x'00' FROM audit"
        ],
        {"day": "2026-11-08", "before": "2026-11-09"},
        "note",
    ),
    Case(
        "clock",
        "leapt",
        [
            "INSERT INTO audit (at, source, action, subject, detail, hash) SELECT at + 40000000000, 'cli', 'x', 'x', '{}', x'00' FROM audit"
        ],
        {"before": "2026-11-09"},
        "note",
    ),
    Case("settings", "damaged", ["INSERT INTO setting VALUES ('undo_minutes', '\"abc\"')"], {"name": "undo_minutes"}),
    Case(
        "settings",
        "changed_past_program",
        [TOLD.format(table="setting", row="approve_erase", told='{"value": [null, "#00"]}')],
        {"name": "approve_erase"},
    ),
    Case(
        "staff",
        "rights_past_program",
        [TOLD.format(table="staff", row="M001", told='{"role": [null, "operator"]}')],
        {"no": "M001", "column": "role"},
    ),
    Case(
        "staff",
        "tries_forgotten",
        [
            "INSERT INTO audit (at, source, action, subject, detail, hash) VALUES (1, 'cli', 'staff.sign_in_locked', 'desk', '{}', x'00')"
        ],
        {},
        "warning",
    ),
    Case("staff", "no_manager", ["UPDATE staff SET role = 'operator'"], {"people": 1}),
    Case("staff", "phone_unreadable", [f"UPDATE staff SET phone_cipher = {STRANGE}"], {"no": "M001"}),
    Case(
        "volunteers",
        "visits_astray",
        [VOLUNTEER, f"INSERT INTO visit (volunteer_no, day, number, entered_at) VALUES ('0310001', '{DAY}', 1, 0)"],
        {"no": "0310001", "day": DAY, "number": 1},
    ),
    Case(
        "volunteers",
        "supplements_astray",
        [
            VOLUNTEER,
            f"INSERT INTO supplement (id, volunteer_no, day, seconds, reason, operator_no, at) VALUES (4, '0310001', '{DAY}', 60, '-', 'M001', 0)",
        ],
        {"id": 4},
    ),
    Case(
        "volunteers",
        "displaced_astray",
        [
            VOLUNTEER,
            f"INSERT INTO supplement (volunteer_no, day, seconds, reason, operator_no, at, displaced) VALUES ('0310001', '{DAY}', 60, '-', 'M001', 0, 30)",
        ],
        {"no": "0310001", "day": DAY},
    ),
    Case(
        "volunteers",
        "cards_issued_twice",
        [
            VOLUNTEER,
            "INSERT INTO card (volunteer_no, serial, state, issued_at) VALUES ('0310001', 1, 'issued', 1), ('0310001', 2, 'issued', 1)",
        ],
        {"no": "0310001", "cards": 2},
    ),
    Case(
        "volunteers",
        "signed_on_other_day",
        [
            VOLUNTEER,
            ASSIGNMENT,
            "INSERT INTO assignment_volunteer (volunteer_no, day, assignment_id, signed_at) VALUES ('0310001', '2026-11-17', 7, 1)",
        ],
        {"no": "0310001", "assignment": 7},
    ),
    Case(
        "volunteers",
        "assignment_on_other_day",
        [ASSIGNMENT.replace(DAY, "2026-11-17")],
        {"assignment": 7, "day": "2026-11-17"},
    ),
    Case(
        "volunteers",
        "certificates_astray",
        [VOLUNTEER, CERTIFICATE.format(number="2026000019")],
        {"number": "2026000019"},
    ),
    Case(
        "volunteers",
        "certificate_contents",
        [VOLUNTEER, CERTIFICATE.format(number="2026000019").replace("3600, 0]]", "3599, 0]]")],
        {"number": "2026000019"},
    ),
    Case(
        "volunteers",
        "certificate_without_paper",
        [VOLUNTEER, CERTIFICATE.format(number="2026000019")],
        {"number": "2026000019"},
    ),
    Case(
        "volunteers",
        "certificate_gap",
        [VOLUNTEER, CERTIFICATE.format(number="2026000019"), CERTIFICATE.format(number="2026000033")],
        {"number": "2026000033", "expected": 2},
    ),
    Case(
        "volunteers",
        "objection_of_stranger",
        [
            VOLUNTEER,
            NOTICE,
            "INSERT INTO hours_objection (id, notice_id, volunteer_no, words, at, operator_no) VALUES (2, 1, '0310001', '-', 1, 'M001')",
        ],
        {"objection": 2, "notice": 1},
    ),
    Case(
        "volunteers",
        "erased_written_again",
        [VOLUNTEER, ERASED.format(kind="volunteer", ref="0310001"), "UPDATE volunteer SET note = '-'"],
        {"no": "0310001"},
    ),
    Case(
        "residents",
        "erased_written_again",
        [*RESIDENTS, ERASED.format(kind="resident", ref="2"), "UPDATE resident SET birth = '1950' WHERE id = 2"],
        {"resident": 2},
    ),
    Case(
        "volunteers",
        "terms_of_nobody",
        ["INSERT INTO search_term VALUES ('volunteer', 'zs', '0310009')"],
        {"no": "0310009"},
    ),
    Case("volunteers", "not_found_by_name", [VOLUNTEER], {"no": "0310001"}, "warning"),
    Case(
        "volunteers",
        "phone_unreadable",
        [VOLUNTEER, f"UPDATE volunteer SET phone_cipher = {STRANGE}"],
        {"no": "0310001"},
    ),
    Case(
        "volunteers",
        "phone_unreadable",
        [VOLUNTEER, f"UPDATE volunteer SET guardian_phone_cipher = {STRANGE}"],
        {"no": "0310001"},
    ),
    Case(
        "volunteers",
        "phone_unfound",
        [VOLUNTEER, "INSERT INTO search_term VALUES ('volunteer', '#ab', '0310001')"],
        {"no": "0310001"},
    ),
    Case(
        "activities",
        "session_ends_first",
        [SESSION, "UPDATE session SET ends_at = starts_at"],
        {"session": "HD001", "day": DAY},
    ),
    Case(
        "activities",
        "session_on_other_day",
        [SESSION, "UPDATE session SET day = '2026-11-17'"],
        {"session": "HD001", "day": "2026-11-17"},
    ),
    Case("activities", "signups_astray", SIGNED_UP, {"session": "HD001", "number": 1}),
    Case("activities", "seats_above", SIGNED_UP, {"session": "HD001", "seats": 4, "capacity": 3}, "warning"),
    Case(
        "activities",
        "member_twice",
        [*SIGNED_UP, "INSERT INTO registration_member VALUES (1, 1)"],
        {"session": "HD001", "number": 1},
    ),
    Case(
        "activities",
        "attendance_elsewhere",
        [
            *SIGNED_UP,
            OTHER_SESSION,
            "INSERT INTO attendance (session_code, registration_id, status, seats) VALUES ('HD002', 1, 'attended', 1)",
        ],
        {"session": "HD002", "number": 1},
    ),
    Case(
        "activities",
        "receipt_gap",
        [
            *SIGNED_UP,
            RECEIPT.format(n=1, kind="receipt", fen=5, refunds="NULL"),
            RECEIPT.format(n=3, kind="receipt", fen=5, refunds="NULL"),
        ],
        {"number": "2026-000003", "expected": 2},
    ),
    Case(
        "activities",
        "refund_above",
        [
            *SIGNED_UP,
            RECEIPT.format(n=1, kind="receipt", fen=5, refunds="NULL"),
            RECEIPT.format(n=2, kind="refund", fen=6, refunds="'2026-000001'"),
        ],
        {"number": "2026-000001", "taken_fen": 5, "refunded_fen": 6},
    ),
    Case(
        "activities",
        "refund_elsewhere",
        [
            *SIGNED_UP,
            RECEIPT.format(n=1, kind="receipt", fen=5, refunds="NULL"),
            RECEIPT.format(n=2, kind="refund", fen=1, refunds="'2026-000001'"),
            RECEIPT.format(n=3, kind="refund", fen=1, refunds="'2026-000002'"),
        ],
        {"number": "2026-000003", "receipt": "2026-000002"},
    ),
    Case(
        "activities",
        "lists_astray",
        [
            SESSION,
            "INSERT INTO monthly_list (month, state, published_at, published_by, edition) VALUES ('2026-11', 'published', 1, 'M001', 1)",
            "INSERT INTO monthly_list_line VALUES ('2026-11', 1, 'HD001', '{}')",
        ],
        {"month": "2026-11", "session": "HD001"},
    ),
    Case(
        "activities",
        "list_unsigned",
        ["INSERT INTO monthly_list (month, state) VALUES ('2026-11', 'published')"],
        {"month": "2026-11"},
    ),
    Case(
        "activities",
        "demand_merged_on",
        [
            f"INSERT INTO demand (id, day, words, source, state, merged_into, operator_no, at) VALUES (1, '{DAY}', '-', 'desk', 'merged', 2, 'M001', 1), (2, '{DAY}', '-', 'desk', 'merged', 1, 'M001', 1)"
        ],
        {"demand": 1, "into_demand": 2},
    ),
    Case(
        "activities",
        "booking_on_other_day",
        [ROOM, BOOKING.format(id=1, day="2026-11-17", phone="NULL")],
        {"booking": 1, "day": "2026-11-17"},
    ),
    Case(
        "activities",
        "bookings_cross",
        [ROOM, BOOKING.format(id=1, day=DAY, phone="NULL"), BOOKING.format(id=2, day=DAY, phone="NULL")],
        {"booking": 1, "other": 2, "room": "教室", "day": DAY},
    ),
    Case("activities", "phone_unreadable", [ROOM, BOOKING.format(id=1, day=DAY, phone=STRANGE)], {"booking": 1}),
    Case(
        "residents",
        "merged_on",
        [
            *RESIDENTS,
            "UPDATE resident SET merged_into = 2 WHERE id = 1",
            "UPDATE resident SET merged_into = 3 WHERE id = 2",
        ],
        {"resident": 1, "into_resident": 2},
    ),
    Case(
        "residents",
        "merged_in_household",
        [*RESIDENTS, "UPDATE resident SET merged_into = 2, household = 5 WHERE id = 1"],
        {"resident": 1, "household": 5},
    ),
    Case(
        "residents",
        "household_of_one",
        [*RESIDENTS, "UPDATE resident SET household = 5 WHERE id = 1"],
        {"household": 5, "resident": 1},
        "warning",
    ),
    Case("residents", "terms_of_nobody", ["INSERT INTO search_term VALUES ('resident', 'zy', '9')"], {"resident": "9"}),
    Case(
        "residents", "not_found_by_name", [*RESIDENTS, "UPDATE resident SET indexed = 1"], {"resident": "1"}, "warning"
    ),
    Case(
        "residents",
        "phone_unreadable",
        [*RESIDENTS, f"UPDATE resident SET phone_cipher = {STRANGE} WHERE id = 2"],
        {"resident": "2"},
    ),
    Case(
        "residents",
        "phone_unreadable",
        [*RESIDENTS, f"UPDATE resident SET guardian_phone_cipher = {STRANGE} WHERE id = 3"],
        {"resident": "3"},
    ),
    Case(
        "residents",
        "phone_unfound",
        [*RESIDENTS, "UPDATE resident SET indexed = 1", "INSERT INTO search_term VALUES ('resident', '#ab', '2')"],
        {"resident": "2"},
    ),
    Case(
        "roster",
        "slot_unpublished",
        [PLAN.format(state="draft"), PLANNED, SLOT.format(planned="'M001'")],
        {"day": DAY, "post": "前台", "shift": "D", "plan": 1},
    ),
    Case(
        "roster",
        "slot_unplanned",
        [PLAN.format(state="published"), PLANNED, SLOT.format(planned="NULL")],
        {"day": DAY, "post": "前台", "shift": "D", "plan": 1},
    ),
    Case(
        "roster",
        "slot_unlogged",
        [
            PLAN.format(state="published"),
            PLANNED,
            SLOT.format(planned="'M001'"),
            f"INSERT INTO duty_event (at, kind, day, post, shift, acting_before, acting_after) VALUES (1, 'edited', '{DAY}', '前台', 'D', 'M001', NULL)",
        ],
        {"day": DAY, "post": "前台", "shift": "D"},
    ),
    Case(
        "roster",
        "leave_undecided",
        [
            f"INSERT INTO leave (id, staff_no, first_day, last_day, kind, planned, state, asked_at) VALUES (3, 'M001', '{DAY}', '{DAY}', 'annual', 1, 'approved', 1)"
        ],
        {"leave": 3, "day": DAY},
    ),
    Case(
        "roster",
        "filing_changed",
        [
            f"INSERT INTO standing_filing (id, filed_at, filed_by, effective_from, document, digest) VALUES (2, 1, 'M001', '{DAY}', '-', '-')"
        ],
        {"filing": 2, "day": DAY},
    ),
    Case(
        "feedback",
        "follow_ups_astray",
        [
            RATING.format(known=DAY, kind="service", subject="-"),
            "INSERT INTO follow_up (key, no, state, preset) VALUES (x'01', 'CP1', 'closed', 'hotline')",
        ],
        {"number": "CP1"},
    ),
    Case(
        "feedback",
        "name_on_anonymous",
        [
            RATING.format(known=DAY, kind="service", subject="-"),
            "INSERT INTO rating_rater (key, name) VALUES (x'01', '赵一')",
        ],
        {"day": DAY},
    ),
    Case(
        "feedback",
        "known_before_given",
        [RATING.format(known="2026-11-15", kind="service", subject="-")],
        {"day": DAY, "known_on": "2026-11-15"},
        "warning",
    ),
    Case(
        "feedback",
        "subject_unknown",
        [RATING.format(known=DAY, kind="session", subject="HD404")],
        {"day": DAY, "kind": "session", "subject": "HD404"},
    ),
    Case(
        "feedback",
        "review_above_codes",
        [
            *ROUND,
            "INSERT INTO department_review (key, round, department, response, handling) VALUES (x'01', 1, '民政', 5, 5)",
        ],
        {"round": 1, "department": "民政", "reviews": 1, "used": 0},
    ),
    Case(
        "feedback",
        "codes_above",
        [*ROUND, "INSERT INTO review_used VALUES (1, x'01'), (1, x'02')"],
        {"round": 1, "used": 2, "codes": 1},
    ),
    Case(
        "feedback",
        "phone_unreadable",
        [
            RATING.format(known=DAY, kind="service", subject="-"),
            f"INSERT INTO rating_rater (key, phone_cipher) VALUES (x'01', {STRANGE})",
        ],
        {"day": DAY},
    ),
    Case(
        "cases",
        "definition_missing",
        [CASE.format(id=1).replace("first_contact", "no_such")],
        {"definition": "no_such", "records": 1},
    ),
    Case("cases", "log_gap", [CASE.format(id=1)], {"number": "SW2026-00001"}),
    Case(
        "cases",
        "cases_astray",
        [*CASES_OPENED, "UPDATE case_record SET state = 'answered' WHERE id = 3"],
        {"number": "SW2026-00003"},
    ),
    Case("cases", "number_gap", CASES_OPENED, {"number": "SW2026-00003", "expected": 2}),
    Case(
        "cases",
        "linked_nowhere",
        [
            *CASES_OPENED,
            "INSERT INTO case_link (case_id, other, ref, kind, at, operator_no) VALUES (1, 'session', 'HD009', 'belongs', 1, 'M001')",
        ],
        {"number": "SW2026-00001", "ref": "HD009"},
    ),
    Case(
        "cases",
        "linked_nowhere",
        [
            *CASES_OPENED,
            "INSERT INTO case_link (case_id, other, ref, kind, at, operator_no) VALUES (1, 'case', '2', 'belongs', 1, 'M001')",
        ],
        {"number": "SW2026-00001", "ref": "2"},
    ),
    Case(
        "cases",
        "people_unsaid",
        [*CASES_OPENED, f"INSERT INTO case_person (case_id, field, phone_cipher) VALUES (1, 'visitor', {STRANGE})"],
        {"number": "SW2026-00001"},
    ),
    Case(
        "cases",
        "phone_unreadable",
        [*CASES_OPENED, f"INSERT INTO case_person (case_id, field, phone_cipher) VALUES (3, 'visitor', {STRANGE})"],
        {"number": "SW2026-00003"},
    ),
    Case(
        "cases",
        "phone_unreadable",
        [
            f"INSERT INTO case_draft (operator_no, definition, phone_cipher, saved_at) VALUES ('M001', 'repair', {STRANGE}, 1)"
        ],
        {"number": "M001"},
    ),
    Case(
        "cases",
        "phone_unfound",
        [*CASES_OPENED, "INSERT INTO search_term VALUES ('case', 'zs', '3')"],
        {"number": "SW2026-00003"},
    ),
    Case("cases", "terms_of_nobody", ["INSERT INTO search_term VALUES ('case', 'zs', '9')"], {"record": "9"}),
    Case(
        "cases",
        "draft_of_nobody",
        [
            f"INSERT INTO case_draft (operator_no, definition, phone_cipher, saved_at) VALUES ('X', 'repair', {STRANGE}, 1)"
        ],
        {"no": "X", "definition": "repair"},
    ),
    Case(
        "cases",
        "handed_astray",
        [*CASES_OPENED, "INSERT INTO case_handed VALUES (1, 'X', 1, 'M001')"],
        {"number": "SW2026-00001", "no": "X"},
        "warning",
    ),
    Case("cases", "dated_otherwise", CASES_OPENED, {"number": "SW2026-00001", "due": "-"}, "warning"),
    Case(
        "reports",
        "closings_astray",
        [
            f"INSERT INTO period_closing (period, edition, first_day, last_day, figures, digest, closed_at, closed_by) VALUES ('2026-W46', 1, '{DAY}', '{DAY}', '{{}}', zeroblob(32), 1, 'M001')"
        ],
        {"period": "2026-W46", "edition": 1},
    ),
    Case(
        "reports",
        "letters_astray",
        [
            "INSERT INTO info_report (id, period, level_to, kind, title, state, author, made_at, changed_at) VALUES (3, '2026-W46', 'street', 'highlight', '-', 'adopted', 'M001', 1, 1)"
        ],
        {"number": 3},
    ),
    Case("sync", "signed_astray", [DOCUMENT], {"what": "document", "subject": "d1"}),
    Case("sync", "sent_unsealed", [OUTBOX], {"period": "2026-W46", "revision": 1}),
    Case(
        "sync",
        "told_before_read",
        [DOCUMENT, "INSERT INTO document_reading VALUES ('d1', 5, 'M001', 4)"],
        {"document": 1},
    ),
    Case(
        "sync",
        "skipped_documents",
        ["INSERT INTO skipped_document VALUES (4, 1, 1, 1)"],
        {"number": 4, "numbers": "4"},
        "note",
    ),
]

"""Which column of the centre's file says what about people: one word for every column of every table.

Whoever shows, exports, erases, hides or seals what the file knows of a person goes by this table instead of a list of
their own; a test fails on a column that is not in it. A migration that adds a column adds its word here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

Kind = Literal[
    "plain",
    "derived",
    "resident",
    "volunteer",
    "staff",
    "identifier",
    "name",
    "staff_name",
    "birth",
    "address",
    "trait",
    "consent",
    "free_text",
    "document",
    "phone_cipher",
    "phone_key",
    "search",
    "secret",
]
"""plain: about no person. derived: made from other columns again at any time.

resident, volunteer, staff: points to that person by `resident.id`, `volunteer.no`, `staff.no`. identifier: points to a
person by a detour (a registration, a rating) or to one of several kinds.

name, birth, address (the area lived in), trait (gender, household, skill, team), consent: said of a resident, a
volunteer, a guardian, a rater or one who booked. staff_name: a name of the staff or of who leads something.
free_text: words or lists written by hand that may speak of anybody. document: whole papers with names in them.

phone_cipher: sealed with the field key. phone_key: found again by a keyed hash under the field key. search: terms that
find a person, some of them keyed hashes under the field key. secret: opens something (a PIN's hash).
"""

HIDDEN: frozenset[Kind] = frozenset(
    {
        "name",
        "staff_name",
        "birth",
        "address",
        "trait",
        "free_text",
        "document",
        "phone_cipher",
        "phone_key",
        "search",
        "secret",
    }
)
"""What the record of changes keeps only as a keyed hash; the rest stands in it as it is."""

UNDER_THE_FIELD_KEY: frozenset[Kind] = frozenset({"phone_cipher", "phone_key", "search"})
"""What a new field key makes anew."""

_PERSON_AND_TIME: Mapping[str, Kind] = {"operator_no": "staff", "at": "plain"}


def _columns(names: str, /, **others: Kind) -> dict[str, Kind]:
    """The columns named as plain ones, and the others as what they are."""
    plain: dict[str, Kind] = dict.fromkeys(names.split(), "plain")
    return plain | others


COLUMNS: Mapping[str, Mapping[str, Kind]] = {
    "_sqlite_migrations": _columns("id migration_set name applied_at"),
    "sqlite_sequence": _columns("name seq"),
    "approval_decision": _columns("request granted decided_at", decided_by="staff"),
    "approval_request": _columns("id action asked_at", subject="identifier", asked_by="staff"),
    "approval_use": _columns("request used_at"),
    "assignment": _columns(
        "id day title place starts_at ends_at session_code needed state revision changed_at",
        briefing="free_text",
        cancel_reason="free_text",
    ),
    "assignment_volunteer": _columns("day assignment_id signed_at state", volunteer_no="volunteer"),
    "attendance": _columns("id session_code status seats way", registration_id="identifier", **_PERSON_AND_TIME),
    "audit": _columns(
        "id source action hash place changes", subject="identifier", detail="identifier", **_PERSON_AND_TIME
    ),
    "audit_change": _columns("entry position tab operation detail", row_key="identifier"),
    "audit_salt": _columns("tab", row_key="identifier", salt="secret"),
    "audit_words": _columns("entry name", words="free_text", salt="secret"),
    "backup": _columns(
        "id kind state problem made_at day folder name size digest key_id schema seconds removed_at audit_head",
        operator_no="staff",
    ),
    "booking": _columns(
        "id room day starts_at ends_at setup_minutes clearing_minutes head_count state revision changed_at",
        purpose="free_text",
        booked_by="name",
        phone_cipher="phone_cipher",
        reason="free_text",
        note="free_text",
        **_PERSON_AND_TIME,
    ),
    "calendar_year": _columns("year source loaded_at"),
    "call_up": _columns("id skill day outcome", volunteer_no="volunteer", purpose="free_text", **_PERSON_AND_TIME),
    "card": _columns("serial state valid_from valid_until issued_at printed_at", volunteer_no="volunteer"),
    "case_adoption": _columns("id definition since is_kept", reason="free_text", **_PERSON_AND_TIME),
    "case_dating": _columns("one stamp after_id is_done"),
    "case_edition": _columns("definition edition parts"),
    "case_draft": _columns("definition case_id step saved_at", operator_no="staff", phone_cipher="phone_cipher"),
    "case_handed": _columns("case_id", staff_no="staff", **_PERSON_AND_TIME),
    "case_limit": _columns("case_id code begun definition started_on due_on stopped_on is_paused"),
    "case_link": _columns("case_id other ref kind", **_PERSON_AND_TIME),
    "case_log": _columns("id case_id position day kind step", said="free_text", reason="free_text", **_PERSON_AND_TIME),
    "case_person": _columns("case_id field", phone_cipher="phone_cipher", resident_id="resident"),
    "case_record": _columns(
        "id definition edition number state level opened_on due_on due_code ended_on is_paused revision emptied_on",
        title="free_text",
        responsible="staff",
        said="free_text",
    ),
    "case_row_person": _columns("case_id field position column", resident_id="resident"),
    "case_waiver": _columns("definition first_day", reason="free_text", **_PERSON_AND_TIME),
    "centre": _columns("id code name street district zone created_at"),
    "cleaning_owed": _columns("id cause at"),
    "competency": _columns("post level last_trained", staff_no="staff", checked_by="staff"),
    "consent_event": _columns(
        "id kind",
        ref="identifier",
        event="consent",
        day="consent",
        version="consent",
        by="consent",
        purposes="consent",
        reason="free_text",
        **_PERSON_AND_TIME,
    ),
    "contract": _columns(
        "weekly_minutes monthly_minutes weekdays earliest latest max_run min_run min_days_off max_weekends in_roster",
        staff_no="staff",
    ),
    "day_closing": _columns("day closed", **_PERSON_AND_TIME),
    "demand": _columns(
        "id day category source audience head_count area state merged_into session_code series_id revision",
        words="free_text",
        reason="free_text",
        **_PERSON_AND_TIME,
    ),
    "department_review": _columns("round department response handling", key="identifier", comment="free_text"),
    "district_document": _columns("document_id number kind title signed issued_at received_at channel"),
    "document_reading": _columns("document_id read_at told_at", read_by="staff"),
    "duty_event": _columns(
        "id kind day post shift leave_id swap_id",
        acting_before="staff",
        acting_after="staff",
        standby_before="staff",
        standby_after="staff",
        reason="free_text",
        **_PERSON_AND_TIME,
    ),
    "duty_slot": _columns(
        "day post shift starts ends break_minutes locked plan_id",
        acting="staff",
        standby="staff",
        planned_acting="staff",
        planned_standby="staff",
    ),
    "enrolment": _columns(
        "id centre url district_key district_key_id centre_key_id enrolled_at registered_at confirmation",
        code="secret",
    ),
    "fee_line": _columns(
        "number kind amount_fen refunds means day", registration_id="identifier", reason="free_text", **_PERSON_AND_TIME
    ),
    "field_key": _columns("one key_id since"),
    "follow_up": _columns(
        "no state preset complexity verified_on result_on called_back_on ended_on reopened_on revision",
        key="identifier",
        responsible="staff",
        outcome="free_text",
    ),
    "follow_up_log": _columns("id no day event", note="free_text", detail="free_text", **_PERSON_AND_TIME),
    "forbidden_sequence": _columns("shift next_shift"),
    "handover": _columns(
        "id leave_id post written_at late acked_at materials_back returned_at",
        to_staff="staff",
        items="free_text",
        materials="free_text",
        return_summary="free_text",
    ),
    "hours_notice": _columns(
        "id first last published_on until withdrawn_at",
        withdrawn_by="staff",
        withdraw_reason="free_text",
        **_PERSON_AND_TIME,
    ),
    "hours_notice_line": _columns("notice_id measured_seconds supplemented_seconds", volunteer_no="volunteer"),
    "hours_objection": _columns(
        "id notice_id outcome decided_at",
        volunteer_no="volunteer",
        words="free_text",
        outcome_words="free_text",
        decided_by="staff",
        **_PERSON_AND_TIME,
    ),
    "info_report": _columns(
        "id period level_to kind state sent_at decided_at made_at changed_at revision",
        title="free_text",
        body="free_text",
        author="staff",
        reviewer="staff",
        decision="free_text",
    ),
    "info_report_log": _columns(
        "id info_report event", note="free_text", title="free_text", body="free_text", **_PERSON_AND_TIME
    ),
    "key_rotation": _columns("id old_key_id new_key_id request made_at left_at confirmed_at confirmation"),
    "kiosk_sign_in_failure": _columns("id failures last_at"),
    "leave": _columns(
        "id first_day last_day from_minute until_minute kind planned state asked_at decided_at returned_at",
        staff_no="staff",
        reason="free_text",
        decided_by="staff",
        decision="free_text",
    ),
    "monthly_list": _columns(
        "month state approved_at published_at closed_at edition revision",
        note="free_text",
        approved_by="staff",
        published_by="staff",
        closed_by="staff",
        carried_out="free_text",
    ),
    "monthly_list_change": _columns(
        "id month edition session_code kind",
        before="free_text",
        after="free_text",
        reason="free_text",
        **_PERSON_AND_TIME,
    ),
    "monthly_list_line": _columns("month edition session_code", content="free_text"),
    "number_floor": _columns("kind year highest"),
    "opening": _columns("post day_kind shift"),
    "outbox": _columns("position report_id kind period revision body body_hash state submitted_at state_at refusal"),
    "outbox_attempt": _columns("id report_id at channel outcome bundle_id"),
    "parked_card": _columns(
        "serial first_at last_at times state decided_at", volunteer_no="volunteer", decided_by="staff"
    ),
    "penalty_waiver": _columns(
        "id through annulled_at", resident_id="resident", reason="free_text", annulled_by="staff", **_PERSON_AND_TIME
    ),
    "period_closing": _columns(
        "period edition first_day last_day figures digest changes closed_at scheme indicators",
        waived="free_text",
        reason="free_text",
        closed_by="staff",
    ),
    "pinned_key": _columns("key_id verify_key pinned_at replaced_by"),
    "plan_slot": _columns("plan_id day post shift starts ends break_minutes locked", acting="staff", standby="staff"),
    "post": _columns("name position shared_cover closed_on"),
    "post_holder": _columns("post ab", staff_no="staff"),
    "post_requirement": _columns("post qualification"),
    "privacy_notice": _columns("version title body", **_PERSON_AND_TIME),
    "qualification": _columns("name valid_until", staff_no="staff"),
    "rating": _columns(
        "day known_on subject_kind subject level efficiency competence attitude named channel ended excluded",
        key="identifier",
        comment="free_text",
        staff_no="staff",
    ),
    "rating_rater": _columns("", key="identifier", resident_id="resident", name="name", phone_cipher="phone_cipher"),
    "rating_service": _columns("name post position offered"),
    "rating_tag": _columns("tag", key="identifier"),
    "receipt": _columns("report_id receipt received_at stored_at"),
    "recovery_key": _columns("id key_id public_key made_at confirmed_at", made_by="staff", confirmed_by="staff"),
    "registration": _columns(
        "id session_code party_size least_seats seats applied_at queue_at seq_no is_returning drawn_place state "
        "offer_until offers_expired rule turn channel cancelled_at cancelled_late tell told_at revision",
        resident_id="resident",
        reason="free_text",
        note="free_text",
    ),
    "registration_log": _columns(
        "id session_code event rule",
        registration_id="identifier",
        reason="free_text",
        detail="identifier",
        **_PERSON_AND_TIME,
    ),
    "registration_member": _columns("", registration_id="identifier", resident_id="resident"),
    "resident": _columns(
        "revision",
        id="resident",
        name="name",
        phone_cipher="phone_cipher",
        phone_key="phone_key",
        phone_tail_key="phone_key",
        birth="birth",
        gender="trait",
        area="address",
        note="free_text",
        household="resident",
        guardian_name="name",
        guardian_phone_cipher="phone_cipher",
        guardian_consent_on="consent",
        consent_version="consent",
        consent_on="consent",
        merged_into="resident",
        indexed="derived",
    ),
    "resident_tag": _columns("tag", resident_id="resident"),
    "restoration": _columns("id backup_name backup_made_at restored_at schema replaced gaps", restored_by="staff"),
    "review_department": _columns("round name position"),
    "review_round": _columns(
        "no title first_day last_day codes minimum state opened_at closed_at", opened_by="staff", closed_by="staff"
    ),
    "review_used": _columns("round", digest="identifier"),
    "review_wrong": _columns("one wrong last_at"),
    "room": _columns(
        "name position capacity zone opens closes setup_minutes clearing_minutes bookable", note="free_text"
    ),
    "roster_plan": _columns(
        "id first_day last_day state made_at published_at status cost bound seconds",
        made_by="staff",
        published_by="staff",
        findings="identifier",
    ),
    "scan": _columns(
        "id at serial result reason source nonce given_time code_length direction force_wished forced visit_day "
        "visit_number entered_at left_at credit_seconds assignment_id session_code annuls recorded_at limit_said",
        volunteer_no="volunteer",
        operator_no="staff",
        code_hash="identifier",
        words="free_text",
    ),
    "sealed_report": _columns("report_id content_hash recipient sealed sealed_at"),
    "search_term": _columns("kind", term="search", ref="identifier"),
    "series": _columns(
        "id name category activity_type room capacity min_enrol starts ends setup_minutes clearing_minutes pattern "
        "first_day last_day on_holiday on_makeup terms fee_fen predecessor state revision changed_at",
        lead="staff_name",
        note="free_text",
    ),
    "service_certificate": _columns(
        "number first last measured_seconds supplemented_seconds measured_minutes supplemented_minutes issuer "
        "issued_on issued_at revoked_at",
        volunteer_no="volunteer",
        content="document",
        responsible="staff_name",
        handler="staff_name",
        contact="staff_name",
        operator_no="staff",
        revoked_by="staff",
        revoke_reason="free_text",
    ),
    "service_certificate_paper": _columns("number", pdf="document"),
    "session": _columns(
        "code day starts_at ends_at name category activity_type room capacity min_enrol state series_id series_day "
        "detached setup_minutes clearing_minutes terms fee_fen drawn_at draw_seed revision changed_at",
        lead="staff_name",
        cancel_reason="free_text",
        note="free_text",
    ),
    "setting": _columns("key", value="free_text"),
    "shift": _columns("code name position starts ends break_minutes"),
    "sign_in_failure": _columns("failures last_at", staff_no="staff"),
    "sign_in_debt": _columns("id owed_ms wall_ms uptime_ms"),
    "skipped_document": _columns("number skipped_at tried_at tries"),
    "staff": _columns(
        "kind weekly_hours role",
        no="staff",
        name="staff_name",
        phone_cipher="phone_cipher",
        certificate="free_text",
        certificate_until="plain",
        pin_hash="secret",
    ),
    "standing_change": _columns(
        "id asked_at kind state decided_at",
        asked_by="staff",
        payload="document",
        decided_by="staff",
        reason="free_text",
    ),
    "standing_filing": _columns("id filed_at effective_from digest", filed_by="staff", document="document"),
    "supplement": _columns(
        "id day seconds assignment_id session_code annulled_at displaced",
        volunteer_no="volunteer",
        reason="free_text",
        annulled_by="staff",
        annul_reason="free_text",
        **_PERSON_AND_TIME,
    ),
    "swap": _columns(
        "id asked_at role day post shift other_day other_post other_shift other_role state decided_at",
        asked_by="staff",
        with_staff="staff",
        decided_by="staff",
    ),
    "tombstone": _columns(
        "id kind cause emptied cleaned_at", ref="identifier", approved_by="staff", **_PERSON_AND_TIME
    ),
    "visit": _columns(
        "day number entered_at left_at basis review credit_seconds annulled assignment_id session_code entered_scan "
        "left_scan displaced",
        volunteer_no="volunteer",
    ),
    "volunteer": _columns(
        "registered_on state state_since",
        no="volunteer",
        name="name",
        gender="trait",
        birth_month="birth",
        birth_day="birth",
        phone_cipher="phone_cipher",
        phone_key="phone_key",
        team="trait",
        skill="trait",
        consent_version="consent",
        consent_on="consent",
        guardian_name="name",
        guardian_phone_cipher="phone_cipher",
        guardian_consent_on="consent",
        state_reason="free_text",
        note="free_text",
    ),
    "volunteer_availability": _columns("weekday part", volunteer_no="volunteer"),
    "volunteer_record": _columns(
        "id kind day grade annulled_at",
        volunteer_no="volunteer",
        title="free_text",
        detail="free_text",
        annulled_by="staff",
        annul_reason="free_text",
        **_PERSON_AND_TIME,
    ),
    "volunteer_skill": _columns("skill category state since", volunteer_no="volunteer", note="free_text"),
    "wish": _columns("id first_day last_day shift wanted weight", staff_no="staff", note="free_text"),
    "workday_override": _columns("day kind name source"),
}
"""Every column of every table of the present schema, by table and column."""


def columns_of(*kinds: Kind) -> Iterator[tuple[str, str]]:
    """Every table and column of some kinds, in the order of the table."""
    for table, columns in COLUMNS.items():
        for column, kind in columns.items():
            if kind in kinds:
                yield table, column


def is_hidden(table: str, column: str) -> bool:
    """Whether the record of changes keeps a column only as a keyed hash; also where nobody has classified it."""
    kind = COLUMNS.get(table, {}).get(column)
    return kind is None or kind in HIDDEN

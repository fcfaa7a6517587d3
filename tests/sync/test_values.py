"""Reports by values: what travels, when it is a new revision, and what is refused before it is sealed."""

from __future__ import annotations

import pytest

from db import audit, outbox
from frontdesk.context import Context
from frontdesk.district.service import assign_indicators, set_indicators
from frontdesk.sync import wire
from frontdesk.sync.service import ReportBodyV2, Submitted, report_of_values, submit_report, sync_all
from tests.sync.ends import (
    CENTRE,
    MONDAY,
    RunningDistrict,
    assert_delivered_once,
    own_key,
    sealed_bytes,
    state_of,
    submit,
)

Row = tuple[str, str | None, int | None, int | None, int | None]
RATINGS: list[Row] = [
    ("ratings", None, 3, None, None),
    ("good_rate", None, None, 2, 3),
    ("ratings_by_level", "5", 2, None, None),
    ("ratings_by_level", "1", 1, None, None),
]
SUNDAY = MONDAY.replace(day=15)


def body(context: Context, rows: list[Row]) -> ReportBodyV2:
    return report_of_values(context, "2026-W46", MONDAY, SUNDAY, rows)


def send(context: Context, rows: list[Row]) -> Submitted:
    return submit_report(context, lambda: body(context, rows))


def opened(context: Context, report_id: str) -> wire.OpenedReport:
    return wire.open_sealed(sealed_bytes(context, report_id), lambda _: own_key(context))


def test_values_travel_in_version_two_and_arrive(enrolled_centre: Context, district: RunningDistrict) -> None:
    submitted = send(enrolled_centre, RATINGS)
    found = opened(enrolled_centre, submitted.report_id)
    assert found.header.schema_version == 2
    assert found.report.as_figures() == {
        "ratings": 3,
        "good_rate": {"numerator": 2, "denominator": 3},
        "ratings_by_level": {"5": 2, "1": 1},
    }
    assert sync_all(enrolled_centre).problem is None
    assert_delivered_once(enrolled_centre, district, submitted.report_id)


def test_what_the_district_does_not_want_stays_behind(enrolled_centre: Context, district: RunningDistrict) -> None:
    now = district.clock.ms
    monthly: list[dict[str, object]] = [{"code": "ratings"}, {"code": "good_rate", "period_kinds": ["month"]}]
    set_indicators(district.district, monthly, who="D01", now_ms=now)
    sync_all(enrolled_centre)
    first = send(enrolled_centre, RATINGS)
    assert opened(enrolled_centre, first.report_id).report.as_figures() == {"ratings": 3}
    # What was submitted before the centre heard of the change is refused, and the same sync brings the change.
    assign_indicators(district.district, CENTRE, ["ratings_by_level"], who="D01", now_ms=now)
    assert sync_all(enrolled_centre).count("refused") == 1
    second = send(enrolled_centre, RATINGS)
    assert opened(enrolled_centre, second.report_id).report.as_figures() == {"ratings_by_level": {"5": 2, "1": 1}}
    assert sync_all(enrolled_centre).count("sent") == 1
    assert_delivered_once(enrolled_centre, district, second.report_id)


def test_a_new_set_for_all_leaves_a_centre_its_own_indicators(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    now = district.clock.ms
    assign_indicators(district.district, CENTRE, ["ratings"], who="D01", now_ms=now)
    set_indicators(district.district, [{"code": "ratings"}, {"code": "good_rate"}], who="D01", now_ms=now)
    sync_all(enrolled_centre)
    submitted = send(enrolled_centre, RATINGS)
    sync_all(enrolled_centre)
    assert state_of(enrolled_centre, submitted.report_id) == "sent"
    assign_indicators(district.district, CENTRE, [], who="D01", now_ms=now)
    sync_all(enrolled_centre)
    changed = send(enrolled_centre, RATINGS)
    assert set(opened(enrolled_centre, changed.report_id).report.as_figures()) == {
        "ratings",
        "good_rate",
        "ratings_by_level",
    }
    sync_all(enrolled_centre)
    assert_delivered_once(enrolled_centre, district, changed.report_id)


def test_the_end_of_the_audit_log_is_told_and_makes_no_new_revision(enrolled_centre: Context) -> None:
    connection = enrolled_centre.database.connection
    before = audit.head(connection)
    submitted = send(enrolled_centre, RATINGS)
    report = opened(enrolled_centre, submitted.report_id).report
    assert isinstance(report, ReportBodyV2)
    assert report.audit_head == before != audit.head(connection)
    assert not send(enrolled_centre, RATINGS).new
    changed = send(enrolled_centre, [*RATINGS[1:], ("ratings", None, 4, None, None)])
    assert (changed.new, changed.revision) == (True, 2)


def test_the_first_report_by_values_follows_one_of_the_release_before(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    old = submit(enrolled_centre)
    new = send(enrolled_centre, RATINGS)
    assert (old.revision, new.revision, new.new) == (1, 2, True)
    sync_all(enrolled_centre)
    for one in (old, new):
        assert_delivered_once(enrolled_centre, district, one.report_id)


@pytest.mark.parametrize(
    ("rows", "code", "places"),
    [
        ([*RATINGS, ("ratings", None, 4, None, None)], "duplicate_value", [0, 4]),
        ([*RATINGS, ("x", None, -1, None, None)], "bad_value", 4),
        ([("x", "a", None, 1, 2)], "bad_value", 0),
    ],
)
def test_a_wrong_value_is_refused_by_its_place_before_anything_is_kept(
    centre: Context, rows: list[Row], code: str, places: object
) -> None:
    with pytest.raises(wire.WireFault) as caught:
        send(centre, rows)
    assert caught.value.code == code
    assert caught.value.details.get("index", caught.value.details.get("indexes")) == places
    assert outbox.entries(centre.database.connection) == []

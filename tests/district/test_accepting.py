"""Reports are taken in alike on both engines: lines 3-13 of the acceptance list for the sync, at the use cases."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from frontdesk.district.documents.service import (
    assign_indicators,
    grant_exemption,
    lock_period,
    set_indicators,
    unlock_period,
)
from frontdesk.district.keys import District
from frontdesk.district.reports.accepting import accept_report, try_report
from frontdesk.district.service import revoke_key, show_report
from frontdesk.errors import CodedError
from frontdesk.sync import wire
from tests.district.centres import NOW_MS, PERIOD, Centre, enrolled

DAY_MS = 86_400_000


@pytest.fixture
def centre(district: District) -> Centre:
    """A centre that the district knows."""
    return enrolled(district)


def refused(code: str, act: Callable[[], object]) -> dict[str, object]:
    """Insist that `act` is refused with this code; the details."""
    with pytest.raises(CodedError) as caught:
        act()
    assert caught.value.code == code
    return caught.value.details


def counted(district: District) -> tuple[int, int]:
    """How many reports and how many audit entries the store has."""
    with district.store.reading() as session:
        found = session.one("SELECT (SELECT count(*) FROM report) AS r, (SELECT count(*) FROM audit) AS a")
    assert found is not None
    return found["r"], found["a"]


def at_once(number: int, act: Callable[[int], object]) -> list[object]:
    """What so many threads come to that begin together."""
    together = threading.Barrier(number)

    def one(index: int) -> object:
        together.wait()
        try:
            return act(index)
        except CodedError as failure:
            return failure.code

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def test_a_report_is_kept_with_its_exact_bytes_and_one_audit_entry(district: District, centre: Centre) -> None:
    raw = centre.seal()
    before = counted(district)
    receipt = accept_report(district, raw, NOW_MS)
    said = wire.verify_receipt(receipt, sealed=raw, district_key=district.verify_key)
    assert (said.received_at, said.revision) == (NOW_MS, 1)
    assert counted(district) == (before[0] + 1, before[1] + 1)
    kept = show_report(district, centre.code, PERIOD).visible
    assert (kept.sealed, kept.receipt, kept.channel, kept.first_day) == (raw, receipt, "network", "2026-11-09")
    assert kept.body == wire.open_sealed(raw, lambda _: wire.KnownKey(key_of(centre), centre.code)).body
    with district.store.reading() as session:
        entry = session.one("SELECT * FROM audit ORDER BY number DESC LIMIT 1")
    assert entry is not None
    assert (entry["action"], entry["centre"], entry["at"]) == ("report_accepted", centre.code, NOW_MS)
    assert entry["who"] == f"key:{centre.key_id}"


def key_of(centre: Centre) -> bytes:
    return wire.verify_key_of(centre.seed)


def test_the_same_bytes_again_give_the_same_receipt_and_change_nothing(district: District, centre: Centre) -> None:
    raw = centre.seal()
    receipt = accept_report(district, raw, NOW_MS)
    before = counted(district)
    assert accept_report(district, raw, NOW_MS + DAY_MS, channel="usb") == receipt
    lock_period(district, PERIOD, "结账", who="district", now_ms=NOW_MS)
    after_lock = counted(district)
    assert accept_report(district, raw, NOW_MS + DAY_MS) == receipt
    assert counted(district) == after_lock
    assert after_lock[0] == before[0]


def test_the_same_bytes_eight_times_at_once_are_one_report(district: District, centre: Centre) -> None:
    raw = centre.seal()
    answers = at_once(8, lambda index: accept_report(district, raw, NOW_MS + index))
    assert len(set(answers)) == 1
    assert counted(district)[0] == 1
    lock_period(district, PERIOD, "", who="district", now_ms=NOW_MS)
    assert set(at_once(8, lambda index: accept_report(district, raw, NOW_MS + index))) == set(answers)


def test_eight_reports_for_one_revision_leave_one(district: District, centre: Centre) -> None:
    raws = [centre.seal(report_id=f"r{n}", figures={"person_times": n}) for n in range(8)]
    answers = at_once(8, lambda index: accept_report(district, raws[index], NOW_MS))
    assert answers.count("revision_taken") == 7
    assert counted(district)[0] == 1


def test_the_same_identity_with_other_bytes_is_refused(district: District, centre: Centre) -> None:
    accept_report(district, centre.seal(), NOW_MS)
    details = refused(
        "report_conflict", lambda: accept_report(district, centre.seal(figures={"person_times": 4}), NOW_MS)
    )
    assert details == {"report_id": "r1"}


def test_a_taken_revision_names_the_next_and_a_late_lower_one_is_superseded(district: District, centre: Centre) -> None:
    for revision in (1, 4):
        accept_report(district, centre.seal(revision=revision, report_id=f"r{revision}"), NOW_MS)
    taken = centre.seal(revision=4, report_id="other")
    assert refused("revision_taken", lambda: accept_report(district, taken, NOW_MS))["next"] == 5
    accept_report(district, centre.seal(revision=2, report_id="r2", figures={"person_times": 9}), NOW_MS)
    shown = show_report(district, centre.code, PERIOD)
    assert [one.revision for one in shown.revisions] == [4, 2, 1]
    assert shown.visible.revision == 4


def test_two_centres_may_use_one_identity_and_know_nothing_of_each_other(district: District, centre: Centre) -> None:
    other = enrolled(district, "310114-902", 2)
    accept_report(district, centre.seal(), NOW_MS)
    accept_report(district, other.seal(), NOW_MS)
    assert counted(district)[0] == 2
    for_another = Centre(centre.code, other.seed, other.recipient).seal(report_id="r9", revision=2)
    refused("wrong_centre", lambda: accept_report(district, for_another, NOW_MS))


def test_a_revoked_key_is_refused_also_between_opening_and_keeping(district: District, centre: Centre) -> None:
    raw = centre.seal()
    revoke_key(district, centre.key_id, NOW_MS)
    refused("revoked_key", lambda: accept_report(district, raw, NOW_MS))
    assert counted(district)[0] == 0


def test_a_locked_period_is_refused_unless_the_centre_is_exempt(district: District, centre: Centre) -> None:
    other = enrolled(district, "310114-902", 2)
    lock_period(district, PERIOD, "结账", who="lisi", now_ms=NOW_MS)
    refused("period_locked", lambda: accept_report(district, centre.seal(), NOW_MS))
    assert accept_report(district, centre.seal(period="2026-W45", report_id="r45"), NOW_MS)
    grant_exemption(district, centre.code, PERIOD, date(2026, 11, 23), "停电", who="lisi", now_ms=NOW_MS)
    refused("period_locked", lambda: accept_report(district, other.seal(), NOW_MS))
    refused("period_locked", lambda: accept_report(district, centre.seal(), NOW_MS + 3 * DAY_MS))
    assert accept_report(district, centre.seal(), NOW_MS + DAY_MS)
    unlock_period(district, PERIOD, who="lisi", now_ms=NOW_MS)
    assert accept_report(district, other.seal(), NOW_MS)
    with district.store.reading() as session:
        row = session.one("SELECT granted_by, granted_at, reason FROM exemption")
    assert row == {"granted_by": "lisi", "granted_at": NOW_MS, "reason": "停电"}


def value(indicator: str, count: int | None = 1, **parts: object) -> wire.ReportValue:
    return wire.ReportValue.model_validate({"indicator": indicator, "value": count, **parts})


def test_the_values_are_checked_and_one_fault_refuses_the_whole_report(district: District, centre: Centre) -> None:
    values = [
        value("person_times"),
        value("no_such_thing"),
        value("sessions_without_attendance"),
        value("ratings", category="为老服务"),
    ]
    details = refused("unknown_indicator", lambda: accept_report(district, centre.seal(values=values), NOW_MS))
    assert (details["index"], details["indicator"]) == (1, "no_such_thing")
    faults = details["faults"]
    assert isinstance(faults, list)
    assert [(one["code"], one["index"]) for one in faults] == [
        ("unknown_indicator", 1),
        ("not_for_district", 2),
        ("bad_value", 3),
    ]
    assert counted(district)[0] == 0


def test_two_values_for_one_key_refuse_the_whole_report_and_both_are_named(district: District, centre: Centre) -> None:
    raw = centre.seal(values=[value("ratings"), value("person_times"), value("ratingz")])
    doubled = centre.sealed_again(raw, lambda body: body.replace(b"ratingz", b"ratings"))
    details = refused("duplicate_value", lambda: accept_report(district, doubled, NOW_MS))
    assert details["indexes"] == [0, 2]
    assert counted(district)[0] == 0


def test_a_wrong_kind_of_period_and_an_indicator_not_assigned_have_codes_of_their_own(
    district: District, centre: Centre
) -> None:
    halves = centre.seal(period="2026-11-H1", figures={"person_times": 1, "ratings_by_level": {"5": 1}})
    details = refused("wrong_period_kind", lambda: accept_report(district, halves, NOW_MS))
    assert (details["index"], details["indicator"]) == (1, "ratings_by_level")
    assign_indicators(district, centre.code, ["ratings"], who="lisi", now_ms=NOW_MS)
    raw = centre.seal(figures={"person_times": 1, "ratings": 2})
    assert refused("not_assigned", lambda: accept_report(district, raw, NOW_MS))["index"] == 0
    assert accept_report(district, enrolled(district, "310114-902", 2).seal(), NOW_MS)
    assert accept_report(district, centre.seal(figures={"ratings": 2}), NOW_MS)


def test_a_new_set_of_indicators_counts_from_the_next_report_on(district: District, centre: Centre) -> None:
    own = {
        "code": "local_visits",
        "name": {"zh_CN": "走访户数", "en": "Households visited"},
        "meaning": {"zh_CN": "本期走访的户数。", "en": "Households visited in the period."},
        "unit": "count",
    }
    raw = centre.seal(figures={"local_visits": 7})
    refused("unknown_indicator", lambda: accept_report(district, raw, NOW_MS))
    weekly: list[dict[str, object]] = [{"code": "person_times", "period_kinds": ["month"]}, {"code": "local_visits"}]
    set_indicators(district, weekly, [own], who="lisi", now_ms=NOW_MS)
    receipt = accept_report(district, raw, NOW_MS)
    later = centre.seal(revision=2, report_id="r2")
    refused("wrong_period_kind", lambda: accept_report(district, later, NOW_MS))
    set_indicators(district, [{"code": "person_times"}], who="lisi", now_ms=NOW_MS)
    assert accept_report(district, later, NOW_MS)
    # What was taken in before stays taken in.
    assert accept_report(district, raw, NOW_MS) == receipt


@pytest.mark.parametrize("field", ["name", "category"])
@pytest.mark.parametrize("escape", [rb"\u0000", rb"\ud800"])
def test_what_no_database_keeps_is_refused(district: District, centre: Centre, field: str, escape: bytes) -> None:
    split = [value("sessions_by_category", category="为老@" if field == "category" else "为老")]
    plain = centre.seal(values=split, name="安亭@" if field == "name" else "安亭")
    raw = centre.sealed_again(plain, lambda body: body.replace(b"@", escape))
    code = "bad_body" if field == "name" else "bad_value"
    assert field in str(refused(code, lambda: accept_report(district, raw, NOW_MS))["where"])
    assert counted(district)[0] == 0


def test_a_report_of_the_first_version_is_kept_under_its_number(district: District, centre: Centre) -> None:
    figures: dict[str, int | dict[str, int | None] | None]
    figures = {"ratings": 3, "ratings_by_level": {"5": 3}, "of_an_older_program": None}
    raw = centre.seal_first_version(figures)
    accept_report(district, raw, NOW_MS)
    visible = show_report(district, centre.code, PERIOD).visible
    assert visible.schema_version == 1
    assert wire.read_body(visible.body, 1).as_figures() == figures
    with district.store.reading() as session:
        row = session.one("SELECT CAST(figures AS TEXT) AS kept FROM report")
    assert row is not None
    assert json.loads(row["kept"]) == figures


def test_a_trial_answers_the_same_and_stores_nothing(district: District, centre: Centre) -> None:
    raw = centre.seal()
    before = counted(district)
    answer = try_report(district, raw, NOW_MS)
    assert wire.verify_trial_answer(answer, sealed=raw, district_key=district.verify_key).revision == 1
    with pytest.raises(wire.WireFault):
        wire.verify_receipt(answer, sealed=raw, district_key=district.verify_key)
    assert counted(district) == before
    accept_report(district, raw, NOW_MS)
    assert try_report(district, raw, NOW_MS) == answer
    refused("revision_taken", lambda: try_report(district, centre.seal(report_id="r2"), NOW_MS))
    refused(
        "unknown_indicator",
        lambda: try_report(district, centre.seal(figures={"none": 1}, revision=2, report_id="r3"), NOW_MS),
    )
    lock_period(district, PERIOD, "", who="lisi", now_ms=NOW_MS)
    refused("period_locked", lambda: try_report(district, centre.seal(revision=2, report_id="r2"), NOW_MS))

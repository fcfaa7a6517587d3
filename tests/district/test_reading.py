"""Completeness and timeliness, who is missing, totals, histories and differences: line 15 of the acceptance list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random

import pytest

from frontdesk.common.periods import week_of
from frontdesk.common.wilson import wilson_interval
from frontdesk.district.keys import District
from frontdesk.district.reports.service import (
    accept_report,
    centre_history,
    compare,
    completeness,
    missing,
    received,
    set_deadline,
    totals,
    values_of_centres,
)
from frontdesk.district.store import Session
from frontdesk.errors import CodedError
from frontdesk.sync import wire
from tests.district.centres import NOW_MS, PERIOD, Centre, enrolled

Figures = dict[str, int | Mapping[str, int | None] | None]

CATEGORIES = ("为老服务", "为小服务", "文体")
STREETS = ("安亭镇", "马陆镇", "嘉定镇街道")


def at(day: int, hour: int, minute: int = 0) -> int:
    """An instant of November 2026 by the clocks of Shanghai, in UTC milliseconds."""
    return round(datetime(2026, 11, day, hour, minute, tzinfo=UTC).timestamp() * 1000) - 8 * 3_600_000


def placed(session: Session, code: str, street: str, **others: str | None) -> None:
    """Give a centre of the register its street, and whatever else."""
    values = {"street": street, "name": f"{street}{code}", **others}
    marks = ", ".join(f"{name} = ?" for name in values)
    session.execute(f"UPDATE centre SET {marks} WHERE code = ?", (*values.values(), code))


def in_streets(district: District, number: int) -> list[Centre]:
    """So many centres that enrolled, in the three streets by turns."""
    found = [enrolled(district, f"310114-{index:03}", index) for index in range(1, number + 1)]
    with district.store.writing() as session:
        for index, centre in enumerate(found):
            placed(session, centre.code, STREETS[index % 3])
    return found


def test_completeness_counts_expected_received_and_in_time_by_street(district: District) -> None:
    centres = in_streets(district, 7)
    # A week that ends on the 15th may be reported to the end of the 18th.
    accept_report(district, centres[0].seal(), at(18, 23, 59))
    accept_report(district, centres[3].seal(), at(19, 0))
    accept_report(district, centres[1].seal(), at(16, 9))
    accept_report(district, centres[1].seal(revision=2, report_id="r2"), at(20, 9))
    with district.store.reading() as session:
        found = completeness(session, "weekly", PERIOD)
        assert [(one.street, one.expected, one.received, one.on_time) for one in found.streets] == [
            ("嘉定镇街道", 2, 0, 0),
            ("安亭镇", 3, 2, 1),
            ("马陆镇", 2, 1, 1),
        ]
        assert (found.whole.expected, found.whole.received, found.whole.missing) == (7, 3, 4)
        assert (found.whole.rate, found.whole.on_time_rate) == (3 / 7, 2 / 7)
        only = completeness(session, "weekly", PERIOD, "安亭镇")
        assert list(only.streets) == [found.streets[1]]
        assert [row["code"] for row in missing(session, "weekly", PERIOD)] == [
            *("310114-003", "310114-006", "310114-007", "310114-005"),
        ]
        assert [row["code"] for row in missing(session, "weekly", PERIOD, limit=2, offset=1)] == [
            *("310114-006", "310114-007"),
        ]
        (row,) = received(session, "weekly", PERIOD, "马陆镇")
        assert (row["revision"], row["revisions"], row["first_at"], row["last_at"]) == (2, 2, at(16, 9), at(20, 9))


def test_a_centre_is_expected_while_it_is_open_and_for_its_own_kinds_of_report(district: District) -> None:
    centres = in_streets(district, 5)
    with district.store.writing() as session:
        placed(session, centres[0].code, "安亭镇", since="2026-11-15", until="2026-11-15")
        placed(session, centres[1].code, "安亭镇", since="2026-11-16")
        placed(session, centres[2].code, "安亭镇", until="2026-11-08")
        placed(session, centres[3].code, "安亭镇", expects="half_monthly")
        placed(session, centres[4].code, "安亭镇", expects="monthly weekly")
    for centre in centres:
        accept_report(district, centre.seal(), NOW_MS)
    with district.store.reading() as session:
        assert completeness(session, "weekly", PERIOD).whole.expected == 2
        assert completeness(session, "weekly", PERIOD).whole.received == 2
        assert completeness(session, "monthly", "2026-11").whole.expected == 1
        assert [row["code"] for row in missing(session, "monthly", "2026-11")] == [centres[4].code]
        assert completeness(session, "half_monthly", "2026-11-H1").whole.expected == 1
        assert len(received(session, "weekly", PERIOD)) == 5


def test_a_period_of_another_kind_is_refused(district: District) -> None:
    with district.store.reading() as session:
        for kind, period in (("weekly", "2026-11"), ("monthly", "2026-W46"), ("weekly", "gibberish")):
            with pytest.raises(CodedError) as caught:
                completeness(session, kind, period)
            assert caught.value.code == "bad_period"


def test_the_deadline_is_a_setting_for_each_kind(district: District) -> None:
    (centre,) = in_streets(district, 1)
    accept_report(district, centre.seal(), at(20, 12))
    set_deadline(district, "weekly", 5, who="lisi", now_ms=NOW_MS)
    set_deadline(district, "monthly", 9, who="lisi", now_ms=NOW_MS)
    with district.store.reading() as session:
        found = completeness(session, "weekly", PERIOD)
        assert found.deadline == at(21, 0) - 1
        assert found.whole.on_time == 1
        entries = session.rows("SELECT who, subject FROM audit WHERE action = 'deadline.set'")
    assert [row["subject"] for row in entries] == ["weekly", "monthly"]
    with pytest.raises(CodedError) as caught:
        set_deadline(district, "weekly", 400, who="lisi", now_ms=NOW_MS)
    assert caught.value.code == "bad_deadline"


def test_totals_add_by_the_rule_of_each_indicator(district: District) -> None:
    first, second, third = in_streets(district, 3)
    with district.store.writing() as session:
        placed(session, second.code, "安亭镇")
    shared: Figures = {"person_times": 10, "persons": 7, "sessions_by_category": {"为老服务": 2, "为小服务": None}}
    accept_report(district, first.seal(figures={**shared, "good_rate": {"numerator": 8, "denominator": 10}}), NOW_MS)
    accept_report(district, second.seal(figures={**shared, "good_rate": None}), NOW_MS)
    accept_report(
        district, third.seal(figures={"person_times": None, "good_rate": {"numerator": 1, "denominator": 5}}), NOW_MS
    )
    # What a later revision says takes the place of all that an earlier one said.
    accept_report(district, second.seal(figures={"person_times": 4}, revision=2, report_id="r2"), NOW_MS)
    with district.store.reading() as session:
        found = totals(session, "weekly", PERIOD)
        only = totals(session, "weekly", PERIOD, "安亭镇")
        by_centre = values_of_centres(session, "weekly", PERIOD, "persons")
    assert (found.reports, found.reports_by_street) == (3, {"安亭镇": 2, "嘉定镇街道": 1})
    whole = {(one.indicator, one.category): one for one in found.whole}
    assert (whole["person_times", None].value, whole["person_times", None].unknown) == (14, 1)
    rate = whole["good_rate", None]
    assert (rate.numerator, rate.denominator, rate.interval) == (9, 15, wilson_interval(9, 15))
    persons = whole["persons", None]
    assert (persons.addable, persons.value, persons.centres) == (False, None, 1)
    assert [(row["code"], row["value"]) for row in by_centre] == [(first.code, 7)]
    assert whole["sessions_by_category", "为老服务"].value == 2
    assert whole["sessions_by_category", "为小服务"].value is None
    assert list(only.streets) == ["安亭镇"]
    assert only.streets["安亭镇"] == found.streets["安亭镇"]
    assert [one.indicator for one in found.whole][:2] == ["person_times", "persons"]


def test_what_no_indicator_defines_is_not_added(district: District) -> None:
    (centre,) = in_streets(district, 1)
    accept_report(district, centre.seal_first_version({"of_an_older_program": 3, "ratings": 4}), NOW_MS)
    with district.store.reading() as session:
        found = {one.indicator: one for one in totals(session, "weekly", PERIOD).whole}
    assert (found["ratings"].value, found["of_an_older_program"].over_centres) == (4, "unknown")
    assert found["of_an_older_program"].value is None


def test_a_centres_history_and_what_two_revisions_say_differently(district: District) -> None:
    first, other = in_streets(district, 2)
    accept_report(district, other.seal(), NOW_MS)
    accept_report(district, first.seal(figures={"person_times": 3, "ratings": 2}), NOW_MS)
    changed: Figures = {"person_times": 3, "ratings": 5, "sessions_by_category": {"为老服务": 1}}
    accept_report(district, first.seal(figures=changed, revision=3, report_id="r3"), NOW_MS + 5)
    accept_report(district, first.seal(period="2026-10", report_id="m", figures={"ratings": 1}), NOW_MS)
    with district.store.reading() as session:
        history = centre_history(session, first.code)
        found = compare(session, first.code, PERIOD, 1, 3)
        with pytest.raises(CodedError) as caught:
            compare(session, first.code, PERIOD, 1, 2)
    assert caught.value.code == "no_report"
    assert [(row["period"], row["revision"], row["revisions"], row["last_at"]) for row in history] == [
        (PERIOD, 3, 2, NOW_MS + 5),
        ("2026-10", 1, 1, NOW_MS),
    ]
    assert [(one.indicator, one.category, one.before, one.after) for one in found] == [
        ("ratings", None, {"i": "ratings", "v": 2}, {"i": "ratings", "v": 5}),
        ("sessions_by_category", "为老服务", None, {"i": "sessions_by_category", "c": "为老服务", "v": 1}),
    ]


@dataclass(frozen=True)
class Told:
    """What one report of the year says, as the sum apart from the store is made of."""

    street: str
    period: str
    figures: Figures


def year_of_reports(district: District, centres: int, weeks: int) -> list[Told]:
    """Weekly reports of so many centres, sent in any order, some of them amended and some missing; what counts."""
    rng = Random(centres * weeks)
    known = in_streets(district, centres)
    sent: list[tuple[Centre, str, int, Figures]] = []
    counting: list[Told] = []
    for index, centre in enumerate(known):
        week = week_of(date(2025, 11, 24))
        for _ in range(weeks):
            if rng.random() > 0.03:
                revisions = 2 if rng.random() < 0.05 else 1
                for revision in range(1, revisions + 1):
                    sent.append((centre, week.key, revision, _figures(rng)))
                counting.append(Told(STREETS[index % 3], week.key, sent[-1][3]))
            week = week.following()
    rng.shuffle(sent)
    for number, (centre, period, revision, figures) in enumerate(sent):
        raw = centre.seal(period=period, revision=revision, report_id=f"r{number}", figures=figures)
        accept_report(district, raw, NOW_MS + number)
    return counting


def _figures(rng: Random) -> Figures:
    rated = rng.randrange(60)
    return {
        "person_times": rng.randrange(2_000) if rng.random() > 0.02 else None,
        "ratings": rated,
        "good_rate": {"numerator": rng.randrange(rated + 1), "denominator": rated},
        "sessions_by_category": {
            name: rng.randrange(9) for name in ("为老服务", "为小服务", "文体") if rng.random() > 0.2
        },
    }


def summed_apart(told: Iterable[Told]) -> dict[tuple[str, str, str, str | None, str], int]:
    """The sums by period, street ("" for all), indicator, category and part."""
    sums: defaultdict[tuple[str, str, str, str | None, str], int] = defaultdict(int)
    for one in told:
        for indicator, figure in one.figures.items():
            parts = figure if isinstance(figure, Mapping) else {"": figure}
            for name, count in parts.items():
                is_part = name in ("numerator", "denominator")
                category, part = (None, name) if is_part else (name or None, "value")
                for street in (one.street, ""):
                    if count is not None:
                        sums[one.period, street, indicator, category, part] += count
    return dict(sums)


def check_totals(district: District, told: list[Told]) -> None:
    """Hold every total of every period, over all and by street, to the sums made apart."""
    found: dict[tuple[str, str, str, str | None, str], int] = {}
    with district.store.reading() as session:
        for period in sorted({one.period for one in told}):
            answer = totals(session, "weekly", period)
            for street, rows in {"": answer.whole, **answer.streets}.items():
                for one in rows:
                    for part in ("value", "numerator", "denominator"):
                        count = getattr(one, part)
                        if count is not None:
                            found[period, street, one.indicator, one.category, part] = count
    assert found == summed_apart(told)


def test_totals_equal_a_sum_made_apart_by_street_and_period(district: District) -> None:
    check_totals(district, year_of_reports(district, 13, 6))


@pytest.mark.slow
def test_152_centres_with_a_year_of_weeks_add_up_by_street_and_period(district: District) -> None:
    told = year_of_reports(district, 152, 52)
    check_totals(district, told)
    with district.store.writing() as session:
        # They enrolled after the year; whoever carried them over said since when they report.
        session.execute("UPDATE centre SET since = ?", ("2025-11-01",))
    with district.store.reading() as session:
        weeks = sorted({one.period for one in told})
        assert len(weeks) == 52
        arrived = sum(completeness(session, "weekly", week).whole.received for week in weeks)
    assert arrived == len(told)


def test_rules_of_the_wire_are_the_ones_that_are_added_by() -> None:
    assert {rule.over_centres for rule in wire.indicator_rules().values()} == {"sum", "distinct", "rate"}

"""Evidence that forms begin with: what the indicators say of the period, nothing of too few answers, staff by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from db.staff import Staff
from db.staff import put as put_staff
from frontdesk.cases import service
from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.filling import form_of
from frontdesk.context import Context
from frontdesk.reports.indicators.service import find
from tests.desks import new_desk
from tests.indicatordesks import put

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
DAY = "2026-11-10"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    context.clock = lambda: NOON
    with context.database.write() as connection:
        put_staff(
            connection, Staff(no="W002", name="李四", kind="", certificate="社工师", certificate_until="2026-12-01")
        )
        put_staff(
            connection, Staff(no="W003", name="王五", kind="", certificate="社工师", certificate_until="2026-11-01")
        )
    yield context
    context.database.close()


def rate(desk: Context, *levels: int) -> None:
    """Anonymous ratings of a day in November."""
    with desk.database.write() as connection:
        for number, level in enumerate(levels):
            put(
                connection,
                "rating",
                key=bytes([number + 1]) * 16,
                day=DAY,
                known_on=DAY,
                subject_kind="service",
                subject="综合服务台",
                level=level,
                comment="",
                named=0,
                channel="desk",
                ended=0,
                excluded=0,
            )


def rows_by_words(found: Any) -> dict[str, dict[str, Any]]:
    return {row["indicator"]: row for row in found["items"]}


def test_every_indicator_that_a_definition_collects_is_there() -> None:
    parts = [
        part
        for definition in own_definitions().values()
        for one in definition.collects
        for part in [one.indicator, *(taken for row in one.rows for taken in row.takes.values())]
        if part is not None
    ]
    assert parts and [part for part in parts if find(part.partition(".")[0]) is None] == []


def test_a_self_check_begins_as_the_standard_sheet_and_takes_its_evidence_from_the_period(desk: Context) -> None:
    rate(desk, 5, 5, 4, 4, 3, 3, 2, 1)
    bare = rows_by_words(service.collected(desk, "self_check"))
    assert sum(row["weight"] for row in bare.values()) == 100
    assert "found" not in bare["居民满意率"]
    found = rows_by_words(service.collected(desk, "self_check", said={"period": "2026-11"}))
    assert found["居民满意率"]["found"] == 750
    assert found["居民满意率"]["evidence"] == "满意率 6/8 = 75.0%（95% 区间 40.9% - 92.9%）"
    assert found["活动场次"]["found"] == 0 and "found" not in found["硬件配置齐全完好"]
    items = [{**row, "self_score": "90"} for row in bare.values()]
    items[0]["self_score"] = "40"
    opened = service.open_case(desk, "self_check", {"period": "2026-11", "items": items})
    later = rows_by_words(service.collected(desk, "self_check", opened.row.id, "score"))
    assert later["居民满意率"]["found"] == 750 and later["居民满意率"]["self_score"] == 90
    shown = form_of(desk, "self_check", opened.row.id, "score").before["items"]
    assert isinstance(shown, list) and [row.get("found") for row in shown].count(750) == 1
    scored = service.take_step(desk, opened.row.id, "score", {"items": list(later.values())})
    values = scored.now.values
    # Ten of a hundred stand at 40 points, the others at 90: 4 + 81.
    assert (values["score"], values["met"], values["all_items"], values["grade"]) == (85, 11, 12, "good")
    assert values["attainment"] == round(11 / 12 * 1000)
    assert service.cases_astray(desk, desk.database.connection) == []


def test_of_too_few_answers_of_no_period_and_of_one_to_come_nothing_is_taken(desk: Context) -> None:
    rate(desk, 5, 1)
    for period in ("2026-11", "第三季度", "2027-01", ""):
        found = rows_by_words(service.collected(desk, "self_check", said={"period": period}))
        assert "found" not in found["居民满意率"] and "evidence" not in found["居民满意率"]


def test_the_certified_ratio_begins_with_the_staff_and_counts_half_as_enough(desk: Context) -> None:
    found: Any = service.collected(desk, "certified_ratio", said={"as_of": "2026-11-20"})
    rows = {row["person"]: row for row in found["staff"]}
    assert rows["W002"]["counted"] is True and rows["W003"]["counted"] is False
    two = [rows["W002"], rows["W003"]]
    opened = service.open_case(desk, "certified_ratio", {"as_of": "2026-11-20", "staff": two})
    values = opened.now.values
    assert (values["staff_count"], values["certified"], values["ratio"], values["enough"]) == (2, 1, 500, True)

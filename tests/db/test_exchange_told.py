"""What is told of a sheet that comes back: whom it is about, masked, and who has to be told something by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from frontdesk.activities import service
from frontdesk.activities.exchange.service import import_sheet
from frontdesk.context import Context
from frontdesk.imports.service import describe
from frontdesk.sheets.outcome import ImportOutcome
from tests.db.test_exchange import edit, exported, put, put_on, row_of, sign_up


@pytest.mark.parametrize("full", [True, False])
def test_a_trial_tells_new_people_masked_in_words_and_whole_to_scripts(
    desk: Context, tmp_path: Path, full: bool
) -> None:
    sign_up(desk, put_on(desk, 0), 1)
    path = exported(desk, tmp_path, "signups", full=full)
    new = {"session": "HD001", "person": "贾试新", "phone": "13700001111", "party_size": 1}
    trial = import_sheet(desk, edit(path, lambda sheet: put(sheet, 5, **new)), dry_run=True)
    assert trial.added == 1
    words = "\n".join(describe(trial, dry_run=True))
    assert "姓名 贾*新" in words and "手机 ***1111" in words
    assert "贾试新" not in words and "13700001111" not in words
    fields = {one["field"]: one["after"] for one in trial.as_json()["preview"][0]["fields"]}
    assert (fields["姓名"], fields["手机"]) == ("贾试新", "13700001111")


def codes(outcome: ImportOutcome) -> list[dict[str, object]]:
    return [one.as_json() for one in outcome.remarks]


@pytest.mark.parametrize(("day", "untold"), [(12, 2), (9, 0)])
def test_who_moved_up_by_edited_sign_ups_is_to_be_told_unless_the_session_is_over(
    desk: Context, tmp_path: Path, day: int, untold: int
) -> None:
    sign_up(desk, put_on(desk, 0, capacity=2, day=day), 6)

    def change(sheet: Worksheet) -> None:
        # The first that waits moves up and goes by the same file: nobody has to tell it that it had a seat.
        for number in (1, 2, 3):
            put(sheet, row_of(sheet, f"HD001#{number}"), sign_up_state="已取消")

    away = edit(exported(desk, tmp_path, "signups"), change)
    trial, done = import_sheet(desk, away, dry_run=True), import_sheet(desk, away)
    assert codes(trial) == codes(done) == ([{"code": "moved_up", "count": untold}] if untold else [])
    assert len(service.to_tell(desk)) == untold
    words = "\n".join(describe(done, dry_run=False))
    assert (f"有 {untold} 组候补由此得到名额，要通知" in words and "frontdesk signup tell" in words) == bool(untold)
    assert codes(import_sheet(desk, away)) == []


def test_who_moved_up_by_a_larger_capacity_is_to_be_told(desk: Context, tmp_path: Path) -> None:
    sign_up(desk, put_on(desk, 0, capacity=2, day=12), 4)
    larger = edit(exported(desk, tmp_path, "sessions"), lambda sheet: put(sheet, 4, capacity=3))
    assert codes(import_sheet(desk, larger)) == [{"code": "moved_up", "count": 1}]
    assert len(service.to_tell(desk)) == 1

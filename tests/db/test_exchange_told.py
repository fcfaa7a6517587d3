"""What is told of a sheet that comes back: whom it is about, masked, and who has to be told something by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from frontdesk.activities.exchange.service import import_sheet
from frontdesk.context import Context
from frontdesk.imports.service import describe
from tests.db.test_exchange import edit, exported, put, put_on, sign_up
from tests.desks import new_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    yield context
    context.database.close()


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

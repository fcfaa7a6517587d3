"""What the first screen says of the district: what it refused and wants read stands before all else."""

from __future__ import annotations

from db import standing
from frontdesk.context import Context
from frontdesk.district.documents.issuing import send_notice
from frontdesk.district.documents.locking import lock_period
from frontdesk.sync.service import fetch, sync_all
from frontdesk.today.service import today
from tests.duties import set_up
from tests.sync.ends import RunningDistrict, notify, submit


def kinds(context: Context) -> list[str]:
    """What waits, in its order; a clock that is wrong spoils all else and stands above it."""
    return [one.kind for one in today(context).due if one.kind != "clock"]


def test_what_is_refused_and_important_notices_stand_above_the_roster(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    set_up(enrolled_centre, {})
    with enrolled_centre.database.write() as connection:
        standing.set_openings(connection, "窗口", "thu", ["早"])
    notify(district)
    fetch(enrolled_centre)
    before = kinds(enrolled_centre)
    assert before.index("unplanned_ahead") < before.index("notices"), "a notice that can wait waits"
    report = submit(enrolled_centre)
    lock_period(district.district, report.period, "已汇总", who="D01", now_ms=district.clock.ms)
    end, now_ms = district.district, district.clock.ms
    send_notice(end, title="停电通知", text="今晚停电。", important=True, who="D01", now_ms=now_ms)
    sync_all(enrolled_centre)
    assert kinds(enrolled_centre)[:3] == ["refused", "notices", "unplanned_ahead"]

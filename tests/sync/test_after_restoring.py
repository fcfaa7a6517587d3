"""A centre's computer is lost with two weeks that the district has; a backup brings the centre back on another one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from db import outbox
from db.hours import of_volunteer
from frontdesk.audit import service as audit_log
from frontdesk.backup import service as backup
from frontdesk.check.service import look_over
from frontdesk.context import Context, Operator, open_context
from frontdesk.district.reports.totals import totals
from frontdesk.home import Home
from frontdesk.reports import service as reports
from frontdesk.sync import wire
from frontdesk.sync.again import send_again
from frontdesk.sync.service import Submitted, enrol, notices, rotate_key, sync_all, sync_astray
from frontdesk.volunteers import service as volunteers
from frontdesk.volunteers.checkin.correcting import add_visit
from frontdesk.volunteers.register import editing
from tests.safe_backups import KEY
from tests.sync.ends import CENTRE, RunningDistrict, assert_delivered_once, notify, stored_receipt

MANAGER = Operator("001", "王明", "manager")


def at(day: int, hour: int) -> datetime:
    """An hour at the centre; day 1 is Monday 2026-11-23, the first of week 48."""
    return datetime(2026, 11, 23, hour, tzinfo=UTC) + timedelta(days=day - 1, hours=-8)


def move_to(context: Context, district: RunningDistrict, moment: datetime) -> None:
    district.clock.now = moment
    context.clock = lambda: moment


def here(context: Context, district: RunningDistrict, code: str, day: int) -> None:
    """Two hours by a card."""
    for hour in (9, 11):
        move_to(context, district, at(day, hour))
        assert volunteers.scan(context, code).result in ("entered", "left")


def closed_and_submitted(context: Context, key: str) -> Submitted:
    period = reports.period_named(key, context)
    reports.close_period(context, period)
    return reports.submit(context, reports.as_closed(context, period))


def seconds_at(district: RunningDistrict, key: str) -> list[tuple[int, int]]:
    """What the district holds of a week: revision and seconds served, the latest first; one report of it counts."""
    with district.district.store.reading() as session:
        assert totals(session, wire.kind_of(key), key).reports == 1
        held = [(one.revision, wire.read_body(one.body, 2).as_figures()) for one in session.revisions(CENTRE, key)]
    return [(number, sum(_number(said, kind) for kind in ("measured", "supplemented"))) for number, said in held]


def _number(figures: Mapping[str, object], kind: str) -> int:
    found = figures[f"volunteer_seconds_{kind}"]
    assert isinstance(found, int)
    return found


def restored(folder: Path, file: Path, district: RunningDistrict) -> Context:
    """The centre on a new computer, on the Tuesday after the two weeks."""
    backup.restore(Home(folder), file, KEY, clock=lambda: at(23, 9))
    new = open_context(Home(folder), source="desk", operator=MANAGER, synchronous="OFF")
    move_to(new, district, at(23, 9))
    return new


def test_nothing_of_the_two_weeks_is_lost_or_counted_twice(
    enrolled_centre: Context, district: RunningDistrict, tmp_path: Path
) -> None:
    old = enrolled_centre
    backup.keep_key(old, KEY)
    backup.confirm_recovery_key(old, KEY.digits)
    consent = {"consent_on": "2026-11-01", "consent_version": "1"}
    li = editing.add(old, {"name": "李念慈", **consent}).no
    card = volunteers.issue_card(old, li)
    here(old, district, card, 2)
    move_to(old, district, at(8, 8))
    # Submitted before the backup, and sent after it.
    before = closed_and_submitted(old, "2026-W48")
    file = backup.make_usb(old, tmp_path).path
    sync_all(old)
    receipt = stored_receipt(old, before.report_id)
    new_no = editing.add(old, {"name": "周末来", **consent}).no
    renewed, new_card = volunteers.replace_card(old, li), volunteers.issue_card(old, new_no)
    for day, key in ((9, "2026-W49"), (16, "2026-W50")):
        here(old, district, renewed, day)
        here(old, district, new_card, day + 1)
        move_to(old, district, at(day + 6, 8))
        closed_and_submitted(old, key)
        sync_all(old)
        assert seconds_at(district, key) == [(1, 4 * 3600)]
    notice = notify(district)
    sync_all(old)
    old.database.close()

    new = restored(tmp_path / "new", file, district)
    # What was sent already is the very same report, and has the very same receipt.
    sync_all(new)
    assert stored_receipt(new, before.report_id) == receipt
    assert_delivered_once(new, district, before.report_id)
    assert [one.document_id for one in notices(new)] == [notice]
    assert [one.answered for one in send_again(new).handled] == ["held"]

    # The cards of the lost weeks: genuine, parked, taken in; then they scan.
    for code in (renewed, new_card):
        assert volunteers.scan(new, code).reason == "parked_card"
    assert {(one.volunteer_no, one.serial) for one in volunteers.parked_cards(new)} == {(li, 2), (new_no, 1)}
    volunteers.adopt_parked(new, li, 2)
    volunteers.adopt_parked(new, new_no, 1, {"name": "周末来", **consent})
    here(new, district, renewed, 24)
    here(new, district, new_card, 25)

    # The two weeks again, from the paper of the counter; one visit more than was known then.
    for day, key, more in ((9, "2026-W49", 0), (16, "2026-W50", 1)):
        visits = [(li, day), (new_no, day + 1), *([(li, day + 2)] * more)]
        for no, on in visits:
            add_visit(new, no, entered=at(on, 9), left=at(on, 11), reason="备份之后的纸质签到")
        again = closed_and_submitted(new, key)
        assert again.revision == 1
        sync_all(new)
        refused = outbox.entry(new.database.connection, again.report_id)
        assert refused is not None and refused.state == "refused"
        assert seconds_at(district, key) == [(1, 4 * 3600)]
        taken = reports.submit(new, reports.as_closed(new, reports.period_named(key, new)))
        assert taken.revision == 2
        sync_all(new)
        assert_delivered_once(new, district, taken.report_id)
        assert seconds_at(district, key) == [(2, (4 + 2 * more) * 3600), (1, 4 * 3600)]
    for no, hours in ((li, (2 + 2, 6)), (new_no, (2, 4))):
        found = of_volunteer(new.database.connection, no, "2026-11-01", "2026-12-31")
        assert found == tuple(one * 3600 for one in hours)
    assert sync_astray(new.database.connection) == [] and audit_log.verify(new).is_sound
    assert look_over(new).is_sound
    new.database.close()


def test_a_key_that_was_changed_after_the_backup_is_told_and_enrolling_again_goes_on(
    enrolled_centre: Context, district: RunningDistrict, tmp_path: Path
) -> None:
    old = enrolled_centre
    backup.keep_key(old, KEY)
    backup.confirm_recovery_key(old, KEY.digits)
    move_to(old, district, at(8, 8))
    closed_and_submitted(old, "2026-W48")
    sync_all(old)
    file = backup.make_usb(old, tmp_path).path
    rotate_key(old)
    sync_all(old)
    old.database.close()
    new = restored(tmp_path / "new", file, district)
    second = closed_and_submitted(new, "2026-W49")
    [refused] = sync_all(new).handled
    assert (refused.report_id, refused.code) == (second.report_id, "revoked_key")
    assert enrol(new, district.enrolment()).registered
    again = reports.submit(new, reports.as_closed(new, reports.period_named("2026-W49", new)))
    assert sync_all(new).count("sent") == 1
    assert_delivered_once(new, district, again.report_id)
    assert sync_astray(new.database.connection) == []
    new.database.close()

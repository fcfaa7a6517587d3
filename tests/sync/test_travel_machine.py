"""Whatever befalls reports on their way, each arrives once and is receipted once, or is kept with a reason."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from db import inbox, outbox
from frontdesk.district.documents.issuing import rotate_key as change_districts_key
from frontdesk.district.usb.service import take_usb
from frontdesk.sync import wire
from frontdesk.sync.errors import SyncError
from frontdesk.sync.sealing import centre_key_path
from frontdesk.sync.service import (
    acknowledge,
    notices,
    read_usb,
    retry_refused,
    rotate_key,
    sync_all,
    sync_astray,
    sync_status,
    write_usb,
)
from tests.sync.ends import (
    Clock,
    Cut,
    assert_delivered_once,
    body,
    cable_to,
    enrolled,
    new_centre,
    notify,
    point_at,
    running_district,
    sealed_bytes,
    submit,
)
from tests.sync.strangers import Stranger, answering

cuts = st.builds(Cut, up=st.integers(0, 1600)) | st.builds(Cut, down=st.integers(0, 700))
weeks = st.integers(0, 2)
strangers = st.sampled_from(
    [
        Stranger(status=200, content=b"<html>log in</html>"),
        Stranger(status=302, headers={"Location": "http://127.0.0.1:9/"}),
        Stranger(status=403, content=b'{"error": {"code": "revoked_key"}}'),
        Stranger(status=500),
        Stranger(raw=b"noise"),
    ]
)


class Travel(RuleBasedStateMachine):
    """One centre, one district, and bad luck between them."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.clock = Clock()
        self.district = self.stack.enter_context(running_district(folder / "district.db"))
        self.centre = new_centre(folder / "centre", self.clock)
        self.stack.callback(self.centre.database.close)
        enrolled(self.centre, self.district.enrolment())
        self.submitted: list[str] = []
        self.elsewhere = 0
        self.stick = folder / "stick"
        self.stick.mkdir()
        self.notices: list[str] = []

    @rule(week=weeks, ratings=st.integers(0, 3))
    def somebody_submits(self, week: int, ratings: int) -> None:
        """A report, or the same figures again."""
        result = submit(self.centre, week, ratings)
        if result.new:
            self.submitted.append(result.report_id)

    @rule()
    def sync(self) -> None:
        """The network is fine; what waited for a new key goes with the next one."""
        result = sync_all(self.centre)
        assert result.problem is None
        assert result.unsent == 0 or result.rotated

    @rule(cut=cuts)
    def sync_over_a_bad_cable(self, cut: Cut) -> None:
        """The connection breaks at some byte."""
        with cable_to(self.centre, self.district, cut):
            sync_all(self.centre)

    @rule(stranger=strangers)
    def sync_with_a_stranger(self, stranger: Stranger) -> None:
        """Something else answers in the district's place."""
        with answering(stranger) as somebody:
            point_at(self.centre, somebody.url)
            assert sync_all(self.centre).count("sent") == 0
        point_at(self.centre, self.district.url)

    @rule(year=st.integers(1971, 2099))
    def the_clock_jumps(self, year: int) -> None:
        """The PC's battery is flat."""
        self.clock.now = datetime(year, 6, 1, tzinfo=UTC)

    @rule(week=weeks)
    def a_restored_backup_reported_before(self, week: int) -> None:
        """The district holds the next revision already, by another copy of this centre."""
        report = body(self.centre, week, ratings=99)
        taken = self.district.revisions(report.period)
        self.elsewhere += 1
        raw = wire.seal(
            report.to_bytes(),
            seed=centre_key_path(self.centre).read_bytes(),
            recipient=self.district.district.key_id,
            report_id=f"elsewhere-{self.elsewhere}",
            revision=max(taken, default=0) + 1,
        )
        # The backup has the key of its time; the district takes none that was changed since.
        answer = self.district.post(raw)
        assert answer.status_code == 200 or answer.json()["error"]["code"] == "revoked_key"

    @rule(take=st.booleans(), read=st.booleans())
    def a_stick_is_carried(self, take: bool, read: bool) -> None:
        """There, or nowhere; and back, or not."""
        up = write_usb(self.centre, self.stick).path
        if take:
            taken = take_usb(self.district.district, up.read_bytes(), self.district.clock.ms)
            (self.stick / f"{up.stem}.fdd").write_bytes(taken.answer)
        if take and read:
            read_usb(self.centre, self.stick / f"{up.stem}.fdd")

    @rule(data=st.data())
    def an_old_stick_is_found(self, data: st.DataObject) -> None:
        """A file that was carried before, or never, is taken in, or its answer read, whatever happened since."""
        found = sorted(self.stick.iterdir())
        if not found:
            return
        path = data.draw(st.sampled_from(found))
        if path.suffix == ".fdd":
            read_usb(self.centre, path)
        else:
            taken = take_usb(self.district.district, path.read_bytes(), self.district.clock.ms)
            path.with_suffix(".fdd").write_bytes(taken.answer)

    @rule()
    def the_district_says_something(self) -> None:
        """A notice, which is read where one is here."""
        self.notices.append(notify(self.district, title=f"第{len(self.notices) + 1}号通知"))
        for one in notices(self.centre)[:1]:
            acknowledge(self.centre, one.document_id)

    @rule()
    def somebody_changes_the_centres_key(self) -> None:
        """Unless something is unsent."""
        try:
            rotate_key(self.centre)
        except SyncError as refusal:
            assert refusal.code == "send_first"

    @rule()
    def the_district_changes_its_key(self) -> None:
        """The centre hears of it by the next exchange."""
        change_districts_key(self.district.district, who="D01", now_ms=self.district.clock.ms)

    @rule()
    def somebody_retries(self) -> None:
        """What was refused is tried again, and refused again."""
        retry_refused(self.centre)

    @invariant()
    def nothing_is_lost_and_what_counts_as_sent_is_there_once(self) -> None:
        """Every submission is in the outbox, in order; what was received is at the district with its one receipt."""
        entries = outbox.entries(self.centre.database.connection)
        assert [entry.report_id for entry in entries] == self.submitted
        for entry in entries:
            if entry.state == "sent":
                assert_delivered_once(self.centre, self.district, entry.report_id)
            if entry.state == "refused":
                # The key is refused where what was refused before it was changed is tried again afterwards.
                assert '"revision_taken"' in entry.refusal or '"revoked_key"' in entry.refusal
                sealed = sealed_bytes(self.centre, entry.report_id)
                assert self.district.receipt(wire.content_hash(sealed)) is None

    def teardown(self) -> None:
        """After good syncs nothing is unsent, untold, asked for or amiss, and every document is here once."""
        try:
            for _ in range(3):
                sync_all(self.centre)
            status = sync_status(self.centre)
            assert (status.in_state("unsent"), status.in_state("sent"), status.rotation) == ([], [], None)
            assert inbox.untold(self.centre.database.connection) == []
            assert sorted(one.document_id for one in notices(self.centre)) == sorted(self.notices)
            assert sync_astray(self.centre.database.connection) == []
            self.nothing_is_lost_and_what_counts_as_sent_is_there_once()
        finally:
            self.stack.close()


TestTravel = Travel.TestCase
TestTravel.settings = settings(max_examples=5, stateful_step_count=20)


@pytest.mark.slow
def test_long_ways_lose_nothing_either() -> None:
    run_state_machine_as_test(
        Travel,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )

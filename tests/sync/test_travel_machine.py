"""Whatever befalls reports on their way, each arrives once and is receipted once, or is kept with a reason."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from db import outbox
from frontdesk.sync import wire
from frontdesk.sync.sealing import centre_key_path
from frontdesk.sync.service import retry_refused, sync_all
from tests.sync.ends import (
    Clock,
    Cut,
    assert_delivered_once,
    body,
    cable_to,
    enrolled,
    new_centre,
    point_at,
    running_district,
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

    @rule(week=weeks, ratings=st.integers(0, 3))
    def somebody_submits(self, week: int, ratings: int) -> None:
        """A report, or the same figures again."""
        result = submit(self.centre, week, ratings)
        if result.new:
            self.submitted.append(result.report_id)

    @rule()
    def sync(self) -> None:
        """The network is fine."""
        assert sync_all(self.centre).unsent == 0

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
        assert self.district.post(raw).status_code == 200

    @rule()
    def somebody_retries(self) -> None:
        """What was refused is tried again, and refused again."""
        retry_refused(self.centre)

    @invariant()
    def nothing_is_lost_and_what_counts_as_sent_is_there_once(self) -> None:
        """Every submission is in the outbox, in order; what was sent is at the district with its one receipt."""
        entries = outbox.entries(self.centre.database.connection)
        assert [entry.report_id for entry in entries] == self.submitted
        for entry in entries:
            if entry.state == "sent":
                assert_delivered_once(self.centre, self.district, entry.report_id)
            if entry.state == "refused":
                assert '"revision_taken"' in entry.refusal

    def teardown(self) -> None:
        """After one good sync nothing is left unsent."""
        try:
            assert sync_all(self.centre).unsent == 0
            self.nothing_is_lost_and_what_counts_as_sent_is_there_once()
        finally:
            self.stack.close()


TestTravel = Travel.TestCase
TestTravel.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)

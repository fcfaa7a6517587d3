"""Reports in any order, again and changed, while periods are locked and keys revoked: as a model says, on each."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from frontdesk.district.documents.service import grant_exemption, lock_period, unlock_period
from frontdesk.district.keys import District
from frontdesk.district.reports.service import accept_report, accept_reports, completeness, try_report, try_reports
from frontdesk.district.service import revoke_key
from frontdesk.district.store import Store, open_store
from frontdesk.errors import CodedError
from tests.district.centres import NOW_MS, Centre, enrolled
from tests.district.engines import copied_database

PERIODS = ("2026-W45", "2026-W46")
Opening = Callable[[], AbstractContextManager[Store]]

centres = st.integers(0, 1)
periods = st.sampled_from(PERIODS)


@dataclass
class Model:
    """What the district is to hold."""

    receipts: dict[bytes, bytes] = field(default_factory=dict)
    identities: set[tuple[int, str]] = field(default_factory=set)
    revisions: dict[tuple[int, str], set[int]] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)
    exempt: set[tuple[int, str]] = field(default_factory=set)
    revoked: set[int] = field(default_factory=set)

    def answer(self, raw: bytes, centre: int, period: str, revision: int, report_id: str) -> str:
        """`same`, `kept`, or the code of the refusal."""
        if centre in self.revoked:
            return "revoked_key"
        if raw in self.receipts:
            return "same"
        if (centre, report_id) in self.identities:
            return "report_conflict"
        if revision in self.revisions.get((centre, period), set()):
            return "revision_taken"
        return "period_locked" if period in self.locked and (centre, period) not in self.exempt else "kept"


class Accepting(RuleBasedStateMachine):
    """Two centres, two periods, few revisions and ids, so that they meet."""

    opening: Opening

    def __init__(self) -> None:
        super().__init__()
        self._opened = self.opening()
        self.district = District(self._opened.__enter__(), bytes(range(32)))
        self.known: list[Centre] = [enrolled(self.district, f"310114-90{n}", n) for n in (1, 2)]
        self.model = Model()
        self.entries = itertools.count()

    @rule(
        centre=centres, period=periods, revision=st.integers(1, 3), number=st.integers(1, 4), count=st.integers(0, 1),
        is_trial=st.booleans(),
    )  # fmt: skip
    def send(self, centre: int, period: str, revision: int, number: int, count: int, is_trial: bool) -> None:
        """A report, which may be one that was sent before."""
        report_id = f"r{number}"
        raw = self.known[centre].seal(
            period=period, revision=revision, report_id=report_id, figures={"person_times": count}
        )
        expected = self.model.answer(raw, centre, period, revision, report_id)
        try:
            answer = (try_report if is_trial else accept_report)(self.district, raw, NOW_MS)
        except CodedError as failure:
            assert failure.code == expected
            if failure.code == "revision_taken":
                assert failure.details["next"] == max(self.model.revisions[centre, period]) + 1
            return
        assert expected in ("same", "kept")
        if not is_trial:
            self.receipted(raw, answer, centre, period, revision, report_id)

    def receipted(self, raw: bytes, receipt: bytes, centre: int, period: str, revision: int, report_id: str) -> None:
        """The district holds a report from now on."""
        assert self.model.receipts.setdefault(raw, receipt) == receipt
        self.model.identities.add((centre, report_id))
        self.model.revisions.setdefault((centre, period), set()).add(revision)

    @rule(
        given=st.lists(
            st.tuples(centres, periods, st.integers(1, 3), st.integers(1, 4), st.integers(0, 1)), max_size=5
        ),
        is_trial=st.booleans(),
    )
    def send_together(self, given: list[tuple[int, str, int, int, int]], is_trial: bool) -> None:
        """Several reports in one request, which may contradict each other: as if they came one by one."""
        raws = [
            self.known[centre].seal(
                period=period, revision=revision, report_id=f"r{number}", figures={"person_times": count}
            )
            for centre, period, revision, number, count in given
        ]
        answers = (try_reports if is_trial else accept_reports)(self.district, raws, NOW_MS)
        for raw, answer, (centre, period, revision, number, _) in zip(raws, answers, given, strict=True):
            expected = self.model.answer(raw, centre, period, revision, f"r{number}")
            if not isinstance(answer, bytes):
                assert answer.code == expected
            elif not is_trial:
                assert expected in ("same", "kept")
                self.receipted(raw, answer, centre, period, revision, f"r{number}")

    @rule(period=periods)
    def lock(self, period: str) -> None:
        """A period is locked, or the lock lifted."""
        if period in self.model.locked:
            unlock_period(self.district, period, who="lisi", now_ms=NOW_MS)
            self.model.locked.remove(period)
        else:
            lock_period(self.district, period, "", who="lisi", now_ms=NOW_MS)
            self.model.locked.add(period)

    @rule(centre=centres, period=periods)
    def exempt(self, centre: int, period: str) -> None:
        """A centre may still report it."""
        code = self.known[centre].code
        grant_exemption(self.district, code, period, date(2026, 11, 30), "", who="lisi", now_ms=NOW_MS)
        self.model.exempt.add((centre, period))

    @rule(centre=centres, surely=st.integers(0, 5))
    def revoke(self, centre: int, surely: int) -> None:
        """A key is taken out of use, seldom."""
        if surely == 0:
            revoke_key(self.district, self.known[centre].key_id, NOW_MS)
            self.model.revoked.add(centre)

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        """Every revision once, the highest visible, one audit entry each, and completeness over them."""
        with self.district.store.reading() as session:
            for index, centre in enumerate(self.known):
                for period in PERIODS:
                    kept = [one.revision for one in session.revisions(centre.code, period)]
                    assert kept == sorted(self.model.revisions.get((index, period), set()), reverse=True)
            entries = session.one("SELECT count(*) AS n FROM audit WHERE action = 'report_accepted'")
            arrived = [completeness(session, "weekly", period).whole.received for period in PERIODS]
        assert entries == {"n": len(self.model.receipts)}
        told = [sum(1 for key in self.model.revisions if key[1] == period) for period in PERIODS]
        assert arrived == told

    def teardown(self) -> None:
        """Close the store."""
        self._opened.__exit__(None, None, None)


def run(opening: Opening, examples: int) -> None:
    """So many stories, each on a new store."""
    machine = type("AcceptingHere", (Accepting,), {"opening": staticmethod(opening)})
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=examples, stateful_step_count=12, database=None, suppress_health_check=quiet),
    )


@contextmanager
def on_sqlite() -> Iterator[Store]:
    """A new store in a file."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-district-") as folder:
        store = open_store(f"sqlite:///{folder}/district.db", create=True)
        try:
            yield store
        finally:
            store.close()


def test_any_story_is_told_right_on_sqlite() -> None:
    run(on_sqlite, 8)


def test_any_story_is_told_right_on_postgresql(postgresql_server: str, postgresql_template: str) -> None:
    run(lambda: on_postgresql(postgresql_server, postgresql_template), 5)


@pytest.mark.slow
def test_many_stories_are_told_right_on_both(postgresql_server: str, postgresql_template: str) -> None:
    run(on_sqlite, 100)
    run(lambda: on_postgresql(postgresql_server, postgresql_template), 60)


@contextmanager
def on_postgresql(server: str, template: str) -> Iterator[Store]:
    """A new store on the server."""
    with copied_database(server, template) as url:
        store = open_store(url)
        try:
            yield store
        finally:
            store.close()

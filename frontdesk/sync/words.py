"""What the screens of the sync say: where a report stands, why it was refused, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

from frontdesk.common.text import without_controls
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.sync.sending import Handled, SyncResult
    from frontdesk.sync.status import ReportStanding, SyncStatus

Moment = Callable[[int], str]
"""Words for a stored instant, as the centre's wall clock shows it."""

AGAIN = frozenset({"revision_taken", "report_conflict", "bad_revision"})
"""Refusals after which the same figures have only to be submitted once more: that makes the next revision."""

LOCKED = frozenset({"period_locked"})
"""Refusals of the time at which it was sent."""

KEYS = frozenset({"unknown_key", "revoked_key", "wrong_centre", "bad_signature", "wrong_recipient", "other_district"})
"""Refusals of who sent it, not of what was sent."""

VALUES = frozenset(
    {
        "unknown_indicator",
        "wrong_period_kind",
        "not_assigned",
        "not_for_district",
        "bad_value",
        "duplicate_value",
        "bad_values",
    }
)
"""Refusals of single figures."""


class _Gaps(dict[str, str]):
    """Fills what nobody has said with a dash."""

    def __missing__(self, key: str) -> str:
        return "-"


def problem_words(code: str, message: str = "") -> str:
    """The words of a failure of which only the code is known, with those of the district where it gave any."""
    return t(f"sync.error.{code}").format_map(_Gaps(reason=message or "-"))


def result_words(result: SyncResult) -> tuple[str, Literal["good", "warning", "bad"], bool]:
    """What became of a sync, how good that is, and whether anything came of it."""
    fetched = result.fetched
    sent, refused = result.count("sent"), result.count("refused")
    arrived = len(fetched.arrived) if fetched is not None else 0
    counts = (("sent", sent), ("refused", refused), ("arrived", arrived))
    parts = [t(f"sync_screen.ended.{key}", count=count) for key, count in counts if count]
    if result.rotated:
        parts.append(t("sync_screen.ended.rotated"))
    problem = _problem_of(result)
    if result.stopped:
        parts.append(t("sync_screen.ended.stopped"))
    elif problem:
        parts.append(problem)
    elif not parts:
        parts.append(t("sync_screen.ended.nothing"))
    if result.unsent:
        parts.append(t("sync_screen.ended.unsent", count=result.unsent))
    tone: Literal["good", "warning", "bad"] = "bad" if refused else "warning" if result.unsent or problem else "good"
    return t("sync_screen.space").join(parts), tone, bool(sent or refused or arrived or result.rotated)


def _problem_of(result: SyncResult) -> str:
    """What kept a sync from being complete, in words; empty where nothing did."""
    if result.problem:
        return problem_words(result.problem)
    if result.fetched is not None and result.fetched.problem:
        return problem_words(result.fetched.problem, result.fetched.message)
    return problem_words(result.rotation_problem) if result.rotation_problem else ""


def state_words(one: ReportStanding) -> str:
    """Why a report stands as it does."""
    if one.state == "refused":
        return reason_words(one)
    if one.state == "sent":
        return t(f"sync_screen.what.sent.{one.channel or 'network'}")
    if one.state == "unsent" and one.problem:
        return problem_words(one.problem)
    return t(f"sync_screen.what.{one.state}")


def row_words(one: ReportStanding) -> str:
    """`state_words` as short as a row needs them: what a refusal is about, where there is a word for its kind."""
    kind = _kind_of_refusal(one)
    return t(f"sync_screen.what.refused.{kind}") if kind else state_words(one)


def _kind_of_refusal(one: ReportStanding) -> str:
    """`old_key`, `again`, `keys`, `values` or `locked`; empty for all others, and where nothing was refused."""
    if one.state != "refused":
        return ""
    if one.has_old_key:
        return "old_key"
    kinds = (("again", AGAIN), ("keys", KEYS), ("values", VALUES), ("locked", LOCKED))
    return next((kind for kind, codes in kinds if one.code in codes), "")


def reason_words(one: ReportStanding) -> str:
    """Why the district refused a report; who has enrolled anew since is not sent to enrol once more."""
    if one.has_old_key:
        return t("sync.error.sealed_by_old_key", period=one.period)
    return refusal_words(one.code, one.message, one.details)


def refusal_words(code: str, message: str, details: Mapping[str, object]) -> str:
    """What the district refused: in this window's language where the code is known here, else as it said it."""
    for words in (t(f"district.error.{code}"), t(f"sync.error.{code}")):
        try:
            if not words.endswith(f".error.{code}"):
                return without_controls(words.format(**details))
        except (KeyError, IndexError, ValueError):
            # The district knows of other details than this program.
            continue
    return without_controls(message) or t("sync_screen.reason_unknown", code=code or "-")


def advice(one: ReportStanding, is_enrolled: bool) -> str:
    """What to do about a report."""
    if one.state == "unsent" and not is_enrolled:
        return t("sync_screen.todo.enrol")
    if one.state != "refused":
        return t(f"sync_screen.todo.{one.state}")
    return t(f"sync_screen.todo.{_kind_of_refusal(one) or 'refused'}")


def standing_lines(one: ReportStanding, moment: Moment, is_enrolled: bool) -> list[tuple[str, str]]:
    """All there is to know of a report, line by line with its tone."""
    tone = TONES[one.state]
    lines = [
        (t("sync_screen.line.state", state=t(f"sync_screen.state.{one.state}"), since=moment(one.since)), tone),
        (t("sync_screen.line.submitted", at=moment(one.submitted_at)), ""),
    ]
    if one.received_at is not None:
        lines.append((t("sync_screen.line.received", at=moment(one.received_at)), ""))
    if one.state == "refused":
        lines.append((t("sync_screen.line.reason", reason=reason_words(one), code=one.code), ""))
        lines += [(t("sync_screen.line.fault", fault=fault), "") for fault in faults_of(one)]
    elif one.problem:
        lines.append((t("sync_screen.line.problem", problem=problem_words(one.problem)), ""))
    return [*lines, ("", ""), (t("sync_screen.line.todo"), "heading"), (advice(one, is_enrolled), "")]


def faults_of(one: ReportStanding) -> list[str]:
    """What the district found wrong with single figures, one line for each."""
    faults = one.details.get("faults")
    if not isinstance(faults, list):
        return []
    found = []
    for fault in faults:
        if isinstance(fault, dict):
            what = " ".join(str(fault[name]) for name in ("indicator", "category") if fault.get(name))
            said = str(fault.get("message") or fault.get("code", ""))
            found.append(without_controls(" ".join(part for part in (what, said) if part)))
    return found


TONES = {"unsent": "warning", "sent": "warning", "received": "good", "refused": "bad", "superseded": "muted"}
"""The colours of the states."""


def next_lines(status: SyncStatus, moment: Moment) -> list[tuple[str, str]]:
    """What is to be done next, the pressing first, each with its tone; one line that says so where it is nothing."""
    lines = []
    if status.enrolment is None:
        lines.append((t("sync_screen.next.not_enrolled"), "warning"))
    if refused := status.in_state("refused"):
        lines.append((t("sync_screen.next.refused", count=len(refused)), "bad"))
    if unsent := status.in_state("unsent"):
        key = "sync_screen.next.unsent" if status.enrolment else "sync_screen.next.unsent_not_enrolled"
        lines.append((t(key, count=len(unsent), since=moment(unsent[0].submitted_at)), "warning"))
    if sent := status.in_state("sent"):
        lines.append((t("sync_screen.next.sent", count=len(sent)), "warning"))
    if status.unread_notices:
        lines.append((t("sync_screen.next.notices", count=status.unread_notices), "warning"))
    if status.skipped_documents:
        numbers = t("sync_screen.comma").join(str(number) for number in status.skipped_documents)
        lines.append((t("sync_screen.next.skipped", numbers=numbers), "warning"))
    if status.rotation is not None:
        lines.append((t("sync_screen.next.rotation"), "warning"))
    return lines or [(t("sync_screen.next.nothing"), "good")]


def handled_words(one: Handled) -> str:
    """What became of one report of a sync that is under way."""
    key = f"sync_screen.handled.{one.state}"
    return t(key, done=one.done, total=one.total, period=one.period, revision=one.revision)

"""Residents in words: ages, what became of a sign-up, what merging would do."""

from __future__ import annotations

from db.residents import HistoryLine
from frontdesk.locale import t
from frontdesk.residents.merging import MergePreview
from frontdesk.residents.profile import History, Profile


def age_words(profile: Profile) -> str:
    """The age as far as it is known, and that somebody may be below 14; '' where nothing is known."""
    if profile.age is None:
        return ""
    least, most = profile.age
    said = t("residents.age.exact", age=least) if least == most else ""
    said = said or t("residents.age.between", least=least, most=most)
    return t("residents.age.child", age=said) if profile.child else said


def became_words(line: HistoryLine) -> str:
    """What became of a sign-up: whether the person came, else in which state it is."""
    if line.status is not None:
        said = t(f"residents.status.{line.status}")
    elif line.session_state == "cancelled":
        said = t("residents.session_cancelled")
    else:
        said = t(f"residents.state.{line.state}")
    return " ".join(
        part
        for part in (
            said,
            t("residents.late") if line.cancelled_late else "",
            t("residents.member") if line.member else "",
        )
        if part
    )


def counts_words(history: History) -> str:
    """How many sign-ups came to what."""
    return t(
        "residents.counts",
        signed=len(history.lines),
        attended=history.attended,
        absences=history.absences,
        no_shows=history.no_shows,
    )


def merge_words(preview: MergePreview) -> str:
    """What merging would do, or why it cannot be."""
    mark = t("residents.list_mark")
    if preview.both_in:
        return t("residents.merge.refused", sessions=mark.join(preview.both_in[:5]))
    fields = mark.join(t(f"residents.field.{name}") for name in preview.filled)
    return t(
        "residents.merge.question",
        gone=f"{preview.gone.masked} {preview.gone.phone}".strip(),
        kept=f"{preview.kept.masked} {preview.kept.phone}".strip(),
        registrations=preview.registrations,
        memberships=preview.memberships,
        waivers=preview.waivers,
        filled=t("residents.merge.filled", fields=fields) if fields else "",
    )

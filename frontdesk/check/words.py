"""What a finding is, what it means and what to do about it, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.locale import t

if TYPE_CHECKING:
    from collections.abc import Callable

    from frontdesk.check.service import Look
    from frontdesk.checking import Finding

REMEDIES: dict[str, str] = {
    "file.page_faults": "damaged",
    "file.broken_references": "damaged",
    "file.not_looked_at": "damaged",
    "file.other_version": "version",
    "file.schema_missing": "schema",
    "file.schema_otherwise": "schema",
    "file.schema_strange": "strange",
    "audit.chain_broken": "chain",
    "audit.anchor_lost": "anchor",
    "clock.behind": "clock_behind",
    "clock.far_ahead": "clock_ahead",
    "clock.went_back": "clock_past",
    "clock.leapt": "clock_past",
    "disk.little_room": "room",
    "disk.large_wal": "wal",
    "disk.open_to_others": "modes",
    "disk.key_missing": "key",
    "disk.left_over": "left_over",
    "disk.helper_left": "helper",
    "settings.damaged": "setting",
    "settings.changed_past_program": "unlogged",
    "staff.no_manager": "manager",
    "staff.rights_past_program": "unlogged",
    "staff.tries_forgotten": "tries",
    "staff.phone_unreadable": "sealed",
    "volunteers.phone_unreadable": "sealed",
    "residents.phone_unreadable": "sealed",
    "activities.phone_unreadable": "sealed",
    "feedback.phone_unreadable": "sealed",
    "volunteers.phone_unfound": "unfound",
    "residents.phone_unfound": "unfound",
    "volunteers.not_found_by_name": "unfound",
    "residents.not_found_by_name": "unfound",
    "volunteers.terms_of_nobody": "unfound",
    "residents.terms_of_nobody": "unfound",
    "volunteers.erased_written_again": "erased",
    "residents.erased_written_again": "erased",
    "residents.household_of_one": "household",
    "activities.seats_above": "seats",
    "activities.bookings_cross": "rooms",
    "activities.receipt_gap": "gap",
    "volunteers.certificate_gap": "gap",
    "feedback.name_on_anonymous": "anonymous",
    "feedback.known_before_given": "dated",
    "cases.definition_wrong": "definition",
    "cases.definition_missing": "definition",
    "cases.edition_unraised": "edition",
    "cases.people_in_clear": "in_clear",
    "cases.cases_astray": "case_log",
    "cases.number_gap": "case_gap",
    "cases.dated_otherwise": "case_dates",
    "cases.phone_unreadable": "sealed",
    "cases.phone_unfound": "case_unfound",
    "cases.terms_of_nobody": "case_unfound",
    "sync.signed_astray": "sync",
    "sync.sent_unsealed": "sync",
    "sync.skipped_documents": "skipped",
    "backup.none_good": "backup",
    "backup.too_old": "backup",
    "backup.last_failed": "backup",
    "backup.no_key": "backup_key",
}
"""What is to be done about each finding; about those that are not named what is done about records that do not agree
with what was recorded of them (`past_program`).
"""


def what(finding: Finding) -> str:
    """What was found, and the first of it."""
    told = dict(finding.first)
    if finding.key == "sync.signed_astray":
        told["subject"] = t(f"check.sync_astray.{told['what']}", subject=told["subject"])
    if finding.key == "cases.linked_nowhere":
        told["other"] = t(f"case_links.other.{told['other']}")
    if "kind" in told:
        told["kind"] = t(f"check.kind.{told['kind']}")
    return t(f"check.{finding.key}", count=finding.count, **told)


def means(finding: Finding) -> str:
    """What that means for the centre."""
    return t(f"check.means.{REMEDIES.get(finding.key, 'past_program')}")


def todo(finding: Finding) -> str:
    """What to do about it."""
    return t(f"check.do.{REMEDIES.get(finding.key, 'past_program')}")


def headline(look: Look) -> str:
    """How it stands, in one line."""
    if look.stopped:
        return t("check.stopped", count=len(look.findings), looked_at=look.looked_at)
    if not look.findings:
        return t("check.sound_quick") if look.quick else t("check.sound", count=look.entries)
    if look.is_sound:
        return t("check.sound_but", count=len(look.findings))
    return t("check.not_sound", broken=look.count("broken"), others=len(look.findings) - look.count("broken"))


def as_text(look: Look, moment: Callable[[int], str]) -> list[str]:
    """The whole result as lines to print, each finding with what it means and what to do."""
    kind = t("check.quick" if look.quick else "check.full")
    lines = [t("check.taken", at=moment(look.at), kind=kind) + headline(look)]
    for place, finding in enumerate(look.findings, 1):
        lines += ["", f"{place}. [{t(f'check.severity.{finding.severity}')}] {what(finding)}"]
        lines += [f"   {means(finding)}", f"   {t('check.to_do', words=todo(finding))}"]
    return lines

"""Tables, columns and what erasing does, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.locale import catalogue, current_language, t

if TYPE_CHECKING:
    from db.obstacles import Open
    from db.privacy import ConsentEvent, Tombstone
    from frontdesk.context import Context
    from frontdesk.privacy.consent import Consent
    from frontdesk.privacy.erasing import Erased, Explanation
    from frontdesk.privacy.notices import NoticeLine
    from frontdesk.privacy.retention import DueKind, Purged


def table_words(table: str) -> str:
    """What people call a table; its name where nobody calls it anything."""
    words = t(f"privacy.table.{table}")
    return table if words.startswith("privacy.") else words


def column_words(table: str, column: str) -> str:
    """What people call a column of a table; its name where nobody calls it anything."""
    for key in (f"privacy.column.{table}.{column}", f"privacy.column.{column}"):
        words = t(key)
        if not words.startswith("privacy."):
            return words
    return column


def code_words(column: str, code: str) -> str:
    """What people call a code that stands in a column; the code where nobody calls it anything. What a row became is
    said as that.
    """
    known = catalogue(current_language(), "privacy_codes")
    bare = code.removeprefix("became_")
    return known.get(f"{column}.{bare}") or known.get(bare, code)


def open_words(one: Open) -> str:
    """What is open, and what to do first."""
    return t(f"privacy.open.{one.code}", what=one.what)


def explanation_lines(told: Explanation) -> list[str]:
    """What erasing would do, line by line, in numbers."""
    lines = [t("privacy.explain.who", name=told.person.masked, phone=told.person.masked_phone or "-")]
    if told.first:
        lines += [t("privacy.explain.first"), *(f"- {open_words(one)}" for one in told.first[:6])]
    lines.append(t("privacy.explain.emptied"))
    stays = [t("privacy.explain.count", what=table_words(table), count=count) for table, count in told.counts]
    if told.hours_seconds:
        stays.append(t("privacy.explain.hours", hours=f"{told.hours_seconds / 3600:.1f}"))
    lines.append(t("privacy.explain.stays", what=t("privacy.comma").join(stays) or t("privacy.explain.nothing")))
    lines.append(t("privacy.explain.figures"))
    for key, found in (
        ("mentions", [one for one in told.mentions if one.removable]),
        ("sealed", [one for one in told.mentions if not one.removable and not one.longer]),
        ("longer", [one for one in told.mentions if one.longer]),
    ):
        if found:
            tables = t("privacy.comma").join(dict.fromkeys(table_words(one.table) for one in found))
            lines.append(t(f"privacy.explain.{key}", count=sum(one.rows for one in found), tables=tables))
    if told.guarded:
        wards = t("privacy.comma").join(
            f"{kind_words(one.subject.kind)} {one.subject.ref} {one.name}" for one in told.guarded
        )
        lines.append(t("privacy.explain.guarded", wards=wards))
    if told.same:
        others = t("privacy.comma").join(f"{kind_words(one.subject.kind)} {one.more}".strip() for one in told.same)
        lines.append(t("privacy.explain.same", others=others))
    lines.append(t("privacy.explain.backups"))
    return lines


def kind_words(kind: str) -> str:
    """What people call somebody of a kind."""
    return t(f"privacy.kind.{kind}")


def erased_lines(done: list[Erased]) -> list[str]:
    """What was erased, and whether the bytes are gone already."""
    lines = []
    for one in done:
        rows = t("privacy.comma").join(
            t("privacy.explain.count", what=table_words(table), count=count)
            for table, count in one.emptied.items()
            if table != "search_term"
        )
        who = f"{kind_words(one.subject.kind)} {one.subject.ref}"
        lines.append(t("privacy.erased", who=who, rows=rows or t("privacy.explain.nothing")))
    lines.append(t("privacy.clean" if done and done[-1].clean else "privacy.owed"))
    return lines


def due_words(one: DueKind) -> str:
    """How much of one kind is due, in one line."""
    if not one.before:
        return t("privacy.due.never")
    if one.kind == "case":
        # Each definition has its own.
        return t("privacy.due.cases", count=one.count, oldest=one.oldest) if one.count else t("privacy.due.no_cases")
    if not one.count:
        return t("privacy.due.none", months=one.months)
    words = t("privacy.due.some", count=one.count, oldest=one.oldest, months=one.months)
    return words + (t("privacy.due.held", count=one.held) if one.held else "")


def purged_words(done: Purged) -> list[str]:
    """What came of a purge."""
    lines = [t("privacy.purged", kind=kind_words(done.kind), count=done.done)]
    if done.held:
        lines.append(t("privacy.purge_held", count=done.held))
    if done.stopped:
        lines.append(t("privacy.purge_stopped"))
    return [*lines, t("privacy.clean" if done.clean else "privacy.owed")]


def tombstone_words(context: Context, one: Tombstone) -> str:
    """A tombstone in one line: when, who, by whom, why, how much."""
    rows = sum(count for table, count in one.emptied.items() if table != "search_term")
    by = one.operator_no or "-"
    if one.approved_by:
        by = f"{by}, {one.approved_by}"
    parts = (
        f"{context.local(one.at):%Y-%m-%d %H:%M}",
        f"{kind_words(one.kind)} {one.ref}",
        t(f"privacy.cause.{one.cause}"),
        by,
        t("privacy.rows", count=rows),
        "" if one.cleaned_at is not None else t("privacy.still_owed"),
    )
    return "  ".join(part for part in parts if part)


def notice_words(one: NoticeLine) -> str:
    """A version of the notice in one line."""
    mark = t("privacy.notice.in_force") if one.in_force else ""
    title = one.notice.title if one.notice is not None else t("privacy.notice.bare")
    return "  ".join(part for part in (one.version, title, mark, t("privacy.notice.used", count=one.consents)) if part)


def purposes_words(purposes: tuple[str, ...]) -> str:
    """Purposes in one line; that none were asked for one by one where there are none."""
    return t("privacy.comma").join(t(f"privacy.purpose.{one}") for one in purposes) or t("privacy.purpose_unsaid")


def consent_words(found: Consent) -> str:
    """How a consent stands, in one line."""
    if not found.given:
        return t("privacy.consent.none")
    key = "given" if found.current else "old"
    return t(f"privacy.consent.{key}", day=found.day, version=found.version or "-")


def consent_lines(context: Context, found: Consent) -> list[str]:
    """How a consent stands, what it is for, and its log."""
    lines = [consent_words(found)]
    if found.given:
        lines.append(t("privacy.consent.purposes", what=purposes_words(found.purposes)))
    if found.needs_guardian:
        lines.append(t("privacy.consent.guardian"))
    return [*lines, *(event_words(context, one) for one in found.log)]


def event_words(context: Context, one: ConsentEvent) -> str:
    """One line of the log of consent."""
    when = f"{context.local(one.at):%Y-%m-%d %H:%M}" if one.at is not None else one.day or "-"
    parts = (when, t(f"privacy.event.{one.event}"), one.version, t(f"privacy.by.{one.by}"), one.reason)
    return "  ".join(part for part in parts if part)

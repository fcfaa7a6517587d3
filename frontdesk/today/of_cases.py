"""What the first screen tells of cases, meetings and duties of the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.today.due import Due

if TYPE_CHECKING:
    from frontdesk.cases.service import Certified
    from frontdesk.context import Context

MEETINGS_SHOWN = 5
"""So many meetings have a line of their own."""


def of_cases(context: Context, held: Certified | None) -> list[Due]:
    """Records that are overdue, new to whoever is signed in or due soon, meetings ahead and without minutes, what the
    calendar asks for before it is too late, posts that nobody holds, results in a row, forms begun; and how many of the
    staff are certified, which is `held`, where these are too few.

    The definitions are many: like the backups they are loaded with what is looked for apart.
    """
    from frontdesk.cases import service as cases

    counts = cases.due_counts(context)
    found = [
        Due("cases_overdue", {"count": counts.overdue, "mine": counts.mine[0], "key": "overdue"}, pressing=True),
        Due("cases_actions", {"count": counts.actions, "key": "definition:action_item"}, pressing=True),
        Due("cases_today", {"count": counts.today, "mine": counts.mine[1], "key": "today"}, pressing=True),
        Due("cases_handed", {"count": cases.handed_count(context), "key": "handed"}, pressing=True),
        Due("cases_soon", {"count": counts.soon, "mine": counts.mine[2], "key": "soon"}),
    ]
    found = [one for one in found if one.values["count"]]
    found += _of_definitions(context)
    found += _of_certificates(held)
    # A file that the centre wrote itself is wrong: its mechanism stands still, the day goes on.
    found += [
        Due("cases_wrong", {"file": one.details.get("file", ""), "key": "all"}, pressing=True)
        for one in cases.broken_definitions(context)[:1]
    ]
    found += _to_decide(context)
    found += [
        Due("cases_edition", {"file": one.file, "edition": one.edition, "key": "all"})
        for one in cases.changed_definitions(context)[:1]
    ]
    if counts.drafts:
        found.append(Due("cases_drafts", {"count": counts.drafts, "key": "all"}))
    return found


def _to_decide(context: Context) -> list[Due]:
    """Who decides is told, in one quiet line, that the calendar would ask for more than was said yes or no to."""
    from frontdesk.cases import service as cases

    operator = context.operator
    if operator is None or operator.role != "manager":
        return []
    waiting = cases.undecided(context)
    return [Due("cases_undecided", {"count": len(waiting), "key": waiting[0].code})] if waiting else []


def _of_definitions(context: Context) -> list[Due]:
    """Meetings, duties of the calendar that run out, results in a row, posts."""
    from frontdesk.cases import service as cases
    from frontdesk.cases.service import streak_words, vacancy_words

    found = _of_meetings(context)
    for duty in cases.duties(context):
        if duty.is_asked and duty.pace in ("soon", "overdue"):
            values: dict[str, object] = {
                "name": duty.definition.name,
                "count": duty.lacking,
                "last": f"{duty.last:%m-%d}",
                "key": duty.definition.code,
            }
            found.append(Due("case_duty", values, pressing=duty.pace == "overdue"))
    for line in cases.streaks(context):
        key = f"register:{line.definition.code}"
        found.append(Due("cases_streak", {"words": streak_words(line), "key": key}, pressing=line.run.has_consequence))
    for vacancy in cases.posts_vacant(context):
        key = f"register:{vacancy.definition.code}"
        found.append(Due("cases_vacant", {"words": vacancy_words(vacancy), "key": key}))
    return found


def certified(context: Context) -> Certified | None:
    """How many of the staff are certified today (持证率, mechanisms H10); None where nobody's was ever entered."""
    from frontdesk.cases import service as cases

    return cases.certified_now(context)


def _of_certificates(held: Certified | None) -> list[Due]:
    """Fewer than half of the staff hold a certificate."""
    if held is None or not held.is_low:
        return []
    return [Due("cases_certified", {"count": held.held, "staff": held.staff, "key": "register:certified_ratio"})]


def _of_meetings(context: Context) -> list[Due]:
    """The next meetings, what is still to be done for them, and those whose day has passed without minutes."""
    from frontdesk.cases import service as cases
    from frontdesk.cases.service import meeting_words

    ahead = cases.meetings_ahead(context)
    found = [
        Due("case_meeting", {"words": meeting_words(one), "key": one.row.id}, one.is_late or one.day == context.today())
        for one in ahead[:MEETINGS_SHOWN]
    ]
    if len(ahead) > MEETINGS_SHOWN:
        found.append(Due("cases_meetings", {"count": len(ahead) - MEETINGS_SHOWN, "key": "group:meeting"}))
    return found

"""Forms in words: what they are called, and what saving them does. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from frontdesk.cases import formrows, forms
from frontdesk.cases.engine.working_out import worked
from frontdesk.cases.masks import shown
from frontdesk.cases.things import LinkTarget
from frontdesk.cases.votes import lost_lines
from frontdesk.cases.words import value_words
from frontdesk.common.text import shorten
from frontdesk.locale import t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.cases.filling import Checks, FormView
    from frontdesk.cases.forms import Typed, TypedRow


COLLEAGUES = 3
"""So many are named who can take a step that wants another person."""


def title_of(view: FormView) -> str:
    """What is being done: a new first contact, a step of a record, a correction, a note."""
    number = view.seen.row.number if view.seen is not None else ""
    step = str(view.transition.name) if view.transition is not None else ""
    return t(f"case_form.title.{view.purpose}", name=view.definition.name, number=number, step=step)


def about_words(view: FormView, width: int) -> str:
    """What the form is about, in at most so many cells: the record, or of a new one what it is for."""
    if view.seen is None:
        return shorten(str(view.definition.about), width)
    title = shown(view.seen, masked=True).row.title
    return shorten(f"{view.definition.name}  {title}".rstrip(), width)


def worked_words(view: FormView, typed: Typed) -> str:
    """What follows from what was typed: sums, shares, votes."""
    values = formrows.values_typed(view.asked, view.before, typed, view.today, view.known)
    found = []
    for field, value in formrows.worked_out(view.definition, values):
        words = value_words(field, value)
        if field.kind == "money" and isinstance(value, int):
            words = forms.money_words(value)
        found.append(f"{field.name} {words}")
    return "  ".join([*found, *lost_lines(view.definition, worked(view.definition, None, values))])


def preview_words(view: FormView, typed: Typed) -> str:
    """What saving does: where the record stands then, which limits begin, what is opened, who may; and what is missing
    before.
    """
    said = [forms.missing_words(view.asked, typed), worked_words(view, typed)]
    link = target_of(typed)
    if link is not None:
        said.append(t("case_form.preview.link", what=t(f"case_links.other.{link.other}")))
    preview = view.preview
    if preview.state:
        said.append(t("case_form.preview.state", state=preview.state))
    if preview.level is not None:
        said.append(t("case_form.preview.level", level=preview.level))
    joint = t("case_form.joint")
    limits = [
        t("case_form.preview.limit", name=one.deadline.name, day=one.due.isoformat() if one.due else "")
        for one in preview.starts
    ]
    if limits:
        said.append(t("case_form.preview.limits", limits=joint.join(limits)))
    if preview.opens:
        said.append(t("case_form.preview.opens", names=joint.join(preview.opens)))
    if preview.clock:
        said.append(t(f"cases.clock.{preview.clock}"))
    if preview.checks is not None:
        # That nobody can take a step comes first: a fund that stops at its review is better not begun alone.
        told = checks_words(preview.checks)
        said = [*said, *told] if preview.checks.colleagues else [*told, *said]
    who = [t(f"cases.who.{one}") for one in preview.who if one != "operator"]
    if who:
        said.append(t("case_form.preview.who", who=joint.join(who)))
    return "  ".join(one for one in said if one)


def checks_words(checks: Checks) -> list[str]:
    """Who can take the steps of a new record that want another person; where nobody can, what to do about it."""
    joint = t("case_form.joint")
    if checks.colleagues:
        steps, many = (*checks.colleagues_only, *checks.or_outside), len(checks.colleagues)
        shown = joint.join(checks.colleagues[:COLLEAGUES])
        names = shown if many <= COLLEAGUES else t("case_form.preview.and_others", names=shown, count=many)
        return [t("case_form.preview.another", steps=joint.join(steps), names=names)]
    said = []
    if checks.or_outside:
        said.append(t("case_form.preview.alone_outside", steps=joint.join(checks.or_outside)))
    if checks.colleagues_only:
        said.append(t("case_form.preview.alone", steps=joint.join(checks.colleagues_only)))
    return said


def target_of(typed: Typed) -> LinkTarget | None:
    """What a new record belongs to; None where it belongs to nothing."""
    link = typed.get(forms.LINK)
    return LinkTarget(link["other"], str(link["ref"])) if isinstance(link, dict) else None


def shown_rows(typed: object) -> Sequence[TypedRow]:
    """The rows of a list as they were typed."""
    return cast("list[TypedRow]", typed) if isinstance(typed, list) else []

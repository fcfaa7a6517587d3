"""A definition in words for a terminal: what is asked, how a record moves, by when. Pure but for the language."""

from __future__ import annotations

from frontdesk.cases.definition.model import Condition, Deadline, Definition, FieldDefinition, State, Transition
from frontdesk.cases.definition.works_words import collections_in_words, works_in_words
from frontdesk.locale import t


def explained(definition: Definition) -> list[str]:
    """The whole definition, line by line."""
    lines = [f"{definition.name}  ({definition.code})", f"  {definition.about}"]
    lines.append("  " + t("cases.explain.kind", kind=t(f"cases.kind.{definition.kind}")))
    for policy in definition.policy:
        lines.append("  " + t("cases.explain.policy", document=policy.document, section=policy.section).rstrip())
    if definition.duty is not None:
        duty = definition.duty
        every = t(f"cases.every.{duty.every}")
        lines.append("  " + t("cases.explain.duty", least=duty.least, every=every, of=duty.of))
    if definition.fields:
        lines += ["", t("cases.explain.fields")]
        lines += [f"  {_field(one)}" for one in definition.fields]
    if definition.works_out:
        lines += ["", t("case_works.works")]
        lines += [f"  {line}" for line in works_in_words(definition)]
    if definition.collects:
        lines += ["", t("case_works.collects")]
        lines += [f"  {line}" for line in collections_in_words(definition)]
    if definition.states:
        lines += ["", t("cases.explain.states")]
        lines += [f"  {line}" for line in diagram(definition)]
    if definition.deadlines:
        lines += ["", t("cases.explain.deadlines")]
        lines += [f"  {_deadline(definition, one)}" for one in definition.deadlines]
    if definition.feeds:
        lines += ["", t("cases.explain.feeds")]
        lines += [f"  {one.name}  ({definition.code}.{one.code})" for one in definition.feeds]
    if definition.papers:
        lines += ["", t("cases.explain.papers")]
        lines += [f"  {one.title}" for one in definition.papers]
    return lines


def diagram(definition: Definition) -> list[str]:
    """The states and the steps between them: each state once, below it the steps that leave it.

    A state stands where the first way from the beginning reaches it, and the ends stand last, so that one reads from
    top to bottom; a step back says so. The characters are those that every terminal draws one cell wide.
    """
    order = _in_order(definition)
    place = {state.code: number for number, state in enumerate(order)}
    lines: list[str] = []
    for state in order:
        steps = [one for one in definition.transitions if state.code in one.from_]
        lines.append(f"[{state.name}]" + (f" = {t(f'cases.end.{state.end}')}" if state.end else ""))
        for number, step in enumerate(steps):
            corner = "`--" if number == len(steps) - 1 else "|--"
            lines.append(f"{corner} {_step(definition, state, step, place)}")
            lines += [f"{'   ' if corner[0] == '`' else '|  '}     {_needed(one)}" for one in step.needs]
    return lines


def _in_order(definition: Definition) -> list[State]:
    """The states as they are reached from the first, by fewest steps, the ends after all others."""
    order: list[State] = []
    waiting = [one.code for one in definition.states[:1]]
    while waiting:
        state = definition.state(waiting.pop(0))
        if state is None or state in order:
            continue
        order.append(state)
        waiting += [one.to for one in definition.transitions if state.code in one.from_ and one.to is not None]
    return sorted(order, key=lambda one: one.end is not None)


def _step(definition: Definition, state: State, step: Transition, place: dict[str, int]) -> str:
    target = definition.state(step.to) if step.to is not None else None
    words = str(step.name)
    if target is not None:
        arrow = "<--" if place[target.code] < place[state.code] else "-->"
        words += f" {arrow} [{target.name}]"
    marks = [t(f"cases.who.{one}") for one in step.who if one != "operator"]
    if step.clock is not None:
        marks.append(t(f"cases.clock.{step.clock}"))
    if step.level is not None:
        marks.append(t("case_works.level_up" if step.level > 0 else "case_works.level_down"))
    if step.reason == "required":
        marks.append(t("cases.explain.reason"))
    asked = [str(found.name) for one in step.asks if (found := definition.field(one.field)) is not None]
    if asked:
        marks.append(t("cases.explain.asks", fields=t("cases.explain.joint").join(asked)))
    outside = [str(found.name) for code in step.outside if (found := definition.field(code)) is not None]
    if outside:
        marks.append(t("case_works.outside", fields=t("cases.explain.joint").join(outside)))
    marks += _done_besides(definition, step)
    return f"{words}  ({t('cases.explain.joint').join(marks)})" if marks else words


def _done_besides(definition: Definition, step: Transition) -> list[str]:
    """What a step writes by itself, and what it opens."""
    marks = []
    written = [str(found.name) for code in step.sets if (found := definition.field(code)) is not None]
    if written:
        marks.append(t("case_works.sets", fields=t("cases.explain.joint").join(written)))
    if step.opens:
        marks.append(t("case_works.opens", codes=t("cases.explain.joint").join(one.definition for one in step.opens)))
    return marks


def _needed(condition: Condition) -> str:
    return t("cases.explain.else", words=condition.otherwise)


def _field(one: FieldDefinition) -> str:
    marks = [t(f"cases.field.{one.kind}")]
    if one.required:
        marks.append(t("cases.explain.required"))
    if one.personal:
        marks.append(t("cases.explain.personal"))
    if one.choices:
        marks.append(" / ".join(str(choice.name) for choice in one.choices))
    if one.fields:
        marks.append(t("cases.explain.joint").join(str(inner.name) for inner in one.fields))
    return f"{one.name}  ({t('cases.explain.joint').join(marks)})"


def _deadline(definition: Definition, one: Deadline) -> str:
    begin = definition.transition(one.starts)
    since = str(begin.name) if begin is not None else t("cases.explain.opened")
    ends = [str(step.name) for code in one.ends if (step := definition.transition(code)) is not None]
    if one.days is not None:
        unit = "day" if one.days == 1 else "days"
        length = t(f"cases.explain.{'working_' if one.working_days else ''}{unit}", days=one.days)
    elif one.preset is not None:
        length = t(f"cases.preset.{one.preset}")
    else:
        found = definition.field(one.day_field or "")
        length = t("cases.explain.by_field", field=found.name if found is not None else "")
    until = t("cases.explain.joint").join(ends)
    return t("cases.explain.deadline", name=one.name, since=since, length=length, until=until)

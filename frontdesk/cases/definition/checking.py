"""What the parts of one definition have to do with each other. Pure.

A definition that passes can be worked with: each name leads somewhere, from every state an end can be reached, and no
clock starts that nothing stops.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from frontdesk.cases.definition.checking_works import NUMBERS, Path, Problem, column_of, of_collections, of_works
from frontdesk.cases.definition.model import Condition, Deadline, Definition, FieldDefinition, Paper, Transition


def problems(definition: Definition) -> list[Problem]:
    """Everything that is wrong with a definition, in the order of the file; none where it can be worked with."""
    found: list[Problem] = []
    for part, codes in (
        ("fields", [one.code for one in definition.fields]),
        ("states", [one.code for one in definition.states]),
        ("transitions", [one.code for one in definition.transitions]),
        ("deadlines", [one.code for one in definition.deadlines]),
        ("feeds", [one.code for one in definition.feeds]),
    ):
        found += _repeated(part, codes)
    found += _of_kind(definition)
    found += _of_fields(definition)
    for place, step in enumerate(definition.transitions):
        found += _of_transition(definition, step, ("transitions", place))
    if not found:
        found += _of_ways(definition)
    for place, deadline in enumerate(definition.deadlines):
        found += _of_deadline(definition, deadline, ("deadlines", place))
    found += _of_feeds_and_papers(definition)
    found += _of_rows_together(definition)
    found += of_works(definition)
    found += of_collections(definition)
    return found


def _repeated(part: str, codes: list[str]) -> Iterator[Problem]:
    for code, times in Counter(codes).items():
        if times > 1:
            last = max(place for place, one in enumerate(codes) if one == code)
            yield Problem((part, last, "code"), "repeated", code)


def _of_kind(definition: Definition) -> Iterator[Problem]:
    for place, state in enumerate(definition.states):
        if state.held and definition.kind != "meeting":
            yield Problem(("states", place, "held"), "no_meeting", state.code)
    if definition.kind == "duty":
        if definition.duty is None:
            yield Problem(("kind",), "duty_missing")
        for part in ("fields", "states", "transitions", "deadlines"):
            if getattr(definition, part):
                yield Problem((part,), "duty_has_records", part)
        return
    if definition.duty is not None:
        yield Problem(("duty",), "no_duty", definition.kind)
    if not definition.fields:
        yield Problem(("fields",), "no_fields")
    if not definition.states:
        yield Problem(("states",), "no_states")
    if definition.number is None:
        yield Problem(("number",), "no_number")


def _of_fields(definition: Definition) -> Iterator[Problem]:
    for place, one in enumerate(definition.fields):
        path: Path = ("fields", place)
        yield from _repeated(f"fields.{place}.fields", [inner.code for inner in one.fields])
        if one.required and not one.at_opening:
            yield Problem((*path, "required"), "required_later", one.code)
        for ours in one.brings:
            target = definition.field(ours)
            if target is None:
                yield Problem((*path, "brings"), "unknown_field", ours)
            elif target.tells_of_people or ours in definition.worked_out:
                yield Problem((*path, "brings"), "cannot_be_set", ours)
    if definition.responsible is not None:
        who = definition.field(definition.responsible)
        if who is None or who.kind != "staff":
            yield Problem(("responsible",), "not_staff", definition.responsible)


def _of_transition(definition: Definition, step: Transition, path: Path) -> Iterator[Problem]:
    for code in step.from_:
        state = definition.state(code)
        if state is None:
            yield Problem((*path, "from"), "unknown_state", code)
        elif state.end and not step.reopens:
            yield Problem((*path, "from"), "leaves_an_end", code)
    target = definition.state(step.to) if step.to is not None else None
    if step.to is not None and target is None:
        yield Problem((*path, "to"), "unknown_state", step.to)
    if step.reopens and (target is None or target.end):
        yield Problem((*path, "reopens"), "reopens_nothing")
    for place, ask in enumerate(step.asks):
        if definition.field(ask.field) is None:
            yield Problem((*path, "asks", place, "field"), "unknown_field", ask.field)
        elif ask.field in definition.worked_out:
            yield Problem((*path, "asks", place, "field"), "typed_though_worked", ask.field)
    for place, condition in enumerate(step.needs):
        yield from _of_condition(definition, condition, (*path, "needs", place))
    for code in step.sets:
        if definition.field(code) is None:
            yield Problem((*path, "sets"), "unknown_field", code)
        elif code in definition.worked_out:
            yield Problem((*path, "sets"), "typed_though_worked", code)
        elif not _may_be_set(definition, code, step.sets[code]):
            yield Problem((*path, "sets"), "cannot_be_set", code)
        elif _sets_of_people(definition, code, step.sets[code]):
            yield Problem((*path, "sets"), "copies_people", str(step.sets[code]))
    for place, opening in enumerate(step.opens):
        rows = definition.field(opening.each) if opening.each is not None else None
        if opening.each is not None and (rows is None or rows.kind != "list"):
            yield Problem((*path, "opens", place, "each"), "no_list", opening.each)
        columns = {one.code for one in rows.fields} if rows is not None else set()
        for key in ("only", "unless"):
            column = getattr(opening, key)
            if column is not None and not _is_yes_no(rows, column):
                yield Problem((*path, "opens", place, key), "no_yes_no", column)
        for ours in opening.fields.values():
            if ours not in columns and definition.field(ours) is None:
                yield Problem((*path, "opens", place, "fields"), "unknown_field", ours)
    if step.level is not None and not definition.levels:
        yield Problem((*path, "level"), "no_levels")
    asked = {one.field for one in step.asks}
    for code in step.outside:
        if code not in asked:
            yield Problem((*path, "outside"), "outside_unasked", code)
    if step.outside and "another" not in step.who:
        yield Problem((*path, "outside"), "outside_without_another")
    if "responsible" in step.who and definition.responsible is None:
        yield Problem((*path, "who"), "nobody_responsible")


def _may_be_set(definition: Definition, code: str, value: bool | int | str) -> bool:
    """Whether a field can hold what a step writes into it."""
    found = definition.field(code)
    if found is None or isinstance(value, bool):
        return found is not None and found.kind == "yes_no"
    if isinstance(value, int):
        return found.kind in NUMBERS
    named = {"staff": ("operator",), "date": ("today",), "choice": tuple(one.code for one in found.choices)}
    other = definition.field(value)
    if found.kind in ("staff", "date") and other is not None:
        return other.kind == found.kind
    return value in named[found.kind] if found.kind in named else found.kind in ("text", "long_text")


def _sets_of_people(definition: Definition, code: str, value: bool | int | str) -> bool:
    """Whether what tells of people would stand in a field that does not say so."""
    found, other = definition.field(code), definition.field(str(value))
    copies = found is not None and found.kind in ("staff", "date") and other is not None
    return copies and other is not None and other.tells_of_people and found is not None and not found.tells_of_people


def _of_condition(definition: Definition, condition: Condition, path: Path) -> Iterator[Problem]:
    if condition.field is not None:
        found = definition.field(condition.field)
        if found is None:
            yield Problem((*path, "field"), "unknown_field", condition.field)
        else:
            yield from _compared(condition, found, path)
    if condition.total is not None:
        name, _, column = condition.total.partition(".")
        rows = definition.field(name)
        inner = next((one for one in rows.fields if one.code == column), None) if rows else None
        if inner is None or inner.kind not in NUMBERS:
            yield Problem((*path, "total"), "no_total", condition.total)
    if condition.every is not None:
        name, _, column = condition.every.partition(".")
        if not _is_yes_no(definition.field(name), column):
            yield Problem((*path, "every"), "no_yes_no", condition.every)
    for key in ("different", "unique", "known", "among"):
        named = getattr(condition, key)
        if named is not None and column_of(definition, named) is None:
            yield Problem((*path, key), "no_column", named)
    for key in ("least", "most"):
        bound = getattr(condition, key)
        if isinstance(bound, str):
            other = definition.field(bound)
            if other is None or other.kind not in NUMBERS:
                yield Problem((*path, key), "no_number_field", bound)


def _is_yes_no(rows: FieldDefinition | None, column: str) -> bool:
    """Whether a list has this column and it holds yes or no."""
    return rows is not None and any(one.code == column and one.kind == "yes_no" for one in rows.fields)


def _compared(condition: Condition, found: FieldDefinition, path: Path) -> Iterator[Problem]:
    """A field is compared with what it can be."""
    if (condition.least is not None or condition.most is not None) and found.kind not in (*NUMBERS, "list"):
        yield Problem((*path, "field"), "no_number_field", found.code)
    if found.choices:
        codes = {one.code for one in found.choices}
        wanted = [*condition.one_of, *([condition.equals] if isinstance(condition.equals, str) else [])]
        for value in wanted:
            if value not in codes:
                yield Problem((*path, "one_of" if condition.one_of else "equals"), "unknown_choice", value)


def _of_ways(definition: Definition) -> Iterator[Problem]:
    """From the first state every other is reached, and from each an end that is one."""
    if not definition.states:
        return
    after: dict[str, set[str]] = {one.code: set() for one in definition.states}
    for step in definition.transitions:
        for code in step.from_:
            if step.to is not None:
                after[code].add(step.to)
    reached = _reached([definition.states[0].code], after)
    before: dict[str, set[str]] = {code: set() for code in after}
    for code, targets in after.items():
        for target in targets:
            before[target].add(code)
    ends = [one.code for one in definition.states if one.end]
    ending = _reached(ends, before)
    for place, one in enumerate(definition.states):
        if one.code not in reached:
            yield Problem(("states", place, "code"), "never_reached", one.code)
        if definition.kind in ("case", "meeting") and one.code not in ending:
            yield Problem(("states", place, "code"), "no_way_out", one.code)


def _reached(begin: Iterable[str], ways: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(begin)
    while waiting:
        code = waiting.pop()
        if code not in seen:
            seen.add(code)
            waiting += ways[code]
    return seen


def _of_deadline(definition: Definition, deadline: Deadline, path: Path) -> Iterator[Problem]:
    steps = {one.code for one in definition.transitions}
    if deadline.starts != "opened" and deadline.starts not in steps:
        yield Problem((*path, "starts"), "unknown_step", deadline.starts)
    for code in deadline.ends:
        if code not in steps:
            yield Problem((*path, "ends"), "unknown_step", code)
    if deadline.day_field is not None:
        found = definition.field(deadline.day_field)
        if found is None or found.kind != "date":
            yield Problem((*path, "day_field"), "no_day_field", deadline.day_field)
    if deadline.level is not None and not definition.levels:
        yield Problem((*path, "level"), "no_levels")
    if deadline.when is not None:
        yield from _of_condition(definition, deadline.when, (*path, "when"))


def _of_feeds_and_papers(definition: Definition) -> Iterator[Problem]:
    for place, feed in enumerate(definition.feeds):
        path: Path = ("feeds", place)
        if feed.step is not None and definition.transition(feed.step) is None:
            yield Problem((*path, "step"), "unknown_step", feed.step)
        if feed.deadline is not None and feed.deadline not in {one.code for one in definition.deadlines}:
            yield Problem((*path, "deadline"), "unknown_deadline", feed.deadline)
        if feed.by_level and not definition.levels:
            yield Problem((*path, "by_level"), "no_levels")
        for code in feed.states:
            if definition.state(code) is None:
                yield Problem((*path, "states"), "unknown_state", code)
        if feed.by is not None and not _is_choice(definition, feed.by):
            yield Problem((*path, "by"), "no_choice_field", feed.by)
        if feed.adds is not None:
            found = definition.field(feed.adds)
            if found is None or found.kind not in NUMBERS:
                yield Problem((*path, "adds"), "no_number_field", feed.adds)
    for place, paper in enumerate(definition.papers):
        yield from _of_paper(definition, paper, ("papers", place))


def _of_paper(definition: Definition, paper: Paper, path: Path) -> Iterator[Problem]:
    """What a paper names is there; a notice is for the wall and names nobody."""
    for code in paper.fields:
        found = definition.field(code)
        if found is None:
            yield Problem((*path, "fields"), "unknown_field", code)
        elif paper.kind == "notice" and found.tells_of_people:
            yield Problem((*path, "fields"), "notice_of_people", code)
    for key, states in (("states", paper.states), ("wanted", paper.wanted)):
        for code in states:
            if definition.state(code) is None:
                yield Problem((*path, key), "unknown_state", code)
    for named in paper.columns:
        if named.partition(".")[0] not in paper.fields or column_of(definition, named) is None:
            yield Problem((*path, "columns"), "no_column", named)
    if paper.lines == "changes" and paper.kind != "ledger":
        yield Problem((*path, "lines"), "only_ledgers", paper.kind)


def _of_rows_together(definition: Definition) -> Iterator[Problem]:
    """What is said of several records at once: posts to be filled, results in a row."""
    if definition.vacancies is not None:
        found = definition.field(definition.vacancies.field)
        codes = {one.code for one in found.choices} if found is not None else set()
        if not codes:
            yield Problem(("vacancies", "field"), "no_choice_field", definition.vacancies.field)
        for code in definition.vacancies.values:
            if codes and code not in codes:
                yield Problem(("vacancies", "values"), "unknown_choice", code)
    if definition.streak is not None:
        streak = definition.streak
        for code in streak.states:
            if definition.state(code) is None:
                yield Problem(("streak", "states"), "unknown_state", code)
        if definition.field(streak.by) is None:
            yield Problem(("streak", "by"), "unknown_field", streak.by)
        order = definition.field(streak.order)
        if order is None or order.kind != "number":
            yield Problem(("streak", "order"), "no_number_field", streak.order)


def _is_choice(definition: Definition, code: str) -> bool:
    found = definition.field(code)
    return found is not None and found.kind in ("choice", "yes_no")

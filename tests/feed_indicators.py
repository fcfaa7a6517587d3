"""Write the indicators that follow from what mechanisms feed: `python -m tests.feed_indicators`.

They stand in a file of their own, so that both the centre and the district read what travels from files; a test holds
the file to the definitions.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import frontdesk.reports.indicators.loading
from db.case_numbers import FROM, LAST_STEP
from frontdesk.cases.definition.model import Definition, Feed
from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.mechanisms import MECHANISMS

FILE = Path(inspect.getfile(frontdesk.reports.indicators.loading)).parent / "definitions" / "mechanisms.toml"

DAILY = {one.number for one in MECHANISMS if one.priority in ("P0", "P1")}
"""The mechanisms of every week: what those of a year come to stays at the centre."""

ALSO = {("deliberation", "decided")}
"""What the impact totals ask for besides the main numbers."""

STAYS = {("self_gov_fund", "balance")}
"""What may come to less than nothing, which no report can say."""

HEAD = """\
# What the mechanisms (制度) come to, as far as they are of every week (P0 and P1) and the main numbers of each: how
# often it was begun or held, brought to its end, kept in time, and its money. Written by `python -m
# tests.feed_indicators` from the definitions of cases; a centre reports those of the mechanisms that it uses.
"""

MEANINGS = {
    "opened": ("本期登记的{name}件数。", "Records of “{en}” opened in the period."),
    "step": ("本期“{name}”办了“{step}”的次数。", "How often “{step_en}” was done of “{en}” in the period."),
    "adds": (
        "本期办了“{step}”的“{name}”的{field}合计；同一件办过几次的，算在最后一次。",
        "{field_en} of “{en}” that came to “{step_en}” in the period, if more than once then for the last time.",
    ),
    "in_time": (
        "本期在期限（{limit}）以内办到的“{name}”。",
        "“{en}”: the limit “{limit_en}” stopped in the period and in time.",
    ),
    "overdue": (
        "期限（{limit}）在本期到期、到期还没有办的“{name}”。",
        "“{en}”: the limit “{limit_en}” ran out in the period.",
    ),
    "ended": ("本期结束的“{name}”。", "Records of “{en}” that ended in the period."),
}


class Fed(NamedTuple):
    """A feed whose number is an indicator."""

    definition: Definition
    feed: Feed

    @property
    def code(self) -> str:
        """The indicator's code."""
        return f"case_{self.definition.code}_{self.feed.code}"

    @property
    def is_money(self) -> bool:
        """Whether it adds up fen."""
        field = self.definition.field(self.feed.adds or "")
        return field is not None and field.kind == "money"


def fed() -> list[Fed]:
    """Every feed that is an indicator, by definition in the order of its file."""
    found = own_definitions()
    return [
        Fed(found[code], feed)
        for code in sorted(found)
        if DAILY & {*found[code].mechanisms}
        for feed in found[code].feeds
        if _is_main(found[code], feed)
    ]


def _is_main(definition: Definition, feed: Feed) -> bool:
    if feed.counts == "open_at_end" or (definition.code, feed.code) in STAYS:
        return False
    one = Fed(definition, feed)
    if feed.adds is not None:
        return one.is_money
    step = definition.transition(feed.step or "")
    state = definition.state(step.to or "") if step is not None else None
    return (
        feed is definition.feeds[0]
        or feed.counts in ("in_time", "overdue")
        or (state is not None and state.end == "done")
        or (definition.code, feed.code) in ALSO
    )


def written() -> str:
    """The file as it follows from the definitions."""
    every = fed()
    return HEAD + "".join(part for one in every for part in (*_source(one), *_indicator(one)))


def _source(one: Fed) -> Iterator[str]:
    feed = one.feed
    rows = LAST_STEP if feed.counts == "step" and feed.adds else FROM[feed.counts]
    parts = {":definition": one.definition.code, ":code": feed.step or feed.deadline or ""}
    for name, value in parts.items():
        rows = rows.replace(name, f"'{value}'")
    begins, _, where = rows.partition("WHERE")
    if feed.states:
        states = ", ".join(f"'{state}'" for state in feed.states)
        where += f" AND r.state IN ({states})"
    day = {"opened": "r.opened_on", "ended": "r.ended_on", "step": "l.day", "in_time": "m.stopped_on"}
    columns = {"day": day.get(feed.counts, "m.due_on"), "case_number": "r.number", "case_title": "r.title"}
    if feed.adds:
        columns["amount"] = f"coalesce(json_extract(r.said, '$.{feed.adds}'), 0)"
    yield f"\n[sources.{one.code}]\n"
    yield f"from = {_string(begins)}\nwhere = {_string(where)}\n"
    order = f"{columns['day']}, r.id"
    yield f"order = {_string(order)}\n"
    yield f"columns = {{ {', '.join(f'{name} = {_string(value)}' for name, value in columns.items())} }}\n"


def _indicator(one: Fed) -> Iterator[str]:
    definition, feed = one.definition, one.feed
    zh, en = MEANINGS["adds" if feed.adds else feed.counts]
    step, field = definition.transition(feed.step or ""), definition.field(feed.adds or "")
    limit = next((each for each in definition.deadlines if each.code == feed.deadline), None)
    said: dict[str, object] = {"name": definition.name.zh_CN, "en": definition.name.en}
    for name, label in (
        ("step", step.name if step else None),
        ("field", field.name if field else None),
        ("limit", limit.name if limit else None),
    ):
        if label is not None:
            said |= {name: label.zh_CN, f"{name}_en": label.en or label.zh_CN}
    yield f"\n[[indicators]]\ncode = {_string(one.code)}\n"
    yield f"name = {_both(*_names(one))}\n"
    yield f"unit = {_string('fen' if one.is_money else 'count')}\n"
    yield f"meaning = {_both(zh.format(**said), en.format(**said))}\n"
    yield f"basis = {_string(', '.join(definition.mechanisms))}\n"
    yield 'adds = "sum"\nover_centres = "sum"\nleaves = true\n'
    # A record that is opened again takes its steps once more: what that changes is no correction.
    if feed.counts in ("ended", "overdue") or feed.adds or feed.states:
        yield "moves = true\n"
    yield f"of = {_string(one.code)}\nrecords_of = {_string(definition.code)}\n"
    if feed.adds:
        yield 'sums = "amount"\n'


def _names(one: Fed) -> tuple[str, str]:
    """The name of a feed with that of its mechanism before it, unless it has it already."""
    definition, name = one.definition, one.feed.name
    zh = name.zh_CN if definition.name.zh_CN.strip("“”") in name.zh_CN else f"{definition.name.zh_CN}：{name.zh_CN}"
    english, own = name.en or name.zh_CN, definition.name.en or definition.name.zh_CN
    return zh, english if own.lower() in english.lower() else f"{own}: {english}"


def _both(zh: str, en: str) -> str:
    return f"{{ zh_CN = {_string(zh)}, en = {_string(en)} }}"


def _string(text: str) -> str:
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def main() -> None:
    """Write the file."""
    FILE.write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    main()

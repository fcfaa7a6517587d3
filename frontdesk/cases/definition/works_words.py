"""In words how fields follow from others, and what is collected. Pure but for the language."""

from __future__ import annotations

from collections.abc import Callable

from frontdesk.cases.definition.model import Definition, FieldDefinition
from frontdesk.cases.definition.works import Classes, Collection, Operand, Vote, Within, Work
from frontdesk.common.money import yuan_words
from frontdesk.locale import t

Naming = Callable[[Operand], str]
"""The words for what stands behind a name."""


def works_in_words(definition: Definition) -> list[str]:
    """Each field that nobody types, and what it follows from, in the order of the file."""
    return [
        t("case_works.line", field=_full_name(definition, one.field), how=_how(definition, one))
        for one in definition.works_out
    ]


def collections_in_words(definition: Definition) -> list[str]:
    """Each field that is filled in beforehand, and from which indicators."""
    return [_collected(definition, one) for one in definition.collects]


def _collected(definition: Definition, one: Collection) -> str:
    parts = [one.indicator or "", *(part for row in one.rows for part in row.takes.values())]
    codes = dict.fromkeys(part.partition(".")[0] for part in parts if part)
    field, period = _full_name(definition, one.field), _full_name(definition, one.period)
    if one.staff:
        return t("case_works.collected_staff", field=field, period=period)
    if one.orders is not None:
        item = _full_name(definition, one.orders.item)
        return t("case_works.collected_orders", field=field, period=period, item=item, code=one.orders.of)
    return t("case_works.collected", field=field, period=period, indicators=_joined(codes))


def _joined(words: list[str] | dict[str, None]) -> str:
    return t("case_works.joint").join(words)


def _full_name(definition: Definition, name: str) -> str:
    """The words of a field; of a column with its list."""
    code, dot, column = name.partition(".")
    found = definition.field(code)
    if found is None:
        return name
    inner = next((one for one in found.fields if one.code == column), None) if dot else None
    return t("case_works.column", list=found.name, column=inner.name) if inner is not None else str(found.name)


def _field(definition: Definition, work: Work, name: str) -> FieldDefinition | None:
    """The field behind a name where it is read: in a list a column of it first."""
    rows = definition.field(work.list_code)
    inner = next((one for one in rows.fields if one.code == name), None) if rows is not None else None
    return inner or definition.field(name)


def _how(definition: Definition, work: Work) -> str:
    def name(operand: Operand, *, money: bool = False) -> str:
        if isinstance(operand, int):
            return yuan_words(operand) if money else str(operand)
        found = _field(definition, work, operand)
        return str(found.name) if found is not None else operand

    def all_of(operands: tuple[Operand, ...], *, money: bool = False) -> str:
        return _joined([name(one, money=money) for one in operands])

    target = _field(definition, work, work.column)
    money = target is not None and target.kind == "money"
    if work.sum is not None or work.count is not None:
        return _counted(definition, work, _joined([name(one) for one in work.where.values()]))
    if work.weighted is not None:
        points, weight = (_full_name(definition, one) for one in (work.weighted.points, work.weighted.weight))
        return t("case_works.weighted", points=points, weight=weight)
    if work.mixed:
        return t("case_works.mixed", of=_joined([f"{name(one.of)} {one.weight} %" for one in work.mixed]))
    if work.difference:
        others = all_of(work.difference[1:], money=money)
        return t("case_works.difference", first=name(work.difference[0]), others=others)
    if work.share is not None:
        share = work.share
        return t("case_works.share", part=name(share.part), whole=name(share.whole), per=share.per)
    if work.classed is not None:
        return _classed(work.classed, name, target)
    if work.within is not None:
        return _within(work.within, name)
    if work.vote is not None:
        return _vote(work.vote, name)
    return t(f"case_works.{work.way}", of=all_of(work.add or work.multiply or work.lesser or work.ranks, money=money))


def _counted(definition: Definition, work: Work, pairs: str) -> str:
    of = work.sum or work.count or ""
    key = "sum" if work.sum is not None else "count_true" if "." in of else "count"
    where = t("case_works.where", pairs=pairs) if pairs else ""
    return t(f"case_works.{key}", of=_full_name(definition, of), where=where)


def _classed(classes: Classes, name: Naming, target: FieldDefinition | None) -> str:
    words = {one.code: str(one.name) for one in target.choices} if target is not None else {}
    steps = [
        t("case_works.class", least=name(one.least), value=words.get(one.value, one.value)) for one in classes.steps
    ]
    otherwise = words.get(classes.otherwise, classes.otherwise)
    return t("case_works.classed", of=name(classes.of), steps=_joined(steps), otherwise=otherwise)


def _within(within: Within, name: Naming) -> str:
    limits = []
    if within.least is not None:
        limits.append(t("case_works.least", limit=name(within.least)))
    if within.most is not None:
        limits.append(t("case_works.most", limit=name(within.most)))
    return t("case_works.within", of=name(within.of), limits=_joined(limits))


def _vote(vote: Vote, name: Naming) -> str:
    came, votes_for = name(vote.came or ""), name(vote.votes_for)
    if vote.majority is not None:
        part = vote.majority
        rule = t("case_works.vote_majority", votes_for=votes_for, came=came, of=part.of, whole=part.whole)
    else:
        rule = t("case_works.vote_more", votes_for=votes_for, votes_against=name(vote.votes_against))
    if vote.quorum is None:
        return rule
    part = vote.quorum
    members = name(vote.members or "")
    return t("case_works.vote_quorum", came=came, members=members, of=part.of, whole=part.whole, rule=rule)

"""Fields that follow from others: sums, shares, places, votes, balances. Pure; whole numbers and fen only.

A field is worked out anew when something that it is worked out from has changed, and stays what it was otherwise: what
was reckoned from people who have been erased since, or by thresholds that the centre has changed since, is not undone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Literal

from frontdesk.cases.definition.model import Definition
from frontdesk.cases.definition.works import Classes, Operand, Share, Vote, Weighted, Within, Work
from frontdesk.cases.engine.values import Plain, Row, Value

Values = Mapping[str, Value]
Lost = Literal["no_quorum", "no_majority", "not_more"]
"""Why something was not adopted: too few came, too few of those who came were for it, no more were for it than against.
"""
Read = Callable[[Operand], Plain | None]
"""What stands behind a name where something is worked out: a column of the row, or a field of the record."""


def worked(definition: Definition, before: Values | None, after: Values) -> dict[str, Value]:
    """The values of a record with everything in them that follows from others; `before` are those that it had, None
    for one that begins.
    """
    found = dict(after)
    for work in definition.works_out:
        target = work.list_code or work.column
        if before is not None and _stands(work, target, before, found):
            continue
        if work.list_code:
            rows = _rows(found, target)
            if rows:
                found[target] = _column(work, rows, found)
        else:
            _put(found, work.column, _value(work, found, lambda name: _field(found, name)))
    return found


def with_what_follows(
    definition: Definition, said: Mapping[str, Value | None], before: Values, after: Values
) -> dict[str, Value | None]:
    """What was said, and what became of the fields that follow from others: None where one holds nothing any more."""
    kept = dict(said)
    for code in sorted({one.list_code or one.column for one in definition.works_out}):
        if code in said or before.get(code) != after.get(code):
            kept[code] = after.get(code)
    return kept


def followers(definition: Definition, codes: set[str]) -> set[str]:
    """These fields and all that follow from them."""
    found = set(codes)
    for work in definition.works_out:
        if found & sources(work):
            found.add(work.list_code or work.column)
    return found


def sources(work: Work) -> set[str]:
    """The fields of the record that something is worked out from; in a list also the list itself."""
    named = {one.partition(".")[0] for one in work.columns_read} | set(work.operands)
    return named | ({work.list_code} if work.list_code else set())


def _stands(work: Work, target: str, before: Values, now: Values) -> bool:
    """Whether nothing has changed that it follows from, and it is there."""
    return target in before and all(before.get(code) == now.get(code) for code in {target, *sources(work)})


def _rows(values: Values, code: str) -> Sequence[Row]:
    rows = values.get(code, ())
    return () if isinstance(rows, str | int) else rows


def _field(values: Values, name: Operand) -> Plain | None:
    if isinstance(name, int):
        return name
    value = values.get(name)
    return value if isinstance(value, str | int) else None


def _put(values: dict[str, Any], code: str, value: Plain | None) -> None:
    if value is None:
        values.pop(code, None)
    else:
        values[code] = value


def _column(work: Work, rows: Sequence[Row], values: Values) -> list[dict[str, Plain]]:
    """The rows with one column that follows from the others."""
    found = [dict(row) for row in rows]
    for row in found:
        row.pop(work.column, None)
    if work.ranks:
        sums = [sum(_number(row.get(code)) or 0 for code in work.ranks) for row in found]
        for row, one in zip(found, sums, strict=True):
            row[work.column] = 1 + sum(other > one for other in sums)
        return found
    for row in found:

        def read(name: Operand, row: dict[str, Plain] = row) -> Plain | None:
            return row[name] if isinstance(name, str) and name in row else _field(values, name)

        _put(row, work.column, _value(work, values, read))
    return found


def _value(work: Work, values: Values, read: Read) -> Plain | None:
    """What a field or column holds by the rest; None where nothing can be said."""
    if work.sum is not None:
        name, _, column = work.sum.partition(".")
        return sum(_number(row.get(column)) or 0 for row in _chosen(work, _rows(values, name), read))
    if work.count is not None:
        name, _, column = work.count.partition(".")
        chosen = _chosen(work, _rows(values, name), read)
        return sum(row.get(column) is True for row in chosen) if column else len(chosen)
    if work.weighted is not None:
        return _weighted(work.weighted, values)
    if work.mixed:
        parts = [(_number(read(one.of)), one.weight) for one in work.mixed]
        filled = [number * weight for number, weight in parts if number is not None]
        return _nearest(sum(filled), 100) if len(filled) == len(parts) else None
    if work.share is not None:
        return _share(work.share, read)
    if work.classed is not None:
        return _class(work.classed, read)
    if work.within is not None:
        return _within(work.within, read)
    if work.vote is not None:
        return _adopted(work.vote, read)
    return _reckoned(work, read)


def _reckoned(work: Work, read: Read) -> int | None:
    """`add`, `difference`, `multiply` and `lesser`: an empty number counts for nothing, but of an empty first one
    nothing is taken, and nothing is multiplied with one.
    """
    operands = work.add or work.difference or work.multiply or work.lesser
    numbers = [_number(read(one)) for one in operands]
    filled = [one for one in numbers if one is not None]
    if work.difference:
        return numbers[0] - sum(one or 0 for one in numbers[1:]) if numbers[0] is not None else None
    if work.multiply:
        return prod(filled) if len(filled) == len(numbers) else None
    if work.lesser:
        return min(filled) if numbers[0] is not None else None
    return sum(filled) if filled else None


def _chosen(work: Work, rows: Sequence[Row], read: Read) -> list[Row]:
    wanted = {column: read(ours) for column, ours in work.where.items()}
    return [row for row in rows if all(row.get(column) == value for column, value in wanted.items())]


def _weighted(weighted: Weighted, values: Values) -> int | None:
    name, _, points = weighted.points.partition(".")
    weight = weighted.weight.partition(".")[2]
    pairs = [(_number(row.get(points)), _number(row.get(weight))) for row in _rows(values, name)]
    products = [one * other for one, other in pairs if one is not None and other is not None]
    return _nearest(sum(products), 100) if products else None


def _share(share: Share, read: Read) -> int | None:
    whole = _number(read(share.whole))
    if not whole or whole < 0:
        return None
    return _nearest((_number(read(share.part)) or 0) * share.per, whole)


def _nearest(number: int, by: int) -> int:
    """A quotient rounded to the nearest, halves up; `by` is above nothing."""
    return (2 * number + by) // (2 * by)


def _class(classes: Classes, read: Read) -> str | None:
    number = _number(read(classes.of))
    if number is None:
        return None
    for one in classes.steps:
        least = _number(read(one.least))
        if least is not None and number >= least:
            return one.value
    return classes.otherwise


def _within(within: Within, read: Read) -> bool | None:
    number = _number(read(within.of))
    if number is None:
        return None
    least = _number(read(within.least)) if within.least is not None else None
    most = _number(read(within.most)) if within.most is not None else None
    if least is None and most is None:
        return None
    return (least is None or number >= least) and (most is None or number <= most)


def _adopted(vote: Vote, read: Read) -> bool | None:
    found = _lost_by(vote, read)
    return None if found is None else found == ""


def _lost_by(vote: Vote, read: Read) -> Lost | Literal[""] | None:
    """Why something was not adopted, "" where it was; None where nothing can be said."""
    votes_for, votes_against = _number(read(vote.votes_for)), _number(read(vote.votes_against)) or 0
    if votes_for is None:
        return None
    came = _number(read(vote.came)) or 0 if vote.came is not None else 0
    if vote.quorum is not None:
        members = _number(read(vote.members or ""))
        if members is None:
            return None
        if came * vote.quorum.whole < members * vote.quorum.of:
            return "no_quorum"
    if vote.majority is not None:
        has_majority = votes_for > 0 and votes_for * vote.majority.whole >= came * vote.majority.of
        return "" if has_majority else "no_majority"
    return "" if votes_for > votes_against else "not_more"


@dataclass(frozen=True)
class LostVote:
    """Something that was not adopted: in which row of which list (0: a field of the record), why, and the numbers."""

    code: str
    row: int
    vote: Vote
    why: Lost
    numbers: Mapping[str, int]


def lost_votes(definition: Definition, values: Values) -> list[LostVote]:
    """What was voted on in a record and not adopted."""
    found: list[LostVote] = []
    for work in definition.works_out:
        vote = work.vote
        if vote is None:
            continue
        rows: Sequence[Row] = _rows(values, work.list_code) if work.list_code else ({},)
        for place, row in enumerate(rows, 1):

            def read(name: Operand, row: Row = row) -> Plain | None:
                return row[name] if isinstance(name, str) and name in row else _field(values, name)

            why = _lost_by(vote, read)
            if why:
                told = {"votes_for": vote.votes_for, "votes_against": vote.votes_against}
                told |= {"came": vote.came or "", "members": vote.members or ""}
                numbers = {name: _number(read(code)) or 0 for name, code in told.items()}
                at = place if work.list_code else 0
                found.append(LostVote(work.list_code or work.column, at, vote, why, numbers))
    return found


def _number(value: Plain | None) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None

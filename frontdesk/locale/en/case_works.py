"""Fields that are worked out, and evidence that is collected by itself."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "works": "Worked out (never typed)",
    "collects": "Collected by itself (filled in beforehand, may be changed)",
    "joint": ", ",
    "line": "{field}: {how}",
    "column": "{column} of {list}",
    "sum": "the sum of {of}{where}",
    "count": "the number of rows of {of}{where}",
    "count_true": "the number of rows with yes in {of}{where}",
    "where": " (rows with the same {pairs})",
    "weighted": "{points} x {weight} / 100, all rows added up, rounded",
    "add": "{of} added up",
    "difference": "{first} less {others}",
    "multiply": "{of} multiplied",
    "mixed": "{of} added up, rounded",
    "lesser": "the least of {of}",
    "share": "{part} / {whole} in parts of {per}, rounded",
    "classed": "by {of}: {steps}, otherwise {otherwise}",
    "class": "{value} from {least}",
    "within": "{of} is {limits}",
    "least": "at least {limit}",
    "most": "at most {limit}",
    "vote_more": "more {votes_for} than {votes_against}",
    "vote_majority": "{votes_for} are at least {of}/{whole} of {came}",
    "vote_quorum": "{came} are at least {of}/{whole} of {members}, and {rule}",
    "ranks": "the place by {of}, the highest first, equals alike",
    "collected_staff": "{field}: the staff with certificates as of “{period}”",
    "collected": "{field}: of the period in “{period}”, from {indicators}",
}

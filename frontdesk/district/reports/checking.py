"""Whether the values of a report may be taken in: against the district's set of indicators, and what it assigned.

One rule: with a single fault the whole report is refused, and the refusal lists every fault with the index of its
value. Bodies of schema version 1 come from programs older than any set of indicators; their figures are kept as they
are, and only those that the set knows are added up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from frontdesk.district.keys import District
from frontdesk.district.store import Session, Store
from frontdesk.district.store.figures import items
from frontdesk.sync import wire

Rules = Mapping[str, wire.IndicatorRule]

MOST_FAULTS = 100
"""How many faults a refusal lists."""


@dataclass(frozen=True)
class Expected:
    """What a centre's reports are checked against; `assigned` is None where it is assigned everything."""

    rules: Rules
    assigned: frozenset[str] | None


@dataclass(frozen=True)
class Signer:
    """A centre's key, and what the store says beside it in the same query."""

    key: wire.KnownKey
    edition: int | None
    is_assigned: bool


_SIGNER = (
    "SELECT k.verify_key, k.centre, k.revoked_at, (SELECT max(edition) FROM indicator_edition) AS edition, "
    "(SELECT count(*) FROM indicator_assignment a WHERE a.centre = k.centre) AS assigned "
    "FROM centre_key k WHERE k.key_id = ?"
)

# An edition never changes, and parsing one takes longer than all else that is done for a report.
_editions: WeakKeyDictionary[Store, tuple[int, Rules]] = WeakKeyDictionary()


def find_signer(session: Session, key_id: str) -> Signer | None:
    """Whose key this is."""
    row = session.one(_SIGNER, (key_id,))
    if row is None:
        return None
    key = wire.KnownKey(row["verify_key"], row["centre"], row["revoked_at"] is not None)
    return Signer(key, row["edition"], bool(row["assigned"]))


def check_report(district: District, opened: wire.OpenedReport, signer: Signer) -> None:
    """Refuse a report with any fault in its values.

    Raises WireFault with the code of the first fault (`unknown_indicator`, `not_for_district`, `wrong_period_kind`,
    `not_assigned`, `bad_value`, each with `index`; `duplicate_value` with `indexes`), and all of them as `faults`.
    """
    report = opened.report
    if "\0" in report.name:
        raise wire.WireFault("bad_body", where="name")
    if not isinstance(report, wire.ReportBodyV2):
        if any("\0" in str(one["i"]) or "\0" in str(one.get("c")) for one in items(report)):
            raise wire.WireFault("bad_body", where="figures")
        return
    expected = _expected(district, opened.header.centre, signer)
    faults = wire.check_values(report.values, expected.rules, opened.header.kind, expected.assigned)
    faults += [
        wire.WireFault("bad_value", index=index, indicator=one.indicator, where="category")
        for index, one in enumerate(report.values)
        # It is a character, but no database keeps it.
        if one.category is not None and "\0" in one.category
    ]
    if faults:
        first = faults[0]
        listed = [{"code": one.code, **one.details} for one in faults[:MOST_FAULTS]]
        raise wire.WireFault(first.code, **{**first.details, "faults": listed})


def _expected(district: District, centre: str, signer: Signer) -> Expected:
    edition, rules = _editions.get(district.store, (0, wire.indicator_rules()))
    assigned: frozenset[str] | None = None
    if (signer.edition or 0) == edition and not signer.is_assigned:
        return Expected(rules, None)
    with district.store.reading() as session:
        if (signer.edition or 0) != edition:
            row = session.one("SELECT rules FROM indicator_edition WHERE edition = ?", (signer.edition,))
            rules = _parsed(row["rules"]) if row else wire.indicator_rules()
            _editions[district.store] = (signer.edition or 0, rules)
        if signer.is_assigned:
            rows = session.rows("SELECT indicator FROM indicator_assignment WHERE centre = ?", (centre,))
            assigned = frozenset(row["indicator"] for row in rows)
    return Expected(rules, assigned)


def _parsed(rules: str) -> Rules:
    return {code: wire.IndicatorRule.model_validate(said) for code, said in json.loads(rules).items()}

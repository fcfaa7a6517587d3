"""Whether the values of a report may be taken in: against the district's set of indicators, and what it assigned.

One rule: with a single fault the whole report is refused, and the refusal lists every fault with the index of its
value. Bodies of schema version 1 come from programs older than any set of indicators; their figures are kept as they
are, and only those that the set knows are added up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from frontdesk.district.keys import District
from frontdesk.district.store import Store
from frontdesk.sync import wire

Rules = Mapping[str, wire.IndicatorRule]

MOST_FAULTS = 100
"""How many faults a refusal lists."""


@dataclass(frozen=True)
class _Edition:
    """A set of indicators, and by kind of report the shapes of what may stand in one, for the quick check."""

    number: int
    rules: Rules
    shapes: dict[str, Mapping[str, wire.Shape]] = field(default_factory=dict)

    def shapes_of(self, kind: str) -> Mapping[str, wire.Shape]:
        """By code the shape of what may stand in a report of this kind."""
        found = self.shapes.get(kind)
        if found is None:
            found = self.shapes[kind] = wire.fitting_shapes(self.rules, kind)
        return found


@dataclass(frozen=True)
class Expected:
    """What a centre's reports are checked against; `assigned` is None where it is assigned everything."""

    edition: _Edition
    assigned: frozenset[str] | None


@dataclass(frozen=True)
class Signer:
    """A centre's key, the edition of indicators in force (0 for the program's own), and whether some are assigned."""

    key: wire.KnownKey
    edition: int
    is_assigned: bool


_SIGNER = (
    "SELECT k.verify_key, k.centre, k.revoked_at, "
    "(SELECT count(*) FROM centre_key n WHERE n.centre = k.centre AND n.replaces = k.key_id) AS successors, "
    "(SELECT coalesce(max(edition), 0) FROM indicator_edition) AS edition, "
    "(SELECT count(*) FROM indicator_assignment a WHERE a.centre = k.centre) AS assigned "
    "FROM centre_key k WHERE k.key_id = ?"
)

REMEMBERED = 20_000
"""Signers that a process remembers: about two of each centre of a large district."""

# An edition never changes, and parsing one takes longer than all else that is done for a report.
_editions: WeakKeyDictionary[Store, _Edition] = WeakKeyDictionary()
# Whose a key is never changes either; whether the rest still holds is asked by the statement that keeps a report.
_signers: WeakKeyDictionary[Store, dict[str, Signer]] = WeakKeyDictionary()


def known_signer(district: District, key_id: str) -> Signer | None:
    """Whose key this is, as it was when this process last asked; only a key that was good is remembered."""
    remembered = _signers.get(district.store, {}).get(key_id)
    return remembered or find_signer(district, key_id)


def find_signer(district: District, key_id: str) -> Signer | None:
    """Whose key this is, as the store has it now.

    One that the centre changed for another still opens what it sealed: the same bytes get the same receipt.
    """
    with district.store.single() as session:
        row = session.one(_SIGNER, (key_id,))
    remembered = _signers.setdefault(district.store, {})
    if row is None:
        return None
    is_revoked = row["revoked_at"] is not None and not row["successors"]
    key = wire.KnownKey(row["verify_key"], row["centre"], is_revoked)
    signer = Signer(key, row["edition"], bool(row["assigned"]))
    if len(remembered) >= REMEMBERED:
        remembered.clear()
    if key.revoked:
        remembered.pop(key_id, None)
    else:
        remembered[key_id] = signer
    return signer


def fault_in(district: District, opened: wire.OpenedReport, signer: Signer) -> wire.WireFault | None:
    """What is wrong with the values of a report; None where it may be taken in.

    The fault has the code of the first one (`unknown_indicator`, `not_for_district`, `wrong_period_kind`,
    `not_assigned`, `bad_value`, each with `index`; `duplicate_value` with `indexes`), and all of them as `faults`.
    """
    plain, kind = opened.read, opened.header.kind
    if isinstance(plain, wire.ReportBody):
        return None
    expected = _expected(district, opened.header.centre, signer)
    if isinstance(plain, wire.PlainBody) and wire.are_fitting(
        plain.shapes, expected.edition.shapes_of(kind), expected.assigned
    ):
        return None
    report = opened.report
    if not isinstance(report, wire.ReportBodyV2):
        return None
    faults = wire.check_values(report.values, expected.edition.rules, kind, expected.assigned)
    if not faults:
        return None
    listed = [{"code": one.code, **one.details} for one in faults[:MOST_FAULTS]]
    return wire.WireFault(faults[0].code, **{**faults[0].details, "faults": listed})


def _expected(district: District, centre: str, signer: Signer) -> Expected:
    edition = _editions.get(district.store)
    if edition is None or signer.edition != edition.number:
        edition = _editions[district.store] = _find_edition(district, signer.edition)
    if not signer.is_assigned:
        return Expected(edition, None)
    with district.store.reading() as session:
        rows = session.rows("SELECT indicator FROM indicator_assignment WHERE centre = ?", (centre,))
    return Expected(edition, frozenset(row["indicator"] for row in rows))


def _find_edition(district: District, number: int) -> _Edition:
    if number:
        with district.store.reading() as session:
            row = session.one("SELECT rules FROM indicator_edition WHERE edition = ?", (number,))
        if row is not None:
            return _Edition(number, _parsed(row["rules"]))
    return _Edition(number, wire.indicator_rules())


def _parsed(rules: str) -> Rules:
    return {code: wire.IndicatorRule.model_validate(said) for code, said in json.loads(rules).items()}

"""Every mechanism that the policies name is somewhere in the program, and no row of their table is forgotten."""

from __future__ import annotations

import csv

from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.mechanisms import MECHANISMS, defined_by, missing
from frontdesk.cli import COMMANDS
from tests.programs import ROOT

TABLE = ROOT / "tests" / "data" / "mechanisms.csv"


def test_every_mechanism_of_the_policies_has_a_definition_or_a_feature() -> None:
    found = own_definitions()
    assert len({one.number for one in MECHANISMS}) == len(MECHANISMS) == 90
    assert missing(found) == []
    known = {one.number for one in MECHANISMS}
    assert set(defined_by(found)) <= known
    commands = set(COMMANDS)
    assert [one for one in MECHANISMS if one.feature and one.feature not in commands] == []
    # Without the definitions of the grid its mechanisms would be missing: the test can fail.
    fewer = {code: one for code, one in found.items() if one.group != "grid"}
    assert {one.number for one in missing(fewer)} >= {"G01", "G09", "G11", "G16"}


def test_no_row_of_the_table_of_mechanisms_is_forgotten() -> None:
    """The table is that of the list of mechanisms, its section 2, taken over row by row: number, priority, name."""
    with TABLE.open(encoding="utf-8", newline="") as sheet:
        tabled = {row["number"]: row["priority"] for row in csv.DictReader(sheet)}
    assert {one.number: one.priority for one in MECHANISMS} == tabled
    by, features = defined_by(own_definitions()), {one.number for one in MECHANISMS if one.feature}
    asked = [number for number, priority in tabled.items() if priority in ("P0", "P1")]
    assert len(asked) == 53 and [number for number in asked if number not in by and number not in features] == []


def test_what_the_policies_ask_for_names_its_document() -> None:
    assert [one.code for one in own_definitions().values() if one.mechanisms and not one.policy] == []

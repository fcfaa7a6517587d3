"""Fields that follow from others: sums, balances, places, votes, shares; never typed, and the same by the log."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.cases.definition.drawing import explained
from frontdesk.cases.definition.model import Definition
from frontdesk.cases.definition.reading import definition_in, own_definitions
from frontdesk.cases.engine import rules
from frontdesk.cases.engine.rules import Actor, Event
from frontdesk.cases.engine.values import Value
from frontdesk.cases.engine.working_out import worked
from frontdesk.cases.words import per_cent
from frontdesk.locale import speaking
from tests.unit.test_case_definitions import faults_of, line_in

MONEY = """\
code = "money"
kind = "case"
group = "fund"

[name]
zh_CN = "经费"
en = "Money"

[about]
zh_CN = "经费。"

[number]
prefix = "JF"

[[fields]]
code = "budget"
kind = "list"
name = { zh_CN = "预算" }
fields = [
  { code = "line", kind = "text", name = { zh_CN = "科目" } },
  { code = "amount", kind = "money", name = { zh_CN = "预算额" } },
  { code = "spent", kind = "money", name = { zh_CN = "已用" } },
  { code = "left", kind = "money", name = { zh_CN = "余额" } },
  { code = "overrun", kind = "yes_no", name = { zh_CN = "超了" } },
]

[[fields]]
code = "vouchers"
kind = "list"
name = { zh_CN = "票据" }
fields = [
  { code = "line", kind = "text", name = { zh_CN = "科目" } },
  { code = "amount", kind = "money", name = { zh_CN = "金额" } },
]

[[fields]]
code = "approved"
kind = "money"
name = { zh_CN = "批准额" }

[[fields]]
code = "spent"
kind = "money"
name = { zh_CN = "票据合计" }

[[fields]]
code = "balance"
kind = "money"
name = { zh_CN = "总余额" }

[[fields]]
code = "used"
kind = "number"
name = { zh_CN = "用款率" }

[[fields]]
code = "colour"
kind = "choice"
name = { zh_CN = "颜色" }
choices = [
  { code = "red", name = { zh_CN = "红" } },
  { code = "yellow", name = { zh_CN = "黄" } },
  { code = "green", name = { zh_CN = "绿" } },
]

[[works_out]]
field = "budget.spent"
sum = "vouchers.amount"
where = { line = "line" }

[[works_out]]
field = "budget.left"
difference = ["amount", "spent"]

[[works_out]]
field = "budget.overrun"
within = { of = "spent", least = "amount" }

[[works_out]]
field = "spent"
sum = "vouchers.amount"

[[works_out]]
field = "balance"
difference = ["approved", "spent"]

[[works_out]]
field = "used"
share = { part = "spent", whole = "approved" }

[[works_out]]
field = "colour"
classed.of = "used"
classed.steps = [{ least = 1000, value = "red" }, { least = 800, value = "yellow" }]
classed.otherwise = "green"

[[states]]
code = "running"
name = { zh_CN = "在用" }

[[states]]
code = "closed"
name = { zh_CN = "结了" }
end = "done"

[[transitions]]
code = "spend"
name = { zh_CN = "记票据" }
from = ["running"]
asks = [{ field = "vouchers" }]
needs = [
  { field = "balance", least = 0, otherwise = { zh_CN = "票据超了批准额，先改预算" } },
]

[[transitions]]
code = "close"
name = { zh_CN = "结" }
from = ["running"]
to = "closed"
"""

DEFINITION = definition_in(MONEY.encode(), "money.toml")
ANNA = Actor("M001", True)
LINES = st.sampled_from(["场地", "物料", "讲课"])
FEN = st.integers(0, 10**11)
ROWS = st.lists(st.fixed_dictionaries({"line": LINES, "amount": FEN}), max_size=8)


def of(rows: Any, code: str) -> list[Any]:
    return [row.get(code) for row in rows]


@given(approved=FEN, vouchers=ROWS, budget=ROWS, order=st.randoms())
def test_budget_vouchers_and_balance_reconcile_in_every_order(
    approved: int, vouchers: list[dict[str, Any]], budget: list[dict[str, Any]], order: Any
) -> None:
    """Vouchers come one by one in any order: the balance at the end is the same, and each line's with it."""
    lines = {row["line"]: row for row in budget}
    opening = Event("opened", "2026-11-02", ANNA.no, values={"approved": approved, "budget": list(lines.values())})
    now = rules.opened(DEFINITION, opening)
    shuffled = list(vouchers)
    order.shuffle(shuffled)
    for count in range(1, len(shuffled) + 1):
        spend = Event("moved", "2026-11-03", ANNA.no, "spend", {"vouchers": shuffled[:count]})
        overrun = sum(of(shuffled[:count], "amount")) > approved
        refused = rules.refusal(DEFINITION, now, spend, ANNA)
        assert (refused is not None) == overrun
        # What a refusal would keep out is reckoned all the same: an overrun is never hidden.
        now = rules.step(DEFINITION, now, spend)
    total = sum(of(vouchers, "amount"))
    assert now.values["spent"] == total and now.values["balance"] == approved - total
    for row in now.values.get("budget", ()):  # type: ignore[union-attr]
        assert isinstance(row, Mapping)
        mine = sum(one["amount"] for one in vouchers if one["line"] == row["line"])
        assert (row["spent"], row["left"]) == (mine, lines[str(row["line"])]["amount"] - mine)
        assert row["overrun"] is (mine >= row["amount"])


@given(part=FEN, whole=FEN, per=st.sampled_from([100, 1000]))
def test_a_share_is_the_nearest_whole_part_and_nothing_has_none(part: int, whole: int, per: int) -> None:
    definition = definition_in(
        MONEY.replace('whole = "approved" }', f'whole = "approved", per = {per} }}').encode(), "money.toml"
    )
    found = worked(definition, None, {"approved": whole, "vouchers": [{"line": "物料", "amount": part}]})
    if not whole:
        assert "used" not in found and "colour" not in found
        return
    used = found["used"]
    assert isinstance(used, int) and abs(Fraction(part * per, whole) - used) <= Fraction(1, 2)
    assert found["colour"] == ("red" if used >= 1000 else "yellow" if used >= 800 else "green")


def test_what_follows_is_never_typed() -> None:
    now = rules.opened(DEFINITION, Event("opened", "2026-11-02", ANNA.no, values={"approved": 100}))
    for event in (
        Event("moved", "2026-11-03", ANNA.no, "spend", {"vouchers": [], "balance": 5}),
        Event("corrected", "2026-11-03", ANNA.no, values={"balance": 5}, reason="x"),
    ):
        assert rules.refusal(DEFINITION, now, event, ANNA) == rules.Refusal("worked_out", field="balance")
    opening = Event("opened", "2026-11-02", ANNA.no, values={"balance": 5})
    assert rules.refusal_of_opening(DEFINITION, opening) == rules.Refusal("worked_out", field="balance")
    # A column that follows from others may come back with its list; what it holds is worked out all the same.
    forged = Event("moved", "2026-11-03", ANNA.no, "spend", {"vouchers": [{"line": "物料", "amount": 40}]})
    after = rules.step(DEFINITION, now, forged)
    assert (after.values["spent"], after.values["balance"]) == (40, 60)


@given(vouchers=ROWS)
def test_the_log_has_what_followed_and_gives_the_record_by_other_rules_too(vouchers: list[dict[str, Any]]) -> None:
    """Thresholds that a centre changes later do not change what held on the day."""
    opening = Event("opened", "2026-11-02", ANNA.no, values={"approved": 10**11})
    spend = Event("moved", "2026-11-03", ANNA.no, "spend", {"vouchers": vouchers})
    first = rules.told(DEFINITION, None, opening)
    second = rules.told(DEFINITION, rules.replayed(DEFINITION, [first]), spend)
    fresh = rules.replayed(DEFINITION, [opening, spend])
    assert rules.replayed(DEFINITION, [first, second]) == fresh
    stricter = definition_in(MONEY.replace("least = 800", "least = 1").encode(), "money.toml")
    assert rules.replayed(stricter, [first, second]) == fresh


COUNCIL = """\
code = "small"
kind = "register"
group = "meeting"
name = { zh_CN = "会" }
about = { zh_CN = "会。" }
number = { prefix = "H" }
fields = [
  { code = "members", kind = "number", name = { zh_CN = "应到" } },
  { code = "came", kind = "number", name = { zh_CN = "实到" } },
  { code = "cut", kind = "number", name = { zh_CN = "票数线" } },
  { code = "options", kind = "list", name = { zh_CN = "项" }, fields = [
    { code = "yes", kind = "number", name = { zh_CN = "同意" } },
    { code = "no", kind = "number", name = { zh_CN = "反对" } },
    { code = "rank", kind = "number", name = { zh_CN = "名次" } },
    { code = "adopted", kind = "yes_no", name = { zh_CN = "通过" } },
    { code = "selected", kind = "yes_no", name = { zh_CN = "入选" } },
  ] },
  { code = "adopted", kind = "number", name = { zh_CN = "通过几项" } },
]
states = [{ code = "open", name = { zh_CN = "开" } }]

[[works_out]]
field = "options.rank"
ranks = ["yes"]

[[works_out]]
field = "options.adopted"
vote = { votes_for = "yes", votes_against = "no", came = "came", members = "members", quorum = { of = 2, whole = 3 } }

[[works_out]]
field = "options.selected"
within = { of = "yes", least = "cut" }

[[works_out]]
field = "adopted"
count = "options.adopted"
"""
COUNCIL_DEFINITION = definition_in(COUNCIL.encode(), "small.toml")


@given(
    votes=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=8),
    came=st.integers(0, 20),
    members=st.integers(1, 20),
    cut=st.integers(0, 9),
)
def test_places_cut_line_and_votes(votes: list[tuple[int, int]], came: int, members: int, cut: int) -> None:
    options = [{"yes": yes, "no": no} for yes, no in votes]
    values: dict[str, Value] = {"members": members, "came": came, "cut": cut, "options": options}
    found = worked(COUNCIL_DEFINITION, None, values)
    rows: Any = found["options"]
    ordered = sorted((yes for yes, _ in votes), reverse=True)
    for row, (yes, no) in zip(rows, votes, strict=True):
        # Equals have the same place, and all of them are above the line or none is.
        assert row["rank"] == ordered.index(yes) + 1
        assert row["selected"] is (yes >= cut)
        assert row["adopted"] is (yes > no and Fraction(came, members) >= Fraction(2, 3))
    assert found["adopted"] == sum(row["adopted"] for row in rows)
    # Nothing changed, nothing is worked out anew.
    assert worked(COUNCIL_DEFINITION, found, found) == found


BALANCE = 'difference = ["approved", "spent"]'
EARLIER = '[[works_out]]\nfield = "approved"\nadd = ["balance", "spent"]\n\n'
CHANGES = [
    (BALANCE, 'difference = ["approved", "used"]', "works_out[5].difference", "worked_money"),
    (BALANCE, 'difference = ["approved", "lost"]', "works_out[5].difference", "no_number_field"),
    ('field = "budget.left"', 'field = "budget.rest"', "works_out[2].field", "unknown_field"),
    ('field = "used"', 'field = "colour"', "works_out[6].field", "worked_kind"),
    ('field = "used"', 'field = "spent"', "works_out[6].field", "repeated"),
    ('"spent"\nsum = "vouchers.amount"', '"spent"\nsum = "vouchers.x"', "works_out[4].sum", "no_total"),
    ('value = "yellow" }', 'value = "blue" }', "works_out[7].classed", "unknown_choice"),
    ('[{ field = "vouchers" }]', '[{ field = "balance" }]', "transitions[1].asks[1].field", "typed_though_worked"),
    ('where = { line = "line" }', 'where = { number = "line" }', "works_out[1].where", "unknown_field"),
    ("share = { part", 'count = "vouchers"\nshare = { part', "works_out[6]", "bad_part"),
    ('{ zh_CN = "已用" } }', '{ zh_CN = "已用" }, personal = "note" }', "works_out[1].field", "worked_of_people"),
    (
        '[[works_out]]\nfield = "budget.s',
        f'{EARLIER}[[works_out]]\nfield = "budget.s',
        "works_out[1].add",
        "worked_later",
    ),
]


@pytest.mark.parametrize(("old", "new", "key", "code"), CHANGES, ids=[f"{key}-{code}" for _, _, key, code in CHANGES])
def test_what_is_wrong_is_named_by_key_and_line(old: str, new: str, key: str, code: str) -> None:
    assert MONEY.count(old) == 1
    found = {(where, what) for _, where, what, _ in faults_of(MONEY.replace(old, new), "money.toml")}
    assert (key, code) in found


def test_the_line_is_the_one_of_the_key() -> None:
    text = MONEY.replace('difference = ["approved", "spent"]', 'difference = ["approved", "lost"]')
    faults = faults_of(text, "money.toml")
    assert (line_in(text, 'difference = ["approved"'), "works_out[5].difference", "no_number_field", "lost") in faults


@pytest.mark.parametrize("definition", [DEFINITION, COUNCIL_DEFINITION], ids=lambda one: one.code)
def test_what_follows_is_explained_in_words(definition: Definition) -> None:
    for language in ("zh_CN", "en"):
        with speaking(language):
            lines = explained(definition)
            assert not [line for line in lines if "case_works." in line or "{" in line]
    lines = explained(DEFINITION)
    assert "  总余额：批准额 减 票据合计" in lines
    whistle = next(line for line in explained(own_definitions()["complaint"]) if "吹哨  (" in line)
    assert "生成：whistle" in whistle
    assert any("自动写：现在谁办" in line for line in explained(own_definitions()["first_contact"]))
    assert "  预算的已用：票据的金额合计（科目相同的行）" in lines
    assert "  颜色：用款率 1000 起为红、800 起为黄，不到的为绿" in lines


def test_a_share_is_said_in_per_cent() -> None:
    assert [per_cent(one) for one in (0, 5, 667, 750, 1000)] == ["0%", "0.5%", "66.7%", "75%", "100%"]

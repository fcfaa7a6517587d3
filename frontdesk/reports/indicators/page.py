"""The register of indicators as a page of the manual, in Markdown."""

from __future__ import annotations

from frontdesk.locale import t
from frontdesk.reports.indicators.definition import Indicator
from frontdesk.reports.indicators.loading import AREAS, register
from frontdesk.reports.indicators.words import basis_words


def register_page(*, sql: bool = False) -> str:
    """Every indicator by area in the language in force: name, code, unit, meaning, where it comes from, how it adds up,
    whether it may leave the centre and whether its rows name people; with `sql` also the statements.
    """
    every = register().values()
    lines = [f"## {t('indicators.page.title', count=len(every))}", "", t("indicators.page.about")]
    for area in AREAS:
        lines += ["", f"### {t(f'indicators.area.{area}')}", ""]
        for one in every:
            if one.area == area:
                lines += [f"- {said_of(one)}", *(_statements(one) if sql else ())]
    return "\n".join(lines) + "\n"


def said_of(one: Indicator) -> str:
    """All that a person asks about an indicator, in one paragraph."""
    name = t("indicators.page.name", name=one.name, code=f"`{one.code}`", unit=t(f"indicators.unit.{one.unit}"))
    said = [f"{name}{one.meaning}", *qualities(one)]
    return ("" if said[-1].endswith("。") else " ").join(said)


def qualities(one: Indicator) -> list[str]:
    """Where it comes from, how it adds up, whether it leaves the centre, what its rows show: a sentence each."""
    found = [
        t("indicators.page.basis", basis=basis_words(one.basis)),
        t(f"indicators.page.adds.{one.adds}"),
        t("indicators.page.leaves" if one.leaves else "indicators.page.stays"),
    ]
    if one.over_centres != one.adds:
        found.append(t(f"indicators.page.centres.{one.over_centres}"))
    if one.kind == "rate":
        found.append(t("indicators.page.parts", k=f"`{one.numerator}`", n=f"`{one.denominator}`"))
    if one.needs != "none":
        found.append(t("indicators.page.needs"))
    if one.personal:
        found.append(t("indicators.page.personal"))
    return found


def _statements(one: Indicator) -> list[str]:
    if one.kind == "rate":
        return []
    return ["", "```sql", f"{one.count};", f"{one.rows};", "```", ""]

"""Write the table of mechanisms, made from the definitions, into both manuals: `python -m tests.mechanisms`."""

from __future__ import annotations

from collections.abc import Iterable

from frontdesk.cases.definition.model import Definition
from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.mechanisms import MECHANISMS, Mechanism, defined_by
from frontdesk.locale import LANGUAGES, current_language, speaking, t
from tests.permissions import manual

BEGIN, END = "<!-- mechanisms -->\n", "<!-- /mechanisms -->\n"
HEADS = {
    "zh_CN": "| 制度 | 依据 | 种类 | 状态 | 指标 | 打印件 |",
    "en": "| mechanism | source | kind | states | indicators | form |",
}
KEPT_OUT = {"zh_CN": "不在程序里", "en": "not in the program"}
COMMAND = {"zh_CN": "程序的功能", "en": "a feature of the program"}
SOURCES = {
    "J": "嘉府办发〔2022〕17号",
    "X": "徐府办发〔2017〕24号",
    "H": "湖州市幸福邻里中心经验交流（2020）",
    "G": "嘉府办发〔2024〕21号",
    "A": "静府办发〔2017〕22号",
}
"""The documents by the letter of their mechanisms."""
NOTHING = "-"


def table() -> str:
    """The table in the language in force: each mechanism with the definitions that have it, then those of none."""
    found = own_definitions()
    by = defined_by(found)
    lines = [HEADS[current_language()], "|---|---|---|---|---|---|"]
    for one in MECHANISMS:
        lines += _of(one, by.get(one.number, []))
    lines += [_line(str(one.name), one) for one in found.values() if not one.mechanisms]
    return "\n".join(lines)


def _of(mechanism: Mechanism, definitions: list[Definition]) -> list[str]:
    language = current_language()
    named = f"{mechanism.number} {mechanism.en if language == 'en' else mechanism.zh_CN}"
    colon = ": " if language == "en" else "："
    lines = [_line(f"{named}{colon}{one.name}", one) for one in definitions]
    if mechanism.feature or not definitions:
        has = f"{COMMAND[language]} `frontdesk {mechanism.feature}`" if mechanism.feature else KEPT_OUT[language]
        rest = f"{NOTHING} | {NOTHING} | {NOTHING}"
        lines.append(f"| {named} | {SOURCES[mechanism.number[0]]} | {has} | {rest} |")
    return lines


def _line(name: str, one: Definition) -> str:
    cells = (
        name,
        _joined(f"{each.document} {each.section}".strip() for each in one.policy),
        f"{t(f'cases.kind.{one.kind}')} `{one.code}`",
        _joined(each.name for each in one.states),
        _joined(each.name for each in one.feeds),
        _joined(each.title for each in one.papers),
    )
    return f"| {' | '.join(cells)} |"


def _joined(words: Iterable[object]) -> str:
    return t("cases.explain.joint").join(str(one).replace("|", "/") for one in words) or NOTHING


def written(language: str) -> str:
    """The manual with the table as it is now between its two marks."""
    before, rest = manual(language).read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    with speaking(language):
        return f"{before}{BEGIN}\n{table()}\n\n{END}{after}"


def main() -> None:
    """Write both."""
    for language in LANGUAGES:
        manual(language).write_text(written(language), encoding="utf-8")


if __name__ == "__main__":
    main()

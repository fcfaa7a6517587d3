"""Write the table of mechanisms, made from the definitions, into both manuals: `python -m tests.mechanisms`."""

from __future__ import annotations

from frontdesk.cases.definition.model import Definition
from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.mechanisms import MECHANISMS, Mechanism, defined_by
from frontdesk.cases.overview import NOTHING, SOURCES, columns_of, name_of
from frontdesk.locale import LANGUAGES, current_language, speaking
from tests.permissions import manual

BEGIN, END = "<!-- mechanisms -->\n", "<!-- /mechanisms -->\n"
HEADS = {
    "zh_CN": "| 制度 | 依据 | 种类 | 状态 | 指标 | 打印件 |",
    "en": "| mechanism | source | kind | states | indicators | form |",
}
KEPT_OUT = {"zh_CN": "不在程序里", "en": "not in the program"}
COMMAND = {"zh_CN": "程序的功能", "en": "a feature of the program"}


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
    named = f"{mechanism.number} {name_of(mechanism)}"
    colon = ": " if language == "en" else "："
    lines = [_line(f"{named}{colon}{one.name}", one) for one in definitions]
    if mechanism.feature or not definitions:
        has = f"{COMMAND[language]} `frontdesk {mechanism.feature}`" if mechanism.feature else KEPT_OUT[language]
        rest = f"{NOTHING} | {NOTHING} | {NOTHING}"
        lines.append(f"| {named} | {SOURCES[mechanism.number[0]]} | {has} | {rest} |")
    return lines


def _line(name: str, one: Definition) -> str:
    said = columns_of(one)
    cells = (name, said.source, f"{said.kind} `{one.code}`", said.states, said.indicators, said.form)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


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

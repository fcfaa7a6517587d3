"""What hangs on the wall: numbers only, and a draw that anybody can draw again."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

import pypdfium2
from openpyxl.reader.excel import load_workbook

from db import activities as records
from db.activities import Session, SignUpTerms
from frontdesk.activities import service as activities
from frontdesk.activities.signup.public_paper import export_draw, export_public
from frontdesk.context import Context, to_ms
from tests.desks import new_desk

CODE = "HD77"
SEED = "2026-11-22"
NAMES = ("钱多多", "孙晓梅", "吴刚", "郑爽")


def lottery(folder: Path) -> Context:
    """A desk with a lottery for two seats and four people on its list."""
    context = new_desk(folder)
    starts = to_ms(datetime(2031, 5, 1, 6, 0, tzinfo=UTC))
    with context.change("test.put_on", CODE) as connection:
        session = Session(
            code=CODE,
            day="2031-05-01",
            starts_at=starts,
            ends_at=starts + 3_600_000,
            name="非遗剪纸",
            category="文体服务",
            capacity=2,
            terms=SignUpTerms(allocation="lottery"),
        )
        records.put(connection, session)
    for place, name in enumerate(NAMES):
        activities.sign_up(context, CODE, name, f"1390000000{place}", 1)
    return context


def words_of(path: Path) -> str:
    """The text of a PDF."""
    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_the_result_of_a_draw_has_the_seed_and_every_number_in_an_order_that_anybody_finds_again(
    tmp_path: Path,
) -> None:
    context = lottery(tmp_path)
    activities.draw(context, CODE, SEED, force=True, reason="提前")
    export_draw(context, CODE, tmp_path / "draw.pdf")
    said = words_of(tmp_path / "draw.pdf")
    assert f"种子：{SEED}" in said
    order = sorted(range(1, 5), key=lambda number: blake2b(f"{SEED}:{number}".encode()).hexdigest())
    shown = re.findall(r"^\s*(\d)\s+(\d)\s+(已确认|候补)", said, flags=re.MULTILINE)
    assert [(int(place), int(number)) for place, number, _ in shown] == list(enumerate(order, 1))
    assert [state for _, _, state in shown] == ["已确认", "已确认", "候补", "候补"]
    assert not any(name in said or name[0] in said for name in NAMES)
    context.database.close()


def test_the_list_for_the_wall_has_numbers_and_no_names_on_paper_and_as_a_workbook(tmp_path: Path) -> None:
    context = lottery(tmp_path)
    export_public(context, CODE, tmp_path / "wall.pdf")
    assert "等待抽签（4）" in words_of(tmp_path / "wall.pdf")
    activities.draw(context, CODE, SEED, force=True, reason="提前")
    export_public(context, CODE, tmp_path / "wall.pdf")
    export_public(context, CODE, tmp_path / "wall.xlsx")
    said = words_of(tmp_path / "wall.pdf")
    assert "已有名额（2）" in said and "候补，按次序（2）" in said
    sheet = load_workbook(tmp_path / "wall.xlsx").active
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    assert {"1", "2", "3", "4"} <= set(cells)
    for text in (said, "".join(cells)):
        assert not any(name in text or "1390000" in text for name in NAMES)
    context.database.close()

"""Whatever leaves the centre with somebody's own words in it has no telephone or identity number in them.

Every exporter is run over a centre in which all comments hold numbers, written in many ways, and every cell of every
file is searched. A module that writes files and reads comments must mask them, or say here who does.
"""

from __future__ import annotations

import ast
import csv
import inspect
import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl.reader.excel import load_workbook
from pypdfium2 import PdfDocument

import frontdesk
from db import feedback as records
from db.feedback import Rating
from frontdesk.activities.monthly.demand_export import export_demands
from frontdesk.activities.monthly.demands import Wanted, add_demand
from frontdesk.common.periods import parse_period
from frontdesk.context import Context
from frontdesk.feedback.capture.exporting import export_ratings
from frontdesk.feedback.followup.exporting import export_ledger
from frontdesk.feedback.review import service as reviews
from frontdesk.feedback.review.exporting import export_results
from frontdesk.feedback.review.service import Mark
from frontdesk.feedback.statistics.workbook import export_statistics
from frontdesk.locale import use_language
from frontdesk.reports.exporting import export_workbook
from frontdesk.reports.pdf import export_pdf
from frontdesk.reports.templates.model import Template, whole_sheet
from tests.desks import new_desk
from tests.programs import run_here
from tests.sources import nodes

MONTH = parse_period("2026-10")
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
MOBILE, LANDLINE, IDENTITY = "13800138000", "02159571234", "310114199001011234"
HAN_DIGITS = "〇一二三四五六七八九"
WRITTEN = (
    MOBILE,
    "138 0013 8000",
    "１３８－００１３－８０００",
    "+86 138 0013 8000",
    "一三八零零一三八零零零",
    "前面138，中间0013，后面8000",
    "021-59571234",
    "(021) 5957 1234",
    "310114 19900101 1234",
    "３１０１１４１９９００１０１１２３４",
)
"""What people write; the long ones stand in a file from before long numbers were refused."""


def digits_of(text: str) -> str:
    """Every digit that a reader sees in a text, in order."""
    seen = "".join(str(HAN_DIGITS.index(one)) if one in HAN_DIGITS else "0" if one == "零" else one for one in text)
    return "".join(one for one in unicodedata.normalize("NFKC", seen) if one.isdigit())


def cells_of(path: Path) -> Iterator[str]:
    """Every cell, or line of a page, of a file; formulas, notes and names of sheets too."""
    if path.suffix == ".xlsx":
        for sheet in load_workbook(path).worksheets:
            yield sheet.title
            for row in sheet.iter_rows():
                yield from (str(cell.value) for cell in row if cell.value is not None)
                yield from (cell.comment.text for cell in row if cell.comment is not None)
    elif path.suffix == ".pdf":
        document = PdfDocument(path)
        for page in document:
            yield from page.get_textpage().get_text_bounded().splitlines()
    elif path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from (cell for row in csv.reader(file) for cell in row)
    else:
        yield path.read_text(encoding="utf-8")


Exporter = Callable[[Context, Path], Path]


def weekly(context: Context, folder: Path) -> Path:
    return export_workbook(context, MONTH, folder / "week.xlsx")


def weekly_with_names(context: Context, folder: Path) -> Path:
    return export_workbook(context, MONTH, folder / "week.xlsx", with_names=True)


def weekly_paper(context: Context, folder: Path) -> Path:
    """A PDF with the list of ratings, which it has only if a template says so."""
    listed = Template(tuple(replace(whole_sheet(code), in_pdf=True) for code in ("ratings", "follow_ups")))
    return export_pdf(context, MONTH, folder / "week.pdf", template=listed).path


def ratings_book(context: Context, folder: Path) -> Path:
    return export_ratings(context, MONTH, folder / "ratings.xlsx", with_names=True).out


def ratings_table(context: Context, folder: Path) -> Path:
    return export_ratings(context, MONTH, folder / "ratings.csv").out


def ledger_book(context: Context, folder: Path) -> Path:
    return export_ledger(context, FIRST, LAST, folder / "ledger.xlsx").path


def ledger_paper(context: Context, folder: Path) -> Path:
    return export_ledger(context, FIRST, LAST, folder / "ledger.pdf").path


def statistics(context: Context, folder: Path) -> Path:
    return export_statistics(context, MONTH, "service", folder / "statistics.xlsx")


def demands(context: Context, folder: Path) -> Path:
    return export_demands(context, folder / "demands.xlsx").path


def review_book(context: Context, folder: Path) -> Path:
    return export_results(context, 1, folder / "reviews.xlsx", comments=True).path


def review_paper(context: Context, folder: Path) -> Path:
    return export_results(context, 1, folder / "reviews.pdf").path


def answers_of(*arguments: str) -> Exporter:
    """What a command answers, as a file of it would hold it."""

    def run(context: Context, folder: Path) -> Path:
        out = folder / "answers.json"
        ended = run_here(context.home.path, *arguments)
        assert ended.code == 0, ended
        out.write_text("\n".join(map(str, _strings(ended.answers))), encoding="utf-8")
        return out

    return run


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, str):
        yield json.dumps(value, ensure_ascii=False)


CARRYING: dict[str, Exporter] = {
    "weekly": weekly,
    "weekly with names": weekly_with_names,
    "weekly on paper": weekly_paper,
    "ratings as a workbook": ratings_book,
    "ratings as a table": ratings_table,
    "ledger as a workbook": ledger_book,
    "ledger on paper": ledger_paper,
    "demands": demands,
    "reviews as a workbook": review_book,
    "rating search": answers_of("rating", "search", "--period", "2026-10"),
    "rating list": answers_of("rating", "list", "--from", "2026-10-01", "--to", "2026-10-31"),
    "follow-up list": answers_of("follow-up", "list"),
    "review results": answers_of("review", "results", "1"),
}
"""Exports that have comments in them."""

OTHERS: dict[str, Exporter] = {
    "statistics": statistics,
    "reviews on paper": review_paper,
    "rating words": answers_of("rating", "words", "--period", "2026-10"),
    "report": answers_of("report", "show", "2026-10"),
}
"""Exports made of ratings that have none."""


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """A centre in which every comment of October holds a number: of good, bad, named and anonymous ratings alike."""
    use_language("zh_CN")
    context = new_desk(tmp_path_factory.mktemp("masked") / "home")
    context.clock = lambda: datetime(2026, 11, 9, 4, tzinfo=UTC)
    with context.database.write() as connection:
        for place, number in enumerate(WRITTEN * 4):
            day = date(2026, 10, 5 + place % 20).isoformat()
            rating = Rating(
                key=place.to_bytes(16, "big"),
                day=day,
                known_on=day,
                subject_kind="service",
                subject="综合服务台",
                level=1 + place % 5,
                comment=f"请找 {number} 回话",
                named=int(place % 3 == 0),
                channel="paper",
            )
            records.put(connection, rating)
    for number in WRITTEN[:8]:
        add_demand(context, Wanted(f"办舞蹈班，联系 {number} 谢谢"))
    reviews.open_round(context, "评价", ["房管办"], date(2026, 11, 1), date(2026, 11, 30), 10)
    for code, number in zip(reviews.codes_to_print(context, 1), WRITTEN[:8], strict=False):
        reviews.enter(context, code, [Mark("房管办", 2, 2, f"打 {number} 没人接")])
    reviews.close_round(context, 1)
    yield context
    context.database.close()


@pytest.mark.parametrize("name", [*CARRYING, *OTHERS])
def test_no_export_has_a_number_of_a_comment_in_it(centre: Context, tmp_path: Path, name: str) -> None:
    use_language("zh_CN")
    cells = list(cells_of((CARRYING | OTHERS)[name](centre, tmp_path)))
    assert cells
    for cell in cells:
        seen = digits_of(cell)
        for number in (MOBILE, MOBILE[:7], LANDLINE, LANDLINE[3:], IDENTITY, IDENTITY[6:14]):
            assert number not in seen, cell
    # The comments are there, or this proves nothing.
    assert any("***8000" in cell for cell in cells) == (name in CARRYING)


MASKED_BEFORE = {
    "frontdesk/reports/": "its rows come from reports.anonymity, masked",
    "frontdesk/feedback/followup/paper.py": "its lines come from followup.ledger, masked",
    "frontdesk/feedback/words/commands.py": "what it prints comes from words.service, masked",
}
"""Modules, and folders of them, that write comments and need not mask them: who did."""

WRITERS = ("frontdesk.common.workbook", "frontdesk.common.page", "frontdesk.cli_support", "csv")


def test_whoever_writes_comments_to_a_file_masks_them() -> None:
    root = Path(inspect.getfile(frontdesk)).parents[1]
    unmasked = []
    for path in sorted((root / "frontdesk").rglob("*.py")):
        name = path.relative_to(root).as_posix()
        imported = {
            module
            for node in nodes(path)
            for module in (
                [node.module or ""] if isinstance(node, ast.ImportFrom)
                else [one.name for one in node.names] if isinstance(node, ast.Import) else []
            )
        }  # fmt: skip
        reads = any(isinstance(node, ast.Attribute) and node.attr == "comment" for node in nodes(path))
        writes = bool(imported & set(WRITERS)) and not name.startswith("frontdesk/sheets/")
        masks = bool(imported & {"frontdesk.common.masking"}) or name.startswith(tuple(MASKED_BEFORE))
        if reads and writes and not masks:
            unmasked.append(name)
    assert unmasked == []

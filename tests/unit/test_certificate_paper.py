"""Papers of hours: every word that belongs on them is on them, in both languages, with and without a Han font."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from db.certificates import Certificate
from db.hours_notices import Notice
from db.volunteers import Volunteer
from frontdesk.common.fonts import FontSearch
from frontdesk.common.lettering import romanise
from frontdesk.locale import LANGUAGES, catalogue, use_language
from frontdesk.volunteers.hours.certificate_numbers import next_number
from frontdesk.volunteers.hours.certificate_paper import MOST_ON_FRONT, draw_certificate
from frontdesk.volunteers.hours.notice_paper import draw_notice
from frontdesk.volunteers.hours.notices import Compared, NoticeView
from frontdesk.volunteers.hours.rounding import Rounding
from frontdesk.volunteers.hours.statement import ContentSum, Statement, StatementLine
from frontdesk.volunteers.hours.statement_paper import draw_statement

NAME, CENTRE, NUMBER = "欧阳建国", "安亭示范邻里中心", next_number("", 2026)
BRAND = (241, 135, 0)
CREATED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ROUNDING = Rounding(30, "nearest")
CERTIFICATE = Certificate(
    number=NUMBER,
    volunteer_no="0310001",
    first="2026-01-01",
    last="2026-11-20",
    measured_seconds=37_000,
    supplemented_seconds=5_400,
    measured_minutes=630,
    supplemented_minutes=90,
    content="[]",
    issuer=CENTRE,
    responsible="王五",
    handler="Anna Müller",
    contact="021-5950 0000",
    issued_on="2026-11-20",
    issued_at=0,
    operator_no="M001",
)
CONTENTS = [ContentSum("平安巡逻", 30_000, 0), ContentSum("", 7_000, 5_400)]


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    use_language(request.param)
    yield request.param
    use_language("zh_CN")


@pytest.fixture(params=["installed fonts", "no font"])
def fonts(request: pytest.FixtureRequest, tmp_path: Path) -> FontSearch:
    if request.param == "no font":
        return FontSearch(None, (tmp_path,))
    return FontSearch.of_this_system()


def text_of(pdf: bytes) -> str:
    """Every letter of a PDF, without the spaces and line ends that only lay it out."""
    with pypdfium2.PdfDocument(pdf) as document:
        return re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in document))


def words(fonts: FontSearch, language: str) -> dict[str, str]:
    """The words of the papers in the language that can be drawn."""
    return catalogue(language if fonts.folders != () and has_han(fonts) else "en", "hours")


def has_han(fonts: FontSearch) -> bool:
    return bool(fonts.files())


def printed(text: str, fonts: FontSearch) -> str:
    """A text as it stands on paper: in pinyin where there is no font for it."""
    shown = text if has_han(fonts) or all(ord(one) < 0x100 for one in text) else romanise(text)
    return re.sub(r"\s", "", shown)


def certificate_pdf(fonts: FontSearch, contents: list[ContentSum] = CONTENTS) -> tuple[bytes, tuple[str, ...]]:
    return draw_certificate(CERTIFICATE, NAME, contents, ROUNDING, brand=BRAND, created=CREATED, fonts=fonts)


def test_a_certificate_has_everything_that_is_asked_for(fonts: FontSearch, language: str) -> None:
    pdf, romanised = certificate_pdf(fonts)
    text, said = text_of(pdf), words(fonts, language)
    grouped = f"{NUMBER[:4]}-{NUMBER[4:-1]}-{NUMBER[-1]}"
    for value in (NAME, "0310001", CENTRE, "王五", "Anna Müller", "021-5950 0000", "平安巡逻", grouped):
        assert printed(value, fonts) in text
    for key in ("title", "issuer", "responsible", "handler", "contact", "issued_on", "seal", "period", "content"):
        assert re.sub(r"\s", "", said[f"paper.certificate.{key}"]) in text
    for key, (hours, minutes) in {"measured": (10, 30), "supplemented": (1, 30)}.items():
        both = said["paper.amount"].format(hours=hours, minutes=minutes)
        assert re.sub(r"\s", "", said[f"paper.certificate.{key}"] + both) in text
    assert re.sub(r"\s", "", said["paper.general_service"]) in text
    assert "12.00" in text
    assert bool(romanised) != has_han(fonts)


def test_the_same_certificate_is_the_same_bytes(fonts: FontSearch) -> None:
    assert certificate_pdf(fonts) == certificate_pdf(fonts)


def test_fonts_are_embedded_as_subsets(tmp_path: Path) -> None:
    fonts = FontSearch.of_this_system({"HOME": str(tmp_path)})
    pdf, _ = certificate_pdf(fonts)
    if has_han(fonts):
        assert re.search(rb"/BaseFont /[A-Z]{6}\+", pdf)
        assert b"/FontFile" in pdf and len(pdf) < 400_000


def test_the_code_on_a_certificate_is_its_number(fonts: FontSearch) -> None:
    pdf, _ = certificate_pdf(fonts)
    with pypdfium2.PdfDocument(pdf) as document:
        [symbol] = zxingcpp.read_barcodes(document[0].render(scale=2).to_pil())
    assert symbol.text == NUMBER


@pytest.mark.parametrize("count", [MOST_ON_FRONT, MOST_ON_FRONT + 1, 60])
def test_contents_that_do_not_fit_stand_in_the_annex(count: int, tmp_path: Path) -> None:
    fonts = FontSearch(None, (tmp_path,))
    contents = [ContentSum(f"Service {place:03d}", 3600, 0) for place in range(count)]
    pdf, _ = certificate_pdf(fonts, contents)
    text = text_of(pdf)
    assert all(f"Service{place:03d}" in text for place in range(count))
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == {MOST_ON_FRONT: 1, MOST_ON_FRONT + 1: 2, 60: 3}[count]


def test_the_longest_words_stay_on_the_paper(fonts: FontSearch, language: str) -> None:
    wide = CERTIFICATE.model_copy(update={"issuer": "单" * 100, "contact": "0" * 100})
    contents = [ContentSum("服" * 80, 3600, 60)] * MOST_ON_FRONT
    pdf, _ = draw_certificate(wide, "名" * 100, contents, ROUNDING, brand=BRAND, created=CREATED, fonts=fonts)
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        width, height = page.get_size()
        for drawn in page.get_objects():
            left, bottom, right, top = drawn.get_bounds()
            assert left >= 0 and bottom >= 0 and right <= width + 0.5 and top <= height + 0.5


def made_statement(lines: int) -> Statement:
    day = date(2026, 11, 2)
    entered = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    states = ("", "pending", "accepted", "refused", "corrected", "open")
    made = [
        StatementLine(
            day,
            "平安巡逻",
            entered,
            entered.replace(hour=10),
            3600 if place % 6 == 0 else 0,
            0,
            states[place % 6],  # type: ignore[arg-type]
        )
        for place in range(lines)
    ]
    made.append(StatementLine(day, "", None, None, 0, 1800, "supplement", supplement_id=1, reason="忘带卡"))
    return Statement(
        volunteer=Volunteer(no="0310001", name=NAME, team="护河队"),
        centre=CENTRE,
        first=day,
        last=date(2026, 11, 8),
        made=CREATED,
        rounding=ROUNDING,
        lines=tuple(made),
    )


@pytest.mark.parametrize("lines", [0, 6, 100])
def test_a_statement_has_every_line_and_both_sums(lines: int, fonts: FontSearch, language: str) -> None:
    made = made_statement(lines)
    pdf, pages, _ = draw_statement(made, brand=BRAND, fonts=fonts)
    text, said = text_of(pdf), words(fonts, language)
    for value in (NAME, "0310001", "护河队", CENTRE, "2026-11-02"):
        assert printed(value, fonts) in text
    assert text.count("09:00-10:00") == lines
    shown = {line.state or "measured" for line in made.lines}
    for state in shown:
        assert re.sub(r"\s", "", said[f"paper.state.{state}"]) in text
    for key in ("sum.measured", "sum.supplemented", "sum.total", "statement.title"):
        assert re.sub(r"\s", "", said[f"paper.{key}"]) in text
    assert (pages > 1) == (lines == 100)


@pytest.mark.parametrize("people", [1, 2, 61, 300])
def test_a_notice_has_every_number_once_and_no_name(people: int, fonts: FontSearch, language: str) -> None:
    kept = Notice(
        id=1,
        first="2026-11-01",
        last="2026-11-08",
        published_on="2026-11-09",
        until="2026-11-16",
        operator_no="M001",
        at=0,
    )
    lines = tuple(Compared(f"{310000 + place:07d}", 3600, 1800, 3600, 1800) for place in range(people))
    view = NoticeView(kept, "running", ROUNDING, CENTRE, lines, ())
    pdf, pages, _ = draw_notice(view, "021-5950 0000", brand=BRAND, created=CREATED, fonts=fonts)
    text = text_of(pdf)
    numbers = re.findall(r"0310\d{3}(?=1:00)", text)
    assert sorted(numbers) == [line.volunteer_no for line in lines]
    assert text.count("1:000:301:30") == people
    assert pages == {1: 1, 2: 1, 61: 1, 300: 5}[people]
    assert "02159500000" in re.sub(r"\D", "", text)

"""Cards at the desk: a lost one replaced in three keys, validity and history shown, printing question by question."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from time import monotonic

import numpy
import pypdfium2
import pytest
import zxingcpp
from textual.pilot import Pilot
from textual.widgets import Input

from db import centre as centres
from frontdesk.common.fonts import FontSearch
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.dialogs import ChoiceDialog, FormDialog
from frontdesk.shell.plain import Plain
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import RowList
from frontdesk.volunteers import service as volunteers
from frontdesk.volunteers.cards.card_screen import CardScreen
from frontdesk.volunteers.cards.code import read_code
from frontdesk.volunteers.cards.print_screen import PrintingDialog
from tests.ui.conftest import NOW, SmallCentre
from tests.ui.hands import enter_text, notice, post_scans, press, row_texts, settle

LOST = "0310007"
LONGEST_WAIT = 60.0


async def desk(
    centre: SmallCentre,
    case: Callable[[FrontdeskApp, Pilot[None]], Awaitable[None]],
    *,
    size: tuple[int, int] = (80, 24),
) -> None:
    """Run the desk with a volunteer found on the volunteers screen."""
    app = centre.app()
    async with app.run_test(size=size) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f4")
        app.screen.query_one("#search", Input).value = LOST
        await settle(app, pilot)
        assert len(app.screen.query_one("#found", RowList).rows) == 1
        await case(app, pilot)
    app.desk.close()


def text_of(app: FrontdeskApp) -> str:
    """The words of the screen in front."""
    return "\n".join(str(plain.render()) for plain in app.screen.query(Plain) if plain.display)


async def test_a_lost_card_is_replaced_in_three_keys_and_the_old_one_says_so(centre: SmallCentre) -> None:
    keys = ("f8", "enter", "escape")
    assert len(keys) <= 3

    async def case(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, *keys[:2])
        assert isinstance(app.screen, CardScreen)
        await press(app, pilot, keys[2])
        assert not isinstance(app.screen, CardScreen)

    await desk(centre, case)
    context = centre.context()
    assert volunteers.scan(context, centre.codes[LOST]).reason == "card_replaced"
    ((_, new),) = volunteers.valid_cards(context, [LOST])
    assert volunteers.scan(context, new).result == "entered"
    context.database.close()


async def test_the_question_before_a_replacement_can_be_refused(centre: SmallCentre) -> None:
    async def case(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f8", "escape")

    await desk(centre, case)
    context = centre.context()
    assert volunteers.scan(context, centre.codes[LOST]).result == "entered"
    context.database.close()


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 40), marks=pytest.mark.slow)])
async def test_a_card_is_shown_with_its_validity_and_those_before_it(
    centre: SmallCentre, size: tuple[int, int]
) -> None:
    context = centre.context()
    volunteers.replace_card(context, LOST)
    volunteers.set_card_validity(context, LOST, (NOW + timedelta(days=40)).date())
    context.database.close()

    async def case(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f7")
        text = text_of(app)
        for words in ("第 2 张  有效", "到 2026-12-30", "第 1 张  已补办", "未打印", "2026-11-20 发"):
            assert words in text
        assert ("窗口不够高" in text) == (size[1] < 29)
        for plain in app.screen.query("#card Plain"):
            assert plain.region.right <= size[0] and plain.region.bottom <= size[1]

    await desk(centre, case, size=size)


async def test_the_card_on_the_screen_is_read_by_a_camera(centre: SmallCentre) -> None:
    async def case(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f7")
        picture = app.screen.query_one("#card-code", Plain)
        lines = picture.render_lines(picture.size.region)
        dots = []
        for strip in lines:
            cells: list[int] = []
            for segment in strip:
                colour = segment.style.bgcolor if segment.style else None
                assert colour is not None and colour.triplet is not None
                cells += [sum(colour.triplet) // 3] * segment.cell_length
            dots.append(cells)
        image = numpy.repeat(numpy.repeat(numpy.array(dots, dtype=numpy.uint8), 10, axis=0), 5, axis=1)
        (symbol,) = zxingcpp.read_barcodes(image)
        assert symbol.text == centre.codes[LOST]

    await desk(centre, case, size=(120, 40))


async def test_a_card_is_renewed_where_it_is_shown(centre: SmallCentre) -> None:
    context = centre.context()
    with context.change("test.setting", "card_valid_months") as connection:
        centres.set_setting(connection, "card_valid_months", 12)
    volunteers.set_card_validity(context, LOST, (NOW - timedelta(days=1)).date())
    context.database.close()

    async def case(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f7")
        assert "已到期" in text_of(app)
        # Ctrl+R revokes on the screen behind: here it must do nothing.
        await press(app, pilot, "ctrl+r")
        assert isinstance(app.screen, CardScreen) and "已到期" in text_of(app)
        await press(app, pilot, "ctrl+e")
        assert "到 2027-11-20" in text_of(app) and "已到期" not in text_of(app)

    await desk(centre, case)


def codes_in(path: Path, context_key: bytes) -> list[str]:
    """The volunteers whose codes are read from the pages of a PDF."""
    with pypdfium2.PdfDocument(path) as document:
        return [
            read_code(context_key, symbol.text).volunteer_no
            for page in document
            for symbol in zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil())
        ]


@pytest.fixture
def exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the desk writes, and no fonts but those of the test."""
    folder = tmp_path / "exports"
    folder.mkdir()
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(folder))
    return folder


async def choose(app: FrontdeskApp, pilot: Pilot[None], words: str) -> None:
    """Take the choice whose words contain these."""
    assert isinstance(app.screen, ChoiceDialog)
    rows = row_texts(app, "choices")
    (place,) = [place for place, row in enumerate(rows) if words in row]
    await press(app, pilot, *["down"] * place, "enter")


async def test_one_card_is_printed_as_a_label_from_a_chosen_place(centre: SmallCentre, exports: Path) -> None:
    async def case(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+o")
        await choose(app, pilot, "标签")
        await choose(app, pilot, LOST)
        form = app.screen
        assert isinstance(form, FormDialog) and "100%" in text_of(app)
        await press(app, pilot, "4", "1", "enter")
        assert app.screen is form and "1 到 40" in text_of(app)
        line = app.screen.query_one("#field-first", Input)
        line.value = "17"
        await press(app, pilot, "enter")
        await app.desk.run_slow(lambda _: None)
        await settle(app, pilot)
        await app.desk.run_slow(lambda _: None)
        await settle(app, pilot)
        assert "已生成 PDF：1 张" in notice(app)

    await desk(centre, case)
    context = centre.context()
    (path,) = exports.iterdir()
    assert codes_in(path, context.keys.card) == [LOST]
    assert volunteers.cards_of(context, LOST)[0].printed_at is not None
    context.database.close()


async def test_names_that_no_font_has_are_named_before_anything_is_written(
    centre: SmallCentre, exports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "no fonts").mkdir()
    nothing = FontSearch(None, (tmp_path / "no fonts",))
    monkeypatch.setattr(FontSearch, "of_this_system", classmethod(lambda cls, environment=None: nothing))

    async def case(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        async def ask() -> None:
            await press(app, pilot, "ctrl+o")
            await choose(app, pilot, "卡片")
            await choose(app, pilot, LOST)
            await press(app, pilot, "enter")
            await app.desk.run_slow(lambda _: None)
            await settle(app, pilot)

        await ask()
        assert isinstance(app.screen, ReadDialog)
        (line,) = [row for row in row_texts(app, "reading-lines") if LOST in row]
        assert "张" in line
        assert list(exports.iterdir()) == []
        await press(app, pilot, "escape")
        assert list(exports.iterdir()) == []
        await ask()
        await press(app, pilot, "enter")
        await app.desk.run_slow(lambda _: None)
        await settle(app, pilot)

    await desk(centre, case)
    (path,) = exports.iterdir()
    with pypdfium2.PdfDocument(path) as document:
        assert "ZHANG" in document[0].get_textpage().get_text_range()


async def test_chosen_people_are_named_by_number_and_a_wrong_number_is_said(centre: SmallCentre, exports: Path) -> None:
    async def case(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+o")
        await choose(app, pilot, "标签")
        await choose(app, pilot, "按编号")
        await enter_text(app, pilot, "310001、 0399999")
        await press(app, pilot, "enter")
        assert "0399999" in text_of(app)
        app.screen.query_one("#field-numbers", Input).value = "310001、 0310002"
        await press(app, pilot, "enter", "enter")
        for _ in range(2):
            await app.desk.run_slow(lambda _: None)
            await settle(app, pilot)

    await desk(centre, case)
    context = centre.context()
    (path,) = exports.iterdir()
    assert codes_in(path, context.keys.card) == ["0310001", "0310002"]
    context.database.close()


async def test_a_team_is_chosen_from_a_list_and_the_unprinted_are_counted(centre: SmallCentre, exports: Path) -> None:
    async def case(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+o")
        await choose(app, pilot, "标签")
        assert any("320" in row for row in row_texts(app, "choices"))
        await choose(app, pilot, "一个服务队")
        assert row_texts(app, "choices") == ["护河队（320 人）"]
        await press(app, pilot, "escape")
        assert not isinstance(app.screen, ChoiceDialog)

    await desk(centre, case)
    assert list(exports.iterdir()) == []


def is_printing(app: FrontdeskApp) -> bool:
    """Whether the dialog of a printing is in front."""
    return isinstance(app.screen, PrintingDialog)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Every printing waits before its second card until this is set, so that there is time for what is tested."""
    release = threading.Event()
    real = PrintingDialog.goes_on

    def goes_on(self: PrintingDialog, cards: int) -> bool:
        if cards == 2:
            release.wait(LONGEST_WAIT)
        return real(self, cards)

    monkeypatch.setattr(PrintingDialog, "goes_on", goes_on)
    return release


async def start_printing(app: FrontdeskApp, pilot: Pilot[None]) -> None:
    """Print the labels of everybody, in pinyin where the system has no font for a name."""
    await press(app, pilot, "ctrl+o")
    await choose(app, pilot, "标签")
    await choose(app, pilot, "所有正常服务")
    await pilot.press("enter")
    await until(pilot, lambda: is_printing(app) or isinstance(app.screen, ReadDialog))
    if isinstance(app.screen, ReadDialog):
        await pilot.press("enter")
        await until(pilot, lambda: is_printing(app))


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Let the program go on until something holds."""
    ends = monotonic() + LONGEST_WAIT
    while not holds():
        assert monotonic() < ends, "nothing of the kind happened"
        await pilot.pause()


async def test_a_long_printing_can_be_stopped_and_leaves_nothing(
    centre: SmallCentre, exports: Path, held: threading.Event
) -> None:
    async def case(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await start_printing(app, pilot)
        await pilot.press("escape")
        held.set()
        await until(pilot, lambda: not is_printing(app))
        await settle(app, pilot)
        assert "打印已停止" in notice(app)

    await desk(centre, case)
    assert list(exports.iterdir()) == []
    context = centre.context()
    assert volunteers.cards_of(context, LOST)[0].printed_at is None
    context.database.close()


async def test_a_scan_during_a_long_printing_is_taken_at_once(
    centre: SmallCentre, exports: Path, held: threading.Event
) -> None:
    async def case(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await start_printing(app, pilot)
        post_scans(app, [centre.codes["0310009"]])
        await until(pilot, lambda: app.screen.query_one(ScanBanner).has_class("-entered"))
        assert is_printing(app)
        await pilot.press("escape")
        held.set()
        await until(pilot, lambda: not is_printing(app))

    await desk(centre, case)

"""Hours on the screen: found, supplemented, published, certified, all by keyboard, in both sizes and languages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from db.staff import set_role
from frontdesk.common.text import display_width
from frontdesk.context import Operator
from frontdesk.locale import catalogue, use_language
from frontdesk.settings.service import set_setting
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import CommandBar, DeskScreen
from frontdesk.shell.command import ANYWHERE
from frontdesk.shell.dialogs import FormDialog, QuestionDialog
from frontdesk.shell.plain import Plain
from frontdesk.shell.reading import ReadDialog
from frontdesk.volunteers.hours import certificates, notices
from frontdesk.volunteers.hours.certificates_screen import CertificatesScreen
from frontdesk.volunteers.hours.notices_screen import NoticesScreen
from frontdesk.volunteers.hours.screen import HoursScreen, open_hours
from frontdesk.volunteers.hours.spans import Span
from frontdesk.volunteers.hours.statement import statement
from frontdesk.volunteers.hours.statement_screen import StatementScreen
from tests.desks import set_own_pin
from tests.hoursdesks import MONDAY, SUNDAY, add_job, add_visit
from tests.ui.conftest import SmallCentre
from tests.ui.hands import enter_text, notice, post_scans, press, row_texts, settle, values_of

NO, OTHER = "0310001", "0310002"
Task = Callable[[FrontdeskApp, Pilot[None]], Awaitable[None]]


@pytest.fixture(autouse=True)
def _exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(tmp_path))
    monkeypatch.delenv("FRONTDESK_FONT", raising=False)
    yield
    use_language("zh_CN")


@pytest.fixture
def hours(centre: SmallCentre) -> SmallCentre:
    """The small centre with two visits in the week before last, one of them for an assignment."""
    context = centre.context()
    add_visit(context, NO, MONDAY, 540, 5400, job=add_job(context, MONDAY, 540, 180))
    add_visit(context, OTHER, SUNDAY, 600, 3600, basis="inferred", review="pending", credit=0)
    context.database.close()
    return centre


async def calm(app: FrontdeskApp, pilot: Pilot[None]) -> None:
    """Wait until the slow thread is done too."""
    await settle(app, pilot)
    await app.desk.run_slow(lambda _: None)
    await settle(app, pilot)


def shows(app: FrontdeskApp, kind: type[object]) -> bool:
    """Whether the screen in front is of this kind."""
    return isinstance(app.screen, kind)


def put(app: FrontdeskApp, field: str, value: str) -> None:
    """Have this stand in a field of the open form, in place of what does."""
    app.screen.query_one(f"#field-{field}", Input).value = value


async def hit(app: FrontdeskApp, pilot: Pilot[None], *keys: str) -> None:
    """Press keys, each done before the next."""
    for key in keys:
        await press(app, pilot, key)
        await calm(app, pilot)


async def do(centre: SmallCentre, task: Task, *, size: tuple[int, int] = (80, 24), no: str | None = None) -> None:
    """Run a task on the hours screen, or on a volunteer's statement, with the operator's volunteers screen below."""
    app = centre.app()
    async with app.run_test(size=size) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f4")
        assert isinstance(app.screen, DeskScreen)
        await open_hours(app.screen, no)
        await calm(app, pilot)
        await task(app, pilot)
    app.desk.close()


async def test_hours_of_everybody_lead_to_one_statement_and_back(hours: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        rows = row_texts(app, "hours")
        assert [row.split()[0] for row in rows] == [NO, OTHER]
        assert "1:30" in rows[0] and "张*" in rows[0]
        await hit(app, pilot, "enter")
        assert shows(app, StatementScreen)
        assert "平安巡逻" in row_texts(app, "statement")[0]
        await hit(app, pilot, "escape")
        assert shows(app, HoursScreen)
        await hit(app, pilot, "f4")
        assert not shows(app, HoursScreen)

    await do(hours, task)


async def test_the_days_are_chosen_moved_and_typed(hours: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await hit(app, pilot, "left")
        assert row_texts(app, "hours") == []
        await hit(app, pilot, "right", "ctrl+g", "end", "enter")
        assert shows(app, FormDialog)
        await enter_text(app, pilot, "不是日期")
        await hit(app, pilot, "enter")
        assert shows(app, FormDialog)
        put(app, "span", "11-2 11-2")
        await hit(app, pilot, "enter")
        assert [row.split()[0] for row in row_texts(app, "hours")] == [NO]

    await do(hours, task)


async def test_teams_contents_and_months_have_lists_of_their_own(hours: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await hit(app, pilot, "tab", "down", "enter")
        assert row_texts(app, "hours-parts")[0].startswith("护河队")
        await hit(app, pilot, "enter")
        assert shows(app, HoursScreen) and "Tab" in notice(app)
        await hit(app, pilot, "tab", "down", "down", "enter")
        assert [row.split()[0] for row in row_texts(app, "hours-parts")] == ["平安巡逻", "一般服务"]

    await do(hours, task)


async def test_a_supplement_is_credited_given_its_length_and_annulled(hours: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await hit(app, pilot, "f7", "enter", "down", "enter")
        assert shows(app, FormDialog)
        await enter_text(app, pilot, "5:00")
        await hit(app, pilot, "enter", "enter")
        assert shows(app, FormDialog)
        put(app, "length", "1:00")
        app.screen.set_focus(app.screen.query_one("#field-reason"))
        await enter_text(app, pilot, "忘带卡")
        await hit(app, pilot, "enter")
        assert len(row_texts(app, "statement")) == 2
        await hit(app, pilot, "delete")
        assert shows(app, StatementScreen)
        await hit(app, pilot, "down", "delete")
        await enter_text(app, pilot, "记错人")
        await hit(app, pilot, "enter")
        assert len(row_texts(app, "statement")) == 1

    await do(hours, task, no=NO)
    context = hours.context()
    assert statement(context, NO, MONDAY, SUNDAY).supplemented == 0
    context.database.close()


async def test_another_manager_agrees_to_a_supplement_over_its_form_which_closes_with_it(hours: SmallCentre) -> None:
    context = hours.context()
    with context.change("test.role", "S101") as connection:
        set_role(connection, "S101", "manager")
    set_own_pin(context, "S101", "8642")
    set_setting(context, "approve_supplement", "1")
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await hit(app, pilot, "f7", "enter", "down", "enter")
        put(app, "length", "1:00")
        app.screen.set_focus(app.screen.query_one("#field-reason"))
        await enter_text(app, pilot, "忘带卡")
        await hit(app, pilot, "enter")
        assert set(values_of(app)) == {"no", "pin"}
        await enter_text(app, pilot, "S101")
        await hit(app, pilot, "enter")
        await enter_text(app, pilot, "1357")
        await hit(app, pilot, "enter")
        assert set(values_of(app)) == {"no", "pin"}
        put(app, "pin", "8642")
        await hit(app, pilot, "enter")
        assert shows(app, StatementScreen)
        assert len(row_texts(app, "statement")) == 2

    await do(hours, task, no=NO)


async def test_the_form_of_a_supplement_closes_when_it_is_left_to_another_manager(hours: SmallCentre) -> None:
    context = hours.context()
    set_setting(context, "approve_supplement", "1")
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await hit(app, pilot, "f7", "enter", "down", "enter")
        put(app, "length", "1:00")
        app.screen.set_focus(app.screen.query_one("#field-reason"))
        await enter_text(app, pilot, "忘带卡")
        await hit(app, pilot, "enter", "enter", "enter")
        assert shows(app, StatementScreen)
        assert "已提交申请" in notice(app)

    await do(hours, task, no=NO)


async def test_a_certificate_asks_for_what_the_settings_lack_and_is_verified(
    hours: SmallCentre, tmp_path: Path
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await hit(app, pilot, "f8", "enter", "enter", "enter", "enter")
        form = app.screen
        assert isinstance(form, FormDialog)
        assert app.focused is form.query_one("#field-responsible")
        await enter_text(app, pilot, "王五")
        await hit(app, pilot, "enter", "enter")
        await enter_text(app, pilot, "021-59500000")
        await hit(app, pilot, "enter")
        assert shows(app, StatementScreen)
        await app.push_screen(CertificatesScreen())
        await calm(app, pilot)
        number = row_texts(app, "certificates")[0].split()[0]
        await hit(app, pilot, "f7")
        await enter_text(app, pilot, number[:-1] + str((int(number[-1]) + 1) % 10))
        await hit(app, pilot, "enter")
        assert shows(app, FormDialog)
        put(app, "number", "")
        # The code on the paper, read by the scanner.
        post_scans(app, [number.replace("-", "")])
        await calm(app, pilot)
        assert shows(app, ReadDialog)
        await hit(app, pilot, "escape", "ctrl+r")
        await enter_text(app, pilot, "时长有误")
        await hit(app, pilot, "enter")
        assert "已撤销" in row_texts(app, "certificates")[0]

    await do(hours, task, no=NO)
    [paper] = tmp_path.glob("*.pdf")
    context = hours.context()
    [one] = certificates.certificates(context)
    assert (one.responsible, one.revoke_reason) == ("王五", "时长有误")
    assert paper.read_bytes().startswith(b"%PDF")
    context.database.close()


async def test_a_second_certificate_of_the_same_days_is_asked_about(hours: SmallCentre) -> None:
    async def issue(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await hit(app, pilot, "f8", "enter", "enter")
        put(app, "responsible", "王五")
        put(app, "contact", "021-59500000")
        # From any field, here the first.
        await hit(app, pilot, "ctrl+s")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await issue(app, pilot)
        assert shows(app, StatementScreen)
        await issue(app, pilot)
        assert shows(app, FormDialog)
        assert "00001" in str(app.screen.query_one("#wrong", Plain).render())
        await hit(app, pilot, "ctrl+s")
        assert shows(app, StatementScreen)

    await do(hours, task, no=NO)
    context = hours.context()
    assert len(certificates.certificates(context)) == 2
    context.database.close()


async def test_what_waits_is_said_before_a_certificate(hours: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await hit(app, pilot, "f8")
        assert shows(app, QuestionDialog)
        await hit(app, pilot, "escape")
        assert shows(app, StatementScreen)

    await do(hours, task, no=OTHER)


async def test_a_notice_is_published_objected_to_decided_and_withdrawn(hours: SmallCentre, tmp_path: Path) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        screen = NoticesScreen(Span(MONDAY, SUNDAY))
        await app.push_screen(screen)
        await hit(app, pilot, "f7", "escape")
        assert row_texts(app, "notices") == []
        await hit(app, pilot, "f7", "enter")
        assert "2026-11-27" in row_texts(app, "notices")[0]
        await hit(app, pilot, "escape")
        assert "2026-11-27" in str(app.screen.query_one("#hours-sum", Plain).render())
        await hit(app, pilot, "f7")
        await hit(app, pilot, "f8")
        await enter_text(app, pilot, OTHER)
        await hit(app, pilot, "enter")
        await enter_text(app, pilot, "少记一小时")
        await hit(app, pilot, "enter", "ctrl+t", "enter")
        await enter_text(app, pilot, "有签到表")
        await hit(app, pilot, "enter", "enter")
        assert shows(app, ReadDialog)
        await hit(app, pilot, "escape", "ctrl+o", "enter", "ctrl+r")
        await enter_text(app, pilot, "重新公示")
        await hit(app, pilot, "enter")
        assert "已撤回" in row_texts(app, "notices")[0]

    await do(hours, task)
    context = hours.context()
    view = notices.notice(context, 1)
    assert [(one.outcome, one.words) for one in view.objections] == [("upheld", "少记一小时")]
    assert [one.volunteer_no for one in view.published] == [NO]
    assert len(list(tmp_path.glob("*.pdf"))) == 1
    context.database.close()


async def test_the_last_whole_period_is_proposed_for_a_notice(hours: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await hit(app, pilot, "f7")
        assert isinstance(app.screen, NoticesScreen)
        assert app.screen.span.dates == "2026-10-01 - 2026-10-31"

    await do(hours, task)


async def test_a_scan_works_over_every_form_and_leaves_it_as_it_was(hours: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await hit(app, pilot, "f7")
        form = app.screen
        assert isinstance(form, FormDialog)
        before = form.values
        post_scans(app, [hours.codes[NO]])
        await calm(app, pilot)
        assert (app.screen is form, form.values) == (True, before)

    await do(hours, task, no=NO)
    assert len(hours.visits()) == 3


async def test_an_auditor_reads_and_is_told_why_nothing_else(hours: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        app.desk.operator = Operator("A1", "审计", "auditor")
        for key in ("f7", "f8", "ctrl+o"):
            await hit(app, pilot, key)
            assert shows(app, StatementScreen)
            assert "审计员" in notice(app)

    await do(hours, task, no=NO)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 40), marks=pytest.mark.slow)])
async def test_every_command_has_words_and_room_in_the_bar(
    hours: SmallCentre, language: str, size: tuple[int, int]
) -> None:
    use_language(language)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        week = Span(MONDAY, SUNDAY)
        for screen in (None, StatementScreen(week, NO), NoticesScreen(week), CertificatesScreen()):
            if screen is not None:
                await app.push_screen(screen)
                await calm(app, pilot)
            shown = app.screen
            assert isinstance(shown, DeskScreen)
            for command in shown.COMMAND_TABLE:
                words = catalogue(language, "hours")
                assert f"screen.command.{command.name}" in words and f"screen.command.{command.name}.help" in words
            lines = str(shown.query_one(CommandBar).render()).splitlines()
            assert len(lines) == 2
            assert display_width(lines[0]) <= size[0]
            if isinstance(shown, NoticesScreen) and language == "en":
                heading = shown.rows.columns[4]
                assert heading.title == ("Objections" if size == (120, 40) else "Object")
                assert display_width(heading.title) <= heading.width
            keys = [key for command in (*shown.COMMAND_TABLE, *ANYWHERE) for key in command.keys]
            assert len(keys) == len(set(keys))

    await do(hours, task, size=size)


async def test_the_hours_of_nobody_are_an_empty_list(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        assert row_texts(app, "hours") == []
        assert isinstance(app.screen, HoursScreen)
        assert app.screen.span.first == date(2026, 11, 1)

    await do(centre, task)


@pytest.mark.parametrize(("language", "words"), [("zh_CN", "志愿者 2"), ("en", "Volunteers: 2")])
async def test_the_border_and_the_sum_count_the_same_people(hours: SmallCentre, language: str, words: str) -> None:
    """One of the two has nothing but a visit that waits for review."""
    use_language(language)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        assert len(row_texts(app, "hours")) == 2
        assert str(app.screen.query_one("#hours-panel").border_subtitle).strip() == words
        assert str(app.screen.query_one("#hours-sum", Plain).render()).startswith(f"{words}  ")

    await do(hours, task)

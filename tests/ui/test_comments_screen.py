"""Comments with the keyboard alone: searched, read, and the terms of a period counted beside the keys."""

from __future__ import annotations

import secrets

from textual.pilot import Pilot

from db import feedback as records
from db.feedback import Rating
from frontdesk.feedback.words.screen import CommentsScreen
from frontdesk.feedback.words.terms_screen import TermsScreen
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import RowList
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, notice, press, row_texts, settle


def rated(centre: SmallCentre, *said: tuple[str, int, str]) -> None:
    """Anonymous ratings: day, level, comment."""
    context = centre.context()
    with context.database.write() as connection:
        for day, level, comment in said:
            records.put(
                connection,
                Rating(
                    key=secrets.token_bytes(16),
                    day=day,
                    known_on=day,
                    subject_kind="service",
                    subject="综合服务台",
                    level=level,
                    comment=comment,
                    channel="kiosk",
                ),
            )
    context.database.close()


def shown(app: FrontdeskApp) -> type:
    """The class of the screen in front."""
    return type(app.screen)


def title(app: FrontdeskApp, panel: str) -> str:
    return str(app.screen.query_one(f"#{panel}-panel").border_title)


async def test_comments_are_searched_narrowed_and_read_and_a_term_leads_back_to_them(centre: SmallCentre) -> None:
    rated(
        centre,
        *((f"2026-11-0{day}", 5, "书法课，老师耐心") for day in range(1, 7)),
        ("2026-11-08", 1, "排队，电话 138 0013 8000"),
        ("2026-10-08", 1, "上个月的"),
        # Today's are shown from tomorrow.
        ("2026-11-20", 1, "今天的"),
    )

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f5", "ctrl+f")
        assert shown(app) is CommentsScreen
        assert len(row_texts(app, "comments")) == 7
        assert row_texts(app, "comments")[0] == "11-08 非常不满意 综合服务台 排队，电话 ***8000"
        await press(app, pilot, "f8")
        assert (len(row_texts(app, "comments")), "只看差评" in title(app, "comments")) == (1, True)
        await press(app, pilot, "enter")
        assert shown(app) is ReadDialog
        await press(app, pilot, "escape", "f8", "f8", "f7")
        await enter_text(app, pilot, "耐心")
        await press(app, pilot, "enter", "enter")
        await enter_text(app, pilot, "9")
        await press(app, pilot, "ctrl+s")
        assert "看不懂评价" in str(app.screen.query_one("#wrong").render())
        await press(app, pilot, "backspace", "ctrl+s")
        assert (len(row_texts(app, "comments")), "含 耐心" in title(app, "comments")) == (6, True)
        await press(app, pilot, "space")
        assert "对象 综合服务台" in title(app, "comments")
        await press(app, pilot, "left")
        assert row_texts(app, "comments") == []
        await press(app, pilot, "enter")
        assert "请先选一条" in notice(app)
        await press(app, pilot, "right", "ctrl+t")
        assert shown(app) is TermsScreen
        # The words are counted beside the keys.
        await app.workers.wait_for_complete()
        await settle(app, pilot)
        assert any(row.startswith("书法课 6") for row in row_texts(app, "terms"))
        assert not any("排队" in row for row in row_texts(app, "terms"))
        assert app.screen.query_one("#terms", RowList).move_to("书法课")
        await press(app, pilot, "enter")
        assert shown(app) is CommentsScreen
        assert (len(row_texts(app, "comments")), "含 书法课" in title(app, "comments")) == (6, True)
        await press(app, pilot, "escape", "left")
        await app.workers.wait_for_complete()
        await settle(app, pilot)
        assert row_texts(app, "terms") == []
        await press(app, pilot, "escape", "escape")
        assert shown(app) is not CommentsScreen

    await do(centre, task)

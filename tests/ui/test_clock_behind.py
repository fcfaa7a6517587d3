"""The desk says that the clock was set back, when it is opened and when somebody scans."""

from __future__ import annotations

from datetime import timedelta

from frontdesk.context import Operator
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.plain import Plain
from tests.ui.conftest import MANAGER, NOW, SmallCentre
from tests.ui.hands import notice, post_scans, row_texts, settle

NO = "0310007"


async def test_the_desk_names_both_times_when_it_opens_and_when_somebody_scans(centre: SmallCentre) -> None:
    app = FrontdeskApp(
        centre.home,
        clock=lambda: NOW - timedelta(days=2),
        centre=("示范路邻里中心", "Asia/Shanghai"),
        demo_operator=Operator(MANAGER, "王五", "manager"),
    )
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        assert "2026-11-18 16:40" in notice(app) and "2026-11-20 16:40" in notice(app)
        assert "2026-11-20 16:40" in row_texts(app, "due")[0]
        post_scans(app, [centre.codes[NO]])
        await settle(app, pilot)
        banner = app.screen.query_one(ScanBanner)
        assert banner.has_class("-refused")
        said = "".join(str(banner.query_one("#scan-text", Plain).render()).split())
        assert "2026-11-1816:40" in said and "2026-11-2016:40" in said
    app.desk.close()
    assert centre.visits() == []

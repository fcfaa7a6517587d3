"""What the district's pages show and do, on both engines; and that what anybody writes stays text."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from openpyxl.reader.excel import load_workbook

import frontdesk.district.web
from frontdesk.common.wilson import wilson_interval
from frontdesk.district.accounts.service import accounts, add_account
from frontdesk.district.documents.service import documents, exemptions, lock_period, locks
from frontdesk.district.figures import rate_words
from frontdesk.district.keys import District
from frontdesk.district.service import keys_of_centres
from frontdesk.district.store import open_store
from frontdesk.district.web.table import ENDPOINTS, NAVIGATION
from frontdesk.locale import LANGUAGES, catalogue
from frontdesk.sync import wire
from tests.district.conftest import DISTRICT_SEED
from tests.district.webdesk import (
    CENTRES,
    HOSTILE,
    NOW_MS,
    OURS,
    PASSWORD,
    PERIOD,
    THEIRS,
    Browser,
    fill,
    sealed,
    seed_of,
)

TEMPLATES = sorted((Path(frontdesk.district.web.__file__).parent / "templates").glob("*.html"))


def figure(page: str, name: str) -> str:
    """What stands in the box with this id."""
    found = re.search(rf'<dd id="{name}">([^<]*)', page)
    assert found is not None
    return found[1]


def rows(page: str) -> list[list[str]]:
    """Every row of every table as the texts of its cells."""
    found = re.findall(r"<tr.*?</tr>", page, re.DOTALL)
    return [[_text(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in found]


def _text(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", markup)).strip()


def workbook(content: bytes) -> dict[str, list[tuple[object, ...]]]:
    """The rows of each sheet below its title."""
    return {sheet.title: list(sheet.iter_rows(values_only=True))[2:] for sheet in load_workbook(BytesIO(content))}


def test_every_page_opens_in_both_languages_on_both_engines(filled: District) -> None:
    browser = Browser.of(filled, "district")
    notice = f"/notice?id={documents(filled)[0].document_id}"
    extra = ["/centre?code=ours-2", f"/report?centre=ours-1&period={PERIOD}", notice, "/indicator?code=ratings"]
    needing = {"/centre", "/report", "/notice", "/indicator", "/sign-in", "/export/centre.xlsx"}
    paths = [one.path for one in ENDPOINTS if one.method == "GET" and one.path not in needing] + extra
    for language in LANGUAGES:
        for path in paths:
            got = browser.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
            assert got.status_code == 200, path
            assert "district_web." not in got.text, path
            if not path.startswith("/export"):
                assert f'<html lang="{"en" if language == "en" else "zh-Hans"}">' in got.text


def test_the_overview_tells_rate_timeliness_and_who_is_missing(filled: District) -> None:
    browser = Browser.of(filled, "district")
    page = browser.get(f"/?period={PERIOD}").text
    assert [figure(page, name) for name in ("expected", "received", "on-time", "missing")] == ["5", "3", "3", "2"]
    assert [OURS, "3", "2", "66.7%", "2", "66.7%", "1"] in rows(page)
    assert [THEIRS, "2", "1", "50.0%", "1", "50.0%", "1"] in rows(page)
    assert ["合计", "5", "3", "60.0%", "3", "60.0%", "2"] in rows(page)
    names = [row[1] for row in rows(browser.get(f"/missing?period={PERIOD}").text)[1:]]
    assert names == ["ours-3", "theirs-2"]
    own = browser.get(f"/missing?period={PERIOD}&street={OURS}").text
    assert [row[1] for row in rows(own)[1:]] == ["ours-3"]
    # A late first report counts as received and not as in time.
    late = Browser(filled, now=browser.now + timedelta(days=9))
    late.sign_in("district")
    from frontdesk.district.reports.accepting import accept_report

    accept_report(filled, sealed(filled, "ours-3"), NOW_MS)
    page = late.get(f"/?period={PERIOD}").text
    assert [figure(page, name) for name in ("received", "on-time", "missing")] == ["4", "3", "1"]


def test_revisions_and_what_differs_between_them_are_shown(filled: District) -> None:
    browser = Browser.of(filled, "district")
    page = browser.get(f"/report?centre=ours-1&period={PERIOD}").text
    table = rows(page)
    assert [row[:2] for row in table[1:3]] == [["2", "当前"], ["1", "已被取代"]]
    held = next(row for row in table if row[0].startswith("举办场次"))
    assert held[2:] == ["30", "10", "不同"]
    good = next(row for row in table if row[0] == "好评率")
    # The rate is the same, its parts are not.
    assert good[2:] == [rate_words(30, 60), rate_words(10, 20), "不同"]
    every, address = len(rows(page)), f"/report?centre=ours-1&period={PERIOD}&revision=2&beside=1"
    assert "&amp;differing=1" in page
    compared = browser.get(address).text
    assert "&amp;differing=0" in compared
    assert [row for row in rows(compared)[4:] if row[-1] != "不同"] == []
    assert 4 < len(rows(compared)) <= len(rows(browser.get(f"{address}&differing=0").text)) == every
    alike = browser.get(f"/report?centre=ours-1&period={PERIOD}&revision=1&beside=1").text
    assert "有 0 项不同" in alike
    assert "这份报告没有数据" not in alike
    alone = browser.get(f"/report?centre=ours-1&period={PERIOD}&revision=1").text
    assert "第 1 版的数据" in alone
    assert [row[0] for row in rows(browser.get("/centre?code=ours-1").text)][1] == PERIOD


def test_totals_add_up_by_the_rule_of_each_indicator(filled: District) -> None:
    browser = Browser.of(filled, "district")
    table = {(row[0], row[1]): row[2:] for row in rows(browser.get(f"/totals?period={PERIOD}").text)}
    assert table["举办场次", ""][:2] == ["812", "3"]
    assert table["好评率", ""][0] == rate_words(812, 1624)
    assert next(value for (name, _), value in table.items() if "去重" in name)[0] == "不可相加，见各中心"
    by_street = rows(browser.get(f"/indicator?period={PERIOD}&code=sessions_held").text)
    assert [OURS, "", "35", "2", ""] in by_street
    assert [THEIRS, "", "777", "1", ""] in by_street


def test_satisfaction_never_stands_without_its_number_and_interval(filled: District) -> None:
    page = Browser.of(filled, "district").get(f"/satisfaction?period={PERIOD}").text
    low, high = wilson_interval(35, 70)
    ours = next(row for row in rows(page) if row[0] == OURS)
    assert ours[1:7] == ["35", "0", "0", "0", "35", "70"] or ours[1:7] == ["35", "—", "—", "—", "35", "70"]
    assert ours[7] == f"50.0%（35/70，95% 区间 {low:.1%}–{high:.1%}）"


def test_a_workbook_has_numbers_as_numbers_and_no_text_as_a_formula(filled: District) -> None:
    browser = Browser.of(filled, "district")
    sheets = workbook(browser.get(f"/export/completeness.xlsx?period={PERIOD}").content)
    street, missing = sheets.values()
    assert (OURS, 3, 2, pytest.approx(2 / 3), 2, pytest.approx(2 / 3), 1) in street
    formula = next(row for row in missing if row[1] == "ours-3")
    assert formula[0] == CENTRES["ours-3"][1]
    book = load_workbook(BytesIO(browser.get(f"/export/completeness.xlsx?period={PERIOD}").content))
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    whole, by_street = workbook(browser.get(f"/export/totals.xlsx?period={PERIOD}").content).values()
    low, high = wilson_interval(812, 1624)
    rate = next(row for row in whole if row[0] == "好评率")
    assert rate[3:8] == (812, 1624, 0.5, pytest.approx(low), pytest.approx(high))
    assert any(row[0] == THEIRS and row[3] == 777 for row in by_street)
    periods, figures = workbook(browser.get("/export/centre.xlsx?code=ours-1").content).values()
    assert periods[1][:4] == (PERIOD, "周报", 2, 2)
    assert any(row[:2] == (PERIOD, 2) and row[4] == 30 for row in figures)


def test_a_notice_is_written_told_to_a_street_and_shown_as_text(filled: District) -> None:
    browser = Browser.of(filled, "district")
    fields = {"title": "停电", "text": "明天\r\n停电 <i>", "street": OURS, "read_by": "2026-11-30", "important": "1"}
    sent = browser.post("/notices", fields)
    assert (sent.status_code, sent.headers["location"]) == (303, "/notices?done=notice")
    newest = documents(filled)[0]
    assert (newest.title, newest.street, newest.issued_by) == ("停电", OURS, "lin")
    page = browser.get(f"/notice?id={newest.document_id}").text
    assert "明天\n停电 &lt;i&gt;" in page
    assert "3 个中心中 0 个已读" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": "", "text": "x"}, "“标题”没有填"),
        ({"title": "x", "text": "x" * 20_001}, "“正文”没有填"),
        ({"title": "x", "text": "x", "read_by": "明天"}, "不是日期"),
        ({"title": "x", "text": "x", "street": "没有的街镇"}, "没有中心属于街镇"),
    ],
)
def test_a_notice_that_cannot_be_is_refused_and_stays_filled_in(
    small: District, fields: dict[str, str], said: str
) -> None:
    before = len(documents(small))
    got = Browser.of(small, "district").post("/notices", {"title": "标题在此", **fields})
    assert got.status_code in (400, 404)
    assert said in got.text
    assert f'name="title" type="text" value="{fields.get("title", "标题在此")}"' in got.text
    assert len(documents(small)) == before


def test_a_period_is_locked_a_centre_exempted_and_the_period_opened(filled: District) -> None:
    browser = Browser.of(filled, "district")
    assert browser.post("/locks", {"period": "2026-w45", "reason": "已汇总"}).status_code == 303
    assert [(one.period, one.locked_by) for one in locks(filled)] == [("2026-W45", "lin")]
    again = browser.post("/locks", {"period": "2026-W45", "reason": "已汇总"})
    assert again.status_code == 409
    granted = {"centre": "ours-1", "period": "2026-W45", "until": "2026-11-30", "reason": "停电"}
    assert browser.post("/locks/exempt", granted).status_code == 303
    assert [one.centre for one in exemptions(filled)] == ["ours-1"]
    assert browser.post("/locks/exempt", {**granted, "centre": "nobody"}).status_code == 404
    assert browser.post("/locks/exempt", {**granted, "until": "2026-11-01"}).status_code == 400
    assert browser.post("/locks/open", {"period": "2026-W45"}).status_code == 303
    assert locks(filled)[0].unlocked_by == "lin"
    page = browser.get("/audit").text
    for said in ("锁定期间", "解锁期间", "放行", "登录", "全部中心"):
        assert said in page
    assert "period_lock" not in page


def test_an_account_is_made_used_reset_and_closed_by_pages_alone(filled: District) -> None:
    browser = Browser.of(filled, "district")
    made = browser.post("/accounts", {"name": "Jiangqiao", "role": "street", "street": THEIRS})
    first = re.search(r'id="first-password">([^<]+)<', made.text)
    assert first is not None
    assert first[1] not in browser.get("/accounts").text
    new = Browser(filled)
    entered = new.post("/sign-in", {"name": "jiangqiao", "password": first[1]}, token=new.token("/sign-in"))
    assert entered.status_code == 303
    # Until the password is changed there is nothing else.
    assert new.get("/").headers["location"] == "/password"
    assert new.get("/export/totals.xlsx").headers["location"] == "/password"
    differing = new.post("/password", {"present": first[1], "wanted": PASSWORD, "again": PASSWORD + "x"})
    assert "两次输入" in differing.text
    assert new.post("/password", {"present": first[1], "wanted": PASSWORD, "again": PASSWORD}).status_code == 303
    assert new.get("/").status_code == 200
    assert browser.post("/accounts/close", {"name": "jiangqiao"}).status_code == 400
    assert new.get("/").status_code == 200
    assert browser.post("/accounts/reset", {"name": "jiangqiao"}).status_code == 200
    assert new.get("/").status_code == 303
    assert browser.post("/accounts/close", {"name": "jiangqiao", "sure": "1"}).status_code == 303
    assert next(one for one in accounts(filled.store) if one.name == "jiangqiao").closed_at == NOW_MS
    refused = browser.post("/accounts/close", {"name": "lin", "sure": "1"})
    assert (refused.status_code, "最后一个区级账号" in refused.text) == (409, True)


def test_a_key_is_taken_out_of_use_on_its_centres_page_once_that_is_sure(small: District) -> None:
    browser = Browser.of(small, "district")
    ours, theirs = (keys_of_centres(small)[code][0]["key_id"] for code in ("ours-1", "theirs-1"))
    assert f'value="{ours}"' in browser.get("/centre?code=ours-1").text
    unsure = browser.post("/centre/revoke", {"code": "ours-1", "key_id": ours})
    assert (unsure.status_code, "ours-1" in unsure.text) == (400, True)
    other = browser.post("/centre/revoke", {"code": "ours-1", "key_id": theirs, "sure": "1"})
    assert other.status_code >= 400
    assert all(one["revoked_at"] is None for keys in keys_of_centres(small).values() for one in keys)
    done = browser.post("/centre/revoke", {"code": "ours-1", "key_id": ours, "sure": "1"})
    assert (done.status_code, done.headers["location"]) == (303, "/centre?code=ours-1&done=key_revoked")
    page = browser.get(done.headers["location"]).text
    assert "密钥已停用" in page
    assert f'value="{ours}"' not in page
    assert keys_of_centres(small)["ours-1"][0]["revoked_at"] == NOW_MS
    street = Browser.of(small, "street").get("/centre?code=ours-2").text
    assert "/centre/revoke" not in street


def test_an_account_for_a_street_that_no_centre_belongs_to_is_warned_of(small: District) -> None:
    browser = Browser.of(small, "district")
    assert f'<option value="{OURS}">' in browser.get("/accounts").text
    told = [
        "看不到" in browser.post("/accounts", {"name": f"new{n}", "role": "street", "street": street}).text
        for n, street in enumerate((OURS, "安亭"))
    ]
    assert told == [False, True]


def test_what_a_command_did_and_half_months_are_told_in_words(small: District) -> None:
    lock_period(small, "2026-W40", "", who="command", now_ms=NOW_MS)
    browser = Browser.of(small, "district")
    for page in ("/locks", "/audit"):
        assert "命令行" in browser.get(page).text
    told = ["半月不报" in browser.get(f"/satisfaction?kind={kind}").text for kind in ("week", "half_month")]
    assert told == [False, True]


def test_a_stick_is_answered_with_what_was_refused_in_words(filled: District) -> None:
    raw = wire.make_usb_up(
        centre="ours-1",
        seed=seed_of("ours-1"),
        district_key=filled.verify_key,
        bundle_id="b1",
        made_at=NOW_MS,
        reports=[sealed(filled, "ours-1", "2026-W44"), sealed(filled, "ours-1", PERIOD, 2, visits=99)],
    )
    browser = Browser.of(filled, "district")
    got = browser.post("/usb", {}, file=raw)
    assert "报告 1 份，未接收 1 项" in got.text
    assert ["报告"] in [row[:1] for row in rows(got.text)]
    with filled.store.reading() as session:
        assert [one.channel for one in session.revisions("ours-1", "2026-W44")] == ["usb"]


def test_long_lists_are_paged_to_their_end(small: District) -> None:
    with small.store.writing() as session:
        for number in range(120):
            session.insert("centre", {"code": f"more-{number:03}", "name": "", "street": "长街", "added_at": 1})
    browser = Browser.of(small, "district")
    for path in (f"/missing?period={PERIOD}&street=长街", "/centres?street=长街"):
        seen: list[str] = []
        page: str | None = path
        while page:
            text = browser.get(page).text
            seen += re.findall(r'href="/centre\?code=(more-\d+)"', text)
            after = re.search(r'rel="next" href="([^"]+)"', text)
            page = after[1].replace("&amp;", "&") if after else None
        assert seen == [f"more-{number:03}" for number in range(120)]


def test_every_word_of_the_templates_is_in_both_languages() -> None:
    for template in TEMPLATES:
        text = template.read_text(encoding="utf-8")
        for key in re.findall(r"""\bw\(\s*["']([a-z0-9_.]+)["']\s*[,)]""", text):
            for language in LANGUAGES:
                assert key in catalogue(language, "district_web"), (template.name, key)


def test_english_pages_have_no_chinese_words_but_those_that_people_wrote(small: District) -> None:
    browser = Browser.of(small, "district")
    browser.get("/?lang=en")
    notice = next(one for one in documents(small) if one.title == HOSTILE)
    paths = [entry.path for entry in NAVIGATION] + ["/password", f"/notice?id={notice.document_id}"]
    paths += [f"/report?centre=ours-1&period={PERIOD}", "/centre?code=ours-1", "/indicator?code=ratings_by_level"]
    written = ["中文", "江桥的通知", "第二行", *(part for centre in CENTRES.values() for part in reversed(centre))]
    for path in paths:
        text = browser.get(path).text
        for one in written:
            text = text.replace(one, "")
        assert re.findall("[\u4e00-\u9fff，。、；：]+", text) == [], path


def test_every_action_of_the_record_has_words() -> None:
    room = Path(frontdesk.district.web.__file__).parents[1]
    sources = "".join(path.read_text(encoding="utf-8") for path in room.rglob("*.py"))
    # Those that are not named where they are kept.
    actions = {"report_accepted", "centre.added", "centre.changed", "centre.closed", "key.enrolled", "key.rotated"}
    actions |= set(re.findall(r'action="([a-z_.]+)"', sources))
    assert len(actions) > 15
    for language in LANGUAGES:
        assert {one for one in actions if f"action.{one}" not in catalogue(language, "district_web")} == set()


def test_every_heading_stands_in_order_and_every_field_has_a_label(small: District) -> None:
    browser = Browser.of(small, "district")
    for path in (
        "/",
        "/centres",
        "/totals",
        "/satisfaction",
        "/notices",
        "/locks",
        "/usb",
        "/accounts",
        "/audit",
        "/password",
    ):
        text = browser.get(path).text
        levels = [int(one) for one in re.findall(r"<h([1-6])", text)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', text))
        for tag in re.findall(r"<(?:input|select|textarea)[^>]*>", text):
            name = re.search(r' id="([^"]+)"', tag)
            assert 'type="hidden"' in tag or 'type="checkbox"' in tag or (name and name[1] in labelled), (path, tag)
        identifiers = re.findall(r' id="([^"]+)"', text)
        assert len(identifiers) == len(set(identifiers)), path


def test_a_store_that_fails_is_told_in_words_and_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = open_store(f"sqlite:///{tmp_path}/district.db", create=True)
    made = District(store, DISTRICT_SEED)
    fill(made)
    add_account(store, name="third", role="district", street=None, by="lin", now_ms=NOW_MS)
    browser = Browser.of(made, "district")
    with store.writing() as session:
        session.execute("DROP TABLE wrong_password")
    got = Browser(made).sign_in("district")
    assert got.status_code == 503
    assert "暂时不能读写" in got.text
    assert "wrong_password" not in got.text
    assert [one.getMessage() for one in caplog.records if one.exc_info] == ["store_failed"]
    assert browser.get("/").status_code == 200
    store.close()

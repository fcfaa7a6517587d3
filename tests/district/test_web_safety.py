"""What strangers, forms of others and hostile texts come to on the district's pages."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette

import frontdesk.district.web
from frontdesk.district.api.app import create_app
from frontdesk.district.documents.service import documents, locks
from frontdesk.district.keys import District
from frontdesk.district.web.serving import HEADERS, SIGN_INS_AT_ONCE, routes
from frontdesk.district.web.views.signing import own_address
from frontdesk.district.web.views.sticks import LARGEST_UPLOAD
from tests.district.webdesk import (
    HOSTILE,
    NOW,
    NOW_MS,
    OURS,
    PASSWORD,
    PERIOD,
    Browser,
    make_account,
)

TEMPLATES = sorted((Path(frontdesk.district.web.__file__).parent / "templates").glob("*.html"))


ODD = (
    "/?period=x",
    "/?period=2026-11-22",
    "/?period=9999-W99",
    "/?kind=day",
    "/?kind=%00",
    "/?period=2026-W46%00",
    "/missing?page=-1",
    "/missing?page=999999",
    "/missing?page=99999999999999999999",
    "/centres?search=%25_!%27%22",
    "/centres?page=%C2%B2",
    "/centre",
    "/centre?code=%00",
    "/centre?code=" + "x" * 3000,
    "/report?centre=ours-1&period=%00",
    f"/report?centre=ours-1&period={PERIOD}&revision=99&beside=x",
    "/notices?before=-1",
    "/notices?before=" + "9" * 40,
    "/notice?id=%00",
    "/audit?centre=%00&page=x",
    "/indicator?code=%00",
    "/indicator?code=nobody",
    f"/export/totals.xlsx?period={PERIOD}&street=%00",
    "/sign-in?next=%00",
)
"""Addresses that no page of ours leads to."""


def test_signing_in_begins_a_session_of_its_own_and_ends_what_was_before(small: District) -> None:
    browser = Browser(small)
    browser.client.cookies.set("frontdesk_session", "planted-by-somebody")
    got = browser.sign_in("district", target="/totals?period=2026-W46")
    assert got.headers["location"] == "/totals?period=2026-W46"
    cookie = next(one for one in got.headers.get_list("set-cookie") if one.startswith("frontdesk_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie
    token = cookie.partition("=")[2].partition(";")[0]
    assert token != "planted-by-somebody"
    # Signed in again in the same browser: the earlier session is over.
    browser.client.cookies.clear()
    browser.client.cookies.set("frontdesk_session", token)
    fields = {"name": "anting", "password": PASSWORD}
    assert browser.post("/sign-in", fields).status_code == 303
    old = Browser(small)
    old.client.cookies.set("frontdesk_session", token)
    assert old.get("/").status_code == 303


def test_the_cookie_is_for_https_only_where_the_page_came_by_it(small: District) -> None:
    browser = Browser(small, base="https://district.test")
    cookies = browser.sign_in("district").headers.get_list("set-cookie")
    assert any(one.startswith("frontdesk_session=") and "Secure" in one for one in cookies)


def test_signing_out_ends_the_session_in_the_store(small: District) -> None:
    browser = Browser.of(small, "street")
    token = browser.client.cookies["frontdesk_session"]
    assert browser.post("/sign-out", {}).headers["location"] == "/sign-in?done=signed_out"
    again = Browser(small)
    again.client.cookies.set("frontdesk_session", token)
    assert again.get("/").status_code == 303


def test_one_password_tried_with_many_names_makes_its_address_wait_and_no_other(small: District) -> None:
    app = Starlette(routes=routes(small, lambda: NOW))
    spraying, network, other = (
        Browser.at(app, address) for address in ("2001:db8::1", "2001:db8::2:2", "2001:db8:0:1::1")
    )
    token = spraying.token("/sign-in")
    tries = [{"name": f"name{number}", "password": PASSWORD} for number in range(SIGN_INS_AT_ONCE + 1)]
    answers = [spraying.post("/sign-in", one, token=token) for one in tries]
    assert [one.status_code for one in answers] == [401] * SIGN_INS_AT_ONCE + [429]
    assert network.sign_in("district").status_code == 429
    assert other.sign_in("district").status_code == 303


def test_a_wrong_password_and_an_unknown_name_are_told_alike_and_then_both_wait(small: District) -> None:
    told = {}
    for name in ("lin", "nobody"):
        browser = Browser(small)
        answers = []
        for _ in range(5):
            fields = {"name": name, "password": "wrong"}
            got = browser.post("/sign-in", fields, token=browser.token("/sign-in"))
            told_here = re.search(r'role="alert">([^<]+)<', got.text)
            answers.append((got.status_code, told_here and told_here[1], PASSWORD in got.text))
        told[name] = answers
    assert told["lin"] == told["nobody"]
    assert [status for status, _, _ in told["lin"]] == [401, 401, 401, 429, 429]


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\n/b", "\\\\x", ""],
)
def test_nobody_is_led_elsewhere_by_signing_in(small: District, target: str) -> None:
    assert own_address(target) == "/"
    assert Browser(small).sign_in("district", target=target).headers["location"] == "/"


def test_whoever_is_not_signed_in_comes_back_to_the_page_that_was_asked_for(small: District) -> None:
    browser = Browser(small)
    location = browser.get(f"/missing?period={PERIOD}&street={OURS}").headers["location"]
    page = browser.get(location).text
    hidden = re.search(r'name="next" value="([^"]+)"', page)
    assert hidden is not None
    target = hidden[1].replace("&amp;", "&")
    assert browser.sign_in("district", target=target).headers["location"] == target
    assert "ours-3" in browser.get(target).text


def test_a_form_of_somebody_elses_page_does_nothing(small: District) -> None:
    browser, other = Browser.of(small, "district"), Browser.of(small, "street")
    fields = {"period": "2026-W45", "reason": "x"}
    own = browser.token()
    assert browser.post("/locks", fields, token="").status_code == 403
    assert browser.post("/locks", fields, token=other.token()).status_code == 403
    for site in ("cross-site", "same-site"):
        assert browser.post("/locks", fields, token=own, headers={"Sec-Fetch-Site": site}).status_code == 403
    assert locks(small) == []
    assert browser.post("/locks", fields, token=own, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
    # Nor can anybody be signed in by it.
    stranger = Browser(small)
    got = stranger.post("/sign-in", {"name": "lin", "password": PASSWORD}, token=own)
    assert (got.status_code, "frontdesk_session" in stranger.client.cookies) == (403, False)


def test_the_same_notice_pressed_twice_is_issued_once(filled: District) -> None:
    browser = Browser.of(filled, "district")
    before = len(documents(filled))
    fields = {"title": "停电", "text": "明天停电", "street": OURS}

    def issued(**changed: str) -> int:
        assert browser.post("/notices", {**fields, **changed}).headers["location"] == "/notices?done=notice"
        return len(documents(filled)) - before

    assert [issued(), issued()] == [1, 1]
    # Another text, other centres, another importance: another notice.
    assert [issued(text="后天停电"), issued(street=""), issued(important="1")] == [2, 3, 4]
    browser.now += timedelta(seconds=59)
    assert issued() == 4
    browser.now += timedelta(seconds=1)
    assert issued() == 5


def test_what_anybody_writes_stays_text_on_every_page(small: District) -> None:
    with small.store.writing() as session:
        session.insert("centre", {"code": HOSTILE, "name": HOSTILE, "street": HOSTILE, "added_at": 1})
        session.audit(at=NOW_MS, who=HOSTILE, action=HOSTILE, centre=HOSTILE, subject=HOSTILE, details='{"<b>": "<i>"}')
    make_account(small.store, "second", "street", HOSTILE)
    browser = Browser.of(small, "district")
    notices = [f"/notice?id={one.document_id}" for one in documents(small)]
    names = ("street", "search", "centre", "before", "page", "done", "next", "lang")
    places = ("/", "/centres", "/totals", "/audit", "/notices", "/sign-in")
    asked = {f"{path}?{name}={quote(HOSTILE)}" for path in places for name in names}
    pages = [
        f"/?period={PERIOD}",
        "/centres",
        "/centre?code=ours-2",
        f"/report?centre=ours-2&period={PERIOD}",
        "/audit",
    ]
    pages += [f"/totals?period={PERIOD}", f"/indicator?code=ratings&period={PERIOD}", "/accounts", "/notices", *notices]
    shown = 0
    for path in [*pages, *sorted(asked)]:
        text = browser.get(path).text
        assert "<script" not in text, path
        assert "<b>" not in text, path
        if "&lt;script&gt;" in text:
            assert "{{7*7}}" in text, path
            shown += 1
    assert shown > 8


def test_every_answer_tells_the_browser_to_run_no_script_and_keep_nothing(small: District) -> None:
    browser = Browser.of(small, "district")
    for path in ("/", "/centre?code=nobody", "/export/totals.xlsx", "/?period=x", "/sign-in"):
        got = browser.get(path)
        assert {name: got.headers[name] for name in HEADERS} == HEADERS
    assert "script" not in HEADERS["Content-Security-Policy"]
    assert HEADERS["Content-Security-Policy"].startswith("default-src 'none'")
    style = browser.get("/style.css")
    assert style.headers["content-type"].startswith("text/css")
    # With such a policy nothing may stand in the pages that needs more.
    for template in TEMPLATES:
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"<script|\bon\w+=|style=|javascript:|\|\s*safe(?!\))", text) or "extra=" in text, (
            template.name
        )


def test_no_address_is_too_odd_to_be_answered(filled: District) -> None:
    browser = Browser.of(filled, "district")
    answered = {path: browser.get(path).status_code for path in ODD}
    assert {path: status for path, status in answered.items() if status not in (200, 303, 400, 404)} == {}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", None),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"a=%FF", "application/x-www-form-urlencoded"),
        (b"&".join(b"a=1" for _ in range(600)), "application/x-www-form-urlencoded"),
        (b"--x\r\nContent-Disposition: form-data", "multipart/form-data; boundary=x"),
        (b"anything", "multipart/form-data"),
        (b"{}", "application/json"),
    ],
    ids=["nothing", "no_text", "no_utf8", "many_fields", "cut_off", "no_boundary", "json"],
)
def test_a_form_that_cannot_be_read_is_refused(small: District, content: bytes, kind: str | None) -> None:
    headers = {"Content-Type": kind} if kind else {}
    got = Browser.of(small, "district").send("POST", "/locks", content=content, headers=headers)
    assert got.status_code in (400, 403)


@pytest.mark.parametrize("codec", ["punycode", "idna", "undefined", "unicode_escape", "utf-7", "latin-1"])
def test_a_form_in_another_encoding_is_refused_before_anything_is_decoded(small: District, codec: str) -> None:
    browser = Browser(small)
    # For those who are not signed in too: the form to sign in is read from anybody.
    parts = {"form_token": b"+2AA- \\ud800 xn--\xff", "name": b"-" + b"a" * 60_000}
    content = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in parts.items()
    )
    kind = f'multipart/form-data; boundary=x; charset="{codec}"'
    got = browser.send("POST", "/sign-in", content=content + b"--x--\r\n", headers={"Content-Type": kind})
    assert (got.status_code, 'role="alert"' in got.text) == (400, True)


def test_too_large_a_form_is_refused_and_a_strangers_is_not_even_read(small: District) -> None:
    browser, stranger = Browser.of(small, "district"), Browser(small)
    assert browser.post("/notices", {"title": "x", "text": "x" * 300_000}).status_code == 413
    refused = browser.send(
        "POST",
        "/usb",
        content=b"x",
        headers={"Content-Length": str(LARGEST_UPLOAD + 1), "Content-Type": "multipart/form-data; boundary=x"},
    )
    assert refused.status_code == 413
    read = []

    async def endless() -> object:
        for _ in range(3):
            read.append(1)
            yield b"x" * 1000

    assert stranger.send("POST", "/usb", content=endless()).status_code == 303
    assert read == []


@pytest.mark.parametrize(
    "content",
    [b"x", b"FDUS", b"FDUS" + bytes(100), b"PK\x03\x04" + bytes(1000)],
    ids=["short", "magic", "half", "workbook"],
)
def test_what_is_no_centres_file_is_refused_in_words(small: District, content: bytes) -> None:
    got = Browser.of(small, "district").post("/usb", {}, file=content)
    assert got.status_code == 400
    assert 'role="alert"' in got.text
    assert "sync.error" not in got.text


def test_a_file_without_a_name_and_an_answer_of_nobody_are_refused(small: District) -> None:
    browser = Browser.of(small, "district")
    assert browser.post("/usb", {}, file=b"").status_code == 400
    assert browser.post("/usb/answer", {"answer": "no base64 !"}).status_code == 400
    assert browser.post("/usb/answer", {"answer": "RkRVRA=="}).status_code == 400


def test_a_mistyped_address_is_told_to_people_in_a_page_and_to_programs_as_ever(small: District) -> None:
    def ask(path: str, accept: str) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(create_app(small))
            async with httpx.AsyncClient(transport=transport, base_url="http://district.test") as client:
                return await client.get(path, headers={"Accept": accept})

        return asyncio.run(asked())

    page = ask("/centers?x=<script>", "text/html,*/*")
    assert (page.status_code, "没有这个页面" in page.text, "<script" in page.text) == (404, True, False)
    assert {name: page.headers[name] for name in HEADERS} == HEADERS
    for path, accept in (("/centers", "*/*"), ("/v1/centers", "text/html")):
        assert ask(path, accept).json()["error"]["code"] == "no_such_address"

"""Who may ask for which page: every endpoint, for each role and signed out, and nothing of another street anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from openpyxl.reader.excel import load_workbook

from frontdesk.district.keys import District
from frontdesk.district.store import open_store
from frontdesk.district.web.table import ENDPOINTS, NAVIGATION
from frontdesk.sync import wire
from tests.district.conftest import DISTRICT_SEED
from tests.district.webdesk import (
    ACCOUNTS,
    CENTRES,
    NOW_MS,
    OURS,
    PERIOD,
    THEIRS,
    Browser,
    fill,
    quick_hashing,
    sealed,
    seed_of,
)

BOTH, DISTRICT, OPEN = {"district", "street"}, {"district"}, {"district", "street", "nobody"}
ACCESS = {
    ("GET", "/sign-in"): OPEN,
    ("POST", "/sign-in"): OPEN,
    ("POST", "/sign-out"): BOTH,
    ("GET", "/password"): BOTH,
    ("POST", "/password"): BOTH,
    ("GET", "/"): BOTH,
    ("GET", "/missing"): BOTH,
    ("GET", "/centres"): BOTH,
    ("GET", "/centre"): BOTH,
    ("POST", "/centre/revoke"): DISTRICT,
    ("GET", "/report"): BOTH,
    ("GET", "/totals"): BOTH,
    ("GET", "/indicator"): BOTH,
    ("GET", "/satisfaction"): BOTH,
    ("GET", "/notices"): BOTH,
    ("GET", "/notice"): BOTH,
    ("POST", "/notices"): DISTRICT,
    ("GET", "/locks"): DISTRICT,
    ("POST", "/locks"): DISTRICT,
    ("POST", "/locks/open"): DISTRICT,
    ("POST", "/locks/exempt"): DISTRICT,
    ("GET", "/usb"): BOTH,
    ("POST", "/usb"): BOTH,
    ("POST", "/usb/answer"): BOTH,
    ("GET", "/accounts"): DISTRICT,
    ("POST", "/accounts"): DISTRICT,
    ("POST", "/accounts/reset"): DISTRICT,
    ("POST", "/accounts/close"): DISTRICT,
    ("GET", "/audit"): DISTRICT,
    ("GET", "/export/completeness.xlsx"): BOTH,
    ("GET", "/export/totals.xlsx"): BOTH,
    ("GET", "/export/centre.xlsx"): BOTH,
}
"""What is meant, written apart from the program's own table."""

ASKED = {
    "/centre": "?code=ours-1",
    "/report": f"?centre=ours-1&period={PERIOD}",
    "/indicator": f"?code=good_rate&period={PERIOD}",
    "/export/centre.xlsx": "?code=ours-1",
}
"""What an address needs to find something."""


@pytest.fixture(scope="module")
def whole_day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    """One filled district for all that changes nothing."""
    url = f"sqlite:///{tmp_path_factory.mktemp('web')}/district.db"
    store = open_store(url, create=True)
    district = District(store, DISTRICT_SEED)
    with quick_hashing():
        fill(district)
        yield district
    store.close()


@pytest.fixture(scope="module")
def browsers(whole_day: District) -> dict[str, Browser]:
    """A browser of each role, and one of nobody."""
    return {"nobody": Browser(whole_day)} | {role: Browser.of(whole_day, role) for role in ACCOUNTS}


def address(path: str, browser: Browser) -> str:
    """The address with what it needs."""
    if path == "/notice":
        found = browser.get("/notices").text.partition("/notice?id=")[2][:32]
        return f"/notice?id={found}"
    return path + ASKED.get(path, "")


def test_the_table_of_the_program_is_the_one_that_is_meant() -> None:
    assert {(one.method, one.path): set(one.roles) or OPEN for one in ENDPOINTS} == ACCESS


def test_the_navigation_leads_nobody_to_what_is_not_theirs() -> None:
    for entry in NAVIGATION:
        assert set(entry.roles) == ACCESS["GET", entry.path]


@pytest.mark.parametrize("role", ["nobody", "street", "district"])
@pytest.mark.parametrize(("method", "path"), sorted(ACCESS))
def test_an_endpoint_answers_those_who_may_ask_and_nobody_else(
    browsers: dict[str, Browser], method: str, path: str, role: str
) -> None:
    browser = browsers[role]
    allowed = role in ACCESS[method, path]
    if method == "GET":
        got = browser.get(address(path, browser if allowed else browsers["district"]))
        expected = {200} if path != "/sign-in" or role == "nobody" else {303}
    else:
        # Without our token: whoever may ask is told that the form is out of date, and nothing is changed.
        got = browser.post(path, {"name": "anting"}, token="")
        expected = {403}
    if allowed:
        assert got.status_code in expected
    elif role == "nobody":
        assert got.status_code == 303
        assert got.headers["location"].startswith("/sign-in")
        assert got.content == b""
    else:
        assert got.status_code == 403
    if method == "POST" and allowed:
        assert "没有提交" in got.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_there_is_no_other_method(browsers: dict[str, Browser], method: str) -> None:
    assert browsers["district"].send(method, "/accounts").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        *(
            path + ASKED.get(path, "")
            for method, path in ACCESS
            if method == "GET" and "street" in ACCESS[method, path]
        ),
        f"/?street={THEIRS}",
        f"/missing?street={THEIRS}&period={PERIOD}",
        f"/centres?street={THEIRS}",
        f"/centres?search={THEIRS}",
        "/centres?search=theirs",
        f"/totals?street={THEIRS}&period={PERIOD}",
        f"/satisfaction?street={THEIRS}&period={PERIOD}",
        f"/indicator?street={THEIRS}&period={PERIOD}&code=sessions_held",
        f"/export/completeness.xlsx?street={THEIRS}&period={PERIOD}",
        f"/export/totals.xlsx?street={THEIRS}&period={PERIOD}",
    ],
)
def test_a_street_sees_nothing_of_another_street(browsers: dict[str, Browser], path: str) -> None:
    got = browsers["street"].get(path if path != "/notice" else address(path, browsers["street"]))
    text = shown(got.content) if path.startswith("/export") else got.text.replace(f'value="{THEIRS}"', "")
    if "search=" in path:
        text = text.replace(path.partition("search=")[2], "")
    # 777 sessions are what theirs-1 reported, and 807 would be the sum with it.
    for telling in ("theirs-", "江桥", "777", "1,554", "812", "只给"):
        assert telling not in text, telling


def shown(content: bytes) -> str:
    """Every cell of a workbook."""
    book = load_workbook(BytesIO(content))
    return repr([row for sheet in book for row in sheet.iter_rows(values_only=True)])


@pytest.mark.parametrize(
    ("theirs", "nobodys"),
    [
        ("/centre?code=theirs-1", "/centre?code=nobody-1"),
        (f"/report?centre=theirs-1&period={PERIOD}", f"/report?centre=nobody-1&period={PERIOD}"),
        ("/export/centre.xlsx?code=theirs-1", "/export/centre.xlsx?code=nobody-1"),
    ],
)
def test_a_centre_of_another_street_is_as_one_that_there_is_not(
    browsers: dict[str, Browser], theirs: str, nobodys: str
) -> None:
    street = browsers["street"]
    known, unknown = street.get(theirs), street.get(nobodys)
    assert known.status_code == unknown.status_code == 404
    assert known.text.replace("theirs-1", "X") == unknown.text.replace("nobody-1", "X")
    assert browsers["district"].get(theirs).status_code == 200


def test_a_notice_to_another_street_is_as_one_that_there_is_not(browsers: dict[str, Browser]) -> None:
    identifiers = browsers["district"].get("/notices").text.split("/notice?id=")[1:]
    found = {one[:32] for one in identifiers}
    assert len(found) == 2
    answers = {one: browsers["street"].get(f"/notice?id={one}") for one in found}
    assert sorted(one.status_code for one in answers.values()) == [200, 404]
    nobodys = browsers["street"].get(f"/notice?id={'0' * 32}")
    theirs = next((key, one) for key, one in answers.items() if one.status_code == 404)
    assert theirs[1].text.replace(theirs[0], "X") == nobodys.text.replace("0" * 32, "X")


def test_a_street_takes_in_files_of_its_own_centres_only(whole_day: District, browsers: dict[str, Browser]) -> None:
    def file_of(centre: str) -> bytes:
        return wire.make_usb_up(
            centre=centre,
            seed=seed_of(centre),
            district_key=whole_day.verify_key,
            bundle_id=f"bundle-{centre}",
            made_at=NOW_MS,
            reports=[sealed(whole_day, centre, "2026-W45")],
        )

    refused = browsers["street"].post("/usb", {}, file=file_of("theirs-2"))
    assert refused.status_code == 404
    assert "usb/answer" not in refused.text
    with whole_day.store.reading() as session:
        assert session.revisions("theirs-2", "2026-W45") == []
    taken = browsers["street"].post("/usb", {}, file=file_of("ours-3"))
    assert taken.status_code == 200
    answer = taken.text.partition('name="answer" value="')[2].partition('"')[0]
    saved = browsers["street"].post("/usb/answer", {"answer": answer})
    assert saved.headers["content-disposition"].startswith("attachment; filename*=UTF-8''frontdesk-ours-3-down-")
    assert len(wire.open_usb_down(saved.content, [whole_day.verify_key]).receipts) == 1
    theirs = browsers["district"].post("/usb", {}, file=file_of("theirs-2"))
    answer = theirs.text.partition('name="answer" value="')[2].partition('"')[0]
    assert browsers["district"].post("/usb/answer", {"answer": answer}).status_code == 200
    assert browsers["street"].post("/usb/answer", {"answer": answer}).status_code == 404


def test_each_street_has_its_own_figures_and_the_district_their_sum(browsers: dict[str, Browser]) -> None:
    street = browsers["street"].get(f"/indicator?code=sessions_held&period={PERIOD}").text
    whole = browsers["district"].get(f"/indicator?code=sessions_held&period={PERIOD}").text
    assert ">35<" in street
    assert ">812<" in whole
    assert OURS in whole
    assert [code for code in CENTRES if f"centre={code}&" in whole] == ["ours-1", "ours-2", "theirs-1"]

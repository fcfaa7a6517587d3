"""A district with two streets for the tests of its pages, and a browser without a window that keeps cookies."""

from __future__ import annotations

import asyncio
import atexit
import html
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from frontdesk.common.periods import parse_period
from frontdesk.district.accounts import passwords
from frontdesk.district.accounts.service import add_account, change_password
from frontdesk.district.documents.service import of_street, send_notice
from frontdesk.district.keys import District
from frontdesk.district.reports.accepting import accept_report
from frontdesk.district.store import CentreKey, Store
from frontdesk.district.web import routes
from frontdesk.sync import wire

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
NOW_MS = round(NOW.timestamp() * 1000)
PERIOD = "2026-W46"
PASSWORD = "correct-horse-9"
HOSTILE = "<script>alert(1)</script><b>'\"&{{7*7}}"
OURS, THEIRS = "安亭镇", "江桥镇"
CENTRES = {
    "ours-1": (OURS, "安亭第一邻里中心"),
    "ours-2": (OURS, HOSTILE),
    "ours-3": (OURS, '=HYPERLINK("http://x")'),
    "theirs-1": (THEIRS, "江桥第一邻里中心"),
    "theirs-2": (THEIRS, "江桥第二邻里中心"),
}
ACCOUNTS = {"district": ("lin", "district", None), "street": ("anting", "street", OURS)}


@contextmanager
def quick_hashing() -> Iterator[None]:
    """The same hashing of passwords with the least memory: how slow it is is proved elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "MEMORY_KIB", 8)
        patch.setattr(passwords, "TIME_COST", 1)
        yield


def seed_of(centre: str) -> bytes:
    """The seed of a centre's key."""
    return centre.encode().ljust(32, b".")


def sealed(district: District, centre: str, period: str = PERIOD, revision: int = 1, visits: int = 10) -> bytes:
    """A sealed report: sessions, two ratings of which one is good for each ten visits, and persons."""
    span = parse_period(period, finer=True)
    figures: dict[str, int | Mapping[str, int | None] | None] = {
        "sessions_held": visits,
        "named_persons": visits * 2,
        "good_ratings": visits,
        "ratings": visits * 2,
        "good_rate": {"numerator": visits, "denominator": visits * 2},
        "ratings_by_level": {"5": visits, "1": visits},
    }
    said = {"centre": centre, "name": CENTRES[centre][1], "period": period, "from": span.first, "to": span.last}
    body = wire.ReportBodyV2.model_validate({"schema_version": 2, **said, "values": wire.make_values(figures)})
    return wire.seal(
        body.to_bytes(),
        seed=seed_of(centre),
        recipient=district.key_id,
        report_id=f"{centre}-{period}-{revision}",
        revision=revision,
        schema_version=2,
    )


def fill(district: District) -> None:
    """Two streets with five centres, of which ours-3 and theirs-2 have not reported; notices; two accounts."""
    store = district.store
    with store.writing() as session:
        for code, (street, name) in CENTRES.items():
            key = wire.verify_key_of(seed_of(code))
            session.insert("centre", {"code": code, "name": name, "street": street, "added_at": NOW_MS})
            session.add_key(CentreKey(wire.key_id_of(key), code, key, NOW_MS, b"confirmation"))
    for code, revision, visits in (("ours-1", 1, 10), ("ours-1", 2, 30), ("ours-2", 1, 5), ("theirs-1", 1, 777)):
        accept_report(district, sealed(district, code, revision=revision, visits=visits), NOW_MS - 6 * 86_400_000)
    send_notice(district, title=HOSTILE, text=HOSTILE + "\n第二行", who="lin", now_ms=NOW_MS)
    send_notice(district, title="江桥的通知", text="只给江桥", who="lin", now_ms=NOW_MS, audience=of_street(THEIRS))
    for name, role, bound in ACCOUNTS.values():
        make_account(store, name, role, bound)


def make_account(store: Store, name: str, role: str, street: str | None) -> None:
    """An account that has chosen its password."""
    made = add_account(store, name=name, role=role, street=street, by="system", now_ms=NOW_MS)
    change_password(store, name, present=made.password, wanted=PASSWORD, now_ms=NOW_MS)


_runner = asyncio.Runner()
atexit.register(_runner.close)


class Browser:
    """What a browser does without a window: it keeps cookies, reads a page's form token, follows nothing by itself."""

    def __init__(self, district: District, base: str = "http://district.test", now: datetime = NOW) -> None:
        self.now = now
        app = Starlette(routes=routes(district, lambda: self.now))
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base)

    @classmethod
    def at(cls, app: Starlette, address: str) -> Browser:
        """A browser at an address, before an application that others use too."""
        browser = cls.__new__(cls)
        transport = httpx.ASGITransport(app, client=(address, 1))
        browser.client = httpx.AsyncClient(transport=transport, base_url="http://district.test")
        return browser

    def send(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """One request with the cookies that there are."""
        return _runner.run(self.client.request(method, path, **sent))

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Open an address."""
        return self.send("GET", path, headers=headers)

    def token(self, page: str = "/password") -> str:
        """The form token of a page."""
        found = re.search(r'name="form_token" value="([^"]+)"', self.get(page).text)
        assert found is not None
        return html.unescape(found[1])

    def post(
        self,
        path: str,
        fields: Mapping[str, str],
        *,
        token: str | None = None,
        file: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a form with the token of a page of ours, and perhaps a file with a name that leads elsewhere."""
        data = {"form_token": self.token() if token is None else token, **fields}
        files = None if file is None else {"file": ("../../etc/passwd", file, "text/html")}
        return self.send("POST", path, data=data, files=files, headers=headers)

    def sign_in(self, role: str, password: str = PASSWORD, target: str = "/") -> httpx.Response:
        """Sign in as the account of a role."""
        fields = {"name": ACCOUNTS[role][0], "password": password, "next": target}
        return self.post("/sign-in", fields, token=self.token("/sign-in"))

    @classmethod
    def of(cls, district: District, role: str) -> Browser:
        """A browser that is signed in."""
        browser = cls(district)
        assert browser.sign_in(role).status_code == 303
        return browser

"""The pages over HTTP: who asks, whether the form is ours, what the browser is told to keep to."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from hashlib import blake2b
from importlib import resources
from ipaddress import ip_address, ip_network
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from frontdesk.clock import Clock, system_clock
from frontdesk.district.accounts.service import session_of
from frontdesk.district.api.rate import RateLimit
from frontdesk.district.keys import District
from frontdesk.district.logs import REQUESTS
from frontdesk.district.web.errors import STATUS, PageError
from frontdesk.district.web.forms import read_form
from frontdesk.district.web.rendering import render
from frontdesk.district.web.table import ENDPOINTS, NAVIGATION, Endpoint
from frontdesk.district.web.visit import Answer, Download, Form, Go, Page, Visit
from frontdesk.errors import CodedError, DatabaseError
from frontdesk.locale import LANGUAGES, speaking

_log = logging.getLogger(REQUESTS)

SESSION_COOKIE = "frontdesk_session"
SIGN_IN_COOKIE = "frontdesk_sign_in"
"""Ties the form to sign in to the browser that asked for it; it is no session and never becomes one."""
LANGUAGE_COOKIE = "frontdesk_language"
LANGUAGE_DAYS = 365
FORM_FIELD = "form_token"
SIGN_INS_AT_ONCE, SIGN_INS_PER_SECOND = 30, 1 / 20
"""How often one address may try to sign in at once, and how fast again: a whole office may be one address."""
DONE = frozenset(
    {"signed_out", "password", "account_closed", "key_revoked", "notice", "locked", "unlocked", "exempted"}
)
"""What a page can say that was just done: the address names the words and never holds them."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
"""On every page and file. Without scripts: what slipped through as one would not run."""


def routes(district: District, clock: Clock = system_clock) -> list[Route]:
    """Every page of the district, ready to be served beside its API."""
    tries = RateLimit(SIGN_INS_AT_ONCE, SIGN_INS_PER_SECOND)
    pages = [Route(each.path, _answering(district, clock, each, tries), methods=[each.method]) for each in ENDPOINTS]
    return [Route("/style.css", _style, methods=["GET"]), *pages]


async def _style(_: Request) -> Response:
    content = resources.files("frontdesk.district.web").joinpath("style.css").read_bytes()
    return Response(content, media_type="text/css", headers={**HEADERS, "Cache-Control": "max-age=300"})


def _answering(
    district: District, clock: Clock, endpoint: Endpoint, tries: RateLimit
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        now_ms = round(clock().timestamp() * 1000)
        language = _language(request)
        form, unread = Form(), None
        if endpoint.method == "POST" and await _may_send(request, endpoint, district, now_ms):
            try:
                form = await read_form(request, endpoint.largest)
            except CodedError as failure:
                unread = failure
        visit = Visit(
            *(district, now_ms, endpoint.path, dict(request.query_params), form), tries=tries, address=_address(request)
        )
        call = _Call(visit, endpoint, request, unread)
        # The store waits for the disk and a password takes its time: both in a thread, while the loop keeps reading.
        return await run_in_threadpool(call.answer, language)

    return answer


async def _may_send(request: Request, endpoint: Endpoint, district: District, now_ms: int) -> bool:
    """Whether the content is read at all: of those who are not signed in only where nobody needs to be."""
    if not endpoint.roles:
        return True
    token = request.cookies.get(SESSION_COOKIE, "")
    session = await run_in_threadpool(session_of, district.store, token, now_ms) if token else None
    return session is not None and session.account.role in endpoint.roles


def lost(request: Request, status: int, now_ms: int) -> Response:
    """The page for somebody who typed an address that there is not, with the HTTP status that it is refused with."""
    language = _language(request)
    values = {
        "now_ms": now_ms,
        "here": "",
        "done": "",
        "account": None,
        "failure": PageError("no_such_page"),
        "form_token": "",
        "navigation": [],
        "languages": {},
    }
    with speaking(language):
        return HTMLResponse(render("failure.html", values), status, headers=HEADERS)


def is_for_people(request: Request) -> bool:
    """Whether a browser asks for a page, and no program for something of the API."""
    return not request.url.path.startswith("/v1/") and "text/html" in request.headers.get("accept", "")


def _address(request: Request) -> str:
    """Whence a request comes: the address that the server knows or a trusted proxy tells, of IPv6 its network."""
    host = request.client.host if request.client else ""
    try:
        found = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((found, 64), strict=False)) if found.version == 6 else host


def _language(request: Request) -> str:
    for wanted in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    return LANGUAGES[0]


class _Call:
    """One request, answered in a thread of its own."""

    def __init__(self, visit: Visit, endpoint: Endpoint, request: Request, unread: CodedError | None) -> None:
        self.visit, self.endpoint, self.request, self.unread = visit, endpoint, request, unread
        self.token = request.cookies.get(SESSION_COOKIE, "")
        self.sign_in_token = request.cookies.get(SIGN_IN_COOKIE, "")

    def answer(self, language: str) -> Response:
        """The response, in this language; cookies and headers are on it."""
        with speaking(language):
            try:
                response = self._respond(self._admit())
            except CodedError as failure:
                response = self._failed(failure)
        for name, value in HEADERS.items():
            response.headers[name] = value
        if self.request.query_params.get("lang") == language:
            self._set_cookie(response, LANGUAGE_COOKIE, language, seconds=LANGUAGE_DAYS * 86_400)
        return response

    def _admit(self) -> Answer:
        visit = self.visit
        session = session_of(visit.district.store, self.token, visit.now_ms) if self.token else None
        account = session.account if session else None
        form_token = session.form_token if session else _form_token(self._browser_token())
        token = self.token if session else ""
        self.visit = visit = replace(visit, account=account, session_token=token, form_token=form_token)
        if self.endpoint.roles:
            if account is None:
                return Go(self._sign_in_address())
            if account.must_change and self.endpoint.path not in ("/password", "/sign-out"):
                return Go("/password")
            if account.role not in self.endpoint.roles:
                raise PageError("not_yours")
        if self.endpoint.method == "POST":
            self._check_form()
        return self.endpoint.view(visit)

    def _browser_token(self) -> str:
        if not self.sign_in_token:
            self.sign_in_token = secrets.token_urlsafe(24)
        return self.sign_in_token

    def _sign_in_address(self) -> str:
        if self.endpoint.method != "GET" or self.endpoint.path == "/":
            return "/sign-in"
        asked = self.request.url
        return f"/sign-in?next={quote(asked.path + ('?' + asked.query if asked.query else ''), safe='')}"

    def _check_form(self) -> None:
        """Only what one of our own pages sent is taken: a page of somebody else's must not act in our name."""
        if self.unread is not None:
            raise self.unread
        fetched_from = self.request.headers.get("sec-fetch-site", "same-origin")
        sent = self.visit.form.raw(FORM_FIELD)
        ours = secrets.compare_digest(sent.encode(), self.visit.form_token.encode())
        if not ours or fetched_from not in ("same-origin", "none"):
            raise PageError("form_stale")

    def _respond(self, answer: Answer) -> Response:
        if isinstance(answer, Page):
            return self._page(answer)
        if isinstance(answer, Download):
            disposition = f"attachment; filename*=UTF-8''{quote(answer.name, safe='')}"
            return Response(answer.content, media_type=answer.media_type, headers={"Content-Disposition": disposition})
        response = RedirectResponse(answer.address, 303)
        if answer.token == "":
            response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="strict")
        elif answer.token is not None:
            self._set_cookie(response, SESSION_COOKIE, answer.token)
            response.delete_cookie(SIGN_IN_COOKIE, path="/", httponly=True, samesite="strict")
        return response

    def _page(self, page: Page) -> Response:
        visit = self.visit
        values = {
            "now_ms": visit.now_ms,
            "here": self.endpoint.page or self.endpoint.path,
            "done": visit.asked("done") if visit.asked("done") in DONE else "",
            "account": visit.account,
            "form": visit.form,
            "failure": visit.failure,
            "form_token": visit.form_token,
            "navigation": [one for one in NAVIGATION if visit.account and visit.account.role in one.roles],
            "languages": self._languages(),
            **page.values,
        }
        response = HTMLResponse(render(page.template, values), page.status)
        if visit.account is None:
            self._set_cookie(response, SIGN_IN_COOKIE, self._browser_token())
        return response

    def _languages(self) -> dict[str, str]:
        """The address of this page in each language; of a form that was sent that of its page."""
        path = self.request.url.path if self.endpoint.method == "GET" else self.endpoint.page or "/"
        query = {name: value for name, value in self.visit.query.items() if name != "lang"}
        parts = "".join(f"&{quote(name, safe='')}={quote(value, safe='')}" for name, value in query.items())
        return {language: f"{path}?lang={language}{parts}" for language in LANGUAGES}

    def _failed(self, failure: CodedError) -> Response:
        status = 503 if isinstance(failure, DatabaseError) else STATUS.get(failure.code, 400)
        if isinstance(failure, DatabaseError):
            # What is wrong with our disk is for our own log.
            _log.error("store_failed", exc_info=failure)
            failure = PageError("store_unavailable")
        self.request.state.refused = failure.code
        page = Page("failure.html", {"failure": failure}, status)
        signed_in = self.visit.account is not None or not self.endpoint.roles
        if self.endpoint.again is not None and signed_in and status not in (403, 503):
            self.visit = replace(self.visit, failure=failure)
            try:
                shown = self.endpoint.again(self.visit)
            except CodedError:
                return self._page(page)
            if isinstance(shown, Page):
                page = replace(shown, status=status)
        return self._page(page)

    def _set_cookie(self, response: Response, name: str, value: str, seconds: int | None = None) -> None:
        secure = self.request.url.scheme == "https"
        response.set_cookie(name, value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="strict")


def _form_token(token: str) -> str:
    """What the form to sign in must send back: it comes from the browser's own token, and tells nothing of it."""
    return blake2b(token.encode(), digest_size=24, person=b"frontdesk form").hexdigest()

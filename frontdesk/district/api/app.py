"""The district's end over HTTP: exact bytes come in, receipts and coded refusals go out."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from frontdesk.clock import Clock, system_clock
from frontdesk.district.api.asking import Asking
from frontdesk.district.api.posting import Posts
from frontdesk.district.api.rate import RateLimit
from frontdesk.district.api.refusing import refusal
from frontdesk.district.api.watching import Watching
from frontdesk.district.metrics import Metrics
from frontdesk.district.service import District, pool_figures
from frontdesk.errors import CodedError


def create_app(district: District, clock: Clock = system_clock, rate: RateLimit | None = None) -> Starlette:
    """The web application: the API under /v1, and the pages of the district's people beside it.

    `app.state.metrics` are its counters.
    """
    from frontdesk.district.web import is_for_people, lost
    from frontdesk.district.web import routes as pages

    posts = Posts(district, clock, rate or RateLimit())
    metrics = Metrics(lambda: pool_figures(district))

    async def refuse(request: Request, failure: Exception) -> Response:
        if isinstance(failure, HTTPException) and is_for_people(request):
            return lost(request, failure.status_code, round(clock().timestamp() * 1000))
        return refusal(district, request, failure)

    routes = [*posts.routes(), *Asking(district, metrics).routes(), *pages(district, clock)]
    app = Starlette(
        routes=routes,
        exception_handlers={CodedError: refuse, HTTPException: refuse},
        middleware=[Middleware(Watching, metrics=metrics, routes=routes)],
    )
    app.state.metrics = metrics
    # A redirect would be unsigned, and lead to whatever host the request named.
    app.router.redirect_slashes = False
    return app

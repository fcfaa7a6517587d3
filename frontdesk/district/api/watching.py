"""One line of the log and one count for each request, whatever becomes of it."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterable

from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from frontdesk.district.logs import REQUESTS
from frontdesk.district.metrics import Metrics

OTHER = "other"
"""The endpoint of a request for an address that there is not: what was asked for is not repeated."""

NOT_COUNTED: Counter[str] = Counter()
"""Of a request that did not bring several reports."""

_log = logging.getLogger(REQUESTS)


class Watching:
    """Counts and logs around an application. An address in the log is a route's, so that it names nobody."""

    def __init__(self, app: ASGIApp, metrics: Metrics, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        self._metrics = metrics
        self._paths = {id(route.endpoint): route.path for route in routes if isinstance(route, Route)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, then count and log."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500
        sent = 0

        async def watched(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                sent += len(message.get("body", b""))
            await send(message)

        state: dict[str, object] = scope.setdefault("state", {})
        try:
            await self._app(scope, receive, watched)
        finally:
            seconds = time.perf_counter() - started
            endpoint, code = self._endpoint(scope), str(state.get("refused", ""))
            method = scope["method"] if scope["method"] in ("GET", "HEAD", "POST") else OTHER
            answered: Counter[str] = state.get("answered", NOT_COUNTED)  # type: ignore[assignment]
            self._metrics.answered(endpoint, method, status, code, seconds)
            self._metrics.answered_together(endpoint, answered)
            fields: dict[str, object] = {
                "method": method,
                "endpoint": endpoint,
                "status": status,
                "milliseconds": round(seconds * 1000, 1),
                "sent_bytes": sent,
            }
            fields |= {name: state[name] for name in ("read_bytes", "key_id") if name in state}
            if code:
                fields["code"] = code
            if answered:
                fields["reports"] = answered.total()
                fields["refused"] = {code: count for code, count in answered.items() if code}
            _log.info("request", extra={"fields": fields})

    def _endpoint(self, scope: Scope) -> str:
        """The path of the route that answered, with the names of its parameters in the place of what they were."""
        return self._paths.get(id(scope.get("endpoint")), OTHER)

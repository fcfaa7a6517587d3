"""What anybody may ask of the district: whether it works, by which key it is known, what it counts, what it takes."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from frontdesk.district.api.openapi import document
from frontdesk.district.metrics import CONTENT_TYPE, Metrics
from frontdesk.district.service import District, is_ready, present_key
from frontdesk.sync import wire


class Asking:
    """The endpoints that need no key. None of them tells of a centre."""

    def __init__(self, district: District, metrics: Metrics) -> None:
        self._district = district
        self._metrics = metrics
        self._described = document()

    def routes(self) -> list[Route]:
        """The routes under /v1."""
        found = {
            "key": self.key,
            "health": self.health,
            "ready": self.ready,
            "metrics": self.counters,
            "openapi.json": self.openapi,
        }
        return [Route(f"/v1/{name}", endpoint, methods=["GET"]) for name, endpoint in found.items()]

    async def key(self, _: Request) -> Response:
        """The key that a centre is to pin now."""
        found = await run_in_threadpool(present_key, self._district)
        return Response(found.to_bytes(), media_type="application/json")

    async def health(self, _: Request) -> Response:
        """The program answers."""
        return JSONResponse({"service": "frontdesk-district", "protocols": list(wire.SUPPORTED_PROTOCOLS)})

    async def ready(self, _: Request) -> Response:
        """The store answers too; 503 when it does not."""
        await run_in_threadpool(is_ready, self._district)
        return JSONResponse({"ready": True})

    async def counters(self, _: Request) -> Response:
        """The counters of this process for Prometheus."""
        return Response(await run_in_threadpool(self._metrics.text), headers={"Content-Type": CONTENT_TYPE})

    async def openapi(self, _: Request) -> Response:
        """The description of the API."""
        return JSONResponse(self._described)

"""The application behind ``/api``: its limits, its description, its routes."""

from __future__ import annotations

import json
from contextlib import suppress

from fastapi import Depends, FastAPI, Request
from sqlalchemy import Engine
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger.problems import Problem
from trust_commissioning.api import (
    books,
    budgets,
    contracts,
    events,
    grants,
    journals,
    pool,
    problems,
    providing,
    register,
    reports,
    spending,
)
from trust_commissioning.files.limits import Limits
from trust_commissioning.shapes import each_once

_ROOM_FOR_THE_REST = 64 * 1024


async def _each_key_once(request: Request) -> None:
    """A key given twice would be two answers to one question, of which one is dropped unseen.

    Raises:
        Refused: ``json_key_repeated``.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind or kind.endswith("json"):
        # What is no JSON at all is refused where it is read.
        with suppress(ValueError, RecursionError):
            json.loads(await request.body(), object_pairs_hook=each_once)


def interface(engine: Engine) -> FastAPI:
    """The interface over one record. Who asks is known from the gate before it."""
    app = FastAPI(
        title="The ledger of a children's trust",
        description=(
            "What the commands do, through the same services. Money is text in pounds and pence. "
            "Failures are problem+json with every problem at once. Sign in at /sign-in; the "
            "session's cookie is the key."
        ),
        version="1",
        openapi_url="/v1/openapi.json",
        docs_url=None,  # they fetch their scripts from elsewhere
        redoc_url=None,
        root_path_in_servers=False,
        servers=[{"url": "/api"}],
        responses={"4XX": problems.DESCRIBED},
        dependencies=[Depends(_each_key_once)],
    )
    problems.install(app)
    app.state.engine = engine
    app.state.books = books.UnderWay()
    for routes in (
        register.routes,
        reports.routes,
        reports.issued_routes,
        journals.routes,
        events.routes,
        pool.routes,
        budgets.routes,
        grants.routes,
        contracts.routes,
        providing.routes,
        spending.routes,
        books.routes,
    ):
        app.include_router(routes, prefix="/v1")
    app.add_middleware(LargestBody, limit=Limits().bytes + _ROOM_FOR_THE_REST)
    return app


class LargestBody:
    """Refuses a body larger than any file we take, before it is read."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isascii() or not length.isdigit() or int(length) > self.limit:
            await self._refuse(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.limit:
                # What reads the body sees its sender gone, and gives up.
                return {"type": "http.disconnect"}
            return message

        await self.app(scope, counted, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = f"A request holds at most {self.limit // 2**20} MiB."
        await problems.answer(413, [Problem("request_too_large", message)])(scope, receive, send)

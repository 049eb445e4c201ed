"""Streamlit's scripts and styles, compressed once and kept: a third of the first visit's bytes."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import file_util

_WORTH_IT = (".js", ".css", ".svg", ".json", ".wasm")
_SMALLEST = 1024


class Squeeze:
    """Pure ASGI. What it keeps is as many files as Streamlit ships, named by their contents.

    Anybody may ask here, and behind it everything has an answer: a file under another spelling, its
    first page under any name at all. Kept as well, those would fill the memory.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._shipped = frozenset(_shipped())
        self._kept: dict[str, tuple[list[tuple[bytes, bytes]], bytes]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not (_is_asked_for(scope) and scope["path"] in self._shipped):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path not in self._kept:
            await self._fetch(scope, receive, send)
        if path in self._kept:
            headers, body = self._kept[path]
            await send({"type": "http.response.start", "status": 200, "headers": [*headers]})
            await send({"type": "http.response.body", "body": body})

    async def _fetch(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the answer and keep it compressed; send on at once what is not worth that."""
        start: Message = {}
        parts: list[bytes] = []

        async def gather(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                parts.append(message.get("body", b""))

        await self.app(_whole(scope), receive, gather)
        body = b"".join(parts)
        if start["status"] != 200 or len(body) < _SMALLEST:
            await send(start)
            await send({"type": "http.response.body", "body": body})
            return
        squeezed = await to_thread.run_sync(partial(gzip.compress, body, 6, mtime=0))
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = str(len(squeezed))
        headers.add_vary_header("Accept-Encoding")
        for name in ("etag", "accept-ranges"):
            if name in headers:
                del headers[name]
        self._kept[scope["path"]] = (headers.raw, squeezed)


def _shipped() -> Iterator[str]:
    """The addresses of the files that are worth it."""
    root = Path(file_util.get_static_dir())
    for file in (root / "static").rglob("*"):
        if file.suffix in _WORTH_IT:
            yield f"/{file.relative_to(root).as_posix()}"


def _is_asked_for(scope: Scope) -> bool:
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and "gzip" in Headers(scope=scope).get("accept-encoding", "")
    )


def _whole(scope: Scope) -> Scope:
    """Asked for whole and fresh, whatever part or condition the first visitor sent."""
    dropped = (b"range", b"if-none-match", b"if-modified-since", b"if-range")
    return {**scope, "headers": [h for h in scope["headers"] if h[0].lower() not in dropped]}

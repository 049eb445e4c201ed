"""The published books at ``/books/``: a child process with Fava, watched and replaced.

A new child is started whenever what is published changes, and takes over when it has loaded, so
that no visitor waits for a reload. A child that no longer answers is ended by its id and another
started: one hostile regular expression would otherwise hang the books for everybody.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from trust_commissioning.publishing import Manifest, books_for_fava
from trust_commissioning.server import pages
from trust_commissioning.server.fava_child import ALIVE, SECRET_HEADER
from trust_commissioning.server.headers import host_of

log = logging.getLogger(__name__)

_PASSED_ON = ("accept", "if-none-match", "if-modified-since")
_PASSED_BACK = (
    "cache-control",
    "content-disposition",
    "content-length",
    "content-type",
    "etag",
    "last-modified",
    "location",
)
# A book of a year of 20,000 journals loads in about 20 seconds; ten such years in this.
_LONGEST_START = 240.0
# How many times as long as loading took the books then rest before they are loaded again.
_REST = 3.0


@dataclass(frozen=True, slots=True)
class Published:
    """What is published now: the books Fava opens, and what tells one publication from the
    next."""

    books: tuple[str, ...]
    signature: str

    @classmethod
    def in_folder(cls, folder: Path) -> Published:
        manifest = Manifest.read(folder)
        if manifest is None:
            return cls((), "")
        texts = sorted((name, entry.sha256) for name, entry in manifest.files.items())
        return cls(tuple(str(book) for book in books_for_fava(folder)), repr(texts))


@dataclass(eq=False)
class Child:
    """One running Fava and how to reach it."""

    published: Published
    process: subprocess.Popen[bytes]
    client: httpx.AsyncClient
    place: Path
    answered_at: float = field(default_factory=time.monotonic)

    @classmethod
    def start(cls, published: Published, *, patience: float, unix_socket: bool) -> Child:
        """Start one; it is ready when it answers."""
        place = Path(tempfile.mkdtemp(prefix="trust-books-"))  # readable by its owner alone
        command = [sys.executable, "-m", "trust_commissioning.server.fava_child"]
        environment = {**os.environ, "TRUST_BOOKS_SECRET": ""}
        headers = {"Host": "books", "Accept-Encoding": "identity", "Accept-Language": "en-GB,en"}
        if unix_socket:
            way_in = str(place / "books.sock")
            command += ["--socket", way_in]
            transport = httpx.AsyncHTTPTransport(uds=way_in)
            base = "http://books"
        else:
            secret, port = secrets.token_urlsafe(32), _free_port()
            environment["TRUST_BOOKS_SECRET"] = headers[SECRET_HEADER] = secret
            command += ["--port", str(port)]
            transport = httpx.AsyncHTTPTransport()
            base = f"http://127.0.0.1:{port}"
        process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            [*command, *published.books],
            stdin=subprocess.PIPE,  # its end is how the child learns of ours
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,  # a pipe, because the child may make no file longer
            env=environment,
        )
        threading.Thread(target=_log_lines, args=(process,), daemon=True).start()
        client = httpx.AsyncClient(
            transport=transport, base_url=base, headers=headers, timeout=httpx.Timeout(patience)
        )
        return cls(published, process, client, place)

    async def answers(self, within: float) -> bool:
        try:
            answer = await self.client.get(ALIVE, timeout=within)
        except httpx.HTTPError:
            return False
        if answer.status_code == 204:
            self.answered_at = time.monotonic()
        return answer.status_code == 204

    async def end(self) -> None:
        """End this process and no other."""
        await self.client.aclose()
        await to_thread.run_sync(self._end)

    def _end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()
        shutil.rmtree(self.place, ignore_errors=True)


class Books:
    """The ASGI application at ``/books``. `running` is its lifespan."""

    def __init__(
        self,
        folder: Path,
        *,
        patience: float = 15.0,
        every: float = 2.0,
        unix_socket: bool = hasattr(socket, "AF_UNIX"),
    ) -> None:
        self.folder = folder
        self.unix_socket = unix_socket
        self.patience = patience
        self.every = every
        self.child: Child | None = None
        self._published = Published((), "")
        self._failed: Published | None = None
        self._starting: Child | None = None
        self._look = asyncio.Event()
        self._stopping = False
        self._not_before = 0.0

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Books]:
        """Keep a child for what is published, for as long as this is open."""
        self._published = await to_thread.run_sync(Published.in_folder, self.folder)
        watching = asyncio.create_task(self._watch(), name="books")
        try:
            yield self
        finally:
            self._stopping = True
            self._look.set()
            # Let it finish its look: a request cancelled half-way leaves its socket open.
            await asyncio.wait({watching}, timeout=3)
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
            for child in (self.child, self._starting):
                if child is not None:
                    await child.end()
            self.child = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await (await self._answer(scope))(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response:
        if scope["method"] != "GET":
            return PlainTextResponse(
                "The published books are read-only.", 405, headers={"Allow": "GET"}
            )
        child = self.child
        if child is None:
            if self._published.books:
                self._look.set()
                return HTMLResponse(pages.books_opening(), 503, headers={"Retry-After": "3"})
            return HTMLResponse(pages.books_unpublished())
        try:
            return await self._passed_on(child, scope)
        except httpx.InvalidURL:
            return PlainTextResponse("Not found", 404)
        except httpx.TimeoutException:
            self._look.set()
            return HTMLResponse(pages.books_stuck(), 504)
        except httpx.TransportError:
            self._look.set()
            return HTMLResponse(pages.books_opening(), 503, headers={"Retry-After": "3"})

    async def _passed_on(self, child: Child, scope: Scope) -> Response:
        asked = Headers(scope=scope)
        headers = {name: asked[name] for name in _PASSED_ON if name in asked}
        # Fava's links that change one filter go back to where they were followed from.
        headers["Referer"] = asked["referer"] if _is_from_here(asked) else "/books/"
        path = scope.get("raw_path") or scope["path"].encode()
        url = child.client.base_url.copy_with(
            raw_path=path + (b"?" + scope["query_string"] if scope["query_string"] else b"")
        )
        request = child.client.build_request("GET", url, headers=headers)
        answer = await child.client.send(request, stream=True)
        return _Streamed(answer)

    async def _watch(self) -> None:
        """Once a look: is something else published, does the child answer?"""
        while not self._stopping:
            try:
                await self._mind()
            except Exception:
                log.exception("The books could not be minded; trying again.")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), self.every)
            self._look.clear()

    async def _mind(self) -> None:
        found = await to_thread.run_sync(Published.in_folder, self.folder)
        settled = found == self._published  # a publication replaces one file after another
        self._published = found
        child = self.child
        if child is not None and not await child.answers(self.patience):
            log.warning("The books' process %s no longer answers; ending it.", child.process.pid)
            self.child = None
            await child.end()
            child = None
        if not settled or (child is not None and child.published == found):
            return
        if not found.books:
            self.child = None
            if child is not None:
                await child.end()
        elif found != self._failed and (child is None or time.monotonic() > self._not_before):
            await self._replace(found)

    async def _replace(self, published: Published) -> None:
        self._starting = new = await to_thread.run_sync(
            lambda: Child.start(published, patience=self.patience * 2, unix_socket=self.unix_socket)
        )
        began = time.monotonic()
        deadline = began + _LONGEST_START
        while not await new.answers(self.patience):
            if self._stopping:
                return
            if new.process.poll() is not None or time.monotonic() > deadline:
                self._failed = published
                self._starting = None
                await new.end()
                log.error("The published books could not be opened; see the lines above.")
                return
            await asyncio.sleep(0.1)
        # While journals are posted all day, loading large books must not keep the machine busy.
        now = time.monotonic()
        self._not_before = now + _REST * (now - began)
        old, self.child, self._starting = self.child, new, None
        if old is not None:
            await asyncio.sleep(1)  # answers under way
            await old.end()


class _Streamed(Response):
    """The child's answer, passed on as it comes."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.status_code = answer.status_code
        self.background = None
        self.raw_headers = [
            (name.encode("latin-1"), answer.headers[name].encode("latin-1"))
            for name in _PASSED_BACK
            if name in answer.headers
        ]

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            async for part in self.answer.aiter_raw():
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await self.answer.aclose()


def _is_from_here(asked: Headers) -> bool:
    return host_of(asked.get("referer", "")) == asked.get("host", "").lower() != ""


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


def _log_lines(process: subprocess.Popen[bytes]) -> None:
    assert process.stderr is not None
    with process.stderr as lines:
        for line in lines:
            log.info("books %s: %s", process.pid, line.decode("utf-8", "replace").rstrip())

"""The gate every request and every WebSocket message passes: who is it, and may they?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from urllib.parse import quote

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trust_commissioning.roles import Action, may
from trust_commissioning.server import pages
from trust_commissioning.server.headers import host_of, is_public_asset, secure
from trust_commissioning.server.sessions import Sessions, is_https
from trust_commissioning.sign_ins import SignedIn

USER_HEADER = b"x-trust-user"
SID_HEADER = b"x-trust-sid"
PROBLEM = "application/problem+json"

_OPEN_PATHS = frozenset(
    {
        "/healthz",
        "/sign-in",
        "/sign-in/organisation",
        "/sign-in/organisation/back",
        "/sign-in/session",
        "/sign-out",
    }
)
# Streamlit's own doors that nobody here needs: its figures, its interface for programs.
_SHUT_PREFIXES = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check", "/auth/")
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SESSION_OVER = 4401
# How often a silent socket's session is looked up: a socket outlives its handshake, and what it
# shows must not outlive the sign-in.
_LOOK_AGAIN = 20.0


class Gate:
    """Pure ASGI, outermost of all.

    It strips what pretends to come from it, finds the session, names the person to what is
    behind, and says no before anything behind has run. `is_a_persons` tells from a socket's
    message whether a person did something or a page's own clock.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        sessions: Sessions,
        is_a_persons: Callable[[bytes], bool] = bool,
        look_again: float = _LOOK_AGAIN,
    ) -> None:
        self.app = app
        self.sessions = sessions
        self.is_a_persons = is_a_persons
        self.look_again = look_again

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(_stripped(scope), receive, self._securing(scope, send))
        elif scope["type"] == "websocket":
            await self._socket(_stripped(scope), receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, method = scope["path"], scope["method"]
        refusal: Response | None = None
        if path.startswith(_SHUT_PREFIXES) or "\0" in path or b"%00" in scope["query_string"]:
            # Nothing here has a NUL in its name, and PostgreSQL fails over a question with one.
            refusal = _no(scope, 404, "not_found", "There is nothing at this address.")
        elif method not in _SAFE_METHODS and not _comes_from_here(scope):
            refusal = _no(
                scope,
                403,
                "request_from_elsewhere",
                "This request came from another site, so it was not carried out.",
            )
        elif not (path in _OPEN_PATHS or is_public_asset(path) or _is_under(path, "/directory")):
            signed_in = await self._who(scope, active=not _is_a_pages_own(path))
            refusal = self._refusal(scope, signed_in)
            if signed_in is not None:
                scope = _named(scope, signed_in)
        if refusal is not None:
            await refusal(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _refusal(self, scope: Scope, signed_in: SignedIn | None) -> Response | None:
        if signed_in is None:
            return _sign_in_first(scope)
        if _is_under(scope["path"], "/books") and not may(signed_in, Action.READ_BOOKS):
            instead = (
                "may take away the books of their partner's own funds, at /your-books,"
                if signed_in.of_a_partner
                else "may read the reports"
            )
            return _no(
                scope,
                403,
                "not_permitted",
                "The published books are for those who keep them and the auditors. "
                f"{signed_in.name} {instead} instead.",
            )
        return None

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        signed_in = None
        if _comes_from_here(scope, must_say=True) and not scope["path"].startswith(_SHUT_PREFIXES):
            signed_in = await self._who(scope, active=True)
        if signed_in is None:
            # Closing before accepting is an HTTP 403: the handshake fails, nothing was opened.
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        watched = _WatchedSocket(self, scope, receive, send)
        try:
            await self.app(_named(scope, signed_in), watched.receive, send)
        finally:
            watched.stop()

    async def _who(self, scope: Scope, *, active: bool) -> SignedIn | None:
        return await to_thread.run_sync(partial(self.sessions.who, scope, active=active))

    def _securing(self, scope: Scope, send: Send) -> Send:
        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                secure(MutableHeaders(scope=message), path=scope["path"], https=is_https(scope))
            await send(message)

        return secured


class _WatchedSocket:
    """A socket's messages, each let through only while the sign-in stands."""

    def __init__(self, gate: Gate, scope: Scope, receive: Receive, send: Send) -> None:
        self._gate, self._scope, self._receive, self._send = gate, scope, receive, send
        self._next: asyncio.Task[Message] | None = None

    async def receive(self) -> Message:
        while True:
            if self._next is None:
                self._next = asyncio.create_task(self._take())
            # Waited for, never cancelled: a cancelled receive could lose a message.
            done, _ = await asyncio.wait({self._next}, timeout=self._gate.look_again)
            if not done:
                if await self._gate._who(self._scope, active=False) is None:
                    return await self._over()
                continue
            message = self._next.result()
            self._next = None
            if message["type"] == "websocket.receive":
                person = self._gate.is_a_persons(message.get("bytes") or b"")
                if await self._gate._who(self._scope, active=person) is None:
                    return await self._over()
            return message

    async def _take(self) -> Message:
        return await self._receive()

    async def _over(self) -> Message:
        await self._send({"type": "websocket.close", "code": _SESSION_OVER})
        return {"type": "websocket.disconnect", "code": _SESSION_OVER}

    def stop(self) -> None:
        if self._next is not None:
            self._next.cancel()


def _stripped(scope: Scope) -> Scope:
    """Without the headers only this gate may set; an underscore would read as a hyphen behind."""
    kept = [
        (name, value)
        for name, value in scope["headers"]
        if not name.lower().replace(b"_", b"-").startswith(b"x-trust-")
    ]
    return {**scope, "headers": kept}


def _named(scope: Scope, signed_in: SignedIn) -> Scope:
    """With the person's name for what is behind: headers for Streamlit, state for the rest."""
    return {
        **scope,
        "headers": [
            *scope["headers"],
            (USER_HEADER, signed_in.username.encode("latin-1", "replace")),
            (SID_HEADER, signed_in.sid.encode("ascii")),
        ],
        "state": {**scope.get("state", {}), "signed_in": signed_in},
    }


def _comes_from_here(scope: Scope, *, must_say: bool = False) -> bool:
    """Whether a browser says that our own page asked. With neither header it is no browser of
    today, and so nobody's page; a WebSocket must say (`must_say`)."""
    headers = Headers(scope=scope)
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    if origin is None:
        return not must_say
    return host_of(origin) == headers.get("host", "").lower() != ""


def _is_under(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix + "/")


def _is_a_pages_own(path: str) -> bool:
    """Whether a page asks this by its own clock: Fava looks for changes every few seconds."""
    return path.startswith("/books/") and path.endswith("/api/changed")


def _sign_in_first(scope: Scope) -> Response:
    path = scope["path"]
    if _is_under(path, "/api") or path.startswith(("/_stcore/", "/media/", "/component/")):
        return _problem(401, "sign_in_first", "Sign in first: there is no session, or it ended.")
    if scope["method"] not in ("GET", "HEAD"):
        return _no(scope, 401, "sign_in_first", "Sign in first, then do this again.")
    query = scope["query_string"].decode("latin-1")
    wanted = path + (f"?{query}" if query else "")
    return RedirectResponse(f"/sign-in?next={quote(wanted, safe='/')}", status_code=303)


def _no(scope: Scope, status: int, code: str, message: str) -> Response:
    accepts = Headers(scope=scope).get("accept", "")
    if _is_under(scope["path"], "/api") or "text/html" not in accepts:
        return _problem(status, code, message)
    return HTMLResponse(pages.refusal(message), status_code=status)


def _problem(status: int, code: str, message: str) -> Response:
    body = {
        "type": "about:blank",
        "title": message,
        "status": status,
        "errors": [{"code": code, "message": message}],
    }
    return JSONResponse(body, status_code=status, media_type=PROBLEM)


__all__ = ["PROBLEM", "Gate"]

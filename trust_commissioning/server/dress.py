"""Streamlit's first page in our clothes: language, title, style and a strict content policy."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection
from html import escape
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trust_commissioning.server import pages
from trust_commissioning.server.headers import policy

_OURS = ("/sign-", "/books", "/api", "/assets", "/healthz", "/directory", "/guides")
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_NOSCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
_SERVICE_DESC = re.compile(r"<!--(?:(?!-->).)*?-->\s*<link rel=\"service-desc\"[^>]*>", re.DOTALL)
_HEAD = (
    '<link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />'
    '<link rel="stylesheet" href="/assets/trust.css" />'
    '<script defer src="/assets/session.js"></script></head>'
)
_WITHOUT_SCRIPTS = (
    "<noscript><p>The dashboards need JavaScript. Without it, the same figures are in the "
    "published books and in the reports of the command line.</p></noscript>"
)


class Dress:
    """Pure ASGI: answers with the dressed page wherever Streamlit would send its own.

    Streamlit sends its page for every address there is; one that is none of `addresses` is
    answered with 404 instead.
    """

    def __init__(self, app: ASGIApp, *, trust: str, addresses: Collection[str]) -> None:
        self.app = app
        self.addresses = addresses
        self.page, self.policy = dressed(_streamlit_index(), trust)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or scope["method"] not in ("GET", "HEAD")
            or scope["path"].startswith(_OURS)
        ):
            await self.app(scope, receive, send)
            return
        is_index = False

        async def instead(message: Message) -> None:
            nonlocal is_index
            if message["type"] == "http.response.start":
                headers = Headers(raw=message["headers"])
                kind = headers.get("content-type", "")
                is_index = message["status"] == 200 and kind.startswith("text/html")
                if is_index and scope["path"].rstrip("/") not in self.addresses:
                    await _nothing_there()(scope, receive, send)
                    return
                if is_index:
                    await send({**message, "headers": self._headers()})
                    body = b"" if scope["method"] == "HEAD" else self.page
                    await send({"type": "http.response.body", "body": body})
                    return
            if not is_index:
                await send(message)

        await self.app(_unconditional(scope), receive, instead)

    def _headers(self) -> list[tuple[bytes, bytes]]:
        return [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(self.page)).encode()),
            (b"content-security-policy", self.policy.encode()),
        ]


def _nothing_there() -> HTMLResponse:
    words = "Nothing is at this address. It may have been typed wrongly, or cut off on its way."
    return HTMLResponse(pages.refusal(words, title="There is no such page"), 404)


def dressed(index: str, trust: str) -> tuple[bytes, str]:
    """The page and the policy that lets its one inline script run."""
    page = re.sub(r"<html\b[^>]*>", '<html lang="en-GB">', index, count=1)
    page = re.sub(r"<title>.*?</title>", lambda _: f"<title>{escape(trust)}</title>", page, count=1)
    page = _SERVICE_DESC.sub("", page)
    page = re.sub(r'\s*<link rel="shortcut icon"[^>]*>', "", page)
    page = _NOSCRIPT.sub(_WITHOUT_SCRIPTS, page)
    page = page.replace('="./static/', '="/static/')
    page = page.replace("</head>", _HEAD, 1)
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in _INLINE.findall(page)
    ]
    return page.encode(), policy(scripts=hashes, frames="'self' blob:")


def _streamlit_index() -> str:
    from streamlit import file_util

    return (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")


def _unconditional(scope: Scope) -> Scope:
    """Streamlit's file has not changed when ours has, so the page is never "not modified"."""
    if scope["path"].startswith(("/static/", "/media/", "/component/", "/_stcore/")):
        return scope
    dropped = (b"if-none-match", b"if-modified-since")
    return {**scope, "headers": [h for h in scope["headers"] if h[0].lower() not in dropped]}

"""Security headers: what a browser is told it may do with an answer."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HSTS = "max-age=31536000; includeSubDomains"


def policy(*, scripts: Iterable[str] = (), frames: str = "'none'") -> str:
    """A content policy: everything from here, scripts from here and as given beside it.

    Inline styles are allowed because Streamlit's and Fava's widgets are drawn by them; inline
    scripts only by their hash, and never `unsafe-eval`.
    """
    allowed = " ".join(("'self'", *scripts))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src {allowed}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' blob: data:",
            "worker-src 'self' blob:",
            "connect-src 'self'",
            f"frame-src {frames}",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


PLAIN_POLICY = policy()
# Fava highlights Beancount text with a parser compiled to WebAssembly, which is not `eval`.
BOOKS_POLICY = policy(scripts=["'wasm-unsafe-eval'"])


def secure(headers: MutableHeaders, *, path: str, https: bool) -> None:
    """Add what is missing; a policy that an answer brings itself stands."""
    for name, value in _ALWAYS.items():
        headers[name] = value
    if https:
        headers["Strict-Transport-Security"] = _HSTS
    headers.setdefault(
        "Content-Security-Policy",
        BOOKS_POLICY if path.startswith("/books/") else PLAIN_POLICY,
    )
    if path.startswith("/books/static/"):
        headers.setdefault("Cache-Control", "no-store")  # Fava's own scripts say otherwise
    elif not is_public_asset(path):
        headers["Cache-Control"] = "no-store"
    elif path.startswith("/assets/"):
        # Short, because these names stay the same from one release to the next.
        headers["Cache-Control"] = "public, max-age=300"


def host_of(address: str) -> str:
    """``example.org:8400`` of an address a browser names; empty where it cannot be read."""
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:  # such as an unclosed bracket
        return ""


def is_public_asset(path: str) -> bool:
    """Whether a path is code, style or type that every installation shares."""
    return path.startswith(("/static/", "/assets/")) or path in (
        "/favicon.png",
        "/manifest.json",
    )

"""The cookie that stands for a sign-in, with what it takes to believe one."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from itsdangerous import BadSignature, Signer
from sqlalchemy import Engine
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Scope

from trust_commissioning import clock, sign_ins
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import at_leisure, reading, transaction

_NAME = "trust_session"
_FORM = "trust_form"
_STATE = "trust_state"
_STATE_LASTS = 600
"""Seconds from setting out for an organisation's sign-in to coming back."""


@dataclass(frozen=True, slots=True)
class StateKept:
    """A sign-in under way at an organisation: its state, when it set out, the page wanted then."""

    state: str
    began: int
    wanted: str

    @classmethod
    def new(cls, wanted: str, *, at: datetime) -> StateKept:
        return cls(secrets.token_urlsafe(32), int(at.timestamp()), local_path(wanted))

    def is_of(self, given: str) -> bool:
        """Whether this is the state that came back."""
        return secrets.compare_digest(self.state.encode(), given.encode())


class Sessions:
    """Reads and writes the cookie; every question is answered by the database, not the cookie.

    The methods that ask it block: call them in a thread.
    """

    def __init__(self, engine: Engine, key: str) -> None:
        self.engine = engine
        self._key = key.encode()
        self._signer = Signer(key, salt="trust session cookie")

    def token(self, scope: Scope) -> str | None:
        """The token a request carries, if its signature is ours."""
        return self._opened(scope, _NAME)

    def who(self, scope: Scope, *, active: bool = True) -> SignedIn | None:
        """Whose request it is now. `active`: it is the person's doing, not a page's own clock."""
        token = self.token(scope)
        if token is None:
            return None
        at = clock.now()
        with reading(self.engine) as session:
            found = sign_ins.find(session, token, at=at)
        if found is not None and active and found.is_stale(at):
            with at_leisure(self.engine) as session:
                if session is not None:
                    sign_ins.seen(session, found.sid, at=at)
        return found

    def keep(self, scope: Scope, response: Response, token: str) -> None:
        """Give the browser its sign-in, until it is closed."""
        self._set(scope, response, _NAME, token, same_site="lax")

    def drop(self, scope: Scope, response: Response) -> None:
        """Take it back from the browser; the database has ended it already."""
        response.delete_cookie(
            _cookie(scope, _NAME), path="/", secure=is_https(scope), httponly=True, samesite="lax"
        )

    def form_token(self, scope: Scope, response: Response) -> str:
        """What a form shown before sign-in must send back, kept in a cookie beside it."""
        made = self._opened(scope, _FORM) or secrets.token_urlsafe(24)
        self._set(scope, response, _FORM, made, same_site="strict")
        return made

    def is_our_form(self, scope: Scope, given: str) -> bool:
        """Whether a form sent before sign-in is one this browser was shown."""
        expected = self._opened(scope, _FORM)
        return expected is not None and secrets.compare_digest(expected.encode(), given.encode())

    def end_of(self, scope: Scope, *, at: datetime) -> None:
        """End the sign-in a request carries: it must not go on under another person's hands."""
        token = self.token(scope)
        if token is not None:
            with transaction(self.engine) as session:
                sign_ins.end(session, sign_ins.sid_of(token), at=at)

    def derived(self, purpose: str, state: str) -> str:
        """A secret of this state that only we can work out: 64 figures and letters."""
        return hmac.new(self._key, f"{purpose}.{state}".encode(), hashlib.sha256).hexdigest()

    def keep_state(self, scope: Scope, response: Response, kept: StateKept) -> None:
        """Let the browser carry it there and back: another site's link brings it, so it is lax."""
        value = f"{kept.state}.{kept.began}.{kept.wanted.encode().hex()}"
        self._set(scope, response, _STATE, value, same_site="lax", lasts=_STATE_LASTS)

    def state(self, scope: Scope, *, at: datetime) -> StateKept | None:
        """What the browser set out with, unless that is too long ago."""
        opened = self._opened(scope, _STATE)
        if opened is None:
            return None
        state, began, wanted = opened.split(".")
        kept = StateKept(state, int(began), bytes.fromhex(wanted).decode())
        return kept if 0 <= at.timestamp() - kept.began <= _STATE_LASTS else None

    def drop_state(self, scope: Scope, response: Response) -> None:
        response.delete_cookie(
            _cookie(scope, _STATE), path="/", secure=is_https(scope), httponly=True, samesite="lax"
        )

    def _set(
        self,
        scope: Scope,
        response: Response,
        name: str,
        value: str,
        *,
        same_site: str,
        lasts: int | None = None,
    ) -> None:
        response.set_cookie(
            _cookie(scope, name),
            self._signer.sign(value).decode("ascii"),
            path="/",
            secure=is_https(scope),
            httponly=True,
            samesite="strict" if same_site == "strict" else "lax",
            max_age=lasts,
        )

    def _opened(self, scope: Scope, name: str) -> str | None:
        signed = HTTPConnection(scope).cookies.get(_cookie(scope, name), "")
        try:
            return self._signer.unsign(signed.encode("latin-1")).decode("ascii")
        except (BadSignature, UnicodeError):
            return None


def local_path(wanted: str) -> str:
    """The address to go to after signing in: one of ours, else the first page.

    ``//evil.example``, ``/\\evil.example`` and ``https:…`` leave the site in a browser's eyes.
    """
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    if (
        not wanted.isprintable()
        or parts.scheme
        or parts.netloc
        or not wanted.startswith("/")
        or wanted.startswith(("//", "/sign-"))
        or "\\" in wanted
    ):
        return "/"
    return wanted


def is_https(scope: Scope) -> bool:
    return scope["scheme"] in ("https", "wss")


def _cookie(scope: Scope, name: str) -> str:
    """`__Host-`: a browser takes it only over HTTPS, for this host alone and all its paths."""
    return f"__Host-{name}" if is_https(scope) else name


def signing_key(folder: Path) -> str:
    """The key that signs cookies, made on first use in the trust's folder, readable by its owner
    alone. It is no part of the database or of a backup: losing it only signs everybody out."""
    file = folder / "web-key"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "w", encoding="ascii") as new:
            new.write(secrets.token_urlsafe(48))
    key = file.read_text(encoding="ascii").strip()
    if len(key) < 32:
        raise ValueError(f"{file} does not hold a signing key; delete it and start again.")
    return key

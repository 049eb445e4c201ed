"""A small OpenID Connect provider on this machine, which signs with a key made when it starts.

It does what a provider does: discovery, keys, an authorization endpoint that answers with a code,
a token endpoint that checks the client's secret and the PKCE verifier and takes a code once. What
it says of the person, and what it gets wrong on purpose, is set by the test.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "the-trust", "a secret / of both"
Claims = dict[str, Any]


@dataclass
class OidcProvider:
    """What it says: `person` are the claims of whoever signs in, `wrong` overrides a token's own."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first"}))
    signs_with: Any = None
    person: Claims = field(default_factory=dict)
    wrong: Claims = field(default_factory=dict)
    more: Claims | None = None
    refuses: str = ""
    signed_out: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def discovery(self) -> Claims:
        named = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "jwks_uri": "keys",
            "userinfo_endpoint": "userinfo",
            "end_session_endpoint": "out",
        }
        return {
            "issuer": self.issuer,
            **{name: f"{self.issuer}/{path}" for name, path in named.items()},
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to; the person is taken to have signed in here."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        said = {"state": asked["state"]}
        if self.refuses:
            said["error"] = self.refuses
        else:
            said["code"] = secrets.token_urlsafe(16)
            self._codes[said["code"]] = asked
        return f"{asked['redirect_uri']}?{urlencode(said)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, Claims]:
        basic = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        asked = self._codes.pop(form.get("code", ""), None)
        if [unquote(part) for part in basic.split(":", 1)] != [CLIENT, SECRET]:
            return 401, {"error": "invalid_client"}
        made = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(made).rstrip(b"=").decode()
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form.get("redirect_uri")
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.person,
            **self.wrong,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return 200, {
            "access_token": "opens the userinfo",
            "token_type": "Bearer",
            "id_token": self._signed(claims),
        }

    def _signed(self, claims: Claims) -> str:
        key = self.signs_with or self.key
        algorithm = "HS256" if isinstance(key, OctKey) else "RS256"
        return jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key)


class _Handler(BaseHTTPRequestHandler):
    provider: OidcProvider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        provider = self.provider
        if parts.path == "/.well-known/openid-configuration":
            self._json(200, provider.discovery())
        elif parts.path == "/keys":
            self._json(200, {"keys": [provider.key.as_dict(private=False)]})
        elif parts.path == "/authorize":
            self._go(provider.authorize(asked))
        elif parts.path == "/userinfo" and provider.more is not None:
            assert self.headers["Authorization"] == "Bearer opens the userinfo"
            self._json(200, provider.more)
        elif parts.path == "/out":
            provider.signed_out.append(asked["client_id"])
            self._go(asked["post_logout_redirect_uri"])
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[-1] for name, values in parse_qs(body).items()}
        self._json(*self.provider.token(form, self.headers.get("Authorization", "")))

    def _json(self, status: int, held: Claims) -> None:
        body = json.dumps(held).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _go(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing on the tests' output."""


@contextmanager
def oidc_provider() -> Iterator[OidcProvider]:
    """Run one until the end of the block."""
    provider = OidcProvider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    try:
        yield provider
    finally:
        server.shutdown()
        serving.join()
        server.server_close()

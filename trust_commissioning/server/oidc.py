"""The wire to an organisation's OpenID Connect provider: where it sends people, what it says of them.

Code flow with PKCE (RFC 7636), state and nonce (OpenID Connect Core 3.1). Nothing it says is
believed but an ID token that it signed with its own key, for us, just now, with our nonce. Its
addresses and keys come from its discovery document and are asked again after an hour, or at once
when it signs with a key we have not seen.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from trust_commissioning.organisation import Organisation
from trust_commissioning.organisation.agreed import is_on_this_machine

log = logging.getLogger(__name__)

# Signed with a key of the provider's own; none, and what a shared secret signs, are never taken.
_SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
_KNOWN_FOR = timedelta(hours=1)
_CLOCKS_DIFFER_BY = 60
"""Seconds that the provider's clock may be ahead of ours, or behind."""
_PATIENCE = 10.0
_REST = timedelta(seconds=15)
"""How long a provider that did not answer is left alone: waiting for it must not hold up others."""
_LARGEST_ANSWER = 2**20


class NotReached(Exception):
    """The provider did not answer, or not as a provider does."""


class NotBelieved(Exception):
    """What the provider, or somebody in its name, said does not hold."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What a provider says of itself, and when it was asked."""

    says: Mapping[str, Any]
    keys: KeySet
    at: datetime


class Provider:
    """One provider. The methods block: call them in a thread."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self._known: _Known | None = None
        self._failed_at: datetime | None = None
        self._asking = threading.Lock()

    def way_there(self, *, state: str, nonce: str, verifier: str, at: datetime) -> str:
        """Where to send a person's browser to sign in.

        Raises:
            NotReached: if the provider cannot be asked where that is.
        """
        there: str = prepare_grant_uri(
            self._about(at).says["authorization_endpoint"],
            self.organisation.client_id,
            "code",
            redirect_uri=self.organisation.back,
            scope=self.organisation.scopes,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return there

    def claims(self, grant: str, *, nonce: str, verifier: str, at: datetime) -> dict[str, Any]:
        """What the provider says of whoever came back with this grant, its code for one sign-in.

        Raises:
            NotReached: if it does not answer.
            NotBelieved: if the grant or the token is not what it must be.
        """
        about = self._about(at)
        answer = self._tokens(about, grant, verifier)
        token, access = answer.get("id_token"), answer.get("access_token")
        if not isinstance(token, str):
            raise NotBelieved("the answer holds no ID token")
        claims = self._believed(token, about, nonce=nonce, access=access, at=at)
        if self.organisation.groups_claim not in claims and isinstance(access, str):
            claims = self._more(about, access, claims) | claims
        return claims

    def way_out(self, *, to: str, at: datetime) -> str:
        """Where to send a browser to sign out at the provider too; empty where it offers none."""
        try:
            there = self._about(at).says.get("end_session_endpoint", "")
        except NotReached:
            return ""
        if not _is_safe(there):
            return ""
        asked = {"client_id": self.organisation.client_id, "post_logout_redirect_uri": to}
        return f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}"

    def _believed(
        self, token: str, about: _Known, *, nonce: str, access: object, at: datetime
    ) -> dict[str, Any]:
        """The claims of a token that holds in every way (OpenID Connect Core 3.1.3.7)."""
        try:
            try:
                opened = jwt.decode(token, about.keys, algorithms=_SIGNED_BY)
            except (JoseError, ValueError):
                # It may be signed by a key newer than those we know.
                opened = jwt.decode(token, self._about(at, anew=True).keys, algorithms=_SIGNED_BY)
            held = CodeIDToken(
                opened.claims,
                opened.header,
                options={
                    "iss": {"essential": True, "value": self.organisation.issuer},
                    "aud": {"essential": True, "value": self.organisation.client_id},
                    "sub": {"essential": True},
                },
                params={
                    "nonce": nonce,
                    "client_id": self.organisation.client_id,
                    "access_token": access,
                },
            )
            held.validate(now=int(at.timestamp()), leeway=_CLOCKS_DIFFER_BY)
        except (JoseError, ValueError, TypeError) as wrong:
            raise NotBelieved(f"its ID token does not hold: {wrong}") from wrong
        return dict(held)

    def _tokens(self, about: _Known, grant: str, verifier: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": grant,
            "redirect_uri": self.organisation.back,
            "code_verifier": verifier,
        }
        ours = (self.organisation.client_id, self.organisation.secret.get_secret_value())
        basic = None
        if not ours[1]:
            form["client_id"] = ours[0]
        elif "client_secret_basic" in about.says.get(
            "token_endpoint_auth_methods_supported", ["client_secret_basic"]
        ):
            basic = httpx.BasicAuth(*(quote(one, safe="") for one in ours))  # RFC 6749 2.3.1
        else:
            form |= {"client_id": ours[0], "client_secret": ours[1]}
        answer = self._sent("POST", about.says["token_endpoint"], data=form, auth=basic)
        if answer.status_code in (400, 401):
            raise NotBelieved(f"it does not take the code: {_error_of(answer)}")
        return self._object_in(answer)

    def _more(self, about: _Known, access: str, claims: Mapping[str, Any]) -> dict[str, Any]:
        """What the provider says of the same person where it is asked for more."""
        there = about.says.get("userinfo_endpoint")
        if not isinstance(there, str):
            return {}
        said = self._object_in(
            self._sent("GET", there, headers={"Authorization": f"Bearer {access}"})
        )
        if said.get("sub") != claims.get("sub"):
            raise NotBelieved("what it says of the person is of another")
        return said

    def _about(self, at: datetime, *, anew: bool = False) -> _Known:
        with self._asking:
            known = self._known
            if known is not None and not anew and at - known.at < _KNOWN_FOR:
                return known
            if self._failed_at is not None and at - self._failed_at < _REST:
                raise NotReached("it did not answer a moment ago")
            self._failed_at = at
            self._known = self._asked(at)
            self._failed_at = None
            return self._known

    def _asked(self, at: datetime) -> _Known:
        """What the provider says of itself, asked now."""
        issuer = self.organisation.issuer
        where = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        says = self._object_in(self._sent("GET", where))
        if says.get("issuer") != issuer:
            raise NotReached(f"it calls itself {says.get('issuer')!r}, not {issuer!r}")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not _is_safe(says.get(name)):
                raise NotReached(f"its {name} is no address that begins with https://")
        try:
            keys = KeySet.import_key_set(self._object_in(self._sent("GET", says["jwks_uri"])))  # type: ignore[arg-type]
        except (JoseError, ValueError, TypeError, KeyError) as wrong:
            raise NotReached("its keys cannot be read") from wrong
        return _Known(says, keys, at)

    def _sent(self, method: str, where: str, **more: Any) -> httpx.Response:
        try:
            return httpx.request(
                method, where, timeout=_PATIENCE, **{**more, "headers": _headers(more)}
            )
        except (httpx.HTTPError, httpx.InvalidURL) as wrong:
            raise NotReached(f"{type(wrong).__name__} at {where}") from wrong

    def _object_in(self, answer: httpx.Response) -> dict[str, Any]:
        try:
            held = answer.json() if len(answer.content) <= _LARGEST_ANSWER else None
        except ValueError:
            held = None
        if answer.status_code != 200 or not isinstance(held, dict):
            raise NotReached(
                f"{answer.status_code} from {answer.request.url.copy_with(query=None)}"
            )
        return held


def _headers(more: Mapping[str, Any]) -> dict[str, str]:
    return {"Accept": "application/json", **more.get("headers", {})}


def _error_of(answer: httpx.Response) -> str:
    """The error's name alone: what else is said may hold what must not be logged."""
    try:
        return str(answer.json().get("error", ""))[:60]
    except (ValueError, AttributeError):
        return str(answer.status_code)


def _is_safe(address: object) -> bool:
    return isinstance(address, str) and (
        address.startswith("https://")
        or (address.startswith("http://") and is_on_this_machine(address))
    )

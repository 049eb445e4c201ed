"""The doors of an organisation's own sign-in: the way there, the way back, the way out.

The state that ties the way back to the browser that set out is in a signed cookie, good for ten
minutes and for one return. Nonce and verifier are worked out from it with the key that signs
cookies, so that nothing of a sign-in under way is kept anywhere.
"""

from __future__ import annotations

import logging
from functools import partial
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from ledger.problems import Problem, Refused
from trust_commissioning import clock, organisation
from trust_commissioning.organisation import Organisation, Told
from trust_commissioning.server import pages
from trust_commissioning.server.oidc import NotBelieved, NotReached, Provider
from trust_commissioning.server.sessions import Sessions, StateKept
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import reading, transaction

log = logging.getLogger(__name__)

WHERE = "organisation"
"""What a problem with this way in is beside: the button that begins it."""


class OrganisationDoors:
    """`/sign-in/organisation` and the way back from there."""

    def __init__(self, sessions: Sessions, agreed: Organisation, *, trust: str) -> None:
        self.sessions = sessions
        self.agreed = agreed
        self.trust = trust
        self.provider = Provider(agreed)
        # Waiting for the organisation must leave threads to everybody else.
        self._waiting = CapacityLimiter(4)

    def routes(self) -> list[Route]:
        return [
            Route("/sign-in/organisation", self.go, methods=["GET"]),
            Route("/sign-in/organisation/back", self.come_back, methods=["GET"]),
        ]

    async def go(self, request: Request) -> Response:
        """Send the browser to the organisation."""
        kept = StateKept.new(request.query_params.get("next", ""), at=clock.now())
        way = partial(
            self.provider.way_there,
            state=kept.state,
            nonce=self.sessions.derived("nonce", kept.state),
            verifier=self.sessions.derived("verifier", kept.state),
            at=clock.now(),
        )
        try:
            there = await to_thread.run_sync(way, limiter=self._waiting)
        except NotReached as wrong:
            log.error("The sign-in of %s cannot be used: %s.", self.agreed.name, wrong)
            return self._sorry(_not_reached(self.agreed), 503)
        answer = RedirectResponse(there, status_code=303)
        self.sessions.keep_state(request.scope, answer, kept)
        return answer

    async def come_back(self, request: Request) -> Response:
        """Take in whoever comes back, or say why not."""
        asked = request.query_params
        kept = self.sessions.state(request.scope, at=clock.now())
        if kept is None or not kept.is_of(asked.get("state", "")):
            return self._sorry(_NOT_BEGUN_HERE, 403)
        address = request.client.host if request.client else ""
        try:
            token = await to_thread.run_sync(
                partial(self._arrived, kept.state, dict(asked), address), limiter=self._waiting
            )
        except Refused as refused:
            status = 429 if refused.problems[0].code == "too_many_sign_ins" else 403
            return self._sorry(refused.problems[0], status)
        except NotReached as wrong:
            log.error("The sign-in of %s cannot be used: %s.", self.agreed.name, wrong)
            return self._sorry(_not_reached(self.agreed), 503)
        except NotBelieved as wrong:
            log.warning("Nobody was signed in by %s: %s.", self.agreed.name, wrong)
            return self._sorry(_not_believed(self.agreed), 403)
        await to_thread.run_sync(partial(self.sessions.end_of, request.scope, at=clock.now()))
        answer = RedirectResponse(kept.wanted, status_code=303)
        self.sessions.keep(request.scope, answer, token)
        self.sessions.drop_state(request.scope, answer)
        return answer

    def way_out_for(self, signed_in: SignedIn) -> str:
        """Where a browser signs out at the organisation too; empty where that is not offered, or
        the sign-in did not come from there. Blocks."""
        with reading(self.sessions.engine) as session:
            begun_there = organisation.begun_there(session, signed_in.sid)
        if not begun_there:
            return ""
        to = f"{self.agreed.our_address.rstrip('/')}/sign-in?ended"
        return self.provider.way_out(to=to, at=clock.now())

    def _arrived(self, state: str, asked: dict[str, str], address: str) -> str:
        """A token, once everything holds. Blocks; no transaction is open while it asks there."""
        at = clock.now()
        with transaction(self.sessions.engine) as session:
            tried = organisation.try_again(session, state, address=address, at=at)
        if asked.get("iss", self.agreed.issuer) != self.agreed.issuer:  # RFC 9207
            raise NotBelieved("the answer came from another issuer")
        if "code" not in asked:
            raise NotBelieved(f"it answers {asked.get('error', 'without a code')[:60]!r}")
        claims = self.provider.claims(
            asked["code"],
            nonce=self.sessions.derived("nonce", state),
            verifier=self.sessions.derived("verifier", state),
            at=at,
        )
        told = Told.of(self.agreed, claims)
        with transaction(self.sessions.engine) as session:
            return organisation.arrive(
                session, self.agreed, told, state=state, tried=tried, at=clock.now()
            )

    def _sorry(self, problem: Problem, status: int) -> Response:
        return HTMLResponse(
            pages.not_let_in(problem, trust=self.trust, organisation=self.agreed.name), status
        )


_NOT_BEGUN_HERE = Problem(
    "organisation_state_unknown",
    "This way in was not begun in this browser, or more than 10 minutes ago; begin to sign in "
    "again.",
    WHERE,
)


def _not_reached(agreed: Organisation) -> Problem:
    return Problem(
        "organisation_not_reached",
        f"The sign-in of {agreed.name} does not answer as it should; try again in a few minutes, "
        "or ask the trust's administrator.",
        WHERE,
    )


def _not_believed(agreed: Organisation) -> Problem:
    return Problem(
        "organisation_not_believed",
        f"What came back from {agreed.name} does not prove who you are, so nobody was signed in; "
        "begin to sign in again.",
        WHERE,
    )


def button_to(wanted: str) -> str:
    """The address that begins this way in, and comes back to a page of ours."""
    return f"/sign-in/organisation?{urlencode({'next': wanted})}"

"""The doors in and out: the routes that begin, prolong and end a sign-in."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import parse_qs

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ledger.problems import Problem, Refused
from trust_commissioning import clock, people, sign_ins
from trust_commissioning.server import pages
from trust_commissioning.server.organisation import OrganisationDoors, button_to
from trust_commissioning.server.sessions import Sessions, local_path
from trust_commissioning.sign_ins import Attempt, SignedIn
from trust_commissioning.store import transaction

_LARGEST_FORM = 8192
_MOST_FIELDS = 20
_WRONG = Problem(
    "sign_in_wrong",
    "The user name and the password do not belong together, or the account is disabled.",
    "username",
)
_FORM_TOO_OLD = Problem(
    "form_too_old", "This form was open for too long; enter your password again.", "password"
)

_WORD_TOO_OLD = Problem(
    "word_too_old",
    "The word you were given was good for three days; ask an administrator for another.",
    "password",
)
_NOT_THE_SAME = Problem(
    "passwords_differ", "The new password was not typed the same both times.", "again"
)


class _ChooseFirst(Exception):
    """A word for one sign-in was right: the person chooses a password before they come in."""

    def __init__(self, problems: Sequence[Problem] = ()) -> None:
        self.problems = list(problems)
        self.status = 422 if problems else 200


class Doors:
    """`/sign-in`, `/sign-in/session` and `/sign-out`."""

    def __init__(
        self, sessions: Sessions, *, trust: str, elsewhere: OrganisationDoors | None = None
    ) -> None:
        self.sessions = sessions
        self.trust = trust
        self.elsewhere = elsewhere
        # Each hashing takes 64 MiB; two at once leave the machine to everybody else.
        self._hashing = CapacityLimiter(2)

    def routes(self) -> list[Route]:
        return [
            Route("/sign-in", self.show, methods=["GET"]),
            Route("/sign-in", self.enter, methods=["POST"]),
            Route("/sign-in/session", self.remaining, methods=["GET"]),
            Route("/sign-in/session", self.stay, methods=["POST"]),
            Route("/sign-out", self.ask, methods=["GET"]),
            Route("/sign-out", self.leave, methods=["POST"]),
            *(self.elsewhere.routes() if self.elsewhere else ()),
        ]

    async def show(self, request: Request) -> Response:
        wanted = local_path(request.query_params.get("next", ""))
        if await self._who(request, active=False) is not None:
            return RedirectResponse(wanted, status_code=303)
        return self._form(request, wanted, ended="ended" in request.query_params)

    async def enter(self, request: Request) -> Response:
        form = await _small_form(request)
        if form is None:
            return HTMLResponse(pages.refusal("That form is too large."), status_code=413)
        wanted = local_path(form.get("next", ""))
        username, password = form.get("username", "").strip().lower(), form.get("password", "")
        again = partial(self._form, request, wanted, username=username)
        if not self.sessions.is_our_form(request.scope, form.get("form_token", "")):
            return again(problems=[_FORM_TOO_OLD], status=403)
        if missing := _missing(username, password):
            return again(problems=missing, status=422)
        address = request.client.host if request.client else ""
        chosen = (form["new"], form.get("again", "")) if "new" in form else None
        try:
            token = await to_thread.run_sync(
                partial(self._try, username, password, address, chosen), limiter=self._hashing
            )
        except _ChooseFirst as wanting:
            return again(choose=True, problems=wanting.problems, status=wanting.status)
        except Refused as refused:
            answer = again(problems=refused.problems, status=429)
            answer.headers["Retry-After"] = str(int(sign_ins.WINDOW.total_seconds()))
            return answer
        if token is None:
            wrong = _WRONG if chosen is None else replace(_WRONG, where="password")
            return again(problems=[wrong], status=401, choose=chosen is not None)
        # A session that was here before must not go on under another person's hands.
        await self._end(request)
        answer = RedirectResponse(wanted, status_code=303)
        self.sessions.keep(request.scope, answer, token)
        return answer

    async def remaining(self, request: Request) -> Response:
        """Asked by a page's own clock, so it does not count as the person doing something."""
        return _remaining(await self._who(request, active=False))

    async def stay(self, request: Request) -> Response:
        signed_in = await self._who(request, active=False)
        if signed_in is not None:
            await to_thread.run_sync(self._seen, signed_in.sid)
        return _remaining(await self._who(request, active=False))

    async def ask(self, request: Request) -> Response:
        signed_in = await self._who(request, active=False)
        if signed_in is None:
            return RedirectResponse("/sign-in", status_code=303)
        return HTMLResponse(
            pages.sign_out(trust=self.trust, name=signed_in.name, csrf=signed_in.csrf)
        )

    async def leave(self, request: Request) -> Response:
        form = await _small_form(request)
        signed_in = await self._who(request, active=False)
        if signed_in is not None:
            if form is None or not _same(form.get("csrf", ""), signed_in.csrf):
                return HTMLResponse(
                    pages.sign_out(trust=self.trust, name=signed_in.name, csrf=signed_in.csrf),
                    status_code=403,
                )
            await self._end(request, everywhere="everywhere" in form)
        answer = await self._out(signed_in)
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        self.sessions.drop(request.scope, answer)
        return answer

    async def _out(self, signed_in: SignedIn | None) -> Response:
        """Where somebody goes who has signed out here: where they came from, to sign out there."""
        there = ""
        if signed_in is not None and self.elsewhere is not None:
            there = await to_thread.run_sync(self.elsewhere.way_out_for, signed_in)
        if not there or self.elsewhere is None:
            return RedirectResponse("/sign-in?ended", status_code=303)
        name = self.elsewhere.agreed.name
        page = pages.out_there_too(there, trust=self.trust, organisation=name)
        return HTMLResponse(page, headers={"X-Way-Out": there})

    async def _who(self, request: Request, *, active: bool) -> SignedIn | None:
        return await to_thread.run_sync(partial(self.sessions.who, request.scope, active=active))

    async def _end(self, request: Request, *, everywhere: bool = False) -> None:
        signed_in = await self._who(request, active=False)
        if signed_in is not None:
            await to_thread.run_sync(partial(self._ended, signed_in, everywhere=everywhere))

    def _try(
        self, username: str, password: str, address: str, chosen: tuple[str, str] | None
    ) -> str | None:
        """A token if the password is right. Blocks; no transaction is open while it hashes.

        Raises:
            _ChooseFirst: if it is a word for one sign-in, until a password is chosen with it.
        """
        with transaction(self.sessions.engine) as session:
            tried = sign_ins.attempt(session, username, address=address, at=clock.now())
        allowed = self.elsewhere is None or self.elsewhere.agreed.may_use_a_password(username)
        if not tried.is_right(password) or not allowed:
            return None
        if tried.word_ends_at is not None:
            return self._chosen(tried, password, chosen)
        with transaction(self.sessions.engine) as session:
            return sign_ins.succeed(session, tried, at=clock.now())

    def _chosen(self, tried: Attempt, word: str, chosen: tuple[str, str] | None) -> str:
        """A token, once the person has put a password of their own in place of the word."""
        at = clock.now()
        assert tried.word_ends_at is not None
        if at >= tried.word_ends_at:
            raise _ChooseFirst([_WORD_TOO_OLD])
        with transaction(self.sessions.engine) as session:
            sign_ins.note_right(session, tried)
        if chosen is None:
            raise _ChooseFirst
        if chosen[0] != chosen[1]:
            raise _ChooseFirst([_NOT_THE_SAME])
        try:
            with transaction(self.sessions.engine) as session:
                people.change_own_password(session, tried.username, word, chosen[0], at=at)
                return sign_ins.begin(session, tried.username, address=tried.address, at=at)
        except Refused as refused:
            raise _ChooseFirst([replace(one, where="new") for one in refused.problems]) from refused

    def _seen(self, sid: str) -> None:
        with transaction(self.sessions.engine) as session:
            sign_ins.seen(session, sid, at=clock.now())

    def _ended(self, signed_in: SignedIn, *, everywhere: bool) -> None:
        with transaction(self.sessions.engine) as session:
            if everywhere:
                username = signed_in.username
                people.sign_out_everywhere(session, username, by=username, at=clock.now())
            else:
                sign_ins.end(session, signed_in.sid, at=clock.now())

    def _form(
        self,
        request: Request,
        wanted: str,
        *,
        problems: list[Problem] | tuple[Problem, ...] = (),
        username: str = "",
        ended: bool = False,
        choose: bool = False,
        status: int = 200,
    ) -> Response:
        answer = HTMLResponse(status_code=status)
        token = self.sessions.form_token(request.scope, answer)
        answer.body = pages.sign_in(
            trust=self.trust,
            form_token=token,
            next_path=wanted,
            problems=problems,
            username=username,
            ended=ended,
            choose=choose,
            other=self._other_way(request, wanted),
        ).encode()
        answer.headers["Content-Length"] = str(len(answer.body))
        return answer

    def _other_way(self, request: Request, wanted: str) -> pages.OtherWay | None:
        """The organisation's sign-in; alone, unless the form for emergencies was asked for."""
        if self.elsewhere is None:
            return None
        agreed = self.elsewhere.agreed
        asked_for = "local" in request.query_params or request.method == "POST"
        return pages.OtherWay(
            agreed.name,
            button_to(wanted),
            makes_accounts=agreed.unknown_people == "make",
            alone=agreed.local_accounts == "break_glass" and not asked_for,
        )


async def _small_form(request: Request) -> dict[str, str] | None:
    """The form's fields, or None where it is larger than any of ours."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_FORM:
            return None
    try:
        fields = parse_qs(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        return None
    return {name: values[-1] for name, values in fields.items()}


def _missing(username: str, password: str) -> list[Problem]:
    problems = []
    if not username:
        problems.append(Problem("username_missing", "Enter your user name.", "username"))
    if not password:
        problems.append(Problem("password_missing", "Enter your password.", "password"))
    return problems


def _remaining(signed_in: SignedIn | None) -> Response:
    if signed_in is None:
        return JSONResponse({"ends_in": 0}, status_code=401)
    at = clock.now()
    return JSONResponse(
        {
            "ends_in": int((signed_in.ends_at - at).total_seconds()),
            "ends_at_latest_in": int((signed_in.ends_at_latest - at).total_seconds()),
            "csrf": signed_in.csrf,
        }
    )


def _same(given: str, expected: str) -> bool:

    return hmac.compare_digest(given.encode(), expected.encode())

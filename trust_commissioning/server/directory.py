"""The services directory outside the sign-in: its public pages, its feed in Open Referral UK.

The feed answers GET alone, and every answer says that any site may read it. A parameter a list has
not is refused and never passed over: what it was to leave out would be there in silence. So is the
standard's `proximity`, since places are kept by address; a postcode is looked for in addresses and
districts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import time

from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contracts.directory import Entry, Wanted, matches
from contracts.opening_times import Sought, Weekday
from ledger.problems import Problem, Refused
from trust_commissioning import clock
from trust_commissioning.api.problems import answer
from trust_commissioning.providing import open_referral
from trust_commissioning.providing.open_referral import Catalogue, Told
from trust_commissioning.server import directory_pages
from trust_commissioning.store import providing, reading, register

_PAGE_LENGTH = 20
_LARGEST_PAGE = 100
_LONGEST_SEARCH = 200
_PAGES = ("page", "per_page")
_OF_SERVICES = (
    *("search", "taxonomy_term_id", "taxonomy_id", "minimum_age", "maximum_age"),
    *("day", "start_time", "end_time", "postcode", *_PAGES),
)
_PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "services": _OF_SERVICES,
    "service_at_locations": _OF_SERVICES,
    "taxonomies": _PAGES,
    "taxonomy_terms": ("taxonomy_id", *_PAGES),
}
_Lister = Callable[[Catalogue, QueryParams], list[Told]]


class Directory:
    """`/directory` and `/directory/api`, over one record."""

    def __init__(self, engine: Engine, *, trust: str) -> None:
        self.engine = engine
        self.trust = trust

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/directory", self.search, methods=["GET"]),
            Route("/directory/api", _for_programs([Route("/directory/api", _about)])),
            Mount("/directory/api", self._feed()),
            Route("/directory/{code}", self.show, methods=["GET"]),
        ]

    def search(self, request: Request) -> Response:
        """What somebody looks for, some to a page. An age that is none is left out, and said to be."""
        asked = request.query_params
        age = asked.get("age", "").strip()
        wanted = Wanted(
            words=asked.get("search", "")[:_LONGEST_SEARCH],
            age=_whole(age, most=directory_pages.LARGEST_AGE),
            place=asked.get("place", "")[:_LONGEST_SEARCH],
        )
        catalogue = self._catalogue()
        found = _found(catalogue, wanted)
        pages = max(1, -(-len(found) // _PAGE_LENGTH))
        number = min(_whole(asked.get("page", ""), most=pages, least=1) or 1, pages)
        return HTMLResponse(
            directory_pages.search(
                trust=self.trust,
                wanted=wanted,
                left_out=age[:_LONGEST_SEARCH] if wanted.age is None else "",
                found=found[(number - 1) * _PAGE_LENGTH : number * _PAGE_LENGTH],
                total=len(found),
                page_number=number,
                pages=pages,
                day=catalogue.day,
            )
        )

    def show(self, request: Request) -> Response:
        catalogue = self._catalogue()
        code = request.path_params["code"]
        entry = next((one for one in catalogue.entries if one.code == code), None)
        if entry is None:
            return HTMLResponse(directory_pages.nothing_here(trust=self.trust), status_code=404)
        return HTMLResponse(
            directory_pages.one(
                trust=self.trust,
                entry=entry,
                provider=catalogue.providers[entry.provider],
                day=catalogue.day,
            )
        )

    def _catalogue(self) -> Catalogue:
        """What the public is told now."""
        with reading(self.engine) as session:
            return Catalogue(
                founded=providing.founded(session),
                day=clock.day_of(clock.now()),
                entries=tuple(one for one in providing.entries(session).values() if one.is_public),
                providers=providing.providers(session, said_of=(providing.IDENTIFIER,)),
                services=register.services(session),
            )

    def _feed(self) -> ASGIApp:
        lists: Mapping[str, _Lister] = {
            "services": lambda c, asked: [c.listed(one) for one in _asked(c, asked)],
            "service_at_locations": lambda c, asked: c.at_locations(_asked(c, asked)),
            "taxonomies": lambda c, _: [c.taxonomy()],
            "taxonomy_terms": _terms,
        }
        whole: Mapping[str, Callable[[Catalogue], list[Told]]] = {
            "services": lambda c: [c.service(one) for one in c.entries],
            "service_at_locations": lambda c: c.at_locations(c.entries),
            "taxonomies": lambda c: [c.taxonomy()],
            "taxonomy_terms": lambda c: c.terms(),
        }
        routes: list[BaseRoute] = [Route("/", _about, methods=["GET"])]
        for name in lists:
            routes += [
                Route(f"/{name}", self._list(lists[name], _PARAMETERS[name]), methods=["GET"]),
                Route(f"/{name}/{{id}}", self._one(whole[name]), methods=["GET"]),
            ]
        return _for_programs(routes)

    def _list(self, told: _Lister, parameters: tuple[str, ...]) -> Callable[[Request], Response]:
        def listing(request: Request) -> Response:
            asked = request.query_params
            if unknown := [*_check_known(asked, parameters)]:
                raise Refused(unknown)
            page = _number(asked, "page", 1, most=1_000_000)
            per_page = _number(asked, "per_page", _PAGE_LENGTH, most=_LARGEST_PAGE)
            found = told(self._catalogue(), asked)
            return JSONResponse(open_referral.page_of(found, page, per_page))

        return listing

    def _one(self, told: Callable[[Catalogue], list[Told]]) -> Callable[[Request], Response]:
        def one(request: Request) -> Response:
            wanted = request.path_params["id"].lower()
            found = next((each for each in told(self._catalogue()) if each["id"] == wanted), None)
            if found is None:
                raise HTTPException(404)
            return JSONResponse(found)

        return one


class ForEverybody:
    """Says on every answer that any site may read it; answers what a browser asks beforehand."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Access-Control-Allow-Origin"] = "*"
            await send(message)

        if scope["type"] == "http" and scope["method"] == "OPTIONS":
            allowed = {
                "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
                "Access-Control-Allow-Headers": "*",
                "Allow": "GET, HEAD, OPTIONS",
            }
            await Response(status_code=204, headers=allowed)(scope, receive, told)
            return
        await self.app(scope, receive, told)


def _for_programs(routes: list[BaseRoute]) -> ASGIApp:
    """Routes whose failures are problem+json, for any site to read."""
    return ForEverybody(
        Starlette(routes=routes, exception_handlers={HTTPException: _no, Refused: _refused})
    )


def _about(_request: Request) -> Response:
    return JSONResponse(
        {
            "version": open_referral.VERSION,
            "profile": open_referral.PROFILE,
            "openapi_url": open_referral.OPENAPI,
        }
    )


def _found(catalogue: Catalogue, wanted: Wanted) -> list[Entry]:
    names = {code: one.name for code, one in catalogue.providers.items()}
    return [
        one
        for one in catalogue.entries
        if matches(one, wanted, provider=names.get(one.provider, ""))
    ]


def _asked(catalogue: Catalogue, asked: QueryParams) -> list[Entry]:
    """The entries a feed's parameters ask for.

    Raises:
        Refused: ``field_unreadable`` for a number or a name that is none.
    """
    wanted = Wanted(
        words=asked.get("search", "")[:_LONGEST_SEARCH],
        minimum_age=_age(asked, "minimum_age"),
        maximum_age=_age(asked, "maximum_age"),
        place=asked.get("postcode", "")[:_LONGEST_SEARCH],
        time=Sought(
            day=_day(asked), opens=_time(asked, "start_time"), closes=_time(asked, "end_time")
        ),
    )
    terms = {one["name"]: one["id"] for one in catalogue.terms()}
    term, taxonomy = (_id(asked, name) for name in ("taxonomy_term_id", "taxonomy_id"))
    return [
        one
        for one in _found(catalogue, wanted)
        if (not term or term in {terms[outcome.title] for outcome in catalogue.serves(one)})
        and (not taxonomy or (taxonomy == catalogue.taxonomy()["id"] and catalogue.serves(one)))
    ]


def _terms(catalogue: Catalogue, asked: QueryParams) -> list[Told]:
    taxonomy = _id(asked, "taxonomy_id")
    return [one for one in catalogue.terms() if taxonomy in ("", one["taxonomy_id"])]


def _check_known(asked: QueryParams, parameters: tuple[str, ...]) -> Iterator[Problem]:
    for name in dict.fromkeys(asked.keys()):
        if name not in parameters:
            yield Problem(
                "field_unknown",
                f"This list has no parameter “{name[:80]}”; it has {', '.join(sorted(parameters))}.",
                name[:80],
            )


def _day(asked: QueryParams) -> Weekday | None:
    given = asked.get("day", "")
    found = Weekday.named(given)
    if given and found is None:
        raise _unreadable("day", given, "a day of the week, such as MO or monday")
    return found


def _time(asked: QueryParams, name: str) -> time | None:
    given = asked.get(name, "")
    if not given:
        return None
    if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", given, re.ASCII) is None:
        raise _unreadable(name, given, "a time of the day, such as 09:30")
    return time.fromisoformat(given)


def _whole(text: str, *, most: int, least: int = 0) -> int | None:
    """A whole number somebody typed; None for anything else."""
    if not text.isascii() or not text.isdigit() or len(text) > 7:
        return None
    return int(text) if least <= int(text) <= most else None


def _number(asked: QueryParams, name: str, otherwise: int, *, most: int) -> int:
    if name not in asked:
        return otherwise
    found = _whole(asked[name], most=most, least=1)
    if found is None:
        raise _unreadable(name, asked[name], f"a whole number from 1 to {most}")
    return found


def _age(asked: QueryParams, name: str) -> int | None:
    if name not in asked:
        return None
    found = _whole(asked[name], most=120)
    if found is None:
        raise _unreadable(name, asked[name], "an age in whole years")
    return found


def _id(asked: QueryParams, name: str) -> str:
    given = asked.get(name, "")
    if given and not open_referral.is_id(given):
        raise _unreadable(name, given, "a UUID")
    return given.lower()


def _unreadable(name: str, given: str, words: str) -> Refused:
    return Refused([Problem("field_unreadable", f"“{given[:80]}” is not {words}.", name)])


async def _no(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = {"Allow": "GET, HEAD, OPTIONS"} if error.status_code == 405 else None
    words, code = {
        404: ("There is nothing at this address.", "not_found"),
        405: ("The directory is only read: ask with GET.", "method_not_allowed"),
    }.get(error.status_code, (str(error.detail), "not_found"))
    return answer(error.status_code, [Problem(code, words)], headers=headers)


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return answer(422, error.problems)

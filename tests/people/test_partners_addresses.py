"""No address of the interface answers a partner with anything of another's fund."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.people.test_partners_walk import OTHER, SIDES
from tests.support.trusts import AT, shared_by_a_module
from tests.support.two_pools import (
    NORTH,
    SOUTH,
    WORDS,
    found_two_pools,
    person_of,
)
from trust_commissioning import reports
from trust_commissioning.api import interface
from trust_commissioning.roles import MAY, Action, Role
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import reading
from trust_commissioning.store.tables import JournalRow, table_of

engine = shared_by_a_module(found_two_pools)


class _AsThough:
    """Stands where the gate does, with a person signed in."""

    def __init__(self, app: ASGIApp, partner: str | None, role: Role) -> None:
        self._app = app
        self.signed_in = SignedIn(
            sid="s",
            username=person_of(partner, role),
            name="One",
            role=role,
            partner=partner,
            csrf="c",
            created_at=AT,
            seen_at=AT,
            keeps_the_books=partner == "council",
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, "state": {"signed_in": self.signed_in}}, receive, send)


def client_of(engine: Engine, partner: str | None, role: Role) -> TestClient:
    return TestClient(_AsThough(interface(engine), partner, role))


def _journal_of(engine: Engine, side: str, *, status: str = "posted") -> JournalRow:
    with reading(engine) as session:
        table = table_of(JournalRow)
        row = session.execute(
            select(table).where(table.c.fund == side, table.c.status == status).limit(1)
        ).one()
        return JournalRow(**row._mapping)


def addresses_of(engine: Engine, side: str) -> dict[str, list[str]]:
    """Each GET address of the interface as it asks for an object of one side.

    An address that names no object is asked with every question that could name a fund, a partner
    or a contract.
    """
    posted = _journal_of(engine, side)
    waits = _journal_of(engine, side, status="submitted")
    year, number = str(posted.number).split("/")
    of = (
        f"?year=2003-04&fund={side}",
        f"?year=2003-04&partner={side}",
        f"?year=2003-04&contract=C-{side}&search={WORDS[side]}&words={WORDS[side]}",
    )
    paper = {NORTH: "I-0001", SOUTH: "I-0002"}[side]
    return {
        **{path: [""] for path in PLAIN},
        **{path: ["", *of] for path in ASKED_OF},
        "/v1/budgets": list(of),
        "/v1/reports/{name}.{ending}": [
            f"/v1/reports/{name}.csv?year=2003-04&fund={side}" for name in reports.REPORTS
        ],
        "/v1/reports/{name}": [
            f"/v1/reports/{name}?year=2003-04&fund={side}" for name in reports.REPORTS
        ],
        "/v1/issued/{number}.{ending}": [f"/v1/issued/{paper}.{kind}" for kind in ("json", "pdf")],
        "/v1/issued/{number}": [f"/v1/issued/{paper}"],
        "/v1/journals/{id}": [f"/v1/journals/{posted.id}", f"/v1/journals/{waits.id}"],
        "/v1/journals/{year}/{number}": [f"/v1/journals/{year}/{number}"],
        "/v1/events/{event}/schema": ["/v1/events/receipt/schema"],
        "/v1/budgets/forecasts": [f"/v1/budgets/forecasts?year=2003-04&fund={side}"],
        "/v1/grants/{code}": [f"/v1/grants/{side}-given"],
        "/v1/contracts/{number}": [f"/v1/contracts/C-{side}"],
        "/v1/providers/{code}": [f"/v1/providers/{side}-care"],
    }


PLAIN = ("/v1/people/me", "/v1/grants/national", "/v1/events", "/v1/books.zip")


ASKED_OF = (
    "/v1/funds",
    "/v1/years",
    "/v1/accounts",
    "/v1/services",
    "/v1/reports",
    "/v1/issued",
    "/v1/journals",
    "/v1/journals/waiting",
    "/v1/agreements",
    "/v1/contributions",
    "/v1/budgets/virement-rules",
    "/v1/grants",
    "/v1/contracts",
    "/v1/needs",
    "/v1/providers",
    "/v1/directory-entries",
)


def _of_the_trust(address: str) -> bool:
    """Whether a report is asked for that is of no one fund, whatever fund is asked of it."""
    return any(f"/{name}" in address for name in OF_NO_FUND)


OF_NO_FUND = ("year-end", "month-end")


COMMON = {"/v1/events/{event}/schema"}


def test_the_walk_asks_at_every_address_of_the_interface(engine):
    described = interface(engine).openapi()["paths"]

    assert set(addresses_of(engine, NORTH)) == {
        path for path, methods in described.items() if "get" in methods
    }


@pytest.mark.parametrize("side", SIDES)
def test_no_address_answers_with_anything_of_another_partners_fund(engine, side):
    client = client_of(engine, side, Role.ADMINISTRATOR)
    for path, asked in addresses_of(engine, OTHER[side]).items():
        for one in asked:
            address = one if one.startswith("/") else path + one
            answer = client.get(address)
            # What was asked for is said back in a refusal; the word of another is in no body
            # but that of a question which held it.
            if WORDS[OTHER[side]] not in address:
                assert WORDS[OTHER[side]] not in answer.text, address
            if "{" in path and path not in COMMON and not _of_the_trust(address):
                assert answer.status_code == 404, (address, answer.text)


@pytest.mark.parametrize("side", SIDES)
def test_every_address_answers_of_ones_own_fund(engine, side):
    client = client_of(engine, side, Role.ADMINISTRATOR)
    for path, asked in addresses_of(engine, side).items():
        for one in asked:
            address = one if one.startswith("/") else path + one
            if "/v1/reports/" in address or "ending" in path:
                continue  # each report has what it must be asked of; they are walked above
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.text)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("partner", [None, "council", SOUTH])
def test_every_role_is_answered_or_refused_by_its_table_at_every_address_that_writes(
    engine, role, partner
):
    """Nothing is sent that could be done: what matters is who is told to go away first."""
    client = client_of(engine, partner, role)
    may = {
        "/v1/journals": Action.ENTER_JOURNAL,
        "/v1/journals/{id}/post": Action.POST_JOURNAL,
        "/v1/events/{event}": Action.KEEP_POOL,
        "/v1/imports/spend": Action.IMPORT_FILE,
    }
    described = interface(engine).openapi()["paths"]
    assert set(may) == {path for path, methods in described.items() if "post" in methods}
    assert all(set(methods) <= {"get", "post"} for methods in described.values())
    for path, action in may.items():
        answer = _written(client, path)
        held = role in MAY[action] and partner != SOUTH
        assert (answer.status_code == 403) is not held, (path, answer.text)


def _written(client: TestClient, path: str) -> Any:
    if path == "/v1/imports/spend":
        return client.post(
            path, params={"preview": True}, files={"file": ("a.csv", b"A\n1\n")}, data={"fund": "x"}
        )
    if path == "/v1/events/{event}":
        unknown = {"reference": "R", "fund": "nowhere", "partner": SOUTH, "day": "2003-04-30"}
        return client.post("/v1/events/chase", json=unknown | {"to": "Finance"})
    if path == "/v1/journals/{id}/post":
        return client.post("/v1/journals/999999/post", headers={"If-Match": '"1"'})
    return client.post(
        path,
        json={
            "fund": "nowhere",
            "period": "2003-04 P01",
            "day": date(2003, 4, 30).isoformat(),
            "narration": "x",
            "source": "walk",
            "source_ref": "1",
            "postings": [{"account": "Assets:HostCash", "amount": "1.00"}],
        },
    )

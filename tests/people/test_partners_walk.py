"""Nothing of one partner's fund is in any answer to the people of another partner."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import product
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, select
from sqlmodel import Session
from starlette.types import ASGIApp, Receive, Scope, Send

from ledger.problems import Refused
from tests.people.walked import SERVICES, asker
from tests.support.trusts import AT, YEAR, copy_of, small_trust
from tests.support.two_pools import (
    KEY,
    NORTH,
    SOUTH,
    WORDS,
    found_two_pools,
    person_of,
    tell,
)
from trust_commissioning import reports, roles
from trust_commissioning.api import interface
from trust_commissioning.clock import as_text
from trust_commissioning.roles import MAY, OF_ONES_OWN_FUNDS, Action, Role
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import from_partner, reading, transaction
from trust_commissioning.store.sight import OPEN, SHUT, placed, sight_of
from trust_commissioning.store.tables import METADATA, JournalRow, PersonRow, table_of

OTHER = {NORTH: SOUTH, SOUTH: NORTH}
SIDES = (NORTH, SOUTH)
ASKED = reports.Scope(None, YEAR)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """The two pools, which the walk reads; whatever is tried in it is taken back."""
    folder = tmp_path_factory.mktemp("pools")
    with copy_of(found_two_pools, request, request.param, folder) as made:
        yield made


# The rows


def test_every_table_is_placed_so_that_a_new_one_is_thought_about():
    """One that is not placed shows a partner's people nothing."""
    assert placed() == frozenset(METADATA.tables)


@pytest.mark.parametrize("side", SIDES)
def test_no_row_of_another_partners_pool_is_read_and_every_row_of_ones_own_is(engine, side):
    told: dict[str, str] = {}
    with reading(from_partner(engine, side)) as session:
        for name, table in METADATA.tables.items():
            rows = session.execute(select(table)).all()
            assert WORDS[OTHER[side]] not in repr(rows), name
            told[name] = repr(rows)
    with reading(engine) as session:
        mine = {
            name
            for name, table in METADATA.tables.items()
            if WORDS[side] in repr(session.execute(select(table)).all())
        }

    assert len(mine) > 30
    hidden = {name for name in mine if WORDS[side] not in told[name]}
    # Bids under way are nobody's until a contract of a fund comes of them.
    assert hidden == {"procurement", "procurement_event"}


@pytest.mark.parametrize("partner", [None, "council"])
def test_the_hosts_people_and_those_of_no_partner_see_both_pools(engine, partner):
    with reading(from_partner(engine, partner)) as session:
        assert sight_of(session) is None
        assert len(session.execute(select(METADATA.tables["fund"])).all()) == 6


def test_a_partner_that_is_party_to_nothing_sees_no_fund(engine):
    with reading(from_partner(engine, "pct")) as session:
        assert sight_of(session).funds == ()
        assert not session.execute(select(METADATA.tables["fund"])).all()
        assert not session.execute(select(METADATA.tables["journal"])).all()


def test_a_fund_is_seen_by_agreement_by_contribution_and_by_grant(engine):
    with reading(from_partner(engine, SOUTH)) as session:
        assert sight_of(session).funds == ("south", "south-grant")


def test_a_table_nobody_has_placed_shows_nothing(engine, monkeypatch):
    from trust_commissioning.store import sight

    monkeypatch.setattr(sight, "OPEN", OPEN - {"service"})
    with reading(from_partner(engine, SOUTH)) as session:
        assert session.execute(select(METADATA.tables["service"])).all() == []
    assert not OPEN & SHUT


# The reports


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", reports.REPORTS)
def test_a_report_of_all_funds_is_of_the_funds_the_partner_is_party_to_and_says_so(
    engine, name, side
):
    with reading(from_partner(engine, side)) as session:
        asked = reports.Scope(None, YEAR, of="fund-position")
        if name == "changes-since":
            asked = reports.Scope(side, YEAR, of="fund-position")
        try:
            made = reports.REPORTS[name](session, asked, AT)
        except Refused as refused:
            made, said = None, str(refused)
    if made is None:
        assert WORDS[OTHER[side]] not in said
        return
    said = json.dumps(made.as_json())
    assert WORDS[OTHER[side]] not in said
    assert f"Only the funds {side.title()} Primary Care Trust is party to." in made.basis


def test_the_totals_of_a_narrowed_report_are_of_its_rows(engine):
    """£60.00 and £10.00 in the pool, £60.00 of the grant; both pools together spent £260.00."""
    with reading(from_partner(engine, SOUTH)) as session:
        narrowed = reports.REPORTS["fund-position"](session, ASKED, AT)
    with reading(engine) as session:
        whole = reports.REPORTS["fund-position"](session, ASKED, AT)

    assert [row["fund"] for row in narrowed.rows] == ["south", "south-grant"]
    assert narrowed.totals["actual"].plain == "130.00"
    assert whole.totals["actual"].plain == "260.00"


def test_each_partner_of_a_pool_is_shown_the_same_figures_of_it(engine):
    shown = []
    for partner in (SOUTH, "council"):
        with reading(from_partner(engine, partner)) as session:
            asked = reports.Scope(SOUTH, YEAR)
            shown.append(reports.REPORTS["partner-position"](session, asked, AT).rows)

    assert shown[0] == shown[1]
    assert {row["partner"] for row in shown[0]} == {SOUTH, "council"}


@pytest.mark.parametrize("name", ["fund-position", "budget", "partner-position"])
def test_a_report_of_another_partners_fund_is_of_an_unknown_fund(engine, name):
    with reading(from_partner(engine, SOUTH)) as session, pytest.raises(Refused) as refused:
        reports.REPORTS[name](session, reports.Scope(NORTH, YEAR), AT)

    assert refused.value.codes == ("fund_unknown",)


# What may be done


class _TakenBack(Exception):
    """Ends a unit of work so that nothing of it is kept."""


@contextmanager
def tried(engine: Engine, partner: str | None) -> Iterator[Session]:
    try:
        with transaction(from_partner(engine, partner)) as session:
            yield session
            raise _TakenBack
    except _TakenBack:
        pass


@pytest.mark.parametrize("partner", [None, "council", SOUTH])
def test_a_role_holds_its_action_for_the_host_and_of_it_only_that_of_ones_own_funds_elsewhere(
    engine, partner
):
    with reading(engine) as session:
        for role, action in product(Role, Action):
            held = role in MAY[action] and (partner != SOUTH or action in OF_ONES_OWN_FUNDS)
            assert _refusal(session, person_of(partner, role), action) == (
                () if held else ("not_permitted",)
            ), (role, action)


def _refusal(session: Session, username: str, action: Action) -> tuple[str, ...]:
    try:
        roles.check(session, username, action)
    except Refused as refused:
        return refused.codes
    return ()


@pytest.fixture(scope="module")
def small(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    with small_trust(request, "sqlite", tmp_path_factory.mktemp("small")) as made:
        yield made


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_refuses_a_partners_people_what_is_the_hosts_whatever_their_role(small, name):
    service = SERVICES[name]
    answered: dict[Role, tuple[str, ...]] = {}
    for role in MAY[service.action]:  # the others are refused by their role in the other walk
        with tried(small, None) as session:
            _with_everybody(session)
            service.before(session, asker(role))
            session.get_one(PersonRow, asker(role)).partner = "pct"
            session.flush()
            try:
                service.ask(session, asker(role))
                answered[role] = ()
            except Refused as refused:
                answered[role] = refused.codes
    held = MAY[service.action] if service.action in OF_ONES_OWN_FUNDS else frozenset()
    assert {role for role, codes in answered.items() if codes != ("not_permitted",)} == held


def _with_everybody(session: Session) -> None:
    """A person of each role, who works for nobody yet."""
    for role in Role:
        session.add(
            PersonRow(username=asker(role), name="One", role=role.value, created_at=as_text(AT))
        )
    session.flush()


WEEKS = {"starts": "2003-04-29", "ends": "2003-05-26"}


def asked_of(side: str) -> dict[str, tuple[Role, str, dict[str, Any]]]:
    """What a partner's people may tell, of an object of one side."""
    placed_under = f"C-{side}/01"
    return {
        "a placement": (
            Role.COMMISSIONER,
            "call-off",
            {
                "reference": "new",
                "contract": f"C-{side}",
                "lot": "weeks",
                "title": "A second placement",
                "account": "Expenses:ThirdParty:FosterCare",
                "day": "2003-04-01",
                "starts": "2003-04-01",
                "expected_end": "2003-04-28",
            },
        ),
        "an end": (
            Role.COMMISSIONER,
            "call-off-end",
            {
                "reference": "end",
                "call_off": placed_under,
                "day": "2003-05-12",
                "reason": "Moved home",
            },
        ),
        "a delivery": (
            Role.COMMISSIONER,
            "return",
            {
                "reference": "more",
                "call_off": placed_under,
                "units": "4",
                "day": "2003-05-01",
                "starts": "2003-04-29",
                "ends": "2003-04-30",
            },
        ),
        "an invoice": (
            Role.COMMISSIONER,
            "invoice",
            {
                "reference": "another",
                "provider": f"{side}-care",
                "number": "77",
                "day": "2003-04-30",
                "received": "2003-04-30",
                "lines": [{"call_off": placed_under, "net": "40.00", **WEEKS}],
            },
        ),
        "an approval": (
            Role.APPROVER,
            "invoice-approval",
            {"reference": "ok", "invoice": KEY[side], "day": "2003-04-30"},
        ),
        "a dispute": (
            Role.APPROVER,
            "invoice-dispute",
            {
                "reference": "no",
                "invoice": KEY[side],
                "day": "2003-04-30",
                "line": 1,
                "amount": "2.00",
                "reason": "Short",
            },
        ),
        "a concern": (
            Role.COMMISSIONER,
            "concern",
            {
                "reference": "K-new",
                "day": "2003-04-30",
                "contract": f"C-{side}",
                "source": "complaint",
                "weight": "minor",
                "words": "Late",
            },
        ),
        "a word on a concern": (
            Role.COMMISSIONER,
            "concern-step",
            {
                "reference": "S-new",
                "day": "2003-04-30",
                "concern": f"K-{side}",
                "step": "note",
                "words": "Called",
            },
        ),
        "a word on a provider's concern": (
            Role.COMMISSIONER,
            "concern-step",
            {
                "reference": "S-new",
                "day": "2003-04-30",
                "concern": f"KP-{side}",
                "step": "note",
                "words": "Called",
            },
        ),
        "an uplift": (
            Role.APPROVER,
            "uplift-decision",
            {"uplift": f"U-{side}", "step": "refused", "day": "2003-04-30", "reason": "No"},
        ),
        "a forecast": (
            Role.POOL_MANAGER,
            "forecast",
            {
                "fund": side,
                "period": "2003-04 P01",
                "account": "Expenses:ThirdParty:FosterCare",
                "service": "fostering",
                "method": "person",
                "amount": "2200.00",
                "reason": "More",
            },
        ),
    }


@pytest.mark.parametrize("what", asked_of(SOUTH))
def test_a_partners_people_act_in_their_own_funds(engine, what):
    role, event, said = asked_of(SOUTH)[what]
    with tried(engine, SOUTH) as session:
        tell(session, event, by=person_of(SOUTH, role), **said)


@pytest.mark.parametrize("what", asked_of(NORTH))
def test_another_partners_object_is_not_there_to_act_on(engine, what):
    role, event, said = asked_of(NORTH)[what]
    with tried(engine, SOUTH) as session, pytest.raises(Refused) as refused:
        tell(session, event, by=person_of(SOUTH, role), **said)

    assert WORDS[NORTH] not in str(refused.value)
    assert any(code.endswith("_unknown") for code in refused.value.codes), refused.value.codes


def test_a_name_taken_by_what_is_not_seen_is_refused_and_says_nothing_of_it(engine):
    role, event, said = asked_of(SOUTH)["a placement"]
    with pytest.raises(Refused) as refused, tried(engine, SOUTH) as session:
        tell(session, event, by=person_of(SOUTH, role), **{**said, "reference": "P-north"})

    assert refused.value.codes == ("event_recorded_otherwise",)
    assert NORTH not in str(refused.value)


def test_what_is_numbered_goes_on_from_what_is_not_seen(engine):
    """South's next invoice is the trust's third, though it sees only one before."""
    role, event, said = asked_of(SOUTH)["an invoice"]
    with tried(engine, SOUTH) as session:
        done = tell(session, event, by=person_of(SOUTH, role), **said)
        assert session.execute(select(func.count()).select_from(table_of(JournalRow))).scalar()

    assert "I-000003" in json.dumps(done)


# The interface


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
            of_the_host=partner == "council",
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
"""Addresses that name something which is no partner's own."""


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

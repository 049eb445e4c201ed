"""Nothing of one partner's fund is in any answer to the people of another partner."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import Session

from ledger.problems import Refused
from tests.people.walked import SERVICES, asker
from tests.support.trusts import AT, YEAR, shared_by_a_module, small_trust
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
from trust_commissioning.clock import as_text
from trust_commissioning.roles import MAY, OF_ONES_OWN_FUNDS, Action, Role
from trust_commissioning.store import from_partner, reading, transaction
from trust_commissioning.store.sight import OPEN, SHUT, placed, sight_of
from trust_commissioning.store.tables import (
    METADATA,
    FundRow,
    JournalRow,
    PersonRow,
    TrustRow,
    table_of,
)

OTHER = {NORTH: SOUTH, SOUTH: NORTH}
SIDES = (NORTH, SOUTH)
ASKED = reports.Scope(None, YEAR)


engine = shared_by_a_module(found_two_pools)


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
    # Bids under way are nobody's until a contract of a fund comes of them, and what is half typed
    # is whoever types it.
    assert hidden == {"procurement", "procurement_event", "entry_draft"}


@pytest.mark.parametrize("partner", [None, "council"])
def test_who_keeps_the_books_and_who_is_of_no_partner_see_both_pools(engine, partner):
    with reading(from_partner(engine, partner)) as session:
        assert sight_of(session) is None
        assert len(session.execute(select(METADATA.tables["fund"])).all()) == 6


def test_a_partner_that_is_party_to_nothing_sees_no_fund(engine):
    with reading(from_partner(engine, "pct")) as session:
        assert sight_of(session).funds == ()
        assert not session.execute(select(METADATA.tables["fund"])).all()
        assert not session.execute(select(METADATA.tables["journal"])).all()


def test_a_partner_sees_the_funds_it_hosts_and_no_others_though_it_hosts(engine):
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
def test_a_role_holds_its_action_where_the_books_are_kept_and_only_that_of_ones_own_funds_elsewhere(
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
def test_a_service_refuses_a_hosts_people_what_is_the_keepers_whatever_their_role(small, name):
    """Of a partner that hosts one pool, and keeps the books no more than one that hosts none."""
    service = SERVICES[name]
    answered: dict[Role, tuple[str, ...]] = {}
    for role in MAY[service.action]:  # the others are refused by their role in the other walk
        with tried(small, None) as session:
            _with_everybody(session)
            service.before(session, asker(role))
            session.get_one(PersonRow, asker(role)).partner = "pct"
            session.get_one(FundRow, "camhs").host = "pct"
            session.get_one(TrustRow, 1).kept_by = "council"
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


"""Addresses that name something which is no partner's own."""

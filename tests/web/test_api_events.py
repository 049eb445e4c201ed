"""Business events through the interface: the same services as the command."""

from ledger.money import Money
from tests.support.trusts import AT, AUDITOR, CLERK, YEAR
from trust_commissioning import budgeting
from trust_commissioning.files.budgets import BudgetRow
from trust_commissioning.recording import EVENTS
from trust_commissioning.store import transaction

VIREMENT = {
    "fund": "general",
    "day": "2003-06-02",
    "reference": "V-1",
    "reason": "More health in the summer",
    "moves": [
        {"account": "Expenses:ThirdParty:FosterCare", "amount": "-200.00"},
        {"account": "Expenses:ThirdParty:Health", "amount": "200.00"},
    ],
}


def budget(engine):
    with transaction(engine) as session:
        rows = [BudgetRow(account="Expenses:ThirdParty:FosterCare", amount=Money(100000))]
        budgeting.set_budget(session, "general", YEAR, rows, by=CLERK, at=AT)


def test_an_event_asked_for_twice_under_one_key_is_answered_the_same(signed_in, engine):
    budget(engine)
    client = signed_in(CLERK)
    key = {"Idempotency-Key": "one"}

    first = client.post("/api/v1/events/virement", json=VIREMENT, headers=key)
    second = client.post("/api/v1/events/virement", json=VIREMENT, headers=key)

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert first.json()["status"] == "submitted"


def test_an_event_is_refused_to_who_may_not(signed_in, engine):
    budget(engine)

    answer = signed_in(AUDITOR).post("/api/v1/events/virement", json=VIREMENT)

    assert answer.status_code == 403
    assert [error["code"] for error in answer.json()["errors"]] == ["not_permitted"]


def test_an_event_that_cannot_be_read_names_its_fields(signed_in):
    answer = signed_in(CLERK).post("/api/v1/events/virement", json=VIREMENT | {"day": "June"})

    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == ["field_unreadable"]


def test_there_is_a_list_of_events_and_none_by_another_name(signed_in):
    client = signed_in(CLERK)

    names = [one["name"] for one in client.get("/api/v1/events").json()["events"]]

    assert names == list(EVENTS)
    assert client.get("/api/v1/events/virement/schema").json()["properties"]["fund"]
    assert client.post("/api/v1/events/nothing", json={}).status_code == 404

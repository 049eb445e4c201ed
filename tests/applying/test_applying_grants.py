"""Grants and allocations in the file of a trust: taken on once, refused by their YAML path."""

import pytest
from sqlalchemy import Engine

from ledger.problems import Refused
from tests.support.grants import keep_accounts
from tests.support.trusts import AT, CLERK
from trust_commissioning import applying
from trust_commissioning.store import grants, reading, transaction

DOCUMENT = """
grants:
  - code: fostering-grant
    title: Fostering grant
    payer: Department of Health
    income: Income:Grants:Other
    purposes: [{code: carers, title: Foster carers, services: [fostering]}]
    conditions: [{code: carers, wording: For foster carers only., for_purposes: true}]
allocations:
  - reference: fostering-grant/2003-04
    grant: fostering-grant
    authority: council
    fund: special
    announced: 2003-04-01
    year: 2003-04
    core: "1000.00"
"""


def apply(engine: Engine, text: str) -> list[str]:
    with transaction(engine) as session:
        changes = applying.apply(session, applying.read(text), by=CLERK, at=AT)
    return [f"{one.did} {one.kind} {one.key}" for one in changes]


@pytest.fixture
def trust(engine: Engine) -> Engine:
    with transaction(engine) as session:
        keep_accounts(session)
    return engine


def test_a_grant_of_the_file_is_taken_on_once(trust: Engine):
    assert apply(trust, DOCUMENT) == [
        "added grant fostering-grant",
        "added allocation fostering-grant/2003-04",
    ]
    assert apply(trust, DOCUMENT) == []
    with reading(trust) as session:
        life = grants.lives(session)["fostering-grant/2003-04"]
    assert life.books.debtors.plain == "1000.00"


def test_what_the_payer_changes_is_changed_and_kept_in_the_audit_trail(trust: Engine):
    apply(trust, DOCUMENT)

    said = apply(trust, DOCUMENT.replace("For foster carers only.", "For carers and no other."))

    assert said == ["changed grant fostering-grant"]


def test_every_problem_of_a_grant_names_its_place_in_the_file(trust: Engine):
    wrong = DOCUMENT.replace("services: [fostering]", "services: [sailing]").replace(
        "Income:Grants:Other", "Income:ClientCharges"
    )
    with pytest.raises(Refused) as refused:
        apply(trust, wrong)

    assert {(one.code, one.where) for one in refused.value.problems} == {
        ("grant_income_account_unfit", "grants[0].income"),
        ("account_unknown", "grants[0].income"),
        ("service_unknown", "grants[0].purposes[0].services[0]"),
    }


def test_a_shipped_grant_needs_only_the_trusts_own_services(trust: Engine):
    text = """
grants:
  - {code: adoption-support, shipped: true, services: {adoption-support: [therapy]}}
"""
    assert apply(trust, text) == ["added grant adoption-support"]
    with reading(trust) as session:
        one = grants.programmes(session)["adoption-support"]
    assert one.purposes[0].services == ("therapy",)

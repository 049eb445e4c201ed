"""The page of the audit trail: who may see it, its filters in the address, its pages."""

import pytest
from sqlalchemy import Engine

from tests.dashboards.conftest import Open, seen
from tests.support.trusts import AUDITOR, CLERK
from trust_commissioning import clock, people
from trust_commissioning.store import audit, transaction


@pytest.fixture
def trail(engine: Engine) -> Engine:
    with transaction(engine) as session:
        for turn in range(60):
            audit.record(
                session,
                by=CLERK,
                at=clock.now(),
                action="submit",
                object_kind="journal",
                object_key=str(turn),
            )
        people.set_role(session, CLERK, "approver", by="x.admin", at=clock.now())
    return engine


def test_an_auditor_sees_what_was_there_before_and_after(look: Open, trail: Engine) -> None:
    said = seen(look(AUDITOR, "audit_trail", kind="person", key=CLERK))

    assert "Xenia Admin" in said
    assert "role: finance officer" in said
    assert "role: approver" in said
    assert "Journal 1" not in said


def test_a_page_holds_fifty_and_leads_to_the_older_ones(look: Open, trail: Engine) -> None:
    page = look(AUDITOR, "audit_trail", person=CLERK)
    first = seen(page)

    assert first.count("Submit") == 50
    assert "Journal 59" in first
    assert "Older ones" in first
    below = first.split("below=")[1].split('"')[0]
    older = seen(look(AUDITOR, "audit_trail", person=CLERK, below=below))
    assert older.count("Submit") == 10
    assert "Journal 9<" in older
    assert "The newest" in older


def test_a_day_that_is_none_is_said(look: Open, trail: Engine) -> None:
    said = seen(look(AUDITOR, "audit_trail", **{"from": "30/4/2003"}))

    assert "is not a day; write From as 2003-04-30" in said


def test_who_may_not_read_the_trail_is_offered_neither_its_page_nor_its_report(
    look: Open, filled: list[str]
) -> None:
    assert "may not read the audit trail" in look(CLERK, "audit_trail").error[0].value
    reports = look(CLERK, "reports", report="audit-trail")
    choices = next(one for one in reports.selectbox if one.label == "Report").options
    assert "Audit trail" not in choices

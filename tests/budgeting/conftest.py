"""The small trust with budgets, and people who may post virements up to their limits."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine

from ledger.budget import BudgetLine
from ledger.money import Money
from tests.support.trusts import APPROVER, AT, CLERK, YEAR
from trust_commissioning import budgeting, posting
from trust_commissioning.budgeting import VirementRule
from trust_commissioning.clock import as_text
from trust_commissioning.files.budgets import BudgetRow
from trust_commissioning.store import transaction
from trust_commissioning.store.tables import PersonRow

MANAGER = "m.manager"
CARE = BudgetLine("Expenses:ThirdParty:FosterCare", "fostering")
HEALTH = BudgetLine("Expenses:ThirdParty:Health", "therapy")

Vire = Callable[..., int]
Rule = Callable[..., str]


@pytest.fixture
def budgeted(engine: Engine) -> Engine:
    """General has £120,000 for foster care and £20,000 for therapy, CAMHS £50,000 for therapy."""
    with transaction(engine) as session:
        session.add(
            PersonRow(
                username=MANAGER, name="Mo Manager", role="pool_manager", created_at=as_text(AT)
            )
        )
        session.flush()
        for fund, lines in (
            ("general", ((CARE, "120000"), (HEALTH, "20000"))),
            ("camhs", ((HEALTH, "50000"),)),
        ):
            rows = [
                BudgetRow(account=line.account, service=line.service, amount=Money.parse(amount))
                for line, amount in lines
            ]
            budgeting.set_budget(session, fund, YEAR, rows, by="x.admin", at=AT)
    return engine


@pytest.fixture
def vire(budgeted: Engine) -> Vire:
    """Ask for budget of General to go from foster care to therapy."""

    def ask(amount: str, *, reference: str = "V-1", day: date = date(2003, 5, 1)) -> int:
        moves = [(CARE, -Money.parse(amount)), (HEALTH, Money.parse(amount))]
        with transaction(budgeted) as session:
            return budgeting.vire(
                session,
                "general",
                moves,
                day=day,
                reference=reference,
                reason="Therapy for children in foster care",
                by=CLERK,
                at=AT,
            )

    return ask


@pytest.fixture
def rule(budgeted: Engine) -> Rule:
    """Keep a virement rule said as JSON holds it."""

    def keep(**said: object) -> str:
        with transaction(budgeted) as session:
            asked = VirementRule.model_validate({"code": "r-1", **said})
            return budgeting.keep_rule(session, asked, by="x.admin", at=AT)

    return keep


def posted(engine: Engine, id: int, by: str = APPROVER) -> str:
    """Post what somebody else asked for."""
    with transaction(engine) as session:
        return posting.post_submitted(session, id, by=by, at=AT)

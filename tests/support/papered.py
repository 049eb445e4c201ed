"""The small trust with a year's figures in its pool, to make papers of."""

from dataclasses import replace
from datetime import date

from sqlmodel import Session

from ledger.budget import BudgetLine
from ledger.money import Money
from tests.support.trusts import AT, CLERK, YEAR, journal
from trust_commissioning import budgeting, posting
from trust_commissioning.files.budgets import BudgetRow

HEALTH = "Expenses:ThirdParty:Health"
FOSTERING = "Expenses:ThirdParty:FosterCare"
CASH = "Income:Contributions:Cash"
ADMIN = "x.admin"


def fill_the_pool(session: Session) -> None:
    """A budget of £12,000.00, two contributions, spend in April, July and December 2003."""
    rows = [
        BudgetRow(account=HEALTH, service="therapy", amount=Money.parse("9000.00")),
        BudgetRow(account=FOSTERING, service="fostering", amount=Money.parse("3000.00")),
    ]
    budgeting.set_budget(session, "camhs", YEAR, rows, by=CLERK, at=AT)
    wanted = [
        journal(
            f"Assets:Debtors:Partners 7500.00 partner=pct / {CASH} -7500.00 partner=pct",
            fund="camhs",
        ),
        journal(
            f"Assets:Debtors:Partners 4500.00 partner=council / {CASH} -4500.00 partner=council",
            fund="camhs",
            day=date(2003, 7, 1),
        ),
        spent("2250.10", day=date(2003, 4, 30)),
        spent("2250.20", day=date(2003, 7, 31)),
        spent("3999.99", day=date(2003, 12, 31)),
        journal("Expenses:Unallocated 12.34 / Assets:HostCash -12.34", fund="camhs"),
    ]
    named = [replace(one, source_ref=f"pool-{place}") for place, one in enumerate(wanted)]
    posting.post_many(session, named, by=CLERK, at=AT)


def spent(amount: str, *, day: date, ref: str = "1"):
    """A payment for therapy, out of the pool."""
    return journal(
        f"{HEALTH} {amount} be_healthy service=therapy / Assets:HostCash -{amount}",
        fund="camhs",
        day=day,
        ref=ref,
    )


def late_payment(session: Session, amount: str = "1500.00") -> str:
    """What was spent in December and came late; its number."""
    paid = replace(spent(amount, day=date(2003, 12, 30), ref="late"), narration="A late invoice")
    return posting.post(session, paid, by=CLERK, at=AT)


def vire(session: Session, amount: str = "1200.00") -> str:
    """Budget moved from fostering to therapy and posted by another; its number."""
    moved = Money.parse(amount)
    id = budgeting.vire(
        session,
        "camhs",
        [(BudgetLine(FOSTERING, "fostering"), -moved), (BudgetLine(HEALTH, "therapy"), moved)],
        day=date(2003, 10, 1),
        reference="V-1",
        reason="More children in therapy",
        by=CLERK,
        at=AT,
    )
    return posting.post_submitted(session, id, by="p.approver", at=AT)

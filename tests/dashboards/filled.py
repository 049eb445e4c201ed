"""A small trust with a quarter of figures, for the tests that look at pages."""

from datetime import date, datetime

from sqlmodel import Session

from ledger.journal import AuthoredBy, Book, Journal
from tests.support.trusts import CLERK, journal
from trust_commissioning import posting

BUDGET = (
    "Expenses:ThirdParty:FosterCare 90000.00 service=fostering stay_safe"
    "/Expenses:ThirdParty:FosterCare 30000.00 service=fostering be_healthy"
    "/Expenses:ThirdParty:Health 2000.00 service=therapy be_healthy"
    "/Equity:BudgetAuthority -122000.00"
)
SPENT = (
    "Expenses:ThirdParty:FosterCare 1500.00 service=fostering stay_safe contract=C-0001"
    "/Expenses:ThirdParty:FosterCare 500.00 service=fostering be_healthy contract=C-0001"
    "/Assets:HostCash -2000.00"
)
THERAPY = "Expenses:ThirdParty:Health 40000.00 service=therapy be_healthy/Assets:HostCash -40000.00"
UNCODED = "Expenses:Unallocated 123.45/Assets:HostCash -123.45"
COMMITTED = (
    "Expenses:ThirdParty:FosterCare 6000.00 service=fostering stay_safe contract=C-0001"
    "/Equity:Committed -6000.00"
)
PAID_IN = "Assets:HostCash 61000.00/Income:Contributions:Cash -61000.00 partner=pct"


def journals() -> list[Journal]:
    """April to June 2003; spend on being healthy is over its budget."""
    june = date(2003, 6, 30)
    return [
        journal(BUDGET, ref="b1", book=Book.BUDGET, day=date(2003, 4, 1), narration="The budget"),
        journal(
            PAID_IN, ref="c1", fund="camhs", day=date(2003, 4, 2), narration="First instalment"
        ),
        journal(
            SPENT,
            ref="1",
            day=date(2003, 4, 30),
            narration="Placements <b>April</b>",
            payee="Oakfield Fostering",
        ),
        journal(COMMITTED, ref="k1", book=Book.COMMITMENT, day=date(2003, 5, 1)),
        journal(THERAPY, ref="2", day=june, narration="Therapy", payee="Weald Therapies"),
        journal(UNCODED, ref="3", day=june, narration="Sundry", payee="=HYPERLINK(1)"),
    ]


def fill(session: Session, at: datetime) -> list[str]:
    """Post them; returns their numbers."""
    return posting.post_many(session, journals(), by=CLERK, at=at, authored_by=AuthoredBy.RULE)

"""A risk share for the tests that need one: read as a file would write it."""

from datetime import date

from sqlmodel import Session

from ledger.money import Money
from ledger.periods import FinancialYear
from ledger.pool.contributions import Contribution, Instalment
from tests.support.trusts import AT
from trust_commissioning import pooling, settling
from trust_commissioning.fields.risk_share import RiskShareEntry

ADMIN = "x.admin"
YEAR = FinancialYear(2003)


def two_thirds() -> RiskShareEntry:
    """The council carries two thirds, the trust a third, of whatever is over or under."""
    percent = {"council": "66.67", "pct": "33.33"}
    clause = {
        "number": "4.2",
        "words": "What is over or under is shared by the agreed percentages.",
        "steps": [{"do": "share", "by": "agreed", "percent": percent}],
    }
    return RiskShareEntry.model_validate(
        {
            "title": "Agreed percentages",
            "clause": "Schedule 4",
            "starts": date(2003, 4, 1),
            "host": "council",
            "partners": ["council", "pct"],
            "parts": [
                {"code": "all", "title": "The fund", "overspend": clause, "underspend": clause}
            ],
        }
    )


def share_a_risk(session: Session, fund: str) -> None:
    """Agree a rule for a fund of the small trust, with what its two partners put in."""
    for partner, pounds in (("council", "300.00"), ("pct", "100.00")):
        given = Contribution(
            key=f"{fund}/{YEAR}/{partner}/cash",
            fund=fund,
            year=YEAR,
            partner=partner,
            instalments=(Instalment(day=date(2003, 4, 1), amount=Money.parse(pounds)),),
        )
        pooling.record(session, given, by=ADMIN, at=AT)
    settling.agree_risk_share(session, fund, two_thirds(), reference="RS-1", by=ADMIN, at=AT)

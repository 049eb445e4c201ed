"""Reports made by hand, to print."""

from typing import Any

from ledger.money import Money
from trust_commissioning.reports import Column, Report
from trust_commissioning.reports.shape import SUBTOTAL, Part

SCHEME = Column(key="scheme", title="Scheme")
SPENT = Column(key="spent", title="Spent", kind="money")


def pounds(text: str) -> Money:
    return Money.parse(text)


def report(**changes: Any) -> Report:
    """Two schemes, the second below nil, with a part of its own and a note."""
    said: dict[str, Any] = {
        "report": "quarterly-report",
        "title": "Quarterly report",
        "trust": "Wealdshire Children's Trust",
        "fund": "camhs",
        "fund_title": "CAMHS pooled fund",
        "year": "2003-04",
        "to": "2003-04 P09",
        "generated_at": "2004-01-15T09:30:00+00:00",
        "basis": "Accruals, up to and with the period shown.",
        "sign": "Variance is outturn less budget: plus is overspent.",
        "columns": (SCHEME, SPENT),
        "rows": (
            {"scheme": "Therapy", "spent": pounds("1234567.89")},
            {"scheme": "Recharge", "spent": pounds("-1500.00")},
        ),
        "totals": {"spent": pounds("1233067.89")},
        "books_head": "ab" * 32,
        "notes": ("Period 6 was opened again on 3 November 2003.",),
        "parts": (
            Part(
                key="received",
                title="Contributions received",
                words=("Two instalments were due.",),
                columns=(SCHEME, SPENT),
                rows=(
                    {"scheme": "Council", "spent": pounds("900.00")},
                    {"scheme": "Cash", "spent": pounds("900.00"), SUBTOTAL: "cash"},
                ),
            ),
        ),
    }
    return Report(**(said | changes))

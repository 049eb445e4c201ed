"""Each fund's year on one line: what it may spend, has spent, is expected to come to and within what.

The lowest and the highest are every line at its lowest, and every line at its highest, at once: the
year may well end nearer the middle. How a line comes by its range is the forecast's own rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from ledger.forecast import Outturn
from ledger.journal import Book
from ledger.money import Money
from trust_commissioning.reports.forecast import outturns
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.lines import totals_of
from trust_commissioning.reports.shape import Cell, Column, Part, Scope
from trust_commissioning.store.standing import funds


@dataclass(frozen=True, slots=True, kw_only=True)
class FundFigures:
    """One fund's year."""

    fund: str
    title: str
    budget: Money
    actual: Money
    committed: Money
    low: Money
    forecast: Money
    high: Money

    @classmethod
    def of(cls, parts: Sequence[Outturn | FundFigures], *, fund: str, title: str) -> FundFigures:
        """What lines come to as a fund, or funds as all of them."""
        return cls(
            fund=fund,
            title=title,
            budget=Money.total(one.budget for one in parts),
            actual=Money.total(one.actual for one in parts),
            committed=Money.total(one.committed for one in parts),
            low=Money.total(one.low for one in parts),
            forecast=Money.total(one.forecast for one in parts),
            high=Money.total(one.high for one in parts),
        )

    @property
    def variance(self) -> Money:
        """Forecast less budget: above nil is overspent."""
        return self.forecast - self.budget

    def cells(self) -> dict[str, Cell]:
        return {
            "fund": self.fund,
            "fund_title": self.title,
            "budget": self.budget,
            "actual": self.actual,
            "committed": self.committed,
            "low": self.low,
            "forecast": self.forecast,
            "high": self.high,
            "variance": self.variance,
        }


def fund_figures(session: Session, scope: Scope) -> tuple[FundFigures, ...]:
    """The funds with a budget, spend or a promise in the year, in order of code."""
    found = []
    for code, fund in funds(session).items():
        if scope.fund not in (None, code):
            continue
        lines = list(outturns(session, code, scope.year, scope.to).values())
        if lines:
            found.append(FundFigures.of(lines, fund=code, title=fund.title))
    return tuple(found)


def funds_part(found: Iterable[FundFigures]) -> Part:
    """A row for each fund."""
    rows = tuple(one.cells() for one in found)
    return Part(
        key="funds",
        title="What will the year come to?",
        words=(
            (
                "Lowest and highest are every line at its lowest, or at its highest, at once. Variance "
                "is forecast less budget: above nil is overspent."
            ),
        ),
        columns=_COLUMNS,
        rows=rows,
        totals=totals_of(rows, [one.key for one in _COLUMNS if one.kind == "money"]),
    )


def _from(book: Book) -> Lead:
    return Lead(book=book, account="Expenses")


_COLUMNS = (
    Column(key="fund", title="Code", kind="code"),
    Column(key="fund_title", title="Fund"),
    Column(key="budget", title="Budget", kind="money", leads_to=_from(Book.BUDGET)),
    Column(key="actual", title="Spent", kind="money", leads_to=_from(Book.ACTUAL)),
    Column(key="committed", title="Committed", kind="money", leads_to=_from(Book.COMMITMENT)),
    Column(key="low", title="Lowest", kind="money"),
    Column(key="forecast", title="Forecast", kind="money", whole_year=True),
    Column(key="high", title="Highest", kind="money"),
    Column(key="variance", title="Variance", kind="money", whole_year=True),
)

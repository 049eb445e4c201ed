"""What the reports that are by budget line have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ledger.budget import BudgetLine
from ledger.journal import Book
from ledger.money import Money
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.shape import Cell, Column

LINE_COLUMNS = (
    Column(key="fund", title="Fund", kind="code"),
    Column(key="account", title="Account", kind="code"),
    Column(key="service", title="Service", kind="code"),
    Column(key="title", title="Line"),
)


def leading(key: str, title: str, book: Book) -> Column:
    """A column of money that leads to its line's journals in a book."""
    lead = Lead(book=book, account="{account}", service="{service}")
    return Column(key=key, title=title, kind="money", leads_to=lead)


def line_cells(
    fund: str, line: BudgetLine, named: Mapping[str, Mapping[str, str]]
) -> dict[str, Cell]:
    """What names a line: its codes, and what a person calls it."""
    account = named["account"].get(line.account, line.account)
    service = named["service"].get(line.service, line.service)
    return {
        "fund": fund,
        "account": line.account,
        "service": line.service,
        "title": f"{account}, {service}" if service else account,
    }


def totals_of(rows: Iterable[Mapping[str, Cell]], keys: Iterable[str]) -> dict[str, Cell]:
    """The sums of some columns."""
    every = list(rows)
    return {
        key: Money.total(cell for row in every if isinstance(cell := row[key], Money))
        for key in keys
    }

"""Every report's figures lead down to the journals they are the sum of."""

from collections.abc import Iterator, Mapping

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from tests.support.demo import AT, KeptDemo
from trust_commissioning.reports import REPORTS, Column, Report, Scope
from trust_commissioning.reports.leads import Lead
from trust_commissioning.store import reading
from trust_commissioning.store.journals import Search, by_number, search, search_totals

YEAR = FinancialYear(2003)
ELSEWHERE = {"changes-since"}
"""Its movements are walked down in tests/issuing, between two reports that differ."""
OF_PRICES = {
    "value-for-money",
    "contract-register",
    "monitoring-due",
    "procurements",
    "uplifts",
    "placement-forecast",
}
"""What was agreed, bid, asked for or is expected, whether or not it is in the books yet."""
OF_STATEMENTS = {"bank-reconciliation"}
"""The demo trust has no bank account of its own; tests/reconciling walks a trust that has."""
OF_ONE_FUND = {"quarterly-report", "annual-return"}
SCOPES = (
    Scope("camhs-pool", YEAR, 12),
    Scope(None, YEAR, 12),
    Scope(None, YEAR.next, 6),
    Scope(None, YEAR.next, 8),
)


@pytest.fixture(scope="module")
def loaded(kept_demo: KeptDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with kept_demo.copy(tmp_path_factory.mktemp("demo")) as engine:
        yield engine


@pytest.fixture
def session(loaded: Engine) -> Iterator[Session]:
    with reading(loaded) as opened:
        yield opened


def opposite(lead: Lead, row: Mapping[str, object]) -> bool:
    """Whether the row's figure is the opposite of what its postings sum to."""
    return bool(row.get("opposite")) if lead.opposite == "{opposite}" else bool(lead.opposite)


def figures(report: Report) -> Iterator[tuple[str, Money, Search]]:
    """Each figure that is not nil and leads somewhere: where it stands, what it should come to."""
    tables = [("", report.columns, report.rows)]
    tables += [(part.title, part.columns, part.rows) for part in report.parts]
    for title, columns, rows in tables:
        for row in rows:
            for column in columns:
                cell = row.get(column.key)
                wanted = report.leads_to(columns, row, column.key)
                if isinstance(cell, Money) and cell and wanted and column.leads_to:
                    figure = -cell if opposite(column.leads_to, row) else cell
                    yield f"{title} {column.title} {dict(row)}", figure, wanted


def walked(session: Session, report: Report) -> Iterator[str]:
    """Each figure walked down to its journals and added up from their postings; what differs."""
    for where, figure, wanted in figures(report):
        count, total = search_totals(session, wanted)
        assert count, f"{report.report}: {where} has no journals"
        assert total == figure, f"{report.report}: {where} is not what its journals sum to"
        yield search(session, wanted, limit=1)[0].number


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(REPORTS) - ELSEWHERE - OF_PRICES - OF_STATEMENTS))
def test_figures_of_each_report_are_what_their_journals_sum_to(session: Session, name: str) -> None:
    reached: list[str] = []
    of_money = False
    for scope in SCOPES:
        if scope.fund or name not in OF_ONE_FUND:
            report = REPORTS[name](session, scope, AT)
            of_money |= any(c.kind == "money" for part in report.tables for c in part.columns)
            reached += walked(session, report)

    if not of_money:
        pytest.skip("it tells of no money")
    assert reached, "give one of its money columns a `leads_to` (see reports/leads.py)"
    journal = by_number(session, reached[0])
    assert journal is not None
    assert journal.journal.postings


def test_a_lead_fills_in_what_its_row_holds() -> None:
    lead = Lead(account="{account}", service="{service}", partner="pct", outcome="{outcome}")
    row = {"account": "Expenses:Health", "service": "", "outcome": "", "fund": "camhs"}

    assert lead.search(row, fund=None, to=Period(YEAR, 9)) == Search(
        fund="camhs",
        account="Expenses:Health",
        service="none",
        partner="pct",
        outcome="not_attributed",
        year=YEAR,
        to_period=9,
        book=lead.book,
    )


def test_a_lead_of_one_period_finds_only_that_period() -> None:
    found = Lead(account="Expenses", period="{period}").search(
        {"period": "2003-04 P03"}, fund="camhs", to=Period(YEAR, 9)
    )

    assert found is not None
    assert (found.from_period, found.to_period) == (3, 3)


def test_a_row_without_an_account_leads_nowhere() -> None:
    lead = Lead(account="{account}")

    assert lead.search({"amount": NIL}, fund=None, to=Period(YEAR, 12)) is None
    assert lead.search({"account": ""}, fund=None, to=Period(YEAR, 12)) is None


def test_a_column_says_in_json_where_its_figures_lead() -> None:
    column = Column(
        key="income", title="Income", kind="money", leads_to=Lead(account="Income", opposite=True)
    )

    assert column.as_json() == {
        "key": "income",
        "title": "Income",
        "kind": "money",
        "leads_to": {"account": "Income", "opposite": True},
    }

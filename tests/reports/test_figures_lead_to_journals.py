"""Every report's figures lead down to the journals they are the sum of."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from trust_commissioning import demo
from trust_commissioning.reports import REPORTS, Column, Report, Scope
from trust_commissioning.reports.leads import Lead
from trust_commissioning.store import engine_for, migrate, reading, transaction
from trust_commissioning.store.journals import Search, by_number, search, search_totals

AT = datetime(2004, 12, 1, 9, 0, tzinfo=UTC)
YEAR = FinancialYear(2003)
ELSEWHERE = {"changes-since"}
"""Its movements are walked down in tests/issuing, between two reports that differ."""
OF_ONE_FUND = {"quarterly-report", "annual-return"}
SCOPES = (
    Scope("camhs-pool", YEAR, 12),
    Scope(None, YEAR, 12),
    Scope(None, YEAR.next, 6),
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'trust.sqlite3'}"
    migrate(url)
    engine = engine_for(url)
    with transaction(engine) as session:
        demo.load_demo(session, at=AT)
    yield engine
    engine.dispose()


@pytest.fixture
def session(loaded: Engine) -> Iterator[Session]:
    with reading(loaded) as opened:
        yield opened


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
                    figure = -cell if column.leads_to.is_opposite(row) else cell
                    yield f"{title} {column.title} {dict(row)}", figure, wanted


def walked(session: Session, report: Report) -> Iterator[str]:
    """Each figure walked down to its journals and added up from their postings; what differs."""
    for where, figure, wanted in figures(report):
        count, total = search_totals(session, wanted)
        assert count, f"{report.report}: {where} has no journals"
        assert total == figure, f"{report.report}: {where} is not what its journals sum to"
        yield search(session, wanted, limit=1)[0].number


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(REPORTS) - ELSEWHERE))
def test_figures_of_each_report_are_what_their_journals_sum_to(session: Session, name: str) -> None:
    reached: list[str] = []
    for scope in SCOPES:
        if scope.fund or name not in OF_ONE_FUND:
            reached += walked(session, REPORTS[name](session, scope, AT))

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

"""The reports on a screen and as files to keep."""

import csv
import io

import pytest

from dashboards import papers
from ledger.money import Money
from tests.dashboards.conftest import Open, seen
from tests.support.trusts import AUDITOR
from trust_commissioning import reports
from trust_commissioning.reports.shape import Cell

COLUMNS = (
    reports.Column(key="name", title="Name"),
    reports.Column(key="amount", title="Amount", kind="money"),
)
ROWS: list[dict[str, Cell]] = [
    {"name": "=SUM(A1)", "amount": Money(-123456)},
    {"name": "Élan", "amount": Money(5)},
]


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("trial-balance", "£61,000.00"),
        ("fund-position", "-£42,123.45"),
        ("outcome-spend", "£40,500.00"),
        ("not-attributed", "£123.45"),
    ],
)
def test_each_report_shows_the_ledgers_figures(
    look: Open, filled: list[str], name: str, figure: str
) -> None:
    page = look(AUDITOR, "reports", report=name)

    assert figure in seen(page)
    assert "Head of the books" in seen(page)


def test_a_trial_balance_leads_to_the_journals_of_an_account(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "reports", report="trial-balance", year="2003-04", to="3")

    assert (
        'href="/journals?fund=general&amp;year=2003-04&amp;to=3&amp;book=actual'
        '&amp;account=Expenses%3AThirdParty%3AHealth"' in seen(page)
    )


def test_the_first_day_has_no_reports_and_says_so(look: Open) -> None:
    assert "Nothing has been posted yet" in seen(look(AUDITOR, "reports"))


def test_a_file_runs_nothing_and_keeps_amounts_as_numbers_in_csv() -> None:
    rows = list(csv.reader(io.StringIO(papers.as_csv(COLUMNS, ROWS).decode("utf-8-sig"))))

    assert rows == [["Name", "Amount"], ["'=SUM(A1)", "-1234.56"], ["Élan", "0.05"]]

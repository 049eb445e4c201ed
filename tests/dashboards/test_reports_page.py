"""The reports on a screen and as files to keep."""

import csv
import io

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from ledger.money import Money
from tests.dashboards.conftest import Open, seen
from tests.support.trusts import AT, AUDITOR, CLERK, journal
from trust_commissioning import posting, reports
from trust_commissioning.reports import papers
from trust_commissioning.reports.shape import Cell
from trust_commissioning.store import transaction

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


@pytest.mark.parametrize(
    ("name", "leads_to"),
    [
        ("fund-position", "book=budget&amp;account=Expenses"),
        ("outcome-spend", "book=commitment&amp;account=Expenses&amp;outcome=stay_safe"),
        ("not-attributed", "outcome=not_attributed&amp;service=none"),
    ],
)
def test_figures_lead_to_the_journals_they_are_the_sum_of(
    look: Open, filled: list[str], name: str, leads_to: str
) -> None:
    assert leads_to in seen(look(AUDITOR, "reports", report=name, year="2003-04", to="3"))


def test_a_paper_on_one_fund_asks_for_the_fund_and_shows_its_parts(
    look: Open, filled: list[str]
) -> None:
    without = look(AUDITOR, "reports", report="quarterly-report", year="2003-04", to="3")
    with_fund = look(
        AUDITOR, "reports", report="quarterly-report", year="2003-04", to="3", fund="general"
    )

    assert "This paper is on one fund; say which." in seen(without)
    assert [one.value for one in with_fund.header][:3] == [
        "Quarterly report, first quarter",
        "The fund and its agreement",
        "Contributions by partner",
    ]
    assert "Total expenditure" in seen(with_fund)


def issue(page: AppTest) -> None:
    next(one for one in page.button if one.label == "Issue it").click().run()


def test_a_report_is_issued_and_issuing_again_first_shows_what_differs(
    look: Open, filled: list[str], engine: Engine
) -> None:
    asked = {"report": "fund-position", "year": "2003-04", "to": "3", "fund": "general"}
    page = look("x.admin", "reports", **asked)
    assert "It has not been issued before" in seen(page)
    issue(page)
    assert "Issued as I-0001." in seen(page)

    with transaction(engine) as session:
        late = journal("Expenses:Unallocated 2000.00/Assets:HostCash -2000.00", ref="late")
        number = posting.post(session, late, by=CLERK, at=AT)
    page = look("x.admin", "reports", **asked)

    assert "The last one is I-0001" in seen(page)
    assert f"{number}: A journal" in seen(page)
    assert "because" not in "".join(one.label for one in page.text_input)
    issue(page)
    assert "Issued as I-0002." in seen(page)
    listed = seen(look(AUDITOR, "issued"))
    assert listed.index("I-0002") < listed.index("I-0001")


def test_changes_are_shown_of_the_report_that_is_chosen_and_say_since_which_paper(
    look: Open, filled: list[str]
) -> None:
    """The fund position is issued, then the trial balance; the first is chosen."""
    asked = {"year": "2003-04", "to": "3", "fund": "general"}
    for name in ("fund-position", "trial-balance"):
        page = look("x.admin", "reports", report=name, **asked)
        issue(page)

    last = look(AUDITOR, "reports", report="changes-since", **asked)
    chosen = look(AUDITOR, "reports", report="changes-since", of="fund-position", **asked)

    (box,) = [one for one in last.selectbox if one.label == "Changes of"]
    assert box.options == ["The last report issued", "Fund position", "Trial balance"]
    assert "“Trial balance” I-0002, issued on" in seen(last)
    assert "“Fund position” I-0001, issued on" in seen(chosen)


def test_who_may_not_issue_is_not_asked_to(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "reports", report="fund-position")

    assert "Issue this report" not in [one.value for one in page.header]


def test_an_issued_report_is_shown_as_it_was(look: Open, filled: list[str]) -> None:
    asked = {"report": "fund-position", "year": "2003-04", "to": "3", "fund": "general"}
    issue(look("x.admin", "reports", **asked))

    page = look(AUDITOR, "issued", number="I-0001")

    assert "Hash of its PDF" in seen(page)
    assert "-£42,123.45" in seen(page)
    assert "No report was issued as I-0009." in seen(look(AUDITOR, "issued", number="I-0009"))


def test_the_first_day_has_no_reports_and_says_so(look: Open) -> None:
    assert "Nothing has been posted yet" in seen(look(AUDITOR, "reports"))


def test_a_file_runs_nothing_and_keeps_amounts_as_numbers_in_csv() -> None:
    rows = list(csv.reader(io.StringIO(papers.list_as_csv(COLUMNS, ROWS))))

    assert rows == [["Name", "Amount"], ["'=SUM(A1)", "-1234.56"], ["Élan", "0.05"]]

"""The quarterly report and the annual return of a pool, to the penny."""

import io
from collections.abc import Iterator

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.money import Money
from ledger.problems import Refused
from tests.support.papered import fill_the_pool
from tests.support.trusts import AT, YEAR
from trust_commissioning.reports import Report, Scope, annual_return, quarterly_report
from trust_commissioning.reports.pdf import as_pdf
from trust_commissioning.reports.quarterly_report import first_period, quarter_of
from trust_commissioning.store import reading, transaction


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with transaction(engine) as filling:
        fill_the_pool(filling)
    with reading(engine) as made:
        yield made


def shown(report: Report, *keys: str) -> dict[str, tuple[str, ...]]:
    return {
        str(row["line"]): tuple(
            cell.plain if isinstance(cell := row.get(key, ""), Money) else str(cell) for key in keys
        )
        for row in report.rows
    }


def part(report: Report, key: str):
    (found,) = [one for one in report.parts if one.key == key]
    return found


def test_a_quarter_shows_what_came_in_what_was_spent_and_what_the_year_will_come_to(session):
    report = quarterly_report(session, Scope("camhs", YEAR, 9), AT)

    assert report.title == "Quarterly report, third quarter"
    lines = shown(report, "budget", "quarter", "actual", "forecast", "variance")
    assert lines["Contributions in cash"][1:3] == ("0.00", "12000.00")
    assert lines["Total income"][1:3] == ("0.00", "12000.00")
    # Therapy: £9,000.00 over the year, a quarter of it left in the profile after nine months:
    # 8,500.29 spent + 2,250.00.
    assert lines["Therapy"] == ("9000.00", "3999.99", "8500.29", "10750.29", "1750.29")
    assert lines["Fostering"] == ("3000.00", "0.00", "0.00", "750.00", "-2250.00")
    assert lines["No service"] == ("0.00", "0.00", "12.34", "12.34", "12.34")
    assert lines["Total expenditure"] == (
        "12000.00",
        "3999.99",
        "8512.63",
        "11512.63",
        "-487.37",
    )
    assert lines["Surplus to date"][2] == "3487.37"
    assert lines["Balance of the fund"][2] == "3487.37"


@pytest.mark.parametrize(
    ("to", "first", "name"),
    [(1, 1, "first"), (3, 1, "first"), (6, 4, "second"), (9, 7, "third"), (13, 10, "fourth")],
)
def test_a_period_falls_in_its_quarter_and_period_13_in_the_fourth(to, first, name):
    assert (first_period(to), quarter_of(to)) == (first, name)


def test_each_partner_sees_what_it_put_in(session):
    found = part(quarterly_report(session, Scope("camhs", YEAR, 9), AT), "contributions")

    assert {str(row["partner"]): row["total"] for row in found.rows} == {
        "council": Money.parse("4500.00"),
        "pct": Money.parse("7500.00"),
    }
    assert found.totals["total"] == Money.parse("12000.00")


def test_it_says_what_may_still_change_and_what_is_not_coded(session):
    report = quarterly_report(session, Scope("camhs", YEAR, 9), AT)

    assert (
        "April 2003 to December 2003 are still open, so these figures may change." in report.notes
    )
    assert "£12.34 of expenditure is not yet coded to an account." in report.notes


def test_a_fund_without_an_agreement_is_asked_to_put_one_in_writing(session):
    report = quarterly_report(session, Scope("camhs", YEAR, 9), AT)

    assert part(report, "decisions").words == (
        "An agreement for this fund is to be put in writing and recorded.",
    )


def test_the_auditor_certifies_each_partners_contribution_and_total_expenditure(session):
    report = annual_return(session, Scope("camhs", YEAR, 13), AT)

    (certified, _) = part(report, "certificate").words
    assert certified == (
        "I certify the annual return of income and expenditure of CAMHS pooled fund for 2003-04; the "
        "level of contributions by each partner: Wealdshire County Council £4,500.00; Weald Primary "
        "Care Trust £7,500.00; and total expenditure of £8,512.63."
    )
    assert [row["as"] for row in part(report, "signatures").rows] == [
        "Pool manager",
        "Finance officer of the host",
    ]


def test_a_return_of_a_year_that_is_not_over_says_so(session):
    early = annual_return(session, Scope("camhs", YEAR, 9), AT)
    whole = annual_return(session, Scope("camhs", YEAR, 13), AT)

    said = "A return is of a whole year; this one goes up to December 2003 only."
    assert said in early.notes
    assert said not in whole.notes


def test_a_return_up_to_march_does_not_say_that_it_holds_period_13(session):
    march = annual_return(session, Scope("camhs", YEAR, 12), AT)
    whole = annual_return(session, Scope("camhs", YEAR, 13), AT)

    said = "A return is of a whole year; this one leaves out period 13, its closing entries."
    assert said in march.notes
    assert said not in whole.notes
    assert march.basis.startswith("The actual book up to March 2004:")
    assert whole.basis.startswith("The actual book of the whole year with period 13:")


@pytest.mark.parametrize("paper", [quarterly_report, annual_return])
def test_a_paper_is_on_one_fund(session, paper):
    with pytest.raises(Refused) as refused:
        paper(session, Scope(None, YEAR, 9), AT)

    assert refused.value.codes == ("paper_needs_a_fund",)


@pytest.mark.parametrize("paper", [quarterly_report, annual_return])
def test_it_is_a_paper_to_sign(session, paper):
    made = as_pdf(paper(session, Scope("camhs", YEAR, 9), AT))
    said = " ".join(
        word for page in PdfReader(io.BytesIO(made)).pages for word in page.extract_text().split()
    )

    assert "8,512.63" in said
    assert "Pool manager" in said
    assert "Signature Date" in said

"""The reports on a small year, to the penny."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.periods import Period
from ledger.problems import Refused
from tests.support.trusts import AT, CLERK, YEAR, journal
from trust_commissioning import founding, posting
from trust_commissioning.reports import (
    REPORTS,
    Report,
    Scope,
    default_scope,
    effect_of,
    flows,
    headlines,
    service_spend,
    trend,
)
from trust_commissioning.store import journals, reading, transaction

NEXT = YEAR.next
OF_THE_TRUST = {"month-end", "procurements", "provider-register", "year-end"}
"""Reports on all funds together, whichever is asked for."""
FOSTERING = "Expenses:ThirdParty:FosterCare"
HEALTH = "Expenses:ThirdParty:Health"
APRIL, MAY, MARCH = date(2003, 4, 30), date(2003, 5, 31), date(2004, 3, 31)


@pytest.fixture
def year(engine: Engine) -> Engine:
    """2003-04 in two funds and all three books, and the first month of 2004-05."""
    contribution = "Income:Contributions:Cash"
    with transaction(engine) as session:
        founding.open_year(session, NEXT)
        wanted = [
            journal(
                f"{FOSTERING} 3000.00 stay_safe service=fostering / "
                f"{FOSTERING} 1000.00 be_healthy service=fostering / "
                "Equity:BudgetAuthority -4000.00",
                book=Book.BUDGET,
            ),
            journal(
                f"{HEALTH} 900.00 be_healthy service=therapy / Equity:BudgetAuthority -900.00",
                book=Book.BUDGET,
                fund="camhs",
            ),
            journal(
                f"{FOSTERING} 750.00 stay_safe service=fostering / "
                f"{FOSTERING} 250.00 be_healthy service=fostering / Equity:Committed -1000.00",
                book=Book.COMMITMENT,
                day=MAY,
            ),
            journal(
                "Assets:Debtors:Partners 5000.00 partner=council / "
                f"{contribution} -5000.00 partner=council"
            ),
            journal(
                f"Assets:Debtors:Partners 600.00 partner=pct / {contribution} -600.00 partner=pct",
                fund="camhs",
            ),
            journal("Assets:HostCash 5000.00 / Assets:Debtors:Partners -5000.00 partner=council"),
            journal(
                f"{FOSTERING} 1500.01 stay_safe service=fostering / "
                f"{FOSTERING} 500.00 be_healthy service=fostering / Assets:HostCash -2000.01",
                day=MAY,
            ),
            journal("Expenses:Unallocated 70.00 / Assets:HostCash -70.00", day=MAY),
            journal("Expenses:Unallocated -20.00 / Assets:HostCash 20.00", day=MAY),
            journal(
                f"{HEALTH} 1100.00 be_healthy service=therapy / Liabilities:Creditors -1100.00",
                fund="camhs",
                day=MARCH,
                period=Period(YEAR, 13),
            ),
            journal(
                "Liabilities:Creditors 1100.00 / Assets:HostCash -1100.00",
                fund="camhs",
                day=date(2004, 4, 2),
            ),
            journal(
                f"{HEALTH} 10.00 service=therapy / Assets:HostCash -10.00",
                fund="camhs",
                day=date(2004, 4, 3),
            ),
        ]
        named = [replace(one, source_ref=str(place)) for place, one in enumerate(wanted)]
        posting.post_many(session, named, by=CLERK, at=AT)
    return engine


@pytest.fixture
def session(year: Engine) -> Iterator[Session]:
    with reading(year) as made:
        yield made


def table(report: Report, key: str, *columns: str) -> dict[str, tuple[str, ...]]:
    return {
        str(line[key]): tuple(
            cell.plain if isinstance(cell := line[name], Money) else str(cell) for name in columns
        )
        for line in report.rows
    }


def run(session: Session, name: str, scope: Scope) -> Report:
    return REPORTS[name](session, scope, AT)


def test_spend_by_outcome_shows_all_six_lines_even_at_nil(session: Session) -> None:
    report = run(session, "outcome-spend", Scope(None, YEAR))

    assert table(report, "outcome", "budget", "committed", "actual", "available") == {
        "be_healthy": ("1900.00", "250.00", "1600.00", "50.00"),
        "stay_safe": ("3000.00", "750.00", "1500.01", "749.99"),
        "enjoy_and_achieve": ("0.00", "0.00", "0.00", "0.00"),
        "positive_contribution": ("0.00", "0.00", "0.00", "0.00"),
        "economic_well_being": ("0.00", "0.00", "0.00", "0.00"),
        "not_attributed": ("0.00", "0.00", "50.00", "-50.00"),
    }
    assert {key: str(value) for key, value in report.totals.items()} == {
        "budget": "£4,900.00",
        "committed": "£1,000.00",
        "actual": "£3,150.01",
        "available": "£749.99",
    }


def test_the_six_lines_are_there_before_anything_is_posted(engine: Engine) -> None:
    with reading(engine) as session:
        report = run(session, "outcome-spend", Scope(None, YEAR))

    assert [line["outcome"] for line in report.rows] == [
        "be_healthy",
        "stay_safe",
        "enjoy_and_achieve",
        "positive_contribution",
        "economic_well_being",
        "not_attributed",
    ]
    assert all(line["actual"] == NIL for line in report.rows)


def test_figures_stop_at_the_period_asked_for(session: Session) -> None:
    april = run(session, "outcome-spend", Scope(None, YEAR, 1))
    may = run(session, "outcome-spend", Scope(None, YEAR, 2))
    march = run(session, "outcome-spend", Scope(None, YEAR, 12))

    assert april.totals["actual"] == NIL
    assert may.totals["actual"] == march.totals["actual"] == Money.parse("2050.01")


def test_figures_are_of_the_fund_asked_for(session: Session) -> None:
    report = run(session, "outcome-spend", Scope("camhs", YEAR))

    assert (report.totals["budget"], report.totals["actual"]) == (
        Money.parse("900.00"),
        Money.parse("1100.00"),
    )
    assert report.totals["available"] == Money.parse("-200.00")


def test_the_trial_balance_sums_to_nil_by_fund(session: Session) -> None:
    for scope in (Scope(None, YEAR), Scope(None, NEXT), Scope("camhs", YEAR, 3)):
        report = run(session, "trial-balance", scope)
        by_fund: dict[str, int] = {}
        for line in report.rows:
            assert isinstance(line["balance"], Money)
            by_fund[str(line["fund"])] = by_fund.get(str(line["fund"]), 0) + line["balance"].pence
        assert not any(by_fund.values())
        assert report.totals["balance"] == NIL
        assert report.totals["debit"] == report.totals["credit"]


def test_the_trial_balance_of_a_fund_shows_each_account(session: Session) -> None:
    report = run(session, "trial-balance", Scope("general", YEAR))

    assert table(report, "account", "opening", "debit", "credit") == {
        "Assets:Debtors:Partners": ("0.00", "0.00", "0.00"),
        "Assets:HostCash": ("0.00", "2949.99", "0.00"),
        "Expenses:ThirdParty:FosterCare": ("0.00", "2000.01", "0.00"),
        "Expenses:Unallocated": ("0.00", "50.00", "0.00"),
        "Income:Contributions:Cash": ("0.00", "0.00", "5000.00"),
    }
    assert report.totals["debit"] == Money.parse("5000.00")


def test_the_next_year_opens_with_what_is_owned_and_the_surplus_in_the_fund_balance(
    session: Session,
) -> None:
    """No journal clears income and expense: it is derived."""
    general = run(session, "trial-balance", Scope("general", NEXT))
    camhs = run(session, "trial-balance", Scope("camhs", NEXT))

    assert table(general, "account", "opening", "balance") == {
        "Assets:HostCash": ("2949.99", "2949.99"),
        "Equity:FundBalance": ("-2949.99", "-2949.99"),
    }
    assert table(camhs, "account", "opening", "balance") == {
        "Assets:Debtors:Partners": ("600.00", "600.00"),
        "Assets:HostCash": ("0.00", "-1110.00"),
        "Equity:FundBalance": ("500.00", "500.00"),
        "Expenses:ThirdParty:Health": ("0.00", "10.00"),
        "Liabilities:Creditors": ("-1100.00", "0.00"),
    }


def test_a_funds_closing_balance_is_its_opening_with_the_years_surplus(session: Session) -> None:
    first = run(session, "fund-position", Scope(None, YEAR))
    second = run(session, "fund-position", Scope(None, NEXT))

    columns = ("opening", "income", "actual", "surplus", "closing")
    assert table(first, "fund", *columns) == {
        "camhs": ("0.00", "600.00", "1100.00", "-500.00", "-500.00"),
        "general": ("0.00", "5000.00", "2050.01", "2949.99", "2949.99"),
    }
    assert table(second, "fund", *columns) == {
        "camhs": ("-500.00", "0.00", "10.00", "-10.00", "-510.00"),
        "general": ("2949.99", "0.00", "0.00", "0.00", "2949.99"),
    }
    assert first.totals["closing"] == Money.parse("2449.99")
    assert table(first, "fund", "kind", "legal_basis")["camhs"] == (
        "Pooled fund",
        "Section 31, Health Act 1999",
    )


def test_spend_not_attributed_is_said_where_it_is_the_largest_first(session: Session) -> None:
    this = run(session, "not-attributed", Scope(None, YEAR))
    following = run(session, "not-attributed", Scope(None, NEXT))

    assert table(this, "account", "fund", "service_title", "actual") == {
        "Expenses:Unallocated": ("general", "No service", "50.00")
    }
    assert this.totals["actual"] == Money.parse("50.00")
    assert table(following, "account", "fund", "service_title", "actual") == {
        HEALTH: ("camhs", "Therapy", "10.00")
    }


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_has_the_promised_keys_and_money_as_text(session: Session, name: str) -> None:
    report = run(session, name, Scope("general", YEAR)).as_json()

    promised = {
        "report",
        "trust",
        "fund",
        "year",
        "to",
        "generated_at",
        "basis",
        "sign",
        "columns",
        "rows",
        "totals",
        "books_head",
    }
    assert promised <= report.keys()
    of_fund = None if name in OF_THE_TRUST else "general"
    assert (report["report"], report["fund"], report["year"]) == (name, of_fund, "2003-04")
    assert report["to"] == "2003-04 P13"
    assert report["generated_at"] == "2003-05-01T09:30:00+00:00"
    assert str(report["basis"]).endswith(".")
    assert str(report["sign"]).endswith(".")
    text = json.dumps(report)
    assert json.loads(text) == report
    parts = report["parts"]
    assert isinstance(parts, list)
    for table in (report, *parts):
        for line in (*table["rows"], table["totals"]):
            for column in table["columns"]:
                said = line.get(column["key"], "")
                # A line may have no figure in a column: a surplus has no budget.
                if column["kind"] == "money" and said:
                    assert Money.parse(said).plain == said


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_tied_to_the_last_journal_posted(session: Session, name: str) -> None:
    last = list(journals.posted(session))[-1]

    assert run(session, name, Scope("general", YEAR)).books_head == last.hash


@pytest.mark.parametrize("name", sorted(set(REPORTS) - OF_THE_TRUST))
def test_a_fund_or_a_year_that_is_not_there_is_refused(session: Session, name: str) -> None:
    with pytest.raises(Refused) as no_fund:
        run(session, name, Scope("nobody", YEAR))
    with pytest.raises(Refused) as no_year:
        run(session, name, Scope(None, NEXT.next))

    assert no_fund.value.codes == ("fund_unknown",)
    assert no_year.value.codes == ("year_not_opened",)


# --- the board's page ------------------------------------------------------------------------


def test_the_headlines_agree_with_the_reports(session: Session) -> None:
    found = headlines(session, Scope(None, YEAR))

    assert {name: str(getattr(found, name)) for name in type(found).model_fields} == {
        "budget": "£4,900.00",
        "committed": "£1,000.00",
        "actual": "£3,150.01",
        "available": "£749.99",
        "income": "£5,600.00",
        "surplus": "£2,449.99",
        "not_attributed": "£50.00",
    }


def test_money_flows_from_partners_through_funds_to_outcomes(session: Session) -> None:
    found = flows(session, Scope(None, YEAR))

    assert [(one.source, one.target, one.amount.plain) for one in found] == [
        ("partner:pct", "fund:camhs", "600.00"),
        ("partner:council", "fund:general", "5000.00"),
        ("fund:camhs", "outcome:be_healthy", "1100.00"),
        ("fund:general", "outcome:be_healthy", "500.00"),
        ("fund:general", "outcome:stay_safe", "1500.01"),
        ("fund:general", "outcome:not_attributed", "50.00"),
    ]


def test_services_come_with_the_largest_budget_first_and_no_service_last(
    session: Session,
) -> None:
    found = service_spend(session, Scope(None, YEAR))

    assert [
        (one.title, one.budget.plain, one.actual.plain, one.available.plain) for one in found
    ] == [
        ("Fostering", "4000.00", "2000.01", "999.99"),
        ("Therapy", "900.00", "1100.00", "-200.00"),
        ("No service", "0.00", "50.00", "-50.00"),
    ]


def test_the_trend_runs_period_by_period_and_shows_13_only_with_figures(session: Session) -> None:
    whole = trend(session, Scope(None, YEAR))
    general = trend(session, Scope("general", YEAR))

    assert [one.period.number for one in whole] == list(range(1, 14))
    assert [one.period.number for one in general] == list(range(1, 13))
    assert [one.actual.plain for one in whole[:3]] == ["0.00", "2050.01", "0.00"]
    assert [one.actual_so_far.plain for one in whole[-2:]] == ["2050.01", "3150.01"]
    assert [one.committed.plain for one in whole[:2]] == ["0.00", "1000.00"]


def test_a_page_opens_on_the_last_year_with_figures(session: Session) -> None:
    assert default_scope(session) == Scope(None, NEXT, 1)


def test_a_page_has_nothing_to_open_on_before_anything_is_posted(engine: Engine) -> None:
    with reading(engine) as session:
        assert default_scope(session) is None


def test_an_approver_sees_what_posting_will_change(session: Session) -> None:
    waiting = journal(
        f"{FOSTERING} 100.00 stay_safe service=fostering / Assets:HostCash -100.00", day=MAY
    )

    lines = effect_of(session, waiting)

    assert [
        (one.account, one.before.plain, one.change.plain, one.after.plain) for one in lines
    ] == [
        (FOSTERING, "1500.01", "100.00", "1600.01"),
        ("Assets:HostCash", "2949.99", "-100.00", "2849.99"),
    ]

"""Profiles and forecasts are kept for each line; the last one counts, and none is lost."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, func
from sqlmodel import col, select

from ledger.budget import BudgetLine
from ledger.forecast import Method, Outturn
from ledger.journal import Book
from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Refused
from ledger.profile import ProfileSaid, Shape
from tests.budgeting.conftest import CARE, HEALTH
from tests.support.trusts import APPROVER, AT, CLERK, YEAR, journal
from trust_commissioning import budgeting, posting
from trust_commissioning.budgeting import ForecastSaid
from trust_commissioning.reports import REPORTS, Scope
from trust_commissioning.reports.forecast import outturns
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.tables import AuditEventRow, BudgetProfileRow, ForecastRow, PeriodRow

WINTER = ProfileSaid(Shape.SEASONAL, (1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 3))
OWN = ForecastSaid(
    method=Method.PERSON, amount=Money.parse("130000"), reason="two placements from October"
)


def spread(engine: Engine, said: ProfileSaid, line: BudgetLine = CARE) -> int | None:
    with transaction(engine) as session:
        return budgeting.set_profile(session, "general", YEAR, line, said, by="x.admin", at=AT)


def said(
    engine: Engine, said: ForecastSaid, period: int = 6, line: BudgetLine = CARE, by: str = CLERK
) -> int:
    with transaction(engine) as session:
        return budgeting.set_forecast(
            session, "general", line, said, period=Period(YEAR, period), by=by, at=AT
        )


def outturn(engine: Engine, to: int, line: BudgetLine = CARE) -> Outturn:
    with reading(engine) as session:
        return outturns(session, "general", YEAR, to)[line]


def spend(engine: Engine, amount: str, month: int, book: Book = Book.ACTUAL) -> None:
    other = "Assets:HostCash" if book is Book.ACTUAL else "Equity:Committed"
    text = f"{CARE.account} {amount} service=fostering / {other} -{amount}"
    made = journal(text, ref=f"{book}{month}", book=book, day=date(2003, month, 20))
    with transaction(engine) as session:
        posting.post(session, made, by=CLERK, at=AT)


def close_march(engine: Engine) -> None:
    with transaction(engine) as session:
        row = session.get_one(PeriodRow, (str(YEAR), 12))
        row.status, row.seal, row.closed_by, row.closed_at = "closed", "s", CLERK, "now"


def test_a_line_nobody_spread_is_spread_evenly(budgeted: Engine) -> None:
    assert outturn(budgeted, 6).to_date.plain == "60000.00"


def test_a_profile_moves_the_budget_to_date_and_the_forecast(budgeted: Engine) -> None:
    """£30,000 of £120,000 by September; £50,000 is spent, so £140,000 is forecast."""
    spend(budgeted, "50000.00", 9)
    assert spread(budgeted, WINTER) == 1

    made = outturn(budgeted, 6)

    assert (made.to_date.plain, made.forecast.plain) == ("30000.00", "140000.00")
    assert made.basis == "£50,000.00 spent and £90,000.00 of profile left (seasonal)."


def test_a_profile_follows_the_days_of_its_contract(budgeted: Engine) -> None:
    assert spread(budgeted, ProfileSaid(Shape.CONTRACT, contract="C-0001")) == 1

    # 183 of the 366 days from 1 April 2003 to 31 March 2004 are over.
    assert outturn(budgeted, 6).to_date.plain == "60000.00"


def test_a_profile_given_again_is_kept_once_and_another_is_kept_beside_it(
    budgeted: Engine,
) -> None:
    assert [spread(budgeted, one) for one in (ProfileSaid(), WINTER, WINTER, ProfileSaid())] == [
        None,
        1,
        None,
        2,
    ]
    with reading(budgeted) as session:
        kept = session.exec(
            select(BudgetProfileRow.shape).order_by(col(BudgetProfileRow.turn))
        ).all()
    assert list(kept) == ["seasonal", "even"]


JULY = datetime(2003, 7, 8, 9, 0, tzinfo=UTC)


def test_a_profile_changed_in_july_leaves_the_months_that_are_over_as_they_were(
    budgeted: Engine,
) -> None:
    """£120,000 evenly is £30,000 by June; the £90,000 left then goes by 1, 1, 1 and six times 3."""
    spread(budgeted, ProfileSaid(Shape.SEASONAL, (2,) * 12))
    before = [outturn(budgeted, month).to_date.plain for month in (1, 2, 3)]

    with transaction(budgeted) as session:
        changed = budgeting.set_profile(
            session, "general", YEAR, CARE, WINTER, by="x.admin", at=JULY
        )

    assert changed == 2
    assert [outturn(budgeted, month).to_date.plain for month in (1, 2, 3)] == before
    assert before == ["10000.00", "20000.00", "30000.00"]
    # £90,000 by 21 weights: three of them by September, all of them by March.
    assert outturn(budgeted, 6).to_date.plain == "42857.14"
    assert outturn(budgeted, 12).to_date.plain == "120000.00"


def test_the_first_profile_of_a_line_leaves_the_months_that_are_closed_as_they_were(
    budgeted: Engine,
) -> None:
    """April and May are closed at £20,000; the other £100,000 goes by 4 times 1 and six times 3."""
    close_months(budgeted, 2)

    spread(budgeted, WINTER)

    assert outturn(budgeted, 2).to_date.plain == "20000.00"
    assert outturn(budgeted, 6).to_date.plain == "38181.82"


@pytest.mark.parametrize(
    ("last", "said", "code"),
    [
        (9, ProfileSaid(Shape.SEASONAL, (1, *(0,) * 11)), "profile_weighs_nothing"),
        (12, WINTER, "period_not_open"),
    ],
)
def test_a_profile_that_has_no_month_left_to_change_is_refused(
    budgeted: Engine, last: int, said: ProfileSaid, code: str
) -> None:
    close_months(budgeted, last)

    with pytest.raises(Refused) as refused:
        spread(budgeted, said)

    assert refused.value.codes == (code,)
    assert spread(budgeted, ProfileSaid()) is None


def close_months(engine: Engine, last: int) -> None:
    with transaction(engine) as session:
        for number in range(1, last + 1):
            row = session.get_one(PeriodRow, (str(YEAR), number))
            row.status, row.seal, row.closed_by, row.closed_at = "closed", "s", CLERK, "now"


@pytest.mark.parametrize(
    ("contract", "line", "code"),
    [
        ("C-9999", CARE, "contract_unknown"),
        ("C-0001", HEALTH, "profile_contract_elsewhere"),
    ],
)
def test_a_profile_names_a_contract_of_its_line(
    budgeted: Engine, contract: str, line: BudgetLine, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        spread(budgeted, ProfileSaid(Shape.CONTRACT, contract=contract), line)

    assert refused.value.codes == (code,)


def test_everything_wrong_with_a_line_and_its_profile_is_said_at_once(budgeted: Engine) -> None:
    with transaction(budgeted) as session, pytest.raises(Refused) as refused:
        budgeting.set_profile(
            session,
            "poole",
            YEAR.next,
            BudgetLine("Assets:HostCash", "none"),
            ProfileSaid(Shape.SEASONAL, (1,)),
            by="x.admin",
            at=AT,
        )

    assert set(refused.value.codes) == {
        "fund_unknown",
        "year_not_opened",
        "budget_not_for_expense",
        "service_unknown",
        "profile_not_of_twelve",
    }


def test_a_persons_figure_counts_from_its_period_on_and_not_before(budgeted: Engine) -> None:
    assert said(budgeted, OWN, period=6) == 1

    assert outturn(budgeted, 5).forecast.plain == "70000.00"
    made = outturn(budgeted, 6)
    assert (made.forecast.plain, made.variance.plain) == ("130000.00", "10000.00")
    assert made.basis == "Hana Clerk's figure of September 2003: two placements from October"


def test_a_later_figure_takes_the_place_of_an_earlier_one_which_is_kept(budgeted: Engine) -> None:
    later = replace(OWN, amount=Money.parse("125000"), reason="one did not start")

    assert [said(budgeted, OWN), said(budgeted, OWN), said(budgeted, later, period=7)] == [1, 1, 2]

    assert outturn(budgeted, 6).forecast.plain == "130000.00"
    assert outturn(budgeted, 7).forecast.plain == "125000.00"
    with reading(budgeted) as session:
        assert session.exec(select(func.count()).select_from(ForecastRow)).one() == 2
        kept = session.exec(
            select(AuditEventRow.before, AuditEventRow.after)
            .where(AuditEventRow.action == "forecast")
            .order_by(col(AuditEventRow.id))
        ).all()
    assert '"130000.00"' in kept[1][0]
    assert '"125000.00"' in kept[1][1]


def test_a_person_may_go_back_to_what_is_worked_out(budgeted: Engine) -> None:
    said(budgeted, OWN)
    said(budgeted, ForecastSaid(method=Method.COMMITTED, reason="all is under contract now"), 7)
    spend(budgeted, "40000.00", 5)
    spend(budgeted, "81000.00", 6, Book.COMMITMENT)

    made = outturn(budgeted, 7)

    assert (made.forecast.plain, made.basis) == (
        "121000.00",
        "£40,000.00 spent and £81,000.00 promised.",
    )


def test_after_march_is_closed_the_forecast_is_what_was_spent(budgeted: Engine) -> None:
    spend(budgeted, "119000.00", 12)
    spend(budgeted, "500.00", 11, Book.COMMITMENT)
    said(budgeted, OWN)
    close_march(budgeted)

    assert outturn(budgeted, 13).forecast.plain == "119000.00"
    assert outturn(budgeted, 13).basis == "The year is over: what was spent."
    # What was expected while the year ran is what it was.
    assert outturn(budgeted, 6).forecast.plain == "130000.00"
    with pytest.raises(Refused) as refused:
        said(budgeted, OWN, period=12)
    assert refused.value.codes == ("forecast_after_year_end",)


def test_a_line_is_not_forecast_before_it_was_last(budgeted: Engine) -> None:
    said(budgeted, OWN, period=6)

    with pytest.raises(Refused, match="was forecast in September 2003, which is after August 2003"):
        said(budgeted, OWN, period=5)


@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        (replace(OWN, reason=" "), {"reason_missing"}),
        (replace(OWN, amount=None), {"forecast_amount_not_of_method"}),
        (replace(OWN, method=Method.PROFILE), {"forecast_amount_not_of_method"}),
        (replace(OWN, low=Money.parse("130000.01")), {"forecast_outside_its_range"}),
        (replace(OWN, high=Money.parse("129999.99")), {"forecast_outside_its_range"}),
        (
            ForecastSaid(method=Method.PERSON, reason=""),
            {"reason_missing", "forecast_amount_not_of_method"},
        ),
    ],
)
def test_everything_wrong_with_a_forecast_is_said_at_once(
    budgeted: Engine, wrong: ForecastSaid, codes: set[str]
) -> None:
    with pytest.raises(Refused) as refused:
        said(budgeted, wrong)

    assert set(refused.value.codes) == codes


def test_an_approver_may_not_forecast(budgeted: Engine) -> None:
    with pytest.raises(Refused, match="may not forecast what a year will come to"):
        said(budgeted, OWN, by=APPROVER)


def test_the_report_says_what_changed_since_the_period_before(budgeted: Engine) -> None:
    said(budgeted, OWN, period=6)

    with reading(budgeted) as session:
        report = REPORTS["forecast"](session, Scope("general", YEAR, 6), AT)

    row = next(row for row in report.rows if row["account"] == CARE.account)
    assert {key: str(row[key]) for key in ("budget", "to_date", "forecast", "variance")} == {
        "budget": "£120,000.00",
        "to_date": "£60,000.00",
        "forecast": "£130,000.00",
        "variance": "£10,000.00",
    }
    assert (str(row["before"]), str(row["change"])) == ("£70,000.00", "£60,000.00")
    assert str(row["basis"]).startswith("Hana Clerk's figure of September 2003")
    assert str(report.totals["forecast"]) == "£140,000.00"
    assert "above nil is overspent" in report.sign


def test_a_file_of_budgets_may_say_how_each_line_is_spread(engine: Engine) -> None:
    file = (
        "fund,account,service,amount,profile\n"
        f"general,{CARE.account},fostering,120000.00,contract C-0001\n"
        f"general,{HEALTH.account},therapy,24000.00,0 0 0 0 0 0 1 1 1 1 1 1\n"
    )

    def load() -> budgeting.BudgetLoaded:
        with transaction(engine) as session:
            return budgeting.load_budget(session, file.encode(), "b.csv", by=CLERK, at=AT)

    assert (load().profiles, load().profiles) == (2, 0)
    assert outturn(engine, 6, HEALTH).to_date.plain == "0.00"
    assert outturn(engine, 9, HEALTH).to_date.plain == "12000.00"


def test_each_profile_of_a_file_that_is_wrong_is_named_by_row_and_column(engine: Engine) -> None:
    file = (
        "fund,account,service,amount,profile\n"
        f"general,{CARE.account},fostering,120000.00,monthly\n"
        f"general,{HEALTH.account},therapy,24000.00,1 1 1\n"
        f"camhs,{HEALTH.account},therapy,24000.00,contract C-0001\n"
    )

    with transaction(engine) as session, pytest.raises(Refused) as refused:
        budgeting.load_budget(session, file.encode(), "b.csv", by=CLERK, at=AT)

    assert [(p.code, p.row, p.column) for p in refused.value.problems] == [
        ("profile_unreadable", 2, "profile"),
        ("profile_not_of_twelve", 3, "profile"),
        ("profile_contract_elsewhere", 4, "profile"),
    ]

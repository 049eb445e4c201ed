"""A grant moved between the quarters of its year: what is expected, forecast and could be lost."""

import json
from datetime import date

import pytest
from sqlalchemy import Engine

from ledger.grant.life import Step
from ledger.grant.programme import Unspent
from ledger.journal import Book
from ledger.money import Money
from ledger.problems import Refused
from tests.granting.test_owing import held
from tests.reports.test_grant_reports import FOSTERING, report, shown, spend
from tests.support.grants import allocation, happens, programme, take_on
from tests.support.trusts import AT, CLERK, YEAR, journal
from trust_commissioning import posting
from trust_commissioning.recording import EVENTS
from trust_commissioning.reports.shape import Cell
from trust_commissioning.store import grants, reading, transaction

BUDGET = (
    "Expenses:ThirdParty:FosterCare 1000.00 service=fostering stay_safe"
    "/Equity:BudgetAuthority -1000.00"
)
MOVED = ["100.00", "300.00", "300.00", "300.00"]


def a_slow_first_quarter(engine: Engine) -> None:
    """£1,000.00 by quarters with a budget; £250.00 came in April and £100.00 was spent."""
    take_on(engine, programme(needs_plan=False), allocation(unspent=Unspent.RE_PROFILE))
    with transaction(engine) as session:
        made = journal(BUDGET, ref="b", book=Book.BUDGET, fund="special", day=YEAR.starts)
        posting.post(session, made, by=CLERK, at=AT)
    happens(engine, Step.PAID, date(2003, 4, 30), "250.00")
    spend(engine, FOSTERING, "100.00")


def moved(engine: Engine, quarters: list[str], day: str = "2003-07-10") -> None:
    asked = {
        "allocation": "special/2003-04",
        "reference": f"letter of {day}",
        "day": day,
        "year": "2003-04",
        "quarters": quarters,
    }
    event = EVENTS["grant-revision"]
    read = event.read(json.dumps(asked).encode(), name="revision.json")
    with transaction(engine) as session:
        event.act(session, read, CLERK, AT)


def quarters(engine: Engine, to: int) -> list[list[Cell]]:
    with reading(engine) as session:
        made = report(session, "grant-statement", to=to)
    (part,) = [one for one in made.parts if one.key == "quarters"]
    keys = ("quarter", "expected", "paid", "behind", "spent", "standing")
    return [shown(row, *keys) for row in part.rows]


def test_the_instalments_expected_follow_the_quarters_as_they_were_last_spread(engine: Engine):
    a_slow_first_quarter(engine)
    assert quarters(engine, 4) == [
        ["April 2003 to June 2003", "250.00", "250.00", "0.00", "100.00", "Paid"],
        ["July 2003 to September 2003", "250.00", "0.00", "250.00", "0.00", "Due"],
        ["October 2003 to December 2003", "250.00", "0.00", "500.00", "0.00", "Coming"],
        ["January 2004 to March 2004", "250.00", "0.00", "750.00", "0.00", "Coming"],
    ]

    moved(engine, MOVED)

    assert quarters(engine, 3)[0][1] == "250.00"
    assert quarters(engine, 4) == [
        ["April 2003 to June 2003", "100.00", "250.00", "0.00", "100.00", "Paid"],
        ["July 2003 to September 2003", "300.00", "0.00", "150.00", "0.00", "Due"],
        ["October 2003 to December 2003", "300.00", "0.00", "450.00", "0.00", "Coming"],
        ["January 2004 to March 2004", "300.00", "0.00", "750.00", "0.00", "Coming"],
    ]


def test_the_forecast_and_what_could_be_lost_follow_them_too(engine: Engine):
    a_slow_first_quarter(engine)
    with reading(engine) as session:
        (line,) = report(session, "forecast", to=3, fund="special").rows
        (lost,) = report(session, "grant-exposure", to=3).rows
    # £100 is spent and three quarters of the £1,000 are left: £150 of the first is not spent.
    assert shown(line, "to_date", "forecast") == ["250.00", "850.00"]
    assert shown(lost, "cause", "amount", "day") == ["Not spent in time", "150.00", "31 March 2004"]
    assert str(lost["why"]).endswith(
        "£150.00 of the quarters that have ended is not spent: it is to be moved into a later one."
    )

    moved(engine, MOVED, "2003-06-30")

    with reading(engine) as session:
        (line,) = report(session, "forecast", to=3, fund="special").rows
        assert shown(line, "to_date", "forecast") == ["100.00", "1000.00"]
        assert report(session, "grant-exposure", to=3).rows == ()


def test_moving_money_between_quarters_moves_nothing_in_the_books_and_is_kept(engine: Engine):
    a_slow_first_quarter(engine)
    before = held(engine)

    moved(engine, MOVED)
    moved(engine, MOVED)

    assert held(engine) == before
    with reading(engine) as session:
        last = grants.events(session, "special/2003-04")[-1]
        (happened,) = [
            one
            for one in report(session, "quarterly-report", to=4, fund="special").parts
            if one.key == "happened"
        ]
    assert last.event.quarters == tuple(Money.parse(one) for one in MOVED)
    assert (last.journal, dict(last.said)) == ("", {})
    assert happened.rows[-1]["what"] == (
        "Special Grant for 2003-04, revised, by quarter £100.00, £300.00, £300.00, £300.00."
    )


@pytest.mark.parametrize(
    "quarters",
    [["250.00"] * 3, ["300.00"] * 4, ["-100.00", "500.00", "300.00", "300.00"]],
)
def test_quarters_are_four_and_come_to_what_the_year_has(engine: Engine, quarters: list[str]):
    a_slow_first_quarter(engine)

    with pytest.raises(Refused) as refused:
        moved(engine, quarters)

    assert refused.value.codes == ("grant_quarters_unfit",)


def test_a_grant_whose_rule_is_another_is_not_moved_between_quarters(engine: Engine):
    take_on(engine, programme(needs_plan=False))

    with pytest.raises(Refused) as refused:
        moved(engine, MOVED)

    assert refused.value.codes == ("grant_not_re_profiled",)

"""A month in which a grant or a condition begins or ends is read by the day of each line."""

from dataclasses import replace
from datetime import date

from sqlalchemy import Engine

from ledger.grant.conditions import Condition
from ledger.money import Money
from ledger.periods import Period
from tests.reports.test_grant_reports import FOSTERING, THERAPY, report, shown
from tests.support.grants import allocation, programme, take_on
from tests.support.trusts import AT, CLERK, YEAR, journal
from trust_commissioning import posting
from trust_commissioning.granting.claiming import claimable
from trust_commissioning.reports.shape import Cell
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.journals import search_totals

FROM_15_JUNE = Condition(
    code="carers",
    wording="From 15 June for foster carers only.",
    services=("fostering",),
    starts=date(2003, 6, 15),
)


def spend(
    engine: Engine,
    text: str,
    amount: str,
    day: date,
    *,
    paper: date | None = None,
    reverses: str | None = None,
) -> str:
    said = text.format(amount, amount).replace("--", "")
    made = journal(said, ref=f"{text} {amount} {day}", fund="special", day=day)
    made = replace(made, document_day=paper, reverses=reverses)
    with transaction(engine) as session:
        return posting.post(session, made, by=CLERK, at=AT)


def claimed(engine: Engine, to: int = 12) -> tuple[list[list[Cell]], list[list[Cell]], str]:
    """Eligible and not eligible lines of the claim, with what may be claimed."""
    with reading(engine) as session:
        made = report(session, "grant-claim", to=to)
        may, _ = claimable(session, "special/2003-04", Period(YEAR, to))
    not_eligible = made.parts[1]
    return (
        [shown(row, "service_title", "amount") for row in made.rows],
        [shown(row, "service_title", "amount") for row in not_eligible.rows],
        may.plain,
    )


def test_spend_before_a_condition_began_is_claimed_though_its_month_ends_after_it(engine: Engine):
    take_on(engine, programme(needs_plan=False, conditions=(FROM_15_JUNE,)))
    spend(engine, THERAPY, "30.00", date(2003, 6, 14))
    spend(engine, FOSTERING, "50.00", date(2003, 6, 15))

    assert claimed(engine) == ([["Fostering", "50.00"], ["Therapy", "30.00"]], [], "80.00")


def test_spend_after_a_condition_ended_is_claimed_and_what_broke_it_before_is_not(engine: Engine):
    until = replace(FROM_15_JUNE, starts=None, ends=date(2003, 6, 14))
    take_on(engine, programme(needs_plan=False, conditions=()))
    spend(engine, THERAPY, "7.00", date(2003, 6, 14))
    spend(engine, THERAPY, "30.00", date(2003, 6, 15))
    with transaction(engine) as session:
        from trust_commissioning import granting

        held_to = programme(needs_plan=False, conditions=(until,))
        granting.keep_programme(session, held_to, by=CLERK, at=AT)

    assert claimed(engine) == ([["Therapy", "30.00"]], [["Therapy", "7.00"]], "30.00")


def test_spend_of_the_month_before_the_grant_began_or_after_it_ended_is_not_its_own(
    engine: Engine,
):
    given = allocation(starts=date(2003, 10, 15), ends=date(2004, 1, 15))
    take_on(engine, programme(needs_plan=False), given)
    for amount, day in (
        ("1.00", date(2003, 10, 14)),
        ("10.00", date(2003, 10, 15)),
        ("20.00", date(2003, 11, 30)),
        ("40.00", date(2004, 1, 15)),
        ("2.00", date(2004, 1, 16)),
        ("4.00", date(2004, 2, 1)),
    ):
        spend(engine, FOSTERING, amount, day)

    assert claimed(engine) == ([["Fostering", "70.00"]], [], "70.00")
    with reading(engine) as session:
        made = report(session, "grant-claim")
        assert made.leads_to(made.columns, made.rows[0], "amount") is None


def test_a_late_paper_counts_on_its_own_day_as_when_it_was_posted(engine: Engine):
    given = allocation(ends=date(2004, 1, 15))
    take_on(engine, programme(needs_plan=False, conditions=(FROM_15_JUNE,)), given)
    spend(engine, THERAPY, "30.00", date(2003, 7, 20), paper=date(2003, 6, 10))
    spend(engine, FOSTERING, "50.00", date(2004, 2, 20), paper=date(2004, 1, 10))
    spend(engine, FOSTERING, "5.00", date(2004, 2, 20), paper=date(2004, 1, 20))

    assert claimed(engine) == ([["Fostering", "50.00"], ["Therapy", "30.00"]], [], "80.00")


def test_a_paper_of_the_year_before_counts_in_the_year_it_is_entered_in(engine: Engine):
    take_on(engine, programme(needs_plan=False))
    spend(engine, FOSTERING, "50.00", date(2003, 4, 20), paper=date(2003, 3, 20))

    assert claimed(engine) == ([["Fostering", "50.00"]], [], "50.00")


def test_a_reversal_takes_back_from_where_its_original_went(engine: Engine):
    given = allocation(starts=date(2003, 10, 15))
    take_on(engine, programme(needs_plan=False), given)
    number = spend(engine, FOSTERING, "60.00", date(2003, 10, 14))
    spend(engine, FOSTERING, "10.00", date(2003, 10, 15))
    spend(engine, FOSTERING, "-60.00", date(2003, 10, 20), reverses=number)

    assert claimed(engine) == ([["Fostering", "10.00"]], [], "10.00")


def test_what_is_reversed_after_the_grant_ended_is_claimed_no_more(engine: Engine):
    given = allocation(ends=date(2003, 9, 30))
    take_on(engine, programme(needs_plan=False), given)
    number = spend(engine, FOSTERING, "60.00", date(2003, 9, 20))
    spend(engine, FOSTERING, "10.00", date(2003, 9, 21))
    spend(engine, FOSTERING, "-60.00", date(2003, 10, 5), reverses=number)

    assert claimed(engine, to=6) == ([["Fostering", "70.00"]], [], "70.00")
    assert claimed(engine) == ([["Fostering", "10.00"]], [], "10.00")


def test_whole_months_keep_their_figures_and_lead_to_their_journals(engine: Engine):
    take_on(engine, programme(needs_plan=False))
    spend(engine, FOSTERING, "300.00", date(2003, 6, 30))

    with reading(engine) as session:
        made = report(session, "grant-claim")
        lead = made.leads_to(made.columns, made.rows[0], "amount")
        assert lead is not None
        assert search_totals(session, lead) == (1, Money.parse("300.00"))


def test_what_could_be_lost_reads_spend_by_the_same_days(engine: Engine):
    take_on(engine, programme(needs_plan=False, conditions=(FROM_15_JUNE,)))
    spend(engine, THERAPY, "30.00", date(2003, 6, 14))
    spend(engine, FOSTERING, "50.00", date(2003, 6, 15))

    with reading(engine) as session:
        made = report(session, "grant-exposure", to=12)

    (row,) = made.parts[0].rows
    assert shown(row, "available", "spent", "forecast", "lost") == [
        "1000.00",
        "80.00",
        "80.00",
        "920.00",
    ]

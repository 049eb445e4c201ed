"""Duties with their days, measures of the service with how a reading stands to them."""

from datetime import date
from fractions import Fraction

from contracts.kpi import Bound, Frequency, Kpi, Standing, figure
from contracts.kpi import problems_in as kpi_problems
from contracts.obligations import Met, Obligation, calendar, months_after, problems_in

INSURANCE = Obligation(
    code="insurance", title="Proof of insurance", day=date(2003, 4, 30), every=Frequency.YEARLY
)
ONCE = Obligation(code="plan", title="Improvement plan", day=date(2003, 6, 1))


def test_a_duty_falls_due_again_and_again_until_the_contract_ends() -> None:
    due = calendar([INSURANCE, ONCE], [], date(2010, 1, 1), ends=date(2006, 3, 31))

    assert [(one.obligation.code, one.day) for one in due] == [
        ("insurance", date(2003, 4, 30)),
        ("plan", date(2003, 6, 1)),
        ("insurance", date(2004, 4, 30)),
        ("insurance", date(2005, 4, 30)),
    ]


def test_a_duty_of_the_last_day_of_a_month_stays_on_the_last_day() -> None:
    assert months_after(date(2003, 4, 30), 1) == date(2003, 5, 31)
    assert months_after(date(2003, 11, 30), 3) == date(2004, 2, 29)
    assert months_after(date(2003, 1, 29), 1) == date(2003, 2, 28)
    assert months_after(date(2003, 1, 15), 12) == date(2004, 1, 15)


def test_what_is_not_done_by_its_day_is_late_until_it_is_done() -> None:
    met = Met(
        obligation="plan", due=date(2003, 6, 1), day=date(2003, 6, 9), words="", reference="M"
    )
    (due,) = calendar([ONCE], [met], date(2003, 12, 31))

    assert not due.late_on(date(2003, 6, 1))
    assert due.late_on(date(2003, 6, 8))
    assert not due.late_on(date(2003, 6, 9))


def test_a_duty_that_ends_comes_again_and_ends_after_it_begins() -> None:
    ends_first = Obligation(
        code="a", title="A", day=date(2003, 6, 1), every=Frequency.MONTHLY, until=date(2003, 5, 1)
    )
    once = Obligation(code="b", title="B", day=date(2003, 6, 1), until=date(2004, 5, 1))

    assert [one.code for one in problems_in(ends_first, "x")] == [
        "obligation_ends_before_it_starts"
    ]
    assert [one.code for one in problems_in(once, "x")] == ["obligation_once_has_no_end"]


def test_a_reading_is_met_within_tolerance_or_missed() -> None:
    visits = Kpi(
        code="seen", title="Seen in time", unit="%", target=Fraction(95), tolerance=Fraction(5)
    )
    waits = Kpi(code="wait", title="Wait", unit="days", target=Fraction(10), bound=Bound.AT_MOST)

    assert [visits.standing(Fraction(one)) for one in (95, 90, 89)] == [
        Standing.MET,
        Standing.WITHIN_TOLERANCE,
        Standing.MISSED,
    ]
    assert [waits.standing(Fraction(one)) for one in (10, 11)] == [Standing.MET, Standing.MISSED]


def test_a_tolerance_is_not_below_nil() -> None:
    wrong = Kpi(code="a", title="A", unit="%", target=Fraction(1), tolerance=Fraction(-1))

    assert [one.code for one in kpi_problems(wrong, "kpis[0]")] == ["kpi_tolerance_below_nil"]


def test_a_figure_is_shown_with_as_few_places_as_it_has() -> None:
    shown = [figure(Fraction(one)) for one in ("95", "2.5", "-0.05", "1/3", "0", "-1/100000")]

    assert shown == ["95", "2.5", "-0.05", "0.3333", "0", "0"]

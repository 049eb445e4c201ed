"""What is promised at a year's ends: into the year that opens, out of the one that closes."""

from ledger.accrual import Timing
from ledger.journal import Book
from ledger.money import Money
from ledger.periods import Period
from tests.calling_off.test_invoices import invoice, step
from tests.support.register import APPROVER, AT, CLERK, FOSTER, YEAR, Register
from trust_commissioning import applying, closing, posting
from trust_commissioning.store import transaction

NEXT = YEAR.next


def opens_the_next_year(register: Register) -> None:
    with transaction(register.engine) as session:
        applying.apply(session, applying.read("years: [2004-05]"), by="admin", at=AT)


def test_a_year_that_is_opened_takes_what_runs_on_into_it(register: Register) -> None:
    register.calls_off("P-1")
    assert register.committed(year=NEXT) == "0.00"

    opens_the_next_year(register)

    assert register.committed() == "36600.00"
    assert register.committed(year=NEXT) == "36500.00"
    assert register.is_clean()


def test_an_accrual_releases_the_promise_and_its_reversal_raises_it_in_the_new_year(
    register: Register,
) -> None:
    """Four weeks to 31 March at £700.00: accrued, reversed in April, invoiced in May."""
    opens_the_next_year(register)
    number = register.calls_off("P-1", starts="2004-03-04", expected_end="2004-03-31")
    assert (register.committed(), register.committed(year=NEXT)) == ("2800.00", "0.00")

    with transaction(register.engine) as session:
        wanted = closing.Accrual(
            fund="pool",
            period=Period(YEAR, 12),
            account=FOSTER,
            call_off=number,
            amount=Money.parse("2800.00"),
            reference="march",
            reason="Four weeks of March",
            timing=Timing.ACCRUAL,
        )
        id = closing.accrue(session, wanted, by=CLERK, at=AT)
    with transaction(register.engine) as session:
        posting.post_submitted(session, id, by=APPROVER, at=AT)
    assert (register.committed(), register.actual()) == ("0.00", "2800.00")
    assert register.is_clean()


def test_what_a_year_still_promises_goes_into_the_next_when_it_closes(
    register: Register,
) -> None:
    number = register.calls_off("P-1", starts="2004-03-04", expected_end="2004-03-31")
    opens_the_next_year(register)
    for month in range(1, 13):
        with transaction(register.engine) as session:
            closing.close(session, Period(YEAR, month), by=CLERK, at=AT, reason="Known")
    with transaction(register.engine) as session:
        closing.close_year(session, YEAR, by="admin", at=AT, reason="Known")

    assert (register.committed(), register.committed(year=NEXT)) == ("0.00", "2800.00")

    line = {"starts": "2004-03-04", "ends": "2004-03-31", "net": "2800.00"}
    asked = invoice("9", {"call_off": number, **line}, day="2004-04-05", received="2004-04-06")
    register.record("invoice", asked)
    register.record("invoice-approval", step("I-000001", "ok") | {"day": "2004-04-10"}, by=APPROVER)
    assert register.committed(year=NEXT) == "0.00"
    assert register.holds(Book.ACTUAL, year=NEXT) == "2800.00"
    assert register.is_clean()


def test_a_fund_that_has_ended_lets_go_what_it_promised_on_its_last_day(register: Register) -> None:
    """The pool ends on 30 September; a placement under it ends in December."""
    number = register.calls_off("P-1", expected_end="2003-12-31")
    with transaction(register.engine) as session:
        ended = """
funds:
  - {code: pool, title: Placements pool, kind: pooled, legal_basis: health_act_1999_s31,
     host: social, ends: 2003-09-30}
"""
        applying.apply(session, applying.read(ended), by="admin", at=AT)

    end = {"reference": "e", "call_off": number, "day": "2003-12-15", "reason": "Returned home"}
    register.record("call-off-end", end)

    assert register.committed() == "25900.00"  # 259 days at £100.00
    assert register.is_clean()

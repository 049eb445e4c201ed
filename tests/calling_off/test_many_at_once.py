"""Many call-offs at once: each keeps its own promise, and the record is not asked of each alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import Engine, event
from sqlmodel import Session

from ledger.journal import Book, Journal, Posting
from ledger.money import Money
from ledger.periods import Period
from tests.calling_off.test_invoices import invoice, step
from tests.calling_off.test_years import opens_the_next_year
from tests.support.register import APPROVER, AT, CLERK, CONTRACT, FOSTER, YEAR, Register
from trust_commissioning import posting
from trust_commissioning.reports import Scope
from trust_commissioning.reports.invoices import invoices
from trust_commissioning.roles import Action
from trust_commissioning.store import calling_off, transaction
from trust_commissioning.store.years import open_year


def paid(call_off: str, amount: str) -> Journal:
    return Journal(
        book=Book.ACTUAL,
        fund="pool",
        period=Period(YEAR, 1),
        day=date(2003, 4, 30),
        narration="Foster care in April",
        postings=(
            Posting(
                FOSTER,
                Money.parse(amount),
                service="fostering",
                contract=CONTRACT,
                call_off=call_off,
            ),
            Posting("Assets:HostCash", -Money.parse(amount)),
        ),
        source="test",
        source_ref=call_off,
    )


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What the database was asked meanwhile."""
    asked: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_payments_of_one_file_release_what_each_placement_promised(register: Register) -> None:
    """£700.00 a week for the 275 days to 31 December is £27,500.00 for each of the three."""
    numbers = [register.calls_off(f"P-{n}", expected_end="2003-12-31") for n in range(3)]
    assert register.committed() == "82500.00"

    with transaction(register.engine) as session:
        posting.post_many(
            session,
            [paid(number, f"{1000 * turn}.00") for turn, number in enumerate(numbers, 1)],
            by=CLERK,
            at=AT,
        )

    held = register.ask(calling_off.spent, numbers, Book.COMMITMENT.value)
    assert [held[number][YEAR].plain for number in numbers] == ["26500.00", "25500.00", "24500.00"]
    assert register.is_clean()


def test_opening_a_year_asks_no_more_often_for_twelve_placements_than_for_two(
    register: Register,
) -> None:
    """Of two at £700.00 a week and ten at £10.00, a year of 365 days is £78,214.30 in all."""
    for n in range(2):
        register.calls_off(f"P-{n}")
    with statements(register.engine) as for_two, transaction(register.engine) as session:
        _promise_anew(session)
        session.rollback()
    for n in range(2, 12):
        register.calls_off(f"P-{n}", price="10.00")
    with statements(register.engine) as for_twelve, transaction(register.engine) as session:
        _promise_anew(session)
        session.rollback()

    assert len(for_two) == len(for_twelve)

    opens_the_next_year(register)
    assert register.committed(year=YEAR.next) == "78214.30"
    assert register.is_clean()


def _promise_anew(session: Session) -> None:
    """As opening the next year does."""
    open_year(session, YEAR.next)
    posting.promise_into(session, YEAR.next, by="admin", at=AT, action=Action.CHANGE_REGISTER)


def test_the_report_of_invoices_asks_no_more_often_for_twelve_than_for_two(
    register: Register,
) -> None:
    """Weeks of £700.00, each approved, every second ended early and so overpaid by £300.00."""

    def bills(place: int) -> None:
        number = register.calls_off(f"P-{place}", expected_end="2003-04-07")
        week = {"starts": "2003-04-01", "ends": "2003-04-07", "net": "700.00"}
        asked = invoice(f"N{place}", {"call_off": number, **week})
        key = str(register.record("invoice", asked)["invoice"])
        register.record("invoice-approval", step(key, f"ok-{place}"), by=APPROVER)
        if place % 2:
            end = {"reference": f"e-{place}", "call_off": number, "day": "2003-04-04"}
            register.record("call-off-end", end | {"reason": "Returned home"})

    scope = Scope(None, YEAR, 12)
    for place in range(2):
        bills(place)
    with statements(register.engine) as for_two:
        few = register.ask(invoices, scope, AT)
    for place in range(2, 12):
        bills(place)
    with statements(register.engine) as for_twelve:
        many = register.ask(invoices, scope, AT)

    assert len(for_two) == len(for_twelve)
    over = [next(part for part in one.parts if part.key == "overpaid") for one in (few, many)]
    assert [str(one.totals["overpaid"]) for one in over] == ["£300.00", "£1,800.00"]
    assert [str(one.totals["owed"]) for one in (few, many)] == ["£1,400.00", "£8,400.00"]


def test_an_invoice_whose_payment_was_reversed_is_in_the_report_again(register: Register) -> None:
    number = register.calls_off("P-1", expected_end="2003-04-28")
    line = {"starts": "2003-04-01", "ends": "2003-04-28", "net": "2800.00"}
    register.record("invoice", invoice("1", {"call_off": number, **line}))
    register.record("invoice-approval", step("I-000001", "ok"), by=APPROVER)
    paid = step("I-000001", "paid", amount="2800.00")
    (made,) = register.record("invoice-payment", paid, by=CLERK)["journals"]
    scope = Scope(None, YEAR, 12)
    assert register.ask(invoices, scope, AT).rows == ()

    with transaction(register.engine) as session:
        id = posting.reverse(session, made, reason="The bank sent it back", by=CLERK, at=AT)
        posting.post_submitted(session, id, by=APPROVER, at=AT)

    (row,) = register.ask(invoices, scope, AT).rows
    assert (row["invoice"], str(row["owed"])) == ("I-000001", "£2,800.00")


def test_an_invoice_is_in_the_report_of_each_fund_that_pays_for_a_line(register: Register) -> None:
    """Its first line is the pool's, its second education's own."""
    first = register.calls_off("P-1", expected_end="2003-04-28")
    special = [{"fund": "special", "weight": 1}]
    second = register.calls_off("P-2", expected_end="2003-04-28", funding=special)
    days = {"starts": "2003-04-01", "ends": "2003-04-28", "net": "2800.00"}
    lines = [{"call_off": number, **days} for number in (first, second)]
    register.record("invoice", invoice("1", *lines))

    for fund in ("pool", "special"):
        rows = register.ask(invoices, Scope(fund, YEAR, 12), AT).rows
        assert [row["invoice"] for row in rows] == ["I-000001"]

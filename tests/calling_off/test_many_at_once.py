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
from tests.calling_off.test_years import opens_the_next_year
from tests.support.register import AT, CLERK, CONTRACT, FOSTER, YEAR, Register
from trust_commissioning import posting
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

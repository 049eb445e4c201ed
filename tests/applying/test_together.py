"""Two who bring the trust to a file at the same moment come one after the other."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from tests.posting.test_together import all_at_once, in_transaction
from tests.support.trusts import AT, CLERK
from trust_commissioning.applying import apply, read
from trust_commissioning.budgeting import load_budget
from trust_commissioning.store import reading

BUDGET = (
    "budgets: [{fund: general, year: 2003-04, reason: Agreed, "
    "lines: [{account: 'Expenses:Unallocated', amount: '%d.00'}]}]"
)
FILE = "fund,account,amount\ngeneral,Expenses:Unallocated,%d.00\n"


def applied(text: str) -> Callable[[Session], object]:
    return lambda session: [one.did for one in apply(session, read(text), by=CLERK, at=AT)]


def loaded(pounds: int) -> Callable[[Session], object]:
    data = (FILE % pounds).encode()
    return lambda session: len(load_budget(session, data, "b.csv", by=CLERK, at=AT).journals)


def budgeted(engine: Engine) -> list[int]:
    """The budget as it was moved, journal by journal."""
    query = text(
        "SELECT p.pence FROM posting p JOIN journal j ON j.id = p.journal_id "
        "WHERE j.book = 'budget' AND p.account = 'Expenses:Unallocated' ORDER BY j.sequence"
    )
    with reading(engine) as session:
        return [int(pence) for (pence,) in session.execute(query)]


def test_of_four_who_add_the_same_body_at_once_one_adds_it(engine: Engine) -> None:
    document = "partners: [{code: hospital, name: Wealdshire Hospitals}]"
    said = all_at_once([in_transaction(engine, applied(document)) for _ in range(4)])

    assert sorted(said, key=str) == [["added"], [], [], []]


@pytest.mark.parametrize("way", [lambda n: applied(BUDGET % n), loaded])
def test_budgets_set_at_once_are_each_a_change_of_the_one_before(engine: Engine, way) -> None:
    pounds = [100, 200, 300, 400]
    said = all_at_once([in_transaction(engine, way(one)) for one in pounds])

    assert not any(isinstance(one, tuple) for one in said), said
    moved = budgeted(engine)
    assert len(moved) == 4
    assert sum(moved) // 100 in pounds

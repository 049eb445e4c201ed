"""A register in use: backed up and put back in the other database, under ring fences, in files that
continue one another."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from ledger.journal import Book
from ledger.money import Money
from tests.calling_off.test_after_the_end import reverses, waiting
from tests.calling_off.test_invoices import FOUR_WEEKS, creditors, step
from tests.calling_off.test_money_once import approves, bills, ends, resolves
from tests.calling_off.test_payments import HEAD, loads
from tests.calling_off.test_taken_back import asks_back, takes_off
from tests.calling_off.test_whose_money import codes
from tests.support.register import APPROVER, AT, CLERK, YEAR, Register
from trust_commissioning.backing_up import back_up, restore
from trust_commissioning.importing.loading import load_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.reports import Scope
from trust_commissioning.reports.commitments import commitments
from trust_commissioning.reports.invoices import invoices
from trust_commissioning.store import engine_for, transaction

HALVES = [{"fund": "special", "weight": 1}, {"fund": "pool", "weight": 1}]


def in_use(register: Register) -> None:
    """Placements and hours, disputed, credited, asked back, paid, held, decided twice."""
    first = register.calls_off("P-1", expected_end="2003-06-30")
    placed = register.calls_off("P-2", funding=HALVES)
    hours = register.calls_off("H-1", unit="hour", price="40.00", quantity="100")
    one = bills(register, "1001", {"call_off": first, **FOUR_WEEKS, "net": "3000.00"})
    approves(register, one, "ok-1")
    takes_off(register, first, one, "-150.00")
    two = bills(register, "1002", {"call_off": placed, **FOUR_WEEKS, "net": "2800.00"})
    approves(register, two, "ok-2")
    ends(register, placed)
    register.record("overpayment", asks_back(two, "back", "1400.00"), by=APPROVER)
    line = {"call_off": hours, **FOUR_WEEKS, "units": "40", "net": "1600.00"}
    three = bills(register, "1003", line)
    approves(register, three, "ok-3")
    note = line | {"units": "10", "net": "-400.00", "takes_back": True}
    approves(register, bills(register, "CN3", note, credits=three), "cn-3")
    held = loads(register, "20/05/2003,Oakfield Fostering,1003,1000.00").first_journal
    said = {"journal": held, "day": "2003-05-21", "invoice": three, "reason": "Part of it"}
    decided = register.record("held-payment", said | {"reference": "d1"}, by=CLERK)
    reverses(register, decided["journals"][0])
    register.record("held-payment", said | {"reference": "d2"}, by=CLERK)
    loads(register, "22/05/2003,Oakfield Fostering,1001,99.00", name="june.csv")


def figures(register: Register) -> list[Any]:
    scope = Scope(None, YEAR, 12)
    found = [register.ask(report, scope, AT) for report in (commitments, invoices)]
    return [
        [(one.rows, one.totals, [(part.rows, part.totals) for part in one.parts]) for one in found],
        register.by("fund", "account", "outcome", book=Book.COMMITMENT),
        register.by("fund", "account", book=Book.ACTUAL, account="Liabilities"),
    ]


def other(register: Register, request: pytest.FixtureRequest, folder: Path) -> str:
    """An empty database of the other kind."""
    if register.engine.dialect.name == "sqlite":
        return str(request.getfixturevalue("postgres_server").fresh())
    return f"sqlite:///{folder / 'other.sqlite3'}"


def test_a_register_in_use_is_the_same_in_the_other_database(
    register: Register, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    in_use(register)
    before = figures(register)
    assert register.is_clean()
    file = tmp_path / "out" / "trust.zip"
    back_up(register.engine, file, at=AT)

    url = other(register, request, tmp_path)
    restore(url, file, keep=tmp_path / "kept", by="", at=AT)
    there = Register(engine_for(url))
    try:
        assert there.is_clean()
        assert figures(there) == before
        resolves(there, "I-000001", 1, "2850.00")
        assert approves(there, "I-000001", "rest") == "approved"
        assert there.is_clean()
    finally:
        there.engine.dispose()


RING_FENCED = """
funds:
  - {code: special, title: Education's own money, kind: mainstream, host: education,
     conditions: For therapy only, may_be_spent_on: [therapy]}
"""


def test_a_call_off_is_held_to_the_ring_fence_of_each_fund_that_pays(register: Register) -> None:
    codes(register, RING_FENCED)
    asked = {
        "reference": "P-1",
        "contract": "C-0001",
        "title": "Foster placement",
        "account": "Expenses:ThirdParty:FosterCare",
        "day": "2003-04-01",
        "starts": "2003-04-01",
        "unit": "week",
        "price": "700.00",
        "funding": HALVES,
    }

    assert set(register.refused("call-off", asked)) == {"outside_ring_fence"}
    assert register.committed() == "0.00"


def test_a_fund_ring_fenced_later_lets_go_what_it_promised_and_spends_no_more(
    register: Register,
) -> None:
    """£700.00 a week by halves for 13 weeks, of which special pays half; ended after four."""
    number = register.calls_off("P-1", expected_end="2003-06-30", funding=HALVES)
    key = bills(register, "1", {"call_off": number, **FOUR_WEEKS, "net": "2800.00"})
    codes(register, RING_FENCED)

    approval = step(key, "ok")
    assert set(register.refused("invoice-approval", approval, by=APPROVER)) == {
        "outside_ring_fence"
    }
    assert (register.committed("special"), register.actual()) == ("4550.00", "0.00")
    ends(register, number, "2003-04-28")

    assert (register.committed("special"), register.committed("pool")) == ("1400.00", "1400.00")
    assert register.is_clean()


def load(session: Session, lines: list[str], name: str, continues: str | None) -> Any:
    text = HEAD + "".join(f"{line}\n" for line in lines)
    options = SpendOptions(fund="pool", continues=continues)
    return load_spend(session, text.encode(), name=name, options=options, by=CLERK, at=AT)


def test_a_file_that_continues_another_settles_and_holds_its_new_lines_only(
    register: Register,
) -> None:
    """June repeats May's line, which settled 1001, and brings one for 1002 and one to be held."""
    number = register.calls_off("P-1", expected_end="2003-06-30")
    for name, days in (
        ("1001", FOUR_WEEKS),
        ("1002", {"starts": "2003-04-29", "ends": "2003-05-26"}),
    ):
        key = bills(register, name, {"call_off": number, **days, "net": "2800.00"})
        approves(register, key, f"ok-{name}")
    may = ["20/05/2003,Oakfield Fostering,1001,2800.00"]
    new = [
        "10/06/2003,Oakfield Fostering,1002,2800.00",
        "11/06/2003,Oakfield Fostering,1002,50.00",
    ]
    with transaction(register.engine) as session:
        first = load(session, may, "may.csv", None)
    with transaction(register.engine) as session:
        second = load(session, may + new, "june.csv", first.batch)

    assert (first.invoices_settled, second.invoices_settled) == (1, 1)
    assert (second.rows_loaded_before, second.total) == (1, Money(285000))
    assert second.payments_held == 0  # 1002 is paid by the line before it
    assert (creditors(register), register.actual()) == ("0.00", "5650.00")
    assert waiting(register) == []
    assert register.is_clean()


def test_a_line_of_a_continued_file_is_held_while_its_invoice_is_owed(register: Register) -> None:
    number = register.calls_off("P-1", expected_end="2003-06-30")
    key = bills(register, "1001", {"call_off": number, **FOUR_WEEKS, "net": "2800.00"})
    approves(register, key, "ok")
    may = ["20/05/2003,Oakfield Fostering,1001,1400.00"]
    with transaction(register.engine) as session:
        first = load(session, may, "may.csv", None)
    with transaction(register.engine) as session:
        rest = ["10/06/2003,Oakfield Fostering,1001,1400.00"]
        second = load(session, may + rest, "june.csv", first.batch)

    assert (first.payments_held, second.payments_held, second.rows_loaded_before) == (1, 1, 1)
    held = waiting(register)
    assert len(held) == 2
    for turn, journal in enumerate(held):
        said = {"reference": f"d{turn}", "journal": journal, "day": "2003-06-11", "invoice": key}
        register.record("held-payment", said | {"reason": "Half of it"}, by=CLERK)
    assert (creditors(register), register.actual()) == ("0.00", "2800.00")
    assert register.is_clean()

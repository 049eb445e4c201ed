"""Two people at once, and more than ninety-nine call-offs: nothing is lost, and they are in order."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import insert, select

from tests.calling_off.test_invoices import FOUR_WEEKS
from tests.posting.test_together import all_at_once
from tests.support.register import AT, MANAGER, YEAR, Register
from trust_commissioning.reports import Scope
from trust_commissioning.reports.commitments import commitments
from trust_commissioning.store import calling_off, transaction
from trust_commissioning.store.invoicing import RETURN, RULE, delivered


def test_two_returns_of_one_stretch_at_once_are_both_kept(register: Register) -> None:
    number = register.calls_off("H-1", unit="hour", price="40.00", quantity="100")

    def returns(who: int) -> Callable[[], object]:
        asked = {"reference": f"r{who}", "call_off": number, "units": str(who), "day": "2003-05-02"}
        return lambda: register.record("return", asked | FOUR_WEEKS)["recorded"]

    assert all_at_once([returns(who) for who in range(1, 7)]) == [True] * 6

    turns = register.ask(lambda session: session.execute(select(RETURN.c.turn)).scalars().all())
    assert sorted(turns) == [1, 2, 3, 4, 5, 6]
    first, last = date(2003, 4, 1), date(2003, 4, 28)
    assert register.ask(delivered, number, first, last) in range(1, 7)


def test_one_return_sent_by_six_at_once_is_kept_once(register: Register) -> None:
    number = register.calls_off("H-1", unit="hour", price="40.00", quantity="100")
    asked = {"reference": "r", "call_off": number, "units": "40", "day": "2003-05-02"}

    said = all_at_once([lambda: register.record("return", asked | FOUR_WEEKS)["recorded"]] * 6)

    assert sorted(said, key=str) == [*[False] * 5, True]


def test_six_tolerances_told_at_once_each_have_a_turn(register: Register) -> None:
    def tells(who: int) -> Callable[[], object]:
        rule = {
            "reference": f"t{who}",
            "day": "2003-04-01",
            "percent": "1",
            "reason": f"Rule {who}",
        }
        return lambda: register.record("matching-rule", rule | {"amount": "5.00"}, by=MANAGER)[
            "rule"
        ]

    said = all_at_once([tells(who) for who in range(6)])

    assert sorted(said, key=str) == [1, 2, 3, 4, 5, 6]
    assert len(register.ask(lambda session: session.execute(select(RULE)).all())) == 6


def test_the_hundredth_call_off_of_a_contract_comes_after_the_ninety_ninth(
    register: Register,
) -> None:
    first = register.calls_off("P-1", price="7.00")
    with transaction(register.engine) as session:
        row = session.execute(
            select(calling_off.CALL_OFF).where(calling_off.CALL_OFF.c.number == first)
        ).one()
        cancelled = dict(row._mapping) | {"state": "cancelled"}
        for place in range(2, 99):
            more = {"number": f"C-0001/{place:02d}", "reference": f"P-{place}", "place": place}
            session.execute(insert(calling_off.CALL_OFF).values(**cancelled | more))
    late = [register.calls_off(f"P-{place}", price="7.00") for place in (99, 100, 101)]
    assert late == ["C-0001/99", "C-0001/100", "C-0001/101"]

    wanted = [first, *late]
    assert register.ask(calling_off.live_from, YEAR.starts) == wanted
    assert register.ask(calling_off.committed_in, YEAR) == wanted
    report = register.ask(commitments, Scope(None, YEAR, 12), AT)
    assert [row["call_off"] for row in report.rows] == wanted

"""A year settled again, up or down: nobody is asked for more than the share less what was paid."""

import contextlib
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.money import NIL, Money
from ledger.periods import Period
from ledger.problems import Refused
from tests.settling.a_pool import (
    ADMIN,
    AT,
    HEALTH,
    OTHER,
    YEAR,
    agree,
    close_march,
    record,
    report,
    reverse,
    rule,
    settle,
    shares,
    spend,
)
from tests.settling.conftest import copied
from tests.support.trusts import journal
from trust_commissioning import pooling, posting, settling
from trust_commissioning.checking import check
from trust_commissioning.reports import Scope
from trust_commissioning.reports.partner_figures import CREDITORS, balances
from trust_commissioning.store import reading, risk, transaction
from trust_commissioning.store.pool import contributions

APRIL = "2004-04-25"


def overspent(engine: Engine, spent: str = "1100.00") -> None:
    """Contributions are paid; the council is to carry three fifths of what is over."""
    agree(engine, rule())
    spend(engine, spent)
    record(engine, "contributions-due", day="2003-04-30")
    for partner, amount in (("council", "600.00"), ("pct", "400.00")):
        paid = {"fund": "pool", "partner": partner, "amount": amount}
        record(engine, "receipt", reference=f"R-{partner}", day="2003-05-01", **paid)
    close_march(engine)


def underspent(engine: Engine) -> None:
    overspent(engine, "900.00")


over, under = copied(overspent), copied(underspent)


def pays(engine: Engine, amount: str, *, ref: str = "R-1", partner: str = "pct") -> None:
    asked = {"fund": "pool", "partner": partner, "amount": amount}
    record(engine, "receipt", reference=ref, day=APRIL, **asked)


def repaid(session: Session, amount: str, *, ref: str, partner: str = "pct") -> None:
    text = f"Liabilities:Creditors:Partners {amount} partner={partner} / Assets:HostCash -{amount}"
    made = journal(text, ref=ref, fund="pool", day=date(2004, 4, 26), period=Period(YEAR.next, 1))
    posting.post(session, made, by=ADMIN, at=AT)


def position(engine: Engine, partner: str = "pct") -> list[str]:
    """What the partner owes, of it disputed, and what is owed to it at the end of April."""
    shown = report(engine, "partner-position", year=YEAR.next, to=1)
    row = next((row for row in shown.rows if row["partner"] == partner), {})
    return [
        str(row.get(name, NIL).plain) for name in ("outstanding", "disputed", "owed_to_partner")
    ]


def test_a_smaller_share_takes_off_what_was_asked_and_is_not_paid(over: Engine) -> None:
    settle(over)
    spend(over, "-80.00", ref="credit note", period=13)

    assert shares(settle(over, "S-2")) == {"council": "12.00", "pct": "8.00"}

    assert position(over) == ["8.00", "0.00", "0.00"]
    assert position(over, "council") == ["12.00", "0.00", "0.00"]
    (ageing, *_) = report(over, "partner-position").parts
    assert [row["to_30"].plain for row in ageing.rows] == ["12.00", "8.00"]
    record(
        over, "chase", reference="L-1", fund="pool", partner="pct", day="2004-05-01", to="Ms Pay"
    )
    (letters,) = [
        p for p in report(over, "partner-position", year=YEAR.next).parts if p.key == "letters"
    ]
    assert [row["outstanding"].plain for row in letters.rows] == ["8.00"]
    (row,) = [r for r in report(over, "contributions").rows if r["partner"] == "pct"]
    assert [row[name].plain for name in ("due", "outstanding", "in_cash")] == [
        "408.00",
        "8.00",
        "408.00",
    ]


def test_only_what_was_paid_already_is_owed_back(over: Engine) -> None:
    settle(over)
    pays(over, "35.00")
    spend(over, "-80.00", ref="credit note", period=13)

    settle(over, "S-2")

    assert position(over) == ["0.00", "0.00", "27.00"]
    assert position(over, "council") == ["12.00", "0.00", "0.00"]


def test_a_larger_share_takes_off_what_is_owed_back_before_it_asks_for_anything(
    under: Engine,
) -> None:
    settle(under)
    assert position(under) == ["0.00", "0.00", "40.00"]
    spend(under, "70.00", ref="late", period=13)
    settle(under, "S-2")
    assert position(under) == ["0.00", "0.00", "12.00"]
    spend(under, "80.00", ref="later", period=13)

    settle(under, "S-3")

    assert position(under) == ["20.00", "0.00", "0.00"]
    assert position(under, "council") == ["30.00", "0.00", "0.00"]


def test_what_is_repaid_already_is_asked_for_again(under: Engine) -> None:
    settle(under)
    with transaction(under) as session:
        repaid(session, "15.00", ref="paid back")
    spend(under, "150.00", ref="late", period=13)

    settle(under, "S-2")

    assert position(under) == ["35.00", "0.00", "0.00"]


def test_a_settlement_stands_under_a_later_one_until_that_is_reversed(over: Engine) -> None:
    first = settle(over)
    spend(over, "-80.00", ref="credit note", period=13)
    second = settle(over, "S-2")

    with pytest.raises(Refused) as refusal:
        reverse(over, first.journals[1])
    assert refusal.value.codes == ("settlement_settled_again",)

    reverse(over, second.journals[1])
    assert position(over) == ["40.00", "0.00", "0.00"]
    reverse(over, first.journals[1])
    assert position(over) == ["0.00", "0.00", "0.00"]
    assert shares(settle(over, "S-3"))["pct"] == "8.00"
    assert position(over) == ["8.00", "0.00", "0.00"]
    with reading(over) as session:
        assert check(session) == []


class TakenBack(Exception):
    """Undoes what one example did."""


STORY = st.lists(
    st.tuples(st.integers(-90_000, 90_000), st.integers(0, 100), st.integers(0, 100)),
    min_size=2,
    max_size=4,
)


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story=STORY)
def test_whatever_is_settled_received_and_repaid_the_books_owe_the_share_less_what_was_paid(
    ready: Engine, story: list[tuple[int, int, int]]
) -> None:
    with contextlib.suppress(TakenBack), transaction(ready) as session:
        paid = {"council": NIL, "pct": NIL}
        for turn, (pence, received, back) in enumerate(story):
            _spend(session, Money(pence), f"late-{turn}")
            done = settling.settle(session, "pool", YEAR, reference=f"S-{turn}", by=ADMIN, at=AT)
            debts = {partner: _debt(session, partner) for partner in paid}
            creditors = balances(session, Scope("pool", YEAR.next, 1), CREDITORS, all_years=True)
            for partner, debt in debts.items():
                owed_back = -creditors.get(("pool", partner), NIL)
                assert debt - owed_back == done.shares[partner] - paid[partner]
                assert not (debt and owed_back)
                paid[partner] += _receive(session, partner, debt, received, f"R-{turn}-{partner}")
                paid[partner] -= _repay(session, partner, owed_back, back, f"B-{turn}-{partner}")
        assert risk.settled(session, "pool", YEAR) == done.shares
        raise TakenBack


@pytest.fixture
def ready(founded: Engine) -> Engine:
    overspent(founded, "1000.00")
    return founded


def _spend(session: Session, amount: Money, ref: str) -> None:
    if amount:
        text = f"{HEALTH} {amount.plain} service=therapy / Assets:HostCash {(-amount).plain}"
        on = Period(YEAR, 13)
        made = journal(text, ref=ref, fund="pool", day=on.ends, period=on)
        posting.post(session, made, by=ADMIN, at=AT)


def _debt(session: Session, partner: str) -> Money:
    return Money.total(
        part.outstanding
        for one in contributions(session, "pool", partner=partner)
        for part in one.instalments
    )


def _receive(session: Session, partner: str, debt: Money, percent: int, ref: str) -> Money:
    amount = Money(debt.pence * percent // 100)
    if amount:
        pooling.receive(
            session,
            reference=ref,
            fund="pool",
            partner=partner,
            amount=amount,
            day=date(2004, 4, 25),
            by=OTHER,
            at=AT,
        )
    return amount


def _repay(session: Session, partner: str, owed: Money, percent: int, ref: str) -> Money:
    amount = Money(owed.pence * percent // 100)
    if amount:
        repaid(session, amount.plain, ref=ref, partner=partner)
    return amount

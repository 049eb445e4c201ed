"""Facts for a review of what a contract bought: spend beside value, delivery, KPIs, invoices."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from sqlalchemy import BigInteger, cast, func, select
from sqlmodel import Session

from contracts.contract import Contract
from contracts.kpi import Kpi, figure
from contracts.lifecycle import CallOffState
from contracts.review import ReviewFact, Subject
from ledger.journal import Book
from ledger.money import Money
from ledger.periods import Period
from ledger.wording import counted, day_in_full
from trust_commissioning.store.calling_off import CALL_OFF
from trust_commissioning.store.invoicing import LINE, RETURN, said
from trust_commissioning.store.tables import ContractBalanceRow, table_of

_BALANCE = table_of(ContractBalanceRow)


def spend(session: Session, contract: Contract, day: date) -> Iterator[ReviewFact]:
    """What was spent in all and is promised, beside the value and the part of the term gone by."""
    period = Period.containing(day)
    spent, promised = (_held(session, contract.number, book, period) for book in _BOOKS)
    terms = contract.as_at(day)
    of_value = f", {spent.pence * 100 // terms.value.pence} % of its value" if terms.value else ""
    gone = ""
    if terms.ends is not None:
        whole = (terms.ends - terms.starts).days + 1
        over = max(0, (min(day, terms.ends) - terms.starts).days + 1)
        gone = f"; {over * 100 // whole} % of its term is over"
    yield ReviewFact(
        subject=Subject.SPEND,
        title="Spent so far",
        says=f"{spent}{of_value}, and {promised} promised{gone}",
        source=f"The books up to {period.title}",
    )


_BOOKS = (Book.ACTUAL, Book.COMMITMENT)


def _held(session: Session, number: str, book: Book, period: Period) -> Money:
    year = str(period.year)
    query = select(cast(func.coalesce(func.sum(_BALANCE.c.pence), 0), BigInteger)).where(
        _BALANCE.c.contract == number, _BALANCE.c.book == book.value
    )
    in_year = (_BALANCE.c.year == year) & (_BALANCE.c.period <= period.number)
    # What earlier years promised was spent, or went into this one.
    when = in_year if book is Book.COMMITMENT else in_year | (_BALANCE.c.year < year)
    return Money(int(session.execute(query.where(when)).scalar_one()))


def delivery(session: Session, contract: Contract, day: date) -> Iterator[ReviewFact]:
    """How many orders and placements there are, and what the provider returned of them."""
    query = select(CALL_OFF.c.state, func.count()).where(
        CALL_OFF.c.contract == contract.number, CALL_OFF.c.starts <= day
    )
    by_state = dict(session.execute(query.group_by(CALL_OFF.c.state)).all())
    if not by_state:
        return
    words = [
        f"{count} {CallOffState(state).words}" for state, count in sorted(by_state.items()) if count
    ]
    yield ReviewFact(
        subject=Subject.DELIVERY,
        title="Orders and placements",
        says=", ".join(words),
        source=f"Call-offs of {contract.number}",
    )
    made = _returns(session, contract.number, day)
    latest = max((one[1] for one in made), default=None)
    yield ReviewFact(
        subject=Subject.DELIVERY,
        title="Returns",
        says=(
            f"{counted(len(made), 'return')}, the latest for the days to {day_in_full(latest)}"
            if latest is not None
            else "None has come"
        ),
        source="Returns of the provider",
    )


def _returns(session: Session, number: str, day: date) -> list[tuple[date, date, str]]:
    """First day, last day and KPIs of each return as it was last corrected, in order of day."""
    query = (
        select(RETURN.c.call_off, RETURN.c.starts, RETURN.c.ends, RETURN.c.kpis)
        .join(CALL_OFF, CALL_OFF.c.number == RETURN.c.call_off)
        .where(CALL_OFF.c.contract == number, RETURN.c.day <= day)
        .order_by(RETURN.c.starts, RETURN.c.turn)
    )
    latest = {(row.call_off, row.starts): row for row in session.execute(query)}
    return [(row.starts, row.ends, row.kpis) for row in latest.values()]


def kpis(session: Session, contract: Contract, day: date) -> Iterator[ReviewFact]:
    """What was returned of each KPI, the latest beside the one before and the target."""
    made = _returns(session, contract.number, day)
    for kpi in contract.as_at(day).kpis:
        told = [
            (ends, Fraction(figures[kpi.code]))
            for _, ends, kept in made
            if kpi.code in (figures := json.loads(kept))
        ]
        yield ReviewFact(
            subject=Subject.KPIS,
            title=kpi.title,
            says=_of_kpi(kpi, told),
            source="Returns of the provider",
        )


def _of_kpi(kpi: Kpi, told: list[tuple[date, Fraction]]) -> str:
    target = f"the target is {kpi.bound.title.lower()} {figure(kpi.target)} {kpi.unit}".rstrip()
    if not told:
        return f"Nothing returned; {target}"
    *before, (day, reading) = told
    earlier = f", {figure(before[-1][1])} before" if before else ""
    stands = kpi.standing(reading).title.lower()
    return f"{figure(reading)} to {day_in_full(day)}{earlier}: {stands}; {target}"


def invoices(session: Session, contract: Contract, day: date) -> Iterator[ReviewFact]:
    """How many invoices came, and of how many a line was disputed."""
    query = (
        select(LINE.c.invoice)
        .join(CALL_OFF, CALL_OFF.c.number == LINE.c.call_off)
        .where(CALL_OFF.c.contract == contract.number, LINE.c.starts <= day)
        .distinct()
    )
    keys = list(session.execute(query).scalars())
    if not keys:
        return
    disputed = sum(1 for key in keys if said(session, key))
    yield ReviewFact(
        subject=Subject.DELIVERY,
        title="Invoices",
        says=f"{counted(len(keys), 'invoice')}, {disputed} with a line disputed or resolved",
        source=f"Invoices of {contract.number}",
    )

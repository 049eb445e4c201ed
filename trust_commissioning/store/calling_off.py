"""Call-offs read as kernel values: what they are by their events, what of them is billed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Select, bindparam, cast, func, insert, or_, select, update
from sqlmodel import Session

from contracts.call_off import CallOff, Happening, happened, place_of
from contracts.commitment import Billed, ByYear
from contracts.contract import Contract
from contracts.lifecycle import CallOffEvent, CallOffState
from contracts.pricing import DatedPrice, Stretch
from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.periods import FinancialYear
from trust_commissioning.store.contracts import contracts
from trust_commissioning.store.tables import (
    CallOffBalanceRow,
    CallOffEventRow,
    CallOffRow,
    InvoiceRow,
    LineApprovalRow,
    LineTakenBackRow,
    table_of,
)

CALL_OFF, EVENT = table_of(CallOffRow), table_of(CallOffEventRow)
APPROVAL, BALANCE = table_of(LineApprovalRow), table_of(CallOffBalanceRow)
_INVOICE, TAKEN = table_of(InvoiceRow), table_of(LineTakenBackRow)
_RAISED = TypeAdapter(CallOff)
_HAPPENED = TypeAdapter(Happening)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that was told of a call-off; `contents` is the call-off as raised, or a happening."""

    call_off: str
    turn: int
    reference: str
    event: CallOffEvent
    day: date
    contents: CallOff | Happening
    recorded_by: str
    recorded_at: str


def as_json(contents: CallOff | Happening) -> str:
    """How an event is kept; what a lot costs is read from its contract, never kept twice."""
    if isinstance(contents, CallOff):
        return _RAISED.dump_json(replace(contents, lot_prices=())).decode()
    return _HAPPENED.dump_json(contents).decode()


def call_off(session: Session, number: str) -> CallOff | None:
    """A call-off as its events leave it; None where there is none."""
    return call_offs(session, [number]).get(number)


def call_offs(session: Session, numbers: Collection[str]) -> dict[str, CallOff]:
    """Call-offs by number, as their events leave them."""
    found: dict[str, CallOff] = {}
    for some in _parts(numbers):
        found |= _as_told(session, some)
    return _with_conversions(session, found)


def _as_told(session: Session, numbers: Sequence[str]) -> dict[str, CallOff]:
    query = select(EVENT.c.call_off, EVENT.c.contents).where(EVENT.c.call_off.in_(numbers))
    told: dict[str, list[str]] = {}
    for number, contents in session.execute(query.order_by(EVENT.c.call_off, EVENT.c.turn)):
        told.setdefault(number, []).append(contents)
    raised = {number: _RAISED.validate_json(rows[0]) for number, rows in told.items()}
    under = {one.number: one for one in contracts(session, {o.contract for o in raised.values()})}
    lots = {(one.contract, one.lot) for one in raised.values()}
    prices = {of: lot_prices(under.get(of[0]), of[1]) for of in lots}
    found: dict[str, CallOff] = {}
    for number, first in raised.items():
        now = replace(first, lot_prices=prices[first.contract, first.lot])
        for contents in told[number][1:]:
            after = happened(now, _HAPPENED.validate_json(contents))
            assert isinstance(after, CallOff), f"{number}: {after}"
            now = after
        found[number] = now
    return found


def lot_prices(under: Contract | None, lot: str) -> tuple[DatedPrice, ...]:
    return under.lot_prices(lot) if under is not None else ()


def _with_conversions(session: Session, found: Mapping[str, CallOff]) -> dict[str, CallOff]:
    """Requisitions with what orders took over of them as they were ordered."""
    numbers = [number for number, one in found.items() if one.state is CallOffState.REQUISITIONED]
    taken: dict[str, Money] = {}
    for some in _parts(numbers):
        query = (
            select(
                CALL_OFF.c.of_requisition, cast(func.sum(CALL_OFF.c.converted_pence), BigInteger)
            )
            .where(CALL_OFF.c.of_requisition.in_(some))
            .group_by(CALL_OFF.c.of_requisition)
        )
        taken |= {number: Money(int(pence)) for number, pence in session.execute(query)}
    return {
        number: replace(one, converted=taken[number]) if number in taken else one
        for number, one in found.items()
    }


def ordered_value(order: CallOff) -> Money:
    """What an order comes to in all, as it is ordered; without a last day, to the year's end."""
    if not order.unit.is_time:
        return order.cost_of_units(order.quantity, order.days_of_units())
    runs = order.running(order.last_day or FinancialYear.containing(order.starts).ends)
    return order.cost_of([runs]) if runs is not None else Money(0)


def events(session: Session, number: str) -> list[Told]:
    """What was told of a call-off, in the order it was told."""
    query = select(EVENT).where(EVENT.c.call_off == number).order_by(EVENT.c.turn)
    return [_told(row) for row in session.execute(query)]


def told(session: Session, reference: str) -> Told | None:
    """What was told under a reference; None where nothing was."""
    row = session.execute(select(EVENT).where(EVENT.c.reference == reference)).first()
    return None if row is None else _told(row)


def raised_as(session: Session, reference: str) -> str | None:
    """The number of the call-off that was raised under a reference."""
    return session.execute(
        select(CALL_OFF.c.number).where(CALL_OFF.c.reference == reference)
    ).scalar()


def tell(
    session: Session,
    number: str,
    *,
    reference: str,
    event: CallOffEvent,
    day: date,
    contents: CallOff | Happening,
    by: str,
    at: str,
) -> None:
    """Keep one thing more that happened to a call-off."""
    row = CALL_OFF.c.number == number
    turn = int(session.execute(select(CALL_OFF.c.events).where(row)).scalar_one()) + 1
    session.execute(update(CALL_OFF).where(row).values(events=turn))
    session.execute(
        insert(EVENT).values(
            call_off=number,
            turn=turn,
            reference=reference,
            event=event.value,
            day=day,
            contents=as_json(contents),
            recorded_by=by,
            recorded_at=at,
        )
    )


def move(session: Session, now: CallOff) -> None:
    """Keep where a call-off stands now, as its events leave it."""
    move_all(session, [now])


def move_all(session: Session, now: Collection[CallOff]) -> None:
    """Keep where call-offs stand now."""
    if now:
        kept = [{"of": one.number, **columns_of(one)} for one in now]
        session.execute(update(CALL_OFF).where(CALL_OFF.c.number == bindparam("of")), kept)


def columns_of(now: CallOff) -> dict[str, Any]:
    """The columns of its row that its events move."""
    price = now.price_on(now.last_day or date.max)
    return {
        "state": now.state.value,
        "starts": now.starts,
        "expected_end": now.expected_end,
        "ends": now.ends,
        "price_pence": price.pence,
        "funds": " ".join(sorted({one.fund for one in now.funding[-1].funders})),
    }


def _told(row: Any) -> Told:
    return Told(
        call_off=row.call_off,
        turn=row.turn,
        reference=row.reference,
        event=CallOffEvent(row.event),
        day=row.day,
        contents=(_RAISED if row.turn == 1 else _HAPPENED).validate_json(row.contents),
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
    )


def billed(session: Session, numbers: Collection[str]) -> dict[str, list[Billed]]:
    """The days and units of approved invoices by call-off, each line as it was last approved.

    A credit note takes none: it gives back money of days that its invoice billed.
    """
    latest: dict[tuple[str, int, str], Any] = {}
    for some in _parts(numbers):
        query = (
            select(APPROVAL)
            .join(_INVOICE, _INVOICE.c.key == APPROVAL.c.invoice)
            .where(APPROVAL.c.call_off.in_(some), _INVOICE.c.credits.is_(None))
        )
        order = (APPROVAL.c.invoice, APPROVAL.c.line, APPROVAL.c.turn)
        for row in session.execute(query.order_by(*order)):
            latest[row.invoice, row.line, row.call_off] = row
    taken = taken_back(session, numbers)
    found: dict[str, list[Billed]] = {}
    for row in latest.values():
        line = as_billed(row, taken.get((row.invoice, row.line), ()), held=Money(row.held_pence))
        found.setdefault(row.call_off, []).append(line)
    return found


def as_billed(row: Any, taken: Sequence[TakenBack], *, held: Money = NIL) -> Billed:
    """A line of an approved invoice with what was taken back of it."""
    return Billed(
        starts=row.starts,
        ends=row.ends,
        units=Fraction(row.units) if row.units is not None else None,
        held=held,
        back=tuple(one.days for one in taken),
        units_back=sum((one.units for one in taken), Fraction(0)),
    )


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Days, or units within them, that a line of an invoice covers no more."""

    days: Stretch
    units: Fraction = Fraction(0)


def taken_back(
    session: Session, numbers: Collection[str]
) -> dict[tuple[str, int], list[TakenBack]]:
    """What was asked back or credited as not delivered under call-offs, by invoice and line."""
    found: dict[tuple[str, int], list[TakenBack]] = {}
    for some in _parts(numbers):
        query = select(TAKEN).where(TAKEN.c.call_off.in_(some))
        for row in session.execute(query.order_by(TAKEN.c.invoice, TAKEN.c.line, TAKEN.c.turn)):
            one = TakenBack(Stretch(row.starts, row.ends), Fraction(row.units or 0))
            found.setdefault((row.invoice, row.line), []).append(one)
    return found


def invoiced(session: Session, numbers: Collection[str]) -> dict[str, ByYear]:
    """What approved invoices of call-offs cost, by the year of the books they are in."""
    columns = (APPROVAL.c.call_off, APPROVAL.c.year)
    query = select(*columns, cast(func.sum(APPROVAL.c.cost_pence), BigInteger))
    return _by_year(session, query.group_by(*columns), APPROVAL.c.call_off, numbers)


def spent(session: Session, numbers: Collection[str], book: str) -> dict[str, ByYear]:
    """What a book holds under call-offs, by year, over all funds."""
    columns = (BALANCE.c.call_off, BALANCE.c.year)
    query = select(*columns, cast(func.sum(BALANCE.c.pence), BigInteger))
    query = query.where(BALANCE.c.book == book).group_by(*columns)
    return _by_year(session, query, BALANCE.c.call_off, numbers)


def drawn_otherwise(session: Session, numbers: Collection[str]) -> dict[str, ByYear]:
    """Actual spend that no approved invoice explains, by call-off and year."""
    actual = spent(session, numbers, Book.ACTUAL.value)
    explained = invoiced(session, numbers)
    found: dict[str, ByYear] = {}
    for number in {*actual, *explained}:
        of, less = actual.get(number, {}), explained.get(number, {})
        found[number] = {
            year: of.get(year, Money(0)) - less.get(year, Money(0)) for year in {*of, *less}
        }
    return found


def _by_year(
    session: Session, query: Select[Any], column: Any, numbers: Collection[str]
) -> dict[str, ByYear]:
    found: dict[str, dict[FinancialYear, Money]] = {}
    for some in _parts(numbers):
        for number, year, pence in session.execute(query.where(column.in_(some))):
            found.setdefault(number, {})[FinancialYear.parse(year)] = Money(int(pence))
    return dict(found)


def _parts(numbers: Collection[str]) -> Iterator[list[str]]:
    """So many at a time as a database takes in one question."""
    wanted = sorted(numbers)
    for start in range(0, len(wanted), _AT_ONCE):
        yield wanted[start : start + _AT_ONCE]


def live_from(session: Session, day: date) -> list[str]:
    """The call-offs under which something may still be owed for a day or later."""
    last = func.coalesce(CALL_OFF.c.ends, CALL_OFF.c.expected_end)
    query = (
        select(CALL_OFF.c.number)
        .where(CALL_OFF.c.state.not_in(["cancelled", "closed"]), or_(last.is_(None), last >= day))
        .order_by(CALL_OFF.c.contract, CALL_OFF.c.place)
    )
    return list(session.execute(query).scalars())


def numbers_under(session: Session, contract: str) -> list[str]:
    """A contract's call-offs; what is closed is kept at its prices as well."""
    query = (
        select(CALL_OFF.c.number).where(CALL_OFF.c.contract == contract).order_by(CALL_OFF.c.place)
    )
    return list(session.execute(query).scalars())


def committed_in(session: Session, year: FinancialYear) -> list[str]:
    """The call-offs whose commitment the books of a year hold."""
    query = (
        select(BALANCE.c.call_off)
        .where(BALANCE.c.book == "commitment", BALANCE.c.year == str(year))
        .group_by(BALANCE.c.call_off)
        .having(func.sum(BALANCE.c.pence) != 0)
    )
    return sorted(session.execute(query).scalars(), key=place_of)

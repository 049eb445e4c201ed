"""Invoices read as kernel values, with what was said, approved and paid of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    cast,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlmodel import Session

from contracts.invoice import Invoice, Line, Said, Tolerance
from contracts.lifecycle import INVOICE as INVOICE_LIFE
from contracts.lifecycle import InvoiceEvent, InvoiceState, after
from ledger.money import Money
from ledger.problems import Problem, Refused
from trust_commissioning.store.journals import JOURNAL, POSTING
from trust_commissioning.store.sight import of_all
from trust_commissioning.store.tables import (
    DeliveryReturnRow,
    InvoiceEventRow,
    InvoiceLineRow,
    InvoiceRow,
    LineApprovalRow,
    MatchingRuleRow,
    PaymentDecisionRow,
    PaymentHeldRow,
    PaymentSettledRow,
    table_of,
)

INVOICE, LINE, EVENT = table_of(InvoiceRow), table_of(InvoiceLineRow), table_of(InvoiceEventRow)
APPROVAL, RULE = table_of(LineApprovalRow), table_of(MatchingRuleRow)
RETURN = table_of(DeliveryReturnRow)
HELD, SETTLED = table_of(PaymentHeldRow), table_of(PaymentSettledRow)
DECISION = table_of(PaymentDecisionRow)
_LAST_TURN = select(func.coalesce(func.max(INVOICE.c.turn), 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An invoice with where it stands and who entered it."""

    invoice: Invoice
    state: InvoiceState
    reference: str
    recorded_by: str
    recorded_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that was told of an invoice."""

    invoice: str
    turn: int
    reference: str
    event: InvoiceEvent
    day: date
    contents: dict[str, Any]
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Approved:
    """What was approved of a line in all: before VAT, what it cost, the VAT that comes back."""

    net: Money
    cost: Money
    recoverable: Money


def invoice(session: Session, key: str) -> Kept | None:
    """An invoice by its key; None where there is none."""
    return next(iter(invoices(session, key=key)), None)


def invoices(session: Session, **columns: object) -> list[Kept]:
    """Invoices whose columns are what is said, in the order they came."""
    query = select(INVOICE).order_by(INVOICE.c.turn)
    for name, value in columns.items():
        query = query.where(INVOICE.c[name] == value)
    return _read(session, query)


def invoices_named(session: Session, keys: Collection[str]) -> list[Kept]:
    """Invoices by their keys, in the order they came."""
    wanted, found = sorted(keys), list[Kept]()
    for start in range(0, len(wanted), 500):
        some = INVOICE.c.key.in_(wanted[start : start + 500])
        found += _read(session, select(INVOICE).where(some).order_by(INVOICE.c.turn))
    return found


def open_again(session: Session) -> list[str]:
    """Settled invoices of which a payment was reversed: they are owed again, or were paid anew."""
    query = (
        select(SETTLED.c.invoice)
        .join(JOURNAL, JOURNAL.c.reverses == SETTLED.c.journal)
        .join(INVOICE, INVOICE.c.key == SETTLED.c.invoice)
        .where(JOURNAL.c.status == "posted", INVOICE.c.state == InvoiceState.SETTLED.value)
        .distinct()
    )
    return list(session.execute(query).scalars())


def alike(session: Session, wanted: Invoice) -> list[Kept]:
    """Invoices of the same provider with the same number, or for the same amount."""
    same = or_(
        func.lower(INVOICE.c.number) == wanted.number.lower(),
        INVOICE.c.net_pence == wanted.net.pence,
    )
    query = select(INVOICE).where(INVOICE.c.provider == wanted.provider, same)
    return _read(session, query.order_by(INVOICE.c.turn))


def _read(session: Session, query: Select[Any]) -> list[Kept]:
    rows = session.execute(query).all()
    lines = _lines(session, [row.key for row in rows])
    return [
        Kept(
            invoice=Invoice(
                key=row.key,
                provider=row.provider,
                number=row.number,
                day=row.day,
                received=row.received,
                due=row.due,
                credits=row.credits or "",
                lines=tuple(lines.get(row.key, ())),
            ),
            state=InvoiceState(row.state),
            reference=row.reference,
            recorded_by=row.recorded_by,
            recorded_at=row.recorded_at,
        )
        for row in rows
    ]


def _lines(session: Session, keys: Sequence[str]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for start in range(0, len(keys), 500):
        query = (
            select(LINE)
            .where(LINE.c.invoice.in_(keys[start : start + 500]))
            .order_by(LINE.c.invoice, LINE.c.line)
        )
        for row in session.execute(query):
            found.setdefault(row.invoice, []).append(
                Line(
                    number=row.line,
                    call_off=row.call_off,
                    starts=row.starts,
                    ends=row.ends,
                    net=Money(row.net_pence),
                    vat=Money(row.vat_pence),
                    units=Fraction(row.units) if row.units is not None else None,
                    words=row.words,
                    takes_back=row.takes_back,
                )
            )
    return found


def add(
    session: Session,
    wanted: Invoice,
    state: InvoiceState,
    *,
    reference: str,
    by: str,
    at: str,
) -> None:
    """Keep an invoice that was received."""
    turn = session.execute(of_all(_LAST_TURN)).scalar_one()
    session.execute(
        insert(INVOICE).values(
            key=wanted.key,
            turn=int(turn) + 1,
            reference=reference,
            provider=wanted.provider,
            number=wanted.number,
            day=wanted.day,
            received=wanted.received,
            due=wanted.due,
            net_pence=wanted.net.pence,
            vat_pence=wanted.vat.pence,
            credits=wanted.credits or None,
            state=state.value,
            events=0,
            recorded_by=by,
            recorded_at=at,
        )
    )
    for line in wanted.lines:
        session.execute(
            insert(LINE).values(
                invoice=wanted.key,
                line=line.number,
                call_off=line.call_off,
                starts=line.starts,
                ends=line.ends,
                units=None if line.units is None else str(line.units),
                net_pence=line.net.pence,
                vat_pence=line.vat.pence,
                words=line.words,
                takes_back=line.takes_back,
            )
        )


def next_key(session: Session) -> str:
    """``I-000123``: the next readable key."""
    turn = session.execute(of_all(_LAST_TURN)).scalar_one()
    return f"I-{int(turn) + 1:06d}"


def events(session: Session, key: str) -> list[Told]:
    """What was told of an invoice, in order."""
    query = select(EVENT).where(EVENT.c.invoice == key).order_by(EVENT.c.turn)
    return [_told(row) for row in session.execute(query)]


def told(session: Session, reference: str) -> Told | None:
    """What was told under a reference; None where nothing was."""
    row = session.execute(select(EVENT).where(EVENT.c.reference == reference)).first()
    return None if row is None else _told(row)


def _told(row: Any) -> Told:
    return Told(
        invoice=row.invoice,
        turn=row.turn,
        reference=row.reference,
        event=InvoiceEvent(row.event),
        day=row.day,
        contents=json.loads(row.contents),
        recorded_by=row.recorded_by,
    )


def tell(
    session: Session,
    key: str,
    *,
    reference: str,
    event: InvoiceEvent,
    day: date,
    contents: dict[str, Any],
    by: str,
    at: str,
) -> int:
    """Keep one thing more that happened to an invoice; returns its turn."""
    row = INVOICE.c.key == key
    turn = int(session.execute(select(INVOICE.c.events).where(row)).scalar_one()) + 1
    session.execute(update(INVOICE).where(row).values(events=turn))
    session.execute(
        insert(EVENT).values(
            invoice=key,
            turn=turn,
            reference=reference,
            event=event.value,
            day=day,
            contents=json.dumps(contents, sort_keys=True, ensure_ascii=False),
            recorded_by=by,
            recorded_at=at,
        )
    )
    return turn


def move(session: Session, key: str, state: InvoiceState) -> None:
    """Keep where an invoice stands, as `contracts.lifecycle` says."""
    session.execute(update(INVOICE).where(INVOICE.c.key == key).values(state=state.value))


def said(session: Session, key: str) -> list[Said]:
    """What was disputed, resolved, recovered and credited of an invoice's lines, in order."""
    return [found for one in events(session, key) if (found := as_said(one.event, one.contents))]


def as_said(event: InvoiceEvent, contents: dict[str, Any]) -> Said | None:
    """What an event says of a line; None where it says nothing of one."""
    if event is InvoiceEvent.DISPUTE:
        return Said(contents["line"], Money.parse(contents["amount"]))
    if event is InvoiceEvent.RESOLVE:
        return Said(contents["line"], owed=Money.parse(contents["owed"]))
    if event is InvoiceEvent.CREDIT and "credited" in contents:
        return Said(contents["line"], credited=Money.parse(contents["credited"]))
    if event is InvoiceEvent.CREDIT:
        return Said(contents["line"], recovered=Money.parse(contents["recovered"]))
    return None


def approved(session: Session, key: str) -> dict[int, Approved]:
    """What was approved of each line so far."""
    query = (
        select(
            APPROVAL.c.line,
            *(
                cast(func.sum(APPROVAL.c[name]), BigInteger)
                for name in ("net_pence", "cost_pence", "vat_pence")
            ),
        )
        .where(APPROVAL.c.invoice == key)
        .group_by(APPROVAL.c.line)
    )
    return {
        line: Approved(Money(int(net)), Money(int(cost)), Money(int(vat)))
        for line, net, cost, vat in session.execute(query)
    }


def last_held(session: Session, key: str, line: int) -> Money:
    """What was disputed of a line when something of it was last approved or asked back."""
    query = select(APPROVAL.c.held_pence).where(APPROVAL.c.invoice == key, APPROVAL.c.line == line)
    pence = session.execute(query.order_by(APPROVAL.c.turn.desc()).limit(1)).scalar()
    return Money(int(pence or 0))


def credited(session: Session, key: str) -> dict[str, Money]:
    """What credit notes that were not rejected take back of an invoice before VAT, by call-off."""
    query = (
        select(LINE.c.call_off, cast(func.sum(LINE.c.net_pence), BigInteger))
        .join(INVOICE, INVOICE.c.key == LINE.c.invoice)
        .where(INVOICE.c.credits == key, INVOICE.c.state != InvoiceState.REJECTED.value)
        .group_by(LINE.c.call_off)
    )
    return {call_off: Money(-int(pence)) for call_off, pence in session.execute(query)}


def delivered(session: Session, call_off: str, starts: date, ends: date) -> Fraction | None:
    """The units returned for the returns that lie within some days; None where there is none."""
    latest: dict[date, Fraction] = {}
    query = (
        select(RETURN)
        .where(RETURN.c.call_off == call_off, RETURN.c.starts >= starts, RETURN.c.ends <= ends)
        .order_by(RETURN.c.starts, RETURN.c.turn)
    )
    for row in session.execute(query):
        latest[row.starts] = Fraction(row.units)
    return sum(latest.values(), Fraction(0)) if latest else None


def tolerance(session: Session, day: date) -> Tolerance:
    """The tolerance that holds on a day; nil where none was told."""
    row = session.execute(
        select(RULE).where(RULE.c.day <= day).order_by(RULE.c.day.desc(), RULE.c.turn.desc())
    ).first()
    return Tolerance() if row is None else Tolerance(row.percent, Money(row.pence))


def owed(session: Session, key: str) -> dict[str, Money]:
    """What was approved of an invoice, with its VAT, and is not paid: by fund, from the books."""
    return owed_of(session, [key])[key]


def owed_of(session: Session, keys: Collection[str]) -> dict[str, dict[str, Money]]:
    """The same of many invoices, by key; of what is paid there is nothing."""
    found: dict[str, dict[str, int]] = {key: {} for key in keys}
    if not found:
        return {}

    def add(key: str, fund: str, pence: int) -> None:
        if key in found:
            found[key][fund] = found[key].get(fund, 0) - int(pence)

    ref = JOURNAL.c.source_ref
    made = _of_creditors(ref).where(
        JOURNAL.c.source == "invoice", ref.startswith(_begins(found), autoescape=True)
    )
    for source_ref, fund, pence in session.execute(made.group_by(ref, POSTING.c.fund)):
        add(source_ref.partition("/")[0], fund, pence)
    wanted = sorted(keys)
    for start in range(0, len(wanted), 500):
        some = SETTLED.c.invoice.in_(wanted[start : start + 500])
        for of in (JOURNAL.c.number, JOURNAL.c.reverses):
            paid = _of_creditors(SETTLED.c.invoice).join(SETTLED, of == SETTLED.c.journal)
            paid = paid.where(some).group_by(SETTLED.c.invoice, POSTING.c.fund)
            for key, fund, pence in session.execute(paid):
                add(key, fund, pence)
    return {
        key: {fund: Money(pence) for fund, pence in sorted(of.items()) if pence}
        for key, of in found.items()
    }


def _begins(keys: Collection[str]) -> str:
    """How every one of some keys begins."""
    pairs = enumerate(zip(min(keys), max(keys), strict=False))
    return min(keys)[: next((place for place, (one, two) in pairs if one != two), None)]


def _of_creditors(by: Any) -> Select[Any]:
    return (
        select(by, POSTING.c.fund, cast(func.sum(POSTING.c.pence), BigInteger))
        .join_from(JOURNAL, POSTING, JOURNAL.c.id == POSTING.c.journal_id)
        .where(JOURNAL.c.status == "posted", POSTING.c.account == "Liabilities:Creditors")
    )


def unpaid(
    session: Session, provider: str | None = None
) -> Iterator[tuple[Kept, dict[str, Money]]]:
    """Approved invoices that are not paid, oldest first, with what is owed by fund."""
    states = (InvoiceState.APPROVED, InvoiceState.PART_APPROVED)
    # A payment that was reversed leaves its invoice owed again.
    again = open_again(session)
    query = (
        select(INVOICE)
        .where(or_(INVOICE.c.state.in_([one.value for one in states]), INVOICE.c.key.in_(again)))
        .order_by(INVOICE.c.turn)
    )
    if provider is not None:
        query = query.where(INVOICE.c.provider == provider)
    found = _read(session, query)
    owing = owed_of(session, [one.invoice.key for one in found])
    for one in found:
        if left := owing[one.invoice.key]:
            yield one, left


def settle(
    session: Session, journal: str, *, invoice: str, amount: Money, day: date, by: str, words: str
) -> None:
    """Keep that a posted payment paid an invoice."""
    session.execute(
        insert(SETTLED).values(
            journal=journal,
            invoice=invoice,
            pence=amount.pence,
            day=day,
            decided_by=by,
            words=words,
        )
    )


def settled(
    session: Session,
    kept: Kept,
    reference: str,
    day: date,
    said: dict[str, Any],
    *,
    by: str,
    at: str,
) -> InvoiceState:
    """Keep that a payment was made: settled once nothing that was approved is owed any more.

    Raises:
        Refused: ``move_not_permitted``.
    """
    state = kept.state
    if not owed(session, kept.invoice.key):
        moved = after(INVOICE_LIFE, state, InvoiceEvent.SETTLE, what=f"Invoice {kept.invoice.key}")
        if isinstance(moved, Problem):
            raise Refused([moved])
        state = moved
    tell(
        session,
        kept.invoice.key,
        reference=reference,
        event=InvoiceEvent.SETTLE,
        day=day,
        contents=said,
        by=by,
        at=at,
    )
    move(session, kept.invoice.key, state)
    return state

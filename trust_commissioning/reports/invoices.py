"""Invoices: what is asked for, approved, held, owed; with what was overpaid and payments held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlmodel import Session

from contracts.invoice import Invoice, Standing
from contracts.lifecycle import CallOffEvent, InvoiceState
from ledger.money import NIL, Money
from ledger.wording import counted, day_in_full
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.matching import lines_of, overpaid_lines
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store import invoicing as record
from trust_commissioning.store.calling_off import CALL_OFF, EVENT
from trust_commissioning.store.many_invoices import Known
from trust_commissioning.store.payments_held import payments_held
from trust_commissioning.store.tables import ProviderRow, table_of

_PROVIDER = table_of(ProviderRow)
OPEN = (
    InvoiceState.RECEIVED,
    InvoiceState.HELD,
    InvoiceState.MATCHED,
    InvoiceState.PART_APPROVED,
    InvoiceState.APPROVED,
)
"""Those something is still to be done about, what waits for a person first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the invoices are narrowed to; what is empty asks nothing."""

    words: str = ""
    provider: str = ""
    states: Sequence[InvoiceState] = OPEN

    def takes(self, row: Mapping[str, Cell]) -> bool:
        """Whether a row is asked for: every word stands somewhere in it."""
        named = ("invoice", "number", "provider_name", "call_offs", "why")
        text = " ".join(str(row[name]) for name in named).casefold()
        return all(word in text for word in self.words.casefold().split()) and self.provider in (
            "",
            row["provider"],
        )


def invoices(session: Session, scope: Scope, at: datetime) -> Report:
    """Those that are not settled, the oldest first; then what was overpaid, what is held."""
    return invoices_of(session, scope, at, Wanted())


def invoices_of(
    session: Session, scope: Scope, at: datetime, wanted: Wanted, *, today: date | None = None
) -> Report:
    """The invoices narrowed to what is wanted; what was overpaid or is held is never narrowed.

    With `today` they are all there are, and their days are counted to it.
    """
    day = today or scope.period.ends
    names = dict(session.execute(select(_PROVIDER.c.code, _PROVIDER.c.name)).all())
    found = _rows(session, scope, day, names, wanted.states, until=today is None)
    rows = [row for row in found if wanted.takes(row)]
    return make(
        session,
        scope,
        at,
        name="invoices",
        title="Invoices",
        basis=(
            "Every invoice that is not settled or sent back, as it is known now. Asked is with VAT; "
            "approved is what was accepted with its VAT, and of it spend is without the VAT that comes "
            "back; disputed is what of it is not, before VAT; "
            "owed is approved and not paid. Days are counted from the invoice's own day to the end "
            "of the period shown."
        ),
        sign="What providers ask for is above nil; a credit note is below.",
        columns=_COLUMNS,
        rows=rows,
        totals=_totals(rows, "asked", "approved", "cost", "held", "owed"),
        parts=(_overpaid(session, scope, names), _payments_held(session, names)),
    )


def _rows(
    session: Session,
    scope: Scope,
    day: date,
    names: Mapping[str, str],
    states: Sequence[InvoiceState],
    *,
    until: bool,
) -> Iterator[dict[str, Cell]]:
    some = [one for state in states for one in record.invoices(session, state=state.value)]
    if InvoiceState.APPROVED in states and InvoiceState.SETTLED not in states:
        # A payment that was reversed leaves its invoice owed again.
        some += record.invoices_named(session, record.open_again(session))
    known = Known.of(session, [one.invoice for one in some])
    owed = record.owed_of(session, [one.invoice.key for one in some])
    for kept in some:
        one = kept.invoice
        if (one.day > day and until) or not _pays(scope, known, one):
            continue
        if kept.state is InvoiceState.SETTLED and kept.state not in states and not owed[one.key]:
            continue
        lines = lines_of(one, known)
        approved = list(known.approved.get(one.key, {}).values())
        yield {
            "invoice": one.key,
            "provider": one.provider,
            "provider_name": names.get(one.provider, one.provider),
            "number": one.number,
            "call_offs": " ".join(line.call_off for line in one.lines),
            "day": day_in_full(one.day),
            "age": (day - one.day).days,
            "state": kept.state.title,
            "asked": one.gross,
            "approved": Money.total(line.cost + line.recoverable for line in approved),
            "cost": Money.total(line.cost for line in approved),
            "held": Money.total(line.held for line in lines),
            "owed": Money.total(owed[one.key].values()),
            "why": "; ".join(words_of(line) for line in lines if line.held),
        }


def _pays(scope: Scope, known: Known, one: Invoice) -> bool:
    """Whether the fund of a scope pays, now or before, for a line of an invoice."""
    return scope.fund is None or any(
        scope.fund == funder.fund
        for line in one.lines
        for dated in known.call_offs[line.call_off].funding
        for funder in dated.funders
    )


def words_of(line: Standing) -> str:
    """Why a line is held: each difference, or that somebody disputes it."""
    said = [one.words for one in line.match.differences] or ["disputed"]
    return f"line {line.line.number}: {', '.join(said)}"


def _overpaid(session: Session, scope: Scope, names: Mapping[str, str]) -> Part:
    """Approved for days that, as is known now, were not ordered: a placement that ended since."""
    some = [one.invoice for one in _approved_beyond(session)]
    known = Known.of(session, some)
    rows: list[dict[str, Cell]] = [
        {
            "invoice": one.key,
            "line": line.line.number,
            "provider_name": names.get(one.provider, one.provider),
            "call_off": line.line.call_off,
            "approved": line.approved,
            "ordered": line.match.due,
            "overpaid": line.approved - line.match.due,
            "why": words_of(line),
        }
        for one in some
        if _pays(scope, known, one)
        for line in overpaid_lines(one, known)
    ]
    return Part(
        key="overpaid",
        title="Overpaid",
        words=("Approved for days that, as is known now, were not ordered; to be asked back.",),
        columns=(
            Column(key="invoice", title="Invoice"),
            Column(key="line", title="Line", kind="count"),
            Column(key="provider_name", title="Provider"),
            Column(key="call_off", title="Call-off"),
            Column(key="approved", title="Approved", kind="money"),
            Column(key="ordered", title="Ordered", kind="money"),
            Column(key="overpaid", title="Overpaid", kind="money"),
            Column(key="why", title="Why"),
        ),
        rows=tuple(rows),
        totals=_totals(rows, "approved", "ordered", "overpaid"),
    )


def _approved_beyond(session: Session) -> list[record.Kept]:
    """Invoices with a line approved beyond its call-off's last day, or of one that was suspended."""
    last = func.coalesce(CALL_OFF.c.ends, CALL_OFF.c.expected_end)
    suspended = select(EVENT.c.call_off).where(EVENT.c.event == CallOffEvent.SUSPEND.value)
    query = (
        select(record.APPROVAL.c.invoice)
        .join(CALL_OFF, CALL_OFF.c.number == record.APPROVAL.c.call_off)
        .where(or_(record.APPROVAL.c.ends > last, CALL_OFF.c.number.in_(suspended)))
        .distinct()
    )
    found = record.invoices_named(session, session.execute(query).scalars().all())
    return [one for one in found if not one.invoice.credits]


def _payments_held(session: Session, names: Mapping[str, str]) -> Part:
    rows: list[dict[str, Cell]] = [
        {
            "journal": row.journal,
            "day": day_in_full(row.day),
            "provider_name": names.get(row.provider, row.provider or ""),
            "amount": Money(row.pence),
            "why": row.why,
        }
        for row in payments_held(session)
    ]
    return Part(
        key="payments_held",
        title="Payments held",
        words=(
            f"{counted(len(rows), 'payment')} of extracts that a person must say what they paid for.",
        ),
        columns=(
            Column(key="journal", title="Journal"),
            Column(key="day", title="Day"),
            Column(key="provider_name", title="Provider"),
            Column(key="amount", title="Amount", kind="money"),
            Column(key="why", title="Why"),
        ),
        rows=tuple(rows),
        totals=_totals(rows, "amount"),
    )


def _totals(rows: list[dict[str, Cell]], *keys: str) -> dict[str, Cell]:
    return {
        key: Money.total(cell for row in rows if isinstance(cell := row[key], Money)) or NIL
        for key in keys
    }


_COLUMNS = (
    Column(key="invoice", title="Invoice"),
    Column(key="provider", title="Provider", kind="code"),
    Column(key="provider_name", title="Provider's name"),
    Column(key="number", title="Their number"),
    Column(key="day", title="Of"),
    Column(key="age", title="Days", kind="count"),
    Column(key="state", title="State"),
    Column(key="asked", title="Asked", kind="money"),
    Column(key="approved", title="Approved", kind="money"),
    Column(
        key="cost",
        title="Of it spend",
        kind="money",
        leads_to=Lead(account="Expenses", fund="", words="{invoice}", all_years=True),
    ),
    Column(key="held", title="Disputed", kind="money"),
    Column(key="owed", title="Owed", kind="money"),
    Column(key="why", title="Why it is disputed"),
)

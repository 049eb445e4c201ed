"""What is known of many invoices at once, read in so many questions however many there are."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, select
from sqlmodel import Session

from contracts.call_off import CallOff
from contracts.commitment import Billed
from contracts.invoice import Invoice, Said, Tolerance
from contracts.lifecycle import InvoiceEvent, InvoiceState
from ledger.money import Money
from trust_commissioning.store.calling_off import as_billed, call_offs, taken_back
from trust_commissioning.store.invoicing import (
    APPROVAL,
    EVENT,
    INVOICE,
    LINE,
    RETURN,
    RULE,
    Approved,
    as_said,
)

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What some invoices are held against. `billed` is by call-off, each line with its invoice;
    `returned` by call-off, each stretch as it was last returned; `rules` in order of day."""

    call_offs: Mapping[str, CallOff]
    said: Mapping[str, Sequence[Said]]
    approved: Mapping[str, Mapping[int, Approved]]
    credited: Mapping[str, Mapping[str, Money]]
    billed: Mapping[str, Sequence[tuple[str, Billed]]]
    returned: Mapping[str, Mapping[date, tuple[date, Fraction]]]
    rules: Sequence[tuple[date, Tolerance]]

    @classmethod
    def of(cls, session: Session, some: Collection[Invoice]) -> Known:
        keys = [one.key for one in some]
        numbers = {line.call_off for one in some for line in one.lines}
        return cls(
            call_offs=call_offs(session, numbers),
            said=_said(session, keys),
            approved=_approved(session, keys),
            credited=_credited(session, keys),
            billed=_billed(session, numbers),
            returned=_returned(session, numbers),
            rules=_rules(session),
        )

    def billed_before(self, call_off: str, *, but: str) -> list[Billed]:
        """Days and units of a call-off approved on other invoices; credit notes take none."""
        return [line for key, line in self.billed.get(call_off, ()) if key != but]

    def delivered(self, call_off: str, starts: date, ends: date) -> Fraction | None:
        """The units returned for the returns that lie within some days; None where there is none."""
        found = [
            units
            for first, (last, units) in self.returned.get(call_off, {}).items()
            if starts <= first and last <= ends
        ]
        return sum(found, Fraction(0)) if found else None

    def tolerance(self, day: date) -> Tolerance:
        """The tolerance that holds on a day; nil where none was told."""
        held = Tolerance()
        for starts, one in self.rules:
            if starts <= day:
                held = one
        return held


def _rows(
    session: Session, query: Select[Any], column: Any, names: Collection[str]
) -> Iterator[Any]:
    wanted = sorted(names)
    for start in range(0, len(wanted), _AT_ONCE):
        yield from session.execute(query.where(column.in_(wanted[start : start + _AT_ONCE])))


def _said(session: Session, keys: Collection[str]) -> dict[str, list[Said]]:
    found: dict[str, list[Said]] = {}
    query = select(EVENT.c.invoice, EVENT.c.event, EVENT.c.contents)
    query = query.order_by(EVENT.c.invoice, EVENT.c.turn)
    for key, event, contents in _rows(session, query, EVENT.c.invoice, keys):
        if one := as_said(InvoiceEvent(event), json.loads(contents)):
            found.setdefault(key, []).append(one)
    return found


def _approved(session: Session, keys: Collection[str]) -> dict[str, dict[int, Approved]]:
    found: dict[str, dict[int, Approved]] = {}
    by = (APPROVAL.c.invoice, APPROVAL.c.line)
    sums = [
        cast(func.sum(APPROVAL.c[name]), BigInteger)
        for name in ("net_pence", "cost_pence", "vat_pence")
    ]
    query = select(*by, *sums).group_by(*by)
    for key, line, *pence in _rows(session, query, APPROVAL.c.invoice, keys):
        found.setdefault(key, {})[line] = Approved(*(Money(int(one)) for one in pence))
    return found


def _credited(session: Session, keys: Collection[str]) -> dict[str, dict[str, Money]]:
    found: dict[str, dict[str, Money]] = {}
    by = (INVOICE.c.credits, LINE.c.call_off)
    query = (
        select(*by, cast(func.sum(LINE.c.net_pence), BigInteger))
        .join(INVOICE, INVOICE.c.key == LINE.c.invoice)
        .where(INVOICE.c.state != InvoiceState.REJECTED.value)
        .group_by(*by)
    )
    for key, call_off, pence in _rows(session, query, INVOICE.c.credits, keys):
        found.setdefault(key, {})[call_off] = Money(-int(pence))
    return found


def _billed(session: Session, numbers: Collection[str]) -> dict[str, list[tuple[str, Billed]]]:
    found: dict[str, list[tuple[str, Billed]]] = {}
    names = ("call_off", "invoice", "line", "starts", "ends", "units")
    query = (
        select(*(APPROVAL.c[name] for name in names))
        .join(INVOICE, INVOICE.c.key == APPROVAL.c.invoice)
        .where(INVOICE.c.credits.is_(None))
        .distinct()
    )
    taken = taken_back(session, numbers)
    for row in _rows(session, query, APPROVAL.c.call_off, numbers):
        line = as_billed(row, taken.get((row.invoice, row.line), ()))
        found.setdefault(row.call_off, []).append((row.invoice, line))
    return found


def _returned(
    session: Session, numbers: Collection[str]
) -> dict[str, dict[date, tuple[date, Fraction]]]:
    found: dict[str, dict[date, tuple[date, Fraction]]] = {}
    query = select(RETURN).order_by(RETURN.c.call_off, RETURN.c.starts, RETURN.c.turn)
    for row in _rows(session, query, RETURN.c.call_off, numbers):
        found.setdefault(row.call_off, {})[row.starts] = (row.ends, Fraction(row.units))
    return found


def _rules(session: Session) -> list[tuple[date, Tolerance]]:
    query = select(RULE).order_by(RULE.c.day, RULE.c.turn)
    return [(row.day, Tolerance(row.percent, Money(row.pence))) for row in session.execute(query)]

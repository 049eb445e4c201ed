"""One page of the contracts register: counted, summed and paged before any contract is read.

The figures are those of the whole register (`contract_register`), of which this reads only what the
page shows: its contracts, what comes of any within six months, and the first that is due.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sqlmodel import Session

from contracts.coming import Next
from contracts.obligations import months_after
from ledger.money import Money
from trust_commissioning.reports.contract_register import (
    AHEAD,
    Line,
    Wanted,
    coming_rows,
    due_rows,
    left_due,
    lines,
    lines_of,
    row_of,
)
from trust_commissioning.reports.shape import Cell
from trust_commissioning.store import contract_listing as listing
from trust_commissioning.store import contracts as record
from trust_commissioning.store.contract_listing import Bound, Narrowed

Rows = tuple[dict[str, Cell], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPage:
    """A page of the register as it is narrowed; counts and sums are of all its pages.

    `coming` and `due` hold the first of what is counted beside them.
    """

    count: int
    value_signed: Money
    value: Money
    number: int
    rows: Rows
    lapsing: int
    extendable: int
    coming: Rows
    coming_count: int
    due: Rows
    due_count: int

    def pages(self, length: int) -> int:
        return max(1, -(-self.count // length))


def register_page(
    session: Session, day: date, wanted: Wanted, *, length: int, number: int = 1
) -> RegisterPage:
    """A page of so many contracts, the first being 1; past the last it is the last."""
    if wanted.words or wanted.service or wanted.phase or wanted.coming:
        return _by_reading(session, day, wanted, length=length, number=number)
    narrowed = Narrowed(day=day, fund=wanted.fund, provider=wanted.provider, form=wanted.form)
    count, signed = listing.count_and_value(session, narrowed)
    number = _within(count, length, number)
    varied = record.contracts(session, listing.with_another_value(session, narrowed), day=day)
    changed = Money.total(one.as_at(day).value - one.as_signed.value for one in varied)
    numbers = listing.page(session, narrowed, length=length, number=number)
    may_come = listing.that_may_come(session, narrowed, months_after(day, AHEAD))
    soon = [one for one in lines_of(session, day, may_come) if one.coming]
    return _page(
        session,
        day,
        count=count,
        value_signed=signed,
        value=signed + changed,
        number=number,
        shown=list(lines_of(session, day, numbers)),
        soon=soon,
        bound=list(_bound(session, narrowed)),
        length=length,
    )


def _by_reading(
    session: Session, day: date, wanted: Wanted, *, length: int, number: int
) -> RegisterPage:
    """What only the terms of a day can tell is asked of each contract that may be meant."""
    found = lines(session, day, wanted)
    number = _within(len(found), length, number)
    return _page(
        session,
        day,
        count=len(found),
        value_signed=Money.total(one.contract.as_signed.value for one in found),
        value=Money.total(one.terms.value for one in found),
        number=number,
        shown=found[(number - 1) * length : number * length],
        soon=[one for one in found if one.coming],
        bound=[one.bound for one in found if one.is_bound],
        length=length,
    )


def _within(count: int, length: int, number: int) -> int:
    return min(max(number, 1), max(1, -(-count // length)))


def _bound(session: Session, narrowed: Narrowed) -> Iterator[Bound]:
    plain, varied = listing.bound(session, narrowed)
    yield from plain
    for line in lines_of(session, narrowed.day, varied):
        if line.is_bound:
            yield line.bound


def _page(
    session: Session,
    day: date,
    *,
    count: int,
    value_signed: Money,
    value: Money,
    number: int,
    shown: Sequence[Line],
    soon: Sequence[Line],
    bound: Sequence[Bound],
    length: int,
) -> RegisterPage:
    what = [each.what for one in soon for each in one.coming]
    due = left_due(bound, record.obligations_met(session), day)
    return RegisterPage(
        count=count,
        value_signed=value_signed,
        value=value,
        number=number,
        rows=tuple(row_of(one) for one in shown),
        lapsing=sum(one in (Next.LAPSES, Next.RAN_OUT) for one in what),
        extendable=sum(one is Next.MAY_BE_EXTENDED for one in what),
        coming=tuple(islice(coming_rows(soon), length)),
        coming_count=len(what),
        due=tuple(due_rows(due[:length], day)),
        due_count=len(due),
    )

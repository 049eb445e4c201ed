"""What is kept beside the journals: balances, last numbers, the head, the seals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Table, select
from sqlmodel import Session

from ledger.chain import period_seal
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Problem
from ledger.wording import counted
from trust_commissioning.checking.walk import CHUNK, Key, Moved, Walked, columns_as_kept
from trust_commissioning.store.closing import AGREED, CLOSING
from trust_commissioning.store.journals import JOURNAL
from trust_commissioning.store.tables import (
    AuditEventRow,
    BalanceRow,
    CallOffBalanceRow,
    ChainHeadRow,
    ContractBalanceRow,
    FinancialYearRow,
    PeriodRow,
    table_of,
)

_AUDIT, _HEAD, _YEAR = table_of(AuditEventRow), table_of(ChainHeadRow), table_of(FinancialYearRow)
_BALANCE, _CONTRACT = table_of(BalanceRow), table_of(ContractBalanceRow)
_CALL_OFF = table_of(CallOffBalanceRow)
_PERIOD = table_of(PeriodRow)


def check_head(session: Session, found: Walked) -> Iterator[Problem]:
    head = session.execute(select(_HEAD)).first()
    kept = "nothing" if head is None else f"journal {head.sequence} with {head.hash[:12]}…"
    if (
        head is None
        or (head.sequence, head.hash) != (found.sequence, found.hash)
        or not 0 <= head.moved_from <= max(head.sequence - 1, 0)
    ):
        yield Problem(
            "chain_head_differs",
            f"The head of the chain is kept as {kept}; the last journal is {found.sequence} with "
            f"{found.hash[:12]}….",
            "chain_head",
        )


def check_years(session: Session, found: Walked) -> Iterator[Problem]:
    for year, kept in session.execute(select(_YEAR.c.year, _YEAR.c.last_number)):
        last = found.numbers.pop(year, 0)
        if kept != last:
            yield Problem(
                "year_number_differs",
                f"The last number of {year} is kept as {kept}, and its journals come to {last}.",
                year,
            )
    for year, last in found.numbers.items():
        yield Problem(
            "year_number_differs",
            f"{year} has {counted(last, 'journal')} and was never opened.",
            year,
        )


def check_balances(session: Session, found: Walked) -> Iterator[Problem]:
    """The kept balances against the sums of the postings, both ways."""
    yield from _compare(session, _BALANCE, found.balances)
    yield from _compare(session, _CONTRACT, found.contracts)
    yield from _compare(session, _CALL_OFF, found.call_offs)


def _compare(session: Session, table: Table, moved: dict[Key, Moved]) -> Iterator[Problem]:
    key_columns = [column.name for column in table.columns if column.primary_key]
    query = select(table).execution_options(yield_per=CHUNK)
    for row in session.execute(query):
        key = tuple(getattr(row, name) for name in key_columns)
        due = moved.pop(key, Moved())
        if (row.pence, row.last_sequence) != (due.pence, due.last):
            yield _differs(
                key, f"{_shown(row.pence)} (journal {row.last_sequence} of the chain)", due
            )
    for key, due in moved.items():
        yield _differs(key, "nothing", due)


def _differs(key: Key, kept: str, due: Moved) -> Problem:
    book, year, fund, period, *coding = key
    words = ", ".join(str(part) for part in coding if part)
    return Problem(
        "balance_differs_from_postings",
        f"{words} of fund {fund} in the {book} book of {year} P{period:02}: the balance kept is "
        f"{kept}, the postings come to {_shown(due.pence)} (journal {due.last} of the chain).",
        "/".join(map(str, key)),
    )


def _shown(pence: object) -> str:
    return str(Money(pence)) if type(pence) is int else f"“{pence}” pence"


def check_periods(session: Session) -> Iterator[Problem]:
    """Days as the year has them; a closed one sealed with what it holds, by whom it says."""
    closings = _by_period(session.execute(select(CLOSING).order_by(CLOSING.c.turn)))
    agreed = _by_period(session.execute(select(AGREED)))
    noted: dict[str, list[tuple[str, str, str]]] = {}
    for row in session.execute(
        select(_AUDIT)
        .where(_AUDIT.c.object_kind == "period", _AUDIT.c.action == "close")
        .order_by(_AUDIT.c.id)
    ):
        noted.setdefault(row.object_key, []).append((row.person, row.at, row.after))
    years: dict[str, set[int]] = {}
    for row in session.execute(select(*columns_as_kept(_PERIOD))):
        years.setdefault(row.year, set()).add(row.number)
        try:
            period = Period(FinancialYear.parse(row.year), row.number)
        except (ValueError, TypeError) as wrong:
            yield Problem("period_unreadable", f"A period cannot be read: {wrong}", str(row.year))
            continue
        if (str(row.starts), str(row.ends)) != (str(period.starts), str(period.ends)):
            yield Problem(
                "period_days_differ",
                f"{period} is kept from {row.starts} to {row.ends}; it runs from {period.starts} "
                f"to {period.ends}.",
                str(period),
            )
        if row.status == "closed":
            told = noted.get(str(period))
            yield from _check_closed(session, row, period, told[-1] if told else None)
        elif (row.seal, row.closed_by, row.closed_at) != (None, None, None):
            yield Problem("period_seal_differs", f"{period} is open and has a seal.", str(period))
        key = (row.year, row.number)
        yield from _check_closings(
            session, row, period, closings.get(key, []), len(agreed.get(key, []))
        )
    for year, numbers in years.items():
        if missing := set(range(1, 14)) - numbers:
            yield Problem(
                "period_missing", f"{year} lacks period {min(missing)} of its thirteen.", year
            )


def _by_period(rows: Iterable[Any]) -> dict[tuple[str, int], list[Any]]:
    found: dict[tuple[str, int], list[Any]] = {}
    for row in rows:
        found.setdefault((row.year, row.period), []).append(row)
    return found


def _check_closings(
    session: Session, row: Any, period: Period, closings: Sequence[Any], agreed: int
) -> Iterator[Problem]:
    """A closing for each time it closed, the last as the period has it, the earlier ones sealed
    with what the period held then; opened again as often as two people agreed to."""
    last = closings[-1] if closings else None
    if row.status == "closed":
        kept = (row.closed_by, row.closed_at, row.seal)
        as_closed = last is not None and (last.closed_by, last.closed_at, last.seal) == kept
    else:
        as_closed = True
    if not as_closed or len(closings) != agreed + (row.status == "closed"):
        yield Problem(
            "period_differs_from_closings",
            f"{period} is {row.status}, was closed {counted(len(closings), 'time')} and opened "
            f"again by agreement {counted(agreed, 'time')}, or its last closing says otherwise.",
            str(period),
        )
    for earlier in closings[:-1] if row.status == "closed" else closings:
        seal = period_seal(period, _hashes(session, period, up_to=earlier.head_sequence))
        if seal != earlier.seal:
            yield Problem(
                "period_seal_differs",
                f"{period} was sealed {earlier.seal[:12]}… at closing {earlier.turn}, and what it "
                f"held then comes to {seal[:12]}….",
                str(period),
            )


def _hashes(session: Session, period: Period, *, up_to: int | None = None) -> Iterable[str]:
    query = (
        select(JOURNAL.c.hash)
        .where(
            JOURNAL.c.year == str(period.year),
            JOURNAL.c.period == period.number,
            JOURNAL.c.status == "posted",
        )
        .order_by(JOURNAL.c.sequence)
    )
    if up_to is not None:
        query = query.where(JOURNAL.c.sequence <= up_to)
    return session.execute(query, execution_options={"yield_per": CHUNK}).scalars()


def _check_closed(
    session: Session, row: Any, period: Period, noted: tuple[str, str, str] | None
) -> Iterator[Problem]:
    seal = period_seal(period, _hashes(session, period))
    if seal != row.seal:
        yield Problem(
            "period_seal_differs",
            f"{period} was sealed {str(row.seal)[:12]}…, and its journals come to {seal[:12]}….",
            str(period),
        )
    if (
        noted is None
        or (row.closed_by, row.closed_at) != noted[:2]
        or str(row.seal) not in noted[2]
    ):
        yield Problem(
            "period_differs_from_audit_trail",
            f"{period} is kept as closed by {row.closed_by} at {row.closed_at}; the audit trail "
            f"has {' at '.join(noted[:2]) if noted else 'nothing'}.",
            str(period),
        )

"""What an act does to the books of call-offs: promised, spent and still available, before and after.

Nothing here foretells: the act is done, the books are read, and whoever asked undoes it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, cast, func, select
from sqlmodel import Session

from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.periods import FinancialYear
from trust_commissioning.reports.available import available
from trust_commissioning.reports.shape import Cell, Column, Part
from trust_commissioning.store.calling_off import BALANCE, CALL_OFF
from trust_commissioning.store.standing import titles

_Line = tuple[FinancialYear, str, str]
"""A year, a fund, a service."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the books of a year and fund hold under call-offs of one service."""

    promised: Money = NIL
    spent: Money = NIL


def held(session: Session, numbers: Collection[str]) -> dict[_Line, Held]:
    """What the books hold under call-offs now."""
    query = (
        select(
            BALANCE.c.year,
            BALANCE.c.fund,
            CALL_OFF.c.service,
            BALANCE.c.book,
            cast(func.sum(BALANCE.c.pence), BigInteger),
        )
        .join(CALL_OFF, CALL_OFF.c.number == BALANCE.c.call_off)
        .where(BALANCE.c.call_off.in_(sorted(numbers)))
        .group_by(BALANCE.c.year, BALANCE.c.fund, CALL_OFF.c.service, BALANCE.c.book)
    )
    found: dict[_Line, dict[str, Money]] = {}
    for year, fund, service, book, pence in session.execute(query):
        line = (FinancialYear.parse(year), fund, service)
        found.setdefault(line, {})[book] = Money(int(pence))
    return {
        line: Held(
            by_book.get(Book.COMMITMENT.value, NIL),
            by_book.get(Book.ACTUAL.value, NIL),
        )
        for line, by_book in found.items()
    }


def effect(session: Session, before: Mapping[_Line, Held], after: Mapping[_Line, Held]) -> Part:
    """Each year and fund that an act changes, with what is available once it is done."""
    named = titles(session, "fund", "service")
    rows: list[dict[str, Cell]] = []
    for line in sorted({*before, *after}):
        was, now = before.get(line, Held()), after.get(line, Held())
        if was == now:
            continue
        year, fund, service = line
        left, of_service = available(session, fund, year, service)
        whose = f", {named['service'].get(service, service)}" if of_service else ""
        rows.append(
            {
                "year": str(year),
                "fund": f"{named['fund'].get(fund, fund)}{whose}",
                "promised_before": was.promised,
                "promised": now.promised,
                "spent_before": was.spent,
                "spent": now.spent,
                "available": left,
            }
        )
    spends = any(row["spent"] != row["spent_before"] for row in rows)
    return Part(
        key="effect",
        title="What it does",
        columns=tuple(
            column for column in _COLUMNS if spends or not column.key.startswith("spent")
        ),
        rows=tuple(rows),
    )


_COLUMNS = (
    Column(key="year", title="Year"),
    Column(key="fund", title="Paid from"),
    Column(key="promised_before", title="Promised now", kind="money"),
    Column(key="promised", title="Promised then", kind="money"),
    Column(key="spent_before", title="Spent now", kind="money"),
    Column(key="spent", title="Spent then", kind="money"),
    Column(key="available", title="Then available", kind="money"),
)

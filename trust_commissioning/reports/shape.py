"""The shape every report has: what was asked, columns, rows, totals, how to read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select
from sqlmodel import Session

from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Refused
from trust_commissioning.clock import as_text
from trust_commissioning.store.standing import funds, trust_name, years
from trust_commissioning.store.tables import BalanceRow, ChainHeadRow, table_of

BALANCE = table_of(BalanceRow)
_HEAD = table_of(ChainHeadRow)

Cell = Money | str | int


class Column(BaseModel):
    """One column; `kind` says how to show it."""

    model_config = ConfigDict(frozen=True)
    key: str
    title: str
    kind: Literal["text", "money", "count"] = "text"


@dataclass(frozen=True, slots=True)
class Scope:
    """What figures are asked of: one fund or all, a year, up to and with a period."""

    fund: str | None
    year: FinancialYear
    to: int = 13

    @property
    def period(self) -> Period:
        return Period(self.year, self.to)


class Report(BaseModel):
    """A computed report. `basis` and `sign` are sentences; `books_head` ties it to the books."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)
    report: str
    title: str
    trust: str
    fund: str | None
    year: str
    to: str
    generated_at: str
    basis: str
    sign: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Cell], ...]
    totals: Mapping[str, Cell]
    books_head: str

    def as_json(self) -> dict[str, object]:
        """The promised keys, money as ``"1250.00"``."""
        return {
            "report": self.report,
            "title": self.title,
            "trust": self.trust,
            "fund": self.fund,
            "year": self.year,
            "to": self.to,
            "generated_at": self.generated_at,
            "basis": self.basis,
            "sign": self.sign,
            "columns": [column.model_dump() for column in self.columns],
            "rows": [_plain(row) for row in self.rows],
            "totals": _plain(self.totals),
            "books_head": self.books_head,
        }


def _plain(row: Mapping[str, Cell]) -> dict[str, str | int]:
    return {key: cell.plain if isinstance(cell, Money) else cell for key, cell in row.items()}


def make(
    session: Session,
    scope: Scope,
    at: datetime,
    *,
    name: str,
    title: str,
    basis: str,
    sign: str,
    columns: tuple[Column, ...],
    rows: list[dict[str, Cell]],
    totals: dict[str, Cell],
) -> Report:
    """A report with what they all carry filled in.

    Raises:
        Refused: if the fund or the year asked for is not there.
    """
    check(session, scope)
    return Report(
        report=name,
        title=title,
        trust=trust_name(session),
        fund=scope.fund,
        year=str(scope.year),
        to=str(scope.period),
        generated_at=as_text(at),
        basis=basis,
        sign=sign,
        columns=columns,
        rows=tuple(rows),
        totals=totals,
        books_head=books_head(session),
    )


def check(session: Session, scope: Scope) -> None:
    """Hold a scope to what there is.

    Raises:
        Refused: ``fund_unknown`` or ``year_not_opened``.
    """
    if scope.fund is not None and scope.fund not in funds(session):
        raise Refused.because("fund_unknown", f"There is no fund “{scope.fund}”.", "fund")
    if scope.year not in years(session):
        raise Refused.because(
            "year_not_opened", f"The year {scope.year} has not been opened.", "year"
        )


def books_head(session: Session) -> str:
    """The hash of the last posted journal."""
    return str(session.execute(select(_HEAD.c.hash)).scalar_one())


def default_scope(session: Session) -> Scope | None:
    """All funds in the last year with actual figures, up to its last period with any.

    None where nothing has been posted; a trust with only a budget shows that budget's year.
    """
    for books in (("actual",), ("budget", "commitment")):
        row = session.execute(
            select(BALANCE.c.year, func.max(BALANCE.c.period))
            .where(BALANCE.c.book.in_(books))
            .group_by(BALANCE.c.year)
            .order_by(BALANCE.c.year.desc())
            .limit(1)
        ).first()
        if row is not None:
            return Scope(None, FinancialYear.parse(row[0]), int(row[1]))
    return None

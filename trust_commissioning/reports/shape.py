"""The shape every report has: what was asked, columns, rows, totals, how to read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select
from sqlmodel import Session

from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Refused
from ledger.wording import day_in_full
from trust_commissioning.clock import as_text, day_of, from_text
from trust_commissioning.reports.leads import Lead
from trust_commissioning.store import closing
from trust_commissioning.store.journals import Search
from trust_commissioning.store.sight import sight_of
from trust_commissioning.store.standing import funds, people, trust_name, years
from trust_commissioning.store.tables import BalanceRow, ChainHeadRow, table_of

BALANCE = table_of(BalanceRow)
_HEAD = table_of(ChainHeadRow)

Cell = Money | str | int
SUBTOTAL = "subtotal"
"""The key under which a row says that it is not a line of its own."""
MADE_OF = "made_of"
"""The key under which such a row names the rows it is made of, parted by ``; ``, a minus sign before
one that is taken off: ``Total income; -Total expenditure``. Without it, it is made of those above."""


class Column(BaseModel):
    """One column; `kind` says how to show it, `leads_to` which journals its figures come from.

    A `whole_year` figure is what the year is to come to: where two issued reports differ in it, a
    reason is asked. A ``code`` is for programs: papers and screens, which show the title beside it, leave it out. A
    ``blank`` column is to be filled in by hand on paper, such as a signature.
    """

    model_config = ConfigDict(frozen=True)
    key: str
    title: str
    kind: Literal["text", "code", "money", "count", "blank"] = "text"
    leads_to: Lead | None = None
    whole_year: bool = False

    def as_json(self) -> dict[str, object]:
        made: dict[str, object] = {"key": self.key, "title": self.title, "kind": self.kind}
        made |= {"whole_year": True} if self.whole_year else {}
        return made | ({"leads_to": self.leads_to.as_json()} if self.leads_to else {})


@dataclass(frozen=True, slots=True)
class Scope:
    """What figures are asked of: one fund or all, a year, up to and with a period.

    `partner` and `grant` narrow the reports that are of one; None is all of them. `of` names the
    report whose changes are asked for.
    """

    fund: str | None
    year: FinancialYear
    to: int = 13
    partner: str | None = None
    grant: str | None = None
    of: str | None = None

    @property
    def period(self) -> Period:
        return Period(self.year, self.to)


class Part(BaseModel):
    """A further table of a report that has several, under its own heading.

    `words` are paragraphs said before it; a part may be words alone. A row with something under
    `SUBTOTAL` stands for rows above it, or for a difference between such rows: it is printed bold.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)
    key: str
    title: str
    words: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[Mapping[str, Cell], ...] = ()
    totals: Mapping[str, Cell] = {}

    def as_json(self) -> dict[str, object]:
        return {
            "key": self.key,
            "title": self.title,
            "words": list(self.words),
            "columns": [column.as_json() for column in self.columns],
            "rows": [_plain(row) for row in self.rows],
            "totals": _plain(self.totals),
        }


class Report(BaseModel):
    """A computed report. `basis` and `sign` are sentences; `books_head` ties it to the books.

    `notes` are what a reader must know besides, such as a period that was opened again. `parts`
    are the further tables of a report that has more than one.
    """

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
    notes: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    fund_title: str = ""

    @property
    def tables(self) -> tuple[Part, ...]:
        """Its own table, with no heading, and then its parts: what a paper prints."""
        own = Part(
            key=self.report, title="", columns=self.columns, rows=self.rows, totals=self.totals
        )
        return (own, *self.parts) if self.columns else self.parts

    def leads_to(
        self, columns: Iterable[Column], row: Mapping[str, Cell], key: str
    ) -> Search | None:
        """The journals behind one figure of the report or of a part; None where it leads nowhere."""
        lead = next((column.leads_to for column in columns if column.key == key), None)
        return lead.search(row, fund=self.fund, to=Period.parse(self.to)) if lead else None

    def as_json(self) -> dict[str, object]:
        """The promised keys, money as ``"1250.00"``."""
        return {
            "report": self.report,
            "title": self.title,
            "trust": self.trust,
            "fund": self.fund,
            "fund_title": self.fund_title,
            "year": self.year,
            "to": self.to,
            "generated_at": self.generated_at,
            "basis": self.basis,
            "sign": self.sign,
            "columns": [column.as_json() for column in self.columns],
            "rows": [_plain(row) for row in self.rows],
            "totals": _plain(self.totals),
            "books_head": self.books_head,
            "notes": list(self.notes),
            "parts": [part.as_json() for part in self.parts],
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
    notes: Iterable[str] = (),
    parts: Iterable[Part] = (),
) -> Report:
    """A report with what they all carry filled in.

    Raises:
        Refused: if the fund or the year asked for is not there.
    """
    check(session, scope)
    seen = sight_of(session)
    return Report(
        report=name,
        title=title,
        trust=trust_name(session),
        fund=scope.fund,
        fund_title=funds(session)[scope.fund].title if scope.fund else "",
        year=str(scope.year),
        to=str(scope.period),
        generated_at=as_text(at),
        basis=f"{basis} {seen.words}" if seen else basis,
        sign=sign,
        columns=columns,
        rows=tuple(rows),
        totals=totals,
        books_head=books_head(session),
        notes=(*notes, *reopened(session, scope.year)),
        parts=tuple(parts),
    )


def reopened(session: Session, year: FinancialYear) -> Iterator[str]:
    """What every report of a year says of its periods that were opened again after closing."""
    found = closing.reopenings(session, year)
    names = people(session) if found else {}
    for one in found:
        asked, agreed = (day_in_full(day_of(from_text(at))) for at in (one.asked_at, one.agreed_at))
        yield (
            f"{one.period.title} was closed and opened again: asked by {names[one.asked_by]} on "
            f"{asked}, agreed by {names[one.agreed_by]} on {agreed}. Reason: "
            f"{one.reason.rstrip('.')}."
        )
    for earlier in closing.years_reopened(session, year):
        yield (
            f"A period of {earlier} was opened again after it was closed, so balances brought "
            "forward may differ from those of earlier reports."
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


def of_the_whole_trust(session: Session, scope: Scope) -> Scope:
    """What a report is of that tells of every fund, whichever is asked of it.

    Raises:
        Refused: if the fund or the year asked for is not there.
    """
    check(session, scope)
    return replace(scope, fund=None)


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

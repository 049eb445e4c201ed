"""Issued reports, read from the record."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from ledger.money import Money
from ledger.periods import FinancialYear, Period
from trust_commissioning.store.journals import JOURNAL
from trust_commissioning.store.tables import IssuedReportRow, table_of

_ISSUED = table_of(IssuedReportRow)
# A list of papers need not fetch the papers.
_LISTED = select(*(one for one in _ISSUED.c if one.name not in ("contents", "pdf", "asked")))


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedReport:
    """A report as it was issued, without its contents, which `contents` and `pdf` read."""

    number: str
    reference: str
    report: str
    title: str
    fund: str | None
    partner: str | None
    grant: str | None
    period: Period
    unit: str
    follows: str | None
    tolerance: Money
    reasons: Mapping[str, str]
    contents_sha256: str
    pdf_sha256: str
    books_head: str
    issued_by: str
    issued_at: str

    def as_json(self) -> dict[str, object]:
        return {
            "number": self.number,
            "reference": self.reference,
            "report": self.report,
            "title": self.title,
            "fund": self.fund,
            "partner": self.partner,
            "grant": self.grant,
            "year": str(self.period.year),
            "to": str(self.period),
            "unit": self.unit,
            "follows": self.follows,
            "tolerance": self.tolerance.plain,
            "reasons": dict(self.reasons),
            "contents_sha256": self.contents_sha256,
            "pdf_sha256": self.pdf_sha256,
            "books_head": self.books_head,
            "issued_by": self.issued_by,
            "issued_at": self.issued_at,
        }


def issued(session: Session, *, fund: str = "", report: str = "") -> list[IssuedReport]:
    """The issued reports, the latest first."""
    query = _LISTED.order_by(_ISSUED.c.turn.desc())
    if fund:
        query = query.where(_ISSUED.c.fund == fund)
    if report:
        query = query.where(_ISSUED.c.report == report)
    return [_of(row) for row in session.execute(query)]


def issued_as(session: Session, number: str) -> IssuedReport | None:
    """One issued report by its number."""
    row = session.execute(_LISTED.where(_ISSUED.c.number == number)).first()
    return _of(row) if row else None


def last_issued(
    session: Session,
    report: str | None,
    *,
    fund: str | None,
    year: FinancialYear,
    partner: str | None = None,
    grant: str | None = None,
    to: int,
) -> IssuedReport | None:
    """The last issued of a name, on a fund, a year and what else narrowed it; of any name for None.

    Of the period `to` of the year, or else of the nearest before it.
    """
    query = _LISTED.where(
        _ISSUED.c.fund == fund,
        _ISSUED.c.year == str(year),
        _ISSUED.c.partner == partner,
        _ISSUED.c.of_grant == grant,
        _ISSUED.c.period <= to,
    )
    if report:
        query = query.where(_ISSUED.c.report == report)
    nearest = query.order_by(_ISSUED.c.period.desc(), _ISSUED.c.turn.desc()).limit(1)
    row = session.execute(nearest).first()
    return _of(row) if row else None


def contents(session: Session, number: str) -> dict[str, Any]:
    """The JSON of an issued report, as it was issued."""
    held = session.execute(select(_ISSUED.c.contents).where(_ISSUED.c.number == number))
    found: dict[str, Any] = json.loads(held.scalar_one())
    return found


def pdf(session: Session, number: str) -> bytes:
    """The PDF of an issued report, as it was issued."""
    held = session.execute(select(_ISSUED.c.pdf).where(_ISSUED.c.number == number))
    return base64.b64decode(held.scalar_one())


def sequence_of(session: Session, books_head: str) -> int:
    """The place in the chain of the journal whose hash that is; nil for empty books."""
    found = session.execute(select(JOURNAL.c.sequence).where(JOURNAL.c.hash == books_head))
    return found.scalar_one_or_none() or 0


def _of(row: Row[Any]) -> IssuedReport:
    return IssuedReport(
        number=row.number,
        reference=row.reference,
        report=row.report,
        title=row.title,
        fund=row.fund,
        partner=row.partner,
        grant=row.of_grant,
        period=Period(FinancialYear.parse(row.year), row.period),
        unit=row.unit,
        follows=row.follows,
        tolerance=Money(row.tolerance_pence),
        reasons=json.loads(row.reasons),
        contents_sha256=row.contents_sha256,
        pdf_sha256=row.pdf_sha256,
        books_head=row.books_head,
        issued_by=row.issued_by,
        issued_at=row.issued_at,
    )

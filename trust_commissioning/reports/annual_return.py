"""The annual return of a fund's income and expenditure, for the auditor to certify."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from ledger.money import Money
from trust_commissioning.reports import fund_paper
from trust_commissioning.reports.fund_account import About, about, account, account_columns, money
from trust_commissioning.reports.quarterly_report import SIGN, first_period
from trust_commissioning.reports.shape import Column, Part, Report, Scope, make


def annual_return(session: Session, scope: Scope, at: datetime) -> Report:
    """One fund's year: its account, what each partner put in, how the difference is met.

    SI 2000/617 asks that the manager of a pooled fund submit an annual return of income and
    expenditure. What the auditor certifies is the level of each partner's contribution and total
    expenditure, so those two are named in the certificate.
    """
    of = about(session, scope, at)
    first = first_period(scope.to)
    rows = account(of, from_period=first)
    contributed = fund_paper.contributions_part(of)
    spent = next(row for row in rows if row["line"] == "Total expenditure")
    risk, notes = fund_paper.risk_parts(of)
    columns = account_columns("Last quarter", first)
    return make(
        session,
        scope,
        at,
        name="annual-return",
        title="Annual return of income and expenditure",
        basis=(
            f"{_taken_in(scope)}: income when it is due, expenditure when it is owed, with what was "
            "settled between partners."
        ),
        sign=SIGN.replace("forecast", "outturn"),
        columns=tuple(_of_a_year(column) for column in columns if column.key != "quarter"),
        rows=rows,
        totals={},
        notes=[*notes, *fund_paper.standing_notes(of), *_unfinished(scope)],
        parts=(
            fund_paper.facts_part(of),
            contributed,
            *risk,
            fund_paper.grants_part(of),
            fund_paper.disputed_part(of),
            fund_paper.virements_part(of),
            fund_paper.happenings_part(of, scope.year.starts),
            fund_paper.signatures_part(of),
            _certificate(of, contributed, money(spent, "actual")),
        ),
    )


def _of_a_year(column: Column) -> Column:
    """The forecast of a year that is over is its outturn."""
    wanted = {"forecast": "Outturn", "actual": "The year"}
    return column.model_copy(update={"title": wanted.get(column.key, column.title)})


def _taken_in(scope: Scope) -> str:
    if scope.to >= 13:
        return "The actual book of the whole year with period 13"
    return f"The actual book up to {scope.period.title}"


def _unfinished(scope: Scope) -> list[str]:
    if scope.to >= 13:
        return []
    if scope.to == 12:
        return ["A return is of a whole year; this one leaves out period 13, its closing entries."]
    return [f"A return is of a whole year; this one goes up to {scope.period.title} only."]


def _certificate(of: About, contributed: Part, spent: Money) -> Part:
    """What the auditor certifies, with room to sign."""
    levels = "; ".join(
        f"{row['partner_title']} {row['total']}" for row in contributed.rows if row["total"]
    )
    certified = (
        f"I certify the annual return of income and expenditure of {of.fund.title} for "
        f"{of.scope.year}; the level of contributions by each partner: {levels or 'none'}; and "
        f"total expenditure of {spent}."
    )
    return Part(
        key="certificate",
        title="Auditor’s certificate",
        words=(certified, "Where nothing is written under “Subject to”, it is without reserve."),
        columns=_CERTIFIED,
        rows=({"as": "Auditor"},),
    )


_CERTIFIED = (
    Column(key="as", title="Signed as"),
    Column(key="subject", title="Subject to", kind="blank"),
    Column(key="name", title="Name", kind="blank"),
    Column(key="signature", title="Signature", kind="blank"),
    Column(key="day", title="Date", kind="blank"),
)

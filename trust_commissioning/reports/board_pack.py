"""The board pack: the board's questions answered, every figure behind them, how to read them.

One report for the page, the printed pack, the workbook and what is kept when a month closes, so that
they cannot differ. Of a closed period it names every figure that reads otherwise than when it closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from contracts.targets import Course
from ledger.money import NIL, Money
from ledger.periods import Period
from ledger.wording import day_in_full
from trust_commissioning.reports.board import service_spend, trend
from trust_commissioning.reports.board_answers import FIGURES, Gathered, figures, parts_of
from trust_commissioning.reports.board_moved import PACK, base_of, moved_answer, moved_part
from trust_commissioning.reports.board_since import since_closed
from trust_commissioning.reports.grant_exposure import exposure_rows
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.monitoring_due import LATE, monitoring_due
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, check, make

BASIS = (
    "Figures are of the year up to and with the period shown: what is owed, promised and allowed by "
    "then, and the forecast as known at its end. Agreements, contracts, grants and measures are as "
    "they stood on its last day; people and bodies go by their names of today."
)
SIGN = (
    "Income and expenditure are above nil. Available below nil is over budget; a variance above nil "
    "is overspent; a share above nil is to be paid in."
)


def board_pack(session: Session, scope: Scope, at: datetime) -> Report:
    """Everything the board is told of a fund, or of all of them, after a period."""
    check(session, scope)
    of = Gathered(session, scope, at)
    parts = (*_told(of), _risks(of), _periods(of))
    report = _made(of, parts)
    since = since_closed(session, scope, report)
    return report.model_copy(update={"parts": (*parts, since)}) if since is not None else report


def board_answers(session: Session, scope: Scope, at: datetime) -> Report:
    """The same without what only the printed pack has."""
    check(session, scope)
    of = Gathered(session, scope, at)
    parts = _told(of)
    report = _made(of, parts)
    since = since_closed(session, scope, report)
    return report.model_copy(update={"parts": (*parts, since)}) if since is not None else report


def figures_to_keep(session: Session, period: Period, at: datetime) -> Report:
    """What is kept of a period as it closes: all funds, with nothing it could be compared with yet."""
    of = Gathered(session, Scope(None, period.year, period.number), at)
    return _made(of, _told(of))


def _told(of: Gathered) -> tuple[Part, ...]:
    base = base_of(of)
    moved = moved_part(of, base)
    return parts_of(of, moved, moved_answer(moved, base))


def _made(of: Gathered, parts: tuple[Part, ...]) -> Report:
    return make(
        of.session,
        of.scope,
        of.at,
        name=PACK,
        title="Board pack",
        basis=BASIS,
        sign=SIGN,
        columns=FIGURES,
        rows=figures(of),
        totals={},
        parts=parts,
    )


def _risks(of: Gathered) -> Part:
    """What may go wrong, the most money first, as the record has it; nobody's opinion is in it."""
    found = sorted(
        (*_money_risks(of), *_quality_risks(of)),
        key=lambda row: -row["amount"].pence if isinstance(row["amount"], Money) else 0,
    )
    return Part(
        key="risks",
        title="Risks",
        words=() if found else ("Nothing in the record says that money or a service is at risk.",),
        columns=_RISKS if found else (),
        rows=tuple(found),
    )


def _money_risks(of: Gathered) -> Iterator[dict[str, Cell]]:
    for fund in of.funds:
        if fund.variance.pence > 0:
            yield _risk("Overspend", f"{fund.title} is forecast over its budget", fund.variance)
    for one in service_spend(of.session, of.scope):
        if one.service and one.available.pence < 0:
            yield _risk(
                "Overspend",
                f"{one.title}: more is spent and promised than was allowed",
                -one.available,
            )
    for exposed in exposure_rows(of.grants):
        yield _risk(
            "Grant", f"{exposed['grant']}: {exposed['why']}", exposed["amount"], str(exposed["day"])
        )
    for row in of.partners.rows:
        if row["outstanding"] and row["outstanding"] != NIL:
            denied = row["disputed"] != NIL
            said = "denies what it was to pay" if denied else "has not paid what was raised"
            yield _risk(
                "Contribution",
                f"{row['title']} {said} into {row['fund_title']}",
                row["outstanding"],
            )
    for one_gap in of.gaps:
        for amount, words in one_gap.actions:
            yield _risk("Risk share", f"{one_gap.fund.title}: {words}", abs(amount))


def _quality_risks(of: Gathered) -> Iterator[dict[str, Cell]]:
    for one in of.measures:
        if one.course is Course.OFF_COURSE:
            yield _risk("Measure", f"{one.title}. {one.words}")
    due = monitoring_due(of.session, replace(of.scope, partner=None), of.at)
    for row in due.rows:
        named = f"{row['contract']} {row['title']}, {row['provider']}"
        if row["comes_to"] == "A pattern: act on it":
            yield _risk("Contract", f"{named}: a pattern of concerns to act on")
        elif row["standing"] == LATE:
            yield _risk("Contract", f"{named}: its check is late", "", str(row["due"]))


def _risk(kind: str, what: str, amount: Cell = "", by: str = "") -> dict[str, Cell]:
    return {"kind": kind, "what": what, "amount": amount, "by": by}


def _periods(of: Gathered) -> Part:
    rows: Iterable[dict[str, Cell]] = (
        {
            "number": f"P{one.period.number}",
            "title": one.title,
            "actual": one.actual,
            "actual_so_far": one.actual_so_far,
            "committed": one.committed,
            "budget": one.budget,
        }
        for one in trend(of.session, of.scope)
    )
    return Part(
        key="periods",
        title="Spend period by period",
        words=(f"Up to {day_in_full(of.scope.period.ends)}.",),
        columns=_PERIODS,
        rows=tuple(rows),
    )


_RISKS = (
    Column(key="kind", title="Kind"),
    Column(key="what", title="What may go wrong"),
    Column(key="amount", title="Amount", kind="money"),
    Column(key="by", title="By"),
)
_PERIODS = (
    Column(key="number", title="Period", kind="code"),
    Column(key="title", title="Period"),
    Column(
        key="actual",
        title="Spent in it",
        kind="money",
        leads_to=Lead(account="Expenses", period="{number}"),
    ),
    Column(key="actual_so_far", title="Spent so far", kind="money"),
    Column(key="committed", title="Committed at its end", kind="money"),
    Column(key="budget", title="Budget at its end", kind="money"),
)

"""Changes since the last issued report: last report, movement, this report, reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from sqlmodel import Session

from ledger.money import Money
from ledger.problems import Refused
from ledger.wording import day_in_full
from trust_commissioning.clock import day_of, from_text
from trust_commissioning.reports.comparing import Change, changes
from trust_commissioning.reports.kept import report_of
from trust_commissioning.reports.shape import Cell, Column, Report, Scope, check, make
from trust_commissioning.store import papers
from trust_commissioning.store.papers import IssuedReport

COLUMNS = (
    Column(key="key", title="Key", kind="code"),
    Column(key="table", title="Where"),
    Column(key="line", title="Line"),
    Column(key="figure", title="Figure"),
    Column(key="before", title="Last report", kind="money"),
    Column(key="movement", title="Movement", kind="money"),
    Column(key="now", title="This report", kind="money"),
    Column(key="reason", title="Reason"),
)


def changes_since(session: Session, scope: Scope, at: datetime) -> Report:
    """The report that was issued last on this fund and year, made again now, and what differs.

    Of the same name where `scope.of` says which, else the last of any; never one for a later period.

    Raises:
        Refused: ``report_unknown`` where `scope.of` names no report.
    """
    check(session, scope)
    if scope.of is not None:
        _named(scope.of)
    last = last_of(session, scope.of, scope)
    if last is None:
        said = (
            f"{'No report' if scope.of is None else f'No {scope.of} report'} has been issued on this "
            f"fund and year for {scope.period} or before, so there is nothing to compare."
        )
        return _made(session, scope, at, [], (said,), "Nothing was issued before.")
    now = made(session, last.report, scope, at)
    found = since(session, last, now)
    basis = (
        f"“{last.title}” {last.number}, issued on {day_in_full(day_of(from_text(last.issued_at)))} "
        f"for {last.period}, against the same report made now for {scope.period}."
    )
    return _made(session, scope, at, found, now.notes, basis)


def made(session: Session, name: str, scope: Scope, at: datetime) -> Report:
    """A report by its public name.

    Raises:
        Refused: ``report_unknown``.
    """
    return _named(name)(session, scope, at)


def _named(name: str) -> Callable[[Session, Scope, datetime], Report]:
    from trust_commissioning.reports import REPORTS

    if name not in REPORTS:
        raise Refused.because(
            "report_unknown", f"There is no report “{name}”; there are {', '.join(REPORTS)}.", "of"
        )
    return REPORTS[name]


def last_of(session: Session, name: str | None, scope: Scope) -> IssuedReport | None:
    """The last issued report of a name on what a scope takes in; of any name for None.

    A period that is issued again follows its own report, whatever was issued in between; a period
    that was not follows the nearest before it.
    """
    return papers.last_issued(
        session,
        name,
        to=scope.to,
        fund=scope.fund,
        year=scope.year,
        partner=scope.partner,
        grant=scope.grant,
    )


def since(session: Session, last: IssuedReport, now: Report) -> list[Change]:
    """What differs between an issued report and one made now."""
    before = report_of(papers.contents(session, last.number))
    return changes(session, before, now, since=papers.sequence_of(session, last.books_head))


def rows_of(found: Iterable[Change], reasons: Mapping[str, str]) -> list[dict[str, Cell]]:
    """Changes as the rows of a table, with the reasons people gave before those the ledger knows."""
    return [
        {
            "key": one.key,
            "table": one.table,
            "line": one.line,
            "figure": one.figure,
            "before": one.before,
            "movement": one.movement,
            "now": one.now,
            "reason": reasons.get(one.key) or one.reason,
        }
        for one in found
    ]


def _made(
    session: Session,
    scope: Scope,
    at: datetime,
    found: list[Change],
    notes: Iterable[str],
    basis: str,
) -> Report:
    return make(
        session,
        scope,
        at,
        name="changes-since",
        title="Changes since the last issued report",
        basis=basis,
        sign="A movement is this report less the last: above nil the figure has grown.",
        columns=COLUMNS,
        rows=rows_of(found, {}),
        totals={},
        notes=notes,
    )


def largest(found: Iterable[Change], tolerance: Money) -> list[Change]:
    """The changes that ask for a reason and have none of their own, above a tolerance."""
    return [
        one
        for one in found
        if one.asks and not one.reason and abs(one.movement).pence > tolerance.pence
    ]

"""A grant's spend: by the balances of whole months, by the day where a month is not whole.

Balances know no days. A month in which the grant or one of its conditions begins or ends, or into
which papers or reversals of other months came, is read by its postings, each on the day it was held to
when it was posted (`ledger.journal`): the paper's own where a grant of the fund ran on it, else the day of entry.
A reversal is of the day of what it takes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session

from ledger.grant.conditions import Line, RingFence
from ledger.journal import Book
from ledger.money import Money
from ledger.periods import Period
from trust_commissioning.reports.balances import sums
from trust_commissioning.reports.shape import Scope
from trust_commissioning.store.grants import ring_fences
from trust_commissioning.store.journals import JOURNAL, POSTING

_ORIGINAL = JOURNAL.alias("original")


def spend_of(session: Session, fund: str, scope: Scope, fence: RingFence) -> Iterator[Line]:
    """The fund's actual spend in the days of a grant, by account, service and day."""
    first = Period.containing(fence.starts).number
    last = 13 if fence.ends == scope.year.ends else Period.containing(fence.ends).number
    parted = _parted_months(fence, scope)
    by_day = {one for one in parted | _with_other_days(session, fund, scope) if one <= scope.to}
    by = ("account", "service", "period")
    whole = Scope(fund, scope.year, min(scope.to, last))
    for (account, service, period), amount in sums(
        session, whole, *by, account="Expenses", book=Book.ACTUAL
    ):
        number = int(period)
        if number >= first and number not in by_day and amount:
            yield Line(account, service or None, Period(scope.year, number).ends, amount)
    if by_day:
        yield from _by_day(session, fund, scope, fence, by_day)


def _parted_months(fence: RingFence, scope: Scope) -> set[int]:
    """The periods of the year in which the grant or a condition begins or ends, but for their
    first and last day."""
    conditions = fence.conditions
    begins = [fence.starts, *(day for one in conditions for day in (one.starts, one.not_before))]
    ends = [fence.ends, *(day for one in conditions for day in (one.ends, one.not_after))]
    # What begins on a day parts its month from the day before; what ends, from the day after.
    before = [day - timedelta(days=1) for day in begins if day is not None]
    lasts = [day for day in (*before, *ends) if day is not None]
    return {
        found.number
        for day in lasts
        if (found := Period.containing(day)).year == scope.year and day != found.ends
    }


def _with_other_days(session: Session, fund: str, scope: Scope) -> set[int]:
    """The periods with entries whose papers are of another day, or that take back what was entered
    in another month of the year."""
    other_month = and_(_ORIGINAL.c.year == JOURNAL.c.year, _ORIGINAL.c.period != JOURNAL.c.period)
    query = (
        select(JOURNAL.c.period)
        .outerjoin(_ORIGINAL, _ORIGINAL.c.number == JOURNAL.c.reverses)
        .where(
            or_(JOURNAL.c.document_day.is_not(None), other_month),
            JOURNAL.c.year == str(scope.year),
            JOURNAL.c.fund == fund,
            JOURNAL.c.book == Book.ACTUAL.value,
            JOURNAL.c.sequence.is_not(None),
        )
        .distinct()
    )
    return set(session.scalars(query))


def _by_day(
    session: Session, fund: str, scope: Scope, fence: RingFence, periods: set[int]
) -> Iterator[Line]:
    fences = (*ring_fences(session).get(fund, ()), fence)
    # A reversal is held to nothing: it goes where what it takes back went.
    own = func.coalesce(
        _ORIGINAL.c.document_day, JOURNAL.c.document_day, type_=JOURNAL.c.day.type
    ).label("own")
    held = func.coalesce(_ORIGINAL.c.day, JOURNAL.c.day, type_=JOURNAL.c.day.type).label("held")
    columns = (POSTING.c.account, POSTING.c.service, own, held, JOURNAL.c.day.label("entered"))
    query = (
        select(*columns, func.sum(POSTING.c.pence).label("pence"))
        .select_from(JOURNAL)
        .join(POSTING, POSTING.c.journal_id == JOURNAL.c.id)
        .outerjoin(_ORIGINAL, _ORIGINAL.c.number == JOURNAL.c.reverses)
        .where(
            JOURNAL.c.year == str(scope.year),
            JOURNAL.c.period.in_(periods),
            JOURNAL.c.fund == fund,
            JOURNAL.c.book == Book.ACTUAL.value,
            JOURNAL.c.sequence.is_not(None),
            POSTING.c.account.startswith("Expenses:", autoescape=True),
        )
        .group_by(*columns)
        .order_by(*columns)
    )
    for row in session.execute(query):
        ran = row.own is not None and any(one.starts <= row.own <= one.ends for one in fences)
        day: date = row.own if ran else row.held
        # What came too late for its year counts in the year it is entered in.
        counted = row.entered if day < scope.year.starts else day
        if fence.starts <= counted <= fence.ends and row.pence:
            yield Line(row.account, row.service, day, Money(int(row.pence)))

"""Month end: what is left to do before a period is closed, and how often it was closed before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import BigInteger, case, cast, func, select
from sqlmodel import Session

from ledger.chart import HOST_CASH
from ledger.money import Money
from ledger.periods import Period
from ledger.wording import day_in_full
from trust_commissioning.clock import day_of, from_text
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.left_to_do import (
    Item,
    cash_held,
    items,
    not_delivered,
    uncoded,
)
from trust_commissioning.reports.shape import (
    Cell,
    Column,
    Part,
    Report,
    Scope,
    make,
    of_the_whole_trust,
)
from trust_commissioning.store import closing
from trust_commissioning.store.journals import JOURNAL, POSTING
from trust_commissioning.store.standing import people, titles
from trust_commissioning.store.tables import PeriodRow


def month_end(session: Session, scope: Scope, at: datetime) -> Report:
    """The checklist of the scope's last period, over all funds, with what stands behind it."""
    scope = of_the_whole_trust(session, scope)
    period = scope.period
    found = items(session, period)
    rows: list[dict[str, Cell]] = [item_row(item) for item in found]
    return make(
        session,
        scope,
        at,
        name="month-end",
        title=f"Month end: {period.title}",
        basis=(
            f"What is left to do in {period} before it is closed, over all funds. A contract's "
            "share is its value spread evenly over its days; one with no end has none that can "
            "be told."
        ),
        sign="Spend is above nil. Cash is what the books have less what the host has.",
        columns=ITEM_COLUMNS,
        rows=rows,
        totals={},
        notes=_standing(session, period),
        parts=[part for part in _parts(session, period) if part.rows],
    )


def item_row(item: Item) -> dict[str, Cell]:
    """An item as a line of a checklist."""
    return {
        "item": item.key,
        "title": item.title,
        "count": item.count,
        "amount": item.amount,
        "rule": "Must be none" if item.must_be_none else "May stay, with a reason",
        "stands": item.stands if item.count else item.nothing_left,
        "do": item.do if item.count else "",
        "where": item.where,
    }


ITEM_COLUMNS = (
    Column(key="item", title="Item", kind="code"),
    Column(key="title", title="What"),
    Column(key="count", title="How many", kind="count"),
    Column(key="amount", title="Amount", kind="money"),
    Column(key="rule", title="To close the period"),
    Column(key="stands", title="How it stands"),
    Column(key="do", title="What to do"),
    Column(key="where", title="Where", kind="code"),
)


def _standing(session: Session, period: Period) -> Iterator[str]:
    row = session.get(PeriodRow, (str(period.year), period.number))
    if row is None:
        return
    if row.status == "open":
        yield f"{period.title} is open."
        return
    assert row.closed_by is not None
    assert row.closed_at is not None
    yield (
        f"{period.title} was closed by {people(session)[row.closed_by]} on "
        f"{day_in_full(day_of(from_text(row.closed_at)))}. Its seal is {row.seal}."
    )


def _parts(session: Session, period: Period) -> Iterator[Part]:
    names = titles(session)
    yield Part(
        key="deliveries",
        title="Contracts with nothing spent or accrued",
        columns=(
            Column(key="contract", title="Contract"),
            Column(key="title", title="What it is"),
            Column(key="provider", title="Provider"),
            Column(key="fund_title", title="Fund"),
            Column(key="share", title="Even share of its value", kind="money"),
        ),
        rows=tuple(
            {
                "contract": one.number,
                "title": one.title,
                "provider": one.provider,
                "fund": one.fund,
                "fund_title": names["fund"].get(one.fund, one.fund),
                "share": one.share if one.share is not None else "",
            }
            for one in not_delivered(session, period)
        ),
    )
    yield Part(
        key="uncoded",
        title="Spend with no outcome",
        columns=(
            Column(key="fund_title", title="Fund"),
            Column(key="account", title="Account"),
            Column(key="service_title", title="Service"),
            Column(key="actual", title="Spent", kind="money", leads_to=_UNCODED),
        ),
        rows=tuple(
            {
                "fund": one.fund,
                "fund_title": names["fund"].get(one.fund, one.fund),
                "account": one.account,
                "service": one.service,
                "service_title": names["service"].get(one.service, "No service"),
                "outcome": "",
                "period": str(period),
                "actual": one.amount,
            }
            for one in uncoded(session, period)
        ),
    )
    yield _cash(session, period, names["fund"])
    yield _late(session, period)
    yield _closings(session, period)


_UNCODED = Lead(account="{account}", service="{service}", outcome="{outcome}", period="{period}")


def _cash(session: Session, period: Period, names: dict[str, str]) -> Part:
    return Part(
        key="cash",
        title=f"{HOST_CASH} beside what the host holds",
        columns=(
            Column(key="fund_title", title="Fund"),
            Column(key="in_books", title="In the books", kind="money"),
            Column(key="at_host", title="At the host", kind="money"),
            Column(key="apart", title="Apart by", kind="money"),
            Column(key="document", title="Told by"),
        ),
        rows=tuple(
            {
                "fund": one.fund,
                "fund_title": names.get(one.fund, one.fund),
                "in_books": one.in_books,
                "at_host": one.at_host,
                "apart": one.apart,
                "document": one.document,
            }
            for one in cash_held(session, period)
        ),
    )


def _late(session: Session, period: Period) -> Part:
    """What is of an earlier period by its own date: found by its own index, and so few."""
    debits = case((POSTING.c.pence > 0, POSTING.c.pence), else_=0)
    rows = session.execute(
        select(
            JOURNAL.c.number,
            JOURNAL.c.document_day,
            JOURNAL.c.narration,
            cast(func.sum(debits), BigInteger).label("pence"),
        )
        .join(POSTING, POSTING.c.journal_id == JOURNAL.c.id)
        .where(
            JOURNAL.c.document_day.is_not(None),
            JOURNAL.c.status == "posted",
            JOURNAL.c.year == str(period.year),
            JOURNAL.c.period == period.number,
            JOURNAL.c.document_day < period.starts,
        )
        .group_by(JOURNAL.c.number, JOURNAL.c.document_day, JOURNAL.c.narration, JOURNAL.c.sequence)
        .order_by(JOURNAL.c.document_day, JOURNAL.c.sequence)
    )
    shown = tuple(
        {
            "number": row.number,
            "document_day": day_in_full(row.document_day),
            "narration": row.narration,
            "amount": Money(int(row.pence)),
        }
        for row in rows
    )
    return Part(
        key="late",
        title="Came late: of an earlier period by its own date",
        columns=(
            Column(key="number", title="Journal"),
            Column(key="document_day", title="Date of its document"),
            Column(key="narration", title="What it is for"),
            Column(key="amount", title="Amount", kind="money"),
        ),
        rows=shown,
        totals={"amount": Money.total([one["amount"] for one in shown])} if shown else {},
    )


def _closings(session: Session, period: Period) -> Part:
    names = people(session)
    opened = {one.turn: one for one in closing.reopenings(session, period.year, period.number)}
    rows: list[dict[str, Cell]] = []
    for one in closing.closings(session, period):
        again = opened.get(one.turn)
        rows.append(
            {
                "turn": one.turn,
                "closed": f"{names[one.closed_by]}, {_day(one.closed_at)}",
                "left": "; ".join(f"{item}: {why}" for item, why in one.left.items()),
                "seal": one.seal,
                "opened": (
                    f"Asked by {names[again.asked_by]}, agreed by {names[again.agreed_by]}, "
                    f"{_day(again.agreed_at)}: {again.reason}"
                    if again is not None
                    else ""
                ),
            }
        )
    return Part(
        key="closings",
        title="Closings",
        columns=(
            Column(key="turn", title="Closing", kind="count"),
            Column(key="closed", title="Closed by"),
            Column(key="left", title="Left open, and why"),
            Column(key="opened", title="Opened again"),
            Column(key="seal", title="Seal"),
        ),
        rows=tuple(rows),
    )


def _day(at: str) -> str:
    return day_in_full(day_of(from_text(at)))

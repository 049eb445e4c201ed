"""What waits for a person today: each thing they may do, counted, with its oldest day and its sum.

What a role may not do is not asked for. What waits is found by its own index, spend without an outcome
from the kept balances, and a month's end from its own list: no journal is read that is posted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from sqlalchemy import BigInteger, case, cast, func, select
from sqlmodel import Session

from contracts.lifecycle import InvoiceState
from ledger.chart import UNALLOCATED
from ledger.grant.life import Step
from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from trust_commissioning.clock import day_of, from_text
from trust_commissioning.reports.balances import under
from trust_commissioning.reports.bank_reconciliation import not_in_books
from trust_commissioning.reports.left_to_do import books_withheld, left_to_do, unraised
from trust_commissioning.reports.shape import BALANCE
from trust_commissioning.roles import Action, Holder, Role, may
from trust_commissioning.store import closing, grants, invoicing, sight
from trust_commissioning.store.journals import JOURNAL, POSTING
from trust_commissioning.store.payments_held import payments_held
from trust_commissioning.store.pool import receipts
from trust_commissioning.store.standing import open_periods


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """One kind of thing that waits for somebody who holds `action`, on the page `where`.

    `amount` is None where what waits has none; `oldest` where it has no day.
    """

    key: str
    title: str
    action: Action
    count: int
    oldest: date | None = None
    amount: Money | None = None
    where: str


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who asks, on which day; the periods and years that are open."""

    username: str
    day: date
    periods: tuple[Period, ...]

    @property
    def years(self) -> tuple[FinancialYear, ...]:
        return tuple(sorted({period.year for period in self.periods}))


def for_today(session: Session, username: str, who: Holder | Role, day: date) -> tuple[Waits, ...]:
    """What waits for a person, as they may act, on a day, in the order in which it holds others up."""
    asking = _Asking(username, day, tuple(open_periods(session)))
    return tuple(
        one
        for actions, look in _LOOKS
        if any(may(who, action) for action in actions)
        for one in look(session, asking)
        if one.count and may(who, one.action)
    )


def _journals(session: Session, asking: _Asking) -> Iterator[Waits]:
    debits = case((POSTING.c.pence > 0, POSTING.c.pence), else_=0)
    mine = case((JOURNAL.c.author == asking.username, 1), else_=0)
    rows = session.execute(
        select(
            JOURNAL.c.status,
            mine,
            func.count(JOURNAL.c.id.distinct()),
            func.min(JOURNAL.c.entered_at),
            cast(func.coalesce(func.sum(debits), 0), BigInteger),
        )
        .outerjoin(POSTING, POSTING.c.journal_id == JOURNAL.c.id)
        .where(JOURNAL.c.status != "posted")
        .group_by(JOURNAL.c.status, mine)
    )
    found = {
        (status, bool(own)): {
            "count": int(count),
            "oldest": day_of(from_text(since)),
            "amount": Money(int(pence)),
        }
        for status, own, count, since, pence in rows
    }
    for key, of, title, action, where in (
        ("to_post", ("submitted", False), "Journals to post", Action.POST_JOURNAL, "approvals"),
        ("drafts", ("draft", True), "Your drafts", Action.ENTER_JOURNAL, "journal-entry"),
    ):
        if of in found:
            yield Waits(key=key, title=title, action=action, where=where, **found[of])  # type: ignore[arg-type]


def _payments(session: Session, _: _Asking) -> Iterator[Waits]:
    held = payments_held(session)
    yield Waits(
        key="payments_held",
        title="Payments held until somebody says what they paid for",
        action=Action.ENTER_JOURNAL,
        count=len(held),
        oldest=min((row.day for row in held), default=None),
        amount=Money.total(Money(row.pence) for row in held),
        where="invoices",
    )


_INVOICES = (
    (InvoiceState.RECEIVED, "Invoices to match"),
    (InvoiceState.HELD, "Invoices held"),
    (InvoiceState.MATCHED, "Invoices to approve"),
)


def _invoices(session: Session, _: _Asking) -> Iterator[Waits]:
    invoice = invoicing.INVOICE.c
    rows = session.execute(
        select(
            invoice.state,
            func.count(),
            func.min(invoice.received),
            cast(func.sum(invoice.net_pence + invoice.vat_pence), BigInteger),
        )
        .where(invoice.state.in_([state.value for state, _ in _INVOICES]))
        .group_by(invoice.state)
    ).all()
    found = {row[0]: row for row in rows}
    for state, title in _INVOICES:
        if state.value in found:
            _, count, oldest, pence = found[state.value]
            yield Waits(
                key=f"invoices_{state.value}",
                title=title,
                action=Action.APPROVE_INVOICE,
                count=int(count),
                oldest=oldest,
                amount=Money(int(pence)),
                where=_address("invoices", state=state.value),
            )


def _pool(session: Session, asking: _Asking) -> Iterator[Waits]:
    held = [one for one in receipts(session) if one.held]
    yield Waits(
        key="receipts",
        title="Receipts not matched",
        action=Action.KEEP_POOL,
        count=len(held),
        oldest=min((one.day for one in held), default=None),
        amount=Money.total(one.held for one in held),
        where=_address("contributions", fund=min(held, key=lambda o: o.day).fund if held else ""),
    )
    due = [one for year in asking.years for one in unraised(session, year, asking.day)]
    yield Waits(
        key="instalments",
        title="Instalments to raise",
        action=Action.KEEP_POOL,
        count=len(due),
        oldest=min((one.day for one in due), default=None),
        amount=Money.total(one.amount for one in due),
        where=_address("contributions", fund=min(due, key=lambda o: o.day).fund if due else ""),
    )


def _uncoded(session: Session, asking: _Asking) -> Iterator[Waits]:
    """Summed over each open year, so that what a later period put right is nothing any more."""
    by = (BALANCE.c.year, BALANCE.c.fund, BALANCE.c.account, BALANCE.c.service)
    pence = cast(func.sum(BALANCE.c.pence), BigInteger)
    rows = session.execute(
        select(*by, func.min(BALANCE.c.period), pence)
        .where(
            BALANCE.c.book == Book.ACTUAL.value,
            BALANCE.c.year.in_([str(year) for year in asking.years]),
            BALANCE.c.outcome == "",
            under("Expenses"),
        )
        .group_by(*by)
        .having(pence != 0)
    ).all()
    for key, title, unallocated, asked in (
        ("unallocated", "Spend not coded to an account", True, {"account": UNALLOCATED}),
        (
            "not_attributed",
            "Spend with no outcome",
            False,
            {"account": "Expenses", "outcome": "not_attributed"},
        ),
    ):
        found = [row for row in rows if (row.account == UNALLOCATED) is unallocated]
        first = min(((row.year, row[4]) for row in found), default=None)
        yield Waits(
            key=key,
            title=title,
            action=Action.ENTER_JOURNAL,
            count=len(found),
            oldest=Period(FinancialYear.parse(first[0]), first[1]).starts if first else None,
            amount=Money.total(Money(int(row[5])) for row in found),
            where=_address("journals", year=first[0] if first else "", book="actual", **asked),
        )


def _month(session: Session, asking: _Asking) -> Iterator[Waits]:
    """The first period that is over and still open."""
    over = [period for period in asking.periods if period.ends <= asking.day]
    if not over:
        return
    left = left_to_do(session, over[0])
    where = _address("closing", year=over[0].year, to=over[0].number)
    yield Waits(
        key="month_end",
        title=f"Steps left to close {over[0].title}",
        action=Action.CLOSE_PERIOD,
        count=len(left),
        oldest=over[0].ends,
        where=where,
    )
    if not left:
        yield Waits(
            key="to_close",
            title=f"Periods to close: {over[0].title}",
            action=Action.CLOSE_PERIOD,
            count=1,
            oldest=over[0].ends,
            where=where,
        )


def _bank(session: Session, asking: _Asking) -> Iterator[Waits]:
    found = not_in_books(session, asking.day)
    yield Waits(
        key="bank",
        title="Bank lines not reconciled",
        action=Action.IMPORT_FILE,
        count=len(found),
        oldest=found[0].day if found else None,
        amount=Money.total(one.amount for one in found),
        where="bank",
    )


def _reopenings(session: Session, asking: _Asking) -> Iterator[Waits]:
    for asked in closing.reopenings_asked(session):
        if asked.asked_by != asking.username:
            yield Waits(
                key="reopening",
                title=f"To agree to: opening {asked.period.title} again",
                action=Action.REOPEN_PERIOD,
                count=1,
                oldest=day_of(from_text(asked.asked_at)),
                where=_address("closing", year=asked.period.year, to=asked.period.number),
            )


def _claims(session: Session, asking: _Asking) -> Iterator[Waits]:
    """Allocations whose days are over in a year that is not closed for good."""
    over = [
        life
        for life in grants.lives(session).values()
        if life.taken
        and life.allocation.ends < asking.day
        and FinancialYear.containing(life.allocation.ends) in asking.years
    ]
    for key, title, waiting in (
        ("claims", "Grants to claim", [x for x in over if Step.CLAIMED not in x.steps]),
        (
            "certificates",
            "Claims to have certified",
            [x for x in over if Step.CLAIMED in x.steps and Step.CERTIFIED not in x.steps],
        ),
    ):
        first = min(waiting, key=lambda life: life.allocation.ends, default=None)
        yield Waits(
            key=key,
            title=title,
            action=Action.KEEP_GRANTS,
            count=len(waiting),
            oldest=first.allocation.ends if first else None,
            amount=Money.total(life.total.available for life in waiting) or NIL,
            where=_address("grant", code=first.allocation.grant if first else ""),
        )


def _books(session: Session, _: _Asking) -> Iterator[Waits]:
    yield Waits(
        key="books",
        title="Published books withheld: they differ from the record",
        action=Action.PUBLISH_BOOKS,
        count=int(books_withheld(session)),
        where="journals",
    )


def _keeper(session: Session, _: _Asking) -> Iterator[Waits]:
    """Where several partners host and none is named, nobody of any of them sees the whole trust."""
    yield Waits(
        key="keeper",
        title="Say which partner keeps the books",
        action=Action.MANAGE_PEOPLE,
        count=int(sight.keeper(session) is None and bool(sight.hosts(session))),
        where="set-up",
    )


def _address(page: str, **asked: object) -> str:
    wanted = {name: str(value) for name, value in asked.items() if value != ""}
    return f"{page}?{urlencode(wanted)}" if wanted else page


_Look = Callable[[Session, _Asking], Iterator[Waits]]
_LOOKS: Sequence[tuple[tuple[Action, ...], _Look]] = (
    ((Action.MANAGE_PEOPLE,), _keeper),
    ((Action.PUBLISH_BOOKS,), _books),
    ((Action.POST_JOURNAL, Action.ENTER_JOURNAL), _journals),
    ((Action.REOPEN_PERIOD,), _reopenings),
    ((Action.APPROVE_INVOICE,), _invoices),
    ((Action.ENTER_JOURNAL,), _payments),
    ((Action.KEEP_POOL,), _pool),
    ((Action.IMPORT_FILE,), _bank),
    ((Action.ENTER_JOURNAL,), _uncoded),
    ((Action.KEEP_GRANTS,), _claims),
    ((Action.CLOSE_PERIOD,), _month),
)

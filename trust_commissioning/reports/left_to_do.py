"""What is left to do before a period is closed: each thing counted, with what to do about it.

Some must be none; some may stay, if a reason is given. Figures come from the kept balances; what
waits is found by its own index, and no posting is added up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from sqlalchemy import BigInteger, and_, case, cast, func, or_, select
from sqlmodel import Session

from ledger.chart import HOST_CASH, UNALLOCATED
from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from ledger.wording import counted
from trust_commissioning.reports.balances import under
from trust_commissioning.reports.bank_reconciliation import not_in_books
from trust_commissioning.reports.shape import BALANCE
from trust_commissioning.store import bank, closing, guards
from trust_commissioning.store.journals import JOURNAL, POSTING
from trust_commissioning.store.pool import agreement_of, contributions, receipts
from trust_commissioning.store.tables import (
    ContractBalanceRow,
    ContractRow,
    ProviderRow,
    PublicationRow,
    table_of,
)

_CONTRACT, _PROVIDER = table_of(ContractRow), table_of(ProviderRow)
_MOVED, _PUBLICATION = table_of(ContractBalanceRow), table_of(PublicationRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to look at; nothing is left of it at a count of nil.

    `stands` says how it is, `do` what to do, `where` the page to do it on; `nothing_left` is
    said instead where there is nothing to do.
    """

    key: str
    title: str
    count: int
    amount: Money = NIL
    must_be_none: bool = False
    stands: str
    do: str
    where: str
    nothing_left: str = "Nothing left."


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDelivered:
    """A contract that runs in a period and has no expense in it: perhaps to be accrued.

    `share` is an even share of its value by days; None where it has no end to share it to.
    """

    number: str
    title: str
    provider: str
    service: str
    fund: str
    share: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CashHeld:
    """A fund's cash in the books beside what its host says it is."""

    fund: str
    in_books: Money
    at_host: Money
    document: str

    @property
    def apart(self) -> Money:
        return self.in_books - self.at_host


def left_to_do(session: Session, period: Period) -> tuple[Item, ...]:
    """The items of which something is left."""
    return tuple(item for item in items(session, period) if item.count)


def items(session: Session, period: Period) -> tuple[Item, ...]:
    """Every item, in the order in which a month is closed."""
    return tuple(item for check in _CHECKS for item in check(session, period))


def _waiting(session: Session, period: Period) -> tuple[Item, ...]:
    debits = case((POSTING.c.pence > 0, POSTING.c.pence), else_=0)
    rows = session.execute(
        select(
            JOURNAL.c.status,
            func.count(JOURNAL.c.id.distinct()),
            cast(func.coalesce(func.sum(debits), 0), BigInteger),
        )
        .outerjoin(POSTING, POSTING.c.journal_id == JOURNAL.c.id)
        .where(
            JOURNAL.c.status != "posted",
            JOURNAL.c.year == str(period.year),
            JOURNAL.c.period == period.number,
        )
        .group_by(JOURNAL.c.status)
    )
    found = {status: (int(count), Money(int(pence))) for status, count, pence in rows}
    submitted, drafts = (found.get(status, (0, NIL)) for status in ("submitted", "draft"))
    return (
        Item(
            key="submitted",
            title="Journals to post",
            count=submitted[0],
            amount=submitted[1],
            must_be_none=True,
            stands=f"{counted(submitted[0], 'journal waits', 'journals wait')} to be posted in "
            f"{period.title}.",
            do="Post, or send back, what waits.",
            where="approvals",
        ),
        Item(
            key="drafts",
            title="Drafts",
            count=drafts[0],
            amount=drafts[1],
            stands=f"{counted(drafts[0], 'draft is', 'drafts are')} not submitted in {period.title}.",
            do="Submit it, or withdraw it.",
            where="journal-entry",
        ),
    )


def _pool(session: Session, period: Period) -> tuple[Item, ...]:
    unmatched = [one.held for one in receipts(session, to=period) if one.held]
    due = [one.amount for one in unraised(session, period.year, period.ends)]
    return (
        Item(
            key="receipts",
            title="Receipts not matched",
            count=len(unmatched),
            amount=Money.total(unmatched),
            stands=f"{Money.total(unmatched)} received by the end of {period.title} is matched to "
            "nothing that is owed.",
            do="Match it to the instalments it pays.",
            where=_address("reports", report="partner-position", year=period.year),
        ),
        Item(
            key="instalments",
            title="Instalments not raised",
            count=len(due),
            amount=Money.total(due),
            must_be_none=True,
            stands=f"{counted(len(due), 'instalment', 'instalments')} due by the end of {period.title} "
            f"{'is' if len(due) == 1 else 'are'} not in the books.",
            do="Raise what is due.",
            where=_address("reports", report="contributions", year=period.year),
        ),
    )


@dataclass(frozen=True, slots=True)
class Unraised:
    """An instalment that fell due and is not in the books."""

    fund: str
    day: date
    amount: Money


def unraised(session: Session, year: FinancialYear, by: date) -> tuple[Unraised, ...]:
    """The instalments of a year that fell due by a day, and were not raised since either.

    What falls due after its agreement's end lapses.
    """
    return tuple(
        Unraised(one.fund, part.day, part.amount)
        for one in contributions(session, None, year)
        for part in one.instalments
        if part.day <= by
        and part.amount
        and not part.raised
        and not _ended_before(session, one.fund, by, part.day)
    )


def _ended_before(session: Session, fund: str, on: date, day: date) -> bool:
    agreed = agreement_of(session, fund, on)
    return agreed is not None and agreed.ends is not None and agreed.ends < day


def _reversals(session: Session, period: Period) -> tuple[Item, ...]:
    due = [number for number, into in closing.unreversed(session) if into <= period]
    return (
        Item(
            key="reversals",
            title="Reversals due",
            count=len(due),
            stands=f"{counted(len(due), 'reversal is', 'reversals are')} due: "
            f"{', '.join(due[:5]) or 'none'}{' …' if len(due) > 5 else ''}.",
            do="Close the period each was accrued in; that reverses it. Withdraw a draft that does.",
            where=_address("closing", year=period.year),
        ),
    )


def not_delivered(session: Session, period: Period) -> tuple[NotDelivered, ...]:
    """The contracts that run in a period and have no expense in it, in order of number.

    None in period 13, in which nothing is delivered.
    """
    if period.number == 13:
        return ()
    moved = and_(
        _MOVED.c.contract == _CONTRACT.c.number,
        _MOVED.c.book == Book.ACTUAL.value,
        _MOVED.c.year == str(period.year),
        _MOVED.c.period == period.number,
    )
    rows = session.execute(
        select(_CONTRACT, _PROVIDER.c.name.label("provider_name"))
        .join(_PROVIDER, _PROVIDER.c.code == _CONTRACT.c.provider)
        .where(
            _CONTRACT.c.value_pence > 0,
            _CONTRACT.c.starts <= period.ends,
            or_(_CONTRACT.c.ends.is_(None), _CONTRACT.c.ends >= period.starts),
            ~select(_MOVED.c.contract).where(moved).exists(),
        )
        .order_by(_CONTRACT.c.number)
    )
    return tuple(
        NotDelivered(
            number=row.number,
            title=row.title,
            provider=row.provider_name,
            service=row.service,
            fund=row.fund,
            share=_even_share(Money(int(row.value_pence)), row.starts, row.ends, period),
        )
        for row in rows
    )


def _even_share(value: Money, starts: date, ends: date | None, period: Period) -> Money | None:
    if ends is None:
        return None
    days = (min(ends, period.ends) - max(starts, period.starts)).days + 1
    return value.split([days, (ends - starts).days + 1 - days])[0]


def _deliveries(session: Session, period: Period) -> tuple[Item, ...]:
    found = not_delivered(session, period)
    known = [one.share for one in found if one.share is not None]
    return (
        Item(
            key="deliveries",
            title="Contracts with nothing spent",
            count=len(found),
            amount=Money.total(known),
            stands=f"{counted(len(found), 'contract runs', 'contracts run')} in {period.title} with "
            "nothing spent or accrued.",
            do="Accrue what was delivered.",
            where=_address("accrual", period=period),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncoded:
    """What a fund spent in a period that says no account, or serves no outcome yet."""

    fund: str
    account: str
    service: str
    amount: Money


def uncoded(session: Session, period: Period) -> tuple[Uncoded, ...]:
    """The spend of a period without an outcome, by fund, account and service; nil is left out.

    What is in `Expenses:Unallocated` has no outcome either.
    """
    by = (BALANCE.c.fund, BALANCE.c.account, BALANCE.c.service)
    pence = cast(func.sum(BALANCE.c.pence), BigInteger)
    rows = session.execute(
        select(*by, pence)
        .where(
            BALANCE.c.book == Book.ACTUAL.value,
            BALANCE.c.year == str(period.year),
            BALANCE.c.period == period.number,
            BALANCE.c.outcome == "",
            under("Expenses"),
        )
        .group_by(*by)
        .having(pence != 0)
        .order_by(*by)
    )
    return tuple(
        Uncoded(fund=fund, account=account, service=service, amount=Money(int(total)))
        for fund, account, service, total in rows
    )


def _uncoded(session: Session, period: Period) -> tuple[Item, ...]:
    found = uncoded(session, period)
    unallocated = [one.amount for one in found if one.account == UNALLOCATED]
    unattributed = [one.amount for one in found if one.account != UNALLOCATED]
    within: dict[str, object] = {"year": period.year, "from": period.number, "to": period.number}
    return (
        Item(
            key="unallocated",
            title="Lines not allocated",
            count=len(unallocated),
            amount=Money.total(unallocated),
            stands=f"{Money.total(unallocated)} of {period.title} is in {UNALLOCATED}.",
            do="Code it to an account, by a rule or by a journal.",
            where=_address("journals", **within, account=UNALLOCATED),
        ),
        Item(
            key="not_attributed",
            title="Spend not attributed",
            count=len(unattributed),
            amount=Money.total(unattributed),
            stands=f"{Money.total(unattributed)} spent in {period.title} has no outcome.",
            do="Give its services their outcomes, or code it to another service.",
            where=_address(
                "journals", **within, book="actual", account="Expenses", outcome="not_attributed"
            ),
        ),
    )


def cash_held(session: Session, period: Period) -> tuple[CashHeld, ...]:
    """Each fund's cash at the end of a period beside what its host said, where it said."""
    told = closing.host_balances(session, period)
    if not told:
        return ()
    rows = session.execute(
        select(BALANCE.c.fund, cast(func.sum(BALANCE.c.pence), BigInteger))
        .where(
            BALANCE.c.book == Book.ACTUAL.value,
            BALANCE.c.account == HOST_CASH,
            or_(
                BALANCE.c.year < str(period.year),
                and_(BALANCE.c.year == str(period.year), BALANCE.c.period <= period.number),
            ),
        )
        .group_by(BALANCE.c.fund)
    )
    held = {fund: Money(int(pence)) for fund, pence in rows}
    return tuple(
        CashHeld(
            fund=one.fund,
            in_books=held.get(one.fund, NIL),
            at_host=one.amount,
            document=one.document,
        )
        for one in told
    )


def _differences(session: Session, period: Period) -> tuple[Item, ...]:
    told = cash_held(session, period)
    apart = [one for one in told if one.apart]
    said = "; ".join(f"fund {one.fund} by {abs(one.apart)}" for one in apart)
    return (
        Item(
            key="host_balance",
            title="Cash that differs from the host's",
            count=len(apart),
            amount=Money.total(one.apart for one in apart),
            stands=f"The books differ from what the host holds: {said}.",
            nothing_left="They agree." if told else "The host has not told its balances.",
            do="Find what one has and the other has not, or say what it is.",
            where=_address("journals", account=HOST_CASH, year=period.year, to=period.number),
        ),
        *_bank(session, period),
        *_books(session, period),
    )


def _bank(session: Session, period: Period) -> tuple[Item, ...]:
    """Nothing is said of a bank to a trust that has taken in no statement."""
    if not bank.accounts(session):
        return ()
    found = not_in_books(session, period.ends)
    total = Money.total(one.amount for one in found)
    return (
        Item(
            key="bank",
            title="Bank lines not reconciled",
            count=len(found),
            amount=total,
            stands=f"{counted(len(found), 'line', 'lines')} of the bank by the end of "
            f"{period.title} {'is' if len(found) == 1 else 'are'} matched with nothing in the books.",
            do="Match it with its journal, or enter the journal that is missing.",
            where="bank",
        ),
    )


def books_withheld(session: Session) -> bool:
    """Whether the last publication found the books to differ from the record."""
    last = session.execute(
        select(_PUBLICATION.c.problems).order_by(_PUBLICATION.c.id.desc()).limit(1)
    ).scalar()
    return last is not None and last != "[]"


def _books(session: Session, period: Period) -> tuple[Item, ...]:
    sums = session.execute(
        select(BALANCE.c.book, BALANCE.c.fund)
        .where(BALANCE.c.year == str(period.year), BALANCE.c.period == period.number)
        .group_by(BALANCE.c.book, BALANCE.c.fund)
        .having(func.sum(BALANCE.c.pence) != 0)
    ).all()
    wrong = [*guards.missing(session.connection()), *(f"{row.fund}, {row.book}" for row in sums)]
    return (
        Item(
            key="books",
            title="Published books that differ",
            count=int(books_withheld(session)),
            must_be_none=True,
            stands="The books were withheld when last published: they differ from the record.",
            do="Run trust books publish and put right what it names.",
            where="journals",
        ),
        Item(
            key="record",
            title="Faults of the record",
            count=len(wrong),
            must_be_none=True,
            stands=f"The record is not as it must be: {'; '.join(wrong[:5])}.",
            do="Run trust check and put right what it names.",
            where="journals",
        ),
    )


def _address(page: str, **asked: object) -> str:
    return f"{page}?{urlencode({name: str(value) for name, value in asked.items()})}"


_CHECKS: tuple[Callable[[Session, Period], tuple[Item, ...]], ...] = (
    _waiting,
    _pool,
    _deliveries,
    _uncoded,
    _differences,
    _reversals,
)

"""What a call-off still promises, kept true in the commitment book by the ledger itself.

Whatever happens (an order raised, a price changed, an invoice approved, a line of an extract coded
to it, an accrual and its reversal), what should be promised is worked out anew
(`contracts.commitment`) and the difference to what the book holds is entered in the same
transaction. So nothing is promised and owed at once, and no stage is counted twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, cast, func, select, update
from sqlmodel import Session

from contracts.call_off import CallOff, place_of
from contracts.commitment import Billed, ByYear, by_funding, needs, promised
from contracts.lifecycle import CallOffState
from contracts.services import Service
from ledger.chart import COMMITTED, REQUISITIONED
from ledger.funds import Fund
from ledger.journal import Book, Journal, Posting
from ledger.money import NIL, Money
from ledger.outcomes import Outcome
from ledger.periods import FinancialYear, Period
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import posting_rules
from trust_commissioning.posting_rules import COMMITMENT, Event, Spend
from trust_commissioning.store import calling_off
from trust_commissioning.store.journals import JOURNAL, POSTING
from trust_commissioning.store.register import services
from trust_commissioning.store.standing import funds, open_periods

_CALL_OFF = calling_off.CALL_OFF
_AT_ONCE = 500
Held = dict[Posting, Money]
"""By coding (a posting for nothing), what the commitment book holds."""


@dataclass(frozen=True, slots=True)
class _Open:
    """The open periods, by year, and the life of each fund."""

    periods: Mapping[FinancialYear, list[Period]]
    funds: Mapping[str, Fund]

    @classmethod
    def of(cls, session: Session) -> _Open:
        found: dict[FinancialYear, list[Period]] = {}
        for period in open_periods(session):
            found.setdefault(period.year, []).append(period)
        return cls(found, funds(session))

    def place(
        self, year: FinancialYear, day: date, period: Period, fund: str
    ) -> tuple[Period, date]:
        """Where a year's change is entered: with what caused it, else as near to it as is open.

        A fund that has ended takes its changes on its last days while they are open, and after
        them only what it lets go.
        """
        lives = self.funds.get(fund)
        starts, ends = (lives.starts, lives.ends) if lives is not None else (None, None)
        of_year = [
            one
            for one in self.periods[year]
            if (ends is None or one.starts <= ends) and (starts is None or one.ends >= starts)
        ]
        if not of_year:
            of_year, ends = self.periods[year], None
        placed, on = period, day
        if period not in of_year:
            later = [one for one in of_year if one > period]
            placed = later[0] if later else of_year[-1]
            on = placed.starts if later else placed.ends
        on = on if starts is None else max(on, starts)
        return placed, on if ends is None else min(on, ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What may have changed what a call-off promises: where it is entered, and as what.

    `because` ends the narration of the journals it brings.
    """

    day: date
    period: Period
    because: str


def changes_of_promises(
    session: Session,
    numbers: Collection[str],
    *,
    day: date,
    period: Period | None = None,
    because: str,
    closing: FinancialYear | None = None,
) -> list[Journal]:
    """The journals that bring the commitment book to what call-offs promise; none where it does.

    `closing` is a year about to be closed for good: what it still promises goes into the next.

    `because` ends their narrations. Each is named by its call-off and a number of its own, which
    is taken now: they are to be posted in this transaction.

    Raises:
        Refused: ``promise_of_ended_fund``.
    """
    cause = Cause(day=day, period=period or Period.containing(day), because=because)
    return changes_after(session, dict.fromkeys(numbers, cause), closing=closing)


def changes_after(
    session: Session, causes: Mapping[str, Cause], *, closing: FinancialYear | None = None
) -> list[Journal]:
    """The same, where each call-off has a cause of its own."""
    free = _Open.of(session) if causes else _Open({}, {})
    if not free.periods:
        return []
    known = services(session)
    journals: list[Journal] = []
    wanted = sorted(causes, key=place_of)
    for start in range(0, len(wanted), _AT_ONCE):
        call_offs = calling_off.call_offs(session, wanted[start : start + _AT_ONCE])
        books = _Books.of(session, call_offs, free.periods)
        new = {
            number: found
            for number, one in sorted(call_offs.items(), key=lambda item: place_of(item[0]))
            if (found := [*_changes(one, books, free, known[one.service], causes[number], closing)])
        }
        if problems := [*_of_ended_funds(new, free.funds)]:
            raise Refused(problems)
        journals += _named(session, new)
    return journals


def _of_ended_funds(
    new: Mapping[str, Sequence[Journal]], lives: Mapping[str, Fund]
) -> Iterator[Problem]:
    """A fund that has ended promises nothing more; where its last days are closed, it only lets go."""
    for number, journals in new.items():
        for one in journals:
            fund = lives.get(one.fund)
            if fund is None or fund.ends is None or one.day <= fund.ends:
                continue
            more = Money.total(p.amount for p in one.postings if p.account.startswith("Expenses:"))
            if more > NIL:
                yield Problem(
                    "promise_of_ended_fund",
                    f"Call-off {number} would promise {more} more of {fund.code} in "
                    f"{one.period.year}, and {fund.code} ended on {day_in_full(fund.ends)}. Vary who "
                    "pays for the call-off from then on, or end it.",
                    "call_off",
                )


@dataclass(frozen=True, slots=True)
class _Books:
    """What is known of some call-offs, read for all of them at once."""

    billed: Mapping[str, Sequence[Billed]]
    drawn: Mapping[str, ByYear]
    held: Mapping[tuple[str, FinancialYear], Mapping[str, Held]]
    stages: Mapping[tuple[str, FinancialYear], Mapping[str, Mapping[str, Money]]]

    @classmethod
    def of(
        cls, session: Session, numbers: Collection[str], years: Collection[FinancialYear]
    ) -> _Books:
        held, stages = _held(session, numbers, years)
        return cls(
            calling_off.billed(session, numbers),
            calling_off.drawn_otherwise(session, numbers),
            held,
            stages,
        )


def _changes(
    one: CallOff,
    books: _Books,
    free: _Open,
    service: Service,
    cause: Cause,
    closing: FinancialYear | None,
) -> Iterator[Journal]:
    open_years = [year for year in free.periods if year != closing]
    billed = books.billed.get(one.number, ())
    due = _due(one, billed, books.drawn.get(one.number, {}), open_years, max(free.periods))
    stage = REQUISITIONED if one.state is CallOffState.REQUISITIONED else COMMITTED
    for year in sorted(free.periods):
        held = books.held.get((one.number, year), {})
        stages = books.stages.get((one.number, year), {})
        from_day = max(cause.day, one.starts)
        wanted = _parted(one, billed, due.get(year, NIL), service, from_day, year)
        for fund in sorted({*held, *wanted}):
            lines = _difference(held.get(fund, {}), wanted.get(fund, {}))
            moved = _stages(stages.get(fund, {}), wanted.get(fund, {}), stage)
            if not lines and not moved:
                continue
            placed, on = free.place(year, cause.day, cause.period, fund)
            event = Event(
                fund=fund,
                day=on,
                period=placed,
                source=COMMITMENT,
                source_ref=one.number,
                narration=f"Promised under {one.number}: {cause.because}",
            )
            yield posting_rules.promise_changed(event, lines, moved)


def due_of(
    session: Session,
    call_offs: Collection[CallOff],
    open_years: Collection[FinancialYear],
    *,
    until: FinancialYear,
) -> dict[str, dict[FinancialYear, Money]]:
    """What the commitment book of each open year is to hold under each call-off."""
    numbers = [one.number for one in call_offs]
    billed = calling_off.billed(session, numbers)
    drawn = calling_off.drawn_otherwise(session, numbers)
    return {
        one.number: _due(
            one, billed.get(one.number, ()), drawn.get(one.number, {}), open_years, until
        )
        for one in call_offs
    }


def _due(
    one: CallOff,
    billed: Sequence[Billed],
    drawn: ByYear,
    open_years: Collection[FinancialYear],
    until: FinancialYear,
) -> dict[FinancialYear, Money]:
    return promised(needs(one, billed, until), drawn, open_years)


def _held(
    session: Session, numbers: Collection[str], years: Collection[FinancialYear]
) -> tuple[
    dict[tuple[str, FinancialYear], dict[str, Held]],
    dict[tuple[str, FinancialYear], dict[str, dict[str, Money]]],
]:
    """What the commitment book of each year holds under call-offs, by fund: expense by coding, and
    each stage."""
    held: dict[tuple[str, FinancialYear], dict[str, Held]] = {}
    stages: dict[tuple[str, FinancialYear], dict[str, dict[str, Money]]] = {}
    of_year = {str(year): year for year in years}
    for row in session.execute(_promised_under(numbers, list(of_year))):
        key = (row.owner, of_year[row.year])
        if row.account in (COMMITTED, REQUISITIONED):
            of_fund = stages.setdefault(key, {}).setdefault(row.fund, {})
            of_fund[row.account] = Money(int(row.pence))
            continue
        coding = Posting(
            row.account,
            NIL,
            outcome=Outcome(row.outcome) if row.outcome else None,
            service=row.service,
            partner=row.partner,
            contract=row.contract,
            call_off=row.call_off,
        )
        held.setdefault(key, {}).setdefault(row.fund, {})[coding] = Money(int(row.pence))
    return held, stages


def _promised_under(numbers: Collection[str], years: Collection[str]) -> Select[Any]:
    """The sums of the journals by which the ledger promised something under call-offs."""
    own = (
        select(POSTING.c.journal_id, POSTING.c.call_off.label("owner"), JOURNAL.c.year)
        .join(JOURNAL, JOURNAL.c.id == POSTING.c.journal_id)
        .where(
            POSTING.c.call_off.in_(sorted(numbers)),
            JOURNAL.c.book == Book.COMMITMENT.value,
            JOURNAL.c.year.in_(years),
            JOURNAL.c.status == "posted",
            JOURNAL.c.source == COMMITMENT,
        )
        .distinct()
        .subquery()
    )
    names = ("fund", "call_off", "account", "outcome", "service", "partner", "contract")
    by = (own.c.owner, own.c.year, *(POSTING.c[name] for name in names))
    return (
        select(*by, cast(func.sum(POSTING.c.pence), BigInteger).label("pence"))
        .join(own, own.c.journal_id == POSTING.c.journal_id)
        .group_by(*by)
        .order_by(*by)
    )


def parted(
    one: CallOff, amount: Money, service: Service, day: date, *, funded_on: date | None = None
) -> dict[str, list[Posting]]:
    """An amount under a call-off by fund: split among those who pay, then among the outcomes."""
    if not amount:
        return {}
    funders = one.funders_on(funded_on or day)
    found: dict[str, list[Posting]] = {}
    shares = amount.split([funder.weight for funder in funders])
    for funder, share in zip(funders, shares, strict=True):
        spend = Spend(
            account=one.account,
            service=one.service,
            contract=one.contract,
            call_off=one.number,
            partner=funder.partner or None,
            weights=service.weights_on(day),
        )
        if share:
            found.setdefault(funder.fund, []).extend(spend.postings(share))
    return found


def _parted(
    one: CallOff,
    billed: Sequence[Billed],
    amount: Money,
    service: Service,
    day: date,
    year: FinancialYear,
) -> dict[str, Held]:
    """What a year is to promise by fund and coding: each funding pays for the days it holds."""
    if not amount:
        return {}
    on = min(max(day, year.starts), year.ends)
    held: dict[str, Held] = {}
    fundings = by_funding(one, billed, year)
    shares = amount.split([needed.pence for _, needed in fundings])
    for (from_day, _), share in zip(fundings, shares, strict=True):
        for fund, lines in parted(one, share, service, on, funded_on=from_day).items():
            of_fund = held.setdefault(fund, {})
            for line in lines:
                key = replace(line, amount=NIL)
                of_fund[key] = of_fund.get(key, NIL) + line.amount
    return held


def _difference(held: Held, wanted: Held) -> list[Posting]:
    return [
        replace(key, amount=change)
        for key in (*wanted, *(key for key in held if key not in wanted))
        if (change := wanted.get(key, NIL) - held.get(key, NIL))
    ]


def _stages(held: Mapping[str, Money], wanted: Held, stage: str) -> dict[str, Money]:
    """What each stage gives or gets so that the one it stands at holds all of it."""
    total = Money.total(wanted.values())
    due = {stage: -total}
    changed = {
        name: due.get(name, NIL) - held.get(name, NIL) for name in (COMMITTED, REQUISITIONED)
    }
    return {name: amount for name, amount in changed.items() if amount}


def _named(session: Session, new: Mapping[str, Sequence[Journal]]) -> Iterator[Journal]:
    """Each with a number of its own under its call-off."""
    if not new:
        return
    columns = (_CALL_OFF.c.number, _CALL_OFF.c.commitments)
    query = select(*columns).where(_CALL_OFF.c.number.in_(list(new)))
    last = dict(session.execute(query).all())
    session.execute(
        update(_CALL_OFF).where(_CALL_OFF.c.number == bindparam("of")),
        [{"of": number, "commitments": last[number] + len(new[number])} for number in new],
    )
    for number, journals in new.items():
        for turn, one in enumerate(journals, last[number] + 1):
            yield replace(one, source_ref=f"{number}/{turn}")

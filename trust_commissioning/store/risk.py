"""Risk shares read as kernel values: the rule that held on a day, what was settled by it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from ledger.chart import INTER_FUND
from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from ledger.pool.contributions import ContributionKind
from ledger.pool.risk_share import Applies, Contributed, RiskShare
from ledger.transfer import TRANSFER
from trust_commissioning.fields.risk_share import RiskShareEntry
from trust_commissioning.store.journals import JOURNAL, POSTING
from trust_commissioning.store.pool import contributions
from trust_commissioning.store.pool.schedule import SETTLEMENT, Of, undone
from trust_commissioning.store.tables import (
    AuditEventRow,
    BalanceRow,
    RiskShareRow,
    RiskShareSuspensionRow,
    SettlementLineRow,
    SettlementRow,
    table_of,
)

_BALANCE = table_of(BalanceRow)
_REVERSAL = JOURNAL.alias("reversal")
_CREDITORS = "Liabilities:Creditors:Partners"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedRule:
    """A rule of a fund as it was agreed."""

    reference: str
    turn: int
    rule: RiskShare


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """A time in which the rule does not apply, and `meanwhile` does."""

    reference: str
    turn: int
    starts: date
    ends: date | None
    reason: str
    meanwhile: RiskShare

    def holds(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """The rule that decides on a day; while it is suspended, the one that applies meanwhile.

    `by_months` is whether the fund's own rule lets each month be shared by what held then.
    """

    rule: RiskShare
    reference: str
    by_months: bool
    suspension: Suspension | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledShare:
    """A partner's share as it was settled; `new` is what this settlement added to earlier ones."""

    partner: str
    share: Money
    new: Money
    journal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A year settled between the partners of a fund."""

    reference: str
    turn: int
    day: date
    variance: Money
    agreed: tuple[str, ...]
    books_head: str
    settled_by: str
    settled_at: str
    shares: tuple[SettledShare, ...]


def agreed_rules(session: Session, fund: str) -> tuple[AgreedRule, ...]:
    """Every rule that was agreed for a fund, in the order they were."""
    rows = session.exec(
        select(RiskShareRow).where(RiskShareRow.fund == fund).order_by(col(RiskShareRow.turn))
    )
    return tuple(
        AgreedRule(
            reference=row.reference,
            turn=row.turn,
            rule=RiskShareEntry.model_validate_json(row.contents).made(),
        )
        for row in rows
    )


def suspensions(session: Session, fund: str) -> tuple[Suspension, ...]:
    """The suspensions of a fund's rule; of two that start on one day the last recorded counts."""
    rows = session.exec(
        select(RiskShareSuspensionRow)
        .where(RiskShareSuspensionRow.fund == fund)
        .order_by(col(RiskShareSuspensionRow.turn))
    )
    found = {
        row.starts: Suspension(
            reference=row.reference,
            turn=row.turn,
            starts=row.starts,
            ends=row.ends,
            reason=row.reason,
            meanwhile=RiskShareEntry.model_validate_json(row.meanwhile).made(),
        )
        for row in rows
    }
    return tuple(found[day] for day in sorted(found))


def applied(session: Session, fund: str, day: date) -> Applied | None:
    """What decides on a day: the last rule agreed that is in force, unless it is suspended.

    None where no rule is in force: the agreement then says nothing of a risk.
    """
    return _applied(agreed_rules(session, fund), suspensions(session, fund), day)


def _applied(
    agreed: Iterable[AgreedRule], suspended: Iterable[Suspension], day: date
) -> Applied | None:
    holding = [one for one in agreed if one.rule.in_force(day)]
    if not holding:
        return None
    own = holding[-1]
    by_months = own.rule.applies is Applies.BY_MONTHS
    meanwhile = [one for one in suspended if one.holds(day)]
    if meanwhile:
        last = meanwhile[-1]
        return Applied(
            rule=last.meanwhile, reference=last.reference, by_months=by_months, suspension=last
        )
    return Applied(rule=own.rule, reference=own.reference, by_months=by_months)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What decided on the last days of some months of a year, or that nothing did."""

    months: tuple[Period, ...]
    applied: Applied | None


def held_by_month(session: Session, fund: str, to: Period) -> tuple[Held, ...]:
    """What decided on each month of a year up to a period, in order of the first month of each.

    A month belongs to what is in force on its last day; period 13 belongs to March.
    """
    agreed, suspended = agreed_rules(session, fund), suspensions(session, fund)
    found: dict[tuple[str, bool] | None, Held] = {}
    for number in range(1, min(to.number, 12) + 1):
        month = Period(to.year, number)
        applied = _applied(agreed, suspended, month.ends)
        key = (applied.reference, applied.suspension is None) if applied is not None else None
        before = found[key].months if key in found else ()
        found[key] = Held(months=(*before, month), applied=applied)
    return tuple(found.values())


def contributed(
    session: Session, fund: str, year: FinancialYear, to: Period | None = None
) -> tuple[Contributed, ...]:
    """What each partner puts into a fund in a year, in order of code.

    Opening is its recurrent contributions as they were first recorded: what is added for once or
    changed later does not move it. Revised is all of them as they stand, in kind as well as in
    cash. Due and paid are of cash, by the end of period `to`. What was settled is none of it: it
    is what sharing came to.
    """
    found: dict[str, Contributed] = {}
    for one in contributions(session, fund, year, to=to):
        if one.kind is ContributionKind.SETTLEMENT:
            continue
        before = found.get(one.partner, Contributed(partner=one.partner, opening=NIL, revised=NIL))
        cash = one.instalments if one.kind is ContributionKind.CASH else ()
        found[one.partner] = Contributed(
            partner=one.partner,
            opening=before.opening + (_first_recorded(session, one.key) if one.recurrent else NIL),
            revised=before.revised + one.due,
            due=before.due + Money.total(part.raised - part.reduced for part in cash),
            paid=before.paid + Money.total(part.received for part in cash),
        )
    return tuple(found[partner] for partner in sorted(found))


def _first_recorded(session: Session, key: str) -> Money:
    """What a contribution came to when it was first recorded, as the audit trail keeps it."""
    after = session.exec(
        select(AuditEventRow.after)
        .where(
            AuditEventRow.object_kind == "contribution",
            AuditEventRow.object_key == key,
            AuditEventRow.action == "contribution_added",
        )
        .order_by(col(AuditEventRow.id))
    ).first()
    if after is None:
        return NIL
    return Money.total(Money.parse(amount) for amount in json.loads(after)["instalments"].values())


def settled(session: Session, fund: str, year: FinancialYear) -> dict[str, Money]:
    """What each partner was settled for in a fund's year: all settlements together, by code.

    A journal of a settlement that was reversed settles nothing.
    """
    shares = [share for done in settlements(session, fund, year) for share in done.shares]
    taken_back = undone(session, {one.journal for one in shares})
    found: dict[str, Money] = {}
    for one in shares:
        new = NIL if one.journal in taken_back else one.new
        found[one.partner] = found.get(one.partner, NIL) + new
    return dict(sorted(found.items()))


def unpaid(session: Session, fund: str, year: FinancialYear) -> dict[str, list[tuple[Of, Money]]]:
    """What settlements of a fund's year made due and is still owed, by partner, newest first."""
    found: dict[str, list[tuple[Of, Money]]] = {}
    for one in reversed(contributions(session, fund, year)):
        if one.kind is ContributionKind.SETTLEMENT:
            found.setdefault(one.partner, []).extend(
                ((one.key, part.day), part.outstanding)
                for part in one.instalments
                if part.outstanding > NIL
            )
    return found


def owed_back(session: Session, fund: str, year: FinancialYear) -> dict[str, Money]:
    """What settlements of a fund's year made owed to partners, as far as it is not repaid.

    No repayment names what it repays: whatever else is owed to the partner counts as repaid first.
    """
    entered = _standing_sum(
        session,
        "partner",
        JOURNAL.c.source == SETTLEMENT,
        JOURNAL.c.fund == fund,
        JOURNAL.c.year == str(year),
        POSTING.c.account == _CREDITORS,
    )
    held = columns(_BALANCE.c.partner, func.sum(_BALANCE.c.pence)).where(
        _BALANCE.c.book == Book.ACTUAL.value,
        _BALANCE.c.fund == fund,
        _BALANCE.c.account == _CREDITORS,
    )
    there = {
        partner: Money(int(pence))
        for partner, pence in session.execute(held.group_by(_BALANCE.c.partner))
    }
    return {
        partner: max(min(-amount, -there.get(partner, NIL)), NIL)
        for partner, amount in entered.items()
    }


def transferred(session: Session, fund: str, year: FinancialYear) -> dict[str, Money]:
    """What settlements of a fund's year brought into it from each other fund; below nil, took out.

    A transfer that was reversed brought nothing.
    """
    own = f"{fund}/{year}/{SETTLEMENT}-"
    by_name = _standing_sum(
        session,
        "source_ref",
        JOURNAL.c.source == TRANSFER,
        JOURNAL.c.fund == fund,
        JOURNAL.c.year == str(year),
        JOURNAL.c.source_ref.startswith(own, autoescape=True),
        POSTING.c.account == INTER_FUND,
    )
    found: dict[str, Money] = {}
    for name, amount in by_name.items():
        other = name.split("/")[-2]
        found[other] = found.get(other, NIL) + amount
    return {other: amount for other, amount in found.items() if amount}


def transfers_of(session: Session, fund: str, year: FinancialYear, turn: int) -> tuple[str, ...]:
    """The numbers of the journals by which one settlement moved money between funds."""
    named = f"{fund}/{year}/{SETTLEMENT}-{turn}/"
    query = columns(JOURNAL.c.number).where(
        JOURNAL.c.source == TRANSFER,
        JOURNAL.c.sequence.is_not(None),
        JOURNAL.c.source_ref.startswith(named, autoescape=True),
    )
    return tuple(session.execute(query.order_by(JOURNAL.c.sequence)).scalars())


def _standing_sum(session: Session, by: str, *wanted: ColumnElement[bool]) -> dict[str, Money]:
    """Pence of posted journals that were not reversed, by a column of the journal or its lines."""
    column = JOURNAL.c[by] if by in JOURNAL.c else POSTING.c[by]
    query = (
        columns(column, func.sum(POSTING.c.pence))
        .join(JOURNAL, JOURNAL.c.id == POSTING.c.journal_id)
        .outerjoin(
            _REVERSAL,
            and_(_REVERSAL.c.reverses == JOURNAL.c.number, _REVERSAL.c.sequence.is_not(None)),
        )
        .where(JOURNAL.c.sequence.is_not(None), _REVERSAL.c.id.is_(None), *wanted)
        .group_by(column)
    )
    return {str(key): Money(int(pence)) for key, pence in session.execute(query)}


def settlements(session: Session, fund: str, year: FinancialYear) -> tuple[Settlement, ...]:
    """The settlements of a fund's year, in order, as each was entered."""
    rows = session.exec(
        select(SettlementRow)
        .where(SettlementRow.fund == fund, SettlementRow.year == str(year))
        .order_by(col(SettlementRow.turn))
    ).all()
    lines = session.exec(
        select(SettlementLineRow)
        .where(SettlementLineRow.fund == fund, SettlementLineRow.year == str(year))
        .order_by(SettlementLineRow.partner)
    ).all()
    return tuple(_settlement(row, [one for one in lines if one.turn == row.turn]) for row in rows)


def _settlement(row: SettlementRow, lines: Sequence[SettlementLineRow]) -> Settlement:
    return Settlement(
        reference=row.reference,
        turn=row.turn,
        day=row.day,
        variance=Money(row.variance_pence),
        agreed=tuple(row.agreed.split("\n")) if row.agreed else (),
        books_head=row.books_head,
        settled_by=row.settled_by,
        settled_at=row.settled_at,
        shares=tuple(
            SettledShare(
                partner=one.partner,
                share=Money(one.share_pence),
                new=Money(one.new_pence),
                journal=one.journal or "",
            )
            for one in lines
        ),
    )

"""Risk shares read as kernel values: the rule that held on a day, what was settled by it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from ledger.pool.contributions import ContributionKind
from ledger.pool.risk_share import Contributed, RiskShare
from trust_commissioning.fields.risk_share import RiskShareEntry
from trust_commissioning.store.pool import contributions
from trust_commissioning.store.pool.schedule import reversed_by
from trust_commissioning.store.tables import (
    AuditEventRow,
    RiskShareRow,
    RiskShareSuspensionRow,
    SettlementLineRow,
    SettlementRow,
)


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
    """The rule that decides on a day; while it is suspended, the one that applies meanwhile."""

    rule: RiskShare
    reference: str
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
    holding = [one for one in agreed_rules(session, fund) if one.rule.in_force(day)]
    if not holding:
        return None
    suspended = [one for one in suspensions(session, fund) if one.holds(day)]
    if suspended:
        last = suspended[-1]
        return Applied(rule=last.meanwhile, reference=last.reference, suspension=last)
    return Applied(rule=holding[-1].rule, reference=holding[-1].reference)


def rule_of(session: Session, fund: str, day: date) -> RiskShare | None:
    """The rule that decides on a day."""
    found = applied(session, fund, day)
    return found.rule if found is not None else None


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
    undone = reversed_by(session, None)
    found: dict[str, Money] = {}
    for one in (share for done in settlements(session, fund, year) for share in done.shares):
        new = NIL if one.journal in undone else one.new
        found[one.partner] = found.get(one.partner, NIL) + new
    return dict(sorted(found.items()))


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

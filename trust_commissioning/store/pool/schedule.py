"""Contributions, receipts and disputes read as kernel values, as they stood at a period's end.

What was raised, received and reduced counts where its journal is in a period by then and has not
been reversed by then, so that these figures and the kept balances are of one moment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlmodel import Session

from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from ledger.pool.contributions import Contribution, ContributionKind, Form, Instalment
from ledger.pool.disputes import Dispute, Step, StepKind
from ledger.pool.receipts import Receipt
from trust_commissioning.store.journals import JOURNAL, POSTING
from trust_commissioning.store.tables import (
    ContributionRow,
    DisputeRow,
    DisputeStepRow,
    InstalmentRow,
    ReceiptMatchRow,
    ReceiptRow,
    table_of,
)

CONTRIBUTION, SETTLEMENT = "contribution", "settlement"
"""The sources of journals by which an instalment, or a settled share, comes to be owed."""
RECEIPT, MATCH = "receipt", "receipt-match"
"""The sources of journals made from a receipt, and from matching one that was held."""
_CREDITORS = "Liabilities:Creditors:Partners"
_CONTRIBUTION, _INSTALMENT = table_of(ContributionRow), table_of(InstalmentRow)
_RECEIPT, _MATCH = table_of(ReceiptRow), table_of(ReceiptMatchRow)
_DISPUTE, _STEP = table_of(DisputeRow), table_of(DisputeStepRow)
Of = tuple[str, date]
"""An instalment: its contribution's key and its day."""


@dataclass(frozen=True, slots=True)
class _State:
    """What happened to instalments by a moment."""

    raised: Mapping[Of, Money]
    received: Mapping[Of, Money]
    reduced: Mapping[Of, Money]
    owed_back: Mapping[Of, Money]
    disputed: Mapping[Of, Money]

    def touches(self, of: Of) -> bool:
        """Whether anything of an instalment is in the books."""
        return of in self.raised or of in self.received or of in self.reduced


def by_period(period: Period | None) -> ColumnElement[bool]:
    """Journals in periods up to and with one, over all years; every journal without one."""
    if period is None:
        return JOURNAL.c.sequence.is_not(None)
    return and_(
        JOURNAL.c.sequence.is_not(None),
        or_(
            JOURNAL.c.year < str(period.year),
            and_(JOURNAL.c.year == str(period.year), JOURNAL.c.period <= period.number),
        ),
    )


def reversed_by(session: Session, period: Period | None) -> frozenset[str]:
    """The numbers of journals whose reversal was posted in a period by then."""
    query = select(JOURNAL.c.reverses).where(JOURNAL.c.reverses.is_not(None), by_period(period))
    return frozenset(str(number) for (number,) in session.execute(query))


def contributions(
    session: Session,
    fund: str | None = None,
    year: FinancialYear | None = None,
    *,
    partner: str | None = None,
    to: Period | None = None,
) -> tuple[Contribution, ...]:
    """The contributions of a fund and year (of all without one), by fund, partner and key.

    Each instalment says what was raised, received, reduced and disputed by the end of period `to`;
    as things stand now without one. One that was taken off before it was raised is left out unless
    something was received for it, and so is a settlement that was not entered by then.
    """
    query = select(_CONTRIBUTION)
    for column, wanted in (("fund", fund), ("year", year and str(year)), ("partner", partner)):
        if wanted is not None:
            query = query.where(_CONTRIBUTION.c[column] == wanted)
    order = (_CONTRIBUTION.c[name] for name in ("fund", "year", "partner", "kind", "key"))
    rows = session.execute(query.order_by(*order)).all()
    state = _state(session, to)
    parts = _instalments(session, {row.key: row.kind for row in rows}, state)
    return tuple(_contribution(row, parts.get(row.key, ())) for row in rows)


def contribution(session: Session, key: str) -> Contribution | None:
    """One contribution as it stands now."""
    row = session.execute(select(_CONTRIBUTION).where(_CONTRIBUTION.c.key == key)).first()
    if row is None:
        return None
    parts = _instalments(session, {key: row.kind}, _state(session, None))
    return _contribution(row, parts.get(key, ()))


def _contribution(row: Any, instalments: tuple[Instalment, ...]) -> Contribution:
    return Contribution(
        key=row.key,
        fund=row.fund,
        year=FinancialYear.parse(row.year),
        partner=row.partner,
        kind=ContributionKind(row.kind),
        form=Form(row.form) if row.form else None,
        valuation=row.valuation,
        recurrent=row.recurrent,
        gross=None if row.gross_pence is None else Money(row.gross_pence),
        client_charges=Money(row.client_charges_pence),
        account=row.account or "",
        service=row.service or "",
        instalments=instalments,
    )


def _instalments(
    session: Session, kinds: Mapping[str, str], state: _State
) -> dict[str, tuple[Instalment, ...]]:
    found: dict[str, tuple[Instalment, ...]] = {}
    query = select(_INSTALMENT).order_by(_INSTALMENT.c.contribution, _INSTALMENT.c.day)
    if len(kinds) == 1:
        query = query.where(_INSTALMENT.c.contribution == next(iter(kinds)))
    for row in session.execute(query):
        of = (row.contribution, row.day)
        kind = kinds.get(row.contribution)
        there = row.pence and kind != ContributionKind.SETTLEMENT
        if kind is None or not (there or state.touches(of)):
            continue
        one = Instalment(
            day=row.day,
            amount=Money(row.pence),
            raised=state.raised.get(of, NIL),
            reduced=state.reduced.get(of, NIL),
            owed_back=state.owed_back.get(of, NIL),
            received=state.received.get(of, NIL),
            in_kind=kind == ContributionKind.IN_KIND,
        )
        denied = min(state.disputed.get(of, NIL), max(one.outstanding, NIL))
        found[row.contribution] = (
            *found.get(row.contribution, ()),
            replace(one, disputed=denied),
        )
    return found


def _state(session: Session, to: Period | None) -> _State:
    undone = reversed_by(session, to)
    ended = to.ends if to is not None else date.max
    disputed: dict[Of, Money] = {}
    for dispute in disputes(session):
        if dispute.stands_on(ended):
            of = (dispute.contribution, dispute.instalment)
            disputed[of] = disputed.get(of, NIL) + dispute.amount
    return _State(
        raised=_raised(session, to, undone),
        received=_summed(session, _MATCH, ("contribution", "day"), "pence", to, undone),
        reduced=_reduced(session, to, undone),
        owed_back=_owed_back(session, to, undone),
        disputed=disputed,
    )


def _raised(session: Session, to: Period | None, undone: Collection[str]) -> dict[Of, Money]:
    debits = (
        select(JOURNAL.c.source_ref, JOURNAL.c.number, func.sum(POSTING.c.pence).label("pence"))
        .join(POSTING, POSTING.c.journal_id == JOURNAL.c.id)
        .where(
            JOURNAL.c.source.in_((CONTRIBUTION, SETTLEMENT)),
            POSTING.c.pence > 0,
            by_period(to),
        )
        .group_by(JOURNAL.c.source_ref, JOURNAL.c.number)
    )
    found = {}
    for row in session.execute(debits):
        key, _, day = row.source_ref.rpartition("/")
        if row.number not in undone:
            found[key, date.fromisoformat(day)] = Money(int(row.pence))
    return found


def _by_instalment(
    session: Session, query: Select[Any], undone: Collection[str]
) -> dict[Of, Money]:
    """Pence by instalment, of rows of (contribution, day, pence, journal) that still stand."""
    found: dict[Of, Money] = {}
    for key, day, pence, number in session.execute(query):
        if number not in undone:
            found[key, day] = found.get((key, day), NIL) + Money(int(pence))
    return found


def _summed(
    session: Session,
    table: Any,
    of: tuple[str, str],
    amount: str,
    to: Period | None,
    undone: Collection[str],
) -> dict[Of, Money]:
    query = (
        select(table.c[of[0]], table.c[of[1]], table.c[amount], table.c.journal)
        .join(JOURNAL, JOURNAL.c.number == table.c.journal)
        .where(by_period(to))
    )
    return _by_instalment(session, query, undone)


def _reduced(session: Session, to: Period | None, undone: Collection[str]) -> dict[Of, Money]:
    query = (
        select(
            _DISPUTE.c.contribution, _DISPUTE.c.instalment, _STEP.c.reduced_pence, _STEP.c.journal
        )
        .join(_DISPUTE, _DISPUTE.c.reference == _STEP.c.dispute)
        .join(JOURNAL, JOURNAL.c.number == _STEP.c.journal)
        .where(by_period(to))
    )
    return _by_instalment(session, query, undone)


def _owed_back(session: Session, to: Period | None, undone: Collection[str]) -> dict[Of, Money]:
    """What was taken off an instalment after it was paid, and so is owed to its partner."""
    query = (
        select(_DISPUTE.c.contribution, _DISPUTE.c.instalment, POSTING.c.pence, _STEP.c.journal)
        .join(_DISPUTE, _DISPUTE.c.reference == _STEP.c.dispute)
        .join(JOURNAL, JOURNAL.c.number == _STEP.c.journal)
        .join(POSTING, POSTING.c.journal_id == JOURNAL.c.id)
        .where(by_period(to), POSTING.c.account == _CREDITORS)
    )
    held = _by_instalment(session, query, undone)
    return {of: -amount for of, amount in held.items()}


def disputes(
    session: Session, fund: str | None = None, *, partner: str | None = None
) -> tuple[Dispute, ...]:
    """Every dispute with its history, in order of day."""
    steps: dict[str, list[Step]] = {}
    for row in session.execute(select(_STEP).order_by(_STEP.c.turn)):
        steps.setdefault(row.dispute, []).append(
            Step(
                reference=row.reference,
                day=row.day,
                kind=StepKind(row.kind),
                words=row.words,
                reduced=Money(row.reduced_pence),
                by=row.recorded_by,
            )
        )
    query = (
        select(_DISPUTE, _CONTRIBUTION.c.fund, _CONTRIBUTION.c.partner)
        .join(_CONTRIBUTION, _CONTRIBUTION.c.key == _DISPUTE.c.contribution)
        .order_by(_DISPUTE.c.day, _DISPUTE.c.reference)
    )
    if fund is not None:
        query = query.where(_CONTRIBUTION.c.fund == fund)
    if partner is not None:
        query = query.where(_CONTRIBUTION.c.partner == partner)
    return tuple(
        Dispute(
            reference=row.reference,
            fund=row.fund,
            partner=row.partner,
            contribution=row.contribution,
            instalment=row.instalment,
            day=row.day,
            amount=Money(row.pence),
            reason=row.reason,
            by=row.recorded_by,
            steps=tuple(steps.get(row.reference, ())),
        )
        for row in session.execute(query)
    )


def receipts(
    session: Session,
    fund: str | None = None,
    *,
    partner: str | None = None,
    to: Period | None = None,
) -> tuple[Receipt, ...]:
    """Every receipt that was entered by a period's end, with what of it was matched by then."""
    undone = reversed_by(session, to)
    matched: dict[str, Money] = {}
    for row in session.execute(
        select(_MATCH.c.receipt, _MATCH.c.pence, _MATCH.c.journal)
        .join(JOURNAL, JOURNAL.c.number == _MATCH.c.journal)
        .where(by_period(to))
    ):
        if row.journal not in undone:
            matched[row.receipt] = matched.get(row.receipt, NIL) + Money(int(row.pence))
    query = (
        select(_RECEIPT)
        .join(JOURNAL, JOURNAL.c.number == _RECEIPT.c.journal)
        .where(by_period(to))
        .order_by(_RECEIPT.c.day, _RECEIPT.c.reference)
    )
    if fund is not None:
        query = query.where(_RECEIPT.c.fund == fund)
    if partner is not None:
        query = query.where(_RECEIPT.c.partner == partner)
    return tuple(
        Receipt(
            reference=row.reference,
            fund=row.fund,
            partner=row.partner or "",
            day=row.day,
            amount=Money(row.pence),
            matched=matched.get(row.reference, NIL),
            words=row.words,
            journal=row.journal,
        )
        for row in session.execute(query)
        if row.journal not in undone
    )

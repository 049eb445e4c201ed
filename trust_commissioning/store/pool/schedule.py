"""Contributions, receipts and disputes read as kernel values, as they stood at a period's end.

What was raised, received and reduced counts where its journal is in a period by then and has not
been reversed by then, so that these figures and the kept balances are of one moment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.sql import FromClause
from sqlmodel import Session

from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from ledger.pool.contributions import Contribution, ContributionKind, Form, Instalment
from ledger.pool.disputes import Dispute, Step, StepKind
from ledger.pool.receipts import Receipt
from trust_commissioning.store.engine import once
from trust_commissioning.store.journals import JOURNAL, POSTING
from trust_commissioning.store.tables import (
    ContributionRow,
    DisputeRow,
    DisputeStepRow,
    InstalmentRow,
    ReceiptMatchRow,
    ReceiptRow,
    SettlementLineRow,
    SettlementReductionRow,
    table_of,
)

CONTRIBUTION, SETTLEMENT = "contribution", "settlement"
"""The sources of journals by which an instalment, or a settled share, comes to be owed."""
RECEIPT, MATCH = "receipt", "receipt-match"
"""The sources of journals made from a receipt, and from matching one that was held."""
_CREDITORS = "Liabilities:Creditors:Partners"
_DEBTORS = "Assets:Debtors:Partners"
_CONTRIBUTION, _INSTALMENT = table_of(ContributionRow), table_of(InstalmentRow)
_RECEIPT, _MATCH = table_of(ReceiptRow), table_of(ReceiptMatchRow)
_DISPUTE, _STEP = table_of(DisputeRow), table_of(DisputeStepRow)
_LINE, _LESS = table_of(SettlementLineRow), table_of(SettlementReductionRow)
_REVERSAL = JOURNAL.alias("reversal")
Of = tuple[str, date]
"""An instalment: its contribution's key and its day."""


@dataclass(frozen=True, slots=True)
class _State:
    """What happened to instalments by a moment. `settled_less` is part of `reduced`."""

    raised: Mapping[Of, Money]
    received: Mapping[Of, Money]
    reduced: Mapping[Of, Money]
    settled_less: Mapping[Of, Money]
    owed_back: Mapping[Of, Money]
    disputed: Mapping[Of, Money]

    def touches(self, of: Of) -> bool:
        """Whether anything of an instalment is in the books."""
        return of in self.raised or of in self.received or of in self.reduced


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which contributions are asked for; what is None narrows nothing."""

    fund: str | None = None
    year: FinancialYear | None = None
    partner: str | None = None
    key: str | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        wanted = {
            "fund": self.fund,
            "year": None if self.year is None else str(self.year),
            "partner": self.partner,
            "key": self.key,
        }
        return [_CONTRIBUTION.c[name] == one for name, one in wanted.items() if one is not None]

    def names(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """That a column holds the key of one of these contributions."""
        if not self.conditions:
            return true()
        return column.in_(select(_CONTRIBUTION.c.key).where(*self.conditions))


def _by_period(period: Period | None, journal: FromClause) -> ColumnElement[bool]:
    if period is None:
        return journal.c.sequence.is_not(None)
    year = str(period.year)
    return and_(
        journal.c.sequence.is_not(None),
        or_(
            journal.c.year < year,
            and_(journal.c.year == year, journal.c.period <= period.number),
        ),
    )


def _standing(period: Period | None) -> ColumnElement[bool]:
    """Journals in periods up to and with one, over all years, that were not reversed by then;
    every journal that stands without one."""
    taken_back = exists().where(
        _REVERSAL.c.reverses == JOURNAL.c.number, _by_period(period, _REVERSAL)
    )
    return and_(_by_period(period, JOURNAL), ~taken_back)


def undone(session: Session, numbers: Collection[str]) -> frozenset[str]:
    """Those of these journals whose reversal was posted."""
    query = select(JOURNAL.c.reverses).where(
        JOURNAL.c.reverses.in_(numbers), JOURNAL.c.sequence.is_not(None)
    )
    return frozenset(session.execute(query).scalars())


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
    asked = _Asked(fund, year, partner)
    return once(session, ("contributions", asked, to), lambda view: _found(view, asked, to))


def contribution(session: Session, key: str) -> Contribution | None:
    """One contribution as it stands now."""
    return next(iter(_found(session, _Asked(key=key), None)), None)


def _found(session: Session, asked: _Asked, to: Period | None) -> tuple[Contribution, ...]:
    order = (_CONTRIBUTION.c[name] for name in ("fund", "year", "partner", "kind", "key"))
    rows = session.execute(select(_CONTRIBUTION).where(*asked.conditions).order_by(*order)).all()
    kinds = {row.key: row.kind for row in rows}
    parts = _instalments(session, asked, kinds, _state(session, asked, to))
    return tuple(_contribution(row, parts.get(row.key, ())) for row in rows)


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
    session: Session, asked: _Asked, kinds: Mapping[str, str], state: _State
) -> dict[str, tuple[Instalment, ...]]:
    found: dict[str, tuple[Instalment, ...]] = {}
    query = (
        select(_INSTALMENT)
        .where(asked.names(_INSTALMENT.c.contribution))
        .order_by(_INSTALMENT.c.contribution, _INSTALMENT.c.day)
    )
    for row in session.execute(query):
        of = (row.contribution, row.day)
        kind = kinds.get(row.contribution)
        there = row.pence and kind != ContributionKind.SETTLEMENT
        if kind is None or not (there or state.touches(of)):
            continue
        one = Instalment(
            day=row.day,
            amount=Money(row.pence) - state.settled_less.get(of, NIL),
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


def _state(session: Session, asked: _Asked, to: Period | None) -> _State:
    ended = to.ends if to is not None else date.max
    disputed: dict[Of, Money] = {}
    for dispute in _disputes(session, asked):
        if dispute.stands_on(ended):
            of = (dispute.contribution, dispute.instalment)
            disputed[of] = disputed.get(of, NIL) + dispute.amount
    reduced, settled_less = _reduced(session, asked, to), _settled_less(session, asked, to)
    for of, amount in settled_less.items():
        reduced[of] = reduced.get(of, NIL) + amount
    return _State(
        raised=_raised(session, asked, to),
        received=_received(session, asked, to),
        reduced=reduced,
        settled_less=settled_less,
        owed_back=_owed_back(session, asked, to),
        disputed=disputed,
    )


def _raised(session: Session, asked: _Asked, to: Period | None) -> dict[Of, Money]:
    """What became owed; of a settlement only that, since what it takes off what is owed back to a
    partner is a debit too."""
    owed = or_(
        JOURNAL.c.source == CONTRIBUTION,
        and_(JOURNAL.c.source == SETTLEMENT, POSTING.c.account == _DEBTORS),
    )
    wanted = [owed, _standing(to)]
    if asked.fund is not None:
        wanted.append(JOURNAL.c.fund == asked.fund)
    if asked.key is not None:
        wanted.append(JOURNAL.c.source_ref.startswith(f"{asked.key}/", autoescape=True))
    debits = (
        select(JOURNAL.c.source_ref, func.sum(POSTING.c.pence).label("pence"))
        .join(POSTING, POSTING.c.journal_id == JOURNAL.c.id)
        .where(*wanted, POSTING.c.pence > 0)
        .group_by(JOURNAL.c.id, JOURNAL.c.source_ref)
    )
    found = {}
    for row in session.execute(debits):
        key, _, day = row.source_ref.rpartition("/")
        found[key, date.fromisoformat(day)] = Money(int(row.pence))
    return found


def _by_instalment(session: Session, query: Select[Any]) -> dict[Of, Money]:
    """Pence by instalment, of rows of (contribution, day, pence)."""
    found: dict[Of, Money] = {}
    for key, day, pence in session.execute(query):
        found[key, day] = found.get((key, day), NIL) + Money(int(pence))
    return found


def _received(session: Session, asked: _Asked, to: Period | None) -> dict[Of, Money]:
    query = (
        select(_MATCH.c.contribution, _MATCH.c.day, _MATCH.c.pence)
        .join(JOURNAL, JOURNAL.c.number == _MATCH.c.journal)
        .where(asked.names(_MATCH.c.contribution), _standing(to))
    )
    return _by_instalment(session, query)


def _reduced(session: Session, asked: _Asked, to: Period | None) -> dict[Of, Money]:
    query = (
        select(_DISPUTE.c.contribution, _DISPUTE.c.instalment, _STEP.c.reduced_pence)
        .join(_DISPUTE, _DISPUTE.c.reference == _STEP.c.dispute)
        .join(JOURNAL, JOURNAL.c.number == _STEP.c.journal)
        .where(asked.names(_DISPUTE.c.contribution), _standing(to))
    )
    return _by_instalment(session, query)


def _settled_less(session: Session, asked: _Asked, to: Period | None) -> dict[Of, Money]:
    """What smaller settlements took off what earlier ones had made due."""
    of_line = and_(
        *(_LESS.c[name] == _LINE.c[name] for name in ("fund", "year", "turn", "partner"))
    )
    query = (
        select(_LESS.c.contribution, _LESS.c.day, _LESS.c.pence)
        .join(_LINE, of_line)
        .join(JOURNAL, JOURNAL.c.number == _LINE.c.journal)
        .where(asked.names(_LESS.c.contribution), _standing(to))
    )
    return _by_instalment(session, query)


def _owed_back(session: Session, asked: _Asked, to: Period | None) -> dict[Of, Money]:
    """What was taken off an instalment after it was paid, and so is owed to its partner."""
    query = (
        select(_DISPUTE.c.contribution, _DISPUTE.c.instalment, POSTING.c.pence)
        .join(_STEP, _STEP.c.dispute == _DISPUTE.c.reference)
        .join(JOURNAL, JOURNAL.c.number == _STEP.c.journal)
        .join(POSTING, POSTING.c.journal_id == JOURNAL.c.id)
        .where(asked.names(_DISPUTE.c.contribution), _standing(to), POSTING.c.account == _CREDITORS)
    )
    held = _by_instalment(session, query)
    return {of: -amount for of, amount in held.items()}


def disputes(
    session: Session, fund: str | None = None, *, partner: str | None = None
) -> tuple[Dispute, ...]:
    """Every dispute with its history, in order of day."""
    return _disputes(session, _Asked(fund=fund, partner=partner))


def _disputes(session: Session, asked: _Asked) -> tuple[Dispute, ...]:
    steps: dict[str, list[Step]] = {}
    taken = (
        select(_STEP)
        .join(_DISPUTE, _DISPUTE.c.reference == _STEP.c.dispute)
        .where(asked.names(_DISPUTE.c.contribution))
        .order_by(_STEP.c.turn)
    )
    for row in session.execute(taken):
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
        .where(*asked.conditions)
        .order_by(_DISPUTE.c.day, _DISPUTE.c.reference)
    )
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
    reference: str | None = None,
    to: Period | None = None,
) -> tuple[Receipt, ...]:
    """Every receipt that was entered by a period's end, with what of it was matched by then."""
    wanted = [
        _RECEIPT.c[name] == one
        for name, one in (("fund", fund), ("partner", partner), ("reference", reference))
        if one is not None
    ]
    matches = (
        select(_MATCH.c.receipt, _MATCH.c.pence)
        .join(_RECEIPT, _RECEIPT.c.reference == _MATCH.c.receipt)
        .join(JOURNAL, JOURNAL.c.number == _MATCH.c.journal)
        .where(*wanted, _standing(to))
    )
    matched: dict[str, Money] = {}
    for row in session.execute(matches):
        matched[row.receipt] = matched.get(row.receipt, NIL) + Money(int(row.pence))
    query = (
        select(_RECEIPT)
        .join(JOURNAL, JOURNAL.c.number == _RECEIPT.c.journal)
        .where(*wanted, _standing(to))
        .order_by(_RECEIPT.c.day, _RECEIPT.c.reference)
    )
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
    )

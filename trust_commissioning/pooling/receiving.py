"""Receipts from partners: entered, matched to what is owed, what is left over held."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlmodel import Session

from ledger.money import NIL, Money
from ledger.periods import Period
from ledger.pool.contributions import Instalment
from ledger.pool.receipts import Owed, Receipt, matched
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import posting_rules, roles
from trust_commissioning.clock import as_text
from trust_commissioning.pooling.known import fund_of, period_of, unknown
from trust_commissioning.posting import lock_head, post
from trust_commissioning.posting_rules import Event
from trust_commissioning.store import audit
from trust_commissioning.store.journals import JOURNAL, by_number
from trust_commissioning.store.pool import contributions, receipts
from trust_commissioning.store.pool.facts import otherwise
from trust_commissioning.store.pool.schedule import MATCH, RECEIPT, Of, undone
from trust_commissioning.store.standing import titles
from trust_commissioning.store.tables import ReceiptMatchRow, ReceiptRow, table_of

_RECEIPT, _MATCH = table_of(ReceiptRow), table_of(ReceiptMatchRow)


@dataclass(frozen=True, slots=True)
class Payment:
    """What of a receipt pays which instalment, as its partner names it."""

    contribution: str
    day: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a receipt."""

    journal: str
    paid: tuple[Payment, ...]
    held: Money


def receive(
    session: Session,
    *,
    reference: str,
    fund: str,
    partner: str,
    amount: Money,
    day: date,
    words: str = "",
    pays: Sequence[Payment] = (),
    period: Period | None = None,
    by: str,
    at: datetime,
) -> Received:
    """Enter money that came in; the same reference again is the same receipt.

    What the partner names is paid as named, disputed or not. Without that the undisputed parts of
    what is owed are paid, by `ledger.pool.receipts.matched`. The rest is held: as a contribution
    in advance, or as a deposit where `partner` is empty because nobody knows yet whose it is.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_POOL)
    lock_head(session)
    asked = _asked(fund, partner, amount, day, words, pays)
    before = _before(session, reference, asked, period or Period.containing(day))
    if before is not None:
        return before
    fund_of(session, fund)
    owed = _owed(session, fund)
    problems = [
        *_check_amount(amount),
        *(unknown("partner", partner, titles(session)["partner"], "partner") if partner else ()),
        *_check_named(owed, pays, amount, partner),
    ]
    if problems:
        raise Refused(problems)
    paid = tuple(pays) or _matching(owed, amount, partner)
    total = Money.total(one.amount for one in paid)
    event = Event(
        fund=fund,
        day=day,
        period=period,
        source=RECEIPT,
        source_ref=reference,
        narration=words or _narration(paid, total, amount),
        payee=titles(session)["partner"].get(partner, ""),
    )
    journal = posting_rules.receipt(event, partner, total, amount - total)
    number = post(session, journal, by=by, at=at)
    session.execute(
        insert(_RECEIPT).values(
            reference=reference,
            fund=fund,
            partner=partner or None,
            day=day,
            pence=amount.pence,
            words=words,
            asked=asked,
            journal=number,
            recorded_by=by,
            recorded_at=as_text(at),
        )
    )
    _keep(session, reference, paid, number, named=bool(pays), by=by, at=at)
    _audit(session, "receipt_recorded", reference, number, paid, amount - total, by=by, at=at)
    return Received(number, paid, amount - total)


def match_held(
    session: Session,
    receipt: str,
    *,
    day: date,
    reference: str,
    pays: Sequence[Payment] = (),
    period: Period | None = None,
    by: str,
    at: datetime,
) -> Received:
    """Let what was held of a receipt pay what is owed now; the same reference again does nothing.

    Without `pays` the partner's undisputed debts are paid, the oldest first. What nobody knew
    whose it was is paid as named, and so belongs to the partner whose instalment it pays.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_POOL)
    lock_head(session)
    held = next(iter(receipts(session, reference=receipt)), None)
    if held is None:
        raise Refused.because("receipt_unknown", f"There is no receipt “{receipt}”.", "receipt")
    name = f"{receipt}/{reference}"
    before = _journal_named(session, MATCH, name)
    if before:
        kept = _kept(session, receipt, before)
        _check_matched_so(session, before, kept, name, day=day, pays=pays, period=period)
        return Received(before, kept.paid, held.held)
    owed = _owed(session, held.fund)
    problems = [*_check_named(owed, pays, held.held, held.partner), *_check_held(held, pays)]
    if problems:
        raise Refused(problems)
    paid = tuple(pays) or _matching(owed, held.held, held.partner)
    if not paid:
        raise Refused.because(
            "nothing_to_match",
            f"Nothing undisputed is owed that receipt {receipt} could pay.",
            "receipt",
        )
    by_partner: dict[str, Money] = {}
    for one in paid:
        whose = owed[one.contribution, one.day][0]
        by_partner[whose] = by_partner.get(whose, NIL) + one.amount
    event = Event(
        fund=held.fund,
        day=day,
        period=period,
        source=MATCH,
        source_ref=name,
        narration=f"Receipt {receipt} of {day_in_full(held.day)} matched to what it pays",
    )
    journal = posting_rules.receipt_matched(event, held.partner, by_partner)
    number = post(session, journal, by=by, at=at)
    _keep(session, receipt, paid, number, named=bool(pays), by=by, at=at)
    left = held.held - Money.total(one.amount for one in paid)
    _audit(session, "receipt_matched", receipt, number, paid, left, by=by, at=at)
    return Received(number, paid, left)


_Owing = dict[Of, tuple[str, Instalment]]
"""What is raised in a fund, by instalment: whose it is, and how it stands."""


def _owed(session: Session, fund: str) -> _Owing:
    return {
        (one.key, part.day): (one.partner, part)
        for one in contributions(session, fund)
        for part in one.instalments
        if part.outstanding.pence > 0
    }


def _matching(owed: _Owing, amount: Money, partner: str) -> tuple[Payment, ...]:
    if not partner:
        return ()
    open_ = [
        Owed(day, key, one.undisputed) for (key, day), (who, one) in owed.items() if who == partner
    ]
    paid, _ = matched(amount, open_)
    return tuple(Payment(one.key, one.day, share) for one, share in paid.items())


def _check_amount(amount: Money) -> Iterator[Problem]:
    if amount.pence <= 0:
        yield Problem(
            "receipt_not_above_nil", f"A receipt is more than nothing; this is {amount}.", "amount"
        )


def _check_named(
    owed: _Owing, pays: Sequence[Payment], amount: Money, partner: str
) -> Iterator[Problem]:
    seen: set[Of] = set()
    for place, one in enumerate(pays):
        where = f"pays[{place}]"
        whose, part = owed.get((one.contribution, one.day), ("", None))
        if part is None or (partner and whose != partner):
            yield Problem(
                "nothing_owed_there",
                f"Nothing of {one.contribution} of {day_in_full(one.day)} is owed"
                + (f" by {partner}." if partner else "."),
                where,
            )
        elif not NIL < one.amount <= part.outstanding:
            yield Problem(
                "payment_above_what_is_owed",
                f"{one.amount} would pay the instalment of {day_in_full(one.day)}, of which "
                f"{part.outstanding} is owed; what is over is held if it is not named.",
                f"{where}.amount",
            )
        if (one.contribution, one.day) in seen:
            yield Problem(
                "entry_repeated",
                f"The instalment of {day_in_full(one.day)} of {one.contribution} is named twice.",
                where,
            )
        seen.add((one.contribution, one.day))
    total = Money.total(one.amount for one in pays)
    if total > amount:
        yield Problem(
            "payments_above_receipt",
            f"{total} is named to be paid and {amount} was received or is held.",
            "pays",
        )


def _check_held(held: Receipt, pays: Iterable[Payment]) -> Iterator[Problem]:
    if not held.held:
        yield Problem(
            "nothing_held", f"All of receipt {held.reference} is matched already.", "receipt"
        )
    if not held.partner and not tuple(pays):
        yield Problem(
            "payer_not_known",
            f"Nobody knows yet whose receipt {held.reference} is; name what it pays.",
            "pays",
        )


def _narration(paid: Sequence[Payment], total: Money, amount: Money) -> str:
    days = ", ".join(day_in_full(one.day) for one in paid)
    if not paid:
        return "Received, held until it is known what it pays"
    words = f"Instalment of {days} paid" if len(paid) == 1 else f"Instalments of {days} paid"
    return words if total == amount else f"{words}; {amount - total} held"


def _asked(
    fund: str, partner: str, amount: Money, day: date, words: str, pays: Sequence[Payment]
) -> str:
    """What was asked, as text: the same again is the same receipt."""
    named = [[one.contribution, one.day.isoformat(), one.amount.plain] for one in pays]
    return json.dumps([fund, partner, amount.plain, day.isoformat(), words, named])


def _before(session: Session, reference: str, asked: str, period: Period) -> Received | None:
    row = session.execute(select(_RECEIPT).where(_RECEIPT.c.reference == reference)).first()
    if row is None:
        return None
    if row.asked != asked or period_of(session, row.journal) != period:
        raise Refused([otherwise(RECEIPT, reference)])
    _check_not_reversed(session, row.journal, f"Receipt “{reference}”")
    paid = _kept(session, reference, row.journal).paid
    return Received(row.journal, paid, Money(row.pence) - Money.total(p.amount for p in paid))


def _check_matched_so(
    session: Session,
    journal: str,
    kept: _Kept,
    name: str,
    *,
    day: date,
    pays: Sequence[Payment],
    period: Period | None,
) -> None:
    """A match asked for again is asked for in the same words: what it pays named, or not."""
    stored = by_number(session, journal)
    assert stored is not None, "it was found posted"
    when = (day, period or Period.containing(day))
    if when != (stored.journal.day, stored.journal.period) or not kept.asked_as(pays):
        raise Refused([otherwise(MATCH, name)])
    _check_not_reversed(session, journal, f"The match “{name}”")


def _check_not_reversed(session: Session, journal: str, what: str) -> None:
    if undone(session, {journal}):
        raise Refused.because(
            "receipt_reversed",
            f"{what} was entered as {journal}, which was reversed; give another reference.",
            "reference",
        )


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a journal paid, and whether that was named; None of one from before that was kept."""

    paid: tuple[Payment, ...]
    named: bool | None

    def asked_as(self, pays: Sequence[Payment]) -> bool:
        """Whether these are the words in which it was asked for."""
        if self.named is None:
            return not pays or set(pays) == set(self.paid)
        return set(pays) == (set(self.paid) if self.named else set())


def _kept(session: Session, receipt: str, journal: str) -> _Kept:
    rows = session.execute(
        select(_MATCH)
        .where(_MATCH.c.receipt == receipt, _MATCH.c.journal == journal)
        .order_by(_MATCH.c.turn)
    ).all()
    paid = tuple(Payment(row.contribution, row.day, Money(row.pence)) for row in rows)
    return _Kept(paid, rows[0].named if rows else None)


def _journal_named(session: Session, source: str, ref: str) -> str:
    query = select(JOURNAL.c.number).where(JOURNAL.c.source == source, JOURNAL.c.source_ref == ref)
    return str(session.execute(query).scalar() or "")


def _keep(
    session: Session,
    receipt: str,
    paid: Iterable[Payment],
    journal: str,
    *,
    named: bool,
    by: str,
    at: datetime,
) -> None:
    last = session.execute(
        select(func.coalesce(func.max(_MATCH.c.turn), 0)).where(_MATCH.c.receipt == receipt)
    ).scalar_one()
    for turn, one in enumerate(paid, int(last) + 1):
        session.execute(
            insert(_MATCH).values(
                receipt=receipt,
                turn=turn,
                contribution=one.contribution,
                day=one.day,
                pence=one.amount.pence,
                journal=journal,
                named=named,
                recorded_by=by,
                recorded_at=as_text(at),
            )
        )


def _audit(
    session: Session,
    action: str,
    receipt: str,
    journal: str,
    paid: Iterable[Payment],
    held: Money,
    *,
    by: str,
    at: datetime,
) -> None:
    pays = {f"{one.contribution}/{one.day.isoformat()}": one.amount.plain for one in paid}
    audit.record(
        session,
        by=by,
        at=at,
        action=action,
        object_kind=RECEIPT,
        object_key=receipt,
        after={"journal": journal, "pays": pays, "held": held.plain},
    )

"""A year settled between the partners of a fund: each share a debt, each change of it a journal."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session

from ledger.journal import Journal
from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from ledger.pool.contributions import ContributionKind
from ledger.pool.risk_share import Sharing
from ledger.pool.settlement import Change, change_of_share
from ledger.problems import Refused
from trust_commissioning import posting_rules, roles
from trust_commissioning.clock import as_text
from trust_commissioning.posting import lock_head, post_many
from trust_commissioning.posting_rules import Event
from trust_commissioning.reports.risk_position import RiskPosition, risk_position
from trust_commissioning.reports.shape import books_head
from trust_commissioning.settling import between
from trust_commissioning.settling.ready import (
    check_decided,
    check_disputes,
    check_pooled,
    check_year,
)
from trust_commissioning.settling.saying import no_rule, note, otherwise
from trust_commissioning.store import risk
from trust_commissioning.store.pool.schedule import SETTLEMENT, Of
from trust_commissioning.store.tables import (
    ContributionRow,
    InstalmentRow,
    SettlementLineRow,
    SettlementReductionRow,
    SettlementRow,
    table_of,
)

_SETTLEMENT, _LINE = table_of(SettlementRow), table_of(SettlementLineRow)
_LESS = table_of(SettlementReductionRow)
_CONTRIBUTION, _INSTALMENT = table_of(ContributionRow), table_of(InstalmentRow)


@dataclass(frozen=True, slots=True)
class Settled:
    """What a settlement did: each partner's share, with the journals it was entered by."""

    turn: int
    variance: Money
    shares: dict[str, Money]
    journals: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        return {
            "turn": self.turn,
            "variance": self.variance.plain,
            "shares": {partner: share.plain for partner, share in self.shares.items()},
            "journals": list(self.journals),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """A year that nothing stops being settled."""

    position: RiskPosition
    sharing: Sharing
    by_stretch: Mapping[str, Sharing]
    transfers: Mapping[str, Money]


def settle(
    session: Session,
    fund: str,
    year: FinancialYear,
    *,
    reference: str,
    by: str,
    at: datetime,
    agreed: Collection[str] = (),
    despite_dispute: str = "",
) -> Settled:
    """Settle a year between the partners of a fund, once March is closed, into period 13.

    A share to be paid becomes a debt of the partner, which is received, aged and disputed as an
    instalment is, and funding of the fund; a share to be given back becomes a debt to the partner
    and takes funding away; what stays with the fund needs no journal. What a rule meets with the
    money of another fund is transferred from it. Settled again under another reference, only what
    has changed since is entered, and first against what is not paid yet. `agreed` are decisions of
    the partners by the names the rule has for them. `despite_dispute` says why, where
    contributions are disputed.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.CLOSE_YEAR)
    lock_head(session)
    asked = json.dumps([fund, str(year), sorted(agreed), despite_dispute], ensure_ascii=False)
    before = session.execute(
        select(_SETTLEMENT).where(_SETTLEMENT.c.reference == reference)
    ).first()
    if before is not None:
        if before.asked != asked:
            raise Refused([otherwise(SETTLEMENT, reference)])
        return _as_settled(session, fund, year, int(before.turn))
    ready = _ready(session, fund, Period(year, 13), agreed, despite_dispute)
    position, sharing = ready.position, ready.sharing
    head = books_head(session)
    turn = len(position.settlements) + 1
    # Who has left the rule has no share any more, and what was settled with it is undone.
    whole = sharing.shares | {one: NIL for one in position.settled if one not in sharing.shares}
    new = {partner: share - position.settled.get(partner, NIL) for partner, share in whole.items()}
    changes = _changes(session, position, new)
    journals = [_journal(position, turn, one, change) for one, change in changes.items()]
    journals += between.journals_of(position, turn, ready.transfers)
    numbers = post_many(session, journals, by=by, at=at) if journals else []
    key = {"fund": fund, "year": str(year), "turn": turn}
    session.execute(
        insert(_SETTLEMENT).values(
            **key,
            reference=reference,
            day=position.period.ends,
            reason=despite_dispute,
            variance_pence=sharing.variance.pence,
            agreed="\n".join(sorted(agreed)),
            asked=asked,
            contents=json.dumps(_working(ready), ensure_ascii=False),
            books_head=head,
            settled_by=by,
            settled_at=as_text(at),
        )
    )
    _keep_shares(session, key, whole, new, dict(zip(changes, numbers, strict=False)))
    for partner, change in changes.items():
        _keep_change(session, position, key, partner, change)
    after = {"fund": fund, "year": str(year), "variance": sharing.variance.plain}
    note(session, "settle", reference, after, by=by, at=at)
    return Settled(turn, sharing.variance, whole, tuple(numbers))


def _ready(
    session: Session, fund: str, period: Period, agreed: Collection[str], despite_dispute: str
) -> _Ready:
    """The year's final position and its sharing, if nothing stops it being settled.

    Raises:
        Refused: with every problem.
    """
    if problems := [*check_pooled(session, fund), *check_year(session, period)]:
        raise Refused(problems)
    position = risk_position(session, fund, period.year, period.number)
    shared = position.shared(agreed)
    if shared is None:
        raise Refused([no_rule(fund, period.ends, "fund")])
    sharing = position.own(shared)
    by_stretch = {
        one.months: found for one, found in position.by_stretch(agreed) if found is not None
    }
    transfers = between.new_transfers(position, by_stretch.values())
    problems = [
        *check_decided(sharing),
        *between.check_transfers(session, position, by_stretch.values(), transfers),
        *check_disputes(session, fund, period.year, despite_dispute),
    ]
    if problems:
        raise Refused(problems)
    return _Ready(position=position, sharing=sharing, by_stretch=by_stretch, transfers=transfers)


def _changes(
    session: Session, position: RiskPosition, new: Mapping[str, Money]
) -> dict[str, Change[Of]]:
    """How each share that is another than before moves what its partner owes and is owed."""
    fund, year = position.fund, position.period.year
    unpaid = risk.unpaid(session, fund, year)
    owed_back = risk.owed_back(session, fund, year)
    return {
        partner: change_of_share(amount, unpaid.get(partner, ()), owed_back.get(partner, NIL))
        for partner, amount in new.items()
        if amount
    }


def _key(position: RiskPosition, partner: str, turn: int) -> str:
    """What names a settled share among what a partner owes."""
    return f"{position.fund}/{position.period.year}/{partner}/{SETTLEMENT}-{turn}"


def _journal(position: RiskPosition, turn: int, partner: str, change: Change[Of]) -> Journal:
    period = position.period
    name = position.names.get(partner, partner)
    over = change.owes > NIL or change.owed_back < NIL
    event = Event(
        fund=position.fund,
        day=period.ends,
        period=period,
        source=SETTLEMENT,
        source_ref=f"{_key(position, partner, turn)}/{period.ends.isoformat()}",
        narration=(
            f"{'Share of the overspend' if over else 'Share given back'} of {period.year}: {name}"
        ),
        payee=name,
    )
    return posting_rules.share_settled(event, partner, change.owes, change.owed_back)


def _keep_shares(
    session: Session,
    key: Mapping[str, object],
    shares: Mapping[str, Money],
    new: Mapping[str, Money],
    journals: Mapping[str, str],
) -> None:
    rows = [
        {
            **key,
            "partner": partner,
            "share_pence": share.pence,
            "new_pence": new[partner].pence,
            "journal": journals.get(partner),
        }
        for partner, share in shares.items()
    ]
    session.execute(insert(_LINE), rows)


def _keep_change(
    session: Session,
    position: RiskPosition,
    key: Mapping[str, Any],
    partner: str,
    change: Change[Of],
) -> None:
    """What became due as a debt beside the partner's instalments; what came off such debts."""
    if change.due:
        name, period = _key(position, partner, key["turn"]), position.period
        session.execute(
            insert(_CONTRIBUTION).values(
                key=name,
                fund=position.fund,
                year=str(period.year),
                partner=partner,
                kind=ContributionKind.SETTLEMENT.value,
                form="",
                valuation="",
                recurrent=False,
                client_charges_pence=0,
            )
        )
        session.execute(
            insert(_INSTALMENT).values(contribution=name, day=period.ends, pence=change.due.pence)
        )
    for (contribution, day), off in change.taken_off:
        less = {"contribution": contribution, "day": day, "pence": off.pence}
        session.execute(insert(_LESS).values(**key, partner=partner, **less))


def _working(ready: _Ready) -> dict[str, Any]:
    """The sharing as it was, to be read when everybody has forgotten."""
    sharing = ready.sharing
    return {
        "rule": sharing.rule.title,
        "clause": sharing.rule.clause,
        "variance": sharing.variance.plain,
        "shares": {partner: share.plain for partner, share in sharing.shares.items()},
        "pieces": [
            {"how": piece.how.value, "amount": piece.amount.plain, "words": piece.words}
            for piece in sharing.pieces
        ],
        "by_months": [
            {"months": months, "rule": one.rule.title, "clause": one.rule.clause}
            for months, one in ready.by_stretch.items()
            if months
        ],
        "from_funds": {other: amount.plain for other, amount in ready.transfers.items()},
        "working": list(sharing.reasons),
    }


def _as_settled(session: Session, fund: str, year: FinancialYear, turn: int) -> Settled:
    done = next(one for one in risk.settlements(session, fund, year) if one.turn == turn)
    numbers = sorted(one.journal for one in done.shares if one.journal)
    return Settled(
        turn,
        done.variance,
        {one.partner: one.share for one in done.shares},
        (*numbers, *risk.transfers_of(session, fund, year, turn)),
    )

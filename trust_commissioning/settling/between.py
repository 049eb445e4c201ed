"""What a settlement transfers between funds: refused, or entered in both at once.

Journals are of one fund each, so a transfer is two of them, posted in one transaction and reversed
together. What is transferred is owed between the funds until cash follows it, as a partner's share
is owed until it is paid.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sqlmodel import Session

from ledger.journal import Journal
from ledger.money import NIL, Money
from ledger.periods import Period
from ledger.pool.risk_share import Sharing, counted_funds, due_from_funds
from ledger.problems import Problem
from ledger.transfer import TRANSFER
from ledger.virement import references
from trust_commissioning import posting_rules
from trust_commissioning.posting_rules import Event
from trust_commissioning.reports.left_in_fund import left_in
from trust_commissioning.reports.risk_position import RiskPosition
from trust_commissioning.settling.ready import KEEP_THEIR_OWN
from trust_commissioning.store import risk
from trust_commissioning.store.grants import ring_fences
from trust_commissioning.store.pool.schedule import SETTLEMENT
from trust_commissioning.store.standing import standing


def new_transfers(position: RiskPosition, sharings: Collection[Sharing]) -> dict[str, Money]:
    """What comes from each other fund now, or goes to it below nil, after what came before."""
    due, before = due_from_funds(position.fund, sharings), position.transferred
    new = {one: due.get(one, NIL) - before.get(one, NIL) for one in sorted({*due, *before})}
    return {other: amount for other, amount in new.items() if amount}


def check_transfers(
    session: Session,
    position: RiskPosition,
    sharings: Collection[Sharing],
    transfers: Mapping[str, Money],
) -> Iterator[Problem]:
    """What stops money going between the funds: whose it is, what it was given for, a rule of its
    own, what the fund holds."""
    counted = counted_funds(position.fund, sharings)
    for other in sorted({*counted, *transfers}):
        kind = standing(session).funds[other].kind
        if kind in KEEP_THEIR_OWN:
            yield _crosses(
                position.fund,
                f"{other} is held as “{kind.title}”, where each partner keeps its own money",
            )
    for other in sorted(counted):
        if risk.applied(session, other, position.period.ends) is not None:
            yield _crosses(position.fund, f"{other} shares its variance by a rule of its own")
    fences = ring_fences(session)
    for other, amount in transfers.items():
        whole = position.transferred.get(other, NIL) + amount
        giving = other if whole > NIL else position.fund
        for title in sorted({one.title for one in fences.get(giving, ()) if whole}):
            yield _crosses(
                position.fund,
                f"{giving} keeps the ring-fenced “{title}”, which pays for nothing but what it was "
                "given for",
            )
        holds = Money.total(left.amount for left in left_in(session, other))
        if amount > max(holds, NIL):
            yield Problem(
                "settlement_above_reserve",
                f"{amount} is due from fund {other}, which holds {holds}.",
                "fund",
            )


def journals_of(
    position: RiskPosition, turn: int, transfers: Mapping[str, Money]
) -> Iterator[Journal]:
    """Both sides of each transfer, the fund that gives first."""
    for other, amount in transfers.items():
        funds = (other, position.fund) if amount > NIL else (position.fund, other)
        named = references(f"{position.fund}/{position.period.year}/{SETTLEMENT}-{turn}/{other}")
        giving, getting = (
            _event(position, fund, name, funds) for fund, name in zip(funds, named, strict=True)
        )
        yield from posting_rules.given_to_fund(giving, getting, abs(amount))


def _event(position: RiskPosition, fund: str, name: str, funds: tuple[str, str]) -> Event:
    period: Period = position.period
    return Event(
        fund=fund,
        day=period.ends,
        period=period,
        source=TRANSFER,
        source_ref=name,
        narration=(
            f"Settlement of {position.fund} for {period.year}: from fund {funds[0]} to {funds[1]}"
        ),
    )


def _crosses(fund: str, why: str) -> Problem:
    return Problem(
        "settlement_crosses_funds",
        f"The rule of {fund} moves money between funds, and {why}: agree a rule for each fund alone, "
        "or one for both in one of them.",
        "fund",
    )

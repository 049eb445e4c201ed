"""Claims: what may be claimed of an allocation, taken from the books on the day."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from ledger.grant.life import GrantEvent, Step
from ledger.money import NIL, Money
from ledger.periods import Period
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.granting.living import Recorded, life_of, record
from trust_commissioning.posting import lock_head
from trust_commissioning.reports.grants import grants_in
from trust_commissioning.reports.shape import Scope, books_head
from trust_commissioning.store import grants


def claim(
    session: Session,
    allocation: str,
    to: Period,
    *,
    day: date,
    reference: str,
    by: str,
    at: datetime,
    amount: Money | None = None,
    document: str = "",
) -> Recorded:
    """Claim what was spent on an allocation up to a period, less what was claimed before.

    `amount` is held against the figure of the books, so that a claim somebody worked out
    otherwise is refused. What was claimed, by purpose, and the head of the books are kept with it.
    The same claim again changes nothing, whatever was posted since.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_GRANTS)
    lock_head(session)
    life = life_of(session, allocation)
    for stored in grants.events(session, allocation):
        same = (stored.event.step, stored.event.day) == (Step.CLAIMED, day)
        if stored.event.reference == reference and same and stored.said["to"] == str(to):
            return Recorded(allocation, stored.event, stored.journal, life)
    may, by_purpose = claimable(session, allocation, to)
    before = life.years[to.year].claimed if to.year in life.years else NIL
    wanted = may - before
    problems = []
    if wanted.pence <= 0:
        problems.append(
            Problem(
                "nothing_to_claim",
                f"{may} may be claimed of {allocation} up to {to.title}, and {before} was claimed "
                "before.",
                "to",
            )
        )
    if amount is not None and amount != wanted:
        problems.append(
            Problem(
                "claim_differs_from_books",
                f"The claim is {amount}; the books say {wanted}, which is {may} less {before} "
                "claimed before.",
                "amount",
            )
        )
    if problems:
        raise Refused(problems)
    said = {
        "document": document,
        "to": str(to),
        "by_purpose": {title: spent.plain for title, spent in by_purpose.items()},
        "books_head": books_head(session),
    }
    event = GrantEvent(step=Step.CLAIMED, day=day, reference=reference, amount=wanted, year=to.year)
    return record(session, allocation, event, said=said, by=by, at=at)


def claimable(session: Session, allocation: str, to: Period) -> tuple[Money, dict[str, Money]]:
    """What may be claimed of an allocation up to a period, with the spend behind it by purpose."""
    one = life_of(session, allocation).allocation
    scope = Scope(one.fund, to.year, to.number, grant=one.grant)
    for grant in grants_in(session, scope):
        parts = zip(grant.lives, grant.parted(grant.claim.charged), strict=True)
        for life, spent in parts:
            if life.allocation.reference == allocation:
                may = min(max(NIL, spent), life.years[to.year].available)
                purposes: dict[str, Money] = {}
                for line in grant.claim.eligible:
                    title = line.purpose.title if line.purpose else ""
                    purposes[title] = purposes.get(title, NIL) + line.line.amount
                return may, purposes
    raise Refused.because(
        "year_not_of_allocation", f"{allocation} gives nothing for {to.year}.", "to"
    )

"""What the reports of grants share: each grant in a year, its spend, what that comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from ledger.grant.claim import Claim, claim_of
from ledger.grant.conditions import Line, RingFence
from ledger.grant.life import Life, YearPosition
from ledger.grant.programme import Programme, Unspent
from ledger.money import NIL, Money
from ledger.periods import FinancialYear
from ledger.problems import Refused
from trust_commissioning.reports.forecast import outturns
from trust_commissioning.reports.grant_spend import spend_of
from trust_commissioning.reports.shape import Scope, check
from trust_commissioning.store import grants as record


@dataclass(frozen=True, slots=True)
class GrantInYear:
    """One grant in one fund and year: its allocations, the oldest first, with the spend on them.

    `lives` are as their events had left them at the end of the scope's last period. What is spent
    is set against the oldest allocation first, so that money carried in is used before the rest.
    """

    programme: Programme
    fund: str
    year: FinancialYear
    lives: tuple[Life, ...]
    fence: RingFence
    ring_fenced: bool
    claim: Claim
    whole: bool
    """Whether it takes in every day of the year so far."""

    @property
    def positions(self) -> tuple[YearPosition, ...]:
        return tuple(life.years[self.year] for life in self.lives)

    @property
    def unspent_rule(self) -> Unspent:
        """What becomes of this year's money: the newest allocation's rule for it."""
        facts = self.lives[-1].allocation.of_year(self.year)
        return facts.unspent if facts is not None else Unspent.RETURN

    def own(self, spent: Money) -> Money:
        """Spend on the grant's own money: of a fund that keeps other money too, no more than it
        gives, since the rest was paid from that."""
        return spent if self.ring_fenced else min(spent, self.claim.available)

    def parted(self, spent: Money) -> tuple[Money, ...]:
        """An amount of spend set against the allocations in turn; the last takes what is left."""
        found = []
        for position in self.positions[:-1]:
            taken = min(max(NIL, spent), position.available)
            found.append(taken)
            spent -= taken
        return (*found, spent)


def grants_in(session: Session, scope: Scope) -> list[GrantInYear]:
    """Each grant with money in the scope's year, by grant and fund.

    Raises:
        Refused: ``grant_unknown``, ``fund_unknown`` or ``year_not_opened``.
    """
    check(session, scope)
    programmes = record.programmes(session)
    if scope.grant is not None and scope.grant not in programmes:
        raise Refused.because("grant_unknown", f"There is no grant “{scope.grant}”.", "grant")
    found: dict[tuple[str, str], list[Life]] = {}
    for life in record.lives(session, by_day=scope.period.ends).values():
        one = life.allocation
        wanted = scope.grant in (None, one.grant) and scope.fund in (None, one.fund)
        if wanted and scope.year in life.years and life.taken:
            found.setdefault((one.grant, one.fund), []).append(life)
    return [
        _in_year(session, programmes[grant], fund, lives, scope)
        for (grant, fund), lives in sorted(found.items())
    ]


def forecast_claim(session: Session, grant: GrantInYear, to: int) -> Claim:
    """What the year is expected to come to: what it has come to, with the rest on its last day."""
    day = grant.fence.ends
    spent = [one.line for one in grant.claim.eligible]
    spent += [one.line for one in grant.claim.ineligible]
    rest = [
        Line(line.account, line.service or None, day, more)
        for line, outturn in outturns(session, grant.fund, grant.year, to).items()
        if (more := outturn.forecast - outturn.actual)
    ]
    return claim_of([*spent, *rest], grant.fence, grant.claim.available)


def _in_year(
    session: Session, programme: Programme, fund: str, lives: Sequence[Life], scope: Scope
) -> GrantInYear:
    fence = programme.fence(
        max(scope.year.starts, min(life.allocation.starts for life in lives)),
        min(scope.year.ends, max(_last_day(life, scope.year) for life in lives)),
    )
    available = Money.total(life.years[scope.year].available for life in lives)
    facts = [life.allocation.of_year(scope.year) for life in lives]
    return GrantInYear(
        programme=programme,
        fund=fund,
        year=scope.year,
        lives=tuple(sorted(lives, key=lambda life: life.allocation.starts)),
        fence=fence,
        ring_fenced=all(one is None or one.ring_fenced for one in facts),
        whole=fence.starts <= scope.year.starts and fence.ends >= scope.period.ends,
        claim=claim_of(spend_of(session, fund, scope, fence), fence, available),
    )


def _last_day(life: Life, year: FinancialYear) -> date:
    """The last day a year's money may be spent on: money carried in has the whole year."""
    return year.ends if life.years[year].carried_in else life.allocation.ends

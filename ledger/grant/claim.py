"""Claims: what was spent on a grant's purposes, what it may not pay for, what may be claimed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from ledger.grant.conditions import (
    Condition,
    Line,
    Purpose,
    RingFence,
    problems_in_spend,
)
from ledger.money import NIL, Money
from ledger.problems import Problem


@dataclass(frozen=True, slots=True)
class EligibleLine:
    """Spend the grant may pay for; `purpose` None where it has no purposes to tell apart."""

    line: Line
    purpose: Purpose | None


@dataclass(frozen=True, slots=True)
class IneligibleLine:
    """Spend the grant may not pay for, with each condition it breaks."""

    line: Line
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class LeastShare:
    """A purpose that must have at least a percentage of what is spent."""

    condition: Condition
    purpose: Purpose
    spent: Money
    wanted: Money

    @property
    def short(self) -> Money:
        """By how much it falls short; nil where it does not."""
        return max(NIL, self.wanted - self.spent)


@dataclass(frozen=True, slots=True)
class Claim:
    """What may be claimed: the lower of eligible spend and what the grant allows."""

    eligible: tuple[EligibleLine, ...]
    ineligible: tuple[IneligibleLine, ...]
    available: Money
    least_shares: tuple[LeastShare, ...]

    @property
    def spent(self) -> Money:
        """Eligible spend, which may be more than the grant."""
        return Money.total(one.line.amount for one in self.eligible)

    @property
    def not_eligible(self) -> Money:
        return Money.total(one.line.amount for one in self.ineligible)

    @property
    def charged(self) -> Money:
        """Eligible spend less what was taken back of other spend beyond all there was of it.

        A recoding of spend that was never charged to the grant leaves no claim behind.
        """
        return self.spent + min(NIL, self.not_eligible)

    @property
    def claimable(self) -> Money:
        return min(max(NIL, self.charged), self.available)

    @property
    def unspent(self) -> Money:
        return max(NIL, self.available - self.charged)


def claim_of(lines: Iterable[Line], grant: RingFence, available: Money) -> Claim:
    """Spend sorted into what a grant may pay for and what not.

    Least shares are of what may be claimed, since that is the grant's own money.
    """
    eligible, ineligible = [], []
    for line in lines:
        # What was taken back off a line is of the same kind as what stood on it.
        if problems := problems_in_spend(replace(line, amount=abs(line.amount)), grant):
            ineligible.append(IneligibleLine(line, tuple(problems)))
        else:
            eligible.append(EligibleLine(line, grant.purpose_of(line.account, line.service)))
    found = Claim(tuple(eligible), tuple(ineligible), available, ())
    return Claim(
        found.eligible, found.ineligible, available, least_shares(found, grant, found.claimable)
    )


def least_shares(claim: Claim, grant: RingFence, whole: Money) -> tuple[LeastShare, ...]:
    """How each least share stands against a whole, such as the claim or all that may be spent."""
    found = []
    for condition in grant.conditions:
        if not condition.at_least_percent or not condition.holds_on(grant.ends):
            continue
        purpose = next(one for one in grant.purposes if one.code == condition.purpose)
        spent = Money.total(one.line.amount for one in claim.eligible if one.purpose == purpose)
        wanted = whole.times(Fraction(condition.at_least_percent, 100))
        found.append(LeastShare(condition, purpose, spent, wanted))
    return tuple(found)

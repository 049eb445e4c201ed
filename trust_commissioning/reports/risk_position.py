"""A fund's variance as its risk share meets it: on a forecast, an outturn, or a what-if."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from sqlmodel import Session

from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from ledger.pool.risk_share import (
    Contributed,
    Effect,
    Line,
    RiskShare,
    Sharing,
    effects,
    shares,
)
from trust_commissioning.reports.forecast import outturns
from trust_commissioning.reports.left_in_fund import left_in
from trust_commissioning.store import risk
from trust_commissioning.store.risk import Applied, Settlement
from trust_commissioning.store.standing import titles


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPosition:
    """What a rule is applied to: the lines of a fund as known after a period, and who put in."""

    fund: str
    period: Period
    applied: Applied | None
    lines: tuple[Line, ...]
    contributions: tuple[Contributed, ...]
    resources: Mapping[str, Money]
    settlements: tuple[Settlement, ...]
    settled: Mapping[str, Money]
    names: Mapping[str, str]
    final: bool

    @property
    def agreed(self) -> tuple[str, ...]:
        """The decisions the partners took, as the last settlement of the year has them."""
        return self.settlements[-1].agreed if self.settlements else ()

    def sharing(self, rule: RiskShare, agreed: Collection[str] | None = None) -> Sharing:
        """The variance of the lines shared by a rule, which need not be the fund's own."""
        return shares(
            rule,
            self.lines,
            self.contributions,
            resources={
                one.code: self.resources[one.fund]
                for one in rule.resources
                if one.fund in self.resources
            },
            agreed=self.agreed if agreed is None else agreed,
            names=self.names,
        )

    def own(self, sharing: Sharing) -> Sharing:
        """What of a sharing is of this fund: a rule may count the lines of others besides."""
        cases = (one for one in sharing.cases if any(line.fund == self.fund for line in one.lines))
        return replace(sharing, cases=tuple(cases))

    def effects(self, sharing: Sharing) -> tuple[Effect, ...]:
        return effects(sharing, self.contributions)

    def with_outturns(self, changed: Mapping[tuple[str, str, str], Money]) -> RiskPosition:
        """The same with other outturns for lines named by fund, account and service."""
        return replace(
            self,
            lines=tuple(
                replace(
                    line,
                    outturn=changed.get((line.fund, line.account, line.service), line.outturn),
                )
                for line in self.lines
            ),
        )

    def with_total(self, outturn: Money) -> RiskPosition:
        """The same with the fund's own lines coming to a total, each moved in proportion.

        In proportion to outturns as they are; to budgets where nothing is forecast yet.
        """
        own = [line for line in self.lines if line.fund == self.fund]
        weights = [max(line.outturn.pence, 0) for line in own]
        if not any(weights):
            weights = [max(line.budget.pence, 0) for line in own]
        if not any(weights):
            return self
        change = outturn - Money.total(line.outturn for line in own)
        moved = zip(own, change.split(weights), strict=True)
        return self.with_outturns(
            {(one.fund, one.account, one.service): one.outturn + by for one, by in moved}
        )


def risk_position(session: Session, fund: str, year: FinancialYear, to: int) -> RiskPosition:
    """What a fund's rule is applied to, as known after a period.

    The rule is the one that holds at the period's end, and it decides on the variance of the whole
    year.
    """
    period = Period(year, to)
    applied = risk.applied(session, fund, period.ends)
    funds_counted = [fund, *_other_funds(applied, fund)]
    by_line = {one: outturns(session, one, year, to) for one in funds_counted}
    lines = tuple(
        Line(
            account=line.account,
            service=line.service,
            fund=one,
            budget=known.budget,
            outturn=known.forecast,
            uncommitted=max(known.forecast - known.actual - known.committed, NIL),
        )
        for one, of_fund in by_line.items()
        for line, known in of_fund.items()
    )
    return RiskPosition(
        fund=fund,
        period=period,
        applied=applied,
        lines=lines,
        contributions=risk.contributed(session, fund, year, period),
        resources=_held(session, applied, period),
        settlements=risk.settlements(session, fund, year),
        settled=risk.settled(session, fund, year),
        names=titles(session)["partner"],
        final=all(one.method == "final" for one in by_line[fund].values()) and bool(by_line[fund]),
    )


def _other_funds(applied: Applied | None, fund: str) -> Iterable[str]:
    """The funds a rule counts besides its own, in the order it names them."""
    if applied is None:
        return ()
    named = [code for part in applied.rule.parts for code in part.lines.funds if code != fund]
    return dict.fromkeys(named)


def _held(session: Session, applied: Applied | None, to: Period) -> dict[str, Money]:
    """What each fund a rule draws on holds: its assets less its debts."""
    rules = applied.rule.resources if applied is not None else ()
    return {
        one.fund: Money.total(left.amount for left in left_in(session, one.fund, to))
        for one in rules
        if one.fund
    }

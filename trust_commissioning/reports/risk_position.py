"""A fund's variance as its risk share meets it: on a forecast, an outturn, or a what-if."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from ledger.budget import BudgetLine
from ledger.forecast import Outturn
from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from ledger.pool.risk_share import (
    Contributed,
    Effect,
    Line,
    Met,
    RiskShare,
    Sharing,
    due_from_funds,
    effects,
    joined,
    shares,
)
from ledger.pool.risk_share.words import listed
from trust_commissioning.reports.forecast import outturns
from trust_commissioning.reports.left_in_fund import left_in
from trust_commissioning.store import risk
from trust_commissioning.store.risk import Applied, Held, Settlement
from trust_commissioning.store.standing import titles


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Months of a year that one rule decides on, or none; what each line came to in them.

    The last takes what is forecast beyond the period shown as well.
    """

    months: str
    applied: Applied | None
    lines: tuple[Line, ...]

    @property
    def variance(self) -> Money:
        return Money.total(line.variance for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPosition:
    """What a rule is applied to: the lines of a fund as known after a period, and who put in.

    `stretches` are empty where one rule decides on the whole year.
    """

    fund: str
    period: Period
    applied: Applied | None
    lines: tuple[Line, ...]
    stretches: tuple[Stretch, ...]
    contributions: tuple[Contributed, ...]
    resources: Mapping[str, Money]
    settlements: tuple[Settlement, ...]
    settled: Mapping[str, Money]
    transferred: Mapping[str, Money]
    names: Mapping[str, str]
    final: bool

    @property
    def agreed(self) -> tuple[str, ...]:
        """The decisions the partners took, as the last settlement of the year has them."""
        return self.settlements[-1].agreed if self.settlements else ()

    def sharing(self, rule: RiskShare, agreed: Collection[str] | None = None) -> Sharing:
        """The variance of the lines shared by one rule, which need not be the fund's own."""
        return self._shared_by(rule, self.lines, agreed, {})

    def by_stretch(
        self, agreed: Collection[str] | None = None
    ) -> tuple[tuple[Stretch, Sharing | None], ...]:
        """How the rules in force share the year, stretch by stretch; one where it is not parted.

        What one stretch drew from a resource the next does not find there.
        """
        whole = Stretch(months="", applied=self.applied, lines=self.lines)
        found: list[tuple[Stretch, Sharing | None]] = []
        drawn: dict[str, Money] = {}
        for one in self.stretches or (whole,):
            if one.applied is None:
                found.append((one, None))
                continue
            sharing = self._shared_by(one.applied.rule, one.lines, agreed, drawn)
            kept_in = _kept_in(one.applied.rule)
            for piece in sharing.pieces:
                if piece.how is Met.RESOURCE:
                    place = kept_in[piece.of]
                    drawn[place] = drawn.get(place, NIL) + piece.amount
            found.append((one, sharing))
        return tuple(found)

    def shared(self, agreed: Collection[str] | None = None) -> Sharing | None:
        """How the rules in force share the year, all stretches together; None without a rule."""
        if self.applied is None:
            return None
        found = [sharing for _, sharing in self.by_stretch(agreed) if sharing is not None]
        return joined(self.applied.rule, found) if self.stretches else found[0]

    def due_from_funds(self, agreed: Collection[str] | None = None) -> dict[str, Money]:
        """What each other fund gives this one by the rules in force; below nil, what it gets."""
        return due_from_funds(self.fund, [one for _, one in self.by_stretch(agreed) if one])

    def _shared_by(
        self,
        rule: RiskShare,
        lines: Iterable[Line],
        agreed: Collection[str] | None,
        drawn: Mapping[str, Money],
    ) -> Sharing:
        kept_in = _kept_in(rule)
        there = {
            one.code: self.resources.get(one.fund, NIL) if one.fund else one.amount
            for one in rule.resources
        }
        return shares(
            rule,
            lines,
            self.contributions,
            resources={
                code: amount - drawn.get(kept_in[code], NIL) for code, amount in there.items()
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
        """The same with other outturns for lines named by fund, account and service.

        Where the year is parted, the last stretch has the difference.
        """
        more = {
            (line.fund, line.account, line.service): (
                changed.get((line.fund, line.account, line.service), line.outturn) - line.outturn
            )
            for line in self.lines
        }
        *before, last = self.stretches or (None,)
        return replace(
            self,
            lines=_with_more(self.lines, more),
            stretches=()
            if last is None
            else (*before, replace(last, lines=_with_more(last.lines, more))),
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

    The rule is the one that holds at the period's end. It decides on the variance of the whole
    year, unless it says that each month is shared by what held then.
    """
    period = Period(year, to)
    applied = risk.applied(session, fund, period.ends)
    # A year is settled into its period 13: a paper of an earlier one knows nothing of it.
    is_settled = to == 13
    transferred = risk.transferred(session, fund, year) if is_settled else {}
    held = risk.held_by_month(session, fund, period) if applied and applied.by_months else ()
    rules = [one.applied.rule for one in held if one.applied is not None]
    rules = rules or ([applied.rule] if applied is not None else [])
    by_line = {
        one: outturns(session, one, year, to) for one in dict.fromkeys((fund, *_named(rules)))
    }
    counted = (fund, *_named([applied.rule] if applied is not None else []))
    return RiskPosition(
        fund=fund,
        period=period,
        applied=applied,
        lines=_lines({one: by_line[one] for one in dict.fromkeys(counted)}),
        stretches=_stretches(session, fund, period, held, by_line) if len(held) > 1 else (),
        contributions=risk.contributed(session, fund, year, period),
        resources=_held(session, transferred, rules, period),
        settlements=risk.settlements(session, fund, year) if is_settled else (),
        settled=risk.settled(session, fund, year) if is_settled else {},
        transferred=transferred,
        names=titles(session)["partner"],
        final=all(one.method == "final" for one in by_line[fund].values()) and bool(by_line[fund]),
    )


_ByFund = Mapping[str, Mapping[BudgetLine, Outturn]]


def _lines(by_fund: _ByFund) -> tuple[Line, ...]:
    return tuple(
        Line(
            account=line.account,
            service=line.service,
            fund=one,
            budget=known.budget,
            outturn=known.forecast,
            uncommitted=max(known.forecast - known.actual - known.committed, NIL),
        )
        for one, of_fund in by_fund.items()
        for line, known in of_fund.items()
    )


_Of = tuple[str, BudgetLine]
_CameTo = Mapping[int, Mapping[_Of, tuple[Money, Money]]]
"""Budget and outturn of each line by the end of months, by their numbers; 0 is before April."""


def _stretches(
    session: Session, fund: str, period: Period, held: Sequence[Held], by_fund: _ByFund
) -> tuple[Stretch, ...]:
    """The year parted among what held in its months.

    A month's variance is what was spent in it less the budget its profile had for it, both as they
    stood when it was over; what is left of the year is the last month's. So they sum to the year.
    """
    last = min(period.number, 12)
    came_to: dict[int, dict[_Of, tuple[Money, Money]]] = {0: {}}
    for number in {end.number for one in held for _, end in _runs(one.months)} - {last}:
        came_to[number] = {
            (one, line): (known.to_date, known.actual)
            for one in by_fund
            for line, known in outturns(session, one, period.year, number).items()
        }
    came_to[last] = {
        (one, line): (known.budget, known.forecast)
        for one, of_fund in by_fund.items()
        for line, known in of_fund.items()
    }
    uncommitted = {
        (one.fund, BudgetLine(one.account, one.service)): one.uncommitted for one in _lines(by_fund)
    }
    return tuple(
        Stretch(
            months=listed(map(_run_in_words, _runs(one.months))),
            applied=one.applied,
            lines=tuple(
                _in_months(of, one.months, came_to, uncommitted.get(of, NIL))
                for of in sorted({of for ended in came_to.values() for of in ended})
                if of[0] == fund or of[0] in _named([one.applied.rule] if one.applied else [])
            ),
        )
        for one in held
    )


def _in_months(of: _Of, months: Sequence[Period], came_to: _CameTo, uncommitted: Money) -> Line:
    budget = outturn = NIL
    for first, end in _runs(months):
        before = came_to[first.number - 1].get(of, (NIL, NIL))
        after = came_to[end.number].get(of, (NIL, NIL))
        budget += after[0] - before[0]
        outturn += after[1] - before[1]
    fund, line = of
    return Line(
        account=line.account,
        service=line.service,
        fund=fund,
        budget=budget,
        outturn=outturn,
        uncommitted=uncommitted if months[-1].number == max(came_to) else NIL,
    )


def _runs(months: Sequence[Period]) -> list[tuple[Period, Period]]:
    """The first and last month of each run of months that follow one another."""
    found: list[tuple[Period, Period]] = []
    for month in months:
        if found and found[-1][1].number + 1 == month.number:
            found[-1] = (found[-1][0], month)
        else:
            found.append((month, month))
    return found


def _run_in_words(run: tuple[Period, Period]) -> str:
    first, end = run
    return first.title if first == end else f"{first.title} to {end.title}"


def _with_more(
    lines: Iterable[Line], more: Mapping[tuple[str, str, str], Money]
) -> tuple[Line, ...]:
    return tuple(
        replace(line, outturn=line.outturn + more.get((line.fund, line.account, line.service), NIL))
        for line in lines
    )


def _kept_in(rule: RiskShare) -> dict[str, str]:
    """Where a rule's resources are kept: in a fund, or else under a code of their own."""
    return {one.code: f"fund {one.fund}" if one.fund else one.code for one in rule.resources}


def _named(rules: Iterable[RiskShare]) -> tuple[str, ...]:
    """The funds rules count, in the order they name them."""
    return tuple(
        dict.fromkeys(code for rule in rules for part in rule.parts for code in part.lines.funds)
    )


def _held(
    session: Session, transferred: Mapping[str, Money], rules: Iterable[RiskShare], to: Period
) -> dict[str, Money]:
    """What each fund that rules draw on holds for this one: its assets less its debts, with what
    settlements of the year brought from it already."""
    return {
        one.fund: Money.total(left.amount for left in left_in(session, one.fund, to))
        + transferred.get(one.fund, NIL)
        for rule in rules
        for one in rule.resources
        if one.fund
    }

"""Who carries any gap: each partner's share of a fund's forecast variance, by the clause in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from ledger.money import NIL, Money
from ledger.pool.risk_share import Sharing
from ledger.pool.risk_share.words import listed
from trust_commissioning.reports.board_funds import FundFigures
from trust_commissioning.reports.lines import totals_of
from trust_commissioning.reports.risk_position import RiskPosition, risk_position
from trust_commissioning.reports.risk_share import partner_rows
from trust_commissioning.reports.shape import Cell, Column, Part, Scope
from trust_commissioning.store.risk import agreed_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """One fund's variance with who carries what of it; `sharing` is None where no rule holds."""

    fund: FundFigures
    position: RiskPosition | None
    sharing: Sharing | None

    @property
    def rows(self) -> list[dict[str, Cell]]:
        """A row for each partner, with the clauses by which it carries."""
        if self.position is None or self.sharing is None:
            return []
        clauses = listed(
            dict.fromkeys(
                case.clause.number for case in self.sharing.cases if case.clause is not None
            )
        )
        rule = self.sharing.rule
        return [
            {
                "fund": self.fund.fund,
                "fund_title": self.fund.title,
                **row,
                "clause": f"{clauses} of {rule.clause}" if clauses else rule.clause,
            }
            for row in partner_rows(self.position, self.sharing)
        ]

    @property
    def actions(self) -> tuple[tuple[Money, str], ...]:
        """What the rule leaves for the partners to decide: how much, and what it says."""
        return (
            tuple((one.amount, one.words) for one in self.sharing.actions) if self.sharing else ()
        )

    @property
    def words(self) -> str:
        """What becomes of the fund's variance, in a sentence."""
        variance = self.fund.variance
        if not variance:
            return f"{self.fund.title}: on budget."
        way = "over" if variance.pence > 0 else "under"
        so = f"{self.fund.title}: forecast {abs(variance)} {way} its budget"
        if self.sharing is None:
            if variance.pence < 0:
                return f"{so}. No risk share is in force, so it stays in the fund."
            return f"{so}. No risk share is in force for it."
        met = [
            f"{abs(piece.amount)}: {piece.words[:1].lower()}{piece.words[1:].rstrip('.')}"
            for case in self.sharing.cases
            for piece in case.pieces
        ]
        return f"{so}. {'; '.join(met)}." if met else f"{so}."


def carried(session: Session, scope: Scope, found: Iterable[FundFigures]) -> tuple[Carried, ...]:
    """Each fund of the scope with who carries its variance, as known after the scope's period."""
    return tuple(_carried(session, scope, one) for one in found)


def _carried(session: Session, scope: Scope, fund: FundFigures) -> Carried:
    if not agreed_rules(session, fund.fund):
        return Carried(fund=fund, position=None, sharing=None)
    position = risk_position(session, fund.fund, scope.year, scope.to)
    shared = position.shared()
    return Carried(
        fund=fund, position=position, sharing=None if shared is None else position.own(shared)
    )


def gap_part(found: Iterable[Carried], scope: Scope) -> Part:
    """A row for each partner that shares a risk; what becomes of each fund's variance before it."""
    every = list(found)
    rows = tuple(
        row for one in every for row in one.rows if scope.partner in (None, row["partner"])
    )
    return Part(
        key="gap",
        title="Who carries any gap?",
        words=tuple(one.words for one in every if one.fund.variance),
        columns=_COLUMNS if rows else (),
        rows=rows,
        totals=totals_of(rows, [one.key for one in _COLUMNS if one.kind == "money"])
        if rows
        else {},
    )


def gap_answer(part: Part, found: Iterable[Carried]) -> str:
    """What each partner pays or gets on this forecast, in a sentence."""
    by_partner: dict[str, Money] = {}
    for row in part.rows:
        share = row["share"]
        assert isinstance(share, Money)
        name = str(row["title"])
        by_partner[name] = by_partner.get(name, NIL) + share
    said = [*_said(by_partner)]
    over = (one.fund.variance for one in found if one.sharing is None)
    unmet = Money.total(variance for variance in over if variance.pence > 0)
    first = (
        f"On this forecast {'; '.join(said)}."
        if said
        else "On this forecast no partner is asked for anything."
    )
    if not unmet:
        return first
    return f"{first} {unmet} over budget is in funds where no risk share is in force."


def _said(by_partner: Mapping[str, Money]) -> Iterator[str]:
    for name, share in by_partner.items():
        if share:
            yield f"{name} {'carries' if share.pence > 0 else 'gets'} {abs(share)}"


_COLUMNS = (
    Column(key="fund", title="Code", kind="code"),
    Column(key="fund_title", title="Fund"),
    Column(key="partner", title="Partner code", kind="code"),
    Column(key="title", title="Partner"),
    Column(key="share", title="Share of the variance", kind="money", whole_year=True),
    Column(key="still_due", title="Due and not paid", kind="money"),
    Column(key="in_cash", title="Effect in cash", kind="money"),
    Column(key="effect", title="In words"),
    Column(key="clause", title="Clause"),
)

"""What if: a fund's risk share with other outturns, or by another rule. Nothing is kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from ledger.budget import BudgetLine
from ledger.money import NIL, Money
from ledger.pool.risk_share import LAST_PENNY, RiskShare, Sharing
from ledger.problems import Refused
from trust_commissioning.reports.lines import totals_of
from trust_commissioning.reports.risk_patterns import patterns
from trust_commissioning.reports.risk_position import RiskPosition, risk_position
from trust_commissioning.reports.risk_share import SIGN, clauses_applied, met_part
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, check, make
from trust_commissioning.store.standing import funds


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """What is supposed: another total, other outturns of lines, a pattern in place of the rule.

    `pattern` empty is the fund's own rule; `chosen` are the services a pattern sets apart, and
    `agreed` decisions the partners are supposed to take, by the names the rule has for them.
    """

    total: Money | None = None
    lines: Mapping[BudgetLine, Money] = field(default_factory=dict)
    pattern: str = ""
    chosen: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()


def what_if(session: Session, scope: Scope, supposed: Supposed, at: datetime) -> Report:
    """A row for each partner: its share as things stand, as supposed, and the difference.

    Raises:
        Refused: where there is no fund, or nobody in it to share with.
    """
    check(session, scope)
    if scope.fund is None:
        raise Refused.because("fund_unknown", "Say which fund it is about.", "fund")
    position = risk_position(session, scope.fund, scope.year, scope.to)
    rule = _supposed_rule(session, position, supposed)
    as_it_stands = position.shared()
    before = position.own(as_it_stands) if as_it_stands is not None else None
    moved = position.with_outturns(
        {(scope.fund, line.account, line.service): to for line, to in supposed.lines.items()}
    )
    if supposed.total is not None:
        moved = moved.with_total(supposed.total)
    agreed = supposed.agreed or None
    now = moved.shared(agreed) if not supposed.pattern else None
    after = moved.own(now if now is not None else moved.sharing(rule, agreed))
    rows = _rows(position, before, after)
    return make(
        session,
        scope,
        at,
        name="risk-what-if",
        title="Risk share: what if",
        basis=(
            "Nothing of this is kept. As things stand is the forecast or outturn by the rule in "
            "force; supposed is what the partners would carry with the changes asked for."
        ),
        sign=SIGN,
        columns=_COLUMNS,
        rows=rows,
        totals=totals_of(rows, ["before", "after", "change"]),
        notes=[*_source(supposed), LAST_PENNY],
        parts=[
            _position_part(position, moved),
            met_part(after, "Supposed"),
            Part(
                key="working",
                title="The clause and the working",
                words=(*clauses_applied(after), *after.reasons),
            ),
        ],
    )


def _supposed_rule(session: Session, position: RiskPosition, supposed: Supposed) -> RiskShare:
    if not supposed.pattern and position.applied is not None:
        return position.applied.rule
    if supposed.pattern not in patterns():
        raise Refused.because(
            "risk_share_missing",
            f"No risk share of {position.fund} is in force on that day, so choose a pattern to try.",
            "pattern",
        )
    host = position.applied.rule.host if position.applied is not None else ""
    host = host or funds(session)[position.fund].host
    partners = (
        position.applied.rule.partners
        if position.applied is not None
        else [one.partner for one in position.contributions]
    )
    others = [partner for partner in partners if partner != host]
    if not host or not others:
        raise Refused.because(
            "nobody_to_share_with",
            f"Fund {position.fund} has one partner or none, so there is nobody to share with.",
            "fund",
        )
    return patterns()[supposed.pattern].fitted(host, others, supposed.chosen)


def _rows(position: RiskPosition, before: Sharing | None, after: Sharing) -> list[dict[str, Cell]]:
    was = before.shares if before is not None else {}
    rows: list[dict[str, Cell]] = [
        {
            "partner": partner,
            "title": position.names.get(partner, partner),
            "before": was.get(partner, NIL),
            "after": share,
            "change": share - was.get(partner, NIL),
        }
        for partner, share in after.shares.items()
    ]
    met_before = before.variance - Money.total(was.values()) if before is not None else NIL
    met_after = after.variance - Money.total(after.shares.values())
    if met_before or met_after:
        rows.append(
            {
                "partner": "",
                "title": "Met otherwise, or not decided",
                "before": met_before,
                "after": met_after,
                "change": met_after - met_before,
            }
        )
    return rows


def _position_part(now: RiskPosition, supposed: RiskPosition) -> Part:
    """The fund's own budget, outturn and variance, as they stand and as supposed."""

    def totals(position: RiskPosition) -> tuple[Money, Money]:
        own = [line for line in position.lines if line.fund == position.fund]
        return Money.total(one.budget for one in own), Money.total(one.outturn for one in own)

    (budget, before), (_, after) = totals(now), totals(supposed)
    rows: tuple[dict[str, Cell], ...] = tuple(
        {"title": title, "before": was, "after": then, "change": then - was}
        for title, was, then in (
            ("Budget", budget, budget),
            ("Outturn", before, after),
            ("Variance", before - budget, after - budget),
        )
    )
    return Part(
        key="position",
        title="The fund",
        columns=(Column(key="title", title="What it is"), *_COLUMNS[2:]),
        rows=rows,
    )


def _source(supposed: Supposed) -> list[str]:
    if not supposed.pattern:
        return []
    pattern = patterns()[supposed.pattern]
    said = f"The pattern “{pattern.title}” was found in: {pattern.used_by} ({pattern.source})."
    made_up = f"Made up, since the source does not give it: {pattern.made_up}"
    return [said, *([made_up] if pattern.made_up else [])]


_COLUMNS = (
    Column(key="partner", title="Partner code", kind="code"),
    Column(key="title", title="Partner"),
    Column(key="before", title="As things stand", kind="money"),
    Column(key="after", title="Supposed", kind="money"),
    Column(key="change", title="Difference", kind="money"),
)

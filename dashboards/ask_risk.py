"""What the page of risk shares asks of the application; nothing it asks is kept."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from dashboards import ask
from ledger.budget import BudgetLine
from ledger.money import Money
from trust_commissioning import clock, reports
from trust_commissioning.reports.risk_patterns import patterns
from trust_commissioning.reports.risk_position import risk_position
from trust_commissioning.reports.risk_what_if import Supposed, what_if
from trust_commissioning.store import reading
from trust_commissioning.store.risk import agreed_rules
from trust_commissioning.store.standing import funds


@dataclass(frozen=True, slots=True)
class Known:
    """What a what-if may be asked of a fund: its lines as they stand, its rule's decisions."""

    has_rule: bool
    rule_title: str
    lines: dict[BudgetLine, Money]
    decisions: tuple[str, ...]


def sharing_funds() -> list[str]:
    """The funds a risk share was agreed for, by code."""
    with reading(ask.engine()) as session:
        return [code for code in funds(session) if agreed_rules(session, code)]


def known(scope: reports.Scope) -> Known:
    """What there is to suppose of a fund."""
    assert scope.fund is not None
    with reading(ask.engine()) as session:
        return _known(session, scope.fund, scope)


def _known(session: Session, fund: str, scope: reports.Scope) -> Known:
    position = risk_position(session, fund, scope.year, scope.to)
    applied = position.applied
    return Known(
        has_rule=applied is not None,
        rule_title=applied.rule.title if applied is not None else "",
        lines={
            BudgetLine(line.account, line.service): line.outturn
            for line in position.lines
            if line.fund == fund
        },
        decisions=applied.rule.decisions if applied is not None else (),
    )


def pattern_titles() -> dict[str, str]:
    """The patterns to try, by code."""
    return {code: pattern.title for code, pattern in patterns().items()}


def suppose(scope: reports.Scope, supposed: Supposed) -> reports.Report:
    """What the partners would carry.

    Raises:
        Refused: where nobody is there to share with.
    """
    with reading(ask.engine()) as session:
        return what_if(session, scope, supposed, clock.now())

"""Figures computed once, for the screen, the command line, the API and the papers alike."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from trust_commissioning.reports.board import (
    Flow,
    Headlines,
    PeriodFigures,
    ServiceFigures,
    flows,
    headlines,
    service_spend,
    trend,
)
from trust_commissioning.reports.effect import EffectLine, effect_of
from trust_commissioning.reports.fund_position import fund_position
from trust_commissioning.reports.not_attributed import not_attributed
from trust_commissioning.reports.outcome_spend import outcome_spend
from trust_commissioning.reports.shape import Column, Report, Scope, default_scope
from trust_commissioning.reports.source_row import SourceRow, source_row
from trust_commissioning.reports.trial_balance import trial_balance

REPORTS: dict[str, Callable[[Session, Scope, datetime], Report]] = {
    "trial-balance": trial_balance,
    "fund-position": fund_position,
    "outcome-spend": outcome_spend,
    "not-attributed": not_attributed,
}
"""Every report by its public name."""

__all__ = [
    "REPORTS",
    "Column",
    "EffectLine",
    "Flow",
    "Headlines",
    "PeriodFigures",
    "Report",
    "Scope",
    "ServiceFigures",
    "SourceRow",
    "default_scope",
    "effect_of",
    "flows",
    "fund_position",
    "headlines",
    "not_attributed",
    "outcome_spend",
    "service_spend",
    "source_row",
    "trend",
    "trial_balance",
]

"""Figures computed once, for the screen, the command line, the API and the papers alike."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from trust_commissioning.reports.agreement import agreements
from trust_commissioning.reports.annual_return import annual_return
from trust_commissioning.reports.audit_trail import audit_trail
from trust_commissioning.reports.bank_reconciliation import bank_reconciliation
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
from trust_commissioning.reports.board_pack import board_answers, board_pack
from trust_commissioning.reports.budget import budget
from trust_commissioning.reports.changes_since import changes_since
from trust_commissioning.reports.combined_action_plan import combined_action_plan
from trust_commissioning.reports.commissioning_calendar import commissioning_calendar
from trust_commissioning.reports.commitments import commitments
from trust_commissioning.reports.contract_position import contract_position
from trust_commissioning.reports.contract_register import contract_register
from trust_commissioning.reports.contributions import contributions
from trust_commissioning.reports.directory_reviews import directory_reviews
from trust_commissioning.reports.effect import EffectLine, LeftLine, effect_of, left_after
from trust_commissioning.reports.forecast import forecast
from trust_commissioning.reports.fund_position import fund_position
from trust_commissioning.reports.grant_claim import grant_claim
from trust_commissioning.reports.grant_exposure import grant_exposure
from trust_commissioning.reports.grant_series import grant_series
from trust_commissioning.reports.grant_statement import grant_statement
from trust_commissioning.reports.invoices import invoices
from trust_commissioning.reports.map_actions import map_actions
from trust_commissioning.reports.memorandum_account import memorandum_account
from trust_commissioning.reports.monitoring_due import monitoring_due
from trust_commissioning.reports.month_end import month_end
from trust_commissioning.reports.national_indicators import national_indicators_report
from trust_commissioning.reports.needs import needs
from trust_commissioning.reports.not_attributed import not_attributed
from trust_commissioning.reports.outcome_spend import outcome_spend
from trust_commissioning.reports.outcome_targets import outcome_targets
from trust_commissioning.reports.partner_position import partner_position
from trust_commissioning.reports.procurements import procurements
from trust_commissioning.reports.provider_register import provider_register
from trust_commissioning.reports.quarterly_report import quarterly_report
from trust_commissioning.reports.reviews import review_paper, reviews
from trust_commissioning.reports.risk_share import risk_share
from trust_commissioning.reports.shape import Column, Report, Scope, default_scope
from trust_commissioning.reports.source_row import SourceRow, source_row
from trust_commissioning.reports.trial_balance import trial_balance
from trust_commissioning.reports.turnover import placement_forecast
from trust_commissioning.reports.uplifts import uplifts
from trust_commissioning.reports.value_for_money import value_for_money
from trust_commissioning.reports.wind_up import wind_up_statement
from trust_commissioning.reports.year_end import year_end
from trust_commissioning.roles import Action

REPORTS: dict[str, Callable[[Session, Scope, datetime], Report]] = {
    "trial-balance": trial_balance,
    "fund-position": fund_position,
    "outcome-spend": outcome_spend,
    "not-attributed": not_attributed,
    "contributions": contributions,
    "commitments": commitments,
    "contract-position": contract_position,
    "invoices": invoices,
    "placement-forecast": placement_forecast,
    "partner-position": partner_position,
    "agreements": agreements,
    "wind-up": wind_up_statement,
    "budget": budget,
    "forecast": forecast,
    "risk-share": risk_share,
    "memorandum-account": memorandum_account,
    "grant-statement": grant_statement,
    "grant-claim": grant_claim,
    "grant-exposure": grant_exposure,
    "grant-series": grant_series,
    "map-actions": map_actions,
    "outcome-targets": outcome_targets,
    "national-indicators": national_indicators_report,
    "value-for-money": value_for_money,
    "procurements": procurements,
    "monitoring-due": monitoring_due,
    "reviews": reviews,
    "combined-action-plan": combined_action_plan,
    "bank-reconciliation": bank_reconciliation,
    "month-end": month_end,
    "year-end": year_end,
    "quarterly-report": quarterly_report,
    "annual-return": annual_return,
    "board-pack": board_pack,
    "commissioning-calendar": commissioning_calendar,
    "changes-since": changes_since,
    "contract-register": contract_register,
    "uplifts": uplifts,
    "needs": needs,
    "provider-register": provider_register,
    "directory-reviews": directory_reviews,
    "audit-trail": audit_trail,
}
"""Every report by its public name."""

_READ_BY = {"audit-trail": Action.READ_AUDIT_TRAIL}


def action_of(name: str) -> Action:
    """What a person must hold to read a report, whatever door they come by."""
    return _READ_BY.get(name, Action.READ_REPORTS)


__all__ = [
    "REPORTS",
    "Column",
    "EffectLine",
    "Flow",
    "Headlines",
    "LeftLine",
    "PeriodFigures",
    "Report",
    "Scope",
    "ServiceFigures",
    "SourceRow",
    "action_of",
    "agreements",
    "annual_return",
    "audit_trail",
    "board_answers",
    "budget",
    "changes_since",
    "contributions",
    "default_scope",
    "effect_of",
    "flows",
    "forecast",
    "fund_position",
    "headlines",
    "left_after",
    "memorandum_account",
    "month_end",
    "not_attributed",
    "outcome_spend",
    "partner_position",
    "quarterly_report",
    "review_paper",
    "risk_share",
    "service_spend",
    "source_row",
    "trend",
    "trial_balance",
    "wind_up_statement",
    "year_end",
]

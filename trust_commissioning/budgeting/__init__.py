"""Budgets: set from a file or a document, moved by virement, spread over the year, forecast."""

from trust_commissioning.budgeting.forecasting import ForecastSaid, set_forecast
from trust_commissioning.budgeting.from_file import BudgetLoaded, load_budget
from trust_commissioning.budgeting.moving import (
    FundMove,
    vire,
    vire_between,
    virement,
    virement_sides,
)
from trust_commissioning.budgeting.rules import VirementRule, keep_rule
from trust_commissioning.budgeting.setting import (
    budget_journal,
    by_outcome,
    held,
    problems_in_rows,
    set_budget,
)
from trust_commissioning.budgeting.spreading import ProfileAsked, set_profile

__all__ = [
    "BudgetLoaded",
    "ForecastSaid",
    "FundMove",
    "ProfileAsked",
    "VirementRule",
    "budget_journal",
    "by_outcome",
    "held",
    "keep_rule",
    "load_budget",
    "problems_in_rows",
    "set_budget",
    "set_forecast",
    "set_profile",
    "vire",
    "vire_between",
    "virement",
    "virement_sides",
]

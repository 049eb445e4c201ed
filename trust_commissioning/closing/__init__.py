"""Closing: accruals, periods closed and opened again, years closed."""

from trust_commissioning.closing.accruals import Accrual, accrue
from trust_commissioning.closing.host import tell_host_balance
from trust_commissioning.closing.period import PeriodStanding, close, periods, seal_of
from trust_commissioning.closing.reopening import agree_reopening, ask_reopening
from trust_commissioning.closing.reversals import post_reversals
from trust_commissioning.closing.year import YearClosed, close_year, tell_year_end_rule

__all__ = [
    "Accrual",
    "PeriodStanding",
    "YearClosed",
    "accrue",
    "agree_reopening",
    "ask_reopening",
    "close",
    "close_year",
    "periods",
    "post_reversals",
    "seal_of",
    "tell_host_balance",
    "tell_year_end_rule",
]

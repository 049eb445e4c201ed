"""Examples of what is wrong with a journal while it is being keyed."""

from __future__ import annotations

from dashboards.drafting import Line, by_line, pasted, read_lines
from ledger.problems import Problem
from tests.docs.examples.kept import example

_CODES: dict[str, dict[str, str]] = {
    name: {} for name in ("account", "service", "outcome", "partner", "contract")
} | {"account": {"Assets:HostCash": "Cash held by the host"}}

_EMPTY = read_lines([])
example(
    "fund_missing",
    "A journal is handed in before its fund is chosen.",
    lambda: by_line([Problem("fund_unknown", "There is no fund “”.", "fund")], _EMPTY, fund=""),
)
example(
    "account_missing",
    "An amount is typed and no account chosen.",
    lambda: read_lines([Line(debit="100.00")]).problems,
)
example(
    "line_needs_one_amount",
    "An account is chosen and no amount typed.",
    lambda: read_lines([Line(account="Assets:HostCash")]).problems,
)
example(
    "amount_not_above_nil",
    "A minus is typed in the debit box.",
    lambda: read_lines([Line(account="Assets:HostCash", debit="-100.00")]).problems,
)
example(
    "pasted_line_unreadable",
    "Two columns are pasted.",
    lambda: pasted("Assets:HostCash\t100.00", codes=_CODES)[1],
)
example(
    "too_many_lines",
    "Three hundred lines are pasted.",
    lambda: pasted("Assets:HostCash\t\t\t1.00\t\n" * 300, codes=_CODES)[1],
)

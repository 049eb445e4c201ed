"""The books as Beancount text: the only package that knows Beancount.

`render` turns posted journals into text; `read` turns the text back, with Beancount's own parser,
checks and arithmetic. ``python -m ledger.book FILE…`` prints what `read` makes of main files, as
JSON, so that a process of its own can carry the load.
"""

from ledger.book.carry import Coding, carried_into, opening_period
from ledger.book.figures import BookSums, FundSums, sums_of
from ledger.book.read import (
    Link,
    Reading,
    by_fund_and_account,
    journals_in,
    links_of,
    load,
    problems_in_books,
    problems_in_links,
    problems_in_loaded,
    read,
    trial_balance,
    verify_chain,
)
from ledger.book.render import (
    render_asserted,
    render_chart,
    render_journal,
    render_main,
    render_month,
    render_opening,
    render_summary,
)

__all__ = [
    "BookSums",
    "Coding",
    "FundSums",
    "Link",
    "Reading",
    "by_fund_and_account",
    "carried_into",
    "journals_in",
    "links_of",
    "load",
    "opening_period",
    "problems_in_books",
    "problems_in_links",
    "problems_in_loaded",
    "read",
    "render_asserted",
    "render_chart",
    "render_journal",
    "render_main",
    "render_month",
    "render_opening",
    "render_summary",
    "sums_of",
    "trial_balance",
    "verify_chain",
]

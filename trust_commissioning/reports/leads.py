"""Where a figure leads: down to the journals it is the sum of.

A column says it once for all its rows, in the words of a search of journals::

    Column(key="actual", title="Spent", kind="money",
           leads_to=Lead(account="Expenses", outcome="{outcome}"))

A word in braces is what the row holds under that key. The row need not show it in a column: rows
of different kinds in one table (income above, spend below) each carry their own ``account``, and a
row whose ``account`` is empty leads nowhere, as a total or a difference does. The fund is the row's
``fund`` where it has one, else the report's; the periods are the report's, from the year's first or
from `from_period`, or those of all years up to then. An empty coding asks for what has none; `ANY` in its place asks nothing.

The figure is what those postings sum to. ``opposite`` says that credits are shown above nil, as
income is, and ``"{opposite}"`` that the row says it (empty for no).

`tests/reports/test_figures_lead_to_journals.py` holds each report to it: at least one of its figures
that is not nil must be what its journals sum to. The pages link figures by the same rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ledger.journal import Book
from ledger.outcomes import NOT_ATTRIBUTED
from ledger.periods import Period
from trust_commissioning.store.journals import Search

ANY = "*"
"""What a row holds where a column asks for a coding and this row is of all of them."""
_HELD = re.compile(r"\{(\w+)\}")
_NONE = "none"
"""How a search asks for postings that have no service, partner or contract."""


class Lead(BaseModel):
    """The postings that figures of one column are the sum of; an empty word asks nothing."""

    model_config = ConfigDict(frozen=True)
    book: Book = Book.ACTUAL
    account: str
    fund: str = "{fund}"
    outcome: str = ""
    service: str = ""
    partner: str = ""
    contract: str = ""
    call_off: str = ""
    words: str = ""
    period: str = ""
    from_period: int = 1
    all_years: bool = False
    opposite: bool | Literal["{opposite}"] = False

    def search(self, row: Mapping[str, object], *, fund: str | None, to: Period) -> Search | None:
        """The search for a row of a report on a fund up to a period; None where it leads nowhere."""
        account = _filled(self.account, row)
        if not account:
            return None
        said = _filled(self.period, row)
        only = Period.parse(said).number if " " in said else int(said.removeprefix("P") or 0)
        return Search(
            book=self.book,
            fund=_filled(self.fund, row) or fund or "",
            year=None if self.all_years else to.year,
            through=to if self.all_years else None,
            from_period=only or self.from_period,
            to_period=only or (13 if self.all_years else to.number),
            account=account,
            outcome=_coded(self.outcome, row, NOT_ATTRIBUTED),
            service=_coded(self.service, row, _NONE),
            partner=_coded(self.partner, row, _NONE),
            contract=_coded(self.contract, row, _NONE),
            call_off=_coded(self.call_off, row, _NONE),
            words=_filled(self.words, row),
        )

    def as_json(self) -> dict[str, object]:
        return {"account": self.account, **self.model_dump(mode="json", exclude_defaults=True)}


def _filled(words: str, row: Mapping[str, object]) -> str:
    return _HELD.sub(lambda held: str(row.get(held[1], "")), words)


def _coded(words: str, row: Mapping[str, object], none: str) -> str:
    """A coding to look for; `none` where the row's is empty, nothing where none is asked."""
    wanted = _filled(words, row)
    return (wanted or none) if words and wanted != ANY else ""

"""Which accounts each business event touches.

| Event | Book | Debit | Credit |
|---|---|---|---|
| contribution due | actual | Debtors:Partners | Contributions:Cash |
| contribution received | actual | HostCash | Debtors:Partners |
| contribution in kind | actual | the expense | Contributions:InKind |
| grant received before its conditions are met | actual | HostCash | GrantsInAdvance |
| grant's conditions met | actual | GrantsInAdvance | the grant's income |
| grant received | actual | HostCash | the grant's income |
| charge to families received | actual | HostCash | ClientCharges |
| line of the host's spending extract | actual | the expense | HostCash |
| budget set or changed | budget | the expense | BudgetAuthority |
| virement | budget | the expense that gets | the expense that gives |
| commitment raised | commitment | the expense | Committed |
| commitment released | commitment | Committed | the expense |
| transfer to another fund | actual | InterFund, in the fund that gives | HostCash |
| transfer from another fund | actual | HostCash | InterFund, in the fund that gets |

An amount below nil turns its event round: a credit note credits the expense. An expense is parted
among the outcomes its service is for; no other account has an outcome.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from contracts.services import NO_OUTCOME, Weights, split_by_outcome
from ledger.budget import BUDGET, VIREMENT
from ledger.chart import COMMITTED, HOST_CASH, INTER_FUND
from ledger.journal import Book, Journal, Posting
from ledger.money import Money
from ledger.periods import Period

PARTNER_DEBTORS = "Assets:Debtors:Partners"
CASH_CONTRIBUTIONS = "Income:Contributions:Cash"
IN_KIND_CONTRIBUTIONS = "Income:Contributions:InKind"
GRANTS_IN_ADVANCE = "Liabilities:GrantsInAdvance"
CLIENT_CHARGES = "Income:ClientCharges"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event has: where it belongs, when it was, what names it, what it says.

    `source` and `source_ref` name the document the journal is made from. `period` is worked out
    from the day unless it is given (31 March may be in period 13).
    """

    fund: str
    day: date
    source: str
    source_ref: str
    narration: str
    period: Period | None = None
    payee: str = ""
    document_day: date | None = None

    def journal(self, book: Book, postings: Sequence[Posting]) -> Journal:
        return Journal(
            book=book,
            fund=self.fund,
            period=self.period or Period.containing(self.day),
            day=self.day,
            document_day=self.document_day,
            narration=self.narration,
            payee=self.payee,
            postings=tuple(postings),
            source=self.source,
            source_ref=self.source_ref,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """What an amount is spent on. `weights` part an expense among outcomes."""

    account: str
    service: str | None = None
    contract: str | None = None
    weights: Weights = NO_OUTCOME

    def postings(self, amount: Money) -> tuple[Posting, ...]:
        """The amount debited to the account, a posting for each outcome."""
        weights = self.weights if self.account.startswith("Expenses:") else NO_OUTCOME
        return tuple(
            Posting(
                self.account,
                share,
                outcome=outcome,
                service=self.service,
                contract=self.contract,
            )
            for outcome, share in split_by_outcome(amount, weights)
        )


def contribution_due(event: Event, partner: str, amount: Money) -> Journal:
    """An instalment falls due."""
    return event.journal(
        Book.ACTUAL,
        [
            Posting(PARTNER_DEBTORS, amount, partner=partner),
            Posting(CASH_CONTRIBUTIONS, -amount, partner=partner),
        ],
    )


def contribution_received(event: Event, partner: str, amount: Money) -> Journal:
    """A partner pays what was due."""
    return event.journal(
        Book.ACTUAL,
        [Posting(HOST_CASH, amount), Posting(PARTNER_DEBTORS, -amount, partner=partner)],
    )


def contribution_in_kind(event: Event, partner: str, amount: Money, spend: Spend) -> Journal:
    """A partner gives staff, premises or goods at an agreed value: no debtor, no cash."""
    return event.journal(
        Book.ACTUAL,
        [*spend.postings(amount), Posting(IN_KIND_CONTRIBUTIONS, -amount, partner=partner)],
    )


def grant_received(event: Event, income: str, amount: Money) -> Journal:
    """A grant whose conditions are met is paid."""
    return event.journal(Book.ACTUAL, [Posting(HOST_CASH, amount), Posting(income, -amount)])


def grant_received_in_advance(event: Event, amount: Money) -> Journal:
    """A grant is paid before its conditions are met, so it is owed and is not yet income."""
    return event.journal(
        Book.ACTUAL, [Posting(HOST_CASH, amount), Posting(GRANTS_IN_ADVANCE, -amount)]
    )


def grant_recognised(event: Event, income: str, amount: Money) -> Journal:
    """The conditions of a grant held in advance are met."""
    return event.journal(
        Book.ACTUAL, [Posting(GRANTS_IN_ADVANCE, amount), Posting(income, -amount)]
    )


def charge_received(event: Event, service: str, amount: Money) -> Journal:
    """A family pays a charge; income stays visible gross."""
    return event.journal(
        Book.ACTUAL,
        [Posting(HOST_CASH, amount), Posting(CLIENT_CHARGES, -amount, service=service)],
    )


def spending_line(event: Event, amount: Money, spend: Spend) -> Journal:
    """One line of the host's spending extract: the host has paid it."""
    return event.journal(Book.ACTUAL, [*spend.postings(amount), Posting(HOST_CASH, -amount)])


def budget_changed(event: Event, postings: Sequence[Posting]) -> Journal:
    """A budget is set or changed (`ledger.budget.change_of_budget` gives the postings)."""
    return replace(event.journal(Book.BUDGET, postings), source=BUDGET)


def virement(event: Event, moves: Sequence[tuple[Spend, Money]]) -> Journal:
    """Budget moves between lines: above nil gets, below nil gives."""
    postings = [posting for spend, amount in moves for posting in spend.postings(amount)]
    return replace(event.journal(Book.BUDGET, postings), source=VIREMENT)


def commitment_raised(event: Event, amount: Money, spend: Spend) -> Journal:
    """Money is promised."""
    return event.journal(Book.COMMITMENT, [*spend.postings(amount), Posting(COMMITTED, -amount)])


def commitment_released(event: Event, amount: Money, spend: Spend) -> Journal:
    """Money promised has been spent, or will not be."""
    return commitment_raised(event, -amount, spend)


def transfer(giving: Event, getting: Event, amount: Money) -> tuple[Journal, Journal]:
    """Money moves between two funds: two journals, posted together or not at all."""
    return (
        giving.journal(Book.ACTUAL, [Posting(INTER_FUND, amount), Posting(HOST_CASH, -amount)]),
        getting.journal(Book.ACTUAL, [Posting(HOST_CASH, amount), Posting(INTER_FUND, -amount)]),
    )

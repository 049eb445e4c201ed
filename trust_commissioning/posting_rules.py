"""Which accounts each business event touches.

| Event | Book | Debit | Credit |
|---|---|---|---|
| contribution due | actual | Debtors:Partners | Contributions:Cash |
| contribution received | actual | HostCash | Debtors:Partners |
| receipt of more than is owed | actual | HostCash | ContributionsInAdvance |
| receipt from nobody knows whom | actual | HostCash | DepositsHeld |
| receipt held until now, matched | actual | what held it | Debtors:Partners |
| contribution reduced, a dispute's end | actual | Contributions:Cash | Debtors:Partners, Creditors:Partners |
| VAT of a line | actual | VatRecoverable, VatIrrecoverable | HostCash |
| contribution in kind | actual | the expense | Contributions:InKind |
| grant received before its conditions are met | actual | HostCash | GrantsInAdvance |
| grant's conditions met | actual | GrantsInAdvance, Debtors:Grants | the grant's income |
| grant received after its conditions were met | actual | HostCash | Debtors:Grants |
| grant revised upwards | actual | Debtors:Grants | the grant's income |
| grant cut or clawed back | actual | the grant's income | Debtors:Grants, Creditors:Grants |
| grant carried into the next year | actual | the grant's income | GrantsInAdvance |
| grant paid back | actual | Creditors:Grants | HostCash |
| charge to families received | actual | HostCash | ClientCharges |
| line of the host's spending extract | actual | the expense | HostCash |
| budget set or changed | budget | the expense | BudgetAuthority |
| virement | budget | the expense that gets | the expense that gives |
| virement from another fund | budget | the expense that gets | BudgetAuthority |
| virement to another fund | budget | BudgetAuthority | the expense that gives |
| delivered and not invoiced | actual | the expense | Accruals |
| paid and not yet delivered | actual | Prepayments | the expense |
| share settled, more to pay | actual | what is still owed back, then Debtors:Partners | Contributions:Cash |
| share settled, less to pay | actual | Contributions:Cash | what is still owed, then Creditors:Partners |
| balance refunded to partners | actual | Contributions:Cash | Creditors:Partners |
| balance returned to who pays a grant | actual | the grant's income | Creditors:Grants |
| commitment raised | commitment | the expense | Committed |
| commitment released | commitment | Committed | the expense |
| requisition raised | commitment | the expense | Requisitioned |
| invoice approved | actual | the expense, VatRecoverable | Creditors |
| payment of an approved invoice | actual | Creditors | HostCash |
| payment that could be either, held | actual | PaymentsHeld | HostCash |
| payment held until now, decided | actual | Creditors, or the expense | PaymentsHeld |
| overpayment to be paid back | actual | Debtors:Other | the expense |
| given to another fund for good | actual | FundBalance, in the fund that gives | InterFund |
| got from another fund for good | actual | InterFund | FundBalance, in the fund that gets |
| transfer to another fund | actual | InterFund, in the fund that gives | HostCash |
| transfer from another fund | actual | HostCash | InterFund, in the fund that gets |

An amount below nil turns its event round: a credit note credits the expense. An expense is parted
among the outcomes its service is for; no other account has an outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from contracts.services import NO_OUTCOME, Weights, split_by_outcome
from ledger.accrual import ACCRUED, PREPAID
from ledger.budget import BUDGET, VIREMENT
from ledger.chart import (
    BUDGET_AUTHORITY,
    COMMITTED,
    FUND_BALANCE,
    GRANT_CREDITORS,
    GRANT_DEBTORS,
    GRANTS_IN_ADVANCE,
    HOST_CASH,
    INTER_FUND,
)
from ledger.grant.life import Movement
from ledger.journal import Book, Journal, Posting
from ledger.money import NIL, Money
from ledger.periods import Period

PARTNER_DEBTORS = "Assets:Debtors:Partners"
CONTRIBUTIONS_IN_ADVANCE = "Liabilities:ContributionsInAdvance"
DEPOSITS_HELD = "Liabilities:DepositsHeld"
VAT_RECOVERABLE = "Assets:VatRecoverable"
VAT_IRRECOVERABLE = "Expenses:VatIrrecoverable"
CASH_CONTRIBUTIONS = "Income:Contributions:Cash"
IN_KIND_CONTRIBUTIONS = "Income:Contributions:InKind"
CLIENT_CHARGES = "Income:ClientCharges"
PARTNER_CREDITORS = "Liabilities:Creditors:Partners"
CREDITORS = "Liabilities:Creditors"
PAYMENTS_HELD = "Assets:PaymentsHeld"
OTHER_DEBTORS = "Assets:Debtors:Other"
COMMITMENT, INVOICE, PAYMENT = "commitment", "invoice", "payment"
"""Sources of what a call-off promises, of its invoices and of their payments."""


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
    call_off: str | None = None
    partner: str | None = None
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
                call_off=self.call_off,
                partner=self.partner,
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


def receipt(event: Event, partner: str, paid: Money, held: Money = NIL) -> Journal:
    """A partner pays what is owed, and more that is held; `partner` empty is not known yet."""
    postings = [Posting(HOST_CASH, paid + held)]
    if paid:
        postings.append(Posting(PARTNER_DEBTORS, -paid, partner=partner))
    if held:
        postings.append(held_for(partner, -held))
    return event.journal(Book.ACTUAL, postings)


def receipt_matched(event: Event, holder: str, payments: Mapping[str, Money]) -> Journal:
    """What was held pays what partners owe; `holder` empty was not known until now."""
    paid = [Posting(PARTNER_DEBTORS, -amount, partner=by) for by, amount in payments.items()]
    return event.journal(Book.ACTUAL, [held_for(holder, Money.total(payments.values())), *paid])


def held_for(partner: str, amount: Money) -> Posting:
    """Where money that pays nothing yet is held."""
    if partner:
        return Posting(CONTRIBUTIONS_IN_ADVANCE, amount, partner=partner)
    return Posting(DEPOSITS_HELD, amount)


def contribution_reduced(event: Event, partner: str, off: Money, owed_back: Money = NIL) -> Journal:
    """A dispute ends in less being owed: the contribution is that much smaller.

    `off` comes off what is still owed; `owed_back` was paid already and is owed to the partner.
    """
    sides = ((PARTNER_DEBTORS, off), (PARTNER_CREDITORS, owed_back))
    return event.journal(
        Book.ACTUAL,
        [
            Posting(CASH_CONTRIBUTIONS, off + owed_back, partner=partner),
            *(Posting(account, -amount, partner=partner) for account, amount in sides if amount),
        ],
    )


def vat_paid(event: Event, recovered: Money, irrecoverable: Money, spend: Spend) -> Journal:
    """The VAT of a line: owed back by the Revenue, or a cost of the service that caused it."""
    postings = list(spend.postings(irrecoverable)) if irrecoverable else []
    if recovered:
        postings.append(Posting(VAT_RECOVERABLE, recovered))
    return event.journal(Book.ACTUAL, [*postings, Posting(HOST_CASH, -(recovered + irrecoverable))])


def contribution_in_kind(event: Event, partner: str, amount: Money, spend: Spend) -> Journal:
    """A partner gives staff, premises or goods at an agreed value: no debtor, no cash."""
    return event.journal(
        Book.ACTUAL,
        [*spend.postings(amount), Posting(IN_KIND_CONTRIBUTIONS, -amount, partner=partner)],
    )


def grant_moved(event: Event, income: str, moved: Movement) -> Journal:
    """What an event of a grant's life does (`ledger.grant.life.after` works out how much)."""
    sides = (
        (HOST_CASH, moved.cash),
        (GRANT_DEBTORS, moved.debtors),
        (GRANTS_IN_ADVANCE, -moved.in_advance),
        (income, -moved.income),
        (GRANT_CREDITORS, -moved.creditors),
    )
    return event.journal(
        Book.ACTUAL, [Posting(account, amount) for account, amount in sides if amount]
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


def accrued(event: Event, amount: Money, spend: Spend) -> Journal:
    """Something was delivered and is not invoiced; the next period reverses it."""
    return event.journal(Book.ACTUAL, [*spend.postings(amount), Posting(ACCRUED, -amount)])


def prepaid(event: Event, amount: Money, spend: Spend) -> Journal:
    """Something was paid for that is not delivered yet; the next period reverses it."""
    return event.journal(Book.ACTUAL, [Posting(PREPAID, amount), *spend.postings(-amount)])


def refund_due(event: Event, shares: Sequence[tuple[str, Money]]) -> Journal:
    """A year's surplus goes back to the partners who put it in."""
    return event.journal(
        Book.ACTUAL,
        [
            *(Posting(CASH_CONTRIBUTIONS, amount, partner=code) for code, amount in shares),
            *(Posting(PARTNER_CREDITORS, -amount, partner=code) for code, amount in shares),
        ],
    )


def share_settled(event: Event, partner: str, owes: Money, owed_back: Money) -> Journal:
    """A partner's share of a year, or what changed of it since it was settled before.

    `owes` is how what it owes changes, `owed_back` how what is owed to it does; below nil less.
    """
    sides = ((PARTNER_DEBTORS, owes), (PARTNER_CREDITORS, -owed_back))
    return event.journal(
        Book.ACTUAL,
        [
            *(Posting(account, amount, partner=partner) for account, amount in sides if amount),
            Posting(CASH_CONTRIBUTIONS, owed_back - owes, partner=partner),
        ],
    )


def return_due(event: Event, incomes: Sequence[tuple[str, Money]]) -> Journal:
    """A year's surplus goes back to who paid the grant; by the account of its income."""
    total = Money.total(amount for _, amount in incomes)
    return event.journal(
        Book.ACTUAL,
        [
            *(Posting(income, amount) for income, amount in incomes),
            Posting(GRANT_CREDITORS, -total),
        ],
    )


def budget_changed(event: Event, postings: Sequence[Posting]) -> Journal:
    """A budget is set or changed (`ledger.budget.change_of_budget` gives the postings)."""
    return replace(event.journal(Book.BUDGET, postings), source=BUDGET)


def virement(event: Event, moves: Sequence[tuple[Spend, Money]]) -> Journal:
    """Budget moves between lines: above nil gets, below nil gives."""
    postings = [posting for spend, amount in moves for posting in spend.postings(amount)]
    return replace(event.journal(Book.BUDGET, postings), source=VIREMENT)


def virement_side(event: Event, moves: Sequence[tuple[Spend, Money]]) -> Journal:
    """One side of a virement between two funds: what its lines get or give changes its budget."""
    postings = [posting for spend, amount in moves for posting in spend.postings(amount)]
    authority = -Money.total(posting.amount for posting in postings)
    return event.journal(Book.BUDGET, [*postings, Posting(BUDGET_AUTHORITY, authority)])


def commitment_raised(event: Event, amount: Money, spend: Spend) -> Journal:
    """Money is promised."""
    return event.journal(Book.COMMITMENT, [*spend.postings(amount), Posting(COMMITTED, -amount)])


def promise_changed(
    event: Event, postings: Sequence[Posting], stages: Mapping[str, Money]
) -> Journal:
    """What a call-off promises becomes more or less, or moves between stages.

    `stages` holds what Requisitioned and Committed give or get.
    """
    moved = [Posting(stage, amount) for stage, amount in stages.items() if amount]
    return replace(event.journal(Book.COMMITMENT, [*postings, *moved]), source=COMMITMENT)


def invoice_approved(event: Event, spend: Sequence[Posting], recoverable: Money) -> Journal:
    """What was delivered and asked for is owed; recoverable VAT comes back from the Revenue."""
    owed = Money.total(posting.amount for posting in spend) + recoverable
    vat = [Posting(VAT_RECOVERABLE, recoverable)] if recoverable else []
    return event.journal(Book.ACTUAL, [*spend, *vat, Posting(CREDITORS, -owed)])


def invoice_paid(event: Event, amount: Money) -> Journal:
    """An approved invoice is paid: no expense, since that was entered when it was approved."""
    return event.journal(Book.ACTUAL, [Posting(CREDITORS, amount), Posting(HOST_CASH, -amount)])


def payment_held(event: Event, amount: Money) -> Journal:
    """A payment that could be an invoice's or spend of its own, until a person says."""
    return event.journal(Book.ACTUAL, [Posting(PAYMENTS_HELD, amount), Posting(HOST_CASH, -amount)])


def held_payment_decided(event: Event, postings: Sequence[Posting]) -> Journal:
    """What was held pays an invoice (Creditors) or is spend after all."""
    amount = Money.total(posting.amount for posting in postings)
    return event.journal(Book.ACTUAL, [*postings, Posting(PAYMENTS_HELD, -amount)])


def overpayment_recovered(event: Event, spend: Sequence[Posting], recoverable: Money) -> Journal:
    """What was paid for days a call-off did not run is owed back with its VAT; `spend` is what it
    cost."""
    owed = Money.total(posting.amount for posting in spend) + recoverable
    back = [replace(posting, amount=-posting.amount) for posting in spend]
    if recoverable:
        back.append(Posting(VAT_RECOVERABLE, -recoverable))
    return event.journal(Book.ACTUAL, [Posting(OTHER_DEBTORS, owed), *back])


def transfer(giving: Event, getting: Event, amount: Money) -> tuple[Journal, Journal]:
    """Money moves between two funds: two journals, posted together or not at all."""
    return (
        giving.journal(Book.ACTUAL, [Posting(INTER_FUND, amount), Posting(HOST_CASH, -amount)]),
        getting.journal(Book.ACTUAL, [Posting(HOST_CASH, amount), Posting(INTER_FUND, -amount)]),
    )


def given_to_fund(giving: Event, getting: Event, amount: Money) -> tuple[Journal, Journal]:
    """A fund gives another some of its balance, and owes it until cash is transferred."""
    return (
        giving.journal(Book.ACTUAL, [Posting(FUND_BALANCE, amount), Posting(INTER_FUND, -amount)]),
        getting.journal(Book.ACTUAL, [Posting(INTER_FUND, amount), Posting(FUND_BALANCE, -amount)]),
    )

"""Journals: balanced, dated sets of postings in one book and one fund."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from ledger.chart import BUDGET_AUTHORITY, COMMITTED, REQUISITIONED, AccountKind, Chart
from ledger.funds import Fund
from ledger.grant.conditions import Line, RingFence, problems_in_spend_of_fund
from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.periods import Period
from ledger.problems import Problem
from ledger.text import unfit_characters
from ledger.wording import day_in_full

NARRATION_LIMIT = 500


class Book(StrEnum):
    """ACTUAL is money owed and paid, COMMITMENT money promised, BUDGET money allowed."""

    ACTUAL = "actual"
    COMMITMENT = "commitment"
    BUDGET = "budget"


class AuthoredBy(StrEnum):
    """What wrote a journal, which decides who may post it."""

    PERSON = "person"
    """Keyed by a person: another person posts it."""
    BATCH = "batch"
    """Authored by an imported file: the person who loads it posts it."""
    RULE = "rule"
    """Made by a posting rule from a document: posted by whoever entered the document."""
    REVERSAL = "reversal"
    """An automatic reversal: carries its original's approval."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of a journal: a debit (above nil) or a credit (below), with its coding.

    `outcome` None is "not attributed". `service`, `partner` and `contract` are codes; `call_off` is
    the number of the order or placement under the contract.
    """

    account: str
    amount: Money
    outcome: Outcome | None = None
    service: str | None = None
    partner: str | None = None
    contract: str | None = None
    call_off: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """What is asked for, before it is posted.

    `source` and `source_ref` name the request: the same name with the same contents is the same
    journal. `payee` is the provider as printed. `document_day` is the document's own date where
    it came too late for its own period.
    """

    book: Book
    fund: str
    period: Period
    day: date
    narration: str
    postings: tuple[Posting, ...]
    source: str
    source_ref: str
    payee: str = ""
    document_day: date | None = None
    reverses: str | None = None

    @property
    def call_offs(self) -> frozenset[str]:
        """The call-offs it is coded to."""
        return frozenset(p.call_off for p in self.postings if p.call_off is not None)

    @property
    def contracts(self) -> frozenset[str]:
        """The contracts it is coded to."""
        return frozenset(p.contract for p in self.postings if p.contract is not None)

    @property
    def debits(self) -> Money:
        return Money.total(p.amount for p in self.postings if p.amount.pence > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedJournal:
    """A journal as it stands in the record for good.

    `number` reads ``2003-04/000123``, gapless in its year; `sequence` orders the chain across the
    trust. `salt` blinds the hash of the free text. `hash` is of this journal, `previous_hash` of
    the one before it (`ledger.chain`).
    """

    journal: Journal
    number: str
    sequence: int
    author: str
    authored_by: AuthoredBy
    posted_by: str
    posted_at: datetime
    salt: str
    text_seal: str
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The standing facts a journal is held against."""

    chart: Chart
    funds: Mapping[str, Fund]
    open_periods: Collection[Period]
    partners: Collection[str] = field(default_factory=frozenset)
    services: Collection[str] = field(default_factory=frozenset)
    contracts: Collection[str] = field(default_factory=frozenset)
    call_offs: Mapping[str, str] = field(default_factory=dict)
    """The contract of each call-off the journals name."""
    payers: Mapping[str, Collection[str]] = field(default_factory=dict)
    """By call-off: the funds that pay for it, now or before."""
    ring_fences: Mapping[str, Sequence[RingFence]] = field(default_factory=dict)
    """By fund: the conditions of the ring-fenced grants it keeps."""


def problems_in(journal: Journal, standing: Standing) -> list[Problem]:
    """Everything that stops this journal being posted, or an empty list.

    Checks run in the order a reader would mend them; none hides another.
    """
    return [
        *_check_shape(journal),
        *_check_text(journal),
        *_check_balance(journal),
        *_check_period(journal, standing),
        *_check_fund(journal, standing),
        *_check_accounts(journal, standing),
        *_check_coding(journal, standing),
        *_check_payers(journal, standing),
        *_check_grants(journal, standing),
    ]


def reversal(
    original: PostedJournal, *, period: Period, day: date, reason: str, source: str = "reversal"
) -> Journal:
    """The opposite of a posted journal, in the given open period; a journal has one at most."""
    was = original.journal
    return replace(
        was,
        period=period,
        day=day,
        narration=f"Reversal of {original.number}: {reason}"[:NARRATION_LIMIT],
        postings=tuple(replace(p, amount=-p.amount) for p in was.postings),
        source=source,
        source_ref=original.number,
        document_day=None,
        reverses=original.number,
    )


def _check_shape(journal: Journal) -> Iterator[Problem]:
    if len(journal.postings) < 2:
        yield Problem(
            "journal_has_too_few_postings",
            f"A journal has at least two postings; this has {len(journal.postings)}.",
            "postings",
        )
    for place, posting in enumerate(journal.postings):
        if not posting.amount:
            yield Problem(
                "posting_is_nil",
                f"The posting to {posting.account} is for nothing.",
                f"postings[{place}].amount",
            )
        if abs(posting.amount.pence) >= 10**15:
            yield Problem(
                "amount_too_large",
                f"{posting.amount} is more than the ledger holds (£9,999,999,999,999.99).",
                f"postings[{place}].amount",
            )
    for name in ("source", "source_ref"):
        if not getattr(journal, name).strip():
            yield Problem("source_missing", "A journal names the request it comes from.", name)


def _check_text(journal: Journal) -> Iterator[Problem]:
    if not journal.narration.strip():
        yield Problem("narration_missing", "Say in words what the journal is for.", "narration")
    for name in ("narration", "payee", "source", "source_ref"):
        text = getattr(journal, name)
        if len(text) > NARRATION_LIMIT:
            yield Problem(
                "text_too_long",
                f"The {name.replace('_', ' ')} has {len(text)} characters; "
                f"the most is {NARRATION_LIMIT}.",
                name,
            )
        if unfit := unfit_characters(text):
            yield Problem(
                "text_has_control_characters",
                f"The {name.replace('_', ' ')} holds characters that cannot be printed: {unfit}.",
                name,
            )


def _check_balance(journal: Journal) -> Iterator[Problem]:
    difference = Money.total(posting.amount for posting in journal.postings)
    if difference:
        side = "debits" if difference.pence > 0 else "credits"
        yield Problem(
            "journal_does_not_balance",
            f"The {side} are {abs(difference)} too many.",
            "postings",
        )


def _check_period(journal: Journal, standing: Standing) -> Iterator[Problem]:
    if not journal.period.holds(journal.day):
        yield Problem(
            "day_outside_period",
            f"{day_in_full(journal.day)} is not in {journal.period}, which runs from "
            f"{day_in_full(journal.period.starts)} to {day_in_full(journal.period.ends)}.",
            "day",
        )
    if journal.document_day is not None and journal.document_day > journal.day:
        yield Problem(
            "document_day_after_day",
            f"The document is of {day_in_full(journal.document_day)}, after "
            f"{day_in_full(journal.day)}, the day it is entered on.",
            "document_day",
        )
    if journal.period not in standing.open_periods:
        yield Problem(
            "period_not_open",
            f"{journal.period} is not open; choose an open period.",
            "period",
        )


def _check_fund(journal: Journal, standing: Standing) -> Iterator[Problem]:
    fund = standing.funds.get(journal.fund)
    if fund is None:
        yield Problem("fund_unknown", f"There is no fund “{journal.fund}”.", "fund")
    elif not fund.lives_on(journal.day) and not _lets_go(journal, fund):
        yield Problem(
            "fund_not_alive",
            f"Fund {fund.code} does not run on {day_in_full(journal.day)}.",
            "fund",
        )


def _lets_go(journal: Journal, fund: Fund) -> bool:
    """Whether a fund that has ended only promises less: that may be known after its last day."""
    if journal.book is not Book.COMMITMENT or fund.ends is None or journal.day <= fund.ends:
        return False
    spend = (p.amount for p in journal.postings if p.account.startswith("Expenses:"))
    return Money.total(spend).pence <= 0


_ONLY_IN = {
    BUDGET_AUTHORITY: Book.BUDGET,
    COMMITTED: Book.COMMITMENT,
    REQUISITIONED: Book.COMMITMENT,
}
_KINDS_OF = {
    Book.BUDGET: (AccountKind.EXPENSES, AccountKind.INCOME),
    Book.COMMITMENT: (AccountKind.EXPENSES,),
}


def _check_accounts(journal: Journal, standing: Standing) -> Iterator[Problem]:
    for place, posting in enumerate(journal.postings):
        where = f"postings[{place}].account"
        account = standing.chart.get(posting.account)
        if account is None:
            yield Problem("account_unknown", f"There is no account “{posting.account}”.", where)
            continue
        if account.closed:
            yield Problem("account_closed", f"{account.name} is closed.", where)
        only_in = _ONLY_IN.get(account.name)
        kinds = _KINDS_OF.get(journal.book)
        if (only_in is not None and only_in is not journal.book) or (
            only_in is None and kinds is not None and account.kind not in kinds
        ):
            yield Problem(
                "account_not_of_this_book",
                f"{account.name} does not belong in the {journal.book} book.",
                where,
            )
        if account.needs_partner and posting.partner is None:
            yield Problem(
                "partner_missing",
                f"A posting to {account.name} says which partner.",
                f"postings[{place}].partner",
            )


def _check_coding(journal: Journal, standing: Standing) -> Iterator[Problem]:
    fund = standing.funds.get(journal.fund)
    for place, posting in enumerate(journal.postings):
        for name, known in (
            ("partner", standing.partners),
            ("service", standing.services),
            ("contract", standing.contracts),
        ):
            code = getattr(posting, name)
            if code is not None and code not in known:
                yield Problem(
                    f"{name}_unknown",
                    f"There is no {name} “{code}”.",
                    f"postings[{place}].{name}",
                )
        yield from _check_call_off(posting, standing, f"postings[{place}].call_off")
        if posting.outcome is not None and not posting.account.startswith("Expenses:"):
            yield Problem(
                "outcome_without_expense",
                f"{posting.account} is not an expense, so it serves no outcome.",
                f"postings[{place}].outcome",
            )
        if (
            fund is not None
            and fund.may_be_spent_on
            and posting.account.startswith("Expenses:")
            and posting.service not in fund.may_be_spent_on
            and not _takes_back(journal, posting)
        ):
            yield Problem(
                "outside_ring_fence",
                f"Fund {fund.code} may not be spent on "
                f"{posting.service or 'spend with no service'}: {fund.conditions}".rstrip(": "),
                f"postings[{place}].service",
            )


def _takes_back(journal: Journal, posting: Posting) -> bool:
    """Whether a line only lets go a promise, or reverses what is there: no ring fence stops that."""
    lets_go = journal.book is Book.COMMITMENT and posting.amount.pence < 0
    return lets_go or journal.reverses is not None


def _check_call_off(posting: Posting, standing: Standing, where: str) -> Iterator[Problem]:
    if posting.call_off is None:
        return
    contract = standing.call_offs.get(posting.call_off)
    if contract is None:
        yield Problem("call_off_unknown", f"There is no call-off “{posting.call_off}”.", where)
    elif contract != posting.contract:
        yield Problem(
            "call_off_of_another_contract",
            f"Call-off {posting.call_off} is under contract {contract}, "
            f"not {posting.contract or 'spend with no contract'}.",
            where,
        )


def _check_payers(journal: Journal, standing: Standing) -> Iterator[Problem]:
    """Spend under a call-off is of a fund that pays for it: it lowers what those funds promise.

    A reversal only takes back what is there already.
    """
    if journal.book is not Book.ACTUAL or journal.reverses is not None:
        return
    seen: set[str] = set()
    for place, posting in enumerate(journal.postings):
        call_off = posting.call_off or ""
        payers = standing.payers.get(call_off)
        if payers is None or journal.fund in payers or call_off in seen:
            continue
        if posting.account.startswith("Expenses:"):
            seen.add(call_off)
            yield Problem(
                "call_off_of_another_fund",
                f"Call-off {call_off} is paid by {' and '.join(sorted(payers))}, and this is spend "
                f"of {journal.fund}.",
                f"postings[{place}].call_off",
            )


def _check_grants(journal: Journal, standing: Standing) -> Iterator[Problem]:
    """Spend is what the fund's ring-fenced grants may pay for; a reversal only takes it back.

    A line that came too late for its period is held to the conditions of its own day; where no
    grant ran on that day, to those of the day it is entered on.
    """
    fences = standing.ring_fences.get(journal.fund)
    if not fences or journal.reverses is not None:
        return
    own = journal.document_day
    runs = own is not None and any(one.starts <= own <= one.ends for one in fences)
    day = own if own is not None and runs else journal.day
    for place, posting in enumerate(journal.postings):
        if posting.account.startswith("Expenses:"):
            line = Line(posting.account, posting.service, day, posting.amount)
            for problem in problems_in_spend_of_fund(line, fences):
                yield replace(problem, where=f"postings[{place}].service")

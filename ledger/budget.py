"""Budgets: what may be spent on each line of a fund, with what may be moved between them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ledger.chart import BUDGET_AUTHORITY, AccountKind, Chart
from ledger.journal import Book, Journal, Posting
from ledger.money import NIL, Money
from ledger.outcomes import Outcome
from ledger.problems import Problem

VIREMENT = "virement"
"""The source of a virement, by which it is told from a change of budget."""
BUDGET = "budget"
"""The source of a journal that sets or changes a budget."""


@dataclass(frozen=True, order=True, slots=True)
class BudgetLine:
    """Where authority to spend is held to: an expense account and a service ('' for none)."""

    account: str
    service: str = ""

    def __str__(self) -> str:
        return f"{self.account}, {self.service or 'no service'}"


@dataclass(frozen=True, slots=True)
class Position:
    """How a budget stands. Variance above nil is overspent."""

    budget: Money = NIL
    committed: Money = NIL
    actual: Money = NIL

    @property
    def available(self) -> Money:
        return self.budget - self.committed - self.actual

    @property
    def variance(self) -> Money:
        return self.actual - self.budget

    def plus(self, book: Book, amount: Money) -> Position:
        """This position after an amount in one of the three books."""
        return Position(
            self.budget + amount if book is Book.BUDGET else self.budget,
            self.committed + amount if book is Book.COMMITMENT else self.committed,
            self.actual + amount if book is Book.ACTUAL else self.actual,
        )


BudgetKey = tuple[str, str, Outcome | None]
"""Account, service ('' for none) and outcome (None for not attributed)."""


def change_of_budget(
    wanted: Mapping[BudgetKey, Money], held: Mapping[BudgetKey, Money]
) -> tuple[Posting, ...]:
    """The postings that bring the budget held to the budget wanted; none where they agree.

    A key that is held and not wanted goes to nil. The other side is `Equity:BudgetAuthority`.
    """
    postings = [
        Posting(account, difference, outcome=outcome, service=service or None)
        for account, service, outcome in sorted({*wanted, *held}, key=_in_reading_order)
        if (
            difference := wanted.get((account, service, outcome), NIL)
            - held.get((account, service, outcome), NIL)
        )
    ]
    if total := Money.total(posting.amount for posting in postings):
        postings.append(Posting(BUDGET_AUTHORITY, -total))
    return tuple(postings)


def problems_in_virement(
    journal: Journal,
    chart: Chart,
    positions: Mapping[BudgetLine, Position],
    *,
    one_side: bool = False,
) -> list[Problem]:
    """Everything that stops this journal being a virement, or an empty list.

    `positions` is how each line of the journal's fund stands for the whole year. That the journal
    balances and keeps to its fund's ring-fence is `ledger.journal.problems_in`'s. `one_side` of a
    virement between funds also moves its fund's budget authority.
    """
    return [
        *_check_book(journal),
        *_check_expenses_only(journal, chart, {BUDGET_AUTHORITY} if one_side else ()),
        *_check_moves_something(journal),
        *_check_available(journal, positions),
    ]


def moved_by_line(postings: Iterable[Posting]) -> dict[BudgetLine, Money]:
    """What each line gets (above nil) or gives (below), over all its outcomes."""
    moved: dict[BudgetLine, Money] = {}
    for posting in postings:
        line = BudgetLine(posting.account, posting.service or "")
        moved[line] = moved.get(line, NIL) + posting.amount
    return moved


def _in_reading_order(key: BudgetKey) -> tuple[str, str, int]:
    account, service, outcome = key
    return account, service, len(Outcome) if outcome is None else list(Outcome).index(outcome)


def _check_book(journal: Journal) -> Iterator[Problem]:
    if journal.book is not Book.BUDGET:
        yield Problem(
            "virement_not_in_budget_book",
            f"A virement moves budget; this journal is in the {journal.book} book.",
            "book",
        )


def _check_expenses_only(journal: Journal, chart: Chart, but: Collection[str]) -> Iterator[Problem]:
    for place, posting in enumerate(journal.postings):
        account = chart.get(posting.account)
        if account is None or account.name in but:
            continue
        if account.kind is not AccountKind.EXPENSES:
            yield Problem(
                "virement_touches_other_than_expense",
                f"A virement moves budget between expense accounts, and {account.name} is not "
                "one: a total that changes is a change of budget.",
                f"postings[{place}].account",
            )


def _check_moves_something(journal: Journal) -> Iterator[Problem]:
    if journal.postings and not any(moved_by_line(journal.postings).values()):
        yield Problem(
            "virement_moves_nothing",
            "Each line gives as much as it gets, so no budget would move.",
            "postings",
        )


def _check_available(
    journal: Journal, positions: Mapping[BudgetLine, Position]
) -> Iterator[Problem]:
    for line, amount in moved_by_line(journal.postings).items():
        if line.account == BUDGET_AUTHORITY:
            continue
        available = positions.get(line, Position()).available
        if amount < NIL and available + amount < NIL:
            place = next(
                i
                for i, p in enumerate(journal.postings)
                if (p.account, p.service or "") == (line.account, line.service)
            )
            yield Problem(
                "budget_not_available",
                f"{line} would give {-amount} and has {available} available.",
                f"postings[{place}].amount",
            )

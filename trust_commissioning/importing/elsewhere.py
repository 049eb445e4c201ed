"""Lines that go to another fund, because the one they would go to may not pay for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ledger.journal import Journal, Posting
from ledger.money import Money
from ledger.problems import Problem
from ledger.wording import counted


def may_not_pay(problems: Iterable[Problem]) -> bool:
    """Whether a fund's ring-fence or the conditions of its grants are what refuses a line."""
    return any(one.code in ("outside_ring_fence", "spend_not_eligible") for one in problems)


def as_spend(journal: Journal) -> Journal:
    """The journal as if it spent what it takes back, by which to ask which fund it is of.

    No condition stops spend being taken back, so a credit note asked about as it stands would stay
    in the fund that never paid the line it is for.
    """
    if not any(_is_expense(one) and one.amount.pence < 0 for one in journal.postings):
        return journal
    postings = (
        replace(one, amount=abs(one.amount)) if _is_expense(one) else one
        for one in journal.postings
    )
    return replace(journal, postings=tuple(postings))


def gone_elsewhere(lines: Iterable[tuple[str, Journal, int]]) -> Iterator[Problem]:
    """A warning for each two funds: the one that may not pay, the journal as it is now, its row.

    A line whose first name is empty stays where it was sent.
    """
    found: dict[tuple[str, str], list[tuple[Journal, int]]] = {}
    for fund, journal, row in lines:
        if fund:
            found.setdefault((fund, journal.fund), []).append((journal, row))
    for (fund, other), some in sorted(found.items(), key=lambda item: item[0]):
        spent = Money.total(
            posting.amount
            for journal, _ in some
            for posting in journal.postings
            if _is_expense(posting)
        )
        yield Problem(
            "line_goes_to_another_fund",
            f"{counted(len(some), 'line goes', 'lines go')} to {other}, {spent} in all, since "
            f"{fund} may not pay for that; the first is row {some[0][1]}.",
            "fund",
            row=some[0][1],
        )


def _is_expense(posting: Posting) -> bool:
    return posting.account.startswith("Expenses:")

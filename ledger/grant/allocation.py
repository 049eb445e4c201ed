"""Allocations: what a grant gives one authority for a year, or over a period across years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ledger.grant.programme import Unspent
from ledger.money import Money
from ledger.periods import FinancialYear
from ledger.problems import Problem
from ledger.wording import day_in_full


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantYear:
    """One financial year of an allocation: its money, with the facts that are of that year.

    Whether it is ring-fenced, and what becomes of money not spent, is a fact of grant, authority
    and year: in 2004-05 sixteen councils with three stars had their social services grants free.
    """

    year: FinancialYear
    amount: Money
    ring_fenced: bool = True
    unspent: Unspent = Unspent.RETURN


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """What a grant gives one authority.

    `core` is the programme's own money, which the years part between them. `with_transfers` is
    the figure that counts money transferred into it as well, where one is printed: the two are
    never mixed. `fund` is where it is kept and `income` the account it is earned in. Both days
    are inclusive and may lie in different financial years.
    """

    reference: str
    grant: str
    authority: str
    fund: str
    income: str
    starts: date
    ends: date
    core: Money
    years: tuple[GrantYear, ...]
    with_transfers: Money | None = None
    document: str = ""

    def of_year(self, year: FinancialYear) -> GrantYear | None:
        """Its part for a year; None where it has none."""
        return next((one for one in self.years if one.year == year), None)

    @property
    def first_year(self) -> FinancialYear:
        return self.years[0].year


def problems_in(allocation: Allocation) -> list[Problem]:
    """Everything wrong with an allocation's own words; `where` is the field."""
    return [*_check_days(allocation), *_check_amounts(allocation), *_check_years(allocation)]


def _check_days(allocation: Allocation) -> Iterator[Problem]:
    if allocation.ends < allocation.starts:
        yield Problem(
            "allocation_ends_before_it_starts",
            f"{allocation.reference} ends on {day_in_full(allocation.ends)}, before it starts on "
            f"{day_in_full(allocation.starts)}.",
            "ends",
        )


def _check_amounts(allocation: Allocation) -> Iterator[Problem]:
    if allocation.core.pence <= 0:
        yield Problem(
            "allocation_not_above_nil",
            f"An allocation gives something; {allocation.reference} gives {allocation.core}.",
            "core",
        )
    if allocation.with_transfers is not None and allocation.with_transfers < allocation.core:
        yield Problem(
            "transfers_below_core",
            f"With transfers {allocation.reference} is {allocation.with_transfers}, which is less "
            f"than the {allocation.core} without.",
            "with_transfers",
        )
    total = Money.total(one.amount for one in allocation.years)
    if total != allocation.core:
        yield Problem(
            "years_do_not_come_to_allocation",
            f"The years of {allocation.reference} come to {total}, the allocation is "
            f"{allocation.core}.",
            "years",
        )


def _check_years(allocation: Allocation) -> Iterator[Problem]:
    wanted = list(_years_between(allocation.starts, allocation.ends))
    given = [one.year for one in allocation.years]
    if given != wanted and wanted:
        yield Problem(
            "years_of_allocation_differ",
            f"From {day_in_full(allocation.starts)} to {day_in_full(allocation.ends)} are the "
            f"years {', '.join(map(str, wanted))}; given are {', '.join(map(str, given)) or 'none'}.",
            "years",
        )
    for place, one in enumerate(allocation.years):
        if one.amount.pence < 0:
            yield Problem(
                "year_of_allocation_below_nil",
                f"{one.year} of {allocation.reference} is {one.amount}.",
                f"years[{place}].amount",
            )


def _years_between(starts: date, ends: date) -> Iterator[FinancialYear]:
    year = FinancialYear.containing(starts)
    while year.starts <= ends:
        yield year
        year = year.next

"""Grant programmes: who pays, under which power, for what, what becomes of money not spent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.grant import conditions as conditions_of
from ledger.grant.conditions import Condition, Purpose, RingFence
from ledger.problems import Problem


class Unspent(StrEnum):
    """What becomes of a year's money that is not spent. It is a fact of grant, authority, year."""

    RETURN = "return"
    CARRY_FORWARD_REVENUE = "carry_forward_revenue"
    CARRY_FORWARD_CAPITAL = "carry_forward_capital"
    RE_PROFILE = "re_profile"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _UNSPENT_TITLES[self]

    @property
    def may_be_carried(self) -> bool:
        """Whether what is left at the end of the year may go into the next."""
        return self in (Unspent.CARRY_FORWARD_REVENUE, Unspent.CARRY_FORWARD_CAPITAL)


_UNSPENT_TITLES = {
    Unspent.RETURN: "What is not spent by the end of the year is returned to the payer",
    Unspent.CARRY_FORWARD_REVENUE: "What is not spent may be carried into the next year",
    Unspent.CARRY_FORWARD_CAPITAL: "Only capital not spent may be carried into the next year",
    Unspent.RE_PROFILE: (
        "What is not spent may be moved between the quarters of the year and is then returned"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A grant as its payer gives it.

    `income` is the account it is earned in. `needs_plan`: a Management Action Plan is assessed
    before it is paid, which decides whether, never how much. `needs_parliament`: payment is
    subject to Parliament's approval of a special grant report (Local Government Finance Act 1988,
    section 88B). `successors` are the codes of the grants it went into. `capital` says that it
    pays for capital alone.
    """

    code: str
    title: str
    payer: str
    legal_power: str
    income: str
    purposes: tuple[Purpose, ...] = ()
    conditions: tuple[Condition, ...] = ()
    needs_plan: bool = False
    needs_parliament: bool = False
    unspent: Unspent = Unspent.RETURN
    capital: bool = False
    successors: tuple[str, ...] = ()

    def fence(self, starts: date, ends: date) -> RingFence:
        """Its conditions over the days of an allocation."""
        return RingFence(
            title=self.title,
            starts=starts,
            ends=ends,
            purposes=self.purposes,
            conditions=self.conditions,
        )


def problems_in(programme: Programme) -> list[Problem]:
    """Everything wrong with a programme's own words; `where` is the field."""
    found = conditions_of.problems_in(programme.purposes, programme.conditions)
    if not programme.income.startswith("Income:Grants:"):
        found.append(
            Problem(
                "grant_income_account_unfit",
                f"{programme.income} is not an account of grant income; those begin with "
                "Income:Grants.",
                "income",
            )
        )
    if programme.unspent is Unspent.CARRY_FORWARD_CAPITAL and not programme.capital:
        found.append(
            Problem(
                "only_capital_is_carried",
                f"{programme.title} pays for revenue, and only capital not spent may be carried "
                "forward; say that what is not spent is returned.",
                "unspent",
            )
        )
    if programme.code in programme.successors:
        found.append(
            Problem(
                "grant_succeeds_itself",
                f"{programme.title} cannot be its own successor.",
                "successors",
            )
        )
    return found

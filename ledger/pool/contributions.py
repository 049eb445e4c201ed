"""Contributions: what a partner puts into a fund in a year, what of it is owed, next year's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from ledger.money import NIL, Money
from ledger.periods import FinancialYear
from ledger.problems import Problem
from ledger.wording import day_in_full


class ContributionKind(StrEnum):
    """Money, or something worth money; or a partner's share of a year that was settled.

    A settlement is owed, aged, disputed and paid as any instalment is, and is no part of what
    partners agreed to put in.
    """

    CASH = "cash"
    IN_KIND = "in_kind"
    SETTLEMENT = "settlement"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _KIND_TITLES[self]


_KIND_TITLES = {
    ContributionKind.CASH: "In cash",
    ContributionKind.IN_KIND: "In kind",
    ContributionKind.SETTLEMENT: "Settlement",
}


class Form(StrEnum):
    """What a contribution in kind is (SI 2000/617, regulation 7(3)(e))."""

    SECONDMENT = "secondment"
    PREMISES = "premises"
    GOODS = "goods"
    SERVICES = "services"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """One dated part of a contribution, as it stands.

    `raised` is what was entered in the books for it, `reduced` what a dispute's end took off that,
    `owed_back` what of that had been paid already, `received` the money matched to it, `disputed`
    what its partner denies to owe. A dispute takes nothing off: the whole stays outstanding until
    it is paid or reduced.
    """

    day: date
    amount: Money
    raised: Money = NIL
    reduced: Money = NIL
    owed_back: Money = NIL
    received: Money = NIL
    disputed: Money = NIL
    in_kind: bool = False

    @property
    def outstanding(self) -> Money:
        """Owed and not paid; never anything of what was given in kind."""
        if self.in_kind:
            return NIL
        return self.raised - (self.reduced - self.owed_back) - self.received

    @property
    def undisputed(self) -> Money:
        """What of it goes on being asked for."""
        return max(self.outstanding - self.disputed, NIL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """A partner's contribution to a fund in a year.

    A council contributes net of what it takes in charges: `gross` is what it agreed to provide,
    `client_charges` what families pay of that (shown in full as income when it is paid), and the
    instalments come to the difference. `gross` None is the sum of the instalments. `valuation` is
    how something in kind was valued. What is not `recurrent` is left out of next year's proposal.
    """

    key: str
    fund: str
    year: FinancialYear
    partner: str
    kind: ContributionKind = ContributionKind.CASH
    form: Form | None = None
    valuation: str = ""
    recurrent: bool = True
    gross: Money | None = None
    client_charges: Money = NIL
    account: str = ""
    service: str = ""
    instalments: tuple[Instalment, ...] = ()

    @property
    def due(self) -> Money:
        """All its instalments together."""
        return Money.total(one.amount for one in self.instalments)

    @property
    def agreed(self) -> Money:
        """What was agreed before client charges are taken off; nothing of a settlement."""
        if self.kind is ContributionKind.SETTLEMENT:
            return NIL
        return self.gross if self.gross is not None else self.due + self.client_charges


def problems_in(contribution: Contribution) -> list[Problem]:
    """Everything wrong with a contribution's own words; `where` is the field."""
    return [
        *_check_instalments(contribution),
        *_check_kind(contribution),
        *_check_net(contribution),
    ]


def problems_in_change(wanted: Contribution, merged: Contribution) -> list[Problem]:
    """Everything wrong with a change; `merged` is what the contribution then comes to.

    What is in the books stays part of it although the change does not name it, so what was agreed
    net of charges is held against the whole.
    """
    return [*_check_instalments(wanted), *_check_kind(wanted), *_check_net(merged)]


def _check_instalments(contribution: Contribution) -> Iterator[Problem]:
    days: set[date] = set()
    for place, instalment in enumerate(contribution.instalments):
        at = f"instalments[{place}]"
        if FinancialYear.containing(instalment.day) != contribution.year:
            yield Problem(
                "instalment_outside_year",
                f"{day_in_full(instalment.day)} is not in {contribution.year}.",
                f"{at}.day",
            )
        if instalment.day in days:
            yield Problem(
                "entry_repeated",
                f"Two instalments fall due on {day_in_full(instalment.day)}.",
                f"{at}.day",
            )
        days.add(instalment.day)
        if instalment.amount.pence <= 0:
            yield Problem(
                "instalment_not_above_nil",
                f"An instalment is more than nothing; this is {instalment.amount}.",
                f"{at}.amount",
            )


def _check_kind(contribution: Contribution) -> Iterator[Problem]:
    if contribution.kind is ContributionKind.CASH:
        for name in ("account", "service"):
            if getattr(contribution, name):
                yield Problem(
                    "cash_contribution_with_expense",
                    f"A contribution in cash has no {name}; it is spent later.",
                    name,
                )
        for name in ("form", "valuation"):
            if getattr(contribution, name):
                yield Problem(
                    "cash_contribution_valued",
                    f"A contribution in cash has no {name}: it is worth what it says.",
                    name,
                )
        return
    if not contribution.account.startswith("Expenses:"):
        yield Problem(
            "in_kind_contribution_without_expense",
            "A contribution in kind says which expense account it is worth something to.",
            "account",
        )
    if contribution.client_charges or contribution.gross is not None:
        yield Problem(
            "in_kind_contribution_net_of_charges",
            "A contribution in kind is valued as it is; charges to families are taken off cash.",
            "client_charges",
        )


def _check_net(contribution: Contribution) -> Iterator[Problem]:
    if contribution.client_charges.pence < 0:
        yield Problem(
            "client_charges_below_nil",
            f"Charges to families are nil or more; this says {contribution.client_charges}.",
            "client_charges",
        )
    if contribution.gross is not None:
        net = contribution.gross - contribution.client_charges
        if net != contribution.due:
            yield Problem(
                "instalments_are_not_the_net_contribution",
                f"{contribution.gross} less {contribution.client_charges} of client charges is "
                f"{net}, and the instalments come to {contribution.due}.",
                "instalments",
            )


# --- what is owed, by age -----------------------------------------------------------------------


class Age(StrEnum):
    """How long ago something fell due."""

    NOT_DUE = "not_due"
    TO_30 = "to_30"
    TO_60 = "to_60"
    TO_90 = "to_90"
    OVER_90 = "over_90"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _AGE_TITLES[self]


_AGE_TITLES = {
    Age.NOT_DUE: "Not due",
    Age.TO_30: "0–30 days",
    Age.TO_60: "31–60 days",
    Age.TO_90: "61–90 days",
    Age.OVER_90: "Over 90 days",
}


def age_on(due: date, day: date) -> Age:
    """The age of a debt on a day, counted from the day it fell due, which is day 0."""
    days = (day - due).days
    if days < 0:
        return Age.NOT_DUE
    if days <= 30:
        return Age.TO_30
    if days <= 60:
        return Age.TO_60
    return Age.TO_90 if days <= 90 else Age.OVER_90


def aged(instalments: Iterable[Instalment], day: date) -> dict[Age, Money]:
    """What is outstanding by age, every age named; a disputed part ages with the rest."""
    found = dict.fromkeys(Age, NIL)
    for one in instalments:
        found[age_on(one.day, day)] += one.outstanding
    return found


# --- next year ----------------------------------------------------------------------------------

PROPOSAL_RULE = (
    "Opening is this year's recurrent contributions as agreed. Inflation and efficiency are taken "
    "on opening with its recurrent changes, each to the nearest penny, half a penny upwards. "
    "Proposed = opening + recurrent changes + inflation + planned changes − efficiency."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a partner would contribute next year, each step of the rule in pounds and pence."""

    opening: Money
    recurrent_changes: Money
    inflation: Money
    planned: Money
    efficiency: Money

    @property
    def total(self) -> Money:
        return (
            self.opening + self.recurrent_changes + self.inflation + self.planned - self.efficiency
        )


def proposal(
    opening: Money,
    *,
    recurrent_changes: Money = NIL,
    inflation: Fraction = Fraction(0),
    planned: Money = NIL,
    efficiency: Fraction = Fraction(0),
) -> Proposal:
    """Next year's contribution by `PROPOSAL_RULE`; rates as exact fractions, 2.5% is 1/40."""
    base = opening + recurrent_changes
    return Proposal(
        opening=opening,
        recurrent_changes=recurrent_changes,
        inflation=base.times(inflation),
        planned=planned,
        efficiency=base.times(efficiency),
    )


def opening_of(contributions: Iterable[Contribution]) -> dict[str, Money]:
    """What each partner's proposal opens with: its recurrent contributions in cash, as agreed."""
    found: dict[str, Money] = {}
    for one in contributions:
        if one.kind is ContributionKind.CASH:
            share = one.agreed if one.recurrent else NIL
            found[one.partner] = found.get(one.partner, NIL) + share
    return found

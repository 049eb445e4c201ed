"""What events of grants ask for, each with the kernel value it comes to."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from ledger.grant.allocation import Allocation, GrantYear
from ledger.grant.conditions import Condition, Purpose, SpendKind
from ledger.grant.plan import ActionState, Plan, PlanAction, PlanObjective
from ledger.grant.programme import Programme, Unspent
from ledger.money import NIL
from ledger.periods import FinancialYear
from ledger.problems import Refused
from trust_commissioning.fields import (
    AccountName,
    Amount,
    Asked,
    Code,
    Number,
    PeriodName,
    ShortText,
    Text,
    Title,
    Year,
)
from trust_commissioning.granting.programmes import with_services
from trust_commissioning.national_grants import national_grants

Reference = Annotated[
    ShortText, Field(min_length=1, description="Sent again, it is the same event")
]
_Percent = Annotated[
    str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,4})?$", examples=["2.5"], description="Of the whole")
]


class PurposeAsked(Asked):
    """One thing a grant is for; spend serves it by service and account."""

    code: Code
    title: Title
    services: list[Code] = []
    accounts: list[AccountName] = []


class ConditionAsked(Asked):
    """One condition in words, with how the ledger tests it; what is left out asks nothing."""

    code: Code
    wording: Text = Field(min_length=1)
    services: list[Code] = []
    accounts: list[AccountName] = []
    spend: Annotated[SpendKind, Field(strict=False)] | None = None
    for_purposes: bool = Field(default=False, description="Spend must serve one of the purposes")
    not_before: date | None = None
    not_after: date | None = None
    purpose: Code | None = Field(default=None, description="What must have a least share")
    at_least_percent: int = Field(default=0, ge=0, le=100)
    starts: date | None = None
    ends: date | None = None


class GrantAsked(Asked):
    """A grant taken on. `shipped` takes a national grant as it is shipped, with the trust's own
    services by purpose; else everything is said here."""

    code: Code
    shipped: bool = Field(default=False, description="As data/grants.yaml has it")
    services: dict[Code, list[Code]] = Field(default={}, description="By purpose, with shipped")
    title: Title | None = None
    payer: ShortText = ""
    legal_power: ShortText = ""
    income: AccountName | None = None
    purposes: list[PurposeAsked] = []
    conditions: list[ConditionAsked] = []
    needs_plan: bool = False
    needs_parliament: bool = False
    unspent: Annotated[Unspent, Field(strict=False)] = Unspent.RETURN
    capital: bool = False
    successors: list[Code] = []

    def programme(self) -> Programme:
        """What is asked for as a kernel value.

        Raises:
            Refused: where it is not shipped, or a title or an account is not said.
        """
        if self.shipped:
            national = national_grants().get(self.code)
            if national is None:
                raise Refused.because(
                    "grant_not_shipped",
                    f"No national grant “{self.code}” is shipped; there are "
                    f"{', '.join(national_grants())}.",
                    "code",
                )
            return with_services(national.programme, self.services)
        if self.title is None or self.income is None:
            raise Refused.because(
                "grant_incomplete",
                "A grant that is not shipped says its title and the account it is earned in.",
                "title" if self.title is None else "income",
            )
        return Programme(
            code=self.code,
            title=self.title,
            payer=self.payer,
            legal_power=self.legal_power,
            income=self.income,
            purposes=tuple(_purpose(one) for one in self.purposes),
            conditions=tuple(_condition(one) for one in self.conditions),
            needs_plan=self.needs_plan,
            needs_parliament=self.needs_parliament,
            unspent=self.unspent,
            capital=self.capital,
            successors=tuple(self.successors),
        )


class YearAsked(Asked):
    """One year of an allocation, where it is more than one or its facts differ."""

    year: Year
    amount: Amount
    ring_fenced: bool = True
    unspent: Annotated[Unspent, Field(strict=False)]


class AllocationAsked(Asked):
    """What a grant gives one authority for a year, or from one day to another."""

    reference: Number
    grant: Code
    authority: Code
    fund: Code
    announced: date
    core: Amount
    with_transfers: Amount | None = None
    year: Year | None = Field(default=None, description="A whole year; else starts and ends")
    starts: date | None = None
    ends: date | None = None
    ring_fenced: bool = True
    unspent: Annotated[Unspent, Field(strict=False)] = Unspent.RETURN
    years: list[YearAsked] = Field(default=[], description="Needed where there are several")
    document: ShortText = ""

    def allocation(self) -> Allocation:
        """What is asked for as a kernel value; its income account comes from the programme.

        Raises:
            Refused: ``allocation_period_missing``.
        """
        starts = self.starts or (self.year.starts if self.year else None)
        ends = self.ends or (self.year.ends if self.year else None)
        if starts is None or ends is None:
            raise Refused.because(
                "allocation_period_missing",
                "Say the year an allocation is for, or the days it starts and ends.",
                "year",
            )
        alone = GrantYear(
            year=FinancialYear.containing(starts),
            amount=self.core,
            ring_fenced=self.ring_fenced,
            unspent=self.unspent,
        )
        return Allocation(
            reference=self.reference,
            grant=self.grant,
            authority=self.authority,
            fund=self.fund,
            income="",
            starts=starts,
            ends=ends,
            core=self.core,
            with_transfers=self.with_transfers,
            years=tuple(GrantYear(**dict(one)) for one in self.years) or (alone,),
            document=self.document,
        )


class OfAllocation(Asked):
    """What every event of an allocation has."""

    allocation: Number
    reference: Reference
    day: date
    document: ShortText = ""
    period: PeriodName | None = Field(default=None, description="Where it is not the day's own")


class PaymentAsked(OfAllocation):
    """An instalment the payer paid; or what was owed back, paid back."""

    amount: Amount
    paid_back: bool = False


class RevisionAsked(OfAllocation):
    """A change of one allocation for a year; less is below nil. `quarters` spreads the year anew
    over April to June and the three after, where its rule lets money move between them."""

    year: Year
    amount: Amount = NIL
    quarters: list[Amount] = []


class CutAsked(Asked):
    """One cut spread over allocations uniformly: a total or a percentage of them."""

    reference: Reference
    day: date
    year: Year
    allocations: list[Number] = Field(min_length=1)
    total: Amount | None = None
    percent: _Percent | None = None
    document: ShortText = ""


class ApprovalAsked(OfAllocation):
    """Parliament approves the grant report the payment is subject to."""


class GrantYearAsked(OfAllocation):
    """A year of an allocation begins: what it gives for it is recognised."""


class ActionAsked(Asked):
    """One thing to be done."""

    number: ShortText = Field(min_length=1, examples=["2.1"])
    title: Title
    owner: ShortText = Field(min_length=1, description="A post or team")
    milestone: date
    planned: Amount
    service: Code | None = None


class ObjectiveAsked(Asked):
    """What the actions under it are for."""

    number: ShortText = Field(min_length=1)
    title: Title
    measure: Text = Field(default="", description="By what improvement is to be seen")
    actions: list[ActionAsked] = Field(min_length=1)


class MapAsked(Asked):
    """The Management Action Plan of an allocation for a year."""

    allocation: Number
    year: Year
    reference: Reference
    submitted: date
    objectives: list[ObjectiveAsked] = Field(min_length=1)


class ProgressAsked(Asked):
    """How far one action of a plan has come, with evidence of improvement."""

    allocation: Number
    year: Year
    reference: Reference
    action: ShortText = Field(min_length=1)
    day: date
    state: Annotated[ActionState, Field(strict=False)]
    evidence: Text = ""


class AssessmentAsked(OfAllocation):
    """The plan's assessment. It decides whether the grant is paid; its mark decides nothing."""

    mark: ShortText = ""
    assessor: ShortText = ""
    confirmed: bool = Field(default=True, description="Whether the grant is to be paid")


class ClaimAsked(Asked):
    """A claim of what was spent up to a period; an amount given is held against the books."""

    allocation: Number
    reference: Reference
    day: date
    to: PeriodName
    amount: Amount | None = None
    document: ShortText = ""


class CertificationAsked(OfAllocation):
    """The auditor's certificate of what was claimed."""

    year: Year
    amount: Amount
    auditor: ShortText = ""


class ClawbackAsked(OfAllocation):
    """What the payer takes back of a year, with the reason."""

    year: Year
    amount: Amount
    reason: Text = Field(min_length=1)


class CarryForwardAsked(OfAllocation):
    """What was not spent goes into the next year; all of it unless an amount is given.

    The day is one of the year it leaves: its last, in period 13, once the year has ended.
    """

    year: Year
    amount: Amount | None = None


def plan_asked(asked: MapAsked) -> Plan:
    """A plan as it is asked for, as a kernel value."""
    return Plan(
        allocation=asked.allocation,
        year=asked.year,
        submitted=asked.submitted,
        objectives=tuple(
            PlanObjective(
                number=objective.number,
                title=objective.title,
                measure=objective.measure,
                actions=tuple(
                    PlanAction(
                        number=action.number,
                        title=action.title,
                        owner=action.owner,
                        milestone=action.milestone,
                        planned=action.planned,
                        service=action.service or "",
                    )
                    for action in objective.actions
                ),
            )
            for objective in asked.objectives
        ),
    )


def _purpose(asked: PurposeAsked) -> Purpose:
    return Purpose(
        code=asked.code,
        title=asked.title,
        services=tuple(asked.services),
        accounts=tuple(asked.accounts),
    )


def _condition(asked: ConditionAsked) -> Condition:
    return Condition(
        code=asked.code,
        wording=asked.wording,
        services=tuple(asked.services),
        accounts=tuple(asked.accounts),
        spend=asked.spend,
        for_purposes=asked.for_purposes,
        not_before=asked.not_before,
        not_after=asked.not_after,
        purpose=asked.purpose or "",
        at_least_percent=asked.at_least_percent,
        starts=asked.starts,
        ends=asked.ends,
    )

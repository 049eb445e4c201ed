"""The shape of the file `trust apply` reads: strict, every field named, money as text."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
)

from contracts.providers import Sector
from ledger.funds import FundKind, LegalBasis
from trust_commissioning.applying.closing_entries import YearEndEntry
from trust_commissioning.budgeting import ProfileAsked, VirementRule
from trust_commissioning.commissioning.asked import ContractParts
from trust_commissioning.commissioning.asked import VariationAsked as ContractVariationAsked
from trust_commissioning.fields import (
    AccountName,
    Amount,
    Asked,
    Code,
    Number,
    OutcomeKey,
    Printable,
    ShortText,
    Text,
    Title,
    Weight,
    Year,
)
from trust_commissioning.fields.risk_share import RiskShareAgreed
from trust_commissioning.granting.asked import AllocationAsked, GrantAsked
from trust_commissioning.importing.coding import CodingRule
from trust_commissioning.pooling.asked import (
    AgreementAsked,
    ContributionAsked,
    OfficeHolder,
    VariationAsked,
)
from trust_commissioning.roles import Role
from trust_commissioning.targeting.asked import IndicatorAsked, MappingAsked, TargetAsked


class PartnerEntry(Asked):
    """A body in the agreement."""

    code: Code
    name: Title
    kind: ShortText = Field(default="", description="council, education, health, youth, justice …")


class AccountEntry(Asked):
    """An account beside those of the chart that is shipped, or a change to one of them."""

    name: AccountName = Field(description="Its Beancount name, such as Expenses:Premises:Rents")
    title: Title
    subjective: ShortText = ""
    s251_line: ShortText = ""
    council_code: ShortText = ""
    needs_partner: bool = False
    closed: bool = False


class FundEntry(Asked):
    """Money kept apart, with its legal basis and conditions."""

    code: Code
    title: Title
    kind: Annotated[FundKind, Field(strict=False)]
    legal_basis: Annotated[LegalBasis, Field(strict=False)] = LegalBasis.OTHER_POWER
    host: Code | None = Field(default=None, description="The partner that keeps the accounts")
    pool_manager: ShortText = ""
    conditions: Text = ""
    may_be_spent_on: list[Code] = Field(default=[], description="Services; none is no condition")
    starts: date | None = None
    ends: date | None = None


class WeightsEntry(Asked):
    """The outcome weights of a service from a day on."""

    starts: date
    weights: dict[OutcomeKey, Weight] = Field(min_length=1)


class ServiceEntry(Asked):
    """What is bought or provided for children, with the outcomes it is for."""

    code: Code
    title: Title
    description: Text = ""
    review_day: date | None = None
    outcomes: list[WeightsEntry] = Field(default=[], description="None is not attributed")


class ProviderEntry(Asked):
    """Who delivers."""

    code: Code
    name: Title
    sector: Annotated[Sector, Field(strict=False)] | None = None
    also_known_as: list[Title] = Field(default=[], description="Names as extracts print them")


class ContractEntry(ContractParts):
    """A contract with a provider for a service, out of a fund.

    Where it says no more than the outline, it is one lot for the whole of its value.
    """

    number: Number
    title: Title
    provider: Code
    service: Code
    fund: Code
    value: Amount
    starts: date
    ends: date | None = None


class PersonEntry(Asked):
    """A person who may sign in; their password is set with `trust user password`."""

    username: Annotated[Printable, Field(min_length=2, max_length=40)]
    name: Title
    email: ShortText = ""
    role: Annotated[Role, Field(strict=False)]
    partner: Code | None = None
    active: bool = True


class BudgetLineEntry(Asked):
    """One line of a budget; without an outcome it is parted by the service's weights."""

    account: AccountName
    service: Code | None = None
    amount: Amount
    outcome: OutcomeKey | Literal["not_attributed"] | None = None


class BudgetEntry(Asked):
    """The whole budget of a fund for a year: a line that is left out goes to nil."""

    fund: Code
    year: Year
    reason: ShortText = Field(default="", description="Why it changes, if it does")
    lines: list[BudgetLineEntry] = Field(min_length=1)


class Document(Asked):
    """What a trust should be. What the file does not say stays as it is."""

    trust: Title | None = Field(default=None, description="The trust's name")
    kept_by: Code | None = Field(default=None, description="The one partner that keeps these books")
    years: list[Year] = Field(default=[], description="Financial years to be opened")
    partners: list[PartnerEntry] = []
    accounts: list[AccountEntry] = []
    funds: list[FundEntry] = []
    services: list[ServiceEntry] = []
    providers: list[ProviderEntry] = []
    contracts: list[ContractEntry] = []
    contract_variations: list[ContractVariationAsked] = []
    people: list[PersonEntry] = []
    coding_rules: list[CodingRule] = []
    year_ends: list[YearEndEntry] = Field(default=[], description="What becomes of surpluses")
    budgets: list[BudgetEntry] = []
    virement_rules: list[VirementRule] = []
    profiles: list[ProfileAsked] = []
    agreements: list[AgreementAsked] = []
    agreement_variations: list[VariationAsked] = []
    office_holders: list[OfficeHolder] = []
    contributions: list[ContributionAsked] = []
    risk_shares: list[RiskShareAgreed] = []
    grants: list[GrantAsked] = []
    allocations: list[AllocationAsked] = []
    indicators: list[IndicatorAsked] = []
    indicator_mappings: list[MappingAsked] = []
    targets: list[TargetAsked] = []


def schema() -> dict[str, Any]:
    """The file's JSON Schema."""
    made = Document.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A trust, as trust apply reads it",
        **{key: value for key, value in made.items() if key != "title"},
    }

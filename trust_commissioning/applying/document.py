"""The shape of the file `trust apply` reads: strict, every field named, money as text."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from ledger.funds import FundKind, LegalBasis
from ledger.journal import unfit_characters
from ledger.outcomes import Outcome
from ledger.periods import FinancialYear
from trust_commissioning.importing.coding import Amount, CodingRule
from trust_commissioning.roles import Role


def _printable(text: str) -> str:
    if unfit := unfit_characters(text.replace("\n", " ")):
        raise ValueError(f"The text holds characters that cannot be printed: {unfit}.")
    return text.strip()


def _year(value: object) -> FinancialYear:
    if isinstance(value, FinancialYear):
        return value
    if not isinstance(value, str):
        raise ValueError(f"“{value}” is not a financial year; write it as 2003-04.")
    return FinancialYear.parse(value)


Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
"""A readable key: small letters, figures, hyphens."""
Number = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,59}$")]
"""A contract's number; it becomes a Beancount link."""
Title = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
Text = Annotated[str, Field(max_length=4000), AfterValidator(_printable)]
ShortText = Annotated[str, Field(max_length=200), AfterValidator(_printable)]
AccountName = Annotated[str, Field(min_length=1, max_length=120)]
Year = Annotated[
    FinancialYear,
    BeforeValidator(_year),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}$", "examples": ["2003-04"]}),
]
OutcomeKey = Annotated[Outcome, Field(strict=False)]
Weight = Annotated[int, Field(ge=1, le=1_000_000)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class PartnerEntry(_Part):
    """A body in the agreement."""

    code: Code
    name: Title
    kind: ShortText = Field(default="", description="council, education, health, youth, justice …")


class AccountEntry(_Part):
    """An account beside those of the chart that is shipped, or a change to one of them."""

    name: AccountName = Field(description="Its Beancount name, such as Expenses:Premises:Rents")
    title: Title
    subjective: ShortText = ""
    s251_line: ShortText = ""
    council_code: ShortText = ""
    needs_partner: bool = False
    closed: bool = False


class FundEntry(_Part):
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


class WeightsEntry(_Part):
    """The outcome weights of a service from a day on."""

    starts: date
    weights: dict[OutcomeKey, Weight] = Field(min_length=1)


class ServiceEntry(_Part):
    """What is bought or provided for children, with the outcomes it is for."""

    code: Code
    title: Title
    description: Text = ""
    review_day: date | None = None
    outcomes: list[WeightsEntry] = Field(default=[], description="None is not attributed")


class ProviderEntry(_Part):
    """Who delivers."""

    code: Code
    name: Title
    sector: ShortText = ""
    also_known_as: list[Title] = Field(default=[], description="Names as extracts print them")


class ContractEntry(_Part):
    """A contract with a provider for a service, out of a fund."""

    number: Number
    title: Title
    provider: Code
    service: Code
    fund: Code
    value: Amount
    starts: date
    ends: date | None = None


class PersonEntry(_Part):
    """A person who may sign in; their password is set with `trust user password`."""

    username: Annotated[str, Field(min_length=2, max_length=40)]
    name: Title
    email: ShortText = ""
    role: Annotated[Role, Field(strict=False)]
    partner: Code | None = None
    active: bool = True


class BudgetLineEntry(_Part):
    """One line of a budget; without an outcome it is parted by the service's weights."""

    account: AccountName
    service: Code | None = None
    amount: Amount
    outcome: OutcomeKey | Literal["not_attributed"] | None = None


class BudgetEntry(_Part):
    """The whole budget of a fund for a year: a line that is left out goes to nil."""

    fund: Code
    year: Year
    lines: list[BudgetLineEntry] = Field(min_length=1)


class InstalmentEntry(_Part):
    """One dated part of a contribution; it is posted when its day has come."""

    day: date
    amount: Amount


class ContributionEntry(_Part):
    """What a partner puts into a fund in a year, in cash or in kind."""

    fund: Code
    partner: Code
    year: Year
    kind: Literal["cash", "in_kind"] = "cash"
    reference: Code | None = Field(default=None, description="Tells two of the same kind apart")
    account: AccountName | None = Field(default=None, description="In kind: the expense")
    service: Code | None = Field(default=None, description="In kind: the service")
    instalments: list[InstalmentEntry] = Field(min_length=1)

    @property
    def key(self) -> str:
        """What names it among the fund's contributions of the year."""
        kind = self.kind.replace("_", "-")
        parts = (self.fund, str(self.year), self.partner, kind, self.service, self.reference)
        return "/".join(part for part in parts if part)


class Document(_Part):
    """What a trust should be. What the file does not say stays as it is."""

    trust: Title | None = Field(default=None, description="The trust's name")
    years: list[Year] = Field(default=[], description="Financial years to be opened")
    partners: list[PartnerEntry] = []
    accounts: list[AccountEntry] = []
    funds: list[FundEntry] = []
    services: list[ServiceEntry] = []
    providers: list[ProviderEntry] = []
    contracts: list[ContractEntry] = []
    people: list[PersonEntry] = []
    coding_rules: list[CodingRule] = []
    budgets: list[BudgetEntry] = []
    contributions: list[ContributionEntry] = []


def schema() -> dict[str, Any]:
    """The file's JSON Schema."""
    made = Document.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A trust, as trust apply reads it",
        **{key: value for key, value in made.items() if key != "title"},
    }

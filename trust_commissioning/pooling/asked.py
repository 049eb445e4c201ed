"""What is asked of the pool's services, as a file or a program writes it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from ledger.funds import FundKind, LegalBasis
from ledger.money import NIL, Money
from ledger.pool.agreement import (
    AccountingRole,
    Agreement,
    Appointment,
    Body,
    Limit,
    Party,
    PartyRole,
    RolePlaced,
    Terms,
    Variation,
)
from ledger.pool.contributions import Contribution, ContributionKind, Form, Instalment
from ledger.pool.noted import Office, OfficeHeld
from ledger.pool.vat import Delivery, VatRegime
from trust_commissioning.fields import (
    AccountName,
    Amount,
    Asked,
    Code,
    PeriodName,
    Reference,
    ShortText,
    Text,
    Title,
    Year,
)

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9/-]{0,299}$")]
"""A contribution's key: fund, year, partner, kind and what else tells it apart."""


Late = Annotated[
    PeriodName | None,
    Field(default=None, description="An open period, where the day's own is closed"),
]
"""Where an event that came late is entered."""


class PartyAsked(Asked):
    """A body that signed."""

    partner: Code
    body: Annotated[Body, Field(strict=False)]
    role: Annotated[PartyRole, Field(strict=False)] = PartyRole.PARTNER
    consents: list[ShortText] = Field(
        default=[], description="Of an NHS trust: the health authorities that consented"
    )

    def read(self) -> Party:
        return Party(
            partner=self.partner, body=self.body, role=self.role, consents=tuple(self.consents)
        )


class LimitAsked(Asked):
    """What somebody may decide alone, up to an amount."""

    who: Title
    decision: Title
    amount: Amount

    def read(self) -> Limit:
        return Limit(who=self.who, decision=self.decision, amount=self.amount)


class TermsAsked(Asked):
    """What the agreement says of each of the seven contents of SI 2000/617, regulation 7(3)."""

    aims: Text = Field(default="", description="(a) the agreed aims and outcomes")
    contributions: Text = Field(default="", description="(b) what each partner contributes")
    contributions_varied: Text = Field(default="", description="(b) how that may be varied")
    functions: Text = Field(default="", description="(c) NHS and health-related functions")
    services: Text = Field(default="", description="(d) the persons and kinds of services")
    resources: Text = Field(default="", description="(e) staff, goods, services, accommodation")
    duration: Text = Field(default="", description="(f) how long")
    review: Text = Field(default="", description="(f) how it is reviewed")
    variation: Text = Field(default="", description="(f) how it is varied")
    termination: Text = Field(default="", description="(f) how it ends")
    management: Text = Field(default="", description="(g) how the fund is managed")
    monitoring: Text = Field(default="", description="(g) how it is monitored")

    def read(self) -> Terms:
        return Terms(**self.model_dump())


class DeliveryAsked(Asked):
    """Who delivers a service, and so how its VAT comes back."""

    service: Code
    partner: Code
    regime: Annotated[VatRegime, Field(strict=False)]
    contracted_out: bool = Field(default=False, description="NHS: under the Treasury's direction")
    starts: date | None = Field(default=None, description="The agreement's first day without it")

    def read(self, starts: date) -> Delivery:
        return Delivery(
            starts=self.starts or starts,
            service=self.service,
            partner=self.partner,
            regime=self.regime,
            contracted_out=self.contracted_out,
        )


class RoleAsked(Asked):
    """How a partner accounts for its part; every partner where none is named."""

    role: Annotated[AccountingRole, Field(strict=False)]
    partner: Code | None = None
    starts: date | None = Field(default=None, description="The agreement's first day without it")

    def read(self, starts: date) -> RolePlaced:
        return RolePlaced(starts=self.starts or starts, role=self.role, partner=self.partner or "")


class AgreementAsked(Asked):
    """A signed agreement behind a fund. Its kind and its power are the fund's."""

    reference: Code
    fund: Code
    title: Title
    parties: list[PartyAsked] = Field(min_length=1)
    host: Code | None = Field(default=None, description="The partner that keeps the accounts")
    pool_manager: ShortText = Field(default="", description="The host's officer who manages it")
    starts: date
    signed: date | None = None
    ends: date | None = None
    review_day: date | None = None
    notice_months: int = Field(default=0, ge=0, le=60)
    terms: TermsAsked = TermsAsked()
    limits: list[LimitAsked] = []
    accounting_roles: list[RoleAsked] = []
    deliveries: list[DeliveryAsked] = []

    def read(self) -> Agreement:
        """The agreement; the service takes its kind and power from its fund."""

        def appointed(holder: str) -> tuple[Appointment, ...]:
            signed = Appointment(starts=self.starts, holder=holder, reason="As signed")
            return (signed,) if holder else ()

        return Agreement(
            reference=self.reference,
            fund=self.fund,
            kind=FundKind.POOLED,
            basis=LegalBasis.OTHER_POWER,
            title=self.title,
            parties=tuple(one.read() for one in self.parties),
            starts=self.starts,
            signed=self.signed,
            ends=self.ends,
            review_day=self.review_day,
            notice_months=self.notice_months,
            terms=self.terms.read(),
            limits=tuple(one.read() for one in self.limits),
            hosts=appointed(self.host or ""),
            managers=appointed(self.pool_manager),
            roles=tuple(one.read(self.starts) for one in self.accounting_roles),
            deliveries=tuple(one.read(self.starts) for one in self.deliveries),
        )


class VariationAsked(Asked):
    """What the partners agreed to change from a day on; what is left out stays as it was."""

    agreement: Code
    reference: Reference
    day: date
    reason: Title
    title: Title | None = None
    parties: list[PartyAsked] | None = None
    terms: TermsAsked = TermsAsked()
    limits: list[LimitAsked] | None = None
    review_day: date | None = None
    ends: date | None = None

    def read(self) -> Variation:
        said = self.terms.model_dump(exclude_unset=True)
        return Variation(
            starts=self.day,
            reference=self.reference,
            reason=self.reason,
            title=self.title,
            parties=None if self.parties is None else tuple(one.read() for one in self.parties),
            terms=tuple(sorted(said.items())),
            limits=None if self.limits is None else tuple(one.read() for one in self.limits),
            review_day=self.review_day,
            ends=self.ends,
        )


class InstalmentAsked(Asked):
    """One dated part of a contribution; it is posted when its day has come."""

    day: date
    amount: Amount


class ContributionAsked(Asked):
    """What a partner puts into a fund in a year, in cash or in kind."""

    fund: Code
    partner: Code
    year: Year
    kind: Literal["cash", "in_kind"] = "cash"
    reference: Code | None = Field(default=None, description="Tells two of the same kind apart")
    form: Annotated[Form, Field(strict=False)] | None = Field(
        default=None, description="In kind: staff, premises, goods or services"
    )
    valuation: Text = Field(default="", description="In kind: how it was valued")
    recurrent: bool = Field(default=True, description="Whether next year begins with it")
    gross: Amount | None = Field(default=None, description="Agreed before client charges")
    client_charges: Amount = Field(default=NIL, description="Taken off: families pay it")
    account: AccountName | None = Field(default=None, description="In kind: the expense")
    service: Code | None = Field(default=None, description="In kind: the service")
    instalments: list[InstalmentAsked] = Field(min_length=1)

    @property
    def key(self) -> str:
        """What names it among the fund's contributions of the year."""
        kind = self.kind.replace("_", "-")
        parts = (self.fund, str(self.year), self.partner, kind, self.service, self.reference)
        return "/".join(part for part in parts if part)

    def read(self) -> Contribution:
        return Contribution(
            key=self.key,
            fund=self.fund,
            year=self.year,
            partner=self.partner,
            kind=ContributionKind(self.kind),
            form=self.form,
            valuation=self.valuation,
            recurrent=self.recurrent,
            gross=self.gross,
            client_charges=self.client_charges,
            account=self.account or "",
            service=self.service or "",
            instalments=tuple(
                Instalment(
                    day=one.day,
                    amount=one.amount,
                    in_kind=self.kind == ContributionKind.IN_KIND.value,
                )
                for one in self.instalments
            ),
        )


class OfficeHolder(Asked):
    """Who is Director of Children's Services or lead member, from a day on (5.8 to 5.11)."""

    reference: Reference
    office: Annotated[Office, Field(strict=False)]
    name: ShortText = Field(default="", description="Empty while nobody holds it")
    day: date
    reason: ShortText = ""

    def read(self) -> OfficeHeld:
        return OfficeHeld(office=self.office, name=self.name, starts=self.day, reason=self.reason)


def hundredths(percent: str) -> int:
    """``2.5`` as 250 hundredths of a percent.

    Raises:
        ValueError: for what is not a percentage of up to two places.
    """
    return Money.parse(percent if "." not in percent else _two_places(percent)).pence


def _two_places(text: str) -> str:
    whole, _, part = text.partition(".")
    return f"{whole}.{part.ljust(2, '0')}"

"""What is asked of the services of contracts, as a file or a program writes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Annotated, Literal, Protocol, TypeVar

from pydantic import BeforeValidator, Field, WithJsonSchema

from contracts.contract import (
    Change,
    Contract,
    Extension,
    Form,
    Indexation,
    Lot,
    LotChange,
    Term,
    Terms,
    Variation,
    whole,
)
from contracts.kpi import Bound, Frequency, Kpi
from contracts.obligations import Duty, Obligation
from contracts.pricing import Pricing, Unit
from trust_commissioning.fields import (
    Amount,
    Asked,
    Code,
    Number,
    Override,
    Reference,
    ShortText,
    Text,
    Title,
)

_R_co = TypeVar("_R_co", covariant=True)


class _Readable(Protocol[_R_co]):
    def read(self) -> _R_co: ...


_PATTERN = r"^-?\d{1,9}(\.\d{1,4})?$"


def _figure(value: object) -> Fraction:
    if isinstance(value, Fraction):
        return value
    if not isinstance(value, str) or re.match(_PATTERN, value, re.ASCII) is None:
        raise ValueError(f"“{value}” is not a figure here; write it in quotes, as “95” or “2.5”.")
    return Fraction(value)


Figure = Annotated[
    Fraction,
    Field(strict=False),
    BeforeValidator(_figure),
    WithJsonSchema({"type": "string", "pattern": _PATTERN, "examples": ["95", "2.5"]}),
]
"""An exact figure of at most four places."""


class LotAsked(Asked):
    """A part of a contract let separately, with its unit and price."""

    code: Code
    title: Title
    service: Code | None = Field(default=None, description="The contract's own without it")
    pricing: Annotated[Pricing, Field(strict=False)] | None = Field(
        default=None, description="As the contract's form says without it; a framework's is spot"
    )
    unit: Annotated[Unit, Field(strict=False)]
    price: Amount | None = Field(default=None, description="Of one unit; none: with each order")
    volume: int | None = Field(default=None, description="Units agreed for the whole term")
    further_price: Amount | None = Field(default=None, description="Of each unit beyond the volume")

    def read(self, form: Form, service: str) -> Lot:
        usual = Pricing.SPOT if form is Form.FRAMEWORK else Pricing(form.value)
        return Lot(
            code=self.code,
            title=self.title,
            service=self.service or service,
            pricing=self.pricing or usual,
            unit=self.unit,
            price=self.price,
            volume=self.volume,
            further_price=self.further_price,
        )


class ExtensionAsked(Asked):
    """An option to go on until a day."""

    code: Code
    until: date
    notify_by: date | None = Field(default=None, description="The last day to take it up")

    def read(self) -> Extension:
        return Extension(code=self.code, until=self.until, notify_by=self.notify_by)


class ObligationAsked(Asked):
    """What is to be done by a day, once or again and again."""

    code: Code
    title: Title
    day: date = Field(description="The first day it is due")
    whose: Annotated[Duty, Field(strict=False)] = Duty.PROVIDER
    every: Annotated[Frequency, Field(strict=False)] | None = None
    until: date | None = None

    def read(self) -> Obligation:
        return Obligation(**dict(self))


class KpiAsked(Asked):
    """A measure of the service; a measure for children is an outcome target."""

    code: Code
    title: Title
    unit: ShortText = Field(default="%", description="What the figures are: %, days, visits")
    target: Figure
    bound: Annotated[Bound, Field(strict=False)] = Bound.AT_LEAST
    tolerance: Figure = Field(default=Fraction(0), description="How far off is still well")
    frequency: Annotated[Frequency, Field(strict=False)] = Frequency.QUARTERLY

    def read(self) -> Kpi:
        return Kpi(**dict(self))


class IndexationAsked(Asked):
    """A clause by which prices follow a published index."""

    index: ShortText = Field(min_length=1, description="Its name, such as RPI")
    base: date = Field(description="Any day of the month it is counted from")
    words: ShortText = Field(default="", description="The clause, and how often")
    cap: Figure | None = Field(default=None, description="The most of one rise, in percent")
    collar: Figure | None = Field(default=None, description="The least of one rise, in percent")

    def read(self) -> Indexation:
        return Indexation(**dict(self) | {"base": self.base.replace(day=1)})


class ContractParts(Asked):
    """What a contract says beside its number, provider, service, fund, value and days."""

    form: Annotated[Form, Field(strict=False)] = Form.BLOCK
    signed: date | None = Field(default=None, description="Without it the contract is a draft")
    procurement: Reference | None = Field(default=None, description="What it was awarded by")
    irrecoverable_vat: Amount | None = Field(
        default=None, description="VAT on the value that nobody gives back"
    )
    notice_months: int = Field(default=0, ge=0, le=60)
    extensions: list[ExtensionAsked] = Field(default=[], description="Options, in order")
    lots: list[LotAsked] = Field(default=[], description="One lot for the whole without them")
    obligations: list[ObligationAsked] = []
    kpis: list[KpiAsked] = []
    indexation: IndexationAsked | None = None


class ContractAsked(ContractParts):
    """A contract as it is signed, or as it is drafted while no signing day is given."""

    number: Number
    title: Title
    provider: Code
    service: Code
    fund: Code
    value: Amount = Field(description="For the whole term, without irrecoverable VAT")
    starts: date
    ends: date | None = Field(default=None, description="None is no fixed end")

    def read(self) -> Contract:
        lots = tuple(one.read(self.form, self.service) for one in self.lots)
        return Contract(
            number=self.number,
            provider=self.provider,
            service=self.service,
            fund=self.fund,
            form=self.form,
            state="draft" if self.signed is None else "signed",
            signed=self.signed,
            procurement=self.procurement or "",
            as_signed=Terms(
                title=self.title,
                starts=self.starts,
                ends=self.ends,
                value=self.value,
                irrecoverable_vat=self.irrecoverable_vat,
                notice_months=self.notice_months,
                extensions=tuple(one.read() for one in self.extensions),
                lots=lots or (whole(self.title, self.service, self.value),),
                obligations=tuple(one.read() for one in self.obligations),
                kpis=tuple(one.read() for one in self.kpis),
                indexation=None if self.indexation is None else self.indexation.read(),
            ),
        )


class LotChangeAsked(Asked):
    """What changes of a lot; what is left out stays as it was."""

    lot: Code
    price: Amount | None = None
    volume: int | None = None
    further_price: Amount | None = None

    def read(self) -> LotChange:
        return LotChange(**dict(self))


class VariationAsked(Asked):
    """What both sides agreed to change from a day on; what is left out stays as it was."""

    contract: Number
    reference: Reference
    day: date = Field(description="From when it holds; a day gone by is taken in its place")
    reason: Title
    title: Title | None = None
    ends: date | Literal["no_fixed_end"] | None = Field(
        default=None, description="A new last day, or no_fixed_end"
    )
    extensions: list[ExtensionAsked] | None = None
    notice_months: Annotated[int, Field(ge=0, le=60)] | None = None
    value: Amount | None = None
    irrecoverable_vat: Amount | None = None
    lots_added: list[LotAsked] = []
    lots_ended: list[Code] = Field(default=[], description="No orders from the day on")
    lots_changed: list[LotChangeAsked] = []
    obligations: list[ObligationAsked] | None = None
    kpis: list[KpiAsked] | None = None
    indexation: IndexationAsked | None = None
    override: Override | None = Field(
        default=None, description="Of a rise above what is available: why it is let go on"
    )

    def read(self, contract: Contract) -> Variation:
        """The variation of a contract, whose form and service new lots take where they say none."""
        ends = None if self.ends == "no_fixed_end" else self.ends
        return Variation(
            starts=self.day,
            reference=self.reference,
            reason=self.reason,
            title=self.title,
            term=None if self.ends is None else Term(ends),
            extensions=_read(self.extensions),
            notice_months=self.notice_months,
            value=self.value,
            irrecoverable_vat=self.irrecoverable_vat,
            lots_added=tuple(one.read(contract.form, contract.service) for one in self.lots_added),
            lots_ended=tuple(self.lots_ended),
            lots_changed=tuple(one.read() for one in self.lots_changed),
            obligations=_read(self.obligations),
            kpis=_read(self.kpis),
            indexation=None if self.indexation is None else self.indexation.read(),
            override="" if self.override is None else self.override.reason,
        )


class VariationTold(VariationAsked):
    """A variation with what it ends: what is called off beyond that is ended by the same act."""

    end_call_offs: bool = Field(
        default=False, description="Of an earlier end, or lots that end: end what goes on past it"
    )


class ExtensionTaken(Asked):
    """An option of the contract taken up."""

    contract: Number
    reference: Reference
    day: date = Field(description="When the provider was told")
    option: Code
    reason: Title


class ContractEnd(Asked):
    """A contract comes to its end, or is terminated before it."""

    contract: Number
    reference: Reference
    day: date = Field(description="When notice was given, or its end was noted")
    last_day: date = Field(description="The last day it runs")
    how: Literal["ended", "terminated"]
    reason: Title
    end_call_offs: bool = Field(
        default=False, description="End on the last day what is called off beyond it"
    )

    def read(self) -> Variation:
        """The change of its terms that the end is."""
        return Variation(
            starts=self.day,
            reference=self.reference,
            reason=self.reason,
            kind=Change.TERMINATED if self.how == "terminated" else Change.ENDED,
            term=Term(self.last_day),
        )


class ContractReopened(Asked):
    """A contract that was ended goes on."""

    contract: Number
    reference: Reference
    day: date
    ends: date | None = Field(default=None, description="Its last day now; none is no fixed end")
    reason: Title


class PriceAsked(Asked):
    """The price a provider asks for a lot."""

    lot: Code
    price: Amount


class IndexRise(Asked):
    """A rise by an index the contract names, from one month's figure to another's."""

    month: date = Field(description="Any day of the month it is counted to")
    base: date | None = Field(default=None, description="The clause's base month without it")


class UpliftAsked(Asked):
    """A provider asks for new prices from a day on: as prices, by a percentage, or by the index."""

    contract: Number
    reference: Reference
    day: date = Field(description="When it was asked for")
    starts: date = Field(description="From when the new prices would hold")
    reason: Text = Field(min_length=1)
    prices: list[PriceAsked] = []
    percent: Figure | None = None
    index: IndexRise | None = None
    lots: list[Code] = Field(default=[], description="Which lots rise; all with a price without it")
    value: Amount | None = Field(
        default=None, description="The contract's value if it is applied, where it changes"
    )


class UpliftDecided(Asked):
    """Somebody else than put it in has checked it, applies it, or refuses it with the reason."""

    uplift: Reference
    step: Literal["checked", "applied", "refused"]
    day: date
    reason: Text = ""
    override: Override | None = Field(
        default=None, description="Where it is applied above what is available: why"
    )


class IndexFigureAsked(Asked):
    """A published index in a month; sent with another figure, it is revised."""

    index: ShortText = Field(min_length=1)
    month: date = Field(description="Any day of it")
    figure: Figure
    source: Title


class ObligationDone(Asked):
    """That what a contract asks for by a day was done."""

    contract: Number
    reference: Reference
    obligation: Code
    due: date = Field(description="The day it was due")
    day: date = Field(description="The day it was done")
    words: Text = Field(default="", description="What shows it")


class DocumentAsked(Asked):
    """A paper of a contract, kept elsewhere: its name, fingerprint and place."""

    contract: Number
    reference: Reference
    name: Title
    kind: ShortText = Field(min_length=1, description="contract, variation, letter, minute …")
    day: date
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    kept_at: ShortText = Field(default="", description="Where it is filed")


def _read(given: Sequence[_Readable[_R_co]] | None) -> tuple[_R_co, ...] | None:
    return None if given is None else tuple(one.read() for one in given)

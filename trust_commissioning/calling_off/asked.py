"""What is asked of the call-off's services, as a file or a program writes it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from contracts.call_off import Funder, Happening, Kind
from contracts.lifecycle import CallOffEvent
from contracts.pricing import Unit
from ledger.money import NIL
from trust_commissioning.fields import (
    AccountName,
    Amount,
    Asked,
    Code,
    Number,
    Override,
    Percent,
    PeriodName,
    Reference,
    Title,
    Units,
    Weight,
)

CaseReference = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{2,39}$")]
"""The case system's own opaque reference of a child: never a name, a date or a number of theirs."""


class FunderAsked(Asked):
    """Whose money pays a part."""

    fund: Code
    weight: Weight
    partner: Code | None = None

    def read(self) -> Funder:
        return Funder(fund=self.fund, weight=self.weight, partner=self.partner or "")


class CallOffAsked(Asked):
    """An order or a placement under a lot of a contract."""

    reference: Reference
    contract: Number
    lot: Code = "main"
    kind: Annotated[Kind, Field(strict=False)] = Kind.ORDER
    stage: Literal["order", "requisition"] = "order"
    of_requisition: Number | None = Field(
        default=None, description="The requisition the order is made from"
    )
    title: Title
    case_reference: CaseReference | None = Field(
        default=None, description="Of a placement: the case system's opaque reference"
    )
    account: AccountName = Field(description="The expense it is spent under")
    quantity: Units = Field(
        default=Fraction(1), description="Units; how many at once where the unit is time"
    )
    unit: Annotated[Unit, Field(strict=False)] | None = Field(
        default=None, description="What the price is for; the lot's without it"
    )
    price: Amount | None = Field(default=None, description="For a unit; the lot's without it")
    irrecoverable_vat: Percent = 0
    day: date = Field(description="The day it was asked for or ordered")
    starts: date
    expected_end: date | None = Field(default=None, description="The last day that is planned")
    funding: list[FunderAsked] = Field(
        default=[], description="Who pays, in weights; the contract's fund without it"
    )
    override: Override | None = None
    period: PeriodName | None = Field(
        default=None, description="An open period, where the day's own is closed"
    )


class Change(Asked):
    """What every change of a call-off says."""

    reference: Reference
    call_off: Number
    day: date
    reason: Title
    override: Override | None = None
    period: PeriodName | None = Field(
        default=None, description="An open period, where the day's own is closed"
    )


class VariationAsked(Change):
    """A call-off is to be otherwise from a day on; what is left out stays as it was."""

    price: Amount | None = None
    quantity: Units | None = None
    expected_end: date | None = None
    no_expected_end: bool = False
    funding: list[FunderAsked] = Field(default=[])

    def read(self) -> Happening:
        return Happening(
            event=CallOffEvent.VARY,
            day=self.day,
            reason=self.reason,
            price=self.price,
            quantity=self.quantity,
            expected_end=self.expected_end,
            no_expected_end=self.no_expected_end,
            funders=tuple(one.read() for one in self.funding),
        )


class EnhancementAsked(Change):
    """More is paid for a while, for each unit as the price is; `day` is its first."""

    ends: date
    price: Amount = Field(description="On top of the price, for each unit")

    def read(self) -> Happening:
        return Happening(
            event=CallOffEvent.VARY,
            day=self.day,
            reason=self.reason,
            until=self.ends,
            enhancement=self.price,
        )


class SuspensionAsked(Change):
    """Nothing, or a retainer, is paid from a day on; until another, or until it is resumed."""

    ends: date | None = None
    retainer: Amount = Field(default=NIL, description="What is still paid for each unit")

    def read(self) -> Happening:
        return Happening(
            event=CallOffEvent.SUSPEND,
            day=self.day,
            reason=self.reason,
            until=self.ends,
            retainer=self.retainer,
        )


class Resumption(Change):
    """A suspension is over; `day` is the first that is paid again."""

    def read(self) -> Happening:
        return Happening(event=CallOffEvent.RESUME, day=self.day, reason=self.reason)


class Ending(Change):
    """A call-off ends; `day` is the last that is paid."""

    quantity: Units | None = Field(default=None, description="What there was in all")

    def read(self) -> Happening:
        return Happening(
            event=CallOffEvent.END, day=self.day, reason=self.reason, quantity=self.quantity
        )


class Conversion(Change):
    """A requisition becomes the order, as a whole."""

    def read(self) -> Happening:
        return Happening(event=CallOffEvent.ORDER, day=self.day, reason=self.reason)


class Cancellation(Change):
    """A requisition is not wanted any more."""

    def read(self) -> Happening:
        return Happening(event=CallOffEvent.CANCEL, day=self.day, reason=self.reason)


class Closing(Change):
    """All is billed and paid that will be: what is left of the promise is released."""

    def read(self) -> Happening:
        return Happening(event=CallOffEvent.CLOSE, day=self.day, reason=self.reason)


class Reopening(Change):
    """A closed call-off is opened again for a late invoice."""

    def read(self) -> Happening:
        return Happening(event=CallOffEvent.REOPEN, day=self.day, reason=self.reason)

"""What is asked of the services of deliveries and invoices, as a file or a program writes it."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from contracts.invoice import Invoice, Line
from ledger.money import NIL
from trust_commissioning.fields import (
    Amount,
    Asked,
    Code,
    Number,
    Percent,
    PeriodName,
    Reference,
    ShortText,
    Title,
    Units,
)

Late = Field(default=None, description="An open period, where the day's own is closed")


class ReturnAsked(Asked):
    """What a provider says was delivered under a call-off in a stretch of days."""

    reference: Reference
    call_off: Number
    starts: date
    ends: date
    units: Units
    kpis: dict[Code, Units] = Field(default={}, description="Of the contract's KPIs, by code")
    words: ShortText = ""
    day: date = Field(description="The day it came")


class LineAsked(Asked):
    """What is asked for days of a call-off, before VAT, with its VAT."""

    call_off: Number
    starts: date
    ends: date
    units: Units | None = None
    net: Amount
    vat: Amount = NIL
    words: ShortText = ""
    takes_back: bool = Field(
        default=False,
        description="Of a credit note: its days or units were not delivered, and may be asked for "
        "again",
    )


class InvoiceAsked(Asked):
    """An invoice as it came, or a credit note: then `credits` names the invoice it takes from."""

    reference: Reference
    provider: Code
    number: Title = Field(description="As it is printed")
    day: date
    received: date
    due: date | None = None
    credits: str | None = Field(default=None, pattern=r"^I-[0-9]{6,}$")
    lines: list[LineAsked] = Field(min_length=1)

    def read(self, key: str) -> Invoice:
        return Invoice(
            key=key,
            provider=self.provider,
            number=self.number,
            day=self.day,
            received=self.received,
            due=self.due,
            credits=self.credits or "",
            lines=tuple(
                Line(
                    number=number,
                    call_off=line.call_off,
                    starts=line.starts,
                    ends=line.ends,
                    units=line.units,
                    net=line.net,
                    vat=line.vat,
                    words=line.words,
                    takes_back=line.takes_back,
                )
                for number, line in enumerate(self.lines, 1)
            ),
        )


class OfInvoice(Asked):
    """What every step of an invoice says."""

    reference: Reference
    invoice: str = Field(pattern=r"^I-[0-9]{6,}$")
    day: date


class ApprovalAsked(OfInvoice):
    """What is undisputed of an invoice is approved: it is owed from now on."""

    period: PeriodName | None = Late


class LineDispute(OfInvoice):
    """A part of a line is denied, for a reason."""

    line: int = Field(ge=1)
    amount: Amount
    reason: Title


class LineResolution(OfInvoice):
    """What of a line is owed after all, before VAT; that ends what was disputed of it."""

    line: int = Field(ge=1)
    owed: Amount
    reason: Title


class Rejection(OfInvoice):
    """The whole invoice is sent back."""

    reason: Title


class PaymentAsked(OfInvoice):
    """An approved invoice is paid, in whole or in part."""

    amount: Amount
    period: PeriodName | None = Late


class Recovery(OfInvoice):
    """What was paid for days that were not ordered is asked back from the provider.

    The days it names are billed no more. The whole of what was overpaid takes back each of the
    line's days that did not run; a part takes back none that it does not name.
    """

    line: int = Field(ge=1)
    amount: Amount = Field(description="Before VAT")
    starts: date | None = Field(default=None, description="The first of the days it takes back")
    ends: date | None = Field(default=None, description="The last of them")
    reason: Title
    period: PeriodName | None = Late

    @model_validator(mode="after")
    def _check_days(self) -> Self:  # noqa: N804 - called on the value
        if (self.starts is None) != (self.ends is None):
            raise ValueError("Say the first and the last of the days, or neither.")
        if self.starts is not None and self.ends is not None and self.ends < self.starts:
            raise ValueError("The last of the days is before the first.")
        return self


class ToleranceAsked(Asked):
    """By how much a line may be asked above what was ordered: the smaller of the two."""

    reference: Reference
    day: date
    percent: Percent
    amount: Amount
    reason: Title


class HeldPayment(Asked):
    """What a payment that was held paid for: an invoice, or its own coding after all."""

    reference: Reference
    journal: Number
    day: date
    invoice: str | None = Field(default=None, pattern=r"^I-[0-9]{6,}$")
    reason: Title
    period: PeriodName | None = Late

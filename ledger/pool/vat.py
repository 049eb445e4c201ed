"""VAT on what a fund buys: recovered as the body that delivers the service may recover it.

A local authority gets the whole of it back (VAT Act 1994, section 33); an NHS body only on
services contracted out under the Treasury's direction (section 41); another body none here. What is
not recovered is part of the cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.money import NIL, Money
from ledger.problems import Problem


class VatRegime(StrEnum):
    """Under which rules the body that delivers a service recovers VAT."""

    LOCAL_AUTHORITY = "local_authority"
    NHS = "nhs"
    NONE = "none"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _TITLES[self]


_TITLES = {
    VatRegime.LOCAL_AUTHORITY: "Local authority: recovered in full",
    VatRegime.NHS: "NHS: recovered on contracted-out services only",
    VatRegime.NONE: "Not recovered",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Who delivers a service from a day on. `contracted_out` matters to an NHS body only."""

    starts: date
    service: str
    partner: str
    regime: VatRegime
    contracted_out: bool = False


@dataclass(frozen=True, slots=True)
class VatOfLine:
    """One line with its VAT parted; `cost` is what the fund bears."""

    net: Money
    recovered: Money
    irrecoverable: Money

    @property
    def gross(self) -> Money:
        return self.net + self.recovered + self.irrecoverable

    @property
    def cost(self) -> Money:
        return self.net + self.irrecoverable


def vat_of_line(net: Money, vat: Money, delivery: Delivery) -> VatOfLine:
    """A line's VAT by the regime of who delivers it: all of it recovered, or none."""
    recovers = delivery.regime is VatRegime.LOCAL_AUTHORITY or (
        delivery.regime is VatRegime.NHS and delivery.contracted_out
    )
    return VatOfLine(net, vat if recovers else NIL, NIL if recovers else vat)


def problems_in_line(net: Money, vat: Money, gross: Money) -> list[Problem]:
    """What is wrong with a line as printed: gross less VAT is net, or it is not read."""
    if gross - vat == net:
        return []
    return [
        Problem(
            "gross_less_vat_is_not_net",
            f"{gross} gross less {vat} VAT is {gross - vat}, and the line says {net} net.",
            "net",
        )
    ]

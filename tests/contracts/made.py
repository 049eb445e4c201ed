"""Contracts to test with, in the fewest words."""

from datetime import date
from fractions import Fraction
from typing import Any

from contracts.contract import Contract, Extension, Form, Lot, LotChange, Term, Terms, Variation
from contracts.pricing import Pricing, Unit
from ledger.money import Money

STARTS, ENDS = date(2003, 4, 1), date(2006, 3, 31)


def pounds(text: str) -> Money:
    return Money.parse(text)


def lot(code: str = "fostering", price: str | None = "700.00", **said: Any) -> Lot:
    """A spot lot by the week, unless something else is said."""
    return Lot(
        **{
            "code": code,
            "title": code.capitalize(),
            "service": "fostering",
            "pricing": Pricing.SPOT,
            "unit": Unit.WEEK,
            "price": None if price is None else pounds(price),
            **said,
        }
    )


def signed(*lots: Lot, **said: Any) -> Contract:
    """A framework for three years worth £300,000, with two years to go on for."""
    terms: dict[str, Any] = {
        "title": "Foster care agency placements",
        "starts": STARTS,
        "ends": ENDS,
        "value": pounds("300000.00"),
        "notice_months": 3,
        "extensions": (
            Extension(code="first", until=date(2007, 3, 31)),
            Extension(code="second", until=date(2008, 3, 31)),
        ),
        "lots": lots or (lot(),),
    }
    whole = {name: said.pop(name) for name in list(said) if name in Contract.__dataclass_fields__}
    return Contract(
        **{
            "number": "C-0007",
            "provider": "bright",
            "service": "fostering",
            "fund": "general",
            "form": Form.FRAMEWORK,
            "as_signed": Terms(**terms | said),
            **whole,
        }
    )


def vary(day: str, reference: str = "V1", **said: Any) -> Variation:
    return Variation(starts=date.fromisoformat(day), reference=reference, reason="Agreed", **said)


def repriced(code: str, price: str) -> tuple[LotChange, ...]:
    return (LotChange(lot=code, price=pounds(price)),)


def until(day: str | None) -> Term:
    return Term(None if day is None else date.fromisoformat(day))


def percent(text: str) -> Fraction:
    return Fraction(text)

"""What the trust's file says of the ends of years."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ledger.year_end import YearEnd
from trust_commissioning.fields import Asked, Code, Printable, ShortText, Year


class YearEndEntry(Asked):
    """What becomes of a fund's surplus at the end of a year, and of later ones."""

    fund: Code
    year: Year
    rule: Annotated[YearEnd, Field(strict=False)]
    clause: ShortText = Field(min_length=1, description="The clause or minute that decides it")
    shares: dict[Printable, int] = Field(
        default={}, description="Weights by partner, or by income account; else as cash came in"
    )

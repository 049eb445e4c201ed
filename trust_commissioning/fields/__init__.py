"""The kinds of field a person or a program fills in: strict, every one named, money as text."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)

from ledger.journal import unfit_characters
from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.periods import FinancialYear, Period


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


def _money(value: object) -> Money:
    """Refuses a number: what YAML reads as one has been through binary fractions."""
    if isinstance(value, Money):
        return value
    if not isinstance(value, str):
        raise ValueError(f"Write {value} in quotes, as pounds and pence: “1250.00”.")
    return Money.parse(value)


def _period(value: object) -> Period:
    if isinstance(value, Period):
        return value
    if not isinstance(value, str):
        raise ValueError(f"“{value}” is not a period; write it as 2003-04 P01.")
    return Period.parse(value)


def _exact(value: object) -> Fraction:
    if isinstance(value, Fraction):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,9}(\.\d{1,4})?", value, re.ASCII):
        raise ValueError(f"Write {value} in quotes, as a number of up to four places: “3.5”.")
    return Fraction(value)


def _hundredths(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", value, re.ASCII):
        raise ValueError(f"Write {value} in quotes, as a percentage: “17.5”.")
    return int(Fraction(value) * 100)


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
Amount = Annotated[
    Money,
    PlainValidator(_money),
    PlainSerializer(lambda money: money.plain, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,13}(\.\d{2})?$"}),
]
PeriodName = Annotated[
    Period,
    BeforeValidator(_period),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {"type": "string", "pattern": r"^\d{4}-\d{2} P\d{2}$", "examples": ["2003-04 P01"]}
    ),
]
Reference = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$",
        description="Sent again, it is the same event",
    ),
]
"""What names an event: sent again under it, it is the same one."""
Units = Annotated[
    Fraction,
    PlainValidator(_exact),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,9}(\.\d{1,4})?$", "examples": ["3.5"]}),
]
"""An exact number of units, of up to four places."""
Percent = Annotated[
    int,
    PlainValidator(_hundredths),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,3}(\.\d{1,2})?$", "examples": ["17.5"]}),
]
"""A percentage of nil or more, of up to two places, as hundredths."""


class Asked(BaseModel):
    """What somebody asks for: a field it does not know is refused, nothing is bent to fit."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True
    )


class Override(Asked):
    """A person with authority lets more be promised than is available."""

    reason: Title

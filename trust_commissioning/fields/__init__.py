"""The kinds of field a person or a program fills in: strict, every one named, money as text."""

from __future__ import annotations

import re
from datetime import date
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
    field_validator,
)

from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.periods import FinancialYear, Period
from ledger.text import unfit_characters


def _printable(text: str) -> str:
    if unfit := unfit_characters(text.replace("\n", " ")):
        raise ValueError(f"The text holds characters that cannot be printed: {unfit}.")
    return text


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


_PRINTABLE_ALONE = AfterValidator(lambda text: _printable(text).strip())
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
"""A readable key: small letters, figures, hyphens."""
Number = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,59}$")]
"""A contract's number; it becomes a Beancount link."""
FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(2999, 12, 31)
Printable = Annotated[str, AfterValidator(_printable)]
"""Any text at all that a book and a database can hold."""
Title = Annotated[str, Field(min_length=1, max_length=200), _PRINTABLE_ALONE]
Text = Annotated[str, Field(max_length=4000), _PRINTABLE_ALONE]
ShortText = Annotated[str, Field(max_length=200), _PRINTABLE_ALONE]
AccountName = Annotated[Printable, Field(min_length=1, max_length=120)]
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

    @field_validator("*")
    @classmethod
    def _held_to_the_calendar(cls, value: object) -> object:
        """What is worked out from a day, months or years before and after it, is a day too."""
        for one in value if isinstance(value, list | tuple) else (value,):
            if isinstance(one, date) and not FIRST_DAY <= one <= LAST_DAY:
                raise ValueError(
                    f"{one.isoformat()} is no day of these books; they take those from "
                    f"{FIRST_DAY.year} to {LAST_DAY.year}."
                )
        return value


class Override(Asked):
    """A person with authority lets more be promised than is available."""

    reason: Title

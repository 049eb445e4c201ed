"""The demo trust as its YAML files define it."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from ledger.accrual import Per
from ledger.periods import FinancialYear, Period
from trust_commissioning.applying import Document, validated
from trust_commissioning.fields import Amount, PeriodName

FIRST_YEAR = FinancialYear(2003)
SECOND_YEAR = FinancialYear(2004)
LAST_PERIOD = Period(SECOND_YEAR, 8)
"""The last period with figures: November 2004. The year before it is whole and closed."""

_PARTS = ("trust", "coding_rules", "money")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stream(_Part):
    """What a host pays one payee out of one cost centre, month after month.

    `outturn` is pounds for a whole year. `lines` is payments a month; 0 is one a quarter.
    `committed` is what was promised under the contract at the start of the year.
    """

    host: Literal["council", "pct"]
    cost_centre: str
    name: str
    category: str
    detail: str
    code: str
    supplier: str
    supplier_id: str
    lines: int
    outturn: dict[str, int]
    contract: str | None = None
    fund: str | None = None
    account: str | None = None
    committed: dict[str, int] = {}

    @property
    def key(self) -> str:
        """What draws its figures; the same whatever else the demo holds."""
        return f"{self.cost_centre}/{self.code}/{self.supplier}"


class Short(_Part):
    fund: str
    partner: str
    due: date
    paid: Amount


class Charges(_Part):
    fund: str
    service: str
    least: int
    most: int


class Transfer(_Part):
    giving: str
    getting: str
    day: date
    amount: Amount
    narration: str


class MoreCommitted(_Part):
    provider: str
    service: str
    day: date
    amount: Amount
    narration: str


class Move(_Part):
    account: str
    service: str
    amount: Amount


class Virement(_Part):
    fund: str
    day: date
    reference: str
    reason: str
    moves: Annotated[list[Move], Field(min_length=2)]
    waiting: bool = False


class Accrual(_Part):
    """An amount, or a rate for what was delivered from a day to the end of its period."""

    fund: str
    period: PeriodName
    account: str
    service: str | None = None
    contract: str | None = None
    amount: Amount | None = None
    rate: Amount | None = None
    per: Per | None = None
    units: int = 1
    starts: date | None = None
    reference: str
    narration: str
    timing: Literal["accrual", "prepayment"] = "accrual"


class Events(_Part):
    """What happens besides the monthly extracts."""

    paid_after: dict[str, int]
    paid_short: list[Short]
    charges: Charges
    transfers: list[Transfer]
    more_committed: list[MoreCommitted]
    virements: list[Virement]
    accruals: list[Accrual]


def document() -> Document:
    """The demo trust as `trust apply` reads it."""
    held: dict[str, Any] = {}
    for part in _PARTS:
        held |= _yaml(part)
    return validated(held)


def part(name: str) -> Document:
    """One further file of the demo trust that is read as `trust apply` reads it."""
    return validated(_yaml(name))


@cache
def streams() -> tuple[Stream, ...]:
    return tuple(Stream.model_validate(one) for one in _yaml("spending")["streams"])


@cache
def events() -> Events:
    return Events.model_validate(_yaml("events"))


def periods() -> tuple[Period, ...]:
    """The months with figures, in order."""
    second = tuple(LAST_PERIOD.up_to())
    return (*FIRST_YEAR.periods[:12], *second)


def _yaml(part: str) -> dict[str, Any]:
    text = files("trust_commissioning").joinpath(f"demo/{part}.yaml").read_text("utf-8")
    # Ten times as fast as the loader in Python; the files are our own.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    held: dict[str, Any] = yaml.load(text, loader)  # noqa: S506 - both are safe loaders
    return held

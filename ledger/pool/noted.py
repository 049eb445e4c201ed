"""What is noted beside agreements: who holds an office, plans signed off, letters sent, VAT lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.money import NIL, Money
from ledger.periods import FinancialYear


class Office(StrEnum):
    """The two people who answer for children's services (*Every Child Matters*, 5.8 to 5.11)."""

    DIRECTOR = "director_of_childrens_services"
    LEAD_MEMBER = "lead_member_for_children"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _OFFICES[self]


_OFFICES = {
    Office.DIRECTOR: "Director of Children’s Services",
    Office.LEAD_MEMBER: "Lead council member for children",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHeld:
    """Who holds an office from a day on; nobody where the name is empty."""

    office: Office
    name: str
    starts: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnexionsPlan:
    """Connexions resource for a local authority's area in a year, and the business plan's sign-off.

    The partnership identifies the resource of each area, and the trust signs the plan off before
    Ministers agree it (*Every Child Matters*, 5.21). `signed_off` None is not yet.
    """

    area: str
    year: FinancialYear
    resource: Money
    signed_off: date | None = None
    signed_off_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What is planned for a partner's contribution next year; rates in hundredths of a percent."""

    partner: str
    year: FinancialYear
    recurrent_changes: Money = NIL
    inflation: int = 0
    planned: Money = NIL
    efficiency: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chase:
    """A letter that asked a partner for what was overdue and not disputed."""

    partner: str
    to: str
    outstanding: Money
    disputed: Money
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VatLine:
    """One line's VAT as it was entered, with the journal that entered it."""

    service: str
    net: Money
    recovered: Money
    irrecoverable: Money
    journal: str

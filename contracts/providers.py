"""Providers: who delivers, under which registration, with which documents and inspections.

Which documents providers of a kind hold is a rule; those that are shipped ask for the £5 million of
the Employers' Liability (Compulsory Insurance) Regulations 1998, and for the rest what is common
practice. A trust may change them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from contracts.identifiers import Identifier
from ledger.money import Money


class Sector(StrEnum):
    """Whose the provider is; a return by sector counts its spend there."""

    OWN = "own"
    PRIVATE = "private"
    OTHER_PUBLIC = "other_public"
    VOLUNTARY = "voluntary"
    COMMUNITY = "community"

    @property
    def title(self) -> str:  # type: ignore[override]
        """``Other public``: what a screen shows."""
        return self.value.replace("_", " ").capitalize()


class Kind(StrEnum):
    """What a provider is, which says what it must hold. A provider may be several."""

    FOSTERING_AGENCY = "fostering_agency"
    CHILDRENS_HOME = "childrens_home"
    ADOPTION_AGENCY = "adoption_agency"
    RESIDENTIAL_FAMILY_CENTRE = "residential_family_centre"
    SCHOOL = "school"
    HEALTH = "health"
    FAMILY_SUPPORT = "family_support"
    YOUTH_WORK = "youth_work"
    TRANSPORT = "transport"
    GOODS = "goods"

    @property
    def title(self) -> str:  # type: ignore[override]
        """``Children's home``: what a screen shows."""
        words = self.value.replace("_", " ").replace("childrens", "children's")
        return words.capitalize()


class DocumentKind(StrEnum):
    """What a provider files with the trust."""

    PUBLIC_LIABILITY = "public_liability"
    EMPLOYERS_LIABILITY = "employers_liability"
    PROFESSIONAL_INDEMNITY = "professional_indemnity"
    MOTOR_INSURANCE = "motor_insurance"
    CHILD_PROTECTION_POLICY = "child_protection_policy"
    STAFF_CHECKS = "staff_checks"
    STATEMENT_OF_PURPOSE = "statement_of_purpose"
    HEALTH_AND_SAFETY_POLICY = "health_and_safety_policy"
    ACCOUNTS = "accounts"

    @property
    def is_insurance(self) -> bool:
        return self in _INSURANCE

    @property
    def title(self) -> str:  # type: ignore[override]
        """``Public liability insurance``: what a screen shows."""
        words = self.value.replace("_", " ").replace("employers", "employers'").capitalize()
        bare = self.is_insurance and "insurance" not in words
        return f"{words} insurance" if bare else words


_INSURANCE = frozenset(
    {
        DocumentKind.PUBLIC_LIABILITY,
        DocumentKind.EMPLOYERS_LIABILITY,
        DocumentKind.PROFESSIONAL_INDEMNITY,
        DocumentKind.MOTOR_INSURANCE,
    }
)


class RegistrationStatus(StrEnum):
    """What the regulator says of a registration from a day on."""

    REGISTERED = "registered"
    WITH_CONDITIONS = "with_conditions"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"

    @property
    def may_operate(self) -> bool:
        return self in (RegistrationStatus.REGISTERED, RegistrationStatus.WITH_CONDITIONS)

    @property
    def title(self) -> str:  # type: ignore[override]
        if self is RegistrationStatus.WITH_CONDITIONS:
            return "Registered with conditions"
        return self.value.capitalize()


class Result(StrEnum):
    """How an inspection's result is read, beside the words the inspectorate used."""

    MET = "met"
    MET_IN_PART = "met_in_part"
    NOT_MET = "not_met"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Standards {self.value.replace('_', ' ')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place where a provider delivers; `places` is how many it is registered for."""

    code: str
    name: str
    address: str = ""
    town: str = ""
    county: str = ""
    postcode: str = ""
    places: int | None = None
    starts: date | None = None
    ends: date | None = None

    def is_open_on(self, day: date) -> bool:
        return (self.starts is None or self.starts <= day) and (
            self.ends is None or day <= self.ends
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What a regulator said of a registration from a day on; `number` tells two apart.

    `kind` is what it lets the provider be; without it, it stands for every kind that registers.
    """

    reference: str
    day: date
    regulator: str
    number: str
    status: RegistrationStatus
    conditions: str = ""
    site: str = ""
    kind: Kind | None = None

    @property
    def of(self) -> tuple[str, str]:
        """Which registration it is of, however its regulator and number are spaced or written."""
        return _bare(self.regulator), _bare(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document a provider filed: whole days from `starts` to `expires`, both included.

    Without `expires` it stands until a later one. `cover` is what an insurance pays at most.
    `withdrawn` is the first day on which it holds no more whatever it says, and `why`.
    """

    reference: str
    kind: DocumentKind
    starts: date
    expires: date | None = None
    cover: Money | None = None
    issuer: str = ""
    number: str = ""
    words: str = ""
    withdrawn: date | None = None
    why: str = ""

    @property
    def last_day(self) -> date | None:
        """The last day it holds; None where it has no end."""
        ends = self.expires
        if self.withdrawn is None or (ends is not None and ends < self.withdrawn):
            return ends
        return self.withdrawn - timedelta(days=1)

    def is_current_on(self, day: date) -> bool:
        return self.starts <= day and (self.last_day is None or day <= self.last_day)

    def covers(self, asked: Money | None) -> bool:
        """Whether it pays as much as is asked for."""
        return asked is None or (self.cover is not None and self.cover >= asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """That a document filed before holds no more from a day on: it was cancelled, or filed wrongly."""

    reference: str
    document: str
    day: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A result as an inspectorate gave it, in its own words, with how it is read."""

    reference: str
    day: date
    inspectorate: str
    words: str
    result: Result
    published: date | None = None
    site: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRule:
    """That providers of a kind hold a document, from a day on; of no kind, all that are bought.

    A later one for the same kind and document takes its place; `needed` false lifts it. What is
    said of a kind stands, for that kind, before what is said of all.
    """

    document: DocumentKind
    kind: Kind | None = None
    cover: Money | None = None
    starts: date = date.min
    needed: bool = True


_FIVE_MILLION = Money(500_000_000)
_WITH_CHILDREN = tuple(kind for kind in Kind if kind is not Kind.GOODS)
_STATES_ITS_PURPOSE = (
    Kind.FOSTERING_AGENCY,
    Kind.CHILDRENS_HOME,
    Kind.ADOPTION_AGENCY,
    Kind.RESIDENTIAL_FAMILY_CENTRE,
)
SHIPPED: tuple[DocumentRule, ...] = (
    DocumentRule(document=DocumentKind.PUBLIC_LIABILITY, cover=_FIVE_MILLION),
    DocumentRule(document=DocumentKind.EMPLOYERS_LIABILITY, cover=_FIVE_MILLION),
    *(
        DocumentRule(document=document, kind=kind)
        for document in (DocumentKind.CHILD_PROTECTION_POLICY, DocumentKind.STAFF_CHECKS)
        for kind in _WITH_CHILDREN
    ),
    *(
        DocumentRule(document=DocumentKind.STATEMENT_OF_PURPOSE, kind=kind)
        for kind in _STATES_ITS_PURPOSE
    ),
    DocumentRule(document=DocumentKind.PROFESSIONAL_INDEMNITY, kind=Kind.HEALTH),
    DocumentRule(document=DocumentKind.MOTOR_INSURANCE, kind=Kind.TRANSPORT),
)
"""What is asked for until the trust says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Who delivers, with everything said of it. What is dated is in order of day.

    A provider of which no kind is stated is asked for nothing: nobody has said what it must hold.
    """

    code: str
    name: str
    sector: Sector | None = None
    kinds: tuple[Kind, ...] = ()
    legal_name: str = ""
    description: str = ""
    website: str = ""
    email: str = ""
    phone: str = ""
    ends: date | None = None
    sites: tuple[Site, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    registrations: tuple[Registration, ...] = ()
    documents: tuple[Document, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    document_rules: tuple[DocumentRule, ...] = SHIPPED
    version: int = 0

    def site(self, code: str) -> Site | None:
        return next((one for one in self.sites if one.code == code), None)

    @property
    def known_by(self) -> tuple[Identifier, ...]:
        """The identifiers that stand: the last word on each scheme, value and site."""
        said = {(one.scheme, one.value, one.site): one for one in self.identifiers}
        return tuple(one for one in said.values() if not one.withdrawn)

    def registrations_on(self, day: date) -> tuple[Registration, ...]:
        """Each registration as the regulator's last word by a day has it."""
        said: dict[tuple[str, str, str], Registration] = {}
        for one in self.registrations:
            if one.day > day:
                continue
            if not one.site:
                # Said of the provider as a whole, it is said of each of its sites.
                said = {key: held for key, held in said.items() if key[:2] != one.of}
            said[*one.of, one.site] = one
        return tuple(said.values())

    def last_inspection(self, day: date) -> Inspection | None:
        """The last inspection by a day."""
        by_then = [one for one in self.inspections if one.day <= day]
        return by_then[-1] if by_then else None


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()

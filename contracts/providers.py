"""Providers: who delivers, under which registration, and what stops new call-offs on a day.

What a provider must hold depends on its kind and sector. Registration: Care Standards Act 2000,
section 11, for children's homes, fostering agencies, voluntary adoption agencies and residential
family centres; Education Act 2002, part 10, for independent schools. Employers' liability: the
Employers' Liability (Compulsory Insurance) Act 1969, from which section 3 exempts public bodies,
with the £5 million of the 1998 Regulations. The rest is common practice, which a trust may change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contracts.identifiers import Identifier
from ledger.money import Money
from ledger.problems import Problem
from ledger.wording import day_in_full


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
    """What a regulator said of a registration from a day on; `number` tells two apart."""

    reference: str
    day: date
    regulator: str
    number: str
    status: RegistrationStatus
    conditions: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document a provider filed: whole days from `starts` to `expires`, both included.

    Without `expires` it stands until a later one. `cover` is what an insurance pays at most.
    """

    reference: str
    kind: DocumentKind
    starts: date
    expires: date | None = None
    cover: Money | None = None
    issuer: str = ""
    number: str = ""
    words: str = ""

    def is_current_on(self, day: date) -> bool:
        return self.starts <= day and (self.expires is None or day <= self.expires)


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

    A later one for the same kind and document takes its place; `needed` false lifts it.
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
        said = {
            (one.regulator, one.number, one.site): one
            for one in self.registrations
            if one.day <= day
        }
        return tuple(said.values())

    def last_inspection(self, day: date) -> Inspection | None:
        """The last inspection by a day."""
        by_then = [one for one in self.inspections if one.day <= day]
        return by_then[-1] if by_then else None


def needs_registration(provider: Provider) -> tuple[Kind, ...]:
    """The kinds for which the law asks that the provider is registered.

    A council's own fostering and adoption services are not agencies that register; its homes are.
    """
    public = provider.sector in (Sector.OWN, Sector.OTHER_PUBLIC)
    asked = {Kind.CHILDRENS_HOME, Kind.RESIDENTIAL_FAMILY_CENTRE}
    if not public:
        asked |= {Kind.FOSTERING_AGENCY, Kind.ADOPTION_AGENCY, Kind.SCHOOL}
    return tuple(kind for kind in provider.kinds if kind in asked)


def required_of(provider: Provider, day: date) -> tuple[DocumentRule, ...]:
    """What the provider must hold on a day, each document once with the highest cover asked.

    Own provision files nothing with itself.
    """
    if provider.sector is Sector.OWN or not provider.kinds:
        return ()
    standing: dict[tuple[Kind | None, DocumentKind], DocumentRule] = {}
    for one in provider.document_rules:
        if one.starts <= day and (one.kind is None or one.kind in provider.kinds):
            standing[one.kind, one.document] = one
    found: dict[DocumentKind, DocumentRule] = {}
    for one in standing.values():
        exempt = (
            one.document is DocumentKind.EMPLOYERS_LIABILITY
            and provider.sector is Sector.OTHER_PUBLIC
        )
        held = found.get(one.document)
        if one.needed and not exempt and (held is None or _above(one.cover, held.cover)):
            found[one.document] = one
    return tuple(found.values())


def problems_on(provider: Provider, day: date) -> list[Problem]:
    """Everything that stops new call-offs on a day, each naming the document and its day."""
    return [
        *_check_ended(provider, day),
        *_check_registered(provider, day),
        *(
            problem
            for required in required_of(provider, day)
            for problem in _check_document(provider, required, day)
        ),
    ]


def _check_ended(provider: Provider, day: date) -> Iterator[Problem]:
    if provider.ends is not None and provider.ends < day:
        yield Problem(
            "provider_no_longer_used",
            f"{provider.name} has not been used since {day_in_full(provider.ends)}.",
            "provider",
        )


def _check_registered(provider: Provider, day: date) -> Iterator[Problem]:
    asked = needs_registration(provider)
    standing = provider.registrations_on(day)
    if not asked or any(one.status.may_operate for one in standing):
        return
    kinds = " and ".join(f"as a {kind.title.lower()}" for kind in asked)
    if not standing:
        yield Problem(
            "provider_not_registered",
            f"No registration of {provider.name} {kinds} was recorded by {day_in_full(day)}.",
            "provider.registration",
        )
    for one in standing:
        yield Problem(
            "provider_registration_ended",
            f"The registration {one.number} of {provider.name} with {one.regulator} was "
            f"{one.status.title.lower()} on {day_in_full(one.day)}.",
            "provider.registration",
        )


def _check_document(provider: Provider, required: DocumentRule, day: date) -> Iterator[Problem]:
    title, where = required.document.title, f"provider.documents.{required.document.value}"
    filed = [
        one for one in provider.documents if one.kind is required.document and one.starts <= day
    ]
    current = [one for one in filed if one.is_current_on(day)]
    if not filed:
        yield Problem(
            "provider_document_missing",
            f"{provider.name} has filed no {_lower(title)} for {day_in_full(day)}.",
            where,
        )
    elif not current:
        last = max(filed, key=lambda one: one.expires or date.max)
        assert last.expires is not None
        yield Problem(
            "provider_document_expired",
            f"The {_lower(title)} of {provider.name} expired on {day_in_full(last.expires)}.",
            where,
        )
    elif required.cover is not None and not any(
        one.cover is not None and one.cover >= required.cover for one in current
    ):
        best = max((one.cover for one in current if one.cover is not None), default=None)
        yield Problem(
            "provider_cover_too_low",
            f"The {_lower(title)} of {provider.name} covers "
            f"{best if best is not None else 'an amount nobody stated'}; {required.cover} is "
            "asked for.",
            where,
        )


@dataclass(frozen=True, slots=True)
class Expiring:
    """A required document that runs out, or has; `expires` is the last day it holds."""

    provider: str
    document: DocumentKind
    expires: date
    cover: Money | None
    issuer: str


def expiring(provider: Provider, day: date, until: date) -> list[Expiring]:
    """The documents asked for that hold on a day and run out by another, the soonest first.

    A document with a later one filed for when it runs out is left out.
    """
    found = []
    for required in required_of(provider, day):
        filed = [one for one in provider.documents if one.kind is required.document]
        current = [one for one in filed if one.is_current_on(day)]
        if not current or any(one.expires is None for one in filed):
            continue
        last = max(filed, key=lambda one: one.expires or date.max)
        if last.expires is not None and last.expires <= until:
            found.append(Expiring(provider.code, last.kind, last.expires, last.cover, last.issuer))
    return sorted(found, key=lambda one: (one.expires, one.document.value))


def problems_in(provider: Provider) -> list[Problem]:
    """Everything wrong with what is kept of a provider itself; `where` is the field."""
    return [*_check_sites(provider)]


def problems_in_document(document: Document) -> list[Problem]:
    """Everything wrong with a document as it is filed."""
    return [*_check_dates(document), *_check_cover(document)]


def _check_sites(provider: Provider) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, one in enumerate(provider.sites):
        if one.code in seen:
            yield Problem(
                "site_repeated",
                f"The site “{one.code}” of {provider.name} stands there twice.",
                f"sites[{place}].code",
            )
        seen.add(one.code)
        if one.starts is not None and one.ends is not None and one.ends < one.starts:
            yield Problem(
                "site_ends_before_it_starts",
                f"The site {one.name} would end on {day_in_full(one.ends)}, before it starts on "
                f"{day_in_full(one.starts)}.",
                f"sites[{place}].ends",
            )


def _check_dates(document: Document) -> Iterator[Problem]:
    if document.expires is not None and document.expires < document.starts:
        yield Problem(
            "document_expires_before_it_starts",
            f"The document would expire on {day_in_full(document.expires)}, before it starts on "
            f"{day_in_full(document.starts)}.",
            "expires",
        )


def _check_cover(document: Document) -> Iterator[Problem]:
    if not document.kind.is_insurance:
        if document.cover is not None:
            yield Problem(
                "cover_of_no_insurance",
                f"A {_lower(document.kind.title)} covers no amount; it is no insurance.",
                "cover",
            )
        return
    if document.cover is None or document.cover.pence <= 0:
        yield Problem(
            "insurance_incomplete",
            f"Say what the {_lower(document.kind.title)} covers, above nil.",
            "cover",
        )
    if document.expires is None:
        yield Problem(
            "insurance_incomplete",
            f"Say on which day the {_lower(document.kind.title)} expires.",
            "expires",
        )


def _above(one: Money | None, other: Money | None) -> bool:
    return one is not None and (other is None or one > other)


def _lower(title: str) -> str:
    return f"{title[0].lower()}{title[1:]}"

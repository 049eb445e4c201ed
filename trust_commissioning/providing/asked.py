"""What is asked of needs, providers and the directory, as a file or a program writes it."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema

from contracts.directory import Contact, Cost, Entry, Place, Status
from contracts.identifiers import Identifier, Scheme
from contracts.needs import Changed, Led, Need, Observation, Priority, Provision, View, Whose
from contracts.opening_times import Open, Weekday
from contracts.providers import (
    Document,
    DocumentKind,
    DocumentRule,
    Inspection,
    Kind,
    Provider,
    Registration,
    RegistrationStatus,
    Result,
    Sector,
    Site,
    Withdrawal,
)
from trust_commissioning.fields import (
    Amount,
    Asked,
    Code,
    OutcomeKey,
    Reference,
    ShortText,
    Text,
    Title,
    Weight,
)

Version = Annotated[
    int | None,
    Field(default=None, ge=0, description="The version that was read; refused if it has moved on"),
]
Number = Annotated[int, Field(ge=0, le=10_000_000)]
Age = Annotated[int, Field(ge=0, le=120)]


def _address(text: str) -> str:
    if text and re.fullmatch(r"https?://[^\s<>\"']+", text) is None:
        raise ValueError(f"“{text}” is not the address of a page; write it as https://….")
    return text


def _email(text: str) -> str:
    if text and re.fullmatch(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+", text) is None:
        raise ValueError(f"“{text}” is not an e-mail address.")
    return text


Address = Annotated[str, Field(max_length=300), AfterValidator(_address)]
Email = Annotated[str, Field(max_length=200), AfterValidator(_email)]


class NeedAsked(Asked):
    """What a group of children in a locality needs. Its number is observed by itself."""

    code: Code
    title: Title
    group: Title = Field(description="Which children, such as looked-after children aged 10 to 15")
    locality: Title
    counts: ShortText = Field(default="children", min_length=1, description="What is counted")
    owner: ShortText = ""
    words: Text = ""
    closed: date | None = None
    closed_because: ShortText = ""
    version: Version

    def read(self) -> Need:
        return Need(**self.model_dump(exclude={"version"}))


class ObservationAsked(Asked):
    """How many there were on a day. For a day observed before it corrects what was said."""

    need: Code
    reference: Reference
    day: date
    number: Number
    source: Title
    estimated: bool = False
    words: Text = ""

    def read(self) -> Observation:
        return Observation(**self.model_dump(exclude={"need"}))


class ProvisionAsked(Asked):
    """How many are provided for from a day on, and who says so."""

    need: Code
    reference: Reference
    day: date
    provided: Number
    said_by: Title
    service: Code | None = Field(default=None, description="All services together without it")
    words: Text = ""

    def read(self) -> Provision:
        said = self.model_dump(exclude={"need", "service"})
        return Provision(**said, service=self.service or "")


class PriorityAsked(Asked):
    """The place a need takes among those of an outcome, from a day on."""

    need: Code
    reference: Reference
    day: date
    outcome: OutcomeKey
    rank: Annotated[int, Field(ge=0, le=999, description="1 is first; 0 takes it off the list")]
    reason: Title

    def read(self) -> Priority:
        return Priority(**self.model_dump(exclude={"need"}))


class ViewAsked(Asked):
    """What children or families said. No child is named, and nobody may be known from it."""

    reference: Reference
    day: date
    whose: Annotated[Whose, Field(strict=False)]
    words: Text = Field(min_length=1)
    gathered: Title = Field(description="How: a survey, a meeting, an advocate")
    need: Code | None = None
    service: Code | None = None
    people: Number | None = Field(default=None, description="How many said it, if known")

    def read(self) -> View:
        said = self.model_dump(exclude={"need", "service"})
        return View(**said, need=self.need or "", service=self.service or "")


class LedAsked(Asked):
    """What a view changed."""

    reference: Reference
    view: Reference
    day: date
    changed: Annotated[Changed, Field(strict=False)]
    what: Reference = Field(
        description="The code of the need or service, or the review's reference"
    )
    words: Text = Field(min_length=1, description="What is different because of it")

    def read(self) -> Led:
        return Led(**self.model_dump())


class SiteAsked(Asked):
    """A place where a provider delivers."""

    code: Code
    name: Title
    address: ShortText = ""
    town: ShortText = ""
    county: ShortText = ""
    postcode: ShortText = ""
    places: Number | None = Field(default=None, description="How many it is registered for")
    starts: date | None = None
    ends: date | None = None

    def read(self) -> Site:
        return Site(**self.model_dump())


class ProviderAsked(Asked):
    """Who delivers, with its kinds, sites and contacts."""

    code: Code
    name: Title
    sector: Annotated[Sector, Field(strict=False)]
    kinds: list[Annotated[Kind, Field(strict=False)]] = Field(
        default=[], description="They say which documents it must hold"
    )
    legal_name: ShortText = ""
    description: Text = ""
    website: Address = ""
    email: Email = ""
    phone: ShortText = ""
    ends: date | None = Field(default=None, description="The last day on which it is used")
    sites: list[SiteAsked] = []
    version: Version

    def read(self) -> Provider:
        said = self.model_dump(exclude={"version", "sites", "kinds"})
        return Provider(
            **said,
            kinds=tuple(dict.fromkeys(self.kinds)),
            sites=tuple(one.read() for one in self.sites),
        )


class IdentifierAsked(Asked):
    """An identifier of a provider, or of one of its sites, under the scheme that gave it."""

    provider: Code
    reference: Reference
    day: date
    scheme: Annotated[Scheme, Field(strict=False)]
    value: ShortText = Field(min_length=1, description="In quotes: leading noughts are kept")
    site: Code | None = None
    verified_at: ShortText = Field(default="", description="The register it was looked up in")
    verified_on: date | None = None
    withdrawn: bool = Field(default=False, description="It is not, or no longer, the provider's")

    def read(self) -> Identifier:
        said = self.model_dump(exclude={"provider", "value", "site"})
        return Identifier(**said, given=self.value, value="", site=self.site or "")


class RegistrationAsked(Asked):
    """What a regulator says of a provider's registration from a day on."""

    provider: Code
    reference: Reference
    day: date
    regulator: Title
    number: Title
    status: Annotated[RegistrationStatus, Field(strict=False)]
    conditions: Text = ""
    site: Code | None = None
    kind: Annotated[Kind, Field(strict=False)] | None = Field(
        default=None, description="What it lets the provider be; all that register without it"
    )

    def read(self) -> Registration:
        said = self.model_dump(exclude={"provider", "site"})
        return Registration(**said, site=self.site or "")


class DocumentAsked(Asked):
    """A document a provider filed. An insurance says what it covers and when it expires."""

    provider: Code
    reference: Reference
    document: Annotated[DocumentKind, Field(strict=False)]
    starts: date
    expires: date | None = Field(default=None, description="The last day it holds")
    cover: Amount | None = None
    issuer: ShortText = ""
    number: ShortText = ""
    words: Text = ""

    def read(self) -> Document:
        said = self.model_dump(exclude={"provider", "document", "cover"})
        return Document(**said, kind=self.document, cover=self.cover)


class WithdrawalAsked(Asked):
    """That a document filed before holds no more: an insurance was cancelled, it was filed wrongly."""

    provider: Code
    reference: Reference
    document: Reference = Field(description="The reference it was filed under")
    day: date = Field(
        description="The first day it holds no more; its first of all if it never did"
    )
    reason: Title

    def read(self) -> Withdrawal:
        return Withdrawal(**self.model_dump(exclude={"provider"}))


class InspectionAsked(Asked):
    """The result of an inspection, in the inspectorate's words, with how it is read."""

    provider: Code
    reference: Reference
    day: date
    inspectorate: Title
    words: Text = Field(min_length=1, description="The result as the inspectorate words it")
    result: Annotated[Result, Field(strict=False)]
    published: date | None = None
    site: Code | None = None
    report: Address = ""

    def read(self) -> Inspection:
        said = self.model_dump(exclude={"provider", "site"})
        return Inspection(**said, site=self.site or "")


class DocumentRuleAsked(Asked):
    """That providers of a kind must hold a document from a day on, or need not any more."""

    reference: Reference
    document: Annotated[DocumentKind, Field(strict=False)]
    starts: date
    kind: Annotated[Kind, Field(strict=False)] | None = Field(
        default=None,
        description="Every kind without it, but those that have a rule of their own",
    )
    cover: Amount | None = Field(default=None, description="The least an insurance must cover")
    needed: bool = True

    def read(self) -> DocumentRule:
        said = self.model_dump(exclude={"reference", "cover"})
        return DocumentRule(**said, cover=self.cover)


class ServiceAsked(Asked):
    """A service for children. Its outcome weights are said by themselves."""

    code: Code
    title: Title
    description: Text = ""
    review_day: date | None = None


class WeightsAsked(Asked):
    """By which whole-number weights a service's spend serves the outcomes from a day on."""

    service: Code
    starts: date
    weights: dict[OutcomeKey, Weight] = Field(min_length=1)


class PlaceAsked(Asked):
    """Where the service is given."""

    name: Title
    address: Title
    town: Title
    county: Title
    postcode: Title
    access: ShortText = ""

    def read(self) -> Place:
        return Place(**self.model_dump())


class CostAsked(Asked):
    """What a family pays for one way of using the service."""

    option: Title
    amount: Amount | None = Field(default=None, description="0.00 is free")
    words: ShortText = ""

    def read(self) -> Cost:
        return Cost(option=self.option, amount=self.amount, words=self.words)


class ContactAsked(Asked):
    """Whom to ask: an office rather than a person."""

    name: Title
    title: ShortText = ""
    phone: ShortText = ""
    email: Email = ""

    def read(self) -> Contact:
        return Contact(**self.model_dump())


def _day_of_week(value: object) -> Weekday:
    if isinstance(value, Weekday):
        return value
    found = Weekday.named(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"“{value}” is no day of the week; write it as monday or MO.")
    return found


def _hour(value: object) -> time:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value, re.ASCII):
        raise ValueError(f"“{value}” is no time of the day; write it in quotes, as 09:30.")
    return time.fromisoformat(value)


DayOfWeek = Annotated[
    Weekday,
    PlainValidator(_day_of_week),
    WithJsonSchema({"type": "string", "examples": ["monday", "MO"]}),
]
Hour = Annotated[
    time,
    PlainValidator(_hour),
    WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}),
]


class OpenAsked(Asked):
    """A time of every week at which the service is open, by the clock in London."""

    day: DayOfWeek
    opens: Hour
    closes: Hour

    def read(self) -> Open:
        return Open(self.day, self.opens, self.closes)


class EntryAsked(Asked):
    """One service as the directory tells the public of it."""

    code: Code
    service: Code
    provider: Code
    title: Title
    description: Text = Field(min_length=1)
    status: Annotated[Status, Field(strict=False)] = Status.ACTIVE
    published: bool = True
    minimum_age: Age | None = None
    maximum_age: Age | None = None
    eligibility: Text = ""
    referral: Text = Field(default="", description="How to be referred")
    places: list[PlaceAsked] = []
    areas: list[Title] = Field(default=[], description="Districts it is for; none is everywhere")
    opening: ShortText = Field(default="", description="When it is open, in words")
    times: list[OpenAsked] = Field(default=[], description="The hours of each week it is open")
    costs: list[CostAsked] = []
    contacts: list[ContactAsked] = []
    languages: list[Title] = []
    website: Address = ""
    alert: ShortText = ""
    owner: ShortText = Field(default="", description="Who keeps the entry up to date")
    owner_email: Email = ""
    review_day: date | None = Field(default=None, description="When it is to be looked at again")
    version: Version

    def read(self) -> Entry:
        listed = {"places", "areas", "times", "costs", "contacts", "languages"}
        said = self.model_dump(exclude={"version", *listed})
        return Entry(
            **said,
            places=tuple(one.read() for one in self.places),
            areas=tuple(self.areas),
            times=tuple(dict.fromkeys(one.read() for one in self.times)),
            costs=tuple(one.read() for one in self.costs),
            contacts=tuple(one.read() for one in self.contacts),
            languages=tuple(self.languages),
        )


class EntryCheckAsked(Asked):
    """That all of an entry was found right on a day, with the day of the next look."""

    entry: Code
    reference: Reference
    day: date
    review_day: date
    words: Text = ""


class EntryChaseAsked(Asked):
    """A letter to the owner of an entry that is past its review day."""

    entry: Code
    reference: Reference
    day: date
